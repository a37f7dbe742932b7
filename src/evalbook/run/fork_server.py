"""Kernels forked from a warm process, each fresh, when a report needs one (Linux)."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

SUPPORTED = sys.platform == "linux"
"""Where kernels are forked; macOS has fork, but its own libraries do not survive it."""


SAME_EVERYWHERE = {
    "PYTHONHASHSEED": "0",  # sets of names keep their order
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",  # a sum in several threads may differ in its last digit
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger, which nobody uses here, would warn in every log
}
"""Environment of every kernel, so that two runs give the same bytes."""


class Nursery:
    """A process that stays as it was when it was forked, and forks a kernel whenever a report needs one.

    Every kernel is fresh, however many its worker has used. It is the nursery's child and ends with it; the nursery is
    the worker's child and ends with that.
    """

    def __init__(self, *strange: Connection) -> None:
        """Fork this process, which must not have started threads or sockets yet; it keeps `strange` for itself."""
        self.pipe, there = multiprocessing.get_context("fork").Pipe()
        parent, self.pid = os.getpid(), os.fork()
        if self.pid == 0:
            for other in (self.pipe, *strange):
                other.close()
            try:
                die_with_parent(parent)
                _nurse(there)
            finally:
                os._exit(1)
        there.close()

    @property
    def alive(self) -> bool:
        """Whether it can fork another kernel."""
        try:
            return os.waitpid(self.pid, os.WNOHANG) == (0, 0)
        except ChildProcessError:
            return False

    def start(
        self, command: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path, timeout: float
    ) -> Nursling:
        """Start a kernel and wait until its sockets are there.

        Raises
        ------
        RuntimeError
            When it ends or is silent for `timeout` seconds (nbclient and jupyter_client raise the same).
        """
        try:
            self.pipe.send((list(command), dict(env), str(cwd), str(log)))
        except OSError:
            raise RuntimeError("Kernel died: there is nobody to fork it") from None
        nursling = Nursling(self.pipe)
        end = time.monotonic() + timeout
        while not (nursling.pid and nursling.ready) and nursling.exit_code is None:
            if time.monotonic() > end:
                nursling.kill()
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")
            nursling.listen(0.05)
        if nursling.exit_code is not None:
            raise RuntimeError("Kernel died before its sockets were there")
        return nursling


class Nursling:
    """A forked kernel; used by jupyter_client as if it were a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe
        self.pid = 0  # that of its process group, too; 0 until it is born
        self.ready = False
        self.exit_code: int | None = None

    def listen(self, seconds: float | None) -> None:
        """Hear what becomes of it, for so long; without end when there is no number."""
        while self.exit_code is None and self.pipe.poll(seconds):
            try:
                what, number = self.pipe.recv()
            except (EOFError, OSError):  # its nursery has been killed: so is it, whatever it thinks of that
                with suppress(ProcessLookupError, PermissionError):
                    if self.pid:
                        os.killpg(self.pid, signal.SIGKILL)
                what, number = "ended", -signal.SIGKILL
            if what == "born":
                self.pid = number
            elif what == "ready":
                self.ready = True
            else:
                self.exit_code = number
            seconds = 0

    def poll(self) -> int | None:
        """Exit code; None while it lives."""
        self.listen(0)
        return self.exit_code

    def wait(self) -> int | None:
        """Exit code, when it has ended."""
        while self.exit_code is None:
            self.listen(None)
        return self.exit_code

    def send_signal(self, signum: int) -> None:
        """Send a signal to the process, unless it has ended."""
        if self.poll() is None and self.pid:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """End the process now."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)


def _nurse(pipe: Connection) -> None:
    """Life of a nursery: fork a kernel, say so, wait until it has ended, say so."""
    while True:
        try:
            errand = pipe.recv()
        except EOFError:
            return
        parent, pid = os.getpid(), os.fork()
        if pid == 0:
            try:
                _become_kernel(pipe, parent, *errand)
            finally:
                os._exit(1)
        pipe.send(("born", pid))
        _, status = os.waitpid(pid, 0)
        pipe.send(("ended", os.waitstatus_to_exitcode(status)))


def die_with_parent(parent: int | None = None) -> None:
    """Ask Linux to kill this process as soon as its parent has ended; end at once if that was long ago."""
    if SUPPORTED:
        pr_set_pdeathsig = 1
        ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL)
        if parent and os.getppid() != parent:
            os._exit(1)


def _become_kernel(
    pipe: Connection, parent: int, command: Sequence[str], env: Mapping[str, str], cwd: str, log: str
) -> None:
    """Be an ordinary ipykernel in every respect that a notebook can see, until it is shut down."""
    os.setsid()  # a group of its own: whatever a cell starts can be ended with it
    die_with_parent(parent)
    with open(log, "ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        os.environ.clear()
        os.environ.update(env)
        os.chdir(cwd)
        _renew()

        from ipykernel.kernelapp import IPKernelApp

        app: Any = IPKernelApp.instance()
        app.initialize(command)
        pipe.send(("ready", None))
        pipe.close()
        app.start()
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 0)
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stderr.flush()
    os._exit(0)


def _renew() -> None:
    """Give back what a fork shares with its sisters and an ordinary kernel does not."""
    import numpy as np

    np.random.seed()
    signal.signal(signal.SIGINT, signal.default_int_handler)
