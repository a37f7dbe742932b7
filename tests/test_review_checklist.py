"""The checklist that a report makes of itself: what it lists, where it leads, and how an answer closes an item."""

from __future__ import annotations

import re

import pytest

from evalbook.approval.checklist import ANCHORS, checklist, items, open_items, possible
from evalbook.approval.reviewed import Reviewed
from evalkit.errors import ProblemsFound
from evalkit.plan import FINAL


@pytest.fixture
def reviewed(evaluation, plan):
    return Reviewed(plan, evaluation, "ringparken", "2019")


@pytest.fixture
def report(reviewed):
    return reviewed.report()


@pytest.fixture
def state(reviewed):
    return reviewed.state()


def changed(report, **columns):
    """The report with other values in the safety row of its year."""
    rows = report.rows.copy()
    for name, value in columns.items():
        rows.loc["tryghed.ringparken.2019", name] = value
    return type(report)(**{**report.__dict__, "rows": rows})


def ids(report, state):
    return {item.id for item in items(report, state)}


@pytest.mark.parametrize(
    ("item", "below", "at"),
    [
        ("response.tryghed", {"response_rate": 0.499}, {"response_rate": 0.5}),
        ("base.tryghed", {"respondents": 99}, {"respondents": 100}),
        ("wide.tryghed", {"lower": 0.60, "upper": 0.701}, {"lower": 0.60, "upper": 0.70}),
        ("break.tryghed", {"series_break": "yes"}, {"series_break": ""}),
        ("hidden.tryghed", {"shown": "suppressed"}, {"shown": "value"}),
        (
            "near.tryghed",
            {"change_lower": 0.0, "change_upper": 0.1, "delta": 0.05, "verdict_holm": ""},
            {"change_lower": 0.1, "change_upper": 0.2, "delta": 0.05, "verdict_holm": ""},
        ),
    ],
)
def test_each_flag_is_raised_on_its_side_of_the_limit_only(report, state, item, below, at):
    assert item in ids(changed(report, **below), state) and item in possible(report.plan)
    assert item not in ids(changed(report, **at), state)


def test_every_missing_assessment_is_an_item(report, state, plan):
    wanted = {f"words.{goal.indicator}" for goal in plan.goals.values()}
    assert wanted <= ids(report, state)


@pytest.mark.parametrize(("area", "name"), [("ringparken", "2019"), ("plan", "2019"), ("plan", FINAL)])
def test_every_item_leads_to_a_place_that_the_notebook_has(evaluation, plan, as_shipped, area, name):
    from evalbook.approval.signoffs import notebook_name

    reviewed = Reviewed(plan, evaluation, area, name)
    report, state = reviewed.report(), reviewed.state()
    assert ids(report, state) <= set(possible(plan))
    book = (as_shipped / "notebooks" / notebook_name(area, name)).read_text("utf-8")
    places = set(re.findall(r'"(?:id:)?([a-z_]+)"', book)) | {goal.indicator for goal in plan.goals.values()}
    assert {item.anchor for item in items(report, state)} <= places
    assert {anchor for pair in ANCHORS.values() for anchor in pair} & places


def test_an_answer_closes_its_item_and_is_shown(workbook, evaluation):
    from evalkit.plan import read

    reviewed = Reviewed(read(workbook), evaluation, "ringparken", "2019")
    report, state = reviewed.report(), reviewed.state()
    before = open_items(report, state)
    path = workbook / "params/reviews/ringparken-2019.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        "response.tryghed:\n  answer: Vejet efter alder.\n  by: reviewer\nwords.tryghed: {answer: ' '}\n",
        "utf-8",
    )
    assert open_items(report, state) == before - 1  # an empty answer answers nothing
    assert "Vejet efter alder. (godkender)" in repr(checklist(report, state))
    path.write_text("response.tryghed: {anser: x}\n", "utf-8")
    with pytest.raises(ProblemsFound, match=r"reviews/ringparken-2019\.yml"):
        open_items(report, state)
