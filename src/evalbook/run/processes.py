"""What every process of a run has: its environment, when it ends, and which signals stop it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

SUPPORTED = sys.platform == "linux"
"""Where kernels are forked; macOS has fork, but its own libraries do not survive it."""

SAME_EVERYWHERE = {
    "PYTHONHASHSEED": "0",  # sets of names keep their order
    "SOURCE_DATE_EPOCH": "946684800",  # no picture tells when it was drawn
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",  # a sum in several threads may differ in its last digit
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger, which nobody uses here, would warn in every log
}
"""Environment of every kernel, so that two runs give the same bytes."""


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


def end_with_parent(parent: int | None = None) -> None:
    """Ask Linux to kill this process as soon as its parent has ended; end at once if that was long ago."""
    if SUPPORTED:
        pr_set_pdeathsig = 1
        ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL)
        if parent and os.getppid() != parent:
            os._exit(1)


def kill_kernel(pid: int | None) -> None:
    """Kill a kernel and the processes that its cells have started."""
    if pid is None or sys.platform == "win32":  # on Windows a kernel ends by itself when its worker does
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


# ---- signals: the first one stops a run in good order, the others wait until it has

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


@contextmanager
def unstopped() -> Iterator[None]:
    """Have signals to stop wait until the block is left (not on Windows, which cannot)."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _signals() -> list[signal.Signals]:
    """Signals to stop that this system has."""
    return [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]


@contextmanager
def stoppable() -> Iterator[list[int]]:
    """Turn the first signal to stop into a KeyboardInterrupt, and ignore the others while it is obeyed.

    Yields
    ------
    The signal that came, if one did.
    """
    seen: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield seen  # only the main thread may handle signals
        return
    signals = _signals()

    def stop(number: int, frame: Any) -> NoReturn:
        seen.append(number)
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, stop) for each in signals}
    try:
        yield seen
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
