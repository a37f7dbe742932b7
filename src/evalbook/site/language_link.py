"""A page's link to itself in the other language: on the page while that other page is there, and only then."""

from __future__ import annotations

import re
from typing import Final

FOLDER: Final = "en"
"""Where the English pages lie, below the Danish ones."""
MENU_END: Final = "</ul></nav></header>"
"""How the main menu of every page ends; the link stands before it, as the menu's last."""

_LINK: Final = re.compile(rb'<li class="twin">[^\n]*</li>\n(?=' + re.escape(MENU_END.encode()) + rb")")


def link(page: str, language: str) -> str:
    """The menu's last line on a page, named from its own language's root (nordparken/2019.html)."""
    up = "../" * page.count("/")
    there, name, href = (
        ("da", "Dansk", f"{up}../{page}") if language == "en" else ("en", "English", f"{up}{FOLDER}/{page}")
    )
    return f'<li class="twin"><a href="{href}" hreflang="{there}" lang="{there}">{name}</a></li>\n'


def linked(html: bytes, page: str, language: str) -> bytes:
    """The page with the link; one without a menu stays as it is."""
    line = f"{link(page, language)}{MENU_END}"
    return unlinked(html).replace(MENU_END.encode(), line.encode(), 1)


def unlinked(html: bytes) -> bytes:
    """The page without the link, as its run made it."""
    return _LINK.sub(b"", html, count=1)
