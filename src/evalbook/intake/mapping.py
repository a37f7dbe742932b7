"""Mappings: which column of a source is which column of the contract, found by name and kept for next year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from evalbook.intake.names import aliases, column_names, fold
from evalbook.intake.parse_numbers import Decimals
from evalbook.intake.sheet import HEAD, Cell, Sheet, cell_of, filled, letters, stop
from evalkit.errors import Problem, ProblemsFound, did_you_mean
from evalkit.plan import params
from evalkit.schema import TABLES, Column, Table

KEYS = "data/README.md"  # the page that describes the keys of a mapping file


class Mapping(BaseModel):
    """What a source says in its own words; everything left out is found by the declared aliases."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str = Field(description="the table that the sources make")
    columns: dict[str, str | list[str]] = Field(
        default={}, description="column of the table: column name in the source"
    )
    values: dict[str, dict[str, str]] = Field(
        default={}, description="column of the table: {label in the source: value}"
    )
    constants: dict[str, str | int | float] = Field(
        default={}, description="column of the table: the same value in every row"
    )
    drop: dict[str, list[str]] = Field(
        default={}, description='column: [labels whose rows are left out]; "" is an empty cell'
    )
    sheet: str | None = Field(default=None, description="the sheet, where several are filled")
    delimiter: str | None = Field(default=None, description="what parts the columns of a text file")
    decimals: Decimals | None = Field(default=None, description="decimal sign: comma or point")
    rows: Literal["counts", "persons"] = Field(
        default="counts",
        description="persons: one row per person, to be added up (benefits; at most 1.5 million rows)",
    )
    add_up: bool = Field(
        default=False, description="true: rows of one area and period are parts of it, to be added up"
    )
    municipality: str | None = Field(
        default=None, description="the name of the whole municipality; the rest is it minus the plan's areas"
    )
    unit: Literal[1, 1_000, 1_000_000] | None = Field(
        default=None,
        description="what 1 in the source stands for: 1, 1000 or 1000000; weights stay as they are",
    )
    ignore: list[str] = Field(
        default=[], description="[column names that look as if they were wanted, and are not]"
    )
    known_gaps: list[str] = Field(
        default=[], description="[area and period whose figure does not exist: nordparken 2019]"
    )

    @field_validator("known_gaps", mode="before")
    @classmethod
    def _gaps_are_texts(cls, gaps: list[object]) -> list[object]:
        return [str(gap) for gap in gaps]

    @model_validator(mode="after")
    def _columns_are_of_the_table(self) -> Mapping:
        if self.table not in TABLES:
            raise ValueError(f"no table {self.table!r}. {did_you_mean(self.table, TABLES)}")
        names = [*(column.name for column in TABLES[self.table].columns), "benefit"]
        for given in (*self.columns, *self.values, *self.constants):
            if given not in names:
                raise ValueError(f"table {self.table} has no column {given!r}. {did_you_mean(given, names)}")
        if self.rows == "persons" and self.table != "benefits":
            raise ValueError("rows: persons is for the table benefits")
        return self

    def headers(self, column: str) -> list[str]:
        """Headers given for a column."""
        given = self.columns.get(column, [])
        return [given] if isinstance(given, str) else given

    def text(self) -> str:
        """Its file: as YAML, only what is said."""
        said = self.model_dump(exclude_defaults=True) | {"table": self.table}
        text: str = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=100)
        return "# How these sources are read; used again by `evalkit import`.\n" + text


