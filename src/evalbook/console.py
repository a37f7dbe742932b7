"""What is printed: in any encoding, as Windows redirects output in cp1252 or cp850, and with nothing that commands a terminal."""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from typing import Final

import typer

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
    """Let both outputs write a plain sign, or else a code such as \\u0141, for what their encoding does not have.

    An output that was closed (`>&-`) takes everything and keeps nothing.
    """
    codecs.register_error(_HANDLER, _plain)
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            # its number, too, or a report's process would start without an output, or a file be given the number
            taken = os.open(os.devnull, os.O_WRONLY)
            if taken == number:
                os.set_inheritable(number, True)
            else:
                os.dup2(taken, number)
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115 - for good
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def say(text: str, *, err: bool = False) -> None:
    """Print what a command has to say."""
    typer.echo(harmless(text), err=err)


def harmless(text: str) -> str:
    """The text with control characters as codes: a file's name or a cell may hold what would command the terminal."""
    return "".join(
        char
        if char in "\n\t" or unicodedata.category(char) != "Cc"
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    coded = (_PLAIN.get(sign, sign.encode("ascii", "backslashreplace").decode("ascii")) for sign in lacking)
    return "".join(coded), error.end
