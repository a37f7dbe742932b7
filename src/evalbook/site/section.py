"""A section of a page: what stands under one second-level heading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evalkit.text.html import Block, element, html_of, joined


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


def paragraphs(*texts: Any) -> Block:
    """Each text as a paragraph."""
    return joined(*(element("p", text) for text in texts))


def bullets(*items: Any, class_: str | None = None) -> Block:
    """Items as a list."""
    return element("ul", *(element("li", item) for item in items), class_=class_)


def definitions(*pairs: tuple[Any, Any], class_: str = "three") -> Block:
    """Terms and their explanations; a pair without an explanation is left out."""
    rows = [
        element("div", element("dt", term), element("dd", said))
        for term, said in pairs
        if said is not None and html_of(said)
    ]
    return element("dl", *rows, class_=class_)
