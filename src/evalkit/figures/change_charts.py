"""Figures of changes and differences, one estimate with its interval in a row: the goals, the areas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from evalkit.figures import draw, labels
from evalkit.figures.chart import Chart
from evalkit.figures.labels import TextLine
from evalkit.figures.style import (
    ACCENT,
    BAD,
    INK,
    MUTED,
    NARROW,
    PAPER,
    SMALL,
    TEXT,
)
from evalkit.report import Report
from evalkit.terms import MOST_AREAS, PLAN, Polarity
from evalkit.text import narrative
from evalkit.text import reading as readings
from evalkit.text.html import Block, element
from evalkit.text.judgements import verdict_word
from evalkit.text.numbers import LEAST_P, number
from evalkit.text.reading import Reading, area_name, read
from evalkit.text.words import gettext_for

_MOST: Final = 100.0  # percent and points alike: a longer interval ends in an arrow
_TONES: Final = {"good": ACCENT, "ill": BAD, "open": INK}
_CHANGE: Final = ("change", "change_lower", "change_upper")
_EFFECT: Final = ("effect", "effect_lower", "effect_upper")


# ---- estimates in rows --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    """What is said of an estimate: its name, its size and perhaps a word, and on which side is better."""

    name: str
    size: str
    word: str = ""
    better: str = ""
    rising: bool = False
    color: str = INK
    bold: bool = True


def reach_of(ends: Any) -> float:
    """How far an axis goes to either side, in tens: holds the ends (0-1), at least 10 and at most 100."""
    sizes = np.abs(np.asarray(ends, float).ravel()) * 100
    return math.ceil(min(max([10.0, *sizes[np.isfinite(sizes)]]), _MOST) / 10) * 10.0


def _change_axis(ax: Axes, reach: float, rows: int, language: str) -> None:
    """Changes across, as far to the left as to the right of zero, with numbers above; rows downwards."""
    ax.set(xlim=(-reach, reach), ylim=(rows - 0.5, -0.5))
    ax.set_xticks([-reach, -reach / 2, 0, reach / 2, reach])
    ax.xaxis.set_major_formatter(draw.Numbers(language, signed=True))
    ax.xaxis.tick_top()
    ax.yaxis.set_visible(False)
    ax.grid(axis="x")
    ax.spines["bottom"].set_visible(False)
    ax.axvline(0, color=INK, linewidth=1, zorder=0.6)


def _estimate(ax: Axes, y: int, r: Reading, columns: Sequence[str], marker: str, **style: Any) -> None:
    """An estimate with its interval, which ends in an arrow where it leaves the axis."""
    if not r.has(columns[0]):
        return
    color, reach = style["color"], ax.get_xlim()[1]
    value, low, high = (r.number(column) * 100 for column in columns)
    ends = np.clip((low, high), -reach, reach)
    line: dict[str, Any] = {"color": color, "linewidth": 2.2, "alpha": 0.55, "solid_capstyle": "butt"}
    ax.plot(ends, (y, y), zorder=4, clip_on=False, **line)
    for end, arrow in ((low, "<"), (high, ">")):
        if abs(end) > reach:
            ax.plot(math.copysign(reach, end), y, arrow, color=color, markersize=5, zorder=5, clip_on=False)
    marker = marker if abs(value) <= reach else "<" if value < 0 else ">"
    ax.plot(np.clip(value, -reach, reach), y, marker, markeredgewidth=1.9, zorder=6, clip_on=False, **style)


def _lay_out_rows(
    axes: Sequence[Axes],
    panels: Sequence[tuple[str, Sequence[_Row]]],
    step: tuple[float, float],
    margins: tuple[float, float],
    narrow: bool,
) -> None:
    """Panels below each other, words beside each row, which on a narrow screen stand over it; steps and margins in inches."""
    size, head, top = TEXT if narrow else SMALL, 0.44, 0.3
    (left, right), row = ((0.22, 0.22), step[1]) if narrow else (margins, step[0])
    between = 0.08  # inches from one panel to the next
    height = top + 0.05 - between + sum(head + row * len(rows) + between for _, rows in panels)
    figure = draw.resize(axes[0], height, narrow=narrow)
    for ax, (unit, rows) in zip(axes, panels, strict=True):
        ax.tick_params(labelsize=size, pad=3)
        labels.on_figure(figure, 0, height - top - 0.12, TextLine(unit, size=size))
        down = top + head
        draw.place(ax, left, right, down, height - down - row * len(rows))
        top = down + row * len(rows) + between
        over = 0.2 if narrow else 0.0
        ax.set_ylim(len(rows) - 0.5 - over, -0.5 - over)
        for y, one in enumerate(rows):
            _say_over(ax, y, one, left) if narrow else _say_beside(ax, y, one, left, right)
            if one.better:
                x, ha = (ax.get_xlim()[1], "right") if one.rising else (ax.get_xlim()[0], "left")
                labels.write(ax, x, y, TextLine(one.better, size=size), dy=-17, ha=ha)


def _say_over(ax: Axes, y: int, row: _Row, left: float) -> None:
    words = [TextLine(f"{row.name}: {row.size}", INK, bold=row.bold)]
    if row.word:
        both = " · ".join(part for part in (row.size, row.word) if part)
        words = [TextLine(both, row.color, bold=True), TextLine(row.name, INK, bold=True)]
    for up, line in enumerate(words):
        said = labels.write(ax, ax.get_xlim()[0], y, line.cut(NARROW * 72), dx=-left * 72, dy=13 + 14 * up)
        said.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": 1.5})  # no line runs through it


def _say_beside(ax: Axes, y: int, row: _Row, left: float, right: float) -> None:
    start, end = ax.get_xlim()
    for down, line in enumerate(TextLine(row.name, INK, bold=row.bold).wrapped(left * 72 - 8)):
        labels.write(ax, start, y, line, dx=-left * 72, dy=-3.5 - 12.4 * down)
    size = TextLine(row.size, row.color, 11.5 if row.word else TEXT, bold=row.bold)
    labels.write(ax, end, y, size if row.word else size.cut(right * 72 - 12), dx=12, dy=-3.5)
    if row.word:
        shift = 58 if row.size else 12
        words = TextLine(row.word, row.color).wrapped(right * 72 - shift)
        for down, line in enumerate(words):
            labels.write(ax, end, y, line, dx=shift, dy=-3.5 + 6.2 * (len(words) - 1) - 12.4 * down)


def table_of(found: Sequence[Reading], columns: Sequence[str]) -> pd.DataFrame:
    """The readings' numbers in the units of the axis, by row id."""
    told = [{"indicator": r.name, "area": r.row["area"], "year": r.year} for r in found]
    numbers = [{column: r.number(column) * 100 for column in columns} for r in found]
    both = [one | two for one, two in zip(told, numbers, strict=True)]
    return pd.DataFrame(both, index=[str(r.row["row"]) for r in found])


