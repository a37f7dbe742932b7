"""A list of sources: every table of a data set imported in one go, and the same again next year."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from evalbook.intake.import_record import Imported, dataset, write
from evalbook.intake.importing import import_table
from evalbook.intake.names import PlanLike
from evalkit.errors import EvalkitError, Problem, ProblemsFound, did_you_mean
from evalkit.plan import params
from evalkit.schema import TABLES


class Days(BaseModel):
    """First and last day that the incidents cover."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    start: date
    end: date


class Listed(BaseModel):
    """Sources of one table, beside the list, and the mapping file that goes with them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    files: list[str]
    map: str | None = None


class Listing(BaseModel):
    """sources.yml: who supplied the data, the days covered, and the sources of each table."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    supplied_by: str
    period: Days
    dataset: dict[str, Any] = {}  # goes into dataset.yml as it stands
    tables: dict[str, Listed]


def import_listed(
    listing: Path, into: Path, plan: PlanLike, *, root: Path, replace: bool = False, today: date | None = None
) -> list[Imported]:
    """Import every table of a list, comparators first because the other tables name them.

    Tables that can be read are written; ProblemsFound afterwards with everything wrong in the others.
    """
    said = params.read(listing, root).as_model(Listing)
    if unknown := [name for name in said.tables if name not in TABLES]:
        raise ProblemsFound(
            [Problem(listing.name, f"tables.{unknown[0]}", "is no table.", did_you_mean(unknown[0], TABLES))]
        )
    done: list[Imported] = []
    problems: list[Problem] = []
    for name in sorted(said.tables, key=lambda table: (table != "comparators", list(TABLES).index(table))):
        one = said.tables[name]
        try:
            done.append(
                import_table(
                    [listing.parent / file for file in one.files],
                    name,
                    into,
                    plan,
                    root=root,
                    supplied_by=said.supplied_by,
                    map_file=listing.parent / one.map if one.map else None,
                    replace=replace,
                    today=today,
                    covers=(said.period.start, said.period.end) if name == "incidents" else None,
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
        said.supplied_by,
        (said.period.start, said.period.end),
        today or date.today(),
        said.dataset,
    )
    write(into / "dataset.yml", text)
    return done
