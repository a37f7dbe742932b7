"""The notebooks that ship: read like a report, hold no logic, say the same in both languages, give the committed outputs.

These are rules for the shipped cells (shipped.py); what an analyst adds or edits is the analyst's own.
"""

from __future__ import annotations

import ast
import os
import re
import statistics
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
import yaml

import shipped
from evalbook.approval import translation

ROOT = Path(__file__).parents[1]
NAMES = [name.removeprefix("notebooks/") for name in shipped.notebooks()]
REPORTS = [name for name in NAMES if f"notebooks/en/{name.removesuffix('.ipynb')}.yml" in shipped.english()]
CHECKED = "nbval-check-output"
LOGIC = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try, ast.If)


def notebook(name: str) -> nbformat.NotebookNode:
    return nbformat.reads(shipped.notebooks()[f"notebooks/{name}"], as_version=4)


def code(name: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook(name).cells if cell.cell_type == "code"]


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def lines(cell) -> list[str]:
    return [line for line in cell.source.splitlines() if line.strip()]


def test_every_report_has_a_notebook_and_its_prose_in_english():
    assert {"area_year.ipynb", "plan_year.ipynb", "plan_final.ipynb"} <= set(REPORTS)


@pytest.mark.parametrize("name", REPORTS)
class TestAnatomy:
    def test_it_is_valid_and_lean(self, name):
        book = notebook(name)
        nbformat.validate(book)
        assert book.metadata.kernelspec.name == "python3"
        assert set(book.metadata) <= {"kernelspec", "language_info"}
        assert set(book.metadata.language_info) == {"name"}

    def test_fifteen_to_thirty_code_cells_of_a_line_or_two(self, name):
        cells = code(name)
        lengths = [len(lines(cell)) for cell in cells]
        assert 15 <= len(cells) <= 30
        assert statistics.median(lengths) <= 2
        assert max(lengths) <= 10

    def test_it_holds_no_logic(self, name):
        for cell in code(name):
            found = [
                type(node).__name__ for node in ast.walk(ast.parse(cell.source)) if isinstance(node, LOGIC)
            ]
            assert found == [], cell.source

    def test_the_second_code_cell_sets_up_in_at_most_five_lines(self, name):
        first, second = code(name)[:2]
        assert tags(first) == ["parameters"]
        assert len(lines(second)) <= 5
        assert re.search(r"\bload\(area, year, ", second.source)

    def test_every_parameter_has_a_type_a_default_and_a_comment(self, name):
        for line in lines(code(name)[0]):
            assert re.fullmatch(r"\w+: \w+ = .+?  # .+", line), line

    def test_the_params_files_say_nothing_that_the_notebook_does_not_know(self, name):
        known = {node.target.id for node in ast.parse(code(name)[0].source).body}
        folder = "*" if name.endswith("area_year.ipynb") else "plan"
        for file in sorted((ROOT / "params").glob(f"{folder}/*.yml")):
            assert set(yaml.safe_load(file.read_text("utf-8"))) <= known, file

    def test_no_number_that_varies_is_typed_into_the_prose(self, name):
        for cell in notebook(name).cells:
            if cell.cell_type == "markdown":
                assert not re.search(r"\d", cell.source), cell.source

    def test_outputs_are_kept_only_where_they_are_checked(self, name):
        kept = [cell for cell in code(name) if cell.outputs]
        assert len(kept) >= 2
        assert all(CHECKED in tags(cell) for cell in kept)
        # nbval takes a cell with outputs but without a count for one that was never run.
        assert all((cell.execution_count is None) != (CHECKED in tags(cell)) for cell in code(name))
        assert all(cell.outputs for cell in code(name) if CHECKED in tags(cell))

    def test_cells_have_names_that_a_diff_can_use(self, name):
        ids = [cell.id for cell in notebook(name).cells]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", one) for one in ids)

    def test_headings_go_down_without_gaps(self, name):
        levels = [
            len(mark)
            for cell in notebook(name).cells
            if cell.cell_type == "markdown"
            for mark in re.findall(r"^(#+) ", cell.source, re.M)
        ]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@pytest.mark.parametrize("name", REPORTS)
def test_all_prose_is_in_english_too_made_from_the_danish_of_today(name, as_shipped):
    path = as_shipped / "notebooks" / name
    assert list(translation.untranslated(path)) == []
    english = translation.english(notebook(name), translation.read(translation.path_of(path)))
    for one, other in zip(notebook(name).cells, english["cells"], strict=True):
        if one.cell_type == "markdown":
            assert re.findall(r"^#+", one.source, re.M) == re.findall(r"^#+", other["source"], re.M)
            assert one.source != other["source"]
            assert one.source.count("\n\n") == other["source"].count("\n\n")
            assert not re.search(r"\d", other["source"])  # no number that varies


# ---- run --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def surroundings(evaluation, as_shipped, tmp_path_factory) -> dict[str, str]:
    """The environment of a run: the plan is evaluated once for all."""
    folder = tmp_path_factory.mktemp("evaluated")
    evaluation.write(folder)
    return {**os.environ, "EVALKIT_EVALUATION": str(folder), "EVALKIT_ROOT": str(as_shipped)}


def run(*command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=env["EVALKIT_ROOT"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def texts(cell) -> list[str]:
    return [output.data["text/plain"] for output in cell.outputs if "data" in output]


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("area_year", "ringparken/2018"),
        ("plan_year", "plan/2018"),
        ("plan_final", "plan/final"),
    ],
)
def test_plain_papermill_from_the_root_gives_the_committed_outputs(name, params, surroundings, tmp_path):
    source, out = f"notebooks/{name}.ipynb", tmp_path / "out.ipynb"
    done = run(
        "papermill",
        source,
        str(out),
        "-f",
        f"params/{params}.yml",
        "--no-progress-bar",
        env=surroundings,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    ran = {cell.id: cell for cell in nbformat.read(out, as_version=4).cells}
    for cell in code(f"{name}.ipynb"):
        if CHECKED in tags(cell):
            assert texts(ran[cell.id]) == texts(cell)
    shown = [output for cell in ran.values() if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in shown if output.output_type in ("error", "stream")]
    assert surroundings["EVALKIT_ROOT"] not in "".join(str(output.get("data", "")) for output in shown)


@pytest.mark.parametrize("changed", [False, True])
def test_nbval_compares_the_checked_cells_and_a_changed_number_fails(changed, surroundings, tmp_path):
    book = notebook("area_year.ipynb")
    book.cells = [
        cell for cell in book.cells if {"parameters", CHECKED} & set(tags(cell))
    ]  # the rest takes its time
    if changed:
        cell = next(cell for cell in reversed(book.cells) if CHECKED in tags(cell))
        text = cell.outputs[0].data["text/plain"]
        digit = re.search(r"\d", text)[0]
        cell.outputs[0].data["text/plain"] = text.replace(digit, str((int(digit) + 1) % 10), 1)
    nbformat.write(book, tmp_path / "copy.ipynb")
    done = run(
        "pytest",
        "--nbval-lax",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        str(tmp_path / "copy.ipynb"),
        env=surroundings,
    )
    assert (done.returncode != 0) == changed, done.stdout[-3000:]
