"""Records: what an import writes, what it says of where the figures came from, and the table that an earlier one left."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from evalbook.intake.column_rules import when
from evalbook.intake.convert import CALENDAR_YEARS, Converted, Row, Value
from evalbook.intake.sheet import Sheet, refuse, spans
from evalbook.replacing import replace
from evalkit.data.columns import typed
from evalkit.data.csv_table import read_texts
from evalkit.errors import Problem, ProblemsFound, writing
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
                    f"; {len(rows)} dropped ({why}): row {spans(rows)}" for why, rows in one.dropped.items()
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
    known, notes = _described(into), []
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


def _described(into: Path) -> dict[str, Any]:
    path = into / "dataset.yml"
    return (yaml.safe_load(path.read_text(encoding="utf-8-sig")) if path.is_file() else None) or {}


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
            replace(part, path)
    finally:
        for part in beside.values():
            part.unlink(missing_ok=True)


def is_made_up(one: Converted) -> bool:
    """Whether the file's name, or what stands above or below the table, says that the figures are made up."""
    sheet = one.found.sheet
    around = (text for _, text in one.left.words)
    return any(map(_MADE_UP.search, (sheet.file, sheet.name, *sheet.notes, *around)))


def to_yaml(content: Any) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)


Days = tuple[date, date]


def staying(path: Path, rows: list[Row], table: Table, covers: Days | None, before: Days | None) -> list[Row]:
    """Rows of the table in `path` that stay beside new ones: all when these are of other areas or periods, else none.

    `covers` and `before` are the days of the new and the earlier reports. Refuses a mixture of the two, which would
    lose rows of the table that is there.
    """
    old = _rows(path, table)
    names = list(old[0].values) if old else []
    had, has = ({_cell(row) for row in part} for part in (old, rows))
    if covers and before:
        apart = covers[0] > before[1] or covers[1] < before[0]
    else:
        apart = bool({column.name for column in table.columns} & {"year", "quarter"}) and not had & has
    if apart:
        _same_columns(path, old, rows, table)
        return old
    if missing := [name for name in names if rows and name not in rows[0].values]:
        raise refuse(
            path.name,
            f"has the column {missing[0]}, which the sources lack.",
            "Is its header misspelt? --replace if it is to go.",
        )
    if lost := sorted(had - has):
        shared = " ".join(min(had & has, default=("", "")))
        raise refuse(
            path.name,
            f"has {len(lost)} combinations of area and period that the sources lack, e.g. {' '.join(lost[0])}"
            + (f", and others that both have, e.g. {shared}." if shared else "."),
            "Give only areas and periods that the table lacks, which are added to it, or all sources together; "
            "--replace if what the sources lack is to go.",
        )
    return []


def _rows(path: Path, table: Table) -> list[Row]:
    """The rows of a table that is there; ProblemsFound where somebody has made of it what the table cannot hold."""
    problems: list[Problem] = []
    raw = read_texts(path, path.parent, problems)
    frame = typed(raw, table, path.name, problems) if raw is not None else None
    if problems or raw is None or frame is None:
        raise ProblemsFound(problems)
    frame = frame[list(raw)].convert_dtypes()  # whole numbers stay whole beside cells that are blank
    for name in frame.select_dtypes("datetime"):
        frame[name] = frame[name].dt.date
    sheet = Sheet(path.name, "", [])
    rows = frame.astype(object).where(frame.notna(), "").to_dict("records")
    return [Row(sheet, number, dict(row)) for number, row in enumerate(rows, start=2)]


def _same_columns(path: Path, old: list[Row], rows: list[Row], table: Table) -> None:
    """Refuse new rows without a column in which the table says more than it would by itself."""
    for column in table.columns:
        lacks = rows and column.name not in rows[0].values
        if lacks and any(
            str(row.values.get(column.name, "")) not in ("", column.default or "") for row in old
        ):
            raise refuse(
                path.name,
                f"has the column {column.name}, which the new sources lack.",
                f"Is its header misspelt? --set {column.name}=… if it is the same in all their rows.",
            )


def covered(covers: Days, before: Days | None) -> Days:
    """The days covered once those of an earlier extract are added; refuses a hole between them."""
    if before is None:
        return covers
    day = timedelta(days=1)
    if covers[0] - day > before[1] or before[0] - day > covers[1]:
        hole = (
            (before[1] + day, covers[0] - day)
            if covers[0] > before[1]
            else (covers[1] + day, before[0] - day)
        )
        raise refuse(
            "import",
            f"no extract covers {hole[0]} to {hole[1]}.",
            "Ask for these days too, or correct --from and --to.",
            place="incidents",
        )
    return min(covers[0], before[0]), max(covers[1], before[1])


def days_covered(into: Path) -> Days | None:
    """The days that an earlier import of reports covered; None when there was none."""
    covers = last_record(into, "incidents").get("covers")
    return (covers["start"], covers["end"]) if covers else None


def last_record(into: Path, table: str) -> dict[str, Any]:
    """The record of the earlier import of a table; empty when there is none."""
    path = into / "records" / f"{table}.yml"
    if not path.is_file():
        return {}
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict):
        raise refuse(
            f"records/{path.name}",
            "is no record of an import.",
            "Take it from where it was kept, or use --replace without it.",
        )
    return found


def _cell(row: Row) -> tuple[str, str]:
    return str(row.values.get("area", "")), when(row.values)


def counted(into: Path, sources: Sequence[Converted], *, anew: bool) -> dict[str, Any]:
    """What dataset.yml must say of reports that are counted by calendar year; refused where others have their days."""
    known: dict[str, Any] = _described(into).get("incidents") or {}
    by_year = {one.found.sheet.form.get("dates") == CALENDAR_YEARS for one in sources}
    if not anew:
        by_year.add(bool(known.get("calendar_years")))
    if len(by_year) > 1:
        raise refuse(
            sources[0].found.sheet.file,
            "some reports are counted by calendar year and others by day, month or quarter.",
            "Give all of them in one of the two ways; --replace if the earlier ones are to go.",
        )
    rest = {key: value for key, value in known.items() if key != "calendar_years"}
    now = rest | ({"calendar_years": True} if by_year.pop() else {})
    return {"incidents": now} if now or known else {}
