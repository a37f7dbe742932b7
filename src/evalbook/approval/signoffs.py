"""What reviewers write down: who has approved which version of a report (does it still stand?), and answers to its checklist."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, RootModel

from evalbook.approval import identity, translation
from evalkit.plan import FINAL, Plan, params
from evalkit.plan.assessments import ReportParams
from evalkit.results import ROW_COLUMNS
from evalkit.terms import PLAN

if TYPE_CHECKING:
    import pandas as pd  # a run that has nothing to do does without it
    from pydantic.main import IncEx

FILE: Final = "params/signoffs.yml"
REVIEWER: Final = "reviewer"

Role = Literal["author", "reviewer"]


class SignOff(BaseModel):
    """One person's approval of one version of one report; hashes say which version."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    role: Role
    name: str
    date: dt.date
    rows: str  # of the published rows that the report may show
    assessment: str  # of everything in the report's params file but its status
    notebook: str  # of the code and prose cells, Danish and English
    words: str = ""  # of the names, definitions, phrases, answers and events that the page is made with
    pages: dict[str, str] = {}  # by language: of the text of its pages as they were read
    although: Literal["", "same_person", "near_name"] = (
        ""  # said at signing: the author's own, or only like the author's
    )
    evidence: str = ""  # SHA-256 of the file by which it came, and its path below the workbook
    seal: str = ""  # of all the above: shows that the entry was edited by hand

    def sealed(self, key: str) -> SignOff:
        """The same with its seal; the seal belongs to one report's key."""
        return self.model_copy(update={"seal": self._seal(key)})

    def _seal(self, key: str) -> str:
        parts = self.model_dump(mode="json", exclude={"seal"}, exclude_defaults=True)
        return _digest(json.dumps([key, parts], sort_keys=True, ensure_ascii=False))

    def deviations(self, key: str, version: Mapping[str, str]) -> list[str]:
        """What is not as it was signed: entry (edited by hand), rows, assessment, notebook, words."""
        bound = ("rows", "assessment", "notebook", "words")
        changed = [name for name in bound if getattr(self, name) != version[name]]
        return (["entry"] if self.seal != self._seal(key) else []) + changed


def objections(person: str, author: str, reviewers: Collection[str], although: str = "") -> list[str]:
    """Why somebody cannot approve a report: reviewer (the plan names others), same_person, near_name (as the author's).

    Parameters
    ----------
    reviewers : whom plan.yml names; empty: anybody but the author
    although : what was said at signing of the one name and the other
    """
    found = []
    if reviewers and not any(identity.same(person, one) for one in reviewers):
        found.append("reviewer")
    if identity.same(person, author):
        found += ["same_person"] if although != "same_person" else []
    elif identity.near(person, author) or identity.mixed(person, author):
        found += ["near_name"] if although != "near_name" else []
    return found


class _File(RootModel[dict[str, list[SignOff]]]):
    """params/signoffs.yml: by report, oldest first."""


def read(root: Path) -> dict[str, list[SignOff]]:
    """Every sign-off by report key; none without a file. ProblemsFound when the file is not what `sign` writes."""
    return params.records(root / FILE, root, _File)


class Answer(BaseModel):
    """What was found when an item of a report's checklist was looked into."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    answer: str
    by: str = ""  # role
    date: dt.date | None = None


class _Answers(RootModel[dict[str, Answer]]):
    """params/reviews/<area>-<year>.yml: by item."""


def answers_file(root: Path, area: str, name: str) -> Path:
    """Where the answers to one report's checklist stand; `name` is the plan year or `final`."""
    return root / "params" / "reviews" / f"{area}-{name}.yml"


def answers(root: Path, area: str, name: str) -> dict[str, Answer]:
    """The answers that there are; an empty one counts as none. ProblemsFound when the file is broken."""
    given = params.records(answers_file(root, area, name), root, _Answers)
    return {item: one for item, one in given.items() if one.answer.strip()}


def latest(signed: Sequence[SignOff]) -> SignOff | None:
    """The reviewer's last sign-off."""
    return next((one for one in reversed(signed) if one.role == REVIEWER), None)


