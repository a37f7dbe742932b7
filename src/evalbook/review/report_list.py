"""Which reports there are to review, and the one that a command names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from evalbook.approval.reviewed import Reviewed
from evalkit import plan as plans
from evalkit.data import dataset as datasets
from evalkit.errors import EvalkitError, UnknownName, did_you_mean
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.plan import FINAL, Plan, assessments
from evalkit.terms import PLAN


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
