"""The small curve on a goal's card: a mark in the text, written as a few SVG elements without any Axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
import pandas as pd

from evalkit.figures import lines
from evalkit.figures.lines import Line
from evalkit.figures.style import TOKENS
from evalkit.report import Report
from evalkit.terms import Polarity

_WIDTH, _HEIGHT, _FOOT = 168, 78, 20  # px; no page shows it smaller, so that its years are never under 12 px
_SPANS: Final = {"share": 26.0, "per_1000": 32.0}  # the same height for the same change, in every report
_ACCENT, _INK, _MUTED, _PAPER = (
    f"var(--fig-{name}, {TOKENS[name]})" for name in ("accent", "ink", "muted", "paper")
)


def sparkline(report: Report, indicator: str) -> str:
    """The curve from the baseline year to the end of the plan, as inline SVG; decoration, so without alternative text."""
    plan = report.plan
    own = lines.line(report, indicator, report.area, since=plan.baseline_year)
    path = lines.target_path(report, indicator, report.area)
    first, last = plan.baseline_year, plan.years[-1]
    low, high = _levels(report, indicator, own, path)

    def x(year: float) -> float:
        return 4 + (year - first) / (last - first) * (_WIDTH - 16)

    def y(level: float) -> float:
        return 3 + (high - level) / (high - low) * (_HEIGHT - _FOOT - 6)

    def trace(years: Iterable[float], levels: Iterable[float]) -> str:
        """A path through the places, interrupted at NaN."""
        told, pen = [], "M"
        for year, level in zip(years, levels, strict=True):
            if math.isfinite(level):
                told.append(f"{pen}{x(year):.0f} {y(level):.0f}")
            pen = "L" if math.isfinite(level) else "M"
        return "".join(told)

    parts = []
    for run in own.runs():
        years, lower, upper = own.year[run], own.lower[run], own.upper[run]
        around = trace([*years, *years[::-1]], [*upper, *lower[::-1]])
        parts.append(f'<path d="{around}z" fill="{_ACCENT}" opacity=".16"/>')
    base = lines.baseline(report, indicator, report.area)
    if math.isfinite(base):
        parts.append(f'<path d="M4 {y(base):.0f}H{_WIDTH - 3}" stroke="{_INK}" stroke-dasharray="1.5 3"/>')
        if path.empty:
            parts.append(_arrow(y(base), up=plan.indicator(indicator).polarity == Polarity.HIGHER))
    if len(path):
        dashed = trace(path.index, path)
        parts.append(f'<path d="{dashed}" stroke="{_INK}" stroke-width="1.6" stroke-dasharray="6 3"/>')
    parts.append(f'<path d="{trace(*own.stroke("value"))}" stroke="{_ACCENT}" stroke-width="2.7"/>')
    now = own.at(report.year)
    if math.isfinite(now):
        parts.append(f'<circle cx="{x(report.year):.0f}" cy="{y(now):.0f}" r="4.4" fill="{_ACCENT}"/>')
    for year, level in own.hidden():
        square = f"M{x(year) - 3:.0f} {y(level) - 3:.0f}h6v6h-6z"
        parts.append(f'<path d="{square}" fill="{_PAPER}" stroke="{_MUTED}"/>')
    parts += _years(x, first, report.year, last)
    return (
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" fill="none" '
        f'font-size="12" aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


def _levels(report: Report, indicator: str, own: Line, path: pd.Series) -> tuple[float, float]:
    """The goal's own span of levels, placed so that what is drawn stands in the middle; widened when it must be."""
    units = report.rows.loc[report.rows["indicator"] == indicator, "unit"]
    span = _SPANS.get(units.iloc[0] if len(units) else "", 26.0)
    ends = np.concatenate([own.value, own.lower, own.upper, path.to_numpy(float)])
    ends = ends[np.isfinite(ends)]
    if not len(ends):
        return 0.0, span
    middle, half = (ends.max() + ends.min()) / 2, max(span, ends.max() - ends.min()) / 2
    return middle - half, middle + half


def _arrow(y: float, *, up: bool) -> str:
    """Which way the plan wanted the line to go, where it set no number."""
    x, way = _WIDTH - 6, -1 if up else 1
    head = f"M{x - 4} {y + way * 10:.0f}l4 {way * 6}l4 {-way * 6}z"
    return f'<path d="M{x} {y:.0f}v{way * 11}" stroke="{_INK}" stroke-width="1.6"/><path d="{head}" fill="{_INK}"/>'


def _years(x: Callable[[float], float], first: int, now: int, last: int) -> list[str]:
    """The report's year in bold between the first and the last, and clear of both."""
    told = []
    for year in dict.fromkeys((first, now, last)):
        at, anchor = min(max(x(year), 48), _WIDTH - 48), "middle"
        if year in (first, last):
            at, anchor = (0, "start") if year == first else (_WIDTH, "end")
        style = f'font-weight="600" fill="{_ACCENT}"' if year == now else f'fill="{_MUTED}"'
        told.append(f'<text x="{at:.0f}" y="{_HEIGHT - 5}" text-anchor="{anchor}" {style}>{year}</text>')
    return told
