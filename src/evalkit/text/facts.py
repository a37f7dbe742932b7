"""Numbers that are not in a row of their own: facts of the data set, and sums and ratios of published numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evalkit.report import Report
from evalkit.terms import PLAN
from evalkit.text.numbers import Cited, number

MILLION = 1_000_000


def given(report: Report, name: str) -> list[Mapping[str, Any]]:
    """What the data set says of money or activities, up to the report's year; empty where it says nothing."""
    return [one for one in report.facts.get(PLAN, {}).get(name, ()) if one["year"] <= report.year]


def total(found: list[Mapping[str, Any]], column: str, **where: Any) -> float | None:
    """The sum of a column over what matches; None where nothing does."""
    mine = [one[column] for one in found if all(one[name] == wanted for name, wanted in where.items())]
    return float(sum(mine)) if mine else None


def cited(
    report: Report, value: float, place: str, *, decimals: int = 0, scale: int = 1, signed: bool = False
) -> Cited:
    """A number that says where it comes from: `facts` or rows, by name."""
    text = number(value, decimals, language=report.language, scale=scale, signed=signed)
    return Cited(text, value, place=place, scale=scale)


def millions(report: Report, value: float, place: str) -> Cited:
    """An amount of money in millions with two decimals, the whole amount in its `value`."""
    return Cited(number(value / MILLION, 2, language=report.language), value, place=place, scale=1 / MILLION)
