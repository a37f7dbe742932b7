"""The goals side by side: each goal's change since the baseline year with its interval, on a common zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evalkit.figures.drawing import Paper
from evalkit.figures.style import ACCENT, BAD, INK, MUTED, PAPER, RULE, SMALL, TEXT
from evalkit.figures.svg import canvas, text_width
from evalkit.figures.text_labels import cut, fitted, wrapped
from evalkit.report import Report
from evalkit.terms import PLAN, Polarity, Verdict
from evalkit.text.judgements import verdict_word
from evalkit.text.numbers import number
from evalkit.text.words import Words, gettext_for

_MOST: Final = 100.0  # a longer interval ends in an arrow: percent and points alike
_TONES: Final = {"good": ACCENT, "ill": BAD, "open": INK}
_MARKS: Final = {"good": "o", "ill": "D", "open": "o"}


@dataclass(frozen=True)
class Change:
    """One goal's change in display units (points or percent), NaN where there is none to show."""

    indicator: str
    title: str
    relative: bool
    value: float
    lower: float
    upper: float
    planned: float
    delta: float
    verdict: Verdict
    rising: bool


def changes(report: Report) -> list[Change]:
    """The goals' changes: those in points first, then those in percent."""
    found = []
    for goal in report.plan.goals.values():
        row, record = report.row(goal.indicator), report.plan.indicator(goal.indicator)
        value, lower, upper, planned, delta = (
            _number(row[name]) * 100
            for name in ("change", "change_lower", "change_upper", "planned_change", "delta")
        )
        verdict = Verdict(row["verdict"]) if row["verdict"] in list(Verdict) else Verdict.NOT_ASSESSABLE
        title = record.title.get(report.language)
        rising = goal.polarity == Polarity.HIGHER
        found.append(
            Change(
                goal.indicator,
                title,
                _relative(report, goal.indicator),
                value,
                lower,
                upper,
                planned,
                delta,
                verdict,
                rising,
            )
        )
    return sorted(found, key=lambda change: change.relative)


def reach(report: Report, goals: Sequence[str]) -> float:
    """How far an axis goes to either side: holds the goals' intervals in every area's publication, up to 100."""
    rows = report.rows
    mine = rows[
        rows["indicator"].isin(goals)
        & rows["area"].isin([PLAN, *report.plan.areas])
        & (rows["year"] > report.plan.baseline_year)
    ]
    ends = mine[["change_lower", "change_upper"]].astype(float).abs().max().max() * 100
    if not math.isfinite(ends):
        ends = 10.0
    return math.ceil(min(ends, _MOST) / 10) * 10.0


def drawings(report: Report, key: str, title: str, desc: str) -> tuple[str, str]:
    """The wide and the narrow picture as inline SVG."""
    found = changes(report)
    panels = [[c for c in found if not c.relative], [c for c in found if c.relative]]
    scaled = [(panel, reach(report, [c.indicator for c in panel])) for panel in panels if panel]
    wide = _draw(
        report, scaled, (7.00, (1.85, 2.35)), 0.62, f"{key}-bred", "fig bred", title, desc, shown=True
    )
    narrow = _draw(
        report, scaled, (3.65, (0.12, 0.12)), 0.86, f"{key}-smal", "fig smal", title, desc, shown=False
    )
    return wide, narrow


def _draw(
    report: Report,
    panels: Sequence[tuple[Sequence[Change], float]],
    size: tuple[float, tuple[float, float]],
    row: float,
    key: str,
    css: str,
    title: str,
    desc: str,
    *,
    shown: bool,
) -> str:
    width, (left, right) = size
    words = gettext_for(report.language)
    height = 0.34 + sum(0.42 + row * len(panel) for panel, _ in panels) + 0.05
    with canvas(key, (width, height)) as sheet:
        paper = Paper(sheet, (left, right, 0.0, 0.0), (-1, 1), (0, height * 72))
        if report.synthetic:
            paper.tag(words("Synthetic data"))
        y = paper.height - 0.34 * 72
        for panel, scale in panels:
            y = _panel(paper, words, panel, scale, y, row * 72, narrow=not shown)
        return sheet.inline(css, title=title, desc=desc, shown=shown)


