"""Names: what headers, labels and area names in a source mean, whatever their case, spaces and æ/ae spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

import yaml

from evalkit.data.dataset import MADE_UP_FUNDERS
from evalkit.data.shares import known as delivered_shares
from evalkit.errors import fold
from evalkit.plan import Department
from evalkit.schema import TABLES, Column, Table
from evalkit.terms import PLAN, REST

_ALIASES: Final = Path(__file__).with_name("aliases.yml")
MUNICIPALITY: Final = "municipality"  # the whole of it; never written, only used to work out the rest


@cache
def aliases() -> dict[str, Any]:
    """aliases.yml: other names of columns and of their values."""
    content: dict[str, Any] = yaml.safe_load(_ALIASES.read_text(encoding="utf-8"))
    return content


def column_names(table: Table, column: Column) -> list[str]:
    """Every header that means a column of a table: its id, its Danish and English text, its aliases."""
    known = aliases()["columns"]
    own = known.get(table.name, {}).get(column.name, [])
    return [*own, *known["every table"].get(column.name, []), column.name, column.da, column.en]


def value_names(table: Table, column: Column) -> dict[str, str]:
    """Folded label -> allowed value, for a column with allowed values."""
    known = aliases()["values"] | {"unsaid": aliases()["unsaid"]}
    labels = {**known["every table"].get(column.name, {}), **known.get(table.name, {}).get(column.name, {})}
    found = {fold(value): value for value in column.allowed}
    if column.blank:
        found |= {fold(name): "" for name in known["unsaid"]}
    for value, names in labels.items():
        found |= {fold(name): str(value) for name in names}
    return found


def danish(table: Table, column: Column, value: str) -> str:
    """The Danish word for an allowed value, as drop-downs show it."""
    known = aliases()["values"]
    own = known.get(table.name, {}).get(column.name, {}) or known["every table"].get(column.name, {})
    return str(own[value][0]) if value in own else value


def header(table: Table, column: Column) -> str:
    """The Danish header that templates use: the first alias, or the id."""
    return column_names(table, column)[0]


class PlanLike(Protocol):
    """What intake needs to know of a plan (evalkit.plan.Plan fits)."""

    @property
    def areas(self) -> Mapping[str, Any]: ...
    @property
    def efforts(self) -> Mapping[str, Any]: ...
    @property
    def funding(self) -> Mapping[str, Any]: ...
    @property
    def indicators(self) -> Mapping[str, Any]: ...
    @property
    def municipality(self) -> Any: ...
    @property
    def age_groups(self) -> Sequence[str]: ...
    @property
    def name(self) -> str: ...
    @property
    def root(self) -> Path: ...
    @property
    def baseline_year(self) -> int: ...
    @property
    def years(self) -> Sequence[int]: ...
    def first_day(self, year: int) -> date: ...
    def year_of(self, day: date) -> int: ...


@dataclass(frozen=True)
class Names:
    """Folded name -> id, for the columns whose values the plan and the comparators declare."""

    areas: Mapping[str, str]
    efforts: Mapping[str, str]
    funders: Mapping[str, str]
    plan_areas: tuple[str, ...]
    measures: Mapping[str, str] = field(default_factory=dict)  # shares that the table of movers may split
    indicators: Mapping[str, str] = field(
        default_factory=dict
    )  # shares that a source may have worked out itself
    whole_plan: tuple[str, ...] = ()  # names of all areas together
    departments: Mapping[str, Department] = field(default_factory=dict)  # by folded name

    @classmethod
    def of(cls, plan: PlanLike, comparators: Iterable[tuple[str, str]] = ()) -> Names:
        """Names of a plan's areas, efforts and funders, and of comparators given as (id, name)."""
        areas = {
            fold(name): id
            for id, area in plan.areas.items()
            for one in (area, *area.departments)
            for name in (id, one.name, *one.aliases)
        }
        departments = {
            fold(name): one
            for area in plan.areas.values()
            for one in area.departments
            for name in (one.name, *one.aliases)
        }
        areas |= {fold(name): REST for name in (REST, *aliases()["rest"])}
        for id, name in comparators:
            areas |= {fold(id): id, fold(name): id}
        efforts = {
            fold(name): id for id, one in plan.efforts.items() for name in (id, one.name.da, one.name.en)
        }
        funders = {
            fold(name): id
            for id, one in plan.funding.items()
            for name in (id, one.title("da"), one.title("en"))
        }
        # of a synthetic data set; any other is refused with them when it is read
        funders |= {fold(name): id for id in MADE_UP_FUNDERS for name in (id, id.replace("_", " "))}
        served = {name: plan.indicators[name] for name in delivered_shares(plan)}
        whole = (PLAN, plan.name, *aliases()["whole_plan"])
        measures, served_too = _named(shares(plan)), _named(served)
        return cls(areas, efforts, funders, tuple(plan.areas), measures, served_too, whole, departments)

    def of_column(self, table: Table, column: Column) -> Mapping[str, str] | None:
        """Folded label -> value for a column of names or allowed values; None for free columns."""
        if column.allowed:
            return value_names(table, column)
        if column.name == "area":
            if table.name == "shares":
                return {**self.areas, **{fold(name): PLAN for name in self.whole_plan}}
            return {**self.areas, "all": "all", "alle": "all"} if table.name == "breaks" else self.areas
        if column.name == "table":
            return {
                fold(name): id
                for id, one in TABLES.items()
                for name in (id, one.da, *aliases()["tables"].get(id, []))
            }
        return {
            "effort": self.efforts,
            "funder": self.funders,
            "measure": self.measures,
            "indicator": self.indicators,
        }.get(column.name)

    def with_municipality(self, name: str) -> Names:
        """The same names, and one that means the whole municipality."""
        return replace(self, areas={**self.areas, fold(name): MUNICIPALITY})


def shares(plan: PlanLike) -> dict[str, Any]:
    """The plan's own indicators that are shares of people: those whose change can be split into stayers and movers."""
    known = plan.indicators.items()
    return {name: one for name, one in known if one.statistic.splits and not one.official}


def _named(indicators: Mapping[str, Any]) -> dict[str, str]:
    found = {fold(text): id for id, one in indicators.items() for text in (id, one.title.da, one.title.en)}
    others = aliases()["measures"]
    return {fold(name): id for id in indicators for name in others.get(id, ())} | found
