"""Published rows made by hand, for tests of words, pictures and pages: plausible levels, every awkward case.

Nothing here is evaluated: numbers and verdicts are set, so that a test of a picture does not lean on the
statistics. Change single cells with `changed`, and look at one report with `report`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from evalkit.plan import Disclosure, Plan
from evalkit.plan.indicators import Indicator
from evalkit.results import ROW_COLUMNS
from evalkit.terms import MATCHED, PLAN, REST, Status

ROOT = Path(__file__).parents[1]
YEARS = range(2014, 2022)

_LEVELS = {  # indicator -> area -> level of the years 2014-2021
    "tryghed": {
        "ringparken": [0.638, 0.63, 0.609, 0.623, 0.66, 0.719, 0.704, 0.728],
        "sydbyen": [0.70, 0.71, 0.70, 0.704, 0.709, 0.732, 0.748, 0.756],
        "motalavej": [0.61, 0.60, 0.583, 0.59, 0.561, 0.579, 0.461, 0.602],
        "praestevangen": [0.75, 0.76, 0.75, 0.757, 0.763, 0.731, 0.74, 0.752],
        PLAN: [0.67, 0.67, 0.65, 0.653, 0.662, 0.69, 0.65, 0.71],
        MATCHED: [0.655, 0.656, 0.651, 0.656, 0.664, 0.672, 0.668, 0.675],
        REST: [0.88, 0.88, 0.87, 0.87, 0.88, 0.88, 0.87, 0.88],
    },
    "haervaerk": {
        "ringparken": [27.2, 30.7, 25.3, 28.8, 26.9, 20.4, 15.5, 11.1],
        "sydbyen": [28, 27, 29, 27.9, 27.5, 24.2, 16.7, 14.2],
        "motalavej": [45, 47, 51, 49, 48.1, 48.2, 46.6, 44.8],
        "praestevangen": [22, 24, 23, 22.4, 20.7, 17.4, 12.8, 12.0],
        PLAN: [31, 32, 32, 32.0, 31.1, 27.8, 22.3, 17.5],
        REST: [10.6, 10.3, 9.9, 9.8, 9.4, 8.9, 8.1, 7.4],
    },
    "uddannelse": {
        "ringparken": [0.49, 0.50, 0.51, 0.513, 0.536, 0.572, 0.606, 0.644],
        "sydbyen": [0.51, 0.51, 0.52, 0.52, 0.535, 0.553, 0.576, 0.59],
        "motalavej": [0.47, 0.48, 0.48, 0.49, 0.506, 0.525, 0.566, 0.595],
        "praestevangen": [0.54, 0.54, 0.53, 0.535, 0.538, 0.563, 0.579, 0.588],
        PLAN: [0.50, 0.505, 0.506, 0.506, 0.527, 0.554, 0.589, 0.61],
        REST: [0.66, 0.66, 0.67, 0.67, 0.675, 0.68, 0.69, 0.69],
    },
    "forsoergelse": {
        "ringparken": [0.40, 0.40, 0.398, 0.395, 0.394, 0.386, 0.385, 0.383],
        "sydbyen": [0.32, 0.32, 0.318, 0.316, 0.316, 0.306, 0.317, 0.304],
        "motalavej": [0.44, 0.445, 0.444, 0.445, 0.445, 0.442, 0.442, 0.435],
        "praestevangen": [0.31, 0.31, 0.308, 0.307, 0.308, 0.304, 0.317, 0.309],
        PLAN: [0.38, 0.38, 0.378, 0.377, 0.375, 0.367, 0.374, 0.363],
        REST: [0.20, 0.20, 0.198, 0.196, 0.195, 0.19, 0.2, 0.195],
    },
}
_HALF = {PLAN: 0.035, REST: 0.01, MATCHED: 0.02}  # half an interval's width, shares
_VERDICTS = {
    "tryghed": {
        "ringparken": ["cannot_tell", "improved", "cannot_tell", "improved"],
        "motalavej": ["cannot_tell", "cannot_tell", "worsened", "cannot_tell"],
        PLAN: ["cannot_tell", "cannot_tell", "cannot_tell", "improved"],
    },
    "haervaerk": {
        "ringparken": ["cannot_tell", "cannot_tell", "improving", "on_track"],
        "sydbyen": ["cannot_tell", "cannot_tell", "improving", "reached"],
        "motalavej": ["off_track"] * 4,
        PLAN: ["cannot_tell", "cannot_tell", "improving", "improving"],
    },
    "uddannelse": {
        "ringparken": ["cannot_tell", "cannot_tell", "improved", "improved"],
        PLAN: ["cannot_tell", "cannot_tell", "improved", "improved"],
    },
    "forsoergelse": {a: ["little_change"] * 4 for a in ("ringparken", "motalavej", PLAN)},
}


@cache
def plan() -> Plan:
    """The shipped plan, with the default disclosure policy."""
    read = {
        name: yaml.safe_load((ROOT / "params" / f"{name}.yml").read_text("utf-8"))
        for name in ("plan", "indicators")
    }
    indicators = {key: Indicator(**record) for key, record in read["indicators"].items()}
    return Plan(**read["plan"], indicators=indicators, policy=Disclosure(), root=ROOT)


def _row(indicator: str, area: str, year: int, level: float) -> dict[str, Any]:
    rate = indicator == "haervaerk"
    residents = {PLAN: 5664, REST: 72000, MATCHED: 6200}.get(area, 1400)
    if rate:
        count = round(level * residents / 1000)
        half = 1.96 * max(count, 1) ** 0.5 / residents * 1000
    else:
        count, half = round(level * residents / 4), _HALF.get(area, 0.055)
    base = _LEVELS[indicator][area][3]
    row: dict[str, Any] = dict.fromkeys(ROW_COLUMNS)
    row |= {
        "row": f"{indicator}.{area}.{year}",
        "indicator": indicator,
        "area": area,
        "year": year,
        "statistic": "rate" if rate else "weighted_share" if indicator == "tryghed" else "share",
        "unit": "per_1000" if rate else "share",
        "shown": "value",
        "numerator": count,
        "denominator": residents if rate else residents // 4,
        "value": level,
        "lower": max(level - half, 0),
        "upper": level + half,
        "level": 0.95,
        "method": "set by hand",
        "source": "stand-in",
        "synthetic": "yes",
    }
    if indicator == "tryghed":
        row |= {
            "respondents": residents // 5,
            "invited": residents // 2,
            "response_rate": 0.4,
            "dont_know": 9,
        }
    if area in (REST, MATCHED):
        return row
    row |= {"comparator": MATCHED if indicator == "tryghed" else REST}
    row |= {"comparator_value": _LEVELS[indicator][row["comparator"]][year - 2014]}
    if year > 2017:
        change = level / base - 1 if rate else level - base
        verdicts = _VERDICTS[indicator].get(area, ["cannot_tell"] * 4)
        row |= {
            "baseline_year": 2017,
            "baseline_value": base,
            "baseline_numerator": round(base * (residents / 1000 if rate else residents // 4)),
            "baseline_denominator": residents if rate else residents // 4,
            "change_kind": "relative" if rate else "points",
            "change": change,
            "change_lower": change - (0.3 if rate else 0.07),
            "change_upper": change + (0.35 if rate else 0.07),
            "delta": 0.05,
            "verdict": verdicts[year - 2018],
            "verdict_rule": "set by hand",
            "evidence_level": 2,
            "effect": change / 2,
            "effect_lower": change / 2 - 0.1,
            "effect_upper": change / 2 + 0.1,
            "comparison_says": "neither",
        }
        if rate:
            target = base * 0.85 ** (year - 2017)
            row |= {
                "target": target,
                "planned_change": 0.85 ** (year - 2017) - 1,
                "planned_half": 0.85 ** ((year - 2017) / 2) - 1,
                "target_reached": "yes" if level <= target else "no",
            }
    return row


@cache
def _all_rows() -> pd.DataFrame:
    made = [
        _row(indicator, area, year, levels[year - 2014])
        for indicator, areas in _LEVELS.items()
        for area, levels in areas.items()
        for year in YEARS
    ]
    return pd.DataFrame(made, columns=list(ROW_COLUMNS)).set_index("row", drop=False)


def rows() -> pd.DataFrame:
    """A fresh copy of the whole table."""
    return _all_rows().copy()


_NUMBERS = [
    name
    for name in ROW_COLUMNS
    if name
    not in ("row", "indicator", "area", "year", "statistic", "unit", "shown", "synthetic", "comparator")
]


def changed(table: pd.DataFrame, row: str, **cells: Any) -> pd.DataFrame:
    """The table with cells of one row set; shown="suppressed" or "missing" empties the row's numbers as publishing does."""
    table = table.copy()
    if cells.get("shown") in ("suppressed", "missing"):
        verdict = "suppressed" if cells["shown"] == "suppressed" else "not_assessable"
        table.loc[row, _NUMBERS] = None
        cells = {"verdict": verdict, **cells}
    for name, value in cells.items():
        table.loc[row, name] = value
    return table


