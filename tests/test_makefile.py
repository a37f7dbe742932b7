"""`make test` as the Makefile has it, with a stand-in for pytest."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from needed import program

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's stand-in for pytest")
@pytest.mark.parametrize(("others", "faults"), [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_the_fault_tests_run_whatever_came_before_and_any_failure_fails(others, faults, tmp_path):
    make = program("make", "make")
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    stand_in = tmp_path / ".venv" / "bin" / "pytest"
    stand_in.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$*" >> ran\ncase "$*" in tests/faults) exit {faults};; *) exit {others};; esac\n'
    )
    stand_in.chmod(0o755)
    (tmp_path / ".venv" / ".ready").touch()
    done = subprocess.run([make, "test"], cwd=tmp_path, capture_output=True, text=True, check=False)
    ran = (tmp_path / "ran").read_text().splitlines()
    assert len(ran) == 2 and "--ignore tests/faults" in ran[0] and ran[1] == "tests/faults"
    assert (done.returncode == 0) is (others == faults == 0), done.stderr
