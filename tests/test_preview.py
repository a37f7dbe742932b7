"""A preview is the page that a run would publish, made from a notebook as it lies there; what fails is named."""

from __future__ import annotations

import shutil

import pytest

import running_standins as standins
from evalbook.run.planning import STEPS
from evalbook.run.preview import Asked, command, preview, watch
from evalbook.run.progress import Quiet
from evalbook.run.runner import run
from evalbook.run.tasks import Options
from evalkit.errors import EvalkitError, MissingFile, RunFailed, UnknownName


@pytest.fixture
def small(tmp_path):
    return standins.write_workbook(tmp_path / "small", areas=("north", "south"), years=(2018,))


def asked(root, notebook=None, area="north", year="2018", **more) -> Asked:
    notebook = notebook or root / "notebooks" / "area_year.ipynb"
    return Asked(root, notebook, area, year, root / "data" / "demo", **more)


def show(one: Asked):
    return preview(one, standins.STEPS, lambda text: None)


def test_an_edited_copy_gives_the_very_page_that_a_run_gives_of_it(workbook, tmp_path):
    notebook = tmp_path / "mine.ipynb"
    source = (workbook / "notebooks/area_year.ipynb").read_text("utf-8")
    notebook.write_text(source.replace("## Det korte svar", "## Kort fortalt"), "utf-8")
    path = preview(asked(workbook, notebook, "ringparken"), STEPS, lambda text: None)
    assert path == workbook / "output/preview/ringparken/2018.html"
    page = path.read_bytes()
    assert "Kort fortalt" in page.decode()
    assert (workbook / "notebooks/area_year.ipynb").read_text("utf-8") == source
    assert not (workbook / "output/run.json").exists()

    shutil.copyfile(notebook, workbook / "notebooks/area_year.ipynb")
    options = Options(areas=("ringparken",), years=("2018",), language="da")
    assert run(workbook, workbook / "data/demo", workbook / "output", options, STEPS, Quiet()) == 0
    made = (workbook / "output/ringparken/2018.html").read_bytes()
    assert [line for line in made.splitlines() if b"hreflang" not in line] == page.splitlines()


def test_a_picture_beside_the_notebook_is_on_the_english_page_too(workbook):
    notebook = workbook / "notebooks/area_year.ipynb"
    source = notebook.read_text("utf-8")
    notebook.write_text(
        source.replace("## Det korte svar", "## Det korte svar\\n\\n![Gården](billeder/gård.png)"), "utf-8"
    )
    (workbook / "notebooks/billeder").mkdir()
    (workbook / "notebooks/billeder/gård.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    page = preview(asked(workbook, area="ringparken", language="en"), STEPS, lambda text: None)
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in page.read_text("utf-8")


def test_a_failing_cell_is_named_as_the_notebook_counts_it_and_the_last_page_stays(small):
    page = show(asked(small))
    before = page.read_bytes()
    standins.write_notebook(
        small / "notebooks/area_year.ipynb", ("import os", "good = 1\nbad = god + 1  # a slip", "x = 1")
    )
    with pytest.raises(RunFailed) as failed:
        show(asked(small))
    said = str(failed.value)
    # a title, the parameters and one more cell come before it; papermill's own cell does not count
    assert (
        "area_year.ipynb, cell 4, line 2 (bad = god + 1  # a slip): NameError: name 'god' is not defined"
        in said
    )
    assert "Traceback" not in said
    assert page.read_bytes() == before
    assert (small / "output/preview/failed/north/2018.txt").is_file()
    assert failed.value.exit_code == 1


@pytest.mark.parametrize(
    ("name", "advised"),
    [("data/local/mine.csv", True), ("../data/own/mine.csv", True), ("data/own/mine.csv", False)],
)
def test_a_file_that_a_cell_does_not_find_is_said_to_belong_in_the_own_folder(small, name, advised):
    standins.write_notebook(small / "notebooks/area_year.ipynb", ("import os", f"open({name!r})", "x = 1"))
    with pytest.raises(RunFailed, match="FileNotFoundError") as failed:
        show(asked(small))
    advice = "Put files for cells into data/own/ and read them as data/own/…"
    assert (advice in str(failed.value)) == advised


@pytest.mark.parametrize(
    ("change", "wrong", "said"),
    [
        ({"area": "nort"}, UnknownName, "Did you mean 'north'?"),
        ({"year": "2017"}, UnknownName, "--year 2017: the plan has no such year. Known: 2018."),
        ({"name": "area_yaer.ipynb"}, MissingFile, "Did you mean 'notebooks/area_year.ipynb'?"),
        ({"text": "{}"}, EvalkitError, "is not a notebook"),
        ({"text": '{"cells": []}'}, UnknownName, "so it makes no report"),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(small, change, wrong, said):
    notebook = small / "notebooks" / change.get("name", "area_year.ipynb")
    if "text" in change:
        notebook.write_text(change["text"])
    place = {key: value for key, value in change.items() if key in ("area", "year")}
    with pytest.raises(wrong, match=said.replace("?", r"\?")):
        show(asked(small, notebook, **place))
    assert not (small / "output").exists()


def test_the_notebook_of_other_reports_is_refused_by_name(workbook):
    with pytest.raises(
        UnknownName, match=r"plan_year.ipynb: makes other reports. ringparken/2018 is made by area_year"
    ):
        preview(
            asked(workbook, workbook / "notebooks/plan_year.ipynb", "ringparken"), STEPS, lambda text: None
        )
    assert not (workbook / "output").exists()


def test_the_language_is_danish_unless_given(small):
    assert show(asked(small)) == small / "output/preview/north/2018.html"
    (small / "notebooks/en").mkdir()
    (small / "notebooks/en/area_year.yml").write_text("{}")
    assert show(asked(small, language="en")) == small / "output/preview/en/north/2018.html"


def test_watching_makes_the_page_again_after_each_change_and_outlives_a_mistake(small):
    notebook, told = small / "notebooks/area_year.ipynb", []
    editions = iter([("print(area, 'first')",), ("prin(area)",), ("print(area, 'last')",)])

    def edit():
        cells = next(editions, None)
        if cells is None:
            raise KeyboardInterrupt
        standins.write_notebook(notebook, cells)

    with pytest.raises(KeyboardInterrupt):
        watch(asked(small), standins.STEPS, told.append, pause=edit)
    pages = [text for text in told if "north/2018.html" in text]
    assert len(pages) == 3  # as it was, first, last
    assert [text for text in told if "name 'prin' is not defined" in text]
    assert "north last" in (small / "output/preview/north/2018.html").read_text("utf-8")


def test_the_command_says_what_to_open(small):
    told: list[str] = []
    command(asked(small, out=small / "here"), standins.STEPS, told.append, watching=False)
    assert told[-1] == f"Open {small / 'here/north/2018.html'}"