@dataclass
class StandIn:
    """What `evalkit.load` gives, without data and without evaluation."""

    rows: pd.DataFrame
    area: str = "ringparken"
    year: int = 2019
    language: str = "da"
    status: Status = Status.DRAFT
    synthetic: bool = True
    assessment: dict[str, Any] = field(default_factory=dict)
    chosen_events: list[str] = field(default_factory=list)
    provenance: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    plan: Plan = field(default_factory=plan)

    @property
    def events(self) -> pd.DataFrame:
        """The dated events of the shipped data; beside made-up figures those of the whole country."""
        found = pd.read_csv(ROOT / "data" / "published" / "events.csv", dtype=str)
        return found[found["area"] == "denmark"] if self.synthetic else found

    def row(self, indicator: str, area: str | None = None, year: int | None = None) -> pd.Series:
        """One published row; a missing one has shown == "missing" and no numbers."""
        name = f"{indicator}.{area or self.area}.{year or self.year}"
        if name in self.rows.index:
            return self.rows.loc[name]
        empty = dict.fromkeys(ROW_COLUMNS, float("nan"))
        return pd.Series(
            {**empty, "row": name, "indicator": indicator, "shown": "missing", "verdict": "not_assessable"}
        )


def report(
    area: str = "ringparken", year: int = 2019, *, table: pd.DataFrame | None = None, **more: Any
) -> StandIn:
    """A report on one area and year from the table (default: `rows()`)."""
    return StandIn(rows() if table is None else table, area=area, year=year, **more)
