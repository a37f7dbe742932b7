"""Programs that some tests need beside Python: skipped without them on a laptop, never where .ci/run installs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def program(name: str, install: str, given: str | None = None) -> str:
    """Path of the program; without it the test is skipped, or fails where everything must be there."""
    found = given or shutil.which(name)
    if not found:
        missing(f"no {name} on this machine: install {install} (Debian: apt-get install {install})")
    return str(found)


def missing(what: str) -> None:
    """Skip the test and say why; fail where .ci/run has set EVALKIT_CI."""
    if os.environ.get("EVALKIT_CI"):
        pytest.fail(what)
    pytest.skip(what)


def python(version: str) -> str:
    """An interpreter of that version, on the path or among pyenv's."""
    among = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for path in (sys.executable, shutil.which(f"python{version}"), *among):
        if path and version in subprocess.run([path, "--version"], capture_output=True, text=True).stdout:
            return str(path)
    pytest.skip(f"no Python {version} on this machine")  # where .ci/run installs, too: Debian has one alone


def uv(*arguments: str | Path) -> None:
    """Build or install; skipped where no index answers, which no file of the project can bring."""
    program = Path(sys.prefix, "bin", "uv")
    if not program.is_file():
        missing("no uv in this environment: pip install uv")
    done = subprocess.run([program, "-q", *arguments], capture_output=True, text=True)
    if any(
        said in done.stderr
        for said in ("error sending request", "Failed to fetch", "not found in the package registry")
    ):
        pytest.skip(f"no package index answers: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
