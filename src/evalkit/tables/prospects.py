"""What can be seen at all: the smallest visible change, the years it takes, and the pace that is still needed."""

from __future__ import annotations

from typing import Any

from evalkit.estimates.power import years_to_see
from evalkit.report import Report
from evalkit.tables.markup import caption, table
from evalkit.terms import PLAN
from evalkit.text.facts import cited
from evalkit.text.html import Block, element, joined
from evalkit.text.numbers import DASH
from evalkit.text.reading import Reading, area_name, goal_of, goals, read
from evalkit.text.words import Words, gettext_for
from evalkit.verdicts import required_pace, target_path

PER = 1000


def realism(report: Report) -> Block:
    """What area and plan can possibly show on each goal, when the planned pace could be seen, and what it takes now."""
    words = gettext_for(report.language)
    places = [report.area] if report.area == PLAN else [report.area, PLAN]
    rows = [_row(read(report, name, place), words) for name in goals(report) for place in places]
    head = [
        words("Goal"),
        words("Where"),
        words("Level in {year}").format(year=report.plan.baseline_year),
        words("Smallest change that can be seen"),
        words("Planned by {year}").format(year=report.year),
        words("Years until the planned pace can be seen"),
        words("Pace needed from here, a year"),
    ]
    said = words.say(
        "What the size of the figures allows: the smallest change since {baseline} that would be seen four times in five.",
        baseline=report.plan.baseline_year,
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
    planned = r.amount("planned_change", signed=True) if r.has("planned_change") else words("no number")
    if r.has("planned_change") and r.on_trend:
        planned = words.say("{size} a year", size=planned)
    return [
        r.title,
        area_name(r.report, r.text("area") or r.report.area),
        r.level("baseline_value") if r.has("baseline_value") else DASH,
        r.amount("detectable", signed=True) if r.has("detectable") else DASH,
        planned,
        _years(r, words),
        _pace(r, words),
    ]


def _annual(r: Reading) -> float | None:
    goal = goal_of(r.report, r.name)
    return goal.target.annual_change if goal is not None and goal.target is not None else None


def _years(r: Reading, words: Words) -> Any:
    """Years until the planned pace would be seen, from the counts of the baseline year."""
    annual = _annual(r)
    needed = ("baseline_value", "baseline_denominator", *(("dispersion", "df") if r.statistic.events else ()))
    if annual is None or not r.has(*needed) or not r.number("baseline_value") > 0:
        return DASH
    if r.statistic.events:
        spread, df = r.number("dispersion"), r.number("df")
        start, size = r.number("baseline_value") / PER, r.number("baseline_denominator")
        found = [
            years_to_see(start, size, annual, scale="relative", by=by, dispersion=spread, df=df)
            for by in ("change", "trend")
        ]
        by_change, by_trend = (str(one) if one is not None else words("over thirty") for one in found)
        return words.say("{change} by a single year, {trend} by the trend", change=by_change, trend=by_trend)
    pace = annual * r.number("baseline_value")
    found_years = years_to_see(
        r.number("baseline_value"), r.number("baseline_denominator"), pace, scale="points"
    )
    return str(found_years) if found_years is not None else words("over thirty")


def _pace(r: Reading, words: Words) -> Any:
    return needed(r) or DASH


def needed(r: Reading) -> Any:
    """The change a year that would still reach the last year's target from this year's level; None without one."""
    words = r.words
    annual, last = _annual(r), r.report.plan.years[-1]
    left = last - r.year
    if annual is None or left <= 0 or not r.has("value", "baseline_value"):
        return None
    if not (r.number("value") > 0 and r.number("baseline_value") > 0):
        return None
    goal = goal_of(r.report, r.name)
    aim = target_path(r.number("baseline_value"), annual, last - r.baseline, goal.target.reading)
    if not aim > 0:
        return None
    pace = required_pace(r.number("value"), float(aim), left, polarity=goal.polarity)
    if pace == 0:
        return words("none: already there")
    return words.say(
        "{n}%",
        n=cited(
            r.report,
            pace,
            f"rows: {r.row['row']}, level and target path of {last}",
            decimals=1,
            scale=100,
            signed=True,
        ),
    )
