"""What a sample or a count can show at all: the smallest change with a fair chance of being seen."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from scipy.optimize import elementwise

from evalkit.errors import InvalidNumber
from evalkit.estimates.arguments import (
    Numbers,
    Scale,
    direction_of,
    dispersion_of,
    finite,
    is_relative,
    plain,
    quantile_of,
    refuse,
)
from evalkit.terms import LEVEL, Polarity

POWER = 0.8


def detectable_change(
    baseline: ArrayLike,
    size: ArrayLike,
    baseline_size: ArrayLike,
    *,
    scale: Scale,
    polarity: Polarity | str,
    dispersion: ArrayLike = 1.0,
    df: ArrayLike | None = None,
    power: float = POWER,
    level: float = LEVEL,
) -> Any:
    """Smallest true change for the better that `power` of all samples would show, on the scale of the change.

    Shares ("points", -0.11 = 11 points down): normal approximation for two proportions, as R's
    power.prop.test. Rates ("relative", -0.3 = 30 % down): square roots of counts, whose variance phi/4 does
    not depend on the level. NaN where not even the best value (0, or a share of 1) would be seen.

    The common shortcut exp(-2.8 sqrt(2 phi/O)) - 1 says -51 % for 60 events and phi = 2, where the interval
    of `ratio` in fact has a power of 0.64; this says -59 %, where it has 0.79.

    Parameters
    ----------
    baseline : share (0-1), or events per unit of size (> 0); numbers or arrays
    size, baseline_size : effective respondents or people, or exposure, > 0, now and in the baseline year
    scale, polarity : of the change, and which way is better
    dispersion, df : phi of the plan and its degrees of freedom, for rates
    power, level : in (0, 1); 0.8 means 80 %

    Raises
    ------
    InvalidNumber
        A share outside 0-1, a rate of 0, a size of 0, lists of different length, an unknown scale.

    Source
    ------
    Fleiss, Levin & Paik 2003, ch. 4; Bartlett 1936 (square root of a count).
    """
    start, now, then, phi, *_ = finite(
        baseline=baseline, size=size, baseline_size=baseline_size, dispersion=dispersion_of(dispersion), df=df
    )
    refuse((now <= 0) | (then <= 0), "sizes must be above zero", now, then)
    sign, seen = direction_of(polarity), _quantile_of_power(power)
    if is_relative(scale):
        refuse(start <= 0, "a relative change needs a baseline above zero", start)
        step = (quantile_of(level, df) + seen) * np.sqrt(phi / 4 * (1 / (start * then) + 1 / (start * now)))
        root = 1 + sign * step
        return plain(np.where(root > 0, root**2 - 1, np.nan))
    refuse((start < 0) | (start > 1), "a share lies between 0 and 1", start)
    quantile = quantile_of(level)

    def slack(p: Numbers, start: Numbers, now: Numbers, then: Numbers) -> Numbers:
        """How far the share p is beyond what can be seen."""
        return _beyond_share(p, start, now, then, quantile, seen)

    best = np.full(start.shape, 1.0 if sign > 0 else 0.0)
    nearest = np.clip(start + sign * 1e-9, 0, 1)  # at the baseline itself 0 = 0 would count as a root
    found = elementwise.find_root(slack, (nearest, best), args=(start, now, then))
    return plain(np.where(found.success & (start != best), found.x - start, np.nan))


def detectable_trend(
    baseline_events: ArrayLike,
    years: int,
    *,
    polarity: Polarity | str,
    dispersion: ArrayLike = 1.0,
    df: ArrayLike | None = None,
    power: float = POWER,
    level: float = LEVEL,
) -> Any:
    """Smallest annual change (-0.08 = 8 % a year) that a trend over `years` years would show; else NaN.

    Parameters
    ----------
    baseline_events : events expected in the first year, > 0; number or array
    years : years in the trend, the baseline year among them, >= 2
    polarity, dispersion, df, power, level : as in `detectable_change`

    Source
    ------
    Variance of the slope of a log-linear trend, as in `rates.annual_change`.
    """
    events, phi, *_ = finite(baseline_events=baseline_events, dispersion=dispersion_of(dispersion), df=df)
    refuse(events <= 0, "a trend needs a baseline above zero", events)
    if years < 2:
        raise InvalidNumber(f"a trend needs two years or more, got {years}.")
    sign, when = direction_of(polarity), np.arange(years)
    needed = quantile_of(level, df) + _quantile_of_power(power)

    def slack(slope: Numbers, events: Numbers, phi: Numbers) -> Numbers:
        """How far the slope is beyond what can be seen."""
        return _beyond_trend(sign * slope, events, phi, when, needed)

    found = elementwise.find_root(
        slack, (np.zeros(events.shape), np.full(events.shape, 1.5)), args=(events, phi)
    )
    return plain(np.where(found.success, np.expm1(sign * found.x), np.nan))


def years_to_see(
    baseline: ArrayLike,
    size: ArrayLike,
    annual: ArrayLike,
    *,
    scale: Scale,
    by: Literal["change", "trend"] = "change",
    dispersion: ArrayLike = 1.0,
    df: ArrayLike | None = None,
    power: float = POWER,
    level: float = LEVEL,
    up_to: int = 30,
) -> Any:
    """Years until the planned pace would be seen with `power`; NaN when not within `up_to` years.

    Parameters
    ----------
    baseline, size : as in `detectable_change`, the size taken as unchanged; numbers or arrays. A weighted share
        has its effective number of answers for a size, never the sum of its weights
    annual : planned change a year: relative and compounding for rates, points (0-1) for shares
    by : "change" compares the year with the baseline year; "trend" uses every year between (rates)
    dispersion, df, power, level : as in `detectable_change`

    Raises
    ------
    InvalidNumber
        A pace of 0, or one of -100 % a year; a trend of shares; else as `detectable_change`.

    Source
    ------
    The planned change held against what `detectable_change` and `detectable_trend` say can be seen.
    """
    relative = is_relative(scale)
    if by not in ("change", "trend") or (by == "trend" and not relative):
        raise InvalidNumber(f"by must be 'change', or 'trend' for rates, got {by!r} for {scale!r}.")
    start, people, pace, phi, *degrees = finite(
        baseline=baseline, size=size, annual=annual, dispersion=dispersion_of(dispersion), df=df
    )
    refuse(pace == 0, "a planned change of 0 can never be seen; annual", pace)
    refuse(people <= 0, "sizes must be above zero", people)
    if relative:
        refuse(pace <= -1, "a level cannot fall by 100 % a year or more; -0.15 means 15 %", pace)
        refuse(start <= 0, "a relative change needs a baseline above zero", start)
    else:
        refuse((start < 0) | (start > 1), "a share lies between 0 and 1", start)
    quantile, chance = quantile_of(level, *degrees), _quantile_of_power(power)
    found = np.full(start.shape, np.nan)
    for years in range(up_to, 1 if by == "trend" else 0, -1):
        if by == "trend":
            beyond = _beyond_trend(
                np.log1p(pace), start * people, phi, np.arange(years + 1), quantile + chance
            )
        elif relative:
            step = (quantile + chance) * np.sqrt(phi / (2 * start * people))
            beyond = np.abs((1 + pace) ** (years / 2) - 1) - step
        else:
            then = np.clip(start + pace * years, 0, 1)
            beyond = _beyond_share(then, start, people, people, quantile, chance)
        found = np.where(beyond >= 0, years, found)
    return plain(found)


def answers_to_see(
    baseline: ArrayLike, change: ArrayLike, *, power: float = POWER, level: float = LEVEL
) -> Any:
    """Effective number of answers, the same in both years, with which a change of a share would be seen with `power`.

    Parameters
    ----------
    baseline : share of the earlier year, 0-1; numbers or arrays
    change : the change to be seen, in points (-0.05 = 5 points down), not 0; one beyond 0 or 1 is taken to end there
    power, level : as in `detectable_change`, of which this is the inverse

    Raises
    ------
    InvalidNumber
        A share outside 0-1, a change of 0, lists of different length.

    Source
    ------
    Fleiss, Levin & Paik 2003, ch. 4 (equal samples, without continuity correction).
    """
    start, step = finite(baseline=baseline, change=change)
    refuse((start < 0) | (start > 1), "a share lies between 0 and 1", start)
    end = np.clip(start + step, 0, 1)
    refuse(end == start, "a change of 0 can never be seen; share, change", start, step)
    pool = (start + end) / 2
    null = quantile_of(level) * np.sqrt(2 * pool * (1 - pool))
    true = _quantile_of_power(power) * np.sqrt(start * (1 - start) + end * (1 - end))
    return plain(((null + true) / (end - start)) ** 2)


def _beyond_share(p: Any, start: Any, now: Any, then: Any, quantile: float, chance: float) -> Any:
    """How far a share that was `start` and is `p` has moved beyond what two samples of these sizes show."""
    pool = (p * now + start * then) / (now + then)
    null = np.sqrt(pool * (1 - pool) * (1 / now + 1 / then))
    true = np.sqrt(p * (1 - p) / now + start * (1 - start) / then)
    return np.abs(p - start) - quantile * null - chance * true


def _beyond_trend(slope: Any, events: Any, phi: Any, when: Any, needed: Any) -> Any:
    """How far a slope on the log scale is beyond what the years `when` show, in standard errors."""
    fitted = np.asarray(events)[..., None] * np.exp(np.asarray(slope)[..., None] * when)
    mean = (fitted * when).sum(-1) / fitted.sum(-1)
    information = (fitted * (when - mean[..., None]) ** 2).sum(-1) / phi
    return np.abs(slope) * np.sqrt(information) - needed


def _quantile_of_power(power: float) -> float:
    if not 0 < power < 1:
        raise InvalidNumber(f"power must lie between 0 and 1 (0.8 means 80 %), got {power!r}.")
    return float(stats.norm.ppf(power))
