"""What varies on the method page: verdicts, limits, indicators, the stored rehearsal; its words stand in documents/metode."""

from __future__ import annotations

import datetime as dt
import re
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

import pandas as pd

from evalbook.site.context import Overview
from evalkit.estimates.difference_in_differences import FEWEST_AREAS
from evalkit.estimates.statistics import WeightedShare
from evalkit.figures import glyphs
from evalkit.plan.indicators import Indicator
from evalkit.plan.records import Text
from evalkit.terms import LEVEL, Polarity
from evalkit.text.html import raw
from evalkit.text.judgements import verdict_meaning, verdict_word
from evalkit.text.numbers import Cited, date
from evalkit.text.reading import comparison_areas
from evalkit.verdicts import RULES

REHEARSAL: Final = "data/rehearsal.csv"
UNPROMISED: Final = (
    "plan_good",
    "effect_for",
    "long_fall",
    "level_three",
    "level_three_narrow",
    "level_three_wide",
    "level_three_shares",
    "level_three_safety",
)
WHERE_UNPROMISED: Final = (
    "nothing",
    "dispersion_1",
    "dispersion_3",
    "half_pace",
    "on_path",
    "on_path_1",
    "on_path_3",
    "ahead",
    "one_area_falls",
    "very_restless",
    "very_restless_small_3",
    "very_restless_small_7",
    "very_restless_small_15",
)
"""Measures and worlds that are shown without a limit: nobody can promise how much a comparison finds."""
SPEAKS: Final = "speaks_for"
WHERE_SPEAKS: Final = ("ahead", "many_on_path")
"""How often a comparison speaks for a plan that works, with as many years before it and as much asked of them as may be."""
Z: Final = 1.96
"""Monte Carlo standard errors to either side of a rate."""


def values(site: Overview) -> dict[str, Any]:
    """By the names that the document asks for."""
    starts = site.plan.year_starts
    first = site.plan.period.start.replace(month=starts.month, day=starts.day)
    return {
        "n": _numbers(site),
        "deltas": _deltas(site),
        "margins": [_margin(site, name) for name in site.goals],
        "verdicts": _verdicts(site),
        "indicators": [_card(site, *one) for one in site.plan.indicators.items()],
        "first_day": date(first, site.language).rsplit(" ", 1)[0],
        "rehearsal": _rehearsal(site),
        "comparison_areas": comparison_areas(site.plan, site.language),
    }


def _numbers(site: Overview) -> dict[str, Cited]:
    policy, floors = site.plan.policy, site.plan.own_trends
    statistics = "evalkit.estimates.statistics"
    disclosure = {
        name: site.cited(getattr(policy, name), f"params/disclosure.yml: {name}")
        for name in ("threshold", "uniform_group", "smallest_group")
    }
    areas = "evalkit.estimates.difference_in_differences: FEWEST_AREAS"
    return disclosure | {
        "level": site.cited(LEVEL, "evalkit.terms: LEVEL", scale=100),
        "answers": site.cited(WeightedShare.floor_n, f"{statistics}: floor_n"),
        "width": site.cited(WeightedShare.floor_width, f"{statistics}: floor_width", scale=100),
        "comparison_areas": site.cited(FEWEST_AREAS, areas),
        "own_trend_of_rates": site.cited(floors.rates, "params/plan.yml: own_trends.rates", scale=100),
        "own_trend_of_shares": site.cited(floors.shares, "params/plan.yml: own_trends.shares", scale=100),
        "hidden": site.cited(int(site.facts.get("hidden", 0)), "facts: hidden"),
    }


def _with_direction_alone(site: Overview) -> list[Indicator]:
    """The indicators of which the verdict may be that little has changed: no number, or a level that may be reached."""
    aims = {key: goal.target for key, goal in site.plan.goals.items()}
    return [
        one
        for one in site.plan.indicators.values()
        if one.goal and ((aim := aims[one.goal]) is None or aim.way == "level")
    ]


def _delta(site: Overview, delta: float) -> Cited:
    return site.cited(delta, "params/indicators.yml: delta", scale=100)


def _deltas(site: Overview) -> list[dict[str, Any]]:
    found = sorted({(one.delta, one.statistic.relative) for one in _with_direction_alone(site)})
    return [{"size": _delta(site, delta), "relative": relative} for delta, relative in found]


def _margin(site: Overview, name: str) -> dict[str, Any]:
    """The drift a year before the plan that counts as none."""
    one, margin = site.plan.indicators[name], site.plan.margin(name)
    given = site.plan.goals[one.goal or ""].margin
    place = "params/plan.yml: margin" if given else "params/plan.yml: target, else delta"
    size = site.cited(margin, place, 2 if margin < 0.02 else 1, scale=100)
    return {"goal": one.title.get(site.language), "size": size, "relative": one.statistic.relative}


