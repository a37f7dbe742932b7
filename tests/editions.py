"""Every page of both editions, made once a test session as a user makes them, from the notebooks as they ship."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

import shipped
from pages import dead_links


@dataclass(frozen=True)
class Editions:
    """The pages by path, and what was wrong with the links while only the Danish reports were made."""

    out: Path
    pages: dict[str, str]
    dead_alone: list[str]


def evalkit() -> str:
    """The command beside this Python."""
    found = shutil.which("evalkit", path=str(Path(sys.executable).parent)) or shutil.which("evalkit")
    if found is None:
        raise AssertionError("there is no command evalkit beside this Python. Install the project: make test")
    return found


def run(root: Path, *options: str) -> None:
    """`evalkit run` in a workbook; AssertionError with what it said when it failed."""
    command = [evalkit(), "run", "--quiet", *options]
    done = subprocess.run(
        command, cwd=root, env=_environment(), capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


def _environment() -> dict[str, str]:
    """Nothing of the caller's reaches the pages."""
    return {name: value for name, value in os.environ.items() if not name.startswith("EVALKIT_")}


def write(folder: Path) -> None:
    """Both editions below the folder: first the Danish alone, then what is missing."""
    root, out = shipped.write_workbook(folder / "workbook"), folder / "output"
    run(root, "--language", "da", "--out", str(out))
    (folder / "alone.json").write_text(json.dumps(dead_links(out)), "utf-8")
    run(root, "--out", str(out))


def read(folder: Path) -> Editions:
    out = folder / "output"
    pages = {
        path.relative_to(out).as_posix(): path.read_text("utf-8") for path in sorted(out.rglob("*.html"))
    }
    return Editions(out, pages, json.loads((folder / "alone.json").read_text("utf-8")))


def made_once(folder: Path) -> Editions:
    """The editions of a folder that all processes of a test session share; the first that asks makes them."""
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        done = folder / "done"
        if not done.exists():
            for part in ("workbook", "output"):
                shutil.rmtree(folder / part, ignore_errors=True)  # of an attempt that failed
            write(folder)
            done.touch()
    return read(folder)
