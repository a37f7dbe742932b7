"""Marks in the text, a few SVG elements written without any Axes: a goal's small curve, and a verdict's shape and word."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Final

import numpy as np
import pandas as pd

from evalkit.figures import lines
from evalkit.figures.lines import Line
from evalkit.figures.style import variable
from evalkit.report import Report
from evalkit.terms import Polarity, Verdict

# ---- the curve ----------------------------------------------------------------------------------

_WIDTH, _HEIGHT, _FOOT = 168, 78, 20  # px; no page shows it smaller, so that its years are never under 12 px
_SPANS: Final = {"share": 26.0, "per_1000": 32.0}  # the same height for the same change, in every report
_ACCENT, _INK, _MUTED, _PAPER = map(variable, ("accent", "ink", "muted", "paper"))


@dataclass(frozen=True)
class _Curve:
    """A goal's line, target path and baseline on a drawing of a width and height; `foot` is left free below."""

    report: Report
    indicator: str
    width: int
    height: int
    foot: int

    @cached_property
    def own(self) -> Line:
        return lines.line(self.report, self.indicator, self.report.area, since=self.report.plan.baseline_year)

    @cached_property
    def path(self) -> pd.Series:
        return lines.target_path(self.report, self.indicator, self.report.area)

    @cached_property
    def base(self) -> float:
        return lines.baseline(self.report, self.indicator, self.report.area)

    @cached_property
    def _levels(self) -> tuple[float, float]:
        """The goal's own span of levels, placed so that what is drawn stands in the middle; widened when it must be."""
        span = _SPANS.get(self.report.plan.indicator(self.indicator).statistic.unit, 26.0)
        ends = np.concatenate([self.own.value, self.own.lower, self.own.upper, self.path.to_numpy(float)])
        ends = ends[np.isfinite(ends)]
        if not len(ends):
            return 0.0, span
        middle, half = (ends.max() + ends.min()) / 2, max(span, ends.max() - ends.min()) / 2
        return middle - half, middle + half

    def x(self, year: float) -> float:
        first, last = self.report.plan.baseline_year, self.report.plan.years[-1]
        return 4 + (year - first) / (last - first) * (self.width - 16)

    def y(self, level: float) -> float:
        low, high = self._levels
        return 3 + (high - level) / (high - low) * (self.height - self.foot - 6)

    def trace(self, years: Iterable[float], levels: Iterable[float]) -> str:
        """A path through the places, interrupted at NaN."""
        told, pen = [], "M"
        for year, level in zip(years, levels, strict=True):
            if math.isfinite(level):
                told.append(f"{pen}{self.x(year):.0f} {self.y(level):.0f}")
            pen = "L" if math.isfinite(level) else "M"
        return "".join(told)

    @property
    def bands(self) -> list[str]:
        """The outline of the interval around each unbroken stretch."""
        found = []
        for run in self.own.runs():
            years, lower, upper = self.own.year[run], self.own.lower[run], self.own.upper[run]
            found.append(f"{self.trace([*years, *years[::-1]], [*upper, *lower[::-1]])}z")
        return found

    @property
    def target(self) -> str:
        """The target path; empty where the plan set no number."""
        return self.trace(self.path.index, self.path) if len(self.path) else ""

    @property
    def line(self) -> str:
        return self.trace(*self.own.stroke("value"))

    @property
    def now(self) -> tuple[float, float] | None:
        """Where the report's year stands; None where it has no figure."""
        level = self.own.at(self.report.year)
        return (self.x(self.report.year), self.y(level)) if math.isfinite(level) else None


