"""What can go wrong with a run as a whole: killed, stopped, no room, no right, input changed under its feet."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import signal
import subprocess
import time

import nbformat
import pytest

import running_standins as standins
from evalbook.run.processes import SUPPORTED

ROOT = hasattr(os, "getuid") and os.getuid() == 0


def check_whole(out):
    """Every page and notebook is whole, and the index links only what is there."""
    for path in out.glob("[!.]*/*.html"):
        if path.name != "index.html":
            assert re.fullmatch(r"<h1>.*</pre>\n", path.read_text(), re.DOTALL), path
    for path in out.glob("[!.]*/*.ipynb"):
        nbformat.read(path, as_version=4)
    if (out / "index.html").exists():
        for name in re.findall('href="(.*?)"', (out / "index.html").read_text()):
            assert (out / name).is_file()
    if (out / "run.json").exists():
        json.loads((out / "run.json").read_text())


@pytest.mark.parametrize(
    ("signum", "moment"),
    [
        (signal.SIGINT, "at once"),
        (signal.SIGINT, "first report"),
        (signal.SIGINT, "in a cell"),
        (signal.SIGTERM, "in a cell"),
    ],
)
def test_a_signal_stops_the_run_and_leaves_nothing(workbook, program, signum, moment):
    hang = "import time; print(open(os.environ['EVALKIT_TEST_HERE'], 'w').write('x')); time.sleep(600)"
    more = {"in a cell": hang, "first report": "import time; time.sleep(600 * (area == 'west'))"}.get(moment)
    root, out = workbook((*standins.CELLS, more) if more else standins.CELLS)
    here = out.parent / "here"
    run = program.start(root, out, {"EVALKIT_TEST_HERE": str(here)}, jobs=2)
    if moment == "first report":
        while "made" not in run.stdout.readline():
            pass
    elif moment == "in a cell":
        while not here.exists():
            time.sleep(0.02)
    else:
        while not list(program.temporary.glob("evalkit-*")):
            time.sleep(0.005)
    if signum == signal.SIGINT:
        os.killpg(run.pid, signum)  # as a terminal does: to every process of the group
    else:
        run.send_signal(signum)
    said = run.communicate(timeout=standins.PATIENCE)[0]
    assert run.returncode == 128 + signum and "Stopped." in said
    assert not re.search("leaked|Traceback", said)
    assert program.left() == []
    check_whole(out)


INTERRUPT = """
import os, signal, sys, tempfile
if 'running_standins.py' in str(sys.orig_argv):
    made = tempfile.mkdtemp
    def interrupted(suffix=None, prefix=None, dir=None):
        folder = made(suffix, prefix, dir)
        if prefix == 'pymp-': os.kill(os.getpid(), signal.SIGINT)
        return folder
    tempfile.mkdtemp = interrupted
"""


@pytest.mark.skipif(not SUPPORTED, reason="Linux only")
def test_a_signal_while_the_folder_of_the_fork_server_is_made_leaves_no_folder(workbook, program, tmp_path):
    root, out = workbook()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(INTERRUPT)
    env = {"PYTHONPATH": f"{tmp_path / 'site'}:{program.env['PYTHONPATH']}"}
    status, said = program.run(root, out, env, jobs=2)
    assert status == 128 + signal.SIGINT and "Stopped." in said
    assert program.left() == []


KILL_AT = """
import os, signal, sys
if 'running_standins.py' in str(sys.orig_argv) and 'KILL_AT' in os.environ:
    left = [int(os.environ['KILL_AT'])]
    def counted(function):
        def call(*args, **kwargs):
            left[0] -= 1
            if left[0] == 0: os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)
        return call
    for name in ('replace', 'fsync', 'unlink'):
        setattr(os, name, counted(getattr(os, name)))