# ---- the goals ----------------------------------------------------------------------------------


def goals(report: Report) -> Chart:
    """The goals' changes since the baseline year side by side, with intervals and verdicts."""
    words, found = gettext_for(report.language), [read(report, name) for name in readings.goals(report)]
    groups = {relative: [r for r in found if _relative(r) == relative] for relative in (False, True)}
    groups = {relative: group for relative, group in groups.items() if group}
    with draw.canvas(*("relative" if relative else "points" for relative in groups)) as axes:
        for ax, group in zip(axes, groups.values(), strict=True):
            _change_axis(ax, goals_reach(report, [r.name for r in group]), len(group), report.language)
            for y, r in enumerate(group):
                _goal(ax, y, r)
    units = {
        False: words("Change since the baseline year, points"),
        True: words("Change since the baseline year, per cent"),
    }
    panels = [(units[relative], [_goal_words(r) for r in group]) for relative, group in groups.items()]
    title = words("The goals: change from {baseline} to {year}").format(
        baseline=readings.goals_baseline(report), year=report.year
    )
    trends = [r.title for r in found if r.on_trend]
    return Chart.of(
        report,
        title=title,
        about=" ".join(
            [
                words(
                    "Mark: the change. Line: its 95% interval. Field: almost unchanged. Dashes: the planned change. "
                    "Filled disc: better; filled diamond: worse; ring: no conclusion."
                ),
                *(
                    [words("The verdict rests on the trend: {list}.").format(list=words.listed(trends).plain)]
                    if trends
                    else []
                ),
            ]
        ),
        alt=" ".join([f"{title}.", *(f"{narrative.finding(report, r.name)}." for r in found)]),
        axes=axes,
        key=f"maal-{report.area}",
        layout=partial(_lay_out_rows, axes, panels, (0.62, 0.92), (1.85, 2.35)),
        rows=[f"{r.name}.{report.area}.{report.year}" for r in found],
        data=table_of(found, _CHANGE).assign(planned=[r.planned_since * 100 for r in found]),
    )


def _relative(r: Reading) -> bool:
    """Whether the indicator's changes are relative, this year or in any."""
    rows = r.report.rows
    return bool(((rows["indicator"] == r.name) & (rows["change_kind"] == "relative")).any())


def goals_reach(report: Report, names: Sequence[str]) -> float:
    """The reach of the axis that these goals share, the same in every area's publication."""
    rows, plan = report.rows, report.plan
    mine = rows["indicator"].isin(names) & rows["area"].isin([PLAN, *plan.areas])
    return reach_of(rows.loc[mine & (rows["year"] > plan.baseline_year), list(_CHANGE[1:])])


