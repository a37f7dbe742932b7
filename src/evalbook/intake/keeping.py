"""Keeping: which rows of a sheet hold data, and what the others say that changes the figures: a unit, a status, a count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from evalbook.intake import parse_dates, parse_numbers
from evalbook.intake.mapping import Found, Mapping, locate
from evalbook.intake.names import Names, aliases, fold
from evalbook.intake.sheet import Alike, Cell, Sheet, cell_of, filled, is_blank
from evalkit.errors import Problem, ProblemsFound
from evalkit.schema import Table

ABOVE: Final = "above the column names"
BELOW: Final = "a note below the table"
_LABELS: Final = ("area", "sex", "age_group", "kind", "effort", "funder")  # columns that may say »I alt«

Body = Sequence[tuple[int, tuple[Cell, ...]]]  # rows that hold data, each with its number


@dataclass
class Left:
    """Rows that were left out."""

    dropped: list[tuple[int, str]] = field(default_factory=list)  # row and reason
    words: list[tuple[int, str]] = field(default_factory=list)  # row and text of what stands around the table


def kept(
    table: Table, mapping: Mapping, names: Names, found: Found, left: Left
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Rows that hold data; the others go into `left.dropped` with their reason."""
    sheet = found.sheet
    totals, nowhere = ({fold(name) for name in aliases()[key]} for key in ("totals", "nowhere"))
    header = sheet.rows[found.at][1]
    used = found.columns
    drop = [
        (name, i, {fold(label) for label in mapping.drop[name]})
        for name in mapping.drop
        if (i := used.get(name, next((c for c, h in found.headers.items() if fold(h) == fold(name)), -1)))
        >= 0
    ]
    full = [
        at
        for at, (_, cells) in enumerate(sheet.rows)
        if sum(i in used.values() for i, _ in filled(cells)) > 1
    ]
    end = max((sheet.numbers(sheet.rows[at][0])[-1] for at in full), default=sheet.rows[found.at][0])
    for at, (row, cells) in enumerate(sheet.rows):
        if at == found.at:
            continue
        why = ""
        area = found.cell(cells, "area")
        first = next((cell for _, cell in filled(cells)), None)
        if at < found.at:
            why = ABOVE if cells else "blank"
        elif first is None:
            why = "blank"
        elif cells == header:
            why = "the column names again"
        elif row > end and len(list(filled(cells))) == 1 and not _could_be_data(first, names):
            why = BELOW
        elif table.name != "breaks" and any(
            _is_total(cell, totals, names)
            for cell in (first, *(found.cell(cells, name) for name in _LABELS))
            if cell is not None
        ):
            why = "a total"
        elif area is not None and fold(area) in nowhere:
            why = "belongs to no area (unknown)"
        elif hit := next((name for name, i, gone in drop if fold(cell_of(cells, i) or "") in gone), None):
            why = f"{hit} is on the drop list"
        if why:
            left.dropped += [(number, why) for number in sheet.numbers(row)]
            if cells and why in (ABOVE, BELOW):
                left.words.append((row, " ".join(str(cell) for _, cell in filled(cells))))
        else:
            yield row, cells


def alike(head: Sheet, table: Table, mapping: Mapping) -> Alike | None:
    """What makes two rows of persons the same; None where the first rows hold no column names, which convert says."""
    try:
        found = locate(head, table, mapping)
    except ProblemsFound:
        return None
    dropped = {fold(name) for name in mapping.drop}
    also = (i for i, header in found.headers.items() if fold(header) in dropped)
    used, header = sorted({*found.columns.values(), *also}), head.rows[found.at][1]
    totals = [str(word).casefold() for word in aliases()["totals"]]

    def whole(line: tuple[Cell, ...]) -> bool:
        at, first = next(filled(line), (0, None))
        return (
            len(line) > len(header)
            or line == header
            or sum(not is_blank(cell_of(line, i)) for i in used) < 2
            or (at not in used and any(word in str(first).casefold() for word in totals))
        )

    return Alike(used, found.row_ids, whole)


def by_period(table: Table) -> bool:
    """Whether a table has one row per area, period and listed group, so that a row that lacks is seen to lack."""
    own = [name for name in table.key if name not in ("area", "year", "quarter")]
    return "area" in table.key and table.name != "breaks" and all(table.column(name).listed for name in own)


