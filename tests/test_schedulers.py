"""What a scheduler is promised: a list of reports, one report at a time, the pages around them, and a stream with a schema."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import running_standins as standins
from evalbook.run.files import Ledger, sole_run
from evalkit.errors import MissingFile, UnknownName

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "docs" / "run-events.schema.json").read_text(encoding="utf-8"))
AREAS = ("north", "west")
DATA = "area,year,count\nnorth,2018,1\nwest,2018,99\n"


@pytest.fixture
def workbook(tmp_path):
    """Two areas in both languages; nothing made yet."""
    root = standins.write_workbook(tmp_path / "workbook", areas=AREAS, years=(2018,))
    (root / "notebooks" / "en").mkdir()
    (root / "notebooks" / "en" / "area_year.yml").write_text("{}")
    return root, tmp_path / "output"


@pytest.fixture
def told(capsys):
    """A run's lines, each held against the schema; with its exit status."""

    def go(root, out, **options) -> tuple[int, list[dict]]:
        capsys.readouterr()
        from evalbook.run.progress import choose
        from evalbook.run.runner import run
        from evalbook.run.tasks import Options

        status = run(root, root / "data/demo", out, Options(**options), standins.STEPS, choose(json=True))
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        for line in lines:
            jsonschema.validate(line, SCHEMA)
        return status, lines

    return go


def listed(lines):
    return {line["report"]: line for line in lines if line["event"] == "task"}


def test_list_each_report_alone_and_site_give_the_bytes_of_one_run(workbook, told, tmp_path):
    root, out = workbook
    assert standins.go(root, tmp_path / "one", jobs=2) == 0
    status, lines = told(root, out, part="list")
    tasks = listed(lines)
    assert status == 0 and list(tasks) == ["north/2018", "en/north/2018", "west/2018", "en/west/2018"]
    assert tasks["west/2018"]["parameters"] == {"area": "west", "year": 2018}
    assert {task["reason"] for task in tasks.values()} == {"new"}
    assert not list(out.glob("[!.]*"))  # nothing that a reader could open
    for key in reversed(tasks):
        status, lines = told(root, out, only=key)
        assert status == 0 and lines[-1]["reports"][0]["status"] == "made"
        assert not (out / "index.html").exists()
    assert told(root, out, part="site")[0] == 0
    assert standins.tree(out) == standins.tree(tmp_path / "one")
    assert standins.go(root, out) == 0  # and one run finds nothing to do
    assert Ledger.read(out).run["reports"] == []
    again = listed(told(root, out, part="list")[1])
    assert {task["reason"] for task in again.values()} == {""}
    assert {key: task["hash"] for key, task in again.items()} == {
        key: task["hash"] for key, task in tasks.items()
    }
    assert told(root, out, only="west/2018")[1][-1]["reports"][0]["status"] == "skipped"


def test_the_list_says_what_new_data_move_and_its_hash_moves_with_it(workbook, told):
    root, out = workbook
    assert standins.go(root, out, jobs=2) == 0
    before = listed(told(root, out, part="list")[1])
    path = root / "params/west/2018.json"
    path.write_text(path.read_text().replace("2018", "2019"))
    now = listed(told(root, out, part="list", areas=("west",))[1])
    assert now["west/2018"]["reason"] == "params changed"
    assert now["west/2018"]["hash"] != before["west/2018"]["hash"] and "north/2018" not in now


def test_one_report_needs_the_evaluation_that_the_list_keeps(workbook, told):
    root, out = workbook
    with pytest.raises(MissingFile, match=r"output/: holds no evaluation .* First: evalkit run --list"):
        told(root, out, only="west/2018")
    assert not out.exists()
    told(root, out, part="list")
    with pytest.raises(
        UnknownName, match=r"--only wst/2018: there is no such report\. Did you mean 'west/2018'"
    ):
        told(root, out, only="wst/2018")
    (root / "data/demo/counts.csv").write_text(DATA)
    with pytest.raises(MissingFile, match="what params and data are now"):
        told(root, out, only="west/2018")


