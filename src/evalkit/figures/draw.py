"""What figures are made of, drawn into any Axes: lines and bands of published rows, axes, events.

`rows` are published rows, as `report.series("tryghed")` gives them; levels are drawn in percent, per 1,000 and so on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import Formatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation

from evalkit.figures.labels import Points, TextLine, figure_of, write
from evalkit.figures.lines import LASTING, Event, Line
from evalkit.figures.lines import events_of as events_of
from evalkit.figures.style import (
    ACCENT,
    COMP,
    DASHED,
    DOTTED,
    INK,
    MUTED,
    NARROW,
    PAPER,
    RULE,
    SMALL,
    WIDE,
    house,
)
from evalkit.text.numbers import number
from evalkit.text.words import gettext_for

YEARS: Final = (1900, 2100)
"""Numbers of an axis that are years where all lie between these."""
FIRST_BAR: Final = 0.40
"""Inches from the axis down to the first bar of events; the next ones follow by BAR."""
BAR: Final = 0.185

# ---- the figure ---------------------------------------------------------------------------------


@contextmanager
def canvas(*labels: str) -> Iterator[list[Axes]]:
    """Axes of a new figure, one for each label, to be drawn in in the house style; where they stand, its layout says."""
    with house():
        figure = Figure(dpi=144)
        yield [figure.add_subplot(len(labels), 1, i + 1, label=label) for i, label in enumerate(labels)]


def resize(ax: Axes, height: float, *, narrow: bool) -> Figure:
    """Set the figure of an Axes to its wide or narrow width, and to a height in inches."""
    figure = figure_of(ax)
    figure.set_size_inches(NARROW if narrow else WIDE, height)
    return figure


def place(ax: Axes, left: float, right: float, top: float, bottom: float) -> None:
    """Set the plot that many inches from the figure's edges."""
    width, height = figure_of(ax).get_size_inches()
    ax.set_position(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )


class Numbers(Formatter):
    """Numbers of an axis as Danish or English readers write them, with the decimals that their step needs."""

    def __init__(self, language: str = "da", *, signed: bool = False) -> None:
        self.language, self.signed = language, signed
        self._places: Sequence[float] = ()

    def set_locs(self, locs: Any) -> None:
        """Take the places of all ticks, which decide on the decimals."""
        self._places = locs

    def __call__(self, x: float, pos: int | None = None) -> str:
        """The number at a place."""
        places = np.append(np.asarray(self._places, float), x)
        fine = float(np.ptp(places)) * 1e-6
        decimals = next((d for d in range(7) if np.all(abs(places - places.round(d)) <= fine)), 7)
        if not decimals and YEARS[0] <= places.min() and places.max() <= YEARS[1]:
            return str(round(x))  # years have no dot
        return number(x, decimals, language=self.language, signed=self.signed)


# ---- axes ---------------------------------------------------------------------------------------


def level_axis(ax: Axes, low: float, high: float, language: str = "da") -> None:
    """Levels from low to high on the y axis, with numbers as the language writes them."""
    ax.set_ylim(low, high)
    ax.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(Numbers(language))


def year_axis(ax: Axes, first: int, last: int, now: int | None = None, *, every: int = 1) -> None:
    """Plan years on the x axis; the report's year, `now`, is bold. `every` 2 keeps each second year, that one among them."""
    anchor = now if now is not None and first <= now <= last else last
    shown = [year for year in range(first, last + 1) if not (year - anchor) % every]
    ax.set_xlim(first - 0.5, last + 0.5)
    ax.set_xticks(shown, [str(year) for year in shown])
    for label, year in zip(ax.get_xticklabels(), shown, strict=True):
        label.set(color=ACCENT if year == now else MUTED, fontweight="bold" if year == now else "normal")


