"""Text files: encoding and delimiter found from the bytes, or refused when they could be read in two ways."""

from __future__ import annotations

import codecs
import csv
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from evalbook.intake.sheet import MAX_CELL, Persons, Sheet, refuse, shown
from evalkit.errors import ProblemsFound

DELIMITERS: Final = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}
_MOJIBAKE: Final = re.compile("Ã[¦¸¥†˜…\u0098\u0085\u0086]|Ã\u2026|â‚¬|â€")  # UTF-8 read as windows-1252
_OLD_LETTERS: Final = re.compile(
    r"[A-Za-z][‘›†¾¿Œ][A-Za-z]|[A-Za-z][‘›†]\b"
)  # DOS or old Mac read as windows-1252
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|[\r\n])|[^\r\n]+")
_SAMPLE: Final = 1_000  # rows that tell the delimiter and the width
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with BOM"),
)
_AGAIN: Final = "Open the file where it came from and save it as CSV UTF-8."
_DAMAGED: Final = "æ, ø and å are damaged: this looks like"
_SPOILT: Final = (  # what no text of a table holds, what it means, and the way out
    (_MOJIBAKE, f"{_DAMAGED} UTF-8 that was once read as windows-1252.", _AGAIN),
    (_OLD_LETTERS, f"{_DAMAGED} an old DOS or Mac encoding.", _AGAIN),
    (re.compile("\ufffd"), "letters were lost (�) when the file was saved.", _AGAIN),
    (
        re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]"),
        "holds a character that no table has (NUL or another control character).",
        "Export the file again.",
    ),
)


def decode(data: bytes, file: str) -> tuple[str, str]:
    """Text and name of its encoding; refuses bytes that are no text, or that were decoded wrongly before."""
    text, encoding = decoded(data, file)
    return whole(text, encoding, file), encoding


def whole(text: str, encoding: str, file: str) -> str:
    """The text, where no letter was lost or changed on its way."""
    for wrong, what, advice in _SPOILT:
        if wrong is _OLD_LETTERS and encoding.upper() in ("UTF-8", "ASCII"):
            continue  # in which those letters are meant
        if hit := wrong.search(text):
            line = text.count("\n", 0, hit.start()) + 1
            raise refuse(file, what, advice, place=f"line {line}")
    return text


