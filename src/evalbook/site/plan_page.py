"""About the plan: what it wanted, who carried it, and what happened meanwhile; said here and on no other page."""

from __future__ import annotations

from evalbook.site.context import Overview
from evalbook.site.section import Section, section
from evalkit.cards import about


def sections(site: Overview) -> list[Section]:
    """The plan's own words, its facts, goals, areas, money, people and the events of its years, a section each."""
    return [section(part.id, part.title, part.body) for part in about.parts(site.report())]