def begun(sheet: Sheet, table: Table, mapping: Mapping, shared: Mapping) -> str:
    """A mapping file to fill in: what was understood of a source so far, and what is missing, as comments.

    `shared` is what was said of all sources; what holds for this one alone would be false of the next.
    """
    at, hits = _best_row(sheet, table, mapping)
    cells = sheet.rows[at][1] if hits else ()
    found = {name: " ".join(str(cells[where[0]]).split()) for name, where in hits.items() if len(where) == 1}
    taken = {i for where in hits.values() for i in where}
    others = [" ".join(str(cell).split()) for i, cell in filled(cells) if i not in taken]
    open_ = [one for one in columns_of(table, mapping) if one.name not in {*found, *mapping.constants}]
    understood = ", ".join(f"{name} = {header}" for name, header in found.items())
    lacking = [f"#   {one.name}:  # {one.da}{'' if one.required else ' (kan udelades)'}" for one in open_]
    return "\n".join(
        [
            f"# {sheet.file} -> {table.name}. Udfyld, og indlæs igen / Fill in and import again: {KEYS}",
            *shared.text().splitlines()[1:],
            *([f"# Forstået / understood: {understood}"] if understood else []),
            *(["# columns:", *lacking] if lacking else []),
            *([f"# I filen / in the file: {', '.join(others)}"] if others else []),
            "",
        ]
    )


def load(path: Path, root: Path) -> Mapping:
    """The mapping of a YAML file; ProblemsFound with everything wrong in it, each with its line."""
    return params.read(path, root).as_model(Mapping)


@dataclass(frozen=True)
class Found:
    """Where the column names stand and what they mean."""

    sheet: Sheet
    at: int  # index of the header in sheet.rows
    columns: dict[str, int]  # column of the contract: column of the sheet
    headers: dict[int, str]  # column of the sheet: its header
    row_ids: list[int]  # columns that tell one row of the source from the others

    @property
    def unused(self) -> list[str]:
        """Headers that are no column of the table."""
        used = set(self.columns.values())
        return [header for column, header in self.headers.items() if column not in used]

    def cell(self, cells: tuple[Cell, ...], column: str) -> Cell:
        """The cell of a column of the contract; nothing where the source lacks it."""
        return cell_of(cells, self.columns.get(column, -1))

    def problem(self, row: int, column: int, wrong: str, advice: str = "") -> Problem:
        """A problem in one cell, with the header of its column."""
        return self.sheet.problem(row, column, self.headers[column], wrong, advice)


def columns_of(table: Table, mapping: Mapping) -> list[Column]:
    """Columns that a source of the table may have."""
    if mapping.rows == "persons":
        benefit = Column("benefit", "text", "ydelse", "type of benefit", required=False)
        return [*(column for column in table.columns if column.name != "residents_18_64"), benefit]
    return list(table.columns)


def known_headers(table: Table, mapping: Mapping) -> dict[str, str]:
    """Folded header -> column of the contract; what the mapping says goes before the aliases, and a name of two columns is none."""
    meant: dict[str, set[str]] = defaultdict(set)
    for column in columns_of(table, mapping):
        names = mapping.headers(column.name) or column_names(table, column)
        for name in names:
            meant[fold(name)].add(column.name)
    return {name: columns.pop() for name, columns in meant.items() if name and len(columns) == 1}


def locate(sheet: Sheet, table: Table, mapping: Mapping) -> Found:
    """The first row that names every column the table needs; refused when there is none, or two headers for one column."""
    at, hits = _best_row(sheet, table, mapping)
    if not _is_whole(table, mapping, hits):
        missing = [name for name in _needed(table, mapping) if name not in hits] or table.figures
        raise _no_header(sheet, table, at, hits, missing)
    row, cells = sheet.rows[at]
    stop(_one_header_each(sheet, row, cells, hits))
    headers = {i: " ".join(str(cell).split()) for i, cell in filled(cells)}
    ids = {fold(name) for name in aliases()["row_ids"]} - {fold(name) for name in mapping.ignore}
    columns = {name: where[0] for name, where in hits.items() if name not in mapping.constants}
    rest = [i for i, header in headers.items() if fold(header) in ids and i not in columns.values()]
    found = Found(sheet, at, columns, headers, rest)
    _nothing_overlooked(sheet, row, table, mapping, found)
    return found


def _needed(table: Table, mapping: Mapping) -> list[str]:
    return [
        column.name
        for column in columns_of(table, mapping)
        if column.required and column.name not in mapping.constants
    ]


