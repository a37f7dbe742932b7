"""Trials of the comparison: the plan's areas against comparison areas in the last year, judged as the pages judge it."""

from __future__ import annotations

from typing import Any

import numpy as np

from evalbook.rehearsal.tallies import BASE, YEARS, Tally, covers, share
from evalkit import verdicts
from evalkit.estimates import effects
from evalkit.terms import Estimate, Polarity

Told = tuple[Tally, Any]  # tally, and by plan: 1 speaks for it, -1 against, 0 neither


def compared(
    here: Any, there: Any, variance: tuple[Any, Any], truth: float, polarity: Polarity, suffix: str = ""
) -> Told:
    """Is a difference beyond its uncertainty, does it cover the truth, and does a page say that it speaks for the plan?

    Parameters
    ----------
    here, there : levels (log rates, or shares), axes plan x area x year; NaN where a level does not exist
    variance : sampling variance of each area's change by the last year, here and there
    truth : the true difference in change, on the scale of the levels
    suffix : of the measures' names
    """
    told = np.isfinite(np.concatenate([here, there], axis=1)[..., [BASE, -1]]).all(axis=(1, 2))
    change, others = ((levels[..., -1] - levels[..., BASE])[told] for levels in (here, there))
    own, their = (np.broadcast_to(noise, told.shape + noise.shape[-1:])[told] for noise in variance)
    effect = effects.placebo_effect(change, others, treated_variance=own, comparison_variance=their)
    evidence = _evidence(here[told], there[told])
    way = np.zeros(told.size, dtype=int)
    way[told] = verdicts.speaks(effect.lower, effect.upper, evidence, polarity=polarity)
    return {
        f"effect_called{suffix}": share((effect.lower > 0) | (effect.upper < 0)),
        f"effect_covered{suffix}": share(covers(effect, truth)),
        f"speaks{suffix}": share(way != 0),
        f"speaks_for{suffix}": share(way > 0),
    }, way


def _evidence(here: Any, there: Any) -> Any:
    """The evidence level of each plan; a pre-trend that nobody can tell makes it no comparison."""
    n = {"n_treated": here.shape[1], "n_comparison": there.shape[1]}
    known = np.isfinite(np.concatenate([here, there], axis=1)[..., : BASE + 1]).all(axis=(1, 2))
    level = np.full(known.size, effects.evidence_level(baseline=True, **n, trend=None))
    before = effects.pre_trend(here[known][..., : BASE + 1], there[known][..., : BASE + 1], YEARS[: BASE + 1])
    ends = np.broadcast_arrays(before.value, before.lower, before.upper)
    level[known] = [
        effects.evidence_level(
            baseline=True, **n, trend=Estimate(value, lower, upper, before.level, before.method)
        )
        for value, lower, upper in zip(*(end.tolist() for end in ends), strict=True)
    ]
    return level
