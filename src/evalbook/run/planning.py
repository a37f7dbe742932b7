"""The steps of a run: which reports there are, how the plan is evaluated, how a page and the site are made.

What a step needs it imports itself: a run in which nothing has changed takes none of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from evalbook.run.cache import PUBLISHED, TAKEN
from evalbook.run.ledger import Record
from evalbook.run.options import Steps
from evalbook.run.tasks import Report
from evalkit.errors import EvalkitError, Problem, ProblemsFound, UnknownName
from evalkit.terms import PLAN, Status

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from pydantic.main import IncEx

    from evalbook.approval.signoffs import SignOff
    from evalbook.site.page import Pages
    from evalkit.evaluate.evaluation import Evaluation
    from evalkit.plan import Plan
    from evalkit.plan.assessments import ReportParams

FOR_PAGE: Final[dict[str, IncEx | bool]] = {"status": True, "assessment": {"fingerprint", "figures"}}
"""What in a params file only the page is told: how far the report has come, and what its words were written against."""


def reports(root: Path, language: str) -> list[Report]:
    """A report for every area and year, one a year for the whole plan, and the final evaluation.

    Raises ProblemsFound with everything wrong in params/, personal data included.
    """
    from evalbook.approval import own_files, signoffs
    from evalbook.intake.checking import personal
    from evalkit import plan as plans
    from evalkit.plan import assessments
    from evalkit.plan.records import Language

    if language not in get_args(Language):
        raise UnknownName(f"--language {language}: choose {' or '.join(get_args(Language))}.")
    if private := personal(root, root / "params", root / own_files.FOLDER):
        raise ProblemsFound(private)
    plan = plans.read(root)
    folder = root / "notebooks" if language == "da" else root / "notebooks" / language
    data = [
        path.name for path in sorted((root / "data").iterdir()) if path.is_dir() and path.name not in TAKEN
    ]
    found: list[Report] = []
    problems: list[Problem] = []
    signed = signoffs.read(root)
    for key, (area, year, path) in _wanted(plan).items():
        try:
            given = assessments.read(plan, area, year, name=path.stem)
        except ProblemsFound as wrong:
            problems += wrong.problems
            continue
        except EvalkitError as wrong:
            problems.append(Problem(path.relative_to(root).as_posix(), "", str(wrong)))
            continue
        words = given.model_dump(mode="json", exclude_defaults=True, exclude=FOR_PAGE)
        parameters = words | {
            "area": area,
            "year": year,
            "language": language,
            "data": f"data/{data[0]}" if data else PUBLISHED.as_posix(),
        }
        source = path.relative_to(root).as_posix()
        review = _review(plan, given, path.stem, signed.get(key, ()))
        found.append(
            Report(
                key,
                folder / signoffs.notebook_name(area, path.stem),
                parameters,
                language=language,
                source=source,
                for_page=("status",),
                review=review,
            )
        )
    if problems:
        raise ProblemsFound(problems)
    return found


def _review(plan: Plan, given: ReportParams, name: str, signed: Sequence[SignOff]) -> str:
    """All that a page says of its review, beside its rows, as text to compare."""
    from evalbook.approval import checklist_answers, signoffs

    said = [given.status.value, given.assessment.fingerprint, repr(given.assessment.figures)]
    said += map(repr, signed)
    if signed:
        said.append(signoffs.notebook_digest(plan.root, given.area, name))  # of both languages
        said.append(signoffs.words_digest(plan, given.area, name, ""))  # the data set's name is with the rows
    answers = checklist_answers.read(plan.root, given.area, name)
    return "\n".join([*said, *(f"{item}: {one!r}" for item, one in sorted(answers.items()))])


def _wanted(plan: Plan) -> dict[str, tuple[str, int, Path]]:
    """Area, plan year and params file of every report, by key."""
    from evalkit.plan import assessments

    areas = {f"{area}/{year}": (area, year, path) for (area, year), path in assessments.files(plan).items()}
    return areas | {
        f"{PLAN}/{name}": (PLAN, year, path) for (name, year), path in assessments.plan_files(plan).items()
    }


def evaluate(root: Path, data: Path, to: Path) -> Mapping[str, str]:
    """Check the data for personal data, evaluate the plan into `to`, and hash the rows that each report may show."""
    import pandas as pd

    from evalbook.intake.checking import personal
    from evalkit import plan as plans
    from evalkit.data.dataset import read
    from evalkit.evaluate.evaluation import evaluate as evaluated
    from evalkit.report import visible

    if found := personal(root, data):
        raise ProblemsFound(found)
    plan = plans.read(root)
    evaluation = evaluated(plan, read(data, plan))
    evaluation.write(to)
    facts = {**evaluation.facts, "data": {**evaluation.facts["data"], "fingerprint": ""}}
    marks = pd.util.hash_pandas_object(evaluation.rows)  # one for each row: the same row is in many reports
    hashes = {}
    for key, (area, year, _) in _wanted(plan).items():
        seen = json.dumps(
            {name: fact for name, fact in facts.items() if area == PLAN or name != PLAN}, sort_keys=True
        )
        rows = marks[visible(evaluation.rows, plan, area, year).index].to_numpy()
        hashes[key] = hashlib.sha256(seen.encode() + rows.tobytes()).hexdigest()
    return hashes


def render(notebook: NotebookNode, report: Report) -> Pages:
    """The pages of an executed notebook by path."""
    from evalbook.site.frame import Frame, Link
    from evalbook.site.page import pages
    from evalbook.site.report_states import foot_line, page_title
    from evalkit import plan as plans
    from evalkit.text.words import gettext_for

    about, words = _about(notebook), gettext_for(report.language)
    plan = plans.read(_root(report))
    final = report.key == f"{PLAN}/{plans.FINAL}"
    title = page_title(words, about["name"], about["year"], final=final)
    years = [
        Link(f"{year}.html", str(year), current=not final and year == about["year"]) for year in plan.years
    ]
    if about["area"] == PLAN:
        years.append(Link(f"{plans.FINAL}.html", words("Final evaluation"), current=final))
    return pages(
        notebook,
        frame=Frame(
            plan,
            report.language,
            f"{report.path}.html",
            about["synthetic"],
            title=title,
            description=title,
            running=foot_line(title, Status(about["status"]), words),
            years=years,
            twin=False,  # running.twins links it when it is there
        ),
        folder=report.notebook.parent,
        root=_root(report),
        name=report.notebook.name,
    )


def fill(notebook: NotebookNode, report: Report, evaluation: Path) -> None:
    """Put what the report's review has come to into the slots of its executed notebook, in place, and cut what is hostile."""
    from evalbook.site import slots
    from evalbook.site.outputs import secure
    from evalkit import plan as plans
    from evalkit.evaluate.evaluation import Evaluation

    plan, found = plans.read(_root(report)), Evaluation.read(evaluation)
    slots.fill_notebook(notebook, *_slots(plan, found, [report])[report.path])
    secure(notebook, report.language)


