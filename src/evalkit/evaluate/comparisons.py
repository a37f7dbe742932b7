"""Comparisons: change here against change elsewhere, and how far the comparison of the whole plan carries.

Against comparison areas where there are two or more, by their own spread; else against the rest of the municipality.
Official figures compare the municipality with the rest of the country, and with every other municipality.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from evalkit.data.dataset import read_published
from evalkit.errors import MissingFile
from evalkit.estimates import effects
from evalkit.estimates.statistics import Statistic
from evalkit.evaluate.changes import CELLS, EARLIER_YEARS, ends, limits
from evalkit.evaluate.frames import KEYS, beside, by_indicator, by_statistic, stacked
from evalkit.measure import COUNTRY, MUNICIPALITY, OFFICIAL, USUAL
from evalkit.plan import Plan
from evalkit.terms import MATCHED, PLAN, REST, Estimate

STEMS: Final = ("event", "event_baseline3", "event_mean", "event_calm", "pre_trend")
SINGLE: Final = ("event_areas", "permutation_p", "permutation_floor", "heterogeneity", "heterogeneity_p")
BESIDE: Final = (
    "comparator",
    "comparator_value",
    "comparator_change",
    "effect",
    "effect_lower",
    "effect_upper",
    "effect_method",
    "effect_areas",
    "evidence_level",
)
COLUMNS: Final = (*(f"{stem}{end}" for stem in STEMS for end in ("", "_lower", "_upper")), *SINGLE)


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


# ---- areas x years ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Panel:
    """One indicator: its cells, and arrays of areas x years on the scale on which changes are added up (log for rates)."""

    statistic: Statistic
    cells: pd.DataFrame  # by area and year
    areas: pd.Index
    years: pd.Index
    level: np.ndarray
    variance: np.ndarray  # of the level, before φ
    spread: np.ndarray  # φ, the nearest later year's where a year has none of its own; 1 where none is needed
    broken: np.ndarray  # another series than the baseline year's
    told: np.ndarray  # a level, the baseline year's, too, and a φ of the year's own where one is needed
    base: int

    def rows(self, areas: Sequence[str]) -> np.ndarray:
        """Where areas stand; those that have no row are left out."""
        at = self.areas.get_indexer(list(areas))
        return at[at >= 0]

    def inhabited(self, areas: Sequence[str]) -> list[str]:
        """The areas but those where nobody lives in any year: they have no rate, so none of theirs is missing."""
        people = self.cells["denominator"].groupby("area").agg(["min", "max"])
        nobody = people.index[people.eq(0).all(axis=1)]
        return [area for area in areas if area not in nobody]

    def column(self, year: int) -> int:
        """Where a year stands."""
        return int(self.years.get_loc(year))

    def changes(self, after: Sequence[int], before: Sequence[int]) -> Changes:
        """Mean level of some years minus that of others, for every area."""
        now, then = self.years.get_indexer(list(after)), self.years.get_indexer(list(before))
        change = self.level[:, now].mean(axis=1) - self.level[:, then].mean(axis=1)
        noise = (
            self.variance[:, now].sum(axis=1) / len(now) ** 2
            + self.variance[:, then].sum(axis=1) / len(then) ** 2
        )
        return Changes(change, noise * self.spread[:, now[-1]])

    def pre_trend(self, parts: np.ndarray, others: np.ndarray) -> Estimate | None:
        """Did the parts drift apart from the comparison areas before the plan? None without three whole years.

        A year from before a break in the parts' series is left out, and so is a comparison area with a break of its own.
        """
        early = (self.years >= self.base - EARLIER_YEARS) & (self.years <= self.base)
        at = np.flatnonzero(early & ~self.broken[parts].any(axis=0))
        here, there = self.level[parts][:, at], self.level[others][:, at]
        there = there[np.isfinite(there).all(axis=1) & ~self.broken[others][:, at].any(axis=1)]
        if len(at) < 3 or np.isnan(here).any() or len(there) < 2:
            return None
        return self.statistic.published(effects.pre_trend(here, there, self.years[at]))


class Changes(NamedTuple):
    """Changes of the areas of a panel, and the sampling variance of each."""

    change: np.ndarray
    noise: np.ndarray


class Difference(NamedTuple):
    """Mean change of the parts minus that of the others, by the others' spread, and the changes of both."""

    effect: Estimate
    here: np.ndarray
    there: np.ndarray


