"""The .xlsx package: opened without trusting what it says about itself, and its parts told apart."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree

from evalbook.intake.sheet import MAX_BYTES, refuse, shown
from evalkit.errors import ProblemsFound

MAX_PARTS: Final = 2_000
MAX_UNPACKED: Final = 80_000_000  # bytes; a sheet of 20,000 rows unpacks to some 10 million
MAX_SHEET: Final = 25_000_000  # bytes of one sheet, read in about ten seconds
_STRICT: Final = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_NO_FILL: Final = re.compile(rb"<((?:\w+:)?)fill(?:\s*/|>\s*</(?:\w+:)?fill)>")
_OTHER_KINDS: Final = {
    b"\xd0\xcf\x11\xe0": (
        "an old .xls file or a workbook with a password",
        "Open it in Excel and save it as .xlsx without a password.",
    ),
    b"%PDF": ("a PDF", "Ask for the figures as .xlsx or .csv."),
    b"\x1f\x8b": ("a gzip file", "Unpack it first."),
    b"{\\rt": ("a text document", "Save the table as .xlsx or .csv."),
    b"SQLi": ("a database", "Export the table as .csv."),
}
_INSIDE: Final = {
    "word/": "a Word document",
    "content.xml": "an OpenDocument file",
    "ppt/": "a presentation",
    "xl/workbook.bin": "an .xlsb workbook",
}


@dataclass(frozen=True)
class Part:
    """One sheet of a workbook: its name, its part in the package, and whether Excel hides it."""

    name: str
    path: str
    hidden: bool


def is_package(path: Path) -> bool:
    """Whether a file is a zip package; refuses what is neither text nor .xlsx, and what is too big."""
    if path.is_dir():
        raise refuse(shown(path), "", "is a folder.", "Name the file in it.")
    if not path.is_file():
        raise refuse(shown(path), "", "there is no such file.", "Check the name and the folder.")
    size = path.stat().st_size
    if size == 0:
        raise refuse(shown(path), "", "the file is empty.", "Export it again.")
    if size > MAX_BYTES:
        raise refuse(
            shown(path),
            "",
            f"is {size / 1e6:.0f} MB; the most is {MAX_BYTES / 1e6:.0f} MB.",
            "Export only the rows and columns that are needed.",
        )
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise refuse(
            shown(path),
            "",
            f"cannot be read: {error.strerror}.",
            "Close it in Excel, and check that you may read it.",
        ) from error
    for magic, (what, advice) in _OTHER_KINDS.items():
        if start.startswith(magic):
            raise refuse(shown(path), "", f"is {what}.", advice)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|head|meta)", start, re.IGNORECASE):
        raise refuse(
            shown(path),
            "",
            "is a web page or XML, whatever its name says.",
            "Open it in Excel and save it as .xlsx.",
        )
    return start.startswith(b"PK")


def _damaged(path: Path) -> ProblemsFound:
    return refuse(
        shown(path), "", "the workbook is damaged or cut off.", "Save it again in Excel, or fetch it again."
    )


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The package of a workbook; refused when it is damaged, is something else, or unpacks to too much."""
    try:
        package = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise _damaged(path) from error
    with package:
        parts = package.infolist()
        names = {part.filename for part in parts}
        for start, what in _INSIDE.items():
            if any(name.startswith(start) for name in names):
                raise refuse(shown(path), "", f"is {what}.", "Save the table as .xlsx or .csv.")
        if "xl/workbook.xml" not in names:
            raise refuse(
                shown(path), "", "is a zip file, not a workbook.", "Unpack it and name the file in it."
            )
        if len(names) != len(parts):
            raise refuse(shown(path), "", "holds two parts of one name.", "Save it again in Excel.")
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
            raise refuse(
                shown(path),
                "",
                f"unpacks to {unpacked / 1e6:.0f} MB in {len(parts)} parts; the most is "
                f"{MAX_UNPACKED / 1e6:.0f} MB in {MAX_PARTS:,}.",
                "Save only the sheet that is needed.",
            )
        if any(part.flag_bits & 0x1 for part in parts):
            raise refuse(shown(path), "", "is locked with a password.", "Save it without a password.")
        try:
            yield package
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            OSError,
            ElementTree.ParseError,
        ) as error:
            raise _damaged(path) from error


def read_part(package: zipfile.ZipFile, name: str, file: str) -> bytes:
    """The bytes of one part; a part that declares entities is refused (they can unpack to gigabytes)."""
    data = package.read(name)
    if re.search(rb"<!\x00?(?:D\x00?O\x00?C\x00?T|E\x00?N\x00?T\x00?I)", data[:4096]):
        raise refuse(
            file, "", "declares XML entities, which no spreadsheet program writes.", "Save it again in Excel."
        )
    return data


def readable(path: Path) -> IO[bytes]:
    """The workbook as openpyxl reads it: Strict Open XML under the usual names, and an empty fill as none at all.

    Both are whole files, of Excel's "Strict Open XML" and of reporting tools, with which openpyxl cannot do.
    """
    mended: dict[str, bytes] = {}
    with opened(path) as package:
        for part in package.infolist():
            if part.filename.endswith((".xml", ".rels")):
                data = read_part(package, part.filename, shown(path))
                usual = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", data)
                if part.filename == "xl/styles.xml":
                    usual = _NO_FILL.sub(rb"<\1fill><\1patternFill/></\1fill>", usual)
                if usual != data:
                    mended[part.filename] = usual
        if not mended:
            return path.open("rb")  # the name may end in anything
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as made:
            for part in package.infolist():
                made.writestr(part.filename, mended.get(part.filename) or package.read(part.filename))
    copy.seek(0)
    return copy


def sheets(package: zipfile.ZipFile, file: str) -> list[Part]:
    """Sheets of a workbook in their order, chart sheets left out."""
    targets = {}
    if "xl/_rels/workbook.xml.rels" in package.namelist():
        for one in ElementTree.fromstring(read_part(package, "xl/_rels/workbook.xml.rels", file)):
            target = one.get("Target", "")
            targets[one.get("Id")] = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            )
    found = []
    for one in ElementTree.fromstring(read_part(package, "xl/workbook.xml", file)).iter():
        if one.tag.rpartition("}")[2] == "sheet":
            id = next((value for key, value in one.attrib.items() if key.endswith("}id")), None)
            path = targets.get(id, "")
            if "/worksheets/" in f"/{path}" and path in package.namelist():
                found.append(Part(one.get("name", ""), path, one.get("state", "visible") != "visible"))
    return found
