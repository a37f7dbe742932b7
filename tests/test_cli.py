"""The command: quick to answer, kind about mistakes, and it touches nothing when it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from test_plan import spoil

EVALKIT = [sys.executable, "-m", "evalbook"]


def evalkit(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*EVALKIT, *arguments], cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )


def test_version_is_that_of_the_package(root):
    import evalkit as package

    assert evalkit("--version", cwd=root).stdout == f"evalkit {package.__version__}\n"


def test_help_names_every_command_and_imports_nothing_heavy(root):
    code = (
        "import sys\n"
        "from evalbook.cli import app\n"
        "try:\n    app(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'pandas', 'numpy', 'scipy', 'matplotlib', 'papermill', 'nbconvert', 'statsmodels', 'pydantic'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("HEAVY []\n")
    for command in ("run", "check", "new", "notebooks", "demo", "rehearse"):
        assert f"\n  {command}" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe there breaks otherwise")
def test_a_reader_who_leaves_is_no_mistake(root):
    with subprocess.Popen(
        [*EVALKIT, "check"], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as command:
        command.stdout.close()
        assert command.stderr.read() == b""
    assert command.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--area", "ringpaken"], "Did you mean 'ringparken'?"),
        (["--year", "2017"], "2018, 2019, 2020, 2021"),
        (["--data", "data/demmo"], "data/demmo: there is no such data folder. Known: data/demo."),
        (["--language", "sv"], "choose da or en"),
    ],
)
def test_a_wrong_option_is_one_message_and_exit_2(workbook, arguments, said):
    done = evalkit("run", *arguments, cwd=workbook)
    assert done.returncode == 2
    assert said in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert not snapshot(workbook / "output")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("params/plan.yml", "baseline_year: 2017", "baseline_yaer: 2017", "Did you mean 'baseline_year'?"),
        ("params/ringparken/2019.yml", "status: draft", "sttaus: draft", "Did you mean 'status'?"),
        ("params/indicators.yml", "tryghed:\n", "tryghed: [\n", "not readable as YAML"),
        (
            "data/demo/turnover.csv",
            "area,year",
            "omraade,year",
            "data/demo/turnover.csv, column area: is missing",
        ),
        ("notebooks/area_year.ipynb", "year: int = 2018", "yaer: int = 2018", "yaer"),
    ],
)
def test_a_mistake_in_a_file_stops_the_run_before_any_report(workbook, file, old, new, said):
    before = (
        evalkit("run", "--area", "sydbyen", "--year", "2018", "--cold", cwd=workbook)
        if file.endswith("2019.yml")
        else None
    )
    kept = snapshot(workbook / "output") if before else {}
    spoil(workbook / file, old, new)
    done = evalkit("run", cwd=workbook)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(workbook / "output") == kept


def snapshot(folder: Path) -> dict[str, bytes]:
    return (
        {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and ".evalkit" not in path.parts
        }
        if folder.is_dir()
        else {}
    )


def test_outside_a_workbook_the_command_says_where_to_go(tmp_path):
    done = evalkit("run", cwd=tmp_path)
    assert done.returncode == 2
    assert "no params/plan.yml" in done.stderr


def test_check_of_the_shipped_workbook_finds_nothing(root):
    done = evalkit("check", cwd=root)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Nothing wrong with params and data.")


def test_check_as_json_holds_completeness_and_problems_for_machines(root):
    done = evalkit("check", "--format", "json", cwd=root)
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["problems"] == []
    missing = [one for one in told["completeness"] if one["table"] == "survey" and one["state"] == "missing"]
    assert [(one["area"], one["year"]) for one in missing] == [("praestevangen", 2020)]


def test_check_tells_everything_at_once_with_file_and_place(workbook):
    spoil(workbook / "params" / "ringparken" / "2019.yml", "status: draft", "status: finished")
    spoil(workbook / "params" / "sydbyen" / "2020.yml", "year: 2020", "year: 2021")
    spoil(workbook / "data" / "demo" / "turnover.csv", "ringparken", "ringpaken")
    done = evalkit("check", cwd=workbook)
    assert done.returncode == 1
    for place in (
        "params/ringparken/2019.yml, line",
        "params/sydbyen/2020.yml, line",
        "data/demo/turnover.csv, row 2, column area",
    ):
        assert place in done.stdout


@pytest.mark.parametrize("file", ["params/sydbyen/2020.yml", "data/demo/activities.csv"])
def test_a_civil_registration_number_stops_check_and_run_and_is_never_printed(workbook, file):
    path = workbook / file
    path.write_text(
        path.read_text(encoding="utf-8") + "# 070761-4285\n", encoding="utf-8"
    )  # the authority's own example
    for command, status in (("check", 1), ("run", 2)):
        done = evalkit(command, cwd=workbook)
        assert done.returncode == status
        assert file in done.stdout + done.stderr
        assert "0707" not in done.stdout + done.stderr


def test_rehearse_stores_its_result_where_it_is_told(workbook):
    done = evalkit("rehearse", "--reps", "2", "--seed", "5", "--write", "data/rehearsal.csv", cwd=workbook)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("Wrote data/rehearsal.csv.\n")
    stored = (workbook / "data" / "rehearsal.csv").read_text("utf-8").splitlines()
    assert stored[0].startswith("world,measure,rate,limit,within,error,reps,")
    assert all(line.rsplit(",", 2)[1] == "5" for line in stored[1:])
