"""Names and values at the lines of a trend, instead of a legend."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from evalkit.figures.drawing import Paper
from evalkit.figures.lines import Point
from evalkit.figures.style import ACCENT, COMP, DASHED, DOTTED, INK, MUTED, TEXT
from evalkit.figures.svg import text_width
from evalkit.figures.text_labels import Label, cut, wrapped
from evalkit.figures.trend_parts import Trend
from evalkit.terms import Polarity
from evalkit.text.numbers import number
from evalkit.text.reading import area_name
from evalkit.text.words import Words, gettext_for

_STRONG: Final = 11.5


def last_year(trend: Trend) -> int:
    """The last year that either line has a value in; the report's year when neither has any."""
    shown = [*trend.own.shown, *trend.other.shown]
    return max((point.year for point in shown), default=trend.report.year)


def end_labels(trend: Trend, paper: Paper, room: float | None) -> list[Label]:
    """Values at the lines' ends, the comparator's with its name when there is `room` (points)."""
    report = trend.report
    decimals = report.plan.indicator(trend.indicator).decimals
    labels = []
    end = trend.own.at(report.year)
    if end:
        value = number(end.value, decimals, language=report.language)
        labels.append(Label(_beside(paper, trend, end), [(value, _STRONG, "bold", ACCENT)]))
    if trend.other.shown and trend.comparator:
        end = trend.other.shown[-1]
        parts = [number(end.value, decimals, language=report.language)]
        if room:
            parts = wrapped(f"{parts[0]}  {area_name(report, trend.comparator)}", room)
        labels.append(Label(paper.y(end.value), [(part, TEXT, "normal", MUTED) for part in parts]))
    return labels


def _line_labels(trend: Trend, paper: Paper) -> list[Label]:
    """What the baseline and the target path are, at the right edge."""
    report = trend.report
    words, indicator = gettext_for(report.language), report.plan.indicator(trend.indicator)
    labels = []
    if trend.baseline is not None:
        base = number(trend.baseline, indicator.decimals, language=report.language)
        lines = [words("{value} in {year}").format(value=base, year=report.plan.baseline_year)]
        if not trend.path and indicator.goal:
            lines.append(_direction(words, indicator.polarity))
        labels.append(Label(paper.y(trend.baseline), [(one, TEXT, "normal", INK) for one in lines]))
    if trend.path:
        year, level = trend.path[-1]
        text = number(level, indicator.decimals, language=report.language)
        lines = [words("target path:"), words("{value} in {year}").format(value=text, year=year)]
        labels.append(Label(paper.y(level), [(one, TEXT, "normal", INK) for one in lines]))
    return labels


def _direction(words: Words, polarity: str) -> str:
    return words("goal: above the line") if polarity == Polarity.HIGHER else words("goal: below the line")


def direct_labels(paper: Paper, trend: Trend) -> None:
    """Names and values at the lines themselves, instead of a legend."""
    lines = _line_labels(trend, paper)
    start = paper.x(last_year(trend) + 0.2)
    room = paper.right - start
    if room < 90:  # the values would run into the words about the baseline: one column for all
        paper.stack(paper.right + 5, [*end_labels(trend, paper, 94), *lines], paper.bottom - 4, paper.top + 6)
    else:
        paper.stack(start, end_labels(trend, paper, room), paper.bottom, paper.top + 6)
        paper.stack(paper.right + 5, lines, paper.bottom, paper.top + 6)
    if not trend.own.shown:
        return
    first, last = trend.own.shown[0], trend.own.shown[-1]
    name = cut(area_name(trend.report, trend.report.area), paper.right - paper.left, weight=700)
    name = name[:1].upper() + name[1:]
    x = max(paper.x(last.year) - 2, paper.left + text_width(name, TEXT, 700))
    reach = text_width(name, TEXT, 700) / (paper.right - paper.left) * (paper.years[1] - paper.years[0])
    paper.write(
        x,
        _clear(paper, trend, last.year - reach, last.year, up=True),
        name,
        ha="right",
        fontweight="bold",
        color=ACCENT,
    )
    if math.isfinite(first.lower):
        said = gettext_for(trend.report.language)("shade: 95% interval")
        paper.write(
            paper.x(first.year),
            _clear(paper, trend, first.year, first.year + 2.4, up=False),
            said,
            color=ACCENT,
        )


