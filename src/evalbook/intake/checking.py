"""Checking: everything wrong with params and data, all at once."""

from __future__ import annotations

from pathlib import Path

from evalbook.approval import own_files, review_comments
from evalbook.intake import privacy
from evalkit import plan as plans
from evalkit.errors import EvalkitError, MissingFile, Problem, ProblemsFound
from evalkit.plan import assessments, params
from evalkit.terms import PLAN


def check(root: Path, data: Path) -> list[Problem]:
    """Every problem in params/, in the params file of each report, and in the data set."""
    found = personal(root, root / "params", root / own_files.FOLDER, data)
    try:
        plan = plans.read(root)
    except EvalkitError as error:
        return found + _problems(error)  # nothing else can be read without the plan
    wanted: list[tuple[str, int, str | None]] = [(area, year, None) for area, year in assessments.files(plan)]
    wanted += [(PLAN, year, name) for name, year in assessments.plan_files(plan)]
    for area, year, name in wanted:
        try:
            assessments.read(plan, area, year, name=name)
        except EvalkitError as error:
            found += _problems(error)
    from evalkit.data.dataset import read

    try:
        read(data, plan)
    except EvalkitError as error:
        found += _problems(error)
    return found


def unfilled(root: Path, data: Path) -> list[Problem]:
    """What a scaffold left to be filled in, in [brackets], and is not yet."""
    found = []
    for path in (*sorted((root / "params").glob("*.yml")), data / "dataset.yml"):
        try:
            found += params.unfilled(params.read(path, root))
        except EvalkitError:
            continue  # told by check
    return found


def personal(root: Path, *folders: Path) -> list[Problem]:
    """Personal data in any file of the folders: civil registration numbers, e-mail addresses, names; never the value."""
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    files = [path for path in files if not review_comments.is_evidence(path)]
    return [problem for path in files for problem in privacy.scan(path, root)]


def _problems(error: EvalkitError) -> list[Problem]:
    if isinstance(error, ProblemsFound):
        return list(error.problems)
    file, _, wrong = str(error).partition(": ") if isinstance(error, MissingFile) else ("", "", str(error))
    return [Problem(file, "", wrong or str(error))]
