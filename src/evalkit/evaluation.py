"""The evaluation: definitions and data → one tidy table of published rows.

Measured, suppressed, compared and judged, in that order: whatever is derived sees only counts that are shown,
so no change, verdict, dispersion or correction can carry a trace of a hidden one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evalkit import effects, rates, suppression, trends, verdicts
from evalkit.data import DataSet
from evalkit.measures import (
    COUNTRY,
    MUNICIPALITY,
    REGION,
    USUAL,
    measure,
    measure_official,
    measure_survey,
    odd_quarters,
)
from evalkit.plan import Goal, Indicator, Plan
from evalkit.proportions import difference, difference_p, proportion
from evalkit.terms import (
    LEVEL,
    MATCHED,
    PLAN,
    REST,
    ROW_COLUMNS,
    Estimate,
    Reading,
    Shown,
    Statistic,
    Verdict,
)

PER = 1000
FLOOR_N = 30  # effective answers; fewer publish no level
FLOOR_WIDTH = 0.30  # points; a wider interval publishes no level
EARLIER_YEARS = 3  # years before the baseline that count for φ and pre-trends
TREND_FROM = 3  # plan years; from here on a rate with a number is judged on its trend
SHARES = (Statistic.SHARE, Statistic.WEIGHTED_SHARE)
TEXT_COLUMNS = (
    "row", "indicator", "area", "statistic", "unit", "shown", "hidden_by", "method", "from_date", "to_date", "change_kind",
    "target_reached", "verdict", "judged_on", "verdict_rule", "verdict_holm", "verdict_linear", "verdict_statcan", "verdict_unsd",
    "verdict_istat", "comparator", "effect_method", "series_break", "provisional", "source", "note", "synthetic",
)  # fmt: skip


@dataclass(frozen=True)
class Evaluation:
    """The published rows, indexed by row id, and what a report must say about where they come from."""

    rows: pd.DataFrame
    facts: dict[str, Any]  # data set, odd quarters, share hidden: plain values, safe to publish
    ledger: pd.DataFrame = field(default_factory=pd.DataFrame)  # the analyst's: what is hidden and why

    def write(self, folder: Path) -> None:
        """Write what may be published: rows.csv with full precision and facts.json. The ledger stays out."""
        folder.mkdir(parents=True, exist_ok=True)
        self.rows.to_csv(folder / "rows.csv", index=False, lineterminator="\n")
        text = json.dumps(self.facts, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "facts.json").write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Evaluation:
        """What `write` wrote."""
        types: dict[str, Any] = {name: str if name in TEXT_COLUMNS else float for name in ROW_COLUMNS} | {
            "year": int
        }
        rows = pd.read_csv(folder / "rows.csv", dtype=types, keep_default_na=False, na_values={
            name: [""] for name in ROW_COLUMNS if name not in TEXT_COLUMNS}, float_precision="round_trip")  # fmt: skip
        return cls(_indexed(rows), json.loads((folder / "facts.json").read_text(encoding="utf-8")))


def evaluate(plan: Plan, dataset: DataSet) -> Evaluation:
    """Every indicator for every area, comparator and year, measured, suppressed, compared and judged."""
    counts = {
        name: _counts(plan, dataset, one)
        for name, one in plan.indicators.items()
        if one.statistic != Statistic.GAP
    }
    protected = _protect(plan, dataset, counts)
    tables: dict[str, pd.DataFrame] = {}
    for name, one in plan.indicators.items():
        if one.statistic != Statistic.GAP:
            goal = plan.goals.get(one.goal) if one.goal else None
            table = _levels(counts[name], one)
            _hide(table, name, one, protected)
            _mark(table, name, one, plan, dataset)
            _change(table, one, goal, plan)
            _compare(table, one, plan, dataset)
            tables[name] = table
    for name, one in plan.indicators.items():
        if one.statistic == Statistic.GAP and one.of is not None:
            tables[name] = _gap(tables[one.of], plan.indicators[one.of], plan)
    order = {name: i for i, name in enumerate(plan.indicators)}
    rows = pd.concat(
        [_finished(tables[name], name, plan, dataset) for name in sorted(tables, key=order.__getitem__)]
    )
    return Evaluation(_indexed(rows), _facts(plan, dataset, protected), protected.ledger)


# ---- measure ----------------------------------------------------------------------------------


def _counts(plan: Plan, dataset: DataSet, one: Indicator) -> pd.DataFrame:
    if one.official:
        return measure_official(plan, dataset, one)
    return (measure_survey if one.statistic == Statistic.WEIGHTED_SHARE else measure)(plan, dataset, one)


# ---- suppress ---------------------------------------------------------------------------------


def _protect(plan: Plan, dataset: DataSet, counts: dict[str, pd.DataFrame]) -> suppression.Protected:
    """Disclosure control over every count of the publication and every sum that ties them."""
    cells, relations = [], []
    for name, table in counts.items():
        one = plan.indicators[name]
        if one.official:
            continue  # published by Statistics Denmark already
        groups = {name: ("numerator", "denominator" if one.statistic in SHARES else None)}
        if one.statistic == Statistic.WEIGHTED_SHARE:
            groups[f"{name}:dont_know"] = ("dont_know", None)
        for group, (count, total) in groups.items():
            known = table[table[count].notna()]
            ids = [f"{group}.{area}.{year}" for area, year in known.index]
            areas = known.index.get_level_values("area")
            cost = np.where(areas == PLAN, 8.0, np.where(areas.isin(list(plan.areas)), 4.0, 1.0)) * (
                3 if one.goal else 1
            )
            cells.append(pd.DataFrame({
                "count": known[count].to_numpy(float), "total": known[total].to_numpy(float) if total else np.nan,
                "group": group, "cost": cost,
            }, index=ids))  # fmt: skip
            for pool, parts in ((PLAN, list(plan.areas)), (MATCHED, dataset.matched)):
                for year in known.index.get_level_values("year").unique():
                    if (pool, year) in known.index and parts:
                        tie = {f"{group}.{part}.{year}": 1.0 for part in parts} | {
                            f"{group}.{pool}.{year}": -1.0
                        }
                        relations.append(suppression.Relation(tie, f"{pool} is the sum of its areas"))
    policy = suppression.Policy(plan.policy.threshold, plan.policy.uniform_group, plan.policy.smallest_group)
    return suppression.protect(pd.concat(cells), relations, policy)


def _hide(table: pd.DataFrame, name: str, one: Indicator, protected: suppression.Protected) -> None:
    """Take hidden counts, and every value made from them, out of the table before anything is derived."""
    public = protected.ledger["public"]
    ids = pd.Series([f"{name}.{area}.{year}" for area, year in table.index], index=table.index)
    hidden = ids.isin(public.index)
    table["hidden_by"] = ids.map(public).fillna("")
    table["shown"] = np.where(
        hidden, Shown.SUPPRESSED, np.where(table["value"].isna(), Shown.MISSING, Shown.VALUE)
    )
    secret = ["numerator", "value", "lower", "upper", "effective_n", "design_effect"]
    if one.statistic == Statistic.WEIGHTED_SHARE:
        secret.append("denominator")
        unsaid = pd.Series(
            [f"{name}:dont_know.{area}.{year}" for area, year in table.index], index=table.index
        ).isin(public.index)
        # With the valid answers or the weights known, »don't know« is a subtraction away.
        table.loc[unsaid, ["dont_know", "numerator", "denominator"]] = np.nan
    table.loc[hidden, secret] = np.nan


# ---- levels -----------------------------------------------------------------------------------


def _levels(counts: pd.DataFrame, one: Indicator) -> pd.DataFrame:
    """Value and interval of every cell."""
    table = counts.reindex(columns=["numerator", "denominator", "respondents", "invited", "dont_know", "from_date", "to_date",
                                    "mode", "wording", "provisional"])  # fmt: skip
    known = counts["denominator"].gt(0) & counts["numerator"].notna()
    parts = counts[known]
    if one.statistic == Statistic.COUNT:
        return table.assign(value=counts["numerator"], lower=np.nan, upper=np.nan, effective_n=np.nan, design_effect=np.nan,
                            method="count", denominator=np.nan)  # fmt: skip
    if one.statistic == Statistic.WEIGHTED_SHARE:
        told: list[Estimate] = parts["estimate"].tolist()
        for name in ("value", "lower", "upper", "effective_n", "design_effect", "numerator", "denominator"):
            table.loc[known, name] = [getattr(each, name) for each in told]
        table["method"] = "wilson on effective n"
        table["df"] = pd.Series([each.df for each in told], index=parts.index, dtype=float).reindex(
            table.index
        )
        thin = known & ((table["effective_n"] < FLOOR_N) | (table["upper"] - table["lower"] > FLOOR_WIDTH))
        table.loc[
            thin, ["numerator", "denominator", "value", "lower", "upper", "effective_n", "design_effect"]
        ] = np.nan
        table["too_few"] = thin
        return table
    if one.statistic == Statistic.RATE:
        level = rates.rate(parts["numerator"], parts["denominator"], per=PER, level=LEVEL)
    else:
        level = proportion(parts["numerator"], parts["denominator"], level=LEVEL, whole=False)
    for name in ("value", "lower", "upper", "effective_n"):
        table.loc[known, name] = getattr(level, name) if getattr(level, name) is not None else np.nan
    table["design_effect"] = np.nan
    table["method"] = ""
    table.loc[known, "method"] = level.method
    return table


def _mark(table: pd.DataFrame, name: str, one: Indicator, plan: Plan, dataset: DataSet) -> None:
    """Series breaks between a year and the baseline year, declared or seen in how people were asked."""
    broken = pd.Series(False, index=table.index)
    base = plan.baseline_year
    assert one.numerator is not None
    for _, cut in dataset.tables["breaks"].query("table == @one.numerator.table").iterrows():
        for area, year in table.index:
            if cut["area"] in (area, "all") or (area in (PLAN, MATCHED) and cut["area"] in plan.areas):
                broken[area, year] |= min(year, base) < cut["year"] <= max(year, base)
    if one.statistic == Statistic.WEIGHTED_SHARE:
        for column in ("mode", "wording"):
            then = (
                table[column].xs(base, level="year").reindex(table.index.get_level_values("area")).to_numpy()
            )
            broken |= table[column].notna() & (table[column] != then) & pd.notna(then)
    table["series_break"] = broken


# ---- compare with the baseline, and judge -------------------------------------------------------


def _change(table: pd.DataFrame, one: Indicator, goal: Goal | None, plan: Plan) -> None:
    """Change since the baseline year with its interval, the target path and the verdict, for every cell shown."""
    base_year = plan.baseline_year
    for column in ("baseline_numerator", "baseline_denominator", "baseline_value", "change", "change_lower", "change_upper",
                   "change_baseline3", "dispersion", "p_value", "trend", "trend_lower", "trend_upper", "detectable"):  # fmt: skip
        table[column] = np.nan
    if "df" not in table:
        table["df"] = np.nan
    survey_df = table.pop("df")
    table["df"] = np.nan
    areas, years = table.index.get_level_values("area"), table.index.get_level_values("year")
    base = table[years == base_year].droplevel("year")
    for name in ("numerator", "denominator", "value"):
        table[f"baseline_{name}"] = base[name].reindex(areas).to_numpy()
    told = table["value"].notna() & table["baseline_value"].notna() & (years != base_year)
    if one.statistic == Statistic.COUNT or not told.any():
        return
    now = table[told]
    then = base.reindex(now.index.get_level_values("area"))
    if one.statistic == Statistic.RATE:
        spread = _dispersion(table, one, plan)
        phi, df = (np.array([spread[year][i] for year in now.index.get_level_values("year")]) for i in (0, 1))
        pair = (
            now["numerator"],
            now["denominator"],
            then["numerator"].to_numpy(),
            then["denominator"].to_numpy(),
        )
        ratio = rates.ratio(*pair, dispersion=phi, df=df, level=LEVEL)
        for name, value in (
            ("change", ratio.value),
            ("change_lower", ratio.lower),
            ("change_upper", ratio.upper),
        ):
            table.loc[told, name] = np.asarray(value) - 1
        table.loc[told, "p_value"] = rates.ratio_p(*pair, dispersion=phi, df=df)
        table.loc[told, "dispersion"], table.loc[told, "df"] = phi, df
        _trend(table, plan, spread)
    else:
        later, earlier = _estimate(now), _estimate(then)
        if one.statistic == Statistic.WEIGHTED_SHARE:
            later, earlier = (_with_df(part, survey_df, index) for part, index in (
                (later, now.index), (earlier, [(area, base_year) for area in then.index])))  # fmt: skip
        change = difference(later, earlier)
        for name, value in (
            ("change", change.value),
            ("change_lower", change.lower),
            ("change_upper", change.upper),
        ):
            table.loc[told, name] = value
        table.loc[told, "p_value"] = difference_p(later, earlier)
    three = [base_year - i for i in range(EARLIER_YEARS)]
    _three_year_change(table, one, three)
    _detectable(table, one, plan, told)
    _judge(table, one, goal, plan)


def _dispersion(table: pd.DataFrame, one: Indicator, plan: Plan) -> dict[int, tuple[float, float]]:
    """φ of the plan and its df for every year: area-specific trends from three years before the baseline to that year."""
    own = table.index.get_level_values("area")
    region = [area for area in own.unique() if area.removeprefix("official:") in plan.region.municipalities]
    cells = table[own.isin([*region, MUNICIPALITY] if one.official else list(plan.areas))]
    years = cells.index.get_level_values("year")
    spread: dict[int, tuple[float, float]] = {}
    for year in table.index.get_level_values("year").unique():
        so_far = cells[
            (years >= plan.baseline_year - EARLIER_YEARS) & (years <= max(year, plan.baseline_year))
        ]
        index = so_far.index
        phi, df = trends.dispersion(index.get_level_values("area"), index.get_level_values("year"),
                                    so_far["numerator"].to_numpy(), so_far["denominator"].to_numpy())  # fmt: skip
        # Without a single series long enough, φ cannot be told; 2 is the middle of what such counts show.
        spread[year] = (phi, float(df)) if df > 0 else (2.0, 3.0)
    return spread


def _trend(table: pd.DataFrame, plan: Plan, spread: dict[int, tuple[float, float]]) -> None:
    for area in table.index.get_level_values("area").unique():
        series = table.loc[area]
        for year in plan.years:
            window = list(range(plan.baseline_year, year + 1))
            if len(window) <= TREND_FROM or not set(window) <= set(series.index):
                continue
            part = series.loc[window]
            if part["value"].isna().any() or part["numerator"].sum() == 0:
                continue
            phi, df = spread[year]
            trend = trends.annual_change(
                part["numerator"], part["denominator"], window, dispersion=phi, df=df, level=LEVEL
            )
            table.loc[(area, year), ["trend", "trend_lower", "trend_upper"]] = (
                trend.value,
                trend.lower,
                trend.upper,
            )


def _three_year_change(table: pd.DataFrame, one: Indicator, three: list[int]) -> None:
    """Change since the mean of the three years that end with the baseline year; only where all three are shown."""
    early = table[table.index.get_level_values("year").isin(three)]
    whole = early.groupby("area")["value"].count() == len(three)
    mean = early.groupby("area")["value"].mean().where(whole)
    then = mean.reindex(table.index.get_level_values("area")).to_numpy()
    change = (
        table["value"] / np.where(then > 0, then, np.nan) - 1
        if one.statistic == Statistic.RATE
        else table["value"] - then
    )
    table["change_baseline3"] = change


def _detectable(table: pd.DataFrame, one: Indicator, plan: Plan, told: pd.Series) -> None:
    size = table["denominator"] if one.statistic != Statistic.WEIGHTED_SHARE else table["effective_n"]
    base = size[table.index.get_level_values("year") == plan.baseline_year].droplevel("year")
    base_size = base.reindex(table.index.get_level_values("area")).set_axis(table.index)
    fit = (
        told
        & size.gt(0)
        & base_size.gt(0)
        & table["baseline_value"].gt(0)
        & table["baseline_value"].lt(np.inf if one.statistic == Statistic.RATE else 1)
    )
    if not fit.any() or one.polarity == "neutral":
        return
    kind: dict[str, Any] = {"scale": "points", "polarity": one.polarity}
    start = table.loc[fit, "baseline_value"]
    if one.statistic == Statistic.RATE:
        kind = {
            "scale": "relative",
            "polarity": one.polarity,
            "dispersion": table.loc[fit, "dispersion"],
            "df": table.loc[fit, "df"],
        }
        start = start / PER
    table.loc[fit, "detectable"] = verdicts.detectable_change(start, size[fit], base_size[fit], **kind)


def _judge(table: pd.DataFrame, one: Indicator, goal: Goal | None, plan: Plan) -> None:
    """Target path, fact, verdict, Holm's reading and the other readings; for areas and plan, years after the baseline."""
    if one.polarity == "neutral":
        return
    own = table.index.get_level_values("area").isin([*plan.areas, PLAN])
    if one.official:
        own = table.index.get_level_values("area").isin([MUNICIPALITY, USUAL, REGION, COUNTRY])
    year = table.index.get_level_values("year").to_numpy()
    judged = own & np.isin(year, plan.years)
    since = year[judged] - plan.baseline_year
    cell = table[judged]
    scale: Any = "relative" if one.statistic == Statistic.RATE else "points"
    given = {name: cell[name].to_numpy(float) for name in ("change", "change_lower", "change_upper")}
    planned, linear = np.full(len(cell), np.nan), np.full(len(cell), np.nan)
    table["judged_on"] = ""
    table.loc[judged, "judged_on"] = "change"
    if goal is not None and goal.target is not None:
        annual = goal.target.annual_change
        base = cell["baseline_value"].to_numpy(float)
        for column, reading in (("target", goal.target.reading), ("target_linear", Reading.LINEAR)):
            factor = verdicts.target_path(1.0, annual, since, reading)
            table.loc[judged, column] = base * factor
        planned = np.asarray(verdicts.target_path(1.0, annual, since, goal.target.reading)) - 1
        linear = np.asarray(verdicts.target_path(1.0, annual, since, Reading.LINEAR)) - 1
        if scale == "points":
            planned, linear = planned * base, linear * base
        reached = verdicts.target_reached(
            cell["value"].to_numpy(float), table.loc[judged, "target"], goal.polarity
        )
        words = np.where(
            np.isnan(np.asarray(reached, float)), "", np.where(np.asarray(reached, float) == 1, "yes", "no")
        )
        table.loc[judged, "target_reached"] = words
        if scale == "relative":  # from year 3 the trend carries the verdict, and the plan is its annual pace
            on_trend = cell["trend"].notna().to_numpy()
            for name, column in (
                ("change", "trend"),
                ("change_lower", "trend_lower"),
                ("change_upper", "trend_upper"),
            ):
                given[name] = np.where(on_trend, cell[column].to_numpy(float), given[name])
            table.loc[judged, "judged_on"] = np.where(on_trend, "trend", "change")
            planned = np.where(on_trend, (1 + planned) ** (1 / since) - 1, planned)
            linear = np.where(on_trend, (1 + linear) ** (1 / since) - 1, linear)
            trend = Estimate(given["change"], given["change_lower"], given["change_upper"], LEVEL, "quasi-Poisson",
                             df=cell["df"].to_numpy(float))  # fmt: skip
            with np.errstate(divide="ignore", invalid="ignore"):
                p = np.where(on_trend, trends.annual_change_p(trend), cell["p_value"].to_numpy(float))
            table.loc[judged, "p_value"] = p
    table.loc[judged, "planned_change"] = planned
    table.loc[judged, "delta"] = one.delta if goal is None or goal.target is None else np.nan
    hidden = ((cell["shown"] == Shown.SUPPRESSED) | _base_hidden(table, cell, plan)).to_numpy()
    known: dict[str, Any] = {
        "polarity": one.polarity, "scale": scale, "delta": one.delta, "hidden": hidden,
        "comparable": ~cell["series_break"].to_numpy(bool),
    }  # fmt: skip
    change = tuple(given[name] for name in ("change", "change_lower", "change_upper"))
    verdict, rule = verdicts.judge(*change, planned_change=planned, **known)
    table.loc[judged, "verdict"], table.loc[judged, "verdict_rule"] = [str(v) for v in verdict], rule
    table.loc[judged, "verdict_linear"] = [
        str(v) for v in verdicts.judge(*change, planned_change=linear, **known)[0]
    ]
    single = judged & table.index.get_level_values("area").isin(list(plan.areas))
    if single.any():
        table.loc[single, "p_holm"] = verdicts.holm(table.loc[single, "p_value"].to_numpy(float))
        read = verdicts.with_holm(
            np.array([Verdict(v) for v in table.loc[single, "verdict"]], dtype=object),
            table.loc[single, "p_holm"],
        )
        table.loc[single, "verdict_holm"] = [str(v) for v in np.atleast_1d(read)]
    for name, rule_name in (
        ("verdict_statcan", "statcan"),
        ("verdict_unsd", "unsd"),
        ("verdict_istat", "istat"),
    ):
        table.loc[judged, name] = [
            str(verdicts.progress(value, base, int(t), polarity=one.polarity, rule=rule_name))
            for value, base, t in zip(cell["value"], cell["baseline_value"], since, strict=True)
        ]


