"""Life of a worker process: what it does when it is asked, and how it ends when its run has ended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalbook.run.forked_kernel import SAME_EVERYWHERE, ForkedKernel
from evalbook.run.signals import unstopped
from evalbook.run.tasks import Settings
from evalbook.run.temporary import note_also
from evalkit.errors import EvalkitError

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext


def start_fork_server(settings: Settings) -> ForkServerContext:
    """Start the fork server, which imports what workers and kernels need while the run goes on."""
    from multiprocessing.forkserver import ensure_running
    from multiprocessing.util import get_temp_dir

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["evalbook.run.preload"])
    before = dict(os.environ)
    package = str(Path(__file__).parents[2])
    os.environ.update(
        SAME_EVERYWHERE,
        PYTHONPATH=os.pathsep.join(filter(None, [package, before.get("PYTHONPATH")])),
        EVALKIT_ROOT=settings.env.get("EVALKIT_ROOT", ""),  # its plan is read for all
    )
    try:
        with (
            unstopped()
        ):  # the standard library's to remove, as soon as it has noted so, unless we are killed
            folder = get_temp_dir()
        note_also(settings.scratch, folder)
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
    """Life of a worker process: take a report, make it, say what came of it, until the pipe is closed.

    One that is `warm` has a forked kernel for one report.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run itself decides when to stop
    forked = ForkedKernel(pipe) if warm else None  # before any thread has started
    kernels: list[int] = []
    threading.Thread(target=_follow_parent, args=(kernels,), daemon=True).start()
    with without_uri_grammar():
        from evalbook.run import execution

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


def kill_kernel(pid: int | None) -> None:
    """Kill a kernel and the processes that its cells have started."""
    if pid is None or sys.platform == "win32":  # on Windows a kernel ends by itself when its worker does
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
