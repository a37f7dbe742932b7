"""The large figures of levels over the years: one indicator of an area with all that is needed to read it, and official ones.

Title, description and the table under a figure come from the same sentences and rows as the prose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from evalkit import tables
from evalkit.figures import draw, labels, lines
from evalkit.figures.chart import Chart
from evalkit.figures.labels import Label, Points, TextLine
from evalkit.figures.lines import Event, Line
from evalkit.figures.style import ACCENT, COMP, DASHED, DOTTED, INK, MUTED, SMALL, TEXT
from evalkit.measure.official import COUNTRY, MUNICIPALITY, OFFICIAL, REGION, USUAL
from evalkit.report import Report
from evalkit.terms import Polarity
from evalkit.text import narrative
from evalkit.text.html import Block, joined
from evalkit.text.numbers import number
from evalkit.text.reading import area_name, read
from evalkit.text.surroundings import official_indicators
from evalkit.text.units import unit_words
from evalkit.text.words import gettext_for

_PLOT: Final = 2.95
"""Inches; the height of every large plot."""

_OWN_SIGN: Final = {"color": ACCENT, "linewidth": 2.2, "marker": "o", "markersize": 6, "markevery": [1]}
"""How the own line looks in a key."""


@dataclass(frozen=True)
class _Shown:
    """What a trend shows, all of it from published rows."""

    report: Report
    indicator: str
    own: Line
    comparator: str
    other: Line
    path: pd.Series

    @property
    def last(self) -> int:
        """The axis ends with the report's year, or with the target path."""
        return max([self.report.year, *self.path.index[-1:]])

    @property
    def end(self) -> int:
        """The last year that either line has a value in; the report's year when neither has any."""
        shown = [*self.own.year[self.own.known], *self.other.year[self.other.known]]
        return max(shown, default=self.report.year)

    @cached_property
    def base(self) -> float:
        """The level that changes count from."""
        return lines.baseline(self.report, self.indicator, self.report.area)

    def value(self, level: float) -> str:
        """A level with the indicator's decimals."""
        return number(
            level, self.report.plan.indicator(self.indicator).decimals, language=self.report.language
        )

    def in_year(self, level: float, year: int | str) -> str:
        """A level in a year: 44.0 in 2017."""
        return gettext_for(self.report.language)("{value} in {year}").format(
            value=self.value(level), year=year
        )

    def baseline(self) -> list[str]:
        """What the dotted line is, and on which side the goal lies where the plan set no number."""
        words, record = gettext_for(self.report.language), self.report.plan.indicator(self.indicator)
        if not math.isfinite(self.base):
            return []
        said = [self.in_year(self.base, read(self.report, self.indicator).baseline)]
        if record.goal and self.path.empty:
            above = record.polarity == Polarity.HIGHER
            said.append(words("goal: above the line") if above else words("goal: below the line"))
        return said

    def target(self) -> list[str]:
        """What the dashed line is and where it ends."""
        if self.path.empty:
            return []
        words = gettext_for(self.report.language)
        return [words("the plan's number:"), self.in_year(self.path.iloc[-1], self.path.index[-1])]


def trend(report: Report, indicator: str) -> Chart:
    """One indicator over the years: own line with its interval, baseline, target path, comparator and events."""
    words = gettext_for(report.language)
    comparator = report.row(indicator)["comparator"]
    comparator = comparator if isinstance(comparator, str) else ""
    own, other = lines.line(report, indicator, report.area), lines.line(report, indicator, comparator)
    path = lines.target_path(report, indicator, report.area)
    shown = _Shown(report, indicator, own, comparator, other, path)
    low, high = lines.axis_range(report, indicator)
    with draw.canvas(indicator) as axes:
        (ax,) = axes
        draw.level_axis(ax, low, high, report.language)
        ax.set_xlim(lines.first_year(report, indicator) - 0.5, shown.last + 0.5)
        draw.baseline(ax, shown.base, read(report, indicator).start)
        draw.target_path(ax, path)
        draw.band(ax, own)
        draw.comparator(ax, other)
        draw.series(ax, own, report.year)
    found = lines.events_of(report, report.year, axis=shown.last)
    years = own.year.tolist() or [report.year]
    about = words("Plan years {first}–{last}.").format(first=years[0], last=years[-1])
    incidents = "; ".join(f"{one.name} ({one.when})" for one in found if one.kind == "incident")
    remarks = [f"{words('Single incidents')}: {incidents}."] if incidents else []
    if broken := [str(math.ceil(year)) for year in own.breaks()]:
        said = words("Break: counted in another way from {years}.")
        remarks.append(said.format(years=", ".join(broken)))
    data = lines.together({report.area: own, comparator: other}, "area")
    return Chart.of(
        report,
        title=narrative.finding(report, indicator),
        about=f"{about} {words('The axis does not begin at zero.')}" if low else about,
        alt=narrative.alt(report, indicator),
        axes=axes,
        key=f"{indicator}-{report.area}",
        layout=partial(_lay_out, axes[0], shown, found),
        rows=[f"{indicator}.{report.area}.{year}" for year in years],
        data=data.assign(target=data["year"].map(path).where(data["area"] == report.area)),
        remarks=" ".join(remarks),
        table=lambda: tables.numbers(report, indicator),
    )


