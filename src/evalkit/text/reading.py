"""One published row, ready to be spoken of: its numbers as citations, its names in the report's language."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from evalkit.plan import Plan
from evalkit.plan.indicators import Indicator
from evalkit.report import Report
from evalkit.terms import CALENDAR, MATCHED, PLAN, REST, SHARE, Polarity, Shown, Verdict
from evalkit.text.numbers import Cited, date, number, period
from evalkit.text.units import short_unit
from evalkit.text.words import Sentence, Words, gettext_for

if TYPE_CHECKING:
    from evalkit.plan.indicators import Statistic

_LEVELS: Final = frozenset(
    (
        "value",
        "lower",
        "upper",
        "baseline_value",
        "target",
        "target_linear",
        "target_last",
        "comparator_value",
        "projection",
        "projection_lower",
        "projection_upper",
    )
)
_PARTS: Final = ("part_stayers", "part_movers_in", "part_movers_out")
_CHANGES: Final = frozenset(
    (
        "change",
        "change_lower",
        "change_upper",
        "change_baseline3",
        "comparator_change",
        "planned_change",
        "effect",
        "effect_lower",
        "effect_upper",
        "detectable",
        *(f"{stem}{end}" for stem in _PARTS for end in ("", "_lower", "_upper")),
        *(
            f"{stem}{end}"
            for stem in ("event", "event_baseline3", "event_mean", "event_calm")
            for end in ("", "_lower", "_upper")
        ),
    )
)
_TRENDS: Final = frozenset(("trend", "trend_lower", "trend_upper", "required_pace"))
_DRIFTS: Final = frozenset(
    ("pre_trend", "pre_trend_lower", "pre_trend_upper", "pre_trend_margin", "drift_to_overturn")
)


@dataclass(frozen=True)
class Reading:
    """A row of one indicator, area and year."""

    name: str  # indicator id
    indicator: Indicator
    row: pd.Series
    report: Report

    @cached_property
    def words(self) -> Words:
        """The words of the report's language."""
        return gettext_for(self.report.language)

    @property
    def title(self) -> str:
        """The indicator's title."""
        return self.indicator.title.get(self.words.language)

    @property
    def source(self) -> str:
        """Where the figures come from."""
        if self.made_by_source and self.text("source"):
            return self.text("source")
        return self.indicator.source.get(self.words.language) if self.indicator.source else ""

    @property
    def made_by_source(self) -> bool:
        """Whether the share was delivered as one, not counted here."""
        return SHARE in self.text("note").split()

    @property
    def calendar_year(self) -> int | None:
        """The calendar year that the figure is of, where it is not of the plan year."""
        years = [one.removeprefix(CALENDAR) for one in self.text("note").split() if one.startswith(CALENDAR)]
        return int(years[0]) if years else None

    @property
    def when(self) -> str:
        """When they were counted."""
        if self.made_by_source:
            if self.calendar_year is not None:
                return self.words("calendar year {year}").format(year=self.calendar_year)
            return survey_round(self) or self.words("plan year {year}").format(year=self.year)
        return self.indicator.when.get(self.words.language) if self.indicator.when else ""

    @property
    def year(self) -> int:
        """The plan year of the row."""
        return int(str(self.row["row"]).rsplit(".", 1)[1])

    @property
    def baseline_year(self) -> int:
        """The plan year that changes count from; the last, where several are one level."""
        return (
            int(self.number("baseline_year")) if self.has("baseline_year") else self.report.plan.baseline_year
        )

    @property
    def baseline(self) -> str:
        """The year or years that changes count from, as they are said: 2017, or 2015–2017."""
        return self.text("baseline") or str(self.baseline_year)

    @property
    def baseline_years(self) -> tuple[int, ...]:
        """Every year of the baseline."""
        several = self.report.plan.baseline_of(self.name).years  # a first measured year is one
        return several if self.several_years else (self.baseline_year,)

    @property
    def several_years(self) -> bool:
        """Whether the baseline is the level of several years together."""
        return self.baseline != str(self.baseline_year)

    @property
    def inside(self) -> bool:
        """Whether the baseline lies inside the plan, so that nothing can be said for or against it."""
        return self.baseline_year > self.report.plan.baseline_year

    @property
    def start(self) -> int:
        """The year that the trend and "a year" count from: the last before the plan, or a baseline inside it."""
        return self.baseline_year if self.inside else self.report.plan.baseline_year

    @property
    def shown(self) -> Shown:
        """Whether the row holds its value, and if not, why."""
        return Shown(self.row["shown"])

    @property
    def verdict(self) -> Verdict:
        """Has the underlying level moved? Rows that are not judged are not assessable."""
        verdict = self.row["verdict"]
        return Verdict(verdict) if isinstance(verdict, str) and verdict else Verdict.NOT_ASSESSABLE

    @property
    def rule(self) -> str:
        """Name of the rule that decided the verdict."""
        return self.text("verdict_rule")

    @property
    def higher_is_better(self) -> bool:
        """Which way is better; False also for indicators that are not judged."""
        return self.indicator.polarity == Polarity.HIGHER

    @property
    def uninhabited(self) -> bool:
        """Whether there is nobody whom the figure could be about: no residents of the area, or none of the age."""
        register = self.statistic.out_of and not self.statistic.sampled
        return register and self.has("denominator") and self.number("denominator") == 0

    @property
    def whom(self) -> str:
        """The people or things that the figure is out of, in words."""
        term = self.indicator.denominator
        if term is None:
            return ""
        said, stock = term.words.get(self.words.language), self.report.facts.get("stock_month")
        if stock is None or term.table != "population":
            return said
        middle = (self.report.plan.year_starts.month + 5) % 12 + 1  # on its first day, says the definition
        named, counted = (
            date(dt.date(2001, month, 1), self.words.language).rpartition(" ")[0] for month in (middle, stock)
        )
        return said.replace(named, counted)

    @property
    def statistic(self) -> Statistic:
        """How the indicator is computed, and what of it words must know."""
        return self.indicator.statistic

    def has(self, *columns: str) -> bool:
        """Whether the row has a finite number in each of the columns."""
        return all(math.isfinite(self.number(column)) for column in columns)

    def number(self, column: str) -> float:
        """The row's number, NaN where it has none."""
        value = self.row.get(column)
        return float("nan") if value is None or pd.isna(value) or value == "" else float(value)

    def text(self, column: str) -> str:
        """The row's text, empty where it has none."""
        value = self.row.get(column)
        return "" if value is None or pd.isna(value) else str(value)

    def scale(self, column: str) -> tuple[int, int]:
        """What a column is multiplied by to be shown, and with how many decimals."""
        decimals, unit = self.indicator.decimals, self.text("unit")
        if column in _LEVELS and unit not in ("points", "relative"):
            return (100, decimals) if unit == "share" else (1, 0 if unit == "count" else decimals)
        if column in _TRENDS or (column == "planned_change" and self.on_trend):
            return 100, 1
        if column == "pre_trend_margin" and round(self.number(column) * 1e4, 6).is_integer():
            return 100, 1 if round(self.number(column) * 1e3, 6).is_integer() else 2  # as it was set: 1.25
        if column in _DRIFTS:  # a year's part of a change: small
            return 100, 1
        if column in _CHANGES or column in _LEVELS:
            # A rate of a few dozen events moves by whole percents; a municipality's by tenths.
            return 100, (1 if self.indicator.official else 0) if self.in_percent else decimals
        if column in ("level", "delta", "response_rate", "chance_to_reach"):
            return 100, 1 if column == "response_rate" else 0
        return 1, {
            "dispersion": 1,
            "design_effect": 2,
            "heterogeneity": 1,
            "heterogeneity_p": 2,
            "permutation_p": 2,
            "permutation_floor": 4,
        }.get(column, 0)

    def cite(
        self, column: str, *, signed: bool = False, size: bool = False, decimals: int | None = None
    ) -> Cited:
        """The column's number as a citation; `size` leaves the sign to the words around it (a fall of 29)."""
        value = self.number(column)
        scale, places = self.scale(column)
        if column in _PARTS and self.has("change", *_PARTS) and decimals is None:
            shown = self._parts[column]  # in units of the last decimal
            text = number(
                abs(shown) if size else shown,
                places,
                language=self.words.language,
                signed=signed,
                scale=Decimal(1).scaleb(-places),
            )
            return Cited(text, value, row=f"{self.row['row']}.{column}", scale=scale)
        text = number(
            abs(value) if size else value,
            self._places(column, scale, places) if decimals is None else decimals,
            language=self.words.language,
            signed=signed,
            scale=scale,
        )
        return Cited(text, value, row=f"{self.row['row']}.{column}", scale=scale)

    def _places(self, column: str, scale: int, places: int) -> int:
        """More decimals where an end of an interval that leaves out no change would else be shown as no change."""
        stem = column.removesuffix("_lower").removesuffix("_upper")
        if stem == column or stem not in _CHANGES | _TRENDS:
            return places
        low, high = self.number(f"{stem}_lower"), self.number(f"{stem}_upper")
        if not low * high > 0:
            return places
        while abs(self.number(column)) * scale < 0.5 * 10.0**-places:
            places += 1
        return places

    @cached_property
    def _parts(self) -> dict[str, int]:
        """The parts of a change in units of the last decimal shown, rounded so that they add up to the change shown."""
        scale, places = self.scale("change")
        exact = {name: self.number(name) * scale * 10**places for name in _PARTS}
        whole = int((Decimal(repr(self.number("change"))) * scale * 10**places).quantize(1, ROUND_HALF_UP))
        shown = {name: math.floor(part) for name, part in exact.items()}
        most_cut = sorted(_PARTS, key=lambda name: shown[name] - exact[name])
        for name in most_cut[: max(whole - sum(shown.values()), 0)]:
            shown[name] += 1
        return shown

    @property
    def planned_since(self) -> float:
        """The change since the baseline that the plan asked for by the row's year, on the scale of the change; NaN without."""
        if self.on_trend:  # where the row's own planned change is a year's
            return self.number("target") / self.number("baseline_value") - 1
        return self.number("planned_change")

    def sign(self, column: str) -> int:
        """Sign of the number as shown: 0 when it rounds to nought, so that words and digits agree."""
        text = self.cite(column).text
        return 0 if not text.strip("0,.\u2212") else -1 if text[0] == "\u2212" else 1

    def amount(self, column: str, *, signed: bool = False, size: bool = False, more: int = 0) -> Sentence:
        """A change with its unit: percentage points for shares, percent for rates; perhaps with `more` decimals."""
        n = self.cite(
            column, signed=signed, size=size, decimals=self.scale(column)[1] + more if more else None
        )
        if self.in_percent or column in _TRENDS:
            return self.words.say("{n}%", n=n)
        return self.words.say("{n} percentage points", n=n)

    def says_nothing(self, stem: str) -> bool:
        """Whether an interval in per cent holds both a quarter of the level and four times it."""
        return (
            self.in_percent
            and self.has(f"{stem}_lower", f"{stem}_upper")
            and self.number(f"{stem}_lower") < -0.75
            and self.number(f"{stem}_upper") > 3
        )

    @property
    def in_percent(self) -> bool:
        """Whether changes are relative (percent) rather than in points."""
        return (self.text("change_kind") or self.statistic.scale) == "relative"

    @property
    def on_trend(self) -> bool:
        """Whether the verdict rests on the trend over the years rather than on the change since the baseline year."""
        return self.text("judged_on") == "trend"

    @property
    def met_from_start(self) -> bool:
        """Whether the baseline was at the goal's level already, so that no change was asked for."""
        goal = goal_of(self.report, self.name)
        return self.has("target", "baseline_value") and bool(
            goal.target.met(self.number("baseline_value"), goal.polarity)
        )

    def level(self, column: str = "value") -> Sentence:
        """A level with its unit: 71.9%, or 20.4 per 1,000."""
        n, unit = self.cite(column), self.text("unit")
        if unit == "per_1000":
            return self.words.say("{n} per 1,000", n=n)
        if unit == "share":
            return self.words.say("{n}%", n=n)
        own = "" if unit == "count" else short_unit(unit, self.words)  # a unit of the statistic's own
        return Sentence("{n} {unit}", {"n": n, "unit": own}) if own else Sentence("{n}", {"n": n})

    def phrase(self, kind: str) -> str | None:
        """What the plan's file says for sentences about this indicator (clause, one, many, more, fewer)."""
        text = getattr(self.indicator.phrases, kind) if self.indicator.phrases else None
        return text.get(self.words.language) if text else None

    @property
    def comparator(self) -> str:
        """What the row is compared with, in words."""
        return area_name(self.report, self.text("comparator") or str(self.indicator.comparator or ""))


