"""The `evalkit` command: one function per command, no logic; heavy imports wait until they are needed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from evalkit import __version__
from evalkit.errors import EvalkitError

app = typer.Typer(
    name="evalkit", no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="Evaluate a housing plan: from params/ and data/ to narrative reports.",
)  # fmt: skip


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"evalkit {__version__}")
        raise typer.Exit()


@app.callback()
def _evalkit(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Evaluate a housing plan: from params/ and data/ to narrative reports."""


def _root() -> Path:
    from evalkit.plan import find_root

    return find_root()


@app.command()
def run(
    area: Annotated[
        Optional[list[str]], typer.Option(help="Area id; again for more. All if left out.")
    ] = None,
    year: Annotated[
        Optional[list[str]], typer.Option(help="Plan year; again for more. All if left out.")
    ] = None,
    data: Annotated[Path, typer.Option(help="Folder of the data set.")] = Path("data/demo"),
    out: Annotated[Optional[Path], typer.Option(help="Where the reports go. [output, or output/en]")] = None,
    language: Annotated[str, typer.Option(help="da or en.")] = "da",
    jobs: Annotated[Optional[int], typer.Option(help="Reports at a time. [one per core]")] = None,
    force: Annotated[bool, typer.Option("--force", help="Make every report again.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Say for each report why it ran or not.")] = False,
    cold: Annotated[bool, typer.Option("--cold", help="Start every kernel from scratch.")] = False,
    retries: Annotated[int, typer.Option(help="Tries again after a kernel has died.")] = 1,
    cell_timeout: Annotated[float, typer.Option(help="Seconds that one cell may take.")] = 120,
    report_timeout: Annotated[float, typer.Option(help="Seconds that one report may take.")] = 600,
    memory: Annotated[int, typer.Option(help="MiB that one kernel may use.")] = 2048,
    cluster: Annotated[Optional[str], typer.Option(help="Dask scheduler, e.g. tcp://scheduler:8786.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what went wrong.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line per report, for machines.")] = False,
) -> None:
    """Make the reports: every area and year, or those asked for."""
    from evalkit.running.options import Options
    from evalkit.running.progress import choose
    from evalkit.running.run import run as make
    from evalkit.running.steps import STEPS

    root = _root()
    options = Options(
        areas=tuple(area or ()), years=tuple(year or ()), language=language, jobs=jobs, cold=cold, force=force, why=why,
        retries=retries, cell_timeout=cell_timeout, report_timeout=report_timeout, memory=memory, cluster=cluster,
    )  # fmt: skip
    target = out or root / ("output" if language == "da" else f"output/{language}")
    raise typer.Exit(make(root, root / data, target, options, STEPS, choose(quiet=quiet, json=as_json)))


@app.command()
def check(
    data: Annotated[Path, typer.Option(help="Folder of the data set.")] = Path("data/demo"),
) -> None:
    """Say everything that is wrong with params and data."""
    from evalkit.checking import check as check_all

    root = _root()
    problems = check_all(root, root / data)
    for problem in problems:
        typer.echo(str(problem))
    typer.echo(f"{len(problems)} problems." if problems else "Nothing wrong with params and data.")
    raise typer.Exit(1 if problems else 0)


@app.command()
def demo(
    into: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("data/demo"),
    seed: Annotated[int, typer.Option(help="Seed of the generator.")] = 2017,
) -> None:
    """Write the synthetic data set anew."""
    from evalkit.plan import read
    from evalkit.rehearsal.demo import write

    root = _root()
    write(root / into, read(root), seed)
    typer.echo(f"Wrote {into}.")


@app.command()
def rehearse(
    reps: Annotated[int, typer.Option(help="Generated plans in each world.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of the generator.")] = 2017,
) -> None:
    """Evaluate generated plans with known truth, and say how often the verdicts are wrong."""
    from evalkit.rehearsal.rehearse import rehearse as try_out

    typer.echo(try_out(reps, seed).to_string(index=False))


def main() -> None:
    """The command; a mistake of the user's is one message and exit 2, never a traceback."""
    try:
        app()
    except EvalkitError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
