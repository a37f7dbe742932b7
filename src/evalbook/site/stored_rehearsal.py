"""The stored rehearsal for the method page: what was promised of the verdicts, and what generated plans showed."""

from __future__ import annotations

import datetime as dt
import re
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pandas as pd

from evalbook.site.context import Overview
from evalkit.text.numbers import Cited, date, number

FILE: Final = "data/rehearsal.csv"
UNPROMISED: Final = (
    "plan_good",
    "effect_for",
    "long_fall",
    "level_three",
    "level_three_narrow",
    "level_three_wide",
    "level_three_shares",
    "level_three_safety",
)
WHERE_UNPROMISED: Final = (
    "nothing",
    "dispersion_1",
    "dispersion_3",
    "half_pace",
    "on_path",
    "on_path_1",
    "on_path_3",
    "ahead",
    "one_area_falls",
    "very_restless",
    "very_restless_small_3",
    "very_restless_small_7",
    "very_restless_small_15",
)
"""Measures and worlds that are shown without a limit: nobody can promise how much a comparison finds."""
SPEAKS: Final = "speaks_for"
WHERE_SPEAKS: Final = ("ahead", "many_on_path")
"""How often a comparison speaks for a plan that works, with as many years before it and as much asked of them as may be."""
Z: Final = 1.96
"""Monte Carlo standard errors to either side of a rate."""


def values(site: Overview) -> dict[str, Any] | None:
    """What the method page says of it, by name; None where the workbook has no stored rehearsal."""
    path = Path(site.plan.root, FILE)
    stored = pd.read_csv(path, keep_default_na=False) if path.is_file() else None
    if stored is None or not (promised := stored[stored["limit"] != ""].to_dict("records")):
        return None
    found = stored["measure"].isin(UNPROMISED) & stored["world"].isin(WHERE_UNPROMISED)
    found |= stored["measure"].str.startswith(SPEAKS) & stored["world"].isin(WHERE_SPEAKS)
    shown = stored[found & (stored["limit"] == "")]
    kept, near, broken = (
        sum(row["within"] == answer for row in promised) for answer in ("yes", "unclear", "no")
    )
    first, worlds = promised[0], groupby(promised, key=lambda row: row["world"])
    return {
        "reps": _count(site, min(int(row["reps"]) for row in promised), "reps"),
        "worlds": _count(site, len({row["world"] for row in promised}), "worlds"),
        "kept": _count(site, kept, "within"),
        "promised": _count(site, len(promised), "limit"),
        "near": _count(site, near, "within") if near else None,
        "broken": _count(site, broken, "within") if broken else None,
        "date": date(dt.date.fromisoformat(str(first["date"])), site.language),
        "seed": Cited(str(first["seed"]), int(first["seed"]), place=f"{FILE}: seed"),
        "file": FILE,
        "tables": [_world(site, list(rows)) for _, rows in worlds],
        "unpromised": [_seen(site, row) for row in shown.to_dict("records")],
    }


def _world(site: Overview, rows: list[dict[Any, Any]]) -> dict[str, Any]:
    """The promises of one course of events."""
    return {
        "name": rows[0][f"world_{site.language}"],
        "rows": [_seen(site, row) | _limit(site, row) for row in rows],
    }


def _seen(site: Overview, row: dict[Any, Any]) -> dict[str, Any]:
    """A rate with its Monte Carlo error at the usual level, in per cent."""
    place = f"{FILE}: {row['world']}.{row['measure']}"
    return {
        "world": _capital(row[f"world_{site.language}"]),
        "measure": _capital(row[f"measure_{site.language}"]),
        "rate": _percent(site, float(row["rate"]), f"{place}.rate", 1),
        "error": _percent(site, Z * float(row["error"]), f"{place}.error × {Z}", 1),
    }


def _limit(site: Overview, row: dict[Any, Any]) -> dict[str, Any]:
    """The promise: the highest (<= 0.025), the lowest (>= 0.94) or both (0.935-0.97), and whether it was kept."""
    place = f"{FILE}: {row['world']}.{row['measure']}.limit"
    ends = [
        _percent(site, end, place, 0 if (100 * end).is_integer() else 1)
        for end in map(float, re.findall(r"(?:(?<!\d)-)?\d+(?:\.\d+)?", row["limit"]))
    ]
    at_most = "<" in row["limit"]
    return {
        "low": None if at_most else ends[0],
        "high": ends[-1] if at_most or len(ends) == 2 else None,
        "within": row["within"],
    }


def _percent(site: Overview, value: float, place: str, decimals: int) -> Cited:
    return Cited(number(value, decimals, language=site.language, scale=100), value, place=place)


def _count(site: Overview, n: int, column: str) -> Cited:
    return Cited(number(n, language=site.language), n, place=f"{FILE}: {column}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
