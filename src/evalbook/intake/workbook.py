"""Templates: an empty Excel workbook per table, with drop-downs and a sheet that explains each column in Danish."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from evalbook.intake.excelfile import FORM, GUIDE
from evalbook.intake.import_record import write
from evalbook.intake.names import PlanLike, aliases, danish, header, shares
from evalbook.intake.sheet import refuse
from evalkit.errors import UnknownName, did_you_mean
from evalkit.schema import TABLES, Column, Table

ROWS: Final = 5_000  # rows that have drop-downs and number formats
_LISTS: Final = "Lister"
_KINDS: Final = {
    "text": "tekst",
    "whole": "helt tal",
    "number": "tal, gerne med decimaler",
    "date": "dato, fx 31-12-2018",
    "quarter": "kvartal, fx 2018K4",
    "year": "planår, fx 2018 (opkaldt efter det år, det slutter)",
}
_UNITS: Final = {
    "persons": "personer",
    "full-time persons": "fuldtidspersoner",
    "homes": "boliger",
    "hours": "timer",
    "DKK": "kr.",
    "residents per answer": "beboere pr. svar",
}
_FORMATS: Final = {
    "whole": "0",
    "number": "General",
    "date": "dd-mm-yyyy",
    "quarter": "@",
    "text": "@",
    "year": "0",
}
_HEAD: Final = PatternFill("solid", fgColor="1F3A5F")
_NEEDED: Final = Font(bold=True, color="FFFFFF")
_OPTIONAL: Final = Font(italic=True, color="FFFFFF")


def template(
    table: str,
    plan: PlanLike,
    path: Path,
    *,
    comparators: list[str] | None = None,
    overwrite: bool = False,
    filled_at: Path | None = None,
) -> Path:
    """Write the empty workbook of a table; `comparators` are names that the area column also offers.

    `filled_at`: where it will lie when it is imported, if not at `path`; the guide's command names it.

    Raises UnknownName for an unknown table, ProblemsFound when the file is there already.
    """
    if table not in TABLES:
        raise UnknownName(f"no table {table!r}. {did_you_mean(table, TABLES)}")
    if path.exists() and not overwrite:
        raise refuse(path.name, "", "is there already.", "Choose another name, or --force.")
    contract = TABLES[table]
    book = Workbook()
    form: Any = book.active
    form.title = FORM
    guide, lists = book.create_sheet(GUIDE), book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    choices = {
        column.name: _choices(contract, column, plan, comparators or []) for column in contract.columns
    }
    _fill_form(form, lists, contract, choices)
    _fill_guide(guide, contract, choices, _command(contract, plan, filled_at or path))
    book.properties.creator, book.properties.title = "evalkit", f"{contract.name}: {contract.da}"
    content = io.BytesIO()  # openpyxl would leave half a file where there is no room for a whole one
    book.save(content)
    write(path, content.getvalue())
    return path


def _choices(table: Table, column: Column, plan: PlanLike, comparators: list[str]) -> list[str]:
    """Words that a drop-down offers; empty for columns that are typed in."""
    if column.allowed:
        return [danish(table, column, value) for value in column.allowed]
    if column.name == "area":
        areas = [area.name for area in plan.areas.values()] + [aliases()["rest"][0], *comparators]
        return ["alle", *areas] if table.name == "breaks" else areas
    if column.name == "measure":
        return [one.title.da for one in shares(plan).values()]
    if column.name == "effort":
        return [one.name.da for one in plan.efforts.values()]
    if column.name == "funder":
        return [one.title("da") for one in plan.funding.values()]
    if column.name == "table":
        return [
            aliases()["tables"].get(name, [name])[0]
            for name in TABLES
            if name not in ("comparators", "breaks")
        ]
    return []


def _fill_form(form: Any, lists: Any, table: Table, choices: dict[str, list[str]]) -> None:
    for i, column in enumerate(table.columns, start=1):
        cell = form.cell(1, i, header(table, column))
        cell.font, cell.fill = (_NEEDED if column.required else _OPTIONAL), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        letter = get_column_letter(i)
        form.column_dimensions[letter].width = max(14, min(40, len(header(table, column)) + 4))
        form.column_dimensions[letter].number_format = _FORMATS[column.kind]
        for row in range(2, 202):  # typed cells keep the format of the cell, not of the column
            form.cell(row, i).number_format = _FORMATS[column.kind]
        rule = _validation(lists, column, choices[column.name])
        if rule:
            form.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{ROWS}")
    form.freeze_panes = "A2"


def _validation(lists: Any, column: Column, words: list[str]) -> DataValidation | None:
    blank = column.blank or not column.required
    if words:
        at = lists.max_column + (lists.cell(1, 1).value is not None)
        for row, word in enumerate([column.name, *words], start=1):
            lists.cell(row, at, word)
        letter = get_column_letter(at)
        rule = DataValidation(
            type="list", formula1=f"'{_LISTS}'!${letter}$2:${letter}${len(words) + 1}", allow_blank=blank
        )
    elif column.kind == "whole":
        rule = DataValidation(type="whole", operator="greaterThanOrEqual", formula1="0", allow_blank=blank)
    elif column.kind == "number":
        rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=blank)
    elif column.kind == "year":
        rule = DataValidation(
            type="whole", operator="between", formula1="1990", formula2="2099", allow_blank=blank
        )
    elif column.kind == "date":
        rule = DataValidation(
            type="date", operator="greaterThan", formula1="32874", allow_blank=blank
        )  # 1 January 1990
    else:
        return None
    rule.errorTitle, rule.error = (
        "Kan ikke bruges",
        f"Skriv {_KINDS[column.kind]}." if not words else "Vælg fra listen.",
    )
    rule.promptTitle, rule.prompt = column.name, column.da[:250]
    rule.showErrorMessage = rule.showInputMessage = True
    return rule


def _command(table: Table, plan: PlanLike, path: Path) -> str:
    """The whole line that imports the workbook when it is filled in, typed in the project's folder."""
    file = path.relative_to(plan.root) if path.is_relative_to(plan.root) else path
    last = plan.first_day(max(plan.years) + 1) - timedelta(days=1)
    days = f" --from {plan.first_day(plan.baseline_year)} --to {last}"
    return (
        f'evalkit import "{file.as_posix()}" --as {table.name} --supplied-by "{plan.municipality.name}"'
        + (days if table.name == "incidents" else "")
    )


