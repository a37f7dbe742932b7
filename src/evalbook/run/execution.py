"""One report, made in the process that calls: papermill, rendering, and the files to put in place."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
import papermill as pm
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from evalbook.approval import own_files
from evalbook.run.files import write_flushed
from evalbook.run.normal_form import normalise, without_paths
from evalbook.run.papermill_engine import RefusedCellError, ReportEngine
from evalbook.run.report_kernel import ForkedKernel, Launch, manager_for
from evalbook.run.tasks import Outcome, Report, Settings, key_of
from evalkit.errors import ProblemsFound, few_open_files


class TooLongError(Exception):
    """The report as a whole has used up its time."""


papermill_engines.register("evalkit", ReportEngine)

SHOWN = 60
"""Letters of the line that failed which are shown."""


Started = Callable[[int], None]
"""Told the process id of the kernel."""


def make(report: Report, settings: Settings, started: Started, forked: ForkedKernel | None) -> Outcome:
    """Run and render one report; its files wait under `settings.fresh`, named in the outcome."""
    begun = time.monotonic()
    kept: list[NotebookNode] = []
    launch = _launch(report, settings, started, forked)
    try:
        notebook = _execute(report, settings, launch, kept, begun + settings.options.report_timeout)
        files, remarks = _written(notebook, report, settings)
        return Outcome(report.key, "made", time.monotonic() - begun, files=files, remarks=remarks)
    except Exception as error:
        reason, transient = _reason(error, launch, settings, kept)
        files = _leave_behind(report, settings, launch, kept, reason)
        return Outcome(report.key, "failed", time.monotonic() - begun, reason, files, transient=transient)
    finally:
        shutil.rmtree(launch.folder, ignore_errors=True)


def _written(
    notebook: NotebookNode, report: Report, settings: Settings
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Write notebook and pages to where they wait to be put in place.

    Gives the hash of each by path, and what of the notebook its pages do not show.
    """
    steps, remarks = settings.steps, tuple[str, ...]()
    if steps:
        steps.fill(notebook, report, settings.evaluation)
    pages: Mapping[str, str] = {}
    if steps:
        pages = steps.render(notebook, report)  # and cuts from the notebook what its pages do not show
        remarks = tuple(one.said("en") for one in getattr(pages, "remarks", ()))
    contents = {f"{report.key}.ipynb": nbformat.writes(notebook)}
    contents |= {key_of(report.language, page): html for page, html in pages.items()}
    return {name: write_flushed(settings.fresh / name, text) for name, text in contents.items()}, remarks


def _launch(report: Report, settings: Settings, started: Started, forked: ForkedKernel | None) -> Launch:
    """Private folders of one kernel."""
    folder = Path(
        tempfile.mkdtemp(prefix="", dir=settings.scratch)
    )  # Windows may not yet have let go of the last one
    cwd = folder / "cwd"
    cwd.mkdir(mode=0o700)
    own = settings.root / own_files.FOLDER
    if own.is_dir() and own_files.reads(report.notebook):  # under the path that it has in JupyterLab
        shutil.copytree(own, cwd / own_files.FOLDER)
    env = {**settings.env, "IPYTHONDIR": str(settings.scratch / "ipython")}  # nobody's own start-up files
    log = folder / "kernel.log"
    return Launch(
        folder, cwd, log, env, settings.options.memory, settings.options.start_timeout, forked, started
    )


def _execute(
    report: Report, settings: Settings, launch: Launch, kept: list[NotebookNode], deadline: float
) -> NotebookNode:
    """The executed and normalised notebook."""
    source = report.notebook.read_text(encoding="utf-8")
    ids = [cell.get("id") for cell in json.loads(source)["cells"]]

    def cell_timeout(cell: NotebookNode) -> int:
        if (left := deadline - time.monotonic()) <= 0:
            raise TooLongError
        return max(1, round(min(settings.options.cell_timeout, left)))

    try:
        notebook = pm.execute_notebook(
            nbformat.reads(source, as_version=4),
            None,
            parameters=dict(report.parameters),
            engine_name="evalkit",
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            start_timeout=settings.options.start_timeout,
            kept=kept,
            kernel_manager_class=manager_for(launch),
            shutdown_kernel="immediate",
            record_timing=False,
            timeout_func=cell_timeout,
            resources={"metadata": {"path": str(launch.cwd)}},
        )
        normalise(notebook, ids, _paths(settings, launch))
        return notebook
    except Exception:
        if kept:
            normalise(kept[0], ids, _paths(settings, launch))
        raise


def _paths(settings: Settings, launch: Launch) -> list[str]:
    """Folders of this machine that no reader needs to see."""
    return [
        str(launch.cwd),
        str(settings.root),
        str(settings.evaluation),
        str(settings.scratch),
        str(settings.out),
        sys.prefix,
        str(Path.home()),
    ]