def _lay_out(ax: Axes, shown: _Shown, found: Sequence[Event], narrow: bool) -> None:
    report, size = shown.report, TEXT if narrow else SMALL
    named = _key(shown) if narrow else []
    above, right = (0.44 + 0.2 * len(named), 0.5) if narrow else (0.5, 1.36)
    _set_large(ax, report, shown.indicator, found, narrow=narrow, above=above, right=right)
    draw.notes(ax, shown.own, report.language, size=size)
    if narrow:
        labels.key(labels.figure_of(ax), named)
        points = Points(ax)
        room = points.right - points.x(shown.end)
        labels.end_labels(ax, shown.end, _end_labels(ax, shown, None), dx=min(8, room + 4))
    else:
        _column(ax, shown)
        _names(ax, shown)


def _set_large(
    ax: Axes,
    report: Report,
    indicator: str,
    found: Sequence[Event],
    *,
    narrow: bool,
    above: float,
    right: float,
) -> None:
    """Size, years, unit and events of a large plot; margins in inches."""
    below = draw.event_depth(found)
    height = above + _PLOT + below
    figure = draw.resize(ax, height, narrow=narrow)
    numbers = ax.yaxis.get_major_formatter().format_ticks(list(ax.yaxis.get_majorticklocs()))
    draw.place(ax, max([0.34, *(TextLine(one).width / 72 + 0.1 for one in numbers)]), right, above, below)
    first, last = (round(end) for end in np.add(ax.get_xlim(), (0.5, -0.5)))
    draw.year_axis(ax, first, last, report.year, every=2 if narrow and last - first > 4 else 1)
    began = lines.decimal_year(report.plan.period.start, report.plan)
    draw.rule(ax, began, down_to=0 if narrow else draw.FIRST_BAR)  # narrow, it would run into a year
    labels.on_figure(figure, 0, height - 0.16, TextLine(unit_words(report, indicator)))
    draw.events(ax, found, report.language, size=TEXT if narrow else SMALL)


def _key(shown: _Shown) -> list[tuple[dict[str, Any], TextLine]]:
    """Signs and names above the narrow figure, where there is no room at the lines."""
    report = shown.report
    rows: list[tuple[dict[str, Any], TextLine]] = [
        (_OWN_SIGN, TextLine(area_name(report, report.area), ACCENT, bold=True))
    ]
    if shown.other.known.any():
        sign = {"color": COMP, "linewidth": 1.4, "marker": "s", "markersize": 3.8}
        rows.append((sign, TextLine(area_name(report, shown.comparator))))
    if said := shown.baseline():
        rows.append(({"color": INK, "linewidth": 1, "linestyle": DOTTED}, TextLine(", ".join(said), INK)))
    if said := shown.target():
        rows.append(({"color": INK, "linewidth": 1.3, "linestyle": DASHED}, TextLine(" ".join(said), INK)))
    return rows


def _end_labels(ax: Axes, shown: _Shown, room: float | None) -> list[Label]:
    """Values at the lines' ends, the comparator's with its name when there is `room` (points)."""
    report, values = shown.report, list[Label]()
    own, other = shown.own.at(report.year), shown.other.value[shown.other.known]
    if math.isfinite(own):
        said = TextLine(shown.value(own), ACCENT, 11.5, bold=True)
        than = other[-1] if len(other) else math.nan
        values.append(Label(own, [said], labels.beside(ax, report.year, own, shown.base, shown.path, than)))
    if len(other):
        value = shown.value(other[-1])
        named = TextLine(f"{value}  {area_name(report, shown.comparator)}")
        values.append(Label(other[-1], named.wrapped(room) if room else [TextLine(value)]))
    return values


