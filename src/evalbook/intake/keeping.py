"""Keeping: which rows of a sheet hold data; every other row is dropped with its reason, none silently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from evalbook.intake import parse_dates, parse_numbers
from evalbook.intake.mapping import Found, Mapping
from evalbook.intake.names import Names, aliases, fold
from evalbook.intake.sheet import Cell, Sheet, cell_of, filled
from evalkit.schema import Table

ABOVE: Final = "above the column names"
BELOW: Final = "a note below the table"


@dataclass
class Left:
    """Rows that were left out."""

    dropped: list[tuple[int, str]] = field(default_factory=list)  # row and reason
    words: list[tuple[int, str]] = field(default_factory=list)  # row and text of what stands around the table


def kept(
    sheet: Sheet, table: Table, mapping: Mapping, names: Names, found: Found, left: Left
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Rows that hold data; the others go into `left.dropped` with their reason."""
    totals, nowhere = ({fold(name) for name in aliases()[key]} for key in ("totals", "nowhere"))
    header = sheet.rows[found.at][1]
    used = found.columns
    label_columns = {
        name: i
        for name, i in used.items()
        if name in ("area", "sex", "age_group", "kind", "effort", "funder")
    }
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
    end = full[-1] if full else found.at
    for at, (row, cells) in enumerate(sheet.rows):
        if at == found.at:
            continue
        why = ""
        area = cell_of(cells, used.get("area", -1)) if "area" in used else None
        first = next((cell for _, cell in filled(cells)), None)
        if at < found.at:
            why = ABOVE if cells else "blank"
        elif not any(True for _ in filled(cells)):
            why = "blank"
        elif cells == header:
            why = "the column names again"
        elif at > end and sum(1 for _ in filled(cells)) == 1 and not _could_be_data(first, names):
            why = BELOW
        elif table.name != "breaks" and (
            _is_total(first, totals, names)
            or any(
                _is_total(cell, totals, names)
                for name, i in label_columns.items()
                if (cell := cell_of(cells, i)) is not None
            )
        ):
            why = "a total"
        elif area is not None and fold(area) in nowhere:
            why = "belongs to no area (unknown)"
        elif hit := next((name for name, i, gone in drop if fold(cell_of(cells, i) or "") in gone), None):
            why = f"{hit} is on the drop list"
        if why:
            left.dropped.append((row, why))
            if cells and why in (ABOVE, BELOW):
                left.words.append((row, " ".join(str(cell) for _, cell in filled(cells))))
        else:
            yield row, cells


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
