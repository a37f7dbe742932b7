"""Pooled change here against pooled change elsewhere, with the areas' own trends in its doubt.

Levels are on the scale on which changes are added up: shares as they are (0-1), rates as logarithms. Every published
figure comes from two totals a side and two coarse numbers: the dispersion φ and the spread τ of the areas' own trends.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import InvalidNumber
from evalkit.estimates.arguments import (
    Numbers,
    alike,
    dispersion_of,
    events_of,
    numbers,
    plain,
    quantile_of,
    refuse,
)
from evalkit.terms import EQUIVALENCE_LEVEL, FEWEST_AREAS, LEVEL, Estimate

DISPERSION_STEP: Final = 0.25
OWN_TRENDS_STEP: Final = 0.05  # log scale
OWN_TRENDS_STEP_SHARES: Final = 0.005  # of a share: half a point


def rounded_up(value: ArrayLike, step: float) -> Any:
    """The next multiple of `step`; one that is a multiple but for rounding stays."""
    if not step > 0:
        raise InvalidNumber(f"step must be above zero, got {step!r}.")
    return plain(np.round(np.ceil(np.asarray(value, dtype=float) / step - 1e-9) * step, 10))


def own_trends_of_rates(
    events: ArrayLike,
    exposure: ArrayLike,
    baseline_events: ArrayLike,
    baseline_exposure: ArrayLike,
    *,
    dispersion: ArrayLike = 1.0,
) -> Any:
    """SD of the areas' own changes on the log scale beyond counting noise, by moments; zeros and small counts count.

    Of an area's n reports in both years a share p is expected in the later one, by the pooled change and its own
    residents. τ² = (X² - φ df) / (Σ v - Σ v² / Σ v) with v = n p (1 - p) and X² = Σ (O1 - n p)² / v: no logarithm of a
    count is taken, so no area leaves for its count. Never below 0; NaN with fewer than two areas that have a report.

    Parameters
    ----------
    events, exposure, baseline_events, baseline_exposure : areas along the last axis
    dispersion : φ of the counts, with the shape of the axes before it

    Source
    ------
    DerSimonian & Laird 1986, Control Clin Trials 7:177-188, on the binomial variance instead of 1/O.
    """
    later, people = events_of("events", events, "exposure", exposure)
    first, before = events_of("baseline events", baseline_events, "baseline exposure", baseline_exposure)
    later, people, first, before = (
        np.atleast_1d(one)
        for one in alike(events=later, exposure=people, baseline_events=first, baseline_exposure=before)
    )
    phi = dispersion_of(dispersion)
    both = later + first
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (later.sum(-1) / people.sum(-1)) / (first.sum(-1) / before.sum(-1))
        share = people * ratio[..., None] / (people * ratio[..., None] + before)
        binomial = both * share * (1 - share)
        squares = np.where(binomial > 0, (later - both * share) ** 2 / binomial, 0.0).sum(-1)
    return plain(_moments(squares, np.nan_to_num(binomial), phi))


def own_trends_of_shares(changes: ArrayLike, variances: ArrayLike) -> Any:
    """SD of the areas' own changes in points (0-1) beyond the sampling error of each, by moments.

    Areas along the last axis; NaN with fewer than two areas.

    Source
    ------
    DerSimonian & Laird 1986, Control Clin Trials 7:177-188.
    """
    change, variance = (
        np.atleast_1d(x) for x in alike(changes=numbers("changes", changes), variances=variances)
    )
    refuse(~(variance > 0), "variances must be above zero", variance)
    weight = 1 / variance
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (weight * change).sum(-1) / weight.sum(-1)
    return plain(_moments((weight * (change - mean[..., None]) ** 2).sum(-1), weight, np.asarray(1.0)))


def concentration(residents: ArrayLike) -> Any:
    """Sum of squared weights by residents, along the last axis: 1 for one area, 1/k for k areas of one size."""
    people = np.atleast_1d(numbers("residents", residents))
    refuse(people < 0, "residents cannot be negative", people)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = people / people.sum(-1, keepdims=True)
    return plain((weight**2).sum(-1))


def difference_in_change(
    here: ArrayLike,
    elsewhere: ArrayLike,
    *,
    variance: ArrayLike,
    own_trends: ArrayLike,
    concentrated: ArrayLike,
    df: ArrayLike | None = None,
    level: float = LEVEL,
) -> Estimate:
    """Change of the total here minus change of the total elsewhere, on the scale of the changes; NaN where one is none.

    SE² = variance + τ² concentrated: sampling noise of all four totals, φ (1/O0 + 1/O1) of both sides for rates, and
    the areas' own trends.

    Parameters
    ----------
    here, elsewhere : changes of the totals: points (0-1), or logarithms of ratios of rates
    variance : sampling variance of the two changes together, φ included
    own_trends : τ, SD of one area's own change over the years compared
    concentrated : `concentration` here plus `concentration` elsewhere
    df : areas elsewhere minus 1, or of φ where τ is the declared floor; normal quantile when None
    """
    ours, theirs, noise, tau, weights, *_ = alike(
        here=here,
        elsewhere=elsewhere,
        variance=variance,
        own_trends=own_trends,
        concentrated=concentrated,
        df=df,
    )
    refuse(
        (noise < 0) | (tau < 0) | (weights < 0), "variance, own trends and weights cannot be negative", noise
    )
    difference = np.where(np.isfinite(ours) & np.isfinite(theirs), ours - theirs, np.nan)
    reach = quantile_of(level, df) * np.sqrt(noise + tau**2 * weights)
    limits = (difference, difference - reach, difference + reach)
    return Estimate.of(limits, "pooled difference in change", level=level, df=df)


def drift(
    here: ArrayLike,
    elsewhere: ArrayLike,
    years: ArrayLike,
    *,
    variance: ArrayLike,
    own_trends: ArrayLike,
    concentrated: ArrayLike,
    df: ArrayLike | None = None,
    level: float = EQUIVALENCE_LEVEL,
) -> Estimate:
    """How much the total here drew away from the total elsewhere a year, by least squares; a 90 % interval.

    NaN with fewer than three years, or with a year that has no level.

    Parameters
    ----------
    here, elsewhere : levels of the totals, years along the last axis
    variance : sampling variance of the difference in level, year by year, φ included
    own_trends : τ a year: SD of one area's own yearly change
    concentrated, df : as in `difference_in_change`

    Source
    ------
    Schuirmann 1987, J Pharmacokinet Biopharm 15:657-680 (the interval inside a margin is two one-sided tests).
    """
    when = np.atleast_1d(numbers("years", years))
    ours, theirs, noise = alike(here=here, elsewhere=elsewhere, variance=variance)
    if ours.shape[-1:] != when.shape:
        raise InvalidNumber(f"levels have shape {ours.shape}, but there are {when.size} years.")
    if np.unique(when).size < when.size:
        raise InvalidNumber(f"a year occurs twice in {when.tolist()}.")
    if when.size < 3:
        nothing = np.full(ours.shape[:-1], np.nan)
        return Estimate.of((nothing, nothing, nothing), "yearly drift", level=level, df=df)
    weights = (when - when.mean()) / ((when - when.mean()) ** 2).sum()
    slope = (ours - theirs) @ weights
    tau, apart = (
        numbers(name, x) for name, x in (("own trends", own_trends), ("concentrated", concentrated))
    )
    reach = quantile_of(level, df) * np.sqrt(noise @ weights**2 + tau**2 * apart)
    return Estimate.of((slope, slope - reach, slope + reach), "yearly drift", level=level, df=df)


def equivalence_margin(planned: float | None, delta: float, years: int, *, relative: bool) -> float:
    """Yearly drift [relative, or points 0-1] that would add up over the plan to half the planned change.

    Rates: half on the log scale, 1 - sqrt(1 + planned a year); without a planned change, and for shares, what adds
    up to `delta` over the years.
    """
    if years < 1:
        raise InvalidNumber(f"a plan has one year or more, got {years}.")
    if not relative:
        return delta / years
    if planned is None:
        return float(np.expm1(np.log1p(delta) / years))
    refuse(planned <= -1, "a level cannot fall by 100 % a year or more; -0.15 means 15 %", planned)
    return float(abs(1 - np.sqrt(1 + planned)))


def equivalent(drift: Estimate, margin: ArrayLike) -> Any:
    """Whether the whole interval of a drift, as it is published, lies inside ± `margin`; never where there is none."""
    inside = numbers("margin", margin)
    refuse(inside <= 0, "a margin must be above zero", inside)
    return plain((np.asarray(drift.lower) >= -inside) & (np.asarray(drift.upper) <= inside))


def drift_to_overturn(difference: Estimate, years: ArrayLike) -> Any:
    """Yearly drift, on the scale of the changes, from which on the interval of `difference` would hold 0.

    NaN where it holds 0 already. Signed like the difference.

    Source
    ------
    Rambachan & Roth 2023, Rev Econ Stud 90:2555-2591 (breakdown value), with a drift that is linear.
    """
    since = numbers("years", years)
    refuse(since <= 0, "years must be above zero", since)
    low, high = np.asarray(difference.lower, dtype=float), np.asarray(difference.upper, dtype=float)
    nearest = np.where(low > 0, low, np.where(high < 0, high, np.nan))
    return plain(nearest / since)


def evidence_level(*, baseline: bool, before_plan: bool, areas: int, parallel: bool) -> int:
    """Evidence after the Maryland scale: words of cause only from 3.

    1 no baseline that can be compared with; 2 before and after, also beside areas that are too few, that have not
    been shown to have moved alike, or from a baseline inside the plan; 3 beside `FEWEST_AREAS` or more, and an
    equivalence before the plan. 4 and 5 (matched many areas, drawn by lot) no plan of this kind can reach.

    Source
    ------
    Sherman et al. 1998; Farrington et al. 2003, Maryland Scientific Methods Scale.
    """
    if not baseline:
        return 1
    return 3 if before_plan and areas >= FEWEST_AREAS and parallel else 2


def _moments(squares: Numbers, weight: Numbers, phi: Numbers) -> Numbers:
    """τ from a weighted sum of squares whose expectation is φ df + τ² (Σw - Σw²/Σw)."""
    areas = (weight > 0).sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = weight.sum(-1) - (weight**2).sum(-1) / weight.sum(-1)
        found = np.sqrt(np.maximum(0.0, squares - phi * (areas - 1)) / scale)
    return np.where(areas > 1, found, np.nan)