def difference(changes: Changes, parts: np.ndarray, others: np.ndarray) -> Difference | None:
    """On the scale of the changes; None with a part missing, or fewer than two others that have a change."""
    known = np.isfinite(changes.change) & np.isfinite(changes.noise)
    there = others[known[others]]
    if len(there) < 2 or not len(parts) or not known[parts].all():
        return None
    here, elsewhere = changes.change[parts], changes.change[there]
    effect = effects.placebo_effect(
        here,
        elsewhere,
        treated_variance=changes.noise[parts],
        comparison_variance=changes.noise[there],
    )
    return Difference(effect, here, elsewhere)


def panels(plan: Plan, levels: pd.DataFrame, changes: pd.DataFrame) -> dict[str, Panel]:
    """Every indicator that is held against a comparator."""
    names = [
        name
        for name, one in plan.indicators.items()
        if one.comparator is not None
        and one.polarity != "neutral"
        and one.of is None
        and one.statistic.judged
    ]
    cells = levels[[*CELLS, "series_break"]].join(changes[["change", "dispersion", "df"]])
    cells = cells[cells.index.isin(names, level="indicator")]
    scaled = stacked(
        (
            pd.DataFrame(
                {"level": one.scaled(rows["value"]), "variance": one.variance(rows)}, index=rows.index
            )
            for one, rows in by_statistic(plan, cells)
        ),
        ["level", "variance"],
    )
    wide = {
        column: values.unstack("year").sort_index(axis=1)
        for column, values in {**scaled, "phi": cells["dispersion"], "broken": cells["series_break"]}.items()
    }
    return {
        name: _panel(plan, name, rows, {column: values.loc[name] for column, values in wide.items()})
        for name, rows in by_indicator(cells)
    }


def _panel(plan: Plan, name: str, cells: pd.DataFrame, wide: Mapping[str, pd.DataFrame]) -> Panel:
    statistic, base = plan.indicators[name].statistic, plan.baseline_year
    areas, years = cells.index.unique("area"), cells.index.unique("year").sort_values()
    level, variance, phi, broken = (values.reindex(index=areas, columns=years) for values in wide.values())
    then = level.get(base, pd.Series(np.nan, areas))
    told = level.notna() & then.notna().to_numpy()[:, None]
    if statistic.events:
        told &= phi.notna()
        phi = phi.bfill(axis=1).ffill(axis=1)
    else:
        phi = phi.fillna(1.0)
    return Panel(
        statistic=statistic,
        cells=cells,
        areas=areas,
        years=years,
        level=level.to_numpy(),
        variance=variance.to_numpy(),
        spread=phi.to_numpy(),
        broken=broken.eq(True).to_numpy(),
        told=told.to_numpy(),
        base=base,
    )


def against(
    statistic: Statistic, cells: pd.DataFrame, rows: pd.Index, other: str, base: int, stem: str
) -> pd.DataFrame:
    """The change of some rows against that of one other area, of whose noise no more is known than its sampling error.

    Only where both have the year and the baseline year.
    """
    wanted, then, there = [*CELLS, "dispersion", "df"], {"year": base}, {"area": other}
    frames = [beside(cells, wanted, rows, **at) for at in ({}, then, there, there | then)]
    known = np.all([np.isfinite(statistic.scaled(frame["value"])) for frame in frames], axis=0)
    if statistic.events:
        known &= frames[0]["dispersion"].notna() & frames[2]["dispersion"].notna()
    now, *rest = (frame[known] for frame in frames)
    if now.empty:
        return pd.DataFrame(columns=[stem, f"{stem}_lower", f"{stem}_upper", "method"], index=now.index)
    made = statistic.difference_in_change(now, *rest)
    return limits(stem, made, now.index).assign(method=made.method)


