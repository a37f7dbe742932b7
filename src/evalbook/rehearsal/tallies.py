"""Tallies: how often something happened, of how many; and what all trials share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from evalbook.rehearsal.people import RESIDENTS
from evalbook.rehearsal.settings import Setting
from evalbook.rehearsal.truth import QUANTITIES
from evalkit import verdicts
from evalkit.estimates.proportions import difference, difference_p
from evalkit.evaluate.changes import EARLIER_YEARS
from evalkit.terms import Estimate, Polarity, Verdict

YEARS: Final = np.arange(-EARLIER_YEARS, 5)  # since the baseline year; the plan lasts four
BASE: Final = EARLIER_YEARS  # column of the baseline year
LAST: Final = int(YEARS[-1])
SIZES: Final = np.array(RESIDENTS, dtype=float)
GOOD: Final = [v for v in Verdict if v.tone == "good"]

Tally = dict[str, tuple[float, int]]  # measure -> how often, of how many
Judged = dict[int, dict[str, Any]]  # plan year -> verdict, p ... by plan x area; -1 is the plan's last year


def residents(setting: Setting) -> tuple[Any, Any]:
    """Residents of the plan's areas and of the comparison areas: as the plan's in turn, or as many as have the reports wanted."""
    here, there = np.resize(SIZES, setting.areas), np.resize(SIZES, setting.others)
    if setting.reports:
        there = np.full(setting.others, setting.reports * 1000 / np.mean(QUANTITIES["vandalism"].levels))
    if setting.unequal:  # a third of the areas four times as large, the others half
        here, there = (one * np.where(np.arange(one.size) % 3 == 0, 4.0, 0.5) for one in (here, there))
    return here, there


def share(hits: Any) -> tuple[float, int]:
    """How often, of how many."""
    return float(np.sum(hits)), int(np.size(hits))


def covers(estimate: Estimate, truth: Any) -> Any:
    """Where the interval holds the truth."""
    return (estimate.lower <= truth) & (truth <= estimate.upper)


def among(verdict: Any, chosen: list[Verdict]) -> Any:
    """Where the verdict is one of those chosen."""
    return np.isin(np.asarray(verdict).astype(str), [str(v) for v in chosen])


def added(tallies: Iterable[Tally]) -> Tally:
    """Tallies of the same measures together."""
    total: dict[str, tuple[float, int]] = {}
    for tally in tallies:
        for name, (hits, tries) in tally.items():
            so_far = total.get(name, (0.0, 0))
            total[name] = (so_far[0] + hits, so_far[1] + tries)
    return total


def good_words(goals: Iterable[Judged]) -> Tally:
    """False good words over all goals, when nothing has changed: 64 area-years, with and without Holm; four primary ones."""
    found, kept, primary = [], [], []
    for judged in goals:
        years = [t for t in judged if t > 0]
        verdict = np.concatenate([judged[t]["verdict"] for t in years], axis=1)
        p = np.concatenate([_p(judged[t]) for t in years], axis=1)
        found.append(among(verdict, GOOD))
        kept.append(among(verdicts.with_holm(verdict, verdicts.holm(p)), GOOD))
        primary.append(among(judged[-1]["verdict"], GOOD).reshape(-1, 1))
    return {
        "good_of_64": share(np.concatenate(found, axis=1)),
        "any_good_areas": share(np.concatenate(found, axis=1).any(axis=1)),
        "any_good_holm": share(np.concatenate(kept, axis=1).any(axis=1)),
        "any_good_primary": share(np.concatenate(primary, axis=1).any(axis=1)),
    }


def _p(one: dict[str, Any]) -> Any:
    return one["p"] if "p" in one else difference_p(*one["levels"])


def judge_change(later: Estimate, earlier: Estimate, polarity: Polarity) -> dict[str, Any]:
    """The verdict on the difference of two shares, direction only."""
    change = difference(later, earlier)
    verdict, _ = verdicts.judge(change.value, change.lower, change.upper, polarity=polarity)
    return {"verdict": verdict, "change": change, "levels": (later, earlier)}