def _base_hidden(table: pd.DataFrame, cell: pd.DataFrame, plan: Plan) -> pd.Series:
    shown = table.loc[table.index.get_level_values("year") == plan.baseline_year, "shown"].droplevel("year")
    return pd.Series(
        shown.reindex(cell.index.get_level_values("area")).eq(Shown.SUPPRESSED).to_numpy(), index=cell.index
    )


# ---- compare with others ------------------------------------------------------------------------


def _compare(table: pd.DataFrame, one: Indicator, plan: Plan, dataset: DataSet) -> None:
    """The comparator's level and change, and the difference in change with its interval and evidence level."""
    areas = table.index.get_level_values("area")
    there = [name for name in dataset.matched if name in areas]
    pool = {"country": COUNTRY, "rest": REST}.get(one.comparator or "", MATCHED if len(there) > 1 else REST)
    own = [MUNICIPALITY, USUAL] if one.official else [*plan.areas, PLAN]
    if one.comparator is None or pool not in areas or one.polarity == "neutral":
        return
    years = table.index.get_level_values("year")
    elsewhere = table.loc[pool].reindex(years)
    at = areas.isin(own)
    table["comparator"] = np.where(at, pool, "")
    for column, source in (("comparator_value", "value"), ("comparator_change", "change")):
        table.loc[at, column] = elsewhere[source].to_numpy()[at]
    rate = one.statistic == Statistic.RATE
    before = [y for y in years.unique() if plan.baseline_year - EARLIER_YEARS <= y <= plan.baseline_year]
    pre = (
        {name: _pre_trend(table, _parts(name, plan), there, before, rate) for name in own}
        if pool == MATCHED
        else {}
    )
    for name in own:
        for year in plan.years:
            if (name, year) not in table.index or np.isnan(table.loc[(name, year), "change"]):
                continue
            parts = _parts(name, plan)
            if pool == MATCHED:
                effect, n = _placebo(table, parts, there, year, rate, plan)
            else:
                effect, n = _single(table, name, pool, year, rate, plan), 1
            if effect is None:
                continue
            comparable = not table.loc[(name, year), "series_break"]
            level = effects.evidence_level(
                baseline=comparable, n_treated=len(parts), n_comparison=n, trend=pre.get(name)
            )
            shift = 1 if rate else 0
            table.loc[(name, year), ["effect", "effect_lower", "effect_upper", "effect_areas", "evidence_level"]] = (
                effect.value - shift, effect.lower - shift, effect.upper - shift, n, level)  # fmt: skip
            table.loc[(name, year), "effect_method"] = effect.method


