"""Commands for what others deliver: import, forms to fill in, and the gate for personal data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from evalbook.cli.app import app, tell, workbook
from evalbook.console import say


@app.command("import")
def import_(
    sources: Annotated[
        list[str], typer.Argument(help="Files; a folder; a list of sources (.yml); or `statbank TABLE`.")
    ],
    table: Annotated[
        Optional[str], typer.Option("--as", help="Table of the data set, e.g. population.")
    ] = None,
    into: Annotated[Path, typer.Option(help="Folder of the data set.")] = Path("data/local"),
    map_file: Annotated[Optional[Path], typer.Option("--map", help="Mapping of an earlier import.")] = None,
    supplied_by: Annotated[str, typer.Option(help="Who supplied the data.")] = "",
    sheet: Annotated[
        Optional[list[str]], typer.Option(help="Sheet of a workbook; may be given several times.")
    ] = None,
    decimals: Annotated[Optional[str], typer.Option(help="comma or point.")] = None,
    delimiter: Annotated[Optional[str], typer.Option(help="Delimiter of a text file.")] = None,
    constant: Annotated[
        Optional[list[str]],
        typer.Option("--set", help="column=value for every row; FILE:column=value for one file or sheet."),
    ] = None,
    column: Annotated[
        Optional[list[str]], typer.Option(help="column=HEADER, which header is a column of the table.")
    ] = None,
    value: Annotated[
        Optional[list[str]], typer.Option(help="column:LABEL=value, what a label in the source means.")
    ] = None,
    ignore: Annotated[Optional[list[str]], typer.Option(help="HEADER that is not to be used.")] = None,
    drop: Annotated[
        Optional[list[str]], typer.Option(help="column:LABEL whose rows are left out; no LABEL: empty cells.")
    ] = None,
    unit: Annotated[
        Optional[int], typer.Option(help="1, 1000 or 1000000: what 1 in the source stands for.")
    ] = None,
    rows: Annotated[Optional[str], typer.Option(help="persons, when every row is a person.")] = None,
    add_up: Annotated[bool, typer.Option("--add-up", help="Add up rows with the same key.")] = False,
    municipality: Annotated[Optional[str], typer.Option(help="Name of the whole, to make the rest.")] = None,
    known_gap: Annotated[
        Optional[list[str]], typer.Option(help='"area year" that is missing on purpose.')
    ] = None,
    first: Annotated[Optional[str], typer.Option("--from", help="First day covered, for incidents.")] = None,
    last: Annotated[Optional[str], typer.Option("--to", help="Last day covered, for incidents.")] = None,
    select: Annotated[Optional[list[str]], typer.Option(help="StatBank: variable=values.")] = None,
    base: Annotated[Optional[str], typer.Option(help="StatBank: another address.")] = None,
    timeout: Annotated[float, typer.Option(help="StatBank: seconds to wait for an answer.")] = 30,
    synthetic: Annotated[bool, typer.Option("--synthetic", help="The data are made up.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a table that is there.")] = False,
) -> None:
    """Read a municipality's own files into a data set, or refuse them with the reason."""
    from evalbook.intake.command import import_sources

    options = {
        "sheet": sheet,
        "decimals": decimals,
        "delimiter": delimiter,
        "constants": constant,
        "columns": column,
        "values": value,
        "ignore": ignore,
        "drop": drop,
        "unit": unit,
        "rows": rows,
        "add_up": add_up or None,
        "municipality": municipality,
        "known_gaps": known_gap,
    }
    root = workbook()
    for line in import_sources(
        root,
        sources,
        table=table,
        into=root / into,
        map_file=map_file,
        options=options,
        supplied_by=supplied_by,
        covers=(first, last),
        select=select or [],
        base=base,
        timeout=timeout,
        synthetic=synthetic,
        replace=replace,
    ):
        tell(line)


@app.command()
def template(
    tables: Annotated[Optional[list[str]], typer.Argument(help="Tables; all if none is named.")] = None,
    into: Annotated[Path, typer.Option(help="Folder for the workbooks.")] = Path("data/local/templates"),
    one: Annotated[
        bool, typer.Option("--one", help="One workbook, with a sheet for each table that the goals need.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over workbooks that are there.")] = False,
) -> None:
    """Write an empty, documented Excel workbook for each table, or one for all of them."""
    from evalbook.intake.workbook import ONE, needed
    from evalbook.intake.workbook import template as write
    from evalkit.plan import read
    from evalkit.schema import TABLES

    root = workbook()
    if one:
        plan = read(root)
        write(tables or needed(plan), plan, root / into / ONE, overwrite=force)
        file = (into / ONE).as_posix()
        tell(f"Wrote {file}. Fill it in, then: evalkit import {file}")
        return
    for name in tables or TABLES:
        path = into / f"{name}.xlsx"
        write([name], read(root), root / path, overwrite=force)
        tell(f"Wrote {path.as_posix()}.")


@app.command()
def gate(
    files: Annotated[list[Path] | None, typer.Argument(help="Files about to be committed.")] = None,
) -> None:
    """Refuse personal data, files over 1 MB and data/local (for pre-commit)."""
    from evalbook.intake.privacy import gate as look

    problems = look(files or [], Path.cwd())
    for problem in problems:
        say(str(problem), err=True)
    raise typer.Exit(1 if problems else 0)
