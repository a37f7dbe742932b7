"""The `evalkit` command: one function per command, no logic; heavy imports wait until they are needed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from evalbook.console import encode_plainly, say
from evalkit import __version__
from evalkit.errors import EvalkitError, of_the_machine

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


def _root() -> Path:
    from evalkit.plan import find_root

    return find_root()


def _data(root: Path, given: Optional[Path]) -> Path:
    """The data set that is meant: the one given, else the plan's own."""
    from evalkit.plan import data_folder

    return root / given if given else data_folder(root)


Data = Annotated[
    Optional[Path], typer.Option(help="Folder of the data set. [what plan.yml says, else data/demo]")
]


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

    root = _root()
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
        say(command(root, _data(root, data), options, choose(quiet=quiet, json=as_json), pdf))
        return
    from evalbook.run.pdf import browser, put

    if pdf and list_:
        raise EvalkitError("--list makes no report, so there is nothing to print: leave out --pdf.")
    if pdf:
        browser()  # before the reports are made
    to, show = out or root / "output", choose(quiet=quiet or list_, json=as_json)
    if memory and sys.platform != "linux":
        show.line("--memory has no effect: only Linux can limit a process.")
    status = make(root, _data(root, data), to, options, STEPS, show)
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

    root, show = _root(), choose(quiet=quiet, json=as_json)
    raise typer.Exit(make(root, _data(root, data), out or root / "output", Options(part="site"), STEPS, show))


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

    root = _root()
    command(Asked(root, notebook, area, year, _data(root, data), out, language), STEPS, say, watch)


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

    raise typer.Exit(start(_root(), context.args))


@app.command()
def hooks() -> None:
    """Once in each clone: git commits notebooks without outputs, and shows their changes cell by cell."""
    from evalbook.lab.clean_notebook import set_up

    for line in set_up(_root()):
        say(line)


@app.command()
def check(
    data: Data = None,
    form: Annotated[str, typer.Option("--format", help="text, or json for machines.")] = "text",
) -> None:
    """Say everything that is wrong with params and data, and what the data set holds."""
    from evalbook.messages import of_problem
    from evalbook.review.check_command import check as check_all
    from evalbook.review.check_command import said

    root = _root()
    folder = _data(root, data)
    problems = check_all(root, folder)
    if form == "json":
        say(said(problems, root, folder, form))
    else:
        _tell(said([of_problem(one) for one in problems], root, folder, form))
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

    root, editor = _root(), own_editor() if edit else None
    today = datetime.date.today()
    say(write(root, _data(root, data), area, year, author=name, role=role, editor=editor, today=today))


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

    root = _root()
    say(write(root, _data(root, data), area, year, language, to, datetime.date.today(), case))


@app.command()
def review(
    files: Annotated[list[Path], typer.Argument(help="Word files that came back.")],
    data: Data = None,
) -> None:
    """Take reviewers' comments from their Word files onto the checklist; what they changed is told, and not taken."""
    _needs_docx()
    from evalbook.word.came_back import review as take

    root = _root()
    told = take(root, _data(root, data), files)
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

    root, today = _root(), datetime.date.today()
    folder = _data(root, data)
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
    shown = put_review(root, folder, root / "output", area, year, STEPS)
    say(f"{said} {'Its pages say so.' if shown else 'evalkit run puts it on its pages.'}")


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

    root = _root()
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
    root = _root()
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
        _tell(line)


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

    root = _root()
    if one:
        plan = read(root)
        write(tables or needed(plan), plan, root / into / ONE, overwrite=force)
        file = (into / ONE).as_posix()
        _tell(f"Wrote {file}. Fill it in, then: evalkit import {file}")
        return
    for name in tables or TABLES:
        path = into / f"{name}.xlsx"
        write([name], read(root), root / path, overwrite=force)
        _tell(f"Wrote {path.as_posix()}.")


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


@app.command()
def compare(
    old: Annotated[Path, typer.Argument(help="Output folder or release.")],
    new: Annotated[Path, typer.Argument(help="Output folder or release.")],
    page: Annotated[Path, typer.Option(help="Where the page goes.")] = Path("output/compare.html"),
    language: Annotated[str, typer.Option(help="Of the page: da or en.")] = "da",
) -> None:
    """Say what changed between two editions: figures, verdicts and why, texts, hidden rows."""
    from evalbook.review.comparison_page import command

    say(command(_root(), old, new, page, language))


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

    say(renew_notebooks(_root(), force=force))


@app.command()
def demo(
    into: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("data/demo"),
    seed: Annotated[int, typer.Option(help="Seed of the generator.")] = 2017,
) -> None:
    """Write the synthetic data set anew."""
    from evalbook.rehearsal.demo import write
    from evalkit.plan import read

    root = _root()
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
        store(found, _root() / write, seed)
        say(f"Wrote {write}.")


def _tell(text: str) -> None:
    """Print what import, check or template have to say, in the user's language."""
    from evalbook.messages import of_line

    say(of_line(text))


def _in_own_language(error: EvalkitError) -> str:
    if sys.argv[1:2] not in (["import"], ["check"], ["template"], ["run"], ["site"]):
        return str(error)
    from evalbook.messages import of_error

    return of_error(error)


def main() -> None:
    """The command; a mistake of the user's, a full disk or too little memory is one message and exit 2, never a traceback."""
    encode_plainly()
    try:
        app()
    except EvalkitError as error:
        say(_in_own_language(error), err=True)
        sys.exit(error.exit_code)
    except (OSError, MemoryError, ImportError) as error:
        from evalbook.versions import broken

        said = of_the_machine(error) or (broken(error) if isinstance(error, ImportError) else "")
        if not said:
            raise
        say(said, err=True)
        sys.exit(2)
