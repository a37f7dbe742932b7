"""What the tests of the review share: a workbook with words, a stand-in for the editor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from evalbook.approval import fingerprints
from evalbook.approval.reviewed import Reviewed
from evalbook.review.assess import assess
from evalbook.review.edit_yaml import stamp
from evalbook.review.signing import sign
from evalkit.data.dataset import DataSet
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.plan import Plan

TODAY = dt.date(2026, 11, 23)
DATA = Path("data/demo")


def words(
    workbook: Path, area: str = "ringparken", name: str = "2019", text: str = "Beboerne mødtes."
) -> Path:
    """Write the same words about every goal, without a stamp."""
    from evalkit.plan import read

    path = workbook / "params" / area / f"{name}.yml"
    goals = "".join(f"    {goal}: {text}\n" for goal in read(workbook).goals)
    path.write_text(path.read_text(encoding="utf-8") + f"assessment:\n  texts:\n{goals}", encoding="utf-8")
    return path


def stamped(report: Reviewed, author: str = "Anna") -> None:
    """Stamp a report's words as `evalkit assess` does."""
    figures = fingerprints.figures(report.plan, report.rows, report.area, report.year)
    values = {"author": author, "fingerprint": fingerprints.fingerprint(figures)}
    report.path.write_text(
        stamp(report.path.read_text(encoding="utf-8"), values, figures, "x"), encoding="utf-8"
    )


def assessed(
    workbook: Path, editor: Callable[[Path], None] | None = None, author: str = "Anna", **more: str
) -> str:
    area, name = more.get("area", "ringparken"), more.get("name", "2019")
    return assess(workbook, workbook / DATA, area, name, author=author, role="", editor=editor, today=TODAY)


def signed(
    workbook: Path,
    role: str = "reviewer",
    person: str = "Rie",
    *,
    allow_same: bool = False,
    other_person: bool = False,
    **more: str,
) -> str:
    area, name = more.get("area", "ringparken"), more.get("name", "2019")
    return sign(
        workbook,
        workbook / DATA,
        area,
        name,
        role=role,
        person=person,
        today=TODAY,
        allow_same=allow_same,
        other_person=other_person,
    )


def change_data(workbook: Path) -> None:
    """Ten more young people in education in one area and year."""
    path = workbook / DATA / "education.csv"
    text = path.read_text(encoding="utf-8")
    assert "ringparken,2019,18-24,152,87," in text
    path.write_text(
        text.replace("ringparken,2019,18-24,152,87,", "ringparken,2019,18-24,152,97,"), encoding="utf-8"
    )


_KEPT: dict[str, Evaluation] = {}


def evaluated(plan: Plan, data: DataSet) -> Evaluation:
    """The evaluation of a data set, kept for the next test."""
    key = pd.util.hash_pandas_object(data.tables["education"]).to_numpy().tobytes().hex()
    if key not in _KEPT:
        _KEPT[key] = evaluate(plan, data)
    return _KEPT[key]
