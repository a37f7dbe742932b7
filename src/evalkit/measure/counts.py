"""Measures: an indicator's record and a data set's tables → counts per area and plan year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from evalkit.data import shares
from evalkit.data.completeness import missing_cells, without_missing_cells
from evalkit.data.dataset import DataSet
from evalkit.data.delivery import delivered, plan_year, some, spans
from evalkit.data.timing import by_timing, mid_year_quarter, once_a_year
from evalkit.estimates.proportions import proportion
from evalkit.measure.official import measure_official
from evalkit.measure.survey import measure_rows, residents_asked
from evalkit.measure.totals import NO_DENOMINATOR, picked, pools, total, units, years_of
from evalkit.plan import Plan
from evalkit.plan.indicators import Indicator, Term
from evalkit.terms import CALENDAR

COLUMNS = [
    "numerator",
    "denominator",
    "provisional",
    "value",
    "lower",
    "upper",
    "effective_n",
    "design_effect",
    "sample_n",
    "design_df",
    "weighted_numerator",
    "weighted_denominator",
    "dont_know",
    "respondents",
    "invited",
    "from_date",
    "to_date",
    "mode",
    "wording",
    "note",
    "residents",
    "withheld",
    "delivered",
    "rounded",
    "own_source",
]
"""Of `measured`."""


def measured(plan: Plan, dataset: DataSet, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """Counts of indicators (gaps have none): one row per indicator × area × year, with plan total and comparison pool.

    A total with a part missing is missing. An area where nobody lives has no rate, but no part is missing for that: a
    total is all reports over all residents.

    Columns: numerator, denominator (NaN where there is no figure), provisional (bool). Of what is made from single rows (answers): also the level that they give (value, lower,
    upper, effective_n, design_effect, sample_n, design_df, weighted_numerator, weighted_denominator), while numerator and
    denominator are unweighted, for disclosure control; and of a survey dont_know, respondents, invited, from_date,
    to_date, mode, wording and residents of the ages asked. And note: `no_denominator` where the count is known and whom it is out of is not.
    """
    single = {name: one for name, one in indicators.items() if one.of is None}
    kinds = {
        name: measure_official if one.official else measure_rows if one.statistic.sampled else measure
        for name, one in single.items()
    }
    registers = [name for name, kind in kinds.items() if kind is measure]
    found = {name: kinds[name](plan, dataset, one) for name, one in single.items()}
    for name in single.keys() & set(dataset.tables["shares"]["indicator"]):
        given = shares.counts(plan, dataset.tables["shares"], name, single[name])
        found[name] = _with_shares(plan, dataset, single[name], found[name], given)
    counts = pd.concat(found, names=["indicator"])
    own = counts[counts.index.isin(registers, level="indicator")]
    totals = [total(own, name, parts) for name, parts in pools(plan, dataset).items() if parts]
    counts = pd.concat([counts, *totals])
    counts = counts[~counts.index.duplicated()].reindex(columns=COLUMNS)  # a total that was delivered stands
    for mark in ("provisional", "withheld", "delivered"):  # what nobody has measured is none of them
        counts[mark] = counts[mark].eq(True)
    for text in ("note", "own_source"):
        counts[text] = counts[text].astype(object).fillna("")
    return counts


def _with_shares(
    plan: Plan, dataset: DataSet, one: Indicator, counts: pd.DataFrame, given: pd.DataFrame
) -> pd.DataFrame:
    """The counts with the shares that a source has worked out in place of those of the same area and year.

    Of answers also the level that they give, and the level of a pool of which every area has one.
    """
    given = given[given.index.isin(years_of(plan, dataset), level="year")]
    if one.statistic.sampled:
        given = pd.concat([given, *_pooled_shares(plan, dataset, given)])
        given = given[~given.index.duplicated()]
        known = given[given["numerator"].notna() & given["denominator"].gt(0)]
        level = proportion(
            known["numerator"],
            known["denominator"],
            whole=False,
            rounded=known["rounded"],
            design_effect=known["design_effect"],
        )
        given = given.join(
            pd.DataFrame(
                {
                    **{name: getattr(level, name) for name in ("value", "lower", "upper", "effective_n")},
                    "sample_n": known["denominator"],
                    "respondents": known["denominator"],
                    "weighted_numerator": known["numerator"],
                    "weighted_denominator": known["denominator"],
                },
                index=known.index,
            )
        )
        given["numerator"] = given["numerator"].round()
        asked = counts[counts.index.isin(given.index)]
        given = given.join(asked.drop(columns=given.columns, errors="ignore"))
        for day in ("from_date", "to_date"):  # of the round, where one is on record
            if day in asked:
                given[day] = asked[day].reindex(given.index).fillna(given[day])
    return pd.concat([counts[~counts.index.isin(given.index)], given])


def _pooled_shares(plan: Plan, dataset: DataSet, given: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Shares of answers of a pool's areas as one, each weighed by its residents; only where every area has one."""
    people = residents_asked(plan, dataset, dataset.tables["survey"])
    for pool, parts in pools(plan, dataset).items():
        for year in given.index.unique("year"):
            at = pd.MultiIndex.from_product([parts, [year]], names=["area", "year"])
            mine, weight = given.reindex(at), people.reindex(at).to_numpy(float)
            share = (mine["numerator"] / mine["denominator"]).to_numpy(float)
            if not parts or not np.isfinite(share * weight).all():
                continue
            weight = weight / weight.sum()
            answers = mine["denominator"].to_numpy(float)
            mean = float(weight @ share)
            simple = weight**2 @ (share * (1 - share) * mine["design_effect"].to_numpy(float) / answers)
            n = answers.sum()
            effect = n * simple / (mean * (1 - mean)) if 0 < mean < 1 else mine["design_effect"].max()
            rounded = n * float(weight @ (mine["rounded"].to_numpy(float) / answers))
            yield pd.DataFrame(
                {
                    "numerator": mean * n,
                    "denominator": n,
                    "rounded": rounded,
                    "design_effect": effect,
                    "withheld": False,
                    "delivered": False,
                    "note": max(mine["note"], key=len),
                    "own_source": mine["own_source"].iloc[0] if mine["own_source"].nunique() == 1 else "",
                    "from_date": mine["from_date"].min(),
                    "to_date": mine["to_date"].max(),
                },
                index=pd.MultiIndex.from_tuples([(pool, year)], names=["area", "year"]),
            )


