"""Small pictures: the curve on a goal's card, and one indicator over all areas side by side."""

from __future__ import annotations

import math
from typing import Final

from evalkit.figures.drawing import Paper
from evalkit.figures.lines import Line, line, target_path
from evalkit.figures.marks import draw_band, draw_line, draw_runs
from evalkit.figures.style import ACCENT, DASHED, DOTTED, INK, RULE
from evalkit.figures.svg import canvas
from evalkit.figures.trend_chart import axis
from evalkit.report import Report
from evalkit.terms import PLAN, Polarity
from evalkit.text.numbers import number
from evalkit.text.words import gettext_for

_SPANS: Final = {
    "share": 26.0,
    "per_1000": 32.0,
}  # the same height of curve for the same change, in every report


def sparkline(report: Report, indicator: str, key: str) -> str:
    """The curve on a goal's card, from the baseline year to the end of the plan; decoration, so without alt text."""
    plan = report.plan
    own = line(report, indicator, report.area, until=report.year)
    since = _since(own, plan.baseline_year)
    path = target_path(report, indicator, report.area)
    base = since.at(plan.baseline_year)
    with canvas(key, (2.10, 0.96)) as sheet:
        years = (plan.baseline_year - 0.05, plan.years[-1] + 0.33)
        paper = Paper(sheet, (0.06, 0.06, 0.04, 0.26), years, _span(report, indicator, since, path))
        draw_band(paper, since)
        if base:
            to_the_end = base.year, years[1]
            paper.line(to_the_end, (base.value,) * 2, color=INK, linewidth=1, linestyle=DOTTED, zorder=2)
        if path:
            paper.line(*zip(*path, strict=True), color=INK, linewidth=1.2, linestyle=DASHED, zorder=4)
        elif base:
            _arrow(paper, plan.indicator(indicator).polarity, base.value)
        draw_line(paper, since, report.year, width=2, marks=False)
        _years(paper, report.year, plan.baseline_year, plan.years[-1])
        return sheet.inline("spark")


def _since(own: Line, year: int) -> Line:
    return Line(tuple(point for point in own.points if point.year >= year))


def _years(paper: Paper, year: int, first: int, last: int) -> None:
    """The report's year in bold between the first and the last; a neighbour moves away to keep clear."""
    paper.write(paper.x(first) - 1.6, 8.8, str(first), fontsize=9)
    side, shift = "center", 0.0
    if year == first + 1:
        side, shift = "left", -8.0
    elif year == last - 1:
        side, shift = "right", 8.0
    elif year == last:
        side, shift = "right", 1.6
    if year != last:
        paper.write(paper.x(last) + 1.6, 8.8, str(last), fontsize=9, ha="right")
    paper.write(paper.x(year) + shift, 8.8, str(year), fontsize=9, ha=side, color=ACCENT, fontweight="bold")


def _span(report: Report, indicator: str, own: Line, path: list[tuple[int, float]]) -> tuple[float, float]:
    """The goal's own span of levels, placed so that what is drawn stands in the middle; widened when it must be."""
    units = report.rows.loc[report.rows["indicator"] == indicator, "unit"]
    span = _SPANS.get(units.iloc[0] if len(units) else "", 26.0)
    ends = [end for p in own.shown for end in (p.lower, p.upper, p.value) if math.isfinite(end)] + [
        level for _, level in path
    ]
    if not ends:
        return 0.0, span
    middle = (max(ends) + min(ends)) / 2
    half = max(span, max(ends) - min(ends)) / 2
    return middle - half, middle + half


def _arrow(paper: Paper, polarity: str, level: float) -> None:
    """Which way the plan wanted the line to go, where it set no number."""
    up = polarity == Polarity.HIGHER
    x, y = paper.right - 2, paper.y(level)
    tip = y + (9.5 if up else -9.5)
    paper.segment((x, y), (x, tip), color=INK, linewidth=1.2)
    head = "^" if up else "v"
    paper.segment(
        (x, tip), (x, tip), marker=head, linestyle="none", markevery=[0], color=INK, markersize=5.5, zorder=4
    )


def multiple(
    report: Report, indicator: str, area: str, key: str, title: str, desc: str, *, marked: bool
) -> str:
    """One area's small picture on the axis that all areas share; the other areas run along as thin lines."""
    plan, words = report.plan, gettext_for(report.language)
    own = line(report, indicator, area, until=report.year)
    since = _since(own, plan.baseline_year)
    last = plan.years[-1]
    with canvas(key, (1.95, 1.34)) as sheet:
        paper = Paper(sheet, (0.03, 0.47, 0.04, 0.24), (plan.baseline_year, last), axis(report, indicator))
        paper.level(paper.levels[0], color=INK, linewidth=0.7, zorder=2)
        for other in plan.areas:
            if other != area:
                beside = _since(line(report, indicator, other, until=report.year), plan.baseline_year)
                draw_runs(paper, beside, color=RULE, linewidth=1.1, zorder=1)
        draw_band(paper, since)
        base = since.at(plan.baseline_year)
        if base:
            paper.level(base.value, color=INK, linewidth=0.9, linestyle=DOTTED, zorder=2)
        path = target_path(report, indicator, area)
        if path:
            paper.line(*zip(*path, strict=True), color=INK, linewidth=1.1, linestyle=DASHED, zorder=4)
        draw_line(paper, since, since.shown[-1].year if since.shown else None, width=2, marks=False)
        if since.shown:
            end = since.shown[-1]
            text = number(end.value, plan.indicator(indicator).decimals, language=report.language)
            paper.write(
                paper.x(end.year) + 5.5,
                paper.y(end.value) - 3.5,
                text,
                fontsize=10.5,
                fontweight="bold",
                color=ACCENT,
            )
        for middle, level in since.hidden_words():
            at_the_end = middle > last - 0.5
            x, y = paper.x(middle) + (6 if at_the_end else 0), paper.y(level) + (4 if at_the_end else 6)
            paper.write(x, y, words("hidden"), fontsize=8.25, ha="left" if at_the_end else "center")
        paper.write(paper.left, 3.5, str(plan.baseline_year), fontsize=9)
        paper.write(paper.right, 3.5, str(last), fontsize=9, ha="right")
        if marked:
            paper.tag(words("synthetic"), x=(paper.left + paper.right) / 2, y=6, size=8.25)
        return sheet.inline("multi", title=title, desc=desc)


def places(report: Report) -> list[str]:
    """The plan as a whole, then its areas: the order of every overview."""
    return [PLAN, *report.plan.areas]