def version(
    plan: Plan, visible: pd.DataFrame, given: ReportParams, name: str, facts: Mapping[str, Any]
) -> dict[str, str]:
    """Hashes of what a sign-off is bound to.

    Parameters
    ----------
    visible : the published rows that the report may show
    name : plan year, or `final`
    facts : what pages say of the data set (Evaluation.facts)
    """
    from evalkit.report import on_pages  # with pandas, as above

    # p_holm moves in every year when one year's figure does, and no report shows it; its verdict, which one does, stays.
    columns = [column for column in ROW_COLUMNS if column in visible and column != "p_holm"]
    shown = on_pages(visible, plan, given.area)
    mine = visible[visible["indicator"].isin(shown)]
    rows = mine.sort_values("row").to_csv(
        index=False, columns=columns, float_format="%.10g", lineterminator="\n"
    )
    # Approvals from before there were any corrections stand.
    absent: IncEx = set() if given.assessment.corrections else {"corrections"}
    words = given.model_dump(mode="json", exclude={"status": True, "assessment": absent})
    return {
        "rows": _digest(rows),
        "assessment": _digest(json.dumps(words, sort_keys=True, ensure_ascii=False)),
        "notebook": notebook_digest(plan.root, given.area, name),
        "words": words_digest(plan, given.area, name, facts, shown),
    }


def words_digest(plan: Plan, area: str, name: str, facts: Mapping[str, Any], shown: Collection[str]) -> str:
    """Hash of the words that a report's page is made with in both languages, beside its own params file and notebook.

    Names of plan, areas and data set; goals; the indicators that it shows, with definitions, questions and phrases; the answers
    to the report's checklist; the dated events that concern it. No dates or links of pages, and nothing of other years. With the
    final evaluation goes what the pages around all reports say of the plan, of every indicator and of the areas compared with,
    and the public's questions with their answers.
    """
    from evalkit.data.dataset import read_published  # with pandas, as above

    events = read_published(plan.root, "events").to_dict("records")
    concerned = {"denmark", area, *(plan.areas if area == PLAN else ())}
    given = answers(plan.root, area, name)
    own = {"name", "areas", "goals", "municipality"}
    around: list[Any] = []
    if name == FINAL:
        around = [
            *_around(plan.root),
            facts["comparators"],
        ]
    shared = plan.model_dump(mode="json", include=own)
    said = [
        facts["data"]["name"],
        shared,
        {
            key: one.model_dump(mode="json")
            for key, one in plan.indicators.items()
            if name == FINAL or key in shown
        },
        {key: one.model_dump(mode="json") for key, one in given.items()},
        [one for one in events if concerned & set(one["area"].split(";"))],
        *around,
    ]
    return _digest(json.dumps(said, sort_keys=True, ensure_ascii=False, default=str))


def _around(root: Path) -> Iterator[dict[str, Any]]:
    """What stands in the files that the pages around all reports are made from, but for the day from which they may be public."""
    for path in (root / "params" / "plan.yml", root / "params" / "questions.yml"):
        if path.is_file():
            content = params.read(path, root).content or {}
            yield {name: said for name, said in content.items() if name != "embargo"}


def notebook_name(area: str, name: str) -> str:
    """The notebook that makes a report."""
    if area != PLAN:
        return "area_year.ipynb"
    return "plan_final.ipynb" if name == FINAL else "plan_year.ipynb"


def notebook_digest(root: Path, area: str, name: str) -> str:
    """Hash of what a person wrote in both editions of a report's notebook; outputs and counters are left out.

    The tags of a cell belong to it: they say whether it is published, and whether in the report or in its annex.
    """
    path = root / "notebooks" / notebook_name(area, name)
    english = translation.path_of(path)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"] if path.is_file() else []
    written = [
        [cell["cell_type"], "".join(cell["source"]), sorted(cell["metadata"].get("tags", []))]
        for cell in cells
    ]
    texts = english.read_text(encoding="utf-8") if english.is_file() else ""
    return _digest(json.dumps([written, texts], ensure_ascii=False))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
