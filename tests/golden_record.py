"""The golden record: what every page, table and check of barriers gave when it was last renewed, and what differs now.

    python tests/golden_record.py            says what differs
    python tests/golden_record.py --write    renews the record and the list of cells that ship (make golden)

tests/golden/pages/ has the lines of page_record.py for every page, tests/golden/tables/ every CSV file of a run with its numbers
to six significant digits, tests/golden/axe.txt how many barriers axe-core finds on a page of each kind. All are plain text, so
that `git diff` shows what a change of the code did to the reader.
"""

from __future__ import annotations

import csv
import difflib
import io
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from pathlib import Path

import chromium
import editions
import page_record
import shipped

FOLDER = Path(__file__).parent / "golden"
AXE = "axe.txt"
KINDS = (
    "index",
    "data",
    "metode",
    "spoergsmaal",
    "tilgaengelighed",
    "ringparken/index",
    "plan/index",
    "praestevangen/2019",
    "praestevangen/2019-bilag",
    "plan/2018",
    "plan/2018-bilag",
    "plan/final",
    "plan/final-bilag",
)
"""One page of each kind; axe-core takes its time, and all pages are made of the same parts."""
WIDTH = 90  # characters of a text that are shown of what differs
MOST = 12  # differences that are told one by one
IN_RECORD, IN_RUN = "in the record", "in this run"
RENEW = "If every difference is meant, renew the record with: make golden"


# ---- what is recorded -------------------------------------------------------------------------


def record_pages(pages: Mapping[str, str]) -> dict[str, str]:
    """The record of every page by its file's name in the record."""
    return {
        f"pages/{path.removesuffix('.html')}.txt": "\n".join(page_record.lines(html)) + "\n"
        for path, html in pages.items()
    }


def record_tables(out: Path) -> dict[str, str]:
    """Every CSV file that a run publishes; one of the English edition only where it is not the Danish one's twin."""
    names = [path.relative_to(out) for path in sorted(out.rglob("*.csv"))]
    texts = {
        name.as_posix(): _rounded((out / name).read_text("utf-8"))
        for name in names
        if not any(part.startswith(".") for part in name.parts)
    }
    return {
        f"tables/{name}": text
        for name, text in texts.items()
        if not name.startswith("en/") or texts.get(name.removeprefix("en/")) != text
    }


def _rounded(text: str) -> str:
    made = io.StringIO()
    rows = csv.reader(io.StringIO(text))
    csv.writer(made, lineterminator="\n").writerows([page_record.value(cell) for cell in row] for row in rows)
    return made.getvalue()


def record_axe(out: Path, browser: chromium.Browser) -> str:
    """Barriers by rule on a page of each kind in both languages, all that is folded opened."""
    found = []
    for name in (folder + kind for kind in KINDS for folder in ("", "en/")):
        rules = Counter(one.partition(":")[0] for one in chromium.barriers(browser, out / f"{name}.html"))
        found.append(
            f"{name}: {sum(rules.values())} {' '.join(f'{rule}={times}' for rule, times in sorted(rules.items()))}"
        )
    return "".join(f"{line.strip()}\n" for line in sorted(found))


def recorded(part: str) -> dict[str, str]:
    """What stands in tests/golden below a folder, or in one of its files, by name."""
    start = FOLDER / part
    files = [start] if start.is_file() else sorted(path for path in start.rglob("*") if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): path.read_text("utf-8") for path in files}


# ---- what differs -----------------------------------------------------------------------------


