"""About the plan: what it wanted, who carried it, and what happened meanwhile; said here and on no other page."""

from __future__ import annotations

from evalbook.site.context import Overview
from evalbook.site.section import Section, section
from evalkit import cards


def sections(site: Overview) -> list[Section]:
    """The plan's own words, its facts, goals, areas, money and people."""
    return [section("planen", site.words("The plan in its own words"), cards.plan(site.report()))]
