"""The .xlsx package: opened without trusting what it says about itself, its parts told apart, and every text in it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree

from evalbook.intake.sheet import refuse, shown
from evalkit.errors import ProblemsFound

MAX_PARTS: Final = 2_000
MAX_UNPACKED: Final = 80_000_000  # bytes; a sheet of 20,000 rows unpacks to some 10 million
_STRICT: Final = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_NO_FILL: Final = re.compile(rb"<((?:\w+:)?)fill(?:\s*/|>\s*</(?:\w+:)?fill)>")


@dataclass(frozen=True)
class Part:
    """One sheet of a workbook: its name, its part in the package, whether Excel hides it, and whether it holds anything."""

    name: str
    path: str
    hidden: bool
    filled: bool


def damaged(path: Path | str) -> ProblemsFound:
    return refuse(path, "the workbook is damaged or cut off.", "Save it again in Excel, or fetch it again.")


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The package of a workbook; refused when it is damaged, is something else, or unpacks to too much."""
    try:
        package = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise damaged(path) from error
    with package:
        parts = package.infolist()
        names = {part.filename for part in parts}
        if len(names) != len(parts):
            raise refuse(path, "holds two parts of one name.", "Save it again in Excel.")
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
            raise refuse(
                path,
                f"unpacks to {unpacked / 1e6:.0f} MB in {len(parts)} parts; the most is "
                f"{MAX_UNPACKED / 1e6:.0f} MB in {MAX_PARTS:,}.",
                "Save only the sheet that is needed.",
            )
        if any(part.flag_bits & 0x1 for part in parts):
            raise refuse(path, "is locked with a password.", "Save it without a password.")
        try:
            yield package
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            OSError,
            UnicodeDecodeError,
            ElementTree.ParseError,
        ) as error:
            raise damaged(path) from error


def read_part(package: zipfile.ZipFile, name: str, file: str) -> bytes:
    """The bytes of one part; a part that declares entities is refused (they can unpack to gigabytes)."""
    try:
        data = package.read(name)
    except KeyError as error:  # its name is damaged
        raise damaged(file) from error
    if re.search(rb"<!\x00?(?:D\x00?O\x00?C\x00?T|E\x00?N\x00?T\x00?I)", data[:4096]):
        raise refuse(
            file, "declares XML entities, which no spreadsheet program writes.", "Save it again in Excel."
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


_PARAGRAPHS: Final = ("comment", "threadedComment", "annotation", "si", "p", "text")  # formatted in pieces
_FORMULAS: Final = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>([^<]+)<")
_WRITTEN: Final = re.compile(rb"[\x20-\x7e]{8,}|(?:[\x20-\x7e]\x00){8,}")


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Place and text of all in a workbook that is no cell: every text and attribute of every part, formulas too."""
    if not zipfile.is_zipfile(path):
        yield from (("the file, outside its cells", text) for text in written(path.read_bytes()))
        return
    file = shown(path)
    with opened(path) as package:
        for name in package.namelist():
            if "embeddings/" in name:
                inside = "holds another file inside it, which cannot be looked through."
                raise refuse(file, inside, "Remove the embedded file.")
            if name.endswith((".xml", ".rels", ".vml")):
                yield from _of_part(name, read_part(package, name, file))
            elif not name.startswith("Thumbnails/"):
                yield from ((f"part {name}", text) for text in written(package.read(name)))


def written(data: bytes) -> Iterator[str]:
    """What is written in bytes that are no text; what is shorter comes about by chance."""
    return (run.replace(b"\0", b"").decode() for run in _WRITTEN.findall(data))


def _of_part(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    start, end = data.find(b"sheetData"), data.rfind(b"sheetData")
    if start != end:  # the cells are read row by row; their formulas are not
        yield from (("a formula", text.decode("utf-8", "replace")) for text in _FORMULAS.findall(data))
        data = data[: start + 9] + b"/>" + data[data.index(b">", end) + 1 :]
    try:
        tree = ElementTree.fromstring(data)
    except ElementTree.ParseError:
        if not name.endswith(".vml"):
            raise
        return  # old drawings of notes are no well-formed XML; the notes themselves stand in comments*.xml
    for element in tree.iter():
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        place = f"part {name}"
        if "omment" in tag or tag == "annotation":
            place = f"a note, cell {element.get('ref')}" if element.get("ref") else "a note"
        elif tag.endswith(("Header", "Footer")):
            place = "the page header or footer"
        if tag in _PARAGRAPHS:
            yield place, "".join(element.itertext())
        else:
            yield place, element.text or ""
        for key, text in element.attrib.items():
            if (
                key == "v" or not text.isdigit()
            ):  # a number alone is the program's own, but in a pivot table's store
                yield place, text.removeprefix("mailto:")
