"""Write the demo data: a synthetic data set and the truth behind it, the same bytes from one seed."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any, Final

import pandas as pd

from evalbook.rehearsal import worlds
from evalkit.plan import Plan

SEED: Final = 2017
VERSION: Final = "1"
DATE: Final = "2026-11-23"  # of this version of the generator, so that the files never change by themselves

META = """\
# Made by `evalkit demo`; change the truth or the seed, not these files.
name: "Demodata"
synthetic: true
version: "{version}"
date: {date}
supplied_by: "evalkit"
period: {{start: {start}, end: {end}}}
seed: {seed}
description:
  da: >-
    Opdigtede tal for et opdigtet forløb. Intet tal handler om rigtige mennesker eller om, hvordan det
    er gået i områderne. Den sandhed, tallene er trukket ud fra, står i truth.csv.
  en: >-
    Made-up figures for a made-up course of events. No figure is about real people or about what
    happened in the areas. The truth that the figures were drawn from is in truth.csv.
"""


def write(folder: Path, plan: Plan, seed: int = SEED, *, comparators: int = worlds.COMPARISON_AREAS) -> None:
    """Write every table that has rows, dataset.yml and truth.csv into `folder`, which is made if need be."""
    world = worlds.generate(plan, seed, comparators=comparators)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in world.tables.items():
        if len(table):
            _write(folder / f"{name}.csv", table)
    _write(folder / "truth.csv", world.truth)
    start = plan.first_day(world.years[0])
    end = plan.first_day(world.years[-1] + 1) - dt.timedelta(days=1)
    text = META.format(version=VERSION, date=DATE, start=start, end=end, seed=seed)
    (folder / "dataset.yml").write_text(text, encoding="utf-8", newline="\n")


def _write(path: Path, table: pd.DataFrame) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows([_cell(value) for value in row] for row in table.itertuples(index=False))


def _cell(value: Any) -> str:
    """Numbers as short as they can be said exactly; never 1e-05, never 12.0."""
    if isinstance(value, float):
        return f"{value + 0.0:.6f}".rstrip("0").rstrip(".")  # + 0.0: a minus zero is a zero
    return str(value)
