"""Outlook: where a numeric goal would end if the trend went on unchanged; a projection, never a result."""

from __future__ import annotations

from evalkit.estimates import rates
from evalkit.estimates.statistics import PER
from evalkit.report import Report
from evalkit.text.facts import cited
from evalkit.text.html import Block, element, joined
from evalkit.text.reading import Reading, goal_of, goals, read, series
from evalkit.text.words import Sentence, gettext_for
from evalkit.verdicts import target_path


def projection(report: Report) -> Block:
    """One sentence for each goal with a number, before the final year; else why there is none."""
    words, last = gettext_for(report.language), report.plan.years[-1]
    if report.year >= last:
        return element("p", words("This is the last plan year, so nothing is projected."))
    items = [
        element("li", element("b", f"{r.title}."), " ", _ahead(r, last))
        for r in (read(report, name) for name in goals(report))
        if _annual(r) is not None
    ]
    if not items:
        return element("p", words("No goal has a number, so there is no path to be on or off."))
    return joined(
        element("ul", *items),
        element(
            "p",
            element("b", words("A projection is not a result.")),
            " ",
            words("It says what the trend so far would lead to, not what will happen."),
        ),
    )


def _annual(r: Reading) -> float | None:
    goal = goal_of(r.report, r.name)
    return goal.target.annual_change if goal is not None and goal.target is not None else None


def _ahead(r: Reading, last: int) -> Sentence:
    say, window = r.words.say, [one for one in series(r.report, r.name) if r.baseline <= one.year]
    if not r.statistic.events:
        return say("No trend is worked out for shares, so nothing is projected.")
    known = all(one.has("numerator", "denominator") for one in window)
    if not (known and r.has("trend", "dispersion", "df", "denominator")):
        return say("There are too few years for a trend, so nothing is projected.")
    if not (r.has("baseline_value") and r.number("baseline_value") > 0):
        return say(
            "There were none in the baseline year, so there is no target path to hold a projection against."
        )
    goal = goal_of(r.report, r.name)
    found = rates.projected(
        [one.number("numerator") for one in window],
        [one.number("denominator") for one in window],
        [one.year for one in window],
        last,
        r.number("denominator"),
        dispersion=r.number("dispersion"),
        df=r.number("df"),
        level=r.number("level"),
    )
    low, high = (
        cited(r.report, PER * end, f"rows: {r.row['row']}, trend carried on to {last}", decimals=1)
        for end in (found.lower, found.upper)
    )
    aim = float(
        target_path(
            r.number("baseline_value"), goal.target.annual_change, last - r.baseline, goal.target.reading
        )
    )
    return say(
        "If the trend goes on unchanged, the figure for {last} can be expected between {low} and {high} per 1,000 ({level}% interval: the doubt about today's level and about the trend, and the year's own swings). The target path for {last} is {aim}.",
        last=last,
        low=low,
        high=high,
        level=r.cite("level", decimals=0),
        aim=cited(r.report, aim, f"rows: {r.row['row']}, target path to {last}", decimals=1),
    )
