"""Pools: which comparison areas are compared with over which years, and their totals where some of them left.

An area leaves only for a break of its series or a year that was not delivered, never for its count. Where nobody left,
the total is the one of all comparison areas; else a total of its own, protected with its parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.evaluate.changes import EARLIER_YEARS, broken
from evalkit.evaluate.frames import by_indicator
from evalkit.measure.totals import total
from evalkit.plan import Plan
from evalkit.terms import MATCHED


@dataclass(frozen=True)
class Pools:
    """Of each indicator: in which years each comparison area can be compared, and the totals of those that are left."""

    known: Mapping[str, pd.DataFrame]  # indicator -> area x year, true where it can be compared
    ids: Mapping[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)
    found: dict[tuple[str, frozenset[int]], tuple[str, ...]] = field(default_factory=dict)

    def left(self, indicator: str, years: Sequence[int]) -> tuple[str, ...]:
        """The areas that can be compared over all of the years."""
        over = (indicator, frozenset(years))
        if over not in self.found:
            known = self.known.get(indicator)
            if known is None or not set(years) <= set(known.columns):
                self.found[over] = ()
            else:
                there = known.to_numpy()[:, known.columns.isin(over[1])].all(axis=1)
                self.found[over] = tuple(known.index[there])
        return self.found[over]

    def of(self, indicator: str, years: Sequence[int]) -> tuple[str, tuple[str, ...]] | None:
        """Id of their total, and the areas; None where none is left."""
        areas = self.left(indicator, years)
        if not areas:
            return None
        everybody = len(areas) == len(self.known[indicator])
        pool = MATCHED if everybody else self.ids.get((indicator, areas))
        return (pool, areas) if pool else None

    def parts(self, indicator: str) -> dict[str, list[str]]:
        """The totals of this indicator beside the one of all areas, with their parts."""
        return {pool: list(areas) for (name, areas), pool in self.ids.items() if name == indicator}


def pools(
    plan: Plan, dataset: DataSet, counts: pd.DataFrame, shocked: Sequence[int]
) -> tuple[Pools, pd.DataFrame]:
    """The pools, and the counts with a row for every total that somebody is missing from."""
    cut = broken(plan, dataset, counts)
    known: dict[str, pd.DataFrame] = {}
    ids: dict[tuple[str, tuple[str, ...]], str] = {}
    rows = [counts]
    for name, table in by_indicator(counts):
        one = plan.indicators[name]
        mine = table.index.isin(dataset.matched, level="area")
        if one.comparator != MATCHED or one.official or not one.statistic.judged or not mine.any():
            continue
        level = table["value"] if one.statistic.sampled else table["numerator"]
        lived_in = (
            table["denominator"].gt(0) | one.statistic.sampled
        )  # without residents there is no rate to compare
        there = (level.notna() & lived_in & ~cut.loc[name])[mine].unstack("year", fill_value=False)
        known[name] = there
        made = Pools(known)
        wanted: dict[tuple[str, ...], set[int]] = {}
        for years in _year_sets(plan, name, list(there.columns), shocked):
            areas = made.left(name, years)
            if areas and len(areas) < len(there):
                wanted.setdefault(areas, set()).update(years)
        for number, (areas, over) in enumerate(sorted(wanted.items()), 1):
            ids[name, areas] = f"{MATCHED}:{number}"
            if one.statistic.sampled:
                continue  # made from the areas' own shares
            sums = total(table[table.index.isin(over, level="year")], ids[name, areas], areas)
            rows.append(pd.concat({name: sums}, names=["indicator"]))
    joined = pd.concat(rows) if len(rows) > 1 else counts
    joined["provisional"] = joined["provisional"].eq(True)
    return Pools(known, ids), joined


def _year_sets(plan: Plan, name: str, years: Sequence[int], shocked: Sequence[int]) -> list[list[int]]:
    """The years that are compared together: with the baseline, with a long one, all so far, and before the plan."""
    then, base = plan.baseline_of(name), plan.baseline_year
    earlier = [year for year in years if base - EARLIER_YEARS < year <= base]
    found = [[*then.years, year] for year in years]
    for year in plan.years:
        so_far = [one for one in plan.years if then.counts(one) and one <= year]
        calm = [one for one in so_far if one not in shocked]
        found += [[*earlier, year], [*then.years, *so_far], [*then.years, *calm]]
    before = [year for year in years if base - EARLIER_YEARS <= year <= base]
    found.append(before)
    return [sorted(set(one)) for one in found if set(one) <= set(years)]
