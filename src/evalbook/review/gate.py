"""`evalkit gate`: what must not be committed, whatever the file: personal data, and files too large for a history."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from evalbook.intake.privacy import scan
from evalkit.errors import Problem

LARGEST: Final = 1_000_000
"""Bytes; a larger file does not belong in the history, which never forgets."""


def gate(files: Iterable[Path], root: Path) -> list[Problem]:
    """Everything in the files that must not be committed; values are never repeated."""
    found: list[Problem] = []
    for file in files:
        path = file if file.is_absolute() else root / file
        if not path.is_file():  # deleted in this commit
            continue
        if (size := path.stat().st_size) > LARGEST:
            name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
            advice = "Keep it out of git: data/local/ is ignored."
            found.append(
                Problem(
                    name, "", f"is {size / 1e6:.1f} MB; at most {LARGEST / 1e6:.0f} MB is committed.", advice
                )
            )
            continue
        found += scan(path, root)
    return found
