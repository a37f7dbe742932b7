"""The `evalkit` command itself, and what its commands share: the workbook, its data set, how a line is said."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from evalbook.console import say
from evalkit import __version__

app = typer.Typer(
    name="evalkit",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Evaluate a housing plan: from params/ and data/ to narrative reports.",
)


def _version(wanted: bool) -> None:
    if wanted:
        say(f"evalkit {__version__}")
        raise typer.Exit()


@app.callback()
def _evalkit(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Evaluate a housing plan: from params/ and data/ to narrative reports."""


def workbook() -> Path:
    """The workbook's folder: this one, or one above it."""
    from evalkit.plan import find_root

    return find_root()


def data_set(root: Path, given: Optional[Path]) -> Path:
    """The data set that is meant: the one given, else the plan's own."""
    from evalkit.plan import data_folder

    return root / given if given else data_folder(root)


Data = Annotated[
    Optional[Path], typer.Option(help="Folder of the data set. [what plan.yml says, else data/demo]")
]


def tell(text: str) -> None:
    """Print what import, check or template have to say, in the user's language."""
    from evalbook.messages import of_line

    say(of_line(text))
