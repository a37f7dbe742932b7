"""What the data page holds: the data set, how complete it is, and what to download; its words stand in documents/data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from evalbook.site.context import Overview
from evalbook.site.exports import TABLES
from evalbook.site.report_states import status_slot
from evalkit.figures import glyphs
from evalkit.results import FILES
from evalkit.tables.official_tables import published_on
from evalkit.tables.table import table
from evalkit.terms import Shown, Verdict
from evalkit.text.html import Block, element, joined, raw
from evalkit.text.numbers import date, number
from evalkit.text.surroundings import no_official, quarter_name


def values(site: Overview) -> dict[str, Any]:
    """By the names that the document asks for; what is not known is None or empty."""
    words, language = site.words, site.language
    records = site.plan.indicators.values()
    hidden, missing = (
        words("hidden for confidentiality"),
        words("no data, or too few to publish a level"),
    )
    return {
        "synthetic": site.synthetic,
        "real": _real(site),
        "data": _data_set(site),
        "first": site.plan.years[0],
        "last": site.last,
        "sources": [_source(site, name) for name in site.goals],
        "completeness": _completeness(site),
        "key": {
            "hidden": raw(glyphs.verdict(Verdict.SUPPRESSED, hidden)),
            "missing": raw(glyphs.verdict(Verdict.NOT_ASSESSABLE, missing)),
        },
        "statuses": status_slot(site),
        "official": "; ".join(one.source.get(language) for one in records if one.official and one.source),
        "no_official": no_official(language),
        "odd_quarters": [
            {
                "quarter": quarter_name(one["quarter"], language),
                "reported": number(one["reported"], language=language),
                "usual": number(one["usual"], language=language),
            }
            for one in site.facts.get("odd_quarters", ())
        ],
        "files": {f"{name}.csv": words(about) for name, about in FILES.items()},
        "columns": {
            f"{name}.csv": [
                {
                    "name": element("code", one.name),
                    "meaning": _marked(words(one.meaning)),
                    "unit": _marked(words(one.unit)),
                }
                for one in columns
            ]
            for name, columns in TABLES.items()
        },
    }


def _data_set(site: Overview) -> dict[str, Any]:
    data = site.facts["data"]
    given = dt.date.fromisoformat(data["date"]) if data.get("date") else None
    prints = str(data.get("fingerprint", ""))[:16]
    matched = [one for one in site.facts.get("comparators", ()) if one["kind"] == "matched"]
    with_plan = sum(one["own_plan"] == "yes" for one in matched)

    return {
        "name": data.get("name"),
        "version": str(data.get("version", "")),
        "date": date(given, site.language) if given else None,
        "supplied_by": data.get("supplied_by"),
        "description": (data.get("description") or {}).get(site.language),
        "fingerprint": element("code", prints) if prints else None,
        "comparators": site.cited(len(matched), "facts: comparators") if matched else None,
        "with_plan": site.cited(with_plan, "facts: comparators"),
    }


def _real(site: Overview) -> dict[str, Any]:
    """The exception: the plan's areas with published figures on the municipality's page, named as there, or None."""
    found = {}
    for series in ("safety", "list"):
        rows = published_on(site.report(), series)
        names = rows.loc[rows["area"].isin(list(site.plan.areas)), "area_name"].unique()
        found[series] = site.words.listed(names) if len(names) else None
    return found


def _coverage(site: Overview, indicator: str, years: Sequence[int]) -> dict[str, int]:
    """How many area-years of an indicator are shown, hidden or missing, over the plan's areas."""
    rows = site.rows[site.rows["indicator"].eq(indicator) & site.rows["area"].isin(list(site.plan.areas))]
    counts = rows.loc[rows["year"].isin(years), "shown"].value_counts()
    return {state.value: int(counts.get(state.value, 0)) for state in Shown}


def _source(site: Overview, indicator: str) -> dict[str, Any]:
    """How far the source of a goal reaches."""
    record, counts = site.plan.indicator(indicator), _coverage(site, indicator, site.plan.years)
    rows = site.rows[site.rows["indicator"].eq(indicator) & site.rows["area"].isin(list(site.plan.areas))]
    latest = rows.loc[rows["shown"] == Shown.VALUE.value, "year"].max()
    source = record.source.get(site.language) if record.source else record.title.get(site.language)
    return {
        "source": source[:1].upper() + source[1:],
        "latest": int(latest) if pd.notna(latest) else None,
        "shown": counts[Shown.VALUE],
        "whole": len(site.plan.areas) * len(site.plan.years),
        "hidden": counts[Shown.SUPPRESSED],
        "provisional": rows["provisional"].eq("yes").any(),
    }


def _completeness(site: Overview) -> Block:
    words, years = site.words, site.plan.years
    rows = [
        (one.title.get(site.language), *(_state(site, name, year) for year in years))
        for name, one in site.plan.indicators.items()
        if not one.official and not one.of
    ]
    caption = words("How many of the plan's {n} areas have a figure, by indicator and plan year").format(
        n=len(site.plan.areas)
    )
    return table(caption, [words("Indicator"), *map(str, years)], rows, label=caption)


def _state(site: Overview, indicator: str, year: int) -> Block:
    counts = _coverage(site, indicator, [year])
    n = site.cited(counts[Shown.VALUE], f"rows: {indicator} {year}")
    marks = []
    for state, verdict, word in (
        (Shown.SUPPRESSED, Verdict.SUPPRESSED, site.words("hidden")),
        (Shown.MISSING, Verdict.NOT_ASSESSABLE, site.words("missing")),
    ):
        if count := counts[state]:
            marks.append(raw(glyphs.verdict(verdict, f"{count} {word}")))
    return element("span", n, *(joined(" ", mark) for mark in marks), class_="state")


def _marked(text: str) -> Block:
    """Meaning or unit of a column; names and values that stand in the file are marked with backticks."""
    parts = text.split("`")
    return joined(*(element("code", part) if i % 2 else part for i, part in enumerate(parts)))
