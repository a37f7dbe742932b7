"""The official figures in data/published: what their tables hold, and how they are fetched anew from StatBank."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from evalbook.intake import parse_dates, privacy
from evalbook.intake.import_record import Imported, write
from evalbook.intake.importing import Import, import_table
from evalbook.intake.names import fold
from evalbook.intake.sheet import refuse
from evalbook.intake.statbank import Client, Figures
from evalkit.errors import ProblemsFound
from evalkit.schema import Column, Table

PANEL: Final = "statbank_offences_population"
_OFFENCES: Final = ("STRAF11", {"OVERTRÆD": ["TOT"], "Tid": ["*"]})
_POPULATION: Final = ("FOLK1A", {"Tid": ["*"]})
ADDRESSES: Final = tuple(f"https://www.statistikbanken.dk/{table}" for table, _ in (_OFFENCES, _POPULATION))
"""Where a reader finds the panel's two tables."""
_MUNICIPALITY: Final = re.compile(r"[1-8]\d\d|998")  # codes; 000 is the country, 08x the regions, 998 unknown

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        Table(
            PANEL,
            "anmeldte lovovertrædelser og indbyggere i kommunerne",
            "reported offences and inhabitants of the municipalities",
            (
                Column(
                    "area",
                    "text",
                    "kommune, som Danmarks Statistik kalder den",
                    "municipality, as Statistics Denmark names it",
                ),
                Column("quarter", "quarter", "kvartal", "calendar quarter"),
                Column(
                    "offences_reported",
                    "whole",
                    "anmeldte lovovertrædelser i alt (STRAF11)",
                    "reported offences, all kinds (STRAF11)",
                    unit="reports",
                    minimum=0,
                ),
                Column(
                    "population",
                    "whole",
                    "indbyggere kvartalets første dag (FOLK1A); mangler i 2007 og for uoplyst kommune",
                    "inhabitants on the first day of the quarter (FOLK1A); missing in 2007 and for the unknown municipality",
                    unit="persons",
                    minimum=0,
                    blank=True,
                ),
            ),
            key=("area", "quarter"),
        ),
        Table(
            "published_series",
            "enkelte offentliggjorte tal med kilde",
            "single published figures with their source",
            (
                Column("series", "text", "serie", "series"),
                Column("area", "text", "område", "area"),
                Column("area_name", "text", "områdets navn", "name of the area"),
                Column("period_start", "date", "første dag", "first day"),
                Column("period_end", "date", "sidste dag", "last day"),
                Column("value", "number", "værdi", "value"),
                Column("unit", "text", "enhed", "unit"),
                Column("source_title", "text", "kilde", "source"),
                Column("source_url", "text", "kildens adresse", "address of the source", blank=True),
                Column("source_date", "text", "kildens dato", "date of the source", blank=True),
                Column("note_da", "text", "forbehold på dansk", "doubts in Danish", blank=True),
                Column("note_en", "text", "forbehold på engelsk", "doubts in English", blank=True),
            ),
        ),
        Table(
            "events",
            "hændelser på tidsakserne",
            "events on the time axes",
            (
                Column("area", "text", "områder, delt af semikolon", "areas, parted by semicolon"),
                Column("start", "date", "første dag", "first day"),
                Column("end", "date", "sidste dag", "last day", blank=True),
                Column("label_da", "text", "tekst på dansk", "text in Danish"),
                Column("label_en", "text", "tekst på engelsk", "text in English"),
                Column("kind", "text", "art", "kind"),
                Column("source_title", "text", "kilde", "source", blank=True),
                Column("source_url", "text", "kildens adresse", "address of the source", blank=True),
                Column("note", "text", "bemærkning", "note", blank=True),
            ),
        ),
    )
}
"""Tables of data/published by name."""