def sparkline(report: Report, indicator: str) -> str:
    """The curve from the baseline year to the end of the plan, as inline SVG; decoration, so without alternative text."""
    plan, curve, parts = report.plan, _Curve(report, indicator, _WIDTH, _HEIGHT, _FOOT), list[str]()
    parts += [f'<path d="{band}" fill="{_ACCENT}" opacity=".16"/>' for band in curve.bands]
    if math.isfinite(curve.base):
        y = curve.y(curve.base)
        parts.append(f'<path d="M4 {y:.0f}H{_WIDTH - 3}" stroke="{_INK}" stroke-dasharray="1.5 3"/>')
        if not curve.target:
            parts.append(_arrow(y, up=plan.indicator(indicator).polarity == Polarity.HIGHER))
    if curve.target:
        parts.append(f'<path d="{curve.target}" stroke="{_INK}" stroke-width="1.6" stroke-dasharray="6 3"/>')
    parts.append(f'<path d="{curve.line}" stroke="{_ACCENT}" stroke-width="2.7"/>')
    if curve.now:
        x, y = curve.now
        parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4.4" fill="{_ACCENT}"/>')
    for year, level in curve.own.hidden():
        square = f"M{curve.x(year) - 3:.0f} {curve.y(level) - 3:.0f}h6v6h-6z"
        parts.append(f'<path d="{square}" fill="{_PAPER}" stroke="{_MUTED}"/>')
    parts += _years(curve.x, plan.baseline_year, report.year, plan.years[-1])
    return (
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" fill="none" '
        f'font-size="12" aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


def mini(report: Report, indicator: str) -> str:
    """The same curve for a cell of a table, without years; its colours stand in the stylesheet of the page around it.

    b: interval, d: level of the baseline year, t: target path, l: line, c: the report's year. A figure that is hidden has no mark.
    """
    curve = _Curve(report, indicator, 100, 40, 0)
    parts = [f'<path class="b" d="{band}"/>' for band in curve.bands]
    if math.isfinite(curve.base):
        parts.append(f'<path class="d" d="M4 {curve.y(curve.base):.0f}H92"/>')
    if curve.target:
        parts.append(f'<path class="t" d="{curve.target}"/>')
    if curve.line:
        parts.append(f'<path class="l" d="{curve.line}"/>')
    if curve.now:
        parts.append('<circle class="c" cx="{:.0f}" cy="{:.0f}" r="4"/>'.format(*curve.now))
    return (
        f'<svg class="mini" viewBox="0 0 100 40" aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


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


# ---- verdicts: the outer shape is the family, the inner sign the verdict ------------------------

_DISC: Final = '<circle cx="10" cy="10" r="9" fill="currentColor"/>'
_DIAMOND: Final = '<path d="M10 .4 19.6 10 10 19.6.4 10z" fill="currentColor"/>'
_ROUND: Final = 'stroke-linecap="round" stroke-linejoin="round"'


def _sign(path: str) -> str:
    """A sign in the paper's colour, inside a solid shape."""
    return f'<path class="i" d="{path}" fill="none" stroke="{_PAPER}" stroke-width="2.2" {_ROUND}/>'


def _line(path: str) -> str:
    """A sign in the shape's own colour, inside a ring."""
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.9" {_ROUND}/>'


def _ring(dashes: str = "") -> str:
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        '<circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" '
        f'stroke-width="1.9" stroke-linecap="round"{dash}/>'
    )


SHAPES: Final[dict[Verdict, str]] = {
    Verdict.REACHED: _DISC + _sign("M5.7 10.3l3 3 5.6-6.2"),
    Verdict.ON_TRACK: _DISC + _sign("M5.4 10h8.6M10.4 6.2l3.8 3.8-3.8 3.8"),
    Verdict.IMPROVED: _DISC + _sign("M10 5.4v9.2M5.4 10h9.2"),
    Verdict.IMPROVING: _ring() + '<path d="M2 10a8 8 0 0 0 16 0z" fill="currentColor"/>',
    Verdict.LITTLE_CHANGE: _ring() + _line("M6.3 8.1h7.4M6.3 11.9h7.4"),
    Verdict.CANNOT_TELL: (
        _ring()
        + _line("M7.5 8a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.6")
        + '<circle cx="10" cy="14.3" r="1.15" fill="currentColor"/>'
    ),
    Verdict.OFF_TRACK: (
        _DIAMOND + _sign("M10 5.2v5.6") + f'<circle class="p" cx="10" cy="14.1" r="1.25" fill="{_PAPER}"/>'
    ),
    Verdict.WORSENED: _DIAMOND + _sign("M5.6 10h8.8"),
    Verdict.NOT_ASSESSABLE: _ring(".01 4.178"),
    Verdict.SUPPRESSED: _line("M2.5 2.5h15v15h-15zM2.5 10l7.5-7.5M2.5 17.5l15-15M10 17.5l7.5-7.5"),
}
"""Inner SVG of each verdict on a 20 × 20 grid, y down; no arrows up or down, because fewer may be better."""

_COLOURS: Final = {"good": "accent", "ill": "bad", "open": "ink"}


def shape(verdict: Verdict) -> str:
    """The verdict's shape alone, as an inline SVG hidden from screen readers: a word must stand beside it.

    Colours are attributes that the page's stylesheet overrides, so a notebook shows them as well.
    """
    tone = verdict.tone
    return (
        f'<svg class="{tone}" viewBox="0 0 20 20" width="20" height="20" color="{variable(_COLOURS[tone])}" '
        f'aria-hidden="true" focusable="false">{SHAPES[verdict]}</svg>'
    )


def verdict(verdict: Verdict | str, word: str, note: str = "") -> str:
    """The verdict as shape and word; `word` and the optional quiet `note` after it are plain text."""
    verdict = Verdict(verdict)
    quiet = f"<i>{escape(note)}</i>" if note else ""
    return (
        f'<span class="verdict {verdict.tone}">{shape(verdict)}'
        f'<span class="w">{escape(word)}{quiet}</span></span>'
    )
