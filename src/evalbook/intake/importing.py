"""Import: sources in, one canonical table out, with a record of where it came from."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Mapped
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from evalbook.intake import column_rules, source_list, sums
from evalbook.intake import mapping as mappings
from evalbook.intake.convert import Converted, Row, Value, convert
from evalbook.intake.import_record import (
    Imported,
    Source,
    counted,
    covered,
    dataset,
    days_covered,
    is_made_up,
    last_record,
    staying,
    table_text,
    to_yaml,
    write,
    write_all,
)
from evalbook.intake.mapping import KEYS, Found, Mapping
from evalbook.intake.names import Names, fold
from evalbook.intake.sheet import Sheet, as_typed, refuse, shown, stop
from evalbook.intake.source_list import NAME, OWN, Supplied
from evalbook.intake.sources import gate, read_sources
from evalkit.data import shares
from evalkit.data.columns import typed
from evalkit.errors import Problem, ProblemsFound, UnknownName, did_you_mean
from evalkit.plan import Plan
from evalkit.plan.contract import contract as contract_of
from evalkit.schema import INCIDENTS, TABLES, Table


@dataclass(frozen=True)
class Import:
    """Where tables go, and what holds for all of them."""

    into: Path
    plan: Plan
    supplied_by: str = ""
    covers: tuple[date, date] | None = None  # first and last day of an extract of incidents
    synthetic: bool = False
    replace: bool = False
    today: date = field(default_factory=date.today)


def import_table(
    sources: Sequence[Path | Supplied],
    table: str,
    to: Import,
    *,
    map_file: Path | None = None,
    options: Mapped[str, Any] | None = None,
    listed: bool = False,
) -> Imported:
    """Read sources into `<into>/<table>.csv`, checked; no table is written when anything is refused.

    `options` are keys of a mapping file that go before it (columns, constants, ...). A mapping saved by an earlier
    import of the table is used again, but for what holds for one source alone. Areas and periods that the table lacks
    are added to it. What was understood of a source whose cells cannot be read is written as a mapping file to fill in.
    `listed`: the sources stand in a list already, and no other is written.
    Raises ProblemsFound with everything that is wrong.
    """
    if table not in TABLES:
        raise UnknownName(f"no table {table!r}. {did_you_mean(table, TABLES)}")
    into, plan, supplied_by, covers = to.into, to.plan, to.supplied_by, to.covers
    contract = contract_of(plan)[table]
    saved = into / "mappings" / f"{table}.yml"
    map_file = map_file or (saved if saved.is_file() else None)
    every = [one if isinstance(one, Supplied) else Supplied(one) for one in sources]
    gate(
        [*_each_once(every), *([map_file] if map_file else [])],
        f"{supplied_by} {options or ''} {[dict(one.own) for one in every]}",
    )
    kept = into / "records" / f"{table}.yml"
    again = map_file == saved and kept.is_file()
    mapping, own = _mapping(table, map_file, plan.root, options or {}, again=again)
    every = [Supplied(one.file, _joined(own, one.own)) for one in every]
    if mapping.rows == "persons" and (mapping.add_up or mapping.municipality):
        raise refuse(
            "the mapping",
            "persons cannot go with add_up or municipality.",
            "Import the persons alone.",
            place="rows",
        )
    names = Names.of(plan, _comparators(into))
    if mapping.municipality:
        names = names.with_municipality(mapping.municipality)
    problems: list[Problem] = []
    done: list[Converted] = []
    begun = ""
    for sheet, read_as in _sheets(every, contract, mapping):
        try:
            done.append(convert(sheet, contract, read_as, names))
        except ProblemsFound as found:
            problems += found.problems
            begun = begun or mappings.begun(sheet, contract, read_as, mapping)
    if begun and map_file is None and not listed:
        write(saved, begun)
        advice = f"Fill in the rest and import again: {KEYS}"
        problems.append(Problem(as_typed(saved, plan.root), "", "holds what was found so far.", advice))
    stop(problems)
    stop(_idle(options or {}, [one.found for one in done], contract, names))
    notes: list[str] = []
    rows = _check(contract, mapping, names, plan, done, covers, notes)
    path = into / f"{table}.csv"
    before = days_covered(into) if table == "incidents" else None
    old = staying(path, rows, contract, covers, before) if path.is_file() and not to.replace else []
    if old:
        covers = covered(covers, before) if covers else None
        notes.append(f"{len(old)} rows that {path.name} had stay; {len(rows)} are added.")
    rows = _across(contract, mapping, old, rows, plan)
    if table == "incidents":
        notes += _undelivered(rows, names)
    notes += _outside_the_plan(rows, plan)
    made_up = to.synthetic or any(map(is_made_up, done))
    described = [_source(one) for one in done]
    record = {
        "table": table,
        "imported": to.today,
        "supplied_by": supplied_by,
        "synthetic": made_up,
        "rows": len(rows),
        "sources": [
            *(last_record(into, table).get("sources", []) if old else []),
            *(vars(one) for one in described),
        ],
        "mapping": mapping.model_dump(exclude_defaults=True),
    }
    if covers:
        record["covers"] = {"start": covers[0], "end": covers[1]}
    said = counted(into, done, anew=not old) if table == "incidents" else {}
    meta, more = dataset(into, made_up, supplied_by, covers, to.today, said)
    files: dict[Path, str | bytes] = {
        path: table_text(rows, contract),
        kept: to_yaml(record),
        saved: mapping.text(),
        into / "dataset.yml": meta,
    }
    if not listed:
        files[into / NAME] = source_list.text(into, table, every, supplied_by, covers, added=bool(old))
        more.append(
            f"{NAME} lists what was read: add next year's files there and type: evalkit import {as_typed(into / NAME, plan.root)}"
        )
    write_all(files)
    return Imported(table, path, kept, saved, len(rows), made_up, described, [*notes, *more])


def _check(
    table: Table,
    mapping: Mapping,
    names: Names,
    plan: Plan,
    converted: list[Converted],
    covers: tuple[date, date] | None,
    notes: list[str],
) -> list[Row]:
    """The sources' rows after adding up and subtracting, checked."""
    rows = _completed([row for one in converted for row in one.rows], table)
    problems: list[Problem] = []
    rows = sums.summed(rows, table, names, plan, mapping, problems)
    problems += [
        *column_rules.repeated_ids(rows),
        *column_rules.one_name_per_area(rows, mapping),
        *column_rules.ages(rows, table),
    ]
    if not problems:
        problems += column_rules.overlaps(rows, table, mapping)
    if mapping.rows == "persons":
        count = sum(row.times for row in rows)
        rows, students = sums.persons_added_up(rows)
        notes.append(
            f"{count} rows of persons added up; {students} with study grants count as residents, not as recipients."
        )
    if mapping.add_up:
        before, rows = len(rows), sums.added_up(rows, table)
        notes.append(f"{before} rows added up to {len(rows)}.")
    if mapping.municipality and not problems:
        rows, more = sums.rest_from_municipality(rows, table, names.plan_areas)
        problems += more
        notes.append("The rest of the municipality is the whole of it minus the plan's areas.")
    if covers:
        problems += column_rules.outside(rows, covers)
    elif table.name == "incidents":
        problems.append(
            Problem(
                "import",
                "incidents",
                "nobody has said which days the extract covers: a day without a report may be a day with none.",
                "Give the first and last day that it covers.",
            )
        )
    problems += [*column_rules.keys(rows, table), *column_rules.parts(rows, table)]
    _stop(problems)
    return rows


