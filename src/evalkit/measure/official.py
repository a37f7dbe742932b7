"""Official figures: the municipality, its region, the country and every other municipality."""

from __future__ import annotations

import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.data.delivery import plan_year
from evalkit.data.timing import by_timing
from evalkit.measure.totals import total, years_of
from evalkit.plan import Plan
from evalkit.plan.indicators import Indicator

MUNICIPALITY, USUAL, REGION, COUNTRY = "municipality", "municipality_usual", "region", "country"
"""Units of the official figures: the municipality, the same with odd quarters set to the usual level,
the other municipalities of the region together, and all other municipalities of the country together."""

OFFICIAL = "official:"
"""Prefix of a single other municipality."""

SMALLEST_MUNICIPALITY = 1000
"""Inhabitants; a smaller municipality counts in the sums, but has no row of its own."""

ODD_QUARTER = 1.5
"""A quarter is odd when it has this many times the median of the same municipality's nearest eight quarters."""


def measure_official(plan: Plan, dataset: DataSet, indicator: Indicator) -> pd.DataFrame:
    """Official counts: the municipality (also without its odd quarters), its region, the country, and each other.

    Columns as in `measure`. What has no population (reports with an unknown place) is left out; sums leave the municipality itself out.
    """
    assert indicator.numerator is not None
    assert indicator.denominator is not None
    offences = dataset.tables[indicator.numerator.table]
    here = plan.municipality.statbank
    years = plan_year(offences, plan.year_starts)
    offences = offences[years.isin(years_of(plan, dataset))].assign(year=years)
    people = offences.groupby("area")[indicator.denominator.column].max()
    offences = offences[offences["area"].map(people) > 0]
    usual = offences.loc[offences["area"] == here].assign(area=USUAL)
    odd = odd_quarters(plan, dataset, indicator)
    usual[indicator.numerator.column] = usual[indicator.numerator.column].where(
        ~usual["quarter"].isin(odd["quarter"]), usual["quarter"].map(odd.set_index("quarter")["usual"])
    )
    others = [name for name in offences["area"].unique() if name != here]
    too_small = [name for name in others if people[name] < SMALLEST_MUNICIPALITY]
    region = plan.neighbours
    frame = pd.concat([offences, usual])
    numerator = by_timing(plan, frame, indicator.numerator)
    denominator = by_timing(plan, frame, indicator.denominator)
    counts = pd.DataFrame({"numerator": numerator, "denominator": denominator}).dropna()
    counts["numerator"] = counts["numerator"].round()
    totals = [total(counts, name, parts) for name, parts in ((REGION, region), (COUNTRY, others))]
    counts = counts.rename(
        index={here: MUNICIPALITY} | {name: OFFICIAL + name for name in others}, level="area"
    )
    counts = counts.drop(index=[OFFICIAL + name for name in too_small], level="area")
    return pd.concat([counts, *totals]).assign(provisional=False)


def odd_quarters(plan: Plan, dataset: DataSet, indicator: Indicator) -> pd.DataFrame:
    """Quarters of the municipality with at least `ODD_QUARTER` times the usual number.

    Columns: quarter, year, reported, usual (median of the four quarters before and the four after).
    """
    assert indicator.numerator is not None
    table = dataset.tables[indicator.numerator.table]
    series = (
        table[table["area"] == plan.municipality.statbank]
        .sort_values("quarter")
        .set_index("quarter")[indicator.numerator.column]
    )
    around = pd.DataFrame({step: series.shift(step) for step in (-4, -3, -2, -1, 1, 2, 3, 4)})
    usual = around.median(axis=1)
    odd = series[series >= ODD_QUARTER * usual]
    found = pd.DataFrame(
        {"quarter": odd.index, "reported": odd.to_numpy(), "usual": usual[odd.index].to_numpy()}
    )
    found.insert(1, "year", plan_year(found, plan.year_starts) if len(found) else [])
    return found[found["year"].isin(years_of(plan, dataset))].reset_index(drop=True)