def differences(was: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What differs between two records, each difference in a few lines; empty when nothing does."""
    return _differing_texts(*(_of(one, tables=False) for one in (was, now))) + _differing_tables(
        *(_of(one, tables=True) for one in (was, now))
    )


def _of(record: Mapping[str, str], *, tables: bool) -> dict[str, str]:
    return {name: text for name, text in record.items() if name.startswith("tables/") == tables}


class _Differences:
    """Differences by what was and what is; one that is found in many places is told once."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.shown: dict[tuple[str, str], tuple[str, str]] = {}

    def add(self, place: str, old: str, new: str) -> None:
        """Lines of which only the words that differ count."""
        start, words = _apart(old, new)
        self.shown.setdefault(words, (_short(old, start), _short(new, start)))
        self.found[words].append(place)

    def told(self) -> list[str]:
        """Each in a few lines: where, what was, what is; the most widespread first."""
        told = []
        for words, places in sorted(self.found.items(), key=lambda one: -len(one[1]))[:MOST]:
            old, new = self.shown[words]
            more = f"\n  and in {len(places) - 1} more places" if len(places) > 1 else ""
            if others := sorted(
                {place.partition(", line")[0] for place in places[1:]} - {places[0].partition(", line")[0]}
            ):
                more += f": {', '.join(others[:3])}{' …' if len(others) > 3 else ''}"
            told.append(f"{places[0]}\n  was  {old}\n  now  {new}{more}")
        if len(self.found) > MOST:
            told.append(
                f"and {len(self.found) - MOST} more differences: make golden, then git diff tests/golden"
            )
        return told


def _apart(old: str, new: str) -> tuple[int, tuple[str, str]]:
    """Where two lines begin to differ, and the words in which they do."""
    before, after, start = old.split(" "), new.split(" "), 0
    while before and after and before[0] == after[0]:
        start += len(before.pop(0)) + 1
        del after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    return start, (" ".join(before), " ".join(after))


def _short(text: str, place: int) -> str:
    """As much of a line as fits around a place."""
    start = max(0, place - WIDTH // 3)
    end = start + WIDTH
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "") or "-"


def _differing_texts(was: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    found = _Differences()
    for name in sorted({*was, *now}):
        if name not in now or name not in was:
            found.add(name, IN_RECORD if name in was else "", IN_RUN if name in now else "")
        elif was[name] != now[name]:
            for place, old, new in _changes(was[name].splitlines(), now[name].splitlines()):
                found.add(f"{name}, {place}", old, new)
    return found.told()


def _changes(was: list[str], now: list[str]) -> Iterable[tuple[str, str, str]]:
    """Place, old line and new line of each change; "" for a line that is new or gone."""
    for kind, i, i_end, j, j_end in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind != "equal":
            under = next(
                (line for line in reversed(now[: j + 1]) if line.startswith(("#", page_record.NUMBERS[:4]))),
                "",
            )
            for number, (old, new) in enumerate(zip_longest(was[i:i_end], now[j:j_end], fillvalue=""), i + 1):
                yield f"line {number}{f', under {under}' if under else ''}", old, new


def _differing_tables(was: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Differences between tables, cell by cell, whichever table of the run a cell stands in now."""
    before, after = _cells(was), _cells(now)
    found = _Differences()
    columns = {column for _, column in before}, {column for _, column in after}
    for column in sorted(columns[0] ^ columns[1]):
        found.add(
            f"column {column}",
            IN_RECORD if column in columns[0] else "",
            IN_RUN if column in columns[1] else "",
        )
    for row, column in sorted(before.keys() | after.keys()):
        old, new = before.get((row, column), ""), after.get((row, column), "")
        if old != new and column in columns[0] & columns[1]:
            found.add(f"row {row}, column {column}", old, new)
    return found.told()


def _cells(tables: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Cells that hold something, by row and column; a row is named by its first columns, as many as tell it from others."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for text in tables.values():
        header, *rows = csv.reader(io.StringIO(text))
        width = next(
            (k for k in range(1, len(header)) if len({tuple(row[:k]) for row in rows}) == len(rows)),
            len(header),
        )
        for row in rows:
            for column, cell in zip(header[width:], row[width:], strict=True):
                if cell:
                    found[" ".join(row[:width]), column].add(cell)
    return {place: " or ".join(sorted(cells)) for place, cells in found.items()}


def message(differences: list[str]) -> str:
    return "\n".join(["", *differences, "", RENEW])


# ---- the command ------------------------------------------------------------------------------


def main(arguments: list[str]) -> str:
    """Renew the record, or say what differs; what it returns goes to the caller as an exit status."""
    if arguments not in ([], ["--write"]):
        return f"{' '.join(arguments)}: the only option is --write. {RENEW}"
    write = bool(arguments)
    if write:
        _replace(shipped.LIST, shipped.list_notebooks())
    with tempfile.TemporaryDirectory() as folder:
        made = editions.made_once(Path(folder) / "editions")
        now = record_pages(made.pages) | record_tables(made.out)
        if chromium.there():
            with chromium.launched() as browser:
                now[AXE] = record_axe(made.out, browser)
        else:
            print(f"Without Chromium and axe-core, {AXE} is left as it is.")
            now |= recorded(AXE)
    was = recorded(".")
    if not write:
        return message(found) if (found := differences(was, now)) else ""
    for name in was.keys() - now.keys():
        (FOLDER / name).unlink()
    for name, text in now.items():
        _replace(FOLDER / name, text)
    changed = sum(was.get(name) != now.get(name) for name in {*was, *now})
    print(f"{len(now)} files in tests/golden, {changed} of them changed. See: git diff --stat tests")
    return ""


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