# ---- beside the comparator ------------------------------------------------------------------------


def compare(plan: Plan, matched: Sequence[str], panels: Mapping[str, Panel]) -> pd.DataFrame:
    """The comparator's level and change, the difference in change, and the evidence level that it carries.

    One row for every area and plan of an indicator that is compared. Where a comparison area drops out (no figure, or
    a break), the change elsewhere is the mean change of those that are left.
    """
    found = []
    for name, panel in panels.items():
        one, others = (
            plan.indicators[name],
            panel.inhabited([area for area in matched if area in panel.areas]),
        )
        wanted = {"country": COUNTRY, "rest": REST}.get(one.comparator or "", MATCHED)
        pool = REST if wanted == MATCHED and len(others) < 2 else wanted
        if pool not in panel.areas:
            continue
        own = [MUNICIPALITY, USUAL] if one.official else [*plan.areas, PLAN]
        rows = panel.cells.index[panel.cells.index.isin(own, level="area")]
        there = beside(panel.cells, ["value", "change", "series_break"], rows, area=pool)
        made = there[["value", "change"]].add_prefix("comparator_").assign(comparator=pool)
        if pool == MATCHED:
            effect = _beside_many(plan, panel, own, panel.rows(others))
            made["comparator_change"] = effect.pop("left").reindex(rows).fillna(made["comparator_change"])
        else:  # a comparator with a break has not moved: it is another series from then on
            broken = there["series_break"].eq(True)
            made["comparator_change"] = made["comparator_change"].mask(broken)
            effect = _beside_one(plan, panel, rows[~broken & rows.isin(plan.years, level="year")], pool)
        found.append(pd.concat({name: made.join(effect)}, names=["indicator"]))
    return stacked(found, BESIDE)


def _beside_many(plan: Plan, panel: Panel, own: Sequence[str], others: np.ndarray) -> pd.DataFrame:
    """Against comparison areas, by their own spread; `left` is their mean change where some of them drop out."""
    years = [year for year in plan.years if {year, panel.base} <= set(panel.years)]
    changes, found = {year: panel.changes([year], [panel.base]) for year in years}, {}
    for area in own:
        at, parts = (
            panel.rows([area]),
            panel.rows(panel.inhabited(list(plan.areas)) if area == PLAN else [area]),
        )
        before = panel.pre_trend(parts, others)
        for year in years:
            broken = panel.broken[:, panel.column(year)]
            made = difference(changes[year], parts, others[~broken[others]])
            if made is None or not panel.told[at, panel.column(year)].all():
                continue
            n = len(made.there)
            found[area, year] = {
                **ends("effect", panel.statistic.published(made.effect)),
                "effect_method": made.effect.method,
                "effect_areas": n,
                "evidence_level": effects.evidence_level(
                    baseline=not broken[at].any(), n_treated=len(parts), n_comparison=n, trend=before
                ),
                "left": panel.statistic.unscaled(made.there.mean()) if n < len(others) else np.nan,
            }
    return _frame(found, ["area", "year"], "left")


def _beside_one(plan: Plan, panel: Panel, rows: pd.Index, pool: str) -> pd.DataFrame:
    """Against one comparator: evidence of level 2 at most."""
    made = against(panel.statistic, panel.cells, rows, pool, panel.base, "effect").rename(
        columns={"method": "effect_method"}
    )
    parts = panel.inhabited(list(plan.areas))
    n = [len(parts) if area == PLAN else 1 for area in made.index.get_level_values("area")]
    level = [
        effects.evidence_level(baseline=not broken, n_treated=of, n_comparison=1, trend=None)
        for broken, of in zip(panel.cells["series_break"].reindex(made.index), n, strict=True)
    ]
    return made.assign(effect_areas=1, evidence_level=level)


def _frame(
    found: Mapping[tuple[Any, ...], Mapping[str, Any]], names: Sequence[str], *columns: str
) -> pd.DataFrame:
    """Rows by their keys; `columns` are there even when nothing was found."""
    made = pd.DataFrame.from_dict(found, orient="index")
    made.index = pd.MultiIndex.from_tuples(list(found), names=names)
    return made.reindex(columns=[*dict.fromkeys([*made.columns, *columns])])