def test_site_names_what_is_missing_or_has_failed_and_links_the_rest(workbook, told):
    root, out = workbook
    wrong = (*standins.CELLS, "assert area != 'north', 'no such luck'")
    standins.write_notebook(root / "notebooks/area_year.ipynb", wrong)
    told(root, out, part="list")
    status, lines = told(root, out, only="north/2018")
    assert status == 1 and "no such luck" in lines[-1]["reports"][0]["reason"]
    assert "no such luck" in (out / "failed/north/2018.txt").read_text()
    assert told(root, out, only="west/2018")[0] == 0
    status, lines = told(root, out, part="site")
    assert status == 1 and "0 made, 1 up to date, 3 missing, 0 failed" in lines[-1]["text"]
    missing = {one["report"]: one["reason"] for one in lines[-1]["reports"] if one["status"] == "missing"}
    assert missing["north/2018"] == "failed last time: evalkit run --only north/2018"
    assert missing["en/west/2018"] == "new: evalkit run --only en/west/2018"
    assert (out / "index.html").read_text() == '<a href="west/2018.html">west/2018</a>\n'
    standins.write_notebook(root / "notebooks/area_year.ipynb")
    told(root, out, part="list")
    assert told(root, out, only="north/2018")[0] == 0
    assert not list((out / "failed").rglob("*.*"))


def test_every_line_of_a_run_fits_the_schema(workbook, told, tmp_path):
    root, out = workbook
    mark = tmp_path / "mark"
    wrong = (
        "import os, pathlib",
        f"mark = pathlib.Path({str(mark)!r})",
        "if area == 'west' and not mark.exists():\n    mark.touch()\n    os._exit(3)",
        "assert area != 'north'",
    )
    standins.write_notebook(root / "notebooks/area_year.ipynb", wrong)
    (root / "params/reviews").mkdir()
    status, lines = told(root, out, jobs=1, why=True, language="da")
    assert status == 1
    assert {line["event"] for line in lines} == {
        "step",
        "why",
        "begin",
        "started",
        "retried",
        "made",
        "failed",
        "end",
    }
    (root / "params/reviews/west-2018.txt").write_text("signed")
    assert "rendered" in {line["event"] for line in told(root, out, areas=("west",), language="da")[1]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"event": "made", "report": "west/2018"}, SCHEMA)


def test_xargs_makes_the_listed_reports_two_at_a_time(workbook, tmp_path):
    root, out = workbook
    assert standins.go(root, tmp_path / "one", jobs=2) == 0
    program = shlex.join([sys.executable, str(ROOT / "tests/running_standins.py"), str(root), str(out)])
    lines = f"""set -e
    {program} '{{"part": "list"}}' > {tmp_path}/list
    xargs -P2 -I% {program} '{{"only": "%"}}' < {tmp_path}/list
    {program} '{{"part": "site"}}'
    """
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(["bash", "-c", lines], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert standins.tree(out) == standins.tree(tmp_path / "one")


def test_cron_with_a_lock_starts_no_second_run(workbook, tmp_path):
    root, out = workbook
    program = shlex.join([sys.executable, str(ROOT / "tests/running_standins.py"), str(root), str(out), "{}"])
    line = f"flock -n {tmp_path / 'lock'} {program}"  # as docs/schedulers.md has it
    bare = {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # cron gives no HOME, no TTY, locale C
    with sole_run(out, print):
        first = subprocess.Popen(
            ["sh", "-c", line], env=bare, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        while "another run is at work here" not in first.stdout.readline():
            pass
        second = subprocess.run(["sh", "-c", line], env=bare, capture_output=True, check=False)
        assert second.returncode == 1 and second.stdout == b""
    said = first.communicate(timeout=standins.PATIENCE)[0]
    assert first.returncode == 0 and "4 made" in said
