"""The table that is there already: a new period is added to it, and nothing of it goes unless somebody says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from evalbook.intake.column_rules import when
from evalbook.intake.convert import CALENDAR_YEARS, Row, Value
from evalbook.intake.sheet import Sheet, refuse
from evalkit.data.columns import typed
from evalkit.data.csv_table import read_texts
from evalkit.errors import Problem, ProblemsFound
from evalkit.schema import Table

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
            "",
            f"has the column {missing[0]}, which the sources lack.",
            "Is its header misspelt? --replace if it is to go.",
        )
    if lost := sorted(had - has):
        shared = " ".join(min(had & has, default=("", "")))
        raise refuse(
            path.name,
            "",
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
    if raw is not None:
        typed(raw, table, path.name, problems)
    if problems or raw is None:
        raise ProblemsFound(problems)
    sheet = Sheet(path.name, "", [])
    rows = raw.fillna("").to_dict("records")
    return [
        Row(sheet, number, _typed({str(name): str(text).strip() for name, text in row.items()}, table))
        for number, row in enumerate(rows, start=2)
    ]


def _same_columns(path: Path, old: list[Row], rows: list[Row], table: Table) -> None:
    """Refuse new rows without a column in which the table says more than it would by itself."""
    for column in table.columns:
        lacks = rows and column.name not in rows[0].values
        if lacks and any(
            str(row.values.get(column.name, "")) not in ("", column.default or "") for row in old
        ):
            raise refuse(
                path.name,
                "",
                f"has the column {column.name}, which the new sources lack.",
                f"Is its header misspelt? --set {column.name}=… if it is the same in all their rows.",
            )


def period(covers: Days, before: Days | None) -> Days:
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
            "incidents",
            f"no extract covers {hole[0]} to {hole[1]}.",
            "Ask for these days too, or correct --from and --to.",
        )
    return min(covers[0], before[0]), max(covers[1], before[1])


def days_covered(into: Path) -> Days | None:
    """The days that an earlier import of reports covered; None when there was none."""
    covers = record(into, "incidents").get("covers")
    return (covers["start"], covers["end"]) if covers else None


def record(into: Path, table: str) -> dict[str, Any]:
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
            "",
            "is no record of an import.",
            "Take it from where it was kept, or use --replace without it.",
        )
    return found


def _cell(row: Row) -> tuple[str, str]:
    return str(row.values.get("area", "")), when(row.values)


def _typed(row: dict[str, str], table: Table) -> dict[str, Value]:
    kinds = {column.name: column.kind for column in table.columns}
    return {name: _value(text or "", kinds.get(name, "text")) for name, text in row.items() if name}


def _value(text: str, kind: str) -> Value:
    if text and kind in ("whole", "year"):
        return int(text)
    if text and kind == "number":
        return float(text)
    return date.fromisoformat(text) if text and kind == "date" else text


def counted(into: Path, sheets: Sequence[Sheet], *, anew: bool) -> dict[str, Any]:
    """What dataset.yml must say of reports that are counted by calendar year; refused where others have their days."""
    path = into / "dataset.yml"
    said = yaml.safe_load(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}
    known: dict[str, Any] = (said or {}).get("incidents") or {}
    by_year = {sheet.form.get("dates") == CALENDAR_YEARS for sheet in sheets}
    if not anew:
        by_year.add(bool(known.get("calendar_years")))
    if len(by_year) > 1:
        raise refuse(
            sheets[0].file,
            "",
            "some reports are counted by calendar year and others by day, month or quarter.",
            "Give all of them in one of the two ways; --replace if the earlier ones are to go.",
        )
    rest = {key: value for key, value in known.items() if key != "calendar_years"}
    now = rest | ({"calendar_years": True} if by_year.pop() else {})
    return {"incidents": now} if now or known else {}
