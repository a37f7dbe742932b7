"""The municipality in official figures: the one report whose figures are real, on a page of its own and in brief."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pandas as pd
from babel.dates import format_date

from evalbook.intake.published import ADDRESSES, fetched
from evalbook.site.context import Overview
from evalbook.site.frame import MUNICIPALITY as PAGE
from evalkit import figures, narrative, tables
from evalkit.cards.report_cards import plan_year_dates
from evalkit.chapters import municipalities
from evalkit.figures import Chart
from evalkit.measure.official import MUNICIPALITY
from evalkit.tables.official_tables import published_on
from evalkit.terms import Shown
from evalkit.text import comparison, sentences
from evalkit.text.html import Block, element, joined, paragraph, raw
from evalkit.text.marks import mark
from evalkit.text.numbers import Cited, date
from evalkit.text.reading import read
from evalkit.text.surroundings import official_indicators


def values(site: Overview) -> dict[str, Any]:
    """By the names that the document asks for."""
    report = site.report()
    official = bool(official_indicators(report))
    return {
        "official": official,
        "year": report.year,
        "dates": plan_year_dates(report),
        "sign": mark(report, official=True),
        "narrative": narrative.official(report),
        "figure": figures.official(report) if official else None,
        "others": municipalities.text(report),
        "spread": municipalities.figure(report),
        "published": None if published_on(report, "safety").empty else tables.published(report),
        "lists": (lists := _lists(site)),
        "unlisted": not set(site.plan.areas) <= {area for area, *_ in lists},
        "citation": citation(site) if official else None,
    }


def _lists(site: Overview) -> dict[tuple[str, str, str, str], list[dict[str, Any]]]:
    """What the government's list said of the plan's areas, as far as it was quoted, with the limits that were quoted.

    By the area's id, its name as the source has it, the day, and the source.
    """
    published = published_on(site.report(), "list_")
    found: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
    for _, one in published[published["area"].isin(list(site.plan.areas))].iterrows():
        note, value = str(one["note_en"]), float(one["value"])
        limits = [float(x) for x in re.findall(r"(?:criterion [<>]|given as|here, as) ([\d.]+)", note)]
        met = {value < limit if "<" in note else value > limit for limit in limits}
        day = date(dt.date.fromisoformat(one["period_start"]), site.language)
        source = one["source_title"].partition(":")[0]  # a title may name somebody
        of = (one["area"], one["area_name"], day, f"{source}, {_month(one['source_date'], site.language)}")
        found.setdefault(of, []).append(
            {
                "measure": one["series"].removeprefix("list_"),
                "value": _quoted(site, one, value),
                "limits": [_quoted(site, one, limit) for limit in limits],
                "below": "<" in note,
                "met": met.pop() if len(met) == 1 else None,
            }
        )
    return found


def _month(day: str, language: str) -> str:
    """2020-08 as August 2020; a day that is written in any other way stays so."""
    if not re.fullmatch(r"\d{4}-\d\d", day):
        return day
    return format_date(dt.date.fromisoformat(f"{day}-01"), "MMMM y", locale=language)


def _quoted(site: Overview, one: pd.Series, value: float) -> Cited:
    """A number of a published figure, with the decimals that it was published with."""
    decimals = len(repr(value).partition(".")[2].rstrip("0"))
    place = f"data/published/published_series.csv: {one['series']} {one['area']} {one['period_start']}"
    return site.cited(value, place, decimals)


def citation(site: Overview) -> Block:
    """Title, the years that have official figures, source with its address, and the day of retrieval where it was kept."""
    words, names = site.words, official_indicators(site.report())
    rows = site.rows[site.rows["indicator"].isin(names) & site.rows["shown"].eq(Shown.VALUE.value)]
    years = sorted(rows.loc[rows["year"] <= site.last, "year"])
    sources = dict.fromkeys(
        one.get(site.language) for name in names if (one := site.plan.indicator(name).source)
    )
    day = fetched(site.plan.root / "data" / "published")
    said = words.say(
        "{title}, {plan}. {source}: {sources}, {addresses}.",
        title=words("“{quote}”").format(quote=words("The municipality in official figures")),
        plan=f"{site.plan.name}, {years[0]}–{years[-1]}" if years else site.plan.name,
        source=words("Source"),
        sources="; ".join(sources),
        addresses=words.listed([element("a", one, href=one) for one in ADDRESSES]),
    )
    if day is None:
        return joined(said, words.say("The day of retrieval was not recorded."), between=" ")
    return joined(said, words.say("Retrieved {date}.", date=date(day, site.language)), between=" ")


def in_brief(site: Overview) -> Block | None:
    """The finding in a few sentences with the way to the page; None where the plan's file leads to no official figures."""
    words, report = site.words, site.report()
    if not official_indicators(report):
        return None
    name = official_indicators(report)[0]
    r, source = read(report, name, MUNICIPALITY), site.plan.indicator(name).source
    chart = figures.official(report)
    text = element(
        "div",
        element("p", mark(report, official=True)) if mark(report) else None,
        element("h2", words("The municipality in official figures"), id="h-kommunen"),
        paragraph(sentences.level(r), comparison.elsewhere(r)),
        paragraph(comparison.difference(r), comparison.conclusion(r)) if r.has("value") else None,
        element("p", element("a", words("Read the report on the municipality"), href=PAGE)),
    )
    said = f"{words('Source')}: {source.get(site.language)}." if source else None
    drawing = raw(chart.picture) if isinstance(chart, Chart) else None
    return joined(text, element("div", drawing, element("p", said, class_="src"), class_="source"))
