"""The releases of a workbook, as readers have them: the rows that were published.

A workbook is about the same people, whatever folder their figures stand in: so every release of real figures counts for
every real data set. Made-up figures are about nobody; their releases count for each other, and for nothing real.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.errors import Problem, ProblemsFound
from evalkit.results import RELEASES, TELL_COUNTS

LEDGER: Final = "run.json"
COUNTED: Final = "counted"
"""Where the ledger of a release says what each indicator counted (Indicator.counted)."""

_COUNTS: Final = ("numerator", "dont_know", "respondents", "invited", "denominator", "value")
_MOVED: Final = ("change", "stayers", "movers_in", "movers_out", "part_movers_in", "part_movers_out")
_TEXTS: Final = ("row", "indicator", "area", "year", "shown", "synthetic")


def read(root: Path, *, synthetic: bool) -> tuple[pd.DataFrame, ...]:
    """The published rows of every release of real, or of made-up, figures, oldest first.

    Index (indicator, area, year); shown [text]; numerator, dont_know, respondents, invited, denominator [people, NaN
    where nothing was printed], value, change, and who stayed and moved. Its attrs hold, by indicator, what was counted; nothing in releases of earlier forms.

    Raises ProblemsFound when the tables of a release cannot be read.
    """
    folders = sorted(path for path in (root / RELEASES).glob("*-*-*-*") if path.is_dir())
    return tuple(rows for made_up, rows in map(_rows, folders) if made_up == synthetic)


def _rows(folder: Path) -> tuple[bool, pd.DataFrame]:
    """Whether the figures of a release are made up, and its rows."""
    results, *others = (folder / f"{name}.csv" for name in TELL_COUNTS)
    table = _table(results)
    for more in filter(Path.is_file, others):  # in earlier forms results.csv alone held every column
        further = _table(more).set_index("row")
        table = table.join(further[[name for name in further if name not in table]], on="row")
    if not set(_TEXTS) <= set(table):
        raise _unreadable(results)
    try:
        numbers = {
            name: pd.to_numeric(table[name].fillna("").replace("", np.nan)) if name in table else np.nan
            for name in (*_COUNTS, *_MOVED)
        }
        keys = [table["indicator"], table["area"], table["year"].astype(int)]
    except (ValueError, TypeError):
        raise _unreadable(results) from None
    index = pd.MultiIndex.from_arrays(keys, names=["indicator", "area", "year"])
    made = pd.DataFrame(numbers, index=table.index).astype(float).assign(shown=table["shown"]).set_axis(index)
    made = made[~made.index.duplicated()]
    made.attrs[COUNTED] = _counted(folder / LEDGER)
    return table["synthetic"].eq("yes").any(), made


def _counted(ledger: Path) -> dict[str, Any]:
    if not ledger.is_file():
        return {}
    try:
        return dict(json.loads(ledger.read_text("utf-8")).get(COUNTED, {}))
    except (OSError, ValueError, TypeError, AttributeError):
        raise _unreadable(ledger) from None


def _table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError, csv.Error):
        raise _unreadable(path) from None


def _unreadable(path: Path) -> ProblemsFound:
    name = f"{RELEASES}/{path.parent.name}/{path.name}"
    said = "cannot be read as the release that it was, so nobody can say what its readers know."
    return ProblemsFound([Problem(name, "", said, "Take the release from where it was sent.")])
