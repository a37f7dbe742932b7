"""Labels and free texts: a cell to the value that its column allows, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Final

from evalbook.intake.names import fold
from evalbook.intake.sheet import Cell, Unfit
from evalkit.errors import did_you_mean

_OPEN: Final = re.compile(
    r"(\d+)(?:\s*\+|\s*-|\s*(?:år)?\s*(?:og|eller)\s*(?:derover|over|ældre|older|over))(?:\s*år)?",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(r"(\d+)\s*(?:-|–|til|to)\s*(\d+)\s*-?(?:år|årige|years)?\.?", re.IGNORECASE)
_SINGLE: Final = re.compile(r"(\d+)\s*(?:år|years)?", re.IGNORECASE)
_HTML: Final = re.compile(r"<\s*[a-z/!?]|javascript:|&#?\w+;", re.IGNORECASE)
OLDEST: Final = 125  # years
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        raise Unfit(f"{cell} is TRUE or FALSE, not a text.", "Write the word.")
    if isinstance(cell, date):
        raise Unfit(
            f"{cell} is a date, not a text.",
            "Did Excel make a date of it? Format the column as text and write it again.",
        )
    if isinstance(cell, float) and cell == int(cell):
        cell = int(cell)
    text = " ".join(str(cell if cell is not None else "").split())
    if text.startswith("#"):
        raise Unfit(
            f"{text[:20]!r} is an error in a formula, or a column too narrow.",
            "Mend it in Excel and save again.",
        )
    return text


def label(cell: Cell, meant: Mapping[str, str], said: Mapping[str, str]) -> str:
    """The allowed value that a label means, by what the mapping says and then by the known names."""
    text = _text(cell)
    own = {fold(name): value for name, value in said.items()}
    allowed = set(meant.values())
    if fold(text) in own:
        if own[fold(text)] not in allowed:
            raise Unfit(
                f"the mapping gives {own[fold(text)]!r} for {text!r}.",
                did_you_mean(own[fold(text)], sorted(allowed)),
            )
        return own[fold(text)]
    if fold(text) in meant and fold(text):
        return meant[fold(text)]
    raise Unfit(f"{text[:40]!r} is not known.", did_you_mean(text[:40], sorted(allowed)))


def age_group(cell: Cell, allowed: Iterable[str], said: Mapping[str, str]) -> str:
    """The age group that an age, or a narrower group, lies in."""
    text = _text(cell)
    for name, value in said.items():
        if fold(name) == fold(text):
            return (
                label(cell, {fold(one): one for one in allowed}, said)
                if value in allowed
                else _no_group(text, allowed)
            )
    bounds = _bounds(text)
    if bounds is None:
        return _no_group(text, allowed)
    for group in allowed:
        low, high = _bounds(group) or (1, 0)
        if low <= bounds[0] and bounds[1] <= high:
            return group
    return _no_group(text, allowed)


def ages(cell: Cell, said: Mapping[str, str]) -> tuple[int, float] | None:
    """First and last age that a label names; None when it names none, or the mapping says what it is."""
    if cell is None or isinstance(cell, bool | date):
        return None
    text = _text(cell)
    return None if fold(text) in {fold(name) for name in said} else _bounds(text)


def bounds(group: str) -> tuple[int, float]:
    """First and last age of an age group of the contract."""
    found = _bounds(group)
    assert found is not None, group
    return found


@cache
def _bounds(text: str) -> tuple[int, float] | None:
    if match := _RANGE.fullmatch(text):
        return (int(match[1]), int(match[2])) if int(match[1]) <= int(match[2]) else None
    if match := _OPEN.fullmatch(text):
        return int(match[1]), float("inf")
    if match := _SINGLE.fullmatch(text):
        return (int(match[1]), int(match[1])) if int(match[1]) <= OLDEST else None
    return None


def _no_group(text: str, allowed: Iterable[str]) -> str:
    raise Unfit(f"{text[:40]!r} lies in none of the age groups.", f"They are {', '.join(allowed)}.")


def free(cell: Cell, column: str) -> str:
    """A free text that is safe in a spreadsheet and on a page; ids are a-z, 0-9 and _."""
    text = _text(cell)
    if column == "id":
        if not _ID.fullmatch(text):
            raise Unfit(
                f"{text[:40]!r} is no id.", "Use a-z, 0-9 and _, beginning with a letter, at most 40."
            )
        return text
    if text.startswith(("=", "+", "-", "@")):
        raise Unfit(
            f"{text[:20]!r} begins with {text[0]!r}: a spreadsheet would run it as a formula.",
            "Begin with a letter.",
        )
    if _HTML.search(text):
        raise Unfit("holds HTML.", "Write plain text.")
    if len(text) > 300:
        raise Unfit(f"is {len(text)} characters long; the most is 300.", "Shorten it.")
    return text
