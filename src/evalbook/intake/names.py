"""Names: what headers, labels, ages and area names in a source mean, whatever their case, spaces and æ/ae spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from evalbook.intake.sheet import Cell, Unfit
from evalkit.data.dataset import MADE_UP_FUNDERS
from evalkit.data.shares import known as delivered_shares
from evalkit.errors import did_you_mean, fold
from evalkit.plan import Department, Plan
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


@cache
def tables() -> dict[str, str]:
    """Folded name -> id of every table."""
    others = aliases()["tables"]
    return {fold(name): id for id, one in TABLES.items() for name in (id, one.da, *others.get(id, []))}


def danish(table: Table, column: Column, value: str) -> str:
    """The Danish word for an allowed value, as drop-downs show it."""
    known = aliases()["values"]
    own = known.get(table.name, {}).get(column.name, {}) or known["every table"].get(column.name, {})
    return str(own[value][0]) if value in own else value


def header(table: Table, column: Column) -> str:
    """The Danish header that templates use: the first alias, or the id."""
    return column_names(table, column)[0]


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
    def of(cls, plan: Plan, comparators: Iterable[tuple[str, str]] = ()) -> Names:
        """Names of a plan's areas, efforts and funders, and of comparators given as (id, name)."""
        areas: dict[str, str] = {}
        departments: dict[str, Department] = {}
        for id, area in plan.areas.items():
            areas |= {fold(name): id for name in (id, area.name, *area.aliases)}
            for one in area.departments:
                departments |= {fold(name): one for name in (one.name, *one.aliases)}
                areas |= {fold(name): id for name in (one.name, *one.aliases)}
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
        return {
            "table": tables(),
            "effort": self.efforts,
            "funder": self.funders,
            "measure": self.measures,
            "indicator": self.indicators,
        }.get(column.name)

    def with_municipality(self, name: str) -> Names:
        """The same names, and one that means the whole municipality."""
        return replace(self, areas={**self.areas, fold(name): MUNICIPALITY})


def shares(plan: Plan) -> dict[str, Any]:
    """The plan's own indicators that are shares of people: those whose change can be split into stayers and movers."""
    known = plan.indicators.items()
    return {name: one for name, one in known if one.statistic.splits and not one.official}


def _named(indicators: Mapping[str, Any]) -> dict[str, str]:
    found = {fold(text): id for id, one in indicators.items() for text in (id, one.title.da, one.title.en)}
    others = aliases()["measures"]
    return {fold(name): id for id in indicators for name in others.get(id, ())} | found


_OPEN: Final = re.compile(
    r"(\d+)(?:\s*\+|\s*-|\s*(?:år)?\s*(?:og|eller)\s*(?:derover|over|ældre|older|over))(?:\s*år)?",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(r"(\d+)\s*(?:-|–|til|to)\s*(\d+)\s*-?(?:år|årige|years)?\.?", re.IGNORECASE)
_SINGLE: Final = re.compile(r"(\d+)\s*(?:år|years)?", re.IGNORECASE)
_HTML: Final = re.compile(r"<\s*[a-z/!?]|javascript:|&#?\w+;", re.IGNORECASE)
OLDEST: Final = 125  # years
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        raise Unfit(f"{cell} is TRUE or FALSE, not a text.", "Write the word.")
    if isinstance(cell, date):
        raise Unfit(
            f"{cell} is a date, not a text.",
            "Did Excel make a date of it? Format the column as text and write it again.",
        )
    if isinstance(cell, float) and cell == int(cell):
        cell = int(cell)
    text = " ".join(str(cell if cell is not None else "").split())
    if text.startswith("#"):
        raise Unfit(
            f"{text[:20]!r} is an error in a formula, or a column too narrow.",
            "Mend it in Excel and save again.",
        )
    return text


def label_of(cell: Cell, column: str, meant: Mapping[str, str], said: Mapping[str, str]) -> str:
    """The allowed value of a column that a label means, by what the mapping says and then by the known names."""
    text = _text(cell)
    own = {fold(name): value for name, value in said.items()}
    allowed = set(meant.values())
    if fold(text) in own:
        if own[fold(text)] not in allowed:
            raise Unfit(
                f"the mapping gives {own[fold(text)]!r} for {text!r}.",
                did_you_mean(own[fold(text)], sorted(allowed)),
            )
        return own[fold(text)]
    if fold(text) in meant and fold(text):
        return meant[fold(text)]
    raise Unfit(
        f"{text[:40]!r} is not known.",
        f"{did_you_mean(text[:40], sorted(allowed))} "
        f'Say which it is with --value "{column}:{text}=…", or leave its rows out with --drop "{column}:{text}".',
    )


def age_group(cell: Cell, allowed: Iterable[str], said: Mapping[str, str]) -> str:
    """The age group that an age, or a narrower group, lies in."""
    text = _text(cell)
    own = {fold(name): value for name, value in said.items()}.get(fold(text))
    span = _bounds(text) if own is None else None
    for group in allowed:
        low, high = bounds(group)
        if group == own or (span and low <= span[0] and span[1] <= high):
            return group
    raise Unfit(f"{text[:40]!r} lies in none of the age groups.", f"They are {', '.join(allowed)}.")


def ages_of(cell: Cell, said: Mapping[str, str]) -> tuple[int, float] | None:
    """First and last age that a label names; None when it names none, or the mapping says what it is."""
    if cell is None or isinstance(cell, bool | date):
        return None
    text = _text(cell)
    return None if fold(text) in {fold(name) for name in said} else _bounds(text)


def bounds(group: str) -> tuple[int, float]:
    """First and last age of an age group of the contract."""
    found = _bounds(group)
    assert found is not None, group
    return found


@cache
def _bounds(text: str) -> tuple[int, float] | None:
    if match := _RANGE.fullmatch(text):
        return (int(match[1]), int(match[2])) if int(match[1]) <= int(match[2]) else None
    if match := _OPEN.fullmatch(text):
        return int(match[1]), float("inf")
    if match := _SINGLE.fullmatch(text):
        return (int(match[1]), int(match[1])) if int(match[1]) <= OLDEST else None
    return None


def free(cell: Cell, column: str) -> str:
    """A free text that is safe in a spreadsheet and on a page; ids are a-z, 0-9 and _."""
    text = _text(cell)
    if column == "id":
        if not _ID.fullmatch(text):
            raise Unfit(
                f"{text[:40]!r} is no id.", "Use a-z, 0-9 and _, beginning with a letter, at most 40."
            )
        return text
    if text.startswith(("=", "+", "-", "@")):
        raise Unfit(
            f"{text[:20]!r} begins with {text[0]!r}: a spreadsheet would run it as a formula.",
            "Begin with a letter.",
        )
    if _HTML.search(text):
        raise Unfit("holds HTML.", "Write plain text.")
    if len(text) > 300:
        raise Unfit(f"is {len(text)} characters long; the most is 300.", "Shorten it.")
    return text
