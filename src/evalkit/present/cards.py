"""Cards: the title block, the four goals, the three questions of a goal, and how an indicator is measured."""

from __future__ import annotations

import datetime as dt
from typing import Any

from evalkit.present import comparison, figures, glyphs, narrative, sentences
from evalkit.present.about import plan
from evalkit.present.blocks import Block, element, facts, joined, raw
from evalkit.present.findings import target_in_words
from evalkit.present.numbers import DASH, Cited, number, period
from evalkit.present.origin import provenance
from evalkit.present.prospects import realism
from evalkit.present.reading import Reading, goals as goal_indicators, read
from evalkit.present.voice import assessment
from evalkit.present.words import Sentence, Words, gettext_for
from evalkit.terms import PLAN, Shown, Statistic, Status, Verdict

__all__ = ["assessment", "goals", "measured", "plan", "provenance", "questions", "realism", "title"]


def status_chip(status: Status, words: Words) -> Block:
    """How far the report has come, legible without colour: dashed, solid, ticked."""
    text, css = {
        Status.DRAFT: (words("Draft"), "chip"),
        Status.IN_REVIEW: (words("In review"), "chip reviewed"),
        Status.APPROVED: (words("Approved"), "chip approved"),
    }[status]
    return element("span", text, class_=css)


def plan_year_dates(report: Any) -> str:
    """First and last day of the report's plan year, in words."""
    start = report.plan.year_starts
    year = report.year - (start.month > 1)
    first = dt.date(year, start.month, start.day)
    return period(first, first.replace(year=year + 1) - dt.timedelta(days=1), report.language)


def title(report: Any) -> Block:
    """The title block: area, plan year, status, period, residents, the answer in brief, and what it rests on."""
    words = gettext_for(report.language)
    kicker = words("The plan as a whole") if report.area == PLAN else words("Area report")
    name = raw("/<wbr>".join(element("span", part).html[6:-7] for part in report.name.split("/")))
    heading = element("h1", name, " ", element("span", words("Plan year {year}").format(year=report.year), class_="year"))
    note = {Status.DRAFT: words("Not reviewed yet"), Status.IN_REVIEW: words("Being reviewed"), Status.APPROVED: None}[report.status]
    about = [status_chip(report.status, words), note and element("span", note), element("span", plan_year_dates(report)), _residents(report)]
    return element(
        "header",
        element("p", kicker, class_="kicker"),
        heading,
        element("p", joined(*(one for one in about if one), between=" "), class_="meta"),
        element("p", narrative.lead(report), class_="lead"),
        element("p", basis(report), class_="basis"),
    )


def _residents(report: Any) -> Block | None:
    """Residents half-way through the plan year: the denominator of the first rate."""
    for name in report.plan.indicators:
        r = read(report, name)
        if r.is_rate and r.has("denominator") and not r.indicator.official:
            return element("span", r.words.say("{n} residents", n=r.cite("denominator")))
    return None


def basis(report: Any) -> Block:
    """What the figures rest on: survey answers and registers, in one sentence, and whether they are made up."""
    words, found, seen = gettext_for(report.language), [], set()
    for name in goal_indicators(report):
        r = read(report, name)
        source, when = (text.get(report.language) for text in (r.indicator.source, r.indicator.when))
        if r.statistic == Statistic.WEIGHTED_SHARE and r.has("respondents", "invited", "response_rate"):
            found.append(words.say("answers from {n} of {of} residents asked ({rate}%), {when}",
                                   n=r.cite("respondents"), of=r.cite("invited"), rate=r.cite("response_rate"), when=_round(r) or when))  # fmt: skip
        elif source not in seen:
            found.append(words.say("{source} ({when})", source=source, when=when))
        seen.add(source)
    said = words.say("{start} {list}.", start=element("b", words("The figures rest on")), list=words.listed(found))
    if not report.synthetic:
        return joined(said)
    warning = words.say("{start} They are made up and say nothing about the real area.", start=element("b", words("The data are synthetic.")))
    return joined(warning, said, between=" ")


def _round(r: Reading) -> str | None:
    """First and last day of the survey round."""
    days = [r.text(name) for name in ("from_date", "to_date")]
    return period(*(dt.date.fromisoformat(day) for day in days), r.words.language) if all(days) else None


# ---- goals --------------------------------------------------------------------------------------


