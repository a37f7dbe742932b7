"""What figures show, from published rows: lines with their runs, hidden years and breaks, ranges of an axis, dated events."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from evalkit.errors import WrongParameter
from evalkit.plan import Plan
from evalkit.report import Report
from evalkit.terms import PLAN, Shown
from evalkit.text.numbers import date
from evalkit.text.reading import goal_of, has_number, read
from evalkit.text.words import gettext_for

_PERCENT: Final = ("share", "points", "relative")  # stored as 0-1 and drawn as percent or points
_READ: Final = ("row", "year", "unit", "shown", "series_break", "value", "lower", "upper")


@dataclass(frozen=True)
class Line:
    """An indicator of an area over the years, oldest first; a year that is not shown has NaN for every number."""

    rows: Sequence[str]  # row ids
    year: NDArray[np.int_]
    value: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    shown: Sequence[str]
    broken: NDArray[np.bool_]  # the row cannot be compared with the baseline year

    @classmethod
    def of(cls, rows: pd.DataFrame | Line) -> Line:
        """The line of published rows, such as `report.series` gives; whatever stands in a row not shown is left out."""
        if isinstance(rows, Line):
            return rows
        return cls._from({name: rows[name].to_numpy() for name in _READ})

    @classmethod
    def _from(cls, read: Mapping[str, Any]) -> Line:
        order = np.argsort(read["year"], kind="stable")
        cells = {name: column[order] for name, column in read.items()}
        scale = np.array([100.0 if unit in _PERCENT else 1.0 for unit in cells["unit"]])
        seen = np.array([shown == Shown.VALUE for shown in cells["shown"]], bool)
        value, lower, upper = (
            np.where(seen, cells[name].astype(float) * scale, math.nan)
            for name in ("value", "lower", "upper")
        )
        broken = np.array([told == "yes" for told in cells["series_break"]], bool)
        return cls(
            list(cells["row"]), cells["year"].astype(int), value, lower, upper, list(cells["shown"]), broken
        )

    @property
    def frame(self) -> pd.DataFrame:
        """The numbers by row id."""
        numbers = {"year": self.year, "value": self.value, "lower": self.lower, "upper": self.upper}
        return pd.DataFrame({**numbers, "shown": self.shown}, index=list(self.rows))

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which years have a value."""
        return np.isfinite(self.value)

    def at(self, year: int) -> float:
        """The value of a year; NaN where there is none."""
        found = self.value[self.year == year]
        return float(found[0]) if len(found) else math.nan

    def runs(self) -> Iterator[slice]:
        """Unbroken stretches: a year without a value and a series break end one."""
        start = None
        for i, known in enumerate(self.known):
            joined = (
                start is not None
                and self.year[i] == self.year[i - 1] + 1
                and self.broken[i] == self.broken[i - 1]
            )
            if start is not None and not (known and joined):
                yield slice(start, i)
                start = None
            if known and start is None:
                start = i
        if start is not None:
            yield slice(start, len(self.year))

    def stroke(self, *columns: str, lone: float = 0.04) -> list[NDArray[np.float64]]:
        """Years and columns with NaN between the runs; a lone year becomes a stroke of `lone` to either side."""
        told = np.array([self.year, *(getattr(self, column) for column in columns)], float)
        parts = []
        for run in self.runs():
            part = told[:, run]
            if part.shape[1] == 1 and lone:
                part = np.repeat(part, 2, axis=1)
                part[0] += (-lone, lone)
            parts += [part, np.full((len(told), 1), math.nan)]
        return list(np.hstack(parts[:-1])) if parts else [np.array([])] * len(told)

    def hidden(self) -> list[tuple[int, float]]:
        """Suppressed years with the level they are marked at: the last shown before (else the next), never their own."""
        marks = []
        for i in [i for i, shown in enumerate(self.shown) if shown == Shown.SUPPRESSED]:
            before, after = self.value[:i][self.known[:i]], self.value[i:][self.known[i:]]
            if len(before) or len(after):
                marks.append((int(self.year[i]), float(before[-1] if len(before) else after[0])))
        return marks

    def hidden_words(self) -> list[tuple[float, float]]:
        """Where the word for hidden stands: once for each unbroken stretch of hidden years, over its middle."""
        stretches: list[list[tuple[int, float]]] = []
        for year, level in self.hidden():
            if stretches and stretches[-1][-1] == (year - 1, level):
                stretches[-1].append((year, level))
            else:
                stretches.append([(year, level)])
        return [((marks[0][0] + marks[-1][0]) / 2, marks[0][1]) for marks in stretches]

    def breaks(self) -> list[float]:
        """Years (half-way points) where the series is broken."""
        return [float(self.year[i : i + 2].mean()) for i in np.flatnonzero(np.diff(self.broken))]


def line(report: Report, indicator: str, area: str, *, since: int | None = None) -> Line:
    """The line of an indicator in an area, from its first year (or `since`) to the report's."""
    report.plan.indicator(indicator)
    years = range(since or first_year(report, indicator), report.year + 1)
    found = report.rows.index.get_indexer([f"{indicator}.{area}.{year}" for year in years])
    at = found[found >= 0]
    return Line._from({name: report.rows[name].to_numpy()[at] for name in _READ})


def together(lines: Mapping[str, Line], name: str) -> pd.DataFrame:
    """The numbers of several lines in one table, each under its name in the column `name`."""
    return pd.concat([line.frame.assign(**{name: one}) for one, line in lines.items()])


def baseline(report: Report, indicator: str, area: str) -> float:
    """The level that changes count from, in axis units: of one year, or of several together; NaN where it is not shown."""
    r = read(report, indicator, area)
    if not r.several_years and r.baseline_year == report.plan.baseline_year:
        return line(report, indicator, area).at(r.baseline_year)
    return r.number("baseline_value") * r.scale("baseline_value")[0]


