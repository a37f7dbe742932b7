"""The plan as data: what params/ says about the plan, its goals, indicators and reports, read and checked."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, model_validator

from evalkit import params
from evalkit.contract import TABLES
from evalkit.displays import Display, Displayed
from evalkit.errors import MissingFile, Problem, ProblemsFound, UnknownName, did_you_mean
from evalkit.terms import MATCHED, PLAN, REST, Polarity, Reading, Statistic

Language = Literal["da", "en"]


def _identifier(name: str) -> str:
    """Ids name files, pages and rows: anything else could leave the folder or break a row id."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise ValueError(f"{name!r} is no id: use a-z, 0-9 and _, beginning with a letter, at most 40")
    return name


FINAL = "final"
"""Name of the final evaluation among the reports on the whole plan: params/plan/final.yml, key plan/final."""

Id = Annotated[str, AfterValidator(_identifier)]


class Strict(BaseModel):
    """Unknown keys are refused, and nothing is changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A text in Danish and English."""

    da: str
    en: str

    def get(self, language: str) -> str:
        """The text in one language."""
        return self.en if language == "en" else self.da


class Quote(Text):
    """What a person of the plan said; `who` names a role under governance."""

    who: str


class Period(Strict):
    start: dt.date
    end: dt.date


class YearStart(Strict):
    """First day of a plan year; the year is named by the calendar year it ends in."""

    month: int = Field(ge=1, le=12)
    day: Literal[1] = 1


class Municipality(Strict):
    name: str
    code: str = ""
    place: str = ""
    statbank: str = ""  # its name in the official statistics; without it there are no official figures


class Region(Strict):
    name: str
    municipalities: list[str]


class Area(Strict):
    name: str
    town: str = ""
    aliases: list[str] = []
    housing_organisations: list[str] = []


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


class Target(Strict):
    """A number set for a goal: the change planned for each year."""

    annual_change: float = Field(gt=-1, lt=1)  # -0.15 = 15 % fewer a year
    reading: Reading = Reading.COMPOUNDING


class Goal(Strict):
    indicator: str
    words: Text
    polarity: Polarity
    target: Target | None = None

    @model_validator(mode="after")
    def _target_points_the_right_way(self) -> Goal:
        if self.target and (self.target.annual_change > 0) != (self.polarity == Polarity.HIGHER):
            raise ValueError(
                f"target.annual_change {self.target.annual_change} points away from polarity {self.polarity.value}; change the sign or the polarity"
            )
        return self


class Primary(Strict):
    """What the plan is judged on, declared before the data were opened."""

    declared: dt.date
    area: Literal["plan"] = "plan"
    year: int
    note: Text


class Term(Strict):
    """A numerator or denominator: which rows of which table are added up, and when."""

    table: str
    column: str = "count"
    where: dict[str, str | list[str]] = {}
    timing: Literal["year", "plan_year", "mid_year", "mean_of_quarters"]
    words: Text

    @model_validator(mode="after")
    def _table_has_the_columns(self) -> Term:
        if self.table == "offences":
            return self
        if self.table not in TABLES:
            raise ValueError(f"unknown table {self.table!r}. {did_you_mean(self.table, TABLES)}")
        names = [column.name for column in TABLES[self.table].columns]
        for name in (self.column, *self.where):
            if name not in names:
                raise ValueError(f"table {self.table} has no column {name!r}. {did_you_mean(name, names)}")
        for name, wanted in self.where.items():  # what no row can hold would count as nothing, in silence
            allowed = TABLES[self.table].column(name).allowed
            for value in [wanted] if isinstance(wanted, str) else wanted:
                if allowed and value not in allowed:
                    raise ValueError(f"column {name} is never {value!r}. {did_you_mean(value, allowed)}")
        return self


class Phrases(Strict):
    """How sentences speak of an indicator; without phrases they use its title."""

    clause: Text | None = None  # shares, after the percentage: "of residents feel safe"
    one: Text | None = None  # rates, what is counted: "report of vandalism"
    many: Text | None = None
    more: Text  # "A larger share of residents feel safe", before "than in 2017"
    fewer: Text


