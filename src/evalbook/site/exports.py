"""The published rows as files to download: results.csv and results.xlsx, the same bytes for the same rows."""

from __future__ import annotations

import io
import math
import re
import zipfile
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from evalbook.site.context import Overview
from evalkit.terms import ROW_COLUMNS

_LONG_AGO: Final = b"2000-01-01T00:00:00Z"
"""The time of writing inside the workbook: today's would change the bytes of an unchanged publication."""


def csv(site: Overview) -> bytes:
    """Every published row with full precision: UTF-8, comma, point; the column `synthetic` says what is made up."""
    text: str = site.rows.to_csv(index=False, columns=list(ROW_COLUMNS), lineterminator="\n")
    return text.encode("utf-8")


def xlsx(site: Overview) -> bytes:
    """The same rows as a workbook: a sheet that says what it is, the rows, and what the columns mean."""
    words, book = site.words, Workbook(write_only=True)
    about = book.create_sheet(words("Read me"))
    about.column_dimensions["A"].width = 100
    for line in _about(site):
        about.append([line])
    sheet = book.create_sheet("results")
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 34
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(ROW_COLUMNS))}{len(site.rows) + 1}"
    sheet.append([_bold(sheet, name) for name in ROW_COLUMNS])
    for row in site.rows[list(ROW_COLUMNS)].itertuples(index=False, name=None):
        sheet.append([_cell(value) for value in row])
    columns = book.create_sheet("columns")
    columns.column_dimensions["A"].width, columns.column_dimensions["B"].width = 24, 90
    for name, meaning in ROW_COLUMNS.items():
        columns.append([name, words(meaning).replace("`", "")])
    book.properties.creator = "evalkit"
    out = io.BytesIO()
    book.save(out)
    return _still(out.getvalue())


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


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _cell(value: Any) -> Any:
    """Empty for what is not there; text that Excel could take for a formula keeps its sign as text."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value == "":
        return None
    if isinstance(value, str) and value[:1] in "=+-@":
        return f"'{value}"
    return value.item() if hasattr(value, "item") else value


def _still(book: bytes) -> bytes:
    """The workbook without the time it was written at."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            still = zipfile.ZipInfo(entry.filename, date_time=(2000, 1, 1, 0, 0, 0))
            still.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(still, re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", _LONG_AGO, old.read(entry.filename)))
    return out.getvalue()
