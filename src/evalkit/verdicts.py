"""Verdicts: has the underlying level changed, as far as the plan asks? One table of rules; targets and Holm beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import InvalidNumber
from evalkit.estimates.arguments import (
    Numbers,
    Scale,
    alike,
    direction_of,
    finite,
    is_relative,
    level_of,
    numbers,
    plain,
    refuse,
)
from evalkit.terms import CAUSAL, LEVEL, Polarity, Progress, Verdict

DELTA: Final = 0.05  # "little change" means inside 5 points either way, fixed beforehand
Mask = NDArray[np.bool_]
Limits = tuple[ArrayLike, ArrayLike]  # lower and upper


# ---- the rules ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What the rules look at, one array each: a change so turned that smaller is better, rates on the log scale."""

    low: Numbers
    high: Numbers
    planned: Numbers  # tau; NaN for a goal without a number, which no comparison holds for
    little: Mask  # the whole interval within delta either way
    missing: Mask
    hidden: Mask
    comparable: Mask
    enough: Mask

    @property
    def numbered(self) -> Mask:
        return ~np.isnan(self.planned)


class Rule(NamedTuple):
    """A rule by name, the verdict that it gives, and where it holds."""

    name: str
    verdict: Verdict
    holds: Callable[[Change], Mask]


RULES: Final = (
    Rule("hidden", Verdict.SUPPRESSED, lambda c: c.hidden),
    Rule("too_few", Verdict.CANNOT_TELL, lambda c: ~c.enough),
    Rule("no_data", Verdict.NOT_ASSESSABLE, lambda c: c.missing),
    Rule("series_break", Verdict.CANNOT_TELL, lambda c: ~c.comparable),
    # with a planned change
    Rule("interval_beyond_target", Verdict.REACHED, lambda c: c.high <= c.planned),
    Rule("short_of_target_and_worsened", Verdict.OFF_TRACK, lambda c: (c.low > c.planned) & (c.low > 0)),
    Rule("short_of_target_but_improved", Verdict.OFF_TRACK, lambda c: (c.low > c.planned) & (c.high < 0)),
    Rule("interval_short_of_target", Verdict.OFF_TRACK, lambda c: c.low > c.planned),
    Rule("interval_beyond_half", Verdict.ON_TRACK, lambda c: c.high <= c.planned / 2),
    Rule("improved_pace_not_shown", Verdict.IMPROVING, lambda c: c.numbered & (c.high < 0)),
    Rule("interval_undecided", Verdict.CANNOT_TELL, lambda c: c.numbered),
    # direction only
    Rule("interval_improved", Verdict.IMPROVED, lambda c: c.high < 0),
    Rule("interval_worsened", Verdict.WORSENED, lambda c: c.low > 0),
    Rule("interval_inside_delta", Verdict.LITTLE_CHANGE, lambda c: c.little),
    Rule("interval_open", Verdict.CANNOT_TELL, lambda c: np.ones_like(c.little)),
)
"""Every rule that can decide a verdict, in the order in which they are tried: the first that holds decides."""


