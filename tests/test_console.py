"""Redirected output on Windows is cp1252 or cp850: the same exit status as in UTF-8, no traceback, and nothing lost."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evalbook import cli
from evalbook.run import progress
from evalbook.run.tasks import Outcome, Report
from test_review_release import ROW, edition

WINDOWS = pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
# What each encoding has, by the tables of the Unicode Consortium: both have æøå, only cp1252 has – and … .
DASH = {"cp1252": "–", "cp850": "-"}
CITY = "Łódź"  # ó is in both, Ł (U+0141) and ź (U+017A) are in neither


def evalkit(*arguments: str | Path, cwd: Path, encoding: str) -> tuple[int, str]:
    """Exit status, and both outputs as a Windows program reads them."""
    done = subprocess.run(
        [sys.executable, "-m", "evalbook", *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        timeout=300,
        check=False,
    )
    said = done.stdout.decode(encoding).replace(os.linesep, "\n")
    assert "Traceback" not in said
    return done.returncode, said


@pytest.fixture(scope="module")
def checked(root):
    """What `check` says in UTF-8."""
    return evalkit("check", cwd=root, encoding="utf-8")[1]


@WINDOWS
def test_check_tells_a_complete_year_from_a_partial_one(root, checked, encoding):
    status, said = evalkit("check", cwd=root, encoding=encoding)
    assert status == 0
    assert said.endswith("Nothing wrong with params and data.\n")
    legend, *rows = said.splitlines()
    assert legend.startswith(f"* complete  / partial  0 none reported  {DASH[encoding]} missing")
    for sign, plain in {"●": "*", "◐": "/", "–": DASH[encoding], "…": "..."}.items():
        checked = checked.replace(sign, plain)
    assert rows == checked.splitlines()[1:]


def test_json_for_machines_is_utf8_whatever_the_encoding(root):
    status, said = evalkit("check", "--format", "json", cwd=root, encoding="cp1252")
    assert status == 0
    texts = [one["da"] for one in json.loads(said.encode("cp1252").decode("utf-8"))["breaks"]]
    assert any(not text.isascii() for text in texts)


@WINDOWS
def test_import_says_which_heading_became_which_column(workbook, root, encoding):
    status, said = evalkit(
        "import", "examples/sources/sources.yml", "--into", "data/zz", cwd=workbook, encoding=encoding
    )
    assert status == 0
    assert "Område -> area" in said
    assert (workbook / "data/zz/population.csv").is_file()


@WINDOWS
def test_compare_says_old_and_new(tmp_path, root, encoding):
    old = edition(tmp_path / "old", [ROW], pages={"a.html": "<p>ændring −1,9 i København</p>"})
    new = edition(tmp_path / "new", [{**ROW, "verdict": "better"}], pages={"a.html": f"<p>ny i {CITY}</p>"})
    page = tmp_path / "compare.html"
    status, said = evalkit("compare", old, new, "--page", page, cwd=root, encoding=encoding)
    assert status == 0
    assert "cannot_tell -> better" in said
    assert "ændring -1,9 i København -> ny i \\u0141ód\\u017a" in said
    assert CITY in page.read_text(encoding="utf-8")


def test_run_names_the_page_to_open_and_a_mistake_is_one_message(tmp_path, root):
    out = tmp_path / CITY
    for encoding in ("cp1252", "cp850"):  # the second finds the report up to date
        status, said = evalkit(
            "run", "--area", "ringparken", "--year", "2018", "--out", out, cwd=root, encoding=encoding
        )
        assert status == 0
        assert said.endswith("\\u0141ód\\u017a/index.html\n")
        status, said = evalkit("run", "--area", CITY, "--out", out, cwd=root, encoding=encoding)
        assert status == 2
        assert "\\u0141ód\\u017a" in said
    assert (out / "ringparken" / "2018.html").is_file()


@pytest.mark.skipif(os.name != "posix", reason="closed by a POSIX shell")
@pytest.mark.parametrize("command", ["check", "run --area ringparken --year 2018 --why"])
def test_an_output_that_was_closed_ends_in_no_traceback(root, tmp_path, command):
    words = f"{sys.executable} -m evalbook {command}"
    if command.startswith("run"):
        words += f" --out {tmp_path / 'out'}"
    done = subprocess.run(
        ["sh", "-c", f"{words} >&-"], cwd=root, capture_output=True, text=True, timeout=300, check=False
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


def test_no_name_commands_the_terminal(root):
    status, said = evalkit("import", "\x1b]0;mine\x07.csv", cwd=root, encoding="utf-8")
    assert status == 2
    assert "\\x1b]0;mine\\x07.csv" in said
    assert "\x1b" not in said and "\x07" not in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.EMFILE, "Too many open files", "a.csv"),
            "Too many open files for what this terminal allows.",
        ),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "Too little memory."),
        (MemoryError(), "Too little memory."),
        (ImportError("libx.so: failed to map segment from shared object"), "Too little memory."),
        (
            IsADirectoryError(errno.EISDIR, "Is a directory", "output/index.html"),
            "output/index.html: Is a directory.",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "params/plan.yml"),
            "params/plan.yml: Permission denied.",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device", "a"),
            "a: No space left on device. Make room there",
        ),
    ],
)
def test_what_the_machine_lacks_is_one_line(monkeypatch, capsys, error, said):
    def fails():
        raise error

    monkeypatch.setattr(cli, "app", fails)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr().err
    assert ended.value.code == 2 and told.startswith(said) and told.count("\n") == 1


@pytest.mark.parametrize(
    "error", [ImportError("no module named x"), OSError(errno.EIO, "I/O error"), KeyError("x")]
)
def test_a_fault_of_the_programs_own_is_not_made_light_of(monkeypatch, error):
    def fails():
        raise error

    monkeypatch.setattr(cli, "app", fails)
    with pytest.raises(type(error)):
        cli.main()


@pytest.mark.parametrize(
    "place",
    [
        "params/plan.yml",
        "params/signoffs.yml",
        "params/releases.yml",
        "data/demo/turnover.csv",
        "data/demo/dataset.yml",
    ],
)
def test_a_folder_where_a_file_should_be_is_named(workbook, place):
    (workbook / place).unlink(missing_ok=True)
    (workbook / place).mkdir()
    status, said = evalkit("check", cwd=workbook, encoding="utf-8")
    assert status in (1, 2) and place in said and said.count("\n") < 60


def test_what_a_cell_says_of_its_failure_commands_no_terminal(capsys):
    show = progress.Plain()
    show.begin(1)
    show.watch(
        "failed", Report("a/2019", Path()), Outcome("a/2019", "failed", reason="\x1b]0;mine\x07 [/red]")
    )
    stream = io.StringIO()
    bar = progress.Bar(stream)
    bar.close([Outcome("a/2019", "failed", reason="\x1b]0;mine\x07 [/red]")], "end")
    for told in (capsys.readouterr().out, stream.getvalue()):
        assert "\\x1b]0;mine\\x07 [/red]" in told and "\x1b]0" not in told and "\x07" not in told


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
@pytest.mark.parametrize(("most", "said"), [(20, True), (127, True), (128, False)])
def test_a_process_that_dies_where_few_files_may_be_open_is_told_of_with_the_remedy(most, said):
    code = (
        f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({most}, {most}));"
        "from evalkit.errors import few_open_files; print(few_open_files())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert told == (f": only {most} files may be open (allow more: ulimit -n 1024)" if said else "")
