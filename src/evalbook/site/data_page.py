"""The data page: which data there are, how complete they are, where they come from, and what to download."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from evalbook.site.context import Overview
from evalbook.site.exports import TABLES
from evalbook.site.report_states import status_slot
from evalbook.site.section import Section, bullets, definitions, paragraphs, section
from evalkit.figures import glyphs
from evalkit.results import FILES
from evalkit.tables.markup import table
from evalkit.tables.official_tables import published_on_safety
from evalkit.terms import Shown, Verdict
from evalkit.text.html import Block, element, joined, raw
from evalkit.text.numbers import Cited, date, number
from evalkit.text.surroundings import no_official, quarter_name
from evalkit.text.words import Sentence


def sections(site: Overview) -> list[Section]:
    """The page from top to bottom."""
    parts = (_data_set, _completeness, _reports, _official, _downloads, _columns)
    return [part(site) for part in parts]


def _reports(site: Overview) -> Section:
    return section("rapporter", site.words("The reports"), status_slot(site))


def _data_set(site: Overview) -> Section:
    words, data = site.words, site.facts["data"]
    given = dt.date.fromisoformat(data["date"]) if data.get("date") else None
    prints = str(data.get("fingerprint", ""))[:16]
    notice = None
    if site.synthetic:
        said = words(
            "Every figure on the plan's areas, the comparison areas and the rest of the municipality is made up by a program. They show what the reports "
            "look like and say nothing about the real areas. The official figures on the whole municipality are real."
        )
        real = _real_of_areas(site)
        notice = element(
            "div",
            element("p", joined(element("b", words("Made up.")), said, real, between=" ")),
            class_="note",
        )
    return section(
        "datasaet",
        words("The data set"),
        notice,
        definitions(
            (words("Name"), data.get("name")),
            (words("Edition"), str(data.get("version", ""))),
            (words("Date"), date(given, site.language) if given else None),
            (words("Supplied by"), data.get("supplied_by")),
            (words("Description"), (data.get("description") or {}).get(site.language)),
            (words("Published figures, fingerprint"), element("code", prints) if prints else None),
            (words("Comparison areas"), _comparators(site)),
        ),
    )


def _real_of_areas(site: Overview) -> Sentence | None:
    """The exception: published shares who feel safe in an area of the plan; None where there is none."""
    areas = published_on_safety(site.report())["area"].unique()
    names = [one.name for area, one in site.plan.areas.items() if area in areas]
    if not names:
        return None
    return site.words.say(
        "So are the published figures on safety in {areas}, which stand on the page of the municipality.",
        areas=site.words.listed(names),
    )


def _comparators(site: Overview) -> Any:
    found = [one for one in site.facts.get("comparators", ()) if one["kind"] == "matched"]
    if not found:
        return None
    words, own = site.words, sum(one["own_plan"] == "yes" for one in found)
    n, m = (
        Cited(number(count, language=site.language), count, place="facts: comparators")
        for count in (len(found), own)
    )
    return words.say("{n} areas, of which {m} are known to have a plan of their own", n=n, m=m)


def coverage(site: Overview, indicator: str) -> pd.Series:
    """How many area-years of an indicator are shown, hidden or missing, over the plan's areas and years."""
    rows = site.rows
    mine = (
        rows["indicator"].eq(indicator)
        & rows["area"].isin(list(site.plan.areas))
        & rows["year"].isin(site.plan.years)
    )
    return rows.loc[mine, "shown"].value_counts()


def _sources(site: Overview) -> Block:
    """Coverage of the goals' sources."""
    words = site.words
    rows = [_covered(site, name) for name in site.goals]
    head = [words("Source"), words("Latest"), words("Coverage"), words("State")]
    body = []
    for cells in rows:
        first, *others = cells
        labelled = [
            element("td", cell, role="cell", data_label=label, class_="wide" if label == head[2] else None)
            for label, cell in zip(head[1:], others, strict=True)
        ]
        body.append(element("tr", element("th", first, scope="row", role="rowheader"), *labelled, role="row"))
    top = element("tr", *(element("th", name, scope="col", role="columnheader") for name in head), role="row")
    caption = words("The sources of the plan years {first}–{last}").format(
        first=site.plan.years[0], last=site.last
    )
    return element(
        "table",
        element("caption", caption),
        element("thead", top, role="rowgroup"),
        element("tbody", *body, role="rowgroup"),
        class_="words stack after",
        role="table",
    )


def _covered(site: Overview, indicator: str) -> tuple[Any, ...]:
    words, record, counts = site.words, site.plan.indicator(indicator), coverage(site, indicator)
    shown, hidden = int(counts.get(Shown.VALUE.value, 0)), int(counts.get(Shown.SUPPRESSED.value, 0))
    whole = len(site.plan.areas) * len(site.plan.years)
    said = words("{shown} of {whole} area-years").format(shown=shown, whole=whole)
    if hidden:
        said += "; " + words("{n} hidden").format(n=hidden)
    rows = site.rows[site.rows["indicator"].eq(indicator) & site.rows["area"].isin(list(site.plan.areas))]
    latest = rows.loc[rows["shown"] == Shown.VALUE.value, "year"].max()
    provisional = rows["provisional"].eq("yes").any()
    source = record.source.get(site.language) if record.source else record.title.get(site.language)
    return (
        source[:1].upper() + source[1:],
        words("plan year {year}").format(year=int(latest)) if pd.notna(latest) else "–",
        said,
        words("provisional") if provisional else words("final"),
    )


