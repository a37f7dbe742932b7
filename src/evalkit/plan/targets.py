"""Targets: the number that a plan set for a goal, in one of five ways, and the level that each plans for a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import Field, model_validator

from evalkit.plan.records import Strict
from evalkit.terms import Polarity, Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from evalkit.estimates.arguments import Numbers

WAYS: Final = ("annual_change", "annual_points", "total_change", "total_points", "level")
POINTS: Final = ("annual_points", "total_points")


class Target(Strict):
    """A number set for a goal: one of the five ways.

    Relative changes are parts (-0.15 = 15 % fewer), points are parts of one (0.02 = two percentage points, shares only),
    and a level is what the pages print: a share as a part of one, a rate per 1,000.
    """

    annual_change: float | None = Field(default=None, gt=-1, lt=1)
    annual_points: float | None = Field(default=None, gt=-1, lt=1)
    total_change: float | None = Field(default=None, gt=-1, lt=10)
    total_points: float | None = Field(default=None, gt=-1, lt=1)
    level: float | None = Field(default=None, gt=0)
    by: int | None = None  # the plan year in which the level is to be reached; the last one unless typed
    reading: Reading = Reading.COMPOUNDING  # of an annual change

    @model_validator(mode="after")
    def _says_one_thing(self) -> Target:
        given = [way for way in WAYS if getattr(self, way) is not None]
        if len(given) != 1:
            said = f"says {' and '.join(given)}" if given else "says no number"
            raise ValueError(f"{said}; type one of {', '.join(WAYS)}, or target: null")
        if self.size == 0:
            raise ValueError(f"{given[0]} 0 asks for nothing; type target: null where no number was set")
        if self.by is not None and self.way != "level":
            raise ValueError("`by` goes with level; a change counts over every year of the plan")
        if "reading" in self.model_fields_set and self.way != "annual_change":
            raise ValueError(
                "`reading` goes with annual_change; the others are a straight line from the baseline"
            )
        return self

    @property
    def way(self) -> str:
        """How the number is set: one of `WAYS`."""
        return next(way for way in WAYS if getattr(self, way) is not None)

    @property
    def size(self) -> float:
        """The number as it is set."""
        return float(getattr(self, self.way))

    @property
    def has_readings(self) -> bool:
        """Whether the number can be read in two ways, compounding or linear."""
        return self.way == "annual_change"

    def path(
        self,
        start: ArrayLike,
        year: ArrayLike,
        *,
        span: tuple[int, int],
        polarity: Polarity,
        reading: Reading | None = None,
    ) -> Numbers:
        """Level planned for a year, in the unit of the starting level.

        An annual change runs as it is read, down to none; everything else in a straight line, a level to its year, after which it
        stays. Who was beyond the level from the start is asked to stay there.

        Parameters
        ----------
        start : level of the baseline, above zero; number or array
        year : year of the path; number or array
        span : the baseline year from which the path starts, and the plan's last year
        polarity : which way is better; says who is beyond a level
        reading : of an annual change, where another than its own is asked for
        """
        import numpy as np  # only where figures are: a run in which nothing changed reads the plan without it

        base, first = np.asarray(start, dtype=float), span[0]
        since, years = np.asarray(year) - first, span[1] - first
        size, straight = self.size, (reading or self.reading) is Reading.LINEAR
        if self.way == "level":
            there = np.minimum(1.0, since / ((self.by or span[1]) - first))
            return np.where(self.met(base, polarity), size, base + there * (size - base))
        if self.way == "annual_change":  # 30 % a year, read linearly, is 120 % in four years
            return base * (np.maximum(0.0, 1 + size * since) if straight else (1 + size) ** since)
        gone = since if self.way == "annual_points" else since / years
        return base + size * gone * (1 if self.way in POINTS else base)

    def due(self, year: int, last: int) -> int:
        """The year in which the number is to be reached, seen from a year: a level's own, then the plan's last."""
        return self.by if self.by is not None and year < self.by else last

    def met(self, start: ArrayLike, polarity: Polarity) -> NDArray[np.bool_]:
        """Whether a level was reached from the start, so that less than no change is asked for."""
        import numpy as np

        ahead = np.asarray(start, dtype=float) - self.size
        return np.asarray(((ahead if polarity is Polarity.HIGHER else -ahead) >= 0) & (self.way == "level"))

    def pace(self, years: int) -> float | None:
        """The relative change a year that the number means wherever it starts from; None where that depends on the start."""
        if self.total_change is not None:
            return float((1 + self.total_change) ** (1 / years) - 1)
        return self.annual_change

    def wrong(self, polarity: Polarity, *, share: bool, years: list[int]) -> str:
        """What is wrong with the number for an indicator and the years of the plan; empty where nothing is."""
        shown = f"{self.way} {self.size:g}"
        if self.way != "level" and (self.size > 0) != (polarity == Polarity.HIGHER):
            return (
                f"target.{shown} points away from polarity {polarity.value}; change the sign or the polarity"
            )
        if self.way in POINTS and not share:
            return f"{shown}: points are for shares; type annual_change, total_change, or level per 1,000"
        if self.way == "level" and share and self.size > 1:
            return f"{shown} is more than everybody; a share is a part of one: {self.size / 100:g} for {self.size:g} %"
        if self.by is not None and self.by not in years:
            return f"by {self.by} is no year of the plan; type one of {', '.join(map(str, years))}"
        return ""

    def __str__(self) -> str:
        """As run.json keeps it: -0.15 a year, compounding; 0.02 points a year; -0.3 over the plan; level 0.8 by 2021."""
        per = "a year" if self.way.startswith("annual") else "over the plan"
        if self.way == "level":
            return f"level {self.size:g} by {self.by or 'the last year'}"
        if self.has_readings:
            return f"{self.size:g} {per}, {self.reading}"
        return f"{self.size:g} {'points ' if self.way in POINTS else ''}{per}"
