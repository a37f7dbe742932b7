"""One indicator as areas × years: levels and their sampling variance, and the changes made of them.

Estimates are on the scale of the levels, which is logarithmic for rates, until `published` writes them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evalkit.estimates import effects
from evalkit.evaluate.changes import EARLIER_YEARS, LIMITS
from evalkit.plan import Plan
from evalkit.plan.indicators import Indicator
from evalkit.terms import Estimate, Statistic

CELLS = (*LIMITS, "numerator", "denominator", "effective_n", "dispersion", "df")


@dataclass(frozen=True)
class Grid:
    """Arrays with a row per area and a column per year; an area that has no row has NaN throughout."""

    areas: dict[str, int]
    years: dict[int, int]
    level: np.ndarray  # log for rates
    variance: np.ndarray
    spread: np.ndarray  # φ, the nearest later year's where a year has none of its own; 1 for shares
    told: np.ndarray  # level known, the baseline year's, too, and φ for a rate
    broken: np.ndarray  # another series than the baseline year's
    cells: dict[str, np.ndarray]
    rate: bool
    base: int

    @classmethod
    def of(cls, table: pd.DataFrame, one: Indicator, plan: Plan) -> Grid:
        areas = {str(name): i for i, name in enumerate(table.index.get_level_values("area").unique())}
        years = {int(year): i for i, year in enumerate(sorted(table.index.get_level_values("year").unique()))}
        # The last row stays empty: it is what an area without a row reads.
        empty = np.full((len(areas) + 1, len(years)), np.nan)
        at = [areas[name] for name in table.index.get_level_values("area")]
        when = [years[year] for year in table.index.get_level_values("year")]
        cells = {name: empty.copy() for name in CELLS}
        for name, cell in cells.items():
            cell[at, when] = table[name].to_numpy(float)
        broken = np.zeros(empty.shape, dtype=bool)
        broken[at, when] = table["series_break"].eq(True)
        value, rate, base = cells["value"], one.statistic == Statistic.RATE, plan.baseline_year
        with np.errstate(divide="ignore", invalid="ignore"):
            level = np.log(np.where(value > 0, value, np.nan)) if rate else value
            variance = 1 / cells["numerator"] if rate else value * (1 - value) / cells["effective_n"]
        then = level[:, [years[base]]] if base in years else np.full((len(level), 1), np.nan)
        told = np.isfinite(level) & np.isfinite(then)
        spread = np.ones_like(empty)
        if rate:
            told &= np.isfinite(cells["dispersion"])
            spread = pd.DataFrame(cells["dispersion"]).bfill(axis=1).ffill(axis=1).to_numpy()
        return cls(areas, years, level, variance, spread, told, broken, cells, rate, base)

    def inhabited(self, areas: Sequence[str]) -> list[str]:
        """The areas but those where nobody lives in any year: they have no rate, so none of theirs is missing."""
        people = self.cells["denominator"][self.rows(areas)]
        nobody = (people == 0).any(axis=1) & ~(people > 0).any(axis=1)
        return [name for name, empty in zip(areas, nobody, strict=True) if not empty]

    def rows(self, areas: Sequence[str]) -> list[int]:
        return [self.areas.get(name, -1) for name in areas]

    def columns(self, years: Sequence[int]) -> list[int]:
        return [self.years[year] for year in years]

    def changes(
        self, areas: Sequence[str], after: Sequence[int], before: Sequence[int]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Mean level of some years minus that of others, and its sampling variance, of the areas that have them all."""
        at, now, then = self.rows(areas), self.columns(after), self.columns(before)
        change = self.level[at][:, now].mean(axis=1) - self.level[at][:, then].mean(axis=1)
        noise = (
            self.variance[at][:, now].sum(axis=1) / len(now) ** 2
            + self.variance[at][:, then].sum(axis=1) / len(then) ** 2
        ) * self.spread[at, now[-1]]
        told = np.isfinite(change) & np.isfinite(noise)
        return change[told], noise[told]

    def difference(
        self, parts: Sequence[str], there: Sequence[str], after: Sequence[int], before: Sequence[int]
    ) -> tuple[Estimate, np.ndarray, np.ndarray] | None:
        """Mean change of the parts minus that of the others by the latter's spread; None with a part missing.

        The changes of the parts and of the others come with it.
        """
        here, noise = self.changes(parts, after, before)
        others, other_noise = self.changes(there, after, before)
        if len(here) < max(len(parts), 1) or len(others) < 2:
            return None
        effect = effects.placebo_effect(here, others, treated_variance=noise, comparison_variance=other_noise)
        return effect, here, others

    def against(self, areas: Sequence[str], other: str, year: int) -> Estimate:
        """Change of each area minus that of one comparator, of whose noise no more is known than its sampling error."""
        when = self.columns([year, self.base])
        if self.rate:
            pairs = [
                [self.cells[name][self.rows(who), at] for at in when for name in ("numerator", "denominator")]
                for who in (areas, [other])
            ]
            phi, df = (self.cells[name][self.rows(areas), when[0]] for name in ("dispersion", "df"))
            ratio = effects.did_rates(*pairs, dispersion=phi, df=df)
            return Estimate.of(np.log([ratio.value, ratio.lower, ratio.upper]), ratio.method)
        return effects.did_shares(*(self._estimate(who, at) for who in (areas, [other]) for at in when))

    def published(self, name: str, effect: Estimate) -> dict[str, Any]:
        """Value and interval as columns of the rows: points, or ratio minus 1."""
        ends = {"": effect.value, "_lower": effect.lower, "_upper": effect.upper}
        return {f"{name}{end}": np.expm1(x) if self.rate else x for end, x in ends.items()}

    def known(self, areas: Sequence[str], year: int) -> list[str]:
        """Those of the areas that have both the year and the baseline year (and reports, for a rate)."""
        at = self.years.get(year)
        return [name for name in areas if at is not None and self.told[self.areas.get(name, -1), at]]

    def pre_trend(self, parts: Sequence[str], there: Sequence[str]) -> Estimate | None:
        """Did the parts drift apart from the comparison areas before the plan? None without three whole years.

        A year from before a break in the parts' series is left out, and so is a comparison area with a break of its own.
        """
        years = [
            year
            for year in self.years
            if self.base - EARLIER_YEARS <= year <= self.base
            and not self.broken[self.rows(parts), self.years[year]].any()
        ]
        at = self.columns(years)
        here, others = (self.level[self.rows(names)][:, at] for names in (parts, there))
        whole = np.isfinite(others).all(axis=1) & ~self.broken[self.rows(there)][:, at].any(axis=1)
        others = others[whole]
        if len(years) < 3 or np.isnan(here).any() or len(others) < 2:
            return None
        return effects.pre_trend(here, others, years)

    def _estimate(self, areas: Sequence[str], year: int) -> Estimate:
        limits: Any = (self.cells[name][self.rows(areas), year] for name in LIMITS)
        return Estimate.of(limits, "wilson")
