"""A kernel forked from its report's own process before that has threads, so that it need not import anything (Linux)."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

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


class ForkedKernel:
    """A child that waits to be told how to be a kernel; used by jupyter_client as if it were a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, *not_its_own: Connection) -> None:
        """Fork this process, which must not have started threads or sockets yet; the child closes what is `not_its_own`."""
        self.pipe, there = multiprocessing.get_context("fork").Pipe()
        self.exit_code: int | None = None
        parent, self.pid = os.getpid(), os.fork()  # its process group has the same number, once it has one
        if self.pid == 0:
            try:
                for other in (self.pipe, *not_its_own):
                    other.close()
                end_with_parent(parent)
                _be_kernel(there)
            finally:
                os._exit(1)
        there.close()

    def start(
        self, command: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path, timeout: float
    ) -> None:
        """Have it start, and wait until its sockets are there.

        Raises
        ------
        RuntimeError
            When it ends or is silent for `timeout` seconds (nbclient and jupyter_client raise the same).
        """
        try:
            self.pipe.send((list(command), dict(env), str(cwd), str(log)))
            if not self.pipe.poll(timeout):
                self.kill()
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")
            self.pipe.recv()
        except (EOFError, OSError):
            raise RuntimeError("Kernel died before its sockets were there") from None

    def poll(self) -> int | None:
        """Exit code; None while it lives."""
        return self._exit_code(os.WNOHANG)

    def wait(self) -> int | None:
        """Exit code, when it has ended."""
        return self._exit_code(0)

    def _exit_code(self, options: int) -> int | None:
        if self.exit_code is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.exit_code = os.waitstatus_to_exitcode(status)
        return self.exit_code

    def send_signal(self, signum: int) -> None:
        """Send a signal to the process, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signum)

    def kill(self) -> None:
        """End the process now."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)


def end_with_parent(parent: int | None = None) -> None:
    """Ask Linux to kill this process as soon as its parent has ended; end at once if that was long ago."""
    if SUPPORTED:
        pr_set_pdeathsig = 1
        ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL)
        if parent and os.getppid() != parent:
            os._exit(1)


def _be_kernel(pipe: Connection) -> None:
    """Be an ordinary ipykernel in every respect that a notebook can see, from when it is told until it is shut down."""
    os.setsid()  # a group of its own: whatever a cell starts can be ended with it
    try:
        command, env, cwd, log = pipe.recv()
    except EOFError:  # no cell is to be run
        os._exit(0)
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
        pipe.send("ready")
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
    """Give back what a fork shares with its parent and an ordinary kernel does not."""
    import numpy as np

    np.random.seed()
    signal.signal(signal.SIGINT, signal.default_int_handler)