def read(report: Report, indicator: str, area: str | None = None, year: int | None = None) -> Reading:
    """The published row of an indicator in a report; area and year are the report's unless given."""
    record = report.plan.indicator(indicator)
    return Reading(indicator, record, report.row(indicator, area, year), report)


def series(report: Report, indicator: str, area: str | None = None) -> list[Reading]:
    """The rows of an indicator up to the report's year, in the order of the years."""
    rows, place = report.rows, area or report.area
    years = sorted(year for year in set(rows["year"].tolist()) if year <= report.year)
    return [
        read(report, indicator, place, year) for year in years if f"{indicator}.{place}.{year}" in rows.index
    ]


def common_baseline(readings: Iterable[Reading], words: Words) -> str:
    """The year or years that the changes of several rows count from; "the baseline year", where they differ."""
    found = {r.baseline for r in readings}
    return found.pop() if len(found) == 1 else words("the baseline year")


def goals_baseline(report: Report) -> str:
    """The year or years that the changes of all goals count from; "the baseline year", where they differ."""
    readings = [read(report, name) for name in goals(report)]
    return common_baseline(readings, gettext_for(report.language))


def goals(report: Report) -> list[str]:
    """The indicators of the plan's goals, in the plan's order."""
    return [goal.indicator for goal in report.plan.goals.values()]