def year_ends(ax: Axes, years: Sequence[int], now: int | None = None, *, size: float = SMALL) -> None:
    """Years below a small plot, as many as have room beside each other, in the order given; the report's year is bold."""
    points, taken = Points(ax), list[tuple[float, float]]()
    for year in dict.fromkeys(years):
        line = TextLine(str(year), ACCENT if year == now else MUTED, size, bold=year == now)
        start, end = points.x(year) - line.width / 2, points.x(year) + line.width / 2
        ha, shift = (
            ("left", 0.5)
            if start < points.left - 10
            else ("right", -0.5)
            if end > points.right + 4
            else ("center", 0.0)
        )
        start, end = start + shift * line.width, end + shift * line.width
        if all(end + 2 <= begin or stop + 2 <= start for begin, stop in taken):
            taken.append((start, end))
            write(ax, year, 0, line, dy=-size - 4, ha=ha, place=ax.get_xaxis_transform())


def bare(ax: Axes, years: tuple[float, float], levels: tuple[float, float]) -> None:
    """A small plot: limits, and no numbers and grid."""
    ax.set(xlim=years, ylim=levels)
    ax.xaxis.set_visible(False)
    ax.yaxis.set_visible(False)


def rule(ax: Axes, year: float, *, down_to: float = 0) -> None:
    """A thin vertical line through the plot, from `down_to` inches below it."""
    down = -down_to * 72 / (Points(ax).top - Points(ax).bottom)
    ax.plot(
        (year, year),
        (down, 1),
        transform=ax.get_xaxis_transform(),
        color=RULE,
        linewidth=1,
        zorder=1,
        clip_on=False,
    )


# ---- what the rows say --------------------------------------------------------------------------


def band(ax: Axes, rows: pd.DataFrame | Line, *, color: str = ACCENT) -> None:
    """The intervals as a band, in pieces where a year is missing or the series is broken; a lone year gets a bar."""
    years, lower, upper = Line.of(rows).stroke("lower", "upper", lone=0.12)
    ax.fill_between(years, lower, upper, color=color, alpha=0.16, linewidth=0, zorder=1, clip_on=False)


def runs(ax: Axes, rows: pd.DataFrame | Line, **style: Any) -> None:
    """The values as one line that is interrupted where a year is missing or the series is broken."""
    lone = 0.0 if "marker" in style else 0.04  # a mark is seen alone
    ax.plot(*Line.of(rows).stroke("value", lone=lone), clip_on=False, **style)


def thin(ax: Axes, several: Iterable[pd.DataFrame | Line], **style: Any) -> None:
    """Many lines as one: the other areas behind the own."""
    parts = [np.hstack([Line.of(rows).stroke("value"), [[math.nan], [math.nan]]]) for rows in several]
    if parts:
        ax.plot(*np.hstack(parts), clip_on=False, zorder=1, **style)


def series(
    ax: Axes, rows: pd.DataFrame | Line, now: int | None = None, *, color: str = ACCENT, small: bool = False
) -> None:
    """A line with a ring at each year, a disc at `now`, and an empty square where a year is hidden; `small`: no rings."""
    line = Line.of(rows)
    runs(ax, line, color=color, linewidth=2 if small else 2.2, zorder=5)
    mark: dict[str, Any] = {"linestyle": "none", "clip_on": False, "markeredgecolor": color}
    if not small:
        rings = line.known & (line.year != now)
        ring = mark | {"markersize": 6, "markerfacecolor": PAPER, "markeredgewidth": 1.7}
        ax.plot(line.year[rings], line.value[rings], "o", zorder=6, **ring)
    if now is not None and math.isfinite(line.at(now)):
        ax.plot(now, line.at(now), "o", markersize=6.5 if small else 8.5, color=color, zorder=7, **mark)
    if marks := line.hidden():
        square = mark | {
            "markersize": 5 if small else 6.5,
            "markerfacecolor": PAPER,
            "markeredgecolor": MUTED,
        }
        ax.plot(*zip(*marks, strict=True), "s", zorder=6, **square)


def comparator(ax: Axes, rows: pd.DataFrame | Line) -> None:
    """The line of the areas that it is compared with."""
    runs(ax, rows, color=COMP, linewidth=1.4, marker="s", markersize=3.8, zorder=3)


