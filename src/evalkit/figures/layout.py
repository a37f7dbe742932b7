"""Words and places on a figure: lines of text that keep clear of each other, keys, panels, and the mark of synthetic data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import Formatter
from matplotlib.transforms import ScaledTranslation
from scipy.optimize import isotonic_regression

from evalkit.figures.style import INK, MUTED, NARROW, NOTE, NOTE_BG, SMALL, TEXT, WIDE, house
from evalkit.figures.svg import plain_line, text_width
from evalkit.text.numbers import number

YEARS: Final = (1900, 2100)
"""Numbers of an axis that are years where all lie between these."""


@contextmanager
def canvas(*labels: str) -> Iterator[list[Axes]]:
    """Axes of a new figure, one for each label, to be drawn in in the house style; where they stand, its layout says."""
    with house():
        figure = Figure(dpi=144)
        yield [figure.add_subplot(len(labels), 1, i + 1, label=label) for i, label in enumerate(labels)]


def figure_of(ax: Axes) -> Figure:
    """The figure that an Axes belongs to."""
    figure = ax.get_figure(root=True)
    assert figure
    return figure


def resize(ax: Axes, height: float, *, narrow: bool) -> Figure:
    """Set the figure of an Axes to its wide or narrow width, and to a height in inches."""
    figure = figure_of(ax)
    figure.set_size_inches(NARROW if narrow else WIDE, height)
    return figure


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


@dataclass(frozen=True)
class TextLine:
    """One line of text with its type."""

    text: str
    color: str = MUTED
    size: float = TEXT
    bold: bool = False

    @property
    def width(self) -> float:
        """Points that it takes in the layout font, which is wider than the page's."""
        return text_width(self.text, self.size, 700 if self.bold else 400)

    def cut(self, width: float) -> TextLine:
        """The line, cut with an ellipsis when it is wider than `width` points."""
        return replace(self, text=cut(self.text, width, self.size, self.bold))

    def wrapped(self, width: float, most: int = 2) -> list[TextLine]:
        """The text in at most `most` lines of `width` points."""
        return [replace(self, text=one) for one in wrapped(self.text, width, self.size, self.bold, most=most)]


@dataclass(frozen=True)
class Label:
    """Lines of text beside a level of the axis, or that many points above it."""

    level: float
    lines: Sequence[TextLine]
    shift: float = 0

    @property
    def height(self) -> float:
        """Height of all lines in points."""
        return sum(line.size + 2.5 for line in self.lines)


class Points:
    """Where things stand on the figure, in points (1/72 inch) from its lower left corner."""

    def __init__(self, ax: Axes) -> None:
        self._ax, self._scale = ax, 72 / figure_of(ax).dpi
        self.left, self.bottom, self.right, self.top = (end * self._scale for end in ax.bbox.extents)
        start, end = ax.get_xlim()
        self.per_year = (self.right - self.left) / (end - start)

    def x(self, value: float) -> float:
        """Points from the left of a value on the x axis."""
        return float(self._ax.transData.transform((value, 0))[0]) * self._scale

    def y(self, value: float) -> float:
        """Points from the bottom of a value on the y axis."""
        return float(self._ax.transData.transform((0, value))[1]) * self._scale


def write(
    ax: Axes,
    x: float,
    y: float,
    line: TextLine,
    *,
    dx: float = 0,
    dy: float = 0,
    ha: str = "left",
    place: Any = None,
) -> Text:
    """A line of text with its baseline dx, dy points from a place in the Axes; it moves along when the axis is changed."""
    shift = ScaledTranslation(dx / 72, dy / 72, figure_of(ax).dpi_scale_trans)
    return _text(ax, x, y, line, ha, (place or ax.transData) + shift)


def _text(of: Axes | Figure, x: float, y: float, line: TextLine, ha: str, transform: Any) -> Text:
    weight = "bold" if line.bold else "normal"
    style: dict[str, Any] = {"fontsize": line.size, "color": line.color, "fontweight": weight, "zorder": 9}
    return of.text(
        x, y, plain_line(line.text), ha=ha, va="baseline", transform=transform, parse_math=False, **style
    )


def end_labels(
    ax: Axes,
    x: float,
    labels: Sequence[Label],
    *,
    dx: float = 0,
    low: float | None = None,
    high: float | None = None,
) -> None:
    """Labels in a column dx points from x, each as near its level as the others allow; low and high are points."""
    points = Points(ax)
    wanted, heights = [points.y(one.level) + one.shift for one in labels], [one.height for one in labels]
    low, high = points.bottom if low is None else low, points.top if high is None else high
    for label, centre in zip(labels, spread(wanted, heights, low, high), strict=True):
        y = centre + label.height / 2
        for line in label.lines:
            y -= line.size + 2.5
            write(ax, x, label.level, line, dx=dx, dy=y + 2.5 - points.y(label.level))


def beside(ax: Axes, year: float, level: float, base: float, path: pd.Series) -> float:
    """How far a value right of its point stands off, so that no baseline or path that runs on there crosses it; in points."""
    points, end = Points(ax), ax.get_xlim()[1]
    if year + 0.5 >= end:
        return 0.0
    crossing = [points.y(base)] if math.isfinite(base) else []
    for step in (0.2, 0.2 + 34 / points.per_year) if len(path) else ():
        crossing.append(points.y(float(np.interp(year + step, path.index, path))))
    moves = sorted(range(-20, 21, 2), key=abs)
    at = points.y(level)
    inside = [move for move in moves if points.bottom + 6 <= at + move <= points.top]
    return next((move for move in inside if all(abs(at + move - y) > 9 for y in crossing)), 0)


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Centres of labels that do not overlap, as near the wanted ones as possible (least squares), inside low-high."""
    if not wanted:
        return []
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    below = [sum(heights[j] for j in order[:rank]) + heights[i] / 2 for rank, i in enumerate(order)]
    fitted = isotonic_regression([wanted[i] - b for i, b in zip(order, below, strict=True)]).x
    room = max(low, high - sum(heights))
    centres = [0.0] * len(wanted)
    for i, b, base in zip(order, below, fitted, strict=True):
        centres[i] = min(max(float(base), low), room) + b
    return centres


def place(ax: Axes, left: float, right: float, top: float, bottom: float) -> None:
    """Set the plot that many inches from the figure's edges."""
    width, height = figure_of(ax).get_size_inches()
    ax.set_position(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )


