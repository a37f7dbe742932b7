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
from evalkit.estimates.proportions import difference, paired_difference, proportion
from evalkit.evaluate.frames import KEYS
from evalkit.plan import Plan
from evalkit.terms import PLAN

PEOPLE: Final = ("stayers", "movers_in", "movers_out")
PARTS: Final = tuple(f"part_{name}" for name in PEOPLE)
COLUMNS: Final = (
    *PEOPLE,
    *(f"{part}{end}" for part in PARTS for end in ("", "_lower", "_upper")),
)
PAIRED, INDEPENDENT = "paired", "independent"
"""How the interval of the stayers' own change is made: from who went which way, or as of different people, too wide."""
PRINTED: Final = ("value", "change", *PEOPLE, "part_movers_in", "part_movers_out")
"""Columns of published rows from which the counts of CELLS follow."""
CELLS: Final = {  # cell -> (group of people, its column, all of them)
    "stayers_before": ("stayers", "with_before", "residents_before"),
    "stayers_after": ("stayers", "with_after", "residents_after"),
    "came": ("movers_in", "with_after", "residents_after"),
    "left": ("movers_out", "with_before", "residents_before"),
}
COUNTED: Final = {"numerator": "yes", "denominator": "all"}
NEAR: Final = 1e-6


def counts(plan: Plan, dataset: DataSet, measured: pd.DataFrame) -> pd.DataFrame:
    """Yes and all of stayers, movers in and movers out; only where they add up to the counts of the share itself.

    Index (indicator, year); columns <cell>_yes and <cell>_all [people; full-time persons may be fractional], and
    stayers_both: those in the numerator both years, NaN where the table does not tell.
    """
    columns = [*(f"{cell}_{part}" for cell in CELLS for part in COUNTED.values()), "stayers_both"]
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
            for part, column in zip(COUNTED.values(), both, strict=True)
        }
        | {"stayers_both": wide.get(("with_both", "stayers"), np.nan)},
        index=wide.index,
    )
    fits = np.ones(len(found), dtype=bool)
    for names, year in _sums(found, plan.baseline_year):
        at = pd.MultiIndex.from_arrays([found.index.get_level_values("indicator"), [PLAN] * len(found), year])
        for count, part in COUNTED.items():
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
            index=ids(cell, moved),
        ).assign(group=[f"{name}:{cell}" for name, _ in moved.index])
        for cell in CELLS
    )


def ties(plan: Plan, moved: pd.DataFrame) -> Iterator[Relation]:
    """The sums that tie them to the published shares."""
    for names, years in _sums(moved, plan.baseline_year):
        for (measure, year), when in zip(moved.index, years, strict=True):
            tie = {_id(measure, name, year): 1.0 for name in names} | {f"{measure}.{PLAN}.{when}": -1.0}
            yield Relation(tie, "a share's people are those who stayed and those who moved")


def printed(rows: pd.DataFrame) -> pd.DataFrame:
    """The counts behind the published parts of a change, which anybody can work out: <cell> of those in the numerator [people].

    The parts (see `decompose`) are of the shares of those who stayed; NaN where no parts are published.

    Parameters
    ----------
    rows : the columns PRINTED of the plan's rows
    """
    stayed, base = rows["stayers"], rows["value"] - rows["change"]
    before = stayed * (base + rows["part_movers_out"])
    after = stayed * (rows["value"] - rows["part_movers_in"])
    came = rows["value"] * (stayed + rows["movers_in"]) - after
    left = base * (stayed + rows["movers_out"]) - before
    return pd.DataFrame(dict(zip(CELLS, (before, after, came, left), strict=True)))


def split(plan: Plan, moved: pd.DataFrame, changes: pd.DataFrame, hidden: pd.Index) -> pd.DataFrame:
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
    # The table counts people there in the last year before the plan: parts of a change since another year it has none.
    told &= np.array(
        [plan.baseline_of(name).years == (plan.baseline_year,) for name, _ in moved.index], dtype=bool
    )
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
    people = {"stayers": "stayers_before", "movers_in": "came", "movers_out": "left"}
    made = pd.DataFrame({name: rows[f"{cell}_all"].to_numpy() for name, cell in people.items()}, index=at)
    for part, value in zip(PARTS, (parts.stayers, parts.movers_in, parts.movers_out), strict=True):
        made[part] = value
    return made.join(_intervals(rows, plan.policy.threshold).set_axis(at))


def _intervals(rows: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Intervals of the parts. Who came, left and stayed are different people; stayers are the same, both years.

    Their own change is paired where the table tells who was in the numerator both years, and none of the four groups
    is a small one; else it is taken as one of different people, and the interval is too wide.
    """
    before, after, came, left = (
        proportion(rows[f"{cell}_yes"], rows[f"{cell}_all"], whole=False)
        for cell in ("stayers_before", "stayers_after", "came", "left")
    )
    n, both = rows["stayers_before_all"].to_numpy(float), rows["stayers_both"].to_numpy(float)
    lost = rows["stayers_before_yes"].to_numpy(float) - both
    won = rows["stayers_after_yes"].to_numpy(float) - both
    groups = np.array([both, lost, won, n - both - lost - won])
    told = ((groups < NEAR) | (groups >= threshold - NEAR)).all(axis=0)
    exact = paired_difference(
        np.where(told, lost, np.nan), np.where(told, won, np.nan), np.where(told, n, np.nan)
    )
    apart = difference(after, before)
    into, out = (
        rows[f"{mover}_all"] / (rows[f"{mover}_all"] + rows["stayers_before_all"])
        for mover in ("came", "left")
    )
    from_in, from_out = difference(came, after), difference(before, left)
    ends = {
        "stayers": [np.where(told, getattr(exact, end), getattr(apart, end)) for end in ("lower", "upper")],
        "movers_in": [into * getattr(from_in, end) for end in ("lower", "upper")],
        "movers_out": [out * getattr(from_out, end) for end in ("lower", "upper")],
    }
    made = {
        f"part_{name}_{end}": np.asarray(one, float)
        for name, both_ends in ends.items()
        for end, one in zip(("lower", "upper"), both_ends, strict=True)
    }
    found = pd.DataFrame(made, index=rows.index).assign(part_method=np.where(told, PAIRED, INDEPENDENT))
    for name, mover in (("movers_in", "came"), ("movers_out", "left")):  # nobody did nothing to the share
        nobody = rows[f"{mover}_all"].eq(0)
        found.loc[nobody, [f"part_{name}_lower", f"part_{name}_upper"]] = 0.0
    return found


def ids(cell: str, moved: pd.DataFrame) -> pd.Index:
    """The cells of one kind, of every share and year."""
    return pd.Index([_id(name, cell, year) for name, year in moved.index])


def _id(measure: str, cell: str, year: int) -> str:
    return f"{measure}:{cell}.{PLAN}.{year}"
