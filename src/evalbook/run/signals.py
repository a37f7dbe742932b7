"""Signals: the first one stops a run in good order, the others wait until it has."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

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
