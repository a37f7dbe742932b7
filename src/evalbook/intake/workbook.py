"""Templates: an empty Excel workbook per table, with drop-downs and a sheet that explains each column in Danish."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from evalbook.intake.container import ABOUT, GUIDE
from evalbook.intake.import_record import write
from evalbook.intake.names import aliases, danish, header, shares
from evalbook.intake.sheet import as_typed, refuse
from evalkit.data.shares import known as delivered_shares
from evalkit.errors import UnknownName, did_you_mean
from evalkit.plan import Plan
from evalkit.plan.contract import contract as contract_of
from evalkit.schema import TABLES, Column, Table

ROWS: Final = 5_000  # rows that have drop-downs and number formats
_LISTS: Final = "Lister"
ONE: Final = "skema.xlsx"  # the workbook of all tables that a small office needs
SUPPLIED_BY: Final = "Hvem har leveret tallene?"
FIRST_DAY: Final = "Anmeldelser: første dag, I har tal for"
LAST_DAY: Final = "Anmeldelser: sidste dag, I har tal for"
_COLUMNS: Final = ("Kolonne", "Betydning", "Udfyldes med", "Enhed", "Skal udfyldes?", "Hedder i datasættet")
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
    "per cent": "procent",
}
_FORMATS: Final = {
    "whole": "0",
    "number": "General",
    "date": "dd-mm-yyyy",
    "quarter": "@",
    "text": "@",
    "year": "0",
}
_RULES: Final[dict[str, dict[str, Any]]] = {  # what Excel lets be typed
    "whole": {"type": "whole", "operator": "greaterThanOrEqual", "formula1": "0"},
    "number": {"type": "decimal", "operator": "greaterThanOrEqual", "formula1": "0"},
    "year": {"type": "whole", "operator": "between", "formula1": "1990", "formula2": "2099"},
    "date": {"type": "date", "operator": "greaterThan", "formula1": "32874"},  # 1 January 1990
}
_HEAD: Final = PatternFill("solid", fgColor="1F3A5F")
_NEEDED: Final = Font(bold=True, color="FFFFFF")
_OPTIONAL: Final = Font(italic=True, color="FFFFFF")


def needed(plan: Plan) -> list[str]:
    """The tables of one workbook for a small office: what the plan's goals count, the shares that may stand for it, and who is compared with."""
    terms = [
        term.table
        for one in plan.indicators.values()
        if one.goal and not one.official
        for term in (one.numerator, one.denominator)
        if term is not None
    ]
    also = [
        "comparators",
        "survey_rounds" if "survey" in terms else "",
        "shares" if delivered_shares(plan) else "",
    ]
    return [name for name in TABLES if name in (*terms, *also)]


def template(
    tables: Sequence[str],
    plan: Plan,
    path: Path,
    *,
    comparators: Sequence[str] = (),
    overwrite: bool = False,
    filled_at: Path | None = None,
) -> Path:
    """Write an empty workbook with a sheet for each table.

    `comparators` are names that the area column also offers. `filled_at`: where it will lie when it is imported, if
    not at `path`; the guide's command names it.

    Raises UnknownName for an unknown table, ProblemsFound when the file is there already.
    """
    if unknown := [name for name in tables if name not in TABLES]:
        raise UnknownName(f"no table {unknown[0]!r}. {did_you_mean(unknown[0], TABLES)}")
    if path.exists() and not overwrite:
        raise refuse(path.name, "is there already.", "Choose another name, or --force.")
    contracts = [contract_of(plan)[name] for name in tables]
    book = Workbook()
    guide: Any = book.active
    guide.title = GUIDE
    _fill_about(book.create_sheet(ABOUT), plan, with_days="incidents" in tables)
    forms = [book.create_sheet(sheet_of(name)) for name in tables]
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    lines = _guide_head(plan, filled_at or path)
    for form, contract in zip(forms, contracts, strict=True):
        choices = {column.name: _choices(contract, column, plan, comparators) for column in contract.columns}
        _fill_form(form, lists, contract, choices)
        title = f"Arket »{sheet_of(contract.name)}«: {contract.da}"
        lines += [[], [title], _row_per(contract), *_guide(contract, choices)]
    _write_guide(guide, lines)
    book.properties.title, book.properties.creator = f"{plan.name}: skema", "evalkit"
    content = io.BytesIO()  # openpyxl would leave half a file where there is no room for a whole one
    book.save(content)
    write(path, content.getvalue())
    return path


def sheet_of(table: str) -> str:
    """The Danish name of a table, as its sheet is called in a workbook of several."""
    return str(aliases()["tables"][table][0])


