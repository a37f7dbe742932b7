"""What a review has come to is put around what a notebook shows: no notebook knows of it, and none runs for it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

import review_round as the
from evalbook.run import planning
from evalbook.run.planning import STEPS
from evalbook.run.progress import Quiet
from evalbook.run.runner import run
from evalbook.run.tasks import Options
from evalkit import cards
from evalkit.chapters import public
from evalkit.report import ABOUT, Report
from evalkit.terms import Status
from evalkit.text.html import plain
from test_release_round import cut_down, hashes


@pytest.fixture(autouse=True)
def started_by_anyone(monkeypatch):
    """The run starts processes, which ask how the first one was started; pytest-xdist's workers cannot say."""
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None, raising=False)


def go(workbook: Path, out: Path, **options: object) -> None:
    assert run(workbook, workbook / the.DATA, out, Options(**options), STEPS, Quiet()) == 0


def text(path: Path) -> str:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser").get_text(" ", strip=True)


def shown(path: Path) -> str:
    """What an executed notebook's cells show, in words, and in the plain text beside them."""
    cells = nbformat.read(path, as_version=4).cells
    data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return "\n".join(plain(one.get("text/html", "")) + one.get("text/plain", "") for one in data)


def test_a_signature_and_an_answer_are_on_page_notebook_and_overview_without_a_notebook_being_run(
    workbook, tmp_path, monkeypatch
):
    book, out = cut_down(workbook), workbook / "output"
    the.words(book, name="2018")
    the.assessed(book, name="2018")
    go(book, out)
    page, notebook, listed = out / "ringparken/2018.html", out / "ringparken/2018.ipynb", out / "data.html"
    assert "Udkast Ikke gennemset endnu" in text(page) and "Udkast" in shown(notebook)
    others = {name: digest for name, digest in hashes(out).items() if "ringparken/2018" not in name}

    with monkeypatch.context() as patched:
        patched.setattr("evalbook.run.pool.Pool._start", lambda *_: pytest.fail("a process was started"))
        the.signed(book, name="2018")
        go(book, out)
        for said in (text(page), shown(notebook)):
            assert "Godkendt" in said and "Godkender: Rie" in said and "Udkast" not in said
        assert "2018 \\b7  Godkendt" in page.read_text("utf-8")  # at the foot of each printed page
        about = [
            output["data"][ABOUT]["status"]
            for cell in nbformat.read(notebook, as_version=4).cells
            for output in cell.get("outputs", [])
            if ABOUT in output.get("data", {})
        ]
        assert about == ["approved"]
        assert "Godkendt : Ringparken" in text(listed)
        left = int(text(page).split("Tjekliste: ")[1].split()[0])
        path = book / "params/reviews/ringparken-2018.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("response.tryghed: {answer: Vejet efter alder., by: reviewer}\n", "utf-8")
        go(book, out)
        assert "Besvaret: Vejet efter alder. (godkender)" in text(page)
        assert f"Tjekliste: {left - 1} " in text(page) and f"{left - 1} åb" in text(listed)

    now = hashes(out)
    changed = {name for name, digest in others.items() if now[name] != digest}
    assert {name for name in changed if not name.startswith(".evalkit")} == {
        "data.html",
        "en/data.html",
        "run.json",
        "history.jsonl",
    }
    go(book, tmp_path / "clean")
    clean = hashes(tmp_path / "clean")
    same = {name for name in clean if name.endswith((".html", ".ipynb", ".csv", ".xlsx"))}
    assert {name for name in same if clean[name] != now[name]} == set()


def test_a_notebook_is_told_neither_its_status_nor_the_figures_noted_with_the_words(workbook):
    the.words(workbook)
    the.assessed(workbook)

    def one():
        return next(one for one in planning.reports(workbook) if one.key == "ringparken/2019")

    before = one()
    assert set(before.parameters["assessment"]) == {"author", "role", "date", "texts"}
    assert "status" not in before.parameters
    the.signed(workbook)
    after = one()
    assert after.parameters == before.parameters and after.review != before.review
    path = workbook / "notebooks/en/area_year.yml"  # what was signed is both editions of the notebook
    path.write_text(path.read_text("utf-8").replace("The short answer", "In short"), "utf-8")
    assert one().review != after.review


@pytest.mark.parametrize("status", Status)
def test_a_notebook_alone_shows_the_status_that_it_was_given_and_says_where_the_rest_is(
    plan, evaluation, status
):
    def report(area="ringparken", language="da"):
        return Report(plan, evaluation.rows, evaluation.facts, area, 2021, language, status=status)

    word = {"draft": "Udkast Ikke gennemset endnu", "in_review": "Til gennemsyn", "approved": "Godkendt"}
    assert word[status] in repr(cards.title(report())) and word[status] in repr(public.title(report("plan")))
    said = repr(cards.assessment(report()))
    assert said.endswith("Godkendelse og tjekliste kommer på rapportens side, når evalkit run laver den.")
    english = repr(cards.assessment(report(language="en")))
    assert english.endswith("Approval and checklist are put on the report's page when evalkit run makes it.")


def test_personal_data_in_an_answer_stop_the_run_though_no_figure_has_moved(workbook):
    from evalkit.errors import ProblemsFound

    path = workbook / "params/reviews/ringparken-2019.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("response.tryghed: {answer: 'Spørg nogen@example.org'}\n", "utf-8")
    with pytest.raises(ProblemsFound, match=r"params/reviews/ringparken-2019\.yml.*e-mail"):
        planning.reports(workbook)


def test_a_notebooks_file_is_filled_as_nbformat_would_write_it(tmp_path):
    from evalbook.site import slots

    html = "<p>å</p>\n<!--slot:status-->Kladde<!--/slot-->\n<p>b</p>"
    about = nbformat.v4.new_output("display_data", data={ABOUT: {"status": "draft"}, "text/plain": "r"})
    one = nbformat.v4.new_output("display_data", data={"text/html": html, "text/plain": "Kladde"})
    cell = nbformat.v4.new_code_cell("x", outputs=[about, one], id="x")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# t", id="t"), cell])
    before = nbformat.writes(book)
    slots.fill_notebook(book, {"status": "<b>God</b>\nkendt"}, Status.APPROVED)
    assert slots.fill_notebook_file(
        before, {"status": "<b>God</b>\nkendt"}, Status.APPROVED
    ) == nbformat.writes(book)
    outputs = json.loads(nbformat.writes(book))["cells"][1]["outputs"]
    assert outputs[0]["data"][ABOUT] == {"status": "approved"}
    assert "".join(outputs[1]["data"]["text/plain"]) == "å\nGod\nkendt\nb"
