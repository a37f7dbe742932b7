"""Conversion: the rows of a sheet to rows of the contract; every row is kept, or dropped with its reason, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Mapped
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from openpyxl.utils.cell import range_boundaries

from evalbook.intake import keeping, parse_dates, parse_numbers
from evalbook.intake.keeping import Body, Left, by_period, kept
from evalbook.intake.mapping import Found, Mapping, columns_of, locate
from evalbook.intake.names import Names, age_group, ages_of, aliases, fold, free, label_of
from evalbook.intake.sheet import Sheet, Unfit, cell_of, filled, is_blank, refuse, row_id, spans, stop
from evalkit.errors import Problem, ProblemsFound
from evalkit.schema import Column, Table

Value = str | int | float | date
_BESIDE: Final = "what stands to the right of the table was not read"
_GAPS: Final = ("movers", "shares")  # tables in which a figure may be left open beside others of its row
CALENDAR_YEARS: Final = "calendar years"
_FINER: Final = re.compile(  # in a folded header: Md., Månedsnr., Gerningsmåned, Kvt., Uge nr.
    r"\b(?:mdr?|mnd|kvt|uge(?:nr|nummer)?|weeks?|\w*(?:maaned|kvartal|halvaar|month|quarter)\w*)\b"
)
MOST: Final = 10  # problems of one source that are listed; the cells of the rest are counted


@dataclass
class Row:
    """One row of the contract, and where it came from."""

    sheet: Sheet
    number: int
    values: dict[str, Value]
    area_label: str = ""  # the area's name as the source has it
    row_id: str = ""  # of the source's own id columns; compared, never printed
    ages: tuple[int, float] | None = None  # first and last age, where the source's own label says them
    age_label: str = ""
    times: int = 1  # rows of the source that say the same

    def beside(self, other: Row) -> str:
        """How a message about another row names this one."""
        return f"row {self.number}" + ("" if self.sheet is other.sheet else f" of {self.sheet.file}")

    def problem(self, column: str, wrong: str, advice: str = "") -> Problem:
        """A problem in this row."""
        return Problem(self.sheet.file, f"{self.sheet.place}row {self.number}, {column}", wrong, advice)


@dataclass
class Converted:
    """Rows of one source, what was left out and why, and how the source was read."""

    rows: list[Row]
    found: Found
    left: Left
    decimals: str = ""


def convert(sheet: Sheet, table: Table, mapping: Mapping, names: Names) -> Converted:
    """Rows of the contract from one sheet; ProblemsFound with what cannot be read in one way only."""
    found = _filled_in(sheet, table, mapping, locate(sheet, table, mapping))
    _check_form(found, table)
    stop(keeping.of_headers(found, table, mapping))
    columns = {
        column.name: column
        for column in columns_of(table, mapping)
        if column.name in found.columns or column.name in mapping.constants
    }
    left = Left()
    body = list(kept(table, mapping, names, found, left))
    stop(keeping.of_notes(left, table, mapping, found))
    stop(keeping.of_labels(body, table, mapping, names, found))
    numbers = [
        parse_numbers.Given(sheet, row, i, found.headers[i], cell_of(cells, i), columns[name])
        for row, cells in body
        for name, i in found.columns.items()
        if columns[name].is_number
    ]
    filled_in = (one for one in numbers if not is_blank(one.cell))
    decimals, problems = parse_numbers.decide(filled_in, mapping.decimals)
    for name, i in found.columns.items():
        if columns[name].kind == "date" and (
            strange := parse_dates.mixed([(row, cell_of(cells, i)) for row, cells in body])
        ):
            row, why = strange
            problems.append(found.problem(row, i, why.wrong, why.advice))
        if columns[name].kind == "whole":
            problems += parse_numbers.uneven(one for one in numbers if one.column == i)
    problems += _two_points_of_a_scale(body, mapping, names, table, found)
    problems += keeping.uncounted(body, table, mapping, found)
    problems += _by_year(body, found, mapping) if not problems else []
    stop(problems)
    result = Converted([], found, left, decimals or "")
    sheet.notes += [
        *_defaults(columns, body, found),
        *_withheld(columns, body, found),
        *(f"row {row} says: {text[:200]}" for row, text in left.words),
    ]
    readers = {
        name: _reader(column, table, mapping, names, found, decimals) for name, column in columns.items()
    }
    header = found.headers.get(found.columns.get("year", -1), "")
    if table.name in ("turnover", "activities", "economy") and header and "plan" not in fold(header):
        sheet.notes.append(
            f"{header}: read as plan years, each named by the year it ends in. Are they calendar years, "
            "the figures stand in the wrong months: ask for figures by plan year"
        )
    have = {column.name for column in table.columns}
    provisional = any(parse_dates.is_provisional(found.cell(cells, "quarter")) for _, cells in body)
    if provisional:
        sheet.notes.append("* after a quarter is Statistics Denmark's mark for provisional: read as status")
    unfit: dict[tuple[int, str, str, str], list[int]] = {}  # what is wrong with a cell: in which rows
    for row, cells in body:  # a row of the source may be several rows here
        values: dict[str, Value] = {}
        for name, read in readers.items():
            i = found.columns.get(name, -1)
            cell = mapping.constants[name] if i < 0 else cell_of(cells, i)
            try:
                values[name] = read(parse_numbers.Given(sheet, row, i, name, cell, columns[name]))
            except Unfit as why:
                unfit.setdefault((i, name, why.wrong, why.advice), []).extend(sheet.numbers(row))
        area, age = (found.cell(cells, name) for name in ("area", "age_group"))
        ages = ages_of(age, mapping.values.get("age_group", {}))
        if "quarter" in values and "status" in have and "status" not in readers:
            marked = parse_dates.is_provisional(found.cell(cells, "quarter"))
            if marked or provisional:
                values["status"] = "provisional" if marked else "final"
        if "hidden" in have and any(
            parse_numbers.is_withheld(cell_of(cells, i)) for i in found.columns.values()
        ):
            values["hidden"] = "yes"
        result.rows.append(
            Row(
                sheet,
                row,
                values,
                str(area or "").strip(),
                row_id(cells, found.row_ids),
                ages,
                str(age or "").strip(),
                len(sheet.numbers(row)),
            )
        )
    for (i, name, wrong, advice), rows in unfit.items():
        place = sheet.at(sorted(rows), i, found.headers[i]) if i >= 0 else f"constant {name} of the mapping"
        problems.append(Problem(sheet.file, place, wrong, advice))
    if problems:
        more = sum(map(len, list(unfit.values())[MOST:]))
        rest = [Problem(sheet.file, "", f"{more} more cells cannot be read.")] if more else []
        raise ProblemsFound(problems[:MOST] + rest)
    if not result.rows:
        raise sheet.refuse(
            None,
            "no row is left after the column names.",
            "; ".join(sorted({why for _, why in left.dropped})),
        )
    return result


def _filled_in(sheet: Sheet, table: Table, mapping: Mapping, found: Found) -> Found:
    """What was found without columns that may be left out and in which nothing is filled in, as in a template."""
    body = [cells for _, cells in sheet.rows[found.at + 1 :]]
    optional = {column.name for column in table.columns if not column.required}
    used = {
        name: i
        for name, i in found.columns.items()
        if name not in optional or any(not is_blank(cell_of(cells, i)) for cells in body)
    }
    if body and table.figures and not set(table.figures) & {*used, *mapping.constants}:
        empty = ", ".join(
            found.headers[found.columns[name]] for name in table.figures if name in found.columns
        )
        raise sheet.refuse(
            None,
            f"no figure is filled in: {empty} hold nothing.",
            "Fill in one of them at least; write .. where the source withholds the figure.",
        )
    return replace(found, columns=used)


def _check_form(found: Found, table: Table) -> None:
    """Merged cells, cells beside the table and a cut-off end, where columns are used."""
    sheet, header = found.sheet, found.sheet.rows[found.at][0]
    used = set(found.columns.values())
    for ref in sheet.merged:
        first, _, last, bottom = (edge or 0 for edge in range_boundaries(ref))
        if bottom >= header and used & set(range(first - 1, last)):
            raise refuse(
                sheet.file,
                "are merged.",
                "Unmerge them and fill every cell.",
                place=f"{sheet.place}cells {ref}",
            )
    width = max(found.headers) + 1
    for row, cells in sheet.rows[: found.at]:
        if sum(1 for _ in filled(cells)) >= max(3, len(found.headers) / 2):
            raise sheet.refuse(
                row,
                f"stands above the column names in row {header}, but is filled like a row of the table.",
                "Move the column names to the top.",
            )
    for row, cells in sheet.rows[found.at + 1 :]:
        if len(cells) > width and (
            not sheet.name or not is_blank(cells[width])
        ):  # it may have pushed the others aside
            raise sheet.refuse(
                row,
                f"has more cells than the {width} column names.",
                "Is a delimiter inside a text, or a name missing above a column?",
            )
        if len(cells) > width and sheet.notes[-1:] != [_BESIDE]:
            sheet.notes.append(_BESIDE)
    if sheet.cut and sheet.rows[-1][1]:
        row, cells = sheet.rows[-1]
        last = len(cells) - 1
        known = {
            found.columns.get(column.name)
            for column in table.columns
            if column.listed or column.name in ("area", "effort", "funder")
        }
        whole = last == max(found.headers)
        if not whole or last in used - known:  # half a known label would be refused by itself
            raise refuse(
                sheet.file,
                "the file ends without a line end and may be cut off: the last cell may be "
                "the beginning of something longer.",
                "If it is whole, press Enter after the last line and save.",
                place=f"row {row}",
            )


def _by_year(body: Body, found: Found, mapping: Mapping) -> Iterator[Problem]:
    """Reports that are counted by calendar year, which the sheet's form then says; years beside months are refused."""
    i = found.columns.get("date", -1)
    if "count" not in found.columns or i < 0:
        return
    years = [(row, parse_dates.middle_of_year(cell_of(cells, i)) is not None) for row, cells in body]
    if not any(is_year for _, is_year in years):
        return
    finer = [header for header in found.unused if _FINER.search(fold(header))]
    other = next((row for row, is_year in years if not is_year), None)
    if finer or other is not None:
        beside = f"the column {finer[0]!r}" if finer else f"row {other}"
        yield found.problem(
            years[0][0],
            i,
            f"is a year, and {beside} says less than a year: what is the date?",
            "Put year and month in one column (10-2018), or leave the rows of whole years out.",
        )
    elif not mapping.add_up:
        yield from _year_again(body, found)
    found.sheet.form["dates"] = CALENDAR_YEARS


