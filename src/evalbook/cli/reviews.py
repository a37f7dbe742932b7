"""Commands of the review: check, assess, word, review, sign, package, compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from evalbook.cli.app import Data, app, data_set, tell, workbook
from evalbook.console import say
from evalkit.errors import EvalkitError


@app.command()
def check(
    data: Data = None,
    form: Annotated[str, typer.Option("--format", help="text, or json for machines.")] = "text",
) -> None:
    """Say everything that is wrong with params and data, and what the data set holds."""
    from evalbook.messages import of_problem
    from evalbook.review.check_command import check as check_all
    from evalbook.review.check_command import said

    root = workbook()
    folder = data_set(root, data)
    problems = check_all(root, folder)
    if form == "json":
        say(said(problems, root, folder, form))
    else:
        tell(said([of_problem(one) for one in problems], root, folder, form))
    raise typer.Exit(1 if problems else 0)


@app.command()
def assess(
    area: Annotated[str, typer.Argument(help="Area id, or plan.")],
    year: Annotated[str, typer.Argument(help="Plan year, or final.")],
    name: Annotated[str, typer.Option(help="Who writes.", envvar="EVALKIT_NAME")] = "",
    role: Annotated[str, typer.Option(help="In which role. [analyst]")] = "",
    edit: Annotated[
        bool, typer.Option("--edit/--no-edit", help="Open the editor, or stamp as it is.")
    ] = True,
    data: Data = None,
) -> None:
    """Write a report's assessment in $EDITOR, and stamp it with the figures it was written against."""
    import datetime

    from evalbook.review.assess import assess as write
    from evalbook.review.assess import own_editor

    root, editor = workbook(), own_editor() if edit else None
    today = datetime.date.today()
    say(write(root, data_set(root, data), area, year, author=name, role=role, editor=editor, today=today))


@app.command()
def word(
    area: Annotated[str, typer.Argument(help="Area id, or plan.")],
    year: Annotated[str, typer.Argument(help="Plan year, or final.")],
    to: Annotated[Optional[Path], typer.Option(help="The file to write. [its name.docx]")] = None,
    language: Annotated[str, typer.Option(help="da or en.")] = "da",
    case: Annotated[
        bool, typer.Option("--case", help="The annex to a municipal case, under its fixed headings.")
    ] = False,
    data: Data = None,
) -> None:
    """Make a report's page into a Word file that reviewers comment on and answer in."""
    import datetime

    _needs_docx()
    from evalbook.word.sent import write

    root = workbook()
    say(write(root, data_set(root, data), area, year, language, to, datetime.date.today(), case))


@app.command()
def review(
    files: Annotated[list[Path], typer.Argument(help="Word files that came back.")],
    data: Data = None,
) -> None:
    """Take reviewers' comments from their Word files onto the checklist; what they changed is told, and not taken."""
    _needs_docx()
    from evalbook.word.came_back import review as take

    root = workbook()
    told = take(root, data_set(root, data), files)
    say("\n".join(told.lines))
    raise typer.Exit(1 if told.left else 0)


def _needs_docx() -> None:
    from importlib.util import find_spec

    if not (find_spec("docx") and find_spec("resvg_py")):
        raise EvalkitError(
            "Word files need two packages more: pip install 'python-docx>=1.2' 'resvg-py>=0.4'"
        )


@app.command()
def sign(
    area: Annotated[Optional[str], typer.Argument(help="Area id, or plan.")] = None,
    year: Annotated[Optional[str], typer.Argument(help="Plan year, or final.")] = None,
    role: Annotated[str, typer.Option(help="author or reviewer.")] = "",
    name: Annotated[str, typer.Option(help="Who signs.", envvar="EVALKIT_NAME")] = "",
    reply: Annotated[
        Optional[Path],
        typer.Option("--from", help="A reviewer's answer instead: Word file, mail (.eml) or text."),
    ] = None,
    allow_same: Annotated[
        bool, typer.Option("--allow-same", help="Even by the assessment's author; the page says so.")
    ] = False,
    other_person: Annotated[
        bool, typer.Option("--other-person", help="The name is only like the author's.")
    ] = False,
    data: Data = None,
) -> None:
    """Sign one version of a report; a reviewer's sign-off approves it."""
    import datetime

    from evalbook.review.signing import sign as put_name
    from evalbook.run.planning import STEPS
    from evalbook.run.runner import put_review

    root, today = workbook(), datetime.date.today()
    folder = data_set(root, data)
    if reply is not None:
        if area or year or role:
            raise EvalkitError(
                "--from FILE says itself which report and version: leave out area, year and --role."
            )
        _needs_docx()
        from evalbook.word.reply import sign_from

        said, key = sign_from(
            root, folder, reply, today=today, allow_same=allow_same, other_person=other_person
        )
        area, _, year = key.partition("/")
    elif area and year and role and name:
        said = put_name(
            root,
            folder,
            area,
            year,
            role=role,
            person=name,
            today=today,
            allow_same=allow_same,
            other_person=other_person,
        )
    else:
        raise EvalkitError(
            "Say what is signed, and who: evalkit sign AREA YEAR --role reviewer --name …, or --from FILE."
        )
    say(said)  # it is signed, whatever becomes of the pages
    shown = put_review(root, folder, root / "output", area, year, STEPS)
    say("Its pages say so." if shown else "evalkit run puts it on its pages.")


@app.command()
def package(
    area: Annotated[Optional[str], typer.Argument(help="Area, or plan. A release if left out.")] = None,
    year: Annotated[Optional[str], typer.Argument(help="Plan year, or final.")] = None,
    release: Annotated[Optional[str], typer.Option(help="Number of the release. [the last]")] = None,
    language: Annotated[Optional[str], typer.Option(help="Of the report: da or en. [da]")] = None,
    out: Annotated[Optional[Path], typer.Option(help="Folder of the report. [output]")] = None,
    to: Annotated[Optional[Path], typer.Option(help="The file to write. [its name.zip]")] = None,
) -> None:
    """Put a report, or a release, into one .zip to mail, in which every link works."""
    from evalbook.review.mail_package import of_release, of_report

    root = workbook()
    if area and year:
        if release:
            raise EvalkitError("--release packs a whole release: leave out area and year.")
        say(f"Wrote {of_report(root / (out or 'output'), area, year, language or 'da', to)}.")
    elif area or language or out:
        raise EvalkitError(
            "A report has an area and a year, e.g. evalkit package plan final; a release has neither."
        )
    else:
        say(f"Wrote {of_release(root, release, to)}.")


@app.command()
def compare(
    old: Annotated[Path, typer.Argument(help="Output folder or release.")],
    new: Annotated[Path, typer.Argument(help="Output folder or release.")],
    page: Annotated[Path, typer.Option(help="Where the page goes.")] = Path("output/compare.html"),
    language: Annotated[str, typer.Option(help="Of the page: da or en.")] = "da",
) -> None:
    """Say what changed between two editions: figures, verdicts and why, texts, hidden rows."""
    from evalbook.review.comparison_page import command

    say(command(workbook(), old, new, page, language))