def _fill_about(sheet: Any, plan: Plan, *, with_days: bool) -> None:
    """Who supplied the figures, and which days the reports cover; read by import."""
    rows: list[tuple[str, str | None]] = [(SUPPLIED_BY, plan.municipality.name)]
    rows += [(FIRST_DAY, None), (LAST_DAY, None)] if with_days else []
    for row, (label, value) in enumerate(rows, start=1):
        sheet.cell(row, 1, label).font = Font(bold=True)
        sheet.cell(row, 2, value).number_format = "dd-mm-yyyy" if row > 1 else "@"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 60, 30


def _choices(table: Table, column: Column, plan: Plan, comparators: Sequence[str]) -> list[str]:
    """Words that a drop-down offers; empty for columns that are typed in."""
    if column.allowed:
        return [danish(table, column, value) for value in column.allowed]
    if column.name == "area":
        areas = [area.name for area in plan.areas.values()] + [aliases()["rest"][0], *comparators]
        if table.name == "shares":
            return [aliases()["whole_plan"][0], *areas]
        return ["alle", *areas] if table.name == "breaks" else areas
    if column.name == "measure":
        return [one.title.da for one in shares(plan).values()]
    if column.name == "indicator":
        return [plan.indicators[name].title.da for name in delivered_shares(plan)]
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
    what = _RULES.get(column.kind)
    if words:
        at = lists.max_column + (lists.cell(1, 1).value is not None)
        for row, word in enumerate([column.name, *words], start=1):
            lists.cell(row, at, word)
        letter = get_column_letter(at)
        what = {"type": "list", "formula1": f"'{_LISTS}'!${letter}$2:${letter}${len(words) + 1}"}
    if what is None:
        return None
    rule = DataValidation(**what, allow_blank=column.blank or not column.required)
    rule.errorTitle, rule.error = (
        "Kan ikke bruges",
        f"Skriv {_KINDS[column.kind]}." if not words else "Vælg fra listen.",
    )
    rule.promptTitle, rule.prompt = column.name, column.da[:250]
    rule.showErrorMessage = rule.showInputMessage = True
    return rule


_NEVER: Final = "Skriv aldrig navne, CPR-numre eller e-mailadresser. Tal, som kilden holder tilbage, skrives som .. (to punktummer)."


def _guide_head(plan: Plan, path: Path) -> list[list[str]]:
    return [
        [f"Sådan udfyldes skemaet for »{plan.name}«"],
        [
            "Hvert ark er en slags tal. Udfyld dem, I har tal til, én række ad gangen, og lad de andre stå tomme: rapporten "
            "skriver, hvad der mangler. Ret ikke i overskrifterne."
        ],
        [_NEVER],
        [f"Begynd med arket »{ABOUT}«."],
        [
            f"Har I kun andele (fx tryghed i procent og antal svar), så brug arket »{sheet_of('shares')}« i stedet for de "
            "enkelte svar."
        ],
        [f'Indlæs bagefter med: evalkit import "{as_typed(path, plan.root)}"'],
    ]


def _row_per(table: Table) -> list[str]:
    if not table.key:
        return [
            "Rækkerne må gerne gentages: én række pr. svar eller anmeldelse, eller flere lagt sammen med et antal."
        ]
    columns = ", ".join(header(table, table.column(name)) for name in table.key)
    return [f"Én række for hver kombination af: {columns}."]


def _guide(table: Table, choices: dict[str, list[str]]) -> list[list[str]]:
    """The columns of a table, one a line."""
    lines = [[*_COLUMNS]]
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
    if table.figures:
        lines.append(["Af kolonnerne med tal skal mindst én være udfyldt."])
    for part, whole in table.at_most:
        lines.append(
            [
                f"»{header(table, table.column(part))}« kan ikke være større end »{header(table, table.column(whole))}«."
            ]
        )
    return lines


def _write_guide(guide: Any, lines: list[list[str]]) -> None:
    for row, line in enumerate(lines, start=1):
        bold = row == 1 or line[:1] == [_COLUMNS[0]] or (line and line[0].startswith("Arket »"))
        for i, text in enumerate(line, start=1):
            cell = guide.cell(row, i, text)
            cell.alignment = Alignment(wrap_text=len(line) > 1, vertical="top")
            if bold:
                cell.font = Font(bold=True)
    for letter, width in zip("ABCDEF", (30, 48, 48, 22, 16, 22), strict=True):
        guide.column_dimensions[letter].width = width