def review(
    root: Path, evaluation: Path, moved: Sequence[Report], whole: Sequence[Record], out: Path, language: str
) -> dict[str, str]:
    """What becomes of files in `out` when nothing but reviews has moved on: the text of each, by path.

    Their slots are filled anew: those of pages and executed notebooks of reports, and that of the overview.

    Parameters
    ----------
    moved : the reports with another review
    whole : every report that there is
    """
    from evalbook.site import language_link, older_mark, slots
    from evalbook.site.context import Overview
    from evalbook.site.frame import DATA, tidy
    from evalbook.site.page import linked
    from evalbook.site.report_states import states, status_table
    from evalkit import plan as plans
    from evalkit.evaluate.evaluation import Evaluation

    def page(name: str) -> str:
        return older_mark.unmarked(language_link.unlinked((out / name).read_bytes())).decode("utf-8")

    plan, found, files = plans.read(root), Evaluation.read(evaluation), dict[str, str]()
    there = {record.path: [name for name in record.files if name.endswith(".html")] for record in whole}
    for key, (said, status) in _slots(plan, found, moved).items():
        book = (out / f"{key}.ipynb").read_text(encoding="utf-8")
        files[f"{key}.ipynb"] = slots.fill_notebook_file(book, said, status)
        files |= linked({name: tidy(slots.fill(page(name), said)) for name in there[key]})
    if (out / DATA).is_file():
        statuses, left = states(plan, found, [record.key for record in whole])
        overview = Overview(plan, found.rows, found.facts, language, statuses, twin=False, open=left)
        files[DATA] = tidy(slots.fill(page(DATA), {"statuses": status_table(overview).html}))
    return files


def _slots(
    plan: Plan, evaluation: Evaluation, reports: Sequence[Report]
) -> dict[str, tuple[dict[str, str], Status]]:
    """What stands in each report's slots, and its status, by the path of its files."""
    from evalbook.approval.reviewed import Reviewed
    from evalbook.site.report_states import slots_of

    said = {}
    for report in reports:
        area, _, name = report.key.rpartition("/")
        said[report.path] = slots_of(Reviewed(plan, evaluation, area, name), report.language)
    return said


def _root(report: Report) -> Path:
    """The workbook, or the copy of it, that holds a report's notebook."""
    return report.notebook.parents[1 if report.language == "da" else 2]


def site(root: Path, evaluation: Path, whole: Sequence[Record], to: Path, language: str) -> None:
    """Index, method, data and the other pages around the reports, and the tables to download."""
    from evalbook.site.build import build
    from evalkit import plan as plans
    from evalkit.evaluate.evaluation import Evaluation

    build(to, plans.read(root), Evaluation.read(evaluation), whole, language=language, twin=False)


def _about(notebook: NotebookNode) -> dict[str, Any]:
    """What the executed notebook says that its report is about."""
    from evalkit.report import ABOUT

    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if ABOUT in output.get("data", {}):
                return dict(output["data"][ABOUT])
    raise EvalkitError("the notebook never shows its report: let the set-up cell end with the line `report`.")


STEPS = Steps(reports, evaluate, render, site, fill, review)
