"""Contrasts: how far the comparison of the whole plan carries, beyond its difference in change.

The event study over all years, the plan's areas drawn by lot, the pre-trend, the three-year baseline, the years
without a shock to the whole country, and whether the areas differ. The same for the municipality among all others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.data.dataset import read_published
from evalkit.errors import MissingFile
from evalkit.estimates import effects
from evalkit.evaluate.changes import EARLIER_YEARS, fill
from evalkit.evaluate.grid import Grid
from evalkit.measure import MUNICIPALITY, OFFICIAL, USUAL
from evalkit.plan import Plan
from evalkit.plan.indicators import Indicator
from evalkit.terms import MATCHED, PLAN

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
        sides = {PLAN: (grid.inhabited(list(plan.areas)), grid.inhabited(there))}
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for name, (parts, others) in sides.items() if plan.baseline_year in grid.years else ():
        for year in grid.years:
            if (name, year) not in table.index or year == plan.baseline_year:
                continue
            unbroken = [other for other in others if not broken.get((other, year))]
            if broken[name, year]:
                continue
            said = _year(grid, parts, unbroken, year, plan, calm)
            drift = grid.pre_trend(parts, others) if said and year >= plan.baseline_year else None
            if drift is not None:  # a later break says nothing of the years before: as for the evidence level
                said |= grid.published("pre_trend", drift)
            if said:
                found[name, year] = said
    fill(table, found, COLUMNS)


def _year(
    grid: Grid, parts: list[str], there: list[str], year: int, plan: Plan, shocked: Sequence[int]
) -> dict[str, Any]:
    base = plan.baseline_year
    event = grid.difference(parts, there, [year], [base])
    if event is None:
        return {}
    effect, here, others = event
    said = grid.published("event", effect) | {
        "event_areas": float(len(others)),
        "permutation_p": effects.permutation_p(here, others),
        "permutation_floor": effects.smallest_p(len(here), len(others)),
    }
    if year < base:
        return said
    earlier = [when for when in grid.years if base - EARLIER_YEARS < when <= base]
    # A year that nobody measured says nothing; the others still can.
    so_far = [
        when
        for when in plan.years
        if when <= year
        and when in grid.years
        and np.isfinite(grid.level[grid.rows(parts), grid.years[when]]).all()
    ]
    wanted = {
        "event_mean": (so_far, [base]),
        "event_calm": ([when for when in so_far if when not in shocked], [base]),
    }
    if len(earlier) == EARLIER_YEARS:
        wanted["event_baseline3"] = ([year], earlier)
    for stem, (after, before) in wanted.items():
        made = grid.difference(parts, there, after, before) if after else None
        if made is not None:
            said |= grid.published(stem, made[0])
    changes, noise = grid.changes(parts, [year], [base])
    if len(changes) > 1 and (noise > 0).all():
        spread = effects.heterogeneity(changes, noise)
        said |= {"heterogeneity": spread.statistic, "heterogeneity_p": spread.p_value}
    return said
