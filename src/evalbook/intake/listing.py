"""A list of sources: every table of a data set imported in one go, and the same again next year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from evalbook.intake.import_record import Imported, dataset, write
from evalbook.intake.importing import import_table
from evalbook.intake.names import PlanLike
from evalbook.intake.source_list import read
from evalkit.errors import EvalkitError, Problem, ProblemsFound, did_you_mean
from evalkit.schema import TABLES


def import_listed(
    listing: Path, into: Path, plan: PlanLike, *, root: Path, replace: bool = False, today: date | None = None
) -> list[Imported]:
    """Import every table of a list, comparators first because the other tables name them.

    Tables that can be read are written; ProblemsFound afterwards with everything wrong in the others.
    """
    said = read(listing, root)
    days = (said.period.start, said.period.end) if said.period else None
    if unknown := [name for name in said.tables if name not in TABLES]:
        raise ProblemsFound(
            [Problem(listing.name, f"tables.{unknown[0]}", "is no table.", did_you_mean(unknown[0], TABLES))]
        )
    if nobody := [name for name, one in said.tables.items() if not (one.supplied_by or said.supplied_by)]:
        raise ProblemsFound(
            [
                Problem(
                    listing.name,
                    f"tables.{nobody[0]}",
                    "says not who supplied the data.",
                    "Write supplied_by: and an organisation or office, for the table or for all of them.",
                )
            ]
        )
    done: list[Imported] = []
    problems: list[Problem] = []
    for name in sorted(said.tables, key=lambda table: (table != "comparators", list(TABLES).index(table))):
        one = said.tables[name]
        try:
            done.append(
                import_table(
                    one.supplied(listing.parent),
                    name,
                    into,
                    plan,
                    root=root,
                    supplied_by=one.supplied_by or said.supplied_by,
                    map_file=listing.parent / one.map if one.map else None,
                    replace=replace,
                    today=today,
                    covers=days if name == "incidents" else None,
                    listed=True,
                )
            )
        except ProblemsFound as found:
            problems += found.problems
        except EvalkitError as error:
            problems.append(Problem(listing.name, f"tables.{name}", str(error)))
    if problems:
        raise ProblemsFound(problems)
    synthetic = any(one.synthetic for one in done)
    text, _ = dataset(
        into,
        synthetic,
        said.supplied_by or next(one.supplied_by or "" for one in said.tables.values()),
        days,
        today or date.today(),
        said.dataset,
    )
    write(into / "dataset.yml", text)
    return done
