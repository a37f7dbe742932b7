"""One report as its review sees it: its params file, its published rows, and the state of its review."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from evalbook.approval.review_state import ReviewState, review_state
from evalkit.evaluate.evaluation import Evaluation
from evalkit.plan import FINAL, Plan, assessments
from evalkit.plan.assessments import ReportParams
from evalkit.report import Report, visible


@dataclass(frozen=True)
class Reviewed:
    """One report of the plan with what a reviewer needs; files are read anew at each call."""

    plan: Plan
    evaluation: Evaluation
    area: str
    name: str  # plan year or `final`

    @property
    def key(self) -> str:
        """Name of the report: nordparken/2019."""
        return f"{self.area}/{self.name}"

    @property
    def year(self) -> int:
        """Its plan year."""
        return self.plan.years[-1] if self.name == FINAL else int(self.name)

    @property
    def path(self) -> Path:
        """Its params file."""
        return self.plan.root / "params" / self.area / f"{self.name}.yml"

    @property
    def rows(self) -> pd.DataFrame:
        """The published rows that it may show."""
        return visible(self.evaluation.rows, self.plan, self.area, self.year)

    def params(self) -> ReportParams:
        """What its params file says. ProblemsFound when that is broken."""
        return assessments.read(self.plan, self.area, self.year, name=self.name)

    def state(self) -> ReviewState:
        """The state of its review."""
        return review_state(self.plan, self.rows, self.params(), self.name, self.data_name)

    @property
    def data_name(self) -> str:
        """What the data set is called on the page."""
        return str(self.evaluation.facts["data"]["name"])

    def report(self, language: str = "da") -> Report:
        """The report as its notebook sees it."""
        given = self.params()
        return Report(
            self.plan,
            self.rows,
            self.evaluation.facts,
            self.area,
            self.year,
            language,
            given.status,
            given.assessment,
            tuple(given.activities),
            tuple(given.events),
            tuple(given.limitations),
        )
