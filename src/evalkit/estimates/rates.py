"""Rates: events per so many residents, and their ratios; trends and dispersion come from `trends`."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from evalkit.estimates.counts import (
    Numbers,
    alike,
    dispersion_of,
    events_of,
    level_of,
    numbers,
    plain,
    quantile_of,
    refuse,
)
from evalkit.estimates.trends import annual_change, annual_change_p, dispersion, dispersion_of_grid
from evalkit.terms import LEVEL, Estimate

__all__ = [
    "annual_change",
    "annual_change_p",
    "dispersion",
    "dispersion_of_grid",
    "rate",
    "ratio",
    "ratio_p",
]

RATE_EXACT_BELOW = 10  # events; from here on Byar's limits are as good as exact ones
RATIO_EXACT_BELOW = 5  # events in either year; from here on the log ratio is near enough to normal


def rate(
    events: Any,
    exposure: Any,
    *,
    per: float = 1000,
    level: float = LEVEL,
    exact_below: int = RATE_EXACT_BELOW,
) -> Estimate:
    """Events per `per` residents, exact interval below 10 events, else Byar's.

    Parameters
    ----------
    events : whole counts >= 0; numbers or arrays
    exposure : residents >= 0 (a mean over the year may be fractional); NaN (missing) where it is 0
    per : residents that the rate is for
    level : in (0, 1); 0.95 means 95 %
    exact_below : events from which Byar's limits are used

    Raises
    ------
    InvalidNumber
        Negative, NaN or fractional events; events where nobody lives; impossible level or `per`.

    Source
    ------
    Ulm 1990, Am J Epidemiol 131:373-375 (exact); Breslow & Day 1987, p. 69 (Byar: O below, O + 1 above;
    not the other "Byar" with O + 0.5 in both limits).
    """
    seen, people = events_of("events", events, "exposure", exposure)
    scale = float(numbers("per", per))
    refuse(scale <= 0, "per must be above zero", scale)
    quantile, tail = quantile_of(level), (1 - level_of(level)) / 2
    exact = seen < exact_below
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(
            seen == 0, 0.0, np.where(exact, special.gammaincinv(seen, tail), _byar(seen, -quantile))
        )
        high = np.where(exact, special.gammainccinv(seen + 1, tail), _byar(seen + 1, quantile))
        unit = np.where(people > 0, scale / people, np.nan)
    return Estimate(
        value=plain(seen * unit),
        lower=plain(low * unit),
        upper=plain(high * unit),
        level=float(level),
        method=plain(np.where(exact, "exact", "byar")),
        numerator=plain(seen.astype(int)),
        denominator=plain(people),
    )


def ratio(
    events: Any,
    exposure: Any,
    baseline_events: Any,
    baseline_exposure: Any,
    *,
    dispersion: Any = 1.0,
    df: Any = None,
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
    parts = _two_rates(events, exposure, baseline_events, baseline_exposure, dispersion)
    o1, n1, o0, n0, phi = parts
    if df is not None:
        alike(events=o1, df=df)
    quantile = quantile_of(level, df)
    exact = np.minimum(o1, o0) < exact_below
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = (o1 / n1) / (o0 / n0)
        reach = np.exp(quantile * np.sqrt(phi * (1 / o1 + 1 / o0)))
        low, high = _conditional(o1 / phi, o0 / phi, special.ndtr(-quantile))
        low = np.where(exact, low * n0 / n1, value / reach)
        high = np.where(exact, high * n0 / n1, value * reach)
    known = (o0 > 0) & (n0 > 0) & (n1 > 0)
    value, low, high = (np.where(known, x, np.nan) for x in (value, low, high))
    return Estimate(
        value=plain(value),
        lower=plain(low),
        upper=plain(high),
        level=float(level),
        method=plain(np.where(exact, "conditional", "log ratio")),
        numerator=plain(o1.astype(int)),
        denominator=plain(o0.astype(int)),
        df=df,
    )


def ratio_p(
    events: Any,
    exposure: Any,
    baseline_events: Any,
    baseline_exposure: Any,
    *,
    dispersion: Any = 1.0,
    df: Any = None,
    exact_below: int = RATIO_EXACT_BELOW,
) -> Any:
    """Two-sided p for "the rate is unchanged"; below 0.05 just when the 95 % interval of `ratio` omits 1."""
    o1, n1, o0, n0, phi = _two_rates(events, exposure, baseline_events, baseline_exposure, dispersion)
    if df is not None:
        alike(events=o1, df=df)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.abs(np.log((o1 / n1) / (o0 / n0))) / np.sqrt(phi * (1 / o1 + 1 / o0))
        yes, no, fair = o1 / phi, o0 / phi, n1 / (n1 + n0)
        at_least = np.where(yes == 0, 1.0, special.betainc(yes, no + 1, fair))
        at_most = np.where(no == 0, 1.0, special.betaincc(yes + 1, no, fair))
        # The smaller tail as a normal quantile, so that t can be read where phi was estimated.
        z = np.where(np.minimum(o1, o0) < exact_below, -special.ndtri(np.minimum(at_least, at_most)), z)
    tail = special.ndtr(-z) if df is None else special.stdtr(numbers("df", df), -z)
    known = (o0 > 0) & (n0 > 0) & (n1 > 0)
    return plain(np.where(known, np.minimum(1.0, 2 * tail), np.nan))


def _two_rates(
    events: Any, exposure: Any, baseline_events: Any, baseline_exposure: Any, dispersion: Any
) -> tuple[Numbers, ...]:
    o1, n1 = events_of("events", events, "exposure", exposure)
    o0, n0 = events_of("baseline events", baseline_events, "baseline exposure", baseline_exposure)
    phi = dispersion_of(dispersion)
    return alike(events=o1, exposure=n1, baseline_events=o0, baseline_exposure=n0, dispersion=phi)


def _byar(events: Any, quantile: float) -> Any:
    """O (1 - 1/(9 O) + z/(3 sqrt O))^3; below zero only for one event at extreme levels, then 0."""
    return np.maximum(0.0, events * (1 - 1 / (9 * events) + quantile / (3 * np.sqrt(events))) ** 3)


def _conditional(yes: Any, no: Any, tail: Any) -> tuple[Any, Any]:
    """Clopper-Pearson limits of yes : no as odds; counts may be effective ones."""
    low = np.where(yes == 0, 0.0, special.betaincinv(yes, no + 1, tail))
    high = np.where(no == 0, 1.0, special.betainccinv(yes + 1, no, tail))
    return low / (1 - low), high / (1 - high)
