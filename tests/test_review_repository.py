"""What is committed: clean notebooks, no personal data, nothing large, demo bytes the same everywhere."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml

from evalbook.intake.privacy import LARGEST, gate

FORMS = ["area_year", "plan_year", "plan_final"]


@pytest.mark.parametrize("name", [*FORMS, "guide"])
def test_cleaning_a_shipped_notebook_changes_nothing(as_shipped, name):
    before = (as_shipped / "notebooks" / f"{name}.ipynb").read_bytes()
    command = [sys.executable, "-m", "evalbook.lab.clean_notebook"]
    assert subprocess.run(command, input=before, check=True, capture_output=True).stdout == before
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
    assert set(entries) == {"python"}  # that of the environment, with conda and on Windows, too
