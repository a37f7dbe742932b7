"""What reviewers have said of a report in its Word file: params/reviews/<area>-<year>.comments.yml, answered on the checklist.

Nothing of it is published: a page says that there is a comment, where it stands, and what the analyst answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, RootModel

from evalkit.plan import params

ENDING: Final = ".comments.yml"
EVIDENCE: Final = "params/reviews/evidence"
"""Folder of the files by which reports were approved; no run reads it, git ignores it."""

Kind = Literal["comment", "change", "answer"]


class Reply(BaseModel):
    """What somebody has said to a comment."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    author: str = ""
    date: str = ""
    text: str


class Comment(BaseModel):
    """A comment, a change that is proposed, or an answer that is no approval."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Kind
    author: str = ""
    date: str = ""
    version: str = ""  # of the report that it was said of
    place: str = ""  # the heading above it
    rows: list[str] = []  # published rows that the paragraph cites
    anchor: str = ""  # the text that it is about; of a change, what stood there
    text: str = ""  # of a change, what is to stand there; empty: nothing
    replies: list[Reply] = []
    done: bool = False  # marked so by whoever read the file last

    @property
    def same(self) -> tuple[str, ...]:
        """What makes it one with another, in whichever file that came."""
        return self.kind, self.author, self.date, self.version, self.place, self.anchor, self.text


class _File(RootModel[dict[int, Comment]]):
    """One report's comments by number, in the order in which they came."""


def file(root: Path, area: str, name: str) -> Path:
    """Where the comments on one report stand; `name` is the plan year or `final`."""
    return root / "params" / "reviews" / f"{area}-{name}{ENDING}"


def read(root: Path, area: str, name: str) -> Mapping[int, Comment]:
    """The comments that there are, by number. ProblemsFound when the file is broken."""
    path = file(root, area, name)
    if not path.is_file():
        return {}
    document = params.read(path, root)
    return document.as_model(_File).root if document.content is not None else {}


def item(number: int) -> str:
    """The id of a comment on its report's checklist, and the key of its answer."""
    return f"comment.{number}"


def is_evidence(path: Path) -> bool:
    """Whether a file is one by which a report was approved: it holds what a person wrote, and no run reads it."""
    return path.parent.as_posix().endswith(EVIDENCE)
