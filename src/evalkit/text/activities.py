"""What the plan did, in words: attendances by strand of work, and those of the strands of work that bear on a goal."""

from __future__ import annotations

from evalkit.report import Report
from evalkit.text.reading import Reading, read
from evalkit.text.words import Sentence, gettext_for


def whole(report: Report) -> str | None:
    """The indicator of all attendances: the one that others are parts of."""
    return next((one.part_of for one in report.plan.indicators.values() if one.part_of), None)


def part(report: Report, effort: str) -> Reading | None:
    """The row of the attendances in one strand of work, this year."""
    for name, one in report.plan.indicators.items():
        if one.part_of and one.numerator is not None and one.numerator.where.get("effort") == effort:
            return read(report, name)
    return None


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
    """The attendances of the strands of work that bear on a goal; None where the plan's file says of none what it bears on."""
    words, plan = gettext_for(report.language), report.plan
    if not any(effort.bears_on for effort in plan.efforts.values()):
        return None
    goal = next((key for key, one in plan.goals.items() if one.indicator == indicator), None)
    mine = [key for key, effort in plan.efforts.items() if goal in effort.bears_on]
    if not mine:
        return words.say("No strand of work was aimed at this goal in particular.")
    return words.say(
        "The plan's work for it: {list}.", list=words.listed([_named(report, key) for key in mine])
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
