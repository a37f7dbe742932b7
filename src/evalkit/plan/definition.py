"""The plan as data: what params/ says about the plan, its goals, indicators and reports, read and checked."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field, field_validator, model_validator

from evalkit.display import Display, Displayed
from evalkit.errors import UnknownName, did_you_mean
from evalkit.plan import baselines
from evalkit.plan.baselines import Baseline, Baselines
from evalkit.plan.indicators import Indicator
from evalkit.plan.records import Figures, Id, Strict, Text
from evalkit.plan.targets import Target
from evalkit.plan.years import Period, YearStart
from evalkit.terms import MATCHED, PLAN, REST, Polarity, Reading

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from evalkit.estimates.arguments import Numbers

FINAL = "final"
"""Name of the final evaluation among the reports on the whole plan: params/plan/final.yml, key plan/final."""


TAKEN: Final = frozenset(
    (
        *(PLAN, REST, MATCHED, FINAL),
        *(
            "all",
            "country",
            "denmark",
            "municipality",
            "municipality_usual",
            "region",
        ),  # units of published rows
        # folders and pages of params/ and the output
        *("en", "example", "failed", "index", "preview", "reviews"),
    )
)
"""Words that rows, params/ and the output folder use themselves: no area can have one for its id."""

WINDOWS_DEVICES: Final = frozenset(
    ("con", "prn", "aux", "nul", *(f"{device}{number}" for device in ("com", "lpt") for number in range(10)))
)
"""Names that no file or folder can have on Windows."""


class Quote(Text):
    """What a person of the plan said; `who` names a role under governance."""

    who: str


class Municipality(Strict):
    name: str
    code: str = ""
    place: str = ""
    statbank: str = ""  # its name in the official statistics; without it there are no official figures


class Region(Strict):
    name: str
    municipalities: list[str]


class Department(Strict):
    """A housing department of an area, and from and until which day it counts; what one becomes or leaves is a note."""

    name: str
    aliases: list[str] = []
    since: dt.date | None = None
    until: dt.date | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Department:
        if self.since and self.until and self.since > self.until:
            raise ValueError(
                f"{self.name} counts since {self.since} until {self.until}: are the two swapped?"
            )
        return self

    @property
    def changes(self) -> bool:
        """Whether it is not there from the first to the last."""
        return self.since is not None or self.until is not None

    def counts(self, first: dt.date, last: dt.date, *, throughout: bool) -> bool:
        """Whether it counts in some of the days, or `throughout` them."""
        start, end = self.since or dt.date.min, self.until or dt.date.max
        return start <= first and last <= end if throughout else start <= last and first <= end


class Area(Strict):
    name: str
    town: str = ""
    aliases: list[str] = []
    housing_organisations: list[str] = []
    departments: list[Department] = []  # that it is the sum of; figures by department are added up


class Person(Strict):
    name: str
    role: Text


class Governance(Strict):
    board_chair: Person | None = None
    committee_chair: Person | None = None
    head: Person | None = None
    communication: Person | None = None
    steering: Text | None = None
    executing_unit: Text | None = None

    @property
    def people(self) -> dict[str, Person]:
        """Everybody who is named, by office."""
        named = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: one for name, one in named.items() if isinstance(one, Person)}


class Vision(Text):
    quotes: list[Quote] = []


class Funder(Strict):
    name: Text | str
    amount: float | None = None  # DKK; None: not public
    note: Text

    def title(self, language: str) -> str:
        """The funder's name in one language."""
        return self.name if isinstance(self.name, str) else self.name.get(language)


class QuotedBudget(Strict):
    amount: float  # DKK
    source: Text


class EffortBudget(Strict):
    amount: float  # DKK
    of_which_landsbyggefonden: float | None = None
    note: Text


class Effort(Strict):
    name: Text
    budget: EffortBudget | None = None
    bears_on: list[str] = []  # goals that its activities were to help; a reading of the plan, not a finding


class OwnTrends(Strict):
    """How far an area moves by itself over a plan, at least: SD of its change, whatever the figures seem to show."""

    rates: float = Field(default=0.18, gt=0, lt=1)  # log scale; as 94 Danish municipalities over a plan
    # Of a share: three points, a choice with no published source. With fewer than five areas it alone stands for their
    # own trends, so it is as large as those that the rehearsal draws: two points covered 88 % of them.
    shares: float = Field(default=0.03, gt=0, lt=1)


class Goal(Strict):
    indicator: str
    words: Text
    polarity: Polarity
    target: Target | None = None
    baseline: Baselines = None  # as the plan's
    margin: float | None = Field(default=None, gt=0, lt=1)  # yearly drift before the plan that counts as none


