"""The counts that φ and the areas' own trends are made of: none that a reader could not work out.

A hidden count could be solved for from a φ or a spread that it takes part in, however coarse they are. So the areas with a
hidden count are taken together as one: their sum in each year is what the published total leaves. They still compare, every
one of them; what is lost is how much they differ among themselves, and there the floor for own trends stands.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.evaluate.frames import by_indicator, keys
from evalkit.plan import Plan
from evalkit.terms import MATCHED, PLAN


def spread_counts(
    plan: Plan, dataset: DataSet, counts: pd.DataFrame, cut: pd.Series, shown: pd.DataFrame
) -> pd.DataFrame:
    """The counts without what is broken off; of areas with a hidden count one has the sum, and the others have none.

    Parameters
    ----------
    shown : the counts that may be shown, with `hidden_by` (`protection.shown`)
    """
    found = counts.mask(cut)
    hidden = shown["hidden_by"].reindex(counts.index).fillna("").ne("")
    sides = {PLAN: list(plan.areas), MATCHED: dataset.matched}
    parts = [area for areas in sides.values() for area in areas]
    for name, rows in by_indicator(hidden[hidden & hidden.index.isin(parts, level="area")].to_frame()):
        one = plan.indicators[name]
        if one.official or not one.statistic.judged:
            continue
        for total, areas in sides.items():
            gone = [area for area in areas if area in rows.index.unique("area")]
            if gone:
                _together(found, hidden, name, total, gone, sampled=one.statistic.sampled)
    return found


def _together(
    found: pd.DataFrame, hidden: pd.Series, name: str, total: str, gone: list[str], *, sampled: bool
) -> None:
    """Put the sum of some areas into the first of them, for each year in which it follows from what is shown."""
    indicator, area = keys(found, "indicator", "area")
    mine = (indicator == name) & area.isin(gone)
    rows, unseen = found[mine], hidden[mine]
    total_shown = ~hidden[(indicator == name) & (area == total)].droplevel(["indicator", "area"])
    by_year = rows[["numerator", "denominator"]].groupby("year")
    sums, known = by_year.sum(), by_year["numerator"].count().eq(len(gone))
    told = total_shown.reindex(sums.index, fill_value=False) | ~unseen.groupby("year").any()
    sums = sums[known & told & (not sampled)]
    found.loc[mine, ["numerator", "denominator", "value"]] = np.nan
    first = pd.MultiIndex.from_product([[name], gone[:1], sums.index], names=found.index.names)
    found.loc[first, ["numerator", "denominator"]] = sums.to_numpy()