def _goal(ax: Axes, y: int, r: Reading) -> None:
    tone, reach = r.verdict.tone, ax.get_xlim()[1]
    if r.has("change", "planned_change"):
        at = min(max(r.planned_since * 100, -reach), reach)
        dashes: dict[str, Any] = {"color": INK, "linewidth": 1.7, "linestyle": (0, (3, 1.6))}
        ax.plot((at, at), (y - 0.15, y + 0.15), zorder=5, clip_on=False, **dashes)
    elif r.has("change", "delta"):
        edge = min(r.number("delta") * 100, reach)
        field: dict[str, Any] = {"color": MUTED, "alpha": 0.13, "linewidth": 20, "solid_capstyle": "butt"}
        ax.plot((-edge, edge), (y, y), zorder=0, **field)
    color, filled = _TONES[tone], tone != "open"
    style = {
        "color": color,
        "markerfacecolor": color if filled else PAPER,
        "markersize": 8.5 if filled else 7.5,
    }
    _estimate(ax, y, r, _CHANGE, "D" if tone == "ill" else "o", **style)


def _goal_words(r: Reading) -> _Row:
    word, color = verdict_word(r.verdict, r.words), _TONES[r.verdict.tone]
    if not r.has("change"):
        return _Row(r.title, "", word, color=color)
    decimals = 0 if _relative(r) else 1
    size = number(r.number("change"), decimals, language=r.words.language, signed=True, scale=100)
    rising = readings.goal_of(r.report, r.name).polarity == Polarity.HIGHER
    return _Row(r.title, size, word, r.words("better →") if rising else r.words("← better"), rising, color)


# ---- differences from similar areas -------------------------------------------------------------


def forest(report: Report, indicator: str) -> Chart | Block:
    """One goal's difference from similar areas, the plan first and then each area (of many the plan alone), with intervals; why not, where there is none."""
    words, r = gettext_for(report.language), read(report, indicator)
    many = len(report.plan.areas) > MOST_AREAS
    found = [read(report, indicator, area) for area in (PLAN, *(() if many else report.plan.areas))]
    known = [one for one in found if one.has("effect")]
    if not known:
        return element("p", words("No area can be compared with others on this goal, so there is no figure."))
    if not r.has("effect"):  # what it is compared with is said of the areas only
        r = Reading(indicator, r.indicator, known[0].row, report)
    names = [area_name(report, str(one.row["area"])) for one in found]
    with draw.canvas(indicator) as axes:
        (ax,) = axes
        ends = [one.number(column) for one in found for column in _EFFECT[1:]]
        _change_axis(ax, reach_of(ends), len(found), report.language)
        for y, one in enumerate(found):
            _estimate(ax, y, one, _EFFECT, "o" if y else "D", color=ACCENT, markersize=5 if y else 6)
    title = words("{title}: the difference from {place}, area by area").format(
        title=r.title, place=r.comparator
    )
    about = words("Change since {baseline} minus change in {place}, with 95% interval.").format(
        baseline=r.baseline, place=r.comparator
    )
    told = [told_of(one, name, "effect") for one, name in zip(found, names, strict=True) if one.has("effect")]
    cannot = words("cannot be compared")
    rows = [
        _Row(
            name[:1].upper() + name[1:],
            one.cite("effect", signed=True).text if one.has("effect") else cannot,
            bold=not y,
        )
        for y, (one, name) in enumerate(zip(found, names, strict=True))
    ]
    unit = words("per cent") if found[0].in_percent else words("points")
    return Chart.of(
        report,
        title=title,
        about=" ".join(
            [
                about,
                *([words("The difference of each area stands on its own page.")] if many else []),
                *_heterogeneity(r),
            ]
        ),
        alt=" ".join([f"{title}.", *told]),
        axes=axes,
        key=f"skov-{indicator}",
        layout=partial(_lay_out_rows, axes, [(unit, rows)], (0.34, 0.56), (2.45, 1.5)),
        rows=[str(one.row["row"]) for one in known],
        data=table_of(known, _EFFECT),
    )


def told_of(r: Reading, name: str, column: str) -> str:
    size = r.amount(column, signed=True)
    return r.words.say("{title}: {size} in {year}.", title=name, size=size, year=r.report.year).plain


def _heterogeneity(r: Reading) -> list[str]:
    """Whether the areas differ by more than chance, where it is known."""
    if not r.has("heterogeneity", "heterogeneity_p"):
        return []
    found = r.number("heterogeneity_p")
    p = number(max(found, LEAST_P), 3 if found < 0.01 else 2, language=r.words.language)
    said = (
        r.words("The areas develop differently (p {p}).")
        if found < 0.05
        else r.words("It cannot be shown that the areas develop differently (p {p}).")
    )
    return [said.format(p=f"< {p}" if found < LEAST_P else f"= {p}")]
