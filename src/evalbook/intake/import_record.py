"""Records: what an import writes, and what it says about where the figures came from."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from evalbook.intake.convert import Converted, Row, Value
from evalbook.intake.sheet import Sheet
from evalkit.errors import writing
from evalkit.plan.params import is_open
from evalkit.schema import Table

_MADE_UP: Final = re.compile(r"opdigt|syntetisk|synthetic|made[ _-]up", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """What was understood of one source."""

    file: str
    sha256: str
    form: dict[str, str]  # encoding, delimiter, decimals, sheet
    columns: dict[str, str]  # header in the source: column of the contract
    unused: list[str]
    read: int  # rows
    kept: int
    dropped: dict[str, list[int]]  # reason: row numbers
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Imported:
    """One table, imported; `lines()` says it to a person."""

    table: str
    path: Path
    record: Path
    mapping: Path
    rows: int
    synthetic: bool
    sources: list[Source]
    notes: list[str]

    def lines(self) -> list[str]:
        """What was understood, one line each, without any value of a row."""
        said = []
        for one in self.sources:
            said.append(
                f"{one.file}: {', '.join(f'{key} {value}' for key, value in one.form.items() if value)}"
            )
            said.append("  " + ", ".join(f"{header} → {column}" for header, column in one.columns.items()))
            if one.unused:
                said.append(f"  not used: {', '.join(one.unused)}")
            said.append(
                f"  {one.read} rows read, {one.kept} kept"
                + "".join(
                    f"; {len(rows)} dropped ({why}): row {_spans(rows)}" for why, rows in one.dropped.items()
                )
            )
            said += [f"  {note}" for note in one.notes]
        return [
            *said,
            *self.notes,
            f"{self.rows} rows written to {self.path.name}; mapping and record beside it.",
        ]


def dataset(
    into: Path,
    synthetic: bool,
    supplied_by: str,
    covers: tuple[date, date] | None,
    today: date,
    said: Mapping[str, Any] | None = None,
) -> tuple[str, list[str]]:
    """The text of dataset.yml after an import, and what to tell about it; a mark as made up is never taken away."""
    path = into / "dataset.yml"
    known: dict[str, Any] = (
        yaml.safe_load(path.read_text(encoding="utf-8-sig")) if path.is_file() else None
    ) or {}
    notes = []
    if known and known.get("synthetic") != synthetic:
        notes.append("This data set mixes made-up and real figures; it stays marked as made up.")
        synthetic = True
    texts = {"da": "Indlæst med evalkit import.", "en": "Imported with evalkit import."}
    fresh = {
        "name": into.name,
        "synthetic": synthetic,
        "version": "1",
        "date": today,
        "supplied_by": supplied_by,
        "description": texts,
    }
    known = {key: value for key, value in known.items() if not _is_open(value)}
    meta = fresh | known | {"date": today} | dict(said or {}) | {"synthetic": synthetic}
    if covers:
        meta["period"] = {"start": covers[0], "end": covers[1]}
    elif "period" not in meta:
        notes.append(
            "dataset.yml has no period: it comes with the incidents; without them every year with figures counts."
        )
    return to_yaml(meta), notes


def _is_open(value: Any) -> bool:
    """Whether a value, or a text of it in one language, is still a scaffold's placeholder."""
    return any(map(is_open, value.values())) if isinstance(value, dict) else is_open(value)


def table_text(rows: Sequence[Row], table: Table) -> str:
    """The canonical CSV: UTF-8, comma, point, ISO dates, columns in the order of the contract."""
    names = [column.name for column in table.columns if any(column.name in row.values for row in rows)]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_written(row.values[name]) for name in names] for row in rows)
    return file.getvalue()


def _written(value: Value) -> str:
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def write(path: Path, content: str | bytes) -> None:
    """Put a whole file in place, never half of one."""
    write_all({path: content})


def write_all(contents: Mapping[Path, str | bytes]) -> None:
    """Put whole files in place; none of them when the disk has no room for all."""
    beside = {path: path.with_name(f".{path.name}.part") for path in contents}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with writing(path):
                beside[path].write_bytes(content.encode() if isinstance(content, str) else content)
        for path, part in beside.items():
            os.replace(part, path)
    finally:
        for part in beside.values():
            part.unlink(missing_ok=True)


def is_made_up(sheet: Sheet, one: Converted) -> bool:
    """Whether the file's name, or what stands above or below the table, says that the figures are made up."""
    dropped = {
        row for row, why in one.left.dropped if why in ("above the column names", "a note below the table")
    }
    texts = [
        sheet.file,
        sheet.name,
        *sheet.notes,
        *(str(cell) for row, cells in sheet.rows if row in dropped for cell in cells),
    ]
    return any(_MADE_UP.search(text) for text in texts)


def to_yaml(content: Any) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)


def _spans(numbers: list[int]) -> str:
    """Row numbers shortly: 1-3, 7."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = [f"{a}" if a == b else f"{a}-{b}" for a, b in runs]
    return ", ".join(said[:8]) + (", ..." if len(said) > 8 else "")