def _completeness(site: Overview) -> Section:
    words, years = site.words, site.plan.years
    rows = []
    for name, one in site.plan.indicators.items():
        if one.official or one.of:
            continue
        cells = [_state(site, name, year) for year in years]
        rows.append((one.title.get(site.language), *cells))
    caption = words("How many of the plan's {n} areas have a figure, by indicator and plan year").format(
        n=len(site.plan.areas)
    )
    key = bullets(
        joined(raw(glyphs.verdict(Verdict.SUPPRESSED, words("hidden for confidentiality")))),
        joined(raw(glyphs.verdict(Verdict.NOT_ASSESSABLE, words("no data, or too few to publish a level")))),
        class_="plain key-line",
    )
    return section(
        "daekning",
        words("Are the data in place?"),
        _sources(site),
        table(caption, [words("Indicator"), *map(str, years)], rows, label=caption),
        key,
    )


def _state(site: Overview, indicator: str, year: int) -> Any:
    rows = site.rows[
        site.rows["indicator"].eq(indicator)
        & site.rows["year"].eq(year)
        & site.rows["area"].isin(list(site.plan.areas))
    ]
    counts = rows["shown"].value_counts()
    n = Cited(
        number(int(counts.get(Shown.VALUE.value, 0)), language=site.language),
        int(counts.get(Shown.VALUE.value, 0)),
        place=f"rows: {indicator} {year}",
    )
    marks = []
    for state, verdict, word in (
        (Shown.SUPPRESSED, Verdict.SUPPRESSED, site.words("hidden")),
        (Shown.MISSING, Verdict.NOT_ASSESSABLE, site.words("missing")),
    ):
        if count := int(counts.get(state.value, 0)):
            marks.append(raw(glyphs.verdict(verdict, f"{count} {word}")))
    return element("span", n, *(joined(" ", mark) for mark in marks), class_="state")


def _official(site: Overview) -> Section:
    words, language = site.words, site.language
    sources = [
        one.source.get(language) for one in site.plan.indicators.values() if one.official and one.source
    ]
    if not sources:
        return section("officielle", words("Official figures"), no_official(language))
    odd = [
        words("{quarter}: {reported} reported, against about {usual} in a usual quarter").format(
            quarter=quarter_name(one["quarter"], language),
            reported=number(one["reported"], language=language),
            usual=number(one["usual"], language=language),
        )
        for one in site.facts.get("odd_quarters", ())
    ]
    return section(
        "officielle",
        words("Official figures"),
        paragraphs(
            words(
                "The page on the municipality uses real, published figures, through the same calculations as the plan's own indicators. "
                "They never share an axis with the areas' figures."
            )
        ),
        element("p", words("Sources"), ": ", "; ".join(sources), "."),
        joined(element("p", words("Odd quarters. They are shown as they are, and marked:")), bullets(*odd))
        if odd
        else None,
    )


def _downloads(site: Overview) -> Section:
    return section("hent", site.words("Download"), files(site))


def files(site: Overview) -> Block:
    """The files to download, each with what it holds."""
    words = site.words
    offered = (
        *((f"{name}.csv", words(about)) for name, about in FILES.items()),
        ("results.xlsx", words("The same as a workbook, with an explanation of the columns")),
        ("datapackage.json", words("What the columns mean, for programs")),
        ("metode.html", words("Formulas, limits and glossary")),
    )
    names = {"metode.html": words("Method")}
    items = [
        element("li", element("a", names.get(name, name), href=name), " ", element("span", said))
        for name, said in offered
    ]
    return element("ul", *items, class_="files after")


def _marked(text: str) -> Block:
    """Meaning or unit of a column; names and values that stand in the file are marked with backticks."""
    parts = text.split("`")
    return joined(*(element("code", part) if i % 2 else part for i, part in enumerate(parts)))


def _columns(site: Overview) -> Section:
    words = site.words
    shown = []
    for name, one in TABLES.items():
        rows = [
            (element("code", column.name), *(_marked(words(text)) for text in (column.meaning, column.unit)))
            for column in one
        ]
        caption = words("The columns of {file} and what they mean").format(file=f"{name}.csv")
        shown.append(
            table(
                caption,
                [words("Column"), words("Meaning"), words("Unit")],
                rows,
                class_="words",
                label=caption,
            )
        )
    said = words(
        "Each row has the name indicator.area.year. Shares are numbers between zero and one; rates are per 1,000."
    )
    return section(
        "kolonner",
        words("Columns"),
        paragraphs(said),
        element("details", element("summary", words("What do the columns mean?")), *shown),
    )
