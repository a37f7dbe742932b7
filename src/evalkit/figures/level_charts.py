"""Figures of levels over the years beside the trend: the gaps, the areas side by side, the municipality around them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes

from evalkit import tables
from evalkit.figures import draw, lines
from evalkit.figures.chart import Chart, Drawing, mark
from evalkit.figures.layout import (
    Label,
    TextLine,
    beside,
    canvas,
    end_labels,
    figure_of,
    key,
    place,
    set_panels,
    write,
)
from evalkit.figures.lines import Line
from evalkit.figures.style import ACCENT, COMP, DASHED, INK, MUTED, RULE, SMALL, TEXT
from evalkit.figures.trend import OWN_SIGN, set_large
from evalkit.measure.official import COUNTRY, MUNICIPALITY, OFFICIAL, REGION, USUAL
from evalkit.report import Report
from evalkit.terms import PLAN
from evalkit.text import narrative
from evalkit.text.html import Block, joined
from evalkit.text.numbers import number
from evalkit.text.reading import area_name
from evalkit.text.surroundings import official_indicators
from evalkit.text.units import unit_words
from evalkit.text.words import gettext_for

# ---- gaps ---------------------------------------------------------------------------------------


def gaps(report: Report) -> list[str]:
    """The indicators that are a gap."""
    return [name for name, record in report.plan.indicators.items() if record.of]


def gap(report: Report) -> Chart | Block:
    """The gaps to the rest of the municipality, one small time axis for each; nothing for a plan that follows none."""
    if not gaps(report):
        return joined()
    words, names = gettext_for(report.language), gaps(report)
    since = min(report.plan.baseline_year, *(lines.counted_from(report, name) for name in names))
    own = {name: lines.line(report, name, report.area, since=since) for name in names}
    with canvas(*names) as axes:
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
    layout = partial(_lay_out_gaps, report, axes, own, since)
    told = [title, *(f"{narrative.finding(report, name)}." for name in names)]
    return Chart.of(
        report,
        title=title,
        about=words("Straight line: {rest}. Shade: 95% interval.").format(rest=rest),
        alt=" ".join(told),
        drawings=[Drawing(figure_of(axes[0]), f"afstand-{report.area}", layout, mark=mark(report))],
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
    set_panels(axes, heads, narrow=narrow, plot=1.2, left=0, right=0.56, foot=0.3)
    for ax, (name, rows) in zip(axes, own.items(), strict=True):
        level = rows.at(report.year)
        if math.isfinite(level):
            said = number(level, 0 if percent[name] else 1, language=report.language, signed=True)
            write(ax, report.year, level, TextLine(said, ACCENT, 10.5, bold=True), dx=6, dy=-3.5)
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
    """One indicator in all areas of the plan, small figures on one axis."""
    words, record = gettext_for(report.language), report.plan.indicator(indicator)
    since, places = report.plan.baseline_year, [PLAN, *report.plan.areas]
    own = {area: lines.line(report, indicator, area, since=since) for area in places}
    paths = {area: lines.target_path(report, indicator, area) for area in places}
    last = max([report.year, *(path.index[-1] for path in paths.values() if len(path))])
    ends = {area: _end(report, rows, record.decimals) for area, rows in own.items()}
    right = max(
        [0.3, *(end.width / 72 + 0.1 for end in ends.values())]
    )  # room for the widest, the same for all
    span, made_up = lines.axis_range(report, indicator), report.synthetic and not record.official
    drawings = []
    for area, rows in own.items():
        with canvas(area) as (ax,):
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
                figure_of(ax),
                f"m-{indicator}-{area}",
                partial(_lay_out_multiple, report, ax, rows, paths[area], ends[area], right),
                mark=words("made up") if made_up else "",
                css="multi",
                title=title,
                alt=_from_to(report, title, rows, record.decimals),
                caption=name[:1].upper() + name[1:],
            )
        )
    about = words("Dark line: the area. Thin lines: the other areas.")
    return Chart.of(
        report,
        title=record.title.get(report.language),
        about=f"{unit_words(report, indicator).rstrip('.')}. {about}",
        alt=" ".join(drawing.alt for drawing in drawings),
        drawings=drawings,
        data=lines.together(own, "area"),
        synthetic=made_up,
    )


def _from_to(report: Report, head: str, rows: Line, decimals: int) -> str:
    """The first and the last level of a line, in words."""
    words, years, values = gettext_for(report.language), rows.year[rows.known], rows.value[rows.known]
    if not len(years):
        return words("No figures to show")
    return words("{head}: from {first} in {from_year} to {last} in {to_year}.").format(
        head=head,
        first=number(values[0], decimals, language=report.language),
        from_year=years[0],
        last=number(values[-1], decimals, language=report.language),
        to_year=years[-1],
    )


def _end(report: Report, rows: Line, decimals: int) -> TextLine:
    """The last value of a line; empty where it has none."""
    said = [number(value, decimals, language=report.language) for value in rows.value[rows.known][-1:]]
    return TextLine("".join(said), ACCENT, 10.5, bold=True)


def _lay_out_multiple(
    report: Report, ax: Axes, rows: Line, path: pd.Series, end: TextLine, right: float, narrow: bool
) -> None:
    figure_of(ax).set_size_inches(1.5625, 1.3)  # 150 px, as narrow as a page shows it
    place(ax, 0.04, right, 0.24, 0.26)
    for year, level in [*zip(rows.year[rows.known], rows.value[rows.known], strict=True)][-1:]:
        shift = beside(ax, year, level, rows.at(report.plan.baseline_year), path)
        write(ax, year, level, end, dx=5.5, dy=shift - 3.5)
    draw.notes(ax, rows, report.language)
    draw.year_ends(ax, [round(limit) for limit in ax.get_xlim()])


# ---- the municipality ---------------------------------------------------------------------------

_STYLES: Final[dict[str, dict[str, Any]]] = {
    MUNICIPALITY: OWN_SIGN,
    USUAL: {"color": ACCENT, "linewidth": 1.3, "linestyle": (0, (1.1, 1.8))},
    REGION: {"color": COMP, "linewidth": 1.6, "linestyle": DASHED},
    COUNTRY: {"color": INK, "linewidth": 1.6},
}
_THIN: Final[dict[str, Any]] = {"color": MUTED, "alpha": 0.28, "linewidth": 0.9}


def official(report: Report) -> Chart | Block:
    """The municipality in official figures, beside its region and the country; never with synthetic data."""
    if not official_indicators(report):
        return joined()
    words, indicator = gettext_for(report.language), official_indicators(report)[0]
    record, first = report.plan.indicator(indicator), lines.first_year(report, indicator)
    units = [unit for unit in (MUNICIPALITY, REGION, COUNTRY) if unit != REGION or report.plan.region]
    others = [f"{OFFICIAL}{name}" for name in report.plan.neighbours]
    drawn = {unit: lines.line(report, indicator, unit) for unit in _STYLES}
    shown = {unit: rows for unit, rows in drawn.items() if rows.known.any()}
    with canvas(indicator) as (ax,):
        draw.level_axis(ax, *lines.axis_range(report, indicator, (MUNICIPALITY, *others)), report.language)
        ax.set_xlim(first - 0.5, report.year + 0.5)
        draw.thin(ax, (lines.line(report, indicator, one) for one in others), **_THIN)
        for unit, rows in shown.items():
            if unit != MUNICIPALITY:
                draw.runs(ax, rows, **_STYLES[unit], zorder=4 if unit == USUAL else 3)
        draw.band(ax, drawn[MUNICIPALITY])
        draw.series(ax, drawn[MUNICIPALITY], report.year)
    names = {unit: area_name(report, unit) for unit in units}
    title = words("{definition} in {place}").format(
        definition=record.title.get(report.language), place=names[MUNICIPALITY]
    )
    about = words("{definition}, plan years {first}–{last}.").format(
        definition=record.definition.get(report.language), first=first, last=report.year
    )
    told = [
        _from_to(report, name[:1].upper() + name[1:], shown[unit], 1)
        for unit, name in names.items()
        if unit in shown
    ]
    found = [one for one in draw.events_of(report, report.year) if one.kind in ("plan", "shock")]
    layout = partial(_lay_out_official, ax, report, indicator, shown, found)
    return Chart.of(
        report,
        title=title,
        about=f"{about} {words('Official figures.')}",
        alt=" ".join([f"{title}.", *told]),
        drawings=[Drawing(figure_of(ax), f"{indicator}-kommunen", layout)],
        rows=[f"{indicator}.{unit}.{year}" for unit in units for year in range(first, report.year + 1)],
        data=lines.together(drawn, "area"),
        synthetic=False,
        remarks=f"{words('Source')}: {record.source.get(report.language) if record.source else ''}",
        table=lambda: tables.official(report),
    )


def _lay_out_official(
    ax: Axes,
    report: Report,
    indicator: str,
    shown: Mapping[str, Line],
    found: Sequence[draw.Event],
    narrow: bool,
) -> None:
    words, decimals = gettext_for(report.language), report.plan.indicator(indicator).decimals
    colours, ends = {MUNICIPALITY: ACCENT, USUAL: ACCENT, COUNTRY: INK}, {}
    for unit, rows in shown.items():
        level = rows.value[rows.known][-1]
        said = f"{number(level, decimals, language=report.language)} {area_name(report, unit)}"
        if unit == USUAL:
            said = words("dotted: without the odd quarters")
        ends[unit] = level, TextLine(said, colours.get(unit, MUTED), bold=unit == MUNICIPALITY)
    thin = TextLine(words("thin: the region's municipalities"))
    above, right = (0.44 + 0.2 * (len(ends) + 1), 0.1) if narrow else (0.42, 1.36)
    set_large(ax, report, indicator, found, narrow=narrow, above=above, right=right)
    if narrow:
        named = [(_STYLES[unit], line) for unit, (_, line) in ends.items()]
        key(figure_of(ax), [*named, (_THIN | {"alpha": 0.45}, thin)])
    else:
        labels = [Label(level, line.wrapped(94, most=3)) for level, line in ends.values()]
        labels.append(Label(ax.get_ylim()[1], thin.wrapped(94, most=3)))
        end_labels(ax, ax.get_xlim()[1], labels, dx=5)