def goals(report: Any) -> Block:
    """The plan's goals side by side: value, change with interval, curve, verdict and the plain fact, with a key."""
    words = gettext_for(report.language)
    cards = [_goal(report, name) for name in goal_indicators(report)]
    signs = words("Dotted line: the level in {year}. Dashed line: the target path. Arrow: the way the goal points where the plan set no "
                  "number. Shade and “between … and …”: {level}% interval.").format(year=report.plan.baseline_year, level=95)  # fmt: skip
    return joined(element("div", *cards, class_="goals"), element("p", signs, class_="after src sans"), key(report))


def _goal(report: Any, name: str) -> Block:
    r = read(report, name)
    words = r.words
    return element(
        "article",
        element("h3", element("a", r.title, href=f"#{name}")),
        element("p", r.indicator.definition.get(words.language), class_="def"),
        element("p", _value(r), class_="value"),
        element("p", _change(r), class_="change"),
        raw(figures.sparkline(report, name)),
        facts(
            (words("Has the level moved?"), verdict(r.verdict, words)),
            (words("Is the number reached?"), reached(r)),
        ),
        class_="goal",
    )  # fmt: skip


def _value(r: Reading) -> Any:
    if r.has("value"):
        unit = {"share": r.words("%"), "per_1000": r.words("per 1,000")}.get(r.text("unit"), "")
        return joined(r.cite("value"), element("span", unit), between=" ")
    return r.words("hidden") if r.shown == Shown.SUPPRESSED else DASH


def _change(r: Reading) -> Any:
    """The change since the baseline year and its interval, or in words why there is none."""
    words = r.words
    if not r.has("change"):
        return sentences.absent(r) or sentences.judgement(r) or words("No change can be shown.")
    size = element("b", r.cite("change", signed=True))
    said = words.say("{n}% since {baseline}", n=size, baseline=r.baseline) if r.in_percent else \
        words.say("{n} percentage points since {baseline}", n=size, baseline=r.baseline)  # fmt: skip
    if not r.has("change_lower", "change_upper"):
        return said
    ends = {"low": r.cite("change_lower", signed=True), "high": r.cite("change_upper", signed=True)}
    span = words.say("between {low} and {high}%", **ends) if r.in_percent else words.say("between {low} and {high}", **ends)
    return joined(said, element("span", span), between=" ")


def verdict(one: Verdict, words: Words, word: str | None = None) -> Block:
    """A verdict as shape and word."""
    return raw(glyphs.verdict(one, word or sentences.verdict_word(one, words)))


def reached(r: Reading) -> Sentence:
    """Was the number reached? Yes or no with the target, or that the plan set none."""
    words, yes = r.words, r.text("target_reached")
    if yes in ("yes", "no") and r.has("target"):
        parts = {"answer": element("b", words("Yes.") if yes == "yes" else words("No.")), "target": r.cite("target"), "year": r.year}
        return words.say("{answer} The target path for {year} is {target}.", **parts)
    goal = next((one for one in r.report.plan.goals.values() if one.indicator == r.name), None)
    if goal is not None and goal.target is not None:
        word = words("Hidden.") if r.verdict == Verdict.SUPPRESSED else words("Cannot be told.")
        return words.say("{answer} There is no figure to hold against the target path.", answer=element("b", word))
    return words.say("{answer} {goal}", answer=element("b", words("No number was set.")), goal=target_in_words(r))


def key(report: Any) -> Block:
    """What the verdicts mean, folded."""
    words = gettext_for(report.language)
    items = [
        element("li", raw(glyphs.verdict(one, sentences.verdict_word(one, words), f": {sentences.verdict_meaning(one, words)}")))
        for one in Verdict
    ]  # fmt: skip
    return element("details", element("summary", words("What do the verdicts mean?")), element("ul", *items, class_="legend"), class_="key")


# ---- one goal -----------------------------------------------------------------------------------


def questions(report: Any, indicator: str) -> Block:
    """The three questions, never under one verdict: has the level moved, is the number reached, is it the plan?"""
    r = read(report, indicator)
    words = r.words
    said = [one for one in (_moved(r), sentences.holm(r), sentences.detectable(r)) if one is not None]
    if not r.has("change"):
        said = [one for one in (sentences.absent(r) or sentences.judgement(r),) if one is not None]
    cause = [one for one in (comparison.elsewhere(r), comparison.difference(r), comparison.conclusion(r), comparison.evidence(r)) if one is not None]
    return facts(
        (words("Has the level moved?"), joined(verdict(r.verdict, words), raw("<br>"), joined(*said, between=" "))),
        (words("Is the number reached?"), reached(r)),
        (words("Is it the plan?"), joined(verdict(*_plan_verdict(r)), raw("<br>"), joined(*cause, between=" "))),
        class_="three",
    )  # fmt: skip


