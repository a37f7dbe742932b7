"""Excel workbooks (.xlsx, .xlsm): the cells of a sheet with their types, and what Excel hides."""

from __future__ import annotations

import posixpath
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from evalbook.intake import package
from evalbook.intake.package import Part
from evalbook.intake.sheet import Cell, Rows, Sheet, refuse, shown
from evalkit.errors import EvalkitError

_TAG: Final = rb"(?:\w+:)?"
_MERGED: Final = re.compile(rb"<" + _TAG + rb'mergeCell\s[^>]*ref="([A-Z0-9:]+)"')
_HIDDEN: Final = re.compile(rb"<" + _TAG + rb'row\s[^>]*hidden="(?:1|true)"')
_FORMULA: Final = re.compile(rb"<" + _TAG + rb"f[\s>/]")
_FILLED: Final = re.compile(rb"<" + _TAG + rb"(?:v|is|f)[\s>/]")
_NO_RESULT: Final = re.compile(  # a cell's end follows its formula, or an empty value does
    rb'<TAGc\s[^>]*?r="([A-Z]+\d+)"[^>]*>\s*<TAGf(?:\s[^>]*)?(?:/>|>[^<]*</TAGf>)\s*'
    rb"(?:<TAGv\s*/>|<TAGv>\s*</TAGv>)?\s*</TAGc>".replace(b"TAG", _TAG)
)


def parts(path: Path) -> list[Part]:
    """The sheets of a workbook in their order, chart sheets left out."""
    file = shown(path)
    with package.opened(path) as opened:
        targets, found = dict[str | None, str](), list[Part]()
        if "xl/_rels/workbook.xml.rels" in opened.namelist():
            for one in ElementTree.fromstring(package.read_part(opened, "xl/_rels/workbook.xml.rels", file)):
                target = one.get("Target", "")
                full = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                targets[one.get("Id")] = posixpath.normpath(full)
        for one in ElementTree.fromstring(package.read_part(opened, "xl/workbook.xml", file)).iter():
            if one.tag.rpartition("}")[2] == "sheet":
                id = next((value for key, value in one.attrib.items() if key.endswith("}id")), None)
                part = targets.get(id, "")
                if "/worksheets/" in f"/{part}" and part in opened.namelist():
                    filled = bool(_FILLED.search(package.read_part(opened, part, file)))
                    hidden = one.get("state", "visible") != "visible"
                    found.append(Part(one.get("name", ""), part, hidden, filled))
        return found


def empty(path: Path, part: Part) -> Sheet:
    """A sheet without its rows, and what cannot be seen of it in Excel."""
    with package.opened(path) as opened:
        raw = package.read_part(opened, part.path, shown(path))
    notes = [f"{len(_HIDDEN.findall(raw))} hidden rows were read too"] if _HIDDEN.search(raw) else []
    if part.hidden:
        notes.append("the sheet is hidden in Excel")
    if formulas := len(_FORMULA.findall(raw)):
        notes.append(f"{formulas} cells are formulas; their stored results were read")
    merged, blind = [ref.decode() for ref in _MERGED.findall(raw)], bool(_NO_RESULT.search(raw))
    form = {"format": "Excel", "sheet": part.name}
    return Sheet(shown(path), part.name, [], form, notes=notes, merged=merged, blind=blind)


def rows(path: Path, of: Sequence[Part]) -> Iterator[tuple[str, Rows]]:
    """Name of each sheet, and its rows that hold something; to be read in that order."""
    with _whole(path, "the workbook"), package.readable(path) as content:
        from openpyxl import load_workbook  # half a second, for whoever has such a file

        book = load_workbook(content, read_only=True, data_only=True)
        for part in of:
            yield part.name, _rows(path, book[part.name], f"sheet {part.name!r}")


def _rows(path: Path, sheet: Any, place: str) -> Rows:
    with _whole(path, place):
        sheet.reset_dimensions()  # some programs write a wrong size, which would cut the sheet off
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if any(cell.value is not None for cell in row):
                yield number, tuple(map(_value, row))


@contextmanager
def _whole(path: Path, place: str) -> Iterator[None]:
    """Whatever a damaged part makes openpyxl stumble over, as a refusal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which hold no figures
            yield
    except EvalkitError:
        raise
    except Exception as error:
        wrong = "the workbook is damaged or not made as Excel makes it."
        raise refuse(path, wrong, "Open it in Excel and save it again.", place=place) from error


def _value(cell: Any) -> Cell:
    """A cell's value; a percent cell comes as text with its sign, so that no column of counts accepts it."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return f"{value * 100:.15g} %"
    return plain(value)


def plain(value: Any) -> Cell:
    """A cell's value as every reader gives it."""
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        shown = float(f"{value:.15g}")  # Excel shows 15 digits
        return int(shown) if shown.is_integer() and abs(shown) < 1e15 else shown
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time | timedelta):
        return f"{value} (a time of day)"
    return str(value)
