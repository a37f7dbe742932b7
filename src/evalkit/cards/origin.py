"""Method and provenance: which data, which definitions, which rules, which version."""

from __future__ import annotations

import datetime as dt
from typing import Any

from evalkit import __version__
from evalkit.report import Report
from evalkit.terms import Shown
from evalkit.text.html import Block, element, facts, joined
from evalkit.text.numbers import Cited, date, number, period
from evalkit.text.reading import goals_baseline
from evalkit.text.words import gettext_for


def provenance(report: Report) -> Block:
    """Where everything comes from: data set, periods, small numbers, sources, version and fingerprint."""
    words, plan, language = gettext_for(report.language), report.plan, report.language
    data = report.facts.get("data", {})
    name = str(data.get("name", ""))
    kind = (
        words.say("{name} (made up), edition {version}", name=name, version=str(data.get("version", "")))
        if report.synthetic
        else words.say("{name}, edition {version}", name=name, version=str(data.get("version", "")))
    )
    given = dt.date.fromisoformat(data["date"]) if data.get("date") else None
    supplied = (
        words.say("{who}, {when}", who=str(data.get("supplied_by", "")), when=date(given, language))
        if given
        else None
    )
    sources = list(dict.fromkeys(one.source.get(language) for one in plan.indicators.values() if one.source))
    prints = str(data.get("fingerprint", ""))[:16]
    return joined(
        element("p", _sources(report)),
        facts(
            (words("Data set"), kind if name else None),
            (words("Supplied by"), supplied),
            (words("Description"), data.get("description", {}).get(language)),
            (
                words("Periods"),
                words.say(
                    "baseline: plan year {baseline}; report: plan year {year}",
                    baseline=goals_baseline(report),
                    year=report.year,
                ),
            ),
            (words("The plan"), period(plan.period.start, plan.period.end, language)),
            (words("Sources"), words.listed(sources)),
            (words("Small numbers"), _small(report)),
            (
                words("Published figures, fingerprint"),
                element("code", " ".join(prints[i : i + 4] for i in range(0, len(prints), 4)))
                if prints
                else None,
            ),
            (words("Version"), f"evalkit {__version__}"),
        ),
    )


def _sources(report: Report) -> Block:
    words = gettext_for(report.language)
    return joined(
        words.say(
            "Formulas, limits and a glossary stand on {method}. Every figure shown is in {file}, in the row of its indicator, area and year.",
            method=element("a", words("the method page"), href="metode.html", class_="of-page"),
            file=element("a", "results.csv", href="results.csv", class_="of-page"),
        )
    )


def _small(report: Report) -> Any:
    words, rows = gettext_for(report.language), report.rows
    threshold = report.plan.policy.threshold
    limit = Cited(
        number(threshold, language=report.language), threshold, place="params/disclosure.yml: threshold"
    )
    mine = rows[(rows["area"] == report.area) & (rows["year"] <= report.year)]
    hidden = int((mine["shown"] == Shown.SUPPRESSED.value).sum())
    if not hidden:
        return words.say("limit {limit}; no figure is hidden in this report", limit=limit)
    n = Cited(
        number(hidden, language=report.language), hidden, place="rows of this report: shown = suppressed"
    )
    return words.count(
        "limit {limit}; {n} figure is hidden in this report or the years before it",
        "limit {limit}; {n} figures are hidden in this report or the years before it",
        hidden,
        limit=limit,
        n=n,
    )
