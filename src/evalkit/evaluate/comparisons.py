"""Comparisons: pooled change here against pooled change elsewhere, and how far the comparison carries.

Against the comparison areas together; else against the rest of the municipality. Official figures compare the
municipality with all other municipalities together. Who compares depends on what was delivered and on breaks, never on
a count: the totals are cells of the disclosure table, and the areas' own trends and φ come rounded up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from evalkit.data.dataset import read_published
from evalkit.errors import MissingFile
from evalkit.estimates import difference_in_differences as did
from evalkit.estimates import effects
from evalkit.evaluate.changes import EARLIER_YEARS, ends
from evalkit.evaluate.comparison_pools import Pools
from evalkit.evaluate.panels import Panel
from evalkit.measure.official import COUNTRY, MUNICIPALITY, OFFICIAL, USUAL
from evalkit.plan import Plan
from evalkit.terms import MATCHED, PLAN, REST, Estimate

STEMS: Final = ("event", "event_baseline3", "event_mean", "event_calm", "pre_trend")
COLUMNS: Final = (
    "comparator",
    "comparator_value",
    "comparator_change",
    "effect",
    "effect_lower",
    "effect_upper",
    "effect_method",
    "effect_areas",
    "evidence_level",
    *(f"{stem}{end}" for stem in STEMS for end in ("", "_lower", "_upper")),
    "pre_trend_margin",
    "drift_to_overturn",
    "event_areas",
    "permutation_p",
    "permutation_floor",
    "heterogeneity",
    "heterogeneity_p",
)
Key = tuple[str, str, int]  # indicator, area, year


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


# ---- one indicator ----------------------------------------------------------------------------------


class Compared(NamedTuple):
    """The difference in change on the scale of changes, and of how many areas."""

    effect: Estimate
    areas: int


class Comparison:
    """One indicator, here and elsewhere. What the areas elsewhere tell is told once, for every area here."""

    def __init__(self, plan: Plan, panel: Panel, pools: Pools, matched: Sequence[str]) -> None:
        self.plan, self.panel, self.pools, self.matched = plan, panel, pools, matched
        self.parts: dict[str, tuple[str, ...]] = {}
        """The areas of every total that is compared with."""
        self.level, self.own_trends, self.weight = (
            cache(self._level),
            cache(self._own_trends),
            cache(self._weight),
        )

    def elsewhere(self, years: Sequence[int]) -> str | None:
        """The total that is compared with over some years; None where nothing was delivered for all of them."""
        panel, wanted = self.panel, self.panel.indicator.comparator
        pool: str | None = REST if panel.has(REST) else None
        parts: tuple[str, ...] = (REST,)
        if wanted == COUNTRY:
            pool = COUNTRY if panel.has(COUNTRY) else None
            parts = tuple(sorted(area for area in panel.areas if area.startswith(OFFICIAL)))
        elif wanted == MATCHED and len(self.matched) > 1:
            pool, parts = self.pools.of(panel.name, years) or (None, ())
        if pool is not None:
            self.parts[pool] = parts
        return pool

    def compared(self, side: str, after: Sequence[int], before: Sequence[int]) -> Compared | None:
        """Change of one total here against the total elsewhere, between some years and some years before; None without one."""
        pool = self.elsewhere([*before, *after]) if len(after) and len(before) else None
        if pool is None:
            return None
        phi, df = self.panel.spread(after[-1])
        (here, v1), (start, v0) = (self.panel.level(side, years, phi) for years in (after, before))
        (there, w1), (first, w0) = (self.level(pool, tuple(years), phi) for years in (after, before))
        change, away = here - start, there - first
        if not np.isfinite([change, away, phi]).all():
            return None
        tau, freedom = self.own_trends(pool, tuple(after), tuple(before), phi, df)
        made = did.difference_in_change(
            change,
            away,
            variance=v1 + v0 + w1 + w0,
            own_trends=tau,
            concentrated=self._weights(side, pool, before[-1]),
            df=freedom,
        )
        return Compared(made, len(self.parts[pool]))

    def _level(self, pool: str, years: Sequence[int], phi: float) -> tuple[float, float]:
        """Level elsewhere; of surveys from the areas' own shares by residents, so that an area that broke off can leave."""
        panel = self.panel
        if panel.has(pool) or not panel.statistic.sampled:
            return panel.level(pool, years, phi) if panel.has(pool) else (np.nan, np.nan)
        people = panel.at(self.parts[pool], years, "residents", apart=True)
        weight = people / people.sum(axis=0)
        value, variance = (panel.at(self.parts[pool], years, column) for column in ("scaled", "variance"))
        return float((weight * value).sum(0).mean()), float((weight**2 * variance).sum() / len(years) ** 2)

    def change_elsewhere(self, pool: str, year: int) -> float:
        """Change of the total elsewhere as it is published; a fall to none is one of 100 %, though it has no logarithm."""
        panel = self.panel
        (now, _), (then, _) = (
            self.level(pool, tuple(years), 1.0) for years in ([year], panel.baseline.years)
        )
        if panel.statistic.events and np.isfinite(then) and panel.at([pool], [year], "value")[0, 0] == 0:
            return -1.0
        return float(panel.statistic.unscaled(now - then))

    def _own_trends(
        self, pool: str, after: Sequence[int], before: Sequence[int], phi: float, df: float
    ) -> tuple[float, float | None]:
        """τ, rounded up and never below the floor, and degrees of freedom; with few areas the floor, and those of φ."""
        panel, areas, relative = self.panel, self.parts[pool], self.panel.statistic.relative
        floor = self.plan.own_trends.rates if relative else self.plan.own_trends.shares
        if len(areas) < did.FEWEST_AREAS:
            return floor, df if np.isfinite(df) else None
        if panel.statistic.events:
            sums = [
                panel.at(areas, years, c, apart=True).sum(axis=1)
                for years in (after, before)
                for c in ("numerator", "denominator")
            ]
            lived = (sums[1] > 0) & (sums[3] > 0)  # else there is no rate, but its reports are in the total
            sums = [one[lived] for one in sums]
            tau = did.own_trends_of_rates(*sums, dispersion=phi)
        else:
            then, now = (
                (
                    panel.at(areas, years, "scaled", apart=True).mean(1),
                    panel.at(areas, years, "variance", apart=True).sum(1) / len(years) ** 2,
                )
                for years in (before, after)
            )
            known = np.isfinite(now[0] - then[0]) & (now[1] + then[1] > 0)
            tau = did.own_trends_of_shares((now[0] - then[0])[known], (now[1] + then[1])[known])
        step = did.OWN_TRENDS_STEP if relative else did.OWN_TRENDS_STEP_SHARES
        return max(floor, did.rounded_up(np.nan_to_num(tau), step)), len(areas) - 1

    def _weights(self, side: str, pool: str, year: int) -> float:
        """Sum of squared weights of the areas here and elsewhere, by residents of the year counted from."""
        return self.weight(side, year) + self.weight(pool, year)

    def _weight(self, total: str, year: int) -> float:
        """The same of the areas of one total, to a hundredth above."""
        areas = tuple(self.plan.areas) if total == PLAN else self.parts.get(total, (total,))
        people = self.panel.at(areas, [year], "residents", apart=True)[:, 0]
        return float(did.rounded_up(did.concentration(people), 0.01)) if people.sum() > 0 else 1.0

    def drift(self, side: str) -> tuple[Estimate, float] | None:
        """Yearly drift before the plan with its 90 % interval, as published, and the margin; None with fewer than three years."""
        plan, panel = self.plan, self.panel
        years = [y for y in panel.years if plan.baseline_year - EARLIER_YEARS <= y <= plan.baseline_year]
        phi, df = panel.spread(plan.baseline_year)
        years = [y for y in years if np.isfinite(panel.level(side, [y], phi)[0])]
        pool = self.elsewhere(years)
        if len(years) < 3 or pool is None or np.isnan(phi):
            return None
        both = [panel.level(side, [y], phi) for y in years], [self.level(pool, (y,), phi) for y in years]
        level, variance = (np.array([[one[i] for one in ours] for ours in both]) for i in (0, 1))
        if not np.isfinite(level).all():
            return None
        tau, freedom = self.own_trends(pool, (years[-1],), (years[0],), phi, df)
        made = did.drift(
            level[0],
            level[1],
            years,
            variance=variance.sum(axis=0),
            own_trends=tau / len(plan.years),
            concentrated=self._weights(side, pool, years[-1]),
            df=freedom,
        )
        return panel.statistic.published(made), plan.margin(panel.name)

    def years(self, side: str, shocked: Sequence[int]) -> Iterator[tuple[int, dict[str, Any]]]:
        """What is said of one total here, year by year."""
        plan, panel = self.plan, self.panel
        base, publish, before = panel.baseline, panel.statistic.published, self.drift(side)
        earlier = [y for y in panel.years if plan.baseline_year - EARLIER_YEARS < y <= plan.baseline_year]
        measured = [
            y
            for y in plan.years
            if base.counts(y) and y in panel.years and np.isfinite(panel.at([side], [y], "value")).all()
        ]
        for year in panel.years:
            pool = self.elsewhere([year]) or self.elsewhere([base.last])
            said: dict[str, Any] = {}
            if pool is not None:
                said["comparator"] = whole = MATCHED if pool.startswith(MATCHED) else pool
                if panel.has(whole):
                    said["comparator_value"] = panel.at([whole], [year], "value")[0, 0]
            counts = base.counts(year) and set(base.years) <= set(panel.years)
            event = self.compared(side, [year], base.years) if counts else None
            shown = np.isfinite(panel.at([side], [year], "value")).all()
            same = self.elsewhere([*base.years, year]) if counts else None
            if shown and same is not None:
                said["comparator_change"] = self.change_elsewhere(same, year)
            several = event is not None and event.areas > 1  # one area alone makes no event study
            if event is not None and several:
                said |= ends("event", publish(event.effect)) | {"event_areas": event.areas}
            if event is not None and year in plan.years:
                so_far = [one for one in measured if one <= year]
                long = earlier if len(earlier) == EARLIER_YEARS and not base.inside else []
                calm = [one for one in so_far if one not in shocked]
                readings = {
                    "event_baseline3": self.compared(side, [year], long),
                    "event_mean": self.compared(side, so_far, base.years),
                    "event_calm": self.compared(side, calm, base.years),
                }
                for stem, made in readings.items():
                    if made is not None and several:
                        said |= ends(stem, publish(made.effect))
                parallel = False
                if before is not None:
                    said |= ends("pre_trend", before[0]) | {"pre_trend_margin": before[1]}
                    parallel = bool(did.equivalent(*before))
                overturn = did.drift_to_overturn(event.effect, year - base.middle)
                said |= ends("effect", publish(event.effect)) | {
                    "effect_method": event.effect.method,
                    "effect_areas": event.areas,
                    "evidence_level": did.evidence_level(
                        baseline=True, before_plan=not base.inside, areas=event.areas, parallel=parallel
                    ),
                    "drift_to_overturn": panel.statistic.unscaled(overturn),
                }
            if said:
                yield int(year), said


