"""Stayers and movers of the whole plan: counts that add up to the published shares, protected and then split.

Only the plan's total is published. Its counts are tied to the share's own, so disclosure control sees them together;
a split that does not add up to the published share is not published at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.disclosure.policy import Relation
from evalkit.estimates.effects import decompose
from evalkit.evaluate.frames import KEYS
from evalkit.plan import Plan
from evalkit.terms import PLAN

COLUMNS: Final = ("stayers", "movers_in", "movers_out", "part_stayers", "part_movers_in", "part_movers_out")
CELLS: Final = {  # cell -> (group of people, its column, all of them)
    "stayers_before": ("stayers", "with_before", "residents_before"),
    "stayers_after": ("stayers", "with_after", "residents_after"),
    "came": ("movers_in", "with_after", "residents_after"),
    "left": ("movers_out", "with_before", "residents_before"),
}
PARTS: Final = {"numerator": "yes", "denominator": "all"}
NEAR: Final = 1e-6


def counts(plan: Plan, dataset: DataSet, measured: pd.DataFrame) -> pd.DataFrame:
    """Yes and all of stayers, movers in and movers out; only where they add up to the counts of the share itself.

    Index (indicator, year); columns <cell>_yes and <cell>_all [people; full-time persons may be fractional].
    """
    columns = [f"{cell}_{part}" for cell in CELLS for part in PARTS.values()]
    table = dataset.tables.get("movers")
    if table is None or table.empty:
        nothing = pd.MultiIndex.from_arrays([[], []], names=["indicator", "year"])
        return pd.DataFrame(columns=columns, index=nothing, dtype=float)
    split = [name for name, one in plan.indicators.items() if one.statistic.splits]
    mine = table[
        table["area"].isin(list(plan.areas)) & table["measure"].isin(split) & table["year"].isin(plan.years)
    ]
    groups = mine.rename(columns={"measure": "indicator"}).groupby(["indicator", "year", "group"])
    # A total with a part missing is missing.
    sums = groups[[column for column in table if column.startswith(("with_", "residents_"))]].sum(
        min_count=len(plan.areas)
    )
    wide = sums.unstack("group")
    found = pd.DataFrame(
        {
            f"{cell}_{part}": wide.get((column, group), np.nan)
            for cell, (group, *both) in CELLS.items()
            for part, column in zip(PARTS.values(), both, strict=True)
        },
        index=wide.index,
    )
    fits = np.ones(len(found), dtype=bool)
    for names, year in _sums(found, plan.baseline_year):
        at = pd.MultiIndex.from_arrays([found.index.get_level_values("indicator"), [PLAN] * len(found), year])
        for count, part in PARTS.items():
            whole = measured[count].reindex(at).to_numpy()
            fits &= np.abs(sum(found[f"{name}_{part}"] for name in names) - whole).lt(NEAR).to_numpy()
    return found[fits]


def _sums(moved: pd.DataFrame, base: int) -> Iterator[tuple[tuple[str, str], pd.Index]]:
    """The two sums that every row is part of: which cells, and the year of the share that they add up to."""
    year = moved.index.get_level_values("year")
    yield ("stayers_before", "left"), pd.Index(np.full(len(moved), base))
    yield ("stayers_after", "came"), year


def cells(moved: pd.DataFrame) -> pd.DataFrame:
    """The counts as cells of the publication."""
    return pd.concat(
        pd.DataFrame(
            {"count": moved[f"{cell}_yes"].to_numpy(), "total": moved[f"{cell}_all"].to_numpy(), "cost": 0.5},
            index=[_id(name, cell, year) for name, year in moved.index],
        ).assign(group=[f"{name}:{cell}" for name, _ in moved.index])
        for cell in CELLS
    )


def ties(plan: Plan, moved: pd.DataFrame) -> Iterator[Relation]:
    """The sums that tie them to the published shares."""
    for names, years in _sums(moved, plan.baseline_year):
        for (measure, year), when in zip(moved.index, years, strict=True):
            tie = {_id(measure, name, year): 1.0 for name in names} | {f"{measure}.{PLAN}.{when}": -1.0}
            yield Relation(tie, "a share's people are those who stayed and those who moved")


def split(moved: pd.DataFrame, changes: pd.DataFrame, hidden: pd.Index) -> pd.DataFrame:
    """The parts of the plan's change of each share; none where one of their counts is hidden, or the change is."""
    at = pd.MultiIndex.from_arrays(
        [
            moved.index.get_level_values("indicator"),
            [PLAN] * len(moved),
            moved.index.get_level_values("year"),
        ],
        names=KEYS,
    )
    gone = [any(_id(name, cell, year) in hidden for cell in CELLS) for name, year in moved.index]
    told = np.isfinite(changes["change"].reindex(at).to_numpy()) & ~np.array(gone, dtype=bool)
    rows, at = moved[told], at[told]
    parts = decompose(
        stayers=rows["stayers_before_all"],
        yes_before=rows["stayers_before_yes"],
        yes_after=rows["stayers_after_yes"],
        came=rows["came_all"],
        yes_came=rows["came_yes"],
        left=rows["left_all"],
        yes_left=rows["left_yes"],
    )
    people = [rows[f"{cell}_all"] for cell in ("stayers_before", "came", "left")]
    found = (*people, parts.stayers, parts.movers_in, parts.movers_out)
    return pd.DataFrame({name: np.asarray(one) for name, one in zip(COLUMNS, found, strict=True)}, index=at)


def _id(measure: str, cell: str, year: int) -> str:
    return f"{measure}:{cell}.{PLAN}.{year}"
