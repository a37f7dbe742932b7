"""Effects: change here against change elsewhere, and how sure one can be of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from evalkit.errors import InvalidNumber
from evalkit.estimates.arguments import (
    Numbers,
    alike,
    counts,
    estimate,
    numbers,
    plain,
    quantile_of,
    refuse,
    within,
)
from evalkit.estimates.proportions import difference
from evalkit.estimates.rates import two_rates
from evalkit.terms import LEVEL, Estimate

RESHUFFLES: Final = 20_000  # with more ways to draw the treated areas, so many are drawn by lot
TIED: Final = 9  # decimals: gaps that differ by less are equal but for rounding, and count as seen


def did_shares(
    later: Estimate, earlier: Estimate, other_later: Estimate, other_earlier: Estimate
) -> Estimate:
    """Difference-in-differences of shares in points: change here minus change elsewhere, MOVER interval.

    Source
    ------
    Zou & Donner 2008, Stat Med 27:1693-1702.
    """
    return difference(difference(later, earlier), difference(other_later, other_earlier))


def did_rates(
    here: Sequence[ArrayLike],
    elsewhere: Sequence[ArrayLike],
    *,
    dispersion: ArrayLike = 1.0,
    df: ArrayLike | None = None,
    level: float = LEVEL,
) -> Estimate:
    """Ratio of ratios: change of the rate here over change elsewhere (1 = the same), SE^2 = phi sum 1/O.

    Parameters
    ----------
    here, elsewhere : (events, exposure, baseline events, baseline exposure), numbers or arrays; NaN where a
        count is 0, since a ratio of ratios does not exist there
    dispersion, df : phi of the plan and its degrees of freedom (normal quantile when None)
    level : in (0, 1); 0.95 means 95 %

    Source
    ------
    Rothman & Greenland 1998 (log ratio), the variances of four independent log counts added.
    """
    o1, n1, o0, n0, phi = two_rates(here, dispersion)
    c1, m1, c0, m0, _ = two_rates(elsewhere, dispersion, where=" elsewhere")
    alike(events=o1, events_elsewhere=c1, df=df)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(o1 / n1) - np.log(o0 / n0) - np.log(c1 / m1) + np.log(c0 / m0)
        reach = quantile_of(level, df) * np.sqrt(phi * (1 / o1 + 1 / o0 + 1 / c1 + 1 / c0))
    log = np.where(np.isfinite(log), log, np.nan)
    limits = (np.exp(end) for end in (log, log - reach, log + reach))
    return estimate(*limits, level=level, method="ratio of ratios", df=df)


def smallest_p(n_treated: int, n_comparison: int) -> float:
    """Smallest p that a permutation can give: one over the ways to draw the treated areas among all."""
    if n_treated < 1 or n_comparison < 0:
        raise InvalidNumber(f"areas are counted from 1 and 0, got {n_treated} and {n_comparison}.")
    return 1 / comb(n_treated + n_comparison, n_treated)


def permutation_p(treated: ArrayLike, comparison: ArrayLike, *, seed: int = 0) -> Any:
    """Two-sided p: how often areas drawn by lot differ from the rest at least as much as the plan's do.

    All ways to draw them are tried up to 20,000, beyond that so many drawn with `seed`. Never below `smallest_p`.

    Parameters
    ----------
    treated, comparison : changes of the areas (points, or log rate ratios) along the last axis; on axes before
        it, separate comparisons, which are much quicker together than one by one

    Raises
    ------
    InvalidNumber
        No area on a side, or not the same number of comparisons on both.

    Source
    ------
    Fisher 1935; Abadie, Diamond & Hainmueller 2010 (placebo areas).
    """
    here, there = np.atleast_1d(numbers("treated", treated)), np.atleast_1d(numbers("comparison", comparison))
    n_t, n_c = here.shape[-1], there.shape[-1]
    if not n_t or not n_c:
        raise InvalidNumber(f"a permutation needs areas on both sides, got {n_t} and {n_c}.")
    if here.shape[:-1] != there.shape[:-1]:
        raise InvalidNumber(
            f"as many comparisons on both sides, got {here.shape[:-1]} and {there.shape[:-1]}."
        )
    areas = np.concatenate([here, there], axis=-1)
    if min(n_t, n_c) > 1:
        # What is drawn is which areas: with thousands of them, drawing their changes would take gigabytes.
        changes = areas.reshape(-1, n_t + n_c)
        all_of_them = changes.sum(axis=-1)

        def gaps(drawn: Numbers, _: Numbers, axis: int) -> Numbers:
            mine = changes[:, drawn].sum(axis=-1).T
            return np.abs(mine / n_t - (all_of_them - mine) / n_c).round(TIED)

        who = np.split(np.arange(n_t + n_c), [n_t])
        ways = {"n_resamples": RESHUFFLES, "rng": seed, "axis": -1, "vectorized": True, "batch": 500}
        p = stats.permutation_test(who, gaps, alternative="greater", **ways).pvalue
        return plain(np.reshape(p, here.shape[:-1]))
    # scipy asks for two areas on each side. With one, every area in turn is set against all others.
    others = (areas.sum(axis=-1, keepdims=True) - areas) / (n_t + n_c - 1)
    apart = np.abs(areas - others).round(TIED)
    return plain((apart >= apart[..., [0 if n_t == 1 else -1]]).mean(axis=-1))


@dataclass(frozen=True)
class Heterogeneity:
    """Do the areas differ by more than chance?"""

    statistic: float
    df: int
    p_value: float
    i2: float  # share of the variation that is not chance, 0-1


def heterogeneity(changes: ArrayLike, variances: ArrayLike) -> Heterogeneity:
    """Cochran's Q of the areas' changes (points or log ratios) with their sampling variances.

    Source
    ------
    Cochran 1954; Higgins & Thompson 2002 (I2).
    """
    x, v = numbers("changes", changes), numbers("variances", variances)
    refuse(v <= 0, "variances must be above zero", v)
    if x.ndim != 1 or x.shape != v.shape or x.size < 2:
        raise InvalidNumber(f"two areas or more, each with change and variance, got {x.shape} and {v.shape}.")
    statistic, df = float(((x - np.average(x, weights=1 / v)) ** 2 / v).sum()), x.size - 1
    i2 = max(0.0, 1 - df / statistic) if statistic > 0 else 0.0
    return Heterogeneity(statistic, df, float(stats.chi2.sf(statistic, df)), i2)


@dataclass(frozen=True)
class Decomposition:
    """The change of a share in points, and the three parts that add up to it."""

    change: Any
    stayers: Any  # the stayers' own change
    movers_in: Any  # what those who came did to the share
    movers_out: Any  # what those who left did to it, by leaving


def decompose(
    *,
    stayers: ArrayLike,
    yes_before: ArrayLike,
    yes_after: ArrayLike,
    came: ArrayLike,
    yes_came: ArrayLike,
    left: ArrayLike,
    yes_left: ArrayLike,
) -> Decomposition:
    """Change of a register share split exactly into stayers, movers in and movers out.

    With p_s the stayers' share and m the movers' part of all residents: (p_s1 - p_s0) + m_in (p_in - p_s1)
    - m_out (p_out - p_s0). Who grows into or out of the age group counts as a mover. NaN without stayers.

    Parameters
    ----------
    stayers, came, left : people there both years, only the later, only the earlier; numbers or arrays
    yes_... : those of them in the numerator (full-time persons may be fractional)

    Raises
    ------
    InvalidNumber
        Negative or NaN counts, or more in the numerator than people.
    """
    s, i, o = counts("stayers", stayers), counts("came", came), counts("left", left)
    s0, s1 = (counts("yes_before", yes_before, whole=False), counts("yes_after", yes_after, whole=False))
    yi, yo = (counts("yes_came", yes_came, whole=False), counts("yes_left", yes_left, whole=False))
    s, i, o, s0, s1, yi, yo = alike(
        stayers=s, came=i, left=o, yes_before=s0, yes_after=s1, yes_came=yi, yes_left=yo
    )
    s0, s1, yi, yo = within(s0, s), within(s1, s), within(yi, i), within(yo, o)
    for name, yes, people in (("before", s0, s), ("after", s1, s), ("came", yi, i), ("left", yo, o)):
        refuse(yes > people, f"yes_{name} exceeds the people it is part of", yes, people)
    with np.errstate(divide="ignore", invalid="ignore"):
        before, after = s0 / s, s1 / s
        # m (p - p_s) = (yes - people p_s) / all, which needs no share of nobody.
        into, out = (yi - i * after) / (s + i), -(yo - o * before) / (s + o)
        change = (s1 + yi) / (s + i) - (s0 + yo) / (s + o)
    known = s > 0
    return Decomposition(*(plain(np.where(known, x, np.nan)) for x in (change, after - before, into, out)))
