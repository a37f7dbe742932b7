"""Published rows of one indicator and area as a line that can be drawn: runs, gaps, hidden years and breaks."""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from evalkit.report import Report
from evalkit.terms import PLAN, Shown
from evalkit.verdicts import target_path as planned


@dataclass(frozen=True)
class Point:
    """One year: its level and interval in display units (percent, per 1,000), or why there is none."""

    year: int
    value: float
    lower: float
    upper: float
    shown: Shown
    broken: bool  # the row cannot be compared with the baseline year

    @property
    def has_value(self) -> bool:
        """Whether the level may be drawn."""
        return self.shown == Shown.VALUE and math.isfinite(self.value)


@dataclass(frozen=True)
class Line:
    """The years of one indicator and area, in order."""

    points: tuple[Point, ...]

    @property
    def shown(self) -> list[Point]:
        """The points that have a value."""
        return [point for point in self.points if point.has_value]

    def at(self, year: int) -> Point | None:
        """The point of a year, if it has a value."""
        return next((point for point in self.shown if point.year == year), None)

    def runs(self) -> list[list[Point]]:
        """Unbroken stretches: a year without a value and a series break end one."""
        runs: list[list[Point]] = []
        before: Point | None = None
        for point in self.points:
            if point.has_value:
                joins = before is not None and before.year == point.year - 1 and before.broken == point.broken
                if joins and runs:
                    runs[-1].append(point)
                else:
                    runs.append([point])
            before = point if point.has_value else None
        return runs

    def hidden(self) -> list[tuple[int, float]]:
        """Suppressed years with the level they are marked at: the last shown before (else the next), never their own."""
        marks = []
        for year in self.hidden_years:
            before = [other.value for other in self.shown if other.year < year]
            after = [other.value for other in self.shown if other.year > year]
            if before or after:
                marks.append((year, before[-1] if before else after[0]))
        return marks

    @property
    def hidden_years(self) -> list[int]:
        """Years that are suppressed."""
        return [point.year for point in self.points if point.shown == Shown.SUPPRESSED]

    def hidden_words(self) -> list[tuple[float, float]]:
        """Where the word for hidden stands: once for each unbroken stretch of hidden years, over its middle."""
        places: list[list[tuple[int, float]]] = []
        for year, level in self.hidden():
            if places and places[-1][-1] == (year - 1, level):
                places[-1].append((year, level))
            else:
                places.append([(year, level)])
        return [((run[0][0] + run[-1][0]) / 2, run[0][1]) for run in places]

    def breaks(self) -> list[float]:
        """Years (half-way points) where the series is broken."""
        pairs = zip(self.points, self.points[1:], strict=False)
        return [(a.year + b.year) / 2 for a, b in pairs if a.broken != b.broken]


_READ: Final = ["year", "unit", "shown", "value", "lower", "upper", "target", "series_break"]
_PERCENT: Final = ("share", "points", "relative")  # units stored as 0-1 and shown as percent or points


def line(report: Report, indicator: str, area: str, *, until: int | None = None) -> Line:
    """The line of one area, up to and with the year `until`."""
    points = []
    for row in _rows_of(report, indicator, area):
        if until is not None and row["year"] > until:
            continue
        value, lower, upper = (_in_display_units(row, name) for name in ("value", "lower", "upper"))
        points.append(
            Point(int(row["year"]), value, lower, upper, Shown(row["shown"]), row["series_break"] == "yes")
        )
    return Line(tuple(points))


def target_path(report: Report, indicator: str, area: str) -> list[tuple[int, float]]:
    """Levels planned by year, from the baseline to the plan's end, in display units; empty when no number was set.

    Years that the rows do not reach yet follow from the baseline and the plan's own target.
    """
    plan = report.plan
    goal = next((goal for goal in plan.goals.values() if goal.indicator == indicator), None)
    rows = _rows_of(report, indicator, area)
    base = line(report, indicator, area).at(plan.baseline_year)
    if goal is None or goal.target is None or base is None or base.value <= 0:
        return []
    known = {int(row["year"]): _in_display_units(row, "target") for row in rows}
    path = [(base.year, base.value)]
    for year in plan.years:
        level = known.get(year, math.nan)
        if not math.isfinite(level):
            level = planned(base.value, goal.target.annual_change, year - base.year, goal.target.reading)
        path.append((year, float(level)))
    return path


def in_percent(report: Report, indicator: str) -> bool:
    """Whether a gap is told in per cent of the rest's level (rates) instead of points (shares)."""
    return any(row["unit"] == "relative" for row in _rows_of(report, indicator, PLAN))


def first_year(report: Report, indicator: str) -> int:
    """The first year of the indicator's rows, in any area; the baseline year when it has none before."""
    years = report.rows["year"].to_numpy()[(report.rows["indicator"] == indicator).to_numpy()]
    return int(min([*years, report.plan.baseline_year]))


def extent(report: Report, indicator: str, areas: Iterable[str]) -> tuple[float, float] | None:
    """Lowest and highest end of any shown interval over the areas, in display units; None when nothing is shown."""
    points = [point for area in areas for point in line(report, indicator, area).shown]
    ends = [end for point in points for end in (point.lower, point.value, point.upper) if math.isfinite(end)]
    return (min(ends), max(ends)) if ends else None


def _rows_of(report: Report, indicator: str, area: str) -> list[dict[str, Any]]:
    """The series' rows by year."""
    return _series(report.rows).get((indicator, area), [])


def _series(rows: pd.DataFrame) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Every series of a table, gathered once: each picture asks for many of them."""
    kept = _KEPT.get(id(rows))
    if kept is None or kept[0]() is not rows:
        series: dict[tuple[str, str], list[dict[str, Any]]] = {}
        columns = (rows[name].tolist() for name in ("indicator", "area", *_READ))
        for own, place, *cells in sorted(zip(*columns, strict=True), key=lambda one: one[2]):
            series.setdefault((own, place), []).append(dict(zip(_READ, cells, strict=True)))
        _KEPT.clear()
        kept = _KEPT[id(rows)] = (weakref.ref(rows), series)
    return kept[1]


_KEPT: Final[dict[int, Any]] = {}
"""The series of the table last asked for, by its identity: a table cannot be a key."""


def _in_display_units(row: dict[str, Any], column: str) -> float:
    stored = row[column]
    if stored is None or pd.isna(stored):
        return math.nan
    return _displayed(float(stored), row["unit"])


def _displayed(stored: float, unit: str) -> float:
    """Percent and points for shares and for a relative gap (ratio minus 1)."""
    return stored * (100 if unit in _PERCENT else 1)
