"""Stayers and movers: who the change of a register share came from, in a picture and a sentence."""

from __future__ import annotations

from typing import Final

from evalkit.figures.change_charts import parts, table_of
from evalkit.figures.chart import Chart
from evalkit.report import Report
from evalkit.tables.markup import caption, cell, table
from evalkit.text.html import Block, element, joined, paragraph
from evalkit.text.reading import Reading, goals, read, series
from evalkit.text.words import Sentence, gettext_for

PARTS: Final = ("part_stayers", "part_movers_in", "part_movers_out")


def shares(report: Report) -> list[Reading]:
    """The goals that are register shares, this year."""
    return [r for r in (read(report, name) for name in goals(report)) if r.statistic.splits]


def text(report: Report) -> Block:
    """A paragraph on each register share: its change in three parts, and what cannot be said where it is not known."""
    return joined(*(paragraph(*_said(r)) for r in shares(report)), paragraph(*_turnover(report)))


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
        "own": r.cite("part_stayers", signed=True),
        "came": r.cite("part_movers_in", signed=True),
        "left": r.cite("part_movers_out", signed=True),
        "title": r.title,
        "baseline": r.baseline,
    }
    first = say(
        "{title}: the change since {baseline} is {size}. Of this the stayers' own change is {own}, those who came {came} and those who left {left}.",
        **names,
    )
    people = say(
        "{stayers} were there both years, {came} came and {left} left or grew out of the age group.",
        stayers=r.cite("stayers"),
        came=r.cite("movers_in"),
        left=r.cite("movers_out"),
    )
    return [first, people, share_of_it(r)]


def share_of_it(r: Reading) -> Sentence | None:
    """How much of the change is the stayers' own, in words; only where all parts go the same way as the change."""
    say, change = r.words.say, r.number("change")
    if not r.has("change", *PARTS) or r.sign("change") == 0:
        return None
    if any(r.number(part) * change < 0 and abs(r.number(part)) > 0.1 * abs(change) for part in PARTS):
        return say(
            "The parts pull in different directions, so it makes no sense to say how large a share of the change is whose."
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
        "part_stayers": words("Stayers' own"),
        "part_movers_in": words("Those who came"),
        "part_movers_out": words("Those who left"),
    }
    return Chart.of(
        report,
        title=title,
        about=about.format(baseline=report.plan.baseline_year),
        alt=alt,
        drawings=parts(report, found, columns),
        data=table_of(found, list(columns)),
        table=lambda: _table(report),
    )


def _table(report: Report) -> Block:
    words, body = gettext_for(report.language), []
    for r in shares(report):
        for one in series(report, r.name):
            if one.has(*PARTS):
                body.append(
                    (
                        f"{r.title}, {one.year}",
                        cell(one, "change", signed=True),
                        *(cell(one, part, signed=True) for part in PARTS),
                        *(cell(one, people) for people in ("stayers", "movers_in", "movers_out")),
                    )
                )
    if not body:
        return element("p", words("There are no figures."))
    head = [
        words("Goal"),
        words("Change"),
        words("Stayers' own"),
        words("Those who came"),
        words("Those who left"),
        words("Stayed"),
        words("Came"),
        words("Left"),
    ]
    said = words.say(
        "Each change since {baseline} in three parts, percentage points.", baseline=report.plan.baseline_year
    )
    return table(
        caption(report, said), head, body, class_="figures", label=words("Table: stayers and movers")
    )
