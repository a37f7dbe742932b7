"""What python-docx has no call for, as elements of a Word file: content controls, header rows, alt texts, protection, open places."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, Final

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

TAG_LIMIT: Final = 64
"""Letters that Word allows in the tag of a content control."""
FIELDS: Final = ("name", "role", "date", "decision")
ANSWER: Final = "Answer "
"""Begins the style of a field of the reviewer's answer. A style is what LibreOffice keeps, where it drops tags."""
REVIEW: Final = "Review State"
"""The style of what says how far the review has come: no part of the version that is compared."""


def element(name: str, /, *children: Any, **attributes: str) -> Any:
    """An element of WordprocessingML with its attributes and children; `name` and attributes without their prefix."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    made.extend(children)
    return made


def tag_of(rows: Sequence[str]) -> str:
    """Row ids as the tag of a content control: as many as it holds, the others counted."""
    said = ""
    for number, row in enumerate(rows):
        longer = f"{said} {row}".strip()
        if len(longer) + (5 if number < len(rows) - 1 else 0) > TAG_LIMIT:
            return f"{said} +{len(rows) - number}" if said else f"{row[: TAG_LIMIT - 5]} +{len(rows)}"
        said = longer
    return said


def control(paragraph: Any, tag: str, *kind: Any, title: str = "") -> None:
    """Put all runs of a paragraph into one content control.

    Parameters
    ----------
    kind : elements that make it a drop-down or a date; plain rich text without
    title : what Word shows at its upper edge
    """
    inside = [one for one in paragraph._p if one.tag != qn("w:pPr")]
    number = str(zlib.crc32(f"{tag} {title} {len(paragraph.part.element.xml)}".encode()) & 0x7FFFFFFF)
    properties = element("sdtPr", *([element("alias", val=title)] if title else []), element("tag", val=tag))
    properties.extend([element("id", val=number), *kind])
    paragraph._p.append(element("sdt", properties, element("sdtContent", *inside)))


def drop_down(choices: Sequence[str], prompt: str) -> Any:
    """The kind of a content control from which one of several words is chosen."""
    items = [element("listItem", displayText=prompt, value="")]
    return element(
        "dropDownList", *items, *(element("listItem", displayText=one, value=one) for one in choices)
    )


def calendar(language: str) -> Any:
    """The kind of a content control for a day."""
    return element(
        "date",
        element("dateFormat", val="d. MMMM yyyy" if language == "da-DK" else "d MMMM yyyy"),
        element("lid", val=language),
        element("storeMappedDataAs", val="date"),
        element("calendar", val="gregorian"),
    )


def open_place(first: Any, last: Any, number: int) -> None:
    """Let everybody write between two elements, whatever the protection says."""
    first.addprevious(element("permStart", id=str(number), edGrp="everyone"))
    last.addnext(element("permEnd", id=str(number)))


def protect(document: Document) -> None:
    """Allow comments and the open places alone; no password, for it guards against slips."""
    settings = document.settings.element
    protection = element("documentProtection", edit="comments", enforcement="1")
    after = settings.find(qn("w:defaultTabStop"))
    settings.insert(0, protection) if after is None else after.addprevious(protection)


def header_row(row: Any) -> None:
    """Repeat a row at the head of each page that its table reaches."""
    properties = row._tr.get_or_add_trPr()
    properties.append(element("tblHeader"))


def whole_row(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().insert(0, element("cantSplit"))


def describe_table(table: Any, title: str) -> None:
    """What a screen reader says of a table."""
    properties = table._tbl.tblPr
    properties.append(element("tblCaption", val=title))


def borders(table: Any, colour: str) -> None:
    """Thin lines between the rows of a table, and none beside them."""
    sides = {"top": "4", "bottom": "4", "insideH": "4"}
    lines = [element(side, val="single", sz=size, space="0", color=colour) for side, size in sides.items()]
    table._tbl.tblPr.append(element("tblBorders", *lines))
    cells = {"top": "40", "left": "60", "bottom": "40", "right": "60"}
    table._tbl.tblPr.append(
        element("tblCellMar", *(element(side, w=width, type="dxa") for side, width in cells.items()))
    )


def describe_picture(shape: Any, number: int, alt: str) -> None:
    """The description of a picture."""
    properties = shape._inline.docPr
    properties.set("id", str(number))
    properties.set("name", f"Figur {number}")
    properties.set("descr", alt)


def language(document: Document, code: str) -> None:
    """The language of the whole document, for spelling and for screen readers."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    defaults.append(element("lang", val=code, eastAsia=code, bidi="ar-SA"))
    for style in document.styles.element.iter(qn("w:lang")):
        style.set(qn("w:val"), code)


def field(paragraph: Any, code: str) -> None:
    """A field that Word fills in, such as PAGE."""
    for kind in ("begin", "instr", "end"):
        run = paragraph.add_run()
        if kind == "instr":
            text = element("instrText")
            text.text = code
            run._r.append(text)
        else:
            run._r.append(element("fldChar", fldCharType=kind))
