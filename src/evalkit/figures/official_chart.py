"""The municipality around the areas, in official figures: beside its region and the country, without synthetic data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from evalkit.figures import event_band
from evalkit.figures.drawing import Paper
from evalkit.figures.lines import Line, first_year, line
from evalkit.figures.marks import draw_band, draw_line, draw_runs
from evalkit.figures.style import ACCENT, COMP, DASHED, INK, MUTED, TEXT
from evalkit.figures.svg import Sheet, canvas
from evalkit.figures.text_labels import Label, wrapped
from evalkit.figures.trend_chart import NARROW, WIDE, axis
from evalkit.measure import COUNTRY, MUNICIPALITY, OFFICIAL, REGION, USUAL
from evalkit.report import Report
from evalkit.text.numbers import number
from evalkit.text.reading import area_name
from evalkit.text.units import unit_words
from evalkit.text.words import gettext_for

_PLOT: Final = 2.95
_STYLES: Final[dict[str, dict[str, Any]]] = {
    USUAL: {"color": ACCENT, "linewidth": 1.3, "linestyle": (0, (1.1, 1.8))},
    REGION: {"color": COMP, "linewidth": 1.6, "linestyle": DASHED},
    COUNTRY: {"color": INK, "linewidth": 1.6},
}
_THIN: Final[dict[str, Any]] = {"color": MUTED, "alpha": 0.28, "linewidth": 0.9}


@dataclass(frozen=True)
class Surroundings:
    """Lines of the municipality, the region and the country; `neighbours` are the region's municipalities one by one."""

    report: Report
    indicator: str
    lines: dict[str, Line]
    neighbours: Sequence[str]

    @property
    def years(self) -> list[int]:
        """Every year on the axis."""
        return list(range(first_year(self.report, self.indicator), self.report.plan.years[-1] + 1))


def gather(report: Report, indicator: str) -> Surroundings:
    """The lines to draw, up to the report's year."""
    names = [MUNICIPALITY, USUAL, REGION, COUNTRY]
    lines = {name: line(report, indicator, name, until=report.year) for name in names}
    neighbours = [f"{OFFICIAL}{name}" for name in report.plan.neighbours]
    return Surroundings(
        report, indicator, {name: one for name, one in lines.items() if one.shown}, neighbours
    )


def indicator_of(report: Report) -> str:
    """The first indicator that comes from the official figures."""
    return next(name for name, record in report.plan.indicators.items() if record.official)


def drawings(report: Report, indicator: str, key: str, title: str, desc: str) -> tuple[str, str]:
    """The wide and the narrow picture as inline SVG."""
    around = gather(report, indicator)
    events = [
        one
        for one in event_band.happenings(report, until=report.plan.years[-1] + 0.5)
        if one.kind in ("plan", "shock")
    ]
    below = event_band.depth(events)
    with canvas(f"{key}-bred", (WIDE, 0.42 + _PLOT + below)) as sheet:
        paper = _ground(sheet, (0.34, 1.36, 0.42, below), around, events, every=1)
        paper.stack(paper.right + 5, _ends(around, paper, 94), paper.bottom, paper.top)
        wide = sheet.inline("fig bred", title=title, desc=desc)
    names = _ends(around, None, NARROW * 72 - 30)
    above = 0.44 + 0.2 * len(names)
    with canvas(f"{key}-smal", (NARROW, above + _PLOT + below)) as sheet:
        paper = _ground(sheet, (0.34, 0.1, above, below), around, events, every=2)
        y = paper.height - 0.40 * 72
        for sign, label in zip(_signs(around), names, strict=True):
            paper.segment((4, y + 3.4), (18, y + 3.4), **sign)
            text, size, weight, colour = label.lines[0]
            paper.write(24, y, text, fontsize=size, fontweight=weight, color=colour)
            y -= 0.2 * 72
        narrow = sheet.inline("fig smal", title=title, desc=desc, shown=False)
    return wide, narrow


def _ground(
    sheet: Sheet,
    inset: tuple[float, float, float, float],
    around: Surroundings,
    events: list[event_band.Happening],
    *,
    every: int,
) -> Paper:
    report, years = around.report, around.years
    levels = axis(report, around.indicator, (MUNICIPALITY, *around.neighbours))
    paper = Paper(sheet, inset, (years[0] - 0.5, years[-1] + 0.5), levels)
    paper.level_axis(report.language)
    paper.year_axis(years, report.year, every=every)
    paper.rule(event_band.decimal_year(report.plan.period.start, report.plan), down_to=event_band.FIRST)
    paper.write(0, paper.height - 11.5, unit_words(report, around.indicator))
    for name in around.neighbours:
        draw_runs(paper, line(report, around.indicator, name, until=report.year), **_THIN, zorder=1)
    for name, one in around.lines.items():
        if name != MUNICIPALITY:
            draw_runs(paper, one, **_STYLES[name], zorder=4 if name == USUAL else 3)
    draw_band(paper, around.lines.get(MUNICIPALITY, Line(())))
    draw_line(paper, around.lines.get(MUNICIPALITY, Line(())), report.year)
    event_band.draw(paper, events, report.language)
    return paper


def _signs(around: Surroundings) -> list[dict[str, Any]]:
    own = {"color": ACCENT, "linewidth": 2.2, "marker": "o", "markersize": 6, "markevery": [1]}
    return [*({MUNICIPALITY: own, **_STYLES}[name] for name in around.lines), {**_THIN, "alpha": 0.45}]


def _ends(around: Surroundings, paper: Paper | None, room: float) -> list[Label]:
    """Values and names of the lines, and what the thin lines are."""
    report = around.report
    decimals = report.plan.indicator(around.indicator).decimals
    words = gettext_for(report.language)
    colours = {MUNICIPALITY: ACCENT, USUAL: ACCENT, COUNTRY: INK}
    labels = []
    for name, one in around.lines.items():
        end = one.shown[-1]
        text = f"{number(end.value, decimals, language=report.language)} {area_name(report, name)}"
        if name == USUAL:
            text = words("dotted: without the odd quarters")
        weight = "bold" if name == MUNICIPALITY else "normal"
        bold = 700 if name == MUNICIPALITY else 400
        parts = wrapped(text, room, weight=bold, most=3 if paper else 1)
        labels.append(
            Label(
                paper.y(end.value) if paper else 0,
                [(part, TEXT, weight, colours.get(name, MUTED)) for part in parts],
            )
        )
    thin = words("thin: the region's municipalities")
    parts = wrapped(thin, room, most=3 if paper else 1)
    labels.append(Label(paper.top if paper else 0, [(part, TEXT, "normal", MUTED) for part in parts]))
    return labels
