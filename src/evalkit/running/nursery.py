"""Kernels forked from a warm process: each waits, fresh and idle, until a report needs it (Linux)."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
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


@dataclass
class Nursling:
    """A forked process that will be a kernel; used by jupyter_client as if it were a `subprocess.Popen`."""

    process: BaseProcess
    pipe: Connection
    stdin = stdout = stderr = None

    @classmethod
    def fork(cls, own: Connection) -> Nursling:
        """Fork this process, which must not have started threads or sockets yet; `own` stays its own."""
        context = multiprocessing.get_context("fork")
        here, there = context.Pipe()
        process = context.Process(target=_become_kernel, args=(there, own, os.getpid()), daemon=True)
        process.start()
        there.close()
        return cls(process, here)

    def wake(
        self, command: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path, timeout: float
    ) -> None:
        """Start the kernel and wait until its sockets are there.

        Raises
        ------
        RuntimeError
            When it ends or is silent for `timeout` seconds (nbclient and jupyter_client raise the same).
        """
        end = time.monotonic() + timeout
        self.pipe.send((list(command), dict(env), str(cwd), str(log)))
        while not self.pipe.poll(0.05):
            if self.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")
        try:
            self.pipe.recv()
        except EOFError:
            raise RuntimeError("Kernel died before its sockets were there") from None

    @property
    def pid(self) -> int:
        """Process id, which is also that of its process group."""
        assert self.process.pid is not None
        return self.process.pid

    def poll(self) -> int | None:
        """Exit code; None while it lives."""
        return self.process.exitcode

    def wait(self) -> int | None:
        """Exit code, when it has ended."""
        self.process.join()
        return self.process.exitcode

    def send_signal(self, signum: int) -> None:
        """Send a signal to the process."""
        os.kill(self.pid, signum)

    def kill(self) -> None:
        """End the process now."""
        self.process.kill()

    def terminate(self) -> None:
        """Ask the process to end."""
        self.process.terminate()


def die_with_parent(parent: int | None = None) -> None:
    """Ask Linux to kill this process as soon as its parent has ended; end at once if that was long ago."""
    if SUPPORTED:
        pr_set_pdeathsig = 1
        ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL)
        if parent and os.getppid() != parent:
            os._exit(1)


def _become_kernel(pipe: Connection, strange: Connection, parent: int) -> None:
    """Wait for a report, then be an ordinary ipykernel in every respect that a notebook can see."""
    os.setsid()  # a group of its own: whatever a cell starts can be ended with it
    strange.close()
    die_with_parent(parent)
    try:
        command, env, cwd, log = pipe.recv()
    except EOFError:
        return
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    with open(log, "ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    _renew()

    from ipykernel.kernelapp import IPKernelApp

    app: Any = IPKernelApp.instance()
    app.initialize(command)
    pipe.send("ready")
    app.start()


def _renew() -> None:
    """Give back what a fork shares with its sisters and an ordinary kernel does not."""
    import numpy as np

    np.random.seed()
    signal.signal(signal.SIGINT, signal.default_int_handler)