def _beside(paper: Paper, trend: Trend, end: Point) -> float:
    """Height of the value beside its point: level with it, or moved off a baseline or path that runs on there."""
    reach = 0.2 + 34 / (paper.right - paper.left) * (paper.years[1] - paper.years[0])
    crossing = [] if trend.baseline is None else [paper.y(trend.baseline)]
    if trend.path:
        years, levels = zip(*trend.path, strict=True)
        if end.year < years[-1]:
            crossing += [paper.y(float(np.interp(end.year + step, years, levels))) for step in (0.2, reach)]
    moves = sorted(range(-20, 21, 2), key=abs)
    return paper.y(end.value) + next(
        (m for m in moves if all(abs(paper.y(end.value) + m - y) > 9 for y in crossing)), 0
    )


def _clear(paper: Paper, trend: Trend, start: float, end: float, *, up: bool) -> float:
    """A baseline for words over (or under) the band between two years, on the side where no other line runs."""
    near = [p for p in trend.own.shown if start - 0.6 <= p.year <= end + 0.6]
    above = max(paper.y(p.upper if math.isfinite(p.upper) else p.value) for p in near) + 5
    below = min(paper.y(p.lower if math.isfinite(p.lower) else p.value) for p in near) - 12
    others = [paper.y(p.value) for p in trend.other.shown if start - 0.6 <= p.year <= end + 0.6]

    def free(y: float) -> bool:
        inside = paper.bottom + 3 <= y <= paper.top - 6
        return inside and all(not y - 6 < other < y + 13 for other in others)

    first, second = (above, below) if up else (below, above)
    return first if free(first) or not free(second) else second


def names(trend: Trend) -> list[tuple[str, str]]:
    """Rows of (sign, words) above the narrow picture, where there is no room at the lines."""
    report = trend.report
    words, indicator = gettext_for(report.language), report.plan.indicator(trend.indicator)
    rows = [("own", area_name(report, report.area))]
    if trend.other.shown and trend.comparator:
        rows.append(("other", area_name(report, trend.comparator)))
    if trend.baseline is not None:
        base = number(trend.baseline, indicator.decimals, language=report.language)
        said = words("{value} in {year}").format(value=base, year=report.plan.baseline_year)
        if not trend.path and indicator.goal:
            said += f", {_direction(words, indicator.polarity)}"
        rows.append(("baseline", said))
    if trend.path:
        year, level = trend.path[-1]
        text = number(level, indicator.decimals, language=report.language)
        rows.append(
            ("path", f"{words('target path:')} {words('{value} in {year}').format(value=text, year=year)}")
        )
    return rows


def name_rows(paper: Paper, rows: list[tuple[str, str]]) -> None:
    """The names with their signs, from the top of the narrow picture down."""
    y = paper.height - 0.40 * 72
    for sign, text in rows:
        middle = y + 3.4
        if sign == "own":
            paper.segment(
                (4, middle),
                (18, middle),
                color=ACCENT,
                linewidth=2.2,
                marker="o",
                markersize=6,
                markevery=[1],
            )
        elif sign == "other":
            paper.segment((4, middle), (18, middle), color=COMP, linewidth=1.4, marker="s", markersize=3.8)
        elif sign == "baseline":
            paper.segment((4, middle), (18, middle), color=INK, linewidth=1, linestyle=DOTTED)
        else:
            paper.segment((4, middle), (18, middle), color=INK, linewidth=1.3, linestyle=DASHED)
        weight, colour = (
            ("bold", ACCENT) if sign == "own" else ("normal", INK if sign in ("baseline", "path") else MUTED)
        )
        paper.write(24, y, cut(text, paper.width - 26), fontweight=weight, color=colour)
        y -= 0.2 * 72