def _verdicts(site: Overview) -> list[dict[str, Any]]:
    """Each verdict with the widest of its rules, in the order in which they are tried."""
    found = []
    for verdict, rules in groupby(RULES, attrgetter("verdict")):
        *_, widest = rules  # those before it only tell apart what a sentence says of the same verdict
        mark = raw(glyphs.verdict(verdict, verdict_word(verdict, site.words)))
        found.append({"rule": widest.name, "mark": mark, "claim": verdict_meaning(verdict, site.words)})
    return found


def _better(one: Indicator) -> str:
    if one.polarity == "neutral":
        return "neutral"
    return "higher" if one.polarity == Polarity.HIGHER else "lower"


def _card(site: Overview, name: str, one: Indicator) -> dict[str, Any]:
    def said(text: Text | None) -> str | None:
        return text.get(site.language) if text else None

    return {
        "id": name,
        "title": said(one.title),
        "definition": said(one.definition),
        "question": said(one.question),
        "kind": one.kind,
        "counted": said(one.numerator.words if one.numerator else None),
        "out_of": said(one.denominator.words if one.denominator else None),
        "when": said(one.when),
        "better": None if one.of else _better(one),
        "goal": said(site.plan.goals[one.goal].words if one.goal else None),
        "comparator": one.comparator,
        "delta": _delta(site, one.delta) if one in _with_direction_alone(site) else None,
        "relative": one.statistic.relative,
        "source": said(one.source),
        "traps": [trap.get(site.language) for trap in one.traps],
    }


def _rehearsal(site: Overview) -> dict[str, Any] | None:
    """What the method page says of it, by name; None where the workbook has no stored rehearsal."""
    path = Path(site.plan.root, REHEARSAL)
    stored = pd.read_csv(path, keep_default_na=False) if path.is_file() else None
    if stored is None or not (promised := stored[stored["limit"] != ""].to_dict("records")):
        return None
    found = stored["measure"].isin(UNPROMISED) & stored["world"].isin(WHERE_UNPROMISED)
    found |= stored["measure"].str.startswith(SPEAKS) & stored["world"].isin(WHERE_SPEAKS)
    shown = stored[found & (stored["limit"] == "")]
    kept, near, broken = (
        sum(row["within"] == answer for row in promised) for answer in ("yes", "unclear", "no")
    )
    first, worlds = promised[0], groupby(promised, key=lambda row: row["world"])
    return {
        "reps": site.cited(min(int(row["reps"]) for row in promised), f"{REHEARSAL}: reps"),
        "worlds": site.cited(len({row["world"] for row in promised}), f"{REHEARSAL}: worlds"),
        "kept": site.cited(kept, f"{REHEARSAL}: within"),
        "promised": site.cited(len(promised), f"{REHEARSAL}: limit"),
        "near": site.cited(near, f"{REHEARSAL}: within") if near else None,
        "broken": site.cited(broken, f"{REHEARSAL}: within") if broken else None,
        "date": date(dt.date.fromisoformat(str(first["date"])), site.language),
        "seed": site.cited(int(first["seed"]), f"{REHEARSAL}: seed", text=str(first["seed"])),
        "file": REHEARSAL,
        "tables": [_world(site, list(rows)) for _, rows in worlds],
        "unpromised": [_seen(site, row) for row in shown.to_dict("records")],
    }


def _world(site: Overview, rows: list[dict[Any, Any]]) -> dict[str, Any]:
    """The promises of one course of events."""
    return {
        "name": rows[0][f"world_{site.language}"],
        "rows": [_seen(site, row) | _limit(site, row) for row in rows],
    }


def _seen(site: Overview, row: dict[Any, Any]) -> dict[str, Any]:
    """A rate with its Monte Carlo error at the usual level, in per cent."""
    place = f"{REHEARSAL}: {row['world']}.{row['measure']}"
    return {
        "world": _capital(row[f"world_{site.language}"]),
        "measure": _capital(row[f"measure_{site.language}"]),
        "rate": site.cited(float(row["rate"]), f"{place}.rate", 1, scale=100),
        "error": site.cited(Z * float(row["error"]), f"{place}.error × {Z}", 1, scale=100),
    }


def _limit(site: Overview, row: dict[Any, Any]) -> dict[str, Any]:
    """The promise: the highest (<= 0.025), the lowest (>= 0.94) or both (0.935-0.97), and whether it was kept."""
    place = f"{REHEARSAL}: {row['world']}.{row['measure']}.limit"
    ends = [
        site.cited(end, place, 0 if (100 * end).is_integer() else 1, scale=100)
        for end in map(float, re.findall(r"(?:(?<!\d)-)?\d+(?:\.\d+)?", row["limit"]))
    ]
    at_most = "<" in row["limit"]
    return {
        "low": None if at_most else ends[0],
        "high": ends[-1] if at_most or len(ends) == 2 else None,
        "within": row["within"],
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
