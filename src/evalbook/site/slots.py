"""Named places of pages and executed notebooks, each between two comments: what stands there is put anew, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from evalkit.report import ABOUT
from evalkit.terms import Status
from evalkit.text.html import plain

REVIEW: Final = ("status", "outdated", "review")
"""The slots of a report that tell of its own review (approval.review_notes)."""
_SLOT: Final = re.compile(r"(<!--slot:([a-z]+)-->)((?:(?!<!--slot:).)*?)(<!--/slot-->)", re.S)


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
