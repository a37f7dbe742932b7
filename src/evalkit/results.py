"""The columns of the results: what each means, in what unit, in which file it is published, and with how many digits.

One table for all: the evaluation makes these columns, and results.csv and the files beside it, the workbook, the data
package and the data page are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RESULTS, CALCULATIONS, COMPARISONS = "results", "calculations", "comparisons"
PROSPECTS, READINGS, MOVERS = "prospects", "readings", "movers"
FILES: Final = {
    RESULTS: "Every figure shown, one row for each; text with commas, UTF-8",
    CALCULATIONS: "What the figures rest on: answers, baseline, spread, trend and plan",
    COMPARISONS: "The comparison with other areas in more ways: years before, other baselines, lots",
    PROSPECTS: "What it takes from here, and what would settle what cannot be told: paces, years, projection, answers",
    READINGS: "The verdict under other readings and by the rules of other offices",
    MOVERS: "Who stayed and who moved, where a change of a register share can be split",
}
"""The files by name, each with what it holds (an English message of the catalogue)."""

RELEASES: Final = "releases"
"""Folder of a workbook that holds what was released, each in a folder of its own."""
TELL_COUNTS: Final = (RESULTS, CALCULATIONS, MOVERS)
"""The tables of a release from which counts follow, so that the next one is read beside them."""

TEXT, DATE, YEAR, YEARS = "text", "date", "year", "years"
PEOPLE, NUMBER, PART = "count", "number", "0–1"
LEVELS, CHANGES, PACE = "as `unit` says", "as `change_kind` says", "as `change_kind` says, a year"
"""Units: numbers of people, answers or reports; plain numbers; parts of one; levels, changes, and changes a year."""

DIGITS: Final = 6
"""Significant digits of a published number at most: few enough that no hidden count can be solved for."""


@dataclass(frozen=True)
class Column:
    """One column of the rows."""

    name: str
    file: str
    unit: str
    meaning: str  # an English message of the catalogue
    interval: str = (
        ""  # the value whose interval, <name>_lower to <name>_upper, says how many digits it bears
    )
    digits: int = DIGITS

    @property
    def is_text(self) -> bool:
        """Whether it holds text rather than numbers."""
        return self.unit in (TEXT, DATE)


def _with_interval(name: str, file: str, unit: str, meaning: str) -> tuple[Column, Column, Column]:
    """A value and the ends of its interval; a level's are named lower and upper alone."""
    ends = ("lower", "upper") if name == "value" else (f"{name}_lower", f"{name}_upper")
    return (
        Column(name, file, unit, meaning, interval=name),
        Column(ends[0], file, unit, "lower end of its interval", interval=name),
        Column(ends[1], file, unit, "upper end of its interval", interval=name),
    )


