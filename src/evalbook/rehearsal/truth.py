"""The documented truth behind synthetic data: what really happens in each area, chosen and not found.

Nothing here is taken from a real area. Every level is common x own (reports) or common + own (shares): what
happens everywhere, and what happens in this area only. The stories differ from area to area so that every
verdict has its chance; areas and years come from the plan, whichever plan it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from evalkit.plan import Plan
from evalkit.terms import REST

YEARS_BEFORE: Final = 3  # years of data before the baseline year, so that a pre-trend can be shown
COMPARISON_AREAS: Final = 12
DISPERSION: Final = 1.8  # variance over mean of the reports of a year: some nights have several

Story = tuple[Literal["unchanged", "steady", "dip", "late", "movers_only"], float]


@dataclass(frozen=True)
class Quantity:
    """One thing that the tables measure: where it stands, its levels, and how it moves."""

    name: str
    table: str
    column: str
    where: dict[str, str | list[str]]
    unit: Literal["share", "per_1000"]
    levels: tuple[float, ...]  # of the plan's areas in the baseline year, in turn
    rest: float  # level of the rest of the municipality
    spread: float  # comparison areas lie within this of the areas' mean level (relative for reports)
    trend: float = 0.0  # common change a year
    shock: tuple[float, float] = (0.0, 0.0)  # common, in the shock year and the year after
    drift: float = 0.0  # comparison areas' own change a year lies within this, either way
    stories: tuple[Story, ...] = (("unchanged", 0.0),)


QUANTITIES: Final = {
    q.name: q
    for q in (
        Quantity(
            "safe",
            "survey",
            "count",
            {"answer": ["high", "some"]},
            "share",
            levels=(0.68, 0.72, 0.64, 0.75),
            rest=0.87,
            spread=0.06,
            trend=0.002,
            shock=(-0.010, -0.005),
            drift=0.003,
            stories=(("steady", 0.012), ("steady", 0.012), ("unchanged", 0.0), ("dip", -0.12)),
        ),
        Quantity(
            "vandalism",
            "incidents",
            "count",
            {"kind": "vandalism"},
            "per_1000",
            levels=(42.0, 40.0, 38.0, 46.0),
            rest=9.0,
            spread=0.15,
            trend=-0.03,
            shock=(-0.12, -0.06),
            drift=0.02,
            stories=(("steady", -0.12), ("steady", -0.33), ("unchanged", 0.0), ("steady", 0.12)),
        ),
        Quantity(
            "arson",
            "incidents",
            "count",
            {"kind": "arson"},
            "per_1000",
            levels=(2.6, 1.9, 3.4, 4.2),
            rest=0.4,
            spread=0.3,
            trend=-0.03,
            shock=(-0.12, -0.06),
        ),
        Quantity(
            "in_education",
            "education",
            "enrolled_or_completed",
            {"age_group": "18-24"},
            "share",
            levels=(0.58, 0.61, 0.55, 0.57),
            rest=0.74,
            spread=0.05,
            trend=0.004,
            drift=0.004,
            stories=(("steady", 0.035), ("movers_only", 0.14), ("unchanged", 0.0), ("steady", -0.03)),
        ),
        Quantity(
            "not_in_work_or_education",
            "education",
            "neet",
            {"age_group": "18-24"},
            "share",
            levels=(0.22, 0.20, 0.25, 0.23),
            rest=0.10,
            spread=0.04,
            trend=-0.002,
            shock=(0.01, 0.005),
            stories=(("steady", -0.015), ("unchanged", 0.0), ("unchanged", 0.0), ("steady", 0.01)),
        ),
        Quantity(
            "completed_at_25",
            "education",
            "completed",
            {"age_group": "25"},
            "share",
            levels=(0.55, 0.58, 0.52, 0.54),
            rest=0.73,
            spread=0.05,
            trend=0.004,
            stories=(("late", 0.03), ("unchanged", 0.0)),
        ),
        Quantity(
            "on_benefits",
            "benefits",
            "recipients_fulltime",
            {},
            "share",
            levels=(0.34, 0.30, 0.37, 0.33),
            rest=0.16,
            spread=0.04,
            trend=-0.003,
            shock=(0.012, 0.004),
            drift=0.002,
            stories=(("steady", -0.015), ("movers_only", -0.09), ("unchanged", 0.0), ("steady", 0.013)),
        ),
        Quantity(
            "outside_work",
            "benefits",
            "outside_work_education",
            {},
            "share",
            levels=(0.27, 0.24, 0.30, 0.26),
            rest=0.12,
            spread=0.03,
            trend=-0.002,
            shock=(0.008, 0.003),
            stories=(("steady", -0.012), ("unchanged", 0.0), ("unchanged", 0.0), ("steady", 0.01)),
        ),
        Quantity(
            "moved_out",
            "turnover",
            "moved_out",
            {},
            "share",
            levels=(0.14, 0.17, 0.12, 0.15),
            rest=0.09,
            spread=0.03,
        ),
    )
}
"""What happens, by name; levels hold in the baseline year."""


def years(plan: Plan) -> list[int]:
    """Plan years of a synthetic data set: three before the baseline year until the plan's last."""
    return list(range(plan.baseline_year - YEARS_BEFORE, plan.years[-1] + 1))


