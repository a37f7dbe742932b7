"""Tables of official and published figures; they are real and never stand in a table with synthetic ones."""

from __future__ import annotations

import pandas as pd

from evalkit.measure.official import COUNTRY, MUNICIPALITY, REGION
from evalkit.report import Report
from evalkit.tables.table import cell, folded, limit_heads, limits, report_table, see_numbers, year
from evalkit.text.html import Block, element, joined, paragraph
from evalkit.text.numbers import DASH, number
from evalkit.text.reading import area_name, series
from evalkit.text.surroundings import official_indicators, quarter_name
from evalkit.text.words import gettext_for


def official(report: Report) -> Block:
    """The municipality, its region and the country in official figures, year by year."""
    words, parts = gettext_for(report.language), []
    odd: dict[int, list[str]] = {}
    for one in report.facts.get("odd_quarters", ()):
        odd.setdefault(one["year"], []).append(quarter_name(one["quarter"], report.language))
    for name in official_indicators(report):
        own, around = (
            series(report, name, MUNICIPALITY),
            (REGION, COUNTRY) if report.plan.region else (COUNTRY,),
        )
        others = [{r.year: r for r in series(report, name, unit)} for unit in around]
        head = [
            words("Plan year"),
            words("Number"),
            words("Inhabitants"),
            words("Per 1,000"),
            *limit_heads(words("{level}% interval").format(level=95), words),
        ]
        head += [place[:1].upper() + place[1:] for place in (area_name(report, unit) for unit in around)]
        head.append(words("Odd quarters"))
        rows = [
            [
                year(r),
                cell(r, "numerator"),
                cell(r, "denominator"),
                cell(r, "value"),
                *limits(r, "lower", "upper"),
                *(cell(there[r.year], "value") if r.year in there else DASH for there in others),
                ", ".join(odd.get(r.year, ())) or DASH,
            ]
            for r in own
        ]
        record = report.plan.indicator(name)
        assert record.source is not None  # every official indicator names it
        said = words.say(
            "{title}, {place}. Source: {source}.",
            title=record.title.get(report.language),
            place=area_name(report, MUNICIPALITY),
            source=record.source.get(report.language),
        )
        now = next((i for i, r in enumerate(own) if r.year == report.year), None)
        parts.append(
            report_table(
                report, said, head, rows, label=words("Table: official figures"), now=now, official=True
            )
        )
    return folded(see_numbers(words, words("official figures")), *parts)


def published(report: Report) -> Block:
    """The published safety figures of others, with doubts and source: another scale, so changes may be compared, never levels."""
    words, language = gettext_for(report.language), report.language
    found = published_on(report, "safety")
    if found.empty:
        return joined()
    known = {"denmark": words("Denmark"), "sub-areas": words("Especially deprived areas, Denmark")}
    rows = []
    for _, one in found.iterrows():
        title = one["source_title"]
        source = (
            element("a", title, href=one["source_url"], lang="da")
            if str(one["source_url"]).startswith("http")
            else title
        )
        decimals = 1 if float(one["value"]) % 1 else 0
        rows.append(
            (
                known.get(one["area"], one["area_name"]),
                one["period_start"][:4],
                number(float(one["value"]), decimals, language=language),
                one[f"note_{language}"] or DASH,
                joined(source),
            )
        )
    said = words(
        "Shares who feel safe, from the police's own survey. The scale is another than in the plan's survey: compare changes, never levels. The number of answers has not been found."
    )
    return joined(
        paragraph(said),
        report_table(
            report,
            words("Published shares who feel safe, per cent."),
            [words("Place"), words("Year"), words("Per cent"), words("Reservation"), words("Source")],
            rows,
            class_="words",
            label=words("Table: published figures on safety"),
            official=True,
        ),
    )


def published_on(report: Report, series: str) -> pd.DataFrame:
    """The published figures of the series whose names begin so, up to the report's year."""
    found = report.published
    return found[
        found["series"].str.startswith(series) & (found["period_start"].str[:4].astype(int) <= report.year)
    ]