# ---- how far the comparison of the whole plan carries -----------------------------------------------


def contrasts(plan: Plan, matched: Sequence[str], panels: Mapping[str, Panel]) -> pd.DataFrame:
    """The comparison of the whole plan under other readings, and of the municipality among all others.

    The event study over all years, the plan's areas drawn by lot, the pre-trend, the three-year baseline, the years
    without a shock to the whole country, and whether the areas differ.
    """
    shocked, found = shocked_years(plan), {}
    for name, panel in panels.items():
        one, areas = plan.indicators[name], panel.areas
        if one.official:
            others = sorted(area for area in areas if area.startswith(OFFICIAL))
            sides = {side: [side] for side in (MUNICIPALITY, USUAL) if side in areas}
        else:
            others = panel.inhabited(matched) if one.comparator == MATCHED else []
            sides = {PLAN: panel.inhabited(list(plan.areas))}
        for side, parts in sides.items() if panel.base in panel.years else ():
            if len(panel.rows(parts)) == len(parts) and side in areas:
                for year, said in _readings(
                    plan, panel, side, panel.rows(parts), panel.rows(others), shocked
                ):
                    found[name, side, year] = said
    return _frame(found, KEYS, *COLUMNS)


def _readings(
    plan: Plan, panel: Panel, side: str, parts: np.ndarray, others: np.ndarray, shocked: Sequence[int]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """What can be said of each year; nothing of one with a break, with a part missing, or with too few others."""
    base, drift = panel.base, panel.pre_trend(parts, others)
    # A year that nobody measured says nothing; the others still can.
    measured = set(panel.years[np.isfinite(panel.level[parts]).all(axis=0)])
    earlier = [year for year in panel.years if base - EARLIER_YEARS < year <= base]
    events: dict[int, tuple[Changes, np.ndarray, Difference]] = {}
    for year in panel.years:
        broken = panel.broken[:, panel.column(year)]
        if year == base or broken[panel.rows([side])].any():
            continue
        changes, unbroken = panel.changes([year], [base]), others[~broken[others]]
        event = difference(changes, parts, unbroken)
        if event is not None:
            events[year] = changes, unbroken, event
    by_lot = _drawn_by_lot({year: event for year, (_, _, event) in events.items()})
    for year, (changes, unbroken, event) in events.items():
        said = {
            **ends("event", panel.statistic.published(event.effect)),
            "event_areas": len(event.there),
            "permutation_p": by_lot[year],
            "permutation_floor": effects.smallest_p(len(event.here), len(event.there)),
        }
        if year > base:
            so_far = [one for one in plan.years if one <= year and one in measured]
            wanted = {
                "event_mean": (so_far, [base]),
                "event_calm": ([one for one in so_far if one not in shocked], [base]),
                "event_baseline3": ([year], earlier if len(earlier) == EARLIER_YEARS else []),
            }
            for stem, (after, before) in wanted.items():
                made = difference(panel.changes(after, before), parts, unbroken) if after and before else None
                if made is not None:
                    said |= ends(stem, panel.statistic.published(made.effect))
            if len(parts) > 1 and (changes.noise[parts] > 0).all():
                apart = effects.heterogeneity(event.here, changes.noise[parts])
                said |= {"heterogeneity": apart.statistic, "heterogeneity_p": apart.p_value}
            if drift is not None:  # a later break says nothing of the years before: as for the evidence level
                said |= ends("pre_trend", drift)
        yield year, said


def _drawn_by_lot(events: Mapping[int, Difference]) -> dict[int, float]:
    """p of every year's difference when the plan's areas are drawn by lot; years with as many areas share the draws."""
    found: dict[int, float] = {}
    for size in {len(event.there) for event in events.values()}:
        years = [year for year, event in events.items() if len(event.there) == size]
        here, there = (
            np.array([getattr(events[year], side) for year in years]) for side in ("here", "there")
        )
        found |= dict(zip(years, effects.permutation_p(here, there), strict=True))
    return found
