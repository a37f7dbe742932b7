"""What happened, on the axis of years: the plan and the events that may have moved the figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evalkit.plan import Plan
from evalkit.report import Report
from evalkit.text.numbers import date
from evalkit.text.words import gettext_for

LASTING: Final = ("plan", "other_effort", "composition", "shock")
"""Kinds that get a bar of their own; incidents, which are points in time, share one row of marks."""

_EVERYWHERE: Final = ("denmark", "all")


@dataclass(frozen=True)
class Event:
    """Something dated that may have moved the figures; start and end are decimal plan years."""

    name: str
    start: float
    end: float
    kind: str  # plan, other_effort, composition, shock or incident
    when: str = ""  # its first day in words


def decimal_year(day: dt.date, plan: Plan) -> float:
    """A date on the axis: plan year y spans y - 0.5 to y + 0.5, so its first day is y - 0.5."""
    year = plan.year_of(day)
    first, following = plan.first_day(year), plan.first_day(year + 1)
    return year - 0.5 + (day - first).days / (following - first).days


def concerning(report: Report, last: int, *, axis: int | None = None) -> list[Event]:
    """The plan, then the events of the report's area (for the plan: any of its areas) that began by the end of year `last`.

    The plan alone goes on to the end of the axis, where that is later.
    """
    plan, language, until = report.plan, report.language, last + 0.5
    start, end = decimal_year(plan.period.start, plan), plan.years[-1] + 0.5
    found = [Event(gettext_for(language)("Plan period"), start, min(end, (axis or last) + 0.5), "plan")]
    places = {*_EVERYWHERE, *(plan.areas if report.area not in plan.areas else [report.area])}
    for event in report.events.to_dict("records"):
        where = {name.strip() for name in str(event["area"]).split(";")}
        if event["kind"] == "series_break" or not where & places:
            continue
        day = dt.date.fromisoformat(str(event["start"]))
        last_day = dt.date.fromisoformat(str(event["start"] if pd.isna(event["end"]) else event["end"]))
        end = decimal_year(last_day + dt.timedelta(days=1), plan)
        name, kind = str(event[f"label_{language}"]), str(event["kind"])
        found.append(Event(name, decimal_year(day, plan), min(end, until), kind, date(day, language)))
    order = {kind: i for i, kind in enumerate((*LASTING, "incident"))}
    began = [one for one in found if one.start < until]
    return sorted(began, key=lambda one: (order.get(one.kind, len(order)), one.start))