def target_path(report: Report, indicator: str, area: str) -> pd.Series:
    """Levels planned by year, from the baseline to the plan's end, in axis units; empty when no number was set."""
    plan, r, base = report.plan, read(report, indicator, area), baseline(report, indicator, area)
    if not has_number(r) or not base > 0 or r.inside:
        return pd.Series(dtype=float)
    years, scale = np.array([plan.baseline_year, *plan.years]), r.scale("value")[0]
    return pd.Series(plan.planned(goal_of(report, indicator), base / scale, years) * scale, index=years)


def in_percent(report: Report, indicator: str) -> bool:
    """Whether a gap is told in per cent of the rest's level (rates) instead of points (shares)."""
    units = report.rows["unit"].to_numpy()[(report.rows["indicator"] == indicator).to_numpy()]
    return "relative" in units


def first_year(report: Report, indicator: str) -> int:
    """The first year of the indicator's rows, in any area; the baseline year when it has none before."""
    years = report.rows["year"].to_numpy()[(report.rows["indicator"] == indicator).to_numpy()]
    return int(min([*years, report.plan.baseline_year]))


def extent(report: Report, indicators: Sequence[str], areas: Sequence[str]) -> tuple[float, float] | None:
    """Lowest and highest end of any shown interval over indicators and areas, in axis units; None when nothing is shown."""
    rows = report.rows
    mine = rows["indicator"].isin(indicators) & rows["area"].isin(areas) & (rows["year"] <= report.year)
    shown = Line._from({name: rows[name].to_numpy()[mine.to_numpy()] for name in _READ})
    ends = np.concatenate([shown.value, shown.lower, shown.upper])
    ends = ends[np.isfinite(ends)]
    return (float(ends.min()), float(ends.max())) if len(ends) else None


def axis_range(report: Report, indicator: str, areas: Sequence[str] = ()) -> tuple[float, float]:
    """The indicator's range of levels, the same in every area: from params, widened if any shown interval needs it.

    `areas` are those whose intervals must fit; the plan and its areas unless given.
    """
    given = report.plan.indicator(indicator).axis
    needed = extent(report, [indicator], areas or [PLAN, *report.plan.areas])
    low, high = given or needed or (0.0, 1.0)
    if needed:
        low, high = min(low, needed[0]), max(high, needed[1])
    ticks = MaxNLocator(7, steps=[1, 2, 5, 10]).tick_values(low, high)
    first = low if given and low == given[0] else ticks[0]
    last = high if given and high == given[1] else ticks[-1]
    return float(first), float(last)


# ---- events -------------------------------------------------------------------------------------

LASTING: Final = ("plan", "other_effort", "composition", "shock")
"""Kinds that get a bar of their own; incidents, which are points in time, share one row of marks."""

_DATED: Final = re.compile(r"(\d{4}-\d\d-\d\d)\W+(.+)")
_EVERYWHERE: Final = ("denmark", "all")


@dataclass(frozen=True)
class Event:
    """Something dated that may have moved the figures; start and end are decimal plan years."""

    name: str
    start: float
    end: float
    kind: str  # plan, other_effort, composition, shock or incident
    when: str = ""  # its first day in words


def decimal_year(day: dt.date, plan: Plan) -> float:
    """A date on the axis: plan year y spans y - 0.5 to y + 0.5, so its first day is y - 0.5."""
    year = plan.year_of(day)
    first, following = plan.first_day(year), plan.first_day(year + 1)
    return year - 0.5 + (day - first).days / (following - first).days


def _written(text: str, report: Report) -> Event | None:
    """An event as an analyst writes it in params, `2019-05-01 A playground`; None for one without a date.

    Raises WrongParameter for a date that no calendar has.
    """
    if not (dated := _DATED.fullmatch(text.strip())):
        return None
    try:
        day = dt.date.fromisoformat(dated[1])
    except ValueError:
        raise WrongParameter(
            f"events: {text!r} begins with a date that no calendar has. Write year-month-day, as in 2019-05-01."
        ) from None
    start = decimal_year(day, report.plan)
    return Event(dated[2], start, start, "incident", date(day, report.language))


def events_of(report: Report, last: int, *, axis: int | None = None) -> list[Event]:
    """The plan, then the events of the report's area (for the plan: any of its areas) that began by the end of year `last`.

    Those of the parameter `events` that begin with a date are among them.

    The plan alone goes on to the end of the axis, where that is later.
    """
    plan, language, until = report.plan, report.language, last + 0.5
    start, end = decimal_year(plan.period.start, plan), plan.years[-1] + 0.5
    found = [Event(gettext_for(language)("Plan period"), start, min(end, (axis or last) + 0.5), "plan")]
    places = {*_EVERYWHERE, *(plan.areas if report.area not in plan.areas else [report.area])}
    for event in report.events.to_dict("records"):
        where = {name.strip() for name in str(event["area"]).split(";")}
        if event["kind"] == "series_break" or not where & places:
            continue
        day = dt.date.fromisoformat(str(event["start"]))
        last_day = dt.date.fromisoformat(str(event["end"]))
        end = decimal_year(last_day + dt.timedelta(days=1), plan)
        name, kind = str(event[f"label_{language}"]), str(event["kind"])
        found.append(Event(name, decimal_year(day, plan), min(end, until), kind, date(day, language)))
    found += [one for text in report.chosen_events if (one := _written(text, report))]
    order = {kind: i for i, kind in enumerate((*LASTING, "incident"))}
    began = [one for one in found if one.start < until]
    return sorted(began, key=lambda one: (order.get(one.kind, len(order)), one.start))
