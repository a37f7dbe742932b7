"""A sheet: the cells of one source as they stand, with what was understood about its form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from evalkit.errors import Problem, ProblemsFound

Cell = str | int | float | bool | date | None
Rows = Iterator[tuple[int, tuple[Cell, ...]]]
SPACES: Final = (
    "\u00a0\u202f\u2009 "  # may stand around a figure; a tab or line break inside a cell may hide a digit
)
MAX_BYTES: Final = 50_000_000
MAX_TEXT: Final = (
    150_000_000  # of a text file with a row for each person, and of what the privacy gate looks through
)
MAX_ROWS: Final = 200_000  # the column names are no row
MAX_PERSONS: Final = (
    1_500_000  # rows of persons: a municipality of 47,000, quarter by quarter for eight years
)
MAX_COLUMNS: Final = 500
MOST_ROWS: Final = 8  # rows that one message names
MAX_CELL: Final = 10_000  # characters
_ADD_UP: Final = "Give one file a year, or add up before export: one row for each area, period and group, with the number of people in it."
NO_CHECKSUM: Final = "a file of this format has no checksum: a damaged figure reads as another, so compare totals with the source's own"
HEAD: Final = 40  # the row of column names stands among the first rows

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


def stop(problems: Iterable[Problem]) -> None:
    """Raise what is wrong, when anything is."""
    if found := list(problems):
        raise ProblemsFound(found)


def needed(module: str, file: Path, what: str) -> Any:
    """A library of the extra `formats`; refused with what to type where it is not installed."""
    try:
        return import_module(module)
    except ImportError:
        advice = 'Type: pip install -e ".[formats]". Or open it in its program, and save it as .xlsx or .csv.'
        raise refuse(file, f"is {what}, and the library that reads it is not installed.", advice) from None


class Unfit(Exception):
    """A cell that cannot be what its column takes; whoever knows the place makes a Problem of it."""

    def __init__(self, wrong: str, advice: str = "") -> None:
        super().__init__(wrong)
        self.wrong, self.advice = wrong, advice


@dataclass(frozen=True)
class Alike:
    """What makes two rows of persons the same: the cells of the columns that are used."""

    used: Sequence[int]
    ids: Sequence[int]  # columns that number the rows
    whole: Callable[[tuple[Cell, ...]], bool]  # whether a row must stay as it is, because it is no person's

    def of(self, line: tuple[Cell, ...]) -> tuple[tuple[Cell, ...], str]:
        """The row without the columns that are not used, and what numbers it."""
        if self.whole(line):
            return line, ""
        cells: list[Cell] = [None] * (max(self.used) + 1)
        for i in self.used:
            cells[i] = cell_of(line, i)
        return trimmed(cells), row_id(line, self.ids) if self.ids else ""


@dataclass
class Sheet:
    """Cells of one sheet or text file; row numbers count as a spreadsheet does."""

    file: str
    name: str  # of the sheet; empty for a text file
    rows: list[tuple[int, tuple[Cell, ...]]]
    form: dict[str, str] = field(default_factory=dict)  # encoding, delimiter, ...
    sha256: str = ""  # of the content of its file, or of the files of one export
    also: dict[int, list[str]] = field(default_factory=dict)  # further names of a column
    notes: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)  # e.g. A1:C1
    cut: bool = False  # the last line has no line end
    blind: bool = False  # what looks like an empty cell may be an error, or a formula without a stored result
    missing: dict[int, set[str]] = field(
        default_factory=dict
    )  # labels that the file declares to be no answer
    alike: dict[int, list[int]] = field(
        default_factory=dict
    )  # the first of several rows that say the same: all
    ids: dict[int, list[str]] = field(default_factory=dict)  # and what numbers each of them

    @property
    def place(self) -> str:
        """How messages name the sheet."""
        return f"sheet {self.name!r}, " if self.name else ""

    def numbers(self, row: int) -> list[int]:
        """The numbers of all rows that a row stands for."""
        return self.alike.get(row, [row])

    def fill(
        self,
        rows: Iterable[tuple[int, Iterable[Cell]]],
        persons: Persons = None,
    ) -> Sheet:
        """Take the rows in, and refuse what is too wide, too long or too much.

        `persons` says of the first rows what makes two later ones the same: those are kept once.
        """
        most, alike, read, merged = MAX_PERSONS if persons else MAX_ROWS, None, 0, None
        first_with: dict[tuple[Cell, ...], int] = {}
        for number, cells in rows:
            line = trimmed(cells)
            if len(line) > MAX_COLUMNS:
                wide = f"has {len(line)} columns; the most is {MAX_COLUMNS}."
                raise self.refuse(number, wide, "Export only the columns that are needed.")
            if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in line):
                long = f"has a cell of more than {MAX_CELL:,} characters."
                raise self.refuse(number, long, "Shorten it; is a quotation mark missing?")
            read += bool(line)
            if read > most + 1:
                raise self.refuse(None, f"has more than {most:,} rows.", _ADD_UP)
            if persons and alike is None and len(self.rows) == HEAD and (alike := persons(self)) is None:
                return self  # without column names: nothing is read of it
            if alike is None:
                self.rows.append((number, line))
                continue
            line, id = alike.of(line)
            first = first_with.setdefault(line, number)
            self.alike.setdefault(first, []).append(number)
            if alike.ids:
                self.ids.setdefault(first, []).append(id)
            if first == number:
                self.rows.append((number, line))
            merged = (first, line) if first != number else None
        if self.cut and merged:  # half a last row must be seen to be the last
            first, line = merged
            number = self.alike[first].pop()
            self.rows.append((number, line))
            if alike and alike.ids:
                self.ids[number] = [self.ids[first].pop()]
        return self

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


Persons = Callable[[Sheet], Alike | None] | None
"""For rows of persons: what the first rows of a sheet say of which of the later ones are alike."""


def cell_of(cells: tuple[Cell, ...], column: int) -> Cell:
    """A cell of a row; a short row is blank at its end."""
    return cells[column] if 0 <= column < len(cells) else None


def spans(numbers: list[int]) -> str:
    """Row numbers shortly: 1-3, 7."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = [f"{a}" if a == b else f"{a}-{b}" for a, b in runs]
    return ", ".join(said[:8]) + (", ..." if len(said) > 8 else "")


def range_name(first: tuple[int, int], last: tuple[int, int]) -> str:
    """A range of cells counted from 0 by row and column, as spreadsheets name it."""
    return ":".join(f"{letters(column)}{row + 1}" for row, column in (first, last))


def row_id(cells: tuple[Cell, ...], columns: Sequence[int]) -> str:
    """What numbers a row, as texts are compared."""
    return "\x1f".join(str(cell_of(cells, i) or "").strip().casefold() for i in columns)


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
