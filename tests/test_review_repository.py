"""What is committed: clean notebooks, no personal data, nothing large, demo bytes the same everywhere."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
import yaml

from evalbook.review.gate import LARGEST, gate

FORMS = ["area_year", "plan_year", "plan_final"]


@pytest.mark.parametrize("name", [*FORMS, *(f"en/{form}" for form in FORMS), "guide"])
def test_stripping_a_shipped_notebook_changes_nothing(as_shipped, tmp_path, name):
    pytest.importorskip("nbstripout")
    book = tmp_path / "book.ipynb"
    shutil.copyfile(as_shipped / "notebooks" / f"{name}.ipynb", book)
    before = book.read_bytes()
    subprocess.run([sys.executable, "-m", "nbstripout", "--keep-id", "--keep-count", str(book)], check=True)
    assert book.read_bytes() == before
    assert b"nbval-check-output" in before  # so outputs are there to be kept


def test_the_gate_finds_a_civil_registration_number_and_never_repeats_it(tmp_path):
    (tmp_path / "note.txt").write_text("Ring til 010190-1234 i morgen\n", encoding="utf-8")
    (problem,) = gate([tmp_path / "note.txt"], tmp_path)
    assert problem.file == "note.txt"
    assert "010190" not in str(problem)


@pytest.mark.parametrize(("size", "refused"), [(LARGEST, False), (LARGEST + 1, True)])
def test_the_gate_stops_at_the_size_cap(tmp_path, size, refused):
    (tmp_path / "big.txt").write_bytes(b"a\n" * (size // 2) + b"a" * (size % 2))
    assert bool(gate([tmp_path / "big.txt"], tmp_path)) == refused


def test_a_deleted_file_is_no_problem(tmp_path):
    assert gate([tmp_path / "gone.txt"], tmp_path) == []


def test_demo_bytes_are_left_alone_and_notebooks_are_diffed_cell_by_cell(root):
    rules = (root / ".gitattributes").read_text("utf-8").splitlines()
    assert "data/** -text" in rules
    assert any(rule.startswith("*.ipynb") and "diff=jupyternotebook" in rule for rule in rules)


def test_every_hook_runs_what_the_environment_has(root):
    hooks = yaml.safe_load((root / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    entries = [hook["entry"].split()[0] for repo in hooks for hook in repo["hooks"]]
    assert {repo["repo"] for repo in hooks} == {"local"}  # nothing is downloaded
    assert {entry.removeprefix(".venv/bin/") for entry in entries} == {
        "ruff",
        "nbstripout",
        "evalkit",
        "python",
    }
