"""The privacy gate: personal numbers, e-mail addresses and columns of names, found anywhere and never printed.

Run as the pre-commit check, by hand or as a git hook: `python -m evalbook.intake.privacy [FILE...]`.
"""

from __future__ import annotations

import csv
import re
import subprocess
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Final

from evalbook.intake import container, package, textfile
from evalbook.intake.sheet import MAX_COLUMNS, MAX_TEXT, Cell, letters, shown
from evalkit.errors import Problem, ProblemsFound

_DASH: Final = "\\-/\u00ad\u2010-\u2015\u2212\u2043\ufe58\ufe63\uff0d"
_LETTER: Final = "0-9A-Za-zÆØÅæøå"
_CPR: Final = re.compile(
    rf"(?<![{_LETTER}])(\d\d)([.{_DASH}]?)(\d\d)\2(\d\d)((?:[ \u00a0\u202f]?[{_DASH}][ \u00a0\u202f]?|[ \u00a0\u202f])?)(\d{{4}})(?![{_LETTER}])"
)
_CANDIDATE: Final = re.compile(
    rf"\d\d[.{_DASH}]?\d\d[.{_DASH}]?\d\d[ \u00a0\u202f{_DASH}]{{0,3}}\d{{4}}|\d{{9}}|@"
)
_LOST_ZERO: Final = re.compile(
    r"\s*([1-9])(\d\d)(\d\d)\d{4}(?:\.0)?\s*"
)  # a spreadsheet drops the zero of a number
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-zÆØÅæøå]{2,}")
_NAME_HEADERS: Final = re.compile(
    r"(?:(?:for|efter|mellem|fulde?|fuldt|borger(?:e?ns)?|beboer(?:e?ns)?|respondent(?:ens)?|person|elev|barn(?:ets)?|kontakt(?:person)?)[ -]?)?navne?"
    r"|(?:first|last|middle|full|sur|respondent|family|given|person)[ _-]?name|name|names"
    r"|cpr|cpr[ .-]*(?:nr|nummer|no|number)\.?|person(?:nr|nummer)|personal (?:identification )?number|f[øo]e?dselsdato|date of birth"
    r"|e-?mail(?:adresse| address)?|mail(?:adresse)?",
    re.IGNORECASE,
)
_NAME_WORD: Final = re.compile(
    r"navn(?:e|et|ets|ene)?\b|\bnames?\b|mail|\bcpr|cpr\b|\bpersonn(?:r|ummer)|f[øo]e?dsels(?:dato|dag)|date of birth|birth ?date"
    r"|\b(?:telefon|tlf|mobil)[. -]?(?:nr|nummer|numre)\b|\binitialer\b|\bip[ -]?adresse",
    re.IGNORECASE,
)
_PLACE: Final = (
    r"(?:(?:bolig)?områd\w*|(?:bolig)?omraad\w*|afdeling\w*|boligafdeling\w*|kommune\w*|distrikt\w*|kvarter\w*|by(?:en|ens)?"
    r"|gade\w*|vej\w*|aktivitet\w*|areas?|neighbou?rhoods?|municipality|district|activity|street|fil|file|tabel|table|ark|sheet"
    r"|variable|question|indsats\w*)"
)
_NAME_OF_A_PLACE: Final = re.compile(
    rf"\b{_PLACE}[ -]?navn\w*|\b{_PLACE}(?:'s)? names?\b|\bnavn\w* (?:på|for) {_PLACE}\b|\bname of (?:the )?{_PLACE}\b|\bved navn\b",
    re.IGNORECASE,
)
_COMPARATORS: Final = re.compile(
    r"own_plan|(?:har )?egen helhedsplan\??", re.IGNORECASE
)  # the one table whose names are of areas
_TO_WRITE_TO: Final = re.compile(r"\bmail: *[\"']?[^\s@\"',}]+@[^\s@\"',}]+")
"""An address below `objections` in plan.yml, which is there to be published."""
_OF_THE_BUREAU: Final = {
    "px": re.compile(r'\bCONTACT(?:\[\w+\])?(?:\("[^"]*"\))?\s*=\s*"[^"]*"'),
    "json": re.compile(r'"contact"\s*:\s*\[[^\]]*\]'),
}
"""Whom to ask about a published table."""
_HEADER_ROWS: Final = 40
_TABLES: Final = (".csv", ".tsv", ".txt", ".tab", "")
_MOST: Final = 20
_PICTURES: Final = {
    ".png": b"\x89PNG",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".gif": b"GIF8",
    ".webp": b"RIFF",
}
LARGEST: Final = 1_000_000
"""Bytes; a larger file does not belong in the history, which never forgets."""

_WHAT: Final = {
    "number": (
        "looks like a personal number (CPR).",
        "Remove it from the file: leave out the column, or the rows' ids. The value is not shown here.",
    ),
    "mail": ("holds an e-mail address.", "Remove it from the file."),
    "names": (
        "is a column of names or other personal data.",
        "Remove it; if it holds names of areas, call it Område.",
    ),
}


