"""The steps of a run: which reports there are, how the plan is evaluated, how a page and the site are made.

What a step needs it imports itself: a run in which nothing has changed takes none of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evalbook.approval import translation
from evalbook.run.staleness import PUBLISHED, TAKEN
from evalbook.run.tasks import Linked, Report, Steps, key_of, named
from evalkit.errors import EvalkitError, Problem, ProblemsFound
from evalkit.terms import PLAN, Status

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from pydantic.main import IncEx

    from evalbook.approval.signoffs import SignOff
    from evalbook.site.page import Pages
    from evalkit.evaluate.evaluation import Evaluation
    from evalkit.plan import Plan
    from evalkit.plan.assessments import ReportParams

FOLDERS: Final = {"da": "notebooks", "en": translation.FOLDER}
"""Where the notebooks of each language are in the copy of the workbook."""

FOR_PAGE: Final[dict[str, IncEx | bool]] = {
    "status": True,
    "assessment": {"fingerprint", "figures", "corrections"},
}
"""What in a params file only the page is told: how far the report has come, what its words were written against, corrections."""


def reports(root: Path) -> list[Report]:
    """A report for every area and year, one a year for the whole plan, and the final evaluation, each in both languages.

    Raises ProblemsFound with everything wrong in params/, personal data included.
    """
    from evalbook.approval import own_files, signoffs
    from evalbook.intake.checking import personal
    from evalkit import plan as plans
    from evalkit.plan import assessments

    if private := personal(root, root / "params", root / own_files.FOLDER):
        raise ProblemsFound(private)
    plan = plans.read(root)
    data = [
        path.name for path in sorted((root / "data").iterdir()) if path.is_dir() and path.name not in TAKEN
    ]
    found: list[Report] = []
    problems: list[Problem] = []
    signed = signoffs.read(root)
    for name, (area, year, path) in _wanted(plan).items():
        try:
            given = assessments.read(plan, area, year, name=path.stem)
        except ProblemsFound as wrong:
            problems += wrong.problems
            continue
        except EvalkitError as wrong:
            problems.append(Problem(path.relative_to(root).as_posix(), "", str(wrong)))
            continue
        words = given.model_dump(mode="json", exclude_defaults=True, exclude=FOR_PAGE)
        review = _review(plan, given, path.stem, signed.get(name, ()))
        for language, folder in FOLDERS.items():
            parameters = words | {
                "area": area,
                "year": year,
                "language": language,
                "data": f"data/{data[0]}" if data else PUBLISHED.as_posix(),
            }
            notebook = root / folder / signoffs.notebook_name(area, path.stem)
            source = path.relative_to(root).as_posix()
            key = key_of(language, name)
            found.append(
                Report(key, notebook, parameters, source=source, for_page=("status",), review=review)
            )
    if problems:
        raise ProblemsFound(problems)
    return found


def _review(plan: Plan, given: ReportParams, name: str, signed: Sequence[SignOff]) -> str:
    """All that a page says of its review, beside its rows, as text to compare."""
    from evalbook.approval import review_comments, signoffs

    said = [given.status.value, given.assessment.fingerprint, repr(given.assessment.figures)]
    said += map(repr, [*given.assessment.corrections.items(), *signed])
    if signed:
        said.append(signoffs.notebook_digest(plan.root, given.area, name))  # of both languages
        known = {"data": {"name": ""}, "comparators": []}  # the data set's are with the rows
        said.append(signoffs.words_digest(plan, given.area, name, known, plan.indicators))
    said += map(repr, review_comments.read(plan.root, given.area, name).items())
    answers = signoffs.answers(plan.root, given.area, name)
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
    from evalbook.site.outputs import secure
    from evalbook.site.page import about_of, pages
    from evalbook.site.report_states import foot_line
    from evalkit import plan as plans
    from evalkit.text.status import page_title
    from evalkit.text.words import gettext_for

    if not (about := about_of(notebook)):
        raise EvalkitError(
            "the notebook never shows its report: let the set-up cell end with the line `report`."
        )
    words = gettext_for(report.language)
    plan = plans.read(_root(report))
    final = report.name == f"{PLAN}/{plans.FINAL}"
    title = page_title(words, about["name"], about["year"], final=final)
    years = [
        Link(f"{year}.html", str(year), current=not final and year == about["year"]) for year in plan.years
    ]
    if about["area"] == PLAN:
        years.append(Link(f"{plans.FINAL}.html", words("Final evaluation"), current=final))
    beside = _root(report) / FOLDERS["da"]  # pictures lie there for both languages
    made = pages(
        notebook,
        frame=Frame(
            plan,
            report.language,
            f"{report.name}.html",
            about["synthetic"],
            title=title,
            description=title,
            running=foot_line(title, Status(about["status"]), words),
            years=years,
            other_language=report.linked,
        ),
        folder=beside,
        root=_root(report),
        name=report.notebook.name,
    )
    secure(notebook, report.language, beside, _root(report))  # after the remarks name what it held
    return made


def fill(notebook: NotebookNode, report: Report, evaluation: Path) -> None:
    """Put what the report's review has come to into the slots of its executed notebook, in place."""
    from evalbook.site import slots
    from evalkit import plan as plans
    from evalkit.evaluate.evaluation import Evaluation

    plan, found = plans.read(_root(report)), Evaluation.read(evaluation)
    slots.fill_notebook(notebook, *_slots(plan, found, report))


