"""The question register: roles instead of names, an answer or a reason, links that lead somewhere."""

from __future__ import annotations

import json
import re

import pytest

from evalbook.site.build import document_of
from evalbook.site.context import Overview
from evalbook.site.questions import FILE, read
from evalkit.errors import ProblemsFound
from evalkit.plan import read as read_plan
from evalkit.terms import Status


@pytest.fixture(scope="module")
def shipped(root):
    return read(root)


def site(evaluation, plan, language="da", reports=()):
    return Overview(plan, evaluation.rows, evaluation.facts, language, dict.fromkeys(reports, Status.DRAFT))


def sections_of(overview):
    return document_of(overview, "spoergsmaal.html").sections


def test_the_public_questions_are_there_and_one_of_them_cannot_be_answered(shipped):
    assert len(shipped) == 7
    assert {one.answered for one in shipped.values()} == {"yes", "partly", "no"}


def test_nobody_is_named(shipped, plan):
    people = [
        getattr(plan.governance, who).name
        for who in ("board_chair", "committee_chair", "head", "communication")
    ]
    text = " ".join(f"{one.asked_by} {one.question} {one.answer}" for one in shipped.values())
    assert [name for name in people if name in text] == []


def test_links_name_reports_of_the_plan_or_pages_of_the_site(shipped, plan, as_shipped):
    pages = {"metode.html", "index.html", "plan/final.html"}
    assert {one.link.partition("#")[0] for one in shipped.values()} <= pages
    cells = json.loads((as_shipped / "notebooks/plan_final.ipynb").read_text("utf-8"))["cells"]
    known = {goal.indicator for goal in plan.goals.values()} | {
        tag.removeprefix("id:") for cell in cells for tag in [*cell["metadata"].get("tags", []), cell["id"]]
    }
    assert {
        link.partition("#")[2] for one in shipped.values() if "final.html#" in (link := one.link)
    } <= known


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_page_tells_every_question_with_its_answer(evaluation, plan, shipped, language):
    first, *made = sections_of(site(evaluation, plan, language, ["plan/final"]))
    assert (
        first.title
        == {"da": "Der findes ingen evaluering endnu", "en": "There is no evaluation yet"}[language]
    )
    assert [one.title for one in made] == [one.question.get(language) for one in shipped.values()]
    for one, said in zip(shipped.values(), made, strict=True):
        assert one.answer.get(language) in said.body
        assert f'href="{one.link}">{one.place.get(language)}</a>' in said.body


def test_a_link_says_where_it_leads_and_two_say_the_same_only_when_they_lead_to_the_same(shipped):
    for language in ("da", "en"):
        led = {(one.place.get(language), one.link) for one in shipped.values()}
        assert len(led) == len({words for words, _ in led}) == len({link for _, link in led})


def test_a_report_that_was_not_made_is_not_linked(evaluation, plan):
    assert not re.findall('href="plan/', "".join(one.body for one in sections_of(site(evaluation, plan))))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('answered: "yes"', "answered: maybe", "answered"),
        (
            "  place: {da: Metoden og dens grænser, en: The method and its limits}\n",
            "",
            "says in words where",
        ),
        ("place: {da: Metoden og dens grænser, ", "place: {da: '', ", "says in words where"),
        ("link: metode.html", "link: https://example.org", "names a page of the site"),
        (
            "asked_by: {da: Beboere, en: Residents}",
            "asked_by: {da: Beboere, en: ''}",
            "empty in one language",
        ),
        ("asked_by: {da: Beboere, en: Residents}", "name: X", "unknown key"),
    ],
)
def test_a_mistake_is_named_with_its_line(workbook, old, new, said):
    path = workbook / FILE
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(ProblemsFound, match=said) as found:
        read(workbook)
    assert "params/questions.yml, line" in str(found.value)


def test_another_plan_may_have_no_questions(workbook, evaluation):
    (workbook / FILE).unlink()
    (only,) = sections_of(site(evaluation, read_plan(workbook)))
    assert only.title == "Ingen spørgsmål endnu"
