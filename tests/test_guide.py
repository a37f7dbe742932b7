"""The analysts' guide: short cells that run from top to bottom in a copy, with the outputs that are committed."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import shipped
from evalbook.lab import practice
from evalbook.lab.practice import Practice
from evalbook.run.planning import STEPS
from evalkit.errors import EvalkitError
from evalkit.plan import find_root

GUIDE = "notebooks/guide.ipynb"
CHECKED = "nbval-check-output"


def cells(text: str = "", kind: str = "code"):
    book = nbformat.reads(text or shipped.notebooks()[GUIDE], as_version=4)
    return [cell for cell in book.cells if cell.cell_type == kind]


def checked(cell) -> bool:
    return CHECKED in cell.metadata.get("tags", [])


def fingerprint(root: Path) -> str:
    """Hash of every file of the workbook that an analyst edits."""
    found = hashlib.sha256()
    for name in ("params", "notebooks", "examples"):
        for path in sorted((root / name).rglob("*")):
            if path.is_file():
                found.update(path.read_bytes())
    return found.hexdigest()


def test_it_is_no_report(as_shipped):
    assert "guide.ipynb" not in {report.notebook.name for report in STEPS.reports(as_shipped)}
    # documents are English; reports are in both languages
    assert "notebooks/en/guide.ipynb" not in shipped.notebooks()


def test_every_cell_is_a_line_or_two_without_logic_and_none_holds_an_output_that_is_not_checked():
    nbformat.validate(nbformat.reads(shipped.notebooks()[GUIDE], as_version=4))
    first, *others = cells()
    assert len(first.source.splitlines()) <= 3
    assert all(len(cell.source.splitlines()) <= 2 for cell in others)
    logic = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.Try, ast.Lambda)
    for cell in cells():
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, logic)]
        assert bool(cell.outputs) == checked(cell) == (cell.execution_count is not None)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cell.id)
    headings = re.findall(r"^## (.+)$", "\n".join(cell.source for cell in cells(kind="markdown")), re.M)
    wanted = {
        "Change a sentence",
        "Change a figure",
        "Bring a file of your own",
        "Change a table",
        "Add an indicator",
    }
    assert wanted | {"Read an interval"} <= set(headings)


@pytest.fixture(scope="module")
def ran(as_shipped, tmp_path_factory):
    """The guide, run as papermill runs it, and whether the workbook is as it was."""
    before, out = fingerprint(as_shipped), tmp_path_factory.mktemp("guide") / "out.ipynb"
    env = {name: value for name, value in os.environ.items() if not name.startswith("EVALKIT_")}
    command = [
        sys.executable,
        "-m",
        "papermill",
        GUIDE,
        str(out),
        "--no-progress-bar",
        "--cwd",
        str(as_shipped / "notebooks"),
    ]
    done = subprocess.run(command, cwd=as_shipped, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert fingerprint(as_shipped) == before  # everything happened in a copy
    return {cell.id: cell for cell in cells(out.read_text("utf-8"))}


def text(cell) -> str:
    return "".join(output.get("text") or output.data["text/plain"] for output in cell.outputs)


def test_it_runs_from_top_to_bottom_and_gives_the_committed_outputs(ran):
    kept = [cell for cell in cells() if checked(cell)]
    assert len(kept) >= 6
    for cell in kept:
        assert [output.data for output in ran[cell.id].outputs] == [output.data for output in cell.outputs]
    assert not [output for cell in ran.values() for output in cell.outputs if output.output_type == "error"]


def test_what_it_changes_shows_and_what_it_misspells_is_explained(ran, as_shipped):
    assert "Open output/preview/ringparken/2018.html\nKort fortalt" in text(ran["sentence-preview"]).replace(
        "\\", "/"
    )
    slip = text(ran["sentence-slip"])
    assert "line 1 (figures.gaols(report))" in slip and "Did you mean 'goals'?" in slip
    assert "Did you mean 'polarity'?" in text(ran["indicator-slip"])
    assert "stamped with" in text(ran["sentence-words"])
    assert "Utryghed" in text(ran["indicator-table"])
    made = {
        "figure-change": "Hærværk i Ringparken",
        "figure-own": "Vandalism",
        "own-file-figure": "Vandalism and lamps",
    }
    for name, title in made.items():
        (shown,) = ran[name].outputs  # once, and not as a picture, too
        assert shown.data["text/plain"] == f"Figure: {title}"
        assert shown.data["text/html"].count('role="img"') == 1
    assert "New playground" in ran["figure-change"].outputs[0].data["text/html"]
    assert "lamps" in text(ran["own-file-beside"])
    assert (
        "Bredde" in text(ran["table-column"])
        and "data/own/lamps.csv" in ran["own-file-figure"].outputs[0].data["text/html"]
    )
    said = "".join(map(text, ran.values()))
    assert "evalkit-practice-" not in said
    assert str(as_shipped) not in said


class TestPractice:
    @pytest.fixture
    def work(self, workbook, monkeypatch):
        monkeypatch.setenv("EVALKIT_ROOT", str(workbook))
        monkeypatch.setenv("EVALKIT_EVALUATION", "/somewhere")
        practice._workbook.cache_clear()
        yield Practice()
        practice._workbook.cache_clear()

    def test_the_copy_is_what_is_loaded_from_now_on_and_a_second_is_no_copy_of_it(self, work, workbook):
        assert os.environ["EVALKIT_ROOT"] == str(work.root)
        assert "EVALKIT_EVALUATION" not in os.environ
        assert find_root(work.root / "notebooks") == work.root
        work.append("params/plan.yml", "# mine\n")
        assert "# mine" not in Practice().read("params/plan.yml")
        assert "# mine" not in (workbook / "params/plan.yml").read_text("utf-8")

    def test_a_text_that_does_not_stand_there_is_said(self, work):
        with pytest.raises(EvalkitError, match=r"params/plan.yml: 'nowhere' does not stand there"):
            work.replace("params/plan.yml", "nowhere", "")
        with pytest.raises(EvalkitError, match=r"params/plam.yml: no such file"):
            work.read("params/plam.yml")
