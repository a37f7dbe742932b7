"""A section of a page: what stands under one second-level heading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evalkit.text.html import Block, element, joined


@dataclass(frozen=True)
class Section:
    """A section with the id of its anchor; `body` is HTML made by the library."""

    id: str
    title: str
    body: str
    css: str = "chapter"


def section(anchor: str, title: str, *parts: Any, css: str = "chapter") -> Section:
    """A section of parts; texts among them are escaped, None is left out."""
    return Section(anchor, title, joined(*parts).html, css)


def column_head(text: Any) -> Block:
    """The head of a table's column, also where a small screen shows rows as blocks."""
    return element("th", text, scope="col", role="columnheader")
