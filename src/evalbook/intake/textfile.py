"""Text files: encoding and delimiter found from the bytes, or refused when they could be read in two ways."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from evalbook.intake.sheet import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Sheet, refuse, shown, trimmed
from evalkit.errors import ProblemsFound

DELIMITERS: Final = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}
_MOJIBAKE: Final = re.compile("Ã[¦¸¥†˜…\u0098\u0085\u0086]|Ã\u2026|â‚¬|â€")  # UTF-8 read as windows-1252
_OLD_LETTERS: Final = re.compile(
    r"[A-Za-z][‘›†¾¿Œ][A-Za-z]|[A-Za-z][‘›†]\b"
)  # DOS or old Mac read as windows-1252
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_AGAIN: Final = "Open the file where it came from and save it as CSV UTF-8."


def decode(data: bytes, file: str) -> tuple[str, str]:
    """Text and name of its encoding; refuses bytes that are no text, or that were decoded wrongly before."""
    text, encoding = decoded(data, file)
    for wrong, what in (
        (_MOJIBAKE, "UTF-8 that was once read as windows-1252"),
        (_OLD_LETTERS, "an old DOS or Mac encoding"),
    ):
        if (encoding != "UTF-8" or wrong is _MOJIBAKE) and (hit := wrong.search(text)):
            raise refuse(
                file,
                f"æ, ø and å are damaged: this looks like {what}.",
                _AGAIN,
                place=_line(text, hit.start()),
            )
    if "\ufffd" in text:
        raise refuse(
            file,
            "letters were lost (�) when the file was saved.",
            _AGAIN,
            place=_line(text, text.index("\ufffd")),
        )
    if (hit := _CONTROL.search(text)) or "\ufeff" in text:
        start = hit.start() if hit else text.index("\ufeff")
        raise refuse(
            file,
            "holds a character that no table has (NUL or another control character).",
            "Export the file again.",
            place=_line(text, start),
        )
    return text, encoding


def decoded(data: bytes, file: str) -> tuple[str, str]:
    """Text and name of its encoding, whatever the text holds."""
    try:
        if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            raise refuse(file, "is UTF-32.", _AGAIN)
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16"), "UTF-16"
        if data.startswith(codecs.BOM_UTF8):
            return data.decode("utf-8-sig"), "UTF-8 with BOM"
        sample = data[:4000]
        for offset, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
            if (
                len(sample) > 3
                and sample[offset::2].count(0) > 0.6 * len(sample[offset::2])
                and not sample[1 - offset :: 2].count(0)
            ):
                return data.decode(codec), "UTF-16 without BOM"
    except UnicodeDecodeError as error:
        raise refuse(
            file, "the file is cut off or mixes encodings.", _AGAIN, place=f"byte {error.start}"
        ) from None
    try:
        text = data.decode("utf-8")
        return text, "ASCII" if text.isascii() else "UTF-8"
    except UnicodeDecodeError:
        pass  # not UTF-8: the next try decides
    try:
        return data.decode("cp1252"), "windows-1252"
    except UnicodeDecodeError as error:
        raise refuse(
            file, "is neither UTF-8, UTF-16 nor windows-1252.", _AGAIN, place=f"byte {error.start}"
        ) from None


def _line(text: str, start: int) -> str:
    return f"line {text.count(chr(10), 0, start) + 1}"


def read(
    path: Path, is_header: Callable[[str], bool] = lambda _: False, delimiter: str | None = None
) -> Sheet:
    """Cells of a text file; `is_header` tells which words are column names, and so settles the delimiter."""
    file = shown(path)
    data = path.read_bytes()
    text, encoding = decode(data, file)
    longest = max((len(line) for line in text.splitlines()), default=0)
    if longest > MAX_CELL * 10:
        raise refuse(file, f"has a line of {longest:,} characters.", "Export the file again as CSV.")
    if (lines := text.count("\n") - 1) > MAX_ROWS:  # the column names are no row
        raise refuse(file, f"has {lines:,} rows; the most is {MAX_ROWS:,}.", "Add the rows up before export.")
    if not text.strip():
        raise refuse(file, "the file is empty.", "Export it again.")
    said = re.match(r"sep=(.)\r?\n", text)
    if said:
        delimiter, text = said[1], text[said.end() :]
    if delimiter is None:
        delimiter = _delimiter(text, is_header, file)
    rows = _rows(text, delimiter, file)
    if max(map(len, rows)) > MAX_COLUMNS:
        raise refuse(
            file,
            f"has {max(map(len, rows))} columns; the most is {MAX_COLUMNS}.",
            "Export only the columns that are needed.",
        )
    first = 2 if said else 1
    numbered = [(number, trimmed(row)) for number, row in enumerate(rows, start=first)]
    form = {"encoding": encoding, "delimiter": DELIMITERS.get(delimiter, delimiter)}
    return Sheet(file, "", numbered, form, cut=text[-1] not in '\r\n"')  # a closing quote ends a whole cell


def _rows(text: str, delimiter: str, file: str) -> list[list[str]]:
    rows: list[list[str]] = []
    ends: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(len(cell) > MAX_CELL for cell in row):
                raise refuse(
                    file,
                    f"has a cell of more than {MAX_CELL:,} characters.",
                    "Is a quotation mark missing?",
                    place=f"line {reader.line_num}",
                )
            rows.append(row)
            ends.append(reader.line_num)
    except csv.Error as error:
        raise refuse(
            file,
            f"not readable as CSV: {error}.",
            "Is a quotation mark missing, or the file cut off?",
            place=f"line {reader.line_num}",
        ) from None
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    for row, end in zip(rows, ends, strict=True):
        if any(_swallows_rows(cell, delimiter, at, len(row), width) for at, cell in enumerate(row)):
            raise refuse(
                file,
                "a quoted cell runs over several lines that look like rows of the table.",
                "Is a quotation mark missing?",
                place=f"line {end}",
            )
    return rows


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
            rows = [row for row in _rows(text, delimiter, file) if any(cell.strip() for cell in row)]
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
                _rows(text, delimiter, file)  # says what is wrong with the quotation marks, if that is it
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
