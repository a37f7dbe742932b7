"""The published rows as files to download: tables as CSV, the same as one workbook, and what their columns mean."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from xlsxwriter import Workbook

from evalbook.site.context import Overview
from evalkit.results import FILES, READINGS, ROW_COLUMNS, TEXT, YEAR, Column, columns_of, ends_of

_PREFIX: Final = "verdict_"
_READING: Final = Column(
    "reading",
    READINGS,
    TEXT,
    "which other reading: `holm`, `linear`, or the office whose rule it is (`statcan`, `unsd`, `istat`)",
)
_BORNE: Final = 1e-4
"""Part of its interval's width that a number is published to: a reader rounds it further and gets what the page says."""

TABLES: Final[Mapping[str, list[Column]]] = {name: columns_of(name) for name in FILES} | {
    READINGS: [ROW_COLUMNS["row"], _READING, ROW_COLUMNS["verdict"]]
}
"""The columns of each file. Every column of the rows stands in one of them; `row` joins them."""

_SIGNS: Final = tuple("=+-@＝＋－＠")
"""How a text begins that a spreadsheet may take for a formula (OWASP, CSV injection)."""
_LONG_AGO: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The time of writing inside the workbook: today's would change the bytes of an unchanged publication."""


def tables(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows split into the files, numbers to what their intervals bear; a row stands where it says something."""
    given = rounded(rows[list(ROW_COLUMNS)])
    texts = [name for name, column in ROW_COLUMNS.items() if column.is_text]
    given[texts] = given[texts].map(_guarded)
    found = {}
    for name, columns in TABLES.items():
        if name == READINGS:
            found[name] = _readings(given)
            continue
        part = given[[column.name for column in columns]]
        said = part.drop(columns="row").replace("", np.nan).notna()
        found[name] = part[said.any(axis=1)].reset_index(drop=True)
    return found


def _readings(rows: pd.DataFrame) -> pd.DataFrame:
    """One line for each row and other reading that has a verdict."""
    names = [column.name for column in columns_of(READINGS) if column.name != "row"]
    long = rows[["row", *names]].melt("row", var_name="reading", value_name="verdict")
    long["reading"] = long["reading"].str.removeprefix(_PREFIX)
    order = {row: at for at, row in enumerate(rows["row"])}
    long = long[long["verdict"].astype(str).ne("") & long["verdict"].notna()]
    return long.sort_values("row", key=lambda row: row.map(order), kind="stable").reset_index(drop=True)


def wide(parts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The rows of the files put together again, as texts, with every column of the rows; what no file holds is empty.

    Also reads the form of earlier editions, in which results.csv alone held every column.
    """
    rows = parts["results"].set_index("row", drop=False)
    for name, part in parts.items():
        if name == "readings":
            part = part.pivot(index="row", columns="reading", values="verdict").add_prefix(_PREFIX)
        elif name != "results":
            part = part.set_index("row")
        else:
            continue
        rows = rows.join(part[[column for column in part if column not in rows]])
    return rows.reindex(columns=list(ROW_COLUMNS)).astype(object).fillna("")


def csv(table: pd.DataFrame) -> bytes:
    """A table as text: UTF-8, comma, point."""
    text: str = table.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8")


def xlsx(site: Overview, parts: Mapping[str, pd.DataFrame]) -> bytes:
    """The tables as a workbook: a sheet that says what it is, one for each table, and what the columns mean."""
    words, out = site.words, io.BytesIO()
    # Nothing is guessed from a text: "=…" is no formula, and an address no link.
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"author": "evalkit", "created": _LONG_AGO})
    about = book.add_worksheet(words("Read me"))
    about.set_column("A:A", 100)
    about.write_column("A1", _about(site))
    bold = book.add_format({"bold": True})
    for name, part in parts.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes("B2")
        sheet.set_column("A:A", 34)
        sheet.autofilter(0, 0, max(len(part), 1), len(part.columns) - 1)
        sheet.write_row("A1", list(part.columns), bold)
        for number, row in enumerate(part.itertuples(index=False, name=None), start=1):
            for place, value in enumerate(map(_cell, row)):
                if value is not None:
                    sheet.write(number, place, value)
    columns = book.add_worksheet("columns")
    columns.set_column("A:B", 24)
    columns.set_column("C:C", 30)
    columns.set_column("D:D", 90)
    lines = [(name, column) for name, one in TABLES.items() for column in one]
    for number, (name, column) in enumerate(lines):
        said = [name, column.name, *(words(one).replace("`", "") for one in (column.unit, column.meaning))]
        columns.write_row(number, 0, said)
    book.close()
    return out.getvalue()


