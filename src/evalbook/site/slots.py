"""What is put anew on a page that is made already: named places between two comments, and a line that it is older than its rows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any, Final

from evalkit.report import ABOUT
from evalkit.terms import Status
from evalkit.text.html import plain
from evalkit.text.words import gettext_for

REVIEW: Final = ("status", "outdated", "review")
"""The slots of a report that tell of its own review (approval.review_notes)."""
_SLOT: Final = re.compile(r"(<!--slot:([a-z]+)-->)((?:(?!<!--slot:).)*?)(<!--/slot-->)", re.S)

HEAD: Final = b'<header class="mast">'
"""How what stands at the top of every page begins; the line stands before it."""

_LINE: Final = re.compile(rb'<aside class="stale"[^\n]*</aside>\n')


def fill(html: str, notes: Mapping[str, str]) -> str:
    """HTML with each note in the slots of its name, whatever stood there; the slots stay, to be filled again."""
    return _SLOT.sub(lambda slot: slot[1] + notes.get(slot[2], slot[3]) + slot[4], html)


def emptied(html: str) -> str:
    """HTML with nothing in the slots of its review; what a cell calls a slot, and nobody fills, stays."""
    return _SLOT.sub(lambda slot: slot[1] + slot[4] if slot[2] in REVIEW else slot[0], html)


def fill_notebook(notebook: Mapping[str, Any], notes: Mapping[str, str], status: Status) -> None:
    """The same in what an executed notebook's cells show, in place; the report that it shows gets the status.

    `notebook` is in memory, or as it is read from its file, where a text is a list of lines.
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if ABOUT in data:
                data[ABOUT]["status"] = status.value
            if _SLOT.search(html := "".join(data.get("text/html", ""))):
                filled = fill(html, notes)
                data["text/html"] = _in_form(filled, data["text/html"])
                data["text/plain"] = _in_form(plain(filled), data["text/html"])


def _in_form(text: str, form: str | list[str]) -> str | list[str]:
    return text if isinstance(form, str) else text.splitlines(keepends=True)


def fill_notebook_file(text: str, notes: Mapping[str, str], status: Status) -> str:
    """The same with the text of a notebook's file; written as nbformat writes it."""
    notebook = json.loads(text)
    fill_notebook(notebook, notes, status)
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)


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
