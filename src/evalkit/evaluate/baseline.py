"""The baseline of every indicator: which years it is, and their level as one cell beside every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from evalkit.evaluate.frames import beside, by_statistic, keys
from evalkit.plan import Plan
from evalkit.plan.baselines import Baseline
from evalkit.terms import CALENDAR, PLAN, Shown


def resolved(plan: Plan, counts: pd.DataFrame) -> Plan:
    """The plan with the years that its baselines wait for the data to tell, for every indicator.

    `first_measured`: the first year in which all areas together have a figure. `measured_instead`: where nobody has one
    of the last year before the plan, the latest before it, else the first after it. A calendar year that reaches into
    the plan is no level before it, where an earlier year has one.
    """
    known = counts["value"].notna() | counts["numerator"].notna() | counts["withheld"]
    mine = known[known].index.to_frame(index=False)
    mine = mine[mine["area"].isin([PLAN, *plan.areas])]
    whole = mine[mine["area"] == PLAN].groupby("indicator")["year"].agg(set)
    first = {str(name): int(min(years)) for name, years in whole.items()}
    reaching = str(plan.first_day(plan.years[0]).year)  # the calendar year in which the plan begins
    of_it = counts["note"].str.contains(f"{CALENDAR}{reaching}", regex=False) & plan.year_starts.crosses
    mixed = {str(name) for name, _, year in counts.index[of_it] if year == plan.baseline_year}
    instead = {}
    for name, years in mine.groupby("indicator")["year"].agg(set).items():
        told = whole.get(name, years)
        one = plan.indicators.get(str(name))
        if one is None or not one.statistic.judged:
            continue
        before = [year for year in told if year < plan.baseline_year]
        if plan.baseline_year not in years:
            instead[str(name)] = int(max(before) if before else min(told))
        elif before and str(name) in mixed:
            instead[str(name)] = int(max(before))
    return plan.model_copy(update={"first_measured": first, "measured_instead": instead})


def by_baseline(plan: Plan, frame: pd.DataFrame) -> Iterator[tuple[Baseline, pd.DataFrame]]:
    """The rows of all indicators that have the same baseline, together."""
    of = keys(frame, "indicator")[0]
    bases = of.map({name: plan.baseline_of(name) for name in of.unique()})
    for base in dict.fromkeys(bases):
        yield base, frame[bases == base]


def _stacked(parts: list[pd.DataFrame], index: pd.Index) -> pd.DataFrame:
    return parts[0] if len(parts) == 1 else pd.concat(parts).reindex(index)


def level_then(plan: Plan, levels: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The baseline's cell beside every row: of several years one level, NaN where one of them is not shown."""
    parts = []
    for base, rows in by_baseline(plan, levels[list(columns)]):
        found = [beside(rows, columns, year=year) for year in base.years]
        if len(found) == 1:
            parts += found
            continue
        for statistic, mine in by_statistic(plan, rows):
            years = [one.loc[mine.index] for one in found]
            parts.append(statistic.together(years) if statistic.judged else years[-1])
    return _stacked(parts, levels.index)[list(columns)]


def hidden_then(plan: Plan, levels: pd.DataFrame) -> pd.Series:
    """Whether a year of the baseline is hidden, for every row."""
    parts = []
    for base, rows in by_baseline(plan, levels[["shown"]]):
        years = [beside(rows, ["shown"], year=year).eq(Shown.SUPPRESSED) for year in base.years]
        parts.append(pd.concat(years, axis=1).any(axis=1).to_frame("hidden"))
    return _stacked(parts, levels.index)["hidden"]


def of_rows(plan: Plan, index: pd.MultiIndex) -> pd.DataFrame:
    """For every row: `first` and `last` year of its baseline, their `middle`, how many `years` they are, and whether `inside` the plan."""
    name = index.get_level_values("indicator")
    bases = {each: plan.baseline_of(each) for each in name.unique()}
    ends: dict[str, dict[str, float]] = {
        "first": {one: base.years[0] for one, base in bases.items()},
        "last": {one: base.last for one, base in bases.items()},
        "middle": {one: base.middle for one, base in bases.items()},
        "inside": {one: base.inside for one, base in bases.items()},
        "years": {one: len(base.years) for one, base in bases.items()},
    }
    return pd.DataFrame({end: name.map(of) for end, of in ends.items()}, index=index)


def countable(plan: Plan, levels: pd.DataFrame) -> pd.Series:
    """Which rows can have a change, by the baseline of each."""
    parts = []
    for base, rows in by_baseline(plan, levels[[]]):
        year = rows.index.get_level_values("year")
        parts.append(rows.assign(can=year.isin([one for one in year.unique() if base.counts(one)])))
    return _stacked(parts, levels.index)["can"]
