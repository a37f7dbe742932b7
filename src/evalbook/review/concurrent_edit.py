"""Changing a params file that others may be changing too: nothing is overwritten unseen, nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from evalbook.run.files import write_whole
from evalkit.errors import EvalkitError

UNSAVED = ".unsaved"
"""Ending of the file that keeps what could not be saved."""


class ConcurrentEditError(EvalkitError):
    """A file was changed by somebody else while it was being edited."""


@contextmanager
def locked(path: Path, root: Path) -> Iterator[None]:
    """Hold a file alone while reading, changing and writing it.

    Raises ConcurrentEditError when another evalkit is at it for more than ten seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=10):
            yield
    except Timeout:
        raise ConcurrentEditError(
            f"{shown(path, root)}: somebody else is editing it. Try again in a moment."
        ) from None


def content(path: Path) -> bytes:
    """What a file holds; nothing when there is none."""
    return path.read_bytes() if path.is_file() else b""


def text_of(data: bytes) -> str:
    """The text of a params file, to the letter."""
    return data.decode("utf-8")


def replace(path: Path, root: Path, before: bytes, text: str) -> None:
    """Write a file anew if it still holds what was read.

    Raises ConcurrentEditError otherwise, with the new text kept beside the file.
    """
    with locked(path, root):
        if content(path) != before:
            kept = keep_unsaved(path, text)
            raise ConcurrentEditError(
                f"{shown(path, root)}: was changed by somebody else meanwhile. Your version is kept in {kept.name}; "
                "join the two by hand, then remove it."
            )
        write_whole(path, text)


def keep_unsaved(path: Path, text: str) -> Path:
    """Keep a text beside the file that it could not be saved to; gives its path."""
    kept = path.with_name(path.name + UNSAVED)
    number = 2
    while kept.exists() and kept.read_text(encoding="utf-8") != text:
        kept = path.with_name(f"{path.name}{UNSAVED}-{number}")
        number += 1
    write_whole(kept, text)
    return kept


def shown(path: Path, root: Path) -> str:
    """A path as it is said in messages: from the workbook's root, with forward slashes."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else os.fspath(path)
