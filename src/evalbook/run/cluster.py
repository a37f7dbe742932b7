"""More than one machine: reports go to the workers of a Dask cluster, which need the package but no shared disk."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache as once
from pathlib import Path
from types import TracebackType
from typing import Any

from distributed import Client, Future, wait
from distributed.client import CancelledError
from distributed.scheduler import KilledWorker

from evalbook.run import staleness
from evalbook.run.files import private_folder, sweep, write_flushed
from evalbook.run.pool import Pool, Task
from evalbook.run.staleness import changed
from evalbook.run.tasks import Outcome, Report, Settings, seen_by_cells
from evalkit.errors import RunFailed

ANSWER = 20.0
"""Seconds that a scheduler may take to answer."""

PATIENCE = 60.0
"""Seconds to wait for a worker when the cluster has none."""


@dataclass(frozen=True)
class Bundle:
    """What travels to a worker once for all reports."""

    settings: Settings  # its folders are replaced by the worker's own
    files: Mapping[Path, bytes]  # content by path below the scratch folder
    library: Mapping[str, str]  # what the run was started with: a worker must have the same


class ClusterPool(Pool):
    """A pool whose reports are made by a cluster; evaluation and site are made here."""

    def __init__(self, settings: Settings, address: str, warm: bool) -> None:
        super().__init__(settings, 1, warm)
        try:
            self.client = Client(address, timeout=ANSWER)
        except OSError as error:
            raise RunFailed(f"--cluster {address}: no scheduler answers there ({error}).") from error
        self.futures: dict[Future, Task] = {}
        self.bundle: Future | None = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.client.cancel(list(self.futures))
        self.client.close()
        super().__exit__(kind, error, tb)

    @property
    def busy(self) -> list[Any]:
        """Tasks on their way."""
        return list(self.futures)

    @property
    def free(self) -> bool:
        """Whether another task can be given: enough to keep every worker busy, and no more."""
        return len(self.futures) < max(2, 2 * sum(self.client.nthreads().values()))

    def give(self, task: Task) -> None:
        """Send a task with all that it needs."""
        if self.bundle is None:
            self.bundle = self.client.submit(carry, pack(self.settings), pure=False)
        place = task.report.notebook.relative_to(self.settings.scratch)
        future = self.client.submit(do, replace(task.report, notebook=place), self.bundle, pure=False)
        self.futures[future] = task

    def results(self) -> Iterator[tuple[Task, Outcome]]:
        """Wait for the next report; its files come back with it."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                wait(list(self.futures), timeout=2, return_when="FIRST_COMPLETED")
                break
            except CancelledError:  # the scheduler has dropped one: `_receive` says so
                break
            except TimeoutError:
                if self.client.nthreads():
                    end = time.monotonic() + PATIENCE
                elif time.monotonic() > end:
                    raise RunFailed(f"The cluster has had no worker for {PATIENCE:g} s.") from None
        for future in [future for future in self.futures if future.status != "pending"]:
            task = self.futures.pop(future)
            yield task, self._receive(task, future)

    def _receive(self, task: Task, future: Future) -> Outcome:
        """The outcome of a task, its files written where they wait to be put in place."""
        try:
            outcome, contents = future.result()
        except (KilledWorker, CancelledError) as error:
            return Outcome(task.report.key, "failed", reason=f"its worker was lost: {error}", transient=True)
        except Exception as error:
            return Outcome(task.report.key, "failed", reason=f"on a worker: {type(error).__name__}: {error}")
        for name, content in contents.items():
            write_flushed(self.settings.fresh / name, content)
        return outcome


def pack(settings: Settings) -> Bundle:
    """Settings, and the files that the reports read."""
    paths = [*settings.root.rglob("*"), *settings.evaluation.rglob("*")]
    files = {path.relative_to(settings.scratch): path.read_bytes() for path in paths if path.is_file()}
    return Bundle(replace(settings, environ={}), files, staleness.library())


def carry(bundle: Bundle) -> Bundle:
    """The bundle as a task's result: unlike scattered data it outlives the worker that holds it."""
    return bundle


def do(report: Report, bundle: Bundle) -> tuple[Outcome, dict[str, bytes]]:
    """Make a report, its notebook named from the scratch folder, on a worker; gives its outcome and the content of its files.

    Raises
    ------
    RunFailed
        When the worker has another version of this library or of what it computes with.
    """
    if different := changed(bundle.library, library()):
        raise RunFailed(
            f"this worker has another version of {', '.join(different)} than the run was started with"
        )
    from evalbook.run import execution  # papermill, which only a worker needs

    sweep()  # what a worker that was killed has left here
    with private_folder() as scratch:
        for path, content in bundle.files.items():
            (scratch / path).parent.mkdir(parents=True, exist_ok=True)
            (scratch / path).write_bytes(content)
        settings = replace(
            bundle.settings,
            out=scratch / "out",
            fresh=scratch / "new",
            scratch=scratch,
            environ=seen_by_cells(os.environ),
        )
        here = replace(report, notebook=scratch / report.notebook)
        outcome = execution.make(
            here, settings, lambda pid: None, None
        )  # a worker of Dask may have no fork server
        return outcome, {name: (settings.fresh / name).read_bytes() for name in outcome.files}


@once
def library() -> Mapping[str, str]:
    """What this worker would compute with; looked up once."""
    return staleness.library()
