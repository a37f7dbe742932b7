"""Every fault in tests/bad_data is met with its message: no traceback, no hang, no wrong number, nothing written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent / "bad_data"
sys.path.insert(0, str(HERE))
import workbooks  # noqa: E402

CASES = yaml.safe_load((HERE / "catalogue.yml").read_text(encoding="utf-8"))
CASES += [{"name": name.replace(".", "_"), "says": says} for name, (_, says) in workbooks.FAULTS.items()]


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What one process with 1 GiB of memory and ten seconds of processor time a case said of each."""
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, str(HERE / "run.py")],
        capture_output=True,
        check=False,
        env={**os.environ, **one_thread},
        timeout=3600,  # only against a case that waits for ever
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.decode())
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_fault_is_told_and_nothing_is_written(case: dict[str, Any], told: dict[str, Any]) -> None:
    result = told[case["name"]]
    assert "traceback" not in result, result.get("traceback")
    for fragment in case["says"]:
        assert fragment in result["said"]
    assert result["read"] is case.get("reads", False)
    if not result["read"]:
        assert result["written"] == []
    if "never" in case:
        assert case["never"] not in result["said"]


_ENGLISH = re.compile(r"\b(?:is|are|the|of|and|which|has|it|this|was|were|that)\b")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_fault_is_told_in_danish_too(case: dict[str, Any], told: dict[str, Any]) -> None:
    for text in told[case["name"]].get("danish", []):
        own = re.sub(r"'[^']*'|\"[^\"]*\"|\([^)]*\)|--[a-z-]+( [a-z_:]+=?)?|evalkit \S+( \S+)?", "", text)
        assert not _ENGLISH.search(own), text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm by processor time")
def test_a_case_is_stopped_by_the_processor_time_it_takes_and_not_by_waiting() -> None:
    code = (
        "import run, time\n"
        "run.limit_processor(0.2)\n"
        "time.sleep(1)\n"
        "print('waited')\n"
        "try:\n"
        "    while True: sum(range(100))\n"
        "except run.TooLong: print('stopped')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["waited", "stopped"], done.stderr


def test_there_are_at_least_forty_faults_each_with_its_own_message() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 40
    assert all(case["says"] for case in CASES)


def test_every_file_of_the_folder_is_in_the_catalogue() -> None:
    listed = {name for case in CASES for name in case.get("files", [])} | {
        case["map"] for case in CASES if "map" in case
    }
    assert {
        path.name
        for path in HERE.iterdir()
        if path.suffix not in (".py", "") and path.name != "catalogue.yml"
    } <= listed