def _parts(name: str, plan: Plan) -> list[str]:
    return list(plan.areas) if name == PLAN else [name]


def _log_or_level(values: pd.Series, rate: bool) -> pd.Series:
    return np.log(values.where(values > 0)) if rate else values


def _changes(
    table: pd.DataFrame, parts: list[str], year: int, rate: bool, plan: Plan
) -> tuple[pd.Series, pd.Series]:
    """Change and its sampling variance for each area that has both years, logs for rates."""
    now, then = (table.xs(y, level="year").reindex(parts) for y in (year, plan.baseline_year))
    change = _log_or_level(now["value"], rate) - _log_or_level(then["value"], rate)
    if rate:
        variance = table.xs(year, level="year")["dispersion"].reindex(parts) * (
            1 / now["numerator"] + 1 / then["numerator"]
        )
    else:
        variance = sum(part["value"] * (1 - part["value"]) / part["effective_n"] for part in (now, then))
    told = change.notna() & variance.notna()
    return change[told], variance[told]


def _placebo(
    table: pd.DataFrame, parts: list[str], there: list[str], year: int, rate: bool, plan: Plan
) -> tuple[Estimate | None, int]:
    here, here_variance = _changes(table, parts, year, rate, plan)
    others, others_variance = _changes(table, there, year, rate, plan)
    if len(here) < len(parts) or len(others) < 2:
        return None, len(others)
    effect = effects.placebo_effect(
        here, others, treated_variance=here_variance, comparison_variance=others_variance, level=LEVEL
    )
    if rate:
        effect = Estimate(
            *(float(np.exp(getattr(effect, name))) for name in ("value", "lower", "upper")),
            level=LEVEL,
            method=effect.method,
        )
    return effect, len(others)


