"""The goal and the verdict: target, plain fact, verdict, and what other readings would have said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.errors import Problem
from evalkit.estimates import rates
from evalkit.evaluate.baseline import hidden_then, of_rows
from evalkit.evaluate.frames import by_indicator, keys, stacked
from evalkit.measure.official import COUNTRY, MUNICIPALITY, REGION, USUAL
from evalkit.plan import Goal, Plan, Target, params
from evalkit.plan.indicators import Indicator
from evalkit.plan.targets import POINTS
from evalkit.terms import PLAN, Estimate, Reading, Shown, Verdict
from evalkit.verdicts import OFFICES, holm, judge, progress, speaks, target_reached, with_holm

COLUMNS: Final = (
    "target",
    "target_linear",
    "target_reached",
    "planned_change",
    "planned_half",
    "delta",
    "judged_on",
    "verdict",
    "verdict_rule",
    "p_value",
    "p_holm",
    "verdict_holm",
    "verdict_linear",
    *(f"verdict_{office}" for office in OFFICES),
)


def verdicts(plan: Plan, levels: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Target, fact, verdict, Holm's reading and the other readings, for areas and plan in the plan years."""
    cells = levels[["value", "shown", "series_break", "too_few"]].join(changes)
    cells["hidden_then"] = hidden_then(plan, levels)
    cells = cells.join(of_rows(plan, cells.index))
    cells = cells[keys(cells, "year")[0].isin(plan.years)]
    found = []
    for name, rows in by_indicator(cells):
        one = plan.indicators[name]
        if one.polarity == "neutral" or not one.statistic.judged:
            continue
        own = [MUNICIPALITY, USUAL, REGION, COUNTRY] if one.official else [*plan.areas, PLAN]
        mine = rows[rows.index.get_level_values("area").isin(own)]
        if len(mine):
            found.append(pd.concat({name: _judged(plan, one, mine)}, names=["indicator"]))
    return stacked(found, COLUMNS)


def _judged(plan: Plan, one: Indicator, cells: pd.DataFrame) -> pd.DataFrame:
    """One indicator: the verdict on its change, or on its trend where a rate with a number has one."""
    found = _asked_for(plan, one, cells)
    on_trend = found["judged_on"].eq("trend")
    limits = [cells[f"trend{end}"].where(on_trend, cells[f"change{end}"]) for end in ("", "_lower", "_upper")]
    known: dict[str, Any] = {
        "polarity": one.polarity,
        "scale": one.statistic.scale,
        "delta": one.delta,
        "hidden": cells["shown"].eq(Shown.SUPPRESSED) | cells["hidden_then"],
        "enough": ~cells["too_few"],
    }
    verdict, rule = judge(*limits, planned_change=found["planned_change"], **known)
    linear, _ = judge(*limits, planned_change=found.pop("planned_linear"), **known)
    found["verdict"] = pd.Series(verdict, cells.index).astype(str)
    found["verdict_linear"] = pd.Series(linear, cells.index).astype(str)
    found["verdict_rule"] = pd.Series(rule, cells.index)
    # Two levels of different series: figures there are, but nothing can be made of them together.
    broken = cells["series_break"] & cells["value"].notna() & cells["baseline_value"].notna()
    found.loc[broken, ["verdict", "verdict_linear"]] = Verdict.CANNOT_TELL.value
    found.loc[broken, "verdict_rule"] = "series_break"
    found["p_value"] = cells["p_value"].mask(on_trend, _trend_p(cells))
    since = cells.index.get_level_values("year") - cells["middle"]
    start = cells["baseline_value"].mask(cells["series_break"])
    for office in OFFICES:
        found[f"verdict_{office}"] = [
            str(
                progress(
                    value,
                    base if years > 0 else np.nan,
                    years if years > 0 else 1,
                    polarity=one.polarity,
                    rule=office,
                )
            )
            for value, base, years in zip(cells["value"], start, since, strict=True)
        ]
    return found.join(_with_holm(found[found.index.isin(list(plan.areas), level="area")]))


def _asked_for(plan: Plan, one: Indicator, cells: pd.DataFrame) -> pd.DataFrame:
    """What the plan asks for in each year: target and fact, and the planned change on the scale of the verdict."""
    goal = plan.goals.get(one.goal) if one.goal else None
    if (
        goal is None or goal.target is None or cells["inside"].any()
    ):  # inside the plan there is no path to be on
        nothing = {"planned_change": np.nan, "planned_linear": np.nan}
        return pd.DataFrame({"judged_on": "change", "delta": one.delta, **nothing}, index=cells.index)
    base = cells["baseline_value"].mask(cells["series_break"])
    years = cells.index.get_level_values("year").to_numpy()
    since = years - plan.baseline_year
    start = base.where(base > 0)  # nothing less than none can be planned
    target = plan.planned(goal, start, years)
    linear = plan.planned(goal, start, years, Reading.LINEAR)
    reached = pd.Series(target_reached(cells["value"], target, goal.polarity), cells.index, dtype=float)
    # Without a level to start from there is no path for a trend to be held against; nor is there where the path starts
    # from another level than the trend does.
    alike = plan.baseline_of(goal.indicator).years == (plan.baseline_year,) and one.statistic.events
    # Who was at the level from the start is asked for no change: its verdict is that of a goal with a direction alone.
    met = goal.target.met(start, goal.polarity)
    on_trend = cells["trend"].notna() & base.gt(0) & alike & ~met
    planned = {
        # From year 3 the trend carries the verdict, and the planned annual pace is what it is held against.
        name: np.where(
            on_trend,
            (level / start) ** (1 / since) - 1,
            one.statistic.planned(start.mask(met), level),
        )
        for name, level in (("planned_change", target), ("planned_linear", linear))
    }
    half = planned["planned_change"] / 2
    if one.statistic.relative:  # halved on the log scale, as the verdict does
        half = np.sqrt(1 + planned["planned_change"]) - 1
    return pd.DataFrame(
        {
            "planned_half": half,
            "target": target,
            "target_linear": linear if goal.target.has_readings else np.nan,
            "target_reached": reached.map({1.0: "yes", 0.0: "no"}).fillna(""),
            "judged_on": np.where(on_trend, "trend", "change"),
            "delta": np.where(met, one.delta, np.nan),
            **planned,
        },
        index=cells.index,
    )