def _reason(
    error: Exception, launch: Launch, settings: Settings, kept: list[NotebookNode]
) -> tuple[str, bool]:
    """Why a report failed, in one line, and whether another try may help."""
    if isinstance(error, PapermillExecutionError):
        where = _where(error, kept)
        if error.ename.endswith("MemoryError"):
            limit = (
                f"the limit of {settings.options.memory} MiB (--memory)"
                if settings.options.memory
                else "the machine has"
            )
            return f"{where} needed more memory than {limit}", False
        if (
            error.ename == "CellExecutionError" and settings.options.memory
        ):  # no error came back: its words found no room
            return (
                f"{where} ended without a word: is {settings.options.memory} MiB (--memory) too little?",
                False,
            )
        said = f"{where}: {error.ename}: {error.evalue}".splitlines()[0].removesuffix(": ")
        own = f"{own_files.FOLDER}/"  # what a cell finds in the folder that it runs in
        if error.ename == "FileNotFoundError" and f"'{own}" not in said:
            said += f". Put files for cells into {own} and read them as {own}…"
        return said, False
    if isinstance(error, CellTimeoutError | TooLongError):
        return (
            f"a cell ran longer than {settings.options.cell_timeout:g} s (--cell-timeout), "
            f"or the report longer than {settings.options.report_timeout:g} s (--report-timeout)"
        ), True
    if isinstance(error, RefusedCellError):
        return f"{_place(error.cell_index, kept)} {error}", False
    if isinstance(error, DeadKernelError):
        code = launch.exit_code
        how = (
            f"was killed by signal {-code}"
            if code is not None and code < 0
            else f"ended with exit code {code}"
        )
        return f"the report process {how} in the middle of a cell (out of memory?)", True
    if isinstance(error, ProblemsFound):
        return "; ".join(map(str, error.problems)), False
    if isinstance(error, OSError):
        return f"could not write or read {Path(str(error.filename or '?')).name}: {error.strerror}", True
    if isinstance(error, RuntimeError) and "ernel d" in str(error):  # nbclient has no class of its own for it
        return (
            f"the report process did not start within {settings.options.start_timeout} s, or died at once{_lacking(launch.log)}",
            True,
        )
    return f"{type(error).__name__}: {error}".splitlines()[0], False


def _place(cell_index: int, kept: list[NotebookNode]) -> str:
    """A cell, counted as in the notebook's own file."""
    tags = [cell.metadata.get("tags", []) for cell in kept[0].cells] if kept else []
    before = [tag for tag in tags if "papermill-error-cell-tag" not in tag][:cell_index]
    return f"cell {cell_index + 1 - sum('injected-parameters' in tag for tag in before)}"


def _lacking(log: Path) -> str:
    """What the machine did not have when a report process died, by its log, as the end of a sentence."""
    said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    if "Too many open files" in said:
        return ": too many open files (allow more: ulimit -n 1024)"
    if re.search("MemoryError|allocate memory|failed to map", said):
        return ": too little memory"
    return few_open_files()


def _where(error: PapermillExecutionError, kept: list[NotebookNode]) -> str:
    """Cell and line of an error, with what stands there."""
    place = _place(error.cell_index, kept)
    told = re.search(r"Cell In\s?\[\d+\], line (\d+)", strip_ansi("\n".join(error.traceback or ())))
    if told is None:
        return place
    line = (error.source.splitlines() + [""] * int(told[1]))[int(told[1]) - 1].strip()
    return f"{place}, line {told[1]} ({line if len(line) <= SHOWN else line[: SHOWN - 1] + '…'})"


def _leave_behind(
    report: Report, settings: Settings, launch: Launch, kept: list[NotebookNode], reason: str
) -> dict[str, str]:
    """Notebook, traceback and log of a failed report, under failed/; its cells are cleaned as those of a page are."""
    from evalbook.site.outputs import (
        secure,  # with all that makes pages, which a run that goes well has loaded elsewhere
    )

    stem = f"failed/{report.key}"
    log = launch.log.read_text(encoding="utf-8", errors="replace") if launch.log.exists() else ""
    text = f"{report.key}: {reason}\n\n{traceback.format_exc()}\n--- log of the report process ---\n{log}"
    contents = {f"{stem}.txt": without_paths(text, _paths(settings, launch))}
    try:
        if kept:  # it lies in the output folder, as pages do
            secure(kept[0], report.language, report.notebook.parent, settings.root)
            contents[f"{stem}.ipynb"] = nbformat.writes(kept[0])
    except Exception as error:  # what cannot be read is not left there
        contents[f"{stem}.txt"] += f"\n--- its notebook is left out: {error}\n"
    try:
        return {name: write_flushed(settings.fresh / name, content) for name, content in contents.items()}
    except OSError:  # the disk is full: the reason alone must do
        return {}