def _single(table: pd.DataFrame, name: str, pool: str, year: int, rate: bool, plan: Plan) -> Estimate | None:
    """Against one comparator: its own sampling error is all that can be known of its noise."""
    cells = [table.loc[(unit, y)] for unit in (name, pool) for y in (year, plan.baseline_year)]
    if any(np.isnan(cell["value"]) for cell in cells):
        return None
    if rate:
        pairs = [
            (now["numerator"], now["denominator"], then["numerator"], then["denominator"])
            for now, then in (cells[:2], cells[2:])
        ]
        return effects.did_rates(*pairs, dispersion=cells[0]["dispersion"], df=cells[0]["df"], level=LEVEL)
    return effects.did_shares(*(_estimate(cell) for cell in cells))


def _pre_trend(
    table: pd.DataFrame, parts: list[str], there: list[str], before: list[int], rate: bool
) -> Estimate | None:
    """Did the areas drift apart from the comparison areas before the plan? None without three whole years."""
    grid = _log_or_level(table["value"], rate).unstack("year").reindex(columns=before)
    here, others = grid.reindex(parts), grid.reindex(there).dropna()
    if len(before) < 3 or here.isna().any(axis=None) or len(others) < 2:
        return None
    return effects.pre_trend(here.to_numpy(), others.to_numpy(), before, level=LEVEL)