def _year_again(body: Body, found: Found) -> Iterator[Problem]:
    """A year that has several rows of the same, as months have whose column has a name that says nothing."""
    i, counts = found.columns["date"], found.columns["count"]
    seen: dict[tuple[str, ...], int] = {}
    for row, cells in body:
        same = tuple(fold(cell_of(cells, at)) for at in found.columns.values() if at != counts)
        if (first := seen.setdefault(same, row)) != row:
            yield found.problem(
                row,
                i,
                f"is a year, and row {first} has the same year of the same: are they months or quarters of it?",
                "Put year and month in one column (10-2018); --add-up if they are other parts of the year's count.",
            )
            return


def _two_points_of_a_scale(
    body: Body, mapping: Mapping, names: Names, table: Table, found: Found
) -> Iterator[Problem]:
    """Two labels of one source for the same answer may be two points of a longer scale."""
    for name in set(aliases()["scales"]) & set(found.columns):
        meant, i = names.of_column(table, table.column(name)) or {}, found.columns[name]
        said = {fold(one) for one in mapping.values.get(name, {})}
        seen: dict[str, str] = {}
        for row, cells in body:
            text = str(cell_of(cells, i) or "")
            value = meant.get(fold(text))
            if value and fold(text) not in said and fold(seen.setdefault(value, text)) != fold(text):
                yield found.problem(
                    row,
                    i,
                    f"{text!r} and {seen[value]!r} would both be {value}: are they two points of a longer scale?",
                    f'Say what each of them is: --value "{name}:{seen[value]}={value}" --value "{name}:{text}={value}", '
                    "with another value where it is another answer.",
                )
                return


