"""The kernel of one report: its folders, environment, log and memory limit; forked (Linux), or as a new process.

A kernel is forked from its report's own process before that has threads, so that it need not import anything.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty
from typing import Any, cast

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import default

from evalbook.run.processes import SAME_EVERYWHERE, end_with_parent


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


@dataclass
class Launch:
    """What one kernel is given, and what it leaves behind."""

    folder: Path  # private and short: connection file and sockets
    cwd: Path  # the kernel's own working directory
    log: Path  # what the process itself writes to its standard error
    env: Mapping[str, str] = field(default_factory=dict)
    memory: int | None = None  # MiB
    start_timeout: float = 60
    forked: ForkedKernel | None = (
        None  # waits to be the kernel; without it the kernel is an ordinary new process
    )
    started: Callable[[int], None] = lambda pid: None  # told the process id
    exit_code: int | None = None


class ReportProvisioner(LocalProvisioner):
    """Starts a kernel with the environment, log and memory limit of its `Launch`."""

    launch: Launch

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Write the connection file and build the command, with the launch's environment."""
        env = {**self.launch.env, **SAME_EVERYWHERE}
        return await super().pre_launch(**{**kwargs, "env": env})

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the process, limit its memory, and say which one it is."""
        launch = self.launch
        if launch.forked:
            arguments = cmd[cmd.index("-f") :]
            launch.forked.start(arguments, kwargs["env"], launch.cwd, launch.log, launch.start_timeout)
            self.process = cast(Any, launch.forked)  # it has what is used of a Popen
            self.pid = self.pgid = launch.forked.pid
            info = self.connection_info
        else:
            with launch.log.open("ab") as log:
                info = await super().launch_kernel(cmd, **{**kwargs, "stdout": log, "stderr": log})
        assert self.pid is not None
        self.launch.started(self.pid)
        limit_memory(self.pid, self.launch.memory)
        return info

    async def poll(self) -> int | None:
        """Exit code of the process, kept for the report's reason; None while it lives."""
        code = await super().poll()
        if self.has_process and code is not None:
            self.launch.exit_code = code
        return code

    async def kill(self, restart: bool = False) -> None:
        """Kill the process, and stay until it has gone: the manager itself would look again after 0.1 s."""
        await super().kill(restart)
        for _ in range(100):
            if await self.poll() is not None:
                break
            await asyncio.sleep(0.002)


class ReadyClient(AsyncKernelClient):
    """A client that goes on as soon as the kernel answers on both channels, without a pause to be sure."""

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the reply to one request, and for the `idle` that ends it."""
        end = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < end:
            request = self.kernel_info()
            try:
                await self._reply_to(request)
                return
            except Empty:
                if not await self._async_is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
        raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    wait_for_ready = _async_wait_for_ready

    async def _reply_to(self, request: str) -> None:
        """Read both channels up to the end of one request; Empty after a second of silence."""
        while (await self.get_shell_msg(timeout=1))["parent_header"].get("msg_id") != request:
            pass
        while True:
            message = await self.get_iopub_msg(timeout=1)
            idle = message["content"].get("execution_state") == "idle"
            if idle and message["parent_header"].get("msg_id") == request:
                return


class ReportKernelManager(AsyncKernelManager):
    """A kernel of this very Python, whatever kernels the user has installed under the same name."""

    launch: Launch

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Given directly instead of by an entry point: it makes sense only inside a run.
        self.provisioner = ReportProvisioner(kernel_id="report", kernel_spec=self.kernel_spec, parent=self)
        self.provisioner.launch = self.launch

    @property
    def kernel_spec(self) -> KernelSpec:
        """The ordinary ipykernel command of this Python."""
        return KernelSpec(**get_kernel_dict(["--HistoryManager.enabled=False"]))  # nobody asks for it again

    @default("client_factory")
    def _ready_client(self) -> type[AsyncKernelClient]:
        return ReadyClient

    @default("transport")
    def _private_sockets(self) -> str:
        return "tcp" if sys.platform == "win32" else "ipc"

    @default("connection_file")
    def _private_connection_file(self) -> str:
        return str(self.launch.folder / "kernel.json")


def manager_for(launch: Launch) -> type[ReportKernelManager]:
    """Kernel manager class for one report, as nbclient wants it."""
    return type("ReportKernelManager", (ReportKernelManager,), {"launch": launch})


def limit_memory(pid: int, mebibytes: int | None) -> None:
    """Limit the private memory of a process (Linux only; elsewhere nothing is limited)."""
    if mebibytes is None or sys.platform != "linux":
        return
    import resource

    size = mebibytes * 2**20
    resource.prlimit(pid, resource.RLIMIT_DATA, (size, size))
