"""A report as its review sees it: do its words still fit its figures, and is it the version that somebody approved?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from evalbook.approval import fingerprints, signoffs
from evalbook.approval.fingerprints import Difference
from evalbook.approval.signoffs import SignOff
from evalkit import plan as plans
from evalkit.data import dataset as datasets
from evalkit.errors import EvalkitError, UnknownName, did_you_mean
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.plan import FINAL, Plan, assessments
from evalkit.plan.assessments import ReportParams
from evalkit.report import Report, visible
from evalkit.terms import PLAN, Status


class RefusedError(EvalkitError):
    """A step of the review that must not be taken yet."""


@dataclass(frozen=True)
class ReviewState:
    """What is true of a report's review, whatever its params file claims."""

    name: str  # plan year or `final`
    claimed: Status
    written: bool  # whether there are any words
    stamped: bool  # whether they say which figures they were written against
    intact: bool  # whether those figures are as `evalkit assess` wrote them
    differences: Sequence[Difference]  # between those figures and today's
    signed: Sequence[SignOff]
    # from the version that a reviewer signed: entry, rows, assessment, notebook, words; who could not sign: reviewer, same_person …
    deviations: Sequence[str]
    corrections: Mapping[str, str] = field(
        default_factory=dict
    )  # why figures that were released are others now

    @property
    def fresh(self) -> bool:
        """Whether the words were written against the figures that the report shows."""
        return self.written and self.stamped and self.intact and not self.differences

    @property
    def approval(self) -> SignOff | None:
        """The reviewer's last sign-off, of whatever version."""
        return signoffs.latest(self.signed)

    @property
    def status(self) -> Status:
        """How far the report has come: approved only when its words are fresh and a reviewer signed this version."""
        approved = self.fresh and self.approval is not None and not self.deviations
        return Status.IN_REVIEW if self.claimed == Status.APPROVED and not approved else self.claimed

    @property
    def obstacles(self) -> list[str]:
        """Why the report is not approved, in words; empty when it is."""
        said = []
        if not self.written:
            said.append("no assessment is written")
        elif not self.stamped:
            said.append("the assessment does not say which figures it was written against")
        elif not self.intact:
            said.append("assessment.figures was edited by hand and no longer fits its fingerprint")
        elif self.differences:
            changed = "; ".join(map(str, fingerprints.in_brief(self.differences)))
            said.append(f"the assessment is older than the figures: {changed}")
        if self.claimed != Status.APPROVED:
            said.append(f"its status is {self.claimed.value}")
        if self.approval is None:
            said.append("no reviewer has signed it")
        elif self.deviations:
            said.append(f"it is not the version that was signed (other: {', '.join(self.deviations)})")
        return said


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

    def version(self) -> dict[str, str]:
        """Hashes of what a sign-off is bound to."""
        return signoffs.version(self.plan, self.rows, self.params(), self.name, self.evaluation.facts)

    def state(self) -> ReviewState:
        """The state of its review."""
        given, signed = self.params(), signoffs.read(self.plan.root).get(self.key, [])
        words, approval, deviations = given.assessment, signoffs.latest(signed), list[str]()
        if approval is not None:  # the hashes take a moment, so only where there is something to compare with
            deviations = approval.deviations(self.key, self.version())
            deviations += signoffs.objections(
                approval.name, words.author, self.plan.reviewers, approval.although
            )
        differences: list[Difference] = []
        if words.fingerprint:
            now = fingerprints.figures(self.plan, self.rows, self.area, self.year)
            differences = list(fingerprints.differences(words.figures, now))
        return ReviewState(
            self.name,
            given.status,
            any(text.strip() for text in words.texts.values()),
            bool(words.fingerprint),
            fingerprints.fingerprint(words.figures) == words.fingerprint,
            differences,
            signed,
            deviations,
            given.assessment.corrections,
        )

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


def evaluated(root: Path, data: Path) -> tuple[Plan, Evaluation]:
    """The plan, and its evaluation on a data set."""
    plan = plans.read(root)
    return plan, evaluate(plan, datasets.read(data, plan))


def all_reports(plan: Plan, evaluation: Evaluation) -> Mapping[str, Reviewed]:
    """Every report of the plan by its key."""
    names = [(area, str(year)) for area, year in assessments.files(plan)]
    names += [(PLAN, name) for name, _ in assessments.plan_files(plan)]
    return {f"{area}/{name}": Reviewed(plan, evaluation, area, name) for area, name in names}


def one(root: Path, data: Path, area: str, name: str, kept: Path | None = None) -> Reviewed:
    """One report; UnknownName when the plan has none such, MissingFile when its params file is not there.

    `kept`: where a run has kept the evaluation of these inputs.
    """
    plan = plans.read(root)
    if area != PLAN:
        plan.area(area)
    names = [*map(str, plan.years), *([FINAL] if area == PLAN else [])]
    if name not in names:
        raise UnknownName(f"no report {area}/{name}. {did_you_mean(name, names)}")
    assessments.read(plan, area, plan.years[-1] if name == FINAL else int(name), name=name)
    if kept:
        return Reviewed(plan, Evaluation.read(kept), area, name)
    return Reviewed(*evaluated(root, data), area, name)


def data_option(root: Path, data: Path) -> str:
    """What a command that is advised must also say to read the same data set: nothing for the plan's own."""
    if data.resolve() == plans.data_folder(root).resolve():
        return ""
    near = data.relative_to(root) if data.is_relative_to(root) else data
    return f" --data {near.as_posix()}"
