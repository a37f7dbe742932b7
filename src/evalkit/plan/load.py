"""Reading the plan from params/: each file against its definition, then all files against each other."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from evalkit.errors import MissingFile, Problem, ProblemsFound
from evalkit.plan import params
from evalkit.plan.agreement import disagreements
from evalkit.plan.definition import Disclosure, Plan
from evalkit.plan.indicators import Indicators


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
    models: dict[str, type[BaseModel]] = {"plan": Plan, "indicators": Indicators, "disclosure": Disclosure}
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
    for key, goal in parts[
        "plan"
    ].goals.items():  # a goal names its indicator; that need not name the goal, too
        if (one := indicators.get(goal.indicator)) and one.goal is None:
            indicators = indicators | {goal.indicator: one.model_copy(update={"goal": key})}
    plan: Plan = parts["plan"].model_copy(
        update={"indicators": indicators, "policy": parts["disclosure"], "root": root}
    )
    problems = [*disagreements(plan, documents["plan"], documents["indicators"])]
    if problems:
        raise ProblemsFound(problems)
    return plan
