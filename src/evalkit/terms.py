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


class Shown(StrEnum):
    """Whether a published row holds its value, and if not, why."""

    VALUE = "value"
    SUPPRESSED = "suppressed"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


class Verdict(StrEnum):
    """The answer to "has the underlying level moved?"."""

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
    def tone(self) -> str:
        """The colour family: good, ill or open (no conclusion)."""
        if self in (Verdict.REACHED, Verdict.ON_TRACK, Verdict.IMPROVED, Verdict.IMPROVING):
            return "good"
        return "ill" if self in (Verdict.OFF_TRACK, Verdict.WORSENED) else "open"


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

    @classmethod
    def of(cls, limits: Iterable[Any], method: str, *, level: float = LEVEL, **more: Any) -> Estimate:
        """An estimate from value, lower and upper in a row."""
        value, lower, upper = limits
        return cls(value, lower, upper, level, method, **more)

    def _display(self) -> Display:
        given = {name: getattr(self, name) for name in _SHOWN if getattr(self, name) is not None}
        columns = [list(value) if hasattr(value, "__iter__") else [value] for value in given.values()]
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

ROW_COLUMNS: Final[dict[str, str]] = {
    # what it is about
    "row": "id: indicator.area.year",
    "indicator": "id from params/indicators.yml",
    "area": "area id; plan, rest, matched, a comparator id or an official unit",
    "year": "plan year, named by the year it ends in",
    "statistic": "weighted_share, share, rate, count or gap",
    "unit": "share (0-1), per_1000, count, or points / relative for a gap",
    "shown": "value, suppressed, missing or not_applicable",
    "hidden_by": "what a reader may be told: below_threshold or confidential",
    # the level
    "numerator": "people, answers or reports (weighted answers for a survey)",
    "denominator": "people or answers",
    "value": "the estimate",
    "lower": "lower end of its interval",
    "upper": "upper end of its interval",
    "level": "confidence level, 0-1",
    "method": "name of the interval method",
    "respondents": "answers before weighting, “don't know” among them",
    "invited": "people asked",
    "response_rate": "answers (with don't know) over invited, 0-1",
    "dont_know": "answers “don't know”, left out of the denominator",
    "from_date": "first day of the survey round",
    "to_date": "last day of the survey round",
    "effective_n": "size of the simple random sample with the same precision",
    "design_effect": "Kish's design effect of the weights",
    # the change since the baseline year
    "baseline_year": "plan year that the change counts from",
    "baseline_numerator": "numerator of the baseline year",
    "baseline_denominator": "denominator of the baseline year",
    "baseline_value": "value of the baseline year",
    "change_kind": "points (difference of shares) or relative (ratio of rates minus 1)",
    "change": "change since the baseline year",
    "change_lower": "lower end of its interval",
    "change_upper": "upper end of its interval",
    "change_baseline3": "change since the mean of the three years that end with the baseline year",
    "dispersion": "φ of the plan, for rates",
    "df": "degrees of freedom behind φ",
    "trend": "annual change of the log-linear trend from the baseline year, for rates from year 3",
    "trend_lower": "lower end of its interval",
    "trend_upper": "upper end of its interval",
    "detectable": "smallest change that would have been seen with 80 % power",
    # the goal and the verdict
    "target": "level planned for this year, unit of the value",
    "planned_change": "τ: change planned for this year (a year, when judged on the trend), same scale as change",
    "target_reached": "yes, no, or empty when the goal has no number",
    "target_linear": "level planned for this year when the target is read linearly",
    "delta": "little change means the interval lies inside ± this",
    "verdict": "has the underlying level moved?",
    "judged_on": "change since the baseline year, or trend (rates with a number, from year 3)",
    "verdict_rule": "the condition that decided, by name",
    "p_value": "two-sided p for no change",
    "p_holm": "the same after Holm over the area-years of the goal",
    "verdict_holm": "the verdict read with Holm's correction",
    "verdict_linear": "the verdict under the linear reading of the target",
    "verdict_statcan": "progress by Statistics Canada's rule (1.5 / 0.5 % a year)",
    "verdict_unsd": "progress by the UN Statistics Division's rule (2 / 0.5 % a year)",
    "verdict_istat": "progress by ISTAT's rule (5 / 1 % a year)",
    # the comparison
    "comparator": "area id compared with",
    "comparator_value": "the comparator's value",
    "comparator_change": "the comparator's change since the baseline year",
    "effect": "difference-in-differences, or ratio of ratios minus 1 for rates",
    "effect_lower": "lower end of its interval",
    "effect_upper": "upper end of its interval",
    "effect_method": "placebo spread (comparison areas) or Newcombe / ratio of ratios (one comparator)",
    "effect_areas": "comparison areas behind the interval",
    "evidence_level": "1-5 after the Maryland scale",
    # how far the comparison carries: all areas together, and the municipality among the others
    "event": "difference in change since the baseline year by the placebo spread, every year before and after",
    "event_lower": "lower end of its interval",
    "event_upper": "upper end of its interval",
    "event_areas": "comparison areas behind it",
    "permutation_p": "two-sided p of that difference when the areas of the plan are drawn by lot",
    "permutation_floor": "smallest p that so many areas can give",
    "pre_trend": "difference in yearly change up to the baseline year, same scale as change",
    "pre_trend_lower": "lower end of its interval",
    "pre_trend_upper": "upper end of its interval",
    "event_baseline3": "the difference counted from the mean of three years, ending with the baseline year",
    "event_baseline3_lower": "lower end of its interval",
    "event_baseline3_upper": "upper end of its interval",
    "event_mean": "the difference as a mean over the plan years so far",
    "event_mean_lower": "lower end of its interval",
    "event_mean_upper": "upper end of its interval",
    "event_calm": "the same over the plan years without a shock to the whole country (COVID-19)",
    "event_calm_lower": "lower end of its interval",
    "event_calm_upper": "upper end of its interval",
    "heterogeneity": "Cochran's Q of the areas' changes",
    "heterogeneity_p": "its p: do the areas differ by more than chance?",
    # who a register share's change came from: all areas together
    "stayers": "people there in the baseline year and this year",
    "movers_in": "people there this year only",
    "movers_out": "people there in the baseline year only",
    "part_stayers": "part of the change (points, 0-1) that is the stayers' own",
    "part_movers_in": "part that those who came brought",
    "part_movers_out": "part that those who left made by leaving",
    # where it comes from
    "series_break": "yes when the row cannot be compared with the baseline year",
    "provisional": "yes when the source says that the figure may change",
    "source": "where the figure comes from",
    "note": "what a reader must know",
    "synthetic": "yes when the data are made up",
}
"""Columns of the published rows, in the order of `results.csv`."""
