"""Stayers and movers of the whole plan: counts that add up to the published shares, protected and then split.

Only the plan's total is published. Its counts are tied to the share's own, so disclosure control sees them together;
a split that does not add up to the published share is not published at all.
"""

from __future__ import annotations

from typing import Any, Final, cast

import numpy as np
import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.disclosure.policy import Relation
from evalkit.estimates.effects import decompose
from evalkit.evaluate.changes import fill
from evalkit.plan import Plan
from evalkit.terms import PLAN, Statistic

COLUMNS: Final = ("stayers", "movers_in", "movers_out", "part_stayers", "part_movers_in", "part_movers_out")
CELLS: Final = {  # cell -> (group of people, its column, all of them)
    "stayers_before": ("stayers", "with_before", "residents_before"),
    "stayers_after": ("stayers", "with_after", "residents_after"),
    "came": ("movers_in", "with_after", "residents_after"),
    "left": ("movers_out", "with_before", "residents_before"),
}
NEAR: Final = 1e-6


def counts(plan: Plan, dataset: DataSet, stock: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Yes and all of stayers, movers in and movers out, by measure and year; only where they add up to the stock.

    Index (measure, year); columns <cell>_yes and <cell>_all [people; full-time persons may be fractional].
    """
    columns = [f"{cell}_{part}" for cell in CELLS for part in ("yes", "all")]
    table, base = dataset.tables.get("movers"), plan.baseline_year
    found: dict[tuple[str, int], list[float]] = {}
    if table is None:
        table = pd.DataFrame(columns=["area", "year", "measure", "group"])
    for key, rows in table.groupby(["measure", "year"]):
        measure, year = cast("tuple[str, int]", key)
        measure, year = str(measure), int(year)
        one = plan.indicators.get(measure)
        if one is None or one.statistic != Statistic.SHARE or year not in plan.years:
            continue
        mine = rows[rows["area"].isin(list(plan.areas))].set_index(["group", "area"])
        cells = {}
        for cell, (group, yes, people) in CELLS.items():
            part = mine.loc[group] if group in mine.index.get_level_values(0) else mine.iloc[:0]
            whole = len(part) == len(plan.areas)  # a total with a part missing is missing
            cells[cell] = [part[name].sum(skipna=False) if whole else np.nan for name in (yes, people)]
        if all(
            _adds_up(stock[measure], when, [cells[c] for c in names])
            for when, names in ((base, ("stayers_before", "left")), (year, ("stayers_after", "came")))
        ):
            found[measure, year] = [float(x) for cell in CELLS for x in cells[cell]]
    made = pd.DataFrame.from_dict(found, orient="index", columns=columns)
    made.index = pd.MultiIndex.from_tuples(list(found), names=["measure", "year"])
    return made


def _adds_up(stock: pd.DataFrame, year: int, parts: list[list[float]]) -> bool:
    if (PLAN, year) not in stock.index:
        return False
    whole = stock.loc[(PLAN, year), ["numerator", "denominator"]].to_numpy(float)
    return bool(np.all(np.abs(np.sum(parts, axis=0) - whole) < NEAR))


def cells(table: pd.DataFrame, plan: Plan) -> tuple[pd.DataFrame, list[Relation]]:
    """The counts as cells of the publication, and the sums that tie them to the published shares."""
    made: dict[str, dict[str, Any]] = {}
    relations = []
    for measure, year in table.index:
        row = table.loc[(measure, year)]
        for cell in CELLS:
            made[_id(measure, cell, year)] = {
                "count": row[f"{cell}_yes"],
                "total": row[f"{cell}_all"],
                "group": f"{measure}:{cell}",
                "cost": 0.5,
            }
        for when, names in (
            (plan.baseline_year, ("stayers_before", "left")),
            (year, ("stayers_after", "came")),
        ):
            tie = {_id(measure, name, year): 1.0 for name in names} | {f"{measure}.{PLAN}.{when}": -1.0}
            relations.append(Relation(tie, "a share's people are those who stayed and those who moved"))
    return pd.DataFrame.from_dict(
        made, orient="index", columns=["count", "total", "group", "cost"]
    ), relations


def split(table: pd.DataFrame, measure: str, moved: pd.DataFrame, hidden: pd.Index) -> None:
    """Add the parts of the change to the plan's rows of one share; none where one of their counts is hidden."""
    found: dict[tuple[str, int], dict[str, float]] = {}
    for year in [when for name, when in moved.index if name == measure]:
        if any(_id(measure, cell, year) in hidden for cell in CELLS) or not np.isfinite(
            table.loc[(PLAN, year), "change"]
        ):
            continue
        row = moved.loc[(measure, year)]
        parts = decompose(
            stayers=row["stayers_before_all"],
            yes_before=row["stayers_before_yes"],
            yes_after=row["stayers_after_yes"],
            came=row["came_all"],
            yes_came=row["came_yes"],
            left=row["left_all"],
            yes_left=row["left_yes"],
        )
        found[PLAN, year] = {
            "stayers": row["stayers_before_all"],
            "movers_in": row["came_all"],
            "movers_out": row["left_all"],
            "part_stayers": parts.stayers,
            "part_movers_in": parts.movers_in,
            "part_movers_out": parts.movers_out,
        }
    fill(table, found, COLUMNS)


def _id(measure: str, cell: str, year: int) -> str:
    return f"{measure}:{cell}.{PLAN}.{year}"
