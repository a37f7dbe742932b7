"""Comparisons: pooled change here against pooled change elsewhere, and how far the comparison carries.

Against the comparison areas together; else against the rest of the municipality. Official figures compare the
municipality with all other municipalities together. Who compares depends on what was delivered and on breaks, never on
a count: the totals are cells of the disclosure table, and the areas' own trends and φ come rounded up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


# ---- one comparison ---------------------------------------------------------------------------------


class Elsewhere(NamedTuple):
    """What is compared with: the id of the total, and the areas that it is made of."""

    pool: str
    parts: tuple[str, ...]


class Compared(NamedTuple):
    """The difference in change on the scale of changes, the change elsewhere, and of how many areas."""

    effect: Estimate
    elsewhere: float
    areas: int


def elsewhere(panel: Panel, pools: Pools, matched: Sequence[str], years: Sequence[int]) -> Elsewhere | None:
    """What the indicator is compared with over some years; None where nothing was delivered for all of them."""
    wanted = panel.indicator.comparator
    if wanted == "country":
        others = tuple(sorted(area for area in panel.areas if area.startswith(OFFICIAL)))
        return Elsewhere(COUNTRY, others) if panel.has(COUNTRY) else None
    if wanted == MATCHED and len(matched) > 1:
        found = pools.of(panel.name, years)
        return Elsewhere(*found) if found else None
    return Elsewhere(REST, (REST,)) if panel.has(REST) else None


def compared(
    plan: Plan, panel: Panel, side: str, other: Elsewhere, after: Sequence[int], before: Sequence[int]
) -> Compared | None:
    """Change of one total here against the total elsewhere, between some years and some years before; None without one."""
    phi, df = panel.spread(after[-1])
    sides = [(lambda years: panel.level(side, years, phi)), (lambda years: _pool(panel, other, years, phi))]
    (here, v1), (start, v0), (there, w1), (first, w0) = (
        one(years) for one in sides for years in (after, before)
    )
    change, away = here - start, there - first
    if not np.isfinite([change, away, phi]).all():
        return None
    tau, freedom = _own_trends(plan, panel, other, after, before, phi, df)
    made = did.difference_in_change(
        change,
        away,
        variance=v1 + v0 + w1 + w0,
        own_trends=tau,
        concentrated=_weights(plan, panel, side, other, before[-1]),
        df=freedom,
    )
    return Compared(made, away, len(other.parts))


def _pool(panel: Panel, other: Elsewhere, years: Sequence[int], phi: float) -> tuple[float, float]:
    """Level elsewhere; of surveys from the areas' own shares by residents, so that an area that broke off can leave."""
    if panel.has(other.pool) or not panel.statistic.sampled:
        return panel.level(other.pool, years, phi) if panel.has(other.pool) else (np.nan, np.nan)
    people = panel.at(other.parts, years, "residents", apart=True)
    weight = people / people.sum(axis=0)
    value, variance = (panel.at(other.parts, years, column) for column in ("scaled", "variance"))
    return float((weight * value).sum(0).mean()), float((weight**2 * variance).sum() / len(years) ** 2)


def _change_elsewhere(panel: Panel, other: Elsewhere, year: int) -> float:
    """Change of the total elsewhere as it is published; a fall to none is one of 100 %, though it has no logarithm."""
    (now, _), (then, _) = (_pool(panel, other, years, 1.0) for years in ([year], panel.baseline.years))
    if panel.statistic.events and np.isfinite(then) and panel.at([other.pool], [year], "value")[0, 0] == 0:
        return -1.0
    return float(panel.statistic.unscaled(now - then))


def _own_trends(
    plan: Plan,
    panel: Panel,
    other: Elsewhere,
    after: Sequence[int],
    before: Sequence[int],
    phi: float,
    df: float,
) -> tuple[float, float | None]:
    """τ, rounded up and never below the floor, and degrees of freedom; with few areas the floor, and those of φ."""
    relative, areas = panel.statistic.relative, other.parts
    floor = plan.own_trends.rates if relative else plan.own_trends.shares
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


def _weights(plan: Plan, panel: Panel, side: str, other: Elsewhere, year: int) -> float:
    """Sum of squared weights of the areas here and elsewhere, by residents of the year counted from, to a hundredth above."""
    here = tuple(plan.areas) if side == PLAN else (side,)
    found = 0.0
    for areas in (here, other.parts):
        people = panel.at(areas, [year], "residents", apart=True)[:, 0]
        found += did.rounded_up(did.concentration(people), 0.01) if people.sum() > 0 else 1.0
    return found


