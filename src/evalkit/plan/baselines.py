"""Baselines: the level that changes count from, as plan.yml says it: a year, several years, or the first measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import PlainValidator

FIRST_MEASURED: Final = "first_measured"
HOW: Final = "type a year (2017), several years before the plan ([2015, 2016, 2017]), or first_measured"


def _years(given: Any) -> tuple[int, ...] | None:
    """The years that are typed; none for `first_measured`, None where nothing is."""
    if given is None:
        return None
    if given == FIRST_MEASURED:
        return ()
    years = given if isinstance(given, list | tuple) else [given]
    for year in years:
        if isinstance(year, bool) or not isinstance(year, int) or not 1900 <= year <= 2200:
            raise ValueError(f"baseline {year!r} is no year: {HOW}")
    if not years or list(years) != sorted(set(years)):
        raise ValueError(f"baseline {given!r}: the years must rise, each once; {HOW}")
    return tuple(years)


Baselines = Annotated[tuple[int, ...] | None, PlainValidator(_years)]
"""In plan.yml: years, or none for the first year that is measured; None where nothing is typed."""


@dataclass(frozen=True)
class Baseline:
    """The years that are one level, and the last year before the plan, from which a target path starts."""

    years: tuple[int, ...]
    before_plan: int

    @property
    def last(self) -> int:
        """The last of the years: what is broken off from it cannot be compared."""
        return self.years[-1]

    @property
    def inside(self) -> bool:
        """Whether it lies in the plan: then there is a change and a direction, and nothing for or against the plan."""
        return self.last > self.before_plan

    def counts(self, year: int) -> bool:
        """Whether a year can have a change: none of its own years, nor any before one that lies in the plan."""
        return year not in self.years and not (self.inside and year < self.last)

    @property
    def middle(self) -> float:
        """The middle of its years, which its level is of: what "a year" counts from."""
        return sum(self.years) / len(self.years)

    def __str__(self) -> str:
        """2017; 2015–2017; 2014, 2016."""
        first, last = self.years[0], self.years[-1]
        if len(self.years) > 2 and last - first == len(self.years) - 1:
            return f"{first}–{last}"
        return ", ".join(map(str, self.years))


def wrong(years: tuple[int, ...] | None, plan_years: list[int]) -> str:
    """What is wrong with years as a baseline of a plan; empty where nothing is."""
    if not years:
        return ""
    if len(years) > 1 and years[-1] >= plan_years[0]:
        return f"{list(years)} reaches into the plan, which begins in {plan_years[0]}; several years lie before it; {HOW}"
    if years[-1] >= plan_years[-1]:
        return f"{years[-1]} leaves no plan year after it; {HOW}"
    return ""
