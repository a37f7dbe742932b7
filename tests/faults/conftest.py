"""Runs as programs of their own, which may be killed, and the look for what they leave behind."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import psutil
import pytest

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

import running_standins as standins  # noqa: E402
from evalbook.run import files  # noqa: E402
from evalkit.errors import EvalkitError  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than twenty seconds")


class Program:
    """`evalkit run` in small as a program, with a temporary folder and a mark of its own."""

    def __init__(self, temporary: Path) -> None:
        self.temporary, self.mark = temporary, uuid.uuid4().hex
        self.env = {
            **os.environ,
            "TMPDIR": str(temporary),
            "EVALKIT_TEST_MARK": self.mark,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONUNBUFFERED": "1",
        }

    def start(
        self, root: Path, out: Path, env: dict[str, str] | None = None, before=None, **options: object
    ) -> subprocess.Popen:
        """Start a run."""
        return subprocess.Popen(
            [sys.executable, TESTS / "running_standins.py", root, out, json.dumps(options)],
            env={**self.env, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=before,
        )

    def run(
        self, root: Path, out: Path, env: dict[str, str] | None = None, **options: object
    ) -> tuple[int, str]:
        """A whole run of its own: exit status and what it said."""
        program = self.start(root, out, env, **options)
        said = program.communicate(timeout=standins.PATIENCE)[0]
        return program.returncode, said

    def processes(self) -> list[str]:
        """Processes that carry the mark."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("EVALKIT_TEST_MARK") == self.mark and process.status() != "zombie":
                    found.append(f"{process.pid} {' '.join(process.cmdline())[:120]}")
            except psutil.Error:  # it has ended, or is not ours
                continue
        return found

    def ended(self) -> list[str]:
        """Processes that are still there when the last of them have had time to go."""
        end = time.monotonic() + standins.PATIENCE
        while (processes := self.processes()) and time.monotonic() < end:
            time.sleep(0.02)
        return processes

    def left(self) -> list[str]:
        """Processes that do not end, and temporary files."""
        return self.ended() + [str(path) for path in self.temporary.rglob("*")]


class Here:
    """`evalkit run` in small in this very process, whose fork server is warm already."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def run(self, root: Path, out: Path, **options: object) -> tuple[int, str]:
        """A whole run: exit status and what it said."""
        self.capsys.readouterr()
        try:
            status = standins.go(root, out, **options)
        except EvalkitError as error:
            status = error.exit_code
            print(error)
        return status, self.capsys.readouterr().out

    def left(self) -> list[str]:
        """Descendants of this process that are no servers of `multiprocessing`, and temporary folders of runs."""
        servers = ("multiprocessing.forkserver", "multiprocessing.resource_tracker")
        end = time.monotonic() + standins.PATIENCE
        while True:
            found = []
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    command = " ".join(process.cmdline())
                    worker = process.parent() != psutil.Process()  # a fork carries its server's command line
                    if process.status() != "zombie" and (
                        worker or not any(name in command for name in servers)
                    ):
                        found.append(f"{process.pid} {command[:120]}")
            if not found or time.monotonic() > end:
                break
            time.sleep(0.02)
        return found + [str(path) for path in files.temporary().glob(f"{files.PREFIX}{os.getpid()}-*")]


@pytest.fixture
def here(capsys):
    """Runs in this process, when nothing kills them."""
    return Here(capsys)


@pytest.fixture
def program():
    """A program with a short temporary folder: a socket's path may have some hundred letters at most."""
    temporary = Path(tempfile.mkdtemp(prefix="f", dir="/tmp" if os.name == "posix" else None))
    yield Program(temporary)
    shutil.rmtree(temporary, ignore_errors=True)


@pytest.fixture
def workbook(tmp_path):
    """A function that writes a small workbook with the given cells; gives its root and the output folder."""

    def write(cells=standins.CELLS, areas=("north", "west"), years=(2018,)):
        return standins.write_workbook(tmp_path / "workbook", cells, areas, years), tmp_path / "output"

    return write
