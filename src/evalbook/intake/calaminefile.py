"""Workbooks of other kinds (.xls, .xlsb, .ods), read with calamine, which sees the cells and little else."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from evalbook.intake import package
from evalbook.intake.excelfile import plain
from evalbook.intake.package import Part
from evalbook.intake.sheet import NO_CHECKSUM, Rows, Sheet, needed, range_name, refuse, shown
from evalkit.errors import EvalkitError

_UNSEEN: Final = "read without what only .xlsx shows: percent signs, notes, formulas, hidden rows"


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The workbook; refused with a password, when it is damaged, or when calamine is not there."""
    calamine = needed("python_calamine", path, "a workbook in an older or open format")
    if zipfile.is_zipfile(path):
        with package.opened(path) as parts:
            if parts.testzip():  # calamine does not look, and takes what it meets for sizes
                raise package.damaged(path)
    try:
        with calamine.load_workbook(path) as book:
            yield book
    except calamine.PasswordError:
        raise refuse(path, "is locked with a password.", "Save it without a password.") from None
    except BaseException as error:
        # whatever a damaged part makes calamine stumble over; its own panics are no Exception
        if isinstance(error, EvalkitError) or not (
            isinstance(error, Exception) or type(error).__name__ == "PanicException"
        ):
            raise
        raise package.damaged(path) from error


def parts(path: Path) -> list[Part]:
    """The sheets of a workbook in their order."""
    with _opened(path) as book:
        return [
            Part(one.name, "", "Hidden" in str(one.visible), book.get_sheet_by_name(one.name).end is not None)
            for one in book.sheets_metadata
            if str(one.typ).endswith("WorkSheet")
        ]


def empty(path: Path, part: Part) -> Sheet:
    """A sheet without its rows, with a note of what cannot be seen in this kind of file."""
    with _opened(path) as book:
        merged = book.get_sheet_by_name(part.name).merged_cell_ranges or []
    form = {"format": path.suffix.casefold().lstrip("."), "sheet": part.name}
    notes = [
        _UNSEEN,
        *(["the sheet is hidden in Excel"] if part.hidden else []),
        *([NO_CHECKSUM] if not zipfile.is_zipfile(path) else []),
    ]
    refs = [range_name(first, last) for first, last in merged]
    return Sheet(shown(path), part.name, [], form, notes=notes, merged=refs, blind=True)


def rows(path: Path, of: Sequence[Part]) -> Iterator[tuple[str, Rows]]:
    """Name of each sheet, and its rows that hold something; to be read in that order."""
    with _opened(path) as book:
        for part in of:
            yield part.name, _rows(book.get_sheet_by_name(part.name))


def _rows(sheet: Any) -> Rows:
    for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        if any(cell != "" for cell in row):
            yield number, tuple(None if cell == "" else plain(cell) for cell in row)
