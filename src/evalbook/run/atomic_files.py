"""Whole files or none: temporary name, flush, rename; and their hashes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from evalkit.errors import writing


def write_flushed(path: Path, content: str | bytes) -> str:
    """Write a file and flush it to the disk; gives its SHA-256."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path), path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, content: str | bytes) -> str:
    """Replace a file in one step, so that a reader sees the old one or the new one; gives its SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    try:
        digest = write_flushed(new, content)
        os.replace(new, path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    return digest


def copy_folder(folder: Path, to: Path) -> None:
    """Copy a folder's files and flush them; the first that finds no room ends it (shutil.copytree tells of all at the end)."""
    to.mkdir(parents=True)
    for path in sorted(folder.rglob("*")):
        copy = to / path.relative_to(folder)
        if path.is_dir():
            copy.mkdir()
        else:
            write_flushed(copy, path.read_bytes())


def move_whole(new: Path, path: Path) -> None:
    """Rename a flushed file to its place, on the same disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(new, path)


def digest_file(path: Path) -> str:
    """SHA-256 of one file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_text(*parts: str) -> str:
    """SHA-256 of some texts, kept apart from each other."""
    return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()


def digest_files(root: Path, paths: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of each file, by its path relative to `root` with forward slashes, in sorted order."""
    return {path.relative_to(root).as_posix(): digest_file(path) for path in sorted(paths)}
