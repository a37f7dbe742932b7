"""What the plan did: activities and attendances by Landsbyggefonden's areas of effort."""

from __future__ import annotations

from typing import Any

from evalkit.report import Report
from evalkit.tables.markup import caption, cell, table
from evalkit.terms import Shown
from evalkit.text.facts import cited, told, total
from evalkit.text.html import Block, element, joined, paragraph
from evalkit.text.numbers import DASH
from evalkit.text.reading import Reading, read
from evalkit.text.words import Sentence, gettext_for


def whole(report: Report) -> str | None:
    """The indicator of all attendances: the one that others are parts of."""
    return next((one.part_of for one in report.plan.indicators.values() if one.part_of), None)


def part(report: Report, effort: str) -> Reading | None:
    """The row of the attendances in one area of effort, this year."""
    for name, one in report.plan.indicators.items():
        if one.part_of and one.numerator is not None and one.numerator.where.get("effort") == effort:
            return read(report, name)
    return None


def activities(report: Report) -> Block:
    """Activities, times held, staff hours and attendances by area of effort, and what the figures do not say."""
    words, held = gettext_for(report.language), told(report, "activities")
    if not held:
        return element("p", words("The data set has no activities, so what the plan did cannot be shown."))
    rows = []
    for key, effort in report.plan.efforts.items():
        r = part(report, key)
        rows.append(
            (
                effort.name.get(report.language),
                *(_held(report, held, key, what) for what in ("activities", "sessions", "hours")),
                *_attended(report, r),
            )
        )
    head = [words("Area of effort"), words("Activities"), words("Times held"), words("Staff hours")]
    head += [words("Attendances, {year}").format(year=year) for year in _years(report)]
    said = words.say("Activities by area of effort, plan year {year}.", year=report.year)
    return joined(
        table(
            caption(report, said),
            head,
            rows,
            class_="figures",
            label=words("Table: activities by area of effort"),
        ),
        paragraph(
            summary(report),
            words.say(
                "Attendances are counted, not persons: one person may come often. They show what was done, not what came of it."
            ),
        ),
    )


def summary(report: Report) -> Sentence | None:
    """All attendances of the year in one sentence."""
    name, words = whole(report), gettext_for(report.language)
    if name is None:
        return None
    r = read(report, name)
    parts = {"year": report.year}
    if not r.has("value"):
        return words.say("The attendances of plan year {year} cannot be shown.", **parts)
    return words.say(
        "The plan's activities had {n} attendances in plan year {year}.", n=r.cite("value"), **parts
    )


def toward(report: Report, indicator: str) -> Sentence | None:
    """The attendances of the areas of effort that bear on a goal; None where the plan's file says of none what it bears on."""
    words, plan = gettext_for(report.language), report.plan
    if not any(effort.bears_on for effort in plan.efforts.values()):
        return None
    goal = next((key for key, one in plan.goals.items() if one.indicator == indicator), None)
    mine = [key for key, effort in plan.efforts.items() if goal in effort.bears_on]
    if not mine:
        return words.say("No area of effort was aimed at this goal in particular.")
    return words.say(
        "Areas of effort aimed at this goal, plan year {year}: {list}.",
        year=report.year,
        list=words.listed([_named(report, key) for key in mine]),
    )


def _named(report: Report, effort: str) -> Sentence:
    words, r = gettext_for(report.language), part(report, effort)
    name = report.plan.efforts[effort].name.get(report.language)
    name = name[:1].lower() + name[1:]
    if r is None or not r.has("value"):
        return words.say("{name} (attendances cannot be shown)", name=name)
    n = r.cite("value")
    return words.count(
        "{name} ({n} attendance)", "{name} ({n} attendances)", r.number("value"), name=name, n=n
    )


def _years(report: Report) -> list[int]:
    return [year for year in report.plan.years if report.year - 1 <= year <= report.year]


def _attended(report: Report, r: Reading | None) -> list[Any]:
    if r is None:
        return [DASH for _ in _years(report)]
    return [cell(read(report, r.name, None, year), "value") for year in _years(report)]


def _held(report: Report, held: list[Any], effort: str, what: str) -> Any:
    n = total(held, what, effort=effort, year=report.year)
    return DASH if n is None else cited(report, n, f"facts: activities.{report.year}.{effort}.{what}")


def attended(report: Report, effort: str) -> float | None:
    """Attendances of one area of effort over the plan years so far; None where one of them is hidden or missing."""
    r = part(report, effort)
    if r is None:
        return None
    rows = [read(report, r.name, None, year) for year in report.plan.years if year <= report.year]
    known = [one for one in rows if one.shown == Shown.VALUE and one.has("value")]
    return sum(one.number("value") for one in known) if known and len(known) == len(rows) else None
