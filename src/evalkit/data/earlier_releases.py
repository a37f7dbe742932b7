"""The releases of a workbook that were made from one data set, as readers have them: the rows that were published."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from evalkit.errors import Problem, ProblemsFound
from evalkit.results import CALCULATIONS, RELEASES, RESULTS

_COUNTS: Final = ("numerator", "dont_know", "respondents", "invited", "denominator", "value")
_TEXTS: Final = ("row", "indicator", "area", "year", "shown")


def read(root: Path, data: str) -> tuple[pd.DataFrame, ...]:
    """The published rows of every release of the data set in folder `data`, oldest first.

    Index (indicator, area, year); shown [text]; numerator, dont_know, respondents, invited, denominator [people, NaN
    where nothing was printed] and value.

    Raises ProblemsFound when the tables of a release cannot be read.
    """
    folders = sorted(path for path in (root / RELEASES).glob("*-*-*-*") if path.is_dir())
    return tuple(_rows(folder) for folder in folders if _data(folder) == data)


def _data(folder: Path) -> str:
    """Name of the data set that a release was made from; ProblemsFound where the release does not say."""
    try:
        return str(json.loads((folder / "run.json").read_text(encoding="utf-8"))["run"]["data"])
    except (OSError, ValueError, KeyError, TypeError):
        raise _unreadable(folder / "run.json") from None


def _rows(folder: Path) -> pd.DataFrame:
    results, more = folder / f"{RESULTS}.csv", folder / f"{CALCULATIONS}.csv"
    table = _table(results)
    if more.is_file():  # in earlier forms results.csv alone held every column
        further = _table(more).set_index("row")
        table = table.join(further[[name for name in further if name not in table]], on="row")
    if not set(_TEXTS) <= set(table):
        raise _unreadable(results)
    try:
        numbers = {
            name: pd.to_numeric(table[name].fillna("").replace("", np.nan)) if name in table else np.nan
            for name in _COUNTS
        }
        keys = [table["indicator"], table["area"], table["year"].astype(int)]
    except (ValueError, TypeError):
        raise _unreadable(results) from None
    index = pd.MultiIndex.from_arrays(keys, names=["indicator", "area", "year"])
    made = pd.DataFrame(numbers, index=table.index).astype(float).assign(shown=table["shown"]).set_axis(index)
    return made[~made.index.duplicated()]


def _table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError, csv.Error):
        raise _unreadable(path) from None


def _unreadable(path: Path) -> ProblemsFound:
    name = f"{RELEASES}/{path.parent.name}/{path.name}"
    said = "cannot be read as the release that it was, so nobody can say what its readers know."
    return ProblemsFound([Problem(name, "", said, "Take the release from where it was sent.")])
