"""Containers: what kind of file a source is, by its content and never by its name; what holds no table is refused with the way out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from evalbook.intake import calaminefile, cube, excelfile, package, spss, textfile
from evalbook.intake.sheet import (
    MAX_BYTES,
    MAX_TEXT,
    Alike,
    Persons,
    Rows,
    Sheet,
    refuse,
    shown,
)
from evalkit.errors import did_you_mean

GUIDE: Final = "Vejledning"  # sheets of a template that hold no table
ABOUT: Final = "Om tallene"  # what the import must know of them
_SHOWN: Final = 12  # names of sheets that a message lists
_AS_TABLE: Final = "Save the table as .xlsx or .csv."
_Found = str | tuple[str, str]
_STARTS: Final[dict[bytes, _Found]] = {  # a format, or what it is and the way out
    b"$FL": "spss",
    b"%PDF": ("a PDF", "Ask for the figures as .xlsx or .csv."),
    b"PAR1": (
        "a Parquet file",
        "Save it as .csv: in Python, pandas.read_parquet(FILE).to_csv(NEW, index=False).",
    ),
    b"<stata_dta": ("a Stata file", "Save the table as .csv or .sav."),
    b"\x1f\x8b": ("a gzip file", "Unpack it first."),
    b"{\\rt": ("a text document", _AS_TABLE),
    b"SQLi": ("a database", "Export the table as .csv."),
}
_INSIDE: Final[dict[str, _Found]] = {  # a zip package by one of its parts
    "xl/workbook.xml": "excel",
    "xl/workbook.bin": "calamine",
    "word/": ("a Word document", "Copy the table to a workbook, and save it as .xlsx."),
    "ppt/": ("a presentation", "Copy the table to a workbook, and save it as .xlsx."),
    "DataModel": ("a Power BI report", "Choose Export data on the table in Power BI, and name that file."),
}
_IN_OLE: Final[
    dict[str, _Found]
] = {  # the container of older Office files, by the name of one of its streams
    "EncryptedPackage": ("a workbook locked with a password", "Save it without a password."),
    "WordDocument": ("an old Word document", "Copy the table to a workbook, and save it as .xlsx."),
    "Workbook": "calamine",
    "Book": "calamine",
}
_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|head|meta)", re.IGNORECASE)
_AS_IT_IS: Final = Alike((), (), lambda _: True)  # of rows that say the same, one is looked through
_BOOKS: Final = {"excel": excelfile, "calamine": calaminefile}
_TABLES: Final = {"spss": spss.read, "px": cube.read_px, "json": cube.read_json_stat}


def kind(path: Path, most: int = MAX_BYTES) -> str:
    """What reads a file: text, excel, calamine, spss, px or json; refuses what holds no table, and what is too big."""
    if path.is_dir():
        raise refuse(path, "is a folder.", "Name the file in it.")
    if not path.is_file():
        raise refuse(path, "there is no such file.", "Check the name and the folder.")
    if path.name.startswith("~$"):
        raise refuse(path, "is what Excel keeps beside a file that is open.", "Name the file without ~$.")
    size = path.stat().st_size
    if size == 0:
        raise refuse(path, "the file is empty.", "Export it again.")
    if size > most:
        raise refuse(
            path,
            f"is {size / 1e6:.0f} MB; the most is {most / 1e6:.0f} MB.",
            "Export only the rows and columns that are needed.",
        )
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise refuse(
            path, f"cannot be read: {error.strerror}.", "Close it in Excel, and check that you may read it."
        ) from error
    found = next((what for magic, what in _STARTS.items() if start.startswith(magic)), None)
    if start.startswith(b"PK"):
        found = _in_package(path)
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        data = path.read_bytes()
        unknown: _Found = ("an old Office file without a workbook", _AS_TABLE)
        found = next((what for name, what in _IN_OLE.items() if name.encode("utf-16-le") in data), unknown)
    elif _XML.match(start):
        found = ("a web page or XML, whatever its name says", "Open it in Excel and save it as .xlsx.")
    elif cube.IS_PX.match(start):
        found = "px"
    elif start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        found = "json"
    if isinstance(found, tuple):
        raise refuse(path, f"is {found[0]}.", found[1])
    return found or "text"


def _in_package(path: Path) -> _Found:
    with package.opened(path) as parts:
        names = parts.namelist()
        if "mimetype" in names and b"opendocument.spreadsheet" in parts.read("mimetype"):
            return "calamine"
    if "content.xml" in names:
        return ("an OpenDocument file without a spreadsheet", _AS_TABLE)
    other: _Found = ("a zip file, not a workbook", "Unpack it and name the file in it.")
    return next(
        (
            what
            for part, what in _INSIDE.items()
            if any(name.startswith(part) if part.endswith("/") else name == part for name in names)
        ),
        other,
    )


def sheets(path: Path) -> list[str]:
    """Names of the sheets of a workbook that its program shows; none of other files."""
    book = _BOOKS.get(kind(path, MAX_TEXT))
    return [part.name for part in book.parts(path) if not part.hidden] if book else []


def read(
    path: Path,
    sheet: str | None = None,
    *,
    is_header: Callable[[str], bool] = lambda _: False,
    delimiter: str | None = None,
    persons: Persons = None,
) -> Sheet:
    """The table of a file: of a workbook the named sheet, or the only one that is filled.

    `is_header` tells which words are column names, and so settles the delimiter of a text. `persons`: of Sheet.fill.
    """
    what = kind(path, MAX_TEXT if persons else MAX_BYTES)
    if what == "text":
        return textfile.read(path, is_header, delimiter, persons)
    if what in _TABLES:
        return _TABLES[what](path, persons)
    book = _BOOKS[what]
    part = _choose(book.parts(path), sheet, shown(path))
    found = book.empty(path, part)
    for _, rows in book.rows(path, [part]):
        found.fill(rows, persons)
    return found


def _choose(parts: list[package.Part], wanted: str | None, file: str) -> package.Part:
    by_name = {part.name: part for part in parts}
    if wanted is not None:
        if wanted not in by_name:
            raise refuse(file, f"has no sheet {wanted!r}.", did_you_mean(wanted, by_name))
        return by_name[wanted]
    candidates = [
        part for part in parts if part.filled and not part.hidden and part.name not in (GUIDE, ABOUT)
    ]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise refuse(file, "no sheet holds anything.", "Is it the right file?")
    names = ", ".join(part.name for part in candidates[:_SHOWN])
    more = f" and {len(candidates) - _SHOWN} more" if len(candidates) > _SHOWN else ""
    raise refuse(file, f"has {len(candidates)} filled sheets.", f"Say which with --sheet: {names}{more}.")


def everything(path: Path) -> tuple[Iterator[tuple[str, Rows]], Iterator[tuple[str, str]]]:
    """For the privacy gate: name and rows of every sheet, hidden ones too; place and text of all else that a file holds."""
    what = kind(path, MAX_TEXT)
    if book := _BOOKS.get(what):
        return book.rows(path, book.parts(path)), package.texts(path)
    table = _TABLES[what](path, lambda _: _AS_IT_IS)
    names = tuple(" ".join([str(name), *table.also.get(i, [])]) for i, name in enumerate(table.rows[0][1]))
    return iter([("", chain([(1, names)], table.rows[1:]))]), package.texts(path)
