"""Dates, quarters and plan years: one order of day and month in a column, or a refusal that gives both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from babel.dates import get_month_names

from evalbook.intake.sheet import SPACES, Cell, Unfit

_TIME: Final = r"(?:[ T]\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?)?"
_FORMS: Final = {
    "year first": re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _TIME),
    "day first": re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})" + _TIME),
    "short year": re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{2})" + _TIME),
    "in words": re.compile(r"(\d{1,2})\.?\s+([a-zA-ZæøåÆØÅ]+)\.?\s+(\d{4})"),
}
_MONTHS: Final = {
    name: number
    for language in ("da", "en")
    for number, full in get_month_names("wide", locale=language).items()
    for name in (full.casefold(), full[:3].casefold())
}
_QUARTER: Final = (
    re.compile(r"(?P<year>\d{4})\s*[:\-/ ]?\s*[KQ](?P<quarter>[1-4])", re.IGNORECASE),
    re.compile(r"[KQ](?P<quarter>[1-4])\s*[:\-/ ]?\s*(?P<year>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<quarter>[1-4])\.?\s*(?:kvartal|kvt\.?|quarter)\s+(?P<year>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<year>\d{4})\s+(?P<quarter>[1-4])\.?\s*(?:kvartal|kvt\.?)", re.IGNORECASE),
)
_MONTH: Final = (
    re.compile(r"(?P<year>(?:19|20)\d{2})\s*[-/.M]?\s*(?P<month>\d{2})", re.IGNORECASE),
    re.compile(r"(?P<month>\d{1,2})\s*[-/.]\s*(?P<year>(?:19|20)\d{2})"),
    re.compile(r"(?P<month>[a-z]+)\.?\s*[-/ ]?\s*(?P<year>(?:19|20)\d{2})", re.IGNORECASE),
    re.compile(r"(?P<year>(?:19|20)\d{2})\s+(?P<month>[a-z]+)\.?", re.IGNORECASE),
)
PROVISIONAL: Final = "*"
_PLAN_YEAR: Final = re.compile(r"(\d{4})\s*[/–-]\s*(\d{4}|\d{2})")


def form(cell: Cell) -> str:
    """How a date is written, with its separator; empty when it is no date."""
    if isinstance(cell, date):
        return "an Excel date"
    text = str(cell).strip(SPACES) if isinstance(cell, str) else ""
    for name, pattern in _FORMS.items():
        if match := pattern.fullmatch(text):
            return name if name == "in words" else f"{name}, {match[2]}"
    return ""


def mixed(cells: Sequence[tuple[int, Cell]]) -> tuple[int, Unfit] | None:
    """The row where a column changes its way of writing dates, with what is wrong; None when it keeps to one."""
    first: dict[str, tuple[int, Cell]] = {}
    for row, cell in cells:
        if found := form(cell):
            first.setdefault(found, (row, cell))
    if len(first) > 1:
        (one, (row, cell)), (other, (late, strange)) = list(first.items())[:2]
        unsure = strange if other.startswith(("day", "short")) else cell
        return late, Unfit(
            f"{_text(strange)} is written {other}, but {_text(cell)} in row {row} is written {one}: {_both(unsure)}",
            "Write all dates of the column as 2018-10-01.",
        )
    for row, cell in cells:
        match = _FORMS["day first"].fullmatch(cell.strip(SPACES)) if isinstance(cell, str) else None
        if match and int(match[3]) > 12:
            return row, Unfit(
                f"{cell!r} has no month {match[3]}: the column seems to be written month first.",
                "Write all dates as 2018-10-01.",
            )
    return None


def parse(cell: Cell) -> date:
    """The date in a cell; Unfit when it is none."""
    if isinstance(cell, date):
        return cell
    found = form(cell)
    text = str(cell).strip(SPACES)
    if not found:
        what = "a number, not a date" if isinstance(cell, int | float) or text.isdigit() else "not a date"
        raise Unfit(f"{text[:40]!r} is {what}.", "Write it as 2018-10-01.")
    if found.startswith("short year"):
        raise Unfit(f"{text!r} has a year of two digits: {_both(text)}", "Write it as 2018-10-01.")
    match = _FORMS[found.partition(",")[0]].fullmatch(text)
    assert match
    if found == "in words":
        day, month, year = int(match[1]), _MONTHS.get(match[2].casefold(), 0), int(match[3])
    elif found.startswith("year first"):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
    else:
        day, month, year = int(match[1]), int(match[3]), int(match[4])
    try:
        return date(year, month, day)
    except ValueError:
        raise Unfit(f"{text!r} is no day of the calendar.", "Correct it.") from None


def quarter(cell: Cell) -> str:
    """The quarter in a cell as 2018Q4; Unfit when it is none."""
    text = str(cell).strip(SPACES).removesuffix(PROVISIONAL).rstrip(SPACES) if isinstance(cell, str) else ""
    for pattern in _QUARTER:
        if match := pattern.fullmatch(text):
            return f"{match['year']}Q{match['quarter']}"
    day = parse(cell) if isinstance(cell, date) or form(cell) else None
    if day is not None and day.day == 1 and day.month % 3 == 1:  # the day that a stock is made up
        return quarter_of(day)
    what = "a date; a quarter" if isinstance(cell, date) else f"{str(cell)[:40]!r}; a quarter"
    raise Unfit(f"is {what} is written 2018K4 or 2018Q4.", "Correct it.")


def stock_of(year: Cell, header: str) -> str | None:
    """The first quarter of a year under a header that says 1 January; None where it says so not."""
    said = re.search(r"\b(?:pr\.?\s*)?1\.?\s*jan", header, re.IGNORECASE)
    text = str(year).strip(SPACES).removesuffix(".0")
    return f"{text}Q1" if said and re.fullmatch(r"(?:19|20)\d\d", text) else None


def is_provisional(cell: Cell) -> bool:
    """Whether a quarter bears Statistics Denmark's mark for provisional figures."""
    return isinstance(cell, str) and cell.strip(SPACES).endswith(PROVISIONAL)