def measure(plan: Plan, dataset: DataSet, indicator: Indicator) -> pd.DataFrame:
    """Counts of a register or report indicator by area × year, without totals."""
    counts = _delivered(plan, dataset, indicator)
    counts.loc[_lapses(counts), ["numerator", "denominator"]] = np.nan
    return counts


def without_residents(plan: Plan, dataset: DataSet) -> Iterator[str]:
    """What `check` says of areas where reports are counted per resident and nobody lives."""
    empty: dict[str, set[int]] = {}
    lapsed: dict[str, set[int]] = {}
    for one in plan.indicators.values():
        if one.statistic.events and not one.official:
            counts = _delivered(plan, dataset, one)
            lapses = _lapses(counts)
            for found, mask in ((empty, counts["denominator"].eq(0) & ~lapses), (lapsed, lapses)):
                for area, year in counts.index[mask]:
                    found.setdefault(area, set()).add(year)
    for area, years in empty.items():
        yield (
            f"no residents: {area} in {spans(sorted(years))}, so no rate there; "
            "its reports count in the totals, which are all reports over all residents."
        )
    for area, years in lapsed.items():
        yield (
            f"look at: population, {area} has no residents in {spans(sorted(years))}, but reports, and residents before "
            "and after. Taken for an error: no rate there, nor in a total with it. Correct the population."
        )


def without_population(plan: Plan, dataset: DataSet) -> Iterator[str]:
    """What `check` says of reports that have no rate because the population of that quarter is not whole."""
    lacking: dict[tuple[str, int], list[str]] = {}
    for name, one in plan.indicators.items():
        if one.denominator is not None and one.denominator.table == "population" and not one.official:
            counts = _delivered(plan, dataset, one)
            for area, year in counts.index[counts["note"] == NO_DENOMINATOR]:
                lacking.setdefault((str(area), int(year)), []).append(name)
    cells = missing_cells(dataset.tables["population"])
    for (area, year), names in lacking.items():
        quarter, stock = mid_year_quarter(plan, year), once_a_year(dataset.tables["population"])
        if stock is not None:
            quarter = next(
                one for one in (f"{year - 1}Q{stock}", f"{year}Q{stock}") if _falls_in(plan, one, year)
            )
        mine = cells[(cells["area"] == area) & (cells["quarter"] == quarter)]
        groups = [f"{sex} {age}" for sex, age in zip(mine["sex"], mine["age_group"], strict=True)]
        what = f"no row for {some(groups)}" if groups else "no row"
        yield (
            f"missing: population, {area} {quarter}: {what}, so no figure of {', '.join(names)} there in plan year {year}, "
            "nor in a total with it. Add the rows; a group without residents has a row with 0."
        )