def datapackage(site: Overview, parts: Mapping[str, pd.DataFrame]) -> bytes:
    """The tables described for programs, as a Data Package (Frictionless, version 1)."""
    words = site.words
    resources = [
        {
            "name": name,
            "path": f"{name}.csv",
            "description": words(FILES[name]),
            "encoding": "utf-8",
            "schema": {
                "fields": [
                    {
                        "name": column.name,
                        "type": _type(part[column.name]),
                        "unit": words(column.unit),
                        "description": words(column.meaning),
                    }
                    for column in TABLES[name]
                ],
                "missingValues": [""],
            },
        }
        for name, part in parts.items()
    ]
    content = {
        "name": "results",
        "title": site.plan.name,
        "description": " ".join(_about(site)),
        "resources": resources,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _type(column: pd.Series) -> str:
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    return "number" if pd.api.types.is_float_dtype(column) else "string"


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every number to the digits that it bears; whole numbers keep all of theirs, and none becomes 0.

    A number with an interval is kept to a ten-thousandth of the interval's width, with two significant digits at
    least, so that an end just short of no change does not become no change; all have at most their column's digits.
    """
    made = rows.copy()
    for name, column in ROW_COLUMNS.items():
        if name in rows and not column.is_text and column.unit != YEAR:
            made[name] = _to_places(rows[name].to_numpy(float), places(rows, column))
    return made


def places(rows: pd.DataFrame, column: Column) -> np.ndarray:
    """Decimals that a column is published with, row by row."""
    with np.errstate(divide="ignore", invalid="ignore"):
        magnitude = np.floor(np.log10(np.abs(rows[column.name].to_numpy(float))))
        most = column.digits - 1 - magnitude
        if not column.interval:
            return most
        lower, upper = (rows[end].to_numpy(float) for end in ends_of(column.interval))
        borne = -np.floor(np.log10((upper - lower) * _BORNE))
    return np.fmin(most, np.fmax(np.where(np.isfinite(borne), borne, np.inf), 1 - magnitude))


def _to_places(values: np.ndarray, decimals: np.ndarray) -> list[float]:
    return [
        round(value, max(int(place), 0)) if math.isfinite(value) and math.isfinite(place) else value
        for value, place in zip(values.tolist(), decimals.tolist(), strict=True)
    ]


def _about(site: Overview) -> list[str]:
    words = site.words
    lines = [f"{site.plan.name}: {words('published figures')}", site.release]
    if site.synthetic:
        lines.append(
            words(
                "MADE-UP FIGURES: they say nothing about the real areas. Rows with synthetic = no are official figures."
            )
        )
    lines.append(
        words(
            "Each row has the name indicator.area.year. Shares are numbers between zero and one; rates are per 1,000."
        )
    )
    return lines


def _guarded(value: Any) -> Any:
    """Text on one line; where a spreadsheet could take it for a formula, it keeps its sign as text."""
    if not isinstance(value, str):
        return value
    text = " ".join(
        value.splitlines()
    )  # a carriage return alone is not quoted in a CSV: what follows would be a cell
    return f"'{text}" if text.lstrip().startswith(_SIGNS) else text


def _cell(value: Any) -> Any:
    """Empty for what is not there."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value == "":
        return None
    return value.item() if hasattr(value, "item") else value
