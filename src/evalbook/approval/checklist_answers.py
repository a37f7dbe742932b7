"""Answers to a report's checklist, by item: params/reviews/<area>-<year>.yml."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel

from evalkit.plan import params


class Answer(BaseModel):
    """What was found when an item was looked into."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    answer: str
    by: str = ""  # role
    date: dt.date | None = None


class _File(RootModel[dict[str, Answer]]):
    """One report's answers, by item id."""


def file(root: Path, area: str, name: str) -> Path:
    """Where the answers of one report stand; `name` is the plan year or `final`."""
    return root / "params" / "reviews" / f"{area}-{name}.yml"


def read(root: Path, area: str, name: str) -> dict[str, Answer]:
    """The answers that there are; an empty one counts as none. ProblemsFound when the file is broken."""
    path = file(root, area, name)
    if not path.exists():
        return {}
    document = params.read(path, root)
    answers = document.as_model(_File).root if document.content is not None else {}
    return {item: one for item, one in answers.items() if one.answer.strip()}
