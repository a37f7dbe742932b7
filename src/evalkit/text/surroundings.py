"""The area's surroundings in words: the municipality in official figures, and the gap to the rest of it."""

from __future__ import annotations

from typing import Any

from evalkit.measure.official import MUNICIPALITY, USUAL
from evalkit.report import Report
from evalkit.terms import REST, Verdict
from evalkit.text import comparison, judgements, sentences
from evalkit.text.html import Block, element, joined, paragraph
from evalkit.text.marks import mark
from evalkit.text.numbers import Cited, number
from evalkit.text.reading import Reading, area_name, goals, read
from evalkit.text.words import Sentence, gettext_for


def official_indicators(report: Report) -> list[str]:
    """The indicators from official statistics, in the order of the params file."""
    return [name for name, one in report.plan.indicators.items() if one.official]


def no_official(language: str) -> Block:
    """What stands in place of the official figures where the plan's file leads to none."""
    words = gettext_for(language)
    return element(
        "p",
        words(
            "The plan's file names no municipality in the official statistics, so there are no official figures here."
        ),
    )


def gap_of(report: Report, indicator: str) -> str | None:
    """The gap indicator of an indicator."""
    return next((name for name, one in report.plan.indicators.items() if one.of == indicator), None)


def official(report: Report) -> Block:
    """The municipality in official figures: a paragraph on each indicator and one on its odd quarters."""
    paragraphs = []
    if not official_indicators(report):
        return no_official(report.language)
    for name in official_indicators(report):
        r = read(report, name, MUNICIPALITY)
        paragraphs.append(
            paragraph(
                gettext_for(report.language).say(
                    "This is about {place} as a whole, not about the areas.",
                    place=area_name(report, MUNICIPALITY),
                ),
                sentences.level(r),
                sentences.change(r),
                sentences.interval(r),
                judgements.judgement(r),
                comparison.elsewhere(r),
                comparison.difference(r),
            )
        )
        paragraphs.append(paragraph(*_odd(report, name)))
    return joined(*paragraphs)


def _odd(report: Report, indicator: str) -> list[Sentence | None]:
    """The odd quarters up to the report's year, and the change without them."""
    words = gettext_for(report.language)
    odd = [one for one in report.facts.get("odd_quarters", ()) if one["year"] <= report.year]
    if not odd:
        return [words.say("No quarter stands out from those around it.")]
    said: list[Sentence | None] = [
        words.say(
            "In {quarter}, {n} were reported, against about {usual} in a usual quarter.",
            quarter=quarter_name(one["quarter"], report.language),
            n=_fact(report, one, "reported"),
            usual=_fact(report, one, "usual"),
        )
        for one in odd
    ]
    said.append(words.say("One such quarter can decide a whole year."))
    r = read(report, indicator, USUAL)
    usual, as_they_are = (
        [sentences.change(one), comparison.difference(one)]
        for one in (r, read(report, indicator, MUNICIPALITY))
    )
    if [str(one) for one in usual] == [str(one) for one in as_they_are]:
        return [
            *said,
            words.say("With usual quarters in their place nothing changes in {year}.", year=r.year),
        ]
    return [*said, _with_usual_quarters(r), usual[1]]


def _with_usual_quarters(r: Reading) -> Sentence | None:
    """The change since the baseline year, had the odd quarters been as those around them."""
    if not r.has("change"):
        return None
    parts = {"size": r.amount("change", size=True), "baseline": r.baseline, "year": r.year}
    say, sign = r.words.say, r.sign("change")
    if sign > 0:
        return say(
            "With usual quarters in their place the level is {size} higher in {year} than in {baseline}.",
            **parts,
        )
    if sign < 0:
        return say(
            "With usual quarters in their place the level is {size} lower in {year} than in {baseline}.",
            **parts,
        )
    return say(
        "With usual quarters in their place the level is the same in {year} as in {baseline}.", **parts
    )


def quarter_name(quarter: str, language: str) -> str:
    """2018Q1 in words: 1. kvartal 2018, the first quarter of 2018."""
    year, n = quarter[:4], quarter[-1]
    if language == "da":
        return f"{n}. kvartal {year}"
    return f"the {('first', 'second', 'third', 'fourth')[int(n) - 1]} quarter of {year}"


def _fact(report: Report, quarter: dict[str, Any], name: str) -> Cited:
    return Cited(
        number(quarter[name], language=report.language),
        quarter[name],
        place=f"odd quarters: {quarter['quarter']}.{name}",
    )


def gaps(report: Report) -> Block:
    """One item for each goal: the gap, the gap of the baseline year, and whether it has moved."""
    items = []
    for name in goals(report):
        gap = gap_of(report, name)
        if gap is not None:
            r = read(report, gap)
            about = report.plan.indicator(name).title.get(report.language)
            said = [_distance(r), _before(r), _moved(r)]
            items.append(
                element(
                    "li",
                    element("b", f"{about}."),
                    " ",
                    joined(*(one for one in said if one is not None), between=" "),
                )
            )
    made = mark(report)  # the rest of the municipality, too, is made up
    return joined(element("p", made) if made else None, element("ul", *items, class_="answers"))


def _distance(r: Reading) -> Sentence:
    say = r.words.say
    if not r.has("value") and not read(r.report, r.indicator.of or r.name, REST).has("value"):
        return say("There is no figure for {place} to compare with.", place=area_name(r.report, REST))
    if not r.has("value"):
        return sentences.absent(r) or say("There are no data for plan year {year}.", year=r.year)
    parts = {"size": r.amount("value", size=True), "place": r.comparator}
    if (sign := r.sign("value")) > 0:
        return say("The level lies {size} above {place}.", **parts)
    if sign < 0:
        return say("The level lies {size} below {place}.", **parts)
    return say("The level is the same as in {place}.", **parts)


def _before(r: Reading) -> Sentence | None:
    if not r.has("baseline_value", "value"):
        return None
    parts = {"size": r.amount("baseline_value", size=True), "baseline": r.baseline}
    if (sign := r.sign("baseline_value")) > 0:
        return r.words.say("In {baseline} it lay {size} above.", **parts)
    if sign < 0:
        return r.words.say("In {baseline} it lay {size} below.", **parts)
    return r.words.say("In {baseline} there was no gap.", **parts)


def _moved(r: Reading) -> Sentence | None:
    """Whether the gap has changed the goal's way; a gap is only closed where the verdict says so."""
    say, verdict = r.words.say, r.verdict
    if r.rule == "series_break":
        return say(
            "It cannot be told whether the gap has changed: a series has been broken since {baseline}.",
            baseline=r.baseline,
        )
    if not r.has("change"):
        return None
    if verdict == Verdict.IMPROVED:
        return say("It has been shown that the gap has changed the way the goal points.")
    if verdict == Verdict.WORSENED:
        return say("It has been shown that the gap has changed the wrong way.")
    if verdict == Verdict.LITTLE_CHANGE:
        return say("The gap is almost unchanged.")
    return say("It cannot be told whether the gap has changed.")
