"""Reservations: what a source says beside its figures and that changes them: a unit, a status, a count nobody named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from evalbook.intake import parse_numbers
from evalbook.intake.keeping import Left
from evalbook.intake.mapping import Found, Mapping
from evalbook.intake.names import fold
from evalbook.intake.sheet import Cell, Sheet, cell_of, is_blank
from evalkit.errors import Problem, ProblemsFound
from evalkit.schema import Table

_UNIT: Final = re.compile(
    r"\b1[. ]?000\b|\bt\.?\s?kr\b|\btusind|\bthousand|\bmio\b|\bmillion|\bmia\b|\bmilliard|\bpct\b|\bprocent"
    r"|\bper\s?cent|\bpromille|[%‰]",
    re.IGNORECASE,
)
_PROVISIONAL: Final = re.compile(r"\bforeløbig|\bprovisional|\bpreliminary", re.IGNORECASE)
_ADVICE: Final = (
    "--unit 1 if the figures are plain counts or kroner all the same, --unit 1000 or --unit 1000000 if they are thousands "
    "or millions. Shares cannot be counted: ask for the numbers of persons."
)


def of_headers(sheet: Sheet, found: Found, table: Table, mapping: Mapping) -> None:
    """Refuse a column of figures whose header says a unit, until the mapping says which."""
    row = sheet.rows[found.at][0]
    problems = [
        sheet.problem(row, i, found.headers[i], f"says {hit[0]!r}: in what are the figures?", _ADVICE)
        for name, i in found.columns.items()
        if mapping.unit is None and _is_figure(name, table) and (hit := _UNIT.search(found.headers[i]))
    ]
    if problems:
        raise ProblemsFound(problems)


def of_notes(sheet: Sheet, left: Left, table: Table, mapping: Mapping, found: Found) -> None:
    """Refuse words above or below the table that say a unit, or that figures are provisional, until they are answered."""
    problems = []
    has_status = any(column.name == "status" for column in table.columns)
    for row, words in left.words:
        place = f"{sheet.place}row {row}"
        if mapping.unit is None and (hit := _UNIT.search(words)):
            wrong = f"{words[:120]!r} says {hit[0]!r}: in what are the figures?"
            problems.append(Problem(sheet.file, place, wrong, _ADVICE))
        said = "status" in found.columns or "status" in mapping.constants
        if has_status and not said and _PROVISIONAL.search(words):
            problems.append(
                Problem(
                    sheet.file,
                    place,
                    f"{words[:120]!r}: which figures are provisional?",
                    "--set status=provisional if all are; otherwise a column Status with the word in their rows; "
                    "--set status=final if none is.",
                )
            )
    if problems:
        raise ProblemsFound(problems)


def uncounted(
    sheet: Sheet,
    body: Sequence[tuple[int, tuple[Cell, ...]]],
    table: Table,
    mapping: Mapping,
    found: Found,
) -> Iterator[Problem]:
    """A column of whole numbers that nobody uses, where every row would count as one."""
    optional = any(column.name == "count" and not column.required for column in table.columns)
    if (
        not optional
        or "count" in {*found.columns, *mapping.constants}
        or sheet.form.get("format") == "SurveyXact"
    ):
        return  # the rows of a SurveyXact export are respondents
    answered = {fold(name) for name in (*mapping.ignore, *mapping.drop)}
    for i, header in found.headers.items():
        if i in found.columns.values() or i in found.row_ids or fold(header) in answered:
            continue
        cells = [(row, cell) for row, line in body if not is_blank(cell := cell_of(line, i))]
        figures = [_whole(cell) for _, cell in cells]
        if figures and all(figure is not None for figure in figures):
            more = next(((row, n) for (row, _), n in zip(cells, figures, strict=True) if n and n > 1), None)
            if more:
                yield sheet.problem(
                    more[0],
                    i,
                    header,
                    f"is {more[1]}, and the column is not used: does the row stand for {more[1]}?",
                    f'--column count="{header}" if it does, --ignore "{header}" if it does not.',
                )


def words(left: Left) -> list[str]:
    """What stands around the table, as a person is told it."""
    return [f"row {row} says: {text[:200]}" for row, text in left.words]


def _is_figure(name: str, table: Table) -> bool:
    return any(
        column.name == name
        and column.kind in ("whole", "number")
        and name not in ("weight", "percent", "design_effect", "rounding")
        for column in table.columns
    )


def _whole(cell: Cell) -> int | None:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    found = set(parse_numbers.readings(cell).values()) if isinstance(cell, str) else {float(cell)}
    return int(max(found)) if found and all(value == int(value) and value >= 0 for value in found) else None
