"""Files put in place by renaming. On Windows another program that has one open keeps it from being replaced."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from evalkit.errors import Problem, ProblemsFound

PAUSES = (0.05, 0.1, 0.25, 0.6, 1.0)
"""Seconds between tries, two in all: virus scanners, indexers and OneDrive hold a new file for a moment."""


def replace(new: Path, path: Path) -> None:
    """Rename a whole file to its place, tried again while Windows says that something has it open."""
    for pause in PAUSES if sys.platform == "win32" else ():
        try:
            os.replace(new, path)
            return
        except PermissionError:
            time.sleep(pause)
    os.replace(new, path)


def check_closed(paths: Iterable[Path]) -> None:
    """Raise ProblemsFound with the files that Excel or another program holds open, before any work is done.

    Only Windows keeps such a file from being replaced.
    """
    held = [path for path in paths if sys.platform == "win32" and path.is_file() and _is_held(path)]
    if held:
        wrong = "is open in another program."
        raise ProblemsFound(
            Problem(str(path), "", wrong, f"Close {path.name} in Excel, and try again.") for path in held
        )


def _is_held(path: Path) -> bool:
    try:
        with path.open("r+b"):
            return False
    except PermissionError:
        return True
