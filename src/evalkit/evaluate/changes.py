"""Changes: from the baseline year to each year, the target path beside them, and the verdict on both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit import verdicts
from evalkit.estimates import power, rates
from evalkit.estimates.proportions import difference, difference_p
from evalkit.measure import COUNTRY, MUNICIPALITY, OFFICIAL, REGION, USUAL
from evalkit.plan import Goal, Plan
from evalkit.plan.indicators import Indicator
from evalkit.terms import LEVEL, PLAN, Estimate, Reading, Shown, Statistic, Verdict

PER: Final = 1000  # rates are per so many residents
EARLIER_YEARS: Final = 3  # years before the baseline that count for φ, pre-trends and the long baseline
TREND_FROM: Final = 3  # plan years; from here on a rate with a number is judged on its trend
LIMITS: Final = ("value", "lower", "upper")


def fill(
    table: pd.DataFrame, found: Mapping[tuple[str, int], Mapping[str, Any]], columns: Iterable[str] = ()
) -> None:
    """Put found values into their cells; columns that are new, or that nothing was found for, are empty elsewhere."""
    new = pd.DataFrame.from_dict(found, orient="index")
    if len(new):
        new.index = pd.MultiIndex.from_tuples(new.index, names=table.index.names)
        new = new.reindex(table.index)
    for column in dict.fromkeys([*columns, *new.columns]):
        table[column] = new.get(column, np.nan)


def change(table: pd.DataFrame, one: Indicator, goal: Goal | None, plan: Plan) -> None:
    """Add the change since the baseline year with its interval, the target and the verdict, for every cell shown."""
    areas, years = (table.index.get_level_values(name) for name in ("area", "year"))
    base = table[years == plan.baseline_year].droplevel("year")
    survey_df = table.pop("df") if "df" in table else pd.Series(np.nan, index=table.index)
    for name in ("numerator", "denominator", "value"):
        table[f"baseline_{name}"] = base[name].reindex(areas).to_numpy()
    empty = (
        "change",
        "change_lower",
        "change_upper",
        "change_baseline3",
        "dispersion",
        "df",
        "p_value",
        "trend",
        "trend_lower",
        "trend_upper",
        "detectable",
    )
    table[list(empty)] = np.nan
    told = table["value"].notna() & table["baseline_value"].notna() & (years != plan.baseline_year)
    if one.statistic == Statistic.COUNT:
        return
    if told.any():
        if one.statistic == Statistic.RATE:
            _rate_change(table, told, one, plan)
        else:
            _share_change(table, told, survey_df, plan)
        _long_baseline(table, one, plan)
        if one.polarity != "neutral":
            _detectable(table, told, one, plan)
    if one.polarity != "neutral":
        _judge(table, one, goal, plan)


def _share_change(table: pd.DataFrame, told: pd.Series, survey_df: pd.Series, plan: Plan) -> None:
    now = table.index[told]
    then = [(area, plan.baseline_year) for area, _ in now]
    later, earlier = (
        Estimate.of(
            (table.loc[at, name].to_numpy(float) for name in LIMITS),
            "wilson",
            effective_n=table.loc[at, "effective_n"].to_numpy(float),
            df=survey_df.loc[at].where(survey_df > 0, np.inf).fillna(np.inf).to_numpy(float),
        )
        for at in (now, then)
    )
    found = difference(later, earlier)
    for name, value in zip(
        ("change", "change_lower", "change_upper"), (found.value, found.lower, found.upper), strict=True
    ):
        table.loc[told, name] = value
    table.loc[told, "p_value"] = difference_p(later, earlier)


def _rate_change(table: pd.DataFrame, told: pd.Series, one: Indicator, plan: Plan) -> None:
    spread = _dispersion(table, one, plan)
    told = told & table.index.get_level_values("year").isin(list(spread))
    if not told.any():
        return
    now = table[told]
    years = now.index.get_level_values("year")
    phi, df = (np.array([spread[year][i] for year in years]) for i in (0, 1))
    counts = [
        now[name].to_numpy()
        for name in ("numerator", "denominator", "baseline_numerator", "baseline_denominator")
    ]
    found = rates.ratio(*counts, dispersion=phi, df=df, level=LEVEL)
    for name, value in zip(
        ("change", "change_lower", "change_upper"), (found.value, found.lower, found.upper), strict=True
    ):
        table.loc[told, name] = np.asarray(value) - 1
    table.loc[told, "p_value"] = rates.ratio_p(*counts, dispersion=phi, df=df)
    table.loc[told, "dispersion"], table.loc[told, "df"] = phi, df
    seen, people = (table[name].unstack("year") for name in ("numerator", "denominator"))
    for year in plan.years:
        window = list(range(plan.baseline_year, year + 1))
        if len(window) <= TREND_FROM or year not in spread or not set(window) <= set(seen):
            continue
        whole = (
            seen[window].notna().all(axis=1)
            & people[window].gt(0).all(axis=1)
            & seen[window].sum(axis=1).gt(0)
        )
        at = [(area, year) for area in seen.index[whole]]
        trend = rates.annual_change(
            seen.loc[whole, window].to_numpy(),
            people.loc[whole, window].to_numpy(),
            window,
            dispersion=spread[year][0],
            df=spread[year][1],
            level=LEVEL,
        )
        for name, value in zip(
            ("trend", "trend_lower", "trend_upper"), (trend.value, trend.lower, trend.upper), strict=True
        ):
            table.loc[at, name] = value


def _dispersion(table: pd.DataFrame, one: Indicator, plan: Plan) -> dict[int, tuple[float, float]]:
    """φ and its df for every year, from the trends of the plan's areas (official: the region's municipalities).

    The trends begin three years before the baseline year, so that φ can be told from the first plan year on,
    and may bend in it, so that a change with the plan is not taken for restlessness. A year in which no series is
    long enough has no φ, and so no interval and no verdict.
    """
    region = [OFFICIAL + name for name in plan.neighbours]
    areas = table.index.get_level_values("area")
    cells = table[areas.isin([*region, MUNICIPALITY] if one.official else list(plan.areas))]
    first, spread = plan.baseline_year - EARLIER_YEARS, {}
    for year in table.index.get_level_values("year").unique():
        when = cells.index.get_level_values("year")
        so_far = cells[(when >= first) & (when <= max(year, plan.baseline_year))]
        phi, df = rates.dispersion(
            so_far.index.get_level_values("area"),
            so_far.index.get_level_values("year"),
            so_far["numerator"].to_numpy(float),
            so_far["denominator"].to_numpy(float),
            bend=plan.baseline_year,
        )
        if df > 0:
            spread[year] = phi, float(df)
    return spread


def _long_baseline(table: pd.DataFrame, one: Indicator, plan: Plan) -> None:
    """Change since the mean of the three years that end with the baseline year; only where all three are shown."""
    three = [plan.baseline_year - i for i in range(EARLIER_YEARS)]
    early = table["value"].unstack("year").reindex(columns=three)
    mean = early.mean(axis=1, skipna=False).reindex(table.index.get_level_values("area")).to_numpy()
    if one.statistic == Statistic.RATE:
        table["change_baseline3"] = table["value"] / np.where(mean > 0, mean, np.nan) - 1
    else:
        table["change_baseline3"] = table["value"] - mean


def _detectable(table: pd.DataFrame, told: pd.Series, one: Indicator, plan: Plan) -> None:
    rate = one.statistic == Statistic.RATE
    size = table["effective_n" if one.statistic == Statistic.WEIGHTED_SHARE else "denominator"]
    then = size.xs(plan.baseline_year, level="year").reindex(table.index.get_level_values("area")).to_numpy()
    base = table["baseline_value"]
    fit = told & size.gt(0) & (then > 0) & base.gt(0) & (table["dispersion"].notna() if rate else base.lt(1))
    if not fit.any():
        return
    known: dict[str, Any] = {"scale": "relative" if rate else "points", "polarity": one.polarity}
    if rate:
        known |= {name: table.loc[fit, name].to_numpy() for name in ("dispersion", "df")}
    start = base[fit] / PER if rate else base[fit]
    table.loc[fit, "detectable"] = power.detectable_change(start, size[fit], then[fit], **known)


def _judge(table: pd.DataFrame, one: Indicator, goal: Goal | None, plan: Plan) -> None:
    """Target, fact, verdict, Holm's reading and the other readings, for areas and plan in the plan years."""
    areas, years = table.index.get_level_values("area"), table.index.get_level_values("year")
    own = [MUNICIPALITY, USUAL, REGION, COUNTRY] if one.official else [*plan.areas, PLAN]
    at = areas.isin(own) & years.isin(plan.years)
    cell = table[at]
    since = cell.index.get_level_values("year").to_numpy() - plan.baseline_year
    rate = one.statistic == Statistic.RATE
    limits = [cell[name].to_numpy(float) for name in ("change", "change_lower", "change_upper")]
    none = np.full(len(cell), np.nan)
    judged: dict[str, Any] = {
        "judged_on": np.full(len(cell), "change"),
        "planned_change": none,
        "delta": np.full(len(cell), one.delta),
    }
    p, planned, linear = cell["p_value"].to_numpy(float), none, none
    if goal is not None and goal.target is not None:
        base = cell["baseline_value"].to_numpy(float)
        annual = goal.target.annual_change
        compounding = np.asarray(verdicts.target_path(1.0, annual, since))
        # Read linearly, 30 % a year is 120 % in four years: the line ends at none.
        factor = {Reading.COMPOUNDING: compounding, Reading.LINEAR: np.maximum(0.0, 1 + annual * since)}
        start = np.where(base > 0, base, np.nan)  # nothing less than none can be planned
        judged |= {
            "target": start * factor[goal.target.reading],
            "target_linear": start * factor[Reading.LINEAR],
            "delta": none,
        }
        reached = np.asarray(
            verdicts.target_reached(cell["value"].to_numpy(float), judged["target"], goal.polarity), float
        )
        judged["target_reached"] = np.select([reached == 1, reached == 0], ["yes", "no"], "")
        planned, linear = (factor[reading] - 1 for reading in (goal.target.reading, Reading.LINEAR))
        if rate:  # from year 3 the trend carries the verdict, and τ is the planned annual pace
            on_trend = cell["trend"].notna().to_numpy()
            limits = [
                np.where(on_trend, cell[name], given)
                for name, given in zip(("trend", "trend_lower", "trend_upper"), limits, strict=True)
            ]
            planned, linear = (
                np.where(on_trend, (1 + path) ** (1 / since) - 1, path) for path in (planned, linear)
            )
            judged["judged_on"] = np.where(on_trend, "trend", "change")
            if on_trend.any():
                told = cell[on_trend]
                line = (told[name].to_numpy() for name in ("trend", "trend_lower", "trend_upper"))
                fitted = Estimate.of(line, "quasi-Poisson", df=told["df"].to_numpy())
                p = p.copy()
                p[on_trend] = rates.annual_change_p(fitted)
        else:
            planned, linear = planned * base, linear * base
    judged |= {"planned_change": planned, "p_value": p}
    then = pd.MultiIndex.from_product([cell.index.get_level_values("area"), [plan.baseline_year]])
    shown_then = table["shown"].reindex(then).to_numpy()
    known: dict[str, Any] = {
        "polarity": one.polarity,
        "scale": "relative" if rate else "points",
        "delta": one.delta,
        "hidden": (cell["shown"] == Shown.SUPPRESSED).to_numpy() | (shown_then == Shown.SUPPRESSED),
        "comparable": ~cell["series_break"].to_numpy(bool),
    }
    verdict, judged["verdict_rule"] = verdicts.judge(*limits, planned_change=planned, **known)
    if "too_few" in cell:  # somebody answered, but too few for a level
        thin = cell["too_few"].eq(True).to_numpy()
        verdict[thin], judged["verdict_rule"][thin] = Verdict.CANNOT_TELL, "too_few"
    judged["verdict"] = verdict.astype(str)
    judged["verdict_linear"] = verdicts.judge(*limits, planned_change=linear, **known)[0].astype(str)
    single = cell.index.get_level_values("area").isin(list(plan.areas))
    if single.any():  # Holm over the area-years of the goal
        p_holm = np.where(single, np.nan, np.nan)
        p_holm[single] = verdicts.holm(p[single])
        held = np.atleast_1d(
            verdicts.with_holm(np.array([Verdict(v) for v in judged["verdict"]], dtype=object), p_holm)
        )
        judged |= {"p_holm": p_holm, "verdict_holm": np.where(single, held.astype(str), "")}
    for rule in ("statcan", "unsd", "istat"):
        judged[f"verdict_{rule}"] = [
            str(verdicts.progress(value, base, int(t), polarity=one.polarity, rule=rule))
            for value, base, t in zip(cell["value"], cell["baseline_value"], since, strict=True)
        ]
    for name, values in judged.items():
        table[name] = (
            pd.Series(values, index=cell.index).reindex(table.index)
            if name != "p_value"
            else table["p_value"]
        )
    table.loc[at, "p_value"] = p
