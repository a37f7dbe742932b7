"""Stayers and movers: who the change of a register share came from, in a picture and a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from evalkit.evaluate.stayers import INDEPENDENT, PAIRED, PARTS
from evalkit.figures import draw, labels
from evalkit.figures.change_charts import table_of
from evalkit.figures.chart import Chart
from evalkit.figures.labels import TextLine
from evalkit.figures.style import ACCENT, INK, MUTED, RULE
from evalkit.report import Report
from evalkit.tables.table import cell, folded, limit_heads, limits, report_table, see_numbers
from evalkit.text.html import Block, element, joined, paragraph
from evalkit.text.numbers import Cited, number
from evalkit.text.reading import Reading, goals, read, series
from evalkit.text.words import Sentence, gettext_for


def shares(report: Report) -> list[Reading]:
    """The goals that are register shares, this year."""
    return [r for r in (read(report, name) for name in goals(report)) if r.statistic.splits]


def text(report: Report) -> Block:
    """A paragraph on each register share: its change in three parts, and what cannot be said where it is not known.

    Then, once: how much older those who stayed have become, and how far the interval of their change carries.
    """
    told = [r for r in shares(report) if r.has("change", *PARTS)]
    about = paragraph(aged(told[0]), *_doubt(told)) if told else None
    return joined(*(paragraph(*_said(r)) for r in shares(report)), about, paragraph(*_turnover(report)))


def _said(r: Reading) -> list[Sentence | None]:
    say = r.words.say
    if not r.has("change", *PARTS):
        return [
            say(
                "{title}: who stayed and who moved is not in the data set, or too few to show, so the change cannot be split.",
                title=r.title,
            )
        ]
    names = {
        "size": r.amount("change", signed=True),
        "own": _part(r, "part_stayers"),
        "came": _part(r, "part_movers_in"),
        "left": _part(r, "part_movers_out"),
        "title": r.title,
        "baseline": r.baseline,
    }
    first = say(
        "{title}: the change since {baseline} is {size}. It is the sum of {own}, the change among those who stayed, {came} from those who have come into the group, and {left} from those who are no longer in it.",
        **names,
    )
    people = say(
        "{stayers} were in the group both years; {came} have come into it, by moving in or by age, and {left} are no longer in it, by moving out or by age.",
        stayers=r.cite("stayers"),
        came=r.cite("movers_in"),
        left=r.cite("movers_out"),
    )
    return [first, people, share_of_it(r)]


def _part(r: Reading, column: str) -> Sentence:
    """A part with its interval: +8.5 (+1.2 to +15.7)."""
    part = r.cite(column, signed=True)
    if not r.has(f"{column}_lower", f"{column}_upper"):
        return Sentence("{part}", {"part": part})
    low, high = (r.cite(f"{column}_{end}", signed=True) for end in ("lower", "upper"))
    return r.words.say("{part} ({low} to {high})", part=part, low=low, high=high)


def _with_limits(r: Reading, part: str) -> tuple[Any, Any, Any]:
    return cell(r, part, signed=True), *limits(r, f"{part}_lower", f"{part}_upper", signed=True)


def aged(r: Reading) -> Sentence:
    """That those who stayed have grown older, and that nobody can tell from these figures what it has done."""
    years = r.year - r.baseline_year
    return r.words.count(
        "Those who stayed are {n} year older than in {baseline}, and part of their change may come with age. How large a part "
        "cannot be seen here: there are no figures for people elsewhere who have grown as much older.",
        "Those who stayed are {n} years older than in {baseline}, and part of their change may come with age. How large a part "
        "cannot be seen here: there are no figures for people elsewhere who have grown as much older.",
        years,
        n=Cited(number(years, language=r.words.language), years, place="params/plan.yml: baseline_year"),
        baseline=r.baseline,
    )


def _doubt(moved: list[Reading]) -> list[Sentence]:
    """What the intervals are made of; those of the stayers are too wide, unless the table tells who went which way."""
    say, said = moved[0].words.say, []
    apart = [r.title for r in moved if r.text("part_method") == INDEPENDENT]
    paired = [r.title for r in moved if r.text("part_method") == PAIRED]
    if apart:
        said.append(
            say(
                "The {level}% intervals stand in brackets. For {list} that of those who stayed is too wide: it takes them for different people in the two years.",
                level=moved[0].cite("level", decimals=0),
                list=moved[0].words.listed(apart),
            )
        )
    if paired:
        said.append(
            say(
                "The {level}% intervals stand in brackets. For {list} that of those who stayed is made from how many of them went each way.",
                level=moved[0].cite("level", decimals=0),
                list=moved[0].words.listed(paired),
            )
        )
    return said


def share_of_it(r: Reading) -> Sentence | None:
    """How much of the change is among those who stayed, in words; only where all parts go the same way as the change.

    Never that they have fared better: they have grown older, and it is not known what that has done.
    """
    say, change = r.words.say, r.number("change")
    if not r.has("change", *PARTS) or r.sign("change") == 0:
        return None
    low, high = r.number("part_stayers_lower"), r.number("part_stayers_upper")
    if low <= min(0.0, change) and high >= max(0.0, change):
        return say("The figures are too uncertain to say how much of the change is among those who stayed.")
    if any(r.number(part) * change < 0 and abs(r.number(part)) > 0.1 * abs(change) for part in PARTS):
        return say(
            "The parts pull in different directions, so they cannot be turned into shares of the change."
        )
    own = r.number("part_stayers") / change
    if own > 0.75:
        return say("Nearly all of the change is among those who stayed.")
    if own > 0.55:
        return say("Most of the change is among those who stayed.")
    if own >= 0.45:
        return say("About half of the change is among those who stayed.")
    if own > 0.1:
        return say("Most of the change comes from other people living there, not from those who stayed.")
    return say("Nearly all of the change comes from other people living there, not from those who stayed.")


def _turnover(report: Report) -> list[Sentence | None]:
    """How many moved out this year, from the indicator that counts it."""
    words = gettext_for(report.language)
    for name, one in report.plan.indicators.items():
        if one.numerator is not None and one.numerator.table == "turnover":
            r = read(report, name)
            if r.has("value"):
                return [
                    words.say(
                        "{title}: {value} in plan year {year}.",
                        title=r.title,
                        value=r.level(),
                        year=report.year,
                    ),
                    _homes(report),
                ]
    return [_homes(report)]


def _homes(report: Report) -> Sentence | None:
    """Events that changed how many homes there are, as the list of events puts them."""
    words, events = gettext_for(report.language), report.events
    found = events[events["kind"] == "composition"][f"label_{report.language}"].tolist()
    return words.say("The number of homes changed too: {list}.", list=words.listed(found)) if found else None


def figure(report: Report) -> Chart:
    """The parts of each register share's change, as bars about zero."""
    words, found = gettext_for(report.language), [r for r in shares(report) if r.has("change", *PARTS)]
    title = words("Who the change came from")
    about = words("Change in percentage points since {baseline}. The three parts add up to the change.")
    alt = " ".join([f"{title}.", *(one.plain for r in found for one in _said(r)[:1] if one)])
    columns = {
        "change": words("In all"),
        "part_stayers": words("Those who stayed"),
        "part_movers_in": words("Come into the group"),
        "part_movers_out": words("No longer in it"),
    }
    axes = _bars(found, columns) if found else []
    return Chart.of(
        report,
        title=title,
        about=about.format(baseline=report.plan.baseline_year),
        alt=alt,
        axes=axes,
        key="flyt",
        layout=partial(_lay_out_bars, axes, [TextLine(r.title, INK, bold=True) for r in found]),
        data=table_of(found, [f"{column}{end}" for column in columns for end in ("", "_lower", "_upper")]),
        table=lambda: _table(report),
    )


