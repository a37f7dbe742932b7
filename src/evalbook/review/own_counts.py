"""Small counts in an analyst's own files: what the reports would hide, named so that nobody publishes it unawares."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pandas as pd

from evalbook.approval.own_files import files
from evalkit.errors import Problem, fold

_PLACES: Final = tuple(
    {fold(word) for word in words.split()}
    for words in ("område afdeling sted area department place", "år planår dato year date")
)
"""What columns of an area and of a year are called."""


class UnreadableError(Exception):
    """A file that is no table, whatever its name says."""


def small_counts(root: Path, threshold: int) -> list[Problem]:
    """Tables with columns of area and year that hold counts from 1 to below the threshold, each with its first place."""
    return [found for path in files(root) for found in _small(path, root, threshold)]


def _small(path: Path, root: Path, threshold: int) -> Iterator[Problem]:
    name = path.relative_to(root).as_posix()
    try:
        tables = list(_tables(path))
    except UnreadableError as error:
        yield Problem(
            name,
            "",
            f"could not be read as a table ({error}).",
            "Look through it for small numbers yourself.",
        )
        return
    for sheet, table in tables:
        columns = {column: fold(column) for column in map(str, table.columns)}
        keys = [{c for c, folded in columns.items() if folded in words} for words in _PLACES]
        if not all(keys):
            continue
        for column in [c for c in columns if c not in keys[0] | keys[1]]:
            numbers = pd.to_numeric(table[column], errors="coerce")
            small = numbers.between(1, threshold - 1) & numbers.eq(numbers.round())
            if small.any():
                at = small.to_numpy().argmax() + 2  # counted as a spreadsheet does, under the heads
                more = f" and {small.sum() - 1} more" if small.sum() > 1 else ""
                yield Problem(
                    name,
                    f"{sheet}row {at}{more}, column {column!r}",
                    f"holds a count below {threshold}, which the reports would hide.",
                    "Own files are not looked through for small numbers: add up to fewer, larger groups.",
                )


def _tables(path: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    try:
        if path.suffix.casefold() in (".csv", ".tsv", ".txt"):
            yield "", pd.read_csv(path, sep=None, engine="python", encoding="utf-8-sig", dtype=str)
        elif path.suffix.casefold() in (".xlsx", ".xlsm"):
            for sheet, table in pd.read_excel(path, sheet_name=None, dtype=str).items():
                yield f"sheet {sheet!r}, ", table.rename(columns=str)
    except (ValueError, OSError, KeyError, csv.Error, zipfile.BadZipFile) as error:
        raise UnreadableError(str(error).splitlines()[0]) from error