def _column(ax: Axes, shown: _Shown) -> None:
    """What the lines are and where they end, instead of a legend."""
    points, edge, start = Points(ax), ax.get_xlim()[1], shown.end + 0.2
    said = []
    if shown.baseline():
        said.append(Label(shown.base, [TextLine(one, INK) for one in shown.baseline()]))
    if shown.target():
        said.append(Label(shown.path.iloc[-1], [TextLine(one, INK) for one in shown.target()]))
    room, high = points.right - points.x(start), points.top + 6
    if room < 90:  # the values would run into the words about the baseline: one column for all
        both = [*(replace(one, shift=0) for one in _end_labels(ax, shown, 94)), *said]
        labels.end_labels(ax, edge, both, dx=5, low=points.bottom - 4, high=high)
    else:
        labels.end_labels(ax, start, _end_labels(ax, shown, room), high=high)
        labels.end_labels(ax, edge, said, dx=5, high=high)


def _names(ax: Axes, shown: _Shown) -> None:
    """The name of the own line over its end, and what the shade is under its beginning."""
    own, points = shown.own, Points(ax)
    if not own.known.any():
        return
    first, *_, last = [*np.flatnonzero(own.known)] * 2
    name = area_name(shown.report, shown.report.area)
    said = TextLine(name[:1].upper() + name[1:], ACCENT, bold=True).cut(points.right - points.left)
    year, level = own.year[last], own.value[last]
    dx = max(-2.0, points.left + said.width - points.x(year))
    y = _clear(ax, shown, year - said.width / points.per_year, year, up=True)
    labels.write(ax, year, level, said, dx=dx, dy=y - points.y(level), ha="right")
    if math.isfinite(own.lower[first]):
        year, level = own.year[first], own.value[first]
        y = _clear(ax, shown, year, year + 2.4, up=False)
        said = TextLine(gettext_for(shown.report.language)("shade: 95% interval"), ACCENT)
        labels.write(ax, year, level, said, dy=y - points.y(level))


def _clear(ax: Axes, shown: _Shown, start: float, end: float, *, up: bool) -> float:
    """A baseline for words over (or under) the band between two years, where no other line runs through them; in points."""
    points, own, other, path = Points(ax), shown.own, shown.other, shown.path
    low, high = start - 0.6, end + 0.6
    near = own.known & (own.year >= low) & (own.year <= high)
    above = points.y(max(np.fmax(own.upper[near], own.value[near]))) + 5
    below = points.y(min(np.fmin(own.lower[near], own.value[near]))) - 12
    levels = [*other.value[other.known & (other.year >= low) & (other.year <= high)]]
    levels += [level for year, level in path.items() if low <= year <= high]
    if math.isfinite(shown.base) and shown.report.plan.baseline_year <= end:
        levels.append(shown.base)
    others = [points.y(level) for level in levels]
    places = [above, below] if up else [below, above]
    places += sorted(
        [max([above, *others]) + 5, min([below, *others]) - 12], key=lambda y: max(y - above, below - y)
    )

    def free(y: float) -> bool:
        inside = points.bottom + 3 <= y <= points.top - 6
        return inside and all(not y - 6 < one < y + 13 for one in others)

    return next((y for y in places if free(y)), places[0])


# ---- the municipality ---------------------------------------------------------------------------

_STYLES: Final[dict[str, dict[str, Any]]] = {
    MUNICIPALITY: _OWN_SIGN,
    USUAL: {"color": ACCENT, "linewidth": 1.3, "linestyle": (0, (1.1, 1.8))},
    REGION: {"color": COMP, "linewidth": 1.6, "linestyle": DASHED},
    COUNTRY: {"color": INK, "linewidth": 1.6},
}
_THIN: Final[dict[str, Any]] = {"color": MUTED, "alpha": 0.28, "linewidth": 0.9}


