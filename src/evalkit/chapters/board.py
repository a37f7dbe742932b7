"""The page for the board: where the goals stand, what is new, what was done and spent, and what it takes from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evalkit.chapters import lead
from evalkit.report import Report
from evalkit.tables import measurement
from evalkit.terms import PLAN
from evalkit.text import activities, judgements
from evalkit.text.facts import cited, given, millions, total
from evalkit.text.html import Block, element, joined, raw
from evalkit.text.reading import Reading, goal_of, goals, has_number, read
from evalkit.text.words import Sentence, gettext_for


def page(report: Report) -> Block:
    """What a board asks of a plan year, each in a line or two; a question without an answer says why."""
    words = gettext_for(report.language)
    found = [read(report, name) for name in goals(report)]
    asked: list[tuple[str, Sequence[Any]]] = [
        (words("Where do the goals stand?"), [_stands(r) for r in found]),
        (words("What is new since last year?"), _new(report)),
        (words("Did the plan cause it?"), [lead.because(report), lead.doubt(report)]),
        (words("What was done?"), _done(report)),
        (words("Does the spending follow the budget?"), [_spending(report)]),
        (words("What would it take to reach the target?"), _needed(report, found)),
    ]
    return answered(asked)


def answered(asked: Sequence[tuple[str, Sequence[Any]]]) -> Block:
    """Questions with what is said to each; None among the sentences is left out."""
    items = [
        element("li", element("b", question), raw("<br>"), joined(*said, between=" "))
        for question, said in asked
    ]
    return element("ul", *items, class_="answers")


def _stands(r: Reading) -> Sentence:
    """A goal's verdict in a word or two, and its number where it has one."""
    parts = {"title": r.title, "verdict": judgements.verdict_word(r.verdict, r.words).lower()}
    if r.has("value", "target"):
        return r.words.say(
            "{title}: {verdict} ({value}; the plan's number is {target}).",
            value=r.cite("value"),
            target=r.cite("target"),
            **parts,
        )
    return r.words.say("{title}: {verdict}.", **parts)


def _new(report: Report) -> list[Sentence]:
    """The goals whose verdict on the plan as a whole is not last year's; what it was stands in a chapter of its own."""
    words, last = gettext_for(report.language), report.year - 1
    if last not in report.plan.years:
        return [words.say("This is the first plan year.")]
    pairs = [(read(report, name, PLAN, last), read(report, name, PLAN)) for name in goals(report)]
    if other := [now.title for then, now in pairs if then.verdict != now.verdict]:
        return [
            words.say(
                "The verdict on the plan has changed since last year for {list}.", list=words.listed(other)
            )
        ]
    return [words.say("No verdict on the plan as a whole has changed since last year.")]


def _done(report: Report) -> list[Sentence | None]:
    said = [activities.summary(report)]
    name, last = activities.whole(report), report.year - 1
    if name is None:
        return [
            gettext_for(report.language).say(
                "The data set has no activities, so what the plan did cannot be shown."
            )
        ]
    before = read(report, name, None, last)
    if last in report.plan.years and before.has("value"):
        said.append(before.words.say("The year before it was {n}.", n=before.cite("value")))
    return said


def _spending(report: Report) -> Sentence:
    """Money spent over the plan years so far, against the budget of the same years."""
    words, money = gettext_for(report.language), given(report, "economy")
    spent, budget = (total(money, "amount", kind=kind) for kind in ("spent", "budget"))
    if spent is None or budget is None or not budget > 0:
        return words.say("The data set has no accounts, so the money cannot be shown.")
    return words.say(
        "DKK {spent} million of the {budget} million budgeted up to {year} has been spent ({share}%).",
        spent=millions(report, spent, "facts: economy.so far.all.spent"),
        budget=millions(report, budget, "facts: economy.so far.all.budget"),
        share=cited(report, spent / budget, "facts: economy.so far.all.spent/budget", scale=100),
        year=report.year,
    )


def _needed(report: Report, found: list[Reading]) -> list[Sentence]:
    """The yearly change that would still reach the last year's number, goal by goal."""
    words, last = gettext_for(report.language), report.plan.years[-1]
    numeric = [r for r in found if has_number(r)]
    if not numeric:
        return [words.say("No goal has a number, so there is no path to be on or off.")]
    if report.year >= last:
        return [words.say("This was the last plan year; see the final evaluation.")]
    said = []
    for r in numeric:
        pace = measurement.needed(r)
        if pace is None:
            said.append(words.say("{title}: the pace needed cannot be worked out.", title=r.title))
        else:
            said.append(
                words.say(
                    "{title}: {pace} a year up to {last}.",
                    title=r.title,
                    pace=pace,
                    last=goal_of(report, r.name).target.due(report.year, last),
                )
            )
    return said
