"""What a page says that is older than the rows of its plan: one line above the page, put there and taken away without making it anew."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from evalkit.text.words import gettext_for

HEAD: Final = b'<header class="mast">'
"""How what stands at the top of every page begins; the line stands before it."""

_LINE: Final = re.compile(rb'<aside class="stale"[^\n]*</aside>\n')


def marked(html: bytes, language: str) -> bytes:
    """The page with the line; one without a head has it before all else."""
    words, page = gettext_for(language), unmarked(html)
    about, older = escape(words("About this page")), escape(words("This page is older than the data."))
    more = escape(words("It shows the report as it was last made."))
    line = f'<aside class="stale" aria-label="{about}"><strong>{older}</strong> {more}</aside>\n'.encode()
    at = max(page.find(HEAD), 0)
    return page[:at] + line + page[at:]


def unmarked(html: bytes) -> bytes:
    """The page without the line, as its run made it."""
    return _LINE.sub(b"", html, count=1)
