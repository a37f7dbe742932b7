"""Words in a figure: lines of text with their type, written beside what is drawn and clear of it and of each other."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation
from scipy.optimize import isotonic_regression

from evalkit.figures.style import MUTED, TEXT, plain_line, text_width


def figure_of(ax: Axes) -> Figure:
    """The figure that an Axes belongs to."""
    figure = ax.get_figure(root=True)
    assert figure
    return figure


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
        return text_width(self.text, self.size, bold=self.bold)

    def cut(self, width: float) -> TextLine:
        """The line, cut with an ellipsis when it is wider than `width` points; between words where it can be."""
        line = whole = replace(self, text=self.text[:200])  # nobody reads more beside a line
        while len(line.text) > 2 and line.width > width:
            line = replace(self, text=line.text.rstrip("…")[:-1].rstrip() + "…")
        end = len(line.text) - 1
        if line != whole and " " in line.text and whole.text[end : end + 1] not in ("", " "):
            return replace(self, text=line.text.rpartition(" ")[0].rstrip() + "…")
        return line

    def wrapped(self, width: float, most: int = 2) -> list[TextLine]:
        """The text in at most `most` lines of `width` points, cut with an ellipsis.

        It is broken at spaces, after slashes, and at soft hyphens, which then are seen as hyphens.
        """
        lines = [""]
        for piece in re.split("(?<=[/ \u00ad])", self.text[:200]):
            if lines[-1] and self._hyphened(lines[-1] + piece).width > width:
                lines.append("")
            lines[-1] += piece
        seen = [self._hyphened(one) for one in lines if one.strip()]
        kept = seen[:most]
        if len(seen) > most:
            kept[-1] = replace(self, text=kept[-1].text + "…")
        return [one.cut(width) for one in kept]

    def _hyphened(self, text: str) -> TextLine:
        """The line as it is seen: a soft hyphen shows at its end alone."""
        text = text.rstrip()
        end = "-" if text.endswith("\u00ad") else ""
        return replace(self, text=text.replace("\u00ad", "") + end)


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


def on_figure(figure: Figure, x: float, y: float, line: TextLine, *, ha: str = "left") -> Text:
    """A line of text at a place told in inches from the figure's lower left corner."""
    return _text(figure, x, y, line, ha, figure.dpi_scale_trans)


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


def key(figure: Figure, rows: Sequence[tuple[dict[str, Any], TextLine]], *, across: bool = False) -> None:
    """Signs with their names under the figure's upper edge: one below the other, or beside each other."""
    width, height = (float(inches) for inches in figure.get_size_inches())
    x, y = 0.0, height - 0.40
    for sign, line in rows:
        ends = [x + 0.055, x + 0.25], [y + 0.047] * 2
        figure.add_artist(Line2D(*ends, transform=figure.dpi_scale_trans, **sign))
        on_figure(figure, x + 0.33, y, line.cut((width - x) * 72 - 26))
        if across:
            x += 0.53 + line.width / 72
        else:
            y -= 0.2


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


def beside(
    ax: Axes, year: float, level: float, base: float, path: pd.Series, other: float = math.nan
) -> float:
    """How far a value right of its point stands off, so that no baseline or path that runs on there crosses it; in points.

    It never changes sides with `other`, the level of another value written there.
    """
    points, end = Points(ax), ax.get_xlim()[1]
    if year + 0.5 >= end:
        return 0.0
    crossing = [points.y(base)] if math.isfinite(base) else []
    for step in (0.2, 0.2 + 34 / points.per_year) if len(path) else ():
        crossing.append(points.y(float(np.interp(year + step, path.index, path))))
    moves = sorted(range(-28, 29, 2), key=abs)
    at = points.y(level)
    inside = [move for move in moves if points.bottom + 6 <= at + move <= points.top]
    if math.isfinite(other):
        beyond = points.y(other)
        inside = [move for move in inside if (at + move > beyond) == (at > beyond)]
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
