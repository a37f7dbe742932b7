"""The event rail: the plan and what else happened, as bars under the years, so that the plot stays clear."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evalkit.figures.drawing import Paper
from evalkit.figures.style import ACCENT, COMP, MUTED, SMALL
from evalkit.figures.text_labels import cut
from evalkit.plan import Plan
from evalkit.report import Report
from evalkit.text.numbers import date
from evalkit.text.words import gettext_for

FIRST: Final = 0.40 * 72  # points from the axis down to the first bar
STEP: Final = 0.185 * 72
_WIDE_EVENTS: Final = ("other_effort", "composition", "shock")  # they last; incidents are points in time
_EVERYWHERE: Final = ("denmark", "all")


@dataclass(frozen=True)
class Happening:
    """Something dated that may have moved the figures; years are decimal plan years."""

    name: str
    start: float
    end: float
    kind: str  # plan, other_effort, composition, shock or incident
    when: str = ""  # its first day in words


def decimal_year(day: dt.date, plan: Plan) -> float:
    """A date on the axis: plan year y spans y - 0.5 to y + 0.5, so its first day is y - 0.5."""
    year = plan.year_of(day)
    ends = plan.year_starts.month > 1
    first = dt.date(year - ends, plan.year_starts.month, plan.year_starts.day)
    next_first = first.replace(year=first.year + 1)
    return year - 0.5 + (day - first).days / (next_first - first).days


def happenings(report: Report, *, until: float) -> list[Happening]:
    """The plan, then the events that concern the report's area (for the plan: any of its areas), by start."""
    plan, language = report.plan, report.language
    found = [
        Happening(gettext_for(language)("Plan period"), decimal_year(plan.period.start, plan), until, "plan")
    ]
    mine = set(plan.areas) if report.area not in plan.areas else {report.area}
    for _, event in report.events.iterrows():
        where = {name.strip() for name in str(event["area"]).split(";")}
        if event["kind"] == "series_break" or not where & (mine | set(_EVERYWHERE)):
            continue
        start = dt.date.fromisoformat(str(event["start"]))
        end = event["end"] if not pd.isna(event["end"]) else event["start"]
        last = dt.date.fromisoformat(str(end)) + dt.timedelta(days=1)
        span = min(decimal_year(start, plan), until), min(decimal_year(last, plan), until)
        found.append(
            Happening(str(event[f"label_{language}"]), *span, str(event["kind"]), date(start, language))
        )
    order = ("plan", *_WIDE_EVENTS, "incident")
    return sorted(found, key=lambda one: (order.index(one.kind) if one.kind in order else 9, one.start))


def lasting(events: list[Happening]) -> list[Happening]:
    """The events that get a bar of their own."""
    return [one for one in events if one.kind == "plan" or one.kind in _WIDE_EVENTS]


def incidents(events: list[Happening]) -> list[Happening]:
    """The events that share one row of marks."""
    return [one for one in events if one.kind == "incident"]


def depth(events: list[Happening]) -> float:
    """Inches below the axis that the rail needs."""
    rows = len(lasting(events)) + bool(incidents(events))
    return (FIRST + STEP * (rows - 1)) / 72 + 0.13


def draw(paper: Paper, events: list[Happening], language: str) -> None:
    """Bars with their names before them; shocks also shade the plot, single incidents are marks in one row."""
    y = paper.bottom - FIRST
    for event in lasting(events):
        colour = ACCENT if event.kind == "plan" else COMP
        if event.kind == "shock":
            paper.shade(event.start, event.end, color=MUTED, alpha=0.09, zorder=0)
        start, end = paper.x(event.start), max(paper.x(event.end), paper.x(event.start) + 3)
        paper.segment((start, y), (end, y), color=colour, linewidth=4.2, solid_capstyle="butt")
        _name(paper, start, y, event.name)
        y -= STEP
    points = incidents(events)
    for event in points:
        paper.segment(
            (paper.x(event.start), y - 3),
            (paper.x(event.start), y + 3),
            color=COMP,
            linewidth=2.2,
            solid_capstyle="butt",
        )
    if points:
        _name(
            paper, paper.x(min(event.start for event in points)), y, gettext_for(language)("Single incidents")
        )


def _name(paper: Paper, start: float, y: float, name: str) -> None:
    room = start - 5 - 2
    short = name.split(":")[0]
    paper.write(start - 5, y - 2.3, cut(short, room, SMALL), fontsize=SMALL, ha="right")
