"""Papermill over many reports at once: retries, others go on after a failure, whole files or none."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evalbook.run.atomic_files import move_whole
from evalbook.run.forked_kernel import SUPPORTED
from evalbook.run.options import Options
from evalbook.run.pool import Pool, Task, jobs_here
from evalbook.run.tasks import Outcome, Report, Settings, check_names
from evalbook.run.temporary import private_folder, sweep

Watch = Callable[[str, Report, Outcome | None], None]
"""(what happened: started, retried, made or failed; the report; its outcome, if any) -> None."""


def run(
    reports: Sequence[Report],
    out: Path,
    *,
    render: Callable[..., dict[str, str]] | None = None,
    jobs: int | None = None,
    cold: bool = False,
    retries: int = 1,
    env: Mapping[str, str] | None = None,
    watch: Watch = lambda what, report, outcome: None,
    **limits: Any,
) -> list[Outcome]:
    """Make all reports, without ledger or cache; see `evalbook.run.runner` for a whole run.

    Parameters
    ----------
    reports : what to make
    out : output folder; `<out>/<stem>.ipynb` and `.html` are replaced only by whole files
    render : importable function (notebook, report) -> pages by path; called in a worker process
    jobs : reports at a time; one more than there are processor cores unless told otherwise
    cold : ordinary kernels, even where they can be forked from a warm server
    retries : further tries when the machine failed (kernel killed, not started, hung), not the notebook
    env : environment of the kernels: EVALKIT_ROOT, EVALKIT_EVALUATION
    watch : told what happens, as it happens
    limits : cell_timeout, report_timeout, start_timeout in seconds; memory in MiB for each kernel

    Returns
    -------
    One outcome for each report, in the order given.

    Raises
    ------
    UnknownName
        When params and notebook disagree; nothing has been started or written.
    """
    check_names(reports)
    out.mkdir(parents=True, exist_ok=True)
    sweep()
    with private_folder() as scratch:
        settings = Settings(
            out.resolve(), out.resolve() / ".new", scratch, render, env=dict(env or {}), **limits
        )
        with Pool(settings, jobs or jobs_here(), warm=SUPPORTED and not cold) as pool:
            outcomes = make_all(reports, pool, settings, retries, watch)
    return [outcomes[report.key] for report in reports]


def make_all(
    reports: Sequence[Report], pool: Pool, settings: Settings, retries: int, watch: Watch
) -> dict[str, Outcome]:
    """Hand out the reports and put what comes back in place; the outcome of each by its key.

    A report that failed for good leaves the last good one in place.
    """
    waiting = deque(Task(report) for report in reports)
    outcomes: dict[str, Outcome] = {}
    while waiting or pool.busy:
        while waiting and pool.free:
            task = waiting.popleft()
            pool.give(task)
            if task.attempt == 1:
                watch("started", task.report, None)
        for task, outcome in pool.results():
            report = task.report
            if outcome.transient and task.attempt <= retries:
                watch("retried", report, outcome)
                waiting.append(Task(report, task.attempt + 1))
                continue
            outcome = replace(put_in_place(report, outcome, settings), attempts=task.attempt)
            outcomes[report.key] = outcome
            watch(outcome.status, report, outcome)
    return outcomes


def put_in_place(report: Report, outcome: Outcome, settings: Settings) -> Outcome:
    """Rename the whole files of a report to their places, and clear away an earlier failure."""
    try:
        for name in outcome.files:
            move_whole(settings.fresh / name, settings.out / name)
        if outcome.status == "made":
            for suffix in (".txt", ".ipynb"):
                (settings.out / "failed" / (report.path + suffix)).unlink(missing_ok=True)
    except OSError as error:
        return replace(
            outcome, status="failed", reason=f"could not be put in place: {error.strerror}", files={}
        )
    return outcome


def gather(settings: Settings, options: Options) -> Pool:
    """Whoever makes the reports: processes of this machine, or a cluster."""
    warm = SUPPORTED and not options.cold
    if options.cluster:
        from evalbook.run.cluster import ClusterPool

        return ClusterPool(settings, options.cluster, warm)
    return Pool(settings, options.jobs or jobs_here(), warm)