# ---- all comparisons --------------------------------------------------------------------------------


def compare(plan: Plan, matched: Sequence[str], panels: Mapping[str, Panel], pools: Pools) -> pd.DataFrame:
    """One row for every area, plan total and year: the comparator, the difference in change, its readings, the evidence."""
    found: dict[Key, dict[str, Any]] = {}
    shocked = shocked_years(plan)
    every = {name: Comparison(plan, panel, pools, matched) for name, panel in panels.items()}
    for name, panel in panels.items():
        sides = [MUNICIPALITY, USUAL] if panel.indicator.official else [*plan.areas, PLAN]
        for side in filter(panel.has, sides):
            for year, said in every[name].years(side, shocked):
                found[name, side, year] = said
    events = [key for key, said in found.items() if "event" in said]
    for key, said in _drawn_by_lot(plan, every, events):
        found[key] |= said
    index = pd.MultiIndex.from_tuples(list(found), names=["indicator", "area", "year"])
    return pd.DataFrame(list(found.values()), index=index).reindex(columns=list(COLUMNS))


def _drawn_by_lot(
    plan: Plan, every: Mapping[str, Comparison], told: Iterable[Key]
) -> Iterator[tuple[Key, dict[str, Any]]]:
    """The plan's areas drawn by lot among all, and whether they differ; only where every single area is shown.

    All comparisons of as many areas are drawn at once, which is much quicker.
    """
    pairs: dict[tuple[int, int], dict[Key, tuple[np.ndarray, np.ndarray]]] = {}
    for key in told:
        name, side, year = key
        panel = every[name].panel
        own = list(plan.areas) if side == PLAN else [side]
        pool = every[name].elsewhere([*panel.baseline.years, year])
        if not (side == PLAN or panel.indicator.official) or pool is None:
            continue
        parts = every[name].parts[pool]
        if len(parts) < 2:
            continue
        (here, noise), (there, _) = (panel.changes(areas, year) for areas in (own, parts))
        if not np.isfinite(here).all():
            continue
        if np.isfinite(there).all():
            pairs.setdefault((here.size, there.size), {})[key] = here, there
        if year > panel.baseline.last and here.size > 1 and (noise > 0).all():
            apart = effects.heterogeneity(here, noise)
            yield key, {"heterogeneity": apart.statistic, "heterogeneity_p": apart.p_value}
    for size, alike in pairs.items():
        here, there = (np.stack(side) for side in zip(*alike.values(), strict=True))
        floor = effects.smallest_p(*size)
        for key, p in zip(alike, np.atleast_1d(effects.permutation_p(here, there)), strict=True):
            yield key, {"permutation_p": float(p), "permutation_floor": floor}
