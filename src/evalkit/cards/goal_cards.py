"""Cards of the goals: side by side, the three questions of each, and the goals beside the areas they are compared with."""

from __future__ import annotations

from typing import Any

from evalkit import figures
from evalkit.figures import glyphs
from evalkit.report import Report
from evalkit.tables.table import report_table, span
from evalkit.terms import LEVEL, Shown, Verdict
from evalkit.text import comparison, judgements, sentences
from evalkit.text.findings import target_in_words
from evalkit.text.html import Block, element, facts, joined, raw
from evalkit.text.numbers import DASH, Cited, number
from evalkit.text.reading import Reading, goals_baseline, has_number, read
from evalkit.text.reading import goals as goal_indicators
from evalkit.text.units import short_unit
from evalkit.text.words import Sentence, Words, gettext_for


def goals(report: Report) -> Block:
    """The plan's goals side by side: value, change with interval, curve, verdict and the plain fact, with a key."""
    cards = [_goal(report, name) for name in goal_indicators(report)]
    return joined(element("div", *cards, class_="goals"), key(report))


def _numbered(report: Report) -> Sentence | None:
    """On which goals the plan put a number; None where it did on each."""
    words, found = gettext_for(report.language), [read(report, name) for name in goal_indicators(report)]
    numbered = [r.title for r in found if has_number(r)]
    if len(numbered) == len(found):
        return None
    if not numbered:
        return words.say("The plan set no number.")
    return words.say("The plan put a number on {list} alone.", list=words.listed(numbered))


def _goal(report: Report, name: str) -> Block:
    r = read(report, name)
    words = r.words
    number_reached = reached(r) if has_number(r) else None
    return element(
        "article",
        element("h3", element("a", r.title, href=f"#{name}", class_="of-page")),
        element("p", r.indicator.definition.get(words.language), class_="def"),
        element("p", _value(r), class_="value"),
        element("p", _change(r), class_="change"),
        raw(figures.sparkline(report, name)),
        facts((_moves(r), verdict(r.verdict, words)), (words("Is the number reached?"), number_reached)),
        class_="goal",
    )


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
    return words.say(
        "{answer} {goal}", answer=element("b", words("The plan set no number.")), goal=target_in_words(r)
    )


def key(report: Report) -> Block:
    """What the signs and the verdicts mean, folded."""
    words = gettext_for(report.language)
    signs = words.say(
        "Shade and “between … and …”: {level}% interval. Dotted: {year}. Dashed: the plan's number. Arrow: the plan's direction. A number is what was counted in the year; the level is what such numbers swing around.",
        year=goals_baseline(report),
        level=Cited(number(LEVEL, language=report.language, scale=100), LEVEL, place="evalkit.terms: LEVEL"),
    )
    items = []
    for one in Verdict:
        meaning = f": {judgements.verdict_meaning(one, words)}"
        items.append(element("li", raw(glyphs.verdict(one, judgements.verdict_word(one, words), meaning))))
    summary = element("summary", words("How to read the cards"))
    return element(
        "details",
        summary,
        element("p", joined(signs, _numbered(report), between=" ")),
        element("ul", *items, class_="legend"),
        class_="key",
    )


def questions(report: Report, indicator: str) -> Block:
    """The three questions, never under one verdict: has the level changed, is the number reached, is it the plan?"""
    r = read(report, indicator)
    words = r.words
    said = [sentences.absent(r) or judgements.judgement(r)]
    if r.has("change"):
        said = [_moved(r), judgements.holm(r), judgements.detectable(r), judgements.settles(r)]
    asked = (comparison.elsewhere, comparison.difference, comparison.conclusion, comparison.evidence)
    return facts(
        (_moves(r), joined(verdict(r.verdict, words), raw("<br>"), joined(*said, between=" "))),
        (words("Is the number reached?"), reached(r)),
        (
            words("Did the plan cause it?"),
            joined(plan_verdict(r), raw("<br>"), joined(*(one(r) for one in asked), between=" ")),
        ),
        class_="three",
    )


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


def beside(report: Report) -> Block:
    """A row for each goal: its change since the baseline year, that of its comparators, the difference with its 95% interval."""
    words = gettext_for(report.language)
    readings = [read(report, name) for name in goal_indicators(report)]
    said = words.say(
        "Change from {baseline} to {year}. In brackets: the {level}% interval of the difference. Differences in per cent are ratios.",
        baseline=goals_baseline(report),
        year=report.year,
        level=number(LEVEL, language=report.language, scale=100),
    )
    return report_table(
        report,
        said,
        [
            words("Goal"),
            words("Here"),
            words("Compared with"),
            words("Difference"),
            words("Did the plan cause it?"),
        ],
        [(r.title, _size(r, "change"), _elsewhere(r), _difference(r), plan_verdict(r)) for r in readings],
        class_="words",
        label=words("Table: the goals beside other areas"),
    )


def _size(r: Reading, column: str) -> Any:
    return r.amount(column, signed=True) if r.has(column) else DASH


def _elsewhere(r: Reading) -> Any:
    if not r.has("comparator_change"):
        return DASH
    return r.words.say("{size} in {place}", size=_size(r, "comparator_change"), place=r.comparator)


def _difference(r: Reading) -> Any:
    if not r.has("effect"):
        return DASH
    ends = span(r, "effect_lower", "effect_upper")
    return joined(_size(r, "effect"), element("span", "(", ends, ")", class_="nw"), between=" ")


def plan_verdict(r: Reading) -> Block:
    """Whether the plan caused it, as shape and word."""
    shape, word = comparison.plan_verdict(r)
    return verdict(shape, r.words, word)
