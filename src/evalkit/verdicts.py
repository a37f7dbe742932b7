"""Verdicts: has the underlying level moved? Targets, progress and power come from modules of their own."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

import numpy as np

from evalkit.errors import InvalidNumber
from evalkit.estimates.arguments import Scale, alike, direction_of, level_of, numbers, plain, refuse
from evalkit.terms import LEVEL, Polarity, Reading, Verdict

CAUSAL: Final = 3  # evidence level from which a sentence may say what speaks for the plan
DELTA: Final = 0.05  # "little change" means inside 5 points either way, fixed beforehand

RULES: Final[dict[str, Verdict]] = {
    "hidden": Verdict.SUPPRESSED,
    "no_data": Verdict.NOT_ASSESSABLE,
    "series_break": Verdict.CANNOT_TELL,
    "too_few": Verdict.CANNOT_TELL,
    # with a planned change
    "interval_beyond_target": Verdict.REACHED,
    "short_of_target_and_worsened": Verdict.OFF_TRACK,
    "short_of_target_but_improved": Verdict.OFF_TRACK,
    "interval_short_of_target": Verdict.OFF_TRACK,
    "interval_beyond_half": Verdict.ON_TRACK,
    "improved_pace_not_shown": Verdict.IMPROVING,
    "interval_undecided": Verdict.CANNOT_TELL,
    # direction only
    "interval_improved": Verdict.IMPROVED,
    "interval_worsened": Verdict.WORSENED,
    "interval_inside_delta": Verdict.LITTLE_CHANGE,
    "interval_open": Verdict.CANNOT_TELL,
}
"""Every rule that can decide a verdict, in the order in which they are tried."""


def judge(
    change: Any,
    lower: Any,
    upper: Any,
    *,
    polarity: Polarity | str,
    planned_change: Any = None,
    scale: Scale = "points",
    delta: float = DELTA,
    hidden: Any = False,
    comparable: Any = True,
    enough: Any = True,
) -> tuple[Any, Any]:
    """The verdict on a change and the name of the rule that decided, the first of `RULES` that matches.

    With a planned change tau (said for "smaller is better", L and U the interval): reached U <= tau; off
    track L > tau; on track U <= tau/2; improving U < 0; else cannot tell. Without: improved U < 0;
    worsened L > 0; little change when the interval lies inside +-delta, ends included; else cannot tell.

    Parameters
    ----------
    change, lower, upper : change since the baseline year with its interval; numbers or arrays; NaN = no data
    polarity : which way is better
    planned_change : tau on the same scale; None (or NaN in an array) for a goal without a number
    scale : "points" (difference of shares), or "relative" (ratio minus 1, halved on the log scale)
    delta : what still counts as little, on the scale of the change
    hidden, comparable, enough : False or True, by cell: suppressed; no series break; n at or above the floor

    Raises
    ------
    InvalidNumber
        Target on the wrong side of the baseline, limits in the wrong order, a relative change below -1.

    Source
    ------
    The plan's method, section 7; margins as in equivalence testing (Schuirmann 1987).
    """
    sign = -direction_of(polarity)
    planned = np.asarray(np.nan if planned_change is None else planned_change, dtype=float)
    value, low, high, *_ = alike(
        change=change,
        lower=lower,
        upper=upper,
        planned_change=planned,
        delta=delta,
        hidden=hidden,
        comparable=comparable,
        enough=enough,
    )
    refuse(
        sign * planned > 0, f"the planned change is on the wrong side of the baseline ({polarity})", planned
    )
    missing = np.isnan(value) | np.isnan(low) | np.isnan(high)
    refuse(
        ~missing & ((low > value) | (value > high)), "lower <= change <= upper must hold", low, value, high
    )
    if not delta > 0:
        raise InvalidNumber(f"delta must be above zero, got {delta!r}.")
    inside = (low >= -delta) & (high <= delta)
    if scale == "relative":
        refuse(
            np.minimum(low, np.where(np.isnan(planned), 0, planned)) < -1,
            "a rate cannot fall by more than 1",
            low,
        )
        with np.errstate(divide="ignore"):
            low, high, planned = np.log1p(low), np.log1p(high), np.log1p(planned)
    elif scale != "points":
        raise InvalidNumber(f"scale must be 'points' or 'relative', got {scale!r}.")
    # From here on smaller is better.
    low, high, tau = (low, high, planned) if sign > 0 else (-high, -low, -planned)
    numbered = ~np.isnan(tau)
    conditions = [
        np.asarray(hidden, dtype=bool),
        missing,
        ~np.asarray(comparable, dtype=bool),
        ~np.asarray(enough, dtype=bool),
        numbered & (high <= tau),
        numbered & (low > tau) & (low > 0),
        numbered & (low > tau) & (high < 0),
        numbered & (low > tau),
        numbered & (high <= tau / 2),
        numbered & (high < 0),
        numbered,
        high < 0,
        low > 0,
        inside,
        np.asarray(True),
    ]
    shape = np.broadcast_shapes(*(c.shape for c in conditions))
    which = np.select([np.broadcast_to(c, shape) for c in conditions], list(range(len(conditions))))
    rules = np.array(list(RULES), dtype=object)
    verdicts = np.array(list(RULES.values()), dtype=object)
    return verdicts[which], rules[which]


def speaks(lower: Any, upper: Any, evidence: Any, *, polarity: Polarity | str) -> Any:
    """Does the comparison speak for the plan? 1 for it, -1 against it, 0 where it is too uncertain or too weak.

    Parameters
    ----------
    lower, upper : interval of the difference from the comparators; NaN where there is none
    evidence : level after `effects.evidence_level`; below 3 nothing speaks
    """
    low, high, evidence = alike(lower=lower, upper=upper, evidence=evidence)
    way = (low > 0).astype(int) - (high < 0)
    return plain(np.where(np.asarray(evidence, dtype=float) >= CAUSAL, way * direction_of(polarity), 0))


def holm(p_values: Any) -> Any:
    """Holm-adjusted p over the last axis (the area-years of one goal); NaN cells stay out and stay NaN.

    The same as statsmodels' multipletests, which collects garbage for 60 ms at every call and takes one row.

    Source
    ------
    Holm 1979, Scand J Stat 6:65-70.
    """
    given = np.asarray(p_values, dtype=float)
    refuse((given < 0) | (given > 1), "p-values lie between 0 and 1", given)
    order = given.argsort(axis=-1)  # NaN last
    left = (~np.isnan(given)).sum(axis=-1, keepdims=True) - np.arange(given.shape[-1])
    steps = np.minimum(1.0, np.maximum.accumulate(np.take_along_axis(given, order, -1) * left, axis=-1))
    adjusted = np.empty_like(given)
    np.put_along_axis(adjusted, order, steps, -1)
    return adjusted


def with_holm(verdict: Any, p_holm: Any, *, level: float = LEVEL) -> Any:
    """The verdict read with Holm's correction: a claimed move whose adjusted p fails becomes "cannot tell".

    "Off track" and "little change" are kept: they claim no move from zero.
    """
    verdicts = np.asarray(verdict, dtype=object)
    moves = (Verdict.REACHED, Verdict.ON_TRACK, Verdict.IMPROVING, Verdict.IMPROVED, Verdict.WORSENED)
    adjusted = np.asarray(p_holm, dtype=float)
    alike(verdict=np.zeros(verdicts.shape), p_holm=adjusted)
    claims = np.isin(verdicts.astype(str), [str(move) for move in moves])
    fails = ~(1 - adjusted > level_of(level))  # 1 - 0.95 is a hair above 0.05
    return plain(np.where(claims & fails, Verdict.CANNOT_TELL, verdicts))


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


class Progress(StrEnum):
    """What published progress rules for indicators without a numeric target say of an annual growth rate."""

    SUBSTANTIAL = "substantial"
    MODERATE = "moderate"
    LIMITED = "limited"  # Statistics Canada: 0 to 0.5 % a year
    STABLE = "stable"  # ISTAT: within 1 % a year
    STAGNATION = "stagnation"  # UN Statistics Division: stagnation or regression
    SLIGHT_DETERIORATION = "slight_deterioration"
    DETERIORATION = "deterioration"
    NOT_AVAILABLE = "not_available"

    @property
    def tone(self) -> str:
        """The colour family of `Verdict.tone`, so that the two can be compared."""
        if self in (Progress.SUBSTANTIAL, Progress.MODERATE):
            return "good"
        return "ill" if self in (Progress.SLIGHT_DETERIORATION, Progress.DETERIORATION) else "open"


# Falls through to the last word; ISTAT's limits belong to the worse class, the others' to the better.
_PROGRESS: Final[dict[str, tuple[tuple[tuple[float, Progress], ...], Progress]]] = {
    "statcan": (
        ((0.015, Progress.SUBSTANTIAL), (0.005, Progress.MODERATE), (0.0, Progress.LIMITED)),
        Progress.DETERIORATION,
    ),
    "unsd": (((0.02, Progress.SUBSTANTIAL), (0.005, Progress.MODERATE)), Progress.STAGNATION),
    "istat": (
        (
            (0.05, Progress.SUBSTANTIAL),
            (0.01, Progress.MODERATE),
            (-0.01, Progress.STABLE),
            (-0.05, Progress.SLIGHT_DETERIORATION),
        ),
        Progress.DETERIORATION,
    ),
}


def progress(value: float, baseline: float, years: float, *, polarity: Polarity | str, rule: str) -> Progress:
    """Progress by a published rule ("statcan", "unsd", "istat") on the compound annual growth rate.

    They compare point estimates and know no uncertainty; shown only to say whether they would read otherwise.
    Not available where a value is missing or the baseline is not above zero.

    Source
    ------
    Statistics Canada, Progress Measurement for Canada's SDGs (method without target); UN Statistics Division,
    Progress Chart Technical Note 2023; ISTAT, Rapporto SDGs 2019, pp. 37-38.
    """
    if rule not in _PROGRESS:
        raise InvalidNumber(f"rule must be one of {', '.join(_PROGRESS)}, got {rule!r}.")
    refuse(float(numbers("years", years)) <= 0, "years since the baseline must be above zero", years)
    sign = direction_of(polarity)
    if not (value >= 0 and baseline > 0):
        return Progress.NOT_AVAILABLE
    growth = sign * round((value / baseline) ** (1 / years) - 1, 12)  # 1.005 - 1 is a hair below 0.005
    classes, otherwise = _PROGRESS[rule]
    for limit, word in classes:
        if growth > limit or (growth == limit and rule != "istat"):
            return word
    return otherwise


def _reading(reading: Reading | str) -> Reading:
    try:
        return Reading(reading)
    except ValueError:
        raise InvalidNumber(f"reading must be 'compounding' or 'linear', got {reading!r}.") from None
