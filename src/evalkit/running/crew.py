"""The worker processes of a run: who makes what, who has died, who has taken too long."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from evalkit.errors import EvalkitError, RunFailed
from evalkit.running import nursery
from evalkit.running.nursery import SAME_EVERYWHERE
from evalkit.running.reports import Outcome, Report, Settings
from evalkit.running.scratch import note_also

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

GRACE = 15.0
"""Seconds that a report may take beyond its limits before its process is killed."""


@dataclass(frozen=True)
class Task:
    """One thing to do for one report: `make` it, or mark the last good one as `outdate`d."""

    what: str
    report: Report
    attempt: int = 1


@dataclass
class Worker:
    """A process, what it is doing, and the kernel that it has started."""

    process: BaseProcess
    pipe: Connection
    task: Task | None = None
    deadline: float = 0.0
    kernel: int | None = None

    def kill(self) -> None:
        """Kill the process and its kernel, with all that a cell has started."""
        kill_kernel(self.kernel)
        self.process.kill()
        if sys.platform != "win32" and self.process.pid:
            with suppress(ProcessLookupError):  # a dead fork server makes its children look dead
                os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()
        self.pipe.close()


class Crew:
    """Up to `size` worker processes; leaving the `with` block leaves none of them, nor any kernel."""

    def __init__(self, settings: Settings, size: int, warm: bool) -> None:
        self.settings, self.size, self.warm = settings, size, warm
        self.context: Any = warm_up(settings.scratch) if warm else multiprocessing.get_context("spawn")
        self.workers: list[Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.kill()

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
        worker = next((worker for worker in self.workers if not worker.task), None) or self._hire()
        limits = self.settings.report_timeout + self.settings.start_timeout
        worker.task, worker.deadline = task, time.monotonic() + limits + GRACE
        with suppress(OSError):  # it has died at once: `results` will hear of it
            worker.pipe.send((task.what, task.report))

    def call(self, function: Callable[..., Any], *arguments: Any, warm: bool = True) -> Any:
        """Call an importable function in a process of its own; gives and raises what it does.

        One that is not `warm` need not wait until the fork server has imported everything.

        Raises
        ------
        RunFailed
            When the process ends without an answer.
        """
        context = self.context if warm else multiprocessing.get_context("spawn")
        worker = self._start(context, call, function, arguments)
        try:
            done, answer = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join()
            raise RunFailed(
                f"{function.__name__}: its process ended with exit code {worker.process.exitcode}."
            ) from None
        self.workers.remove(worker)
        worker.process.join()
        if done:
            return answer
        raise answer

    def results(self) -> Iterator[tuple[Task, Outcome]]:
        """Wait until something has happened; gives what is finished, killed or dead."""
        busy = self.busy
        handles: list[Any] = [worker.pipe for worker in busy]
        first = min(worker.deadline for worker in busy)
        spoken = wait(handles, timeout=max(0.0, first - time.monotonic()))  # a dead one's pipe is ready, too
        for worker in busy:
            task = worker.task
            assert task is not None
            if worker.pipe in spoken:
                outcome = self._hear(worker)
            elif time.monotonic() >= worker.deadline:
                limit = self.settings.report_timeout
                outcome = self._dismiss(
                    worker, f"took longer than {limit:g} s (--report-timeout) and was stopped"
                )
            else:
                continue
            if outcome:
                worker.task = worker.kernel = None
                if (
                    self.warm and worker in self.workers
                ):  # its kernel has been used: the next gets a fresh pair
                    worker.pipe.close()
                    self.workers.remove(worker)
                yield task, outcome

    def _hire(self) -> Worker:
        """Start a worker that makes reports."""
        return self._start(self.context, serve, self.settings, self.warm)

    def _start(self, context: Any, life: Callable[..., None], *arguments: Any) -> Worker:
        """Start a process with a pipe to it; a fork server that has died is started again.

        Raises
        ------
        RunFailed
            When no process can be started.
        """
        for _ in range(3):
            here, there = context.Pipe()
            process = context.Process(target=life, args=(there, *arguments))
            try:
                process.start()
            except (EOFError, ConnectionError, FileNotFoundError):
                continue
            finally:
                there.close()
            self.workers.append(Worker(process, here))
            return self.workers[-1]
        raise RunFailed("The fork server ends as soon as it has started. Run with --cold to do without it.")

    def _hear(self, worker: Worker) -> Outcome | None:
        """What a worker says; None when it only names its kernel."""
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join()
            return self._dismiss(worker, f"its process ended with exit code {worker.process.exitcode}")
        if isinstance(said, Outcome):
            return said
        worker.kernel = said
        return None

    def _dismiss(self, worker: Worker, reason: str) -> Outcome:
        """Kill a worker whose report cannot be waited for."""
        assert worker.task is not None
        worker.kill()
        self.workers.remove(worker)
        return Outcome(worker.task.report.key, "failed", reason=reason, transient=True)


def warm_up(scratch: Path) -> ForkServerContext:
    """Start the fork server, which imports what workers and kernels need while the run goes on."""
    from multiprocessing.forkserver import ensure_running
    from multiprocessing.util import get_temp_dir

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["evalkit.running.preload"])
    before = dict(os.environ)
    package = str(Path(__file__).parents[2])
    os.environ.update(
        SAME_EVERYWHERE, PYTHONPATH=os.pathsep.join(filter(None, [package, before.get("PYTHONPATH")]))
    )
    try:
        note_also(scratch, get_temp_dir())  # it is the standard library's to remove, unless we are killed
        ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)
    return context


@contextmanager
def without_uri_grammar() -> Iterator[None]:
    """Import nbformat sooner: its jsonschema builds a grammar of URIs for over a second, which no notebook needs."""
    name = "rfc3987_syntax"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # jsonschema does without what it cannot import
    try:
        yield
    finally:
        del sys.modules[name]


def serve(pipe: Connection, settings: Settings, warm: bool) -> None:
    """Life of a worker process: take a task, do it, say what came of it, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run itself decides when to stop
    nursling = nursery.Nursling.fork(pipe) if warm else None  # before any thread has started
    kernels: list[int] = []
    threading.Thread(target=_follow_parent, args=(kernels,), daemon=True).start()
    with without_uri_grammar():
        from evalkit.running import execution

    def started(pid: int) -> None:
        kernels[:] = [pid]
        pipe.send(pid)

    while True:
        try:
            what, report = pipe.recv()
        except EOFError:
            return
        outcome = getattr(execution, what)(report, settings, started, nursling)
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


def kill_kernel(pid: int | None) -> None:
    """Kill a kernel and the processes that its cells have started."""
    if pid is None or sys.platform == "win32":  # on Windows a kernel ends by itself when its worker does
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
