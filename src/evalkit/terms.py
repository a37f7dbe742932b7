"""The vocabulary: words that every room of the library uses in the same sense."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from evalkit.display import Display, Displayed


class Polarity(StrEnum):
    """Which way an indicator must move to count as better."""

    HIGHER = "higher_is_better"
    LOWER = "lower_is_better"


SHARE: Final = "share"
SIMPLE: Final = "simple_sample"
CALENDAR: Final = "calendar_"
"""In the note of a published row: a share that its source has worked out, an interval as of a simple random sample for
want of a design effect, and (before the year) a figure of a calendar year."""


class Shown(StrEnum):
    """Whether a published row holds its value, and if not, why."""

    VALUE = "value"
    SUPPRESSED = "suppressed"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


class Verdict(StrEnum):
    """The answer to "has the underlying level changed?"."""

    REACHED = "reached"
    ON_TRACK = "on_track"
    IMPROVED = "improved"
    IMPROVING = "improving"
    LITTLE_CHANGE = "little_change"
    CANNOT_TELL = "cannot_tell"
    OFF_TRACK = "off_track"
    WORSENED = "worsened"
    NOT_ASSESSABLE = "not_assessable"
    SUPPRESSED = "suppressed"

    @property
    def decided(self) -> bool:
        """Whether it concludes anything: that a level has changed, or that it has not changed by much."""
        return self.tone != "open" or self is Verdict.LITTLE_CHANGE

    @property
    def tone(self) -> str:
        """The colour family: good, ill or open (no conclusion)."""
        if self in (Verdict.REACHED, Verdict.ON_TRACK, Verdict.IMPROVED, Verdict.IMPROVING):
            return "good"
        return "ill" if self in (Verdict.OFF_TRACK, Verdict.WORSENED) else "open"


class Progress(StrEnum):
    """What published progress rules for indicators without a numeric target say of an annual growth rate."""

    SUBSTANTIAL = "substantial"
    MODERATE = "moderate"
    LIMITED = "limited"  # Statistics Canada: 0 to 0.5 % a year
    STABLE = "stable"  # ISTAT: within 1 % a year
    STAGNATION = "stagnation"  # UN Statistics Division: stagnation or regression
    SLIGHT_DETERIORATION = "slight_deterioration"
    DETERIORATION = "deterioration"
    NOT_AVAILABLE = "not_available"

    @property
    def tone(self) -> str:
        """The colour family of `Verdict.tone`, so that the two can be compared."""
        if self in (Progress.SUBSTANTIAL, Progress.MODERATE):
            return "good"
        return "ill" if self in (Progress.SLIGHT_DETERIORATION, Progress.DETERIORATION) else "open"


class Reading(StrEnum):
    """How "15 % a year" is read over several years."""

    COMPOUNDING = "compounding"  # 100, 85, 72.2, 61.4, 52.2
    LINEAR = "linear"  # 100, 85, 70, 55, 40


class Status(StrEnum):
    """How far a report has come in its review."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"


LEVEL: Final = 0.95
"""Confidence level of every interval unless told otherwise."""

P_LIMIT: Final = 0.05
"""What a p-value is held against in words: the other side of LEVEL."""

CAUSAL: Final = 3
"""Evidence level from which a sentence may say what speaks for the plan."""

MOST_AREAS: Final = 16
"""Areas that a page shows one by one in figures: with more, a page would grow with them and a site with their square."""
FEWEST_AREAS: Final = 5
"""Comparison areas; with fewer their own trends cannot be told, and the declared floor stands."""

EQUIVALENCE_LEVEL: Final = 0.90
"""Level of the interval of the drift before the plan: inside a margin it is two one-sided tests at 5 %."""

PLAN: Final = "plan"
"""Area id of the plan total: all areas of the plan together."""

REST: Final = "rest"
"""Area id of the rest of the municipality: the municipality minus the plan's areas."""

MATCHED: Final = "matched"
"""Area id of the comparison areas together."""


@dataclass(frozen=True, repr=False)
class Estimate(Displayed):
    """A value with its interval, and the counts it came from (numbers or equally long arrays).

    Shares are 0-1, rates are per `per` residents, changes are differences of shares
    or ratios of rates. NaN means missing; a problem is never turned into a number.
    """

    value: Any
    lower: Any
    upper: Any
    level: float
    method: str
    numerator: Any = None
    denominator: Any = None
    respondents: Any = None  # answers that count, before weighting
    effective_n: Any = None  # size of the simple random sample with the same precision
    design_effect: Any = None  # Kish
    df: Any = None  # degrees of freedom behind the quantile, when it is not the normal
    error: Any = None  # standard error on the log scale, where the interval is made from it

    @classmethod
    def of(cls, limits: Iterable[Any], method: str, *, level: float = LEVEL, **more: Any) -> Estimate:
        """An estimate from value, lower and upper in a row."""
        value, lower, upper = limits
        return cls(value, lower, upper, level, method, **more)

    def _display(self) -> Display:
        given = {name: getattr(self, name) for name in _SHOWN if getattr(self, name) is not None}
        columns = [list(value) if getattr(value, "ndim", 0) else [value] for value in given.values()]
        n = max(map(len, columns))
        whole = [column * n if len(column) == 1 else column for column in columns]
        rows = list(zip(*whole, strict=True))
        note = f"The first {MOST} of {n}." if n > MOST else ""
        return Display(f"Estimate ({self.method}, level {self.level:g})", rows[:MOST], list(given), note)


_SHOWN: Final = (
    "value",
    "lower",
    "upper",
    "numerator",
    "denominator",
    "respondents",
    "effective_n",
    "design_effect",
    "df",
)
MOST: Final = 10
"""Estimates that an array of them shows."""