def review(
    root: Path, evaluation: Path, moved: Sequence[Report], whole: Mapping[str, Sequence[str]], out: Path
) -> dict[str, str]:
    """What becomes of files in `out` when nothing but reviews has moved on: the text of each, by path.

    Their slots are filled anew: those of pages and executed notebooks of reports, and that of the overviews.

    Parameters
    ----------
    moved : the reports with another review
    whole : the pages of every report that there is, by its key
    """
    from evalbook.site import slots
    from evalbook.site.context import Overview
    from evalbook.site.frame import DATA, tidy
    from evalbook.site.links import linked
    from evalbook.site.report_states import states, status_table
    from evalkit import plan as plans
    from evalkit.evaluate.evaluation import Evaluation

    def page(name: str) -> str:
        return slots.unmarked((out / name).read_bytes()).decode("utf-8")

    plan, found, files = plans.read(root), Evaluation.read(evaluation), dict[str, str]()
    for report in moved:
        said, status = _slots(plan, found, report)
        book = (out / f"{report.key}.ipynb").read_text(encoding="utf-8")
        files[f"{report.key}.ipynb"] = slots.fill_notebook_file(book, said, status)
        files |= linked({name: tidy(slots.fill(page(name), said)) for name in whole[report.key]})
    made = list(map(named, whole))
    statuses, left = states(plan, found, sorted({name for _, name in made}))
    for language in FOLDERS:
        if (out / (name := key_of(language, DATA))).is_file():
            here = {one: statuses[one] for its_own, one in made if its_own == language}
            items = {one: left[one] for one in here}
            overview = Overview(plan, found.rows, found.facts, language, here, items)
            files[name] = tidy(slots.fill(page(name), {"statuses": status_table(overview).html}))
    return files


def _slots(plan: Plan, evaluation: Evaluation, report: Report) -> tuple[dict[str, str], Status]:
    """What stands in a report's slots, and its status."""
    from evalbook.approval.reviewed import Reviewed
    from evalbook.site.report_states import slots_of

    area, _, year = report.name.rpartition("/")
    return slots_of(Reviewed(plan, evaluation, area, year), report.language)


def _root(report: Report) -> Path:
    """The workbook, or the copy of it, that holds a report's notebook."""
    return report.notebook.parents[1 if report.language == "da" else 2]


def site(root: Path, evaluation: Path, linked: Linked, to: Path, language: str) -> None:
    """Index, method, data and the other pages around the reports, and the tables to download."""
    from evalbook.site.build import build
    from evalkit import plan as plans
    from evalkit.evaluate.evaluation import Evaluation

    found = Evaluation.read(evaluation)
    build(to, plans.read(root), found, linked.reports, missing=linked.missing, language=language)


STEPS = Steps(reports, evaluate, render, site, fill, review)
