"""Kernels of a run: one fresh process for each report, forked from a warm server or started anew."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import default

SAME_EVERYWHERE = {
    "PYTHONHASHSEED": "0",  # sets of names keep their order
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",  # a sum in several threads may differ in its last digit
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""Environment of every kernel, so that two runs give the same bytes."""


@dataclass
class Desk:
    """What one kernel is given, and what it leaves behind."""

    folder: Path  # private and short: connection file and sockets
    cwd: Path  # the kernel's own working directory
    log: Path  # what the process itself writes to its standard error
    env: Mapping[str, str] = field(default_factory=dict)
    memory: int | None = None  # MiB
    started: Callable[[int], None] = lambda pid: None  # told the process id
    exit_code: int | None = None


class ReportProvisioner(LocalProvisioner):
    """Starts a kernel with the environment, log and memory limit of its `Desk`."""

    desk: Desk

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Write the connection file and build the command, with the desk's environment."""
        env = {**os.environ, **SAME_EVERYWHERE, **self.desk.env}
        return await super().pre_launch(**{**kwargs, "env": env})

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the process, limit its memory, and say which one it is."""
        with self.desk.log.open("ab") as log:
            info = await super().launch_kernel(cmd, **{**kwargs, "stdout": log, "stderr": log})
        assert self.pid is not None
        self.desk.started(self.pid)
        limit_memory(self.pid, self.desk.memory)
        return info

    async def poll(self) -> int | None:
        """Exit code of the process, kept for the report's reason; None while it lives."""
        code = await super().poll()
        if self.has_process and code is not None:
            self.desk.exit_code = code
        return code


class ReportKernelManager(AsyncKernelManager):
    """A kernel of this very Python, whatever kernels the user has installed under the same name."""

    desk: Desk

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Given directly instead of by an entry point: it makes sense only inside a run.
        self.provisioner = ReportProvisioner(kernel_id="report", kernel_spec=self.kernel_spec, parent=self)
        self.provisioner.desk = self.desk

    @property
    def kernel_spec(self) -> KernelSpec:
        """The ordinary ipykernel command of this Python."""
        return KernelSpec(**get_kernel_dict())

    @default("transport")
    def _private_sockets(self) -> str:
        return "tcp" if sys.platform == "win32" else "ipc"

    @default("connection_file")
    def _private_connection_file(self) -> str:
        return str(self.desk.folder / "kernel.json")


def manager_for(desk: Desk) -> type[ReportKernelManager]:
    """Kernel manager class for one report, as nbclient wants it."""
    return type("ReportKernelManager", (ReportKernelManager,), {"desk": desk})


def limit_memory(pid: int, mebibytes: int | None) -> None:
    """Limit the private memory of a process (Linux only; elsewhere nothing is limited)."""
    if mebibytes is None or sys.platform != "linux":
        return
    import resource

    size = mebibytes * 2**20
    resource.prlimit(pid, resource.RLIMIT_DATA, (size, size))
