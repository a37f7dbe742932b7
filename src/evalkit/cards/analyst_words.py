"""The analyst's voice: markdown through an allow-list, in a box of its own, apart from what is computed."""

from __future__ import annotations

import re
from typing import Any, Final

import mistune
import nh3

from evalkit.report import Report
from evalkit.text.html import DIRECTION, Block, element, joined, raw, slot
from evalkit.text.marks import example
from evalkit.text.numbers import date
from evalkit.text.words import gettext_for, role_word

_TAGS: Final = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "code"}
_SCHEMES: Final = {"http", "https", "mailto"}
# What mistune makes of an address that it does not trust; what stood in the link is left as text.
_NO_LINK: Final = re.compile(r'<a href="#harmful-link"[^>]*>(.*?)</a>', re.S)
_MARKDOWN: Final = mistune.create_markdown(escape=True)


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
