"""How far the area is from the rest of the municipality: one small time axis for each gap."""

from __future__ import annotations

import math
from typing import Final

from evalkit.figures.drawing import Paper
from evalkit.figures.lines import Line, extent, in_percent, line
from evalkit.figures.marks import draw_band, draw_line
from evalkit.figures.style import ACCENT, INK, MUTED, SMALL
from evalkit.figures.svg import Sheet, canvas, text_width
from evalkit.figures.text_labels import fitted
from evalkit.report import Report
from evalkit.terms import PLAN
from evalkit.text.numbers import number
from evalkit.text.words import gettext_for

_PANEL: Final = (1.62, 1.85)  # inches
_GUTTER: Final = 0.17


def gaps(report: Report) -> list[str]:
    """The indicators that are a gap."""
    return [name for name, record in report.plan.indicators.items() if record.of]


def drawings(report: Report, key: str, title: str, desc: str) -> tuple[str, str]:
    """The wide picture (panels in a row) and the narrow one (two and two) as inline SVG."""
    names = gaps(report)
    return (
        _draw(report, names, 4, f"{key}-bred", "fig bred", title, desc, shown=True),
        _draw(report, names, 2, f"{key}-smal", "fig smal", title, desc, shown=False),
    )


def _draw(
    report: Report, names: list[str], columns: int, key: str, css: str, title: str, desc: str, *, shown: bool
) -> str:
    rows = math.ceil(len(names) / columns)
    width = columns * _PANEL[0] + (columns - 1) * _GUTTER
    height = 0.32 + rows * (_PANEL[1] + 0.1)
    with canvas(key, (width, height)) as sheet:
        for i, name in enumerate(names):
            left = (i % columns) * (_PANEL[0] + _GUTTER)
            top = height - 0.32 - (i // columns) * (_PANEL[1] + 0.1)
            inset = (left, width - left - _PANEL[0] + 0.56, height - top + 0.42, top - 1.62)
            _panel(report, name, sheet, inset)
        if report.synthetic:
            sheet.tag(gettext_for(report.language)("Synthetic data"))
        return sheet.inline(css, title=title, desc=desc, shown=shown)


def _panel(report: Report, name: str, sheet: Sheet, inset: tuple[float, float, float, float]) -> None:
    plan, words = report.plan, gettext_for(report.language)
    own = line(report, name, report.area, until=report.year)
    since = Line(tuple(point for point in own.points if point.year >= plan.baseline_year))
    percent = in_percent(report, name)
    paper = Paper(sheet, inset, (plan.baseline_year, plan.years[-1]), _levels(report, name, percent))
    left, top = paper.left, paper.top + 0.42 * 72
    of = plan.indicator(plan.indicator(name).of or name)
    name_shown, size = fitted(of.title.get(report.language), (_PANEL[0] + _GUTTER) * 72 - 4)
    paper.write(left, top - 11, name_shown, fontsize=size, fontweight="bold", color=INK)
    paper.write(
        left,
        top - 24,
        words("per cent from the rest") if percent else words("points from the rest"),
        fontsize=SMALL,
    )
    paper.level(0.0, color=INK, linewidth=0.8, zorder=2)
    draw_band(paper, since)
    draw_line(paper, since, report.year, width=2, marks=False)
    end = since.at(report.year)
    if end:
        said = number(end.value, 0 if percent else 1, language=report.language, signed=True)
        paper.write(
            paper.x(end.year) + 6,
            paper.y(end.value) - 3.5,
            said,
            fontsize=10.5,
            fontweight="bold",
            color=ACCENT,
        )
    for middle, level in since.hidden_words():
        paper.write(paper.x(middle), paper.y(level) + 6, words("hidden"), fontsize=SMALL, ha="center")
    if not since.shown:
        paper.write(paper.left, paper.y(0.0) + 8, words("No figures to show"), fontsize=SMALL)
    _years(paper, plan.baseline_year, report.year, plan.years[-1])


def _years(paper: Paper, first: int, own: int, last: int) -> None:
    """The report's own year below the axis, and the first and the last where there is room for them beside it."""
    taken: list[tuple[float, float]] = []
    for year in dict.fromkeys((own, last, first)):
        side, part = ("left", 0.0) if year == first else ("right", 1.0) if year == last else ("center", 0.5)
        width = text_width(str(year), SMALL, 600 if year == own else 400)
        start = paper.x(year) - part * width
        if any(start < end + 2 and begin < start + width + 2 for begin, end in taken):
            continue
        taken.append((start, start + width))
        style = {"color": ACCENT, "fontweight": "bold"} if year == own else {"color": MUTED}
        paper.write(paper.x(year), paper.bottom - 13, str(year), fontsize=SMALL, ha=side, **style)


def _levels(report: Report, name: str, percent: bool) -> tuple[float, float]:
    """One axis for all gaps in points and one for all in per cent, wide enough for every area; widened if it must be."""
    alike = [other for other in gaps(report) if in_percent(report, other) == percent]
    spans = [span for n in alike if (span := extent(report, n, [PLAN, *report.plan.areas]))]
    low, high = (-100.0, 500.0) if percent else (-30.0, 30.0)
    return min([low, *(one for one, _ in spans)]), max([high, *(one for _, one in spans)])
