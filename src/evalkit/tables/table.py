"""Every table: a DataFrame, its face by pandas' Styler with the house's template, and what stands in its cells."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd
from pandas.io.formats.style import Styler

from evalkit.errors import NoTable
from evalkit.report import Report, latest, made_up
from evalkit.terms import Shown
from evalkit.text.html import Block, element, html_of, joined, plain, raw
from evalkit.text.marks import mark
from evalkit.text.numbers import DASH, MINUS, Cited
from evalkit.text.reading import Reading, common_baseline, read
from evalkit.text.words import Words, gettext_for

_House: Final[type[Styler]] = Styler.from_custom_template(
    str(Path(__file__).parent / "templates"), html_table="table.html.j2"
)
STACKED: Final = 60
"""Rows; a longer table of figures scrolls sideways on a narrow screen: as blocks its rows would be thousands of lines."""
_MARKS: Final = {"da": {"decimal": ",", "thousands": "."}, "en": {"decimal": ".", "thousands": ","}}


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

    A table of class words or figures becomes blocks on a narrow screen, but for a long one of figures. In one of words,
    numbers have the minus of print, elsewhere the one that a spreadsheet reads.
    """
    rows = [list(row) for row in body]
    names = [plain(html_of(name)) for name in head]
    made: Any = html_of if "words" in (class_ or "") else _for_a_spreadsheet
    stacks = bool(class_) and (len(rows) <= STACKED or class_ != "figures")
    face = _House(pd.DataFrame(rows, columns=range(len(head)), dtype=object), cell_ids=False)
    face.format(made).format_index(lambda i: html_of(head[i]), axis=1).hide(axis="index")
    html = face.set_caption(html_of(caption)).to_html(
        exclude_styles=True, class_=class_, stacks=stacks, names=names, now=now
    )
    data = pd.DataFrame([[_value(cell) for cell in row] for row in rows], columns=names)
    return replace(_scrolling(html, label), frames=(data,))


def report_table(
    report: Report,
    caption: Any,
    head: Sequence[Any],
    body: Iterable[Sequence[Any]],
    *,
    official: bool = False,
    **how: Any,
) -> Block:
    """A table in a report: its caption begins with the mark of made-up figures, or of real ones where it has both."""
    return table(joined(mark(report, official=official), caption, between=" "), head, body, **how)


def show(
    frame: pd.DataFrame | pd.Series | Styler,
    *,
    caption: str,
    source: str = "",
    decimals: int = 1,
    synthetic: bool | None = None,
) -> Block:
    """A table of one's own in the house's frame; a Styler keeps its colours and its own way of writing numbers.

    Parameters
    ----------
    frame
        A DataFrame, a Series, or a Styler. An index that is only numbered is left out.
    caption, source
        What the table shows; where its numbers come from.
    decimals
        Of numbers in a column where they are not all whole.
    synthetic
        Whether they are made up; unless given, as in the report that was loaded last.

    Raises
    ------
    NoTable
        It is no table, it is empty or has no caption, or no report says whether its numbers are made up.
    """
    data = frame.data if isinstance(frame, Styler) else frame
    if isinstance(data, pd.Series):
        data = data.to_frame(data.name if data.name is not None else "value")
    if not isinstance(data, pd.DataFrame):
        raise NoTable(f"tables.show takes a DataFrame, a Series or a Styler, not {type(frame).__name__}.")
    if data.empty:
        raise NoTable("The table is empty. Look at what was read or selected before it.")
    if not caption.strip():
        raise NoTable('A table needs a caption that says what it shows: caption="…".')
    report = latest()
    synthetic = made_up(synthetic, NoTable)
    language = report.language if report else "da"
    words = gettext_for(language)
    face = deepcopy(frame) if isinstance(frame, Styler) else _plain_face(data, language, decimals)
    face.template_html_table = _House.template_html_table
    face.set_uuid(f"{zlib.crc32(caption.encode()):08x}")
    stop = "" if caption.rstrip()[-1] in ".?!:" else "."
    said = (
        joined(f"{caption.rstrip()}{stop}", words("Made-up figures."), between=" ")
        if synthetic
        else joined(caption)
    )
    html = face.set_caption(said.html).to_html(exclude_styles=not isinstance(frame, Styler))
    below = element("p", f"{words('Source')}: {source}", class_="src") if source else None
    return replace(joined(_scrolling(html, caption), below), frames=(data,))


def _plain_face(data: pd.DataFrame, language: str, decimals: int) -> Styler:
    """A DataFrame as it is read: its numbers in the language's way, its index a column where it holds more than a count."""
    numbered = isinstance(data.index, pd.RangeIndex)
    flat = data if numbered else data.reset_index()
    names = [" · ".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in flat.columns]
    if not numbered and data.index.name is None and data.index.nlevels == 1:
        names[0] = ""
    face = Styler(flat.set_axis(range(len(names)), axis=1)).hide(axis="index")
    for i in range(len(names)):
        column = flat.iloc[:, i]
        whole = pd.api.types.is_numeric_dtype(column) and column.dropna().mod(1).eq(0).all()
        face.format(
            subset=[i], precision=0 if whole else decimals, na_rep=DASH, escape="html", **_MARKS[language]
        )
    return face.format_index(lambda i: html_of(names[i]), axis=1)


def _for_a_spreadsheet(cell: Any) -> str:
    return html_of(cell).replace(MINUS, "-")


def _value(cell: Any) -> Any:
    """What a cell holds: a number in the unit it is shown in, nothing for a dash, or its words."""
    if isinstance(cell, Cited):
        return cell.value * cell.scale
    return float("nan") if cell == DASH else plain(html_of(cell))


def _scrolling(html: str, label: str) -> Block:
    return element("div", raw(html), class_="scroll", role="region", tabindex="0", aria_label=label)


# ---- cells: numbers that cite their row, or the word for why there is none ------------------------


def folded(summary: Any, *content: Any) -> Block:
    """A part that opens on demand; paper leaves it out, but for the annex."""
    return element("details", element("summary", summary), *content)


def see_numbers(words: Words, title: str) -> Block:
    """»See the numbers« of what; the eye sees the figure above, so only a screen reader is told."""
    return joined(words("See the numbers"), element("span", f": {title}", class_="vh"))


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
