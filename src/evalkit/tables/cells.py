"""What stands in a table's cells: numbers that cite their row, or the word for why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evalkit.report import Report
from evalkit.terms import Shown
from evalkit.text.html import Block, element, joined
from evalkit.text.marks import mark
from evalkit.text.numbers import DASH
from evalkit.text.reading import Reading, common_baseline, read
from evalkit.text.words import Words


def folded(summary: Any, *content: Any) -> Block:
    """A part that opens on demand; paper leaves it out, but for the annex."""
    return element("details", element("summary", summary), *content)


def caption(report: Report, text: Any, *, official: bool = False) -> Any:
    """The caption, after the mark of made-up or real figures where the report has both."""
    return joined(mark(report, official=official), text, between=" ")


def cell(r: Reading, column: str, **how: bool) -> Any:
    """A number that cites its row, or the word for why there is none."""
    if r.has(column):
        return r.cite(column, **how)
    if r.shown == Shown.SUPPRESSED and column in ("value", "numerator", "lower", "upper"):
        return r.words("hidden")
    if column in ("respondents", "response_rate") and r.text(
        "from_date"
    ):  # they would give »don't know« away
        return r.words("hidden")
    return DASH


def starts(readings: Sequence[Reading], words: Words) -> tuple[str, list[Any]]:
    """Head and cells of a column with the baseline's levels; the cells name their years where these differ."""
    head, cells = common_baseline(readings, words), []
    differ = len({r.baseline for r in readings}) > 1
    for r in readings:
        then, column = (r, "baseline_value") if r.several_years else (_then(r), "value")
        level = cell(then, column, signed=r.indicator.of is not None)
        cells.append(joined(level, f" ({r.baseline})") if differ else level)
    return head[:1].upper() + head[1:], cells


def _then(r: Reading) -> Reading:
    return read(r.report, r.name, r.text("area") or None, r.baseline_year)


def span(r: Reading, low: str, high: str) -> Any:
    """Two ends of a change's interval in one cell: −3.1 to +14.8."""
    if not r.has(low, high):
        return DASH
    if r.says_nothing(low.removesuffix("_lower")):
        return r.words("too few to say anything")
    text = r.words.say("{low} to {high}", low=r.cite(low, signed=True), high=r.cite(high, signed=True))
    return element("span", text, class_="nw")


def limits(r: Reading, low: str, high: str, *, signed: bool = False) -> tuple[Any, Any]:
    """The same two ends in cells of their own, as a table of figures has them."""
    if r.has(low, high) and r.says_nothing(low.removesuffix("_lower")):
        return r.words("too few to say anything"), DASH
    if not r.has(low, high):
        return DASH, DASH
    return r.cite(low, signed=signed), r.cite(high, signed=signed)


def limit_heads(interval: str, words: Words) -> list[str]:
    """The heads of those two cells."""
    return [
        words("{interval}, from").format(interval=interval),
        words("{interval}, to").format(interval=interval),
    ]


def year(r: Reading) -> Any:
    """The plan year as a row's name; the baseline year and provisional years say so."""
    if r.year in r.baseline_years:
        return r.words.say("{year} (baseline)", year=r.year)
    return r.words.say("{year} (provisional)", year=r.year) if r.text("provisional") == "yes" else str(r.year)
