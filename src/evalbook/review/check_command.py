"""`evalkit check`: what is wrong with params and data, which words are older than their figures, what a reviewer would ask for."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from evalbook.approval import own_files, review_comments, signoffs
from evalbook.approval.checklist import possible
from evalbook.approval.fingerprints import in_brief
from evalbook.approval.reviewed import Reviewed, all_reports, data_option, evaluated
from evalbook.intake import checking
from evalbook.intake.data_overview import overview
from evalbook.review import advice, release
from evalbook.review.definition_changes import untold
from evalbook.review.edit_yaml import shown
from evalkit import plan as plans
from evalkit.data import dataset as datasets
from evalkit.data.completeness import nobody_has, official_figures_stop, reports_stop
from evalkit.data.delivery import delivered, undelivered
from evalkit.errors import EvalkitError, Problem, ProblemsFound, UnknownName, did_you_mean
from evalkit.evaluate.released import renamed
from evalkit.measure.counts import without_population, without_residents
from evalkit.plan import Plan, params

SAID: Final = 8
"""Differences told for each report; the page tells all of them."""


def check(root: Path, data: Path) -> list[Problem]:
    """Every problem; words and sign-offs are looked at when the plan can be evaluated."""
    found = checking.check(root, data) + own_files.outside(root) + list(advice.problems(root))
    blanks = checking.unfilled(root, data)
    if found:
        return found + blanks
    try:
        plan, evaluation = evaluated(root, data)
        reports, also = all_reports(plan, evaluation), data_option(root, data)
        told = [problem for report in reports.values() for problem in of_report(report, also)]
        told += _pages(root, {problem.place for problem in told})
        return [*told, *_answers(plan, reports), *release.changed(root), *untold(plan), *blanks]
    except ProblemsFound as broken:
        return list(broken.problems)
    except EvalkitError as error:
        return [Problem("", "", str(error))]


def said(problems: Sequence[Problem], root: Path, data: Path, form: str = "text") -> str:
    """Problems, and of a data set that can be read its completeness and unusual values: lines, or JSON."""
    asked = advice.of_workbook(root, data)
    if form not in ("text", "json"):
        raise UnknownName(f"--format {form}: choose text or json.")
    try:
        plan = plans.read(root)
        dataset, years = datasets.read(data, plan), [plan.baseline_year, *plan.years]
        held = overview(
            dataset.tables,
            list(plan.areas),
            years,
            year_starts=plan.year_starts,
            delivered=delivered(plan, dataset).known,
            notes=[
                *nobody_has(plan, dataset),
                *undelivered(plan, dataset),
                *without_population(plan, dataset),
                *without_residents(plan, dataset),
                *reports_stop(plan, dataset),
                *official_figures_stop(plan, dataset),
                *dict.fromkeys(renamed(plan, dataset)),  # once, whatever the number of releases
            ],
        )
    except EvalkitError:
        held = None  # the problems say why
    if form == "json":
        found = {"problems": [asdict(problem) for problem in problems]} | (held.as_dict() if held else {})
        found["advice"] = [asdict(one) for one in asked]
        return json.dumps(found, indent=1)  # in ASCII: JSON is UTF-8, and the output need not be
    n = len(problems)
    last = f"{n} problem{'' if n == 1 else 's'}." if problems else "Nothing wrong with params and data."
    return "\n".join([*(held.lines() if held else []), *map(str, asked), *map(str, problems), last])


def of_report(report: Reviewed, also: str = "") -> list[Problem]:
    """What no longer fits in one report: words older than figures, a sign-off of another version.

    Parameters
    ----------
    also : what the advised commands say to read the same data set
    """
    where, file = report.state(), shown(report.path, report.plan.root)
    again = f"Read them again: evalkit assess {report.area} {report.name}{also}"
    found = []
    if where.written and not where.fresh:
        place, wrong = "assessment", "does not say which figures it was written against."
        if where.stamped and not where.intact:
            place, wrong = "assessment.figures", "edited by hand: it does not fit the fingerprint."
        elif where.stamped:
            brief = in_brief(where.differences)
            more = f", and {len(brief) - SAID} more" if len(brief) > SAID else ""
            wrong = f"older than the figures: {'; '.join(map(str, brief[:SAID]))}{more}."
        found.append(Problem(file, place, wrong, again))
    if where.approval is not None and where.deviations:
        wrong = f"the approved version deviates: other {', '.join(where.deviations)}."
        advice = f"Let it be reviewed again: evalkit sign {report.area} {report.name} --role reviewer --name …{also}"
        found.append(Problem(signoffs.FILE, report.key, wrong, advice))
    return found


def _pages(root: Path, known: Collection[str]) -> Iterator[Problem]:
    """Pages in output/ that are not those that were approved, though what they are made from is; `known`: told already."""
    for key, said in release.other_pages(root, root / "output"):
        if key not in known:
            yield Problem(signoffs.FILE, key, said)


def _answers(plan: Plan, reports: Iterable[str]) -> list[Problem]:
    """Answers in params/reviews/ that no report shows: a slip in a file's name, or in an item's; a file that is broken."""
    names, found = [key.replace("/", "-") for key in reports], list[Problem]()
    for path in sorted((plan.root / "params" / "reviews").glob("*.yml")):
        if path.name.endswith(review_comments.ENDING):
            continue  # what came back in Word files, and is read with the answers to it
        if path.stem not in names:
            advice = f"Name the file as the report. {did_you_mean(path.stem, names)}"
            found.append(Problem(shown(path, plan.root), "", "no report has this name.", advice))
            continue
        try:
            given = signoffs.answers(plan.root, *path.stem.rsplit("-", 1))
        except ProblemsFound as broken:
            found += broken.problems
            continue
        document, known = params.read(path, plan.root), possible(plan)
        known += map(review_comments.item, review_comments.read(plan.root, *path.stem.rsplit("-", 1)))
        found += [
            document.problem(
                (item,), f"no item of a checklist is called {item!r}.", did_you_mean(item, known)
            )
            for item in given
            if item not in known
        ]
    return found
