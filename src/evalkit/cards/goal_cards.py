"""Cards: the title block, the four goals, the three questions of a goal, and how an indicator is measured."""

from __future__ import annotations

from typing import Any

from evalkit import figures
from evalkit.cards.analyst_words import assessment
from evalkit.cards.origin import provenance
from evalkit.cards.title_block import title
from evalkit.figures import glyphs
from evalkit.report import Report
from evalkit.tables.measurement import measured
from evalkit.tables.realism import realism
from evalkit.terms import LEVEL, Shown, Verdict
from evalkit.text import comparison, judgements, sentences
from evalkit.text.findings import target_in_words
from evalkit.text.html import Block, element, facts, joined, raw
from evalkit.text.numbers import DASH, Cited, number
from evalkit.text.reading import Reading, goals_baseline, has_number, read
from evalkit.text.reading import goals as goal_indicators
from evalkit.text.units import short_unit
from evalkit.text.words import Sentence, Words, gettext_for

__all__ = ["assessment", "goals", "measured", "provenance", "questions", "realism", "title"]


def goals(report: Report) -> Block:
    """The plan's goals side by side: value, change with interval, curve, verdict and the plain fact, with a key."""
    cards = [_goal(report, name) for name in goal_indicators(report)]
    return joined(element("div", *cards, class_="goals"), key(report))


def _goal(report: Report, name: str) -> Block:
    r = read(report, name)
    words = r.words
    return element(
        "article",
        element("h3", element("a", r.title, href=f"#{name}", class_="of-page")),
        element("p", r.indicator.definition.get(words.language), class_="def"),
        element("p", _value(r), class_="value"),
        element("p", _change(r), class_="change"),
        raw(figures.sparkline(report, name)),
        facts(
            (_direction(r), verdict(r.verdict, words)),
            (words("Is the number reached?"), reached(r) if has_number(r) else words("No number.")),
        ),
        class_="goal",
    )


def _direction(r: Reading) -> str:
    """The question that the verdict answers, asked the way the plan wanted the level to go."""
    if has_number(r):
        return _moves(r)
    return r.words("Has the level risen?") if r.higher_is_better else r.words("Has the level fallen?")


def _moves(r: Reading) -> str:
    """The question that the verdict answers: of a goal with a number it asks for the planned pace, too."""
    return (
        r.words("Does the level follow the plan?")
        if has_number(r) and not r.inside and not r.met_from_start
        else r.words("Has the level changed?")
    )


def _value(r: Reading) -> Any:
    if r.has("value"):
        unit = "" if r.text("unit") == "count" else short_unit(r.text("unit"), r.words)
        return joined(r.cite("value"), element("span", unit), between="" if unit == "%" else " ")
    return r.words("hidden") if r.shown == Shown.SUPPRESSED else DASH


def _change(r: Reading) -> Any:
    """The change since the baseline year and its interval, or the trend's where the verdict rests on it; or why there is none."""
    words = r.words
    if not r.has("change"):
        return sentences.absent(r) or judgements.judgement(r) or words("No change can be shown.")
    size = element("b", r.cite("change", signed=True))
    said = (
        words.say("{n}% since {baseline}", n=size, baseline=r.baseline)
        if r.in_percent
        else words.say("{n} percentage points since {baseline}", n=size, baseline=r.baseline)
    )
    if r.on_trend:  # whose interval may seem to contradict the verdict
        return joined(said, _trend(r), between=" ")
    if not r.has("change_lower", "change_upper"):
        return said
    ends = {"low": r.cite("change_lower", signed=True), "high": r.cite("change_upper", signed=True)}
    span = (
        words.say("probably between {low} and {high}%", **ends)
        if r.in_percent
        else words.say("probably between {low} and {high}", **ends)
    )
    return joined(said, element("span", span), between=" ")


def _trend(r: Reading) -> Block:
    """The trend that the verdict rests on, with its interval."""
    said = r.words.say(
        "Judged by trend: {n}% a year ({low} to {high})",
        n=r.cite("trend", signed=True),
        low=r.cite("trend_lower", signed=True),
        high=r.cite("trend_upper", signed=True),
    )
    return element("span", said)


