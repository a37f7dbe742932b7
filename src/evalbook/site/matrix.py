"""The matrix: verdict and level for every goal, area and year, each cell a link to its report."""

from __future__ import annotations

from html import escape
from typing import Any

from evalbook.site.context import Overview
from evalbook.site.section import column_head
from evalkit.figures import glyphs
from evalkit.terms import PLAN, Polarity, Shown, Verdict
from evalkit.text.html import Block, element, joined, raw
from evalkit.text.judgements import verdict_meaning, verdict_word
from evalkit.text.numbers import number
from evalkit.text.reading import Reading, goal_of, read
from evalkit.text.units import unit_words


def legend(site: Overview) -> Block:
    """All verdicts with what each claims."""
    words = site.words
    items = [
        element("li", raw(glyphs.verdict(one, verdict_word(one, words), f": {verdict_meaning(one, words)}")))
        for one in Verdict
    ]
    return element("ul", *items, class_="legend", aria_label=words("The verdicts"))


def matrix(site: Overview, indicator: str) -> Block:
    """One goal's table: areas down, years across."""
    record = site.plan.indicator(indicator)
    caption = joined(element("b", record.title.get(site.language)), about(site, indicator))
    rows = [
        (joined(site.area_link(area)), [_cell(site, indicator, area, year) for year in site.plan.years], area)
        for area in site.places
    ]
    return _table(site, caption, site.words("Area"), rows, anchor=f"m-{indicator}")


def of_area(site: Overview, area: str) -> Block:
    """One area's table: goals down, years across."""
    caption = joined(
        element("b", site.words("The goals year by year")),
        site.words("Has the level moved since {year}? Below the verdict stands the year's figure.").format(
            year=site.baseline
        ),
    )
    rows = []
    for indicator in site.goals:
        title = element("a", site.plan.indicator(indicator).title.get(site.language), href=f"#{indicator}")
        rows.append(
            (joined(title), [_cell(site, indicator, area, year) for year in site.plan.years], indicator)
        )
    return _table(site, caption, site.words("Goal"), rows, anchor="m-aar")


def about(site: Overview, indicator: str) -> str:
    """Unit, direction and number of a goal, in one line."""
    words, goal = site.words, goal_of(site.report(), indicator)
    unit = unit_words(site.report(), indicator).rstrip(".")
    if goal is None:
        return f"{unit}."
    if goal.target is not None:
        change = number(abs(goal.target.annual_change), language=site.language, scale=100)
        said = (
            words("Goal: {change}% fewer a year.")
            if goal.target.annual_change < 0
            else words("Goal: {change}% more a year.")
        )
        return f"{unit}. {said.format(change=change)}"
    up = goal.polarity == Polarity.HIGHER
    return f"{unit}. {words('Direction: up, no number was set.') if up else words('Direction: down, no number was set.')}"


def _table(
    site: Overview, caption: Any, corner: str, rows: list[tuple[Any, list[Block], str]], *, anchor: str
) -> Block:
    head = element("tr", *(column_head(text) for text in (corner, *map(str, site.plan.years))), role="row")
    body = [
        element(
            "tr",
            element("th", title, scope="row", role="rowheader"),
            *cells,
            role="row",
            class_="plan" if key == PLAN else f"a-{key}",
        )
        for title, cells, key in rows
    ]
    # Small screens show rows as blocks; the explicit roles keep them a table for screen readers.
    return element(
        "table",
        element("caption", caption),
        element("thead", head, role="rowgroup"),
        element("tbody", *body, role="rowgroup"),
        class_="matrix",
        role="table",
        id=anchor,
    )


def _cell(site: Overview, indicator: str, area: str, year: int) -> Block:
    r = read(site.report(area, year), indicator)
    shape = raw(glyphs.verdict(r.verdict, verdict_word(r.verdict, site.words)))
    inside = joined(shape, _level(site, r))
    href = site.href(area, year)
    if href is None:
        return element("td", element("span", inside, class_="cell"), role="cell")
    place = "maal" if area == PLAN else indicator
    return element("td", element("a", inside, class_="cell", href=f"{href}#{place}"), role="cell")


def _level(site: Overview, r: Reading) -> Block | None:
    if r.shown != Shown.VALUE or not r.has("value"):
        return None
    reached = (
        raw(f"<br>{escape(site.words('number reached'))}") if r.text("target_reached") == "yes" else None
    )
    return element("span", r.cite("value"), reached and raw(" "), reached, class_="n")