def official(report: Report) -> Chart | Block:
    """The municipality in official figures, beside its region and the country; never with synthetic data."""
    if not official_indicators(report):
        return joined()
    words, indicator = gettext_for(report.language), official_indicators(report)[0]
    record, first = report.plan.indicator(indicator), lines.first_year(report, indicator)
    units = [unit for unit in (MUNICIPALITY, REGION, COUNTRY) if unit != REGION or report.plan.region]
    others = [f"{OFFICIAL}{name}" for name in report.plan.neighbours]
    drawn = {unit: lines.line(report, indicator, unit) for unit in _STYLES}
    shown = {unit: rows for unit, rows in drawn.items() if rows.known.any()}
    with draw.canvas(indicator) as axes:
        (ax,) = axes
        draw.level_axis(ax, *lines.axis_range(report, indicator, (MUNICIPALITY, *others)), report.language)
        ax.set_xlim(first - 0.5, report.year + 0.5)
        draw.thin(ax, (lines.line(report, indicator, one) for one in others), **_THIN)
        for unit, rows in shown.items():
            if unit != MUNICIPALITY:
                draw.runs(ax, rows, **_STYLES[unit], zorder=4 if unit == USUAL else 3)
        draw.band(ax, drawn[MUNICIPALITY])
        draw.series(ax, drawn[MUNICIPALITY], report.year)
    names = {unit: area_name(report, unit) for unit in units}
    title = words("{definition} in {place}").format(
        definition=record.title.get(report.language), place=names[MUNICIPALITY]
    )
    about = words("{definition}, plan years {first}–{last}.").format(
        definition=record.definition.get(report.language), first=first, last=report.year
    )
    told = [
        from_to(report, name[:1].upper() + name[1:], shown[unit], 1)
        for unit, name in names.items()
        if unit in shown
    ]
    found = [one for one in lines.events_of(report, report.year) if one.kind in ("plan", "shock")]
    return Chart.of(
        report,
        title=title,
        about=f"{about} {words('Official figures.')}",
        alt=" ".join([f"{title}.", *told]),
        axes=axes,
        key=f"{indicator}-kommunen",
        layout=partial(_lay_out_official, axes[0], report, indicator, shown, found),
        rows=[f"{indicator}.{unit}.{year}" for unit in units for year in range(first, report.year + 1)],
        data=lines.together(drawn, "area"),
        synthetic=False,
        remarks=f"{words('Source')}: {record.source.get(report.language) if record.source else ''}",
        table=lambda: tables.official(report),
    )


def _lay_out_official(
    ax: Axes,
    report: Report,
    indicator: str,
    shown: Mapping[str, Line],
    found: Sequence[Event],
    narrow: bool,
) -> None:
    words, decimals = gettext_for(report.language), report.plan.indicator(indicator).decimals
    colours, ends = {MUNICIPALITY: ACCENT, USUAL: ACCENT, COUNTRY: INK}, {}
    for unit, rows in shown.items():
        level = rows.value[rows.known][-1]
        said = f"{number(level, decimals, language=report.language)} {area_name(report, unit)}"
        if unit == USUAL:
            said = words("dotted: without the odd quarters")
        ends[unit] = level, TextLine(said, colours.get(unit, MUTED), bold=unit == MUNICIPALITY)
    thin = TextLine(words("thin: the region's municipalities"))
    above, right = (0.44 + 0.2 * (len(ends) + 1), 0.1) if narrow else (0.42, 1.36)
    _set_large(ax, report, indicator, found, narrow=narrow, above=above, right=right)
    if narrow:
        named = [(_STYLES[unit], line) for unit, (_, line) in ends.items()]
        labels.key(labels.figure_of(ax), [*named, (_THIN | {"alpha": 0.45}, thin)])
    else:
        column = [Label(level, line.wrapped(94, most=3)) for level, line in ends.values()]
        column.append(Label(ax.get_ylim()[1], thin.wrapped(94, most=3)))
        labels.end_labels(ax, ax.get_xlim()[1], column, dx=5)


def from_to(report: Report, head: str, rows: Line, decimals: int) -> str:
    """The first and the last level of a line, in words."""
    words, years, values = gettext_for(report.language), rows.year[rows.known], rows.value[rows.known]
    if not len(years):
        return words("No figures to show")
    return words("{head}: from {first} in {from_year} to {last} in {to_year}.").format(
        head=head,
        first=number(values[0], decimals, language=report.language),
        from_year=years[0],
        last=number(values[-1], decimals, language=report.language),
        to_year=years[-1],
    )
