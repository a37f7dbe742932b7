"""The plan's goals beside the areas they are compared with, in one table: change here, change there, difference, conclusion."""

from __future__ import annotations

from typing import Any

from evalkit.cards.goal_cards import verdict
from evalkit.report import Report
from evalkit.tables.cells import caption, span
from evalkit.tables.table import table
from evalkit.terms import LEVEL
from evalkit.text import comparison
from evalkit.text.html import Block, element, joined
from evalkit.text.numbers import DASH, number
from evalkit.text.reading import Reading, goals, goals_baseline, read
from evalkit.text.words import gettext_for


def beside(report: Report) -> Block:
    """A row for each goal: its change since the baseline year, that of its comparators, the difference with its 95% interval."""
    words = gettext_for(report.language)
    readings = [read(report, name) for name in goals(report)]
    said = words.say(
        "Change from {baseline} to {year}. In brackets: the {level}% interval of the difference.",
        baseline=goals_baseline(report),
        year=report.year,
        level=number(LEVEL, language=report.language, scale=100),
    )
    return table(
        caption(report, said),
        [
            words("Goal"),
            words("Here"),
            words("Compared with"),
            words("Difference"),
            words("Did the plan cause it?"),
        ],
        [(r.title, _size(r, "change"), _elsewhere(r), _difference(r), _cause(r)) for r in readings],
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


def _cause(r: Reading) -> Any:
    shape, word = comparison.plan_verdict(r)
    return verdict(shape, r.words, word)
