"""Small multiples over the years: the gaps, the areas side by side, the difference from similar areas."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from evalkit import tables
from evalkit.figures import draw, labels, lines
from evalkit.figures.change_charts import reach_of, table_of, told_of
from evalkit.figures.chart import Chart, Drawing
from evalkit.figures.labels import TextLine
from evalkit.figures.lines import Line
from evalkit.figures.style import ACCENT, DOTTED, INK, MUTED, NARROW, PAPER, RULE, SMALL, TEXT, WIDE
from evalkit.figures.trend import from_to
from evalkit.report import Report
from evalkit.tables.table import cell, folded, limit_heads, limits, report_table, see_numbers
from evalkit.terms import MOST_AREAS, PLAN
from evalkit.text import narrative
from evalkit.text import reading as readings
from evalkit.text.html import Block, element, joined
from evalkit.text.numbers import number
from evalkit.text.reading import Reading, area_name, read
from evalkit.text.units import unit_words
from evalkit.text.words import gettext_for


def _set_panels(
    axes: Sequence[Axes],
    heads: Sequence[tuple[str, str]],
    *,
    narrow: bool,
    plot: float,
    left: float,
    right: float,
    foot: float,
    lift: float = 0,
) -> None:
    """Small plots in a row, or two and two, each with its title and unit above it; sizes and margins in inches."""
    columns, total, gutter = (2, NARROW, 0.17) if narrow else (4, WIDE, 0.17)
    width, size = (total + gutter) / columns - gutter, TEXT if narrow else SMALL
    titles = [TextLine(title, INK, bold=True).wrapped(width * 72) for title, _ in heads]
    head = 0.24 + lift + 0.18 * max(map(len, titles))
    row = head + plot + foot
    height = 0.3 + row * math.ceil(len(heads) / columns)
    figure = draw.resize(axes[0], height, narrow=narrow)
    for i, (ax, title, (_, unit)) in enumerate(zip(axes, titles, heads, strict=True)):
        x, top = (i % columns) * (width + gutter), 0.3 + (i // columns) * row + head
        draw.place(ax, x + left, total - x - width + right, top, height - top - plot)
        for up, line in enumerate([TextLine(unit, size=size), *reversed(title)]):
            labels.on_figure(figure, x, height - top + 0.09 + lift + 0.18 * up, line)


_EVENT: Final = ("event", "event_lower", "event_upper")


# ---- gaps ---------------------------------------------------------------------------------------


def gaps(report: Report) -> list[str]:
    """The indicators that are a gap."""
    return [name for name, record in report.plan.indicators.items() if record.of]


def gap(report: Report) -> Chart | Block:
    """The gaps to the rest of the municipality, one small time axis for each; nothing for a plan that follows none."""
    if not gaps(report):
        return joined()
    words, names = gettext_for(report.language), gaps(report)
    since = min(report.plan.baseline_year, *(read(report, name).baseline_years[0] for name in names))
    own = {name: lines.line(report, name, report.area, since=since) for name in names}
    with draw.canvas(*names) as axes:
        for ax, (name, rows) in zip(axes, own.items(), strict=True):
            draw.bare(ax, (since, report.year), gap_range(report, name))
            ax.spines["bottom"].set_visible(False)
            ax.axhline(0, color=INK, linewidth=0.8, zorder=2)
            draw.band(ax, rows)
            draw.series(ax, rows, report.year, small=True)
    rest = area_name(report, "rest")
    title = (
        words("How far are the areas from {rest}?")
        if report.area == PLAN
        else words("How far is the area from {rest}?")
    ).format(rest=rest)
    told = [title, *(f"{narrative.finding(report, name)}." for name in names)]
    return Chart.of(
        report,
        title=title,
        about=words("Straight line: {rest}. Shade: 95% interval.").format(rest=rest),
        alt=" ".join(told),
        axes=axes,
        key=f"afstand-{report.area}",
        layout=partial(_lay_out_gaps, report, axes, own, since),
        data=lines.together(own, "indicator"),
        table=lambda: tables.gaps(report),
    )


def _lay_out_gaps(
    report: Report, axes: Sequence[Axes], own: Mapping[str, Line], since: int, narrow: bool
) -> None:
    words, plan, size = gettext_for(report.language), report.plan, TEXT if narrow else SMALL
    percent = {name: lines.in_percent(report, name) for name in own}
    heads = [
        (
            plan.indicator(plan.indicator(name).of or name).title.get(report.language),
            words("per cent from the rest") if relative else words("points from the rest"),
        )
        for name, relative in percent.items()
    ]
    _set_panels(axes, heads, narrow=narrow, plot=1.2, left=0, right=0.56, foot=0.3)
    for ax, (name, rows) in zip(axes, own.items(), strict=True):
        level = rows.at(report.year)
        if math.isfinite(level):
            said = number(level, 0 if percent[name] else 1, language=report.language, signed=True)
            labels.write(ax, report.year, level, TextLine(said, ACCENT, 10.5, bold=True), dx=6, dy=-3.5)
        draw.notes(ax, rows, report.language, size=size)
        draw.year_ends(ax, (report.year, since), report.year, size=size)


def gap_range(report: Report, name: str) -> tuple[float, float]:
    """One axis for all gaps in points and one for all in per cent, wide enough for every area; widened if it must be."""
    percent = lines.in_percent(report, name)
    alike = [other for other in gaps(report) if lines.in_percent(report, other) == percent]
    low, high = (-100.0, 500.0) if percent else (-30.0, 30.0)
    needed = lines.extent(report, alike, [PLAN, *report.plan.areas]) or (low, high)
    return min(low, needed[0]), max(high, needed[1])


# ---- areas side by side -------------------------------------------------------------------------


def multiples(report: Report, indicator: str) -> Chart:
    """One indicator in all areas of the plan, small figures on one axis; of many areas the plan's and the report's own."""
    words, record = gettext_for(report.language), report.plan.indicator(indicator)
    since, every = report.plan.baseline_year, [PLAN, *report.plan.areas]
    many = len(report.plan.areas) > MOST_AREAS
    places = list(dict.fromkeys([PLAN, report.area])) if many else every
    own = {area: lines.line(report, indicator, area, since=since) for area in every}
    paths = {area: lines.target_path(report, indicator, area) for area in places}
    last = max([report.year, *(path.index[-1] for path in paths.values() if len(path))])
    ends = {area: _end(report, own[area], record.decimals) for area in places}
    right = max(
        [0.3, *(end.width / 72 + 0.1 for end in ends.values())]
    )  # room for the widest, the same for all
    span, made_up = lines.axis_range(report, indicator), report.synthetic and not record.official
    drawings = []
    for area in places:
        rows = own[area]
        with draw.canvas(area) as (ax,):
            draw.bare(ax, (since, last), span)
            others = [line for other, line in own.items() if other not in (area, PLAN)]
            draw.thin(ax, others, color=RULE, linewidth=1.1)
            draw.band(ax, rows)
            draw.baseline(ax, lines.baseline(report, indicator, area), since)
            draw.target_path(ax, paths[area], width=1.1, marks=False)
            draw.series(ax, rows, max(rows.year[rows.known], default=None), small=True)
        name = area_name(report, area)
        title = f"{record.title.get(report.language)}, {name}"
        drawings.append(
            Drawing(
                labels.figure_of(ax),
                f"m-{indicator}-{area}",
                partial(_lay_out_multiple, report, ax, rows, paths[area], ends[area], right),
                mark=words("made up") if made_up else "",
                css="multi",
                title=title,
                alt=from_to(report, title, rows, record.decimals),
                caption=name[:1].upper() + name[1:],
            )
        )
    about = words("Dark line: the area. Thin lines: the other areas.")
    if many:
        about += " " + words("Each area has a figure like this one on its own page.")
    return Chart.of(
        report,
        title=record.title.get(report.language),
        about=f"{unit_words(report, indicator).rstrip('.')}. {about}",
        alt=" ".join(drawing.alt for drawing in drawings),
        drawings=drawings,
        data=lines.together(own, "area"),
        synthetic=made_up,
    )


def _end(report: Report, rows: Line, decimals: int) -> TextLine:
    """The last value of a line; empty where it has none."""
    said = [number(value, decimals, language=report.language) for value in rows.value[rows.known][-1:]]
    return TextLine("".join(said), ACCENT, 10.5, bold=True)


def _lay_out_multiple(
    report: Report, ax: Axes, rows: Line, path: pd.Series, end: TextLine, right: float, narrow: bool
) -> None:
    labels.figure_of(ax).set_size_inches(1.5625, 1.3)  # 150 px, as narrow as a page shows it
    draw.place(ax, 0.04, right, 0.24, 0.26)
    for year, level in [*zip(rows.year[rows.known], rows.value[rows.known], strict=True)][-1:]:
        shift = labels.beside(ax, year, level, rows.at(report.plan.baseline_year), path)
        labels.write(ax, year, level, end, dx=5.5, dy=shift - 3.5)
    draw.notes(ax, rows, report.language)
    draw.year_ends(ax, [round(limit) for limit in ax.get_xlim()])


# ---- differences from similar areas, year by year ------------------------------------------------


def event_study(report: Report) -> Chart | Block:
    """Event study: the plan's areas minus similar areas since the baseline year, every year, one panel a goal; why not, where there is none."""
    words, names = gettext_for(report.language), readings.goals(report)
    years = {name: [r for r in readings.series(report, name) if r.has(*_EVENT)] for name in names}
    if not any(years.values()):
        return element(
            "p",
            words(
                "There are no similar areas to set the plan's areas against year by year, so there is no figure."
            ),
        )
    with draw.canvas(*names) as axes:
        for ax, found in zip(axes, years.values(), strict=True):
            _event_panel(ax, report, found)
    now = [read(report, name) for name in names]
    title = words("The difference from similar areas, year by year")
    about = words(
        "Change since {baseline} in the plan's areas minus change in similar areas, with 95% interval. Before the plan the marks should "
        "lie about the line; the years after tell whether they leave it."
    )
    heads = [(r.title, words("per cent") if r.in_percent else words("points")) for r in now]
    known = [r for found in years.values() for r in found]
    return Chart.of(
        report,
        title=title,
        about=about.format(baseline=readings.goals_baseline(report)),
        alt=" ".join([f"{title}.", *(told_of(r, r.title, "event") for r in now if r.has("event"))]),
        axes=axes,
        key="forskel",
        layout=partial(_lay_out_event_study, axes, heads),
        rows=[str(r.row["row"]) for r in known],
        data=table_of(known, _EVENT),
        table=partial(_event_table, report, sorted({r.year for r in known})),
    )


