"""The spine: the area among the areas it is compared with, a line for each goal on a scale of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes

from evalkit.figures import draw, labels
from evalkit.figures.chart import Chart
from evalkit.figures.labels import TextLine
from evalkit.figures.style import ACCENT, COMP, INK, NARROW, PAPER, RULE, SMALL, TEXT
from evalkit.report import Report
from evalkit.tables.table import folded, report_table, see_numbers
from evalkit.terms import Polarity
from evalkit.text import among
from evalkit.text.among import Standing
from evalkit.text.html import Block, joined
from evalkit.text.reading import area_name
from evalkit.text.words import gettext_for

_MOST: Final = 60  # similar areas with a mark each; of more, the bar from the lowest to the highest is all
_SIMILAR: Final[dict[str, Any]] = {
    "color": COMP,
    "marker": "D",
    "markersize": 4.2,
    "markeredgewidth": 1,
    "markerfacecolor": PAPER,
}
_THEN: Final[dict[str, Any]] = {
    "color": ACCENT,
    "marker": "o",
    "markersize": 7,
    "markeredgewidth": 1.6,
    "markerfacecolor": PAPER,
}
_NOW: Final[dict[str, Any]] = {"color": ACCENT, "marker": "o", "markersize": 8, "markeredgecolor": PAPER}
_END: Final = 1.0  # where the longest half of a line ends, on the axis that all lines share


def spine(report: Report) -> Chart | Block:
    """The area's level on each goal beside those of similar areas, better to the right; nothing with fewer than five of them.

    The axis runs from -1 to 1 about the middle of the similar areas, so that lines of different units stand together;
    `data` has the levels as they are published.
    """
    words, found = gettext_for(report.language), among.standings(report)
    if not found:
        return joined()
    with draw.canvas("spine") as axes:
        (ax,) = axes
        ax.set(xlim=(-_END, _END), ylim=(len(found) - 0.5, -0.5))
        ax.axis("off")
        for y, one in enumerate(found):
            _line(ax, y, one)
    title = words("The area among similar areas, {year}").format(year=report.year)
    return Chart.of(
        report,
        title=title,
        about=words("Each line has its own scale."),
        alt=" ".join([f"{area_name(report, report.area)}. {title}.", *(_told(one) for one in found)]),
        axes=axes,
        key=f"spine-{report.area}",
        layout=partial(_lay_out, ax, found),
        rows=[str(one.reading.row["row"]) for one in found],
        data=_data(found),
        table=lambda: _table(report, found),
    )


def _place(one: Standing, level: float) -> float:
    """Where a level stands on the line: 0 in the middle of the similar areas, 1 or -1 the farthest of all that is drawn."""
    r, middle = one.reading, one.others.median()
    ends = [r.number(name) for name in ("value", "lower", "upper", "baseline_value") if r.has(name)]
    reach = max(abs(level - middle) for level in (*ends, one.others.iloc[0], one.others.iloc[-1]))
    way = 1 if r.indicator.polarity == Polarity.HIGHER else -1
    return float(way * (level - middle) / (reach or 1.0))


def _line(ax: Axes, y: int, one: Standing) -> None:
    r, at = one.reading, partial(_place, one)
    spread = [at(level) for level in one.others]
    ax.plot((spread[0], spread[-1]), (y, y), color=RULE, linewidth=7, solid_capstyle="butt", zorder=1)
    ax.plot((0, 0), (y - 0.14, y + 0.14), color=INK, linewidth=1.4, zorder=2)
    ends = (at(r.number("lower")), at(r.number("upper")))
    ax.plot(ends, (y, y), color=ACCENT, linewidth=2, solid_capstyle="butt", zorder=3)
    if len(spread) <= _MOST:
        ax.plot(spread, [y] * len(spread), linestyle="", clip_on=False, zorder=4, **_SIMILAR)
    if r.has("baseline_value"):
        ax.plot(at(r.number("baseline_value")), y, linestyle="", clip_on=False, zorder=5, **_THEN)
    ax.plot(at(r.number("value")), y, linestyle="", clip_on=False, zorder=6, **_NOW)


def _lay_out(ax: Axes, found: Sequence[Standing], narrow: bool) -> None:
    words = found[0].reading.words
    left, right, row, top = (0.12, 0.12, 0.92, 1.12) if narrow else (1.9, 0.3, 0.48, 0.7)
    figure = draw.resize(ax, top + row * len(found) + 0.05, narrow=narrow)
    draw.place(ax, left, right, top, 0.05)
    over = 0.16 if narrow else 0.0  # room above each line for its name
    ax.set_ylim(len(found) - 0.5 - over, -0.5 - over)
    size, (width, height) = TEXT if narrow else SMALL, figure.get_size_inches()
    labels.key(figure, _key(found[0], size), across=not narrow)
    middle = left + (width - left - right) / 2
    if not narrow:
        labels.on_figure(
            figure, middle, height - top + 0.06, TextLine(words("middle"), size=size), ha="center"
        )
    labels.on_figure(figure, left, height - top + 0.06, TextLine(words("← worse"), size=size))
    labels.on_figure(
        figure,
        width - right - (0 if narrow else 0.85),
        height - top + 0.06,
        TextLine(words("better →"), size=size),
        ha="right",
    )
    for y, one in enumerate(found):
        name, level = TextLine(one.reading.title, INK, bold=True), one.reading.level().plain
        if narrow:
            said = TextLine(f"{one.reading.title}: {level}", INK, bold=True).cut((NARROW - left) * 72)
            labels.write(ax, -_END, y, said, dy=15)
        else:
            labels.write(ax, -_END, y, name.cut(left * 72 - 8), dx=-left * 72, dy=2)
            labels.write(ax, -_END, y, TextLine(level, size=size), dx=-left * 72, dy=-11)
        for row_id, ha in zip((one.others.index[0], one.others.index[-1]), ("left", "right"), strict=True):
            at, end = _place(one, one.others[row_id]), one.other(str(row_id)).cite("value").text
            side = (
                ha
                if one.reading.indicator.polarity == Polarity.HIGHER
                else {"left": "right", "right": "left"}[ha]
            )
            labels.write(ax, at, y, TextLine(end, size=size), dy=-18, ha=side)


def _key(one: Standing, size: float) -> list[tuple[dict[str, Any], TextLine]]:
    """What the signs are; the baseline year is that of the first goal."""
    words = one.reading.words
    alone = {"linestyle": "", "markevery": [1]}
    rows = [
        (_NOW | {"linewidth": 2, "markevery": [1]}, words("the area, with 95% interval")),
        (_THEN | alone, words("the area in {year}").format(year=one.reading.baseline)),
        (_SIMILAR | alone, words("a similar area")),
    ]
    return [(sign, TextLine(said, size=size)) for sign, said in rows]


def _data(found: Sequence[Standing]) -> pd.DataFrame:
    """The levels that are drawn, as published, by row id."""
    rows = [
        {"row": row, "indicator": one.reading.name, "area": row.split(".")[1], "value": level}
        for one in found
        for row, level in {str(one.reading.row["row"]): one.reading.number("value"), **one.others}.items()
    ]
    return pd.DataFrame(rows).set_index("row")


def _told(one: Standing) -> str:
    low, high = (one.other(str(row)) for row in (one.others.index[0], one.others.index[-1]))
    return one.reading.words.say(
        "{title}: {level}; {n} similar areas from {low} to {high}.",
        title=one.reading.title,
        level=one.reading.level(),
        n=one.count(len(one.others)),
        low=low.cite("value"),
        high=high.cite("value"),
    ).plain


def _table(report: Report, found: Sequence[Standing]) -> Block:
    words = gettext_for(report.language)
    rows = []
    for one in found:
        low, high = (one.other(str(row)) for row in (one.others.index[0], one.others.index[-1]))
        rows.append(
            (one.reading.title, one.reading.level(), low.level(), high.level(), one.count(len(one.others)))
        )
    heads = [
        words("Goal"),
        words("Here"),
        words("Lowest elsewhere"),
        words("Highest elsewhere"),
        words("Areas"),
    ]
    said = words.say("Levels here and in similar areas, plan year {year}.", year=report.year)
    label = words("Table: the area among similar areas")
    return folded(
        see_numbers(words, words("The area among similar areas, {year}").format(year=report.year)),
        report_table(report, said, heads, rows, label=label),
    )
