"""A data set: the canonical CSV files of a folder, read and checked against the contract."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.data import release_rows, shares
from evalkit.data.columns import row_problems, typed
from evalkit.data.csv_table import read_texts, shown
from evalkit.data.meta import Meta
from evalkit.display import Display, Displayed
from evalkit.errors import MissingFile, Problem, ProblemsFound, did_you_mean
from evalkit.plan import Period, Plan, params
from evalkit.plan.contract import contract
from evalkit.schema import TABLES, Table
from evalkit.terms import PLAN, REST

MADE_UP_FUNDERS: Final = ("bidragyder_1", "bidragyder_2")
"""Who pays in a synthetic data set."""


@dataclass(frozen=True, repr=False)
class DataSet(Displayed):
    """Checked tables by name; left-out columns hold their default, left-out tables no rows."""

    folder: Path
    meta: Meta
    tables: dict[str, pd.DataFrame] = field(repr=False)
    # published rows of earlier releases, which readers have kept
    released: tuple[pd.DataFrame, ...] = field(default=(), repr=False)

    @property
    def synthetic(self) -> bool:
        """Whether the data are made up."""
        return self.meta.synthetic

    def _display(self) -> Display:
        kind = "synthetic" if self.synthetic else "real"
        meta = self.meta
        return Display(
            f"Data set: {meta.name} ({kind}), version {meta.version} of {meta.date}, supplied by {meta.supplied_by}",
            [(name, len(table), _areas(table), _years(table)) for name, table in self.tables.items()],
            ("table", "rows", "areas", "years"),
            f"Days covered: {self.period.start} to {self.period.end}.",
        )

    @property
    def period(self) -> Period:
        """The days that the data are about: those of the incidents, and all plan years of a data set without any."""
        assert self.meta.period is not None
        return self.meta.period

    @property
    def matched(self) -> list[str]:
        """Ids of the comparison areas."""
        comparators = self.tables["comparators"]
        return comparators.loc[comparators["kind"] == "matched", "id"].tolist()


def _areas(table: pd.DataFrame) -> Any:
    return table["area"].nunique() if "area" in table and len(table) else None


def _years(table: pd.DataFrame) -> str:
    """First and last year of a table that has years; empty where it has none."""
    if "year" not in table or table.empty:
        return ""
    first, last = int(table["year"].min()), int(table["year"].max())
    return f"{first}–{last}" if first < last else str(first)


def read(folder: Path, plan: Plan) -> DataSet:
    """The data set in a folder, with the official figures beside it in data/published.

    Raises MissingFile when there is no such data set, and ProblemsFound with everything wrong in it.
    """
    if not folder.is_dir():
        known = sorted(path.parent.name for path in folder.parent.glob("*/dataset.yml"))
        raise MissingFile(f"no data set in {shown(folder, plan.root)}. Known: {', '.join(known) or 'none'}.")
    problems: list[Problem] = []
    try:
        meta = params.read(folder / "dataset.yml", plan.root).as_model(Meta)
    except ProblemsFound as found:
        problems.extend(found.problems)
    tables: dict[str, pd.DataFrame] = {}
    for table in contract(plan).values():
        path = folder / f"{table.name}.csv"
        raw = read_texts(path, plan.root, problems) if path.exists() else _none(table)
        if raw is not None:
            tables[table.name] = typed(raw, table, shown(path, plan.root), problems)
    problems += _misnamed(folder, plan.root)
    if not problems:
        tables["shares"] = shares.placed(
            tables["shares"], plan, shown(folder / "shares.csv", plan.root), problems
        )
    if not problems:
        tables["comparators"] = _with_rest(tables)
        meta = meta if meta.period else meta.model_copy(update={"period": _covered(tables, plan)})
        problems.extend(_cross_check(tables, meta, plan, folder))
    if problems:
        raise ProblemsFound(problems)
    tables["offences"] = offences = read_offences(plan.root)
    here = plan.municipality.statbank
    if here and here not in set(offences["area"]):
        names = did_you_mean(here, sorted(offences["area"].unique()))
        raise ProblemsFound(
            [
                Problem(
                    "params/plan.yml",
                    "municipality.statbank",
                    f"{here!r} is not in the official figures.",
                    names,
                )
            ]
        )
    return DataSet(folder, meta, tables, release_rows.read(plan.root, synthetic=meta.synthetic))


def _none(table: Table) -> pd.DataFrame:
    """The texts of a table without rows, as of one that a data set leaves out."""
    return pd.DataFrame({column.name: pd.Series(dtype=str) for column in table.columns})


def _with_rest(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The areas compared with, among them the rest of the municipality, which figures alone bring in: it needs no name."""
    comparators = tables["comparators"]
    figures = any((table["area"] == REST).any() for table in tables.values() if "area" in table)
    if not figures or (comparators["kind"] == REST).any() or REST in set(comparators["id"]):
        return comparators
    row = pd.DataFrame([{"id": REST, "name": REST, "kind": REST, "own_plan": "unknown"}])
    return pd.concat([row, comparators], ignore_index=True)


