"""The published rows as files to download: results.csv and results.xlsx, the same bytes for the same rows."""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import Any, Final

from xlsxwriter import Workbook

from evalbook.site.context import Overview
from evalkit.terms import ROW_COLUMNS

_LONG_AGO: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The time of writing inside the workbook: today's would change the bytes of an unchanged publication."""


def csv(site: Overview) -> bytes:
    """Every published row with full precision: UTF-8, comma, point; the column `synthetic` says what is made up."""
    text: str = site.rows.to_csv(index=False, columns=list(ROW_COLUMNS), lineterminator="\n")
    return text.encode("utf-8")


def xlsx(site: Overview) -> bytes:
    """The same rows as a workbook: a sheet that says what it is, the rows, and what the columns mean."""
    words, out = site.words, io.BytesIO()
    # Nothing is guessed from a text: "=…" is no formula, and an address no link.
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"author": "evalkit", "created": _LONG_AGO})
    about = book.add_worksheet(words("Read me"))
    about.set_column("A:A", 100)
    about.write_column("A1", _about(site))
    sheet = book.add_worksheet("results")
    sheet.freeze_panes("B2")
    sheet.set_column("A:A", 34)
    sheet.autofilter(0, 0, len(site.rows), len(ROW_COLUMNS) - 1)
    sheet.write_row("A1", list(ROW_COLUMNS), book.add_format({"bold": True}))
    for number, row in enumerate(site.rows[list(ROW_COLUMNS)].itertuples(index=False, name=None), start=1):
        for column, value in enumerate(map(_cell, row)):
            if value is not None:
                sheet.write(number, column, value)
    columns = book.add_worksheet("columns")
    columns.set_column("A:A", 24)
    columns.set_column("B:B", 90)
    for number, (name, meaning) in enumerate(ROW_COLUMNS.items()):
        columns.write_row(number, 0, [name, words(meaning).replace("`", "")])
    book.close()
    return out.getvalue()


def _about(site: Overview) -> list[str]:
    words = site.words
    lines = [f"{site.plan.name}: {words('published figures')}", site.release]
    if site.synthetic:
        lines.append(
            words(
                "SYNTHETIC DATA – they say nothing about the real areas. Rows with synthetic = no are official figures."
            )
        )
    lines.append(
        words(
            "Each row has the name indicator.area.year. Shares are numbers between zero and one; rates are per 1,000."
        )
    )
    return lines


def _cell(value: Any) -> Any:
    """Empty for what is not there; text that Excel could take for a formula keeps its sign as text."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value == "":
        return None
    if isinstance(value, str) and value[:1] in "=+-@":
        return f"'{value}"
    return value.item() if hasattr(value, "item") else value