def decoded(data: bytes, file: str) -> tuple[str, str]:
    """Text and name of its encoding, whatever the text holds."""
    codecs_of = [(codec, name) for mark, codec, name in _MARKS if data.startswith(mark)]
    sample = data[:4000]
    for offset, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = sample[offset::2].count(0)
        if not codecs_of and zeros > 0.6 * max(len(sample) // 2, 1) and not sample[1 - offset :: 2].count(0):
            codecs_of = [(codec, "UTF-16 without BOM")]
    for codec, name in codecs_of or [("utf-8", "UTF-8"), ("cp1252", "windows-1252")]:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError as error:
            at = f"byte {error.start}"
            continue
        return text, "ASCII" if name == "UTF-8" and text.isascii() else name
    wrong = (
        "the file is cut off or mixes encodings."
        if codecs_of
        else "is neither UTF-8, UTF-16 nor windows-1252."
    )
    raise refuse(file, wrong, _AGAIN, place=at)


def read(
    path: Path,
    is_header: Callable[[str], bool] = lambda _: False,
    delimiter: str | None = None,
    persons: Persons = None,
) -> Sheet:
    """Cells of a text file; `is_header` tells which words are column names, and so settles the delimiter.

    `persons`: of Sheet.fill.
    """
    file = shown(path)
    text, encoding = decode(path.read_bytes(), file)
    if not text.strip():
        raise refuse(file, "the file is empty.", "Export it again.")
    said = re.match(r"sep=(.)\r?\n", text)
    if said:
        delimiter, text = said[1], text[said.end() :]
    if delimiter is None:
        delimiter = _delimiter(text, is_header, file)
    form = {"encoding": encoding, "delimiter": DELIMITERS.get(delimiter, delimiter)}
    sheet = Sheet(file, "", [], form, cut=text[-1] not in '\r\n"')  # a closing quote ends a whole cell
    return sheet.fill(enumerate(_rows(text, delimiter, file), start=2 if said else 1), persons)


def _rows(text: str, delimiter: str, file: str) -> Iterator[list[str]]:
    """Rows one by one; refused where one is no CSV, or has swallowed others."""
    rows = _parsed(csv.reader(lines(text, file, MAX_CELL * 10), delimiter=delimiter, strict=True), file)
    sample = list(islice(rows, _SAMPLE))
    width = Counter(len(row) for row, _ in sample).most_common(1)[0][0] if sample else 0
    before = 0
    for row, end in chain(sample, rows):
        if end - before > 1 and any(
            _swallows_rows(cell, delimiter, at, len(row), width) for at, cell in enumerate(row)
        ):
            raise refuse(
                file,
                "a quoted cell runs over several lines that look like rows of the table.",
                "Is a quotation mark missing?",
                place=f"line {end}",
            )
        before = end
        yield row


def _parsed(reader: Any, file: str) -> Iterator[tuple[list[str], int]]:
    """Rows, each with the number of its last line."""
    try:
        for row in reader:
            yield row, reader.line_num
    except csv.Error as error:
        raise refuse(
            file,
            f"not readable as CSV: {error}.",
            "Is a quotation mark missing, or the file cut off?",
            place=f"line {reader.line_num}",
        ) from None


def lines(text: str, file: str = "", longest: int = sys.maxsize) -> Iterator[str]:
    """Lines with their ends, as a reader of CSV takes them; refused where one is longer than any line of a table."""
    for line in _LINE.finditer(text):
        if line.end() - line.start() > longest:
            long = f"has a line of {line.end() - line.start():,} characters."
            raise refuse(file, long, "Export the file again as CSV.")
        yield line[0]


def _swallows_rows(cell: str, delimiter: str, at: int, filled: int, width: int) -> bool:
    """Whether a cell of several lines holds the rest of its row and the beginning of another; a comment has fewer delimiters."""
    lines = cell.splitlines()
    if len(lines) < 2 or delimiter not in cell:
        return False
    counts = [line.count(delimiter) for line in lines]
    return (
        filled != width
        or max(counts) >= max(1, width - 1)
        or (counts[0] >= width - 1 - at and counts[-1] >= at)
    )


def _delimiter(text: str, is_header: Callable[[str], bool], file: str) -> str:
    """The delimiter under which some row names most columns; else the only one that gives even rows."""
    named, even = {}, []
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in islice(_rows(text, delimiter, file), _SAMPLE) if any(map(str.strip, row))]
        except ProblemsFound:
            continue
        named[delimiter] = max((sum(map(is_header, row)) for row in rows[:40]), default=0)
        width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
        if width > 1 and often > 0.6 * len(rows):
            even.append(delimiter)
    most = max(named.values(), default=0)
    best = [delimiter for delimiter, count in named.items() if count == most and most > 1] or even
    if len(best) > 1:  # commas that only stand between digits are decimal commas
        best = [delimiter for delimiter in best if delimiter != "," or re.search(r"(?<!\d),|,(?!\d)", text)]
    if len(best) == 1:
        return best[0]
    if not best:
        for delimiter in DELIMITERS:
            if delimiter in text:
                list(
                    _rows(text, delimiter, file)
                )  # says what is wrong with the quotation marks, if that is it
        raise refuse(
            file,
            "no delimiter gives a table.",
            "Save it as CSV with semicolons, and one row of column names.",
        )
    said = " or ".join(DELIMITERS[delimiter] for delimiter in best)
    raise refuse(
        file,
        f"the columns may be parted by {said}.",
        "Say which: " + " or ".join(f'--delimiter "{delimiter}"' for delimiter in best) + ".",
    )
