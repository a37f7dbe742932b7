"""Shares: how many of how many, with an interval that holds at the corners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from scipy.optimize import elementwise

from evalkit.errors import InvalidNumber
from evalkit.estimates.arguments import (
    Numbers,
    alike,
    counts,
    estimate,
    level_of,
    numbers,
    plain,
    quantile_of,
    refuse,
    two_sided_p,
    within,
)
from evalkit.terms import LEVEL, Estimate

LARGEST_Z = 37.0  # normal quantile whose tail (5e-300) is the smallest that a float can still tell from 0


def proportion(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    level: float = LEVEL,
    whole: bool = True,
    design_effect: ArrayLike = 1.0,
    rounded: ArrayLike = 0.0,
) -> Estimate:
    """Share of the denominator that is in the numerator, with its Wilson interval.

    Parameters
    ----------
    numerator : people, 0 to `denominator`; numbers or arrays
    denominator : people, >= 0, same area and year; where it is 0 the estimate is NaN (missing)
    level : in (0, 1); 0.95 means 95 %
    whole : False admits full-time persons (three months of benefits = 0.25 person)
    design_effect : > 0; the variance over that of a simple sample as large
    rounded : people, >= 0, by which the numerator may be off: the interval is that of all numerators it may be

    Raises
    ------
    InvalidNumber
        Negative, NaN or fractional counts, numerator above denominator, impossible level.

    Source
    ------
    Wilson 1927; Newcombe 1998, Stat Med 17:857-872 (method 3).
    """
    yes, of = counts("numerator", numerator, whole=whole), counts("denominator", denominator, whole=whole)
    yes, of = alike(numerator=yes, denominator=of)
    if not whole:
        yes = within(yes, of)
    refuse(yes > of, "the numerator cannot exceed the denominator", yes, of)
    effect, off = numbers("design_effect", design_effect), numbers("rounded", rounded)
    refuse(effect <= 0, "a design effect must be above 0", effect)
    effective = of / effect

    def share_of(counted: Numbers) -> Numbers:
        return np.divide(counted, of, out=np.full(yes.shape, np.nan), where=of > 0)

    share = share_of(yes)
    lower, _ = wilson(share_of(np.maximum(yes - off, 0)), effective, quantile_of(level))
    _, upper = wilson(share_of(np.minimum(yes + off, of)), effective, quantile_of(level))
    if whole:
        yes, of = yes.astype(int), of.astype(int)
    return estimate(
        share,
        lower,
        upper,
        level=level,
        method="wilson",
        numerator=yes,
        denominator=of,
        effective_n=effective,
    )


def weighted_proportion(
    answers: ArrayLike,
    weights: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    population: float | Mapping[Any, float] | None = None,
    level: float = LEVEL,
    interval: Literal["wilson", "beta"] = "wilson",
    truncate: bool = True,
) -> Estimate:
    """Share of "yes" in one sample, weighted, with an interval on the effective sample size.

    Parameters
    ----------
    answers : 0 or 1 per respondent ("don't know" left out beforehand)
    weights : >= 0 per respondent; a respondent with weight 0 does not count
    strata : label per respondent of the cell (age x sex, or area x age x sex for the whole plan:
        weights N_c/n_c then give the population-weighted plan share)
    clusters : label per respondent of the primary sampling unit, where whole stairways, streets or schools were
        drawn: units within a stratum are taken as drawn with replacement
    population : people that the sample stands for, in all or by stratum; give it only to describe today's
        residents, since the finite population correction is too narrow for a claim about the process
    level : in (0, 1); 0.95 means 95 %
    interval : "wilson", or Korn and Graubard's "beta" as the conservative option
    truncate : never an effective size above that of a simple random sample of n; False takes p(1-p)/V as it
        is, which strata may lift above n, but so does one runaway weight, whose V says nothing

    Returns
    -------
    Estimate
        `respondents` n; `effective_n` p(1-p)/V, at most n; Kish's `design_effect`; `df` n (or clusters) minus strata;
        weighted counts. Where n over the design effect is far below `effective_n`, a few answers carry the share
        and its interval is too narrow to publish. No respondent: NaN. V = 0 (all or none said yes, or no stratum varies):
        Wilson on n over the design effect, never an interval of no width. One respondent: df is 0 and the
        normal quantile serves, as in `proportion`.

    Raises
    ------
    InvalidNumber
        Answers not 0 or 1; weights negative, missing or all zero; a stratum with one respondent or cluster (merge it).

    Source
    ------
    Taylor linearisation as in R's survey package (Lumley 2004); Kish 1965; Korn & Graubard 1998; Dean & Pagano
    2015, J Surv Stat Methodol 3:484-503 (truncation).
    """
    said, weight = numbers("answers", answers), numbers("weights", weights)
    refuse((said != 0) & (said != 1), "answers must be 0 or 1", said)
    refuse(weight < 0, "weights cannot be negative", weight)
    labels = np.zeros(said.shape, dtype=int) if strata is None else np.asarray(strata)
    if not (said.ndim == 1 and said.shape == weight.shape == labels.shape):
        raise InvalidNumber(
            f"answers, weights and strata must be lists of one length, got {said.shape}, "
            f"{weight.shape} and {labels.shape}."
        )
    units = None if clusters is None else np.asarray(clusters)
    if units is not None and units.shape != said.shape:
        raise InvalidNumber(
            f"clusters must be a list as long as the answers, got {units.shape} for {said.shape}."
        )
    if interval not in ("wilson", "beta"):
        raise InvalidNumber(f"interval must be 'wilson' or 'beta', got {interval!r}.")
    if not said.size:
        nan = float("nan")
        return Estimate(nan, nan, nan, level_of(level), interval, 0.0, 0.0, 0, 0.0, nan, None)
    if not weight.any():
        raise InvalidNumber(f"all {weight.size} weights are zero: nobody would count.")
    counted = weight > 0
    said, weight, labels = said[counted], weight[counted], labels[counted]
    units = None if units is None else units[counted]

    n, total = said.size, weight.sum()
    # A quotient of two sums may end at 1 + 2e-16: all is 1, none is 0, and a share never lies outside.
    share = float(said[0]) if (said == said[0]).all() else min(1.0, float(weight @ said / total))
    variance, df = linearised_variance(said, weight, None if strata is None else labels, population, units)
    kish = float(n * (weight @ weight) / total**2)
    # Rounding leaves 1e-33 where the variance is exactly 0, and a share of 1 where the rest weighs next to nothing.
    varies = variance > 1e-20 and 0 < share < 1
    effective = share * (1 - share) / variance if varies else n / kish
    if truncate:
        effective = min(effective, _simple_size(n, labels, population))
    quantile = quantile_of(level, df if df > 0 else None)
    if interval == "wilson":
        lower, upper = wilson(np.float64(share), np.float64(effective), quantile)
    else:
        # Korn and Graubard correct the size for the degrees of freedom, as R's survey package does.
        size = effective * (quantile_of(level, n - 1 if n > 1 else None) / quantile) ** 2
        lower, upper = clopper_pearson(size * share, size * (1 - share), (1 - level) / 2)
    return estimate(
        share,
        lower,
        upper,
        level=level,
        method=interval,
        numerator=float(weight @ said),
        denominator=float(total),
        respondents=n,
        effective_n=effective,
        design_effect=kish,
        df=df,
    )


def linearised_variance(
    values: Numbers,
    weights: Numbers,
    strata: Any = None,
    population: float | Mapping[Any, float] | None = None,
    clusters: Any = None,
) -> tuple[float, int]:
    """Taylor variance of a weighted mean, and its degrees of freedom: respondents (or clusters) minus strata.

    `values`, `weights`, `strata` and `clusters` have one entry per respondent; `population` as in `weighted_proportion`.
    Sum over strata of (1 - n_h/N_h) * n_h/(n_h - 1) * sum (u - mean u)^2 with u = w(y - mean)/sum w; with
    one weight per stratum that is the post-stratified sum of W_h^2 (1 - f_h) p_h (1 - p_h)/(n_h - 1). Of clusters u is
    the sum over each, n_h their number. A rate, events per person or household, is such a mean; a ratio of two totals is
    one of quotients with weights times what they are out of.
    """
    given = {"values": values, "weights": weights, "strata": strata, "clusters": clusters}
    lengths = {name: np.size(x) for name, x in given.items() if x is not None}
    if len(set(lengths.values())) > 1:
        raise InvalidNumber(
            f"{', '.join(lengths)} must be lists of one length, got {', '.join(map(str, lengths.values()))}."
        )
    u = weights * (values - weights @ values / weights.sum()) / weights.sum()
    labels = np.zeros(u.size, dtype=int) if strata is None else np.asarray(strata)
    names, index = np.unique(labels, return_inverse=True)
    if clusters is not None:
        if population is not None:
            raise InvalidNumber("clusters are taken as drawn with replacement; leave the population out.")
        drawn = pd.DataFrame({"stratum": index, "cluster": clusters, "u": u})
        sums = drawn.groupby(["stratum", "cluster"], sort=True)["u"].sum()
        u, index = sums.to_numpy(), sums.index.get_level_values("stratum").to_numpy()
    sizes = np.bincount(index)
    if (strata is not None or clusters is not None) and sizes.min() < 2:
        alone, what = (
            ", ".join(str(name) for name in names[sizes < 2]),
            "clusters" if clusters is not None else "respondents",
        )
        raise InvalidNumber(f"a stratum needs two {what} or more; merge with a neighbour: {alone}.")
    correction = _population_correction(names.tolist(), sizes, population, strata is not None)
    residual = u - (np.bincount(index, u) / sizes)[index]
    squares = np.bincount(index, residual**2)
    variance = float(np.sum(correction * sizes / np.maximum(sizes - 1, 1) * squares))
    return variance, u.size - len(names)


def difference(later: Estimate, earlier: Estimate) -> Estimate:
    """`later` minus `earlier`, in points (0-1), by Newcombe's square-and-add of the two intervals.

    Serves shares, weighted shares, gaps between areas, and differences themselves
    (difference-in-differences). NaN where either is missing. Both must have the same level.

    Source
    ------
    Newcombe 1998, Stat Med 17:873-890 (method 10); Zou & Donner 2008 (MOVER).
    """
    if later.level != earlier.level:
        raise InvalidNumber(f"both intervals must have one level, got {later.level} and {earlier.level}.")
    p1, l1, u1, p2, l2, u2 = alike(
        later=later.value,
        later_lower=later.lower,
        later_upper=later.upper,
        earlier=earlier.value,
        earlier_lower=earlier.lower,
        earlier_upper=earlier.upper,
    )
    change = p1 - p2
    lower, upper = change - np.hypot(p1 - l1, u2 - p2), change + np.hypot(u1 - p1, p2 - l2)
    return estimate(change, lower, upper, level=later.level, method="newcombe")


def paired_difference(
    only_before: ArrayLike, only_after: ArrayLike, people: ArrayLike, *, level: float = LEVEL
) -> Estimate:
    """Share after minus share before of the same people, in points (0-1); NaN where a count is missing.

    Parameters
    ----------
    only_before, only_after : those in the numerator in one of the two years alone
    people : all of them

    Source
    ------
    Bonett & Price 2012, J Educ Behav Stat 37:479-488: Wald with one added to both; recommended for all sizes by
    Fagerland, Lydersen & Laake 2014, Stat Med 33:2850-2875.
    """
    lost, won, n = alike(only_before=only_before, only_after=only_after, people=people)
    refuse(lost + won > n, "more people changed than there are", lost, won, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(n > 0, (won - lost) / n, np.nan)
        down, up = (lost + 1) / (n + 2), (won + 1) / (n + 2)
        reach = quantile_of(level) * np.sqrt((up + down - (up - down) ** 2) / (n + 2))
        lower, upper = (np.where(n > 0, (up - down + reach * way).clip(-1, 1), np.nan) for way in (-1, 1))
    return estimate(value, np.fmin(lower, value), np.fmax(upper, value), level=level, method="bonett-price")


def difference_p(later: Estimate, earlier: Estimate) -> Any:
    """Two-sided p for "no change": 1 - the level at which `difference` would just touch zero.

    So p < 0.05 if and only if the 95 % interval leaves zero out. Both must come from `proportion` or
    `weighted_proportion` (Wilson). NaN where either is missing.
    """
    for one in (later, earlier):
        if one.method != "wilson":
            raise InvalidNumber(f"difference_p needs two Wilson estimates, got method {one.method!r}.")
    p1, n1, df1, p2, n2, df2 = alike(
        later=later.value,
        later_n=later.effective_n,
        later_df=_degrees(later),
        earlier=earlier.value,
        earlier_n=earlier.effective_n,
        earlier_df=_degrees(earlier),
    )
    rises = p1 > p2

    def slack(z: Any, p1: Any, n1: Any, df1: Any, p2: Any, n2: Any, df2: Any, rises: Any) -> Any:
        """How far the interval at normal quantile z still is from zero; falls as z grows."""
        l1, u1 = wilson(p1, n1, _t_at(z, df1))
        l2, u2 = wilson(p2, n2, _t_at(z, df2))
        reach = np.where(rises, np.hypot(p1 - l1, u2 - p2), np.hypot(u1 - p1, p2 - l2))
        return np.abs(p1 - p2) - reach

    with np.errstate(invalid="ignore"):  # scipy computes steps that it does not take
        found = elementwise.find_root(
            slack, (0 * (p1 - p2), LARGEST_Z + 0 * (p1 - p2)), args=(p1, n1, df1, p2, n2, df2, rises)
        )
    p = np.where(found.success, two_sided_p(found.x), 0.0)
    p = np.where(p1 == p2, 1.0, p)
    return plain(np.where(np.isnan(p1) | np.isnan(p2), np.nan, p))


def wilson(share: Any, n: Any, quantile: Any) -> tuple[Any, Any]:
    """Wilson limits at any quantile, n whole or effective; NaN where n is 0.

    statsmodels' proportion_confint gives the same, but takes only normal quantiles, and leaves 1e-18 where
    nobody, or 1 - 1e-16 where everybody, is in the numerator.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = quantile**2 / n
        middle = (share + spread / 2) / (1 + spread)
        reach = np.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    return np.where(share == 0, 0.0, middle - reach), np.where(share == 1, 1.0, middle + reach)


