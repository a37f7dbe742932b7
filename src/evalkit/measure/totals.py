"""What all measures share: the years and areas of a data set, the rows that a term picks, and sums of areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.plan import Plan
from evalkit.plan.indicators import Term
from evalkit.terms import MATCHED, PLAN

NO_DENOMINATOR = "no_denominator"
"""Note of a row whose numerator is known, but not whom it is out of."""


def years_of(plan: Plan, dataset: DataSet) -> list[int]:
    """Plan years that the data set covers, up to the plan's last."""
    first = plan.year_of(dataset.period.start)
    return list(range(first, min(plan.year_of(dataset.period.end), plan.years[-1]) + 1))


def total(counts: pd.DataFrame, name: str, parts: Iterable[str]) -> pd.DataFrame:
    """The sum of some areas as an area of its own; missing where a part is."""
    parts = list(parts)
    own = counts[counts.index.isin(parts, level="area")]
    keys = [key for key in own.index.names if key != "area"]
    sums = own.groupby(keys, sort=False)[["numerator", "denominator"]].sum(min_count=1)
    whole = own.groupby(keys, sort=False)["numerator"].count() == len(parts)
    sums = sums.where(whole)
    for column, how in (("rounded", "sum"), ("design_effect", "max")):
        if column in own:
            sums[column] = own[column].groupby(keys, sort=False).agg(how)
    for column in ("note", "own_source"):  # what all of them say, the sum says
        if column in own:
            said = own[column].fillna("").groupby(keys, sort=False).agg(["first", "nunique"])
            sums[column] = said["first"].where((said["nunique"] == 1) & (said["first"] != NO_DENOMINATOR), "")
    if "provisional" in own:
        sums["provisional"] = own["provisional"].eq(True).groupby(keys, sort=False).any()
    return pd.concat({name: sums}, names=["area"]).reorder_levels(own.index.names)


def units(plan: Plan, dataset: DataSet) -> list[str]:
    """The areas that are counted one by one: the plan's and those it is compared with."""
    return [*plan.areas, *dataset.tables["comparators"]["id"]]


def pools(plan: Plan, dataset: DataSet) -> Mapping[str, list[str]]:
    """The areas that are summed, by the name of the sum."""
    return {PLAN: list(plan.areas), MATCHED: dataset.matched}


def picked(table: pd.DataFrame, term: Term) -> pd.Series:
    """Rows that a term's `where` picks, as a mask."""
    mask = pd.Series(True, index=table.index)
    for column, wanted in term.where.items():
        mask &= table[column].isin([wanted] if isinstance(wanted, str) else wanted)
    return mask
