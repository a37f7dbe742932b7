"""A report is the same however it is run: `evalkit run`, plain papermill, or Run all in JupyterLab."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient


@pytest.fixture(scope="module")
def by_papermill(as_shipped, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("papermill") / "out.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        "notebooks/area_year.ipynb",
        str(out),
        "-f",
        "params/ringparken/2018.yml",
    ]
    subprocess.run(command, cwd=as_shipped, check=True, capture_output=True, timeout=300)
    return out


@pytest.fixture(scope="module")
def by_run(as_shipped, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("run")
    command = [
        sys.executable,
        "-m",
        "evalbook",
        "run",
        "--area",
        "ringparken",
        "--year",
        "2018",
        "--out",
        str(out),
    ]
    subprocess.run(command, cwd=as_shipped, check=True, capture_output=True, timeout=300)
    return out / "ringparken" / "2018.ipynb"


def outputs(path: Path) -> list[object]:
    return outputs_of(nbformat.read(path, as_version=4))


def outputs_of(notebook: nbformat.NotebookNode) -> list[object]:
    """What cells show, without counters and the injected cell, and without what a run puts into slots."""
    shown = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", []):
            shown.append([_emptied(output.get("data", output.get("text"))) for output in cell.outputs])
    return shown


def _emptied(data: object) -> object:
    """An output with nothing in its slots; its plain text, which holds the same, goes with it."""
    if not isinstance(data, dict) or "<!--slot:" not in data.get("text/html", ""):
        return data
    html = re.sub(r"(<!--slot:[a-z]+-->).*?(<!--/slot-->)", r"\1\2", data["text/html"], flags=re.S)
    return {**data, "text/html": html, "text/plain": ""}


def test_plain_papermill_gives_what_evalkit_run_gives(by_papermill, by_run):
    assert outputs(by_papermill) == outputs(by_run)


def test_run_all_gives_what_evalkit_run_gives(as_shipped, by_run):
    path = as_shipped / "notebooks" / "area_year.ipynb"  # its defaults are ringparken 2018
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert outputs_of(notebook) == outputs(by_run)


def test_executed_notebooks_hold_no_traceback_and_no_path_of_this_machine(as_shipped, by_papermill, by_run):
    for path in (by_run, by_run.with_suffix(".html")):
        text = path.read_text(encoding="utf-8")
        assert "Traceback" not in text
        assert str(as_shipped) not in text
        assert not re.search(r'"/(home|root|tmp|Users|work)/', text)
    assert "Traceback" not in by_papermill.read_text(encoding="utf-8")