def _fill_guide(guide: Any, table: Table, choices: dict[str, list[str]], command: str) -> None:
    lines: list[list[str]] = [
        [f"Sådan udfyldes »{table.name}«: {table.da}"],
        [
            f"Skriv i arket »{FORM}«, én række ad gangen. Ret ikke i overskrifterne. Lad arket »{_LISTS}« være."
        ],
        [
            "Skriv aldrig navne, CPR-numre eller e-mailadresser. Tal, der ikke findes, skrives som .. (to punktummer)."
        ],
        [
            f"Én række for hver kombination af: {', '.join(header(table, table.column(name)) for name in table.key)}."
        ]
        if table.key
        else [
            "Rækkerne må gerne gentages: én række pr. svar eller anmeldelse, eller flere lagt sammen med et antal."
        ],
        [f"Indlæs bagefter med: {command}"],
        [
            "Ret navnet efter --supplied-by til det kontor, der har leveret tallene"
            + (
                ", og dagene efter --from og --to til den første og den sidste dag, der er anmeldelser for."
                if table.name == "incidents"
                else "."
            )
        ],
        ["Kolonne", "Betydning", "Udfyldes med", "Enhed", "Skal udfyldes?", "Hedder i datasættet"],
    ]
    for column in table.columns:
        words = choices[column.name]
        lines.append(
            [
                header(table, column),
                f"{column.da[0].upper()}{column.da[1:]}.",
                f"vælg: {', '.join(words)}" if words else _KINDS[column.kind],
                _UNITS.get(column.unit, column.unit),
                "kan udelades" if not column.required else "må være tom" if column.blank else "ja",
                f"»{column.name}«",
            ]
        )
    for part, whole in table.at_most:
        lines.append(
            [
                f"»{header(table, table.column(part))}« kan ikke være større end »{header(table, table.column(whole))}«."
            ]
        )
    for row, line in enumerate(lines, start=1):
        for i, text in enumerate(line, start=1):
            cell = guide.cell(row, i, text)
            cell.alignment = Alignment(wrap_text=len(line) > 1, vertical="top")
            if row in (1, 7):
                cell.font = Font(bold=True)
    for letter, width in zip("ABCDEF", (30, 48, 48, 22, 16, 22), strict=True):
        guide.column_dimensions[letter].width = width