def _misnamed(folder: Path, root: Path) -> Iterator[Problem]:
    """Files that are called almost as a table that is not there: their figures would be missing without a word."""
    lacking = [name for name in TABLES if not (folder / f"{name}.csv").is_file()]
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in TABLES and (like := get_close_matches(path.stem, lacking, n=1, cutoff=0.75)):
            yield Problem(shown(path, root), "", "is no table.", f"Is it {like[0]}.csv?")


def _covered(tables: dict[str, pd.DataFrame], plan: Plan) -> Period:
    """From the first plan year of any table to the last, where no dataset.yml says which days the data are about."""
    years = {
        int(year)
        for name, table in tables.items()
        if name not in ("breaks", "economy")
        for year in plan_years(plan, table)
    }
    first, last = min(years, default=plan.baseline_year), max(years, default=plan.baseline_year)
    return Period(start=plan.first_day(first), end=plan.first_day(last + 1) - timedelta(days=1))


def plan_years(plan: Plan, table: pd.DataFrame) -> list[int]:
    """The plan years that a table has rows of."""
    column = next((name for name in ("year", "quarter", "date") if name in table), None)
    return sorted({_plan_year(plan, value) for value in table[column].unique()}) if column else []


def read_offences(root: Path) -> pd.DataFrame:
    """Official reported offences and population, one row per municipality × quarter.

    area                 municipality, as Statistics Denmark names it
    quarter              e.g. 2018Q4
    offences_reported    reports, >= 0
    population           inhabitants on the first day of the quarter; missing in 2007 and for the unknown municipality
    """
    path = root / "data" / "published" / "statbank_offences_population.csv"
    if not path.is_file():
        raise MissingFile(
            f"{shown(path, root)}: the official figures are missing. Take them from the repository."
        )
    return pd.read_csv(
        path, dtype={"area": str, "quarter": str, "offences_reported": float, "population": float}
    )


def read_published(root: Path, name: str) -> pd.DataFrame:
    """`published_series` or `events` from data/published, as texts; an event without a last day lasted one day."""
    table = pd.read_csv(root / "data" / "published" / f"{name}.csv", dtype=str, keep_default_na=False)
    return (
        table.assign(end=table["end"].where(table["end"] != "", table["start"]))
        if name == "events"
        else table
    )


def _cross_check(tables: dict[str, pd.DataFrame], meta: Meta, plan: Plan, folder: Path) -> Iterable[Problem]:
    """What no table can tell by itself: known areas and names, dates inside the period, one rest."""
    if not any(len(table) for name, table in tables.items() if name not in ("comparators", "breaks")):
        yield Problem(
            shown(folder, plan.root),
            "",
            "no table holds a row yet.",
            "Fill them in or import files; or see the reports with made-up figures: evalkit demo, then evalkit run --data data/demo.",
        )
        return
    comparators = tables["comparators"]
    rest = comparators.loc[comparators["kind"] == "rest", "id"].tolist()
    file = {name: shown(folder / f"{name}.csv", plan.root) for name in TABLES}
    if len(rest) > 1 or (rest and rest != [REST]):
        yield Problem(
            file["comparators"],
            "column id",
            f"the rest of the municipality is called {', '.join(rest)}.",
            f"Call it {REST}, in one row.",
        )
    for name in set(comparators["id"]) & set(plan.areas):
        yield Problem(
            file["comparators"], "column id", f"{name!r} is an area of the plan.", "Remove the row."
        )
    known = {*plan.areas, *comparators["id"]}
    ids: dict[str, tuple[Collection[str], str]] = {
        "effort": (plan.efforts, "is not in params/plan.yml"),
        "funder": (plan.funding, "is not in params/plan.yml"),
        "measure": (
            [key for key, one in plan.indicators.items() if one.statistic.splits],
            "is no share in params/indicators.yml",
        ),
    }
    if meta.synthetic:
        ids["funder"] = (MADE_UP_FUNDERS, "is no made-up funder: a real one has no made-up money")
    also = {"breaks": {"all"}, "shares": {PLAN}}
    for name, table in tables.items():
        if "area" in table:
            unknown = ~table["area"].isin(known | also.get(name, set()))
            yield from row_problems(
                file[name],
                "area",
                unknown,
                table["area"],
                "is no area of the plan and no comparator",
                sorted(known),
            )
        if name == "breaks":
            unknown = ~table["table"].isin(list(tables))
            yield from row_problems(
                file[name], "table", unknown, table["table"], "is no table of the data set", sorted(tables)
            )
        for column, (allowed, said) in ids.items():
            if column in table:
                unknown = ~table[column].isin(allowed)
                yield from row_problems(file[name], column, unknown, table[column], said, list(allowed))
    for name in meta.incidents.areas:
        if name not in {*known, "all"}:
            yield Problem(
                shown(folder / "dataset.yml", plan.root),
                "incidents.areas",
                f"{name!r} is no area of the plan and no comparator.",
                did_you_mean(name, ["all", *sorted(known)]),
            )
    if meta.incidents.calendar_years and plan.year_starts.of_calendar(plan.years[0]) is None:
        yield Problem(
            shown(folder / "dataset.yml", plan.root),
            "incidents.calendar_years",
            f"no plan year has nine months in common with a calendar year: they begin on {plan.first_day(plan.years[0]):%d-%m}.",
            "Ask for the reports by month.",
        )
    yield from _drawn(survey := tables["survey"], file["survey"])
    yield from _never_there(tables, plan)
    yield from _after(tables, meta, plan, file)
    if len(incidents := tables["incidents"]) and meta.period:
        start, end = pd.Timestamp(meta.period.start), pd.Timestamp(meta.period.end)
        outside = (incidents["date"] < start) | (incidents["date"] > end)
        yield from row_problems(
            file["incidents"],
            "date",
            outside,
            incidents["date"].dt.strftime("%Y-%m-%d"),
            "is outside the period in dataset.yml",
            f"The period is {meta.period.start} to {meta.period.end}.",
        )
    light = survey["weight"] <= 0
    yield from row_problems(
        file["survey"],
        "weight",
        light,
        survey["weight"].astype(str),
        "is not above zero",
        "Give every answer its weight, the residents that it stands for; unweighted, that is the area's adults divided by the answers.",
    )


