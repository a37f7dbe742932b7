"""What was released: the checksums of each release in a file that git tracks, and whether a release is still as it was made."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

from pydantic import RootModel

from evalbook.run.files import digest_file, write_whole
from evalkit.errors import Problem
from evalkit.plan import params
from evalkit.plan.records import Strict
from evalkit.results import RELEASES as FOLDER

SUMS: Final = "SHA256SUMS"
FILE: Final = "params/releases.yml"

HEAD: Final = f"""\
# Every release of this plan, with the SHA-256 of its list of checksums ({SUMS}). Written by `evalkit run --release`.
# Keep the file in git: a release is a folder that anybody can change, and the history is what stands against that.
"""


class Release(Strict):
    """One release as it was made."""

    date: dt.date
    checksums: str  # SHA-256 of its SHA256SUMS


class _File(RootModel[dict[str, Release]]):
    """params/releases.yml: by name, oldest first."""


def read(root: Path) -> dict[str, Release]:
    """Every release that was recorded, by the name of its folder; ProblemsFound when the file is not what `record` writes."""
    if not (root / FILE).exists():
        return {}
    document = params.read(root / FILE, root)
    return document.as_model(_File).root if document.content is not None else {}


def record(root: Path, name: str, date: dt.date, checksums: str) -> None:
    """Add one release to the file; what stands there stays."""
    path = root / FILE
    read(root)  # a file that cannot be read is not written to
    before = path.read_text(encoding="utf-8") if path.is_file() else HEAD
    write_whole(path, f"{before.rstrip()}\n{name}:\n  date: {date.isoformat()}\n  checksums: {checksums}\n")


def absent(root: Path) -> list[str]:
    """A line for each recorded release that is not here, so that nobody can say what its readers know."""
    return [
        f"{FOLDER}/{name}: is not here. Its readers know its figures: put the folder back, so that no hidden count is given away."
        for name in read(root)
        if not (root / FOLDER / name / "results.csv").is_file()
    ]


def changed(root: Path) -> list[Problem]:
    """What is no longer as it was released: lists, files that were changed, taken away or added.

    A release whose folder is elsewhere now is not looked at.
    """
    known = read(root)
    return [
        problem
        for folder in sorted((root / FOLDER).glob("*-*-*-*"))
        if folder.is_dir()
        for problem in _of(folder, known.get(folder.name))
    ]


def _of(folder: Path, release: Release | None) -> list[Problem]:
    name, sums = f"{FOLDER}/{folder.name}", folder / SUMS
    if release is None:
        advice = f"Take it out of {FOLDER}/, or bring back {FILE} from the history."
        return [Problem(name, "", f"is not recorded in {FILE}.", advice)]
    again = "Take the release from where it was sent, or make another: evalkit run --release"
    if not sums.is_file() or digest_file(sums) != release.checksums:
        return [Problem(f"{name}/{SUMS}", "", f"is not the list that {FILE} recorded.", again)]
    lines = (line.split("  ", 1) for line in sums.read_text(encoding="utf-8").splitlines())
    listed = {one: digest for digest, one in lines}
    files = (path for path in folder.rglob("*") if path.is_file() and not _of_the_system(path.name))
    there = {path.relative_to(folder).as_posix() for path in files} - {SUMS}
    wrong = dict.fromkeys(there - set(listed), "was added after the release")
    wrong |= dict.fromkeys(set(listed) - there, "is missing")
    wrong |= {
        one: "is not as it was released"
        for one in there & set(listed)
        if digest_file(folder / one) != listed[one]
    }
    return [Problem(f"{name}/{one}", "", f"{said}.", again) for one, said in sorted(wrong.items())]


def _of_the_system(name: str) -> bool:
    """Whether a file is what Finder or Explorer leaves in a folder that somebody has looked at."""
    return name in (".DS_Store", "Thumbs.db", "desktop.ini") or name.startswith("._")
