"""How a table is built: caption, headers with scope, cells that cite their row or say why there is no number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from evalkit.report import Report
from evalkit.terms import Shown
from evalkit.text.html import Block, element, html_of, joined, plain
from evalkit.text.marks import mark
from evalkit.text.numbers import DASH
from evalkit.text.reading import Reading, common_baseline, read
from evalkit.text.words import Sentence, Words


def table(
    caption: Any,
    head: Sequence[Any],
    body: Iterable[Sequence[Any]],
    *,
    class_: str | None = None,
    label: str,
    now: int | None = None,
) -> Block:
    """A table that scrolls sideways by itself; the first cell of each row is its header, row `now` is marked.

    A table of class words or figures has names for rows: on a narrow screen each row becomes a short block, in which
    every cell says its column's name. The roles keep such a row a row for a screen reader.
    """
    if class_:
        return _of_words(caption, head, body, f"{class_} stack", label)
    top = element("tr", *(element("th", name, scope="col") for name in head))
    rows = [
        element(
            "tr",
            element("th", cells[0], scope="row"),
            *(element("td", cell) for cell in cells[1:]),
            class_="now" if i == now else None,
        )
        for i, cells in enumerate(body)
    ]
    return _scrolling(
        element("table", element("caption", caption), element("thead", top), element("tbody", *rows)), label
    )


def _of_words(
    caption: Any, head: Sequence[Any], body: Iterable[Sequence[Any]], class_: str, label: str
) -> Block:
    names = [plain(html_of(name)) for name in head]
    top = element(
        "tr",
        *(
            element("th", name, scope="col", role="columnheader")
            if html_of(name)
            else element("td", role="cell")
            for name in head
        ),
        role="row",
    )
    rows = [
        element(
            "tr",
            element("th", cells[0], scope="row", role="rowheader"),
            *(
                element("td", one, role="cell", data_label=name)
                for name, one in zip(names[1:], cells[1:], strict=True)
            ),
            role="row",
        )
        for cells in body
    ]
    return _scrolling(
        element(
            "table",
            element("caption", caption),
            element("thead", top, role="rowgroup"),
            element("tbody", *rows, role="rowgroup"),
            class_=class_,
            role="table",
        ),
        label,
    )


def _scrolling(inner: Block, label: str) -> Block:
    return element("div", inner, class_="scroll", role="region", tabindex="0", aria_label=label)


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


def span(r: Reading, low: str, high: str, *, signed: bool = False) -> Any:
    """Two ends of an interval: 57.5–69.6, or »−3.1 to +14.8« where there are signs."""
    if not r.has(low, high):
        return DASH
    if r.says_nothing(low.removesuffix("_lower")):
        return r.words("too few to say anything")
    ends = {"low": r.cite(low, signed=signed), "high": r.cite(high, signed=signed)}
    text = r.words.say("{low} to {high}", **ends) if signed else Sentence("{low}–{high}", ends)
    return element("span", text, class_="nw")


def year(r: Reading) -> Any:
    """The plan year as a row's name; the baseline year and provisional years say so."""
    if r.year in r.baseline_years:
        return r.words.say("{year} (baseline)", year=r.year)
    return r.words.say("{year} (provisional)", year=r.year) if r.text("provisional") == "yes" else str(r.year)