def baseline(ax: Axes, level: pd.DataFrame | Line | float, year: int) -> None:
    """A dotted level line from the baseline year to the end of the axis: at a level, or at the rows' point of that year."""
    at = float(level) if isinstance(level, int | float) else Line.of(level).at(year)
    if math.isfinite(at):
        ax.plot(
            (year, ax.get_xlim()[1]),
            (at, at),
            color=INK,
            linewidth=1,
            linestyle=DOTTED,
            zorder=2,
            clip_on=False,
        )


def target_path(ax: Axes, path: pd.Series, *, width: float = 1.3, marks: bool = True) -> None:
    """The planned levels by year, dashed, with a stroke at each year after the first."""
    if len(path):
        ink: dict[str, Any] = {"color": INK, "zorder": 4, "clip_on": False}
        ax.plot(path.index, path, linewidth=width, linestyle=DASHED, **ink)
        if marks:
            ax.plot(path.index[1:], path.iloc[1:], "_", markersize=10, markeredgewidth=1.7, **ink)


def notes(ax: Axes, rows: pd.DataFrame | Line, language: str = "da", *, size: float = SMALL) -> None:
    """The words »break« at a broken series and »hidden« over hidden years, and what to say where nothing is shown."""
    words, line = gettext_for(language), Line.of(rows)
    for year in line.breaks():
        rule(ax, year)
        told = TextLine(words("break"), size=size)
        write(ax, year, 1, told, dx=3, dy=-size, place=ax.get_xaxis_transform())
    for middle, at in line.hidden_words():
        write(ax, middle, at, TextLine(words("hidden"), size=size), dy=8, ha="center")
    if not line.known.any():
        told = TextLine(words("No figures to show"), size=size)
        write(ax, 0.5, 0.5, told, ha="center", place=ax.transAxes)


# ---- events -------------------------------------------------------------------------------------


def events(ax: Axes, found: Sequence[Event], language: str = "da", *, size: float = SMALL) -> None:
    """Bars with their names under the years, so that the plot stays clear; shocks also shade it, incidents share a row."""
    points = Points(ax)
    incidents = [event for event in found if event.kind not in LASTING]
    for i, event in enumerate(one for one in found if one.kind in LASTING):
        if event.kind == "shock":
            shade: dict[str, Any] = {"color": MUTED, "alpha": 0.09, "linewidth": 0, "clip_on": False}
            ax.axvspan(event.start, event.end, zorder=0, **shade)
        end = max(event.end, event.start + 3 / points.per_year)
        colour = ACCENT if event.kind == "plan" else COMP
        _bar(ax, i, (event.start, end), color=colour, linewidth=4.2, solid_capstyle="butt")
        _event_name(ax, i, event.start, event.name.split(":")[0], size)
    if incidents:
        row, starts = len(found) - len(incidents), [event.start for event in incidents]
        _bar(ax, row, starts, color=COMP, marker="|", markersize=6, markeredgewidth=2.2, linestyle="none")
        _event_name(ax, row, min(starts), gettext_for(language)("Single incidents"), size)


def event_depth(found: Sequence[Event]) -> float:
    """Inches below the axis that the events need."""
    rows = sum(event.kind in LASTING for event in found) + any(event.kind not in LASTING for event in found)
    return FIRST_BAR + BAR * (rows - 1) + 0.13


def _below(ax: Axes, row: int) -> Any:
    """Years across, and down to a row of events."""
    down = ScaledTranslation(0, -FIRST_BAR - BAR * row, figure_of(ax).dpi_scale_trans)
    return ax.get_xaxis_transform() + down


def _bar(ax: Axes, row: int, years: Sequence[float], **style: Any) -> None:
    ax.add_line(Line2D(years, [0] * len(years), transform=_below(ax, row), clip_on=False, zorder=2, **style))


def _event_name(ax: Axes, row: int, start: float, name: str, size: float) -> None:
    room = Points(ax).x(start) - 7
    write(
        ax, start, 0, TextLine(name, size=size).cut(room), dx=-5, dy=-2.3, ha="right", place=_below(ax, row)
    )
