"""The area's line and its interval, drawn the same way in every picture."""

from __future__ import annotations

import math
from typing import Any

from evalkit.figures.drawing import Paper
from evalkit.figures.lines import Line
from evalkit.figures.style import ACCENT, MUTED, PAPER


def draw_band(paper: Paper, line: Line) -> None:
    """The interval as a band, one piece for each unbroken run; a lone year gets a bar of its own."""
    for run in line.runs():
        years, lower, upper = [float(p.year) for p in run], [p.lower for p in run], [p.upper for p in run]
        if any(not math.isfinite(end) for end in (*lower, *upper)):
            continue
        if len(run) == 1:
            years, lower, upper = [years[0] - 0.12, years[0] + 0.12], lower * 2, upper * 2
        paper.band(years, lower, upper, color=ACCENT, alpha=0.16, zorder=1)


def draw_runs(paper: Paper, line: Line, **style: Any) -> None:
    """A line that is broken where a year is missing or the series is; a lone year gets a short stroke."""
    for run in line.runs():
        years, levels = [float(p.year) for p in run], [p.value for p in run]
        if len(run) == 1 and "marker" not in style:  # a mark is seen alone
            years, levels = [years[0] - 0.04, years[0] + 0.04], levels * 2
        paper.line(years, levels, **style)


def draw_line(
    paper: Paper, line: Line, report_year: int | None, *, width: float = 2.2, marks: bool = True
) -> None:
    """The area's own line: earlier years as rings, the report's year solid, hidden years as empty squares."""
    draw_runs(paper, line, color=ACCENT, linewidth=width, zorder=5)
    if marks:
        earlier = [p for p in line.shown if p.year != report_year]
        paper.marks(
            [p.year for p in earlier],
            [p.value for p in earlier],
            "o",
            markersize=6,
            markerfacecolor=PAPER,
            markeredgecolor=ACCENT,
            markeredgewidth=1.7,
            zorder=6,
        )
    now = line.at(report_year) if report_year is not None else None
    if now:
        paper.marks([now.year], [now.value], "o", markersize=8.5 if marks else 6.5, color=ACCENT, zorder=7)
    hidden = line.hidden()
    if hidden:
        paper.marks(
            [year for year, _ in hidden],
            [level for _, level in hidden],
            "s",
            markersize=6.5 if marks else 5,
            markerfacecolor=PAPER,
            markeredgecolor=MUTED,
            zorder=6,
        )
