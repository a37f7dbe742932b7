"""What the numbers of an indicator are, on an axis and after a number; a unit of its own is its own word."""

from __future__ import annotations

from evalkit.report import Report
from evalkit.text.numbers import Cited, number
from evalkit.text.words import Sentence, Words, gettext_for

MILLION = 1_000_000


def unit_words(report: Report, indicator: str) -> str:
    """What the numbers on the axis are: percent, per 1,000 residents, the indicator's own name for a count, or a unit."""
    record = report.plan.indicator(indicator)
    words, unit = gettext_for(report.language), record.statistic.unit
    if unit == "per_1000":
        return words("Per 1,000 inhabitants") if record.official else words("Per 1,000 residents")
    if unit in ("count", "points"):
        return record.title.get(report.language)
    return words("Per cent") if unit == "share" else short_unit(unit, words)


def short_unit(unit: str, words: Words) -> str:
    """The unit of a level as it stands after a number or in a table; empty for points, which are said in words.

    A unit of a statistic's own is a message like any other: its Danish stands in the catalogue.
    """
    known = {
        "share": words("%"),
        "per_1000": words("per 1,000"),
        "count": words("number"),
        "points": "",
        "relative": "",
    }
    return known[unit] if unit in known else words(unit)


def amount(report: Report, value: float, place: str) -> Sentence:
    """An amount of money in millions: 3,2 mio. kr., DKK 3.2 million."""
    words = gettext_for(report.language)
    whole = (value / MILLION).is_integer()
    n = Cited(
        number(value / MILLION, 0 if whole else 1, language=report.language),
        value,
        place=f"params/plan.yml: {place}",
    )
    return words.say("DKK {n} million", n=n)
