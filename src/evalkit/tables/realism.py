"""What can be seen at all: the smallest visible change, the years it takes, and the pace that is still needed."""

from __future__ import annotations

from typing import Any

from evalkit.report import Report
from evalkit.tables.cells import caption
from evalkit.tables.table import table
from evalkit.terms import PLAN
from evalkit.text.html import Block, element, joined
from evalkit.text.numbers import DASH, Cited, number
from evalkit.text.reading import Reading, area_name, goals, goals_baseline, read
from evalkit.text.words import Sentence, Words, gettext_for


def realism(report: Report) -> Block:
    """What area and plan can possibly show on each goal, when the planned pace could be seen, and what it takes now."""
    words = gettext_for(report.language)
    places = [report.area] if report.area == PLAN else [report.area, PLAN]
    rows = [_row(read(report, name, place), words) for name in goals(report) for place in places]
    since = goals_baseline(report)
    head = [
        words("Goal"),
        words("Where"),
        words("Level in {year}").format(year=since),
        words("Seen four times in five from"),
        words("Planned by {year}").format(year=report.year),
        words("Years until the planned pace can be seen"),
        words("Pace needed from here, a year"),
    ]
    said = words.say(
        "What the size of the figures allows: the smallest change since {baseline} that would be seen four times in five.",
        baseline=since,
    )
    reading = words.say(
        "A single year in a single area shows only large changes. That is why the plan is judged on all areas together in {year}.",
        year=report.plan.primary.year,
    )
    return joined(
        table(
            caption(report, said), head, rows, label=words("Table: what can be seen at all"), class_="words"
        ),
        element("p", reading),
    )


def _row(r: Reading, words: Words) -> list[Any]:
    return [
        r.title,
        area_name(r.report, r.text("area") or r.report.area),
        r.level("baseline_value") if r.has("baseline_value") else DASH,
        r.amount("detectable", signed=True) if r.has("detectable") else DASH,
        _planned(r, words),
        _years(r, words),
        needed(r) or DASH,
    ]


def _planned(r: Reading, words: Words) -> Sentence | str:
    """The change since the baseline that was planned, and what it is a year where the verdict is on the trend."""
    if not r.has("planned_change"):
        return words("reached from the start") if r.met_from_start else words("no number")
    if not r.on_trend:
        return r.amount("planned_change", signed=True)
    n = Cited(
        number(r.planned_since, language=words.language, signed=True, scale=100),
        r.planned_since,
        place=f"rows: {r.row['row']}.target / baseline_value",
        scale=100,
    )
    return words.say("{n}% ({pace} a year)", n=n, pace=r.amount("planned_change", signed=True))


def _years(r: Reading, words: Words) -> Any:
    """Years until the planned pace would be seen, from what the baseline year had."""
    if r.met_from_start or not r.has("target_last", *(("dispersion",) if r.statistic.events else ())):
        return DASH
    by_change, by_trend = (
        r.cite(f"years_by_{by}") if r.has(f"years_by_{by}") else words("over thirty")
        for by in ("change", "trend")
    )
    if r.statistic.events:
        return words.say("{change} by a single year, {trend} by the trend", change=by_change, trend=by_trend)
    return by_change


def needed(r: Reading) -> Sentence | None:
    """The change a year that would still reach the last year's target from this year's level; None without one."""
    if not r.has("required_pace"):
        return None
    if r.number("required_pace") == 0:
        return r.words.say("none: already there")
    return r.words.say("{n}%", n=r.cite("required_pace", signed=True))
