"""Rules across rows: keys, parts and wholes, one name per area, gaps. What breaks one is refused, with both readings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from evalkit.contract import Table
from evalkit.errors import Problem
from evalkit.intake.convert import Row, Value
from evalkit.intake.mapping import Mapping
from evalkit.intake.names import fold


def when(values: dict[str, Value]) -> str:
    """The quarter, the year, or the calendar year of the date of a row."""
    if "date" in values and isinstance(values["date"], date):
        return str(values["date"].year)
    return str(values.get("quarter", values.get("year", "")))


def one_name_per_area(rows: list[Row], mapping: Mapping) -> Iterator[Problem]:
    """Two names for one area in one period: parts to be added up, or the same area twice?"""
    said = {fold(name) for name in mapping.values.get("area", {})}
    seen: dict[tuple[Value, str], Row] = {}
    told: set[tuple[Value, str]] = set()
    for row in rows:
        if not row.area_label:
            continue
        first = seen.setdefault((row.values["area"], when(row.values)), row)
        pair = (row.values["area"], fold(row.area_label))
        if (
            fold(first.area_label) != fold(row.area_label)
            and not {fold(first.area_label), fold(row.area_label)} <= said
            and pair not in told
        ):
            told.add(pair)
            yield row.problem("area", f"{row.area_label!r} is {row.values['area']}, and so is {first.area_label!r} in row {first.number}"
                              f"{'' if first.sheet is row.sheet else ' of ' + first.sheet.file}: two parts of it, or the same twice?",
                              f"If they are parts, say so under `values: {{area: {{...: {row.values['area']}}}}}` in the mapping file, for both names.")  # fmt: skip


def repeated_ids(rows: list[Row]) -> Iterator[Problem]:
    """The same respondent, case or person twice in one source and period."""
    seen: dict[tuple[int, str, str], int] = {}
    for row in rows:
        if row.row_id.strip("\x1f "):
            first = seen.setdefault((id(row.sheet), row.row_id, when(row.values)), row.number)
            if first != row.number:
                yield row.problem(
                    "the column that numbers the rows",
                    f"has the same number as row {first}.",
                    "Keep one of the two rows.",
                )


def keys(rows: list[Row], table: Table) -> Iterator[Problem]:
    """Two rows of one key; for tables without a key, two added-up rows of the same group."""
    seen: dict[tuple[Value, ...], Row] = {}
    for row in rows:
        if table.key:
            key = tuple(row.values[name] for name in table.key)
        elif row.values.get("count", 1) != 1:
            key = tuple(value for name, value in row.values.items() if name != "count")
        else:
            continue
        if (first := seen.setdefault(key, row)) is not row:
            same = "the same figures" if first.values == row.values else "other figures"
            yield row.problem(", ".join(table.key) or "all columns but count", f"{' '.join(map(str, key))} stands already in row {first.number}"
                              f"{'' if first.sheet is row.sheet else ' of ' + first.sheet.file}, with {same}.",
                              "Keep one row, or say `add_up: true` in the mapping file if the rows are parts of it.")  # fmt: skip


def parts(rows: list[Row], table: Table) -> Iterator[Problem]:
    """A part larger than its whole; a share where a count belongs; a first day after the last."""
    kinds = {column.name: column.kind for column in table.columns}
    for part, whole in table.at_most:
        pairs = [(row, float(row.values[part]), float(row.values[whole])) for row in rows  # type: ignore[arg-type]
                 if row.values.get(part, "") != "" and row.values.get(whole, "") != ""]  # fmt: skip
        over = [pair for pair in pairs if pair[1] > pair[2]]
        swapped = len(over) > 1 and len(over) == sum(one != other for _, one, other in pairs)
        for row, one, other in over:
            yield row.problem(
                part,
                f"{part} {one:g} is more than {whole} {other:g}.",
                "The two columns seem to be swapped." if swapped else "Are the two swapped?",
            )
        for row, one, other in pairs:
            if kinds[part] == "number" and 0 < one < 1 and other >= 100:
                yield row.problem(
                    part,
                    f"{part} {one:g} may be {one:g} persons of {other:g}, or a share ({one:.0%}).",
                    "Give persons, not shares.",
                )
    for row in rows:
        start, end = row.values.get("from_date"), row.values.get("to_date")
        if isinstance(start, date) and isinstance(end, date) and start > end:
            yield row.problem(
                "from_date, to_date",
                f"the first day {start} comes after the last day {end}.",
                "Are the two swapped?",
            )
        if table.name == "survey" and row.values["weight"] == 0:
            yield row.problem(
                "weight", "0 is not above zero.", "Give every answer a weight, 1 if unweighted."
            )


def outside(rows: list[Row], covers: tuple[date, date]) -> Iterator[Problem]:
    """Dates outside the days that the source covers."""
    for row in rows:
        day = row.values.get("date")
        if isinstance(day, date) and not covers[0] <= day <= covers[1]:
            yield row.problem(
                "date",
                f"{day} is outside the days covered, {covers[0]} to {covers[1]}.",
                "Correct the date, or the days covered.",
            )


def gaps(
    rows: list[Row], table: Table, known: Iterable[str], withheld: set[tuple[str, str]]
) -> Iterator[Problem]:
    """A period, or a group in a period, that one area lacks and others have; a quarter that all lack."""
    groups = [name for name in table.key if name not in ("area", "year", "quarter")]
    timed = "quarter" if "quarter" in table.key else "year"
    if (
        (table.name != "survey" and "area" not in table.key)
        or any(not table.column(name).allowed for name in groups)
        or table.name == "breaks"
    ):
        return
    has: dict[tuple[str, str], set[tuple[Value, ...]]] = defaultdict(set)
    for row in rows:
        has[str(row.values["area"]), str(row.values[timed])].add(tuple(row.values[name] for name in groups))
    periods = {period for _, period in has}
    if timed == "quarter":
        first, last = min(periods), max(periods)
        periods |= {
            f"{year}Q{q}"
            for year in range(int(first[:4]), int(last[:4]) + 1)
            for q in range(1, 5)
            if first <= f"{year}Q{q}" <= last
        }
    everything = set().union(*has.values())
    declared = {" ".join(gap.split()) for gap in known}
    for area in sorted({area for area, _ in has}):
        for period in sorted(periods):
            lacking = everything - has.get((area, period), set())
            if not lacking or (area, period) in withheld or {area, f"{area} {period}"} & declared:
                continue
            what = (
                "no row"
                if (area, period) not in has
                else f"no row for {', '.join(' '.join(map(str, group)) for group in sorted(lacking, key=str)[:3])}"
            )
            yield Problem(f"table {table.name}", f"{area} {period}", f"{what}, though others have one.",
                          f"Add it, or write {f'{area} {period}'!r} under `known_gaps` in the mapping file if the figure does not exist.")  # fmt: skip
