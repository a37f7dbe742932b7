"""Outlook: where a numeric goal would end if the trend went on unchanged; a projection, never a result."""

from __future__ import annotations

from typing import Final

from evalkit.report import Report
from evalkit.text.html import Block, element, joined
from evalkit.text.numbers import Cited, number
from evalkit.text.reading import Reading, goals, has_number, read
from evalkit.text.words import Sentence, gettext_for


def projection(report: Report) -> Block:
    """One sentence for each goal with a number, before the final year; else why there is none."""
    words, last = gettext_for(report.language), report.plan.years[-1]
    if report.year >= last:
        return element("p", words("This is the last plan year, so nothing is projected."))
    items = [
        element("li", element("b", f"{r.title}."), " ", _ahead(r, last))
        for r in (read(report, name) for name in goals(report))
        if has_number(r)
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


LEAST_CHANCE: Final = 0.05
"""A smaller chance, or a larger one than 1 minus this, is not told more exactly: the trend itself may bend."""


def _ahead(r: Reading, last: int) -> Block | Sentence:
    say = r.words.say
    if not r.statistic.events:
        return say("No trend is worked out for shares, so nothing is projected.")
    if not r.has("trend"):
        return say("There are too few years for a trend, so nothing is projected.")
    if not r.has("projection", "projection_lower", "projection_upper"):
        return say(
            "There were none in the baseline year, so there is no target path to hold a projection against."
        )
    ahead = say(
        "If the trend goes on unchanged, the figure for {last} can be expected between {low} and {high} per 1,000 ({level}% interval: the doubt about today's level and about the trend, and the year's own swings). The target path for {last} is {aim}.",
        last=last,
        low=r.cite("projection_lower"),
        high=r.cite("projection_upper"),
        level=r.cite("level", decimals=0),
        aim=r.cite("target_last"),
    )
    return joined(ahead, _chance(r), between=" ")


def _chance(r: Reading) -> Sentence:
    """The chance of reaching the last year's target, by the projection."""
    percent = number(r.number("chance_to_reach"), language=r.words.language, scale=100)
    place = f"{r.row['row']}.chance_to_reach"
    if r.number("chance_to_reach") < LEAST_CHANCE:
        return r.words.say(
            "By that projection the chance of reaching it is below {n}%.",
            n=Cited(number(LEAST_CHANCE, language=r.words.language, scale=100), LEAST_CHANCE, place=place),
        )
    if r.number("chance_to_reach") > 1 - LEAST_CHANCE:
        most = 1 - LEAST_CHANCE
        return r.words.say(
            "By that projection the chance of reaching it is above {n}%.",
            n=Cited(number(most, language=r.words.language, scale=100), most, place=place),
        )
    return r.words.say(
        "By that projection the chance of reaching it is about {n}%.",
        n=Cited(percent, r.number("chance_to_reach"), row=place),
    )
