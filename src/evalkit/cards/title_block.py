"""The title block: what the report is about, the status it was given, its answer in brief, and what it rests on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from evalkit.report import Report
from evalkit.terms import PLAN, Shown
from evalkit.text import narrative
from evalkit.text.html import Block, element, joined, raw
from evalkit.text.marks import mark
from evalkit.text.numbers import period
from evalkit.text.reading import goals, read
from evalkit.text.status import given_status
from evalkit.text.words import gettext_for


def title(report: Report) -> Block:
    """Area, plan year, status, period, residents, the answer in brief, and what it rests on."""
    words = gettext_for(report.language)
    kicker = words("The plan as a whole") if report.area == PLAN else words("Area report")
    name = raw("/<wbr>".join(element("span", part).html[6:-7] for part in report.name.split("/")))
    heading = element(
        "h1", name, " ", element("span", words("Plan year {year}").format(year=report.year), class_="year")
    )
    about = [
        given_status(report.status, words),
        element("span", plan_year_dates(report)),
        _residents(report),
    ]
    return element(
        "header",
        element("p", joined(mark(report), kicker), class_="kicker"),
        heading,
        element("p", joined(*(one for one in about if one), between=" "), class_="meta"),
        element("p", narrative.lead(report), class_="lead"),
        element("p", basis(report), class_="basis"),
    )


def plan_year_dates(report: Report) -> str:
    """First and last day of the report's plan year, in words."""
    first, after = report.plan.first_day(report.year), report.plan.first_day(report.year + 1)
    return period(first, after - dt.timedelta(days=1), report.language)


def _residents(report: Report) -> Block | None:
    """Residents half-way through the plan year: the denominator of the first rate."""
    for name in report.plan.indicators:
        r = read(report, name)
        if r.statistic.events and r.has("denominator") and not r.indicator.official:
            return element("span", r.words.say("{n} residents", n=r.cite("denominator")))
    return None


def basis(report: Report) -> Block:
    """What the figures rest on: survey answers and registers, in one sentence; no source that gave no figure."""
    words, found, seen = gettext_for(report.language), list[Any](), set[str]()
    for name in goals(report):
        r = read(report, name)
        if r.statistic.asked and r.has("respondents", "invited", "response_rate"):
            found.append(
                words.say(
                    "answers from {n} of {of} residents asked ({rate}%)",
                    n=r.cite("respondents"),
                    of=r.cite("invited"),
                    rate=r.cite("response_rate"),
                )
            )
        elif r.shown == Shown.MISSING:
            continue
        elif r.source not in seen:
            found.append(r.source)
        seen.add(r.source)
    if not found:
        return joined(words.say("No figures were delivered for the goals."))
    return joined(
        words.say(
            "{start} {list}.", start=element("b", words("The figures rest on")), list=words.listed(found)
        )
    )
