"""Numbers, amounts and dates as Danish and English readers write them; a number from a row cites it."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from typing import Any, Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from evalkit.results import DIGITS

MINUS: Final = "\u2212"
DASH: Final = "\u2013"
LEAST_P: Final = 0.001  # a smaller p is not told apart
_LOCALES: Final = {"da": Locale("da"), "en": Locale("en", "GB")}


def number(
    value: float, decimals: int = 0, *, language: str, signed: bool = False, scale: int | Decimal = 1
) -> str:
    """A number as text, half up: decimal comma and dot between thousands in Danish; `signed` writes + too.

    `scale` 100 turns a share (0-1) into percent exactly, where a product of floats would not.
    NaN and infinity have no text: they are an error (ValueError), never a number.
    """
    value = float(value)
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be shown as a number")
    rounded = (Decimal(repr(value)) * scale).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    rounded = rounded or abs(rounded)  # no minus before zero
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(abs(rounded), format=pattern, locale=_LOCALES[language])
    if rounded < 0:
        return MINUS + text
    return "+" + text if signed and rounded > 0 else text


def date(day: dt.date, language: str) -> str:
    """A date in words: 1. oktober 2018, 1 October 2018."""
    return format_date(day, "long", locale=_LOCALES[language])


def period(start: dt.date, end: dt.date, language: str) -> str:
    """Two dates in words with a dash between; the year is said once when it is the same."""
    if start == end:
        return date(start, language)
    if start.year != end.year:
        return f"{date(start, language)} {DASH} {date(end, language)}"
    first = format_date(start, "d. MMMM" if language == "da" else "d MMMM", locale=_LOCALES[language])
    return f"{first} {DASH} {date(end, language)}"


def plain_number(value: Any) -> str:
    """The machine number of a `<data>` element: as many digits as in the tables, and all before the point."""
    value = float(value)
    if not value.is_integer():
        alike = float(
            f"{value:.12g}"
        )  # without the last bits, so that every machine rounds a half the same way
        value = round(alike, max(0, DIGITS - 1 - math.floor(math.log10(abs(value)))))
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


@dataclass(frozen=True)
class Cited:
    """A number as text that cites where it stands: a column of a published row, or a place in params."""

    text: str
    value: float  # as stored: shares 0-1, changes signed, whatever the words around the text say
    row: str = ""  # "tryghed.nordparken.2019.value"
    place: str = ""  # "params/plan.yml: funding.landsbyggefonden.amount"
    scale: float = 1  # what the value is multiplied by to be shown

    @property
    def html(self) -> str:
        """The number as a `<data>` element."""
        where = f'data-row="{escape(self.row)}"' if self.row else f'data-from="{escape(self.place)}"'
        return f'<data value="{plain_number(self.value)}" {where}>{escape(self.text)}</data>'

    @property
    def plain(self) -> str:
        """The number alone."""
        return self.text


@dataclass(frozen=True)
class Tenths:
    """A share as so many in ten, from 1 to 9, that cites its row: 7 for 0.716, and says that it is rounded so."""

    value: float
    row: str

    @property
    def plain(self) -> str:
        """The number alone, half up."""
        tenths = (Decimal(repr(self.value)) * 10).quantize(Decimal(1), ROUND_HALF_UP)
        return str(min(max(int(tenths), 1), 9))

    @property
    def html(self) -> str:
        """The number as a `<data>` element."""
        row = escape(self.row)
        return (
            f'<data value="{plain_number(self.value)}" data-row="{row}" data-as="tenths">{self.plain}</data>'
        )


@dataclass(frozen=True)
class Quoted:
    """A text from a data file, whose free-standing numbers cite that file: »188 to 116 homes«."""

    text: str
    place: str  # "data/published/events.csv"

    @property
    def html(self) -> str:
        """The text with its numbers as `<data>` elements."""
        parts = re.split(r"((?<![\w-])\d+(?![\w-]))", self.text)
        return "".join(
            Cited(part, int(part), place=self.place).html if i % 2 else escape(part, quote=False)
            for i, part in enumerate(parts)
        )

    @property
    def plain(self) -> str:
        """The text as it is."""
        return self.text
