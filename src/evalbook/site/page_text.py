"""What a reader sees on a report's pages: text, pictures and look, which an approval covers, without what moves from day to day."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from evalbook.site import slots
from evalbook.site.links import annex_of

_SKIPPED: Final = {"nav"}
_ORIGIN: Final = "provenance"
"""Class of the chapter on the data set's edition, dates and fingerprint, which each delivery moves in every report."""
_UNSEEN: Final = {"id", "for", "headers", "value", "tabindex", "focusable"}
"""Attributes that nobody sees or hears; so are data-… and addresses on the site itself."""
_ADDRESSES: Final = {"href", "xlink:href", "clip-path", "aria-labelledby", "aria-describedby"}
_ELSEWHERE: Final = ("http:", "https:", "mailto:", "data:")
_FOOT: Final = re.compile(r'@bottom-left \{ content: "[^"]*"')
"""What stands below each printed page, with the state of the report's review."""
_VOID: Final = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}


def digest(out: Path, key: str) -> str:
    """Hash of the text of a report's page and annex in one edition's folder; empty where there is no page.

    The text is that of the page's main part with its code and its pictures, their words and lines, and how all that looks, so that
    nothing is hidden or moved: no menus and links to other years, nothing of its review (status, sign-offs, checklist), and not
    the chapter on where the data come from.
    """
    page = f"{key}.html"
    if not (out / page).is_file():
        return ""
    made = [
        text((out / name).read_text("utf-8")) for name in (page, annex_of(page)) if (out / name).is_file()
    ]
    return hashlib.sha256("\0".join(made).encode("utf-8")).hexdigest()


def text(html: str) -> str:
    """The text of one page, blanks folded."""
    reader = _Reader()
    reader.feed(slots.emptied(html))
    return " ".join(" ".join(reader.said).split())


def _is_seen(name: str, value: str) -> bool:
    if name in _ADDRESSES:
        return value.startswith(_ELSEWHERE)
    return name not in _UNSEEN and not name.startswith("data-")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.open: list[bool] = []  # of each open element: whether what stands in it is read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        apart = tag in _SKIPPED or (tag == "section" and _ORIGIN in (given.get("class") or "").split())
        read = not apart and (tag in ("main", "style") or bool(self.open and self.open[-1]))
        if read:
            self.said += [f"{name}={value}" for name, value in attrs if _is_seen(name, value or "")]
        if tag not in _VOID:
            self.open.append(read)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self.open and tag not in _VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1]:
            self.said.append(_FOOT.sub("", data))
