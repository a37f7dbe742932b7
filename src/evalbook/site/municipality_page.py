"""The municipality in official figures: the one report whose figures are real, on a page of its own and in brief."""

from __future__ import annotations

from evalbook.site.context import Overview
from evalbook.site.frame import MUNICIPALITY as PAGE
from evalbook.site.section import Section, section
from evalkit import figures, narrative, tables
from evalkit.chapters import municipalities
from evalkit.figures import Chart
from evalkit.measure import MUNICIPALITY
from evalkit.text import comparison, sentences
from evalkit.text.html import Block, element, joined, paragraph, raw
from evalkit.text.marks import mark
from evalkit.text.reading import read
from evalkit.text.surroundings import official_indicators


def sections(site: Overview) -> list[Section]:
    """Level and change, the other municipalities, what the figures can say of the plan, and how to cite them."""
    words, report = site.words, site.report()
    sign = element("p", mark(report, official=True)) if mark(report) else None
    listed = section("serier", words("Published figures on safety"), sign, tables.published(report))
    if not official_indicators(report):
        return [section("kommunen", words("The municipality"), narrative.official(report)), listed]
    return [
        section(
            "kommunen",
            words("Reports year by year"),
            sign,
            narrative.official(report),
            figures.official(report),
        ),
        section(
            "kommuner",
            words("Among the country's municipalities"),
            sign,
            municipalities.text(report),
            municipalities.figure(report),
        ),
        section(
            "kan-sige",
            words("What the figures can say of the plan"),
            element(
                "p",
                words(
                    "They show how reports in the whole municipality went before and during the plan, beside the rest of the country. "
                    "They cover every kind of offence and everyone who lives in the municipality. The plan's areas are a small part of it, "
                    "so the figures cannot show what the plan has meant."
                ),
            ),
        ),
        listed,
        section("citer", words("How to cite"), element("p", _citation(site))),
    ]


def _citation(site: Overview) -> str:
    title = site.words("The municipality in official figures")
    first, last = min(site.rows["year"]), site.last
    sources = {site.plan.indicator(name).source for name in official_indicators(site.report())}
    said = "; ".join(source.get(site.language) for source in sources if source)
    return f"»{title}«, {site.plan.name}, {first}–{last}. {site.words('Source')}: {said}."


def in_brief(site: Overview) -> Block | None:
    """The finding in three sentences with the way to the page; None where the plan's file leads to no official figures."""
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
        paragraph(comparison.difference(r), comparison.conclusion(r)),
        element("p", element("a", words("Read the report on the municipality"), href=PAGE)),
    )
    said = f"{words('Source')}: {source.get(site.language)}." if source else None
    drawing = raw(chart.picture) if isinstance(chart, Chart) else None
    return joined(text, element("div", drawing, element("p", said, class_="src"), class_="source"))