def _event_panel(ax: Axes, report: Report, found: Sequence[Reading]) -> None:
    since = found[0].baseline_years if found else (report.plan.baseline_year,)
    reach = reach_of([r.number(column) for r in found for column in _EVENT[1:]])
    ax.set(xlim=(min([*since, *(r.year for r in found)]) - 0.4, report.year + 0.4), ylim=(-reach, reach))
    ax.xaxis.set_visible(False)
    ax.set_yticks([-reach, 0, reach])
    ax.yaxis.set_major_formatter(draw.Numbers(report.language, signed=True))
    ax.spines["bottom"].set_visible(False)
    ax.axhline(0, color=INK, linewidth=0.8, zorder=1)
    ax.axvline(since[-1], color=MUTED, linewidth=1, linestyle=DOTTED, zorder=1)
    ax.plot(since, [0] * len(since), "s", color=INK, markersize=4, zorder=5)
    for r in found:
        value, *ends = np.clip([r.number(column) * 100 for column in _EVENT], -reach, reach)
        color = ACCENT if r.year > since[-1] else MUTED
        ax.plot(
            (r.year, r.year), ends, color=color, linewidth=1.8, alpha=0.55, solid_capstyle="butt", zorder=3
        )
        face = color if r.year == report.year else PAPER
        style: dict[str, Any] = {
            "color": color,
            "markerfacecolor": face,
            "markersize": 5,
            "markeredgewidth": 1.5,
        }
        ax.plot(r.year, value, "o", zorder=6, clip_on=False, **style)


