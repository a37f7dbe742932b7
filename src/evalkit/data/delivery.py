"""Delivery: of which kinds, years and areas somebody has handed over the reports; of all others nothing is known.

The file shows it. A kind was delivered in the plan years in which any area has a row of it, an area was delivered when
it has a row of any kind, and both inside the period of dataset.yml. There, and only there, no row means no report.
What was asked for and had none leaves no row, so it is declared (`incidents` in dataset.yml), or has a row with count 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.plan import Plan, YearStart
from evalkit.plan.indicators import Term
from evalkit.schema import INCIDENTS
from evalkit.terms import MATCHED

ALL = "all"
"""In dataset.yml, incidents.areas: every area of the plan and every comparator."""


@dataclass(frozen=True)
class Delivery:
    """What is known of the reports: kinds with their plan years, areas, and the whole plan years of the period."""

    kinds: Mapping[str, frozenset[int]]  # kind -> plan years; a kind that was never delivered has none
    areas: frozenset[str]
    years: tuple[int, ...]

    def kinds_of(self, term: Term) -> list[str]:
        """The kinds of reports that a term counts: those it names, or all that were ever delivered."""
        named = term.where.get("kind", [])
        named = [named] if isinstance(named, str) else named
        return named or [kind for kind, years in self.kinds.items() if years]

    def years_of(self, term: Term) -> list[int]:
        """Plan years in which every kind that a term counts was delivered; a sum with a part missing is missing."""
        wanted = self.kinds_of(term)
        return [
            year for year in self.years if wanted and all(year in self.kinds.get(kind, ()) for kind in wanted)
        ]

    @property
    def known(self) -> set[tuple[str, int]]:
        """Area × year of which reports of at least one kind were delivered."""
        years = frozenset[int]().union(*self.kinds.values())
        return {(area, year) for area in self.areas for year in years}


def delivered(plan: Plan, dataset: DataSet) -> Delivery:
    """What the table of incidents shows, and dataset.yml declares, to have been delivered."""
    table, declared = dataset.tables["incidents"], dataset.meta.incidents
    whole = whole_years(plan, dataset)
    year = plan_year(table, plan.year_starts) if len(table) else pd.Series(dtype=int)
    seen = year.groupby(table["kind"]).agg(set).to_dict() if len(table) else {}
    kinds = {
        kind: frozenset(whole if kind in declared.kinds else seen.get(kind, set()) & set(whole))
        for kind in dict.fromkeys([*INCIDENTS, *declared.kinds, *sorted(seen)])
    }
    units = [*plan.areas, *dataset.tables["comparators"]["id"]]
    areas = units if ALL in declared.areas else {*table["area"], *declared.areas}
    return Delivery(kinds, frozenset(areas), tuple(whole))


def whole_years(plan: Plan, dataset: DataSet) -> list[int]:
    """Plan years that lie inside the data set's period from their first day to their last, or whose calendar year does."""
    start, end = dataset.period.start, dataset.period.end
    if dataset.meta.incidents.calendar_years:
        inside = range(
            start.year + ((start.month, start.day) > (1, 1)), end.year + ((end.month, end.day) == (12, 31))
        )
        return [year for one in inside if (year := plan.year_starts.of_calendar(one)) is not None]
    first = plan.year_of(start) + (start != plan.first_day(plan.year_of(start)))
    ends = plan.year_of(end) != plan.year_of((pd.Timestamp(end) + pd.Timedelta(days=1)).date())
    return list(range(first, plan.year_of(end) + (1 if ends else 0)))


def undelivered(plan: Plan, dataset: DataSet) -> Iterator[str]:
    """What `check` says: the kinds, years and areas that are missing in the figures because nobody delivered them."""
    used = {
        name: one.numerator
        for name, one in plan.indicators.items()
        if one.numerator is not None and one.numerator.table == "incidents"
    }
    if not used:
        return
    known = delivered(plan, dataset)
    counted = [kind for term in used.values() for kind in known.kinds_of(term)]
    for kind in dict.fromkeys([*known.kinds, *counted]):
        figures = [name for name, term in used.items() if kind in known.kinds_of(term)]
        have = known.kinds.get(kind, frozenset())
        gone = [year for year in known.years if year not in have and year <= plan.years[-1]]
        if figures and gone:
            yield (
                f"not delivered: incidents of kind {kind} in {spans(gone)}, so {', '.join(figures)} is missing there, not 0. "
                f"If they were asked for and there were none, write in dataset.yml: incidents: {{kinds: [{kind}]}}"
            )
    units = [*plan.areas, *dataset.tables["comparators"]["id"]]
    if known.areas and (gone_areas := [area for area in units if area not in known.areas]):
        wholes = [
            *(["the plan"] if set(gone_areas) & set(plan.areas) else []),
            *([MATCHED] if set(gone_areas) & set(dataset.matched) else []),
        ]
        also = f", and so is the total of {' and of '.join(wholes)}" if wholes else ""
        yield (
            f"not delivered: incidents of any kind from {some(gone_areas)}: missing there, not 0{also}. "
            f"If they were asked for and there were none, write in dataset.yml: incidents: {{areas: [{gone_areas[0] if len(gone_areas) == 1 else ALL}]}}"
        )


def spans(years: Sequence[int]) -> str:
    """Years shortly: 2014–2017, 2019."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def some(names: Sequence[str], most: int = 4) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def plan_year(frame: pd.DataFrame, starts: YearStart) -> pd.Series:
    """The plan year of each row, from its year, quarter or date."""
    if "year" in frame:
        return frame["year"]
    if "quarter" in frame:
        known = {one: starts.year_of_quarter(one) for one in frame["quarter"].unique()}
        return frame["quarter"].map(known).astype(int).rename("year")
    codes, days = pd.factorize(pd.to_datetime(frame["date"]))
    years = np.array([starts.year_of(day) for day in days], dtype=int)
    return pd.Series(years[codes], frame.index, name="year")
