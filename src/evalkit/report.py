"""The report: one area and year, with the published rows that its words, figures and tables are made from."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd

from evalkit import kernel, parameters
from evalkit import plan as plans
from evalkit.data import dataset as datasets
from evalkit.display import Display, Displayed
from evalkit.errors import EvalkitError, UnknownName, did_you_mean
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.plan import Plan
from evalkit.plan.assessments import Assessment, ReportParams
from evalkit.results import ROW_COLUMNS
from evalkit.terms import MATCHED, PLAN, REST, Shown, Status, Verdict

ABOUT = "application/vnd.evalkit.report+json"
"""Media type under which an executed notebook says what its report is about."""


def visible(rows: pd.DataFrame, plan: Plan, area: str, year: int) -> pd.DataFrame:
    """The published rows that a report may show: years up to its own; of other areas only the goals.

    Of areas that are compared with, it sees the goals of its own year.
    A report is made again when one of these rows has changed, so it must not get to see any other.
    """
    rows = rows[rows["year"] <= year]
    if area == PLAN:
        return rows
    goals = {goal.indicator for goal in plan.goals.values()}
    official = {name for name, one in plan.indicators.items() if one.official}
    seen = rows["area"].isin([area, PLAN, REST, MATCHED]) | rows["indicator"].isin(official)
    mine = rows["area"].isin(list(plan.areas)) | rows["year"].eq(year)
    return rows[seen | (rows["indicator"].isin(goals) & mine)]


def on_pages(rows: pd.DataFrame, plan: Plan, area: str) -> list[str]:
    """The indicators that a report's pages show: the plan's goals, official ones, and what was ever measured in its area.

    `rows`: those that the report may show.
    """
    goals = {goal.indicator for goal in plan.goals.values()}
    measured = set(rows.loc[rows["area"].eq(area) & rows["shown"].ne(Shown.MISSING.value), "indicator"])
    official = {name for name, one in plan.indicators.items() if one.official} & set(rows["indicator"])
    return [name for name in plan.indicators if name in goals | measured | official]


@dataclass(frozen=True, repr=False)
class Report(Displayed):
    """Everything that a notebook needs for one area and plan year; `area` may be "plan" for all areas together."""

    plan: Plan
    rows: pd.DataFrame  # every published row, indexed by row id
    facts: Mapping[str, Any]  # what must be said about the data set
    area: str
    year: int
    language: str = "da"
    status: Status = Status.DRAFT
    assessment: Assessment = field(default_factory=Assessment)
    activities: Sequence[str] = ()
    chosen_events: Sequence[str] = ()
    limitations: Sequence[str] = ()

    @property
    def synthetic(self) -> bool:
        """Whether the area's figures are made up."""
        return bool(self.facts["data"]["synthetic"])

    @property
    def name(self) -> str:
        """The area's full name; the plan's name for all areas together."""
        return self.plan.name if self.area == PLAN else self.plan.areas[self.area].name

    def row(self, indicator: str, area: str | None = None, year: int | None = None) -> pd.Series:
        """One published row; one that nobody measured is shown as missing, with NaN for every number."""
        self.plan.indicator(indicator)
        key = f"{indicator}.{area or self.area}.{year or self.year}"
        if key in self.rows.index:
            if key not in self._read:
                self._read[key] = self.rows.loc[key]
            return self._read[key].copy(deep=False)
        empty: dict[str, Any] = dict.fromkeys(ROW_COLUMNS, float("nan"))
        empty |= {
            "row": key,
            "indicator": indicator,
            "area": area or self.area,
            "year": year or self.year,
            "shown": Shown.MISSING.value,
            "verdict": Verdict.NOT_ASSESSABLE.value,
        }
        return pd.Series(empty, name=key)

    @cached_property
    def _read(self) -> dict[str, pd.Series]:
        """Rows that were asked for before: a page asks for each of them some five times."""
        return {}

    def series(self, indicator: str, area: str | None = None) -> pd.DataFrame:
        """All years of one indicator in one area, up to the report year, oldest first."""
        self.plan.indicator(indicator)
        rows = self.rows
        mine = (
            (rows["indicator"] == indicator)
            & (rows["area"] == (area or self.area))
            & (rows["year"] <= self.year)
        )
        return rows[mine].sort_values("year")

    @cached_property
    def events(self) -> pd.DataFrame:
        """Dated events that concern the area (or all areas), from data/published/events.csv.

        Beside made-up figures only those of the whole country: what has happened in a real area says nothing of them.
        """
        events = datasets.read_published(self.plan.root, "events")
        if self.synthetic:
            events = events[events["area"] == "denmark"]
        concerned = {self.area, "denmark", *(self.plan.areas if self.area == PLAN else ())}
        mine = [bool(concerned & set(areas.split(";"))) for areas in events["area"]]
        return events[pd.Series(mine, index=events.index, dtype=bool)].reset_index(drop=True)

    @cached_property
    def published(self) -> pd.DataFrame:
        """Single published figures, each with source and doubts, from data/published/published_series.csv."""
        return datasets.read_published(self.plan.root, "published_series")

    def __getitem__(self, indicator: str) -> pd.Series:
        """The row of an indicator in this area and year; Tab after the quotation mark completes its id."""
        return self.row(indicator)

    def _ipython_key_completions_(self) -> list[str]:
        """What Tab offers after report[" in IPython and JupyterLab."""
        return [name for name in self.plan.indicators if f"{name}.{self.area}.{self.year}" in self.rows.index]

    def _display(self) -> Display:
        kind = "synthetic data" if self.synthetic else f"data set {self.facts['data']['name']}"
        goals = [goal.indicator for goal in self.plan.goals.values()]
        rows = []
        for name in goals:
            row = self.row(name)
            told = row["verdict"] if row["shown"] == Shown.VALUE else row["shown"]
            title = self.plan.indicator(name).title.en
            rows.append((name, title, *(row[column] for column in ("value", "lower", "upper")), told))
        return Display(
            f"Report: {self.name}, plan year {self.year} ({kind})",
            rows,
            ("id", "goal", "value", "lower", "upper", "verdict"),
            f'One indicator: report["{goals[0]}"]. Tab after the quotation mark shows every id.',
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The table for people, and for the page around the report what it is about."""
        about = {
            "area": self.area,
            "year": self.year,
            "language": self.language,
            "name": self.name,
            "status": self.status.value,
            "synthetic": self.synthetic,
        }
        return {"text/plain": repr(self), "text/html": self._repr_html_(), ABOUT: about}


_LATEST: Final[list[Report]] = []


def latest() -> Report | None:
    """The report that was loaded last: what is shown without naming one is about it."""
    return _LATEST[0] if _LATEST else None


def made_up(given: bool | None, wrong: type[EvalkitError]) -> bool:
    """Whether what an analyst shows is made up: as they say, else as in the report that was loaded last.

    Raises `wrong` where nobody says so.
    """
    if given is not None:
        return given
    if (report := latest()) is None:
        raise wrong(
            "No report is loaded that says whether the numbers are made up: add synthetic=True or synthetic=False."
        )
    return report.synthetic


def load(
    area: str,
    year: int,
    *,
    language: str = "da",
    data: str = "data/demo",
    status: str = "draft",
    assessment: Mapping[str, Any] | None = None,
    activities: Sequence[str] | None = None,
    events: Sequence[str] | None = None,
    limitations: Sequence[str] | None = None,
) -> Report:
    """The report of one area and plan year, with the analyst's own words as papermill hands them over.

    A run has evaluated the plan beforehand and names the folder of published rows in EVALKIT_EVALUATION; a notebook
    run alone evaluates the data set itself. EVALKIT_ROOT names the workbook when the kernel starts elsewhere.
    `status` is taken as it is given: whether it holds, the page says. Relative paths are seen from the workbook
    afterwards, as in a run, so that data/own/… is found wherever the notebook stands.

    Raises
    ------
    UnknownName
        An area, year, language or status that the plan does not have.
    WrongParameter
        What papermill was given does not fit the notebook.
    """
    parameters.check(kernel.cells_so_far())
    root = os.environ.get("EVALKIT_ROOT")
    plan = plans.read(Path(root) if root else plans.find_root())
    if area != PLAN:
        plan.area(area)
    plan.check_year(year)
    if language not in ("da", "en"):
        raise UnknownName(f"no language {language!r}. Choose da or en.")
    if status not in list(Status):
        raise UnknownName(f"no status {status!r}. {did_you_mean(status, [s.value for s in Status])}")
    evaluated = os.environ.get("EVALKIT_EVALUATION")
    if not evaluated:  # JupyterLab starts a kernel beside its notebook; data/own is to be the same path there
        kernel.work_in(plan.root)
    evaluation = (
        Evaluation.read(Path(evaluated))
        if evaluated
        else evaluate(plan, datasets.read(plan.root / data, plan))
    )
    rows = visible(evaluation.rows, plan, area, year)
    given = ReportParams(
        area=area,
        year=year,
        status=Status(status),
        assessment=Assessment.model_validate(assessment or {}),
        activities=list(activities or ()),
        events=list(events or ()),
        limitations=list(limitations or ()),
    )
    report = Report(
        plan,
        rows,
        evaluation.facts,
        area,
        year,
        language,
        given.status,
        given.assessment,
        tuple(given.activities),
        tuple(given.events),
        tuple(given.limitations),
    )
    _LATEST[:] = [report]
    return report