def has_number(text: str) -> bool:
    """Whether a text holds what looks like a personal number: the pattern and a day of the calendar, never modulus 11."""
    if not _CANDIDATE.search(text):
        return False
    for match in _CPR.finditer(text):
        if not _is_day(match[1], match[3], match[4]):
            continue
        if match[2] or match[5] or not _is_decimals(text, match.start(), match.end()):
            return True
    lost = _LOST_ZERO.fullmatch(text.partition("\n")[0])
    return bool(lost and _is_day(lost[1], lost[2], lost[3]))


def _is_day(day: str, month: str, year: str) -> bool:
    for century in (1900, 2000):
        try:
            date(century + int(year), int(month), int(day))
        except ValueError:
            continue
        return True
    return False


def _is_decimals(text: str, start: int, end: int) -> bool:
    """Whether ten digits are one side of a decimal number, such as a weight, and not one item of a list."""
    before, after = re.search(r"(\d+)[.,]$", text[:start]), re.match(r"[.,](\d+)", text[end:])
    return bool((before and len(before[1]) != 10) or (after and len(after[1]) != 10))


def _kinds(text: str) -> Iterator[str]:
    if has_number(text):
        yield "number"
    if "@" in text and _EMAIL.search(text):
        yield "mail"


def scan_text(text: str, file: str, place: str = "") -> list[Problem]:
    """Personal data in one text, such as a note or an option."""
    return [Problem(file, place, *_WHAT[kind]) for kind in _kinds(text)]


def scan(path: Path, root: Path | None = None) -> list[Problem]:
    """Personal data anywhere in a file, each with its sheet, row and column, and never the value itself.

    Reads .xlsx with all its sheets, hidden ones and notes included; anything else as text. A file that cannot be
    opened is itself a problem, because nobody can say what it holds.
    """
    file = path.relative_to(root).as_posix() if root and path.is_relative_to(root) else shown(path)
    file = shown(Path(file)) if any(_kinds(file)) else file
    found = [Problem(file, "the file's name", *_WHAT[kind]) for kind in _kinds(path.name)]
    if not path.is_file():
        return [*found, Problem(file, "", "there is no such file.")]
    if path.stat().st_size > MAX_TEXT:
        return [
            *found,
            Problem(
                file,
                "",
                f"is {path.stat().st_size / 1e6:.0f} MB; the most is {MAX_TEXT / 1e6:.0f} MB.",
                "Export only what is needed.",
            ),
        ]
    try:
        try:
            what = container.kind(path, MAX_TEXT)
        except ProblemsFound:
            if zipfile.is_zipfile(path):
                raise
            what = "text"  # of what holds no table, the text is looked through
        places = _text(path, what) if what in ("text", "json", "px") else _workbook(path)
        if what in ("json", "px"):
            places = chain(places, _headers(path))
        for place, kind in places:
            found.append(Problem(file, place, *_WHAT[kind]))
            if len(found) >= _MOST:
                found.append(Problem(file, "", "there is more; the first are listed."))
                break
    except ProblemsFound as unreadable:
        found += [Problem(file, one.place, one.wrong, one.advice) for one in unreadable.problems]
    return found


def _text(path: Path, what: str) -> Iterator[tuple[str, str]]:
    data = path.read_bytes()
    begins = _PICTURES.get(path.suffix.casefold())
    if begins and data.startswith(begins):
        data = "\n".join(package.written(data)).encode()
    text = _decoded(data)
    if what == "px" or (what == "json" and re.search(r'"class"\s*:\s*"dataset"', text)):
        text = _OF_THE_BUREAU[what].sub("", text)
    if path.suffix.casefold() not in _TABLES:
        lines = text.splitlines() if _CANDIDATE.search(text) else []
        for number, line in enumerate(_without_office(lines) if path.name == "plan.yml" else lines, start=1):
            for kind in _kinds(line):
                yield f"line {number}", kind
        return
    yield from _names(row for _, row in _cells(text))
    if not _CANDIDATE.search(text):
        return
    seen, last = set[int](), 0
    for last, row in _cells(text):
        for i, cell in enumerate(row):
            for kind in _kinds(cell):
                seen.add(last)
                yield f"row {last}, column {letters(i)}", kind
    # what two delimiters would part, and what no delimiter parts, is looked at line by line too
    if last != text.count("\n") + (not text.endswith("\n")):
        for number, line in enumerate(text.splitlines(), start=1):
            if number not in seen:
                for kind in _kinds(line):
                    yield f"line {number}", kind


def _without_office(lines: Iterable[str]) -> Iterator[str]:
    """The lines of plan.yml without the address that readers are to write to."""
    inside = False
    for line in lines:
        if line.strip() and not line[0].isspace():
            inside = line.startswith("objections:")
        yield _TO_WRITE_TO.sub("", line) if inside else line


