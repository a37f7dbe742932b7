"""Pages that are older than the rows say so; those around the reports are built beside them, and put in place at the end."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evalbook.run.atomic_files import move_whole, write_flushed, write_whole
from evalbook.run.cache import PUBLISHED_FIGURES, ROWS
from evalbook.run.language_links import digest
from evalbook.run.ledger import Ledger, Record
from evalbook.run.options import Steps
from evalbook.run.tasks import Report, Settings

if TYPE_CHECKING:
    from evalbook.run.pool import Pool, Worker


class Around:
    """Index, overviews and tables of one run, which link whole reports only."""

    def __init__(self, pool: Pool, settings: Settings, steps: Steps, language: str) -> None:
        self.pool, self.settings, self.steps, self.language = pool, settings, steps, language
        self.folder = settings.fresh / "site"
        self.told: list[Record] = []
        self.worker: Worker | None = None

    def begin(self, ledger: Ledger, todo: Sequence[Report]) -> None:
        """Build them as for a run in which every report succeeds, as nearly every run is, while it goes on."""
        self._build(ledger, {report.key: Record(report.key, "made", path=report.path) for report in todo})

    def finish(self, ledger: Ledger) -> dict[str, str]:
        """Put them in place, built again if some report has failed; hash by path."""
        assert self.worker is not None
        told = self.told
        if _told(ledger) != told:
            self.pool.dismiss(self.worker)
            self._build(ledger, {})
        self.pool.answer(self.worker)
        built = {path.relative_to(self.folder).as_posix(): path for path in sorted(self.folder.rglob("*"))}
        files = {name: path for name, path in built.items() if path.is_file()}
        hashes = {name: write_flushed(path, path.read_bytes()) for name, path in files.items()}
        for name, path in files.items():
            move_whole(path, self.settings.out / name)
        forget({name: known for name, known in ledger.site.items() if name not in hashes}, self.settings.out)
        return hashes

    def _build(self, ledger: Ledger, expected: Mapping[str, Record]) -> None:
        """Have them built from the whole reports there are and those that are expected."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.told = _told(ledger, expected)
        root, evaluation = (Path(self.settings.env[f"EVALKIT_{name}"]) for name in ("ROOT", "EVALUATION"))
        self.worker = self.pool.ask(self.steps.site, root, evaluation, self.told, self.folder, self.language)


def _told(ledger: Ledger, expected: Mapping[str, Record] | None = None) -> list[Record]:
    """The whole reports, with nothing that two equal runs may differ in."""
    whole = {
        key: Record(key, record.status, record.reason, path=record.path, older=record.older)
        for key, record in ledger.records.items()
        if record.whole
    }
    return [record for _, record in sorted({**whole, **(expected or {})}.items())]


def mark_older(ledger: Ledger, parts: Mapping[str, Mapping[str, str]]) -> None:
    """Mark the reports that were made from something that has changed since."""
    for key, record in ledger.records.items():
        ledger.records[key] = replace(record, older=record.parts != parts[key])


def say_older(ledger: Ledger, out: Path, language: str, parts: Mapping[str, Mapping[str, str]]) -> bool:
    """Have pages say that they are older than the rows, and take that away where they are not; gives whether any has moved.

    Such pages are left by a run that is limited to other reports, by one in which the report failed, and by one of the
    other language.
    """
    moved = False
    for key, record in ledger.records.items():
        now = parts.get(key, {})
        older = any(record.parts.get(name) != now.get(name) for name in (ROWS, PUBLISHED_FIGURES))
        if older == record.says_older:
            continue
        from evalbook.site import older_mark  # with the catalogues, which most runs need not

        files, moved = dict(record.files), True
        for name in record.pages:
            if not (out / name).is_file():
                continue
            page, as_made = (out / name).read_bytes(), digest(out / name) == files[name]
            write_whole(out / name, older_mark.marked(page, language) if older else older_mark.unmarked(page))
            if as_made:  # else it was changed by hand, and is made anew when it is asked for
                files[name] = digest(out / name)
        ledger.records[key] = replace(record, files=files, says_older=older)
    return moved


def forget(files: Mapping[str, str], out: Path, *, whatever: bool = False) -> None:
    """Remove files that no run would make any more, unless somebody has changed them; `whatever` they hold, if so asked."""
    for name, known in files.items():
        path = out / name
        if path.is_file() and (whatever or digest(path) == known):
            path.unlink()
            with suppress(OSError):  # not empty
                path.parent.rmdir()
