"""The .xlsx package: opened without trusting what it says about itself, its parts told apart, and every text in it."""

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
from typing import IO, Any, Final
from xml.etree import ElementTree

from openpyxl.utils.cell import column_index_from_string

from evalbook.intake.sheet import MAX_BYTES, MAX_COLUMNS, refuse, shown
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
        raise refuse(path, "is a folder.", "Name the file in it.")
    if not path.is_file():
        raise refuse(path, "there is no such file.", "Check the name and the folder.")
    if path.name.startswith("~$"):
        raise refuse(path, "is what Excel keeps beside a file that is open.", "Name the file without ~$.")
    size = path.stat().st_size
    if size == 0:
        raise refuse(path, "the file is empty.", "Export it again.")
    if size > MAX_BYTES:
        raise refuse(
            path,
            f"is {size / 1e6:.0f} MB; the most is {MAX_BYTES / 1e6:.0f} MB.",
            "Export only the rows and columns that are needed.",
        )
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise refuse(
            path, f"cannot be read: {error.strerror}.", "Close it in Excel, and check that you may read it."
        ) from error
    for magic, (what, advice) in _OTHER_KINDS.items():
        if start.startswith(magic):
            raise refuse(path, f"is {what}.", advice)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|head|meta)", start, re.IGNORECASE):
        raise refuse(
            path, "is a web page or XML, whatever its name says.", "Open it in Excel and save it as .xlsx."
        )
    return start.startswith(b"PK")


def _damaged(path: Path) -> ProblemsFound:
    return refuse(path, "the workbook is damaged or cut off.", "Save it again in Excel, or fetch it again.")


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
                raise refuse(path, f"is {what}.", "Save the table as .xlsx or .csv.")
        if "xl/workbook.xml" not in names:
            raise refuse(path, "is a zip file, not a workbook.", "Unpack it and name the file in it.")
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
            ElementTree.ParseError,
        ) as error:
            raise _damaged(path) from error


def read_part(package: zipfile.ZipFile, name: str, file: str) -> bytes:
    """The bytes of one part; a part that declares entities is refused (they can unpack to gigabytes)."""
    data = package.read(name)
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


_ATTRIBUTES: Final = [
    "display",
    "tooltip",
    "prompt",
    "promptTitle",
    "error",
    "errorTitle",
    "descr",
    "title",
    "Target",
]
_PLACES: Final = (
    ("comments", "a note"),
    ("threadedComment", "a comment"),
    ("drawing", "a drawing or text box"),
    ("pivotCache", "the stored data of a pivot table"),
    ("chart", "the stored data of a chart"),
    ("externalLink", "stored data from another workbook"),
    ("docProps", "the document's properties"),
    ("persons", "the list of people who commented"),
    ("query", "a query"),
    ("connections", "a data connection"),
)

Rows = Iterator[tuple[int, dict[int, str]]]


def cell_texts(opened: zipfile.ZipFile, file: str) -> Iterator[tuple[str, Rows]]:
    """Name and rows of every sheet, hidden ones included; a row is its number and its cells' texts by column."""
    parts = sheets(opened, file)
    for name in opened.namelist():
        if name.startswith("xl/embeddings/"):
            raise refuse(
                file,
                "holds another file inside it, which cannot be looked through.",
                "Remove the embedded file.",
            )
    strings = _shared_strings(opened, file)
    for part in parts:
        yield part.name, _rows(read_part(opened, part.path, file), strings)


def other_texts(opened: zipfile.ZipFile, file: str) -> Iterator[tuple[str, str]]:
    """Place and text of everything that is no cell: notes, headers and footers, names, caches, properties."""
    cells = {part.path for part in sheets(opened, file)}
    for name in opened.namelist():
        if not name.endswith((".xml", ".rels", ".vml")) or name == "xl/sharedStrings.xml":
            continue
        place = next((what for start, what in _PLACES if start in name), f"part {name} of the workbook")
        data = read_part(opened, name, file)
        if name in cells:  # the cells themselves were read row by row
            start, end = data.find(b"sheetData"), data.rfind(b"sheetData")
            data = data[: start + 9] + b"/>" + data[data.index(b">", end) + 1 :] if start != end else data
        try:
            tree = ElementTree.fromstring(data)
        except ElementTree.ParseError:
            if name in cells or not name.endswith(".vml"):
                raise
            continue  # old drawings of notes are no well-formed XML; the notes themselves stand in comments*.xml
        for element in tree.iter():
            tag, ref = _tag(element), element.get("ref")
            where = f"{place}, cell {ref}" if tag in ("comment", "threadedComment") and ref else place
            if tag in ("comment", "si", "threadedComment", "p", "text"):  # parts may be formatted apart
                yield where, "".join(element.itertext())
            elif name not in cells:
                yield where, element.text or ""
            elif tag.endswith(("Header", "Footer")):
                yield "the page header or footer", element.text or ""
            for key in (*_ATTRIBUTES, *(("v",) if "pivotCache" in name else ())):
                yield where, element.get(key, "").removeprefix("mailto:")


def _shared_strings(opened: zipfile.ZipFile, file: str) -> list[str]:
    if "xl/sharedStrings.xml" not in opened.namelist():
        return []
    tree = ElementTree.fromstring(read_part(opened, "xl/sharedStrings.xml", file))
    return [
        "".join(text.text or "" for text in item.iter() if _tag(text) == "t")
        for item in tree
        if _tag(item) == "si"
    ]


def _rows(data: bytes, strings: list[str]) -> Rows:
    parser: Any = ElementTree.XMLPullParser(events=("end",))
    number = 0
    for start in range(0, len(data), 1 << 16):
        parser.feed(data[start : start + (1 << 16)])
        for _, element in parser.read_events():
            if _tag(element) == "row":
                number = int(element.get("r") or number + 1)
                yield number, _cells(element, strings)
                element.clear()
    parser.close()


def _cells(row: ElementTree.Element, strings: list[str]) -> dict[int, str]:
    cells: dict[int, str] = {}
    column = -1
    for cell in row:
        if letters := re.match(r"[A-Za-z]{1,3}", cell.get("r", "")):
            column = column_index_from_string(letters[0].upper()) - 1
        else:
            column += 1
        kind = cell.get("t")
        parts = {
            tag: "".join(part.text or "" for part in cell.iter() if _tag(part) == tag)
            for tag in ("v", "t", "f")
        }
        text = parts["t"] or parts["v"]
        if kind == "s" and text.isdigit() and int(text) < len(strings):
            text = strings[int(text)]
        elif kind in (None, "n"):
            text = _plain(text)
        text = f"{text}\n{parts['f']}" if parts["f"] else text
        if text and column < MAX_COLUMNS * 40:
            cells[column] = text
    return cells


def _plain(number: str) -> str:
    """A stored number without exponent or empty decimals, as it is shown."""
    try:
        value = float(number)
    except ValueError:
        return number
    return str(int(value)) if value == value and abs(value) < 1e15 and value == int(value) else number


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