def _drawn(survey: pd.DataFrame, file: str) -> Iterator[Problem]:
    """A sample of units (stairways, streets) names the unit of every answer, and tells two or more in each stratum apart."""
    named = survey["psu"].ne("")
    lacking = ~named & survey["year"].isin(survey["year"][named])
    yield from row_problems(
        file,
        "psu",
        lacking,
        survey["psu"],
        "is no unit, and others of the year have one",
        "Give every answer its unit.",
    )
    units = (
        survey[named & survey["answer"].ne("dont_know")].groupby(["area", "year", "stratum"])["psu"].nunique()
    )
    for area, year, stratum in units.index[units < 2]:
        where = f"{area} {year}" + (f", stratum {stratum}" if stratum else "")
        yield Problem(
            file,
            "column psu",
            f"{where} has one unit alone.",
            "Join its stratum with a neighbour: one tells nothing of how units differ.",
        )


def _never_there(tables: dict[str, pd.DataFrame], plan: Plan) -> Iterator[Problem]:
    """Values of an indicator's own that no row holds: they would count as nothing, in silence.

    A kind of report that nobody delivered is no such slip: `check` names it (delivery.py).
    """
    for name, one in plan.indicators.items():
        for part in ("numerator", "denominator"):
            term = getattr(one, part)
            if term is None or one.official or term.table == "incidents" or tables[term.table].empty:
                continue
            for column, wanted in term.where.items():
                contract, held = TABLES[term.table].column(column), set(tables[term.table][column])
                for value in [wanted] if isinstance(wanted, str) else wanted:
                    if contract.open and value not in {*contract.allowed, *held}:
                        yield Problem(
                            "params/indicators.yml",
                            f"{name}.{part}.where.{column}",
                            f"no row of {term.table} has {value!r}.",
                            did_you_mean(value, sorted(held)),
                        )


def _after(
    tables: dict[str, pd.DataFrame], meta: Meta, plan: Plan, file: dict[str, str]
) -> Iterator[Problem]:
    """Rows of plan years after the period: no report would count them."""
    assert meta.period is not None
    last = plan.year_of(meta.period.end)
    for name, table in tables.items():
        if name in ("breaks", "economy") or not {"year", "quarter"} & set(table):
            continue
        column = "year" if "year" in table else "quarter"
        if late := [year for year in plan_years(plan, table) if last < year <= plan.years[-1]]:
            yield Problem(
                file[name],
                f"column {column}",
                f"plan year {', '.join(map(str, late))} lies after the period in dataset.yml.",
                f"The period is {meta.period.start} to {meta.period.end}; move its end when everything until then is in place.",
            )


def _plan_year(plan: Plan, value: Any) -> int:
    """The plan year of a year, of a quarter such as 2018Q4, or of a day."""
    if isinstance(value, pd.Timestamp | np.datetime64):
        return plan.year_of(pd.Timestamp(value).date())
    text = str(value)
    return plan.year_starts.year_of_quarter(text) if "Q" in text else int(text[:4])
