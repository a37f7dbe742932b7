"""Whether two typed names are one person's: the author of an assessment cannot also approve it."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher
from itertools import permutations
from typing import Final

ALIKE: Final = 0.85
"""Share of letters in common, in order, from which two names may be one that was misspelt (difflib's ratio)."""

_TWO_LETTERS: Final = {"æ": "ae", "ø": "oe", "å": "aa"}
"""How letters are written where a keyboard lacks them."""

LONGEST: Final = 6
"""Words of a name that are tried in every order."""


def same(one: str, other: str) -> bool:
    """Whether two names have the same letters and digits; case, accents' encoding, width, signs and invisible characters aside."""
    letters = "".join(_words(one)), "".join(_words(other))
    return letters[0] == letters[1] if any(letters) else one.strip().casefold() == other.strip().casefold()


def near(one: str, other: str) -> bool:
    """Whether two names may be one person's: words in another order, initials, a name left out, a slip, other alphabets' letters."""
    first, second = sorted((_words(one), _words(other)), key=len)
    if not first or not second or len(second) > LONGEST:
        return False
    return (
        any(all(map(_fits, first, order)) for order in permutations(second, len(first)))
        or SequenceMatcher(None, "".join(first), "".join(second)).ratio() >= ALIKE
    )


def mixed(*names: str) -> bool:
    """Whether names mix alphabets, as when a letter only looks like a Latin one, or one person is written in two."""
    alphabets = {
        unicodedata.name(char, "").partition(" ")[0] for name in names for char in name if char.isalpha()
    }
    return len(alphabets) > 1


def is_name(text: str) -> bool:
    """Whether a text names anybody: it has a letter."""
    return any(map(str.isalpha, text))


def _words(name: str) -> list[str]:
    """The words of a name in one spelling, letters and digits only."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
    visible = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    for letter, two in _TWO_LETTERS.items():
        visible = visible.replace(letter, two)
    return "".join(char if char.isalnum() else " " for char in visible).split()


def _fits(one: str, other: str) -> bool:
    """Whether two words are one, or one is the other's initial."""
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])