def _gap(table: pd.DataFrame, one: Indicator, plan: Plan) -> pd.DataFrame:
    """Area against the rest of the municipality: points for shares, ratio minus 1 for rates, and the gap's own change."""
    own = table.index.get_level_values("area").isin([*plan.areas, PLAN])
    here = table[own]
    years = here.index.get_level_values("year")
    there = table.loc[REST].reindex(years) if REST in table.index.get_level_values("area") else here * np.nan
    gap = pd.DataFrame(index=here.index)
    hidden = (here["shown"] == Shown.SUPPRESSED).to_numpy() | there["shown"].eq(Shown.SUPPRESSED).to_numpy()
    told = here["value"].notna().to_numpy() & there["value"].notna().to_numpy()
    gap["shown"] = np.where(hidden, Shown.SUPPRESSED, np.where(told, Shown.VALUE, Shown.MISSING))
    for name in ("value", "lower", "upper", "change", "change_lower", "change_upper", "baseline_value"):
        gap[name] = np.nan
    gap["comparator"], gap["comparator_value"], gap["comparator_change"] = (
        REST,
        there["value"].to_numpy(),
        there["change"].to_numpy(),
    )
    for name in ("provisional", "series_break"):
        gap[name] = here[name].to_numpy()
    now, other = here[told], there[told]
    rate = one.statistic == Statistic.RATE
    if told.any():
        if rate:
            phi, df = _gap_dispersion(table, now)
            level = rates.ratio(now["numerator"], now["denominator"], other["numerator"].to_numpy(), other["denominator"].to_numpy(),
                                dispersion=phi, df=df, level=LEVEL)  # fmt: skip
        else:
            level = difference(_estimate(now), _estimate(other))
        for name in ("value", "lower", "upper"):
            gap.loc[told, name] = np.asarray(getattr(level, name)) - (1 if rate else 0)
        gap["method"] = level.method if isinstance(level.method, str) else "log ratio"
    base = gap[years == plan.baseline_year].droplevel("year")
    gap["baseline_value"] = base["value"].reindex(gap.index.get_level_values("area")).to_numpy()
    for area, year in gap.index:
        if (
            year == plan.baseline_year
            or np.isnan(gap.loc[(area, year), "value"])
            or np.isnan(gap.loc[(area, year), "baseline_value"])
        ):
            continue
        change = _single(table, area, REST, year, rate, plan)
        if change is not None:
            shift = 1 if rate else 0
            gap.loc[(area, year), ["change", "change_lower", "change_upper"]] = (
                change.value - shift,
                change.lower - shift,
                change.upper - shift,
            )
    at = gap.index.get_level_values("year").isin(plan.years)
    if one.polarity != "neutral":
        verdict, rule = verdicts.judge(
            *(gap.loc[at, name].to_numpy(float) for name in ("change", "change_lower", "change_upper")), polarity=one.polarity,
            scale="relative" if rate else "points", delta=one.delta, hidden=(gap.loc[at, "shown"] == Shown.SUPPRESSED).to_numpy(),
            comparable=~gap.loc[at, "series_break"].to_numpy(bool),
        )  # fmt: skip
        gap.loc[at, "verdict"], gap.loc[at, "verdict_rule"] = [str(v) for v in verdict], rule
    return gap


