"""Names as they are compared: without capitals and signs, the Danish letters spelt out."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTERS: Final = (("æ", "ae"), ("ø", "oe"), ("å", "aa"), ("%", " pct "), ("§", " par "))


def fold(name: object) -> str:
    """A name in the one spelling in which names are compared; units such as % stay part of it."""
    text = unicodedata.normalize("NFC", str(name)).casefold()
    for letters, plain in _LETTERS:
        text = text.replace(letters, plain)
    return " ".join(re.findall(r"[^\W_]+", text))
