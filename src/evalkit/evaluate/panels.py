"""Panels: one indicator as arrays of areas x years, what is shown beside what only φ and τ may be made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from evalkit.estimates.arguments import quantile_of
from evalkit.estimates.statistics import Statistic
from evalkit.evaluate.changes import CELLS
from evalkit.evaluate.frames import by_indicator
from evalkit.plan import Plan
from evalkit.plan.baselines import Baseline
from evalkit.plan.indicators import Indicator
from evalkit.terms import LEVEL


@dataclass(frozen=True)
class Panel:
    """One indicator as arrays of areas x years: what is shown, and what only φ and τ may be made of."""

    name: str
    indicator: Indicator
    areas: pd.Index
    years: pd.Index
    baseline: Baseline
    shown: Mapping[
        str, np.ndarray
    ]  # numerator, denominator, value, scaled (as changes are added up), variance; NaN where hidden, missing or broken off
    apart: Mapping[str, np.ndarray]  # the same as φ and τ may be made of (`spread_counts`), and residents
    dispersion: Mapping[int, tuple[float, float]]  # year -> φ and its degrees of freedom

    @cached_property
    def statistic(self) -> Statistic:
        """How the indicator is computed."""
        return self.indicator.statistic

    @cached_property
    def places(self) -> tuple[dict[str, int], dict[int, int]]:
        """Where areas and years stand."""
        return {area: at for at, area in enumerate(self.areas)}, {
            year: at for at, year in enumerate(self.years)
        }

    def at(
        self, areas: Sequence[str], years: Sequence[int], column: str, *, apart: bool = False
    ) -> np.ndarray:
        """Cells of some areas in some years."""
        table = (self.apart if apart else self.shown)[column]
        rows, columns = self.places
        return table[[rows[area] for area in areas]][:, [columns[year] for year in years]]

    def has(self, area: str) -> bool:
        """Whether the area has rows of this indicator."""
        return area in self.places[0]

    def spread(self, year: int) -> tuple[float, float]:
        """φ and its degrees of freedom for the comparison of a year; 1 where none is needed, NaN where it is not known.

        A year before the plan takes the nearest later year's where it has none of its own; a plan year has its own or none,
        as its change has.
        """
        if not self.statistic.events:
            return 1.0, np.inf
        later = (
            [one for one in self.dispersion if one >= year] if year <= self.baseline.before_plan else [year]
        )
        return self.dispersion.get(later[0], (np.nan, np.nan)) if later else (np.nan, np.nan)

    def level(self, area: str, years: Sequence[int], phi: float) -> tuple[float, float]:
        """Level over some years together and its variance, on the scale on which changes are added up."""
        value, variance = self.levels([area], years, phi)
        return float(value[0]), float(variance[0])

    def levels(self, areas: Sequence[str], years: Sequence[int], phi: float) -> tuple[np.ndarray, np.ndarray]:
        """The same of some areas; NaN where there is no event, nobody, or no figure."""
        if self.statistic.events:
            events, people = (
                self.at(areas, years, column).sum(axis=1) for column in ("numerator", "denominator")
            )
            known = (events > 0) & (people > 0)
            events = np.where(known, events, np.nan)
            return np.log(events / np.where(known, people, np.nan)), phi / events
        value, variance = (self.at(areas, years, column) for column in ("scaled", "variance"))
        return value.mean(axis=1), variance.sum(axis=1) / len(years) ** 2

    def changes(self, areas: Sequence[str], year: int) -> tuple[np.ndarray, np.ndarray]:
        """Change of every area since the baseline, and its variance."""
        phi, _ = self.spread(year)
        (now, v1), (then, v0) = (self.levels(areas, years, phi) for years in ([year], self.baseline.years))
        return now - then, v1 + v0


def panels(
    plan: Plan, counts: pd.DataFrame, levels: pd.DataFrame, spread: pd.DataFrame, apart: pd.DataFrame
) -> dict[str, Panel]:
    """Every indicator that is held against a comparator; `apart` as `spread_counts` makes it."""
    found = {}
    people = counts["denominator"].mask(levels["series_break"].reindex(counts.index).eq(True))
    for name, rows in by_indicator(levels[list(CELLS)].mask(levels["series_break"])):
        one = plan.indicators[name]
        if (
            one.comparator is None
            or one.polarity == "neutral"
            or one.of is not None
            or not one.statistic.judged
        ):
            continue
        areas, years = rows.index.unique("area"), rows.index.unique("year").sort_values()
        scaled = one.statistic.scaled(rows["value"])
        wide = _wide(rows.assign(scaled=scaled, variance=_variance(one.statistic, rows)), areas, years)
        own = apart.loc[name]
        if not one.statistic.sampled:
            share = own["numerator"] / own["denominator"].where(own["denominator"] > 0)
            own = own.assign(value=share, effective_n=own["denominator"])
        if not one.statistic.events:
            own = own.assign(scaled=one.statistic.scaled(own["value"]), variance=one.statistic.noise(own))
        if "residents" not in own or not one.statistic.sampled:
            own = own.assign(residents=people.loc[name])
        phi = (
            spread.loc[name]
            if name in spread.index.get_level_values("indicator")
            else spread.iloc[:0].droplevel(0)
        )
        found[name] = Panel(
            name=name,
            indicator=one,
            areas=areas,
            years=years,
            baseline=plan.baseline_of(name),
            shown=wide,
            apart=_wide(own, areas, years),
            dispersion={int(y): (float(row["dispersion"]), float(row["df"])) for y, row in phi.iterrows()},
        )
    return found


def _wide(rows: pd.DataFrame, areas: pd.Index, years: pd.Index) -> dict[str, np.ndarray]:
    wanted = ["numerator", "denominator", "value", "scaled", "variance", "residents"]
    wide = rows[[column for column in wanted if column in rows]].unstack("year").reindex(areas)
    return {
        column: wide[column].reindex(columns=years).to_numpy(float) for column in wide.columns.unique(level=0)
    }


def _variance(statistic: Statistic, rows: pd.DataFrame) -> np.ndarray:
    """Sampling variance of levels; where there is none, as of nobody or everybody, from the interval, which has width."""
    if statistic.events:
        return np.full(len(rows), np.nan)
    lower, upper = (statistic.scaled(rows[end]) for end in ("lower", "upper"))
    variance = np.asarray(statistic.variance(rows))
    return np.where(variance == 0, ((upper - lower) / (2 * quantile_of(LEVEL))) ** 2, variance)
