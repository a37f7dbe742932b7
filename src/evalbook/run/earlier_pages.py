"""What an earlier run left and this one does not make anew: pages that show what is hidden now go, older ones say so.

Suppression knows one edition. A reader of the folder would see two: pages made anew with totals in which a count is
hidden, beside pages, tables or the other language's edition that still show its complement.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from evalbook.run.files import HIDDEN, Ledger, digest_file, write_whole
from evalbook.run.staleness import PUBLISHED_FIGURES, ROWS
from evalbook.run.tasks import named

CITED: Final = re.compile(rb'data-row=\\?"([\w.-]+)\.(\w+)\\?"')
"""A figure in a page, or in the output of a cell of an executed notebook: its row and column."""

_READ: Final = (".html", ".ipynb", ".csv")
_NOT_OURS: Final = (HIDDEN, "preview")
"""Parts of an output folder that nobody publishes."""

Empty = Mapping[str, frozenset[str]]
"""By row that is not shown whole: the columns that hold nothing now."""


def _emptied(evaluation: Path) -> Empty:
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


def take_away_hidden(
    ledger: Ledger, out: Path, parts: Mapping[str, Mapping[str, str]], evaluation: Path
) -> list[str] | None:
    """Remove and forget what still shows a figure that is hidden now; the keys of the reports among it, None where nothing does.

    Of the reports only those are looked at that were made from other rows than today's. With a report, or with one table or
    page around them, all tables and pages around go: the end of a run makes them anew.

    Parameters
    ----------
    ledger : what is in the folder
    parts : by report: hash of what it would be made from now
    """
    empty = _emptied(evaluation)
    reports = [
        key
        for key, record in ledger.records.items()
        if record.parts.get(ROWS) != parts.get(key, {}).get(ROWS)
        and any(_shows(out / name, empty) for name in record.files)
    ]
    if ledger.records:
        around = list(ledger.site)
        if not reports and not any(_shows(out / name, empty) for name in around):
            return None
    elif not (around := [name for name in _unknown(out) if _shows(out / name, empty)]):
        return None
    for key in reports:
        forget(ledger.records.pop(key).files, out, whatever=True)
    forget(dict.fromkeys(around, ""), out, whatever=True)
    ledger.site, ledger.inputs = {}, {}
    return reports


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


def mark_older(ledger: Ledger, parts: Mapping[str, Mapping[str, str]]) -> None:
    """Mark the reports that were made from something that has changed since."""
    for key, record in ledger.records.items():
        ledger.records[key] = replace(record, older=record.parts != parts[key])


def say_older(ledger: Ledger, out: Path, parts: Mapping[str, Mapping[str, str]]) -> None:
    """Have pages say that they are older than the rows, and take that away where they are not.

    Such pages are left by a run that is limited to other reports or to one language, and by one in which the report failed.
    """
    for key, record in ledger.records.items():
        now = parts.get(key, {})
        older = any(record.parts.get(name) != now.get(name) for name in (ROWS, PUBLISHED_FIGURES))
        if older == record.says_older:
            continue
        from evalbook.site import slots  # with the catalogues, which most runs need not

        files, language = dict(record.files), named(key)[0]
        for name in record.pages:
            if not (out / name).is_file():
                continue
            page, as_made = (out / name).read_bytes(), digest_file(out / name) == files[name]
            write_whole(out / name, slots.marked(page, language) if older else slots.unmarked(page))
            if as_made:  # else it was changed by hand, and is made anew when it is asked for
                files[name] = digest_file(out / name)
        ledger.records[key] = replace(record, files=files, says_older=older)


def forget(files: Mapping[str, str], out: Path, *, whatever: bool = False) -> None:
    """Remove files that no run would make any more, unless somebody has changed them; `whatever` they hold, if so asked."""
    for name, known in files.items():
        path = out / name
        if path.is_file() and (whatever or digest_file(path) == known):
            path.unlink()
            with suppress(OSError):  # not empty
                path.parent.rmdir()