def verdict(one: Verdict, words: Words, word: str | None = None) -> Block:
    """A verdict as shape and word."""
    return raw(glyphs.verdict(one, word or judgements.verdict_word(one, words)))


def reached(r: Reading) -> Sentence:
    """Was the number reached? Yes or no with the target, or that the plan set none."""
    words, yes = r.words, r.text("target_reached")
    if yes in ("yes", "no") and r.has("target"):
        parts = {
            "answer": element("b", words("Yes.") if yes == "yes" else words("No.")),
            "target": r.cite("target"),
            "year": r.year,
        }
        return words.say("{answer} The plan's number for {year} is {target}.", **parts)
    if has_number(r) and r.inside:
        return words.say(
            "{answer} No target path starts from a year inside the plan.",
            answer=element("b", words("Cannot be told.")),
        )
    if has_number(r):
        word = words("Hidden.") if r.verdict == Verdict.SUPPRESSED else words("Cannot be told.")
        return words.say(
            "{answer} There is no figure to hold against the target path.", answer=element("b", word)
        )
    return words.say("{answer} {goal}", answer=element("b", words("No number.")), goal=target_in_words(r))


def key(report: Report) -> Block:
    """What the signs and the verdicts mean, folded."""
    words = gettext_for(report.language)
    signs = words.say(
        "Shade and “between … and …”: {level}% interval. Dotted: {year}. Dashed: the plan's number. Arrow: the plan's direction.",
        year=goals_baseline(report),
        level=Cited(number(LEVEL, language=report.language, scale=100), LEVEL, place="evalkit.terms: LEVEL"),
    )
    items = [
        element(
            "li",
            raw(
                glyphs.verdict(
                    one, judgements.verdict_word(one, words), f": {judgements.verdict_meaning(one, words)}"
                )
            ),
        )
        for one in Verdict
    ]
    return element(
        "details",
        element("summary", words("How to read the cards")),
        element("p", signs),
        element("ul", *items, class_="legend"),
        class_="key",
    )


def questions(report: Report, indicator: str) -> Block:
    """The three questions, never under one verdict: has the level changed, is the number reached, is it the plan?"""
    r = read(report, indicator)
    words = r.words
    said = [
        one
        for one in (_moved(r), judgements.holm(r), judgements.detectable(r), judgements.settles(r))
        if one is not None
    ]
    if not r.has("change"):
        said = [one for one in (sentences.absent(r) or judgements.judgement(r),) if one is not None]
    cause = [
        one
        for one in (
            comparison.elsewhere(r),
            comparison.difference(r),
            comparison.conclusion(r),
            comparison.evidence(r),
        )
        if one is not None
    ]
    return facts(
        (_moves(r), joined(verdict(r.verdict, words), raw("<br>"), joined(*said, between=" "))),
        (words("Is the number reached?"), reached(r)),
        (
            words("Did the plan cause it?"),
            joined(verdict(*_plan_verdict(r)), raw("<br>"), joined(*cause, between=" ")),
        ),
        class_="three",
    )


def _plan_verdict(r: Reading) -> tuple[Verdict, Words, str]:
    shape, word = comparison.plan_verdict(r)
    return shape, r.words, word


def _moved(r: Reading) -> Sentence | None:
    """The change with its interval in one line; a year where the verdict rests on the trend."""
    stem = "trend" if r.on_trend and r.has("trend") else "change"
    if not r.has(stem, f"{stem}_lower", f"{stem}_upper"):
        return None
    sign = r.sign(stem)
    parts = {
        "size": r.amount(stem, size=True),
        "level": number(0.95, language=r.words.language, scale=100),
        "low": r.cite(f"{stem}_lower", signed=True),
        "high": r.amount(f"{stem}_upper", signed=True),
    }
    if r.has("level"):
        parts["level"] = r.cite("level")
    if stem == "trend":
        if sign > 0:
            return r.words.say("{size} up a year, {level}% interval {low} to {high}.", **parts)
        if sign < 0:
            return r.words.say("{size} down a year, {level}% interval {low} to {high}.", **parts)
    if sign > 0:
        return r.words.say("{size} up, {level}% interval {low} to {high}.", **parts)
    if sign < 0:
        return r.words.say("{size} down, {level}% interval {low} to {high}.", **parts)
    return r.words.say("No change, {level}% interval {low} to {high}.", **parts)
