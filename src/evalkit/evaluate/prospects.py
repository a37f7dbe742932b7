"""Prospects: what it takes from here to reach the last year's target, and what would settle what cannot be told.

All of it follows from published figures alone, so that a reader can work it out, too. A projection is no result.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.estimates import rates
from evalkit.estimates.power import answers_to_see, years_to_see
from evalkit.estimates.statistics import PER
from evalkit.evaluate.baseline import level_then, of_rows
from evalkit.evaluate.changes import CELLS, limits
from evalkit.evaluate.frames import by_indicator, stacked
from evalkit.plan import Goal, Plan
from evalkit.plan.indicators import Indicator
from evalkit.terms import LEVEL, PLAN, Polarity
from evalkit.verdicts import required_pace

COLUMNS: Final = (
    "target_last",
    "required_pace",
    "years_by_change",
    "years_by_trend",
    "projection",
    "projection_lower",
    "projection_upper",
    "chance_to_reach",
    "years_more",
    "answers_needed",
)
_READ: Final = ("numerator", "denominator", "value", "effective_n", "design_effect")


def prospects(plan: Plan, levels: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """One row for every goal, area (and plan) and plan year of which anything can be said."""
    cells = levels[list(_READ)].join(changes[["baseline_value", "dispersion", "df", "trend"]])
    then, years = level_then(plan, levels, CELLS), of_rows(plan, levels.index)["years"]
    cells["baseline_people"] = then["denominator"] / years  # of a year, as each later one has
    cells["baseline_answers"] = then["effective_n"] / years
    cut = levels["series_break"].reindex(cells.index).eq(True)
    start = ["baseline_value", "baseline_people", "baseline_answers"]
    cells[start] = cells[start].mask(cut)  # of another series than the row's
    series = levels[["numerator", "denominator"]].mask(cut)  # as the trend has it
    goals = {goal.indicator: goal for goal in plan.goals.values()}
    found = []
    for name, rows in by_indicator(cells):
        if name not in goals or not plan.indicators[name].statistic.judged:
            continue
        own = rows[rows.index.isin([*plan.areas, PLAN], level="area")]
        now = own[own.index.isin(plan.years, level="year")]
        one, goal = plan.indicators[name], goals[name]
        if plan.baseline_of(name).inside:  # there is no path to be on
            goal = goal.model_copy(update={"target": None})
        parts = [_answers(one, goal, plan, now)]
        if goal.target is not None:
            parts += [_pace(plan, goal, now), _years(plan, one, goal, now)]
        if goal.target is not None and one.statistic.events:
            parts.append(_projected(plan, goal, series.loc[name], now))
        found.append(pd.concat({name: pd.concat(parts, axis=1)}, names=["indicator"]))
    return stacked(found, COLUMNS)


def _last_target(plan: Plan, goal: Goal, start: pd.Series) -> pd.Series:
    """Level planned for the plan's last year; NaN where there was none in the baseline year."""
    return pd.Series(plan.planned(goal, start.where(start > 0), plan.years[-1]), start.index)


def _pace(plan: Plan, goal: Goal, cells: pd.DataFrame) -> pd.DataFrame:
    """The last year's target, and the change a year that would still lead there in time."""
    assert goal.target is not None
    made = pd.DataFrame({"target_last": _last_target(plan, goal, cells["baseline_value"])})
    years = cells.index.get_level_values("year")
    left = np.array([goal.target.due(year, plan.years[-1]) - year for year in years], dtype=float)
    fit = ((left > 0) & (cells["value"] > 0) & (made["target_last"] > 0)).to_numpy()
    made["required_pace"] = np.nan
    made.loc[fit, "required_pace"] = required_pace(
        cells["value"][fit], made["target_last"][fit], left[fit], polarity=goal.polarity
    )
    return made


def _years(plan: Plan, one: Indicator, goal: Goal, cells: pd.DataFrame) -> pd.DataFrame:
    """Years until the planned pace would be seen, from what the baseline year had."""
    start = cells["baseline_value"].where(cells["baseline_value"] > 0)
    step = (
        pd.Series(plan.planned(goal, start, plan.baseline_year + 1), start.index) - start
    )  # of the first year
    asked = step > 0 if goal.polarity is Polarity.HIGHER else step < 0
    made = pd.DataFrame(np.nan, cells.index, ["years_by_change", "years_by_trend"])
    if not one.statistic.events:
        fit = (asked & start.le(1) & cells["baseline_answers"].gt(0)).to_numpy()
        made.loc[fit, "years_by_change"] = years_to_see(
            start[fit], cells["baseline_answers"][fit], step[fit], scale="points"
        )
        return made
    fit = (asked & cells["baseline_people"].gt(0) & cells["dispersion"].notna()).to_numpy()
    pace = step[fit] / start[fit]
    spread = {name: cells[name][fit] for name in ("dispersion", "df")}
    for by in ("change", "trend"):
        made.loc[fit, f"years_by_{by}"] = years_to_see(
            start[fit] / PER, cells["baseline_people"][fit], pace, scale="relative", by=by, **spread
        )
    since = cells.index.get_level_values("year") - plan.baseline_year
    more = made["years_by_trend"] - since
    return made.assign(years_more=more.where(more > 0))


def _projected(plan: Plan, goal: Goal, series: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """The last year's level if the trend goes on, and the chance that it reaches the target; before that year only."""
    aim, last = _last_target(plan, goal, cells["baseline_value"]), plan.years[-1]
    ready = cells["trend"].notna() & (aim > 0)
    found: list[pd.DataFrame] = []
    for year in plan.years[:-1]:
        rows = cells[ready & (cells.index.get_level_values("year") == year)]
        if rows.empty:
            continue
        areas, window = rows.index.get_level_values("area"), list(range(plan.baseline_year, year + 1))
        seen, people = (
            series[part].unstack("year").loc[areas, window] for part in ("numerator", "denominator")
        )
        known = seen.notna() & people.notna()  # a year without a figure is none of the trend's
        seen, people = seen.where(known, 0), people.where(known, 0)
        spread: dict[str, Any] = {name: rows[name] for name in ("dispersion", "df")}
        made = rates.projected(seen, people, window, last, rows["denominator"], **spread, level=LEVEL)
        below = rates.chance_at_most(made, aim[rows.index] / PER)
        frame = limits("projection", made, rows.index) * PER
        found.append(frame.assign(chance_to_reach=below if goal.polarity == Polarity.LOWER else 1 - below))
    return pd.concat(found) if found else pd.DataFrame(index=cells.index[:0])


def _answers(one: Indicator, goal: Goal, plan: Plan, cells: pd.DataFrame) -> pd.DataFrame:
    """Answers in each of two years that would show a change of delta, or of all that is planned, by this year's weights."""
    made = pd.DataFrame({"answers_needed": np.nan}, index=cells.index)
    start = cells["baseline_value"]
    way = 1 if goal.polarity == Polarity.HIGHER else -1
    step = _last_target(plan, goal, start) - start if goal.target is not None else start * 0 + way * one.delta
    fit = (start.gt(0) & start.lt(1) & (step * way > 0) & cells["design_effect"].gt(0)).to_numpy()
    if one.statistic.asked:
        weighting = np.maximum(cells["design_effect"][fit].to_numpy(float), 1.0)
        needed = answers_to_see(start[fit], step[fit]) * weighting
        unit = 10 ** np.floor(np.log10(needed) - 1)  # upwards to two digits: a plan needs no more
        made.loc[fit, "answers_needed"] = np.ceil(needed / unit) * unit
    return made
