"""Trials of the survey: weighted answers, area by area and for the plan, and a change of mode."""

from __future__ import annotations

from typing import Any

import numpy as np

from evalbook.rehearsal import worlds
from evalbook.rehearsal.people import AGES
from evalbook.rehearsal.tallies import (
    BASE,
    LAST,
    SIZES,
    YEARS,
    Judged,
    Tally,
    among,
    covers,
    judge_change,
    share,
)
from evalbook.rehearsal.truth import QUANTITIES
from evalkit import verdicts
from evalkit.estimates.proportions import difference_p, weighted_proportion
from evalkit.terms import Estimate, Polarity, Verdict


def safety(
    points: float, reps: int, rng: np.random.Generator, *, in_full: bool = True
) -> tuple[Tally, Judged]:
    """The survey: answers by age and sex, weighted; `points` is the true change by the last year.

    In full: every plan year, every area and the plan (which is year -1). Otherwise the plan in the last year.
    """
    times = YEARS[BASE:].tolist() if in_full else [0, LAST]
    residents = np.rint(np.outer(SIZES, np.tile(AGES[1:], 2)) / 2)
    fraction = np.minimum(1, worlds.INVITED / residents.sum(axis=1, keepdims=True))
    asked = np.rint(residents * fraction).astype(int)
    response = worlds.RESPONSE + np.add.outer(worlds.RESPONSE_BY_SEX, worlds.RESPONSE_BY_AGE).ravel()
    offset = np.add.outer(worlds.SAFE_BY_SEX, worlds.SAFE_BY_AGE).ravel()
    offset = offset - (residents * offset).sum(axis=1, keepdims=True) / residents.sum(axis=1, keepdims=True)
    level = np.array(QUANTITIES["safe"].levels)[:, None] + offset
    told: dict[int, Estimate] = {}
    for t in times:
        answers = rng.binomial(asked, response, (reps, *asked.shape))
        yes = rng.binomial(answers, level + points * t / LAST)
        told[t] = _stacked([_one_round(answers[i], yes[i], residents, in_full) for i in range(reps)])
    judged = {t: judge_change(told[t], told[0], Polarity.HIGHER) for t in times[1:]}
    covered = [covers(one["change"], points * t / LAST) for t, one in judged.items()]
    last = {"verdict": judged[LAST]["verdict"][:, -1], "change": judged[LAST]["change"]}
    tally = {
        "safety_improved_plan": share(among(last["verdict"], [Verdict.IMPROVED])),
        "safety_worsened_plan": share(among(last["verdict"], [Verdict.WORSENED])),
        "safety_covered_plan": share(np.concatenate([one[:, -1] for one in covered])),
    }
    if not in_full:
        return tally, {-1: last}
    tally["safety_covered_areas"] = share(np.concatenate([one[:, :-1] for one in covered]))
    areas: Judged = {
        t: {"verdict": one["verdict"][:, :-1], "p": difference_p(told[t], told[0])[:, :-1]}
        for t, one in judged.items()
    }
    return tally, areas | {-1: last}


def mode_change(reps: int, rng: np.random.Generator, shift: float = 0.06) -> Tally:
    """Safety unchanged, but measured `shift` higher from the day the mode changed: on record or not."""
    tally, judged = safety(shift, reps, rng, in_full=False)
    change = judged[-1]["change"]
    known, _ = verdicts.judge(
        change.value, change.lower, change.upper, polarity=Polarity.HIGHER, comparable=False
    )
    return {
        "break_ignored": share(among(known, [Verdict.IMPROVED])),
        "break_unknown": tally["safety_improved_plan"],
    }


def _one_round(answers: Any, yes: Any, residents: Any, in_full: bool) -> list[Estimate]:
    """An estimate for each area (in full), and at last for the plan with every area's cells as strata."""
    cells, weight = np.arange(answers.size).reshape(answers.shape), residents / np.maximum(1, answers)
    if answers.min() < worlds.SMALLEST_CELL:
        for area, here in enumerate(answers):
            for group in worlds.cells_merged(here.tolist()):
                cells[area, group] = cells[area, group[0]]
                weight[area, group] = residents[area, group].sum() / here[group].sum()
    said = np.repeat(np.tile([1.0, 0.0], answers.size), np.stack([yes, answers - yes], axis=-1).ravel())
    weights, strata = np.repeat(weight.ravel(), answers.ravel()), np.repeat(cells.ravel(), answers.ravel())
    ends = np.cumsum(answers.sum(axis=1)).tolist()
    parts = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)] if in_full else []
    return [
        weighted_proportion(said[part], weights[part], strata=strata[part]) for part in [*parts, slice(None)]
    ]


def _stacked(told: list[list[Estimate]]) -> Estimate:
    """Estimates of many plans (rows) and areas (columns) as one of arrays."""
    names = ("value", "lower", "upper", "effective_n", "df")
    value, lower, upper, size, df = (
        np.array([[getattr(one, name) for one in row] for row in told]) for name in names
    )
    return Estimate(value, lower, upper, told[0][0].level, "wilson", effective_n=size, df=df)