def _gap_dispersion(table: pd.DataFrame, now: pd.DataFrame) -> tuple[Any, Any]:
    """φ of the year; the baseline year and years before it use the earliest φ known."""
    spread = (
        table[["dispersion", "df"]]
        .groupby("year")
        .first()
        .bfill()
        .ffill()
        .reindex(now.index.get_level_values("year"))
    )
    return spread["dispersion"].fillna(1.0).to_numpy(), spread["df"].where(spread["df"] > 0, 3.0).fillna(
        3.0
    ).to_numpy()


# ---- rows -----------------------------------------------------------------------------------------


def _estimate(cell: pd.DataFrame | pd.Series) -> Estimate:
    value, lower, upper, size = (
        np.asarray(cell[name], dtype=float) for name in ("value", "lower", "upper", "effective_n")
    )
    return Estimate(value, lower, upper, LEVEL, "wilson", effective_n=size)


def _with_df(part: Estimate, df: pd.Series, index: Any) -> Estimate:
    known = df.reindex(index).to_numpy(float)
    return Estimate(
        part.value,
        part.lower,
        part.upper,
        part.level,
        part.method,
        effective_n=part.effective_n,
        df=np.where(known > 0, known, np.inf),
    )


def _finished(table: pd.DataFrame, name: str, plan: Plan, dataset: DataSet) -> pd.DataFrame:
    """The rows of one indicator with every column of ROW_COLUMNS, texts empty and numbers NaN where there is none."""
    one = plan.indicators[name]
    rate = plan.indicators[one.of or name].statistic == Statistic.RATE
    rows = table.reset_index().assign(
        indicator=name, statistic=str(one.statistic), baseline_year=plan.baseline_year, level=LEVEL,
        change_kind="relative" if rate else "points",
        unit="relative" if one.of and rate else "points" if one.of else "per_1000" if rate else "count" if one.statistic == Statistic.COUNT else "share",
        source=one.source.da if one.source else plan.indicators[one.of or name].source.da,  # type: ignore[union-attr]
        synthetic="yes" if dataset.synthetic and not one.official else "no",
    )  # fmt: skip
    rows["row"] = rows["indicator"] + "." + rows["area"] + "." + rows["year"].astype(str)
    rows["shown"] = rows["shown"].astype(str)
    for column in ("series_break", "provisional"):
        rows[column] = np.where(rows[column].fillna(False).astype(bool), "yes", "no")
    if "too_few" in rows:
        rows["note"] = np.where(rows["too_few"].fillna(False).astype(bool), "too_few", "")
    if "invited" in rows:
        rows["response_rate"] = rows["respondents"] / rows["invited"]
    for column in ("from_date", "to_date"):
        if column in rows:
            rows[column] = pd.to_datetime(rows[column]).dt.strftime("%Y-%m-%d")
    rows = rows.reindex(columns=list(ROW_COLUMNS))
    for column in ROW_COLUMNS:
        if column in TEXT_COLUMNS:
            rows[column] = rows[column].astype(object).where(rows[column].notna(), "").astype(str)
        elif column != "year":
            rows[column] = rows[column].astype(float)
    return rows


def _indexed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.set_index("row", drop=False).rename_axis("id")


def _facts(plan: Plan, dataset: DataSet, protected: suppression.Protected) -> dict[str, Any]:
    """What pages must say about the data; nothing here is a count of people in an area."""
    meta = dataset.meta
    official = next((one for one in plan.indicators.values() if one.official), None)
    odd = odd_quarters(plan, dataset, official).to_dict("records") if official else []
    return {
        "data": {"name": meta.name, "version": meta.version, "synthetic": meta.synthetic, "date": meta.date.isoformat(),
                 "supplied_by": meta.supplied_by, "description": {"da": meta.description.da, "en": meta.description.en},
                 "fingerprint": dataset.fingerprint},
        "comparators": dataset.tables["comparators"].to_dict("records"),
        "odd_quarters": [{key: int(value) if key != "quarter" else value for key, value in row.items()} for row in odd],
        "share_hidden": round(protected.share_hidden, 6),
        "hidden": len(protected.ledger),
    }  # fmt: skip
