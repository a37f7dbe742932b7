"""Trends of rates over the years, and how restless the events are (overdispersion)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from evalkit.errors import InvalidNumber
from evalkit.estimates.counts import Numbers, alike, dispersion_of, events_of, numbers, plain, quantile_of
from evalkit.terms import LEVEL, Estimate


def annual_change(
    events: Any, exposure: Any, years: Any, *, dispersion: Any = None, df: Any = None, level: float = LEVEL
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
    spare = when.size - 2
    if dispersion is None:
        if spare < 1:
            raise InvalidNumber("a trend over two years needs a dispersion from elsewhere; give dispersion=.")
        phi, df = np.maximum(1.0, _pearson(seen, fitted) / spare), spare
    else:
        phi = dispersion_of(dispersion)
        alike(series=slope, dispersion=phi, df=1.0 if df is None else df)
    reach = quantile_of(level, df) * np.sqrt(phi / information)
    return Estimate(
        value=plain(np.expm1(slope)),
        lower=plain(np.expm1(slope - reach)),
        upper=plain(np.expm1(slope + reach)),
        level=float(level),
        method="quasi-poisson trend",
        df=df,
        numerator=plain(seen.sum(axis=-1).astype(int)),
        denominator=plain(people.sum(axis=-1)),
    )


def projected(
    events: Any,
    exposure: Any,
    years: Any,
    year: int,
    people: Any,
    *,
    dispersion: Any,
    df: Any = None,
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
    alike(series=slope, people=people, dispersion=dispersion, df=1.0 if df is None else df)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (fitted * when).sum(axis=-1) / total
        # The rate at the weighted middle year, where level and slope are estimated independently of each other.
        there = np.log(total / (lived * np.exp(slope[..., None] * (when - middle[..., None]))).sum(axis=-1))
        log = there + slope * (year - middle)
        own = 1 / (np.exp(log) * numbers("people", people))
        doubt = dispersion_of(dispersion) * (1 / total + (year - middle) ** 2 / information + own)
        reach = quantile_of(level, df) * np.sqrt(doubt)
    return Estimate(
        value=plain(np.exp(log)),
        lower=plain(np.exp(log - reach)),
        upper=plain(np.exp(log + reach)),
        level=float(level),
        method="projected trend",
        df=df,
    )


def annual_change_p(change: Estimate) -> Any:
    """Two-sided p for "no trend" from an `annual_change`; coherent with its interval at any level."""
    value, upper = np.log1p(np.asarray(change.value)), np.log1p(np.asarray(change.upper))
    z = np.abs(value) / (upper - value) * quantile_of(change.level, change.df)
    return plain(2 * (special.ndtr(-z) if change.df is None else special.stdtr(change.df, -z)))


def dispersion(
    area: Any, year: Any, events: Any, exposure: Any, *, bend: int | None = None
) -> tuple[float, int]:
    """One phi for the plan, and its degrees of freedom, from each area's own log-linear trend.

    phi = max(1, sum of Pearson / df). Cells with NaN are left out; so is an area with fewer than three cells
    or without a defined trend. (NaN, 0) when no area is left: phi cannot be told, and is not taken as 1.

    Parameters
    ----------
    area, year, events, exposure : equally long; one cell each; no area-year twice
    bend : year in which an area's trend may bend, such as the baseline year: a plan that works bends it, and
        a straight trend through both parts would take the bend for restlessness
    """
    place, when = np.asarray(area), numbers("year", year)
    given, people = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    if not (place.ndim == 1 and place.shape == when.shape == given.shape == people.shape):
        raise InvalidNumber(
            f"area, year, events and exposure must be lists of one length, got {place.shape}, {when.shape}, "
            f"{given.shape} and {people.shape}."
        )
    if place.size == 0:
        return float("nan"), 0
    areas, row = np.unique(place, return_inverse=True)
    years, column = np.unique(when, return_inverse=True)
    cells = np.bincount(row * years.size + column, minlength=1)
    if cells.max(initial=0) > 1:
        twice = int(cells.argmax())
        raise InvalidNumber(f"{areas[twice // years.size]} has the year {years[twice % years.size]:g} twice.")
    grid = np.full((2, areas.size, years.size), np.nan)
    grid[0, row, column], grid[1, row, column] = given, people
    phi, df = dispersion_of_grid(grid[0], grid[1], years, bend=bend)
    return float(phi), int(df)


def dispersion_of_grid(events: Any, exposure: Any, years: Any, *, bend: int | None = None) -> tuple[Any, Any]:
    """`dispersion` for many plans at once: axes (..., area, year), NaN cells left out; arrays phi and df."""
    given, people = alike(events=events, exposure=exposure)
    if given.shape[-1:] != np.shape(years):
        raise InvalidNumber(f"events have shape {given.shape}, but there are {np.size(years)} years.")
    if bend is not None:  # two series an area, with the year of the bend in both
        when = np.asarray(years)
        given = np.concatenate(
            [np.where(part, given, np.nan) for part in (when <= bend, when >= bend)], axis=-2
        )
        people = np.concatenate([people, people], axis=-2)
    there = np.isfinite(given) & np.isfinite(people) & (people > 0)
    seen, people, when = _series(np.where(there, given, 0), np.where(there, people, 0), years)
    slope, fitted, _ = _trend(seen, people, when)
    spare = np.where(np.isfinite(slope), there.sum(axis=-1) - 2, 0).clip(0)
    df = spare.sum(axis=-1)
    pearson = np.where(spare > 0, _pearson(seen, fitted), 0).sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.where(df > 0, np.maximum(1.0, pearson / df), np.nan), df


def _series(events: Any, exposure: Any, years: Any) -> tuple[Numbers, Numbers, Numbers]:
    when = np.atleast_1d(numbers("years", years))
    seen, people = events_of("events", events, "exposure", exposure)
    if when.ndim != 1 or seen.shape[-1:] != when.shape:
        raise InvalidNumber(f"events have shape {seen.shape}, but there are {when.size} years.")
    if np.unique(when).size < when.size:
        raise InvalidNumber(f"a year occurs twice in {when.tolist()}.")
    return seen, people, when


def _trend(events: Numbers, people: Numbers, years: Numbers) -> tuple[Any, Any, Any]:
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


def _pearson(events: Any, fitted: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(fitted > 0, (events - fitted) ** 2 / fitted, 0.0).sum(axis=-1)