"""


@pytest.fixture
def undisturbed(workbook, here):
    """A workbook and the tree of a run that nobody disturbed."""
    root, out = workbook()
    assert here.run(root, out.with_name("undisturbed"), jobs=2)[0] == 0
    return root, out, standins.tree(out.with_name("undisturbed"))


def test_killed_at_a_step_that_touches_the_disk_then_run_again(undisturbed, program, tmp_path):
    root, out, tree = undisturbed
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(KILL_AT)
    path = f"{tmp_path / 'site'}:{program.env['PYTHONPATH']}"
    for step in (2, 3, 6, 9, 15, 17):
        status, said = program.run(root, out, {"KILL_AT": str(step), "PYTHONPATH": path}, jobs=2, force=True)
        assert status == -signal.SIGKILL, said
        check_whole(out)
        assert program.ended() == []
    status, _ = program.run(root, out, jobs=2)  # with the same temporary folder, which it sweeps
    assert status == 0 and standins.tree(out) == tree
    assert program.left() == []


@pytest.mark.slow
def test_killed_at_25_random_moments_then_run_again(undisturbed, program):
    root, out, tree = undisturbed
    moments = random.Random(20260101)
    for _ in range(25):
        run = program.start(root, out, jobs=2, force=True)
        time.sleep(moments.uniform(0.2, 4))
        run.kill()
        run.communicate(timeout=standins.PATIENCE)
        check_whole(out)
    status, _ = program.run(root, out, jobs=2)  # with the same temporary folder, which it sweeps
    assert status == 0 and standins.tree(out) == tree
    assert program.left() == []


def test_disk_full_for_one_report(workbook, program):
    cell = "if area == 'north':\n    print('x' * 200_000)"
    root, out = workbook((*standins.CELLS, cell))

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    run = program.start(root, out, before=limit, jobs=2)
    said = run.communicate(timeout=standins.PATIENCE)[0]
    assert run.returncode == 1
    assert "north/2018  failed" in said and "File too large" in said and "1 made" in said
    assert (out / "west/2018.html").is_file() and not (out / "north").exists()
    check_whole(out)
    assert program.left() == []


def mounted(kind, options, at):
    """Mount a small or read-only disk; skip the test where that is not allowed."""
    at.mkdir()
    done = subprocess.run(["mount", "-t", kind, "-o", options, kind, at], capture_output=True)
    if done.returncode:
        pytest.skip("only root may mount a disk here")


@pytest.mark.skipif(not ROOT, reason="only root may mount a disk")
@pytest.mark.parametrize("blocks", [3, 6, 9])
def test_disk_full(undisturbed, here, tmp_path, blocks):
    root, _, tree = undisturbed
    disk = tmp_path / "disk"
    mounted("tmpfs", f"size={blocks * 4}k", disk)
    try:
        status, said = here.run(root, disk / "output", jobs=2)
        assert status in (1, 2) and "No space left on device" in said
        assert not re.search(r"Errno|Traceback|\[\(", said)  # nothing of Python's
        check_whole(disk / "output")
        subprocess.run(["mount", "-o", "remount,size=10m", disk], check=True)
        assert here.run(root, disk / "output", jobs=2)[0] == 0
        assert standins.tree(disk / "output") == tree
        assert here.left() == []
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(not ROOT, reason="only root may mount a disk")
def test_output_folder_read_only_for_root(workbook, here, tmp_path):
    root, _ = workbook()
    disk = tmp_path / "disk"
    mounted("tmpfs", "ro", disk)
    try:
        status, said = here.run(root, disk)
        assert status == 2 and "disk/: cannot be written (Read-only file system)" in said
        assert "Evaluating" not in said  # seen before the work
        assert here.left() == []
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(ROOT, reason="root may write everywhere")
def test_output_folder_read_only(workbook, here):
    root, out = workbook()
    out.mkdir(mode=0o555)
    status, said = here.run(root, out)
    assert status == 2 and "output/: cannot be written (Permission denied)" in said
    assert "Evaluating" not in said  # seen before the work
    assert here.left() == []


def test_a_data_file_replaced_during_the_run(workbook, here, monkeypatch):
    # the first cell of every report replaces the workbook's data; every report still sees the old ones
    replace = "open(os.path.join(os.environ['EVALKIT_TEST_WORKBOOK'], 'data/demo/counts.csv'), 'w').write('area,year,count\\nnorth,2018,1\\nwest,2018,99\\n')"
    root, out = workbook((standins.CELLS[0], replace, *standins.CELLS[1:]))
    monkeypatch.setenv("EVALKIT_TEST_WORKBOOK", str(root))
    assert here.run(root, out, jobs=1)[0] == 0
    assert (out / "results.csv").read_text() == "row,share\nnorth/2018,0.511111\nwest/2018,0.488889\n"
    assert (
        "0.511111" in (out / "north/2018.html").read_text()
        and "0.488889" in (out / "west/2018.html").read_text()
    )
    status, said = here.run(root, out, jobs=1, why=True)
    assert status == 0 and "north/2018               runs: published rows changed" in said
    assert "0.99" in (out / "west/2018.html").read_text()


@pytest.mark.slow
def test_200_reports_with_five_failing(tmp_path, here):
    years = range(1950, 2000)
    cells = ("import os", "assert year % 10 or area != 'north', 'a tenth year'")
    root = standins.write_workbook(tmp_path / "workbook", cells, ("north", "south", "east", "west"), years)
    status, said = here.run(root, tmp_path / "output", jobs=2)
    assert status == 1 and "195 made, 0 up to date, 5 failed" in said
    failed = sorted(path.stem for path in (tmp_path / "output/failed/north").glob("*.ipynb"))
    assert failed == ["1950", "1960", "1970", "1980", "1990"]
    assert len(re.findall("href", (tmp_path / "output/index.html").read_text())) == 195
    assert here.left() == []