def _is_whole(table: Table, mapping: Mapping, hits: dict[str, list[int]]) -> bool:
    """Whether a row names every column that the table needs, and one of its figures."""
    said_figures = set(table.figures) & {*hits, *mapping.constants}
    needed = _needed(table, mapping)
    return bool(hits) and all(name in hits for name in needed) and bool(said_figures or not table.figures)


def _best_row(sheet: Sheet, table: Table, mapping: Mapping) -> tuple[int, dict[str, list[int]]]:
    """The first row that names all that is needed, else the one that names most: its place in the sheet, and which columns."""
    meant = known_headers(table, mapping)
    best: tuple[int, dict[str, list[int]]] = (0, {})
    for at, (_, cells) in enumerate(sheet.rows[:HEAD]):
        hits: dict[str, list[int]] = {}
        for i, cell in filled(cells):
            named = next(
                (meant[fold(name)] for name in (cell, *sheet.also.get(i, ())) if fold(name) in meant), None
            )
            if named and isinstance(cell, str):
                hits.setdefault(named, []).append(i)
        if _is_whole(table, mapping, hits):
            return at, hits
        if len(hits) > len(best[1]):
            best = (at, hits)
    return best


def _nothing_overlooked(sheet: Sheet, row: int, table: Table, mapping: Mapping, found: Found) -> None:
    """A column that may be left out is not left out because its header is misspelt, or is called something else."""
    ignored = {fold(name) for name in (*mapping.ignore, *mapping.drop)}
    for column in columns_of(table, mapping):
        if column.required or column.name in (*found.columns, *mapping.constants):
            continue
        names = {fold(name) for name in column_names(table, column)} if column.name != "benefit" else set()
        for header in found.unused:
            like = get_close_matches(fold(header), names, n=1, cutoff=0.75)
            counts = column.name == "count" and {"antal", "count", "sum", "number"} & set(
                fold(header).split()
            )
            if (like or counts) and fold(header) not in ignored:
                raise sheet.refuse(
                    row,
                    f"{header!r} is not used; is it {column.name}?",
                    f'--column {column.name}="{header}" if it is, --ignore "{header}" if it is not.',
                )


def _one_header_each(
    sheet: Sheet, row: int, cells: tuple[object, ...], hits: dict[str, list[int]]
) -> Iterator[Problem]:
    for name, where in hits.items():
        if len(where) > 1:
            yield Problem(
                sheet.file,
                f"{sheet.place}row {row}",
                f"{' and '.join(f'{cells[i]!r} (column {letters(i)})' for i in where)} may both be {name}.",
                f'Say which it is: --column {name}="{cells[where[0]]}" or --column {name}="{cells[where[1]]}".',
            )


def _no_header(
    sheet: Sheet, table: Table, at: int, hits: dict[str, list[int]], missing: list[str]
) -> ProblemsFound:
    wanted = ", ".join(f"{name} ({column_names(table, table.column(name))[0]})" for name in missing)
    if not hits:
        wrong = f"no row holds the column names of table {table.name}."
        return sheet.refuse(None, wrong, f"It needs {wanted}.")
    row, cells = sheet.rows[at]
    taken = {i for where in hits.values() for i in where}
    others = [
        " ".join(str(cell).split()) for i, cell in filled(cells) if i not in taken
    ]  # whole: to be typed
    advice = "Add the column."
    if others:
        likest = _likest(others, column_names(table, table.column(missing[0])))
        advice = f'Say which it is, e.g. --column {missing[0]}="{likest}". There are: {", ".join(others)}.'
    merged = " Its cells are merged: unmerge them." if sheet.merged else ""
    return sheet.refuse(row, f"no column is known as {wanted}.", advice + merged)


def _likest(headers: list[str], names: list[str]) -> str:
    """The header that is most like any of the names."""
    return max(
        headers,
        key=lambda header: max(SequenceMatcher(None, fold(header), fold(name)).ratio() for name in names),
    )