def _idle(options: Mapped[str, Any], found: Sequence[Found], table: Table, names: Names) -> Iterator[Problem]:
    """Options of the line that say nothing of any source: a header or column that none has, a value that none can hold."""
    headers = [header for one in found for header in one.headers.values()]
    known = {fold(header) for header in headers} | {fold(column.name) for column in table.columns}
    for key in ("ignore", "drop"):
        for name in options.get(key, ()):
            if fold(name) not in known:
                hint = did_you_mean(name, list(dict.fromkeys(headers)))
                yield Problem("import", f"--{key}", f"no source has a column {name!r}.", hint)
    for name, said in options.get("values", {}).items():
        column = next((one for one in table.columns if one.name == name), None)
        meant = names.of_column(table, column) if column is not None else None
        for label, value in said.items():
            if meant is not None and value not in {*meant.values(), *(column.allowed if column else ())}:
                hint = did_you_mean(value, sorted({one for one in meant.values() if one}))
                yield Problem("import", "--value", f"{name}:{label}={value}: {value!r} is no {name}.", hint)


def _across(table: Table, mapping: Mapping, old: list[Row], rows: list[Row], plan: Plan) -> list[Row]:
    """The rows that stay and those that are added, checked together."""
    together = _completed([*old, *rows], table)
    settled = {column_rules.when(row.values) for row in old}  # asked about when they were imported
    problems = [
        *column_rules.keys(together, table),
        *column_rules.gaps(together, table, mapping, settled),
    ]
    if not problems and table.name == "shares":
        problems += _wrong_shares(together, table, plan)
    _stop(problems)
    return together


def _wrong_shares(rows: list[Row], table: Table, plan: Plan) -> Iterator[Problem]:
    """What `check` would refuse of the shares, said of the rows of the source."""
    found: list[Problem] = []
    raw = pd.read_csv(io.StringIO(table_text(rows, table)), dtype=str, keep_default_na=False)
    shares.placed(typed(raw, table, "", found), plan, "", found)
    for one in found:
        if at := re.fullmatch(r"row (\d+), column (.+)", one.place):
            yield rows[int(at[1]) - 2].problem(at[2], one.wrong, one.advice)
        else:
            yield Problem(f"table {table.name}", one.place, one.wrong, one.advice)


def _stop(problems: list[Problem]) -> None:
    more = [Problem("import", "", f"{len(problems) - 20} more problems.")] if len(problems) > 20 else []
    stop(problems[:20] + more)


