"""The main picture: one indicator of one area over the years, with everything needed to read it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from evalkit.present import rail
from evalkit.present.labels import TEXT, Label, cut, wrapped
from evalkit.present.lines import Line, Point, Rows, extent, first_year, line, target_path
from evalkit.present.marks import draw_band, draw_line
from evalkit.present.numbers import number
from evalkit.present.paper import Paper
from evalkit.present.reading import area_name
from evalkit.present.style import ACCENT, COMP, DASHED, DOTTED, INK, MUTED, SMALL
from evalkit.present.svg import canvas, inline, text_width
from evalkit.present.units import unit_words
from evalkit.present.words import Words, gettext_for
from evalkit.terms import PLAN, Polarity

WIDE: Final = 7.00
NARROW: Final = 3.65
_PLOT: Final = 2.95  # inches, the height of every plot
_STRONG: Final = 11.5


@dataclass(frozen=True)
class Trend:
    """What the picture shows, all of it from published rows."""

    report: Rows
    indicator: str
    own: Line
    comparator: str | None
    other: Line
    baseline: float | None
    path: list[tuple[int, float]]
    levels: tuple[float, float]
    events: list[rail.Happening]

    @property
    def years(self) -> list[int]:
        """Every year on the axis: the same in all of an indicator's pictures."""
        return list(range(first_year(self.report, self.indicator), self.report.plan.years[-1] + 1))


def gather(report: Rows, indicator: str) -> Trend:
    """The picture's numbers: own line and comparator to the report's year, baseline, path, axis and events."""
    plan = report.plan
    own = line(report, indicator, report.area, until=report.year)
    comparator = report.row(indicator)["comparator"]
    comparator = comparator if isinstance(comparator, str) and comparator else None
    base = own.at(plan.baseline_year)
    return Trend(
        report, indicator, own, comparator,
        line(report, indicator, comparator, until=report.year) if comparator else Line(()),
        base.value if base else None,
        target_path(report, indicator, report.area),
        axis(report, indicator),
        rail.happenings(report, until=plan.years[-1] + 0.5),
    )  # fmt: skip


def axis(report: Rows, indicator: str, areas: Sequence[str] = ()) -> tuple[float, float]:
    """The indicator's range of levels, the same in every area: from params, widened if any shown interval needs it.

    `areas` are those whose intervals must fit; the plan and its areas unless given.
    """
    given = report.plan.indicator(indicator).axis
    needed = extent(report, indicator, areas or [PLAN, *report.plan.areas])
    low, high = given or needed or (0.0, 1.0)
    if needed:
        low, high = min(low, needed[0]), max(high, needed[1])
    ticks = MaxNLocator(7, steps=[1, 2, 5, 10]).tick_values(low, high)
    return float(low if given and low == given[0] else ticks[0]), float(
        high if given and high == given[1] else ticks[-1]
    )


def drawings(report: Rows, indicator: str, key: str, title: str, desc: str) -> tuple[str, str]:
    """The wide and the narrow picture as inline SVG; a container query shows one of them."""
    trend = gather(report, indicator)
    return _wide(trend, key, title, desc), _narrow(trend, key, title, desc)


def _wide(trend: Trend, key: str, title: str, desc: str) -> str:
    below = rail.depth(trend.events)
    with canvas((WIDE, 0.5 + _PLOT + below), (0.34, 1.36, 0.5, below)) as (fig, ax):
        paper = _ground(fig, ax, trend, every=1)
        _direct_labels(paper, trend)
        return inline(fig, f"{key}-bred", "fig bred", title=title, desc=desc)


def _narrow(trend: Trend, key: str, title: str, desc: str) -> str:
    below, names = rail.depth(trend.events), _names(trend)
    above = 0.40 + 0.2 * len(names)
    with canvas((NARROW, above + _PLOT + below), (0.34, 0.5, above, below)) as (fig, ax):
        paper = _ground(fig, ax, trend, every=2)
        _name_rows(paper, names)
        x = min(paper.x(_last_year(trend)) + 8, paper.right + 4)
        paper.stack(x, _end_labels(trend, paper, None), paper.bottom, paper.top)
        return inline(fig, f"{key}-smal", "fig smal", title=title, desc=desc, shown=False)