def goal_of(report: Report, indicator: str) -> Any:
    """The goal that an indicator measures, or None."""
    return next((goal for goal in report.plan.goals.values() if goal.indicator == indicator), None)


def has_number(r: Reading) -> bool:
    """Whether the plan set a number for the goal of this row."""
    goal = goal_of(r.report, r.name)
    return goal is not None and goal.target is not None


def area_name(report: Report, area: str) -> str:
    """The name of an area, a pool or an official unit, as it stands inside a sentence."""
    words, plan = gettext_for(report.language), report.plan
    if area in plan.areas:
        return plan.areas[area].name
    place = {"municipality": plan.municipality.name, "region": plan.region.name if plan.region else ""}
    names = {
        PLAN: words("the plan's areas together"),
        REST: words("the rest of {municipality}"),
        MATCHED: comparison_areas(plan, report.language),
        "municipality": "{municipality}",
        "municipality_usual": words("{municipality} without the odd quarters"),
        "region": words("the rest of {region}"),
        "country": words("the rest of the country"),
    }
    return names.get(area, area).format(**place)


def comparison_areas(plan: Plan, language: str) -> str:
    """What they are called inside a sentence: as the plan says, else similar housing areas."""
    own = plan.comparison_areas
    return own.get(language) if own else gettext_for(language)("similar housing areas")


def survey_round(r: Reading) -> str | None:
    """First and last day of the survey round."""
    first, last = r.text("from_date"), r.text("to_date")
    if not first or not last:
        return None
    return period(dt.date.fromisoformat(first), dt.date.fromisoformat(last), r.words.language)
