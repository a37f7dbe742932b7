"""`evalkit word … --case`: the annex to a municipal case under its fixed headings, with what the report can fill in.

Where a person must write stands an empty place: no report knows the legal basis, the options or what is recommended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bs4 import BeautifulSoup, Tag

from evalbook.word.blocks import Block, PageText, Paragraph, Picture, Run, blocks
from evalkit.plan import Plan
from evalkit.text.words import Words

ASSESSED: Final = ("maal", "svar", "aarsag", "graenser", "vurdering", "laering")
"""The sections of a report that assess, by id: goals, short answers, the question of cause, limits, the analyst's words."""
ECONOMY: Final = ("oekonomi",)


def annex(html: str, plan: Plan, version: str, words: Words) -> PageText:
    """A report's page as the annex to a case; the headings are those of a Danish municipality's cases."""
    page = blocks(html, words)
    source = words.say(
        "The figures are from the report “{title}”, version {version}, which goes with the case.",
        title=page.title,
        version=version,
    ).plain
    background = [plan.background.get(words.language)] if plan.background else []
    body = [
        *_chapter(words("What is to be decided"), [], words),
        *_chapter(words("Background"), [*map(_said, background), _said(source)], words),
        *_chapter(words("Legal basis"), [], words),
        *_chapter(words("Options"), [], words),
        *_chapter(words("Assessment"), [*page.lead, *_parts(html, ASSESSED, words)], words),
        *_chapter(words("Consequences for economy and staff"), _parts(html, ECONOMY, words), words),
        *_chapter(words("Consequences for other committees"), [], words),
        *_chapter(words("Recommendation"), [], words),
    ]
    return replace(page, lead=[], body=body)


def _chapter(title: str, filled: Sequence[Block], words: Words) -> Iterator[Block]:
    """A heading, what the report says of it, and the place for whoever writes the case."""
    yield Paragraph((Run(title),), "Heading 2")
    yield from filled
    yield Paragraph((Run(f"[{words('To be written by the administration')}]", italic=True),), own=True)


def _said(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def _parts(html: str, ids: Sequence[str], words: Words) -> list[Block]:
    """Sections of the page in this order, one heading lower, without pictures, which the report has."""
    found: list[Block] = []
    for one in ids:
        page = BeautifulSoup(html, "html.parser")
        assert page.main is not None
        for part in page.main.find_all("section"):
            if isinstance(part, Tag) and part.get("id") != one and part.find_parent("section") is None:
                part.decompose()
        found += [
            _lower(block)
            for block in blocks(str(page), words).body
            if not isinstance(block, Picture) and not (isinstance(block, Paragraph) and block.review)
        ]
    return found


def _lower(block: Block) -> Block:
    if isinstance(block, Paragraph) and block.style.startswith("Heading"):
        return replace(block, style=f"Heading {min(int(block.style[-1]) + 1, 4)}")
    return replace(block, own=False) if isinstance(block, Paragraph) else block
