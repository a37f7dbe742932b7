"""One frame for all indicators: a row for every indicator, area and year, and what stands beside a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.estimates.statistics import Statistic
from evalkit.plan import Plan

KEYS: Final = ("indicator", "area", "year")


def keys(frame: pd.DataFrame, *names: str) -> tuple[pd.Index, ...]:
    """Values of the index, row by row: those named, else indicator, area and year."""
    return tuple(frame.index.get_level_values(name) for name in names or KEYS)


def beside(
    frame: pd.DataFrame, columns: Sequence[str], rows: pd.Index | None = None, **at: Any
) -> pd.DataFrame:
    """The cells of another area or year beside every row; NaN where there is none.

    Parameters
    ----------
    rows : the rows wanted; all of the frame when None
    at : area or year (or both) to look at instead of the row's own; one of each for all rows

    Raises
    ------
    TypeError
        Several areas or years: which of them would stand beside which row?
    """
    index = wanted = frame.index if rows is None else rows
    for name, value in at.items():
        if np.ndim(value):
            raise TypeError(f"beside: one {name} for all rows, not {value!r}; ask for each of them")
        known = wanted.levels[wanted.names.index(name)]
        code = known.get_indexer([value])[0]  # -1, no row, where it is unknown
        wanted = wanted.set_codes(np.full(len(wanted), code), level=name, verify_integrity=False)
    return frame[list(columns)].reindex(wanted).set_axis(index)


def stacked(
    frames: Iterable[pd.DataFrame], columns: Sequence[str], names: Sequence[str] = KEYS
) -> pd.DataFrame:
    """Frames below each other, with these columns whether or not any row has them, and even without any frame."""
    nothing = pd.MultiIndex.from_arrays([[]] * len(names), names=list(names))
    found = [one for one in frames if len(one)] or [pd.DataFrame(index=nothing)]
    return pd.concat(found).reindex(columns=list(columns))


def by_statistic(plan: Plan, frame: pd.DataFrame) -> Iterator[tuple[Statistic, pd.DataFrame]]:
    """The rows of each statistic."""
    kinds = keys(frame, "indicator")[0].map({name: one.kind for name, one in plan.indicators.items()})
    for kind in kinds.unique():
        rows = frame[kinds == kind]
        yield plan.indicators[rows.index[0][0]].statistic, rows


def by_indicator(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each indicator, by area and year."""
    at = frame.index.names.index("indicator")
    names, codes = frame.index.levels[at], frame.index.codes[at]  # numbers: texts compare slowly
    for code in pd.unique(codes):
        yield names[code], frame[codes == code].droplevel("indicator")
