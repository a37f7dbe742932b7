"""Timing: what a term adds up for each plan year, from rows by year, quarter or date."""

from __future__ import annotations

import pandas as pd

from evalkit.data.delivery import plan_year
from evalkit.errors import InvalidNumber
from evalkit.plan import Plan
from evalkit.plan.indicators import Term


def mid_year_quarter(plan: Plan, year: int) -> str:
    """The quarter that begins half-way through a plan year, e.g. 2018Q2 = 1 April 2018."""
    month = plan.year_starts.quarter + 6
    calendar = year - plan.year_starts.crosses + (month > 12)
    return f"{calendar}Q{((month - 1) % 12) // 3 + 1}"


def sum_of(values: pd.Series, by: list[pd.Series]) -> pd.Series:
    """The sum of each group; NaN where a cell of it is withheld."""
    return values.groupby(by).sum(skipna=False)


def middle(plan: Plan, table: pd.DataFrame) -> pd.Series:
    """Rows of the stock half-way through the plan year, as a mask; of a stock made up once a year, all rows."""
    if once_a_year(table) is not None:
        return pd.Series(True, index=table.index)
    years = plan_year(table, plan.year_starts)
    return table["quarter"] == years.map({year: mid_year_quarter(plan, year) for year in years.unique()})


def once_a_year(table: pd.DataFrame) -> int | None:
    """The quarter of the year (1-4) at whose first day a stock is made up, where every row has the same one."""
    quarters = table["quarter"].str[5].unique() if len(table) else []
    several = table["quarter"].nunique() > 1
    return int(quarters[0]) if len(quarters) == 1 and several else None


def by_timing(plan: Plan, table: pd.DataFrame, term: Term) -> pd.Series:
    """A column of a table by area × plan year, as the term says when; NaN for a year with a part missing or withheld."""
    values = table[term.column]
    if term.timing == "year":
        return sum_of(values, [table["area"], table["year"]])
    if term.timing == "plan_year" and "date" in table:
        return sum_of(values, [table["area"], plan_year(table, plan.year_starts)])
    if "quarter" not in table:
        raise InvalidNumber(
            f"timing {term.timing} needs a quarter, and table {term.table} has none. Use timing: year."
        )
    years = plan_year(table, plan.year_starts)
    if term.timing == "mid_year":
        at = middle(plan, table)
        return sum_of(values[at], [table["area"][at], years[at]])
    by_year = [table["area"], years]
    complete = table["quarter"].groupby(by_year).nunique() == 4  # a year with a quarter missing is missing
    total = sum_of(values, by_year)
    return (total / 4 if term.timing == "mean_of_quarters" else total).where(complete)
