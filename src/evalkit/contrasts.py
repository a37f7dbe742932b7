"""Contrasts: how far the comparison of the whole plan carries, beyond its difference in change.

The event study over all years, the plan's areas drawn by lot, the pre-trend, the three-year baseline, the years
without a shock to the whole country, and whether the areas differ. The same for the municipality among all others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit import effects
from evalkit.changes import EARLIER_YEARS, fill
from evalkit.comparisons import Grid
from evalkit.data import read_published
from evalkit.errors import MissingFile
from evalkit.measures import MUNICIPALITY, OFFICIAL, USUAL
from evalkit.plan import Indicator, Plan
from evalkit.terms import MATCHED, PLAN, Estimate

STEMS: Final = ("event", "event_baseline3", "event_mean", "event_calm", "pre_trend")
SINGLE: Final = ("event_areas", "permutation_p", "permutation_floor", "heterogeneity", "heterogeneity_p")
COLUMNS: Final = (*(f"{stem}{end}" for stem in STEMS for end in ("", "_lower", "_upper")), *SINGLE)


def shocked_years(plan: Plan) -> list[int]:
    """Plan years with a shock to the whole country, after the list of events (COVID-19)."""
    try:
        events = read_published(plan.root, "events")
    except FileNotFoundError as error:
        raise MissingFile("data/published/events.csv: no such file. Restore it from the project.") from error
    found: set[int] = set()
    for _, event in events[events["kind"] == "shock"].iterrows():
        first, last = (plan.year_of(dt.date.fromisoformat(event[end])) for end in ("start", "end"))
        found |= set(range(first, last + 1))
    return sorted(found)


def contrast(table: pd.DataFrame, one: Indicator, plan: Plan, matched: Sequence[str]) -> None:
    """Add the columns of this module to the rows of the whole plan, or of the municipality in official figures."""
    if one.comparator is None or one.polarity == "neutral" or one.of is not None:
        fill(table, {}, COLUMNS)
        return
    areas = table.index.get_level_values("area")
    broken = table["series_break"].to_dict()
    grid, calm = Grid.of(table, one, plan), shocked_years(plan)
    if one.official:
        others = sorted({area for area in areas if area.startswith(OFFICIAL)})
        sides = {name: ([name], others) for name in (MUNICIPALITY, USUAL) if name in areas}
    else:
        there = [name for name in matched if name in areas] if one.comparator == MATCHED else []
        sides = {PLAN: (list(plan.areas), there)}
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for name, (parts, others) in sides.items():
        for year in map(int, grid.level.columns):
            if (name, year) not in table.index or year == plan.baseline_year:
                continue
            unbroken = [other for other in others if not broken.get((other, year))]
            if broken[name, year]:
                continue
            said = _year(grid, parts, unbroken, year, plan, calm)
            if said:
                found[name, year] = said
    fill(table, found, COLUMNS)


def _year(
    grid: Grid, parts: list[str], there: list[str], year: int, plan: Plan, shocked: Sequence[int]
) -> dict[str, Any]:
    base = plan.baseline_year
    event = _difference(grid, parts, there, [year], [base])
    if event is None:
        return {}
    effect, here, others = event
    said = _limits("event", effect, grid.rate) | {
        "event_areas": float(len(others)),
        "permutation_p": effects.permutation_p(here, others),
        "permutation_floor": effects.smallest_p(len(here), len(others)),
    }
    if year < base:
        return said
    earlier = [when for when in map(int, grid.level.columns) if base - EARLIER_YEARS < when <= base]
    so_far = [when for when in plan.years if when <= year and when in grid.level.columns]
    # A year that nobody measured says nothing; the others still can.
    so_far = [when for when in so_far if grid.level.reindex(parts)[when].notna().all()]
    wanted = {
        "event_mean": (so_far, [base]),
        "event_calm": ([when for when in so_far if when not in shocked], [base]),
    }
    if len(earlier) == EARLIER_YEARS:
        wanted["event_baseline3"] = ([year], earlier)
    for stem, (after, before) in wanted.items():
        made = _difference(grid, parts, there, after, before) if after else None
        if made is not None:
            said |= _limits(stem, made[0], grid.rate)
    drift = grid.pre_trend(parts, there)
    if drift is not None:
        said |= _limits("pre_trend", drift, grid.rate)
    changes, noise = grid.changes(parts, year)
    if len(changes) > 1 and (noise > 0).all():
        spread = effects.heterogeneity(changes, noise)
        said |= {"heterogeneity": spread.statistic, "heterogeneity_p": spread.p_value}
    return said


def _difference(
    grid: Grid, parts: list[str], there: list[str], after: Iterable[int], before: Iterable[int]
) -> tuple[Estimate, np.ndarray, np.ndarray] | None:
    """Mean change of the parts minus that of the others by the latter's spread; None with a part missing."""
    here, noise = _changes(grid, parts, list(after), list(before))
    others, other_noise = _changes(grid, there, list(after), list(before))
    if len(here) < len(parts) or len(others) < 2:
        return None
    return (
        effects.placebo_effect(here, others, treated_variance=noise, comparison_variance=other_noise),
        here,
        others,
    )


def _changes(
    grid: Grid, areas: list[str], after: list[int], before: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean level of some years minus that of others, and its sampling variance, of the areas that have them all."""
    level, variance = grid.level.reindex(areas), grid.variance.reindex(areas)
    change = level[after].mean(axis=1, skipna=False) - level[before].mean(axis=1, skipna=False)
    noise = (
        variance[after].sum(axis=1, skipna=False) / len(after) ** 2
        + variance[before].sum(axis=1, skipna=False) / len(before) ** 2
    )
    if grid.rate:
        # Years up to the baseline year have no φ of their own: that of the nearest year serves.
        spread = grid.cells["dispersion"].reindex(areas).bfill(axis=1).ffill(axis=1)[after[-1]]
        noise = noise * spread
    told = np.isfinite(change) & np.isfinite(noise)
    return change[told].to_numpy(float), noise[told].to_numpy(float)


def _limits(stem: str, effect: Estimate, rate: bool) -> dict[str, float]:
    """Value and interval as published: points, or ratio minus 1 where the change was a log ratio."""
    ends = {"": effect.value, "_lower": effect.lower, "_upper": effect.upper}
    return {f"{stem}{end}": float(np.expm1(x)) if rate else float(x) for end, x in ends.items()}
