"""A time axis on paper: plan years across, levels up, and words placed to the point (1/72 inch)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from evalkit.present.labels import TEXT, Label, spread
from evalkit.present.numbers import number
from evalkit.present.style import ACCENT, INK, MUTED, NOTE, NOTE_BG, RULE, SMALL
from evalkit.present.svg import plain_line, text_width


class Paper:
    """A figure with one time axis; positions are points from the lower left corner."""

    def __init__(
        self, fig: Figure, ax: Axes, years: tuple[float, float], levels: tuple[float, float]
    ) -> None:
        self.fig, self.ax = fig, ax
        self.years, self.levels = years, levels
        ax.set_axis_off()
        ax.set_xlim(*years)
        ax.set_ylim(*levels)
        width, height = fig.get_size_inches()
        box = ax.get_position()
        self.width, self.height = width * 72, height * 72
        self.left, self.right = box.x0 * self.width, box.x1 * self.width
        self.bottom, self.top = box.y0 * self.height, box.y1 * self.height

    def x(self, year: float) -> float:
        """Points from the left of a year."""
        return self.left + (year - self.years[0]) / (self.years[1] - self.years[0]) * (self.right - self.left)

    def y(self, level: float) -> float:
        """Points from the bottom of a level."""
        return self.bottom + (level - self.levels[0]) / (self.levels[1] - self.levels[0]) * (
            self.top - self.bottom
        )

    def write(self, x: float, y: float, text: str, **style: Any) -> None:
        """One line of text with its baseline at (x, y) points."""
        style = {"fontsize": TEXT, "color": MUTED, "va": "baseline", **style}
        self.fig.text(x / self.width, y / self.height, plain_line(text), parse_math=False, **style)

    def tag(self, text: str, *, x: float | None = None, y: float | None = None, size: float = SMALL) -> None:
        """The yellow mark of synthetic data: top right unless its centre is given."""
        half = text_width(text, size) / 2 + 3
        x = self.width - half - 3 if x is None else x
        y = self.height - 9 if y is None else y
        self.fig.text(
            x / self.width, y / self.height, text, fontsize=size, color=NOTE, ha="center", va="center_baseline",
            bbox={"facecolor": NOTE_BG, "edgecolor": "none", "boxstyle": "square,pad=0.3"},
        )  # fmt: skip

    def level_axis(self, language: str) -> None:
        """Ground line, grid and numbers of the levels; drawn by hand, as matplotlib's own ticks take half the time."""
        ticks = [t for t in MaxNLocator(7, steps=[1, 2, 5, 10]).tick_values(*self.levels)
                 if self.levels[0] - 1e-9 <= t <= self.levels[1] + 1e-9]  # fmt: skip
        step = ticks[1] - ticks[0] if len(ticks) > 1 else 1
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        self.ax.hlines(ticks, *self.years, color=RULE, linewidth=0.6, zorder=0.5)
        self.ax.plot(
            self.years, (self.levels[0],) * 2, color=INK, linewidth=0.8, zorder=2, solid_capstyle="butt"
        )
        for tick in ticks:
            self.write(
                self.left - 6, self.y(tick) - 3.6, number(tick, decimals, language=language), ha="right"
            )

    def year_axis(self, years: Sequence[int], report_year: int | None, *, every: int = 1) -> None:
        """Year labels; the report's year is bold. `every` 2 keeps each second year, the report's among them."""
        anchor = report_year if report_year is not None and report_year in years else years[-1]
        for year in years:
            if (year - anchor) % every:
                continue
            style = {"color": ACCENT, "fontweight": "bold"} if year == report_year else {}
            self.write(self.x(year), self.bottom - 14, str(year), ha="center", **style)

    def rule(self, year: float, down_to: float = 0.0) -> None:
        """A thin vertical line through the picture, `down_to` points below the axis."""
        self.segment((self.x(year), self.bottom - down_to), (self.x(year), self.top), color=RULE, linewidth=1)

    def segment(self, start: tuple[float, float], end: tuple[float, float], **style: Any) -> None:
        """A straight line between two places in points."""
        xs, ys = (start[0] / self.width, end[0] / self.width), (start[1] / self.height, end[1] / self.height)
        self.fig.add_artist(Line2D(xs, ys, transform=self.fig.transFigure, **style))

    def stack(self, x: float, labels: Sequence[Label], low: float, high: float) -> None:
        """Labels in a column at x, each as near its wanted height as the others allow."""
        heights = [label.height for label in labels]
        for label, centre in zip(
            labels, spread([label.wanted for label in labels], heights, low, high), strict=True
        ):
            y = centre + label.height / 2
            for text, size, weight, colour in label.lines:
                y -= size + 2.5
                self.write(x, y + 2.5, text, fontsize=size, fontweight=weight, color=colour)
