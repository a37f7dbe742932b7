"""Accounts: money by year, funder and area of effort, and what was held; never a count of people."""

from __future__ import annotations

from typing import Any

from evalkit.data.dataset import DataSet
from evalkit.plan import Plan


def accounts(plan: Plan, dataset: DataSet) -> dict[str, Any]:
    """Plain values for facts: `economy` [DKK] and `activities` (how many, times held, staff hours) by area of effort."""
    return {"economy": _economy(plan, dataset), "activities": _activities(plan, dataset)}


def _economy(plan: Plan, dataset: DataSet) -> list[dict[str, Any]]:
    table = dataset.tables.get("economy")
    if table is None or table.empty:
        return []
    table = table[table["year"].isin(plan.years)].sort_values(["year", "funder", "effort", "kind"])
    return [
        {
            "year": int(row["year"]),
            "funder": row["funder"],
            "effort": row["effort"],
            "kind": row["kind"],
            "amount": float(row["amount"]),
        }
        for row in table.to_dict("records")
    ]


def _activities(plan: Plan, dataset: DataSet) -> list[dict[str, Any]]:
    table = dataset.tables.get("activities")
    if table is None or table.empty:
        return []
    mine = table[table["area"].isin(list(plan.areas)) & table["year"].isin(plan.years)]
    sums = mine.groupby(["year", "effort"], as_index=False).agg(
        activities=("activity", "nunique"), sessions=("sessions", "sum"), hours=("hours", "sum")
    )
    return [
        {
            "year": int(row["year"]),
            "effort": row["effort"],
            "activities": int(row["activities"]),
            "sessions": int(row["sessions"]),
            "hours": float(row["hours"]),
        }
        for row in sums.to_dict("records")
    ]
