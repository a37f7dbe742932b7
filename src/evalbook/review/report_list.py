"""One report as the review sees it: its params file, its published rows, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from evalbook.approval.status import Standing, standing
from evalkit import plan as plans
from evalkit.data import dataset as datasets
from evalkit.errors import EvalkitError, UnknownName, did_you_mean
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.plan import FINAL, Plan, assessments
from evalkit.plan.assessments import ReportParams
from evalkit.report import Report, visible
from evalkit.terms import PLAN


@dataclass(frozen=True)
class Reviewed:
    """One report of the plan with what a reviewer needs."""

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

    def standing(self) -> Standing:
        """Where it stands."""
        return standing(self.plan, self.rows, self.params(), self.name)

    def report(self, language: str = "da") -> Report:
        """The report as its notebook sees it."""
        given, where = self.params(), self.standing()
        return Report(
            self.plan,
            self.rows,
            self.evaluation.facts,
            self.area,
            self.year,
            language,
            where.status,
            given.assessment,
            tuple(given.activities),
            tuple(given.events),
            tuple(given.limitations),
            where,
        )


def all_reports(plan: Plan, evaluation: Evaluation) -> Mapping[str, Reviewed]:
    """Every report of the plan by its key."""
    names = [(area, str(year)) for area, year in assessments.files(plan)]
    names += [(PLAN, name) for name, _ in assessments.plan_files(plan)]
    return {f"{area}/{name}": Reviewed(plan, evaluation, area, name) for area, name in names}


def evaluated(root: Path, data: Path) -> tuple[Plan, Evaluation]:
    """The plan, and its evaluation on a data set."""
    plan = plans.read(root)
    return plan, evaluate(plan, datasets.read(data, plan))


def one(root: Path, data: Path, area: str, name: str) -> Reviewed:
    """One report; UnknownName when the plan has none such, MissingFile when its params file is not there."""
    plan = plans.read(root)
    if area != PLAN:
        plan.area(area)
    names = [*map(str, plan.years), *([FINAL] if area == PLAN else [])]
    if name not in names:
        raise UnknownName(f"no report {area}/{name}. {did_you_mean(name, names)}")
    assessments.read(plan, area, plan.years[-1] if name == FINAL else int(name), name=name)
    plan, evaluation = evaluated(root, data)
    return Reviewed(plan, evaluation, area, name)


def data_option(root: Path, data: Path) -> str:
    """What a command that is advised must also say to read the same data set: nothing for the plan's own."""
    if data.resolve() == plans.data_folder(root).resolve():
        return ""
    near = data.relative_to(root) if data.is_relative_to(root) else data
    return f" --data {near.as_posix()}"


class RefusedError(EvalkitError):
    """A step of the review that must not be taken yet."""
