"""Levels of every cell, and their changes from the baseline year to each other year."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.estimates import rates
from evalkit.estimates.arguments import quantile_of
from evalkit.estimates.difference_in_differences import DISPERSION_STEP, rounded_up
from evalkit.estimates.statistics import LIMITS, Statistic
from evalkit.evaluate.baseline import by_baseline, countable, level_then, of_rows
from evalkit.evaluate.frames import beside, by_indicator, by_statistic, keys, stacked
from evalkit.measure.official import MUNICIPALITY, OFFICIAL
from evalkit.plan import Plan
from evalkit.terms import PLAN, Estimate, Polarity, Shown

EARLIER_YEARS: Final = 3  # years before the baseline that count for φ, pre-trends and the long baseline
LIKE_SIZE: Final = 4  # times larger or smaller: areas whose φ may be told together
TREND_FROM: Final = 3  # plan years; from here on a rate with a number is judged on its trend
LEAST_YEARS: Final = 3  # with a figure, of those that a trend goes through
COLUMNS: Final = (
    "change",
    "change_lower",
    "change_upper",
    "change_method",
    "change_error",
    "change_quantile",
    "p_value",
    "change_baseline3",
    "dispersion",
    "df",
    "trend",
    "trend_lower",
    "trend_upper",
    "detectable",
)
CELLS: Final = ("numerator", "denominator", *LIMITS, "effective_n", "design_df")
"""What a statistic is asked about, cell by cell."""


def ends(stem: str, made: Estimate) -> dict[str, Any]:
    """Value and interval of an estimate as columns: effect, effect_lower, effect_upper."""
    return {stem: made.value, f"{stem}_lower": made.lower, f"{stem}_upper": made.upper}


def limits(stem: str, made: Estimate, index: pd.Index) -> pd.DataFrame:
    """The same as a frame."""
    return pd.DataFrame(
        {name: np.asarray(value, float) for name, value in ends(stem, made).items()}, index=index
    )


def levels(plan: Plan, cells: pd.DataFrame, cut: pd.Series, spread: pd.DataFrame) -> pd.DataFrame:
    """The shown counts, and for each its value with interval and method, whether it is shown, and breaks of its series.

    Intervals of rates carry φ, of the nearest later year where a year has none of its own.
    """
    parts = []
    every = pd.MultiIndex.from_product(
        [spread.index.unique("indicator"), sorted(cells.index.unique("year"))], names=spread.index.names
    )
    nearest = spread.reindex(every).groupby("indicator").bfill().groupby("indicator").ffill()
    for statistic, rows in by_statistic(plan, cells):
        known = rows[statistic.known(rows)]
        level = statistic.level(known.join(nearest, on=["indicator", "year"]) if statistic.events else known)
        made = limits("value", level, known.index).set_axis(list(LIMITS), axis=1).assign(method=level.method)
        for name in ("effective_n", "design_effect"):
            made[name] = getattr(level, name)
        if statistic.sampled:
            made["numerator"], made["denominator"] = level.numerator, level.denominator
        elif not statistic.out_of:
            rows = rows.assign(denominator=np.nan)
        parts.append(
            rows.drop(columns=made.columns, errors="ignore")
            .join(made)
            .assign(too_few=statistic.too_few(rows))
        )
    found = pd.concat(parts)
    found["method"] = found["method"].where(found["value"].notna(), "")
    return found.assign(
        shown=np.select(
            [found["hidden_by"].ne(""), found["value"].isna()], [Shown.SUPPRESSED, Shown.MISSING], Shown.VALUE
        ),
        series_break=cut.reindex(found.index).eq(True),
    )


def broken(plan: Plan, dataset: DataSet, cells: pd.DataFrame) -> pd.Series:
    """Whether a series breaks between a year and any year of its baseline: declared, or seen in how people were asked.

    A break between the years of a baseline breaks off every year: their level is of no one series.
    """
    indicator, area, year = keys(cells)
    counted, out_of = (
        indicator.map(
            {name: term.table for name, one in plan.indicators.items() if (term := getattr(one, part))}
        )
        for part in ("numerator", "denominator")
    )
    base = of_rows(plan, cells.index)
    first, last = np.minimum(year, base["first"].to_numpy()), np.maximum(year, base["last"].to_numpy())
    broken = np.zeros(len(cells), dtype=bool)
    for cut in dataset.tables["breaks"].to_dict("records"):
        of = {cut["area"], PLAN} if cut["area"] in plan.areas else {cut["area"]}
        there = area.isin(list(of)) | (cut["area"] == "all")
        rests = (counted == cut["table"]) | (out_of == cut["table"])
        broken |= rests & there & (first < cut["year"]) & (cut["year"] <= last)
    return pd.Series(broken, index=cells.index) | _asked_otherwise(plan, cells)


def _asked_otherwise(plan: Plan, cells: pd.DataFrame) -> pd.Series:
    """Whether people were asked in another way, or something else, than in any year of the baseline."""
    otherwise = pd.Series(False, index=cells.index)
    for base, rows in by_baseline(plan, cells[["mode", "wording"]]):
        then = [beside(rows, rows.columns, year=year) for year in base.years]
        for one, other in combinations([rows, *then], 2):  # those of a baseline must be one way, too
            otherwise[rows.index] |= (one.notna() & other.notna() & one.ne(other)).any(axis=1)
    return otherwise


def changes(plan: Plan, levels: pd.DataFrame, spread: pd.DataFrame) -> pd.DataFrame:
    """The change since the baseline with interval and p, for every cell that is shown then and now.

    With it what it rests on: the baseline's level, φ, the trend so far, a baseline of three years, and the smallest
    change that could have been seen. Nothing is derived across a break: cells of another series than the baseline
    year's have no change, and take no part in a trend, a φ or a long baseline.
    """
    then = level_then(plan, levels, CELLS)
    cells = levels[list(CELLS)].mask(levels["series_break"]).join(spread, on=["indicator", "year"])
    both = cells["value"].notna() & then["value"].notna() & countable(plan, levels)
    parts = []
    for statistic, rows in by_statistic(plan, cells):
        if not statistic.judged:
            continue
        now = rows[both[rows.index]]
        made = [_long_baseline(plan, rows, relative=statistic.relative), _detectable(plan, now, then)]
        if statistic.events:
            now = now[now["dispersion"].notna()]
            hidden = levels["shown"].eq(Shown.SUPPRESSED)[rows.index]
            trend = _trend(plan, statistic, rows, hidden)
            made += [now[["dispersion", "df"]], trend[trend.index.isin(now.index)]]
        if len(now):
            before = then.loc[now.index]
            change = statistic.change(now, before)
            made.append(limits("change", change, now.index).assign(**_made_by(change)))
            made.append(pd.DataFrame({"p_value": statistic.change_p(now, before)}, now.index))
        parts.append(pd.concat(made, axis=1))
    baseline = then[["numerator", "denominator", "value"]].add_prefix("baseline_")
    several = keys(levels, "indicator")[0].map(lambda name: len(plan.baseline_of(name).years) > 1)
    baseline.loc[several, ["baseline_numerator", "baseline_denominator"]] = np.nan  # of no single year
    return baseline.join(stacked(parts, COLUMNS))


def _made_by(change: Estimate) -> dict[str, Any]:
    """How the interval of a change is made: its method, and standard error and quantile where it is made from those."""
    error = np.asarray(np.nan if change.error is None else change.error, dtype=float)
    quantile = np.where(np.isfinite(error), quantile_of(change.level, change.df), np.nan)
    return {"change_method": change.method, "change_error": error, "change_quantile": quantile}


def dispersion(plan: Plan, matched: Sequence[str], counts: pd.DataFrame) -> pd.DataFrame:
    """φ and its df by indicator and year, from the areas' own trends, rounded up to a quarter.

    The areas are the plan's and the comparison areas of a quarter to four times their residents, never totals, since φ
    grows with the count (official: the region's municipalities). `counts` as `spread_counts` makes them: areas with a
    hidden count are one, and cells that are broken off are NaN.
    The trends begin three years before the baseline year, so that φ can be told from the first plan year on,
    and may bend in it, so that a change with the plan is not taken for restlessness. A year in which no series is
    long enough has no φ, and so no interval and no verdict.
    """
    names = ["indicator", "year"]
    first, found = plan.baseline_year - EARLIER_YEARS, []
    for name, rows in by_indicator(counts[["numerator", "denominator"]]):
        one = plan.indicators[name]
        if not one.statistic.events:
            continue
        region = [MUNICIPALITY, *(OFFICIAL + other for other in plan.neighbours)]
        near = [*plan.areas, *_of_like_size(plan, matched, rows["denominator"])]
        own = rows[rows.index.get_level_values("area").isin(region if one.official else near)]
        ends = rows.index.get_level_values("year").unique()
        wide = own.unstack("year").sort_index(axis=1).loc[:, (slice(None), slice(first, None))]
        years = wide["numerator"].columns.to_numpy()
        so_far = (
            years <= np.maximum(ends, plan.baseline_year).to_numpy()[:, None, None]
        )  # one plan for every end
        seen, people = (
            np.where(so_far, wide[part].to_numpy(), np.nan) for part in ("numerator", "denominator")
        )
        phi, df = rates.dispersion(seen, people, years, bend=plan.baseline_year)
        index = pd.MultiIndex.from_product([[name], ends], names=names)
        coarse = rounded_up(phi, DISPERSION_STEP)
        found.append(pd.DataFrame({"dispersion": coarse, "df": df.astype(float)}, index)[df > 0])
    return stacked(found, ["dispersion", "df"], names)


def _of_like_size(plan: Plan, matched: Sequence[str], residents: pd.Series) -> list[str]:
    """Comparison areas within a factor of `LIKE_SIZE` of the plan's usual area, by residents and never by counts."""
    mean = residents.groupby("area").mean()
    usual = mean.reindex(list(plan.areas)).median()
    sizes = mean.reindex(list(matched))
    return list(sizes.index[(sizes >= usual / LIKE_SIZE) & (sizes <= usual * LIKE_SIZE)])


def _trend(plan: Plan, statistic: Statistic, cells: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    """The trend from the last year before the plan to each year that it can be told for, of the years that there are.

    Of each year its own figure, whatever the baseline. None from a baseline inside the plan.
    A year that nobody has measured is left out, as long as three are left. A hidden one takes the trend with it: it is
    hidden for what it holds.
    """
    seen, people, phi, df = (
        cells[name].unstack("year") for name in ("numerator", "denominator", "dispersion", "df")
    )
    gone = hidden.unstack("year").eq(True)
    outside = np.array(
        [not plan.baseline_of(name).inside for name in seen.index.get_level_values("indicator")], dtype=bool
    )
    found = []
    for year in plan.years:
        window = list(range(plan.baseline_year, year + 1))
        if len(window) <= TREND_FROM or not set(window) <= set(seen):
            continue
        known = seen[window].notna() & people[window].notna()
        told = known[plan.baseline_year] & known[year] & known.sum(axis=1).ge(LEAST_YEARS)
        told &= ~gone[window].any(axis=1) & ~people[window].eq(0).any(axis=1)
        told &= seen[window].sum(axis=1).gt(0) & phi[year].notna() & outside
        at = seen.index[told]
        if at.empty:
            continue
        trend = statistic.trend(
            seen.loc[at, window].where(known.loc[at], 0),
            people.loc[at, window].where(known.loc[at], 0),
            window,
            dispersion=phi.loc[at, year],
            df=df.loc[at, year],
        )
        index = pd.MultiIndex.from_arrays([*zip(*at, strict=True), [year] * len(at)], names=cells.index.names)
        found.append(limits("trend", trend, index))
    return stacked(found, ["trend", "trend_lower", "trend_upper"])


def _long_baseline(plan: Plan, cells: pd.DataFrame, *, relative: bool) -> pd.Series:
    """Change since the mean of the three years before the plan, beside a baseline of its last one; where all are shown."""
    early = [beside(cells, ["value"], year=plan.baseline_year - i)["value"] for i in range(EARLIER_YEARS)]
    mean = sum(early) / EARLIER_YEARS
    change = cells["value"] / mean.where(mean > 0) - 1 if relative else cells["value"] - mean
    alone = keys(cells, "indicator")[0].map(
        lambda name: plan.baseline_of(name).years == (plan.baseline_year,)
    )
    return change.where(alone).rename("change_baseline3")


def _detectable(plan: Plan, now: pd.DataFrame, then: pd.DataFrame) -> pd.Series:
    """The smallest change for the better that figures of this size can show."""
    found = pd.Series(np.nan, index=now.index, name="detectable")
    polarity = keys(now, "indicator")[0].map({name: one.polarity for name, one in plan.indicators.items()})
    for way in Polarity:
        rows = now[polarity == way]
        if len(rows):
            statistic = plan.indicators[rows.index[0][0]].statistic
            found[rows.index] = statistic.detectable(rows, then.loc[rows.index], way)
    return found
