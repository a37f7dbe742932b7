"""`evalkit import`: which of the ways in a command line means, and its texts as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from evalbook.intake import container, parse_dates
from evalbook.intake.batch import import_folder, import_listed
from evalbook.intake.container import ABOUT
from evalbook.intake.importing import Import, import_table
from evalbook.intake.mapping import KEYS
from evalbook.intake.published import import_statbank, refresh_panel
from evalbook.intake.sheet import Unfit, shown
from evalbook.intake.source_list import NAME, Supplied
from evalbook.intake.statbank import BASE, Client
from evalkit.errors import EvalkitError, MissingFile, did_you_mean
from evalkit.plan import read

_WHICH = "which table is it? Type --as followed by a table's name, e.g. --as population."
STATBANK = "statbank"
PANEL = "panel"  # the official figures of data/published


def import_sources(
    root: Path,
    sources: Sequence[str],
    *,
    table: str | None,
    into: Path,
    map_file: Path | None,
    options: Mapping[str, Any],
    supplied_by: str,
    covers: tuple[str | None, str | None],
    select: Sequence[str],
    base: str | None,
    timeout: float,
    synthetic: bool,
    replace: bool,
) -> list[str]:
    """Import files, a list of sources (.yml), or a StatBank table; the lines to print."""
    to = Import(into, read(root), supplied_by, _days(covers), synthetic, replace)
    given = {name: value for name, value in options.items() if value is not None}
    constants = _pairs("--set", given.pop("constants", []))
    sheets = given.pop("sheet", [])
    if "columns" in given:
        given["columns"] = _pairs("--column", given["columns"])
    if "values" in given:
        given["values"] = _values(given["values"])
    if "drop" in given:
        given["drop"] = _dropped(given["drop"])
    if sources[0] == STATBANK:
        client = Client(base=base or BASE, timeout=timeout)
        if sources[1:] == [PANEL]:
            return refresh_panel(root / "data" / "published", client).lines()
        if len(sources) < 2:
            raise EvalkitError(
                "name one StatBank table: `evalkit import statbank STRAF11 --as …`, or `statbank panel`."
            )
        if table is None:
            raise EvalkitError(_WHICH)
        beside = _files(sources[2:])  # e.g. the areas' own figures, to take from those of the municipality
        selection = {name: values.split(",") for name, values in _pairs("--select", select).items()}
        return import_statbank(
            sources[1],
            selection,
            table,
            to,
            client=client,
            map_file=map_file,
            options=given | {"constants": constants},
            beside=beside,
        ).lines()
    paths = _files(sources)
    listing = paths[0] / NAME if paths[0].is_dir() else paths[0]
    if table is None and len(paths) == 1 and listing.is_file() and listing.suffix in (".yml", ".yaml"):
        if given or constants or sheets or map_file:
            raise EvalkitError(f"{listing.name} says itself how its files are read: write it there. {KEYS}")
        return [line for one in import_listed(listing, to) for line in one.lines()]
    if not sheets and (table is None or any(_is_form(path) for path in paths)):
        options = given | ({"constants": constants} if constants else {})
        done, notes = import_folder(paths, to, only=table, options=options, map_file=map_file)
        return [*(line for one in done for line in one.lines()), *notes]
    if table is None:
        raise EvalkitError(_WHICH)
    if not supplied_by:
        raise EvalkitError("who supplied the data? Type --supplied-by followed by an organisation or office.")
    supplied = _supplied(paths, sheets, constants)
    return import_table(supplied, table, to, map_file=map_file, options=given).lines()


def _is_form(path: Path) -> bool:
    """Whether a file is a workbook of `evalkit template`, which says itself what its sheets hold."""
    return path.is_file() and ABOUT in container.sheets(path)


def _supplied(paths: Sequence[Path], sheets: Sequence[str], constants: Mapping[str, str]) -> list[Supplied]:
    """Every file, or every named sheet of every file, with the constants that are meant for it.

    `year=2018` is for all of them, `2018.csv:year=2018` for the file or sheet of that name.
    """
    every: list[str | None] = [*sheets] or [None]
    parts = [(path, sheet) for path in paths for sheet in every]
    names = {name for path, sheet in parts for name in (path.name, sheet) if name}
    scopes = {key: key.rpartition(":")[0] for key in constants}
    if unknown := [scope for scope in scopes.values() if scope and scope not in names]:
        raise EvalkitError(
            f"--set {unknown[0]}: no source is called {unknown[0]!r}. {did_you_mean(unknown[0], sorted(names))}"
        )
    supplied = []
    for path, sheet in parts:
        own: dict[str, Any] = {"sheet": sheet} if sheet else {}
        meant = {
            key.rpartition(":")[2]: value
            for key, value in constants.items()
            if scopes[key] in ("", path.name, sheet)
        }
        supplied.append(Supplied(path, own | ({"constants": meant} if meant else {})))
    return supplied


def _files(names: Sequence[str]) -> list[Path]:
    paths = [Path(name) for name in names]
    for path in paths:
        if not path.exists():
            raise MissingFile(f"{shown(path)}: no such file. Check the name and the folder.")
    return paths


def _pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    for text in given:
        if "=" not in text:
            raise EvalkitError(f"{option} {text}: type a name, =, and a value, e.g. {option} year=2018.")
    names = [text.partition("=")[0] for text in given]
    if twice := [text for text in given if names.count(text.partition("=")[0]) > 1]:
        raise EvalkitError(f"{option} says two things: {' and '.join(twice)}. Keep one of them.")
    return dict(zip(names, (text.partition("=")[2] for text in given), strict=True))


def _values(given: Sequence[str]) -> dict[str, dict[str, str]]:
    """`area:Vejen=nordparken` as {area: {Vejen: nordparken}}; a label may hold = and :."""
    values: dict[str, dict[str, str]] = {}
    for text in given:
        column, colon, rest = text.partition(":")
        label, equals, value = rest.rpartition("=")
        if not (colon and equals):
            raise EvalkitError(
                f'--value {text}: type a column, :, a label, = and a value, e.g. --value "area:Vejen=nordparken".'
            )
        if values.setdefault(column, {}).setdefault(label, value) != value:
            raise EvalkitError(
                f"--value says two things of {column}:{label}: {values[column][label]} and {value}. Keep one of them."
            )
    return values


def _dropped(given: Sequence[str]) -> dict[str, list[str]]:
    labels: dict[str, list[str]] = {}
    for text in given:
        if ":" not in text:
            raise EvalkitError(f'--drop {text}: type a column, : and a label, e.g. --drop "kind:Tyveri".')
        column, _, label = text.partition(":")
        labels.setdefault(column, []).append(label)
    return labels


def _days(covers: tuple[str | None, str | None]) -> tuple[date, date] | None:
    if not any(covers):
        return None
    if not all(covers):
        raise EvalkitError("--from and --to go together: the first and the last day that the file covers.")
    try:
        first, last = (parse_dates.parse(day) for day in covers)
    except Unfit as unfit:
        raise EvalkitError(f"--from/--to: {unfit.wrong} {unfit.advice}") from None
    return first, last
