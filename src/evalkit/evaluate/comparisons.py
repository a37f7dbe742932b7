"""Comparisons: change here against change elsewhere, and the gap to the rest of the municipality."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalkit import verdicts
from evalkit.estimates import effects, rates
from evalkit.estimates.proportions import difference
from evalkit.evaluate.changes import LIMITS, fill
from evalkit.evaluate.grid import Grid
from evalkit.measure import COUNTRY, MUNICIPALITY, USUAL
from evalkit.plan import Plan
from evalkit.plan.indicators import Indicator
from evalkit.terms import LEVEL, MATCHED, PLAN, REST, Estimate, Shown, Statistic


def compare(table: pd.DataFrame, one: Indicator, plan: Plan, matched: list[str]) -> None:
    """Add the comparator's level and change, the difference in change, and the evidence level it carries.

    Against comparison areas where there are two or more, by their own spread; else against the rest of the
    municipality. Official figures compare the municipality with the rest of the country. Where a comparison area
    drops out (no figure, or a break), the change elsewhere is the mean change of those that are left.
    """
    if one.comparator is None or one.polarity == "neutral":
        return
    areas, years = (table.index.get_level_values(name) for name in ("area", "year"))
    grid, broken = Grid.of(table, one, plan), table["series_break"].to_dict()
    there = grid.inhabited([name for name in matched if name in areas])
    wanted = {"country": COUNTRY, "rest": REST}.get(one.comparator or "", MATCHED)
    pool = REST if wanted == MATCHED and len(there) < 2 else wanted
    own = [MUNICIPALITY, USUAL] if one.official else [*plan.areas, PLAN]
    if pool not in areas:
        return
    at = areas.isin(own)
    elsewhere = table.loc[pool].reindex(years)
    table["comparator"] = np.where(at, pool, "")
    for column, source in (("comparator_value", "value"), ("comparator_change", "change")):
        table[column] = np.where(at, elsewhere[source].to_numpy(), np.nan)
    found: dict[tuple[str, int], dict[str, Any]] = {}
    if pool != MATCHED:  # a comparator with a break has not moved: it is another series from then on
        table.loc[at & [bool(broken.get((pool, year))) for year in years], "comparator_change"] = np.nan
    for name in own:
        parts = grid.inhabited(list(plan.areas)) if name == PLAN else [name]
        before = grid.pre_trend(parts, there) if pool == MATCHED else None
        for year in plan.years:
            needed = [name] if pool == MATCHED else [name, pool]
            if len(grid.known(needed, year)) < len(needed):
                continue
            if pool == MATCHED:
                unbroken = [other for other in there if not broken.get((other, year))]
                made = grid.difference(parts, unbroken, [year], [plan.baseline_year])
                effect, n = (None, 0) if made is None else (made[0], len(made[2]))
                if made is not None and n < len(there):
                    left = made[2].mean()
                    table.loc[(name, year), "comparator_change"] = np.expm1(left) if grid.rate else left
            else:
                effect, n = (None if broken.get((pool, year)) else grid.against([name], pool, year)), 1
            if effect is None or not np.all(np.isfinite(effect.value)):
                continue
            sound = not broken[name, year]
            level = effects.evidence_level(baseline=sound, n_treated=len(parts), n_comparison=n, trend=before)
            limits = grid.published("effect", effect)
            found[name, year] = {end: float(np.squeeze(x)) for end, x in limits.items()} | {
                "effect_areas": n,
                "evidence_level": level,
                "effect_method": effect.method,
            }
    fill(table, found)


def gap(table: pd.DataFrame, one: Indicator, plan: Plan) -> pd.DataFrame:
    """Area against the rest of the municipality: points for shares, ratio minus 1 for rates, and the gap's own change.

    One row per area × year, judged on direction alone: closing is better.
    """
    areas = table.index.get_level_values("area")
    own = table[areas.isin([*plan.areas, PLAN])]
    years = own.index.get_level_values("year")
    if REST not in areas:
        return own.assign(
            value=np.nan, lower=np.nan, upper=np.nan, change=np.nan, verdict="", shown=str(Shown.MISSING)
        )[["value", "lower", "upper", "change", "verdict", "shown", "provisional", "series_break"]]
    rest = table.loc[REST].reindex(years).set_index(own.index)
    told = own["value"].notna() & rest["value"].notna()
    spread = _spread(table)
    if one.statistic == Statistic.RATE:
        told &= years.isin(spread.index)
    hidden = (own["shown"] == Shown.SUPPRESSED) | (rest["shown"] == Shown.SUPPRESSED)
    made = pd.DataFrame(
        {
            "shown": np.where(hidden, Shown.SUPPRESSED, np.where(told, Shown.VALUE, Shown.MISSING)),
            "comparator": REST,
            "comparator_value": rest["value"],
            "comparator_change": rest["change"],
            "provisional": own["provisional"],
            "series_break": own["series_break"] | rest["series_break"].eq(True),
        }
    )
    grid = Grid.of(table, one, plan)
    shift = 1 if grid.rate else 0
    level = _gap_level(own[told], rest[told], spread, grid.rate)
    for name in ("value", "lower", "upper"):
        made[name] = pd.Series(np.asarray(getattr(level, name)) - shift, index=own.index[told]).reindex(
            own.index
        )
    made["method"] = "log ratio" if grid.rate else "newcombe"
    then = (
        made.xs(plan.baseline_year, level="year")["value"]
        if plan.baseline_year in years
        else pd.Series(dtype=float)
    )
    made["baseline_value"] = then.reindex(own.index.get_level_values("area")).to_numpy()
    found: dict[tuple[str, int], dict[str, Any]] = {}
    names = ("change", "change_lower", "change_upper")
    for year in [year for year in years.unique() if year != plan.baseline_year and grid.known([REST], year)]:
        known = grid.known([*plan.areas, PLAN], year)
        if known:
            limits = grid.published("change", grid.against(known, REST, year))
            found |= {
                (area, year): {end: float(x[i]) for end, x in limits.items()} for i, area in enumerate(known)
            }
    fill(made, found, names)
    at = made.index.get_level_values("year").isin(plan.years)
    if one.polarity != "neutral":
        judged = made[at]
        verdict, rule = verdicts.judge(
            *(judged[name].to_numpy(float) for name in names),
            polarity=one.polarity,
            delta=one.delta,
            scale="relative" if grid.rate else "points",
            hidden=(judged["shown"] == Shown.SUPPRESSED).to_numpy(),
            comparable=~judged["series_break"].to_numpy(bool),
        )
        # Whole columns: pandas before 3.1 writes "nan" into the other cells of a text column that `loc` makes.
        for name, words in (("verdict", verdict.astype(str)), ("verdict_rule", rule)):
            made[name] = pd.Series(words, index=judged.index, dtype=object).reindex(made.index, fill_value="")
    return made


def _spread(table: pd.DataFrame) -> pd.DataFrame:
    """φ and its df by year; the baseline year has none of its own, and the nearest later one serves."""
    return table[["dispersion", "df"]].groupby("year").first().bfill().ffill().dropna()


def _gap_level(here: pd.DataFrame, rest: pd.DataFrame, spread: pd.DataFrame, rate: bool) -> Estimate:
    if not rate:
        return difference(
            *(Estimate.of((cells[name].to_numpy() for name in LIMITS), "wilson") for cells in (here, rest))
        )
    phi, df = spread.reindex(here.index.get_level_values("year")).to_numpy().T
    counts = (cells[name].to_numpy() for cells in (here, rest) for name in ("numerator", "denominator"))
    return rates.ratio(*counts, dispersion=phi, df=df, level=LEVEL)
