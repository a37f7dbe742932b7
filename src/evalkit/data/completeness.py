"""Completeness: cells of the population that nobody delivered, and reports that stop although the period goes on.

Neither is an absence of people or of reports: a sum with a cell missing is missing, and a year in which the reports
stop is named by `check`, since only whoever delivered them knows which of the two it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.data.delivery import delivered, plan_year, some
from evalkit.plan import Plan
from evalkit.schema import TABLES

EXPECTED: Final = 20
"""Reports that usually come in the time without any. Where one night gives three, none of twenty is a chance of e^-7."""


def missing_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Groups of sex and age that an area has in some quarter and lacks in this one.

    Columns: area, quarter, sex, age_group; one row for each. A group without people has a row with 0.
    """
    columns = ["area", "quarter", "sex", "age_group"]
    groups = table[["area", "sex", "age_group"]].drop_duplicates()
    held = table.groupby(["area", "quarter"], sort=False).size().rename("held").reset_index()
    short = held[held["held"] < held["area"].map(groups.groupby("area").size())]
    wanted = groups.merge(short, on="area")[columns]
    there = pd.MultiIndex.from_frame(table[columns])
    return wanted[~pd.MultiIndex.from_frame(wanted).isin(there)].sort_values(columns, ignore_index=True)


def without_missing_cells(table: pd.DataFrame) -> pd.DataFrame:
    """The population without the quarters of an area in which a group lacks, so that no sum is made of them."""
    lacking = missing_cells(table)
    if lacking.empty:
        return table
    keys = ["area", "quarter"]
    return table[~pd.MultiIndex.from_frame(table[keys]).isin(pd.MultiIndex.from_frame(lacking[keys]))]


def nobody_has(plan: Plan, dataset: DataSet) -> Iterator[str]:
    """What `check` says of tables and columns that indicators count and that hold no figure, and of withheld cells."""
    without: dict[str, list[str]] = {}
    served = set(dataset.tables["shares"]["indicator"])
    for name, one in plan.indicators.items():
        terms = [term for term in (one.numerator, one.denominator) if term is not None]
        for term in [] if one.official or name in served else terms:
            table = dataset.tables[term.table]
            if table.empty:
                without.setdefault(term.table, []).append(name)
            elif table[term.column].isna().all():
                without.setdefault(f"{term.table}, column {term.column}", []).append(name)
    for place, names in without.items():
        yield f"missing: {place} holds no figure, so there is none of {', '.join(dict.fromkeys(names))}."
    hidden = dataset.tables["shares"].query("hidden == 'yes'")
    if len(hidden):
        cells = [" ".join(map(str, row)) for row in hidden[["indicator", "area", "year"]].to_numpy()]
        yield f"withheld: shares, {some(cells)}: hidden there, and so is what would give it away."
    for name, contract in TABLES.items():
        if name in ("movers", "shares"):  # there a figure may be left open
            continue
        table = dataset.tables[name]
        for column in (one.name for one in contract.columns if one.is_figure):
            gone = table[table[column].isna()]
            if 0 < len(gone) < len(table):
                when = next(one for one in ("year", "quarter", "date") if one in gone)
                cells = [f"{area} {str(at)[:10]}" for area, at in zip(gone["area"], gone[when], strict=True)]
                yield f"withheld: {name}, {column} is empty for {some(list(dict.fromkeys(cells)))}: hidden there."


def reports_stop(plan: Plan, dataset: DataSet) -> Iterator[str]:
    """What `check` says of plan years in part of which nobody has reported anything, though they are covered."""
    if dataset.meta.incidents.calendar_years:  # nobody knows of which days
        return
    table, known = dataset.tables["incidents"], delivered(plan, dataset)
    table = table[table["count"] > 0]
    years = plan_year(table, plan.year_starts) if len(table) else pd.Series(dtype=int)
    for kind in known.kinds:
        of_kind = table["kind"] == kind
        covered = sorted(year for year in known.kinds[kind] if year <= plan.years[-1])
        days = {year: _by_day(plan, table[of_kind & (years == year)], year) for year in covered}
        for year in covered:
            first, last = _longest_run_of_none(days[year])
            others = [float(days[other][first : last + 1].sum()) for other in covered if other != year]
            usual = float(np.median(others)) if others else 0.0
            if usual >= EXPECTED:
                yield _said(kind, year, plan.first_day(year), first, last, len(days[year]), usual)


def _by_day(plan: Plan, reports: pd.DataFrame, year: int) -> np.ndarray:
    """Reports on each day of a plan year, from all areas."""
    start, end = plan.first_day(year), plan.first_day(year + 1)
    at = (reports["date"] - pd.Timestamp(start)).dt.days.to_numpy()
    return np.bincount(at, reports["count"].to_numpy(float), minlength=(end - start).days)


def _longest_run_of_none(days: np.ndarray) -> tuple[int, int]:
    """First and last day of the longest run of days without a report."""
    marks = np.flatnonzero(np.concatenate([[1], days, [1]]))
    at = int(np.argmax(np.diff(marks)))
    return int(marks[at]), int(marks[at + 1]) - 2


def _said(kind: str, year: int, start: dt.date, first: int, last: int, n: int, usual: float) -> str:
    begins, ends = (start + dt.timedelta(days=day) for day in (first, last))
    before, after = begins - dt.timedelta(days=1), ends + dt.timedelta(days=1)
    if last == n - 1:
        when = f"after {before} in plan year {year}"
        advice = f"If the delivery stops there, set `period: {{end: {before}}}` in dataset.yml, and the year is missing instead of low."
    elif first == 0:
        when = f"before {after} in plan year {year}"
        advice = "If the delivery begins there, move the start of `period` in dataset.yml, and the year is missing instead of low."
    else:
        when = f"from {begins} to {ends} in plan year {year}"
        advice = "If they were not delivered, ask for them: as it is, the year counts as low."
    return (
        f"look at: incidents of kind {kind}, no report from anybody {when}; usually about {usual:.0f} come in that time. "
        + advice
    )


def official_figures_stop(plan: Plan, dataset: DataSet) -> Iterator[str]:
    """What `check` says of official figures that end in a plan year before the data set's last."""
    offences = dataset.tables["offences"]
    if not plan.municipality.statbank or offences.empty:
        return
    last = offences["quarter"].max()
    until = min(plan.year_of(dataset.period.end), max(plan.years))
    if plan.year_starts.year_of_quarter(last) < until:
        yield (
            f"missing: the official figures end in {last}, so there are none for plan year {until}. If newer ones are out: "
            "evalkit import statbank panel"
        )