_COLUMNS: Final = (
    # what it is about
    Column("row", RESULTS, TEXT, "id: indicator.area.year"),
    Column("indicator", RESULTS, TEXT, "id from params/indicators.yml"),
    Column("area", RESULTS, TEXT, "area id; plan, rest, matched, a comparator id or an official unit"),
    Column("year", RESULTS, YEAR, "plan year, named by the year it ends in"),
    Column("statistic", RESULTS, TEXT, "weighted_share, share, rate, count or gap"),
    Column("unit", RESULTS, TEXT, "share (0-1), per_1000, count, or points / relative for a gap"),
    Column("shown", RESULTS, TEXT, "value, suppressed, missing or not_applicable"),
    Column("hidden_by", RESULTS, TEXT, "what a reader may be told: below_threshold or confidential"),
    # the level
    Column("numerator", RESULTS, PEOPLE, "people, answers or reports (weighted answers for a survey)"),
    Column("denominator", RESULTS, PEOPLE, "people or answers"),
    *_with_interval("value", RESULTS, LEVELS, "the estimate"),
    Column("level", CALCULATIONS, PART, "confidence level, 0-1"),
    Column("method", RESULTS, TEXT, "name of the interval method"),
    Column("respondents", CALCULATIONS, PEOPLE, "answers before weighting, “don't know” among them"),
    Column("invited", CALCULATIONS, PEOPLE, "people asked"),
    Column("response_rate", CALCULATIONS, PART, "answers (with don't know) over invited, 0-1"),
    Column("dont_know", CALCULATIONS, PEOPLE, "answers “don't know”, left out of the denominator"),
    Column("from_date", CALCULATIONS, DATE, "first day of the survey round"),
    Column("to_date", CALCULATIONS, DATE, "last day of the survey round"),
    Column("effective_n", CALCULATIONS, PEOPLE, "size of the simple random sample with the same precision"),
    Column("design_effect", CALCULATIONS, NUMBER, "Kish's design effect of the weights"),
    # the change since the baseline year
    Column("baseline", CALCULATIONS, TEXT, "plan year or years that the change counts from, as one level"),
    Column("baseline_year", CALCULATIONS, YEAR, "the last of them"),
    Column("baseline_numerator", CALCULATIONS, PEOPLE, "numerator of the baseline year"),
    Column("baseline_denominator", CALCULATIONS, PEOPLE, "denominator of the baseline year"),
    Column("baseline_value", CALCULATIONS, LEVELS, "value of the baseline year"),
    Column("change_kind", RESULTS, TEXT, "points (difference of shares) or relative (ratio of rates minus 1)"),
    *_with_interval("change", RESULTS, CHANGES, "change since the baseline year"),
    Column("change_method", CALCULATIONS, TEXT, "how that interval is made: `newcombe`, `log ratio`, `conditional` (exact), or from the intervals of the two levels"),
    Column("change_error", CALCULATIONS, NUMBER, "standard error of the log ratio, where the interval is made from it"),
    Column("change_quantile", CALCULATIONS, NUMBER, "how many of them the interval reaches to either side"),
    Column("change_baseline3", COMPARISONS, CHANGES, "change since the mean of the three years that end with the baseline year"),
    Column("dispersion", CALCULATIONS, NUMBER, "φ of the plan, for rates"),
    Column("df", CALCULATIONS, NUMBER, "degrees of freedom behind φ"),
    *_with_interval("trend", CALCULATIONS, PACE, "annual change of the log-linear trend from the baseline year, for rates from year 3"),
    Column("detectable", CALCULATIONS, CHANGES, "smallest change that would have been seen with 80 % power"),
    # the goal and the verdict
    Column("target", RESULTS, LEVELS, "level planned for this year, unit of the value"),
    Column("planned_change", CALCULATIONS, CHANGES, "τ: change planned for this year (a year, when judged on the trend), same scale as change"),
    Column("planned_half", CALCULATIONS, CHANGES, "half of it, on the scale of the verdict: from here on a goal is on track"),
    Column("target_reached", RESULTS, TEXT, "yes, no, or empty when the goal has no number"),
    Column("target_linear", CALCULATIONS, LEVELS, "level planned for this year when the target is read linearly"),
    Column("delta", CALCULATIONS, CHANGES, "little change means the interval lies inside ± this"),
    Column("verdict", RESULTS, TEXT, "has the underlying level changed?"),
    Column("judged_on", CALCULATIONS, TEXT, "change since the baseline year, or trend (rates with a number, from year 3)"),
    Column("verdict_rule", RESULTS, TEXT, "the condition that decided, by name"),
    Column("p_value", RESULTS, PART, "two-sided p for no change", digits=4),
    Column("p_holm", CALCULATIONS, PART, "the same after Holm over the area-years of the goal", digits=4),
    Column("verdict_holm", READINGS, TEXT, "the verdict read with Holm's correction"),
    Column("verdict_linear", READINGS, TEXT, "the verdict under the linear reading of the target"),
    Column("verdict_statcan", READINGS, TEXT, "progress by Statistics Canada's rule (1.5 / 0.5 % a year)"),
    Column("verdict_unsd", READINGS, TEXT, "progress by the UN Statistics Division's rule (2 / 0.5 % a year)"),
    Column("verdict_istat", READINGS, TEXT, "progress by ISTAT's rule (5 / 1 % a year)"),
    # the comparison
    Column("comparator", RESULTS, TEXT, "area id compared with"),
    Column("comparator_value", COMPARISONS, LEVELS, "the comparator's value"),
    Column("comparator_change", RESULTS, CHANGES, "the comparator's change since the baseline year"),
    *_with_interval("effect", RESULTS, CHANGES, "difference-in-differences, or ratio of ratios minus 1 for rates"),
    Column("comparison_says", RESULTS, TEXT, "`for`, `against` or `neither`: what the comparison says of the plan"),
    Column("effect_method", COMPARISONS, TEXT, "pooled difference in change"),
    Column("effect_areas", COMPARISONS, NUMBER, "comparison areas behind the interval"),
    Column("evidence_level", RESULTS, NUMBER, "1-5 after the Maryland scale"),
    # how far the comparison carries: all areas together, and the municipality among the others
    *_with_interval("event", COMPARISONS, CHANGES, "difference in change since the baseline year from the areas compared with together, every year before and after"),
    Column("event_areas", COMPARISONS, NUMBER, "comparison areas behind it"),
    Column("permutation_p", COMPARISONS, PART, "two-sided p of that difference when the areas of the plan are drawn by lot", digits=4),
    Column("permutation_floor", COMPARISONS, PART, "smallest p that so many areas can give", digits=4),
    *_with_interval("pre_trend", COMPARISONS, PACE, "difference in yearly change up to the baseline year, same scale as change; 90 % interval"),
    Column("pre_trend_margin", COMPARISONS, PACE, "drift a year before the plan that counts as none, declared beforehand, same scale as change"),
    Column("drift_to_overturn", COMPARISONS, PACE, "drift a year from the comparator from which on the difference would not be larger than its uncertainty"),
    *_with_interval("event_baseline3", COMPARISONS, CHANGES, "the difference counted from the mean of three years, ending with the baseline year"),
    *_with_interval("event_mean", COMPARISONS, CHANGES, "the difference as a mean over the plan years"),
    *_with_interval("event_calm", COMPARISONS, CHANGES, "the same over the plan years without a shock to the whole country (COVID-19)"),
    Column("heterogeneity", COMPARISONS, NUMBER, "Cochran's Q of the areas' changes"),
    Column("heterogeneity_p", COMPARISONS, PART, "its p: do the areas differ by more than chance?", digits=4),
    # what it takes from here, and what would settle it
    Column("target_last", PROSPECTS, LEVELS, "level planned for the plan's last year"),
    Column("required_pace", PROSPECTS, PACE, "relative change a year from this year's level that would still lead there; 0 when it is reached"),
    Column("years_by_change", PROSPECTS, YEARS, "years from the baseline year until the planned pace would be seen in a single year, four times in five"),
    Column("years_by_trend", PROSPECTS, YEARS, "the same by the trend over all years"),
    *_with_interval("projection", PROSPECTS, LEVELS, "level to expect in the plan's last year if the trend goes on; no result"),
    Column("chance_to_reach", PROSPECTS, PART, "chance, by that projection, of reaching the last year's target; no result", digits=3),
    Column("years_more", PROSPECTS, YEARS, "years more until the trend would show the planned pace, four times in five"),
    Column("answers_needed", PROSPECTS, PEOPLE, "answers in each of two years that would show a change of delta, or of all that is planned, four times in five", digits=2),
    # who a register share's change came from: all areas together
    Column("stayers", MOVERS, PEOPLE, "people there in the baseline year and this year"),
    Column("movers_in", MOVERS, PEOPLE, "people there this year only"),
    Column("movers_out", MOVERS, PEOPLE, "people there in the baseline year only"),
    *_with_interval("part_stayers", MOVERS, CHANGES, "part of the change (points, 0-1) that is the stayers' own"),
    *_with_interval("part_movers_in", MOVERS, CHANGES, "part that those who came brought"),
    *_with_interval("part_movers_out", MOVERS, CHANGES, "part that those who left made by leaving"),
    Column(
        "part_method",
        MOVERS,
        TEXT,
        "`paired`, from who went which way; or `independent`, as of different people, which is too wide",
    ),
    # where it comes from
    Column("series_break", RESULTS, TEXT, "yes when the row cannot be compared with the baseline year"),
    Column("provisional", RESULTS, TEXT, "yes when the source says that the figure may change"),
    Column("source", RESULTS, TEXT, "where the figure comes from"),
    Column("note", RESULTS, TEXT, "what a reader must know"),
    Column("synthetic", RESULTS, TEXT, "yes when the data are made up"),
)  # fmt: skip

ROW_COLUMNS: Final = {column.name: column for column in _COLUMNS}
"""The columns of the published rows by name, in the order in which they stand in a file."""


def ends_of(stem: str) -> tuple[str, str]:
    """The names of the ends of a value's interval."""
    lower, upper = (column.name for column in _COLUMNS if column.interval == stem and column.name != stem)
    return lower, upper


def columns_of(file: str) -> list[Column]:
    """The columns of one file, `row` first: it joins the files."""
    return [
        ROW_COLUMNS["row"],
        *(column for column in _COLUMNS if column.file == file and column.name != "row"),
    ]
