"""Excel workbooks: the one sheet that is meant, its cells with their types, and what Excel hides."""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import openpyxl

from evalbook.intake import package
from evalbook.intake.sheet import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Cell, Sheet, refuse, shown, trimmed
from evalkit.errors import EvalkitError, did_you_mean

GUIDE: Final = "Vejledning"  # sheets of a template that hold no table
ABOUT: Final = "Om tallene"  # what the import must know of them
_TAG: Final = rb"(?:\w+:)?"
_MERGED: Final = re.compile(rb"<" + _TAG + rb'mergeCell\s[^>]*ref="([A-Z0-9:]+)"')
_HIDDEN: Final = re.compile(rb"<" + _TAG + rb'row\s[^>]*hidden="(?:1|true)"')
_FORMULA: Final = re.compile(rb"<" + _TAG + rb"f[\s>/]")
_NO_RESULT: Final = re.compile(  # a cell's end follows its formula, or an empty value does
    rb'<TAGc\s[^>]*?r="([A-Z]+\d+)"[^>]*>\s*<TAGf(?:\s[^>]*)?(?:/>|>[^<]*</TAGf>)\s*'
    rb"(?:<TAGv\s*/>|<TAGv>\s*</TAGv>)?\s*</TAGc>".replace(b"TAG", _TAG)
)


def read(path: Path, sheet: str | None = None) -> Sheet:
    """Cells of the named sheet, or of the only one that is filled; refuses to choose between several."""
    file = shown(path)
    with package.opened(path) as opened:
        parts = package.sheets(opened, file)
        for part in parts:
            if opened.getinfo(part.path).file_size > package.MAX_SHEET:
                raise refuse(
                    file,
                    f"is more than {package.MAX_SHEET / 1e6:.0f} MB unpacked.",
                    "Save it as CSV, or remove the columns that are not needed.",
                    place=f"sheet {part.name!r}",
                )
        chosen = _choose(
            parts,
            sheet,
            file,
            {part.name for part in parts if _is_filled(package.read_part(opened, part.path, file))},
        )
        raw = package.read_part(opened, chosen.path, file)
    rows = _cells(path, chosen.name, file)
    notes = [f"{len(_HIDDEN.findall(raw))} hidden rows were read too"] if _HIDDEN.search(raw) else []
    if chosen.hidden:
        notes.append("the sheet is hidden in Excel")
    if formulas := len(_FORMULA.findall(raw)):
        notes.append(f"{formulas} cells are formulas; their stored results were read")
    merged = [ref.decode() for ref in _MERGED.findall(raw)]
    no_result = frozenset(ref.decode() for ref in _NO_RESULT.findall(raw))
    return Sheet(
        file,
        chosen.name,
        rows,
        {"format": "Excel", "sheet": chosen.name},
        notes=notes,
        merged=merged,
        no_result=no_result,
    )


def names(path: Path) -> list[str]:
    """Names of the sheets of a workbook that Excel shows."""
    with package.opened(path) as opened:
        return [part.name for part in package.sheets(opened, shown(path)) if not part.hidden]


def _is_filled(raw: bytes) -> bool:
    return bool(re.search(rb"<" + _TAG + rb"(?:v|is|f)[\s>/]", raw))


def _choose(parts: list[package.Part], wanted: str | None, file: str, filled: set[str]) -> package.Part:
    by_name = {part.name: part for part in parts}
    if wanted is not None:
        if wanted not in by_name:
            raise refuse(file, f"has no sheet {wanted!r}.", did_you_mean(wanted, by_name))
        return by_name[wanted]
    candidates = [part for part in parts if part.name in filled - {GUIDE, ABOUT} and not part.hidden]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise refuse(file, "no sheet holds anything.", "Is it the right file?")
    raise refuse(
        file,
        f"has {len(candidates)} filled sheets.",
        f"Say which with --sheet: {', '.join(part.name for part in candidates)}.",
    )


def _cells(path: Path, name: str, file: str) -> list[tuple[int, tuple[Cell, ...]]]:
    rows = []
    try:
        with warnings.catch_warnings(), package.readable(path) as content:
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which hold no figures
            book = openpyxl.load_workbook(content, read_only=True, data_only=True)
            sheet: Any = book[name]
            sheet.reset_dimensions()  # some programs write a wrong size, which would cut the sheet off
            for number, row in enumerate(sheet.iter_rows(), start=1):
                line = trimmed(_value(cell) for cell in row)
                if len(line) > MAX_COLUMNS or number > MAX_ROWS * 5:
                    raise refuse(
                        file,
                        f"is outside {MAX_COLUMNS} columns or {MAX_ROWS:,} rows.",
                        "Remove what stands there.",
                        place=f"sheet {name!r}, row {number}",
                    )
                if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in line):
                    raise refuse(
                        file,
                        f"has a cell of more than {MAX_CELL:,} characters.",
                        "Shorten it.",
                        place=f"sheet {name!r}, row {number}",
                    )
                if line:
                    rows.append((number, line))
                if len(rows) > MAX_ROWS + 1:  # the column names are no row
                    raise refuse(
                        file,
                        f"has more than {MAX_ROWS:,} rows.",
                        "Add the rows up before export.",
                        place=f"sheet {name!r}",
                    )
            book.close()
    except EvalkitError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part makes it stumble over
        raise refuse(
            file,
            "the workbook is damaged or not made as Excel makes it.",
            "Open it in Excel and save it again.",
            place=f"sheet {name!r}",
        ) from error
    return rows


def _value(cell: Any) -> Cell:
    """A cell's value; a percent cell comes as text with its sign, so that no column of counts accepts it."""
    value = cell.value
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        if "%" in (cell.number_format or ""):
            return f"{value * 100:.15g} %"
        return value if isinstance(value, int) else float(f"{value:.15g}")  # Excel shows 15 digits
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time | timedelta):
        return f"{value} (a time of day)"
    return str(value)
