"""Verdicts: has the underlying level moved? Targets, progress and power come from modules of their own."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from evalkit.errors import InvalidNumber
from evalkit.estimates.counts import alike, level_of, plain, refuse
from evalkit.estimates.power import Scale, detectable_change, detectable_trend, direction_of
from evalkit.terms import LEVEL, Polarity, Verdict
from evalkit.verdicts.offices import Progress, progress
from evalkit.verdicts.targets import required_pace, target_path, target_reached, years_to_see

__all__ = [
    "RULES",
    "Progress",
    "detectable_change",
    "detectable_trend",
    "holm",
    "judge",
    "progress",
    "required_pace",
    "target_path",
    "target_reached",
    "with_holm",
    "years_to_see",
]

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
