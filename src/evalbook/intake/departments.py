"""Departments: figures by housing department, added up to the area of which plan.yml says that they are the parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from evalbook.intake.convert import Row, Value
from evalbook.intake.mapping import Mapping
from evalbook.intake.names import Names, PlanLike, fold, header
from evalbook.intake.sums import added
from evalkit.errors import Problem
from evalkit.schema import Table

_MARKS: Final = {"status": "provisional", "hidden": "yes"}  # what a sum is when one of its parts is
_OF_ONE: Final = ("weight", "percent", "design_effect", "rounding")  # figures that cannot be added


def summed(
    rows: list[Row], table: Table, names: Names, plan: PlanLike, mapping: Mapping, problems: list[Problem]
) -> list[Row]:
    """The rows with those of departments added up to their areas; what is wrong with them is added to the problems.

    A department has a row in every period that it counts in from first to last, and none in a period without it;
    of answers and reports the period is the plan year. A row of one answer or report is one of the area.
    """
    parts = [row for row in rows if fold(row.area_label) in names.departments]
    if not parts:
        return rows
    problems += [*_elsewhere(parts, names, plan), *_beside(rows, parts, names, plan, mapping)]
    figures = [
        column.name
        for column in table.columns
        if column.kind in ("whole", "number") and column.name not in _OF_ONE
    ]
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in parts:
        same = tuple(value for name, value in row.values.items() if name not in (*figures, *_MARKS))
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
    done |= {id(group[0]): _sum(group, figures) for group in groups.values() if group}
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
    rows: list[Row], parts: list[Row], names: Names, plan: PlanLike, mapping: Mapping
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
                f"{row.area_label!r} is all of {row.values['area']}, and {part.area_label!r} in row {part.number}"
                f"{'' if part.sheet is row.sheet else ' of ' + part.sheet.file} is a department of it: "
                "the same twice, or what belongs to no department?",
                f'Leave the whole out with --drop "area:{row.area_label}"; if it belongs to no department, add '
                f'--value "area:{row.area_label}={row.values["area"]}" --add-up',
            )


def _elsewhere(rows: list[Row], names: Names, plan: PlanLike) -> Iterator[Problem]:
    """Rows of a department in a period in which it is no part of its area."""
    for row in rows:
        one = names.departments[fold(row.area_label)]
        if not one.counts(*_days(row.values, plan), throughout=False):
            days = " ".join(
                f"{word} {day}" for word, day in (("since", one.since), ("until", one.until)) if day
            )
            yield row.problem(
                "area",
                f"{row.area_label!r} is no part of {row.values['area']} then: it counts {days}.",
                "Leave the row out, or correct the days in params/plan.yml.",
            )


def _wrong(rows: list[Row], names: Names, plan: PlanLike) -> Iterator[Problem]:
    """Parts of one sum: a department twice, one that lacks, and a percentage, which has no sum."""
    first, there = rows[0], [names.departments[fold(row.area_label)] for row in rows]
    days = _days(first.values, plan)
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


def _without_rows(rows: list[Row], table: Table, names: Names, plan: PlanLike) -> Iterator[Problem]:
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


def _lacking(rows: list[Row], days: tuple[date, date], names: Names, plan: PlanLike) -> str:
    """Names of the departments that count throughout the days and have none of an area's rows."""
    there = {names.departments[fold(row.area_label)].name for row in rows}
    every = plan.areas[str(rows[0].values["area"])].departments
    return ", ".join(
        one.name for one in every if one.counts(*days, throughout=True) and one.name not in there
    )


def _period(values: dict[str, Value], plan: PlanLike) -> tuple[date, date]:
    """First and last day of the period that rows of departments are compared in: of a date, its plan year."""
    day = values.get("date")
    return _days({"year": plan.year_of(day)} if isinstance(day, date) else values, plan)


def _days(values: dict[str, Value], plan: PlanLike) -> tuple[date, date]:
    """First and last day of the period that a row is of; a stock and a date are of one day."""
    if isinstance(day := values.get("date"), date):
        return day, day
    if quarter := str(values.get("quarter", "")):
        day = date(int(quarter[:4]), int(quarter[5]) * 3 - 2, 1)
        return day, day
    if values.get("calendar_year", "") != "":
        year = int(str(values["calendar_year"]))
        return date(year, 1, 1), date(year, 12, 31)
    year = int(str(values["year"]))
    return plan.first_day(year), plan.first_day(year + 1) - timedelta(days=1)
