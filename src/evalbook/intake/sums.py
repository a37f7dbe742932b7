"""Sums: parts of an area, rows of persons, and the rest of the municipality as the whole of it minus the plan's areas."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from evalbook.intake import parse_dates
from evalbook.intake.convert import Row, Value
from evalbook.intake.names import MUNICIPALITY, aliases, fold
from evalkit.errors import Problem
from evalkit.schema import Table
from evalkit.terms import REST


def added_up(rows: list[Row], table: Table) -> list[Row]:
    """Rows of one key added up, in the order in which the keys first appear."""
    additive = [
        column.name
        for column in table.columns
        if column.kind in ("whole", "number") and column.name != "weight"
    ]
    groups: dict[tuple[Value, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(value for name, value in row.values.items() if name not in additive)].append(row)
    return [
        Row(
            same[0].sheet,
            same[0].number,
            same[0].values
            | {
                name: added(row.values.get(name, 1) for row in same)
                for name in additive
                if name in same[0].values or name == "count"  # a row without a count stands for one
            },
        )
        for same in groups.values()
    ]


def persons_added_up(rows: list[Row]) -> tuple[list[Row], int]:
    """Benefits by area and quarter from one row per resident; and how many had study grants, which are no benefit here."""
    grants = {fold(name) for name in aliases()["study_grants"]}
    students = 0
    for row in rows:
        if fold(row.values.pop("benefit", "")) in grants:
            row.values["recipients_fulltime"] = 0
            students += 1
        row.values["residents_18_64"] = 1
    groups: dict[tuple[Value, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[
            tuple(row.values[name] for name in ("area", "quarter", "status") if name in row.values)
        ].append(row)
    sums = ("residents_18_64", "recipients_fulltime", "outside_work_education")
    return [
        Row(
            same[0].sheet,
            same[0].number,
            same[0].values | {name: added(row.values[name] for row in same) for name in sums},
        )
        for same in groups.values()
    ], students


def rest_from_municipality(
    rows: list[Row], table: Table, plan_areas: tuple[str, ...]
) -> tuple[list[Row], list[Problem]]:
    """Rows of the whole municipality turned into the rest of it: the whole minus the plan's areas, group by group."""
    additive = [column.name for column in table.columns if column.kind in ("whole", "number")]

    def group(row: Row) -> tuple[Value, ...]:
        return tuple(
            parse_dates.quarter_of(value) if isinstance(value, date) else value
            for name, value in row.values.items()
            if name not in (*additive, "area", "status")
        )

    own: dict[tuple[Value, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row.values["area"] in plan_areas:
            own[group(row)].append(row)
    kept, problems = [], []
    for row in rows:
        if row.values["area"] == MUNICIPALITY:
            same = own[group(row)]
            lacking = [area for area in plan_areas if all(one.values["area"] != area for one in same)]
            rest: dict[str, Value] = {}  # what is withheld on one side cannot be worked out
            if table.name == "survey":
                why = ("a survey of the whole municipality cannot be split by subtraction.", "")
            elif lacking and table.key:
                why = (
                    f"the rest cannot be worked out: no figures for {', '.join(lacking)}.",
                    "Import the areas' own figures with it.",
                )
            else:
                names = [name for name in additive if name in row.values]
                left = {
                    name: _number(row.values[name]) - sum(_number(one.values.get(name, 1)) for one in same)
                    for name in names
                    if "" not in (row.values[name], *(one.values.get(name) for one in same))
                }
                why = (
                    (
                        "the areas of the plan have more than the whole municipality.",
                        "Do both sources count the same?",
                    )
                    if min(left.values(), default=0) < 0
                    else ("", "")
                )
                withheld: dict[str, Value] = dict.fromkeys(names, "")
                rest = withheld | {
                    name: value if isinstance(value, int) else round(value, 9) for name, value in left.items()
                }
            if why[0]:
                problems.append(row.problem("area", *why))
            row = Row(row.sheet, row.number, row.values | {"area": REST} | rest, row.area_label)
        kept.append(row)
    return kept, problems


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