class Indicator(Strict):
    """One indicator as a record; a gap names another indicator and takes the rest from it."""

    title: Text
    definition: Text
    question: Text
    statistic: Statistic
    of: str | None = None  # gap only: the indicator that the gap is in
    part_of: str | None = None  # the indicator whose figure this one is a part of; all parts add up to it
    numerator: Term | None = None
    denominator: Term | None = None
    ages: str = ""
    polarity: Polarity | Literal["neutral"] = "neutral"
    goal: str | None = None
    comparator: Literal["rest", "matched", "country"] | None = None
    delta: float = Field(default=0.05, gt=0, lt=1)
    decimals: int = Field(default=1, ge=0, le=3)
    axis: tuple[float, float] | None = None
    source: Text | None = None
    when: Text | None = None
    traps: list[Text] = []
    phrases: Phrases | None = None
    official: bool = False  # from data/published: the municipality, never the areas

    @model_validator(mode="after")
    def _has_what_its_statistic_needs(self) -> Indicator:
        gap = self.statistic == Statistic.GAP
        if gap != (self.of is not None):
            raise ValueError("`of` names the indicator of a gap: give it for statistic gap, and only there")
        if not gap and (self.numerator is None or self.source is None or self.when is None):
            raise ValueError("numerator, source and when are needed for every statistic but gap")
        if (
            self.statistic in (Statistic.SHARE, Statistic.RATE, Statistic.WEIGHTED_SHARE)
            and not self.denominator
        ):
            raise ValueError(f"statistic {self.statistic.value} needs a denominator")
        return self


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
    data: str = "data/demo"  # the data set that commands read unless told otherwise
    year_starts: YearStart
    baseline_year: int
    years: list[int] = Field(min_length=1)
    municipality: Municipality
    region: Region | None = None
    towns: list[str] = Field(default_factory=list)
    housing_organisations: dict[Id, str]
    areas: dict[Id, Area] = Field(min_length=1)
    governance: Governance = Governance()
    vision: Vision | None = None
    background: Text | None = None
    approach: Text | None = None
    funding: dict[Id, Funder]
    budget_quoted: QuotedBudget | None = None
    efforts: dict[Id, Effort]
    goals: dict[Id, Goal] = Field(min_length=1)
    primary: Primary
    sources: list[Text] = []
    indicators: dict[Id, Indicator] = {}
    policy: Disclosure = Disclosure()
    root: Path = Path()

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
            if aim and aim.reading == Reading.LINEAR and 1 + aim.annual_change * span <= 0:
                raise ValueError(
                    f"goals.{name}.target: read linearly, {aim.annual_change} a year leaves nothing after {span} years; type reading: compounding"
                )
        if self.primary.year not in self.years:
            raise ValueError(f"primary.year {self.primary.year} is not among the plan years {self.years}")
        for name in (PLAN, REST, MATCHED):
            if name in self.areas:
                raise ValueError(f"{name!r} cannot be an area: the word is taken")
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
            ("goals", [f"{key}: {self.indicators[goal.indicator].title.en}" if goal.indicator in self.indicators
                       else key for key, goal in self.goals.items()]),
            ("other indicators", [name for name in self.indicators if name not in goals]),
            ("efforts", list(self.efforts)),
            ("municipality", f"{self.municipality.name} ({self.municipality.code})"),
        ]  # fmt: skip
        return Display(f"Plan: {self.name}", rows)

    def year_of(self, day: dt.date) -> int:
        """The plan year that a day falls in."""
        return day.year + (day.month >= self.year_starts.month and self.year_starts.month > 1)

    def area(self, name: str) -> Area:
        """The area of that id; UnknownName with the nearest one otherwise."""
        if name not in self.areas:
            raise UnknownName(f"no area {name!r} in params/plan.yml. {did_you_mean(name, self.areas)}")
        return self.areas[name]

    def indicator(self, name: str) -> Indicator:
        """The indicator of that id; UnknownName with the nearest one otherwise."""
        if name not in self.indicators:
            raise UnknownName(
                f"no indicator {name!r} in params/indicators.yml. {did_you_mean(name, self.indicators)}"
            )
        return self.indicators[name]

    def check_year(self, year: int) -> None:
        """UnknownName unless the year is one of the plan's."""
        if year not in self.years:
            raise UnknownName(
                f"year {year} is not a plan year. Choose among {', '.join(map(str, self.years))}."
            )


_LETTERS: Final = (("æ", "ae"), ("ø", "oe"), ("å", "aa"), ("%", " pct "), ("§", " par "))


def fold(name: object) -> str:
    """A name in the one spelling in which names are compared; units such as % stay part of it."""
    text = unicodedata.normalize("NFC", str(name)).casefold()
    for letters, plain in _LETTERS:
        text = text.replace(letters, plain)
    return " ".join(re.findall(r"[^\W_]+", text))


def data_folder(root: Path) -> Path:
    """The folder of the data set that commands read unless told otherwise: what plan.yml says, else data/demo."""
    said = Plan.model_fields["data"].default
    try:
        content = params.read(root / "params" / "plan.yml", root).content
    except (ProblemsFound, MissingFile):
        content = None  # reading the plan will say what is wrong
    if isinstance(content, dict) and isinstance(content.get("data"), str):
        said = content["data"]
    return root / said


