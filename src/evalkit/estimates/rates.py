"""Rates: events per so many residents, their ratios, their trend over the years, and their dispersion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from evalkit.errors import InvalidNumber
from evalkit.estimates.arguments import (
    Numbers,
    alike,
    dispersion_of,
    estimate,
    events_of,
    numbers,
    plain,
    quantile_of,
    refuse,
    two_sided_p,
)
from evalkit.estimates.proportions import clopper_pearson
from evalkit.terms import LEVEL, Estimate

RATE_EXACT_BELOW = 10  # events; from here on Byar's limits are as good as exact ones
RATIO_EXACT_BELOW = 5  # events in either year; from here on the log ratio is near enough to normal


def rate(
    events: ArrayLike,
    exposure: ArrayLike,
    *,
    per: float = 1000,
    dispersion: ArrayLike = 1.0,
    df: ArrayLike | None = None,
    level: float = LEVEL,
    exact_below: int = RATE_EXACT_BELOW,
) -> Estimate:
    """Events per `per` residents, exact interval below 10 events, else Byar's.

    The dispersion divides the count, as an effective number of independent events, and multiplies its limits; the tail
    is that of t read on the normal scale, as in `ratio`.

    Parameters
    ----------
    events : whole counts >= 0; numbers or arrays
    exposure : residents >= 0 (a mean over the year may be fractional); NaN (missing) where it is 0
    per : residents that the rate is for
    dispersion : phi >= 1 of the plan; number or array
    df : degrees of freedom behind phi; None takes phi as known
    level : in (0, 1); 0.95 means 95 %
    exact_below : events from which Byar's limits are used

    Raises
    ------
    InvalidNumber
        Negative, NaN or fractional events; events where nobody lives; impossible level or `per`.

    Source
    ------
    Ulm 1990, Am J Epidemiol 131:373-375 (exact); Breslow & Day 1987, p. 69 (Byar: O below, O + 1 above;
    not the other "Byar" with O + 0.5 in both limits); Korn & Graubard 1998 (effective counts in an exact interval).
    """
    seen, people = events_of("events", events, "exposure", exposure)
    seen, people, phi = alike(events=seen, exposure=people, dispersion=dispersion_of(dispersion))
    alike(events=seen, df=df)
    scale = float(numbers("per", per))
    refuse(scale <= 0, "per must be above zero", scale)
    quantile = quantile_of(level, df)
    tail = stats.norm.sf(quantile)
    effective = seen / phi
    exact = effective < exact_below
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(exact, stats.chi2.ppf(tail, 2 * effective) / 2, _byar(effective, -quantile))
        low = np.where(seen == 0, 0.0, low)
        high = np.where(exact, stats.chi2.isf(tail, 2 * effective + 2) / 2, _byar(effective + 1, quantile))
        unit = np.where(people > 0, scale / people, np.nan)
    return estimate(
        seen * unit,
        low * phi * unit,
        high * phi * unit,
        level=level,
        method=np.where(exact, "exact", "byar"),
        numerator=seen.astype(int),
        denominator=people,
    )


def ratio(
    events: ArrayLike,
    exposure: ArrayLike,
    baseline_events: ArrayLike,
    baseline_exposure: ArrayLike,
    *,
    dispersion: ArrayLike = 1.0,
    df: ArrayLike | None = None,
    level: float = LEVEL,
    exact_below: int = RATIO_EXACT_BELOW,
) -> Estimate:
    """This rate over the baseline rate (1 = no change), both uncertain.

    Log ratio with standard error sqrt(phi (1/O1 + 1/O0)), quantile of t where `df` is given. Where either
    count is below 5: exact conditional limits (Clopper-Pearson on O1 of O1 + O0). There the dispersion
    divides both counts, as an effective number of independent events, and the tail is that of t read on the
    normal scale, so the exact interval widens with phi and df as the other does.

    A baseline without events, or without residents, has no ratio: NaN. No events now: value 0, lower 0.

    Parameters
    ----------
    events, baseline_events : whole counts >= 0; numbers or arrays
    exposure, baseline_exposure : residents >= 0
    dispersion : phi >= 1 of the plan; number or array
    df : degrees of freedom behind phi; None takes phi as known
    level : in (0, 1); 0.95 means 95 %
    exact_below : events, in both years, from which the log ratio is used

    Source
    ------
    Rothman & Greenland 1998 (log ratio); Przyborowski & Wilenski 1940, Biometrika 31:313-323 (conditional);
    Korn & Graubard 1998 (effective counts in an exact interval).
    """
    o1, n1, o0, n0, phi = two_rates((events, exposure, baseline_events, baseline_exposure), dispersion)
    alike(events=o1, df=df)
    quantile = quantile_of(level, df)
    exact = np.minimum(o1, o0) < exact_below
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = (o1 / n1) / (o0 / n0)
        error = np.sqrt(phi * (1 / o1 + 1 / o0))
        reach = np.exp(quantile * error)
        share_low, share_high = clopper_pearson(o1 / phi, o0 / phi, stats.norm.sf(quantile))
        low = np.where(exact, share_low / (1 - share_low) * n0 / n1, value / reach)
        high = np.where(exact, share_high / (1 - share_high) * n0 / n1, value * reach)
    known = (o0 > 0) & (n0 > 0) & (n1 > 0)
    value, low, high = (np.where(known, x, np.nan) for x in (value, low, high))
    return estimate(
        value,
        low,
        high,
        level=level,
        method=np.where(exact, "conditional", "log ratio"),
        numerator=o1.astype(int),
        denominator=o0.astype(int),
        df=df,
        error=np.where(known & ~exact, error, np.nan),
    )


def ratio_p(
    events: ArrayLike,
    exposure: ArrayLike,
    baseline_events: ArrayLike,
    baseline_exposure: ArrayLike,
    *,
    dispersion: ArrayLike = 1.0,
    df: ArrayLike | None = None,
    exact_below: int = RATIO_EXACT_BELOW,
) -> Any:
    """Two-sided p for "the rate is unchanged"; below 0.05 just when the 95 % interval of `ratio` omits 1.

    Parameters as in `ratio`. NaN where the ratio is.
    """
    o1, n1, o0, n0, phi = two_rates((events, exposure, baseline_events, baseline_exposure), dispersion)
    alike(events=o1, df=df)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.abs(np.log((o1 / n1) / (o0 / n0))) / np.sqrt(phi * (1 / o1 + 1 / o0))
        yes, no, fair = o1 / phi, o0 / phi, n1 / (n1 + n0)
        at_least = np.where(yes == 0, 1.0, stats.beta.cdf(fair, yes, no + 1))
        at_most = np.where(no == 0, 1.0, stats.beta.sf(fair, yes + 1, no))
        # The smaller tail as a normal quantile, so that t can be read where phi was estimated.
        z = np.where(np.minimum(o1, o0) < exact_below, stats.norm.isf(np.minimum(at_least, at_most)), z)
    known = (o0 > 0) & (n0 > 0) & (n1 > 0)
    return plain(np.where(known, np.minimum(1.0, two_sided_p(z, df)), np.nan))


def annual_change(
    events: ArrayLike,
    exposure: ArrayLike,
    years: ArrayLike,
    *,
    dispersion: ArrayLike | None = None,
    df: ArrayLike | None = None,
    level: float = LEVEL,
) -> Estimate:
    """Change of the rate per year (-0.15 = falls 15 % a year) by a quasi-Poisson log-linear trend.

    Parameters
    ----------
    events, exposure : one series with the years along the last axis; axes before it are separate series
    years : years of the series, in any order, none twice
    dispersion : phi of the plan; None estimates it from the series itself, never below 1
    df : degrees of freedom behind a given phi; None takes a given phi as known (normal quantile)
    level : in (0, 1); 0.95 means 95 %

    Returns
    -------
    Estimate
        NaN where the trend is not defined: no events, or all events in the first or the last year.

    Raises
    ------
    InvalidNumber
        One year only, a year twice, or two years and no phi (nothing left to estimate it from).

    Source
    ------
    McCullagh & Nelder 1989, ch. 6; annual percent change 100 (exp(b) - 1).
    """
    seen, people, when = _series(events, exposure, years)
    if when.size < 2:
        raise InvalidNumber(f"a trend needs two years or more, got {when.tolist()}.")
    slope, fitted, information = _trend(seen, people, when)
    residual_df = when.size - 2
    if dispersion is None:
        if residual_df < 1:
            raise InvalidNumber("a trend over two years needs a dispersion from elsewhere; give dispersion=.")
        phi, df = np.maximum(1.0, _pearson(seen, fitted) / residual_df), residual_df
    else:
        phi = dispersion_of(dispersion)
        alike(series=slope, dispersion=phi, df=df)
    reach = quantile_of(level, df) * np.sqrt(phi / information)
    return estimate(
        *(np.expm1(end) for end in (slope, slope - reach, slope + reach)),
        level=level,
        method="quasi-poisson trend",
        df=df,
        numerator=seen.sum(axis=-1).astype(int),
        denominator=people.sum(axis=-1),
    )


def projected(
    events: ArrayLike,
    exposure: ArrayLike,
    years: ArrayLike,
    year: int,
    people: ArrayLike,
    *,
    dispersion: ArrayLike,
    df: ArrayLike | None = None,
    level: float = LEVEL,
) -> Estimate:
    """Rate to expect in a later year if the log-linear trend goes on: where the observed figure should lie.

    Three sources of doubt: the level today, the slope, and the later year's own events. On the log scale
    SE^2 = phi (1/sum O + (t - mean t)^2 / I + 1/mu), mu the events expected.

    Parameters
    ----------
    events, exposure, years, dispersion, df, level : as in `annual_change`, dispersion given
    year : the later year
    people : exposure in the later year

    Returns
    -------
    Estimate
        Events over exposure; NaN where the trend is not defined.

    Source
    ------
    McCullagh & Nelder 1989, ch. 6; variance of a linear predictor, and of a new observation.
    """
    seen, lived, when = _series(events, exposure, years)
    slope, fitted, information = _trend(seen, lived, when)
    total = seen.sum(axis=-1)
    alike(series=slope, people=people, dispersion=dispersion, df=df)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (fitted * when).sum(axis=-1) / total
        # The rate at the weighted middle year, where level and slope are estimated independently of each other.
        there = np.log(total / (lived * np.exp(slope[..., None] * (when - middle[..., None]))).sum(axis=-1))
        log = there + slope * (year - middle)
        own = 1 / (np.exp(log) * numbers("people", people))
        doubt = dispersion_of(dispersion) * (1 / total + (year - middle) ** 2 / information + own)
        reach = quantile_of(level, df) * np.sqrt(doubt)
    limits = (np.exp(end) for end in (log, log - reach, log + reach))
    return estimate(*limits, level=level, method="projected trend", df=df)


def chance_at_most(expected: Estimate, level: ArrayLike) -> Any:
    """Chance that a later year's rate lies at or below `level`, from what `projected` expects of it; 0-1.

    Parameters
    ----------
    expected : of `projected`; its interval is that of t on the log scale
    level : rate in the same unit, > 0; number or array

    Source
    ------
    The predictive distribution behind the interval of `projected`.
    """
    log, upper, aim = alike(
        value=np.log(expected.value), upper=np.log(expected.upper), level=np.log(numbers("level", level))
    )
    z = (aim - log) / (upper - log) * quantile_of(expected.level, expected.df)
    return plain(stats.norm.cdf(z) if expected.df is None else stats.t.cdf(z, expected.df))


def annual_change_p(change: Estimate) -> Any:
    """Two-sided p for "no trend" from an `annual_change`: below 0.05 just when the 95 % interval omits 0."""
    value, upper = np.log1p(np.asarray(change.value)), np.log1p(np.asarray(change.upper))
    z = np.abs(value) / (upper - value) * quantile_of(change.level, change.df)
    return plain(two_sided_p(z, change.df))


def dispersion(
    events: ArrayLike, exposure: ArrayLike, years: ArrayLike, *, bend: int | None = None
) -> tuple[Any, Any]:
    """One phi for a plan, and its degrees of freedom, from each area's own log-linear trend.

    phi = max(1, sum of Pearson / df). Cells with NaN are left out; so is an area with fewer than three cells
    or without a defined trend.

    Parameters
    ----------
    events, exposure : axes (..., area, year), or the years of one area; NaN where a cell is missing; axes
        before them are separate plans
    years : one for each column, in any order, none twice
    bend : year in which an area's trend may bend, such as the baseline year: a plan that works bends it, and
        a straight trend through both parts would take the bend for overdispersion

    Returns
    -------
    phi, df
        One of each for every plan. NaN and 0 when no area is left: phi cannot be told, and is not taken as 1.

    Raises
    ------
    InvalidNumber
        Negative or fractional events, lists of different length, a year twice.

    Source
    ------
    McCullagh & Nelder 1989, ch. 4 and 6 (Pearson's statistic over its degrees of freedom).
    """
    given, people = (np.atleast_2d(one) for one in alike(events=events, exposure=exposure))
    if given.shape[-1:] != np.shape(years):
        raise InvalidNumber(f"events have shape {given.shape}, but there are {np.size(years)} years.")
    if not given.size:
        nothing = np.zeros(given.shape[:-2], dtype=int)
        return plain(nothing + np.nan), plain(nothing)
    if bend is not None:  # two series an area, with the year of the bend in both
        when = np.asarray(years)
        given = np.concatenate(
            [np.where(part, given, np.nan) for part in (when <= bend, when >= bend)], axis=-2
        )
        people = np.concatenate([people, people], axis=-2)
    known = np.isfinite(given) & np.isfinite(people) & (people > 0)
    seen, people, when = _series(np.where(known, given, 0), np.where(known, people, 0), years)
    slope, fitted, _ = _trend(seen, people, when)
    residual_df = np.where(np.isfinite(slope), known.sum(axis=-1) - 2, 0).clip(0)
    df = residual_df.sum(axis=-1)
    pearson = np.where(residual_df > 0, _pearson(seen, fitted), 0).sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return plain(np.where(df > 0, np.maximum(1.0, pearson / df), np.nan)), plain(df)


def two_rates(counts: Sequence[ArrayLike], dispersion: ArrayLike, where: str = "") -> tuple[Numbers, ...]:
    """Events, exposure, baseline events, baseline exposure and phi, checked and of one shape.

    `where` follows the names of the counts in a refusal.
    """
    events, exposure, baseline_events, baseline_exposure = counts
    names = [f"{name}{where}" for name in ("events", "exposure", "baseline events", "baseline exposure")]
    o1, n1 = events_of(names[0], events, names[1], exposure)
    o0, n0 = events_of(names[2], baseline_events, names[3], baseline_exposure)
    checked = (o1, n1, o0, n0, dispersion_of(dispersion))
    return alike(**dict(zip([*names, "dispersion"], checked, strict=True)))


def _byar(events: Numbers, quantile: float) -> Numbers:
    """O (1 - 1/(9 O) + z/(3 sqrt O))^3; below zero only for one event at extreme levels, then 0."""
    return np.maximum(0.0, events * (1 - 1 / (9 * events) + quantile / (3 * np.sqrt(events))) ** 3)


def _series(events: ArrayLike, exposure: ArrayLike, years: ArrayLike) -> tuple[Numbers, Numbers, Numbers]:
    when = np.atleast_1d(numbers("years", years))
    seen, people = events_of("events", events, "exposure", exposure)
    if when.ndim != 1 or seen.shape[-1:] != when.shape:
        raise InvalidNumber(f"events have shape {seen.shape}, but there are {when.size} years.")
    if np.unique(when).size < when.size:
        raise InvalidNumber(f"a year occurs twice in {when.tolist()}.")
    return seen, people, when


def _trend(events: Numbers, people: Numbers, years: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Slope, fitted events and information of the Poisson log-linear trend, for all series at once.

    The intercept is profiled out (total fitted = total seen), so Newton's method has one unknown: the slope
    at which the fitted mean year equals the observed one. statsmodels' GLM gives the same for one series.
    """
    when = years - years.mean()
    total = events.sum(axis=-1)
    lived = people > 0
    first = np.where(lived, when, np.inf).min(axis=-1)
    last = np.where(lived, when, -np.inf).max(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        target = (events * when).sum(axis=-1) / total
        defined = (target > first) & (target < last)
        slope = np.zeros(total.shape)
        for _ in range(100):
            weight = people * np.exp(slope[..., None] * when)
            weight = weight / weight.sum(axis=-1, keepdims=True)
            mean = (weight * when).sum(axis=-1)
            spread = (weight * (when - mean[..., None]) ** 2).sum(axis=-1)
            step = np.where(defined, (target - mean) / spread, 0.0).clip(-0.5, 0.5)
            slope = slope + step
            if not (np.abs(step) > 1e-13).any():
                break
        fitted = total[..., None] * weight
        return np.where(defined, slope, np.nan), fitted, np.where(defined, total * spread, np.nan)


def _pearson(events: Numbers, fitted: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(fitted > 0, (events - fitted) ** 2 / fitted, 0.0).sum(axis=-1)
