"""Rules across rows: keys, parts and wholes, one name per area, gaps. What breaks one is refused, with both readings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations, product
from typing import Final

import pandas as pd

from evalbook.intake import names as names_of
from evalbook.intake.convert import Row, Value
from evalbook.intake.keeping import by_period
from evalbook.intake.mapping import Mapping
from evalbook.intake.names import fold
from evalkit.errors import Problem
from evalkit.schema import Table

OLD: Final = 95  # single years of age often end here or later, without a last open group


def when(values: dict[str, Value]) -> str:
    """The quarter, the year, or the calendar year of the date of a row."""
    if "date" in values and isinstance(values["date"], date):
        return str(values["date"].year)
    return str(values.get("quarter", values.get("year", "")) or values.get("calendar_year", ""))


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
            yield row.problem(
                "area",
                f"{row.area_label!r} is {row.values['area']}, and so is {first.area_label!r} in "
                f"{first.beside(row)}: two parts of it, or the same twice?",
                f'If they are parts, add --value "area:{first.area_label}={row.values["area"]}" '
                f'--value "area:{row.area_label}={row.values["area"]}" --add-up',
            )


def repeated_ids(rows: list[Row]) -> Iterator[Problem]:
    """The same respondent, case or person twice: in one source and period, or in two sources for one area and period."""
    shared: dict[tuple[str, str], list[tuple[Row, Row]]] = defaultdict(list)
    periods: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        periods[when(row.values)].append(row)
    for same in periods.values():  # one after the other: of a large register only one period is held
        seen: dict[tuple[int, str], int] = {}
        elsewhere: dict[tuple[str, Value], Row] = {}
        for number, id_, row in _numbered(same):
            if (first := seen.setdefault((id(row.sheet), id_), number)) != number:
                yield replace(row, number=number).problem(
                    "the column that numbers the rows",
                    f"has the same number as row {first}.",
                    "Keep one of the two rows.",
                )
            other = elsewhere.setdefault((id_, row.values.get("area", "")), row)
            if other.sheet is not row.sheet:
                shared[_source_of(other), _source_of(row)].append((other, row))
    for (one, _), pairs in shared.items():
        other, row = pairs[0]
        again = f", and so {_have(len(pairs) - 1)}" if len(pairs) > 1 else ""
        yield row.problem(
            "the column that numbers the rows",
            f"has the same number, area and period as row {other.number} of {one}{again}: the sources overlap.",
            "Leave the rows out of one of them; if the numbers begin anew in each source, say --ignore and the column's name.",
        )


def _numbered(rows: list[Row]) -> Iterator[tuple[int, str, Row]]:
    """Every row of the source that has a number of its own: its place, that number, and the row that stands for it."""
    for row in rows:
        ids = row.sheet.ids.get(row.number, [row.row_id] * row.times)
        for number, id_ in zip(row.sheet.numbers(row.number), ids, strict=True):
            if id_.strip("\x1f "):
                yield number, id_, row


def _source_of(row: Row) -> str:
    return f"{row.sheet.file}{', ' + row.sheet.place.rstrip(', ') if row.sheet.name else ''}"


def _have(more: int) -> str:
    return "has 1 more row" if more == 1 else f"have {more} more rows"


def overlaps(rows: list[Row], table: Table, mapping: Mapping) -> Iterator[Problem]:
    """Two sources without numbers that both hold answers or reports of one area and time."""
    if table.key or mapping.add_up:
        return
    spans: dict[tuple[Value, ...], dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        group: tuple[Value, ...] = (
            row.values["area"],
            row.values.get("year", row.values.get("kind", "")),
        )
        spans[group][id(row.sheet)].append(row)
    told: set[tuple[int, int]] = set()
    for group, sources in spans.items():
        for (a, one), (b, other) in combinations(sources.items(), 2):
            if all(row.row_id.strip("\x1f ") for row in (*one, *other)) or (a, b) in told:
                continue
            days = [[str(row.values.get("date", "")) for row in part] for part in (one, other)]
            if min(days[0]) <= max(days[1]) and min(days[1]) <= max(days[0]):
                told.add((a, b))
                yield other[0].problem(
                    "area",
                    f"{' '.join(map(str, group))} stands in {_source_of(one[0])} too (row {one[0].number}): "
                    "the same twice, or two parts?",
                    "Leave one of them out; --add-up if they are two parts.",
                )


def ages(rows: list[Row], table: Table) -> Iterator[Problem]:
    """Ages that the source's own labels leave out of an age group, which would then be too small."""
    if "age_group" not in table.key or any("age_group" not in row.values for row in rows):
        return
    given: dict[tuple[Value, ...], list[Row]] = defaultdict(list)
    for row in rows:
        given[tuple(row.values.get(name, "") for name in table.key)].append(row)
    lacking: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for key, same in given.items():
        spans = [row.ages for row in same]
        if None in spans:  # the mapping says what it is, or the group's own name stands there
            continue
        group = str(key[table.key.index("age_group")])
        if gone := _uncovered(names_of.bounds(group), [span for span in spans if span]):
            lacking[group, gone].append(same[0])
    for (group, gone), where in lacking.items():
        row = where[0]
        yield row.problem(
            "age_group",
            f"the age group {group} lacks the ages {gone} ({row.values['area']} {when(row.values)}"
            f"{f', and {len(where) - 1} more' if len(where) > 1 else ''}): it would be too small.",
            "Ask for these ages, 0 where nobody is of that age; if this is all that is asked for, say "
            + f'--value "age_group:{row.age_label}={group}".',
        )


