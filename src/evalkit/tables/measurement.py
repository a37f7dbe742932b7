"""How an indicator is measured: counts, who answered, comparison and source, beside its figure."""

from __future__ import annotations

from typing import Any

from evalkit.report import Report
from evalkit.terms import Shown
from evalkit.text.html import Block, element, facts
from evalkit.text.numbers import Cited
from evalkit.text.reading import Reading, read, survey_round


def measured(report: Report, indicator: str) -> Block:
    """How the indicator is measured, beside its figure: counts, who answered, comparison and source."""
    r = read(report, indicator)
    words, one = r.words, r.indicator
    source = r.source
    compared: Any = r.comparator if r.text("comparator") or one.comparator else None
    if r.has("effect_areas") and r.number("effect_areas") > 1:
        compared = words.say("{n} {place}", n=r.cite("effect_areas"), place=r.comparator)
    rows: list[tuple[Any, Any]]
    if r.statistic.asked:
        rows = [
            (words("Question"), words("“{question}”").format(question=one.question.get(words.language))),
            *_answers(r),
        ]
        if r.made_by_source:
            rows.append((words("Worked out by"), words("the source itself")))
        else:
            rows.append((words("Weighted by"), words("age and sex in the population register")))
    else:
        counted = one.numerator.words.get(words.language) if one.numerator else None
        rows = [(words("Counted"), counted), *_counts(r), (words("When"), r.when)]
    if r.has("dispersion"):
        rows.append(
            (
                words("Spread"),
                words.say(
                    "φ = {phi}: reports often come several at a time, from the same night or by the same people",
                    phi=r.cite("dispersion"),
                ),
            )
        )
    rows.append((words("Compared with"), compared))
    rows.append(
        (
            words("Source"),
            words.say("{source}, provisional", source=source) if r.text("provisional") == "yes" else source,
        )
    )
    heading = element("h3", words("How it is measured"))
    return element(
        "aside",
        heading,
        facts(*rows),
        class_="side",
        aria_label=words("How this is measured: {title}").format(title=r.title),
    )


def _answers(r: Reading) -> list[tuple[Any, Any]]:
    words = r.words
    if r.made_by_source and r.has("respondents") and not r.has("invited"):
        return [(words("Answers"), r.cite("respondents"))]
    if not r.has("respondents", "invited", "response_rate"):
        if r.shown == Shown.SUPPRESSED or survey_round(r):  # asked they were, and how many answered is hidden
            return [(words("Answers"), words("hidden for confidentiality"))]
        return [(words("Answers"), words("not made up"))]
    given = {
        "n": r.cite("respondents"),
        "of": r.cite("invited"),
        "rate": r.cite("response_rate"),
        "when": survey_round(r) or r.when,
    }
    rows: list[tuple[Any, Any]] = [(words("Answers"), words.say("{n} of {of} ({rate}%), {when}", **given))]
    if r.has("dont_know"):
        rows.append(
            (
                words("Don't know"),
                words.count(
                    "{n} answer, left out",
                    "{n} answers, left out",
                    r.number("dont_know"),
                    n=r.cite("dont_know"),
                ),
            )
        )
    if r.has("effective_n"):
        rows.append((words("Precision"), words.say("as {n} unweighted answers", n=r.cite("effective_n"))))
    return rows


def _counts(r: Reading) -> list[tuple[Any, Any]]:
    words = r.words
    rows: list[tuple[Any, Any]] = []
    if r.has("numerator"):
        both = {"n": r.cite("numerator"), "year": r.year, "baseline": r.baseline}
        if r.has("baseline_numerator"):
            rows.append(
                (
                    words("Number"),
                    words.say(
                        "{n} in {year}, {before} in {baseline}", before=r.cite("baseline_numerator"), **both
                    ),
                )
            )
        else:
            rows.append((words("Number"), words.say("{n} in {year}", **both)))
    if r.indicator.denominator is not None and r.has("denominator"):
        of: dict[str, Cited | str] = {
            "whom": r.whom,
            "n": r.cite("denominator"),
        }
        rows.append(
            (words("Per"), words.say("1,000 {whom} ({n})", **of))
            if r.statistic.events
            else (words("Of"), words.say("{whom} ({n})", **of))
        )
    return rows