def _plan_verdict(r: Reading) -> tuple[Verdict, Words, str]:
    shape, word = comparison.plan_verdict(r)
    return shape, r.words, word


def _moved(r: Reading) -> Sentence | None:
    """The change with its interval in one line; a year where the verdict rests on the trend."""
    stem = "trend" if r.on_trend and r.has("trend") else "change"
    if not r.has(stem, f"{stem}_lower", f"{stem}_upper"):
        return None
    sign = r.sign(stem)
    parts = {"size": r.amount(stem, size=True), "level": number(0.95, language=r.words.language, scale=100),
             "low": r.cite(f"{stem}_lower", signed=True), "high": r.amount(f"{stem}_upper", signed=True)}  # fmt: skip
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


def measured(report: Any, indicator: str) -> Block:
    """How the indicator is measured, beside its figure: counts, who answered, comparison and source."""
    r = read(report, indicator)
    words, one = r.words, r.indicator
    source = one.source.get(words.language)
    compared = r.comparator if r.text("comparator") or one.comparator else None
    if r.has("effect_areas") and r.number("effect_areas") > 1:
        compared = words.say("{n} {place}", n=r.cite("effect_areas"), place=r.comparator)
    rows: list[tuple[Any, Any]]
    if r.statistic == Statistic.WEIGHTED_SHARE:
        rows = [(words("Question"), words("“{question}”").format(question=one.question.get(words.language))), *_answers(r)]
        rows.append((words("Weighted by"), words("age and sex in the population register")))
    else:
        rows = [(words("Counted"), one.numerator.words.get(words.language)), *_counts(r)]
        rows.append((words("When"), one.when.get(words.language)))
    if r.has("dispersion"):
        rows.append((words("Spread"), words.say("φ = {phi}: the same night, the same people", phi=r.cite("dispersion"))))
    rows.append((words("Compared with"), compared))
    rows.append((words("Source"), words.say("{source}, provisional", source=source) if r.text("provisional") == "yes" else source))
    heading = element("h3", words("How it is measured"))
    return element("aside", heading, facts(*rows), class_="side", aria_label=words("How this is measured: {title}").format(title=r.title))


def _answers(r: Reading) -> list[tuple[Any, Any]]:
    words = r.words
    if not r.has("respondents", "invited", "response_rate"):
        return [(words("Answers"), words("not made up"))]
    given = {"n": r.cite("respondents"), "of": r.cite("invited"), "rate": r.cite("response_rate"), "when": _round(r) or r.indicator.when.get(words.language)}
    rows: list[tuple[Any, Any]] = [(words("Answers"), words.say("{n} of {of} ({rate}%), {when}", **given))]
    if r.has("dont_know"):
        rows.append((words("Don't know"), words.count("{n} answer, left out", "{n} answers, left out", r.number("dont_know"), n=r.cite("dont_know"))))
    if r.has("effective_n"):
        rows.append((words("Precision"), words.say("as {n} unweighted answers", n=r.cite("effective_n"))))
    return rows


def _counts(r: Reading) -> list[tuple[Any, Any]]:
    words = r.words
    rows: list[tuple[Any, Any]] = []
    if r.has("numerator"):
        both = {"n": r.cite("numerator"), "year": r.year, "baseline": r.baseline}
        if r.has("baseline_numerator"):
            rows.append((words("Number"), words.say("{n} in {year}, {before} in {baseline}", before=r.cite("baseline_numerator"), **both)))
        else:
            rows.append((words("Number"), words.say("{n} in {year}", **both)))
    if r.indicator.denominator is not None and r.has("denominator"):
        of: dict[str, Cited | str] = {"whom": r.indicator.denominator.words.get(words.language), "n": r.cite("denominator")}
        rows.append((words("Per"), words.say("1,000 {whom} ({n})", **of)) if r.is_rate else (words("Of"), words.say("{whom} ({n})", **of)))
    return rows
