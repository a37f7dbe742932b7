"""Trials of reports: many generated plans of one world at once, judged by the library's own functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from evalbook.rehearsal.chance import clustered_counts
from evalbook.rehearsal.settings import PACE, Setting
from evalbook.rehearsal.tallies import BASE, GOOD, LAST, SIZES, YEARS, Judged, Tally, among, covers, share
from evalbook.rehearsal.truth import COMPARISON_AREAS, QUANTITIES
from evalbook.rehearsal.try_effect import Told, compared
from evalkit import verdicts
from evalkit.estimates import rates
from evalkit.evaluate.changes import TREND_FROM
from evalkit.terms import Polarity, Verdict

WORDS = {
    "reached": [Verdict.REACHED],
    "off_track": [Verdict.OFF_TRACK],
    "on_track": [Verdict.ON_TRACK, Verdict.REACHED],
    "good": GOOD,
}


def reports(setting: Setting, reps: int, rng: np.random.Generator) -> tuple[Tally, Judged]:
    """Vandalism in the areas and in comparison areas: verdicts, coverage, and what is called an effect."""
    mean = np.array(QUANTITIES["vandalism"].levels) * SIZES / 1000
    since = YEARS.clip(0)
    path = (1 + setting.pace) ** since
    common = np.where(since >= LAST - 1, 1 + setting.everywhere, 1.0)
    # What an area does of its own, it does from the first plan year on.
    own = np.exp(setting.restless * rng.standard_normal((2, reps, COMPARISON_AREAS, 1)) * (since > 0))
    here = clustered_counts(rng, mean[:, None] * path * common * own[0, :, : mean.size], setting.dispersion)
    away = np.resize(mean, COMPARISON_AREAS)
    there = clustered_counts(rng, away[:, None] * common * own[1], setting.dispersion)
    areas, plan = judge_reports(here, SIZES[:, None] * np.ones(YEARS.size))
    tally: Tally = {}
    for name, judged in (("plan", plan), ("areas", areas)):
        tally |= {
            f"{name}_{word}": share(among(judged[LAST]["verdict"], those)) for word, those in WORDS.items()
        }
        covered = [covers(one["ratio"], (path * common)[BASE + t]) for t, one in judged.items()]
        tally[f"ratio_covered_{name}"] = share(np.concatenate(covered))
    tally["trend_covered_plan"] = share(covers(plan[LAST]["trend"], setting.pace))
    tally["before_after_called"] = share(plan[LAST]["ratio"].upper < 1)
    if setting.restless or setting.everywhere:  # there an area's true course is not the pace
        for name in ("ratio_covered_plan", "ratio_covered_areas", "trend_covered_plan"):
            del tally[name]
    effect, way = _effect(here, there, plan[LAST]["phi"][:, None], path[-1])
    return tally | effect, areas | {-1: plan[LAST] | {"speaks": way}}


def judge_reports(events: Any, exposure: Any) -> tuple[Judged, Judged]:
    """Verdicts on reports in every plan year, for the areas and for the plan, by the rule of `changes`.

    The trend from year 3 on, before it the ratio, with one dispersion from the areas' trends so far. `events` has
    axes plan x area x year, `exposure` area x year.
    """
    areas: Judged = {}
    whole: Judged = {}
    for t in YEARS[BASE + 1 :].tolist():
        so_far = slice(0, BASE + t + 1)
        phi, df = rates.dispersion(events[..., so_far], exposure[:, so_far], YEARS[so_far], bend=0)
        areas[t] = _judge_rate(events, exposure, t, phi[:, None], df[:, None])
        whole[t] = _judge_rate(events.sum(axis=1), exposure.sum(axis=0), t, phi, df)
    return areas, whole


def _judge_rate(events: Any, exposure: Any, t: int, phi: Any, df: Any) -> dict[str, Any]:
    pair = (events[..., BASE + t], exposure[..., BASE + t], events[..., BASE], exposure[..., BASE])
    ratio = rates.ratio(*pair, dispersion=phi, df=df)
    one: dict[str, Any] = {"ratio": ratio, "phi": phi}
    if t >= TREND_FROM:
        window = slice(BASE, BASE + t + 1)
        trend = rates.annual_change(
            events[..., window], exposure[..., window], YEARS[window], dispersion=phi, df=df
        )
        one |= {"trend": trend, "p": rates.annual_change_p(trend)}
        given, planned = (trend.value, trend.lower, trend.upper), PACE
    else:
        one["p"] = rates.ratio_p(*pair, dispersion=phi, df=df)
        given = (ratio.value - 1, ratio.lower - 1, ratio.upper - 1)
        planned = float(verdicts.target_path(1.0, PACE, t)) - 1
    one["verdict"], one["rule"] = verdicts.judge(
        *given, polarity=Polarity.LOWER, planned_change=planned, scale="relative"
    )
    return one


def _effect(here: Any, there: Any, phi: Any, truth: float) -> Told:
    """Plan against comparison areas in the last year; a plan with an area without reports is left out.

    Residents stay as they are, so that log counts will do for log rates.
    """
    with np.errstate(divide="ignore"):
        levels = [np.where(counts > 0, np.log(counts), np.nan) for counts in (here, there)]
        noise = [phi * (1 / counts[..., [BASE, -1]]).sum(axis=-1) for counts in (here, there)]
    return compared(levels[0], levels[1], (noise[0], noise[1]), float(np.log(truth)), Polarity.LOWER)
