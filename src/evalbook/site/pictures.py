"""Pictures that an analyst shows, inside the page itself: pasted into a cell, from a file of the workbook, or made by a cell."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from typing import Final
from urllib.parse import unquote

SVG: Final = "image/svg+xml"
_SUFFIXES: Final = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": SVG,
}
KINDS: Final = (SVG, "image/png", "image/jpeg", "image/gif", "image/webp")
"""In the order in which one of several is chosen: what can be made larger first."""
_BEGINS: Final = {
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
_FILE_NAME: Final = re.compile(r"(?i)\s*[\w .()-]*\.(?:png|jpe?g|gif|webp|svg)\s*|\s*")
_OPEN: Final = ("notebooks", "data/own", "docs")
"""Folders of a workbook whose pictures a page may show: no data set's."""


class NoPicture(ValueError):
    """A picture that cannot be shown, with what is wrong and what to do."""


def described(alt: str) -> str:
    """A description; empty for what JupyterLab writes by itself, the name of the file."""
    return "" if _FILE_NAME.fullmatch(alt) else alt.strip()


def attached(name: str, attachments: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    """Kind and Base64 of a picture pasted into a cell; its name may be written as in an address."""
    found = next((attachments[one] for one in (name, unquote(name)) if one in attachments), None)
    if found is None:
        raise NoPicture(f"no picture {unquote(name)!r} is pasted into this cell. Paste it again.")
    for kind in KINDS:
        if kind in found:
            return kind, "".join(found[kind])
    raise NoPicture(
        f"{unquote(name)!r} is no picture that a page can show ({', '.join(found)}). Save it as PNG."
    )


def in_file(name: str, folder: Path, root: Path) -> tuple[str, str]:
    """Kind and Base64 of a picture in a file that is named as seen from the notebook."""
    written = unquote(name.partition("?")[0].partition("#")[0])
    try:
        path = (folder / written).resolve()
        there = path.is_file()
    except (OSError, ValueError):
        there = False
    if not there:
        raise NoPicture(
            f"there is no file {written!r} beside the notebook. Put it there, or correct its name."
        )
    if not any(path.is_relative_to((root / one).resolve()) for one in _OPEN):
        raise NoPicture(
            f"{written!r} is outside of the folders whose pictures are published ({', '.join(_OPEN)}). Copy it into one."
        )
    kind = _SUFFIXES.get(path.suffix.casefold())
    content = path.read_bytes()
    if kind is None or not content.startswith(_BEGINS.get(kind, b"")):
        raise NoPicture(f"{written!r} is no picture that a page can show. Save it as PNG, JPEG or SVG.")
    return kind, base64.b64encode(content).decode("ascii")


def element(kind: str, data: str, alt: str) -> str:
    """The picture as HTML; `data` is Base64, a drawing may be its text.

    As a picture a drawing can neither run code nor ask for anything, whatever it holds.
    """
    if kind == SVG and "<" in data:
        data = base64.b64encode(data.encode()).decode()
    return f'<img src="data:{kind};base64,{"".join(data.split())}" alt="{escape(alt)}">'


def title_of(svg: str) -> str:
    """What a drawing says of itself; empty where it says nothing."""
    found = re.search(r"(?s)<svg\b[^>]*>\s*(?:<!--.*?-->\s*)*<title[^>]*>(.*?)</title>", svg)
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""
