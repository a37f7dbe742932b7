"""The pages that a reviewer has read and signed: their text is noted with the sign-off, and a release must make the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from evalbook.approval import signoffs
from evalbook.run import cache
from evalbook.run.ledger import Ledger
from evalbook.run.planning import reports
from evalbook.run.temporary import private_folder
from evalbook.site import page_text

FOLDERS: Final = {"da": "output", "en": "output/en"}
"""Where `evalkit run` puts each edition."""


def read(root: Path, data: Path, key: str) -> dict[str, str]:
    """By language: hash of the text of a report's page in output/, where it is made from what stands in the workbook now."""
    found = {}
    with private_folder() as scratch:
        copies = cache.copy_inputs(cache.input_files(root, data), scratch / "inputs")  # as a run reads them
        for language, folder in FOLDERS.items():
            record = Ledger.read(root / folder).records.get(key)
            if (
                record is None
                or record.status != "made"
                or record.older
                or cache.damage(record.files, root / folder)
            ):
                continue
            hashes = cache.hash_inputs(copies, language)
            (report,) = (one for one in reports(scratch / "inputs", language) if one.key == key)
            parts = cache.report_parts(report, hashes, record.parts.get(cache.ROWS, ""))
            if set(cache.changed(record.parts, parts)) <= {cache.REVIEW}:
                found[language] = page_text.digest(root / folder, key)
    return found


def without(pages: Mapping[str, str]) -> list[str]:
    """The languages in which no page was read."""
    return [language for language in FOLDERS if language not in pages]


def unread(root: Path, key: str) -> Iterator[str]:
    """A line where a report was approved before its pages were made: what it says there nobody has approved."""
    approval = signoffs.latest(signoffs.read(root).get(key, []))
    if approval and (gone := without(approval.pages)):
        runs = " and ".join(f"evalkit run --language {language}" for language in gone)
        yield f"{key}: approved without its page ({', '.join(gone)}). Make it: {runs}; read it, and sign again."


def other(root: Path, editions: Mapping[str, Path]) -> list[str]:
    """A line for each page that says something else than the one that was approved.

    `editions`: by language the folder with every page made anew.
    """
    return [
        f"{key}: its page ({language}) says something else than the one that was approved. "
        f"Make it: evalkit run --language {language}; read it, and sign again."
        for key, signed in signoffs.read(root).items()
        if (approval := signoffs.latest(signed))
        for language, out in editions.items()
        if (made := page_text.digest(out, key)) and made != approval.pages.get(language)
    ]
