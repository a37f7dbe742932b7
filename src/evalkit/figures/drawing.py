"""A scale on a sheet: plan years across, levels up, both told as points (1/72 inch)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.ticker import MaxNLocator

from evalkit.figures.style import ACCENT, INK, RULE
from evalkit.figures.svg import Sheet
from evalkit.figures.text_labels import Label, spread
from evalkit.text.numbers import number


class Paper:
    """One plot on a sheet; inset from the sheet's left, right, top and bottom in inches.

    It has no matplotlib axes, whose ticks and spines nobody would see: they took most of the time of a picture.
    """

    def __init__(
        self,
        sheet: Sheet,
        inset: tuple[float, float, float, float],
        years: tuple[float, float],
        levels: tuple[float, float],
    ) -> None:
        self.sheet, self.years, self.levels = sheet, years, levels
        self.write, self.tag, self.segment = sheet.write, sheet.tag, sheet.segment
        self.width, self.height = sheet.width, sheet.height
        left, right, top, bottom = inset
        self.left, self.right = left * 72, self.width - right * 72
        self.bottom, self.top = bottom * 72, self.height - top * 72

    def x(self, year: float) -> float:
        """Points from the left of a year."""
        return self.left + (year - self.years[0]) / (self.years[1] - self.years[0]) * (self.right - self.left)

    def y(self, level: float) -> float:
        """Points from the bottom of a level."""
        return self.bottom + (level - self.levels[0]) / (self.levels[1] - self.levels[0]) * (
            self.top - self.bottom
        )

    def line(self, years: Sequence[float], levels: Sequence[float], **style: Any) -> None:
        """A line through the places, in their order; NaN breaks it."""
        self.sheet.add(Line2D([self.x(year) for year in years], [self.y(level) for level in levels], **style))

    def marks(self, years: Sequence[float], levels: Sequence[float], marker: str, **style: Any) -> None:
        """A mark at each place."""
        self.line(years, levels, marker=marker, linestyle="none", **style)

    def band(
        self, years: Sequence[float], lower: Sequence[float], upper: Sequence[float], **style: Any
    ) -> None:
        """The field between two lines over the same years."""
        edge = [*zip(years, lower, strict=True), *reversed([*zip(years, upper, strict=True)])]
        self.sheet.add(Polygon([(self.x(year), self.y(level)) for year, level in edge], linewidth=0, **style))

    def shade(self, start: float, end: float, **style: Any) -> None:
        """The whole height of the plot from one time to another."""
        size = self.x(end) - self.x(start), self.top - self.bottom
        self.sheet.add(Rectangle((self.x(start), self.bottom), *size, linewidth=0, **style))

    def level(self, level: float, **style: Any) -> None:
        """A level line through the whole plot."""
        self.line(self.years, (level, level), **style)

    def axes(self) -> Axes:
        """matplotlib axes over the plot without ticks and spines, for what draws on nothing else."""
        box = (
            self.left / self.width,
            self.bottom / self.height,
            (self.right - self.left) / self.width,
            (self.top - self.bottom) / self.height,
        )
        ax = self.sheet.fig.add_axes(box, xlim=self.years, ylim=self.levels)
        ax.set_axis_off()
        return ax

    def level_axis(self, language: str) -> None:
        """Ground line, grid and numbers of the levels."""
        ticks = [
            t
            for t in MaxNLocator(7, steps=[1, 2, 5, 10]).tick_values(*self.levels)
            if self.levels[0] - 1e-9 <= t <= self.levels[1] + 1e-9
        ]
        step = ticks[1] - ticks[0] if len(ticks) > 1 else 1
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        across, along = [*self.years, math.nan] * len(ticks), [tick for tick in ticks for _ in range(3)]
        self.line(across, along, color=RULE, linewidth=0.6, zorder=0.5)
        self.level(self.levels[0], color=INK, linewidth=0.8, zorder=2, solid_capstyle="butt")
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
            style: dict[str, Any] = {"color": ACCENT, "fontweight": "bold"} if year == report_year else {}
            self.write(self.x(year), self.bottom - 14, str(year), ha="center", **style)

    def rule(self, year: float, down_to: float = 0.0) -> None:
        """A thin vertical line through the picture, `down_to` points below the axis."""
        self.segment((self.x(year), self.bottom - down_to), (self.x(year), self.top), color=RULE, linewidth=1)

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