def _empty(column: Column, table: Table) -> str:
    if column.is_number and by_period(table):
        return "Fill it in; write .. where the figure is not known."
    return f'Fill it in, or leave the rows without it out with --drop "{column.name}:" (they are counted and told).'


def _defaults(columns: Mapped[str, Column], body: Body, found: Found) -> Iterator[str]:
    """What an empty cell of a column that may be left out was read as."""
    for name, i in found.columns.items():
        empty = sum(len(found.sheet.numbers(row)) for row, cells in body if is_blank(cell_of(cells, i)))
        if empty and columns[name].default is not None:
            yield f"{found.headers[i]} is empty in {empty} rows: read as {columns[name].default}"


def _withheld(columns: Mapped[str, Column], body: Body, found: Found) -> Iterator[str]:
    """Cells that the source withholds: they are hidden, and the rest of their rows stays."""
    for name, i in found.columns.items():
        rows = sorted(
            number
            for row, cells in body
            if parse_numbers.is_withheld(cell_of(cells, i))
            for number in found.sheet.numbers(row)
        )
        if rows and columns[name].is_figure:
            yield f"{found.headers[i]} is withheld (..) in {len(rows)} rows, which are hidden there: row {spans(rows)}"


def _reader(
    column: Column,
    table: Table,
    mapping: Mapping,
    names: Names,
    found: Found,
    decimals: parse_numbers.Decimals | None,
) -> Callable[[parse_numbers.Given], Value]:
    """The function that reads one cell of a column."""
    said = mapping.values.get(column.name, {})
    meant = names.of_column(table, column)
    persons = mapping.rows == "persons"
    added_up = "count" in found.columns
    header = found.headers.get(found.columns.get(column.name, -1), "")

    def read(given: parse_numbers.Given) -> Value:
        cell = given.cell
        if is_blank(cell):
            if found.sheet.blind and column.is_number:
                raise Unfit(
                    "is empty, or holds an error or a formula whose result the file does not show.",
                    "Fill it in, write .. where the figure is not known, or save the file in Excel as .xlsx.",
                )
            if column.default is not None and column.name != "weight":
                return int(column.default) if column.kind == "whole" else column.default
            if column.name == "benefit" or (column.blank and (not column.is_figure or table.name in _GAPS)):
                return ""
            raise Unfit("is empty.", _empty(column, table))
        if column.is_figure and parse_numbers.is_withheld(cell):
            return ""
        if column.kind == "date":
            if added_up and (first := parse_dates.first_day_of(cell) or parse_dates.middle_of_year(cell)):
                return first
            return parse_dates.parse(cell)
        if column.kind == "quarter":
            return parse_dates.stock_of(cell, header) or parse_dates.quarter(cell)
        if column.kind == "year":
            return parse_dates.year(cell)
        if column.is_number:
            if (
                persons
                and column.name == "outside_work_education"
                and fold(cell) in ("ja", "nej", "yes", "no")
            ):
                return int(fold(cell) in ("ja", "yes"))
            value = parse_numbers.parse(given, decimals)
            if persons and value > 1:
                raise Unfit(
                    f"{cell!r} is more than one person.",
                    "One row per person takes 0 to 1; is the table already added up?",
                )
            if mapping.unit and column.name != "weight":
                value = value * mapping.unit
            return value
        if column.name == "age_group":
            if column.blank and fold(cell) in {fold(name) for name in aliases()["unsaid"]}:
                return ""
            return age_group(cell, column.allowed, said)
        if meant is not None:
            return label_of(cell, column.name, meant, said)
        return free(cell, column.name)

    return read