def _panel(
    paper: Paper, words: Words, panel: Sequence[Change], scale: float, y: float, row: float, *, narrow: bool
) -> float:
    """One group of goals on one scale; gives back the height where the next begins."""
    language = words.language
    unit = (
        words("Change since the baseline year, per cent")
        if panel[0].relative
        else words("Change since the baseline year, points")
    )
    top, bottom = y - 0.36 * 72, y - 0.42 * 72 - row * len(panel)
    paper.write(0, y - 9, unit)
    for tick in (-scale, -scale / 2, 0, scale / 2, scale):
        x = paper.x(tick / scale)
        paper.segment(
            (x, bottom + 8),
            (x, top),
            color=INK if tick == 0 else RULE,
            linewidth=1 if tick == 0 else 0.6,
            zorder=0,
        )
        side = "right" if narrow and tick == scale else "left" if narrow and tick == -scale else "center"
        paper.write(x, top + 4, number(tick, 0, language=language, signed=True), ha=side, fontsize=SMALL)
    for i, change in enumerate(panel):
        middle = top - row * (i + (0.62 if narrow else 0.5))
        _interval(paper, change, scale, middle)
        _words(paper, words, change, scale, middle, narrow=narrow)
    return bottom


def _interval(paper: Paper, change: Change, scale: float, y: float) -> None:
    colour = _TONES[change.verdict.tone]
    if not math.isfinite(change.value):
        return
    if math.isfinite(change.delta) and not math.isfinite(change.planned):
        edge = min(change.delta / scale, 1)
        paper.segment(
            (paper.x(-edge), y),
            (paper.x(edge), y),
            color=MUTED,
            alpha=0.13,
            linewidth=22,
            solid_capstyle="butt",
            zorder=0,
        )
    low, high = (min(max(end / scale, -1.0), 1.0) for end in (change.lower, change.upper))
    if math.isfinite(change.lower) and math.isfinite(change.upper):
        paper.segment(
            (paper.x(low), y),
            (paper.x(high), y),
            color=colour,
            linewidth=2.2,
            alpha=0.55,
            solid_capstyle="butt",
            zorder=4,
        )
        for end, mark in ((change.lower, "<"), (change.upper, ">")):
            if abs(end) > scale:
                paper.marks([math.copysign(1, end)], [y], mark, color=colour, markersize=5, zorder=5)
    if math.isfinite(change.planned):
        x = paper.x(min(max(change.planned / scale, -1), 1))
        paper.segment((x, y - 11), (x, y + 11), color=INK, linewidth=1.7, linestyle=(0, (3, 1.6)), zorder=5)
    place = min(max(change.value / scale, -1.0), 1.0)
    solid = change.verdict.tone != "open"
    paper.marks(
        [place],
        [y],
        _MARKS[change.verdict.tone],
        markersize=8.5 if solid else 7.5,
        color=colour,
        markerfacecolor=colour if solid else PAPER,
        markeredgewidth=1.9,
        zorder=6,
    )


def _words(paper: Paper, words: Words, change: Change, scale: float, y: float, *, narrow: bool) -> None:
    colour, language = _TONES[change.verdict.tone], words.language
    verdict = verdict_word(change.verdict, words)
    has = math.isfinite(change.value)
    size = number(change.value, 0 if change.relative else 1, language=language, signed=True) if has else ""
    better = (words("better →") if change.rising else words("← better")) if has else ""
    if narrow:
        title, points = fitted(change.title, paper.width * 0.5)
        paper.write(0, y + 17, title, fontsize=points, fontweight="bold", color=INK)
        said, room = (
            f"{size} · {verdict}" if has else verdict,
            paper.width - text_width(title, points, 700) - 8,
        )
        weight = "bold" if text_width(said, TEXT, 700) <= room else "normal"
        paper.write(paper.width, y + 17, cut(said, room), ha="right", fontweight=weight, color=colour)
    else:
        title, points = fitted(change.title, paper.left - 4)
        paper.write(0, y - 3.5, title, fontsize=points, fontweight="bold", color=INK)
        x, shift = paper.right + 12, 46 if has else 0
        paper.write(x, y - 3.5, size, fontweight="bold", color=colour, fontsize=11.5)
        lines = wrapped(verdict, paper.width - x - shift)
        for i, line in enumerate(lines):
            paper.write(x + shift, y - 3.5 + 6.2 * (len(lines) - 1) - 12.4 * i, line, color=colour)
    x, side = (paper.right, "right") if change.rising else (paper.left, "left")
    paper.write(x, y - 16, better, fontsize=SMALL, ha=side)


def _relative(report: Report, indicator: str) -> bool:
    rows = report.rows
    kinds = rows.loc[(rows["indicator"] == indicator) & (rows["change_kind"] == "relative"), "change_kind"]
    return bool(len(kinds))


def _number(value: object) -> float:
    return math.nan if value is None or pd.isna(value) or value == "" else float(value)  # type: ignore[arg-type]
