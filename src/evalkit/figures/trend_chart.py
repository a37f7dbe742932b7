"""The main picture: one indicator of one area over the years, with everything needed to read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.ticker import MaxNLocator

from evalkit.figures import event_band
from evalkit.figures.drawing import Paper
from evalkit.figures.end_labels import direct_labels, end_labels, last_year, name_rows, names
from evalkit.figures.lines import Line, extent, line, target_path
from evalkit.figures.marks import draw_band, draw_line, draw_runs
from evalkit.figures.style import COMP, DASHED, DOTTED, INK, SMALL
from evalkit.figures.svg import Sheet, canvas
from evalkit.figures.trend_parts import Trend
from evalkit.report import Report
from evalkit.terms import PLAN
from evalkit.text.units import unit_words
from evalkit.text.words import gettext_for

WIDE: Final = 7.00
NARROW: Final = 3.65
_PLOT: Final = 2.95  # inches, the height of every plot


def gather(report: Report, indicator: str) -> Trend:
    """The picture's numbers: own line and comparator to the report's year, baseline, path, axis and events."""
    plan = report.plan
    own = line(report, indicator, report.area, until=report.year)
    comparator = report.row(indicator)["comparator"]
    comparator = comparator if isinstance(comparator, str) and comparator else None
    base = own.at(plan.baseline_year)
    return Trend(
        report,
        indicator,
        own,
        comparator,
        line(report, indicator, comparator, until=report.year) if comparator else Line(()),
        base.value if base else None,
        target_path(report, indicator, report.area),
        axis(report, indicator),
        event_band.happenings(report, until=plan.years[-1] + 0.5),
    )


def axis(report: Report, indicator: str, areas: Sequence[str] = ()) -> tuple[float, float]:
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


def drawings(report: Report, indicator: str, key: str, title: str, desc: str) -> tuple[str, str]:
    """The wide and the narrow picture as inline SVG; a container query shows one of them."""
    trend = gather(report, indicator)
    return _wide(trend, key, title, desc), _narrow(trend, key, title, desc)


def _wide(trend: Trend, key: str, title: str, desc: str) -> str:
    below = event_band.depth(trend.events)
    with canvas(f"{key}-bred", (WIDE, 0.5 + _PLOT + below)) as sheet:
        paper = _ground(sheet, (0.34, 1.36, 0.5, below), trend, every=1)
        direct_labels(paper, trend)
        return sheet.inline("fig bred", title=title, desc=desc)


def _narrow(trend: Trend, key: str, title: str, desc: str) -> str:
    below, rows = event_band.depth(trend.events), names(trend)
    above = 0.44 + 0.2 * len(rows)
    with canvas(f"{key}-smal", (NARROW, above + _PLOT + below)) as sheet:
        paper = _ground(sheet, (0.34, 0.5, above, below), trend, every=2)
        name_rows(paper, rows)
        x = min(paper.x(last_year(trend)) + 8, paper.right + 4)
        paper.stack(x, end_labels(trend, paper, None), paper.bottom, paper.top)
        return sheet.inline("fig smal", title=title, desc=desc, shown=False)


def _ground(sheet: Sheet, inset: tuple[float, float, float, float], trend: Trend, *, every: int) -> Paper:
    """Axes, band, lines, path, baseline and rail: everything but the words at the lines' ends."""
    report, plan = trend.report, trend.report.plan
    words = gettext_for(report.language)
    years = trend.years
    paper = Paper(sheet, inset, (years[0] - 0.5, years[-1] + 0.5), trend.levels)
    paper.level_axis(report.language)
    paper.year_axis(years, report.year, every=every)
    paper.rule(event_band.decimal_year(plan.period.start, plan), down_to=event_band.FIRST)
    paper.write(0, paper.height - 11.5, unit_words(report, trend.indicator))
    if report.synthetic:
        paper.tag(words("Synthetic data"))
    if trend.baseline is not None:
        since = plan.baseline_year, years[-1] + 0.5
        paper.line(since, (trend.baseline,) * 2, color=INK, linewidth=1, linestyle=DOTTED, zorder=2)
    if trend.path:
        xs, ys = zip(*trend.path, strict=True)
        paper.line(xs, ys, color=INK, linewidth=1.3, linestyle=DASHED, zorder=4)
        paper.marks(xs[1:], ys[1:], "_", color=INK, markersize=10, markeredgewidth=1.7, zorder=4)
    draw_band(paper, trend.own)
    draw_runs(paper, trend.other, marker="s", color=COMP, linewidth=1.4, markersize=3.8, zorder=3)
    draw_line(paper, trend.own, report.year)
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
    event_band.draw(paper, trend.events, report.language)
    return paper
