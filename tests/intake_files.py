"""Small sources for the intake tests, written in the forms in which offices have their tables."""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from typer.testing import CliRunner

from evalbook.cli import app
from evalbook.intake.import_record import Imported
from evalbook.intake.importing import Import, import_table
from evalkit import plan as plans

ROOT = Path(__file__).resolve().parent.parent
PLAN = plans.read(ROOT)
TODAY = date(2026, 1, 2)
COVERS = (date(2017, 10, 1), date(2021, 9, 30))
AREAS = ("Ringparken", "Sydbyen", "Motalavej", "Præstevangen")
BENEFITS = [
    "Område",
    "Kvartal",
    "Beboere 18-64 år",
    "Fuldtidsmodtagere uden SU",
    "Uden for arbejde og uddannelse",
]


def text(rows: Sequence[Sequence[object]], delimiter: str = ";") -> str:
    """Rows as a delimited file with CRLF, as Excel saves it."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def csv_file(
    path: Path, rows: Sequence[Sequence[object]], delimiter: str = ";", encoding: str = "utf-8-sig"
) -> Path:
    """A delimited file."""
    path.write_bytes(text(rows, delimiter).encode(encoding))
    return path


def table(tmp_path: Path, name: str) -> list[dict[str, str]]:
    """Rows of a table that a typed import has written."""
    with (tmp_path / "local" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def xlsx_file(path: Path, rows: Sequence[Sequence[Any]], title: str = "Ark1") -> Path:
    """A workbook of one sheet."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def bring(source: Path | Sequence[Path], table: str, into: Path, **other: Any) -> Imported:
    """Import with what every test has in common."""
    sources = [source] if isinstance(source, Path) else source
    own = {name: other.pop(name) for name in ("supplied_by", "replace", "synthetic") if name in other}
    covers = COVERS if table == "incidents" else None
    to = Import(into, PLAN, **{"supplied_by": "test", "covers": covers, "today": TODAY} | own)
    return import_table(sources, table, to, **other)


def written(done: Imported) -> list[str]:
    """Lines of the canonical table."""
    return done.path.read_text(encoding="utf-8").splitlines()


def typed(*words: object) -> tuple[int, str]:
    """`evalkit import` as it is typed: exit code and what it says."""
    done = CliRunner().invoke(app, ["import", *map(str, words)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return 2, str(done.exception)
    return done.exit_code, done.output


def advised(said: str, nth: int = 0) -> list[str]:
    """The nth option that a refusal advises, ready to be typed after the refused command."""
    flags, quoted = "--(?:add-up|replace)", r'--[a-z-]+ (?:[a-z_]+=)?"[^"]*"'
    return shlex.split(re.findall(rf"{quoted}|{flags}|--[a-z-]+ [^\s,;]*[^\s,;.]", said)[nth])
