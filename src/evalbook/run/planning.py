"""The steps of a run: which reports there are, how the plan is evaluated, how a page and the site are made.

What a step needs it imports itself: a run in which nothing has changed takes none of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from evalbook.run.ledger import Record
from evalbook.run.options import Steps
from evalbook.run.tasks import Report
from evalkit.errors import EvalkitError, Problem, ProblemsFound, UnknownName
from evalkit.terms import PLAN, Status

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from evalbook.approval.signoffs import SignOff
    from evalkit.plan import Plan

PUBLISHED = "published"


def reports(root: Path, language: str) -> list[Report]:
    """A report for every area and year, one a year for the whole plan, and the final evaluation.

    Raises ProblemsFound with everything wrong in params/.
    """
    from evalbook.approval import signoffs
    from evalkit import plan as plans
    from evalkit.plan import assessments
    from evalkit.plan.records import Language

    if language not in get_args(Language):
        raise UnknownName(f"--language {language}: choose {' or '.join(get_args(Language))}.")
    plan = plans.read(root)
    folder = root / "notebooks" if language == "da" else root / "notebooks" / language
    data = [
        path.name for path in sorted((root / "data").iterdir()) if path.is_dir() and path.name != PUBLISHED
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
        parameters = given.model_dump(mode="json", exclude_defaults=True) | {
            "area": area,
            "year": year,
            "language": language,
            "status": given.status.value,
            "data": f"data/{data[0] if data else PUBLISHED}",
        }
        source = path.relative_to(root).as_posix()
        review = _review(root, area, path.stem, signed.get(key, ()))
        found.append(
            Report(
                key,
                folder / signoffs.notebook_name(area, path.stem),
                parameters,
                language=language,
                source=source,
                review=review,
            )
        )
    if problems:
        raise ProblemsFound(problems)
    return found


def _review(root: Path, area: str, name: str, signed: Sequence[SignOff]) -> str:
    """What the report says of its review, as text to compare."""
    from evalbook.approval import checklist_answers

    answers = checklist_answers.read(root, area, name)
    return "\n".join([*map(repr, signed), *(f"{item}: {one!r}" for item, one in sorted(answers.items()))])


def _wanted(plan: Plan) -> dict[str, tuple[str, int, Path]]:
    """Area, plan year and params file of every report, by key."""
    from evalkit.plan import assessments

    areas = {f"{area}/{year}": (area, year, path) for (area, year), path in assessments.files(plan).items()}
    return areas | {
        f"{PLAN}/{name}": (PLAN, year, path) for (name, year), path in assessments.plan_files(plan).items()
    }


def evaluate(root: Path, data: Path, to: Path) -> Mapping[str, str]:
    """Check the data (no personal data), evaluate the plan into `to`, and hash the rows that each report may show."""
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


def render(notebook: NotebookNode, report: Report, outdated: bool) -> str:
    """The page of an executed notebook; `outdated` says on it that the data have changed since."""
    from evalbook.site.frame import Frame, Link
    from evalbook.site.page import page
    from evalkit import plan as plans
    from evalkit.cards.title_block import status_word
    from evalkit.text.words import gettext_for

    about, words = _about(notebook), gettext_for(report.language)
    plan = plans.read(report.notebook.parents[1 if report.language == "da" else 2])
    final = report.key == f"{PLAN}/{plans.FINAL}"
    said = {"name": about["name"], "year": about["year"]}
    whole = (
        words.say("{name}, final evaluation", **said)
        if final
        else words.say("{name}, plan year {year}", **said)
    )
    title = whole.plain
    status = status_word(Status(about["status"]), words)
    years = [
        Link(f"{year}.html", str(year), current=not final and year == about["year"]) for year in plan.years
    ]
    if about["area"] == PLAN:
        years.append(Link(f"{plans.FINAL}.html", words("Final evaluation"), current=final))
    return page(
        notebook,
        frame=Frame(
            plan,
            report.language,
            f"{report.path}.html",
            about["synthetic"],
            title=title,
            description=title,
            running=f"{title} · {status}",
            years=years,
            stale=outdated,
            twin=False,  # running.twins links it when it is there
        ),
    )


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


STEPS = Steps(reports, evaluate, render, site)
