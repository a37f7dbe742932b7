"""The pages and tables around the reports of a run: built while the reports are made, and again if one of them fails."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evalbook.run import earlier_pages
from evalbook.run.files import Ledger, move_whole, write_flushed
from evalbook.run.tasks import Linked, Report, Steps, named
from evalbook.site.language_link import FOLDER

if TYPE_CHECKING:
    from evalbook.run.pool import Pool, Worker


class SitePages:
    """Index, overviews and tables of one run in each of its languages, which link whole reports only."""

    def __init__(self, pool: Pool, steps: Steps, reports: Sequence[Report]) -> None:
        self.pool, self.settings, self.steps = pool, pool.settings, steps
        self.languages = list(dict.fromkeys(report.language for report in reports))
        self.folder = pool.settings.fresh / "site"
        self.asked: list[Linked] = []
        self.builders: list[Worker] = []

    def begin(self, ledger: Ledger, todo: Sequence[Report]) -> None:
        """Build them as for a run in which every report succeeds, as nearly every run is, while it goes on."""
        self._build([linked(ledger, language, todo) for language in self.languages])

    def finish(self, ledger: Ledger) -> dict[str, str]:
        """Put them in place, built again if some report has failed; hash by path."""
        if (true := [linked(ledger, language) for language in self.languages]) != self.asked:
            for builder in self.builders:
                self.pool.dismiss(builder)
            self._build(true)
        for builder in self.builders:
            self.pool.answer(builder)
        built = {path.relative_to(self.folder).as_posix(): path for path in sorted(self.folder.rglob("*"))}
        files = {name: path for name, path in built.items() if path.is_file()}
        hashes = {name: write_flushed(path, path.read_bytes()) for name, path in files.items()}
        for name, path in files.items():
            move_whole(path, self.settings.out / name)
        left = {name: known for name, known in ledger.site.items() if name not in hashes}
        earlier_pages.forget(left, self.settings.out)
        return hashes

    def _build(self, asked: list[Linked]) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.asked, self.builders = asked, []
        root, evaluation = self.settings.root, self.settings.evaluation
        for language, one in zip(self.languages, asked, strict=True):
            to = self.folder if language == "da" else self.folder / FOLDER
            to.mkdir(parents=True)
            self.builders.append(self.pool.ask(self.steps.site, root, evaluation, one, to, language))


def whole_pages(ledger: Ledger) -> dict[str, list[str]]:
    """The pages of each whole report, by its key."""
    return {key: record.pages for key, record in ledger.records.items() if record.whole}


def linked(ledger: Ledger, language: str, todo: Sequence[Report] = ()) -> Linked:
    """What one language's pages link: the whole reports there are and those that are expected."""
    whole = whole_pages(ledger) | {report.key: _expected(report) for report in todo}
    reports = set(map(named, whole))
    pages = {named(page) for each in whole.values() for page in each}
    annexes = {page for _, page in pages} - {f"{name}.html" for _, name in reports}
    return Linked(
        sorted(name for its_own, name in reports if its_own == language),
        sorted(page for page in annexes if (language, page) not in pages),
    )


def _expected(report: Report) -> list[str]:
    """The pages that a report will have, as far as its notebook tells."""
    from evalbook.site.links import ANNEX_TAG, annex_of  # with the words of pages, which most runs need not

    page = f"{report.key}.html"
    cells = json.loads(report.notebook.read_text(encoding="utf-8"))["cells"]
    annex = any(ANNEX_TAG in cell.get("metadata", {}).get("tags", ()) for cell in cells)
    return [page, annex_of(page)] if annex else [page]
