"""The report in words: key answers, a paragraph for each goal, caveats, surroundings, and what cannot be said.

Every sentence is a message of the catalogue, filled in from published rows; numbers cite the row they stand in.
"""

from __future__ import annotations

from evalkit.report import Report
from evalkit.terms import PLAN, Shown, Verdict
from evalkit.text import (
    activities,
    among,
    caveat,
    comparison,
    easy_read,
    findings,
    judgements,
    sentences,
    surroundings,
)
from evalkit.text.html import Block, element, joined, paragraph
from evalkit.text.numbers import DASH
from evalkit.text.reading import Reading, goals, goals_baseline, read
from evalkit.text.words import NBSP, Sentence, gettext_for


def finding(report: Report, indicator: str) -> str:
    """The plain title of the indicator's figure; never stronger than its verdict."""
    return findings.finding(read(report, indicator)).plain


def alt(report: Report, indicator: str) -> str:
    """What the indicator's figure shows, in plain text, from the same sentences as the prose."""
    return findings.alt(read(report, indicator))


def lead(report: Report) -> Block:
    """The sentences that answer first: what can be concluded, or that nothing can yet."""
    words = gettext_for(report.language)
    readings = [read(report, name) for name in goals(report)]
    decided = [r for r in readings if r.verdict.decided]
    unsure = [r for r in readings if r.verdict == Verdict.CANNOT_TELL]
    unseen = [r for r in readings if not r.verdict.decided and r.verdict != Verdict.CANNOT_TELL]
    if decided or unsure:
        said: list[Sentence] = [findings.headline(r) for r in decided]
        if unseen and decided:
            said.append(
                words.say(
                    "{list}: no change can be assessed, since figures are missing or hidden.",
                    list=words.listed([r.title for r in unseen]),
                )
            )
        return joined(*said, *_unsure(report, unsure, alone=not decided), between=" ")
    if all(r.verdict == Verdict.NOT_ASSESSABLE for r in readings):
        baseline = goals_baseline(report)
        starts = [read(report, r.name, None, year) for r in readings for year in r.baseline_years]
        if any(start.shown != Shown.MISSING for start in starts):
            return joined(words.say("None of the goals can be assessed."))
        return joined(
            words.say(
                "None of the goals can be assessed: there are no figures from {baseline} to count from.",
                baseline=baseline,
            )
        )
    return joined(words.say("The figures show no change in any goal."))


def _unsure(report: Report, unsure: list[Reading], *, alone: bool) -> list[Sentence]:
    """Of which goals it cannot be told; where nothing else can be said of any goal, why."""
    words = gettext_for(report.language)
    if not alone and len(unsure) < 2:
        return [findings.headline(r) for r in unsure]
    if not alone:
        return [
            words.say(
                "For the other goals the figures are too uncertain to say whether there has been a change."
            )
        ]
    first = words.say("For none of the goals can we say yet whether the level has changed.")
    if report.area == PLAN:
        return [
            first,
            words.say(
                "Even all areas together have figures so small that they go up and down by themselves."
            ),
        ]
    return [
        first,
        words.say("Figures for one area and one year are so small that they go up and down by themselves."),
    ]


def answers(report: Report) -> Block:
    """The short answer: one finding for each goal with its key sentence."""
    items = []
    for name in goals(report):
        r = read(report, name)
        certainty = judgements.judgement(r) if r.verdict == Verdict.LITTLE_CHANGE else sentences.interval(r)
        said = [sentences.briefly(r), sentences.trend(r), certainty, judgements.among_all(r)]
        items.append(element("li", joined(element("b", findings.short_answer(r)), *said, between=" ")))
    return element("ul", *items, class_="answers")


def among_others(report: Report) -> Block:
    """Where the area stands among similar areas in the year; empty where too few of them show a figure."""
    return paragraph(*among.sentences(report)) or joined()


def easy(report: Report) -> Block:
    """The goals in easy words, at most 120 of them: what the figures show, and whether the plan may be the reason."""
    return easy_read.easy(report)


def paragraph_of(r: Reading) -> list[Sentence | None]:
    """The sentences of one row in the order of the three questions."""
    return [
        sentences.level(r),
        sentences.people(r),
        sentences.counted_from(r),
        sentences.target(r),
        sentences.trend(r),
        sentences.interval(r),
        judgements.judgement(r),
        comparison.elsewhere(r),
        comparison.conclusion(r) if r.has("effect") else None,
    ]


def goal(report: Report, indicator: str) -> Block:
    """One paragraph on one indicator: level, change and certainty, target, comparison and what it allows."""
    return paragraph(*paragraph_of(read(report, indicator))) or Block("")


def reading(report: Report, indicator: str) -> Block:
    """What the short answer has not said of a goal: how many people, the target, the areas compared with, what the plan did."""
    r = read(report, indicator)
    if (absent := sentences.absent(r)) is not None:
        said: tuple[Sentence | None, ...] = (absent, comparison.elsewhere(r))
    else:
        said = (
            sentences.counts(r),
            sentences.counted_from(r),
            sentences.target(r),
            sentences.provisional(r),
            caveat.linear(r),
            comparison.elsewhere(r),
            comparison.conclusion(r) if comparison.favours(r) is not None else None,
            activities.toward(report, indicator),
        )
    kept = [one for one in said if one is not None]
    return element("p", joined(*kept, between=" "), class_="side reading") if kept else Block("")


def caveats(report: Report, indicator: str) -> Block:
    """What to have in mind when reading the indicator, in a note."""
    r = read(report, indicator)
    text = joined(element("b", r.words("Caveats.")), *caveat.caveats(r), between=" ")
    return element("div", element("p", text), class_="note")


def official(report: Report) -> Block:
    """The municipality around the areas, from official figures: level, change, comparison and odd quarters."""
    return surroundings.official(report)


def gaps(report: Report) -> Block:
    """How far the area is from the rest of the municipality on each goal, and whether the gap has changed."""
    return surroundings.gaps(report)


def limits(report: Report, most: int | None = None) -> Block:
    """What these figures cannot show, as a list: all of it, or the first `most`, what was changed on the way and what the analyst adds."""
    kept = [*caveat.limits(report)[:most], *caveat.always(report)]
    items = [element("li", element("b", name), " ", text) for name, text in kept]
    return element("ul", *items, class_="limits")


class Verdicts:
    """The goals with level, change and verdict in plain text, for a terminal and for a test."""

    def __init__(self, report: Report) -> None:
        self.rows = [read(report, name) for name in goals(report)]

    def __repr__(self) -> str:
        cells = [
            (
                r.title,
                r.level().plain if r.has("value") else DASH,
                r.amount("change", signed=True).plain if r.has("change") else DASH,
                judgements.verdict_word(r.verdict, r.words),
            )
            for r in self.rows
        ]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = (
            "  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)) for row in cells
        )
        return "\n".join(line.rstrip().replace(NBSP, " ") for line in lines)


def verdicts(report: Report) -> Verdicts:
    """Level, change and verdict of each of the plan's goals, one line each."""
    return Verdicts(report)
