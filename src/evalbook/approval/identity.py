"""Whether two typed names are one person's: the author of an assessment cannot also approve it."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher
from typing import Final

ALIKE: Final = 0.85
"""Share of letters in common, in order, from which two names may be one that was misspelt (difflib's ratio)."""

_TWO_LETTERS: Final = {"æ": "ae", "ø": "oe", "å": "aa"}
"""How letters are written where a keyboard lacks them."""


def same(one: str, other: str) -> bool:
    """Whether two names have the same letters and digits; case, accents' encoding, width, signs and invisible characters aside."""
    letters = "".join(_words(one)), "".join(_words(other))
    return letters[0] == letters[1] if any(letters) else one.strip().casefold() == other.strip().casefold()


def near(one: str, other: str) -> bool:
    """Whether two names may be one person's: words in another order, initials, names left out, a slip, letters without their marks."""
    first, second = sorted((_words(one), _words(other)), key=len)
    if not first or not second:
        return False
    return (
        _all_fit(first, second)
        or "".join(first) == "".join(word[0] for word in second)
        or SequenceMatcher(None, _unmarked(first), _unmarked(second)).ratio() >= ALIKE
    )


def mixed(*names: str) -> bool:
    """Whether names mix alphabets, as when a letter only looks like a Latin one, or one person is written in two."""
    alphabets = {
        unicodedata.name(char, "").partition(" ")[0] for name in names for char in name if char.isalpha()
    }
    return len(alphabets) > 1


def is_name(text: str) -> bool:
    """Whether a text names anybody: it has a letter, and is no address."""
    return any(map(str.isalpha, text)) and "@" not in unicodedata.normalize("NFKC", text)


def _words(name: str) -> list[str]:
    """The words of a name in one spelling, letters and digits only."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
    visible = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    for letter, two in _TWO_LETTERS.items():
        visible = visible.replace(letter, two)
    return "".join(char if char.isalnum() else " " for char in visible).split()


def _unmarked(words: list[str]) -> str:
    """Their letters without accents and rings, as where å is typed as a."""
    letters = "".join(words).replace("aa", "a").replace("oe", "o")
    return "".join(char for char in unicodedata.normalize("NFD", letters) if char.isalpha())


def _all_fit(few: list[str], many: list[str]) -> bool:
    """Whether each of the few words is one of the many, or the initial of one, or begins with one that is an initial."""
    left = list(many)
    for word in [one for one in few if one in many] + [one for one in few if one not in many]:
        fits = word if word in left else next((one for one in left if _is_initial(word, one)), None)
        if fits is None:
            return False
        left.remove(fits)
    return True


def _is_initial(one: str, other: str) -> bool:
    return 1 in (len(one), len(other)) and one[0] == other[0]
