"""Facts: what pages must say about the data set, and money and activities as plain values; never a count of people."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.data.timing import once_a_year
from evalkit.disclosure import policy
from evalkit.evaluate.comparisons import shocked_years
from evalkit.measure.official import odd_quarters
from evalkit.plan import Plan
from evalkit.terms import PLAN


def facts(plan: Plan, dataset: DataSet, protected: policy.Protected, rows: pd.DataFrame) -> dict[str, Any]:
    """What pages must say about the data; nothing here is a count of people in an area.

    Parameters
    ----------
    rows : what is published of the data
    """
    meta = dataset.meta
    official = next((one for one in plan.indicators.values() if one.official), None)
    odd = odd_quarters(plan, dataset, official).to_dict("records") if official else []
    return {
        "data": {
            "name": meta.name,
            "version": meta.version,
            "synthetic": meta.synthetic,
            "date": meta.date.isoformat(),
            "supplied_by": meta.supplied_by,
            "description": {"da": meta.description.da, "en": meta.description.en},
            "fingerprint": _fingerprint(rows),
        },
        "comparators": dataset.tables["comparators"].to_dict("records"),
        "odd_quarters": [
            {key: int(value) if key != "quarter" else value for key, value in row.items()} for row in odd
        ],
        **({"stock_month": stock} if (stock := _stock_month(plan, dataset)) else {}),
        "share_hidden": round(protected.share_hidden, 6),
        "hidden": len(protected.ledger),
        PLAN: {
            "economy": _economy(plan, dataset),
            "activities": _activities(plan, dataset),
            "shocked_years": shocked_years(plan),
        },
    }


def _stock_month(plan: Plan, dataset: DataSet) -> int | None:
    """The month on whose first day residents are counted once a year; None where it is half-way through the plan year."""
    quarter = once_a_year(dataset.tables["population"])
    month = quarter * 3 - 2 if quarter else None
    return month if month != (plan.year_starts.month + 5) % 12 + 1 else None


def _fingerprint(rows: pd.DataFrame) -> str:
    """Hash of the published rows, to six digits.

    Not of the data: whoever has the rest of a file could try every split of a hidden count until a hash of it fits.
    """
    made = hashlib.sha256()
    # Each value that occurs is written once: with thousands of areas most cells are empty.
    for name in rows:
        codes, values = pd.factorize(rows[name])
        form = ".6g" if rows[name].dtype.kind == "f" else ""
        texts, said = pd.factorize(np.array([format(one, form) for one in values], object))
        made.update("\n".join([str(name), *said]).encode())
        made.update(np.append(texts, -1)[codes].astype("<i8").tobytes())
    return made.hexdigest()


def _economy(plan: Plan, dataset: DataSet) -> list[dict[str, Any]]:
    """Budget and spending [DKK] by year, funder and strand of work."""
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
    """How many activities, times held and staff hours, by year and strand of work."""
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
