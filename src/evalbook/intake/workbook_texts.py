"""Every text of a workbook, also where nobody looks: hidden sheets, notes, headers, chart and pivot caches."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree

from evalbook.intake import package
from evalbook.intake.sheet import MAX_COLUMNS, refuse

_ATTRIBUTES: Final = (
    "display",
    "tooltip",
    "prompt",
    "promptTitle",
    "error",
    "errorTitle",
    "descr",
    "title",
    "Target",
)
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


def sheets(opened: zipfile.ZipFile, file: str) -> Iterator[tuple[str, Rows]]:
    """Name and rows of every sheet, hidden ones included; a row is its number and its cells' texts by column."""
    parts = package.sheets(opened, file)
    for name in opened.namelist():
        if name.startswith("xl/embeddings/"):
            raise refuse(
                file,
                "",
                "holds another file inside it, which cannot be looked through.",
                "Remove the embedded file.",
            )
    strings = _shared_strings(opened, file)
    for part in parts:
        yield part.name, _rows(package.read_part(opened, part.path, file), strings)


def elsewhere(opened: zipfile.ZipFile, file: str) -> Iterator[tuple[str, str]]:
    """Place and text of everything that is no cell: notes, headers and footers, names, caches, properties."""
    cells = {part.path for part in package.sheets(opened, file)}
    for name in opened.namelist():
        if not name.endswith((".xml", ".rels", ".vml")) or name == "xl/sharedStrings.xml":
            continue
        place = next((what for start, what in _PLACES if start in name), f"part {name} of the workbook")
        data = package.read_part(opened, name, file)
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
            tag = _tag(element)
            where = (
                f"{place}, cell {element.get('ref')}"
                if tag in ("comment", "threadedComment") and element.get("ref")
                else place
            )
            if tag in (
                "comment",
                "si",
                "threadedComment",
                "p",
                "text",
            ):  # parts of one text may be formatted apart
                yield where, "".join(element.itertext())
            elif name not in cells and element.text and element.text.strip():
                yield where, element.text
            elif name in cells and tag in (
                "oddHeader",
                "oddFooter",
                "evenHeader",
                "evenFooter",
                "firstHeader",
                "firstFooter",
            ):
                yield "the page header or footer", element.text or ""
            for key in (*_ATTRIBUTES, *(("v",) if "pivotCache" in name else ())):
                if value := element.get(key):
                    yield where, value.removeprefix("mailto:")


def _shared_strings(opened: zipfile.ZipFile, file: str) -> list[str]:
    if "xl/sharedStrings.xml" not in opened.namelist():
        return []
    tree = ElementTree.fromstring(package.read_part(opened, "xl/sharedStrings.xml", file))
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
        column = _column(cell.get("r")) if cell.get("r") else column + 1
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


def _column(reference: str | None) -> int:
    match = re.match(r"[A-Za-z]{1,3}", reference or "")
    if not match:
        return 0
    number = 0
    for letter in match[0].upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