def judge(
    change: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    polarity: Polarity | str,
    planned_change: ArrayLike | None = None,
    scale: Scale = "points",
    delta: float = DELTA,
    hidden: ArrayLike = False,
    comparable: ArrayLike = True,
    enough: ArrayLike = True,
) -> tuple[Any, Any]:
    """The verdict on a change and the name of the rule that decided, the first of `RULES` that holds.

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
    value, low, high, planned, _, hidden, comparable, enough = alike(
        change=change,
        lower=lower,
        upper=upper,
        planned_change=np.nan if planned_change is None else planned_change,
        delta=delta,
        hidden=hidden,
        comparable=comparable,
        enough=enough,
    )
    direction = direction_of(polarity)
    wrong_side = f"the planned change is on the wrong side of the baseline ({polarity})"
    refuse(direction * planned < 0, wrong_side, planned)
    missing = np.isnan(value) | np.isnan(low) | np.isnan(high)
    unordered = ~missing & ((low > value) | (value > high))
    refuse(unordered, "lower <= change <= upper must hold", low, value, high)
    if not delta > 0:
        raise InvalidNumber(f"delta must be above zero, got {delta!r}.")
    little = (low >= -delta) & (high <= delta)
    if is_relative(scale):
        refuse(np.fmin(low, planned) < -1, "a rate cannot fall by more than 1", low)
        with np.errstate(divide="ignore"):
            low, high, planned = np.log1p(low), np.log1p(high), np.log1p(planned)
    if direction > 0:
        low, high, planned = -high, -low, -planned
    flags = (flag.astype(bool) for flag in (hidden, comparable, enough))
    cells = Change(low, high, planned, little, missing, *flags)
    which = np.select([rule.holds(cells) for rule in RULES], range(len(RULES)))
    verdicts, names = ([getattr(rule, part) for rule in RULES] for part in ("verdict", "name"))
    return np.array(verdicts, dtype=object)[which], np.array(names, dtype=object)[which]


def speaks(
    difference: Limits,
    several_years: Limits,
    drift: Limits,
    overturn: ArrayLike,
    evidence: ArrayLike,
    *,
    polarity: Polarity | str,
) -> Any:
    """Does the comparison speak for the plan? 1 for it, -1 against it, 0 where it is too uncertain or too weak.

    The difference must point the same way from a baseline of several years, which one odd year cannot decide, and be
    more than a drift that may have been there before the plan, and gone on, would make of it. Nor may a drift the other
    way be shown before it, which may have gone back by itself: areas are chosen when things are at their worst.

    Parameters
    ----------
    difference, several_years : lower and upper limits of the difference from the comparators, as it is and from a
        baseline of several years; NaN where there is none
    drift : limits of the yearly drift before the plan
    overturn : `difference_in_differences.drift_to_overturn`, on the scale of `drift`
    evidence : level after `difference_in_differences.evidence_level`; below 3 nothing speaks
    """
    low, high, long_low, long_high, least, most, overturning, level = alike(
        lower=difference[0],
        upper=difference[1],
        lower_of_several_years=several_years[0],
        upper_of_several_years=several_years[1],
        lower_drift=drift[0],
        upper_drift=drift[1],
        overturn=overturn,
        evidence=evidence,
    )
    risen = (low > 0) & (long_low > 0) & (most >= 0) & (overturning > most)
    fallen = (high < 0) & (long_high < 0) & (least <= 0) & (overturning < least)
    way = risen.astype(int) - fallen
    return plain(np.where(level >= CAUSAL, way * direction_of(polarity), 0))


# ---- many verdicts at once ----------------------------------------------------------------------


def holm(p_values: ArrayLike) -> Numbers:
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


def with_holm(verdict: Verdict | ArrayLike, p_holm: ArrayLike, *, level: float = LEVEL) -> Any:
    """The verdict read with Holm's correction: a claimed move whose adjusted p fails becomes "cannot tell".

    "Off track" and "little change" are kept: they claim no move from zero.
    """
    verdicts, adjusted = np.asarray(verdict, dtype=object), np.asarray(p_holm, dtype=float)
    alike(verdict=np.zeros(verdicts.shape), p_holm=adjusted)
    moves = (Verdict.REACHED, Verdict.ON_TRACK, Verdict.IMPROVING, Verdict.IMPROVED, Verdict.WORSENED)
    claims = np.isin(verdicts.astype(str), [str(move) for move in moves])
    fails = ~(1 - adjusted > level_of(level))  # 1 - 0.95 is a hair above 0.05
    return plain(np.where(claims & fails, Verdict.CANNOT_TELL, verdicts))


# ---- targets ------------------------------------------------------------------------------------


def target_reached(value: ArrayLike, target: ArrayLike, polarity: Polarity | str) -> Any:
    """The plain fact: is the value at the target or beyond it? 1.0 yes, 0.0 no, NaN if either is missing."""
    got, aim = alike(value=value, target=target)
    beyond = direction_of(polarity) * (got - aim) >= 0
    # 100 * 0.85**2 is 72.24999999999999; a value of 72.25 has reached it.
    reached = beyond | np.isclose(got, aim, rtol=1e-9, atol=0)
    return plain(np.where(np.isnan(got) | np.isnan(aim), np.nan, reached))


def required_pace(
    value: ArrayLike, target: ArrayLike, years_left: ArrayLike, *, polarity: Polarity | str
) -> Any:
    """Relative change a year, compounding (-0.2 = 20 % a year), from `value` now to `target`; 0 where it is reached.

    Parameters
    ----------
    value, target : level now and level to reach, one unit; numbers or arrays
    years_left : > 0

    Raises
    ------
    InvalidNumber
        No year left; a pace that would start from 0 or end below it.
    """
    now, aim, left = finite(value=value, target=target, years_left=years_left)
    refuse(left <= 0, "no year is left to reach the target; years left", left)
    short = np.asarray(target_reached(now, aim, polarity)) == 0
    impossible = short & ((np.fmin(now, aim) < 0) | (now == 0))
    refuse(impossible, "a compounding pace needs levels above zero; value, target", now, aim)
    with np.errstate(divide="ignore", invalid="ignore"):
        return plain(np.where(short, (aim / now) ** (1 / left) - 1, 0.0))


# ---- what three statistical offices would say -----------------------------------------------------


OFFICES: Final[dict[str, tuple[tuple[float, Progress], ...]]] = {
    "statcan": (
        (0.015, Progress.SUBSTANTIAL),
        (0.005, Progress.MODERATE),
        (0.0, Progress.LIMITED),
        (-np.inf, Progress.DETERIORATION),
    ),
    "unsd": (
        (0.02, Progress.SUBSTANTIAL),
        (0.005, Progress.MODERATE),
        (-np.inf, Progress.STAGNATION),
    ),
    "istat": (
        (0.05, Progress.SUBSTANTIAL),
        (0.01, Progress.MODERATE),
        (-0.01, Progress.STABLE),
        (-0.05, Progress.SLIGHT_DETERIORATION),
        (-np.inf, Progress.DETERIORATION),
    ),
}
"""Annual growth the right way from which each word holds; ISTAT's limits belong to the worse word, the others' to the better."""


def progress(value: float, baseline: float, years: float, *, polarity: Polarity | str, rule: str) -> Progress:
    """Progress by the rule of one of the `OFFICES` on the compound annual growth rate.

    They compare point estimates and know no uncertainty; shown only to say whether they would read otherwise.
    Not available where a value is missing or the baseline is not above zero.

    Source
    ------
    Statistics Canada, Progress Measurement for Canada's SDGs (method without target); UN Statistics Division,
    Progress Chart Technical Note 2023; ISTAT, Rapporto SDGs 2019, pp. 37-38.
    """
    if rule not in OFFICES:
        raise InvalidNumber(f"rule must be one of {', '.join(OFFICES)}, got {rule!r}.")
    refuse(numbers("years", years) <= 0, "years since the baseline must be above zero", years)
    direction = direction_of(polarity)
    if not (value >= 0 and baseline > 0):
        return Progress.NOT_AVAILABLE
    growth = direction * round((value / baseline) ** (1 / years) - 1, 12)  # 1.005 - 1 is a hair below 0.005
    better = rule != "istat"
    return next(word for limit, word in OFFICES[rule] if growth > limit or (growth == limit and better))
