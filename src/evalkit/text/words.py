"""Words in two languages: the message catalogue, and sentences made from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import NullTranslations
from html import escape
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any, Final, Protocol

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from evalkit.errors import UnknownName, did_you_mean

LOCALE: Final = Path(__file__).parent / "locale"
LANGUAGES: Final = ("da", "en")
NBSP: Final = "\u00a0"

# A number is never parted from its unit at the end of a line.
UNITS: Final = "pct|procentpoint|percentage points?|per cent|pr|per|mio|million|kr|DKK|år|years?"
_BEFORE_UNIT: Final = re.compile(rf"(?<=\}}) (?=(?:{UNITS})\b)")


class Part(Protocol):
    """What may stand in a sentence: something that knows its HTML and its plain text."""

    @property
    def html(self) -> str: ...
    @property
    def plain(self) -> str: ...


@dataclass(frozen=True)
class Sentence:
    """A message with its parts filled in, as HTML (numbers cite their rows) and as plain text."""

    message: str
    parts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def html(self) -> str:
        """Escaped HTML; numbers are `<data>` elements."""
        return self._filled("html")

    @property
    def plain(self) -> str:
        """The same words without markup, for titles, alt texts and terminals."""
        return self._filled("plain")

    def _filled(self, form: str) -> str:
        # The message comes from the catalogue, but only its `<b>` is markup; parts escape themselves.
        done = []
        for text, name, _, _ in Formatter().parse(_BEFORE_UNIT.sub(NBSP, self.message)):
            done.append(text if form == "html" else re.sub(r"</?b>", "", text))
            if name is not None:
                part = self.parts[name]
                plain = getattr(part, form, None)
                done.append(str(plain) if plain is not None else _text(part, form))
        # "pct." at the end of a sentence brings its own full stop.
        said = re.sub(r"(?<=[a-zæøå])\.\.(?!\.)", ".", "".join(done))
        return re.sub(r"\b(per|pr\.) (?=1[.,]000\b)", rf"\1{NBSP}", said)

    def __str__(self) -> str:
        return self.plain


def _text(part: object, form: str) -> str:
    return escape(str(part), quote=False) if form == "html" else str(part)


class Words:
    """The words of one language; English is the language of the messages themselves."""

    def __init__(self, language: str, catalogue: NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, message: str) -> str:
        """The message in this language."""
        return self._catalogue.gettext(message)

    def plural(self, one: str, many: str, n: float) -> str:
        """The message for `n` things in this language; not whole numbers (0.5, 1.5) are many."""
        whole = int(n) if float(n).is_integer() else 2
        return self._catalogue.ngettext(one, many, whole)

    def say(self, message: str, /, **parts: Any) -> Sentence:
        """A sentence: the message in this language, with `{name}` filled in by `parts`."""
        return Sentence(self(message), parts)

    def count(self, one: str, many: str, n: float, /, **parts: Any) -> Sentence:
        """A sentence about `n` things; the number itself is a part like any other."""
        return Sentence(self.plural(one, many, n), parts)

    def listed(self, items: list[Any]) -> Sentence:
        """Several things in a row: a, b and c."""
        if len(items) == 1:
            return Sentence("{last}", {"last": items[0]})
        parts = {f"p{i}": item for i, item in enumerate(items)}
        names = [f"{{{name}}}" for name in parts]
        return Sentence(f"{', '.join(names[:-1])} {self('and')} {names[-1]}", parts)


@lru_cache
def gettext_for(language: str) -> Words:
    """The words of a language (da or en); call it with an English message to get that language's.

    The catalogue is compiled from `locale/<language>/messages.po` in memory at first use: an editable install
    needs no extra step, and a compiled file can never be older than its source.
    """
    if language not in LANGUAGES:
        raise UnknownName(f"no language {language!r}. {did_you_mean(language, LANGUAGES)}")
    source = LOCALE / language / "messages.po"
    if not source.is_file():
        return Words(language, NullTranslations())
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Words(language, Translations(compiled))


def role_word(words: Words, role: str) -> str:
    """The role of somebody who wrote or answered, in the page's language where it is one of the usual."""
    return {"analyst": words("analyst"), "author": words("author"), "reviewer": words("reviewer")}.get(
        role, role
    )
