"""The library of indicators: the shipped params/indicators.yml, made to fit another plan without losing a comment."""

from __future__ import annotations

import datetime as dt
import json
import re
from functools import cache
from typing import Any, Final

import yaml

from evalbook.scaffold.shipped import shipped
from evalkit.text.numbers import date

FILE: Final = "params/indicators.yml"
_RECORD: Final = re.compile(r"^([a-z][a-z0-9_]*):", re.M)


@cache
def records() -> dict[str, dict[str, Any]]:
    """The shipped indicators by id."""
    content: dict[str, dict[str, Any]] = yaml.safe_load(shipped(FILE).read_text(encoding="utf-8"))
    return content


def goals() -> list[str]:
    """Indicators that can measure a goal: judged, and about the areas."""
    return [
        name
        for name, one in records().items()
        if one.get("polarity", "neutral") != "neutral" and not one.get("official")
    ]


def usual_goals() -> list[str]:
    """The goals of a plan that names none: those that the library marks as goals."""
    return [name for name in goals() if "goal" in records()[name]]


def fitted(chosen: list[str], *, year_starts: int, efforts: list[str]) -> str:
    """indicators.yml with the chosen goals, their gaps to the rest of the municipality, and the plan year's own dates.

    Indicators that are no goals stay: the reports show them among the others. Comments stay as they are.
    """
    text = shipped(FILE).read_text(encoding="utf-8")
    starts = [match.start() for match in _RECORD.finditer(text)]
    made = [text[: starts[0]]]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        block = text[start:end]
        name = block.partition(":")[0]
        one = records()[name]
        where = (one.get("numerator") or {}).get("where", {})
        if one.get("of") not in (None, *chosen) or where.get("effort", efforts[0]) not in efforts:
            block = "".join(re.findall(r"^#.*\n|^\n", block, flags=re.M))  # only the heading of what follows
        elif "goal" in one and name not in chosen:
            block = re.sub(r"^  goal: .*\n", "", block, count=1, flags=re.M)
        elif "goal" not in one and name in chosen:
            block = re.sub(r"^(  polarity: .*\n)", rf"\1  goal: {name}\n", block, count=1, flags=re.M)
        made.append(block)
    have = {one.get("of") for one in records().values()}
    made += [_gap(name) for name in chosen if name not in have]
    return dated(re.sub(r"\n{3,}", "\n\n", "".join(made)), year_starts)


def _gap(name: str) -> str:
    """The record of a goal's gap to the rest of the municipality."""
    da, en = (records()[name]["title"][language] for language in ("da", "en"))
    texts = {
        "title": (f"Afstand: {da[:1].lower()}{da[1:]}", f"Gap: {en[:1].lower()}{en[1:]}"),
        "definition": (
            f"{da} i området mod resten af kommunen",
            f"{en} in the area against the rest of the municipality",
        ),
        "question": (
            "Hvor langt er området fra resten af kommunen?",
            "How far is the area from the rest of the municipality?",
        ),
    }
    lines = [f"gab_{name}:"]
    lines += [f"  {key}: {{da: {quoted(one)}, en: {quoted(other)}}}" for key, (one, other) in texts.items()]
    return "\n".join([*lines, "  statistic: gap", f"  of: {name}", ""])


def quoted(text: str) -> str:
    """A text in double quotes, as YAML and JSON read it."""
    return json.dumps(text, ensure_ascii=False)


def dated(text: str, year_starts: int) -> str:
    """The text with the days of the shipped plan's year put as those of a year that begins in another month.

    The education register counts on 30 September whatever the plan's year, so that day stays.
    """
    first = dt.date(2001, year_starts, 1)
    last, middle = first.replace(year=2002) - dt.timedelta(days=1), _later(first, 6)
    for language, until, in_year in (("da", "til", "i planåret"), ("en", "to", "of the plan year")):
        start, end, half = (date(day, language).rpartition(" ")[0] for day in (first, last, middle))
        for was, now in zip(_DAYS[language], (f"{start} {until} {end}", half, in_year), strict=True):
            text = text.replace(was, now)
    return text


_DAYS: Final = {
    "da": ("1. oktober til 30. september", "1. april", "maj og juni i planåret"),
    "en": ("1 October to 30 September", "1 April", "May and June of the plan year"),
}
"""How the shipped file says the plan year, its middle, and when the survey is done (another plan's is not known)."""


def _later(day: dt.date, months: int) -> dt.date:
    month = day.month - 1 + months
    return dt.date(day.year + month // 12, month % 12 + 1, 1)
