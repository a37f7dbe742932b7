"""The worker processes of a run: who makes what, who has died, who has taken too long."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self, cast

from evalbook.run.tasks import Outcome, Report, Settings
from evalbook.run.worker import call, kill_kernel, serve, start_fork_server
from evalkit.errors import RunFailed

GRACE = 15.0
"""Seconds that a report may take beyond its limits before its process is killed."""


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
    task: Task | None = None
    deadline: float = 0.0
    kernel: int | None = None
    makes: bool = False  # reports; one that was asked a question does not

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
    """Up to `size` worker processes; leaving the `with` block leaves none of them, nor any kernel.

    A warm worker makes one report and ends, so that its kernel can be forked before it has threads. Others, which
    take seconds to start, make one report after the other.
    """

    def __init__(self, settings: Settings, size: int, warm: bool) -> None:
        self.settings, self.size, self.warm = settings, size, warm
        self.context: Any = start_fork_server(settings) if warm else multiprocessing.get_context("spawn")
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
        worker = (
            next((worker for worker in self.workers if worker.makes and not worker.task), None)
            or self._new_worker()
        )
        limits = self.settings.report_timeout + self.settings.start_timeout
        worker.task, worker.deadline = task, time.monotonic() + limits + GRACE
        with suppress(OSError):  # it has died at once: `results` will hear of it
            worker.pipe.send(task.report)

    def ask(self, function: Callable[..., Any], *arguments: Any, warm: bool = True) -> Worker:
        """Have an importable function called in a process of its own; its `answer` is fetched later.

        One that is not `warm` need not wait until the fork server has imported everything.
        """
        context = self.context if warm else multiprocessing.get_context("spawn")
        return self._start(context, call, function, arguments)

    def answer(self, worker: Worker) -> Any:
        """What an asked function gives; raises what it raises.

        Raises
        ------
        RunFailed
            When the process ends without an answer.
        """
        try:
            done, answer = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join()
            raise RunFailed(f"a step of the run ended with exit code {worker.process.exitcode}.") from None
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
                outcome = self._give_up(
                    worker, f"took longer than {limit:g} s (--report-timeout) and was stopped"
                )
            else:
                continue
            if outcome:
                kill_kernel(worker.kernel)  # one that died by itself leaves what its cells have started
                worker.task = worker.kernel = None
                if worker in self.workers and (self.warm or not outcome.ok):  # another goes on
                    self.dismiss(worker)
                yield task, outcome

    def _new_worker(self) -> Worker:
        """Start a worker that makes reports."""
        worker = self._start(self.context, serve, self.settings, self.warm)
        worker.makes = True
        return worker

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
            return self._give_up(worker, f"its process ended with exit code {worker.process.exitcode}")
        if isinstance(said, int):
            worker.kernel = said
            return None
        return cast(Outcome, said)

    def _give_up(self, worker: Worker, reason: str) -> Outcome:
        """Kill a worker whose report cannot be waited for."""
        assert worker.task is not None
        self.dismiss(worker)
        return Outcome(worker.task.report.key, "failed", reason=reason, transient=True)


def jobs_here() -> int:
    """Reports at a time: one more than there are cores, for each of them waits for its kernel now and then."""
    return (os.cpu_count() or 1) + 1
