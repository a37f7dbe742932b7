"""Pieces of a page: HTML for the report, the same in plain text for a terminal or a test."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape, unescape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

_ENDS: Final = re.compile(r"</(?:p|li|h\d|tr|dt|caption|summary|div|dd)>|<br>")
_GAPS: Final = re.compile(r"</(?:td|th)>")
_HIDDEN: Final = re.compile(r"<svg.*?</svg>|<style.*?</style>", re.S)
DIRECTION: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of text: they could make the page around them read backwards."""


@dataclass(frozen=True, repr=False)
class Block:
    """A piece of a page that a notebook cell shows; `frames` are the tables in it, `data` the only one."""

    html: str
    frames: tuple[pd.DataFrame, ...] = field(default=(), compare=False)

    @property
    def data(self) -> pd.DataFrame:
        """The numbers of the table, with its heads in the report's language; an error where there is none, or more than one."""
        if len(self.frames) != 1:
            raise AttributeError(
                f"This has {len(self.frames)} tables, not one: take .frames[0] or another of .frames."
            )
        return self.frames[0]

    def _repr_html_(self) -> str:
        return self.html

    __html__ = _repr_html_  # Jinja's word for it

    def __repr__(self) -> str:
        return plain(self.html)


def plain(html: str) -> str:
    """The text of a piece of HTML, one line for each paragraph, row or item."""
    text = _GAPS.sub(" \u00b7 ", _ENDS.sub("\n", _HIDDEN.sub("", html)))
    text = unescape(re.sub(r"<[^>]+>", "", text))
    lines = (re.sub(r"[ \t]+", " ", line).strip(" \u00b7") for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def html_of(part: Any) -> str:
    """HTML of a part: what knows its HTML gives it, everything else is text and is escaped."""
    html = getattr(part, "html", None)
    return html if isinstance(html, str) else escape(str(part), quote=False)


def element(tag: str, *children: Any, **attributes: Any) -> Block:
    """An HTML element; children are parts or texts, None is left out; `class_` is class, aria_label aria-label."""
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    inner = "".join(html_of(child) for child in children if child is not None)
    return Block(f"<{tag}{given}>{inner}</{tag}>", _frames(children))


def raw(html: str) -> Block:
    """HTML that is known to be safe: made here, not given by data."""
    return Block(html)


def joined(*parts: Any, between: str = "") -> Block:
    """Parts after each other; None is left out."""
    return Block(between.join(html_of(part) for part in parts if part is not None), _frames(parts))


def _frames(parts: Iterable[Any]) -> tuple[pd.DataFrame, ...]:
    return tuple(frame for part in parts if isinstance(part, Block) for frame in part.frames)


def slot(name: str, *children: Any) -> Block:
    """A named place that whoever makes the page fills, between two comments; `children` is what stands there until then."""
    return joined(raw(f"<!--slot:{name}-->"), *children, raw("<!--/slot-->"))


def paragraph(*sentences: Any, class_: str | None = None) -> Block | None:
    """Sentences as one paragraph; None where there is nothing to say."""
    said = [sentence for sentence in sentences if sentence is not None]
    return element("p", joined(*said, between=" "), class_=class_) if said else None


def facts(*pairs: tuple[Any, Any], class_: str | None = None) -> Block:
    """A list of terms and their values; a value of None leaves the pair out."""
    rows = [
        element("div", element("dt", term), element("dd", value))
        for term, value in pairs
        if value is not None
    ]
    return element("dl", *rows, class_=class_)
