"""Sums: parts of an area, departments, rows of persons, and the rest of the municipality as the whole of it minus the plan's areas."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from evalbook.intake import parse_dates
from evalbook.intake.convert import Row, Value
from evalbook.intake.mapping import Mapping
from evalbook.intake.names import MUNICIPALITY, Names, aliases, fold, header
from evalbook.intake.sheet import Unfit
from evalkit.errors import Problem
from evalkit.plan import Plan
from evalkit.schema import Table
from evalkit.terms import REST


def added_up(rows: list[Row], table: Table) -> list[Row]:
    """Rows of one key added up, in the order in which the keys first appear; a row without a count stands for one."""
    names = [name for name in table.sums if name == "count" or any(name in row.values for row in rows)]
    return _by_key(rows, [name for name in rows[0].values if name not in names], names)


def persons_added_up(rows: list[Row]) -> tuple[list[Row], int]:
    """Benefits by area and quarter from one row per resident; and how many had study grants, which are no benefit here."""
    grants = {fold(name) for name in aliases()["study_grants"]}
    students = 0
    for row in rows:
        if fold(row.values.pop("benefit", "")) in grants:
            row.values["recipients_fulltime"] = 0
            students += row.times
        row.values["residents_18_64"] = 1
    names = ["residents_18_64", "recipients_fulltime", "outside_work_education"]
    return _by_key(rows, ["area", "quarter", "status"], names), students


def _by_key(rows: list[Row], key: list[str], names: list[str]) -> list[Row]:
    groups: dict[tuple[Value, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row.values.get(name, "") for name in key)].append(row)
    return [
        Row(
            same[0].sheet,
            same[0].number,
            same[0].values
            | {name: added(_times(row.values.get(name, 1), row.times) for row in same) for name in names},
        )
        for same in groups.values()
    ]


def _times(value: Value, times: int) -> Value:
    return _number(value) * times if value != "" else value


def rest_from_municipality(
    rows: list[Row], table: Table, plan_areas: tuple[str, ...]
) -> tuple[list[Row], list[Problem]]:
    """Rows of the whole municipality turned into the rest of it: the whole minus the plan's areas, group by group."""

    def group(row: Row) -> tuple[Value, ...]:
        return tuple(
            parse_dates.quarter_of(value) if isinstance(value, date) else value
            for name, value in row.values.items()
            if name not in (*table.sums, "area", "status")
        )

    own: dict[tuple[Value, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row.values["area"] in plan_areas:
            own[group(row)].append(row)
    kept, problems = [], []
    for row in rows:
        if row.values["area"] == MUNICIPALITY:
            try:
                rest = _rest(row, own[group(row)], table, plan_areas)
            except Unfit as why:
                problems.append(row.problem("area", why.wrong, why.advice))
            else:
                row = Row(row.sheet, row.number, row.values | {"area": REST} | rest, row.area_label)
        kept.append(row)
    return kept, problems


def _rest(whole: Row, own: list[Row], table: Table, plan_areas: tuple[str, ...]) -> dict[str, Value]:
    """Figures of the whole minus those of the areas; what is withheld on one side cannot be worked out."""
    lacking = [area for area in plan_areas if all(one.values["area"] != area for one in own)]
    if table.name == "survey":
        raise Unfit("a survey of the whole municipality cannot be split by subtraction.")
    if lacking and table.key:
        wrong = f"the rest cannot be worked out: no figures for {', '.join(lacking)}."
        raise Unfit(wrong, "Import the areas' own figures with it.")
    rest: dict[str, Value] = {}
    for name in (name for name in table.sums if name in whole.values):
        total, parts = whole.values[name], added(one.values.get(name, 1) for one in own)
        rest[name] = "" if "" in (total, parts) else added([total, -_number(parts)])
        if rest[name] != "" and _number(rest[name]) < 0:
            wrong = "the areas of the plan have more than the whole municipality."
            raise Unfit(wrong, "Do both sources count the same?")
    return rest


def _number(value: Value) -> float | int:
    assert isinstance(value, int | float), value  # the contract's numeric columns were parsed as numbers
    return value


def added(values: Iterable[Value]) -> Value:
    """The sum of figures; nothing where one of them is withheld."""
    every = list(values)
    if "" in every:
        return ""
    numbers = [_number(value) for value in every]
    if all(isinstance(value, int) for value in numbers):
        return sum(numbers)
    return round(math.fsum(numbers), 9)


_MARKS: Final = {"status": "provisional", "hidden": "yes"}  # what a sum is when one of its parts is


def summed(
    rows: list[Row], table: Table, names: Names, plan: Plan, mapping: Mapping, problems: list[Problem]
) -> list[Row]:
    """The rows with those of departments added up to their areas; what is wrong with them is added to the problems.

    A department has a row in every period that it counts in from first to last, and none in a period without it;
    of answers and reports the period is the plan year. A row of one answer or report is one of the area.
    """
    parts = [row for row in rows if fold(row.area_label) in names.departments]
    if not parts:
        return rows
    problems += [*_elsewhere(parts, names, plan), *_beside(rows, parts, names, plan, mapping)]
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in parts:
        same = tuple(value for name, value in row.values.items() if name not in (*table.sums, *_MARKS))
        group = groups[same, row.ages]
        there = [names.departments[fold(one.area_label)] for one in group]
        own = names.departments[fold(row.area_label)]
        # one answer or report is not added up; a count that a department has twice stays, to be asked about
        if table.key or (row.values.get("count", 1) != 1 and own not in there):
            group.append(row)
    if table.key:
        problems += [one for group in groups.values() for one in _wrong(group, names, plan)]
    else:
        problems += _without_rows(parts, table, names, plan)
    done = {id(row): replace(row, area_label="") for row in parts}
    done |= {id(group[0]): _sum(group, table.sums) for group in groups.values() if group}
    added_to_first = {id(row) for group in groups.values() for row in group[1:]}
    return [done.get(id(row), row) for row in rows if id(row) not in added_to_first]


def _sum(rows: list[Row], figures: list[str]) -> Row:
    values = dict(rows[0].values)
    values |= {name: added(row.values[name] for row in rows) for name in figures if name in values}
    for name, mark in _MARKS.items():
        if any(row.values.get(name) == mark for row in rows):
            values[name] = mark
    return replace(rows[0], values=values, area_label="")


def _beside(
    rows: list[Row], parts: list[Row], names: Names, plan: Plan, mapping: Mapping
) -> Iterator[Problem]:
    """Rows of an area itself in a period in which its departments have rows: a total beside its parts?"""
    settled = {"", *names.departments, *(fold(name) for name in mapping.values.get("area", {}))}
    first: dict[object, Row] = {}
    for row in parts:
        first.setdefault((row.values["area"], _period(row.values, plan)), row)
    for row in rows:
        if fold(row.area_label) in settled:
            continue
        if part := first.pop((row.values["area"], _period(row.values, plan)), None):
            yield row.problem(
                "area",
                f"{row.area_label!r} is all of {row.values['area']}, and {part.area_label!r} in "
                f"{part.beside(row)} is a department of it: "
                "the same twice, or what belongs to no department?",
                f'Leave the whole out with --drop "area:{row.area_label}"; if it belongs to no department, add '
                f'--value "area:{row.area_label}={row.values["area"]}" --add-up',
            )


def _elsewhere(rows: list[Row], names: Names, plan: Plan) -> Iterator[Problem]:
    """Rows of a department in a period in which it is no part of its area."""
    for row in rows:
        one = names.departments[fold(row.area_label)]
        if not one.counts(*days_of(row.values, plan), throughout=False):
            days = " ".join(
                f"{word} {day}" for word, day in (("since", one.since), ("until", one.until)) if day
            )
            yield row.problem(
                "area",
                f"{row.area_label!r} is no part of {row.values['area']} then: it counts {days}.",
                "Leave the row out, or correct the days in params/plan.yml.",
            )


def _wrong(rows: list[Row], names: Names, plan: Plan) -> Iterator[Problem]:
    """Parts of one sum: a department twice, one that lacks, and a percentage, which has no sum."""
    first, there = rows[0], [names.departments[fold(row.area_label)] for row in rows]
    days = days_of(first.values, plan)
    for row, one in zip(rows, there, strict=True):
        if there.index(one) != rows.index(row):
            yield row.problem(
                "area", f"{row.area_label!r} stands twice in one period.", "Keep one of the two rows."
            )
    if len(rows) > 1 and any(row.values.get("percent", "") != "" for row in rows):
        yield first.problem("percent", "has no sum over departments.", "Give numerators and n.")
    if lacking := _lacking(rows, days, names, plan):
        yield first.problem(
            "area",
            f"{lacking} is missing: the sum would be too low.",
            "Add it, 0 if there is none, or say in params/plan.yml until when it counts.",
        )


def _without_rows(rows: list[Row], table: Table, names: Names, plan: Plan) -> Iterator[Problem]:
    """Departments without a row in a year in which others of the area have one, which need not mean none."""
    years: dict[tuple[Value, tuple[date, date]], list[Row]] = defaultdict(list)
    for row in rows:
        years[row.values["area"], _period(row.values, plan)].append(row)
    for (_, days), same in years.items():
        if lacking := _lacking(same, days, names, plan):
            yield same[0].problem(
                "area",
                f"{lacking} has no row from {days[0]} to {days[1]}: none, or not delivered?",
                f"Add a row of it, with 0 under {header(table, table.column('count'))!r} if there were none, "
                "or say in params/plan.yml until when it counts.",
            )


def _lacking(rows: list[Row], days: tuple[date, date], names: Names, plan: Plan) -> str:
    """Names of the departments that count throughout the days and have none of an area's rows."""
    there = {names.departments[fold(row.area_label)].name for row in rows}
    every = plan.areas[str(rows[0].values["area"])].departments
    return ", ".join(
        one.name for one in every if one.counts(*days, throughout=True) and one.name not in there
    )


def _period(values: dict[str, Value], plan: Plan) -> tuple[date, date]:
    """First and last day of the period that rows of departments are compared in: of a date, its plan year."""
    day = values.get("date")
    return days_of({"year": plan.year_of(day)} if isinstance(day, date) else values, plan)


def days_of(values: dict[str, Value], plan: Plan) -> tuple[date, date]:
    """First and last day of the period that a row is of; a stock and a date are of one day."""
    if isinstance(day := values.get("date"), date):
        return day, day
    if quarter := str(values.get("quarter", "")):
        day = parse_dates.first_day(quarter)
        return day, day
    if values.get("calendar_year", "") != "":
        year = int(str(values["calendar_year"]))
        return date(year, 1, 1), date(year, 12, 31)
    year = int(str(values["year"]))
    return plan.first_day(year), plan.first_day(year + 1) - timedelta(days=1)