def _falls_in(plan: Plan, quarter: str, year: int) -> bool:
    return plan.year_starts.year_of_quarter(quarter) == year


def _delivered(plan: Plan, dataset: DataSet, indicator: Indicator) -> pd.DataFrame:
    """Counts as they were delivered; columns numerator, denominator and provisional."""
    assert indicator.numerator is not None
    counts = pd.DataFrame({"numerator": _term(plan, dataset, indicator.numerator)})
    if indicator.denominator is not None:
        counts["denominator"] = _term(plan, dataset, indicator.denominator)
    else:
        counts["denominator"] = np.nan
    counts["provisional"] = counts.index.isin(_provisional(plan, dataset, indicator.numerator))
    counts["withheld"] = False
    for term in (indicator.numerator, indicator.denominator):
        if term is not None:
            counts["withheld"] |= counts.index.isin(_withheld(plan, dataset, term))
    counts["note"] = ""
    if indicator.numerator.table == "incidents" and dataset.meta.incidents.calendar_years:
        counts["note"] = [_calendar(plan, year) for year in counts.index.get_level_values("year")]
    if indicator.statistic.out_of:
        lacking = counts["denominator"].isna()
        counts.loc[lacking & counts["numerator"].notna() & ~counts["withheld"], "note"] = NO_DENOMINATOR
        counts.loc[lacking, "numerator"] = np.nan
    counts.loc[counts["numerator"].isna(), "denominator"] = np.nan
    return counts.reindex(
        pd.MultiIndex.from_product([units(plan, dataset), years_of(plan, dataset)], names=["area", "year"])
    )


def _calendar(plan: Plan, year: int) -> str:
    """The mark of a figure that is of the calendar year which stands at a plan year."""
    own = next((one for one in (year, year - 1) if plan.year_starts.of_calendar(one) == year), year)
    return f"{CALENDAR}{own}" if plan.year_starts.crosses else ""


def _lapses(counts: pd.DataFrame) -> pd.Series:
    """Reports from where nobody is said to live, though people lived there before and after: the population is wrong."""
    nobody = counts["denominator"].eq(0) & counts["numerator"].gt(0)
    if not nobody.any():
        return nobody
    lived = counts["denominator"].gt(0)
    before = lived.groupby("area").cummax()
    after = lived[::-1].groupby("area").cummax()[::-1]
    return nobody & before & after


def _term(plan: Plan, dataset: DataSet, term: Term) -> pd.Series:
    """A term's count per area and plan year; where reports were delivered, a year without one has none."""
    table = dataset.tables[term.table]
    if term.table == "population":
        table = without_missing_cells(table)
    counts = by_timing(plan, table[picked(table, term)], term)
    if "date" in table:
        known = delivered(plan, dataset)
        here = [unit for unit in units(plan, dataset) if unit in known.areas]
        covered = pd.MultiIndex.from_product([here, known.years_of(term)], names=["area", "year"])
        counts = counts.reindex(covered, fill_value=0)
    return counts


def _withheld(plan: Plan, dataset: DataSet, term: Term) -> pd.MultiIndex:
    """Area-years of which the source withholds a cell that the term counts."""
    table = dataset.tables[term.table]
    return _area_years(plan, table[table[term.column].isna() & picked(table, term)])


def _provisional(plan: Plan, dataset: DataSet, term: Term) -> pd.MultiIndex:
    """Area-years of which the source says that the figure may change."""
    table = dataset.tables[term.table]
    return _area_years(plan, table[table["status"] == "provisional"] if "status" in table else table[:0])


def _area_years(plan: Plan, rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([rows["area"], plan_year(rows, plan.year_starts)])