def _decoded(data: bytes) -> str:
    """Text for looking at, not for reading: what does not decode is replaced."""
    try:
        return textfile.decoded(data, "")[0]
    except ProblemsFound:
        return data.decode("utf-16" if data[:2] in (BOM_UTF16_BE, BOM_UTF16_LE) else "cp1252", "replace")


def _cells(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Numbered rows of cells under the delimiter that occurs most; whatever is no CSV is split line by line."""
    head = text[:20_000]
    delimiter = max(";\t,|", key=lambda mark: head.count(mark))
    try:
        yield from enumerate(csv.reader(textfile.lines(text), delimiter=delimiter), start=1)
    except csv.Error:
        yield from enumerate((line.split(delimiter) for line in text.splitlines()), start=1)


def _names(rows: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Columns whose header says that they hold names, numbers or addresses of people."""
    head = [row for _, row in zip(range(_HEADER_ROWS), rows, strict=False)]
    widest = max((sum(map(bool, map(str.strip, row))) for row in head), default=0)
    header = next(
        (n for n, row in enumerate(head, start=1) if 2 * sum(map(bool, map(str.strip, row))) >= widest > 0), 0
    )
    for number, row in enumerate(head, start=1):
        words = [cell.strip() for cell in row[:MAX_COLUMNS]]  # wider tables are refused by the reader
        if sum(map(bool, words)) < 2 or any(_COMPARATORS.fullmatch(word) for word in words):
            continue
        for i, word in enumerate(words):
            if _NAME_HEADERS.fullmatch(word.rstrip(":?")) or (number == header and _names_people(word)):
                yield f"row {number}, column {letters(i)}", "names"


def _names_people(header: str) -> bool:
    """Whether a header holds a word for a person's name, number or address, and is not the name of a place."""
    words = " ".join(re.sub(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])", " ", header).replace("_", " ").split())
    return bool(_NAME_WORD.search(_NAME_OF_A_PLACE.sub(" ", words)))


def _workbook(path: Path) -> Iterator[tuple[str, str]]:
    sheets, others = container.everything(path)
    told = set[str]()
    for sheet, rows in sheets:
        name = f"sheet {sheet!r}, " if sheet else ""
        if kind := next(_kinds(sheet), None):
            yield "the name of a sheet", kind
            name = "a sheet whose name is hidden here, "
        head: list[list[str]] = []
        for number, cells in rows:
            texts = [_as_text(cell) for cell in cells]
            for column, text in enumerate(texts):
                for kind in _kinds(text):
                    told.add(text)
                    yield f"{name}row {number}, column {letters(column)}", kind
            if number <= _HEADER_ROWS:
                head += [[] for _ in range(len(head), number - 1)]
                head.append(texts)
        for place, kind in _names(head):
            yield f"{name}{place}", kind
    for where, text in others:
        for cell in told:  # some formats keep the texts of their cells in a part of their own
            text = text.replace(cell, " ")
        for kind in _kinds(text):
            yield where, kind


def _as_text(cell: Cell) -> str:
    """A cell as it is shown."""
    return "" if cell is None else str(cell)


def _headers(path: Path) -> Iterator[tuple[str, str]]:
    """Columns of names in a cube; a JSON that is none has no columns."""
    try:
        rows = container.read(path).rows[:_HEADER_ROWS]
    except ProblemsFound:
        return
    yield from _names([_as_text(cell) for cell in cells] for _, cells in rows)


LOCAL: Final = "data/local"


def gate(files: Iterable[Path], root: Path) -> list[Problem]:
    """Everything that must not be committed: personal data and large files among these, whatever git has of data/local.

    Values are never repeated.
    """
    found = _local(root)
    for path in filter(Path.is_file, (root / file for file in files)):  # others are deleted in this commit
        if (size := path.stat().st_size) <= LARGEST:
            found += scan(path, root)
            continue
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        said = f"is {size / 1e6:.1f} MB; at most {LARGEST / 1e6:.0f} MB is committed."
        found.append(Problem(name, "", said, f"Keep it out of git: {LOCAL}/ is ignored."))
    return found


def _local(root: Path) -> list[Problem]:
    """Whether git knows a file of data/local, or no longer ignores it; nothing outside a repository."""
    if _git(root, "rev-parse").returncode:
        return []
    found = []
    if _git(root, "check-ignore", "-q", f"{LOCAL}/anything.csv").returncode:
        found.append(Problem(".gitignore", "", f"{LOCAL}/ is not ignored.", f"Add the line {LOCAL}/."))
    for name in filter(None, _git(root, "ls-files", "-z", LOCAL).stdout.split("\0")):
        found.append(Problem(name, "", f"{LOCAL} is never committed.", f"git rm --cached {name}"))
    return found


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
