"""What an earlier run left of figures that are hidden now: taken away before anything new is put in place.

Suppression knows one edition. A reader of the folder would see two: pages made anew with totals in which a count is
hidden, beside pages, tables or the other language's edition that still show its complement.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evalbook.run.cache import ROWS
from evalbook.run.ledger import HIDDEN, Ledger
from evalbook.run.stale_pages import forget
from evalbook.site.language_link import FOLDER

CITED: Final = re.compile(rb'data-row=\\?"([\w.-]+)\.(\w+)\\?"')
"""A figure in a page, or in the output of a cell of an executed notebook: its row and column."""

_READ: Final = (".html", ".ipynb", ".csv")
_NOT_OURS: Final = (HIDDEN, FOLDER, "preview")
"""Parts of an output folder that are looked at by themselves, or are published by nobody."""

Empty = Mapping[str, frozenset[str]]
"""By row that is not shown whole: the columns that hold nothing now."""


def emptied(evaluation: Path) -> Empty:
    """The cells of the published rows that are hidden, or left out because something beside them is."""
    path = evaluation / "rows.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {
            row["row"]: frozenset(name for name, value in row.items() if value == "")
            for row in rows
            if "suppressed" in (row["shown"], row["verdict"])
        }


@dataclass(frozen=True)
class Shown:
    """What of a folder must go, since it shows an emptied cell."""

    reports: list[str]  # by key
    around: list[str]  # tables and pages around the reports, by path

    def __bool__(self) -> bool:
        return bool(self.reports or self.around)


def shown(ledger: Ledger, out: Path, parts: Mapping[str, Mapping[str, str]], empty: Empty) -> Shown:
    """What a folder still shows; of the reports only those are looked at that were made from other rows than today's.

    With a report, or with one table or page around them, all tables and pages around go: the end of a run makes them anew.

    Parameters
    ----------
    ledger : what is in the folder
    parts : by report: hash of what it would be made from now
    """
    reports = [
        key
        for key, record in ledger.records.items()
        if record.parts.get(ROWS) != parts.get(key, {}).get(ROWS)
        and any(_shows(out / name, empty) for name in record.files)
    ]
    if not ledger.records:
        return Shown([], [name for name in _unknown(out) if _shows(out / name, empty)])
    all_around = reports or any(_shows(out / name, empty) for name in ledger.site)
    return Shown(reports, list(ledger.site) if all_around else [])


def take_away(ledger: Ledger, out: Path, found: Shown) -> None:
    """Remove these files, and forget them."""
    for key in found.reports:
        forget(ledger.records.pop(key).files, out, whatever=True)
    forget(dict.fromkeys(found.around, ""), out, whatever=True)
    ledger.site, ledger.inputs = {}, {}


def _unknown(out: Path) -> list[str]:
    """Pages and tables of an output folder whose ledger was lost or cannot be read; none of a folder that is no such one."""
    if not (out / HIDDEN).is_dir():
        return []
    names = (path.relative_to(out) for path in sorted(out.rglob("*")) if path.suffix in _READ)
    return [name.as_posix() for name in names if name.parts[0] not in _NOT_OURS]


def _shows(path: Path, empty: Empty) -> bool:
    if not path.is_file():
        return False
    if path.suffix == ".csv":
        try:
            return any(_filled(path, empty))
        except (UnicodeDecodeError, csv.Error):
            return True  # saved anew by another program: nobody knows what it shows
    return any(
        column.decode() in empty.get(row.decode(), ()) for row, column in CITED.findall(path.read_bytes())
    )


def _filled(path: Path, empty: Empty) -> Iterator[bool]:
    """For each row of a table whether it fills a cell that is empty now."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            columns = empty.get(row.get("row") or "", ())
            yield any(row.get(name) for name in columns)