def _bars(found: Sequence[Reading], columns: Mapping[str, str]) -> list[Axes]:
    """The parts of each reading's change as bars about zero, with their intervals as thin lines."""
    sizes = {r.name: [r.number(column) * 100 for column in columns] for r in found}
    ends = {
        r.name: np.array(
            [[r.number(f"{column}_{end}") * 100 for column in columns] for end in ("lower", "upper")]
        )
        for r in found
    }
    widest = [*np.ravel([*ends.values()]), *np.ravel([*sizes.values()])]
    reach = max(1.0, math.ceil(np.nanmax(np.abs(widest)) * 1.3))
    with draw.canvas(*sizes) as axes:
        for ax, r in zip(axes, found, strict=True):
            ax.set(xlim=(-reach, reach), ylim=(len(columns) - 0.5, -0.5))
            ax.set_yticks(range(len(columns)), columns.values())
            ax.xaxis.set_visible(False)
            ax.grid(visible=False)
            ax.spines["bottom"].set_visible(False)
            ax.axvline(0, color=RULE, linewidth=1, zorder=1)
            colors = [INK, ACCENT, *[MUTED] * (len(columns) - 2)]
            bars = ax.barh(
                range(len(columns)),
                sizes[r.name],
                xerr=np.nan_to_num(np.abs(ends[r.name] - sizes[r.name])),
                error_kw={"elinewidth": 1, "ecolor": INK, "zorder": 4},
                height=0.46,
                color=colors,
                linewidth=0,
                zorder=3,
            )
            said = [r.cite(one, signed=True).text for one in columns]
            ax.bar_label(bars, said, padding=4, color=INK)
    return axes


def _lay_out_bars(axes: Sequence[Axes], titles: Sequence[TextLine], narrow: bool) -> None:
    head = 0.34
    rows = [0.27 * len(ax.get_yticks()) for ax in axes]
    height = 0.3 + sum(rows) + head * len(axes)
    figure = draw.resize(axes[0], height, narrow=narrow)
    names = [TextLine(label.get_text()) for ax in axes for label in ax.get_yticklabels()]
    left, top = max(0.0 if narrow else 1.6, *(name.width / 72 + 0.12 for name in names)), 0.3
    for ax, title, row in zip(axes, titles, rows, strict=True):
        labels.on_figure(figure, 0, height - top - head + 0.08, title)
        draw.place(ax, left, 0.2 if narrow else 0.75, top + head, height - top - head - row)
        top += head + row


def _table(report: Report) -> Block:
    words = gettext_for(report.language)
    body = [
        (
            f"{r.title}, {one.year}",
            cell(one, "change", signed=True),
            *(x for part in PARTS for x in _with_limits(one, part)),
            *(cell(one, people) for people in ("stayers", "movers_in", "movers_out")),
        )
        for r in shares(report)
        for one in series(report, r.name)
        if one.has(*PARTS)
    ]
    if not body:
        return folded(
            see_numbers(words, words("stayers and movers")), element("p", words("There are no figures."))
        )
    groups = words("Those who stayed"), words("Come into the group"), words("No longer in it")
    head = [
        words("Goal"),
        words("Change"),
        *(x for name in groups for x in (name, *limit_heads(name, words))),
        words("Number who stayed"),
        words("Number come into it"),
        words("Number no longer in it"),
    ]
    said = words.say(
        "Each change since {baseline} in three parts, percentage points, with 95% intervals.",
        baseline=report.plan.baseline_year,
    )
    made = report_table(report, said, head, body, class_="figures", label=words("Table: stayers and movers"))
    return folded(see_numbers(words, words("stayers and movers")), made)
