"""Rates from a survey's answers: how often something happened to whoever answered, weighted, with the design's doubt."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from evalkit.errors import InvalidNumber
from evalkit.estimates.arguments import counts, estimate, level_of, numbers, quantile_of, refuse
from evalkit.estimates.proportions import linearised_variance
from evalkit.terms import LEVEL, Estimate


def weighted_rate(
    events: ArrayLike,
    weights: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    per: float = 1000,
    level: float = LEVEL,
) -> Estimate:
    """Events per 1,000 persons or households that a sample stands for, such as burglaries told of in a survey.

    Parameters
    ----------
    events : whole, >= 0, of each respondent
    weights : >= 0 per respondent; a respondent with weight 0 does not count
    strata, clusters : labels per respondent, as in `proportions.weighted_proportion`
    per : > 0, how many the rate is out of
    level : in (0, 1); 0.95 means 95 %

    Returns
    -------
    Estimate
        The interval is that of t on the log scale, so that it never reaches below 0. Where nobody tells of an event, or
        all of as many, it is the exact Poisson interval of as many answers as the weights leave: never one of no width. `numerator` and `denominator` are weighted.

    Raises
    ------
    InvalidNumber
        Events negative or fractional; lists of different length; weights negative or all zero; a stratum with one
        respondent or cluster (merge it).

    Source
    ------
    Taylor linearisation as in R's survey package (Lumley 2004); log scale: Korn & Graubard 1999, ch. 3.
    """
    told, weight = counts("events", events), numbers("weights", weights)
    refuse(weight < 0, "weights cannot be negative", weight)
    if told.ndim != 1 or told.shape != weight.shape:
        raise InvalidNumber(
            f"events and weights must be lists of one length, got {told.shape} and {weight.shape}."
        )
    if not weight.any():
        raise InvalidNumber(f"all {weight.size} weights are zero: nobody would count.")
    if not per > 0:
        raise InvalidNumber(f"per must be above 0, got {per!r}.")
    given = weight > 0
    labels, units = (None if one is None else np.asarray(one) for one in (strata, clusters))
    for name, one in (("strata", labels), ("clusters", units)):
        if one is not None and one.shape != told.shape:
            raise InvalidNumber(
                f"{name} must be a list as long as the events, got {one.shape} for {told.shape}."
            )
    told, weight = told[given], weight[given]
    labels, units = (None if one is None else one[given] for one in (labels, units))
    variance, df = linearised_variance(told, weight, labels, None, units)
    total, happened = float(weight.sum()), float(weight @ told)
    mean, design_effect = happened / total, told.size * float(weight @ weight) / total**2
    if variance > 1e-20:  # rounding leaves less where it is exactly 0
        reach = float(np.exp(quantile_of(level, df if df > 0 else None) * np.sqrt(variance) / mean))
        lower, upper = mean / reach, mean * reach
    else:
        tail, size = (1 - level_of(level)) / 2, told.size / design_effect
        lower = float(stats.chi2.ppf(tail, 2 * mean * size)) / 2 / size if happened else 0.0
        upper = float(stats.chi2.isf(tail, 2 * mean * size + 2)) / 2 / size
    return estimate(
        mean * per,
        lower * per,
        upper * per,
        level=level,
        method="linearised, log",
        numerator=happened,
        denominator=total,
        respondents=told.size,
        design_effect=design_effect,
        df=df,
    )
