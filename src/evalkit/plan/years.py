"""The plan's period and its years, and which of them quarters and calendar years stand at."""

from __future__ import annotations

import datetime as dt
from typing import Final

from pydantic import Field, model_validator

from evalkit.plan.records import Strict

IN_COMMON: Final = 9
"""Months that a calendar year shares with the plan year at which it stands."""


class Period(Strict):
    start: dt.date
    end: dt.date


class YearStart(Strict):
    """First day of a plan year; the year is named by the calendar year it ends in."""

    month: int = Field(ge=1, le=12)
    day: int = Field(default=1, ge=1, le=31)

    @model_validator(mode="after")
    def _is_a_day_of_every_year(self) -> YearStart:
        try:
            dt.date(2001, self.month, self.day)
        except ValueError:
            raise ValueError(
                f"month {self.month} has no day {self.day} in every year; type another"
            ) from None
        return self

    @property
    def crosses(self) -> bool:
        """Whether a plan year crosses New Year."""
        return (self.month, self.day) != (1, 1)

    @property
    def quarter(self) -> int:
        """The month of the quarter's first day that is nearest: 1, 4, 7, 10, or 13 at the end of the year.

        A quarter of a register, which cannot be split, belongs to the plan year that holds most of it.
        """
        months = self.month + (self.day - 1) / 31
        return min((1, 4, 7, 10, 13), key=lambda first: abs(first - months))

    def first_day(self, year: int) -> dt.date:
        """First day of a plan year."""
        return dt.date(year - self.crosses, self.month, self.day)

    def year_of(self, day: dt.date) -> int:
        """The plan year that a day falls in."""
        return day.year + (self.crosses and (day.month, day.day) >= (self.month, self.day))

    def of_calendar(self, year: int) -> int | None:
        """The plan year with which a calendar year has at least nine months in common; None where none has."""
        before = self.month - 1 + (self.day - 1) / 31  # months of it until a plan year begins
        if not self.crosses or before >= IN_COMMON:
            return year
        return year + 1 if 12 - before >= IN_COMMON else None

    def year_of_quarter(self, quarter: str) -> int:
        """The plan year of a quarter such as 2018Q4."""
        return int(quarter[:4]) + (self.crosses and int(quarter[5]) * 3 - 2 >= self.quarter)