class Change(Strict):
    """A definition that was changed after the first evaluation: printed on the pages, and asked for by `check`."""

    date: dt.date
    goal: Id
    what: Literal["baseline", "target", "definition", "comparison"]  # the last: margin, delta, comparator
    before: Figures  # what it was
    reason: Text


class Objections(Strict):
    """To whom readers write when something in a report is wrong, and until when."""

    to: Text  # a role or unit, never a person's name
    mail: str | None = Field(default=None, pattern=r"^[^@\s?&]+@[^@\s?&]+$")
    until: dt.date | None = None


class Primary(Strict):
    """What the plan is judged on, declared before the data were opened."""

    declared: dt.date
    area: Literal["plan"] = "plan"
    year: int
    note: Text


class Disclosure(Strict):
    """When a count is too small to be shown (params/disclosure.yml)."""

    threshold: int = Field(default=5, ge=3)
    uniform_group: int = 100
    smallest_group: int = 30


class Plan(Displayed, Strict):
    """Everything in params/plan.yml, with the indicators and the disclosure policy; what has a default may be left out."""

    name: str
    subtitle: Text
    kind: Text
    explanation: Text
    announced: dt.date | None = None
    period: Period
    language: Literal["da", "en"] | None = None  # of what commands say; the environment's unless typed
    data: str = "data/demo"  # the data set that commands read unless told otherwise
    year_starts: YearStart
    baseline_year: int  # the last year before the plan
    baseline: Baselines = None  # what changes count from; the last year before the plan unless typed
    years: list[int] = Field(min_length=1)
    municipality: Municipality
    region: Region | None = None
    towns: list[str] = Field(default_factory=list)
    age_groups: list[
        str
    ] = []  # of the data's population and survey, where they are others than the usual ones
    housing_organisations: dict[Id, str]
    areas: dict[Id, Area] = Field(min_length=1)
    comparison_areas: Text | None = (
        None  # what they are called inside a sentence, where they are no housing areas
    )
    governance: Governance = Governance()
    vision: Vision | None = None
    background: Text | None = None
    approach: Text | None = None
    funding: dict[Id, Funder]
    budget_quoted: QuotedBudget | None = None
    efforts: dict[Id, Effort]
    goals: dict[Id, Goal] = Field(min_length=1)
    own_trends: OwnTrends = OwnTrends()
    changes: list[Change] = []
    primary: Primary
    objections: Objections | None = None
    embargo: dt.date | None = None  # nothing is released before this day
    reviewers: dict[
        str, str
    ] = {}  # who may approve reports, as they sign, with their role; empty: anybody but the author
    sources: list[Text] = []
    indicators: dict[Id, Indicator] = {}
    first_measured: dict[str, int] = {}  # by indicator, where the baseline is the first year that is measured
    measured_instead: dict[str, int] = {}  # by indicator, where nobody measured the last year before the plan
    policy: Disclosure = Disclosure()
    root: Path = Path()

    @field_validator("reviewers", mode="before")
    @classmethod
    def _names_alone_will_do(cls, named: object) -> object:
        if isinstance(named, list) and all(isinstance(one, str) for one in named):
            return dict.fromkeys(named, "")
        return named

    @field_validator("age_groups")
    @classmethod
    def _age_groups_rise(cls, groups: list[str]) -> list[str]:
        last = -1
        for group in groups:
            first, _, end = group.rstrip("+").partition("-")
            if not re.fullmatch(r"\d+(-\d+|\+)?", group) or int(first) <= last:
                raise ValueError(
                    f"age group {group!r}: write 0-17, 18-29, ..., 65+, rising and without overlap"
                )
            last = int(end or first)
        return groups

    @model_validator(mode="after")
    def _years_follow_the_baseline(self) -> Plan:
        if self.years != sorted(set(self.years)):
            raise ValueError(f"years {self.years} must rise, each once")
        if self.baseline_year >= self.years[0]:
            raise ValueError(
                f"baseline_year {self.baseline_year} must come before the first plan year {self.years[0]}"
            )
        for name, goal in self.goals.items():
            aim, span = goal.target, self.years[-1] - self.baseline_year
            annual = aim.annual_change if aim is not None and aim.reading is Reading.LINEAR else None
            if annual is not None and 1 + annual * span <= 0:
                raise ValueError(
                    f"goals.{name}.target: read linearly, {annual} a year leaves nothing after {span} years; type reading: compounding"
                )
        for place, years in [
            ("baseline", self.baseline),
            *((f"goals.{n}.baseline", g.baseline) for n, g in self.goals.items()),
        ]:
            if said := baselines.wrong(years, self.years):
                raise ValueError(f"{place}: {said}")
        for change in self.changes:
            if change.goal not in self.goals:
                raise ValueError(f"changes: no goal {change.goal!r}. {did_you_mean(change.goal, self.goals)}")
        if self.primary.year not in self.years:
            raise ValueError(f"primary.year {self.primary.year} is not among the plan years {self.years}")
        for name in self.areas:
            if name in TAKEN:
                raise ValueError(
                    f"{name!r} cannot be an area: the word is taken; type another id, as {name}_1"
                )
            if name in WINDOWS_DEVICES:
                raise ValueError(
                    f"{name!r} cannot be an area: Windows makes no folder of that name; type another id, as {name}_1"
                )
        return self

    @property
    def neighbours(self) -> list[str]:
        """The other municipalities of the region, as the official statistics name them."""
        named = self.region.municipalities if self.region else []
        return [name for name in named if name != self.municipality.statbank]

    def _display(self) -> Display:
        goals = {goal.indicator for goal in self.goals.values()}
        rows = [
            ("years", [str(year) for year in self.years]),
            ("baseline_year", str(self.baseline_year)),
            ("areas", list(self.areas)),
            (
                "goals",
                [
                    f"{key}: {self.indicators[goal.indicator].title.en}"
                    if goal.indicator in self.indicators
                    else key
                    for key, goal in self.goals.items()
                ],
            ),
            ("other indicators", [name for name in self.indicators if name not in goals]),
            ("efforts", list(self.efforts)),
            ("municipality", f"{self.municipality.name} ({self.municipality.code})"),
        ]
        return Display(f"Plan: {self.name}", rows)

    def year_of(self, day: dt.date) -> int:
        """The plan year that a day falls in."""
        return self.year_starts.year_of(day)

    def first_day(self, year: int) -> dt.date:
        """First day of a plan year, which is named by the calendar year it ends in."""
        return self.year_starts.first_day(year)

    def area(self, name: str) -> Area:
        """The area of that id; UnknownName with the nearest one otherwise."""
        if name not in self.areas:
            raise UnknownName(f"no area {name!r} in params/plan.yml. {did_you_mean(name, self.areas)}")
        return self.areas[name]

    def office(self, language: str) -> str:
        """Whom readers write to: who takes objections; the municipality where the plan names nobody."""
        return self.objections.to.get(language) if self.objections else self.municipality.name

    def indicator(self, name: str) -> Indicator:
        """The indicator of that id; UnknownName with the nearest one otherwise."""
        if name not in self.indicators:
            raise UnknownName(
                f"no indicator {name!r} in params/indicators.yml. {did_you_mean(name, self.indicators)}"
            )
        return self.indicators[name]

    def baseline_of(self, name: str) -> Baseline:
        """What the changes of an indicator count from: its goal's baseline, else the plan's; a gap has its indicator's."""
        one = self.indicators.get(name)
        goal = self.goals.get(one.goal) if one is not None and one.goal else None
        if one is not None and one.of is not None:
            return self.baseline_of(one.of)
        years = goal.baseline if goal is not None and goal.baseline is not None else self.baseline
        if years == ():
            years = (self.first_measured.get(name, self.baseline_year),)
        if years is None:
            years = (self.measured_instead.get(name, self.baseline_year),)
        return Baseline(years, self.baseline_year)

    def planned(
        self, goal: Goal, start: ArrayLike, year: ArrayLike, reading: Reading | None = None
    ) -> Numbers:
        """The level that a goal with a number plans for a year, from a baseline level; see `Target.path`."""
        assert goal.target is not None
        span = self.baseline_year, self.years[-1]
        return goal.target.path(start, year, span=span, polarity=goal.polarity, reading=reading)

    def margin(self, name: str) -> float:
        """Yearly drift from the comparison areas before the plan that is as good as none: per cent, or points (0-1).

        Declared for the goal, else half of the planned change a year of a rate whose number is a relative change; for
        everything else what would add up over the plan to delta.
        """
        one = self.indicator(name)
        goal = self.goals.get(one.goal) if one.goal else None
        if goal is not None and goal.margin is not None:
            return goal.margin
        planned = goal.target.pace(len(self.years)) if goal is not None and goal.target is not None else None
        from evalkit.estimates.difference_in_differences import equivalence_margin  # with all of scipy

        return equivalence_margin(planned, one.delta, len(self.years), relative=one.statistic.relative)

    def check_year(self, year: int) -> None:
        """UnknownName unless the year is one of the plan's."""
        if year not in self.years:
            raise UnknownName(
                f"year {year} is not a plan year. Choose among {', '.join(map(str, self.years))}."
            )