def _lay_out_event_study(axes: Sequence[Axes], heads: Sequence[tuple[str, str]], narrow: bool) -> None:
    size = TEXT if narrow else SMALL
    _set_panels(axes, heads, narrow=narrow, plot=1.1, left=0.4, right=0.06, foot=0.34, lift=0.08)
    for ax in axes:
        ax.tick_params(axis="y", labelsize=size, pad=4)
        draw.year_ends(ax, [round(end) for end in np.add(ax.get_xlim(), (0.4, -0.4))], size=size)


def _event_table(report: Report, years: Sequence[int]) -> Block:
    words, names, body = gettext_for(report.language), readings.goals(report), []
    for year in years:
        found = [read(report, name, None, year) for name in names]
        cells = [(cell(r, "event", signed=True), *limits(r, *_EVENT[1:], signed=True)) for r in found]
        body.append((str(year), *(part for three in cells for part in three)))
    interval = limit_heads(words("{level}% interval").format(level=95), words)
    titles = [report.plan.indicator(name).title.get(report.language) for name in names]
    head = [words("Plan year"), *(part for title in titles for part in (title, *interval))]
    said = words.say(
        "Difference in change since {baseline}. Shares in percentage points, reports in per cent.",
        baseline=readings.goals_baseline(report),
    )
    made = report_table(report, said, head, body, label=words("Table: difference by year"))
    return folded(see_numbers(words, words("difference by year")), made)
