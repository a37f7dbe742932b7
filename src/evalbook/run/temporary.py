"""The private temporary folder of a run: inputs as they were, sockets, working directories of kernels."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalkit.errors import writing

PREFIX = "evalkit-"
NOTE = "also"  # a file that names a folder made by the standard library for the same run


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that only this user can read, gone at the end; its name tells the next run whose it was."""
    folder = temporary().resolve() / f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
    try:  # from before it is there: a signal may come at any moment
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def temporary() -> Path:
    """The system's temporary folder; a socket's path may have some hundred letters at most."""
    folder = Path(tempfile.gettempdir())
    return Path("/tmp") if len(str(folder)) > 60 and Path("/tmp").is_dir() else folder


def note_also(folder: Path, other: str) -> None:
    """Have `other` swept, too, if this run is killed."""
    with writing(folder / NOTE):
        (folder / NOTE).write_text(other, encoding="utf-8")


def sweep() -> None:
    """Remove the folders of runs that were killed; nobody else's."""
    for folder in temporary().glob(f"{PREFIX}*-*"):
        import psutil  # seldom needed

        pid = folder.name.split("-")[1]
        if not pid.isdecimal() or psutil.pid_exists(int(pid)) or not _is_ours(folder):
            continue
        note = folder / NOTE
        also = Path(note.read_text(encoding="utf-8")) if note.is_file() else None
        if also and also.name.startswith("pymp-") and _is_ours(also):
            shutil.rmtree(also, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    """Whether this user made a folder (where the system knows users)."""
    try:
        return not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()
    except OSError:  # gone meanwhile: another run has swept it
        return False