def _uncovered(group: tuple[int, float], spans: list[tuple[int, float]]) -> str:
    """The ages of a group that no span covers, as text; what comes after OLD is nobody's where single years are given."""
    at, gone = group[0], []
    for low, high in sorted(spans):
        if low > at:
            gone.append(f"{at}-{low - 1}" if low - 1 > at else str(at))
        at = max(at, high + 1)  # type: ignore[assignment]  # infinity ends it
    if at <= min(group[1], OLD):
        gone.append(
            f"{at} and over"
            if group[1] == float("inf")
            else f"{at}-{group[1]:g}"
            if group[1] > at
            else str(at)
        )
    return ", ".join(gone)


def keys(rows: list[Row], table: Table) -> Iterator[Problem]:
    """Two rows of one key; for tables without a key, two added-up rows of the same group."""
    seen: dict[tuple[Value, ...], Row] = {}
    for name in (one for one in table.key if table.column(one).listed and table.column(one).blank):
        some = [row for row in rows if row.values.get(name, "") == ""]
        if 0 < len(some) < len(rows):
            yield some[0].problem(
                name,
                "is not told, and other rows have one: a total beside its parts would count people twice.",
                "Leave the rows of totals out; groups that nobody tells belong to none.",
            )
    for row in rows:
        if table.key:
            key: tuple[Value, ...] = tuple(row.values.get(name, "") for name in table.key)
        elif row.values.get("count", 1) != 1:
            key = tuple(value for name, value in row.values.items() if name != "count")
        else:
            continue
        if (first := seen.setdefault(key, row)) is not row:
            others = [
                f"{name} {first.values.get(name, '')} ≠ {value}"
                for name, value in row.values.items()
                if first.values.get(name, "") != value
            ]
            same = f"other figures: {', '.join(others)}" if others else "the same figures"
            advice = "Keep one row."
            if not row.values.get("percent"):
                advice = "Keep one row, or add --add-up if the rows are parts of it."
            yield row.problem(
                ", ".join(table.key) or "all columns but count",
                f"{' '.join(str(value) for value in key if value != '')} stands already in {first.beside(row)}, with {same}.",
                advice,
            )


def parts(rows: list[Row], table: Table) -> Iterator[Problem]:
    """A part larger than its whole; a share where a count belongs; a first day after the last."""
    kinds = {column.name: column.kind for column in table.columns}
    for part, whole in table.at_most:
        pairs = [
            (row, float(row.values[part]), float(row.values[whole]))  # type: ignore[arg-type]
            for row in rows
            if row.values.get(part, "") != "" and row.values.get(whole, "") != ""
        ]
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
        if table.name == "survey" and row.values.get("weight") == 0:
            yield row.problem(
                "weight",
                "0 is not above zero.",
                "Give every answer its weight, the residents that it stands for; unweighted, that is the area's adults divided by the answers.",
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
    rows: list[Row],
    table: Table,
    mapping: Mapping,
    settled: set[str],
) -> Iterator[Problem]:
    """A period, or a group in a period, that one area lacks and others have; a quarter that all lack.

    `settled`: periods that an earlier import asked about. A whole period may be a known gap; a group may not where groups are added up, because the sum would be too low.
    """
    if not by_period(table) and table.name != "survey":
        return
    groups = [name for name in table.key if name not in ("area", "year", "quarter")]
    has: dict[tuple[str, str], set[tuple[Value, ...]]] = defaultdict(set)
    for row in rows:
        has[str(row.values["area"]), when(row.values)].add(tuple(row.values.get(name, "") for name in groups))
    periods = {period for _, period in has}
    if "quarter" in table.key:
        wanted = {period[4:] for period in periods}  # a stock made up once a year has one quarter of each
        every = map(str, pd.period_range(min(periods), max(periods), freq="Q"))
        periods |= {one for one in every if len(wanted) > 1 or one[4:] in wanted}
    everything = set().union(*has.values())
    declared = {" ".join(gap.split()) for gap in mapping.known_gaps}
    for area, period in product(sorted({area for area, _ in has}), sorted(periods)):
        if period in settled:
            continue
        lacking = everything - has.get((area, period), set())
        known = bool({area, f"{area} {period}"} & declared)
        in_part = (area, period) in has
        named = ", ".join(" ".join(map(str, group)) for group in sorted(lacking, key=str)[:3])
        if lacking and in_part and (mapping.add_up or table.name == "population"):
            wrong = f"{named} is missing: the sum would be too low."
            advice = "Add it, 0 if there is none, or leave all its rows out."
        elif lacking and not known:
            wrong = f"no row{f' for {named}' if named and in_part else ''}, though others have one."
            advice = f'Add it, or say --known-gap "{area} {period}" if the figure does not exist.'
        else:
            continue
        yield Problem(f"table {table.name}", f"{area} {period}", wrong, advice)
