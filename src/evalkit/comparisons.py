"""Comparisons: change here against change elsewhere, and the gap to the rest of the municipality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evalkit import effects, rates, verdicts
from evalkit.changes import EARLIER_YEARS, LIMITS, fill
from evalkit.measures import COUNTRY, MUNICIPALITY, USUAL
from evalkit.plan import Indicator, Plan
from evalkit.proportions import difference
from evalkit.terms import LEVEL, MATCHED, PLAN, REST, Estimate, Shown, Statistic


@dataclass(frozen=True)
class Grid:
    """The cells of one indicator as areas × years: level (log for rates) and its sampling variance."""

    level: pd.DataFrame
    variance: pd.DataFrame
    cells: dict[str, pd.DataFrame]
    rate: bool
    base: int
    told: frozenset[tuple[str, int]]  # cells whose level is known, the baseline year's, too, and φ for a rate

    @classmethod
    def of(cls, table: pd.DataFrame, one: Indicator, plan: Plan) -> Grid:
        names = ("value", "lower", "upper", "numerator", "denominator", "effective_n", "dispersion", "df")
        cells = {name: table[name].unstack("year") for name in names}
        value, rate = cells["value"], one.statistic == Statistic.RATE
        with np.errstate(divide="ignore", invalid="ignore"):
            level = np.log(value.where(value > 0)) if rate else value
            variance = 1 / cells["numerator"] if rate else value * (1 - value) / cells["effective_n"]
        base = plan.baseline_year
        told = level.notna().mul(level[base].notna(), axis=0) if base in level else level.notna() & False
        if rate:
            told &= cells["dispersion"].notna()
        return cls(level, variance, cells, rate, base, frozenset(told.stack().loc[lambda cell: cell].index))

    def changes(self, parts: list[str], year: int) -> tuple[np.ndarray, np.ndarray]:
        """Change since the baseline year, and its variance, of the parts that have both."""
        at = self.level.index.get_indexer(parts)
        now, then = (self.level.columns.get_loc(when) for when in (year, self.base))
        level, variance = self.level.to_numpy()[at], self.variance.to_numpy()[at]
        spread = self.cells["dispersion"].to_numpy()[at, now] if self.rate else 1.0
        change = level[:, now] - level[:, then]
        noise = spread * (variance[:, now] + variance[:, then])
        told = np.isfinite(change) & np.isfinite(noise)
        return change[told], noise[told]

    def placebo(self, parts: list[str], there: list[str], year: int) -> tuple[Estimate | None, int]:
        """The mean change of the parts against the spread of the comparison areas; None with a part missing."""
        here, here_noise = self.changes(parts, year)
        others, noise = self.changes(there, year)
        if len(here) < len(parts) or len(others) < 2:
            return None, len(others)
        effect = effects.placebo_effect(here, others, treated_variance=here_noise, comparison_variance=noise)
        if self.rate:
            limits = (float(np.exp(x)) for x in (effect.value, effect.lower, effect.upper))
            effect = Estimate.of(limits, effect.method)
        return effect, len(others)

    def single(self, areas: list[str], other: str, year: int) -> Estimate | None:
        """Change of each area against one comparator, whose own sampling error is all that is known of its noise."""
        if self.rate:
            pairs = [
                [self.cells[name].loc[who, when].to_numpy() for when in (year, self.base) for name in ("numerator", "denominator")]
                for who in (areas, [other])
            ]  # fmt: skip
            noise = {name: self.cells[name].loc[areas, year].to_numpy() for name in ("dispersion", "df")}
            return effects.did_rates(*pairs, dispersion=noise["dispersion"], df=noise["df"])
        return effects.did_shares(
            *(self.estimate(who, when) for who in (areas, [other]) for when in (year, self.base))
        )

    def estimate(self, areas: list[str], year: int) -> Estimate:
        """The shares of some areas in one year."""
        return Estimate.of((self.cells[name].loc[areas, year].to_numpy() for name in LIMITS), "wilson")

    def known(self, areas: list[str], year: int) -> list[str]:
        """Those of the areas that have both the year and the baseline year (and reports, for a rate)."""
        return [area for area in areas if (area, year) in self.told]

    def pre_trend(self, parts: list[str], there: list[str]) -> Estimate | None:
        """Did the parts drift apart from the comparison areas before the plan? None without three whole years."""
        years = [year for year in self.level if self.base - EARLIER_YEARS <= year <= self.base]
        here, others = self.level.reindex(parts)[years], self.level.reindex(there)[years].dropna()
        if len(years) < 3 or here.isna().any(axis=None) or len(others) < 2:
            return None
        return effects.pre_trend(here.to_numpy(), others.to_numpy(), years)


def compare(table: pd.DataFrame, one: Indicator, plan: Plan, matched: list[str]) -> None:
    """Add the comparator's level and change, the difference in change, and the evidence level it carries.

    Against comparison areas where there are two or more, by their own spread; else against the rest of the
    municipality. Official figures compare the municipality with the rest of the country.
    """
    areas, years = (table.index.get_level_values(name) for name in ("area", "year"))
    there = [name for name in matched if name in areas]
    wanted = {"country": COUNTRY, "rest": REST}.get(one.comparator or "", MATCHED)
    pool = REST if wanted == MATCHED and len(there) < 2 else wanted
    own = [MUNICIPALITY, USUAL] if one.official else [*plan.areas, PLAN]
    if one.comparator is None or one.polarity == "neutral" or pool not in areas:
        return
    at = areas.isin(own)
    elsewhere = table.loc[pool].reindex(years)
    table["comparator"] = np.where(at, pool, "")
    for column, source in (("comparator_value", "value"), ("comparator_change", "change")):
        table[column] = np.where(at, elsewhere[source].to_numpy(), np.nan)
    grid, broken = Grid.of(table, one, plan), table["series_break"].to_dict()
    shift = 1 if grid.rate else 0
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for name in own:
        parts = list(plan.areas) if name == PLAN else [name]
        before = grid.pre_trend(parts, there) if pool == MATCHED else None
        for year in plan.years:
            needed = [name] if pool == MATCHED else [name, pool]
            if len(grid.known(needed, year)) < len(needed):
                continue
            if pool == MATCHED:
                unbroken = [other for other in there if not broken.get((other, year))]
                effect, n = grid.placebo(parts, unbroken, year)
            else:
                effect, n = grid.single([name], pool, year), 1
            if effect is None or not np.all(np.isfinite(np.asarray(effect.value, float))):
                continue
            sound = not broken[name, year]
            level = effects.evidence_level(baseline=sound, n_treated=len(parts), n_comparison=n, trend=before)
            limits = {f"effect{end}": float(np.squeeze(getattr(effect, of))) - shift
                      for end, of in (("", "value"), ("_lower", "lower"), ("_upper", "upper"))}  # fmt: skip
            found[name, year] = limits | {
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
        return own.assign(value=np.nan, lower=np.nan, upper=np.nan, change=np.nan, verdict="", shown=str(Shown.MISSING))[
            ["value", "lower", "upper", "change", "verdict", "shown", "provisional", "series_break"]]  # fmt: skip
    rest = table.loc[REST].reindex(years).set_index(own.index)
    told = own["value"].notna() & rest["value"].notna()
    spread = _spread(table)
    if one.statistic == Statistic.RATE:
        told &= years.isin(spread.index)
    hidden = (own["shown"] == Shown.SUPPRESSED) | (rest["shown"] == Shown.SUPPRESSED)
    made = pd.DataFrame({
        "shown": np.where(hidden, Shown.SUPPRESSED, np.where(told, Shown.VALUE, Shown.MISSING)),
        "comparator": REST, "comparator_value": rest["value"], "comparator_change": rest["change"],
        "provisional": own["provisional"], "series_break": own["series_break"],
    })  # fmt: skip
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
        if known and (change := grid.single(known, REST, year)) is not None:
            limits = [np.asarray(x) - shift for x in (change.value, change.lower, change.upper)]
            found |= {
                (area, year): dict(zip(names, (float(x[i]) for x in limits), strict=True))
                for i, area in enumerate(known)
            }
    fill(made, found, names)
    at = made.index.get_level_values("year").isin(plan.years)
    if one.polarity != "neutral":
        judged = made[at]
        verdict, rule = verdicts.judge(
            *(judged[name].to_numpy(float) for name in names), polarity=one.polarity, delta=one.delta,
            scale="relative" if grid.rate else "points", hidden=(judged["shown"] == Shown.SUPPRESSED).to_numpy(),
            comparable=~judged["series_break"].to_numpy(bool),
        )  # fmt: skip
        made.loc[at, "verdict"], made.loc[at, "verdict_rule"] = [str(v) for v in verdict], rule
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