def _is_total(cell: Cell, totals: set[str], names: Names) -> bool:
    """Whether a label is a word for a total, or such a word beside the name of an area, as pivot tables write it."""
    text = fold(cell)
    return text in totals or any(
        text.removeprefix(f"{total} ") in names.areas or text.removesuffix(f" {total}") in names.areas
        for total in totals
        if text.startswith(f"{total} ") or text.endswith(f" {total}")
    )


def _could_be_data(cell: Cell, names: Names) -> bool:
    return (
        not isinstance(cell, str)
        or fold(cell) in names.areas
        or bool(parse_numbers.readings(cell))
        or bool(parse_dates.form(cell))
    )


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


def of_headers(found: Found, table: Table, mapping: Mapping) -> Iterator[Problem]:
    """Columns of figures whose header says a unit, until the mapping says which."""
    row = found.sheet.rows[found.at][0]
    for name, i in found.columns.items():
        if mapping.unit is None and name in table.sums and (hit := _UNIT.search(found.headers[i])):
            yield found.problem(row, i, f"says {hit[0]!r}: in what are the figures?", _ADVICE)


def of_notes(left: Left, table: Table, mapping: Mapping, found: Found) -> Iterator[Problem]:
    """Words above or below the table that say a unit, or that figures are provisional, until they are answered."""
    sheet = found.sheet
    has_status = any(column.name == "status" for column in table.columns)
    for row, words in left.words:
        place = f"{sheet.place}row {row}"
        if mapping.unit is None and (hit := _UNIT.search(words)):
            wrong = f"{words[:120]!r} says {hit[0]!r}: in what are the figures?"
            yield Problem(sheet.file, place, wrong, _ADVICE)
        said = "status" in found.columns or "status" in mapping.constants
        if has_status and not said and _PROVISIONAL.search(words):
            yield Problem(
                sheet.file,
                place,
                f"{words[:120]!r}: which figures are provisional?",
                "--set status=provisional if all are; otherwise a column Status with the word in their rows; "
                "--set status=final if none is.",
            )


_CODE: Final = re.compile(r"-?\d{1,4}|[A-Za-z]{1,3}\d{1,3}")


def of_labels(body: Body, table: Table, mapping: Mapping, names: Names, found: Found) -> Iterator[Problem]:
    """Answers that the file declares to be none, and codes without words, until the mapping says what they are."""
    for name, i in found.columns.items():
        column = next((one for one in table.columns if one.name == name), None)
        meant = names.of_column(table, column) if column else None
        said = {fold(label) for label in mapping.values.get(name, {})}
        rows: dict[str, list[int]] = {}
        for row, cells in body:
            if not is_blank(cell := cell_of(cells, i)):
                rows.setdefault(str(cell).strip(), []).extend(found.sheet.numbers(row))
        for label in found.sheet.missing.get(i, set()) & set(rows):
            if fold(label) in said:
                continue
            keep = f'--value "{name}:{label}={(meant or {}).get(fold(label)) or "…"}" if it is one, '
            wrong = f"{label!r} is declared missing in the file: is it an answer, as «don't know» is?"
            advice = f'{keep if meant else ""}--drop "{name}:{label}" if the row is to be left out.'
            where = found.sheet.at(sorted(rows[label]), i, found.headers[i])
            yield Problem(found.sheet.file, where, wrong, advice)
        known = said | set(meant or ())
        if (
            meant
            and rows
            and name != "age_group"
            and all(_CODE.fullmatch(text) and fold(text) not in known for text in rows)
        ):
            codes = ", ".join(sorted(rows)[:5])
            advice = (
                "Export the labels: REDCap and SPSS call them labels, Qualtrics choice text, LimeSurvey full answers. "
                f'Or say what each code is: --value "{name}:{min(rows)}=…".'
            )
            yield found.problem(body[0][0], i, f"holds codes ({codes}), not words.", advice)


def uncounted(body: Body, table: Table, mapping: Mapping, found: Found) -> Iterator[Problem]:
    """A column of whole numbers that nobody uses, where every row would count as one."""
    optional = any(column.name == "count" and not column.required for column in table.columns)
    if (
        not optional
        or "count" in {*found.columns, *mapping.constants}
        or found.sheet.form.get("format") == "SurveyXact"
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
                yield found.problem(
                    more[0],
                    i,
                    f"is {more[1]}, and the column is not used: does the row stand for {more[1]}?",
                    f'--column count="{header}" if it does, --ignore "{header}" if it does not.',
                )


def _whole(cell: Cell) -> int | None:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    found = set(parse_numbers.readings(cell).values()) if isinstance(cell, str) else {float(cell)}
    return int(max(found)) if found and all(value == int(value) and value >= 0 for value in found) else None
