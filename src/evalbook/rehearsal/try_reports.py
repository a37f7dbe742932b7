"""Trials of reports: many generated plans of one world at once, judged by the library's own functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from evalbook.rehearsal.chance import clustered_counts
from evalbook.rehearsal.settings import PACE, Setting
from evalbook.rehearsal.tallies import BASE, GOOD, LAST, YEARS, Judged, Tally, among, covers, residents, share
from evalbook.rehearsal.truth import QUANTITIES
from evalbook.rehearsal.try_effect import LONG, Reports, compared, together
from evalkit import verdicts
from evalkit.estimates import rates
from evalkit.estimates.difference_in_differences import DISPERSION_STEP, rounded_up
from evalkit.evaluate.changes import LIKE_SIZE, TREND_FROM
from evalkit.terms import Polarity, Verdict

WORDS = {
    "reached": [Verdict.REACHED],
    "off_track": [Verdict.OFF_TRACK],
    "on_track": [Verdict.ON_TRACK, Verdict.REACHED],
    "good": GOOD,
}


def reports(setting: Setting, reps: int, rng: np.random.Generator) -> tuple[Tally, Judged]:
    """Vandalism in the areas and in comparison areas: verdicts, coverage, and what the page says of the comparison."""
    sizes, elsewhere = residents(setting)
    mean = np.resize(QUANTITIES["vandalism"].levels, setting.areas) * sizes / 1000
    since = YEARS.clip(0)
    effect_so_far = (1 + setting.pace) ** since
    path = effect_so_far * (1 + setting.drift) ** YEARS
    common = np.where(since >= LAST - 1, 1 + setting.everywhere, 1.0)
    # What an area does of its own, it does from the first plan year on.
    ours, theirs = (
        np.exp(setting.restless * rng.standard_normal((reps, len(one), 1)) * (since > 0))
        for one in (sizes, elsewhere)
    )
    tried = clustered_counts(
        rng, np.stack([mean[:, None] * path * common * ours] * setting.chosen), setting.dispersion
    )
    most = tried[..., LONG].sum(axis=-1).argmax(axis=0)
    here = np.take_along_axis(tried, most[None, ..., None], axis=0)[0]
    away = np.mean(QUANTITIES["vandalism"].levels) * elsewhere / 1000
    there = clustered_counts(rng, away[:, None] * common * theirs, setting.dispersion)
    usual = np.median(sizes)
    near = (elsewhere >= usual / LIKE_SIZE) & (elsewhere <= usual * LIKE_SIZE)
    lived, lived_elsewhere = (one[:, None] * np.ones(YEARS.size) for one in (sizes, elsewhere))
    sides = [together(here, lived), together(there[:, near], lived_elsewhere[near])]
    spread = dispersions(*(np.concatenate(both, axis=1) for both in zip(*sides, strict=True)))
    areas, plan = judge_reports(here, lived, spread)
    tally: Tally = {}
    for name, judged in (("plan", plan), ("areas", areas)):
        tally |= {
            f"{name}_{word}": share(among(judged[LAST]["verdict"], those)) for word, those in WORDS.items()
        }
    # Where an area has a course of its own, that is the truth about it.
    true = path * common * ours
    for name, judged, truth in (
        ("areas", areas, true),
        ("plan", plan, (mean[:, None] * true).sum(1) / mean.sum()),
    ):
        covered = [covers(one["ratio"], truth[..., BASE + t] / truth[..., BASE]) for t, one in judged.items()]
        tally[f"ratio_covered_{name}"] = share(np.concatenate(covered))
    if not setting.restless and not setting.everywhere:
        tally["trend_covered_plan"] = share(covers(plan[LAST]["trend"], path[-1] / path[-2] - 1))
    tally["before_after_called"] = share(plan[LAST]["ratio"].upper < 1)
    tally |= _levels(there, away[:, None] * common * theirs, elsewhere, spread) | _long_baseline(
        here, sizes, spread
    )
    panel = Reports((here, there), (lived, lived_elsewhere), spread)
    effect, way = compared(panel, float(np.log(effect_so_far[-1])), Polarity.LOWER)
    return tally | effect, areas | {-1: plan[LAST] | {"speaks": way}}


def dispersions(events: Any, people: Any) -> dict[int, tuple[Any, Any]]:
    """φ, rounded up, and its degrees of freedom, from the years up to each column from the baseline year on."""
    found = {}
    for now in range(BASE, YEARS.size):
        so_far = slice(0, now + 1)
        phi, df = rates.dispersion(events[..., so_far], people[..., so_far], YEARS[so_far], bend=0)
        found[now] = rounded_up(phi, DISPERSION_STEP), df
    return found


def _levels(events: Any, truth: Any, lived: Any, spread: dict[int, tuple[Any, Any]]) -> Tally:
    """Coverage of level and change where nothing is judged: in the comparison areas, small ones too."""
    last = events.shape[-1] - 1
    phi, df = (one[:, None] for one in spread[last])
    people = np.broadcast_to(lived, events.shape[:2])
    level = rates.rate(events[..., last], people, per=1, dispersion=phi)
    known = events[..., BASE] > 0
    ratio = rates.ratio(events[..., last], people, events[..., BASE], people, dispersion=phi, df=df)
    return {
        "level_covered": share(covers(level, truth[..., last] / lived)),
        "ratio_covered_others": share(covers(ratio, truth[..., last] / truth[..., BASE])[known]),
    }


def _long_baseline(events: Any, lived: Any, spread: dict[int, tuple[Any, Any]]) -> Tally:
    """Whether the first area's own fall since the mean of three years is established."""
    phi, df = spread[events.shape[-1] - 1]
    early = events[:, 0, LONG].sum(axis=-1)
    ratio = rates.ratio(events[:, 0, -1], lived[0], early, len(LONG) * lived[0], dispersion=phi, df=df)
    return {"long_fall": share(np.asarray(ratio.upper) < 1)}


def judge_reports(events: Any, exposure: Any, spread: dict[int, tuple[Any, Any]]) -> tuple[Judged, Judged]:
    """Verdicts on reports in every plan year, for the areas and for the plan, by the rule of `changes`.

    The trend from year 3 on, before it the ratio, with one dispersion from the areas' trends so far. `events` has
    axes plan x area x year, `exposure` area x year; `spread` has φ and its degrees of freedom by column of the year.
    """
    areas: Judged = {}
    whole: Judged = {}
    for t in YEARS[BASE + 1 :].tolist():
        phi, df = spread[BASE + t]
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
        planned = (1 + PACE) ** t - 1
    one["verdict"], one["rule"] = verdicts.judge(
        *given, polarity=Polarity.LOWER, planned_change=planned, scale="relative"
    )
    return one