def _trend_p(cells: pd.DataFrame) -> pd.Series:
    """Two-sided p for "no trend", where there is one."""
    known = cells[cells["trend"].notna()]
    trend = Estimate.of((known[f"trend{end}"].to_numpy() for end in ("", "_lower", "_upper")), "trend")
    p = rates.annual_change_p(replace(trend, df=known["df"].to_numpy()))
    return pd.Series(p, known.index, dtype=float).reindex(cells.index)


def _with_holm(single: pd.DataFrame) -> pd.DataFrame:
    """p after Holm over the area-years of the goal, and the verdict read with it."""
    p_holm = holm(single["p_value"].to_numpy(float))
    verdicts = np.array([Verdict(verdict) for verdict in single["verdict"]], dtype=object)
    held = np.atleast_1d(with_holm(verdicts, p_holm)).astype(str)
    return pd.DataFrame({"p_holm": p_holm, "verdict_holm": held}, index=single.index)


def comparison_says(plan: Plan, compared: pd.DataFrame) -> pd.DataFrame:
    """For, against or neither: what the comparison of every row says of the plan, where there is one."""
    found = []
    for name, rows in by_indicator(compared[compared["effect"].notna()]):
        one = plan.indicators[name]
        difference, several_years, drift = (
            (rows[f"{stem}_lower"], rows[f"{stem}_upper"])
            for stem in ("effect", "event_baseline3", "pre_trend")
        )
        way = speaks(
            difference,
            several_years,
            drift,
            rows["drift_to_overturn"],
            rows["evidence_level"],
            polarity=one.polarity,
        )
        says = np.array(["against", "neither", "for"])[np.asarray(way, dtype=int) + 1]
        found.append(
            pd.concat({name: pd.DataFrame({"comparison_says": says}, rows.index)}, names=["indicator"])
        )
    return stacked(found, ["comparison_says"])


def beyond_everybody(plan: Plan, changes: pd.DataFrame) -> list[Problem]:
    """Targets of shares that would be more than everybody, or less than nobody, from where some area stood then."""
    found: list[Problem] = []
    for key, goal in plan.goals.items():
        if (
            goal.target is None
            or plan.baseline_of(goal.indicator).inside
            or plan.indicators[goal.indicator].statistic.unit != "share"
        ):
            continue
        base = (
            changes["baseline_value"].loc[goal.indicator].groupby("area").first().reindex([*plan.areas, PLAN])
        )
        found += _too_far(plan, key, goal, base[base > 0])
    return found


def _too_far(plan: Plan, key: str, goal: Goal, base: pd.Series) -> Iterator[Problem]:
    years = np.array(plan.years)  # the path starts in the baseline year, whatever the baseline
    too_far = {}  # area -> first year outside 0-100 %, and the target there
    for area, start in base.items():
        path = plan.planned(goal, start, years)
        if (outside := (path > 1 + 1e-9) | (path < -1e-9)).any():
            too_far[str(area)] = int(years[outside][0]), float(path[outside][0]), float(start)
    if not too_far:
        return
    area = min(too_far, key=lambda each: too_far[each][0])
    year, aim, start = too_far[area]
    others = [f"{each} {when}" for each, (when, _, _) in too_far.items() if each != area]
    also = f" So do {', '.join(others)}." if others else ""
    most = _most(goal.target, float(base.min()), float(base.max()), plan.years[-1] - plan.baseline_year)
    asked = str(goal.target).partition(",")[0]  # 0.1 a year
    per = asked.partition(" ")[2]
    advice = f"At most {most:g} {per} stays within until {plan.years[-1]}; or type" if most else "Type"
    document = params.read(plan.root / "params" / "plan.yml", plan.root)
    yield document.problem(
        ("goals", key, "target"),
        f"{asked} from {start:.1%} in {plan.baseline_year} ({area}) leaves 0-100 % in {year}: {aim:.1%}.{also}",
        f"{advice} target: null.",
    )


def _most(target: Target | None, lowest: float, highest: float, years: int) -> float:
    """The largest number, to three decimals, that leaves everybody within 0-100 % in the last year; 0 where none does."""
    assert target is not None
    if target.size < 0:  # points; a part of what there was never leaves less than none
        most = lowest
    elif target.way in POINTS:
        most = 1 - highest
    else:
        most = 1 / highest - 1
    if target.way.startswith("annual"):
        compounding = target.way == "annual_change" and target.reading is Reading.COMPOUNDING
        most = (1 + most) ** (1 / years) - 1 if compounding else most / years
    return float(np.copysign(np.floor(most * 1000 + 1e-9) / 1000, target.size))
