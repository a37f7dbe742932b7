"""The published rows as files to download: four tables as CSV, the same as one workbook, and what their columns mean."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from xlsxwriter import Workbook

from evalbook.site.context import Overview
from evalkit.terms import ROW_COLUMNS

DIGITS: Final = 6
"""Significant digits of a published number: more than any interval bears, too few to solve for a hidden count."""

_PREFIX: Final = "verdict_"
READINGS: Final = ("verdict_holm", "verdict_linear", "verdict_statcan", "verdict_unsd", "verdict_istat")

_RESULTS: Final = (
    "row", "indicator", "area", "year", "statistic", "unit", "shown", "hidden_by", "numerator", "denominator",
    "value", "lower", "upper", "method", "change_kind", "change", "change_lower", "change_upper", "p_value",
    "target", "target_reached", "verdict", "verdict_rule", "comparator", "comparator_change", "effect",
    "effect_lower", "effect_upper", "evidence_level", "series_break", "provisional", "source", "note", "synthetic",
)  # fmt: skip
_CALCULATIONS: Final = (
    "row", "level", "respondents", "invited", "response_rate", "dont_know", "from_date", "to_date", "effective_n",
    "design_effect", "baseline_year", "baseline_numerator", "baseline_denominator", "baseline_value", "dispersion",
    "df", "trend", "trend_lower", "trend_upper", "detectable", "planned_change", "target_linear", "delta",
    "judged_on", "p_holm",
)  # fmt: skip
_MOVERS: Final = (
    "row",
    "stayers",
    "movers_in",
    "movers_out",
    "part_stayers",
    "part_movers_in",
    "part_movers_out",
)
_ELSEWHERE: Final = {*_RESULTS, *_CALCULATIONS, *_MOVERS, *READINGS} - {"row"}
_COMPARISONS: Final = ("row", *(name for name in ROW_COLUMNS if name not in _ELSEWHERE and name != "row"))


@dataclass(frozen=True)
class Table:
    """One file: its columns, and what it holds (an English message of the catalogue)."""

    columns: tuple[str, ...]
    about: str


TABLES: Final[Mapping[str, Table]] = {
    "results": Table(_RESULTS, "Every figure shown, one row for each; text with commas, UTF-8"),
    "calculations": Table(
        _CALCULATIONS, "What the figures rest on: answers, baseline, spread, trend and plan"
    ),
    "comparisons": Table(
        _COMPARISONS, "The comparison with other areas in more ways: years before, other baselines, lots"
    ),
    "readings": Table(
        ("row", "reading", "verdict"), "The verdict under other readings and by the rules of other offices"
    ),
    "movers": Table(_MOVERS, "Who stayed and who moved, where a change of a register share can be split"),
}
"""The files by name. Every column of the rows stands in one of them; `row` joins them."""

OWN_COLUMNS: Final = {
    "reading": "which other reading: `holm`, `linear`, or the office whose rule it is (`statcan`, `unsd`, `istat`)"
}
"""Columns of a file that are none of the rows."""

_LONG_AGO: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The time of writing inside the workbook: today's would change the bytes of an unchanged publication."""


def tables(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows split into the files of TABLES, numbers to six significant digits; a row stands where it says something."""
    rounded = rows[list(ROW_COLUMNS)].copy()
    numbers = [name for name in rounded if pd.api.types.is_float_dtype(rounded[name])]
    rounded[numbers] = rounded[numbers].apply(_to_digits)
    texts = [name for name in rounded if not pd.api.types.is_numeric_dtype(rounded[name])]
    rounded[texts] = rounded[texts].map(_guarded)
    found = {"results": rounded[list(_RESULTS)]}
    for name in ("calculations", "comparisons", "movers"):
        part = rounded[list(TABLES[name].columns)]
        said = part.drop(columns="row").replace("", np.nan).notna()
        found[name] = part[said.any(axis=1)]
    long = rounded[["row", *READINGS]].melt("row", var_name="reading", value_name="verdict")
    long["reading"] = long["reading"].str.removeprefix(_PREFIX)
    order = {row: at for at, row in enumerate(rounded["row"])}
    long = long[long["verdict"].astype(str).ne("") & long["verdict"].notna()]
    found["readings"] = long.sort_values("row", key=lambda row: row.map(order), kind="stable")
    return {name: found[name].reset_index(drop=True) for name in TABLES}


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
    columns.set_column("C:C", 90)
    lines = [(name, column, meaning(column)) for name, one in TABLES.items() for column in one.columns]
    for number, (name, column, said) in enumerate(lines):
        columns.write_row(number, 0, [name, column, words(said).replace("`", "")])
    book.close()
    return out.getvalue()


def datapackage(site: Overview, parts: Mapping[str, pd.DataFrame]) -> bytes:
    """The tables described for programs, as a Data Package (Frictionless, version 1)."""
    words = site.words
    resources = [
        {
            "name": name,
            "path": f"{name}.csv",
            "description": words(TABLES[name].about),
            "encoding": "utf-8",
            "schema": {
                "fields": [
                    {
                        "name": str(column),
                        "type": _type(part[column]),
                        "description": words(meaning(str(column))),
                    }
                    for column in part
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


def meaning(column: str) -> str:
    """What a column of a file means: an English message of the catalogue."""
    return ROW_COLUMNS.get(column) or OWN_COLUMNS[column]


def _type(column: pd.Series) -> str:
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    return "number" if pd.api.types.is_float_dtype(column) else "string"


def _to_digits(column: pd.Series) -> pd.Series:
    """Numbers to six significant digits; whole numbers keep all of theirs."""
    values = column.to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        magnitude = np.floor(np.log10(np.abs(values)))
    places = np.where(np.isfinite(magnitude), DIGITS - 1 - magnitude, 0).astype(int)
    rounded = [
        round(value, max(place, 0)) if math.isfinite(value) else value
        for value, place in zip(values, places, strict=True)
    ]
    return pd.Series(rounded, index=column.index, dtype=float)


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


def _guarded(value: Any) -> Any:
    """Text that a spreadsheet could take for a formula keeps its sign as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(tuple("=+-@\t\r")) else value


def _cell(value: Any) -> Any:
    """Empty for what is not there."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value == "":
        return None
    return value.item() if hasattr(value, "item") else value
