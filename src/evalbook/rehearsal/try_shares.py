"""Trials of register shares: education and benefits, and who a change came from."""

from __future__ import annotations

from typing import Any

import numpy as np

from evalbook.rehearsal import worlds
from evalbook.rehearsal.people import AGES
from evalbook.rehearsal.settings import Setting
from evalbook.rehearsal.tallies import (
    BASE,
    LAST,
    SIZES,
    YEARS,
    Judged,
    Tally,
    added,
    among,
    covers,
    judge_change,
    residents,
    share,
)
from evalbook.rehearsal.truth import QUANTITIES
from evalbook.rehearsal.try_effect import Compared, Shares, compared
from evalkit import verdicts
from evalkit.estimates.effects import decompose
from evalkit.estimates.proportions import difference, proportion
from evalkit.terms import Polarity, Verdict

DRAWN = (("in_education", AGES[1:2], Polarity.HIGHER), ("on_benefits", AGES[1:4], Polarity.LOWER))


def shares(setting: Setting, reps: int, rng: np.random.Generator) -> tuple[Tally, list[Judged]]:
    """Register shares, drawn anew each year: people in fact persist, which only makes the intervals too wide."""
    tallies: list[Tally] = []
    goals: list[Judged] = []
    for name, ages, polarity in DRAWN:
        lived = tuple(np.rint(one * sum(ages)).astype(int).clip(1) for one in residents(setting))
        people = lived[0][:, None] * np.ones(YEARS.size, dtype=int)
        course = sum(_course(setting, polarity))
        here, effect, way = _drawn(setting, name, lived, lived, polarity, reps, rng, "_shares")
        areas, plan = (
            judge_shares(here, people, polarity),
            judge_shares(here.sum(axis=1), people.sum(axis=0), polarity),
        )
        covered = [covers(one["change"], course[BASE + t]) for t, one in areas.items()]
        tallies.append(
            effect
            | {
                "shares_improved_plan": share(among(plan[LAST]["verdict"], [Verdict.IMPROVED])),
                "shares_worsened_plan": share(among(plan[LAST]["verdict"], [Verdict.WORSENED])),
                "shares_covered": share(np.concatenate(covered)),
            }
        )
        if setting.restless_points:  # there an area's true course is not the step
            del tallies[-1]["shares_covered"]
        goals.append(areas | {-1: plan[LAST] | {"speaks": way}})
    return added(tallies), goals


def safety_compared(setting: Setting, reps: int, rng: np.random.Generator) -> Compared:
    """Safety against comparison areas: as many answers as a survey of this size has, without weights inside an area."""
    adults = tuple(one * sum(AGES[1:]) for one in residents(setting))
    answers = tuple(
        np.rint(np.minimum(one, worlds.INVITED) * worlds.RESPONSE).astype(int).clip(1) for one in adults
    )
    _, effect, way = _drawn(
        setting, "safe", answers, adults, Polarity.HIGHER, reps, rng, "_safety", asked=True
    )
    return effect, way


def _course(setting: Setting, polarity: Polarity) -> tuple[Any, Any, Any]:
    """By year: what the plan does in its areas, how they drift without it, and what is true of all."""
    better = 1 if polarity is Polarity.HIGHER else -1
    return (
        better * setting.points * YEARS.clip(0) / LAST,
        better * setting.drift_points * YEARS,
        np.where(YEARS >= LAST - 1, setting.everywhere_points, 0.0),
    )


def _drawn(
    setting: Setting,
    name: str,
    sizes: tuple[Any, Any],
    lived: tuple[Any, Any],
    polarity: Polarity,
    reps: int,
    rng: np.random.Generator,
    suffix: str,
    *,
    asked: bool = False,
) -> tuple[Any, Tally, Any]:
    """Counts of the plan's areas, and the comparison of their shares with those of the comparison areas.

    Parameters
    ----------
    sizes, lived : people or answers, and residents, of the plan's areas and of the comparison areas
    """
    step, drift, common = _course(setting, polarity)
    people, away = (one[:, None] * np.ones(YEARS.size, dtype=int) for one in sizes)
    level, far = (np.resize(QUANTITIES[name].levels, one.size)[:, None] for one in sizes)
    # What an area does of its own, it does from the first plan year on.
    most = max(len(people), len(away))
    own = setting.restless_points * rng.standard_normal((2, reps, most, 1)) * (YEARS > 0)
    here = rng.binomial(people, (level + step + drift + common + own[0, :, : len(people)]).clip(0, 1))
    there = rng.binomial(away, (far + common + own[1, :, : len(away)]).clip(0, 1))
    panel = Shares((here, there), (people, away), lived, asked=asked)
    return here, *compared(panel, float(step[-1]), polarity, suffix)


def judge_shares(yes: Any, people: Any, polarity: Polarity) -> Judged:
    """Verdicts on a register share in every plan year; axes plan x area x year, or plan x year."""
    levels = [proportion(yes[..., i], people[..., i]) for i in range(YEARS.size)]
    return {t: judge_change(levels[BASE + t], levels[BASE], polarity) for t in YEARS[BASE + 1 :].tolist()}


def movers_only(reps: int, rng: np.random.Generator) -> Tally:
    """Benefits when only movers in differ: half of the people are replaced by some of whom 9 points fewer receive.

    A fifth of the stayers' circumstances are drawn anew, the others' persist.
    """
    people = int(SIZES.sum() * sum(AGES[1:4]))
    stay, move, level = people // 2, people - people // 2, float(np.mean(QUANTITIES["on_benefits"].levels))
    before = rng.binomial(stay, level, reps)
    after = before - rng.binomial(before, 0.2 * (1 - level)) + rng.binomial(stay - before, 0.2 * level)
    left, came = rng.binomial(move, level, reps), rng.binomial(move, level - 0.09, reps)
    parts = decompose(
        stayers=stay, yes_before=before, yes_after=after, came=move, yes_came=came, left=move, yes_left=left
    )
    stock = difference(proportion(after + came, people), proportion(before + left, people))
    stayers = difference(proportion(after, stay), proportion(before, stay))
    verdict, _ = verdicts.judge(stock.value, stock.lower, stock.upper, polarity=Polarity.LOWER)
    off = np.abs(parts.stayers + parts.movers_in + parts.movers_out - stock.value) > 1e-12
    return {
        "parts_differ": share(off),
        "stayers_called": share((stayers.lower > 0) | (stayers.upper < 0)),
        "stock_improved": share(among(verdict, [Verdict.IMPROVED])),
    }