@dataclass(frozen=True)
class Refreshed:
    """What a refresh of the panel changed."""

    rows: int
    new: int
    revised: int
    newest: str

    def lines(self) -> list[str]:
        """The same for a person."""
        return [f"{PANEL}.csv: {self.rows} rows to {self.newest}; {self.new} new, {self.revised} revised."]


def refresh_panel(folder: Path, client: Client, today: date | None = None) -> Refreshed:
    """Fetch reported offences and population of all municipalities anew into data/published.

    Refuses to lose a row that the present file has. Source: Statistics Denmark, StatBank, CC BY 4.0.
    """
    offences, people = _of_municipalities(client, *_OFFENCES), _of_municipalities(client, *_POPULATION)
    population = dict(_figures(people))
    rows = [[*key, figure, population.get(key, "")] for key, figure in _figures(offences)]
    rows.sort(key=lambda row: (row[0], row[1]))
    path = folder / f"{PANEL}.csv"
    before: dict[tuple[str, str], list[str]] = {}
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            before = {(row[0], row[1]): row for row in list(csv.reader(file))[1:]}
    now = {(row[0], row[1]): row for row in rows}
    if lost := sorted(set(before) - set(now)):
        raise refuse(
            path.name,
            f"{len(lost)} rows would be lost, e.g. {' '.join(lost[0])}.",
            "StatBank's table has changed; nothing was written.",
        )
    header = ",".join(column.name for column in TABLES[PANEL].columns)
    write(path, "\n".join([header, *(",".join(row) for row in rows)]) + "\n")
    record = {
        "fetched": today or date.today(),
        "source": "Danmarks Statistik, StatBank, CC BY 4.0",
        "tables": {
            one.table: {"updated": one.updated, "selection": one.selection, "notes": one.notes}
            for one in (offences, people)
        },
    }
    write(_record(folder), yaml.safe_dump(record, allow_unicode=True, sort_keys=False))
    revised = sum(now[key] != row for key, row in before.items())
    return Refreshed(len(rows), len(set(now) - set(before)), revised, max(row[1] for row in rows))


def fetched(folder: Path) -> date | None:
    """The day on which the panel was fetched, by its record beside it; None where none was kept."""
    path = _record(folder)
    return yaml.safe_load(path.read_text("utf-8"))["fetched"] if path.is_file() else None


def _record(folder: Path) -> Path:
    return folder / "records" / f"{PANEL}.yml"


def import_statbank(
    statbank_table: str,
    selection: Mapping[str, Sequence[str]],
    table: str,
    to: Import,
    *,
    client: Client,
    beside: Sequence[Path] = (),
    map_file: Path | None = None,
    options: Mapping[str, Any] | None = None,
) -> Imported:
    """Fetch a StatBank table, keep it as a file under `<into>/statbank/`, and import it (with `beside`) as a table."""
    figures = client.fetch(statbank_table, selection)
    kept = to.into / "statbank" / f"{statbank_table.upper()}.csv"
    write(kept, figures.text())
    if found := privacy.scan(kept):
        raise ProblemsFound(found)
    who = f"Danmarks Statistik, StatBank {figures.table}, opdateret {figures.updated} (CC BY 4.0)"
    to = replace(to, supplied_by=who)
    return import_table([*beside, kept], table, to, map_file=map_file, options=options)


def _of_municipalities(client: Client, table: str, selection: dict[str, list[str]]) -> Figures:
    place = next(one for one in client.variables(table)[1] if fold(one.id).startswith("omr"))
    return client.fetch(
        table, {place.id: [code for code in place.values if _MUNICIPALITY.fullmatch(code)], **selection}
    )


def _figures(answer: Figures) -> Iterator[tuple[tuple[str, str], str]]:
    """(municipality, quarter) and figure; a figure that StatBank withholds is empty."""
    area = next(i for i, name in enumerate(answer.header) if fold(name).startswith("omr"))
    for row in answer.rows:
        yield (row[area], parse_dates.quarter(row[-2])), "" if row[-1] == ".." else row[-1]
