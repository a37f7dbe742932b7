"""What can go wrong in the process of one report: the report fails with a clear reason, and the others go on."""

from __future__ import annotations

import pytest

import running_standins as standins
from evalbook.run import pool
from evalbook.run.processes import SUPPORTED

LINUX = pytest.mark.skipif(not SUPPORTED, reason="Linux only")
ONLY = "if area == 'north':\n    "


def last_lines(out, key="north/2018"):
    """Reason and log of a failed report."""
    return (out / "failed" / f"{key}.txt").read_text()


@pytest.mark.parametrize("cold", [pytest.param(False, marks=LINUX), True], ids=["forked", "ordinary"])
def test_a_report_process_killed_in_the_middle_of_a_cell(workbook, here, cold):
    root, out = workbook((*standins.CELLS, ONLY + "os.kill(os.getpid(), 9)"))
    status, said = here.run(root, out, jobs=2, cold=cold, retries=0)
    assert status == 1
    assert (
        "north/2018  failed" in said
        and "the report process was killed by signal 9 in the middle of a cell" in said
    )
    assert "1 made" in said and (out / "west/2018.html").is_file() and not (out / "north/2018.html").exists()
    assert (out / "failed/north/2018.ipynb").is_file()
    assert here.left() == []


def test_a_report_process_killed_once_is_tried_again(workbook, here, tmp_path):
    mark = tmp_path / "mark"
    cell = f"import pathlib; mark = pathlib.Path({str(mark)!r})\nif not mark.exists():\n    mark.touch(); os.kill(os.getpid(), 9)"
    root, out = workbook((*standins.CELLS, cell), areas=("north",))
    status, said = here.run(root, out)
    assert status == 0 and "retried" in said and "1 made" in said


def test_no_further_try_when_the_notebook_itself_is_wrong(workbook, here, tmp_path):
    count = tmp_path / "count"
    cell = f"open({str(count)!r}, 'a').write('.'); 1 / 0"
    root, out = workbook((*standins.CELLS, cell), areas=("north",))
    status, said = here.run(root, out, retries=3)
    assert status == 1 and "ZeroDivisionError: division by zero" in said
    assert count.read_text() == "."


@pytest.mark.parametrize("cold", [pytest.param(False, marks=LINUX), True], ids=["forked", "ordinary"])
def test_a_report_process_that_never_starts(workbook, program, tmp_path, cold):
    # a start-up file of Python makes the kernel's own start hang, in the fork server as in an ordinary kernel
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(
        "import sys, time\n"
        "if 'ipykernel_launcher' in str(sys.orig_argv): time.sleep(600)\n"
        "if 'forkserver' in str(sys.orig_argv):\n"
        "    from ipykernel.kernelapp import IPKernelApp\n"
        "    IPKernelApp.initialize = lambda self, argv: time.sleep(600)\n"
    )
    root, out = workbook(areas=("north",))
    env = {"PYTHONPATH": f"{tmp_path / 'site'}:{program.env['PYTHONPATH']}"}
    status, said = program.run(root, out, env, start_timeout=2, retries=0, cold=cold)
    assert status == 1 and "the report process did not start within 2 s" in said
    assert program.left() == []


def test_a_cell_that_hangs(workbook, here):
    root, out = workbook((*standins.CELLS, ONLY + "while True: pass"))
    status, said = here.run(root, out, jobs=2, cell_timeout=10, retries=0)
    assert status == 1 and "a cell ran longer than 10 s (--cell-timeout)" in said and "1 made" in said
    assert "while True" in (out / "failed/north/2018.ipynb").read_text()
    assert here.left() == []


def test_a_report_that_takes_too_long_though_no_cell_does(workbook, here):
    cells = (*standins.CELLS, *["import time; time.sleep(0.6)"] * 6)
    root, out = workbook(cells, areas=("north",))
    status, said = here.run(root, out, cell_timeout=60, report_timeout=2, retries=0)
    assert status == 1 and "the report longer than 2 s (--report-timeout)" in said
    assert here.left() == []


@LINUX
def test_a_cell_that_eats_memory(workbook, here):
    root, out = workbook((*standins.CELLS, ONLY + "x = [bytearray(50 * 2**20) for _ in range(100)]"))
    status, said = here.run(root, out, jobs=2, memory=700)
    assert (
        status == 1 and "needed more memory than the limit of 700 MiB (--memory)" in said and "1 made" in said
    )
    assert "MemoryError" in last_lines(out)
    assert here.left() == []


# The parent of a forked kernel is the process that makes its report; above it are the fork server and the run.
PARENTS = "import psutil; above = psutil.Process().parents(); "


@LINUX
def test_a_cell_that_kills_what_its_process_came_from(workbook, here):
    cell = ONLY + PARENTS + "above[0].kill(); import time; time.sleep(600)"
    root, out = workbook((*standins.CELLS, cell))
    status, said = here.run(root, out, jobs=1, retries=0)
    assert status == 1 and "its process ended with exit code -9" in said and "1 made" in said
    assert here.left() == []


@LINUX
def test_a_cell_that_would_outlive_what_its_process_came_from(workbook, here):
    unasked = "import ctypes; ctypes.CDLL(None).prctl(1, 0); "  # a kernel that does not end with its parent
    root, out = workbook((*standins.CELLS, ONLY + unasked + PARENTS + "above[0].kill()"))
    said = here.run(root, out, jobs=1, retries=0)[1]
    assert "west/2018                made" in said  # another worker makes the next report
    assert here.left() == []


@LINUX
def test_a_cell_that_stops_the_process_of_its_report_does_not_keep_the_next_report_waiting(
    workbook, here, monkeypatch
):
    monkeypatch.setattr(pool, "GRACE", 1)
    cell = ONLY + PARENTS + "import signal; above[0].send_signal(signal.SIGSTOP)"
    root, out = workbook((*standins.CELLS, cell))
    status, said = here.run(root, out, jobs=1, retries=0, start_timeout=10, report_timeout=10)
    assert status == 1 and "took longer than 10 s (--report-timeout) and was stopped" in said
    assert "1 made" in said
    assert here.left() == []


@LINUX
def test_the_fork_server_killed(workbook, here):
    cell = ONLY + PARENTS + "above[1].kill()"
    root, out = workbook((*standins.CELLS, cell), areas=("north", "south", "west"))
    status, said = here.run(root, out, jobs=1)
    assert status == 0 and "3 made" in said
    assert here.left() == []


def test_a_notebook_that_writes_to_its_working_directory(workbook, here):
    cell = "print(os.listdir('.')); open('mine.txt', 'w').write('x'); open('2018.html', 'w').write('x')"
    root, out = workbook((*standins.CELLS, cell), areas=("north", "south", "west"))
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    status, _ = here.run(root, out, jobs=1)
    assert status == 0
    assert all("[]" in (out / f"{area}/2018.html").read_text() for area in ("north", "south", "west"))
    assert not list(out.rglob("mine.txt"))
    key = root / "data" / "local" / ".key"  # the workbook's own, which the first run makes
    after = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and path != key}
    assert after == before
    assert here.left() == []


@pytest.mark.parametrize("cold", [pytest.param(False, marks=LINUX), True], ids=["forked", "ordinary"])
@pytest.mark.parametrize(("end", "status"), [("", 0), ("; os._exit(3)", 1)], ids=["lives", "dies"])
def test_processes_that_a_cell_has_started_end_with_its_report(workbook, here, cold, end, status):
    cell = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
    root, out = workbook((*standins.CELLS, cell + end), areas=("north",))
    assert here.run(root, out, cold=cold, retries=0)[0] == status
    assert here.left() == []