def _ground(fig: Figure, ax: Axes, trend: Trend, *, every: int) -> Paper:
    """Axes, band, lines, path, baseline and rail: everything but the words at the lines' ends."""
    report, plan = trend.report, trend.report.plan
    words = gettext_for(report.language)
    years = trend.years
    paper = Paper(fig, ax, (years[0] - 0.5, years[-1] + 0.5), trend.levels)
    paper.level_axis(report.language)
    paper.year_axis(years, report.year, every=every)
    paper.rule(rail.decimal_year(plan.period.start, plan), down_to=rail.FIRST)
    paper.write(0, paper.height - 11.5, unit_words(report, trend.indicator))
    if report.synthetic:
        paper.tag(words("Synthetic data"))
    if trend.baseline is not None:
        ax.plot(
            (plan.baseline_year, years[-1] + 0.5),
            (trend.baseline,) * 2,
            color=INK,
            linewidth=1,
            linestyle=DOTTED,
            zorder=2,
        )
    if trend.path:
        xs, ys = zip(*trend.path, strict=True)
        ax.plot(xs, ys, color=INK, linewidth=1.3, linestyle=DASHED, zorder=4)
        ax.plot(xs[1:], ys[1:], "_", color=INK, markersize=10, markeredgewidth=1.7, zorder=4)
    draw_band(ax, trend.own)
    for run in trend.other.runs():
        ax.plot(
            [p.year for p in run],
            [p.value for p in run],
            "s-",
            color=COMP,
            linewidth=1.4,
            markersize=3.8,
            zorder=3,
        )
    draw_line(ax, trend.own, report.year)
    for at in trend.own.breaks():
        paper.rule(at)
        paper.write(paper.x(at) + 3, paper.top - 9, words("break"), fontsize=SMALL)
    for year, level in trend.own.hidden_words():
        paper.write(paper.x(year), paper.y(level) + 8, words("hidden"), fontsize=SMALL, ha="center")
    if not trend.own.shown:
        paper.write(
            (paper.left + paper.right) / 2,
            (paper.bottom + paper.top) / 2,
            words("No figures to show"),
            ha="center",
        )
    rail.draw(paper, trend.events, report.language)
    return paper


def _last_year(trend: Trend) -> int:
    shown = [*trend.own.shown, *trend.other.shown]
    return max((point.year for point in shown), default=trend.report.year)


def _end_labels(trend: Trend, paper: Paper, room: float | None) -> list[Label]:
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
        level = number(trend.baseline, indicator.decimals, language=report.language)
        lines = [words("{value} in {year}").format(value=level, year=report.plan.baseline_year)]
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


def _direct_labels(paper: Paper, trend: Trend) -> None:
    """Names and values at the lines themselves, instead of a legend."""
    lines = _line_labels(trend, paper)
    start = paper.x(_last_year(trend) + 0.2)
    room = paper.right - start
    if room < 90:  # the values would run into the words about the baseline: one column for all
        paper.stack(
            paper.right + 5, [*_end_labels(trend, paper, 94), *lines], paper.bottom - 4, paper.top + 6
        )
    else:
        paper.stack(start, _end_labels(trend, paper, room), paper.bottom, paper.top + 6)
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


def _names(trend: Trend) -> list[tuple[str, str]]:
    """Rows of (sign, words) above the narrow picture, where there is no room at the lines."""
    report = trend.report
    words, indicator = gettext_for(report.language), report.plan.indicator(trend.indicator)
    rows = [("own", area_name(report, report.area))]
    if trend.other.shown and trend.comparator:
        rows.append(("other", area_name(report, trend.comparator)))
    if trend.baseline is not None:
        level = number(trend.baseline, indicator.decimals, language=report.language)
        said = words("{value} in {year}").format(value=level, year=report.plan.baseline_year)
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


def _name_rows(paper: Paper, rows: list[tuple[str, str]]) -> None:
    y = paper.height - 0.36 * 72
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
