"""Texts become columns with types, as the contract has them; whatever does not fit is a problem with its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from evalkit.errors import Problem, did_you_mean
from evalkit.schema import Column, Kind, Table

MOST = 20  # problems of one kind in one column that are listed; the rest are counted


def typed(raw: pd.DataFrame, table: Table, file: str, problems: list[Problem]) -> pd.DataFrame:
    """Columns with their types; problems are added for whatever does not fit the contract."""
    raw = raw.fillna("")  # a row that breaks off before its last column
    names = [column.name for column in table.columns]
    for extra in [name for name in raw.columns if name not in names]:
        problems.append(
            Problem(file, f"column {extra}", "is not in the contract.", did_you_mean(extra, names))
        )
    columns: dict[str, Any] = {}
    for column in table.columns:
        if column.name in raw.columns:
            columns[column.name] = _convert(
                _each(raw[column.name], str.strip).astype(str), column, file, problems
            )
        elif column.required:
            problems.append(Problem(file, f"column {column.name}", "is missing.", "See data/README.md."))
        else:
            default = pd.Series([column.default or ""] * len(raw), index=raw.index, dtype=str)
            columns[column.name] = _convert(default, replace(column, blank=True), file, problems)
    if table.figures and not set(table.figures) & set(raw.columns):
        problems.append(
            Problem(file, "", "has no column of figures.", f"It may have {', '.join(table.figures)}.")
        )
    frame = pd.DataFrame(columns, index=raw.index)
    for name in table.key:  # a group is named in every row, or nobody tells groups apart
        if table.column(name).listed and table.column(name).blank:
            some = frame[name].eq("") & frame[name].ne("").any()
            problems.extend(
                row_problems(
                    file,
                    name,
                    some,
                    frame[name],
                    "is empty, and other rows have one",
                    "A total beside its parts would count people twice: keep the rows of groups.",
                )
            )
    key = [name for name in table.key if name in frame]
    if key and len(key) == len(table.key):
        twice = frame.duplicated(key, keep="first")
        if twice.any():
            said = raw.loc[twice, key].agg(" ".join, axis=1)
            problems.extend(row_problems(file, ", ".join(key), twice, said, "stands twice", "Keep one row."))
    for part, whole in table.at_most:
        if part in frame and whole in frame:
            over = frame[part] > frame[whole]
            said = frame[part].astype(str) + " of " + frame[whole].astype(str)
            problems.extend(
                row_problems(file, part, over, said, f"is more than {whole}", "Are the two swapped?")
            )
    return frame


_PATTERN: dict[Kind, tuple[str, str]] = {
    "whole": (r"-?\d+", "a whole number, e.g. 12"),
    "number": (r"-?\d+(\.\d+)?([eE][-+]?\d+)?", "a number with decimal point, e.g. 12.5"),
    "year": (r"(19|20)\d\d", "a year, e.g. 2018"),
    "quarter": (r"(19|20)\d\dQ[1-4]", "a quarter, e.g. 2018Q4"),
    "date": (r"(19|20)\d\d-\d\d-\d\d", "a date, e.g. 2018-10-01"),
    "text": (r".+", "a text"),
}


def _convert(given: pd.Series, column: Column, file: str, problems: list[Problem]) -> pd.Series:
    pattern, wanted = _PATTERN[column.kind]
    blank = given == ""
    if not column.blank:
        problems.extend(row_problems(file, column.name, blank, given, "is empty", f"Type {wanted}."))
    fits = re.compile(pattern).fullmatch
    wrong = ~blank & ~_each(given, lambda text: fits(text) is not None).astype(bool)
    if column.kind == "date":
        days = pd.to_datetime(given.where(~(wrong | blank)), format="%Y-%m-%d", errors="coerce")
        wrong |= days.isna() & ~blank
    problems.extend(
        row_problems(
            file, column.name, wrong, given, f"is not {wanted}", "Correct it, or use `evalkit import`."
        )
    )
    if column.allowed:
        unknown = ~blank & ~wrong & ~given.isin(column.allowed)
        problems.extend(
            row_problems(
                file, column.name, unknown, given, "is not allowed", f"Allowed: {', '.join(column.allowed)}."
            )
        )
    if column.kind == "date":
        return days
    if column.kind in ("whole", "number", "year"):
        numbers = pd.to_numeric(given.where(~(wrong | blank)), errors="coerce")
        if column.minimum is not None:
            low = numbers < column.minimum
            problems.extend(
                row_problems(file, column.name, low, given, f"is below {column.minimum:g}", "Correct it.")
            )
        whole = column.kind != "number" and not numbers.isna().any()
        return numbers.astype("int64") if whole else numbers.astype("float64")
    return given


def _each(given: pd.Series, function: Callable[[str], Any]) -> pd.Series:
    """A function of each text, called once for equal ones: a column of a register holds few different texts."""
    return given.map({text: function(text) for text in given.unique()})


def row_problems(
    file: str, column: str, wrong: pd.Series, given: pd.Series, what: str, advice: str | Sequence[str]
) -> Iterator[Problem]:
    """One problem a row; row 1 is the header, as a spreadsheet counts. `advice`, or the names that are known."""
    places = wrong.index[wrong.to_numpy(dtype=bool)]
    for i in places[:MOST]:
        advised = advice if isinstance(advice, str) else did_you_mean(str(given[i]), advice)
        yield Problem(file, f"row {i + 2}, column {column}", f"{given[i]!r} {what}.", advised)
    if len(places) > MOST:
        yield Problem(file, f"column {column}", f"{len(places) - MOST} more rows like these.")