def find_root(start: Path | None = None) -> Path:
    """The workbook's root: the nearest folder upwards that holds params/plan.yml."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "params" / "plan.yml").is_file():
            return folder
    raise MissingFile(
        f"no params/plan.yml in {start.name} or above it. Go to the workbook's folder and try again."
    )


def read(root: Path) -> Plan:
    """The plan of a workbook; ProblemsFound with everything wrong in plan, indicators and disclosure."""
    files = [root / "params" / f"{name}.yml" for name in _FILES]
    return _read(root, *(file.read_bytes() if file.is_file() else b"" for file in files))


_FILES: Final = ("plan", "indicators", "disclosure")


@lru_cache(maxsize=2)
def _read(root: Path, *contents: bytes) -> Plan:
    """The plan, read anew when the contents of a file have changed."""
    documents = {name: params.read(root / "params" / f"{name}.yml", root) for name in _FILES}
    problems: list[Problem] = []
    for name in documents:
        if not isinstance(documents[name].content, dict):
            problems.append(
                documents[name].problem((), "must hold keys and values.", "See the shipped file.")
            )
    if problems:
        raise ProblemsFound(problems)
    parts: dict[str, Any] = {}
    models: dict[str, type[BaseModel]] = {"plan": Plan, "indicators": _Indicators, "disclosure": Disclosure}
    for name, model in models.items():
        try:
            parts[name] = documents[name].as_model(model)
        except ProblemsFound as found:
            problems.extend(found.problems)
    if problems:
        raise ProblemsFound(problems)
    indicators = parts["indicators"].root
    if not parts["plan"].municipality.statbank:  # nowhere to look
        indicators = {name: one for name, one in indicators.items() if not one.official}
    plan: Plan = parts["plan"].model_copy(
        update={"indicators": indicators, "policy": parts["disclosure"], "root": root}
    )
    problems = [*_cross_check(plan, documents["plan"], documents["indicators"])]
    if problems:
        raise ProblemsFound(problems)
    return plan


class _Indicators(RootModel[dict[Id, Indicator]]):
    """indicators.yml: one record per indicator, by id."""


def _cross_check(
    plan: Plan, plan_file: params.Document, indicator_file: params.Document
) -> Iterable[Problem]:
    for key, goal in plan.goals.items():
        if goal.indicator not in plan.indicators:
            yield plan_file.problem(("goals", key, "indicator"), f"no indicator {goal.indicator!r} in indicators.yml.",
                                    did_you_mean(goal.indicator, plan.indicators))  # fmt: skip
        elif plan.indicators[goal.indicator].polarity != goal.polarity:
            yield indicator_file.problem(
                (goal.indicator, "polarity"), f"differs from goal {key!r} in plan.yml.", "Make them equal."
            )
    for key, area in plan.areas.items():
        for i, name in enumerate(area.housing_organisations):
            if name not in plan.housing_organisations:
                yield plan_file.problem(("areas", key, "housing_organisations", str(i)), f"no housing organisation {name!r}.",
                                        did_you_mean(name, plan.housing_organisations))  # fmt: skip
    seen: dict[str, str] = {}
    for key, area in plan.areas.items():
        for name in {fold(n) for n in (key, area.name, *area.aliases)}:
            if seen.setdefault(name, key) != key:
                yield plan_file.problem(
                    ("areas", key, "aliases"), f"the name {name!r} also means {seen[name]!r}.", "Remove one."
                )
    for key, one in plan.indicators.items():
        for field, known in (("goal", plan.goals), ("of", plan.indicators), ("part_of", plan.indicators)):
            name = getattr(one, field)
            if name is not None and name not in known:
                yield indicator_file.problem((key, field), f"no {name!r} there.", did_you_mean(name, known))
        for term in ("numerator", "denominator"):
            effort = getattr(one, term).where.get("effort", []) if getattr(one, term) else []
            for name in [effort] if isinstance(effort, str) else effort:
                if name not in plan.efforts:
                    yield indicator_file.problem((key, term, "where", "effort"), f"no area of effort {name!r} in plan.yml.",
                                                 did_you_mean(name, plan.efforts))  # fmt: skip
    for key, effort in plan.efforts.items():
        for i, name in enumerate(effort.bears_on):
            if name not in plan.goals:
                yield plan_file.problem(
                    ("efforts", key, "bears_on", str(i)), f"no goal {name!r}.", did_you_mean(name, plan.goals)
                )
    people = plan.governance.people
    for quote in plan.vision.quotes if plan.vision else ():
        if quote.who not in people:
            yield plan_file.problem(("vision", "quotes"), f"who {quote.who!r} is nobody named under governance.",
                                    did_you_mean(quote.who, people))  # fmt: skip
