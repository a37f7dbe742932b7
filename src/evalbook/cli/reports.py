"""Commands that make reports: run, site, preview, page, and the notebooks in JupyterLab and git."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from evalbook.cli.app import Data, app, data_set, workbook
from evalbook.console import say
from evalkit.errors import EvalkitError


@app.command()
def run(
    area: Annotated[
        Optional[list[str]], typer.Option(help="Area id; again for more. All if left out.")
    ] = None,
    year: Annotated[
        Optional[list[str]], typer.Option(help="Plan year; again for more. All if left out.")
    ] = None,
    data: Data = None,
    out: Annotated[
        Optional[Path], typer.Option(help="Where the reports go, those in English into en/ below. [output]")
    ] = None,
    language: Annotated[Optional[str], typer.Option(help="da or en. Both if left out.")] = None,
    jobs: Annotated[Optional[int], typer.Option(min=1, help="Reports at a time. [cores + 1]")] = None,
    force: Annotated[bool, typer.Option("--force", help="Make every report again.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Say for each report why it ran or not.")] = False,
    cold: Annotated[bool, typer.Option("--cold", help="Start every report process from scratch.")] = False,
    retries: Annotated[int, typer.Option(min=0, help="Tries again after a report process has died.")] = 1,
    cell_timeout: Annotated[float, typer.Option(min=1, help="Seconds that one cell may take.")] = 120,
    report_timeout: Annotated[float, typer.Option(min=1, help="Seconds that one report may take.")] = 600,
    memory: Annotated[
        Optional[int], typer.Option(min=1, help="MiB that one report process may use, on Linux. [2048]")
    ] = None,
    cluster: Annotated[
        Optional[str],
        typer.Option(help="Dask scheduler, e.g. tcp://127.0.0.1:8786. It runs code for whoever reaches it."),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Say only what went wrong, and how it ended.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line per report, for machines.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="A tagged PDF beside each report's pages.")] = False,
    release: Annotated[bool, typer.Option("--release", help="Put approved reports into releases/.")] = False,
    list_: Annotated[
        bool, typer.Option("--list", help="Evaluate, and name the reports: for a scheduler.")
    ] = False,
    only: Annotated[str, typer.Option(help="Make one report of that list; evalkit site ends it.")] = "",
) -> None:
    """Make the reports: every area and year, or those asked for."""
    from evalbook.run.planning import STEPS
    from evalbook.run.progress import choose
    from evalbook.run.runner import run as make
    from evalbook.run.tasks import Options

    root = workbook()
    options = Options(
        areas=tuple(area or ()),
        years=tuple(year or ()),
        language=language,
        jobs=jobs,
        cold=cold,
        force=force,
        why=why,
        retries=retries,
        cell_timeout=cell_timeout,
        report_timeout=report_timeout,
        memory=memory or 2048,
        cluster=cluster,
        only=only,
        part="list" if list_ else "",
    )
    if list_ and only:
        raise EvalkitError("--list names the reports, --only KEY makes one of them: give one of the two.")
    if release:
        from evalbook.review.release import command

        if out or list_ or only:
            raise EvalkitError(
                "--release makes all anew, in releases/ alone: leave out --out, --list and --only."
            )
        say(command(root, data_set(root, data), options, choose(quiet=quiet, json=as_json), pdf))
        return
    from evalbook.run.pdf import browser, put

    if pdf and list_:
        raise EvalkitError("--list makes no report, so there is nothing to print: leave out --pdf.")
    if pdf:
        browser()  # before the reports are made
    to, show = out or root / "output", choose(quiet=quiet or list_, json=as_json)
    if memory and sys.platform != "linux":
        show.line("--memory has no effect: only Linux can limit a process.")
    status = make(root, data_set(root, data), to, options, STEPS, show)
    if not list_:
        put(to, options, pdf, show.line)
    raise typer.Exit(status)


@app.command()
def site(
    data: Data = None,
    out: Annotated[Optional[Path], typer.Option(help="Where the reports are. [output]")] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Say only what is missing, and how it ended.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line per report, for machines.")] = False,
) -> None:
    """End what a scheduler began with `run --list` and `run --only`: make the pages and tables around the reports."""
    from evalbook.run.planning import STEPS
    from evalbook.run.progress import choose
    from evalbook.run.runner import run as make
    from evalbook.run.tasks import Options

    root, show = workbook(), choose(quiet=quiet, json=as_json)
    raise typer.Exit(
        make(root, data_set(root, data), out or root / "output", Options(part="site"), STEPS, show)
    )


@app.command()
def preview(
    notebook: Annotated[Path, typer.Argument(help="Notebook, as you have saved it.")],
    area: Annotated[str, typer.Option(help="Area id, or plan.")],
    year: Annotated[str, typer.Option(help="Plan year, or final.")],
    data: Data = None,
    out: Annotated[Optional[Path], typer.Option(help="Where the page goes. [output/preview]")] = None,
    language: Annotated[str, typer.Option(help="da or en.")] = "da",
    watch: Annotated[bool, typer.Option("--watch", help="Again after each change, until Ctrl-C.")] = False,
) -> None:
    """Make one report's page as it would be published now, from a notebook you are working on."""
    from evalbook.run.planning import STEPS
    from evalbook.run.preview import Asked, command

    root = workbook()
    command(Asked(root, notebook, area, year, data_set(root, data), out, language), STEPS, say, watch)


@app.command()
def page(
    notebook: Annotated[Path, typer.Argument(help="A notebook that was executed, e.g. by papermill.")],
    out: Annotated[Optional[Path], typer.Option(help="Where the page goes. [beside the notebook]")] = None,
) -> None:
    """Make one page of any executed notebook, as a run would show it. The same: jupyter nbconvert --to html --template evalkit"""
    from evalbook.site.plain_page import write

    path, made = write(notebook, out)
    for remark in made.remarks:
        say(f"{notebook.name}: {remark.said('en')}")
    say(f"Open {path}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """JupyterLab on the notebooks: Tab completes ids, changed code is used at once. Takes jupyter lab's options."""
    from evalbook.lab.start import lab as start

    raise typer.Exit(start(workbook(), context.args))


@app.command()
def hooks() -> None:
    """Once in each clone: git commits notebooks without outputs, and shows their changes cell by cell."""
    from evalbook.lab.clean_notebook import set_up

    for line in set_up(workbook()):
        say(line)
