"""Several tables in one go: from a folder, from a workbook with a sheet for each, or from the list of an earlier import."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Mapped
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

from evalbook.intake import container, surveyxact
from evalbook.intake import mapping as mappings
from evalbook.intake.container import ABOUT
from evalbook.intake.import_record import Imported, dataset, write
from evalbook.intake.importing import Import, import_table
from evalbook.intake.mapping import Mapping, known_headers, locate
from evalbook.intake.names import fold, tables
from evalbook.intake.sheet import HEAD, Sheet, cell_of, refuse, shown, stop
from evalbook.intake.source_list import NAME, Supplied, read
from evalbook.intake.sources import gate, tidy
from evalbook.intake.workbook import FIRST_DAY, LAST_DAY, SUPPLIED_BY
from evalkit.errors import EvalkitError, Problem, ProblemsFound, did_you_mean
from evalkit.plan import Plan
from evalkit.plan.contract import contract
from evalkit.schema import TABLES, Table

READ: Final = re.compile(r"\.(?:xls[xmb]?|ods|csv|txt|tsv|tab|z?sav|px|json)", re.IGNORECASE)
SKIPPED: Final = ("~$", ".")  # what Excel and other programs leave beside a file that is open


@dataclass
class Understood:
    """Sources by table, what a workbook says of them, and what was left aside."""

    tables: dict[str, list[Supplied]] = field(default_factory=dict)
    supplied_by: str = ""
    days: dict[str, date] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, table: str, source: Supplied) -> None:
        """One source more of a table."""
        self.tables.setdefault(table, []).append(source)


def files(given: Sequence[Path], found: Understood) -> Iterator[Path]:
    """The files that are named, and those of folders that may hold a table, by name."""
    for path in given:
        for one in sorted(path.iterdir()) if path.is_dir() else [path]:
            if one == path:
                yield one
            elif one.is_file() and not one.name.startswith(SKIPPED) and one.name != NAME:
                if READ.fullmatch(one.suffix):
                    yield one
                else:
                    found.notes.append(f"{shown(one)}: not read, it is no table in Excel or text.")


def understood(given: Sequence[Path], into: Path, plan: Plan) -> Understood:
    """What the files hold; ProblemsFound with every file that may be no table or several."""
    found, problems = Understood(), list[Problem]()
    exports, single = surveyxact.grouped(list(files(given, found)))
    for file in [file for export in exports for file in export.files]:
        found.add("survey", Supplied(file))
    for path in single:
        gate([path], "")
        try:
            _of_file(path, into, plan, found)
        except ProblemsFound as wrong:
            problems += wrong.problems
    stop(problems)
    if not found.tables:
        raise EvalkitError(
            "no file holds a table. Fill in the workbook of `evalkit template --one`, or name the files."
        )
    return found


def _of_file(path: Path, into: Path, plan: Plan, found: Understood) -> None:
    sheets = container.sheets(path)
    known = tables()
    named = {sheet: known[fold(sheet)] for sheet in sheets if fold(sheet) in known}
    if ABOUT in sheets:
        _about(path, found)
    for sheet, table in named.items():
        if _has_rows(path, sheet):
            found.add(table, Supplied(path, {"sheet": sheet}))
        else:
            found.notes.append(f"{shown(path)}: sheet {sheet!r} is not filled in.")
    if not named and fold(path.stem) in known:
        found.add(known[fold(path.stem)], Supplied(path))
    elif not named:
        _by_columns(path, sheets, into, plan, found)


def _has_rows(path: Path, sheet: str) -> bool:
    return any(cells for _, cells in container.read(path, sheet).rows[1:])


def _about(path: Path, found: Understood) -> None:
    """Who supplied the figures and which days they cover, from the sheet that asks for it."""
    for row, cells in container.read(path, ABOUT).rows:
        label, value = cell_of(cells, 0), cell_of(cells, 1)
        if label == SUPPLIED_BY and value:
            found.supplied_by = str(value).strip()
        elif label in (FIRST_DAY, LAST_DAY) and value is not None:
            if not isinstance(value, date):
                raise refuse(
                    path,
                    f"{value!r} is not a date.",
                    "Write it as 31-12-2021.",
                    place=f"sheet {ABOUT!r}, row {row}",
                )
            found.days[str(label)] = value


def _by_columns(path: Path, sheets: list[str], into: Path, plan: Plan, found: Understood) -> None:
    """The one table whose columns a file has, or each of its sheets; of several tables the one that uses more of them."""
    known = [(table, _mapping(table.name, into)) for table in contract(plan).values()]
    headers = {header for table, mapping in known for header in known_headers(table, mapping)}
    heads = (
        [
            Sheet(shown(path), name, []).fill(islice(rows, HEAD))
            for name, rows in container.everything(path)[0]
            if name in sheets
        ]
        if len(sheets) > 1
        else [container.read(path, is_header=lambda word: fold(word) in headers)]
    )
    without = []
    for head in heads:
        fits = sorted(_fits(head, known), reverse=True)
        if len(fits) > 1 and fits[0][0] == fits[1][0]:
            raise _undecided(path, f"may be {' or '.join(name for _, name in fits)}.")
        if fits:
            found.add(fits[0][1], Supplied(path, {"sheet": head.name} if len(sheets) > 1 else {}))
        else:
            without.append(head.name)
    if len(without) == len(heads):
        raise _undecided(path, "has the columns of no table.")
    found.notes += [
        f"{shown(path)}: sheet {sheet!r} was not read, it has the columns of no table." for sheet in without
    ]


def _undecided(path: Path, wrong: str) -> ProblemsFound:
    advice = f"Call it after its table ({', '.join(TABLES)}), or say which: evalkit import FILE --as TABLE."
    return refuse(path, wrong, advice)


def _mapping(table: str, into: Path) -> Mapping:
    """What an earlier import of a table knows of its columns."""
    saved = into / "mappings" / f"{table}.yml"
    mapping = mappings.load(saved, into) if saved.is_file() else Mapping(table=table)
    return mapping.model_copy(update={"constants": {}})


def _fits(head: Sheet, known: Iterable[tuple[Table, Mapping]]) -> Iterator[tuple[int, str]]:
    """Tables whose columns a sheet has, each with how many."""
    for table, mapping in known:
        names = known_headers(table, mapping)
        try:
            cells = tidy(head, lambda word, names=names: fold(word) in names)  # type: ignore[misc]
            yield len(locate(cells, table, mapping).columns), table.name
        except ProblemsFound:
            continue


def import_folder(
    given: Sequence[Path],
    to: Import,
    *,
    only: str | None = None,
    options: Mapped[str, Any] | None = None,
    map_file: Path | None = None,
) -> tuple[list[Imported], list[str]]:
    """Import every table of the files, or `only` one of them, and what else to tell.

    `options` and `map_file` are of import_table; they are refused where several tables are read.
    Tables that can be read are written; ProblemsFound afterwards with everything wrong in the others.
    """
    found = understood(given, to.into, to.plan)
    if only:
        found.tables = {name: sources for name, sources in found.tables.items() if name == only}
    if not found.tables:
        raise EvalkitError(f"no file holds the table {only}. Fill in its sheet, or name another.")
    if len(found.tables) > 1 and (options or map_file):
        raise EvalkitError(
            f"an option says how one table is read, and the files hold {', '.join(found.tables)}: say which with --as."
        )
    who, covers = to.supplied_by or found.supplied_by, to.covers
    if not who:
        raise EvalkitError(
            f"who supplied the data? Fill in the sheet {ABOUT!r}, or type --supplied-by and an organisation or office."
        )
    if not covers and set(found.days) == {FIRST_DAY, LAST_DAY}:
        covers = found.days[FIRST_DAY], found.days[LAST_DAY]
    if "incidents" in found.tables and not covers:
        raise EvalkitError(
            "which days do the reports to the police cover? A day without a report may be a day with none. Fill in the "
            f"sheet {ABOUT!r}, or type --from and --to with the first and the last day."
        )
    done = _each(
        found.tables,
        lambda table: import_table(
            found.tables[table],
            table,
            replace(to, supplied_by=who, covers=covers if table == "incidents" else None),
            options=options,
            map_file=map_file,
        ),
        ("import", "table "),
    )
    return done, found.notes


def _each(
    tables: Iterable[str], import_one: Callable[[str], Imported], place: tuple[str, str]
) -> list[Imported]:
    """Every table, comparators first because the others name them; what is wrong in any is said after the last."""
    done, problems = list[Imported](), list[Problem]()
    for name in sorted(tables, key=lambda table: (table != "comparators", list(TABLES).index(table))):
        try:
            done.append(import_one(name))
        except ProblemsFound as wrong:
            problems += wrong.problems
        except EvalkitError as error:
            problems.append(Problem(place[0], f"{place[1]}{name}", str(error)))
    stop(problems)
    return done


def import_listed(listing: Path, to: Import) -> list[Imported]:
    """Import every table of a list.

    Tables that can be read are written; ProblemsFound afterwards with everything wrong in the others.
    """
    said = read(listing, to.plan.root)
    days = (said.period.start, said.period.end) if said.period else None
    if unknown := [name for name in said.tables if name not in TABLES]:
        raise refuse(
            listing.name, "is no table.", did_you_mean(unknown[0], TABLES), place=f"tables.{unknown[0]}"
        )
    if nobody := [name for name, one in said.tables.items() if not (one.supplied_by or said.supplied_by)]:
        raise refuse(
            listing.name,
            "says not who supplied the data.",
            "Write supplied_by: and an organisation or office, for the table or for all of them.",
            place=f"tables.{nobody[0]}",
        )
    done = _each(
        said.tables,
        lambda table: import_table(
            said.tables[table].supplied(listing.parent),
            table,
            replace(
                to,
                supplied_by=said.tables[table].supplied_by or said.supplied_by,
                covers=days if table == "incidents" else None,
            ),
            map_file=listing.parent / file if (file := said.tables[table].map) else None,
            listed=True,
        ),
        (listing.name, "tables."),
    )
    synthetic = any(one.synthetic for one in done)
    text, _ = dataset(
        to.into,
        synthetic,
        said.supplied_by or next(one.supplied_by or "" for one in said.tables.values()),
        days,
        to.today,
        said.dataset,
    )
    write(to.into / "dataset.yml", text)
    return done
