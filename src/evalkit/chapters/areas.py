"""Where the plan stands: all areas and the plan total on every goal, and what moved since last year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evalkit.figures import glyphs
from evalkit.report import Report
from evalkit.tables.table import cell, folded, limit_heads, limits, report_table, starts
from evalkit.terms import MOST_AREAS, P_LIMIT, PLAN
from evalkit.text import judgements
from evalkit.text.html import Block, element, joined, raw
from evalkit.text.numbers import DASH
from evalkit.text.reading import Reading, area_name, goals, goals_baseline, read
from evalkit.text.words import Sentence, gettext_for


def _places(report: Report) -> list[str]:
    return [PLAN, *report.plan.areas]


def _named(report: Report, area: str) -> Any:
    name = area_name(report, area)
    text = name[:1].upper() + name[1:]
    if area == PLAN:
        return element("b", text)
    return element("a", text, href=f"../{area}/{report.year}.html", class_="of-page")


def goals_by_area(report: Report) -> Block:
    """The verdict on every goal, for the plan total and each area, with this year's level."""
    words = gettext_for(report.language)
    drawn = len(report.plan.areas) <= MOST_AREAS  # a sign in every cell of more makes half the page
    rows = [
        (_named(report, area), *(_verdict(read(report, name, area), drawn) for name in goals(report)))
        for area in _places(report)
    ]
    head = [
        words("Area"),
        *(report.plan.indicator(name).title.get(report.language) for name in goals(report)),
    ]
    said = words.say(
        "Has the level changed since {baseline}, and as planned where a number was set? Below the verdict the level of plan year {year}.",
        baseline=goals_baseline(report),
        year=report.year,
    )
    apart = joined(said, _apart(report), between=" ")
    return report_table(report, apart, head, rows, label=words("Table: goals by area"), class_="words")


def _apart(report: Report) -> Sentence | None:
    """The goals on which the areas have gone different ways by more than chance; None where there is none."""
    words = gettext_for(report.language)
    found = [read(report, name, PLAN) for name in goals(report)]
    differ = [r.title for r in found if r.has("heterogeneity_p") and r.number("heterogeneity_p") < P_LIMIT]
    if not differ:
        return None
    return words.say(
        "{list}: the areas have gone different ways, further apart than chance explains.",
        list=words.listed(differ),
    )


def _verdict(r: Reading, drawn: bool) -> Block:
    word = judgements.verdict_word(r.verdict, r.words)
    shape = raw(glyphs.verdict(r.verdict, word)) if drawn else word
    level: Any = r.level() if r.has("value") else cell(r, "value")
    return joined(shape, raw("<br>"), level)


def details(report: Report, indicator: str) -> Block:
    """»See the numbers«, folded: one goal in the plan and every area, with change and interval."""
    words = gettext_for(report.language)
    readings = [read(report, indicator, area) for area in _places(report)]
    since, levels = starts(readings, words)
    on_trend = any(r.on_trend for r in readings)
    rows = [
        (
            _named(report, area),
            then,
            cell(r, "value"),
            cell(r, "change", signed=True),
            *limits(r, "change_lower", "change_upper", signed=True),
            *(_trend(r) if on_trend else ()),
            judgements.verdict_word(r.verdict, words),
        )
        for area, r, then in zip(_places(report), readings, levels, strict=True)
    ]
    interval = words("{level}% interval").format(level=95)
    head = [
        words("Area"),
        since,
        str(report.year),
        words("Change"),
        *limit_heads(interval, words),
        *((words("Trend a year"), *limit_heads(interval, words)) if on_trend else ()),
        words("Verdict"),
    ]
    title = report.plan.indicator(indicator).title.get(report.language)
    said = words.say(
        "{title} by area. Changes of shares in percentage points, of rates in per cent.", title=title
    )
    rests = words.say("Where there is a trend, the verdict rests on it and not on the change.")
    return folded(
        words("See the numbers: {title}").format(title=title),
        report_table(
            report,
            joined(said, rests, between=" ") if on_trend else said,
            head,
            rows,
            class_="figures",
            label=words("Table: {title}").format(title=title),
        ),
    )


def _trend(r: Reading) -> tuple[Any, ...]:
    """The trend and its limits, where the verdict rests on them."""
    if not r.on_trend:
        return DASH, DASH, DASH
    return cell(r, "trend", signed=True), *limits(r, "trend_lower", "trend_upper", signed=True)


def moved(report: Report) -> Block:
    """This year beside last year, and which verdicts are new; a single year's step is never judged."""
    words, last = gettext_for(report.language), report.year - 1
    if last not in report.plan.years:
        return element(
            "p",
            words.say(
                "This is the first plan year. What moved is counted from {baseline} alone.",
                baseline=goals_baseline(report),
            ),
        )
    pairs = _pairs(report, last, _places(report))
    rows = [
        (
            joined(now.title, ", ", area_name(report, area)),
            cell(then, "value"),
            cell(now, "value"),
            judgements.verdict_word(then.verdict, words),
            judgements.verdict_word(now.verdict, words),
        )
        for area, then, now in pairs
    ]
    head = [
        words("Goal"),
        str(last),
        str(report.year),
        words("Verdict {year}").format(year=last),
        words("Verdict {year}").format(year=report.year),
    ]
    said = words.say(
        "Levels and verdicts of this plan year and the one before. Verdicts count from {baseline}.",
        baseline=goals_baseline(report),
    )
    shown = folded(
        words("See all areas, this year and last"),
        report_table(report, said, head, rows, label=words("Table: this year and last"), class_="words"),
    )
    items = [element("li", one) for one in news(report, last, _places(report))]
    return joined(
        element("ul", *items) if items else element("p", words("No verdict has changed since last year.")),
        element(
            "p",
            words(
                "From one year to the next figures of this size move by chance alone, so the step itself is not judged."
            ),
        ),
        shown,
    )


def news(report: Report, last: int, places: Sequence[str]) -> list[Sentence]:
    """Verdicts that are not the same as last year's, in these places."""
    words = gettext_for(report.language)
    return [
        words.say(
            "{title}, {place}: from “{before}” to “{after}”.",
            title=now.title,
            place=area_name(report, area),
            before=judgements.verdict_word(then.verdict, words),
            after=judgements.verdict_word(now.verdict, words),
        )
        for area, then, now in _pairs(report, last, places)
        if then.verdict != now.verdict
    ]


def _pairs(report: Report, last: int, places: Sequence[str]) -> list[tuple[str, Reading, Reading]]:
    """Every goal in these places: the place, last year's reading and this one's."""
    return [
        (area, read(report, name, area, last), read(report, name, area))
        for name in goals(report)
        for area in places
    ]
