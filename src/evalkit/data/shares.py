"""Shares that a source has worked out itself: where each stands in the plan, and the counts that it is made of.

They serve an indicator that is a share without the table it is usually counted from: a published survey, or tables of
which some cells are withheld. A figure of a calendar year stays one: it stands at the plan year with which it has at
least nine months in common, and is never split.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.data.columns import row_problems
from evalkit.errors import Problem
from evalkit.plan import Plan
from evalkit.plan.contract import Declares
from evalkit.plan.indicators import Indicator
from evalkit.schema import TABLES
from evalkit.terms import CALENDAR, SHARE, SIMPLE

TIMES: Final = ("year", "date", "calendar_year")
NEAR: Final = 1e-9


def known(plan: Declares) -> list[str]:
    """The indicators that delivered shares can serve."""
    return [
        name
        for name, one in plan.indicators.items()
        if one.of is None and not one.official and one.statistic.unit == "share" and one.statistic.out_of
    ]


def placed(table: pd.DataFrame, plan: Plan, file: str, problems: list[Problem]) -> pd.DataFrame:
    """The table with the plan year of every row in `year`; what is wrong with a row is added to the problems."""
    if table.empty:
        return table.assign(year=pd.Series(dtype="int64"))
    problems += _wrong(table, plan, file)
    years = [_year(plan, row) for row in table[list(TIMES)].to_dict("records")]
    found = table.assign(year=pd.Series(years, table.index, dtype=float))
    standing = found["year"].notna()
    twice = standing & found.duplicated(["area", "indicator", "year"], keep="first")
    said = found["indicator"] + " " + found["area"] + " " + found["year"].map("{:.0f}".format)
    problems += row_problems(
        file, "area, indicator, year", twice, said, "stands twice in one plan year", "Keep one row."
    )
    return found[standing].astype({"year": "int64"}) if not problems else found


def _year(plan: Plan, row: dict[Any, Any]) -> int | None:
    if pd.notna(row["date"]):
        return plan.year_of(row["date"].date())
    if pd.notna(row["calendar_year"]):
        return plan.year_starts.of_calendar(int(row["calendar_year"]))
    return int(row["year"]) if pd.notna(row["year"]) else None


def _wrong(table: pd.DataFrame, plan: Plan, file: str) -> Iterator[Problem]:
    """What no share of a source can be."""
    names = known(plan)
    unknown = ~table["indicator"].isin(names)
    yield from row_problems(
        file, "indicator", unknown, table["indicator"], "is no share in params/indicators.yml", names
    )
    times = table[list(TIMES)].notna().sum(axis=1)
    yield from row_problems(
        file,
        "year, date, calendar_year",
        times != 1,
        times.astype(str),
        "of the three are filled in",
        "Fill in one: the plan year, the day that it was counted, or the calendar year.",
    )
    for year in sorted({int(year) for year in table["calendar_year"].dropna()}):
        if plan.year_starts.of_calendar(year) is None:
            yield Problem(
                file,
                "column calendar_year",
                f"{year} has nine months in common with no plan year.",
                f"Plan years begin on {plan.first_day(year):%d-%m}: ask for figures by plan year.",
            )
    count, percent, n = (table[name] for name in ("numerator", "percent", "n"))
    hidden = table["hidden"] == "yes"
    without = ~hidden & ((count.isna() & percent.isna()) | n.isna())
    yield from row_problems(
        file,
        "numerator, percent, n",
        without,
        table["indicator"],
        "lacks a figure",
        "Give n, and the numerator or the percentage; hidden: yes where the source withholds it.",
    )
    yield from row_problems(
        file,
        "n",
        ~hidden & n.eq(0),
        n.astype(str),
        "is nobody, and there is no share of nobody",
        "Leave the row out.",
    )
    yield from row_problems(
        file, "percent", percent > 100, percent.astype(str), "is more than 100 per cent", "Correct it."
    )
    told = ~hidden & count.isna() & percent.gt(0)
    small, others = told & percent.lt(1), told & percent.ge(1)
    least = percent.where(others).groupby(table["indicator"]).transform("min")
    for odd, said in (
        (small & ~others.any(), "is below 1, as every percentage of the table"),
        (small & least.ge(10), "is below 1, and the others of the indicator are 10 or more"),
    ):
        advice = "Write 61.9 for 61.9 per cent; if shares are as small as that, give the numerators."
        yield from row_problems(file, "percent", odd, percent.astype(str), said, advice)
    base = table["rounding"]
    for name, figures in (("numerator", count), ("n", n)):
        odd = base.gt(1) & figures.notna() & (figures % base).gt(NEAR)
        yield from row_problems(
            file,
            name,
            odd,
            figures.astype(str),
            "is no multiple of what counts are rounded to",
            "Correct the rounding, or leave it out.",
        )
    implied, slack = percent / 100 * n, _half_a_decimal(percent) / 100 * n + base.where(base > 1, 0) / 2
    apart = count.notna() & percent.notna() & n.gt(0) & ((implied - count).abs() > slack + NEAR)
    yield from row_problems(
        file,
        "percent",
        apart,
        percent.astype(str),
        "is not the numerator out of n",
        "Which of them is right?",
    )
    whole = table["indicator"].isin([name for name in names if _persons(plan.indicators[name])])
    nobody = whole & count.isna() & n.gt(0) & ((implied - implied.round()).abs() > slack + NEAR)
    yield from row_problems(
        file,
        "percent",
        nobody,
        percent.astype(str),
        "is not the share of any whole number of n persons",
        "Is n another number of persons?",
    )


def _persons(one: Indicator) -> bool:
    """Whether an indicator counts whole persons of a register, neither answers nor full-time persons."""
    term = one.numerator
    if term is None or one.official or one.statistic.sampled:
        return False
    return TABLES[term.table].column(term.column).kind == "whole"


def _half_a_decimal(percent: pd.Series) -> float:
    """Half of the last decimal that any percentage of the column has, in points."""
    texts = [repr(float(one)) for one in percent.dropna()]
    decimals = max((len(text.partition(".")[2].rstrip("0")) for text in texts), default=0)
    return 0.5 * 10.0**-decimals


def counts(plan: Plan, table: pd.DataFrame, name: str, one: Indicator) -> pd.DataFrame:
    """The counts of one indicator's shares by area × plan year.

    numerator and denominator [persons or answers], `rounded` [persons by which the numerator may be off],
    `design_effect` (1 where none is given), `withheld`, `delivered` (true), `own_source`, `note`, and the day as `from_date` and `to_date`.
    """
    mine = table[table["indicator"] == name].set_index(["area", "year"])
    given = mine["numerator"].isna() & mine["percent"].notna()
    numerator = mine["numerator"].where(~given, mine["percent"] / 100 * mine["n"])
    sampled = one.statistic.sampled
    if _persons(one):
        numerator = numerator.where(~given, numerator.round())
    decimal = 0.0 if _persons(one) else _half_a_decimal(mine["percent"][given]) / 100
    base = mine["rounding"].where(mine["rounding"] > 1, 0) / 2
    withheld = mine["hidden"] == "yes"
    made = pd.DataFrame(
        {
            "numerator": numerator.mask(withheld),
            "denominator": mine["n"].astype(float).mask(withheld & mine["n"].isna()),
            "rounded": np.maximum(base, (decimal * mine["n"]).where(given, 0)),
            "design_effect": mine["design_effect"].fillna(1.0),
            "withheld": withheld,
            "delivered": True,
            "own_source": mine["source"],
            "from_date": mine["date"],
            "to_date": mine["date"],
            "note": [
                " ".join(_notes(plan, sampled, row))
                for row in mine[["calendar_year", "design_effect"]].to_dict("records")
            ],
        }
    )
    return made


def _notes(plan: Plan, sampled: bool, row: dict[Any, Any]) -> Iterator[str]:
    """What a reader must know of a share: that the source made it, its calendar year, an interval as of a simple sample."""
    yield SHARE
    if pd.notna(row["calendar_year"]) and plan.year_starts.crosses:
        yield f"{CALENDAR}{row['calendar_year']:.0f}"
    if sampled and pd.isna(row["design_effect"]):
        yield SIMPLE