def is_quarter(text: str) -> bool:
    """Whether a text names a quarter."""
    return any(pattern.fullmatch(text.strip(SPACES)) for pattern in _QUARTER)


def first_day_of(cell: Cell) -> date | None:
    """The first day of the quarter or month that a text names (2018K4, 2018-10, 10-2018, oktober 2018); None for others."""
    text = cell.strip(SPACES) if isinstance(cell, str) else ""
    if is_quarter(text):
        return first_day(quarter(text))
    for pattern in _MONTH:
        if match := pattern.fullmatch(text):
            month = _MONTHS.get(match["month"].casefold()) or (
                int(match["month"]) if match["month"].isdigit() else 0
            )
            return date(int(match["year"]), month, 1) if 1 <= month <= 12 else None
    return None


def middle_of_year(cell: Cell) -> date | None:
    """1 July of a calendar year that stands alone in a cell; None for others."""
    whole = isinstance(cell, int | float) and not isinstance(cell, bool) and cell == int(cell)
    text = str(int(cell)) if whole else str(cell).strip(SPACES)  # type: ignore[arg-type]
    return date(int(text), 7, 1) if re.fullmatch(r"(?:19|20)\d\d", text) else None


def first_day(quarter: str) -> date:
    """The first day of a quarter such as 2018Q4."""
    return date(int(quarter[:4]), int(quarter[5]) * 3 - 2, 1)


def quarter_of(day: date) -> str:
    """The quarter that a day lies in, e.g. 2018Q4."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def year(cell: Cell) -> int:
    """The plan year in a cell; Unfit when it is none; 2017/18 is the year that ends in 2018."""
    if (
        isinstance(cell, int | float)
        and not isinstance(cell, bool)
        and cell == int(cell)
        and 1900 <= cell < 2100
    ):
        return int(cell)
    text = str(cell).strip(SPACES) if isinstance(cell, str) else ""
    if re.fullmatch(r"(?:19|20)\d\d(?:[.,]0+)?", text):
        return int(text[:4])
    if match := _PLAN_YEAR.fullmatch(text):
        start, end = int(match[1]), int(match[2]) if len(match[2]) == 4 else int(match[1][:2] + match[2])
        if end == start + 1 and 1900 <= start < 2100:
            return end
    what = "a date" if isinstance(cell, date) else repr(str(cell)[:40])
    raise Unfit(f"{what} is not a plan year.", "Write the year it ends in, e.g. 2018.")


def _text(cell: Cell) -> str:
    return repr(cell) if isinstance(cell, str) else str(cell)


def _both(cell: Cell) -> str:
    """The two days that a date in figures may be."""
    if not isinstance(cell, str) or not (
        match := re.match(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2,4})", cell.strip(SPACES))
    ):
        return "the day may be read in two ways."
    first, second, last = match[1].zfill(2), match[2].zfill(2), match[3]
    readings = (
        [f"20{last}-{second}-{first}", f"20{first}-{second}-{last}"]
        if len(last) == 2
        else [f"{last}-{second}-{first}", f"{last}-{first}-{second}"]
    )
    return f"it may be {readings[0]} or {readings[1]}."