def drift(
    plan: Plan, panel: Panel, pools: Pools, matched: Sequence[str], side: str
) -> tuple[Estimate, float] | None:
    """Yearly drift before the plan with its 90 % interval, as published, and the margin; None with fewer than three years."""
    years = [y for y in panel.years if plan.baseline_year - EARLIER_YEARS <= y <= plan.baseline_year]
    phi, df = panel.spread(plan.baseline_year)
    years = [y for y in years if np.isfinite(panel.level(side, [y], phi)[0])]
    other = elsewhere(panel, pools, matched, years)
    if len(years) < 3 or other is None or np.isnan(phi):
        return None
    here, there = (
        [one(y) for y in years]
        for one in ((lambda y: panel.level(side, [y], phi)), (lambda y: _pool(panel, other, [y], phi)))
    )
    level, variance = (np.array([[one[i] for one in both] for both in (here, there)]) for i in (0, 1))
    if not np.isfinite(level).all():
        return None
    tau, freedom = _own_trends(plan, panel, other, [years[-1]], [years[0]], phi, df)
    made = did.drift(
        level[0],
        level[1],
        years,
        variance=variance.sum(axis=0),
        own_trends=tau / len(plan.years),
        concentrated=_weights(plan, panel, side, other, years[-1]),
        df=freedom,
    )
    return panel.statistic.published(made), plan.margin(panel.name)


# ---- all comparisons --------------------------------------------------------------------------------


def compare(plan: Plan, matched: Sequence[str], panels: Mapping[str, Panel], pools: Pools) -> pd.DataFrame:
    """One row for every area, plan total and year: the comparator, the difference in change, its readings, the evidence."""
    found: dict[Key, dict[str, Any]] = {}
    shocked = shocked_years(plan)
    for name, panel in panels.items():
        sides = [MUNICIPALITY, USUAL] if panel.indicator.official else [*plan.areas, PLAN]
        for side in filter(panel.has, sides):
            before = drift(plan, panel, pools, matched, side)
            for year, said in _years(plan, panel, pools, matched, side, shocked, before):
                found[name, side, year] = said
    events = [key for key, said in found.items() if "event" in said]
    for key, said in _drawn_by_lot(plan, matched, panels, pools, events):
        found[key] |= said
    index = pd.MultiIndex.from_tuples(list(found), names=["indicator", "area", "year"])
    return pd.DataFrame(list(found.values()), index=index).reindex(columns=list(COLUMNS))


def _years(
    plan: Plan,
    panel: Panel,
    pools: Pools,
    matched: Sequence[str],
    side: str,
    shocked: Sequence[int],
    before: tuple[Estimate, float] | None,
) -> Iterator[tuple[int, dict[str, Any]]]:
    base, publish = panel.baseline, panel.statistic.published
    earlier = [y for y in panel.years if plan.baseline_year - EARLIER_YEARS < y <= plan.baseline_year]
    measured = [
        y
        for y in plan.years
        if base.counts(y) and y in panel.years and np.isfinite(panel.at([side], [y], "value")).all()
    ]

    def reading(after: Sequence[int], start: Sequence[int]) -> Compared | None:
        other = elsewhere(panel, pools, matched, [*start, *after]) if len(after) and len(start) else None
        return compared(plan, panel, side, other, after, start) if other is not None else None

    for year in panel.years:
        other = elsewhere(panel, pools, matched, [year]) or elsewhere(panel, pools, matched, [base.last])
        said: dict[str, Any] = {}
        if other is not None:
            whole = MATCHED if other.pool.startswith(MATCHED) else other.pool
            said["comparator"] = whole
            if panel.has(whole):
                said["comparator_value"] = panel.at([whole], [year], "value")[0, 0]
        counts = base.counts(year) and set(base.years) <= set(panel.years)
        event = reading([year], base.years) if counts else None
        shown = np.isfinite(panel.at([side], [year], "value")).all()
        same = elsewhere(panel, pools, matched, [*base.years, year]) if counts else None
        if shown and same is not None:
            said["comparator_change"] = _change_elsewhere(panel, same, year)
        several = event is not None and event.areas > 1  # one area alone makes no event study
        if event is not None and several:
            said |= ends("event", publish(event.effect)) | {"event_areas": event.areas}
        if event is not None and year in plan.years:
            so_far = [one for one in measured if one <= year]
            readings = {
                "event_baseline3": reading(
                    [year], earlier if len(earlier) == EARLIER_YEARS and not base.inside else []
                ),
                "event_mean": reading(so_far, base.years),
                "event_calm": reading([one for one in so_far if one not in shocked], base.years),
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


def _drawn_by_lot(
    plan: Plan, matched: Sequence[str], panels: Mapping[str, Panel], pools: Pools, told: Iterable[Key]
) -> Iterator[tuple[Key, dict[str, Any]]]:
    """The plan's areas drawn by lot among all, and whether they differ; only where every single area is shown.

    All comparisons of as many areas are drawn at once, which is much quicker.
    """
    pairs: dict[tuple[int, int], dict[Key, tuple[np.ndarray, np.ndarray]]] = {}
    for key in told:
        name, side, year = key
        panel = panels[name]
        own = list(plan.areas) if side == PLAN else [side]
        other = elsewhere(panel, pools, matched, [*panel.baseline.years, year])
        if not (side == PLAN or panel.indicator.official) or other is None or len(other.parts) < 2:
            continue
        (here, noise), (there, _) = (panel.changes(areas, year) for areas in (own, other.parts))
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
