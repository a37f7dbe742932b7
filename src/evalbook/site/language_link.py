"""A page's link to itself in the other language, the last of the main menu."""

from __future__ import annotations

from typing import Final

FOLDER: Final = "en"
"""Where the English pages lie, below the Danish ones."""


def link(page: str, language: str) -> str:
    """The menu's last line on a page, named from its own language's root (nordparken/2019.html)."""
    up = "../" * page.count("/")
    there, name, href = (
        ("da", "Dansk", f"{up}../{page}") if language == "en" else ("en", "English", f"{up}{FOLDER}/{page}")
    )
    return f'<li class="language"><a href="{href}" hreflang="{there}" lang="{there}">{name}</a></li>\n'
