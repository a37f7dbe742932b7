"""What the plan did: activities and attendances by Landsbyggefonden's strands of work."""

from __future__ import annotations

from typing import Any

from evalkit.report import Report
from evalkit.tables.table import cell, report_table
from evalkit.terms import Shown
from evalkit.text.activities import part, summary
from evalkit.text.facts import cited, given, total
from evalkit.text.html import Block, element, joined, paragraph
from evalkit.text.numbers import DASH
from evalkit.text.reading import Reading, read
from evalkit.text.words import gettext_for


def activities(report: Report) -> Block:
    """Activities, times held, staff hours and attendances by strand of work, and what the figures do not say."""
    words, held = gettext_for(report.language), given(report, "activities")
    if not held:
        return element("p", words("The data set has no activities, so what the plan did cannot be shown."))
    rows = [
        (
            effort.name.get(report.language),
            *(_held(report, held, key, what) for what in ("activities", "sessions", "hours")),
            *_attended(report, part(report, key)),
        )
        for key, effort in report.plan.efforts.items()
    ]
    head = [words("Strand of work"), words("Activities"), words("Times held"), words("Staff hours")]
    head += [words("Attendances, {year}").format(year=year) for year in _years(report)]
    said = words.say("Activities by strand of work, plan year {year}.", year=report.year)
    return joined(
        report_table(
            report,
            said,
            head,
            rows,
            class_="figures",
            label=words("Table: activities by strand of work"),
        ),
        paragraph(
            summary(report),
            words.say(
                "Attendances are counted, not persons: one person may come often. They show what was done, not what came of it."
            ),
        ),
    )


def _years(report: Report) -> list[int]:
    return [year for year in report.plan.years if year <= report.year]


def _attended(report: Report, r: Reading | None) -> list[Any]:
    if r is None:
        return [DASH for _ in _years(report)]
    return [cell(read(report, r.name, None, year), "value") for year in _years(report)]


def _held(report: Report, held: list[Any], effort: str, what: str) -> Any:
    n = total(held, what, effort=effort, year=report.year)
    return DASH if n is None else cited(report, n, f"facts: activities.{report.year}.{effort}.{what}")


def attended(report: Report, effort: str) -> float | None:
    """Attendances of one strand of work over the plan years so far; None where one of them is hidden or missing."""
    r = part(report, effort)
    if r is None:
        return None
    rows = [read(report, r.name, None, year) for year in report.plan.years if year <= report.year]
    known = [one for one in rows if one.shown == Shown.VALUE and one.has("value")]
    return sum(one.number("value") for one in known) if known and len(known) == len(rows) else None
