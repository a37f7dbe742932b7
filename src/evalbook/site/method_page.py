"""What varies on the method page: verdicts, limits, indicators; its words stand in documents/metode."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import Any

from evalbook.site import stored_rehearsal
from evalbook.site.context import Overview
from evalkit.estimates.difference_in_differences import FEWEST_AREAS
from evalkit.estimates.statistics import WeightedShare
from evalkit.figures import glyphs
from evalkit.plan.indicators import Indicator
from evalkit.plan.records import Text
from evalkit.terms import LEVEL, Polarity
from evalkit.text.html import raw
from evalkit.text.judgements import verdict_meaning, verdict_word
from evalkit.text.numbers import Cited, date, number
from evalkit.verdicts import RULES


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
        "rehearsal": stored_rehearsal.values(site),
    }


def _cited(site: Overview, value: float, place: str, decimals: int = 0, *, scale: int = 1) -> Cited:
    return Cited(number(value, decimals, language=site.language, scale=scale), value, place=place)


def _numbers(site: Overview) -> dict[str, Cited]:
    policy, floors = site.plan.policy, site.plan.own_trends
    statistics, percent = "evalkit.estimates.statistics", {"scale": 100}
    disclosure = {
        name: _cited(site, getattr(policy, name), f"params/disclosure.yml: {name}")
        for name in ("threshold", "uniform_group", "smallest_group")
    }
    areas = "evalkit.estimates.difference_in_differences: FEWEST_AREAS"
    return disclosure | {
        "level": _cited(site, LEVEL, "evalkit.terms: LEVEL", **percent),
        "answers": _cited(site, WeightedShare.floor_n, f"{statistics}: floor_n"),
        "width": _cited(site, WeightedShare.floor_width, f"{statistics}: floor_width", **percent),
        "comparison_areas": _cited(site, FEWEST_AREAS, areas),
        "own_trend_of_rates": _cited(site, floors.rates, "params/plan.yml: own_trends.rates", **percent),
        "own_trend_of_shares": _cited(site, floors.shares, "params/plan.yml: own_trends.shares", **percent),
        "hidden": _cited(site, int(site.facts.get("hidden", 0)), "facts: hidden"),
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
    return _cited(site, delta, "params/indicators.yml: delta", scale=100)


def _deltas(site: Overview) -> list[dict[str, Any]]:
    found = sorted({(one.delta, one.statistic.relative) for one in _with_direction_alone(site)})
    return [{"size": _delta(site, delta), "relative": relative} for delta, relative in found]


def _margin(site: Overview, name: str) -> dict[str, Any]:
    """The drift a year before the plan that counts as none."""
    one, margin = site.plan.indicators[name], site.plan.margin(name)
    given = site.plan.goals[one.goal or ""].margin
    place = "params/plan.yml: margin" if given else "params/plan.yml: target, else delta"
    size = _cited(site, margin, place, 2 if margin < 0.02 else 1, scale=100)
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