def key(figure: Figure, rows: Sequence[tuple[dict[str, Any], TextLine]], *, top: float = 0.40) -> None:
    """Signs with their names in rows from `top` inches under the figure's upper edge: where there is no room at the lines."""
    width, height = (float(inches) for inches in figure.get_size_inches())
    for i, (sign, line) in enumerate(rows):
        y = height - top - 0.2 * i
        figure.add_artist(Line2D([0.055, 0.25], [y + 0.047] * 2, transform=figure.dpi_scale_trans, **sign))
        on_figure(figure, 0.33, y, line.cut(width * 72 - 26))


def on_figure(figure: Figure, x: float, y: float, line: TextLine, *, ha: str = "left") -> Text:
    """A line of text at a place told in inches from the figure's lower left corner."""
    return _text(figure, x, y, line, ha, figure.dpi_scale_trans)


def set_panels(
    axes: Sequence[Axes],
    heads: Sequence[tuple[str, str]],
    *,
    narrow: bool,
    plot: float,
    left: float,
    right: float,
    foot: float,
    lift: float = 0,
) -> None:
    """Small plots in a row, or two and two, each with its title and unit above it; sizes and margins in inches."""
    columns, total, gutter = (2, NARROW, 0.17) if narrow else (4, WIDE, 0.17)
    width, size = (total + gutter) / columns - gutter, TEXT if narrow else SMALL
    titles = [TextLine(title, INK, bold=True).wrapped(width * 72) for title, _ in heads]
    head = 0.24 + lift + 0.18 * max(map(len, titles))
    row = head + plot + foot
    height = 0.3 + row * math.ceil(len(heads) / columns)
    figure = resize(axes[0], height, narrow=narrow)
    for i, (ax, title, (_, unit)) in enumerate(zip(axes, titles, heads, strict=True)):
        x, top = (i % columns) * (width + gutter), 0.3 + (i // columns) * row + head
        place(ax, x + left, total - x - width + right, top, height - top - plot)
        for up, line in enumerate([TextLine(unit, size=size), *reversed(title)]):
            on_figure(figure, x, height - top + 0.09 + lift + 0.18 * up, line)


def synthetic_mark(figure: Figure, words: str, *, size: float = SMALL) -> None:
    """The yellow mark of synthetic data in the upper right corner; the page's style sheet knows it by its class."""
    width, height = (float(inches) for inches in figure.get_size_inches())
    x, y = width - (text_width(words, size) / 2 + 6) / 72, height - (9 + 0.37 * size) / 72
    _mark(figure, x, y, words, size)


def synthetic_mark_above(figure: Figure, words: str, *, size: float = SMALL) -> None:
    """The yellow mark over everything that is drawn, at its right end: where a figure is not laid out for it."""
    figure.draw_without_rendering()
    drawn = figure.get_tightbbox()
    _mark(figure, drawn.x1 - text_width(words, size) / 2 / 72, drawn.y1 + 9 / 72, words, size)


def _mark(figure: Figure, x: float, y: float, words: str, size: float) -> None:
    mark = on_figure(figure, x, y, TextLine(words, NOTE, size), ha="center")
    mark.set(gid="tag", bbox={"facecolor": NOTE_BG, "edgecolor": "none", "boxstyle": "square,pad=0.3"})


def wrapped(text: str, width: float, points: float = TEXT, bold: bool = False, *, most: int = 2) -> list[str]:
    """The text in at most `most` lines of `width` points, cut with an ellipsis.

    It is broken at spaces, after slashes, and at soft hyphens, which then are seen as hyphens.
    """
    weight = 700 if bold else 400
    pieces = (
        text[:200]
        .replace("/", "/\u200b")
        .replace(" ", " \u200b")
        .replace("\u00ad", "\u00ad\u200b")
        .split("\u200b")
    )
    lines = [""]
    for piece in pieces:
        if lines[-1] and text_width(_hyphened(lines[-1] + piece), points, weight) > width:
            lines.append("")
        lines[-1] += piece
    lines = [_hyphened(one) for one in lines if one.strip()]
    kept = lines[:most]
    if len(lines) > most or any(text_width(one, points, weight) > width for one in kept):
        kept[-1] = kept[-1] + "…" if len(lines) > most else kept[-1]
        kept = [cut(one, width, points, bold) for one in kept]
    return kept


def _hyphened(line: str) -> str:
    """The line as it is seen: a soft hyphen shows at its end alone."""
    line = line.rstrip()
    return line.rstrip("\u00ad").replace("\u00ad", "") + ("-" if line.endswith("\u00ad") else "")


def cut(text: str, width: float, points: float = TEXT, bold: bool = False) -> str:
    """The text, cut with an ellipsis when it is wider than `width` points; between words where it can be."""
    whole = text = text[:200]  # nobody reads more beside a line
    while len(text) > 2 and text_width(text, points, 700 if bold else 400) > width:
        text = text.rstrip("…")[:-1].rstrip() + "…"
    end = len(text) - 1
    if text != whole and " " in text and whole[end : end + 1] not in ("", " "):
        return text.rpartition(" ")[0].rstrip() + "…"
    return text
