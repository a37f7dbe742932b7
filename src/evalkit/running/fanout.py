"""Papermill over many reports at once: retries, time limits, others go on; whole files or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from evalkit.running.crew import Crew, Task
from evalkit.running.files import move_whole
from evalkit.running.nursery import SUPPORTED
from evalkit.running.reports import Outcome, Report, Settings, check_names

Watch = Callable[[str, Report, Outcome | None], None]
"""(what happened: started, retried, made or failed; the report; its outcome, if any) -> None."""


def run(
    reports: Sequence[Report],
    out: Path,
    *,
    render: Callable[..., str] | None = None,
    jobs: int | None = None,
    cold: bool = False,
    retries: int = 1,
    cell_timeout: float = 120,
    report_timeout: float = 600,
    start_timeout: int = 60,
    memory: int | None = 2048,
    env: Mapping[str, str] | None = None,
    watch: Watch = lambda what, report, outcome: None,
    work: Path | None = None,
) -> list[Outcome]:
    """Make all reports; a failed one leaves the last good one in place, marked, and the others go on.

    Parameters
    ----------
    reports : what to make
    out : output folder; `<out>/<stem>.ipynb` and `.html` are replaced only by whole files
    render : importable function (notebook, report, outdated: bool) -> page; called in a worker process
    jobs : reports at a time; the number of processor cores unless told otherwise
    cold : ordinary kernels, even where they can be forked from a warm server
    retries : further tries when the machine failed (kernel killed, not started, hung), not the notebook
    cell_timeout, report_timeout, start_timeout : seconds
    memory : MiB for each kernel; None for no limit
    env : environment of the kernels: EVALKIT_ROOT, EVALKIT_EVALUATION
    watch : told what happens, as it happens
    work : folder for unfinished files, on the same disk as `out`; removed afterwards

    Returns
    -------
    One outcome for each report, in the order given.

    Raises
    ------
    UnknownName
        When params and notebook disagree; nothing has been started or written.
    """
    check_names(reports)
    work = work or out / ".evalkit" / "work"
    work.mkdir(parents=True, exist_ok=True)
    sockets = Path(tempfile.mkdtemp(prefix="evalkit-"))  # a socket's path may have some hundred letters at most
    settings = Settings(
        out=out.resolve(), work=work.resolve(), sockets=sockets, render=render, env=dict(env or {}),
        cell_timeout=cell_timeout, report_timeout=report_timeout, start_timeout=start_timeout, memory=memory,
    )  # fmt: skip
    try:
        with Crew(settings, jobs or os.cpu_count() or 1, warm=SUPPORTED and not cold) as crew:
            outcomes = _make_all(reports, crew, settings, retries, watch)
        return [outcomes[report.key] for report in reports]
    finally:
        shutil.rmtree(sockets, ignore_errors=True)
        shutil.rmtree(work, ignore_errors=True)


def _make_all(
    reports: Sequence[Report], crew: Crew, settings: Settings, retries: int, watch: Watch
) -> dict[str, Outcome]:
    """Hand out the reports and put what comes back in place; the outcome of each by its key."""
    waiting = deque(Task("make", report) for report in reports)
    outcomes: dict[str, Outcome] = {}
    while waiting or crew.busy:
        while waiting and crew.free:
            task = waiting.popleft()
            crew.give(task)
            if task.what == "make" and task.attempt == 1:
                watch("started", task.report, None)
        for task, outcome in crew.results():
            report = task.report
            outcome = replace(put_in_place(report, outcome, settings), attempts=task.attempt)
            if task.what == "outdate":  # the report had failed before
                failed = outcomes[report.key]
                outcomes[report.key] = replace(failed, files={**failed.files, **outcome.files})
            elif outcome.transient and task.attempt <= retries:
                watch("retried", report, outcome)
                waiting.append(Task("make", report, task.attempt + 1))
            else:
                outcomes[report.key] = outcome
                watch(outcome.status, report, outcome)
                if not outcome.ok:
                    waiting.appendleft(Task("outdate", report))
    return outcomes


def put_in_place(report: Report, outcome: Outcome, settings: Settings) -> Outcome:
    """Rename the whole files of a report to their places, and clear away an earlier failure."""
    for name in outcome.files:
        move_whole(settings.fresh / name, settings.out / name)
    if outcome.status == "made":
        for suffix in (".txt", ".ipynb"):
            (settings.out / "failed" / (report.path + suffix)).unlink(missing_ok=True)
    return outcome
