"""The two languages' pages: each linked with its twin as soon as both are there, whichever was made first.

A page is made without the link, and its hash in the ledger is that of the page without it. So the link comes and
goes with the other page, and nothing has to be made again for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from evalbook.run.atomic_files import write_whole
from evalbook.run.ledger import HIDDEN, Ledger, OutputError
from evalbook.site import language_link

PATIENCE = 10.0
"""Seconds to wait for a run of the other language that is just putting its last pages in place."""


def digest(path: Path) -> str:
    """SHA-256 of a file of a run; of a page, without its link to the other language."""
    content = path.read_bytes()
    return hashlib.sha256(language_link.unlinked(content) if path.suffix == ".html" else content).hexdigest()


def neighbour(out: Path, language: str) -> Path | None:
    """The folder of the other language's pages; None where the links between the two could not meet."""
    if language == "da":
        return out / language_link.FOLDER
    return out.parent if out.name == language_link.FOLDER else None


def pages(ledger: Ledger, out: Path) -> set[str]:
    """The pages that a ledger knows and that are there, by path; not those that tell of a failure."""
    files = {name for record in ledger.records.values() for name in record.files} | set(ledger.site)
    return {
        name
        for name in files
        if name.endswith(".html") and not name.startswith("failed/") and (out / name).is_file()
    }


def unsettled(ledger: Ledger, out: Path, language: str) -> list[tuple[Path, bytes]]:
    """The pages whose link is missing or leads nowhere, each as it should be."""
    beside = neighbour(out, language)
    others = pages(Ledger.read(beside), beside) if beside and (beside / "run.json").is_file() else set()
    return list(_wrong(sorted(pages(ledger, out)), others, out, language))


def _wrong(mine: Iterable[str], others: set[str], out: Path, language: str) -> Iterable[tuple[Path, bytes]]:
    for name in mine:
        now = (out / name).read_bytes()
        right = language_link.linked(now, name, language) if name in others else language_link.unlinked(now)
        if now != right:
            yield out / name, right


def settle(ledger: Ledger, out: Path, language: str) -> None:
    """Put the pages' links right; for the run that holds the folder."""
    for path, right in unsettled(ledger, out, language):
        write_whole(path, right)


@contextmanager
def held(beside: Path, needed: Callable[[], bool]) -> Iterator[bool]:
    """Hold the other language's folder for as long as something is to be done there; gives whether anything is.

    A run there may do it itself meanwhile, and waits for this one as this one waits for it: so the question is asked again
    and again. OutputError when it is still needed and the folder still held after two minutes.
    """
    lock = FileLock(beside / HIDDEN / "lock")
    for _ in range(120):
        if not needed():
            yield False
            return
        try:
            lock.acquire(timeout=1)
        except Timeout:
            continue
        try:
            yield needed()
        finally:
            lock.release()
        return
    said = "another run is at work here, and its pages show figures that are hidden now."
    raise OutputError(f"{beside.name}/: {said} Run again when it has ended.")


def settle_neighbour(out: Path, language: str, also: Callable[[Ledger, Path], None]) -> None:
    """The same for the other language's pages, and `also`, after this run has let go of its own folder.

    A run that holds the other folder meanwhile does it itself when it ends.
    """
    beside = neighbour(out, language)
    if beside is None or not (beside / "run.json").is_file():
        return
    try:
        with FileLock(beside / HIDDEN / "lock", timeout=PATIENCE):
            ledger = Ledger.read(beside)
            settle(ledger, beside, "en" if language == "da" else "da")
            also(ledger, beside)
    except Timeout:
        return
