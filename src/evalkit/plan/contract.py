"""The contract of one plan's data: the tables of the schema, with the values that its params declare beside the usual ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from evalkit.schema import AGE_GROUPS, TABLES, Column, Table


class Declares(Protocol):
    """What a plan says of its data: its indicators, and age groups of its own."""

    @property
    def indicators(self) -> Mapping[str, Any]: ...
    @property
    def age_groups(self) -> Sequence[str]: ...


def contract(plan: Declares) -> dict[str, Table]:
    """The tables by name. Columns that are open also allow what an indicator counts, age groups are the plan's own."""
    return {
        name: replace(table, columns=tuple(_column(plan, name, column) for column in table.columns))
        for name, table in TABLES.items()
    }


def _column(plan: Declares, table: str, column: Column) -> Column:
    if column.name == "age_group" and plan.age_groups and table in ("population", "survey"):
        groups = plan.age_groups
        own = groups if column.allowed == AGE_GROUPS else [one for one in groups if not one.startswith("0-")]
        return replace(column, allowed=tuple(own))
    if not column.open:
        return column
    return replace(
        column, allowed=tuple(dict.fromkeys([*column.allowed, *_counted(plan, table, column.name)]))
    )


def _counted(plan: Declares, table: str, column: str) -> Iterator[str]:
    """The values of a column that some indicator counts."""
    for one in plan.indicators.values():
        for term in (one.numerator, one.denominator):
            if term is not None and term.table == table:
                wanted = term.where.get(column, [])
                yield from [wanted] if isinstance(wanted, str) else wanted
