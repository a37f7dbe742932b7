"""Commands that begin a plan and try it: new, notebooks, demo, rehearse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from evalbook.cli.app import app, workbook
from evalbook.console import say


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Where the workbook goes: a new or empty folder.")],
    areas: Annotated[list[str], typer.Option(help='Names of the areas, e.g. "Nordparken,Søvang".')],
    years: Annotated[str, typer.Option(help="First and last plan year, e.g. 2023-2026.")],
    goals: Annotated[
        str, typer.Option(help="Indicators that measure the goals, e.g. tryghed,neet. [the usual four]")
    ] = "",
    name: Annotated[str, typer.Option(help="Name of the plan.")] = "",
    municipality: Annotated[str, typer.Option(help="As Statistics Denmark names it, e.g. Odense.")] = "",
    month: Annotated[int, typer.Option(help="Month in which a plan year begins, e.g. 10.")] = 1,
) -> None:
    """Begin the workbook of another plan: params, notebooks and empty data that run as they stand."""
    import datetime

    from evalbook.scaffold.new import new as begin
    from evalbook.scaffold.wanted import wanted

    plan = wanted(areas, years, goals, name=name, municipality=municipality, month=month)
    say(begin(folder, plan, today=datetime.date.today()))


@app.command()
def notebooks(
    force: Annotated[bool, typer.Option("--force", help="Write over the notebooks that are there.")] = False,
) -> None:
    """Write the notebooks anew, with a chapter for each goal that params/plan.yml has now."""
    from evalbook.scaffold.new import renew_notebooks

    say(renew_notebooks(workbook(), force=force))


@app.command()
def demo(
    into: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("data/demo"),
    seed: Annotated[int, typer.Option(help="Seed of the generator.")] = 2017,
) -> None:
    """Write the synthetic data set anew."""
    from evalbook.rehearsal.demo import write
    from evalkit.plan import read

    root = workbook()
    write(root / into, read(root), seed)
    say(f"Wrote {into}.")


@app.command()
def rehearse(
    reps: Annotated[int, typer.Option(help="Generated plans in each world.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of the generator.")] = 2017,
    write: Annotated[
        Optional[Path], typer.Option(help="Store it, for the method page: data/rehearsal.csv.")
    ] = None,
) -> None:
    """Evaluate generated plans with known truth, and say how often the verdicts are wrong."""
    from evalbook.rehearsal.rehearse import rehearse as try_out
    from evalbook.rehearsal.rehearse import store

    found = try_out(reps, seed)
    say(found.to_string(index=False))
    if write is not None:
        store(found, workbook() / write, seed)
        say(f"Wrote {write}.")
