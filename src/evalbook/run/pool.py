"""The processes of a run: who makes what, who has died, who has taken too long, and what is tried again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from evalbook.run.files import move_whole, note_also
from evalbook.run.processes import SAME_EVERYWHERE, kill_kernel, unstopped, without_uri_grammar
from evalbook.run.tasks import Outcome, Report, Settings
from evalkit.errors import EvalkitError, RunFailed, few_open_files

GRACE = 15.0
"""Seconds that a report may take beyond its limits before its process is killed."""

Watch = Callable[[str, Report, Outcome | None], None]
"""(what happened: started, retried, made or failed; the report; its outcome, if any) -> None."""


@dataclass(frozen=True)
class Task:
    """One report to make, and which try it is."""

    report: Report
    attempt: int = 1


@dataclass
class Worker:
    """A process, what it is doing, and the kernel that it has started."""

    process: BaseProcess
    pipe: Connection
    forked: bool
    task: Task | None = None
    deadline: float = 0.0
    kernel: int | None = None
    makes: bool = False  # reports; one that was asked a question does not

    @property
    def signs(self) -> list[Any]:
        """What is ready when it has spoken or died: Windows may keep the pipe of a dead one open.

        A forked one looks dead when its fork server is; its pipe tells.
        """
        return [self.pipe] if self.forked else [self.pipe, self.process.sentinel]

    def heard(self) -> Any:
        """What has been said; EOFError of one that has died."""
        if not self.pipe.poll():
            raise EOFError
        return self.pipe.recv()

    def kill(self) -> None:
        """Kill the process and its kernel, with all that a cell has started."""
        kill_kernel(self.kernel)
        self.process.kill()
        if sys.platform != "win32" and self.process.pid:
            with suppress(ProcessLookupError):  # a dead fork server makes its children look dead
                os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()
        self.pipe.close()


class Pool:
    """Up to `size` processes that make reports; leaving the `with` block leaves none of them, nor any kernel.

    A warm process is forked, makes one report and ends, so that its kernel can be forked before it has threads. Others,
    which take seconds to start, make one report after the other.
    """

    def __init__(self, settings: Settings, size: int | None, warm: bool) -> None:
        self.settings, self.warm = settings, warm
        self.size = size or (os.cpu_count() or 1) + 1  # each of them waits for its kernel now and then
        self.workers: list[Worker] = []
        self._fork_server: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.kill()

    def warm_up(self) -> None:
        """Have the fork server import everything while the run goes on; else it begins with the first report."""
        if self.warm and not self._fork_server:
            self._fork_server = start_fork_server(self.settings)

    @property
    def busy(self) -> list[Worker]:
        """Workers with a task."""
        return [worker for worker in self.workers if worker.task]

    @property
    def free(self) -> bool:
        """Whether another task can be given."""
        return len(self.busy) < self.size

    def give(self, task: Task) -> None:
        """Hand a task to an idle worker, or to a new one."""
        idle = (worker for worker in self.workers if worker.makes and not worker.task)
        if (worker := next(idle, None)) is None:
            worker = self._start(self.warm, make_reports, self.settings, self.warm)
            worker.makes = True
        limits = self.settings.options.report_timeout + self.settings.options.start_timeout
        worker.task, worker.deadline = task, time.monotonic() + limits + GRACE
        with suppress(OSError):  # it has died at once: `results` will hear of it
            worker.pipe.send(task.report)

    def ask(self, function: Callable[..., Any], *arguments: Any, warm: bool = True) -> Worker:
        """Have an importable function called in a process of its own; its `answer` is fetched later.

        One that is not `warm` need not wait until the fork server has imported everything.
        """
        return self._start(warm and self.warm, call, function, arguments)

    def answer(self, worker: Worker) -> Any:
        """What an asked function gives; raises what it raises.

        Raises
        ------
        RunFailed
            When the process ends without an answer.
        """
        wait(worker.signs)
        try:
            done, answer = worker.heard()
        except (EOFError, OSError):
            worker.process.join()
            said = f"a step of the run ended with exit code {worker.process.exitcode}{few_open_files()}."
            raise RunFailed(said) from None
        self.workers.remove(worker)
        worker.process.join()
        if done:
            return answer
        raise answer

    def dismiss(self, worker: Worker) -> None:
        """Do without an answer."""
        worker.kill()
        self.workers.remove(worker)

    def results(self) -> Iterator[tuple[Task, Outcome]]:
        """Wait until something has happened; gives what is finished, killed or dead."""
        busy = self.busy
        handles = [sign for worker in busy for sign in worker.signs]
        first = min(worker.deadline for worker in busy)
        spoken = wait(handles, timeout=max(0.0, first - time.monotonic()))
        for worker in busy:
            task = cast(Task, worker.task)
            if any(sign in spoken for sign in worker.signs):
                outcome = self._hear(worker)
            elif time.monotonic() >= worker.deadline:
                limit = self.settings.options.report_timeout
                outcome = _lost(task, f"took longer than {limit:g} s (--report-timeout) and was stopped")
            else:
                continue
            if outcome:
                kill_kernel(worker.kernel)  # one that died by itself leaves what its cells have started
                worker.task = worker.kernel = None
                if self.warm or not outcome.ok:  # another goes on
                    self.dismiss(worker)
                yield task, outcome

    def _start(self, warm: bool, life: Callable[..., None], *arguments: Any) -> Worker:
        """Start a process with a pipe to it; a fork server that has died is started again.

        Raises
        ------
        RunFailed
            When no process can be started.
        """
        if warm:
            self.warm_up()
        context: Any = self._fork_server if warm else multiprocessing.get_context("spawn")
        for _ in range(3):
            here, there = context.Pipe()
            process = context.Process(target=life, args=(there, *arguments))
            try:
                process.start()
            except (EOFError, ConnectionError, FileNotFoundError):
                continue
            finally:
                there.close()
            self.workers.append(Worker(process, here, warm))
            return self.workers[-1]
        raise RunFailed("The fork server ends as soon as it has started. Run with --cold to do without it.")

    def _hear(self, worker: Worker) -> Outcome | None:
        """What a worker says; None when it only names its kernel."""
        try:
            said = worker.heard()
        except (EOFError, OSError):
            worker.process.join()
            return _lost(
                cast(Task, worker.task),
                f"its process ended with exit code {worker.process.exitcode}{few_open_files()}",
            )
        if isinstance(said, int):
            worker.kernel = said
            return None
        return cast(Outcome, said)


def _lost(task: Task, reason: str) -> Outcome:
    """The outcome of a report whose process cannot be waited for."""
    return Outcome(task.report.key, "failed", reason=reason, transient=True)


def make_all(reports: Sequence[Report], pool: Pool, watch: Watch) -> dict[str, Outcome]:
    """Hand out the reports and put what comes back in place; the outcome of each by its key.

    A report that failed for good leaves the last good one in place. `watch` is told what happens, as it happens.
    """
    settings = pool.settings
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
            if outcome.transient and task.attempt <= settings.options.retries:
                watch("retried", report, outcome)
                waiting.append(Task(report, task.attempt + 1))
                continue
            outcome = replace(_put_in_place(report, outcome, settings), attempts=task.attempt)
            outcomes[report.key] = outcome
            watch(outcome.status, report, outcome)
    return outcomes


def _put_in_place(report: Report, outcome: Outcome, settings: Settings) -> Outcome:
    """Rename the whole files of a report to their places, and clear away an earlier failure."""
    try:
        for name in outcome.files:
            move_whole(settings.fresh / name, settings.out / name)
        if outcome.status == "made":
            for suffix in (".txt", ".ipynb"):
                (settings.out / "failed" / (report.key + suffix)).unlink(missing_ok=True)
    except OSError as error:
        reason = f"could not be put in place: {error.strerror}"
        return replace(outcome, status="failed", reason=reason, files={})
    return outcome


# ---- what the processes do --------------------------------------------------------------------------------


def start_fork_server(settings: Settings) -> Any:
    """The context of the fork server, which imports what reports and kernels need; started when it is not there."""
    from multiprocessing.forkserver import ensure_running
    from multiprocessing.util import get_temp_dir

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["evalbook.run.preload"])
    before = dict(os.environ)
    package = str(Path(__file__).parents[2])
    os.environ.update(
        SAME_EVERYWHERE,
        PYTHONPATH=os.pathsep.join(filter(None, [package, before.get("PYTHONPATH")])),
    )
    try:
        # The standard library's to remove, as soon as it has noted so, unless we are killed.
        with unstopped():
            folder = get_temp_dir()
        note_also(settings.scratch, folder)
        ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)
    return context


def make_reports(pipe: Connection, settings: Settings, warm: bool) -> None:
    """Life of a process that makes reports: take one, make it, say what came of it, until the pipe is closed.

    One that is `warm` has a forked kernel for one report.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run itself decides when to stop
    with without_uri_grammar():
        from evalbook.run import execution
        from evalbook.run.report_kernel import ForkedKernel
    forked = ForkedKernel(pipe) if warm else None  # before any thread has started
    kernels: list[int] = []
    threading.Thread(target=_follow_parent, args=(kernels,), daemon=True).start()

    def started(pid: int) -> None:
        kernels[:] = [pid]
        pipe.send(pid)

    while True:
        try:
            report = pipe.recv()
        except EOFError:
            return
        outcome = execution.make(report, settings, started, forked)
        kernels.clear()
        pipe.send(outcome)


def call(pipe: Connection, function: Callable[..., Any], arguments: Sequence[Any]) -> None:
    """Life of a process that calls one function."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, args=([],), daemon=True).start()
    try:
        pipe.send((True, function(*arguments)))
    except Exception as error:
        if not isinstance(error, EvalkitError):
            error.add_note(traceback.format_exc())  # the traceback itself does not travel
        pipe.send((False, error))


def _follow_parent(kernels: list[int]) -> None:
    """End with the run: a run that was killed can stop nobody itself."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    for kernel in kernels:
        kill_kernel(kernel)
    os._exit(1)
