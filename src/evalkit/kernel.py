"""The IPython kernel that a notebook runs in, if any: what it was given so far, and the folder it works in."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any


def cells_so_far() -> list[str]:
    """The code that the kernel was given so far, oldest first; empty outside of one."""
    shell = _shell()
    return [] if shell is None else list(shell.history_manager.input_hist_raw)


def work_in(folder: Path) -> None:
    """Let relative paths of the kernel be seen from a folder; nothing is done outside of one."""
    if _shell() is not None:
        os.chdir(folder)


def _shell() -> Any:
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None
