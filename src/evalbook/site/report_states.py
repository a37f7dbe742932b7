"""How far each report has come: its status, and how many items of its checklist are open."""

from __future__ import annotations

from evalbook.approval.checklist import open_items
from evalbook.approval.status import standing
from evalkit.errors import EvalkitError
from evalkit.evaluate.evaluation import Evaluation
from evalkit.plan import Plan, assessments
from evalkit.report import Report, visible
from evalkit.terms import PLAN, Status


def state(plan: Plan, evaluation: Evaluation, key: str) -> tuple[Status, int]:
    """Status and number of open items of the report of that key (nordparken/2019, plan/final)."""
    area, _, name = key.rpartition("/")
    known = assessments.plan_files(plan) if area == PLAN else assessments.files(plan)
    year = next((year for place, year in known if str(place if area == PLAN else year) == name), None)
    if year is None or (area != PLAN and area not in plan.areas):
        return Status.DRAFT, 0
    try:
        given = assessments.read(plan, area, year, name=name)
        rows = visible(evaluation.rows, plan, area, year)
        where = standing(plan, rows, given, name)
        report = Report(
            plan,
            rows,
            evaluation.facts,
            area,
            year,
            status=where.status,
            assessment=given.assessment,
            standing=where,
        )
        return where.status, open_items(report)
    except EvalkitError:
        return Status.DRAFT, 0  # its own run says what is wrong; nothing unread counts as reviewed
