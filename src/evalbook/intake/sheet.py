"""A sheet: the cells of one source as they stand, with what was understood about its form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from evalkit.errors import Problem, ProblemsFound

Cell = str | int | float | bool | date | None
SPACES: Final = (
    "\u00a0\u202f\u2009 "  # may stand around a figure; a tab or line break inside a cell may hide a digit
)
MAX_BYTES: Final = 50_000_000
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 500
MOST_ROWS: Final = 8  # rows that one message names
MAX_CELL: Final = 10_000  # characters

CPR_LIKE: Final = re.compile(r"\d{6}\W{0,3}\d{4}|\b\d{9}\b")


def shown(path: Path) -> str:
    """A file's name as messages may print it: a name that could hold a personal number is masked."""
    return CPR_LIKE.sub("##########", path.name)


def as_typed(path: Path, root: Path) -> str:
    """A path as it is typed in the folder of the workbook."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def letters(column: int) -> str:
    """The letters of a column counted from 0, as spreadsheets name it."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def refuse(file: str | Path, wrong: str, advice: str = "", place: str = "") -> ProblemsFound:
    """One problem as an error to raise."""
    name = shown(file) if isinstance(file, Path) else file
    return ProblemsFound([Problem(name, place, wrong, advice)])


class Unfit(Exception):
    """A cell that cannot be what its column takes; whoever knows the place makes a Problem of it."""

    def __init__(self, wrong: str, advice: str = "") -> None:
        super().__init__(wrong)
        self.wrong, self.advice = wrong, advice


@dataclass
class Sheet:
    """Cells of one sheet or text file; row numbers count as a spreadsheet does."""

    file: str
    name: str  # of the sheet; empty for a text file
    rows: list[tuple[int, tuple[Cell, ...]]]
    form: dict[str, str] = field(default_factory=dict)  # encoding, delimiter, ...
    also: dict[int, list[str]] = field(default_factory=dict)  # further names of a column
    notes: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)  # e.g. A1:C1
    no_result: frozenset[str] = frozenset()  # cells whose formula has no stored result
    cut: bool = False  # the last line has no line end

    @property
    def place(self) -> str:
        """How messages name the sheet."""
        return f"sheet {self.name!r}, " if self.name else ""

    def at(self, row: int | list[int], column: int, name: str = "") -> str:
        """The place of one cell, or of one cell in each of several rows."""
        rows = [row] if isinstance(row, int) else row
        told = ", ".join(map(str, rows[:MOST_ROWS]))
        if len(rows) > MOST_ROWS:
            told += f" and {len(rows) - MOST_ROWS} more"
        where = f"row{'s' if len(rows) > 1 else ''} {told}, column {letters(column)}"
        return self.place + where + (f" ({name})" if name else "")

    def refuse(self, row: int | None, wrong: str, advice: str = "") -> ProblemsFound:
        """One problem in a row, or in the whole sheet, as an error to raise."""
        place = f"{self.place}row {row}" if row else self.place.rstrip(", ")
        return refuse(self.file, wrong, advice, place)

    def problem(self, row: int, column: int, name: str, wrong: str, advice: str = "") -> Problem:
        """A problem in one cell."""
        return Problem(self.file, self.at(row, column, name), wrong, advice)


def cell_of(cells: tuple[Cell, ...], column: int) -> Cell:
    """A cell of a row; a short row is blank at its end."""
    return cells[column] if 0 <= column < len(cells) else None


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing, or only spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def trimmed(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """A row without its blank end."""
    row = list(cells)
    while row and is_blank(row[-1]):
        row.pop()
    return tuple(row)


def filled(row: Iterable[Cell]) -> Iterator[tuple[int, Cell]]:
    """Column and cell of everything filled in a row."""
    return ((i, cell) for i, cell in enumerate(row) if not is_blank(cell))
