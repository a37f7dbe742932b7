"""Event study: the difference from similar areas in every year before and after the plan began."""

from __future__ import annotations

import math
from html import escape
from typing import Final

from evalkit.figures.drawing import Paper
from evalkit.figures.picture import Picture
from evalkit.figures.style import ACCENT, DOTTED, INK, MUTED, PAPER, RULE, SMALL
from evalkit.figures.svg import Sheet, canvas
from evalkit.figures.text_labels import fitted
from evalkit.report import Report
from evalkit.tables.markup import caption, cell, span, table
from evalkit.text.html import Block, element
from evalkit.text.numbers import number
from evalkit.text.reading import goals, read, series
from evalkit.text.words import gettext_for

_PANEL: Final = (1.62, 1.75)  # inches
_GUTTER: Final = 0.17
_MOST: Final = 100.0  # percent; a longer interval ends in an arrow


def figure(report: Report) -> Picture | Block:
    """Event study: the plan's areas minus similar areas since the baseline year, every year, one panel a goal; why not, where there is none."""
    words = gettext_for(report.language)
    if not any(r.has("event") for name in goals(report) for r in series(report, name)):
        return element(
            "p",
            words(
                "There are no similar areas to set the plan's areas against year by year, so there is no figure."
            ),
        )
    baseline = report.plan.baseline_year
    title = words("The difference from similar areas, year by year")
    about = words(
        "Change since {baseline} in the plan's areas minus change in similar areas, with 95% interval. Before the plan the marks should "
        "lie about the line; the years after tell whether they leave it."
    ).format(baseline=baseline)
    told = [title + "."]
    for name in goals(report):
        r = read(report, name)
        if r.has("event"):
            told.append(
                words.say(
                    "{title}: {size} in {year}.",
                    title=r.title,
                    size=r.amount("event", signed=True),
                    year=report.year,
                ).plain
            )
    desc = " ".join(told)
    if report.synthetic:
        desc = f"{desc} {words('Synthetic data.')}"
    wide = _draw(report, 4, "forskel-bred", "fig bred", title, desc, shown=True)
    narrow = _draw(report, 2, "forskel-smal", "fig smal", title, desc, shown=False)
    rows = [r.row["row"] for name in goals(report) for r in series(report, name) if r.has("event")]
    return Picture(
        title=escape(title),
        about=escape(about),
        drawings=[wide, narrow],
        rows=rows,
        language=report.language,
        table=_table(report),
    )


def _table(report: Report) -> str:
    words, body = gettext_for(report.language), []
    names = goals(report)
    for year in sorted({r.year for name in names for r in series(report, name) if r.has("event")}):
        readings = [read(report, name, None, year) for name in names]
        body.append(
            (
                str(year),
                *(
                    x
                    for r in readings
                    for x in (
                        cell(r, "event", signed=True),
                        span(r, "event_lower", "event_upper", signed=True),
                    )
                ),
            )
        )
    interval = words("{level}% interval").format(level=95)
    head = [
        words("Plan year"),
        *(x for name in names for x in (report.plan.indicator(name).title.get(report.language), interval)),
    ]
    said = words.say(
        "Difference in change since {baseline}. Shares in percentage points, reports in per cent.",
        baseline=report.plan.baseline_year,
    )
    return table(caption(report, said), head, body, label=words("Table: difference by year")).html


def _draw(report: Report, columns: int, key: str, css: str, title: str, desc: str, *, shown: bool) -> str:
    names = goals(report)
    rows = math.ceil(len(names) / columns)
    width, height = columns * _PANEL[0] + (columns - 1) * _GUTTER, 0.32 + rows * (_PANEL[1] + 0.15)
    with canvas(key, (width, height)) as sheet:
        for i, name in enumerate(names):
            left, top = (
                (i % columns) * (_PANEL[0] + _GUTTER),
                height - 0.32 - (i // columns) * (_PANEL[1] + 0.15),
            )
            inset = (left + 0.34, width - left - _PANEL[0] + 0.06, height - top + 0.42, top - 1.5)
            _panel(report, name, sheet, inset)
        if report.synthetic:
            sheet.tag(gettext_for(report.language)("Synthetic data"))
        return sheet.inline(css, title=title, desc=desc, shown=shown)


def _points(report: Report, name: str) -> list[tuple[int, float, float, float]]:
    found = []
    for r in series(report, name):
        if r.has("event", "event_lower", "event_upper"):
            found.append(
                (
                    r.year,
                    *(
                        max(-_MOST, min(_MOST, r.number(c) * 100))
                        for c in ("event", "event_lower", "event_upper")
                    ),
                )
            )
    return found  # type: ignore[return-value]


def _panel(report: Report, name: str, sheet: Sheet, inset: tuple[float, float, float, float]) -> None:
    words, plan = gettext_for(report.language), report.plan
    points = _points(report, name)
    reach = max([10.0, *(abs(end) for point in points for end in point[2:])])
    reach = math.ceil(reach / 10) * 10.0
    first = min([plan.baseline_year, *(point[0] for point in points)])
    paper = Paper(sheet, inset, (first - 0.4, plan.years[-1] + 0.4), (-reach, reach))
    left, top = paper.left - 0.34 * 72, paper.top + 0.42 * 72
    r = read(report, name)
    title, size = fitted(r.title, (_PANEL[0] + _GUTTER) * 72 - 4)
    paper.write(left, top - 11, title, fontsize=size, fontweight="bold", color=INK)
    paper.write(left, top - 24, words("per cent") if r.in_percent else words("points"), fontsize=SMALL)
    for level in (-reach, 0, reach):
        paper.level(
            level,
            color=INK if level == 0 else RULE,
            linewidth=0.8 if level == 0 else 0.6,
            zorder=1,
        )
        paper.write(
            paper.left - 4,
            paper.y(level) - 3.4,
            number(level, 0, language=report.language, signed=True),
            ha="right",
            fontsize=SMALL,
        )
    before = (plan.baseline_year,) * 2
    paper.line(before, (-reach, reach), color=MUTED, linewidth=1, linestyle=DOTTED, zorder=1)
    paper.marks([plan.baseline_year], [0], "s", color=INK, markersize=4, zorder=5)
    for year, value, low, high in points:
        colour = ACCENT if year > plan.baseline_year else MUTED
        paper.line(
            (year, year),
            (low, high),
            color=colour,
            linewidth=1.8,
            alpha=0.55,
            zorder=3,
            solid_capstyle="butt",
        )
        paper.marks(
            [year],
            [value],
            "o",
            color=colour,
            markerfacecolor=colour if year == report.year else PAPER,
            markersize=5,
            markeredgewidth=1.5,
            zorder=6,
        )
    for year in (first, plan.years[-1]):
        paper.write(paper.x(year), paper.bottom - 12, str(year), ha="center", fontsize=SMALL)
