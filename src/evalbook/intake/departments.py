"""Departments: figures by housing department, added up to the area of which plan.yml says that they are the parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from evalbook.intake.convert import Row, Value
from evalbook.intake.names import Names, PlanLike, fold
from evalbook.intake.sums import added
from evalkit.errors import Problem
from evalkit.schema import Table

_MARKS: Final = {"status": "provisional", "hidden": "yes"}  # what a sum is when one of its parts is
_OF_ONE: Final = ("weight", "percent", "design_effect", "rounding")  # figures that cannot be added


def summed(rows: list[Row], table: Table, names: Names, plan: PlanLike, problems: list[Problem]) -> list[Row]:
    """The rows with those of departments added up to their areas; what is wrong with them is added to the problems.

    A department has a row in every period that it counts in from first to last, and none in a period without it.
    Rows of a table that may repeat (answers, reports) are those of the area as they are.
    """
    parts = [row for row in rows if fold(row.area_label) in names.departments]
    if not parts:
        return rows
    found = list(_elsewhere(parts, names, plan))
    if not table.key:
        problems += found
        own = {id(row): replace(row, area_label=str(row.values["area"])) for row in parts}
        return [own.get(id(row), row) for row in rows]
    figures = [
        column.name
        for column in table.columns
        if column.kind in ("whole", "number") and column.name not in _OF_ONE
    ]
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in parts:
        same = (value for name, value in row.values.items() if name not in (*figures, *_MARKS))
        groups[tuple(same), row.ages].append(row)
    for same_key in groups.values():
        found += _wrong(same_key, names, plan)
    problems += found
    sums = {id(same_key[0]): _sum(same_key, figures) for same_key in groups.values()}
    taken = {id(row) for row in parts}
    return [sums.get(id(row), row) for row in rows if id(row) in sums or id(row) not in taken]


def _sum(rows: list[Row], figures: list[str]) -> Row:
    values = dict(rows[0].values)
    values |= {name: added(row.values[name] for row in rows) for name in figures if name in values}
    for name, mark in _MARKS.items():
        if any(row.values.get(name) == mark for row in rows):
            values[name] = mark
    return replace(rows[0], values=values, area_label=str(values["area"]))


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
    area = plan.areas[str(first.values["area"])]
    lacking = [
        one.name for one in area.departments if one.counts(*days, throughout=True) and one not in there
    ]
    if lacking:
        yield first.problem(
            "area",
            f"{', '.join(lacking)} is missing: the sum would be too low.",
            "Add it, 0 if there is none, or say in params/plan.yml until when it counts.",
        )


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
