"""Assessments: what an analyst says about one report, in params/<area>/<year>.yml, checked against the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import Field

from evalkit.errors import Problem, ProblemsFound, did_you_mean
from evalkit.plan import FINAL, Plan, params
from evalkit.plan.records import Strict
from evalkit.terms import PLAN, Status


class Assessment(Strict):
    """The analyst's own words about one area and year, in markdown, by goal or `overall`."""

    role: str = ""
    author: str = ""
    date: dt.date | None = None
    fingerprint: str = ""  # of the published rows that the words were written against
    figures: dict[str, dict[str, float | str]] = Field(
        default_factory=dict
    )  # those rows, so that a page can show old and new value
    texts: dict[str, str] = Field(default_factory=dict)
    corrections: dict[str, str] = Field(
        default_factory=dict
    )  # why figures that were released are others now, by indicator or `overall`


class ReportParams(Strict):
    """What papermill gets for one report: params/<area>/<year>.yml."""

    area: str
    year: int
    status: Status = Status.DRAFT
    assessment: Assessment = Assessment()
    activities: list[str] = Field(default_factory=list)
    events: list[str] = Field(default_factory=list)
    limitations: list[str] = Field(default_factory=list)


def read(plan: Plan, area: str, year: int, *, name: str | None = None) -> ReportParams:
    """What params/<area>/<year>.yml says, or params/<area>/<name>.yml, checked against the plan."""
    document = params.read(plan.root / "params" / area / f"{name or year}.yml", plan.root)
    given = document.as_model(ReportParams)
    problems = []
    if given.area != area or given.year != year:
        problems.append(
            document.problem(
                ("area",), f"says {given.area} {given.year}.", f"Type area: {area} and year: {year}."
            )
        )
    texts, why = given.assessment.texts, given.assessment.corrections
    problems += _of_texts(document, ("assessment", "texts"), texts, plan.goals, "no goal {!r} in plan.yml.")
    unknown = "no indicator {!r} in indicators.yml."
    problems += _of_texts(document, ("assessment", "corrections"), why, plan.indicators, unknown)
    if given.status == Status.APPROVED and (
        missing := [goal for goal in plan.goals if goal not in given.assessment.texts]
    ):
        problems.append(
            document.problem(
                ("status",),
                f"approved, but no assessment of {', '.join(missing)}.",
                "Write it, or set status: in_review.",
            )
        )
    if problems:
        raise ProblemsFound(problems)
    return given


def _of_texts(
    document: params.Document,
    place: tuple[str, ...],
    texts: Mapping[str, str],
    known: Iterable[str],
    unknown: str,
) -> Iterator[Problem]:
    """Texts of a file that are about something that the plan does not have, or that are empty."""
    names = [*known, "overall"]
    for name, text in texts.items():
        if name not in names:
            yield document.problem((*place, name), unknown.format(name), did_you_mean(name, names))
        elif not text.strip():
            yield document.problem((*place, name), "the text is empty.", "Write it, or remove the key.")


def files(plan: Plan) -> Mapping[tuple[str, int], Path]:
    """The params file of every area and year of the plan."""
    return {
        (area, year): plan.root / "params" / area / f"{year}.yml"
        for area in plan.areas
        for year in plan.years
    }


def plan_files(plan: Plan) -> Mapping[tuple[str, int], Path]:
    """The params file of every report on the whole plan: one a plan year, and the final evaluation."""
    names = [*((str(year), year) for year in plan.years), (FINAL, plan.years[-1])]
    return {(name, year): plan.root / "params" / PLAN / f"{name}.yml" for name, year in names}
