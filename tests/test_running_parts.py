"""The parts of running, each by itself: names, whole files, same bytes, reasons, what a run shows."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output
from papermill.exceptions import PapermillExecutionError

import running_standins as standins
from evalbook.run import evaluation_cache, execution, files, progress, staleness
from evalbook.run.files import Record
from evalbook.run.normal_form import normalise, without_paths
from evalbook.run.processes import SAME_EVERYWHERE
from evalbook.run.site_pages import linked
from evalbook.run.tasks import Options, Outcome, Report, Settings, check_names, declared
from evalkit.errors import MissingFile, ProblemsFound, UnknownName

# ---- names ----------------------------------------------------------------------------------------


def notebook(tmp_path, parameters):
    return standins.write_notebook(tmp_path / "area_year.ipynb", (), parameters)


def test_declared_reads_names_with_and_without_types_and_sees_empty_defaults(tmp_path):
    cell = 'area: str = "north"\nyear = 2018\nnote = ""\nplace: str | None = None\nmany = []\nmore = {"a": 1}'
    names = declared(notebook(tmp_path, cell))
    assert names == {"area": False, "year": False, "note": True, "place": True, "many": True, "more": False}


def test_a_parameter_with_an_empty_default_may_be_left_out_and_no_other(tmp_path):
    path = notebook(tmp_path, 'area = "north"\nyear = 2018\nnote = ""')
    check_names([Report("north/2018", path, {"area": "north", "year": 2018})])
    with pytest.raises(UnknownName, match=r"the parameter 'area' of area_year.ipynb is missing"):
        check_names([Report("north/2018", path, {"year": 2018, "note": "x"})])


def test_every_wrong_name_is_told_at_once(tmp_path):
    path = notebook(tmp_path, 'area = "north"\nyear = 2018')
    reports = [
        Report(f"north/{y}", path, {"area": "a", "yer": y}, source=f"params/north/{y}.yml") for y in (1, 2)
    ]
    with pytest.raises(UnknownName) as raised:
        check_names(reports)
    assert [line.split(":")[0] for line in str(raised.value).splitlines()] == [
        "params/north/1.yml",
        "params/north/1.yml",
        "params/north/2.yml",
        "params/north/2.yml",
    ]
    assert "has no parameter 'yer'. Did you mean 'year'?" in str(raised.value)


def test_a_notebook_that_is_not_there_or_not_json_is_named(tmp_path):
    with pytest.raises(MissingFile, match=r"none.ipynb"):
        declared(tmp_path / "none.ipynb")
    (tmp_path / "bad.ipynb").write_text("{")
    with pytest.raises(ProblemsFound, match=r"bad.ipynb: is not a notebook"):
        declared(tmp_path / "bad.ipynb")


# ---- whole files -----------------------------------------------------------------------------------


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    files.write_whole(path, "old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.write_whole(path, "new")
    assert path.read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["page.html"]


def test_the_digest_of_a_written_file_is_that_of_its_bytes(tmp_path):
    assert files.write_whole(tmp_path / "a", "æ") == files.digest_file(tmp_path / "a")


@given(st.lists(st.text(max_size=3), max_size=4), st.lists(st.text(max_size=3), max_size=4))
def test_texts_that_are_split_otherwise_have_another_digest(one, other):
    alike = "\0".join(one) == "\0".join(other)
    assert (files.digest_text(*one) == files.digest_text(*other)) == alike


# ---- same bytes ------------------------------------------------------------------------------------


def executed(text, number):
    """A notebook as papermill leaves it, with what differs from run to run."""
    cell = new_code_cell("x", outputs=[new_output("stream", text=text)], execution_count=1)
    cell.metadata = {"papermill": {"duration": number}, "execution": {"iopub": str(number)}}
    shown = new_output(
        "execute_result", data={"text/plain": f"<Figure at 0x7f{number}>", "text/html": "<p>at 0x1</p>"}
    )
    added = new_code_cell("area = 1", metadata={"tags": ["injected-parameters"]})
    book = new_notebook(cells=[cell, added, new_code_cell("y", outputs=[shown])])
    book.metadata["papermill"] = {
        "start_time": number,
        "input_path": f"/tmp/{number}",
        "parameters": {"a": 1},
    }
    return book


def test_two_runs_normalise_to_the_same_bytes_and_keep_the_notebooks_own_ids():
    one = normalise(executed("in /home/a/out\n", 1), ["first", None], ["/home/a/out"])
    two = normalise(executed("in /home/b/out\n", 2), ["first", None], ["/home/b/out"])
    assert nbformat.writes(one) == nbformat.writes(two)
    assert [cell.id for cell in one.cells] == ["first", "injected-parameters-1", "cell-2"]
    assert one.cells[2].outputs[0].data["text/html"] == "<p>at 0x1</p>"
    nbformat.validate(one)


def test_what_a_cell_writes_is_one_text_for_each_stream_however_it_came():
    def cell(*pieces):
        return new_notebook(
            cells=[new_code_cell("x", id="x", outputs=[new_output("display_data", data={}), *pieces])]
        )

    def piece(name, text):
        return new_output("stream", name=name, text=text)

    one = cell(piece("stderr", "e"), piece("stdout", "a"), piece("stdout", "b\n"), piece("stderr", "f"))
    two = cell(piece("stdout", "ab"), piece("stderr", "ef"), piece("stdout", "\n"))
    assert nbformat.writes(normalise(one, ["x"])) == nbformat.writes(normalise(two, ["x"]))
    assert [output.get("text") for output in one.cells[0].outputs] == [None, "ab\n", "ef"]


def test_a_path_is_replaced_but_never_the_root_of_a_disk():
    assert without_paths("/home/me/work/x in C:\\ and /", ["/home/me/work", "/"]) == "./x in C:\\ and /"


# ---- what makes a report run --------------------------------------------------------------------------


PARTS = {
    "notebook": "a",
    "params": "b",
    "published rows": "c",
    "review": "r",
    "library": "d",
}


def record(tmp_path, **more):
    digest = files.write_whole(tmp_path / "x.html", "x")
    return Record(**{"key": "x", "status": "made", "parts": PARTS, "files": {"x.html": digest}} | more)


@pytest.mark.parametrize(
    ("more", "parts", "force", "done", "reason"),
    [
        ({}, PARTS, False, "", ""),
        ({}, PARTS, True, "run", "--force"),
        ({"status": "failed"}, PARTS, False, "run", "failed last time"),
        ({}, PARTS | {"library": "e", "notebook": "e"}, False, "run", "library and notebook changed"),
        ({"files": {"gone.html": ""}}, PARTS, False, "run", "gone.html is missing"),
        ({"files": {"x.html": "0"}}, PARTS, False, "run", "x.html was changed by hand"),
        ({}, PARTS | {"review": "s"}, False, "render", "review changed"),
        ({}, PARTS | {"review": "s", "params": "e"}, False, "run", "params and review changed"),
        ({"status": "failed"}, PARTS | {"review": "s"}, False, "run", "failed last time"),
        ({"files": {"gone.ipynb": ""}}, PARTS | {"review": "s"}, False, "run", "review changed"),
    ],
)
def test_why_a_report_runs_or_is_rendered_again(tmp_path, more, parts, force, done, reason):
    assert staleness.why(record(tmp_path, **more), parts, tmp_path, force) == (done, reason)
    assert staleness.why(None, parts, tmp_path, force=False) == ("run", "new")


@pytest.mark.parametrize("tags", [[], ["annex"]])
def test_what_the_site_is_built_for_is_what_comes_of_the_reports(tmp_path, tags):
    notebook = new_notebook(cells=[new_code_cell("1", metadata={"tags": tags})])
    nbformat.write(notebook, tmp_path / "a.ipynb")
    report = Report("north/2018", tmp_path / "a.ipynb")
    made = dict.fromkeys(f"{report.name}{end}" for end in (".html", "-bilag.html")[: 1 + len(tags)])
    after = files.Ledger(records={report.key: Record(report.key, "made", files=made)})
    for language in ("da", "en"):
        assert linked(files.Ledger(), language, [report]) == linked(after, language)
    assert linked(after, "en").missing == (["north/2018-bilag.html"] if tags else [])


@pytest.mark.parametrize(
    ("name", "only"),
    [
        ("params/signoffs.yml", True),
        ("params/reviews/north-2018.yml", True),
        ("params/north/2018.yml", True),
        ("params/plan.yml", False),
        ("params/indicators.yml", False),
        ("params/questions.yml", False),
        ("notebooks/area_year.ipynb", False),
        ("data/demo/counts.csv", False),
        ("library", False),
    ],
)
def test_what_is_said_of_single_reports_moves_no_figure(name, only):
    known = {"params/plan.yml": "a", "data/demo/counts.csv": "b", "library": "c"}
    assert staleness.is_of_one_report(name) == only
    moved = evaluation_cache.key(known) != evaluation_cache.key(known | {name: "other"})
    assert moved == (not only and not name.startswith(("notebooks/", "params/questions")))


def test_the_library_counts_with_its_templates_and_the_versions_it_computes_with():
    found = staleness.library()
    assert {"library", "python", "pandas", "matplotlib", "scipy"} <= set(found)


def test_hidden_and_half_saved_files_are_no_inputs(tmp_path):
    root = standins.write_workbook(tmp_path)
    (root / "params" / ".plan.yml.swp").write_text("x")
    (root / "notebooks" / ".ipynb_checkpoints").mkdir()
    (root / "notebooks" / ".ipynb_checkpoints" / "a.ipynb").write_text("x")
    (root / "data" / "demo" / "~$counts.xlsx").write_text("x")
    names = set(staleness.input_files(root, root / "data" / "demo"))
    assert {"params/plan.yml", "notebooks/area_year.ipynb", "data/demo/counts.csv"} <= names
    assert not any("swp" in name or "checkpoints" in name or "~" in name for name in names)


def test_inputs_that_change_while_they_are_copied_are_copied_again(tmp_path, monkeypatch):
    import shutil

    source = tmp_path / "a.csv"
    source.write_text("old")
    plain, calls = shutil.copyfile, []

    def copy(one, other):
        calls.append(one)
        plain(one, other)
        if len(calls) == 1:
            source.write_text("newer")

    monkeypatch.setattr(shutil, "copyfile", copy)
    copies = staleness.copy_inputs({"data/a.csv": source}, tmp_path / "copy")
    assert copies["data/a.csv"].read_text() == "newer" and len(calls) == 2


def test_options_want_an_area_and_a_year():
    options = Options(areas=("north", "plan"), years=("2018",))
    assert [key for key in ("north/2018", "north/2019", "west/2018", "plan/2018") if options.wants(key)] == [
        "north/2018",
        "plan/2018",
    ]


# ---- temporary folders ---------------------------------------------------------------------------------


def test_the_folder_of_a_run_that_was_killed_is_swept_and_a_living_ones_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "temporary", lambda: tmp_path)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, other = tmp_path / f"evalkit-{dead.pid}-{files.HOST}x", tmp_path / "pymp-x"
    living, elsewhere = f"evalkit-{os.getpid()}-{files.HOST}y", f"evalkit-{dead.pid}-{'0' * 5}"
    for folder in (left, other, tmp_path / living, tmp_path / elsewhere, tmp_path / "evalkit-mine"):
        folder.mkdir()
    files.note_also(left, str(other))
    files.sweep()
    with files.private_folder() as mine:
        assert mine.is_dir() and oct(mine.stat().st_mode)[-3:] == "700"
        assert not left.exists() and not other.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([living, elsewhere, "evalkit-mine"])


# ---- what a run shows --------------------------------------------------------------------------------------


def told(stream, **options):
    """What a way of showing says of a small run."""
    show = progress.choose(stream=stream, **options)
    report = Report("north/2018", Path("a.ipynb"))
    failed = Outcome("north/2018", "failed", 1.25, "cell 3: ValueError: no")
    show.say("Evaluating the plan")
    show.begin(1)
    show.watch("started", report, None)
    show.watch("retried", report, failed)
    show.watch("failed", report, failed)
    show.end()
    show.close([failed], "0 made. Open output/index.html")
    return stream.getvalue()


def test_plain_lines_tell_failures_a_table_and_what_to_open():
    lines = told(io.StringIO()).splitlines()
    assert lines[0] == "Evaluating the plan"
    assert lines[1].split() == ["north/2018", "retried", "1.2", "s", "cell", "3:", "ValueError:", "no"]
    assert lines[2].split() == [
        "1",
        "of",
        "1",
        "north/2018",
        "failed",
        "1.2",
        "s",
        "cell",
        "3:",
        "ValueError:",
        "no",
    ]
    assert lines[-2].split() == ["north/2018", "failed", "1.2", "s", "cell", "3:", "ValueError:", "no"]
    assert lines[-1] == "0 made. Open output/index.html"


def test_off_a_terminal_a_report_that_was_made_is_told_once():
    stream = io.StringIO()
    show, made = progress.choose(stream=stream), Outcome("north/2018", "made", 0.5)
    show.begin(1)
    show.watch("made", Report("north/2018", Path("n.ipynb")), made)
    show.close([made], "1 made.")
    assert stream.getvalue().count("north/2018") == 1


def test_quiet_tells_failures_and_the_last_line_only():
    lines = told(io.StringIO(), quiet=True).splitlines()
    assert lines == ["north/2018: cell 3: ValueError: no", "0 made. Open output/index.html"]


def test_json_is_one_object_a_line():
    lines = [json.loads(line) for line in told(io.StringIO(), json=True).splitlines()]
    assert [line["event"] for line in lines] == ["step", "begin", "started", "retried", "failed", "end"]
    assert lines[-1]["reports"][0] == {
        "report": "north/2018",
        "status": "failed",
        "seconds": 1.25,
        "reason": "cell 3: ValueError: no",
    }


def test_a_terminal_gets_a_bar_a_table_and_the_last_line():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    text = told(Terminal())
    assert isinstance(progress.choose(stream=Terminal()), progress.Bar)
    assert "north/2018: failed, cell 3: ValueError: no" in text and "reason" in text
    assert text.rstrip().endswith("0 made. Open output/index.html")


@pytest.mark.parametrize(
    ("ename", "evalue", "reason"),
    [
        ("MemoryError", "", "needed more memory than the limit of 300 MiB (--memory)"),
        ("CellExecutionError", "", "ended without a word: is 300 MiB (--memory) too little?"),
        ("ValueError", "no", "ValueError: no"),
        ("AssertionError", "", "AssertionError"),
    ],
)
def test_why_a_cell_failed_under_a_limit_of_memory(tmp_path, ename, evalue, reason):
    settings = Settings(tmp_path, tmp_path, tmp_path, Options(memory=300))
    error = PapermillExecutionError(0, 1, "x = 1", ename, evalue, [])
    assert execution._reason(error, None, settings, []) == (
        f"cell 1{':' if reason.startswith(ename) else ''} {reason}",
        False,
    )


# ---- other systems ------------------------------------------------------------------------------------------


def test_everything_is_importable_where_there_is_no_fork():
    code = (
        "import sys, os; [sys.modules.__setitem__(name, None) for name in ('fcntl', 'resource', 'termios')];"
        "[delattr(os, name) for name in ('fork', 'setsid', 'killpg', 'getuid') if hasattr(os, name)];"
        "import importlib, pkgutil, evalbook.run as r;"
        "[importlib.import_module('evalbook.run.' + m.name) for m in pkgutil.iter_modules(r.__path__)"
        " if m.name not in ('preload', 'cluster')]"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_command_and_the_steps_import_nothing_heavy():
    code = (
        "import pathlib, sys, evalbook.cli, evalbook.run.runner, evalbook.run.planning;"
        "print(sorted({'pandas', 'numpy', 'scipy', 'matplotlib', 'papermill', 'nbformat', 'IPython'} & set(sys.modules)));"
        "import evalkit.plan, evalkit.data.meta, evalbook.intake.checking; evalkit.plan.read(pathlib.Path(sys.argv[1]));"
        "print(sorted({'pandas', 'numpy', 'scipy', 'matplotlib', 'openpyxl'} & set(sys.modules)))"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parents[1])], env=env, capture_output=True, text=True
    )
    assert done.stdout == "[]\n[]\n", done.stdout + done.stderr


def test_what_the_fork_server_does_for_its_children_can_be_done():
    code = (  # importing it is doing it, but there every mistake is left to the first report
        "import evalbook.run.preload as p, os;"
        "[first() for first in (p.draw, p.read_words, p.compile_templates)];"
        "import importlib; [importlib.import_module(name) for name in p.MODULES];"
        "print(len(os.listdir('/proc/self/task')) if os.path.isdir('/proc/self/task') else 1)"
    )
    env = {**os.environ, **SAME_EVERYWHERE, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.stdout == "1\n", "a process with threads must not fork: " + done.stdout + done.stderr
