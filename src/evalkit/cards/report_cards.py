"""Cards of the report as a whole: its title block, the analyst's assessment, and where the figures come from."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

import mistune
import nh3

from evalkit import __version__
from evalkit.report import Report
from evalkit.terms import PLAN, Shown
from evalkit.text import narrative
from evalkit.text.caveat import answers_hidden
from evalkit.text.html import DIRECTION, Block, element, facts, joined, raw, slot
from evalkit.text.marks import example, mark
from evalkit.text.numbers import Cited, date, number, period
from evalkit.text.reading import goals, goals_baseline, read
from evalkit.text.status import given_status
from evalkit.text.words import gettext_for, role_word

_TAGS: Final = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "code"}
_SCHEMES: Final = {"http", "https", "mailto"}
# What mistune makes of an address that it does not trust; what stood in the link is left as text.
_NO_LINK: Final = re.compile(r'<a href="#harmful-link"[^>]*>(.*?)</a>', re.S)
_MARKDOWN: Final = mistune.create_markdown(escape=True)


# ---- the title ----------------------------------------------------------------------------------


def title(report: Report) -> Block:
    """Area, plan year, status, period, residents, the answer in brief, and what it rests on."""
    words = gettext_for(report.language)
    kicker = words("The plan as a whole") if report.area == PLAN else words("Area report")
    name = raw("/<wbr>".join(element("span", part).html[6:-7] for part in report.name.split("/")))
    heading = element(
        "h1", name, " ", element("span", words("Plan year {year}").format(year=report.year), class_="year")
    )
    about = [
        given_status(report.status, words),
        element("span", plan_year_dates(report)),
        _residents(report),
    ]
    return element(
        "header",
        element("p", joined(mark(report), kicker), class_="kicker"),
        heading,
        element("p", joined(*about, between=" "), class_="meta"),
        element("p", narrative.lead(report), class_="lead"),
        element("p", basis(report), class_="basis"),
    )


def plan_year_dates(report: Report) -> str:
    """First and last day of the report's plan year, in words."""
    first, after = report.plan.first_day(report.year), report.plan.first_day(report.year + 1)
    return period(first, after - dt.timedelta(days=1), report.language)


def _residents(report: Report) -> Block | None:
    """Residents half-way through the plan year: the denominator of the first rate."""
    for name in report.plan.indicators:
        r = read(report, name)
        if r.statistic.events and r.has("denominator") and not r.indicator.official:
            return element("span", r.words.say("{n} residents", n=r.cite("denominator")))
    return None


def basis(report: Report) -> Block:
    """What the figures rest on: survey answers and registers, in one sentence; no source that gave no figure."""
    words, found, seen = gettext_for(report.language), list[Any](), set[str]()
    for name in goals(report):
        r = read(report, name)
        if r.statistic.asked and r.has("respondents", "invited", "response_rate"):
            found.append(
                words.say(
                    "answers from {n} of {of} residents asked ({rate}%)",
                    n=r.cite("respondents"),
                    of=r.cite("invited"),
                    rate=r.cite("response_rate"),
                )
            )
        elif r.shown == Shown.MISSING:
            continue
        elif r.source not in seen:
            hidden = answers_hidden(r)
            found.append(
                words.say("{source} (how many answered is hidden)", source=r.source) if hidden else r.source
            )
        seen.add(r.source)
    if not found:
        return joined(words.say("No figures were delivered for the goals."))
    return joined(
        words.say(
            "{start} {list}.", start=element("b", words("The figures rest on")), list=words.listed(found)
        )
    )


# ---- the analyst's assessment -------------------------------------------------------------------


def markdown(text: str) -> Block:
    """Markdown from a person as safe HTML: paragraphs, lists, emphasis, quotes and links; all else becomes text."""
    made = str(_MARKDOWN(DIRECTION.sub("", text)))
    clean = nh3.clean(
        made, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel="nofollow noopener"
    )
    return raw(_NO_LINK.sub(r"\1", clean).strip())


def assessment(report: Report) -> Block:
    """The analyst's assessment by goal, with role and date, or that there is none yet.

    Whether the words still fit the figures, who has approved the report and what is open is no matter of the
    notebook: there is a place for each, which is filled when the page is made.
    """
    words, given = gettext_for(report.language), report.assessment
    texts = {name: text for name, text in given.texts.items() if text.strip()}
    parts: list[Any] = [_byline(report)] if texts or report.activities or report.chosen_events else []
    parts.append(slot("outdated"))
    if "overall" in texts:
        parts.append(markdown(texts["overall"]))
    for name, goal in report.plan.goals.items():
        if name in texts:
            parts += [
                element("h3", report.plan.indicator(goal.indicator).title.get(report.language)),
                markdown(texts[name]),
            ]
    if not texts:
        parts.append(element("p", words("No assessment yet.")))
    for heading, noted in (
        (words("Activities to notice"), report.activities),
        (words("Events to notice"), report.chosen_events),
    ):
        if noted:
            parts += [
                element("h3", heading),
                element("ul", *(element("li", DIRECTION.sub("", one)) for one in noted)),
            ]
    return joined(element("div", *parts, class_="voice"), slot("review", element("p", _elsewhere(report))))


def _elsewhere(report: Report) -> str:
    """Where a notebook's reader finds out about its review."""
    return gettext_for(report.language)(
        "Approval and checklist are put on the report's page when evalkit run makes it."
    )


def _byline(report: Report) -> Block:
    words, given = gettext_for(report.language), report.assessment
    who = ", ".join(one for one in (given.author, role_word(words, given.role)) if one) or words(
        "The analyst"
    )
    when = date(given.date, report.language) if given.date else None
    name = joined(element("b", who), f", {when}." if when else ".")
    said = (
        words("The words are about made-up figures.")
        if report.synthetic
        else words(
            "The assessment is written by a person. The figures in the rest of the report are calculated."
        )
    )
    return element("p", joined(example(report), name, said, between=" "), class_="byline")


# ---- method and provenance ----------------------------------------------------------------------


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
