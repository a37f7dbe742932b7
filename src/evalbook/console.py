"""What is printed where the encoding is not UTF-8: Windows redirects output in cp1252 or cp850, which lack many signs."""

from __future__ import annotations

import codecs
import io
import sys
from typing import Final

_HANDLER: Final = "evalkit-plain"
_PLAIN: Final = {
    "●": "*",
    "◐": "/",
    "→": "->",
    "←": "<-",
    "≥": ">=",
    "≤": "<=",
    "…": "...",
    "–": "-",
    "—": "-",
    "−": "-",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "\u2009": " ",
    "\u202f": " ",
    "\u200b": "",
}
"""The signs of our own sentences. "?" for all would make a complete year (●) and a partial one (◐) the same."""


def encode_plainly() -> None:
    """Let both outputs write a plain sign, or else a code such as \\u0141, for what their encoding does not have."""
    codecs.register_error(_HANDLER, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    coded = (_PLAIN.get(sign, sign.encode("ascii", "backslashreplace").decode("ascii")) for sign in lacking)
    return "".join(coded), error.end
