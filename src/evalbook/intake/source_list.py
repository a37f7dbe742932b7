"""sources.yml: which files a data set was read from, with what each of them needs said; read again next year."""

from __future__ import annotations

import os
from collections.abc import Mapping as Mapped
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from evalbook.intake.parse_numbers import Decimals
from evalkit.plan import params

NAME: Final = "sources.yml"
OWN: Final = ("sheet", "constants", "delimiter", "decimals", "unit")
"""What is true of one source and may be false of the next: never taken over from an earlier import."""


@dataclass(frozen=True)
class Supplied:
    """A file, and what holds for it alone."""

    file: Path
    own: Mapped[str, Any] = field(default_factory=dict)  # keys of OWN


class Days(BaseModel):
    """First and last day that the incidents cover."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    start: date
    end: date


class OneFile(BaseModel):
    """One source: a file, or a sheet of it, with the columns that it lacks."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    file: str
    sheet: str | None = None
    constants: dict[str, str | int | float] = Field(default={}, alias="set")
    delimiter: str | None = None
    decimals: Decimals | None = None
    unit: Literal[1, 1_000, 1_000_000] | None = None


class Listed(BaseModel):
    """Sources of one table, beside the list, and the mapping file that goes with them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    files: list[str | OneFile] = Field(min_length=1)
    map: str | None = None
    supplied_by: str | None = None

    def supplied(self, folder: Path) -> list[Supplied]:
        """The files with what is said of each; names are from the list's own folder."""
        every = [OneFile(file=one) if isinstance(one, str) else one for one in self.files]
        return [
            Supplied(folder / one.file, {key: value for key in OWN if (value := getattr(one, key))})
            for one in every
        ]


class Listing(BaseModel):
    """Who supplied the data, the days covered, and the sources of each table."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    supplied_by: str = ""
    period: Days | None = None
    dataset: dict[str, Any] = {}  # goes into dataset.yml as it stands
    tables: dict[str, Listed] = Field(min_length=1)


def read(path: Path, root: Path) -> Listing:
    """A list of sources; ProblemsFound with everything wrong in it, each with its line."""
    return params.read(path, root).as_model(Listing)


def text(
    into: Path,
    table: str,
    sources: Sequence[Supplied],
    supplied_by: str,
    period: tuple[date, date] | None,
    *,
    added: bool,
) -> str:
    """The list in a data set's folder after an import of one table; `added`: the earlier files stay.

    A list that already says it all stays as it is, comments included. Raises ProblemsFound where the one that is there
    cannot be read.
    """
    path = into / NAME
    before_all = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    if before_all.strip():
        read(path, into)  # what is wrong with it is said before anything is written
    known: dict[str, Any] = yaml.safe_load(before_all) or {}
    tables = dict(known.get("tables") or {})
    files = [_one(source, into) for source in sources]
    before = tables.get(table, {}).get("files", []) if added else []
    tables[table] = {
        "files": [*before, *(one for one in files if one not in before)],
        "map": f"mappings/{table}.yml",
        "supplied_by": supplied_by,
    }
    listed = (
        known | ({"period": {"start": period[0], "end": period[1]}} if period else {}) | {"tables": tables}
    )
    if listed == known:
        return before_all
    return (
        "# What was read, and how. Add next year's files under their table, and type: evalkit import "
        f"{NAME} (with its folder).\n"
        + yaml.safe_dump(listed, allow_unicode=True, sort_keys=False, width=100)
    )


def _one(source: Supplied, into: Path) -> str | dict[str, Any]:
    try:
        file = Path(os.path.relpath(source.file, into)).as_posix()
    except ValueError:  # another drive
        file = source.file.resolve().as_posix()
    own = {("set" if key == "constants" else key): value for key, value in source.own.items() if value}
    return {"file": file, **own} if own else file