def clopper_pearson(yes: ArrayLike, no: ArrayLike, tail: ArrayLike) -> tuple[Numbers, Numbers]:
    """Exact limits of the share `yes` of `yes + no`, `tail` beyond each; counts may be effective ones.

    Source
    ------
    Clopper & Pearson 1934, Biometrika 26:404-413.
    """
    yes, no = np.asarray(yes), np.asarray(no)
    lower = np.where(yes == 0, 0.0, stats.beta.ppf(tail, yes, no + 1))
    upper = np.where(no == 0, 1.0, stats.beta.isf(tail, yes + 1, no))
    return lower, upper


def _population_correction(names: list[Any], sizes: Any, population: Any, stratified: bool) -> Any:
    """1 - n/N, in all or by stratum; 1 when no population is given."""
    if population is None:
        return 1.0
    if not isinstance(population, Mapping):
        people = numbers("population", population)
        refuse(people < sizes.sum(), f"population is below the {sizes.sum()} respondents", people)
        return 1 - sizes.sum() / people
    if not stratified:
        raise InvalidNumber("population by stratum needs strata; give one number, or the strata too.")
    unknown = [name for name in names if name not in population]
    if unknown:
        raise InvalidNumber(f"population lacks the strata {', '.join(map(str, unknown))}.")
    people = numbers("population", [population[name] for name in names])
    refuse(people < sizes, "a stratum has more respondents than people", people, sizes)
    return 1 - sizes / people


def _simple_size(n: int, labels: Any, population: float | Mapping[Any, float] | None) -> float:
    """Effective size of a simple random sample of n: n itself, or n/(1 - n/N) with the correction for N people."""
    if population is None:
        return float(n)
    named = (
        [population[name] for name in np.unique(labels).tolist()]
        if isinstance(population, Mapping)
        else [population]
    )
    left = 1 - n / sum(named)
    return n / left if left > 0 else float("inf")


def _t_at(z: Any, df: Numbers) -> Any:
    """The t quantile with the tail of the normal quantile z; with few degrees of freedom it grows without end."""
    return z if np.isinf(df).all() else np.minimum(stats.t.isf(stats.norm.sf(z), df), 1e6)


def _degrees(one: Estimate) -> Any:
    """Degrees of freedom of the interval's quantile, infinite where the normal quantile served."""
    df = np.asarray(np.nan if one.df is None else one.df, dtype=float)
    return np.where(df > 0, df, np.inf)
