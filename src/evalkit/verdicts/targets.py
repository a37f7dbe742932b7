"""Targets: the level planned for a year, whether it was reached, and the pace that it still asks for."""

from __future__ import annotations

from typing import Any

import numpy as np

from evalkit.errors import InvalidNumber
from evalkit.estimates.counts import alike, numbers, plain, refuse
from evalkit.estimates.power import POWER, Scale, detectable_change, detectable_trend, direction_of
from evalkit.terms import LEVEL, Polarity, Reading


def target_path(
    baseline: Any, annual: Any, years_since: Any, reading: Reading | str = Reading.COMPOUNDING
) -> Any:
    """Level planned for a year: baseline (1 + annual)^t compounding, or baseline (1 + annual t) linear.

    Parameters
    ----------
    baseline : level of the baseline year, > 0, any unit
    annual : planned change a year, -0.15 = 15 % down
    years_since : years since the baseline year, >= 0
    """
    start, pace, t = (
        numbers("baseline", baseline),
        numbers("annual", annual),
        numbers("years since", years_since),
    )
    start, pace, t = alike(baseline=start, annual=pace, years_since=t)
    refuse(start <= 0, "a target path needs a baseline above zero", start)
    refuse(t < 0, "the target path begins in the baseline year; years since it", t)
    refuse(pace <= -1, "a level cannot fall by 100 % a year or more; -0.15 means 15 %", pace)
    if _reading(reading) is Reading.COMPOUNDING:
        return plain(start * (1 + pace) ** t)
    refuse(
        1 + pace * t < 0,
        "a linear path falls below zero; read the target as compounding: annual, years",
        pace,
        t,
    )
    return plain(start * (1 + pace * t))


def target_reached(value: Any, target: Any, polarity: Polarity | str) -> Any:
    """The plain fact: is the value at the target or beyond it? 1.0 yes, 0.0 no, NaN if either is missing."""
    got, aim = alike(value=value, target=target)
    beyond = direction_of(polarity) * (got - aim) >= 0
    # 100 * 0.85**2 is 72.24999999999999; a value of 72.25 has reached it.
    reached = beyond | np.isclose(got, aim, rtol=1e-9, atol=0)
    return plain(np.where(np.isnan(got) | np.isnan(aim), np.nan, reached))


def required_pace(
    value: float,
    target: float,
    years_left: float,
    *,
    polarity: Polarity | str,
    reading: Reading | str = Reading.COMPOUNDING,
) -> float:
    """Change a year needed from `value` now to reach `target`; 0 when it is reached already.

    Compounding: relative, -0.2 = 20 % a year; linear: in the unit of the value.
    """
    now, aim, left = (
        float(numbers(*x)) for x in (("value", value), ("target", target), ("years left", years_left))
    )
    refuse(left <= 0, "no year is left to reach the target; years left", left)
    if target_reached(now, aim, polarity):
        return 0.0
    if _reading(reading) is Reading.LINEAR:
        return (aim - now) / left
    refuse(
        min(now, aim) < 0 or now == 0, "a compounding pace needs levels above zero; value, target", now, aim
    )
    return float((aim / now) ** (1 / left) - 1)


def years_to_see(
    baseline: float,
    size: float,
    annual: float,
    *,
    scale: Scale,
    by: str = "change",
    dispersion: float = 1.0,
    df: float | None = None,
    power: float = POWER,
    level: float = LEVEL,
    up_to: int = 30,
) -> int | None:
    """Years until the planned pace would be seen with `power`; None when not within `up_to` years.

    Parameters
    ----------
    baseline, size : as in `detectable_change`, the size taken as unchanged
    annual : planned change a year: relative and compounding for rates, points (0-1) for shares
    by : "change" compares the year with the baseline year; "trend" uses every year between (rates)
    """
    if by not in ("change", "trend") or (by == "trend" and scale != "relative"):
        raise InvalidNumber(f"by must be 'change', or 'trend' for rates, got {by!r} for {scale!r}.")
    if not annual:
        raise InvalidNumber("a planned change of 0 can never be seen.")
    polarity = Polarity.HIGHER if annual > 0 else Polarity.LOWER
    chance: dict[str, Any] = {
        "polarity": polarity,
        "dispersion": dispersion,
        "df": df,
        "power": power,
        "level": level,
    }
    for years in range(1, up_to + 1):
        if by == "trend":
            if years < 2:
                continue
            planned, seen = annual, detectable_trend(baseline * size, years + 1, **chance)
        else:
            planned = annual * years if scale == "points" else float(target_path(1.0, annual, years)) - 1
            seen = detectable_change(baseline, size, size, scale=scale, **chance)
        if abs(planned) >= abs(seen):
            return years
    return None


def _reading(reading: Reading | str) -> Reading:
    try:
        return Reading(reading)
    except ValueError:
        raise InvalidNumber(f"reading must be 'compounding' or 'linear', got {reading!r}.") from None