def comparison_areas(count: int) -> list[str]:
    """Ids of so many comparison areas: comparison_01, comparison_02, ..."""
    return [f"comparison_{i:02d}" for i in range(1, count + 1)]


def truth(plan: Plan, *, comparators: int = COMPARISON_AREAS) -> pd.DataFrame:
    """The default truth of a plan, one row per area, quantity and year; change it and give it to `generate`.

    area, quantity, indicator   which; indicator is the id in params/indicators.yml, empty if it has none
    year, unit                  plan year; share (0-1) or per_1000 residents
    level                       the true level: common x own (per_1000) or common + own (share)
    common                      level without what is special to the area: trend and shock from everywhere
    own                         what is special to the area since the baseline year: factor, or difference
    movers_in                   movers in since the baseline year minus stayers, difference of shares
    dispersion                  variance over mean of a year's reports; 1 for shares
    shock                       the common shock's part of common: factor, or difference
    story                       the area's own story by name
    """
    matched = comparison_areas(comparators)
    rows = []
    for quantity in QUANTITIES.values():
        indicator = _indicator(plan, quantity)
        for area, level, story in _areas(plan, quantity, matched):
            moving = _base(plan, QUANTITIES["moved_out"], area, matched)
            for year in years(plan):
                rows.append(
                    {
                        "area": area,
                        "quantity": quantity.name,
                        "indicator": indicator,
                        "year": year,
                        **_row(plan, quantity, level, story, moving, year),
                    }
                )
    return pd.DataFrame(rows)


def shock_years(plan: Plan) -> tuple[int, int]:
    """The year of the common shock, the last but one of the plan, and the year after."""
    first = plan.years[-2] if len(plan.years) > 1 else plan.years[0]
    return first, first + 1


def _areas(
    plan: Plan, quantity: Quantity, matched: list[str]
) -> list[tuple[str, float, Story | tuple[str, float]]]:
    """Every area of the world with its baseline level and its own story."""
    found: list[tuple[str, float, Story | tuple[str, float]]] = []
    for i, area in enumerate(plan.areas):
        found.append(
            (area, quantity.levels[i % len(quantity.levels)], quantity.stories[i % len(quantity.stories)])
        )
    found.append((REST, quantity.rest, ("unchanged", 0.0)))
    for i, area in enumerate(matched):
        # 5 i mod n: the drifts are spread evenly, and apart from the levels
        drift = quantity.drift * _even(5 * i % len(matched), len(matched))
        found.append((area, _base(plan, quantity, area, matched), ("drift", drift)))
    return found


def _base(plan: Plan, quantity: Quantity, area: str, matched: list[str]) -> float:
    if area == REST:
        return quantity.rest
    if area in plan.areas:
        return quantity.levels[list(plan.areas).index(area) % len(quantity.levels)]
    mean, away = sum(quantity.levels) / len(quantity.levels), _even(matched.index(area), len(matched))
    return (
        mean * (1 + quantity.spread * away) if quantity.unit == "per_1000" else mean + quantity.spread * away
    )


def _even(i: int, count: int) -> float:
    """The i-th of `count` points spread evenly inside -1 to 1."""
    return (2 * i + 1) / count - 1


def _row(
    plan: Plan, quantity: Quantity, level: float, story: tuple[str, float], moving: float, year: int
) -> dict[str, object]:
    kind, size = story
    since = max(0, year - plan.baseline_year)
    k = {"unchanged": 0, "dip": {1: 0.5, 2: 1, 3: 0.5}.get(since, 0), "late": max(0, since - 2)}.get(
        kind, since
    )
    shocked = dict(zip(shock_years(plan), quantity.shock, strict=True)).get(year, 0.0)
    if quantity.unit == "per_1000":
        shock = 1 + shocked
        common, own = level * (1 + quantity.trend) ** (year - plan.baseline_year) * shock, (1 + size) ** k
        real = common * own
    else:
        shock = shocked
        share_moved = 1 - (1 - moving) ** since
        common = level + quantity.trend * (year - plan.baseline_year) + shock
        own = size * (share_moved if kind == "movers_only" else k)
        real = common + own
    return {
        "unit": quantity.unit,
        "level": round(real, 6),
        "common": round(common, 6),
        "own": round(own, 6),
        "movers_in": size if kind == "movers_only" and since else 0.0,
        "dispersion": DISPERSION if quantity.unit == "per_1000" else 1.0,
        "shock": round(shock, 6),
        "story": kind,
    }


def _indicator(plan: Plan, quantity: Quantity) -> str:
    """Id of the indicator whose numerator is this quantity."""
    for key, one in plan.indicators.items():
        term = one.numerator
        if term and (term.table, term.column, term.where) == (
            quantity.table,
            quantity.column,
            quantity.where,
        ):
            return key
    return ""
