"""A table of an analyst's own in the house's frame: caption, heads with scope, Danish numbers and the mark of made-up data."""

from __future__ import annotations

import re
import zlib
from copy import deepcopy
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any

import pandas as pd
from babel.numbers import format_decimal
from pandas.io.formats.style import Styler

from evalkit.errors import NoTable
from evalkit.report import latest, made_up
from evalkit.tables.markup import table
from evalkit.text.html import Block, element, html_of, joined
from evalkit.text.words import gettext_for


@dataclass(frozen=True, repr=False)
class Table(Block):
    """A table on a page, and the numbers in it."""

    data: pd.DataFrame = field(default_factory=pd.DataFrame, compare=False)


def show(
    frame: pd.DataFrame | pd.Series | Styler,
    *,
    caption: str,
    source: str = "",
    decimals: int = 1,
    synthetic: bool | None = None,
) -> Table:
    """A table of one's own in the house's frame; a Styler keeps its colours and its own way of writing numbers.

    Parameters
    ----------
    frame
        A DataFrame, a Series, or a Styler. An index that is only numbered is left out.
    caption, source
        What the table shows; where its numbers come from.
    decimals
        Of numbers that are not whole.
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
    said = joined(caption, words("Made-up figures.") if synthetic else None, between=" ")
    if isinstance(frame, Styler):
        made = Block(_styled(frame, said, caption, language))
    else:
        numbered = isinstance(data.index, pd.RangeIndex)
        flat = data if numbered else data.reset_index()
        head = [" · ".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in flat.columns]
        if not numbered and data.index.name is None and len(head) == len(data.columns) + 1:
            head[0] = ""
        body = [[written(value, language, decimals) for value in row] for row in flat.itertuples(index=False)]
        made = table(said, head, body, label=caption)
    below = element("p", f"{words('Source')}: {source}", class_="src") if source else None
    return Table(joined(made, below).html, data)


def written(value: Any, language: str, decimals: int = 1) -> str:
    """A cell as text, with the minus sign that a spreadsheet reads."""
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return "–"
    if isinstance(value, bool) or not isinstance(value, Real):
        return str(value)
    form = "#,##0" if isinstance(value, Integral) else "#,##0" + ("." + "0" * decimals if decimals else "")
    amount = int(value) if isinstance(value, Integral) else float(value)
    text: str = format_decimal(amount, format=form, locale="da" if language == "da" else "en_GB")
    return text.replace("\u2212", "-")


def _styled(styler: Styler, caption: Any, name: str, language: str) -> str:
    """The Styler's own table with a caption; its ids are the same each time."""
    styler = deepcopy(styler).set_uuid(f"{zlib.crc32(name.encode()):08x}")
    html: str = styler.set_caption("").to_html()
    put = f"<caption>{html_of(caption)}</caption>"
    html = re.sub(r"<caption>.*?</caption>", "", html, flags=re.S)
    return re.sub(r"<table[^>]*>", lambda tag: tag[0] + put, html, count=1)