def _each_once(sources: Sequence[Supplied]) -> list[Path]:
    """The files; several sheets of one workbook are one file."""
    sheets = [(one.file, one.own.get("sheet")) for one in sources]
    return [
        file
        for place, (file, sheet) in enumerate(sheets)
        if not any(file == other and sheet != name for other, name in sheets[:place])
    ]


def _sheets(sources: Sequence[Supplied], table: Table, mapping: Mapping) -> Iterator[tuple[Sheet, Mapping]]:
    """Every source as a sheet, and how it is read; files of which the same is said are read together."""
    said = [one.own for one in sources]
    for own in (one for i, one in enumerate(said) if one not in said[:i]):
        read_as = _valid(mapping.model_dump(exclude_defaults=True) | {"table": table.name} | dict(own))
        files = [one.file for one in sources if one.own == own]
        yield from ((sheet, read_as) for sheet in read_sources(files, table, read_as))


def _outside_the_plan(rows: list[Row], plan: Plan) -> Iterator[str]:
    """Whether every row is of a year that no report is about."""
    timed = [row for row in rows if {"year", "quarter", "date", "calendar_year"} & set(row.values)]
    years = {plan.year_of(sums.days_of(row.values, plan)[0]) for row in timed}
    first, last = plan.baseline_year, max(plan.years)
    if years and not any(first <= year <= last for year in years):
        yield f"No row is of the plan's years, {first} to {last}: no report shows any of it. Are the years right?"


def _undelivered(rows: list[Row], names: Names) -> Iterator[str]:
    """Which areas and kinds of incidents the sources do not hold: missing, unless somebody says that there were none."""
    for column, every, one, had in (
        ("kind", INCIDENTS, "A kind", "had none"),
        ("area", names.plan_areas, "An area", "had no report"),
    ):
        there = {row.values[column] for row in rows}
        if gone := [name for name in every if name not in there]:
            yield (
                f"No row of {'kind ' if column == 'kind' else ''}{', '.join(gone)}: missing in the figures, not 0. "
                f"{one} that was asked for and {had} is declared in dataset.yml: incidents: {{{column}s: [{gone[0]}]}}"
            )


def _completed(rows: list[Row], table: Table) -> list[Row]:
    """The rows with every column that any of them has, in the order of the contract; one that is left out means its default."""
    present = {name for row in rows for name in row.values}
    means: dict[str, Value] = {
        one.name: float(one.default) if one.is_number and one.default else one.default or ""
        for one in table.columns
        if one.name in present
    }
    for row in rows:
        row.values = means | row.values
    return rows


def _mapping(
    table: str, file: Path | None, root: Path, options: Mapped[str, Any], *, again: bool
) -> tuple[Mapping, dict[str, Any]]:
    """What holds for all sources, and what holds for each one that does not say otherwise."""
    saved = mappings.load(file, root) if file else Mapping(table=table)
    if again:  # the file of an earlier import: what held for its sources alone does not hold for these
        saved = saved.model_copy(update={key: Mapping.model_fields[key].get_default() for key in OWN})
    if saved.table != table:
        raise refuse(
            shown(file) if file else "",
            f"is a mapping for {saved.table}, not {table}.",
            "Name another mapping file.",
            place="table",
        )
    said = {key: value for key, value in options.items() if value not in (None, {}, [])}
    joined = _valid(_joined(saved.model_dump(exclude_defaults=True), said) | {"table": table})
    whole = joined.model_dump(exclude_defaults=True)
    own: dict[str, Any] = {key: whole.pop(key) for key in OWN if key in whole}
    return Mapping.model_validate(whole), own


def _valid(said: Mapped[str, Any]) -> Mapping:
    """The mapping of what was said; ProblemsFound with every option that is none."""
    try:
        return Mapping.model_validate(said)
    except ValidationError as invalid:
        raise ProblemsFound(
            Problem(
                "import",
                f"option {'.'.join(map(str, error['loc']))}".rstrip(),
                f"{error['msg'].removeprefix('Value error, ')}.",
            )
            for error in invalid.errors()
        ) from None


def _joined(saved: dict[str, Any], said: Mapped[str, Any]) -> dict[str, Any]:
    """What the line says goes before the mapping, label by label and header by header."""
    joined = dict(saved)
    for key, value in said.items():
        before = saved.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            joined[key] = _joined(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            joined[key] = [*before, *(one for one in value if one not in before)]
        else:
            joined[key] = value
    return joined


def _comparators(into: Path) -> list[tuple[str, str]]:
    path = into / "comparators.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["id"], row["name"]) for row in csv.DictReader(file)]


def _source(one: Converted) -> Source:
    sheet = one.found.sheet
    dropped: dict[str, list[int]] = {}
    for row, why in one.left.dropped:
        dropped.setdefault(why, []).append(row)
    headers = one.found.headers
    return Source(
        sheet.file,
        sheet.sha256,
        {**sheet.form, "decimals": one.decimals},
        {headers[i]: name for name, i in one.found.columns.items()},
        one.found.unused,
        sum(len(sheet.numbers(row)) for row, _ in sheet.rows) - 1,
        sum(row.times for row in one.rows),
        dropped,
        sheet.notes,
    )
