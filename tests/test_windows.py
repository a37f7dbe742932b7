"""Windows, as far as another system can stand in for it (tests/windows/sitecustomize.py); real Windows was not tried."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

import running_standins as standins
from evalbook import messages
from evalbook.run import staleness
from evalbook.run.pool import Pool
from evalbook.run.tasks import Settings
from evalkit.errors import Problem, ProblemsFound, RunFailed

TESTS = Path(__file__).parent


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    """One report, and its output where nothing is in the way; under names with spaces and letters of three kinds."""
    folder = tmp_path_factory.mktemp("Jørgens arbejde æøå")
    root = standins.write_workbook(folder / "Evaluering Łódź", areas=("west",), years=(2018,))
    assert standins.go(root, folder / "her", jobs=2) == 0
    return root, folder


def windows(root: Path, out: Path, **also: str) -> tuple[int, str]:
    """A run on what looks like Windows, its output redirected as Windows does it: exit status and what it said."""
    temporary = out.parent / "midlertidige filer"
    temporary.mkdir(exist_ok=True)
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(TESTS / "windows"), *sys.path]),
        "TMPDIR": str(temporary),
        "PYTHONIOENCODING": "cp1252",
        **also,
    }
    words = [sys.executable, TESTS / "running_standins.py", root, out, json.dumps({"jobs": 2})]
    done = subprocess.run(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode("cp1252")


def test_a_run_gives_the_same_bytes_though_each_page_is_locked_for_a_moment(workbook):
    root, folder = workbook
    status, said = windows(root, folder / "der på Łódź", WINDOWS_LOCKS="1")
    assert status == 0 and "1 made, 0 up to date, 0 failed" in said and "\\u0141" in said
    assert standins.tree(folder / "der på Łódź") == standins.tree(folder / "her")
    assert json.loads((folder / "der på Łódź/run.json").read_text())["run"]["kernels"] == "ordinary"
    assert not [one for one in ("Traceback", "semaphore", "Warning") if one in said], said


def test_a_table_that_is_open_in_excel_is_named_before_the_work_and_nothing_is_lost(workbook):
    root, folder = workbook
    before = standins.tree(folder / "her")
    (root / "params/plan.yml").write_text("name: another\n")  # there is something to do
    status, said = windows(root, folder / "her", WINDOWS_HELD="results.csv")
    assert status == 2
    told = f"{folder / 'her' / 'results.csv'}: is open in another program. Close results.csv in Excel, and try again.\n"
    assert said == told.replace("Ł", "\\u0141")
    assert standins.tree(folder / "her") == before


def test_the_open_table_is_told_in_danish_where_the_plan_is(monkeypatch):
    monkeypatch.setenv("LC_ALL", "da_DK.UTF-8")
    wrong = Problem(
        "results.xlsx", "", "is open in another program.", "Close results.xlsx in Excel, and try again."
    )
    said = messages.of_error(ProblemsFound([wrong]))
    assert said == "results.xlsx: er åben i et andet program. Luk results.xlsx i Excel, og prøv igen."


def test_line_ends_of_a_checkout_do_not_change_the_librarys_hash(monkeypatch):
    before = staleness.library()["library"]
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path).replace(b"\n", b"\r\n"))
    assert staleness.library()["library"] == before
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path).replace(b"the", b"teh"))
    assert staleness.library()["library"] != before


def test_nobody_waits_for_a_worker_that_died_before_it_could_speak(tmp_path, monkeypatch):
    """On Windows the parent may still hold a copy of the dead one's end of the pipe, so that no end of it is seen."""
    kept, close = [], Connection.close
    monkeypatch.setattr(Connection, "close", lambda end: kept.append(end))
    with Pool(Settings(tmp_path, tmp_path, tmp_path), 1, warm=False) as pool:
        worker = pool.ask(os._exit, 7, warm=False)
        with pytest.raises(RunFailed, match="a step of the run ended with exit code 7"):
            pool.answer(worker)
    for one in kept:
        close(one)
