"""The pages that a reviewer has read and signed: their text is noted with the sign-off, and a release must make the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from evalbook.approval import signoffs
from evalbook.run import changes, planning
from evalbook.run.files import Ledger, private_folder
from evalbook.run.tasks import key_of
from evalbook.site import page_text
from evalkit.text.words import LANGUAGES


def read(root: Path, data: Path, name: str) -> dict[str, str]:
    """By language: hash of the text of a report's page in output/, where it is made from what stands in the workbook now.

    `name`: area and year.
    """
    out, found = root / "output", {}
    records = Ledger.read(out).records
    keys = {language: key_of(language, name) for language in LANGUAGES}
    made = {language: key for language, key in keys.items() if not changes.stale(records.get(key), out)}
    if not made:
        return {}
    with private_folder() as scratch:
        copies = changes.copy_inputs(
            changes.input_files(root, data), scratch / "inputs"
        )  # as a run reads them
        hashes = changes.hash_inputs(copies)
        reports = {report.key: report for report in planning.reports(scratch / "inputs")}
        for language, key in made.items():
            before = records[key].parts
            parts = changes.report_parts(reports[key], hashes, before.get(changes.ROWS, ""))
            if set(changes.changed(before, parts)) <= {changes.REVIEW}:
                found[language] = page_text.digest(out, key)
    return found


def without(pages: Mapping[str, str]) -> list[str]:
    """The languages in which no page was read."""
    return [language for language in LANGUAGES if language not in pages]


def unread(root: Path, key: str) -> Iterator[str]:
    """A line where a report was approved before its pages were made: what it says there nobody has approved."""
    approval = signoffs.latest(signoffs.read(root).get(key, []))
    if approval and (gone := without(approval.pages)):
        yield f"{key}: approved without its page ({', '.join(gone)}). Make it: evalkit run; read it, and sign again."


def other(root: Path, out: Path) -> list[str]:
    """A line for each page that says something else than the one that was approved.

    `out`: the folder with every page made anew.
    """
    return [
        f"{name}: its page ({language}) says something else than the one that was approved. "
        "Make it: evalkit run; read it, and sign again."
        for name, signed in signoffs.read(root).items()
        if (approval := signoffs.latest(signed))
        for language in LANGUAGES
        if (made := page_text.digest(out, key_of(language, name))) and made != approval.pages.get(language)
    ]
