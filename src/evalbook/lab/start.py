"""`evalkit lab`: JupyterLab on the workbook, with a kernel of this very Python that has loaded evalkit's extension."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

LABEXTENSION = Path(__file__).with_name("labextension")
"""The part of JupyterLab that shows advice after a save."""

KERNEL = {
    "argv": [
        sys.executable,
        "-m",
        "ipykernel_launcher",
        "-f",
        "{connection_file}",
        "--IPKernelApp.extensions=evalbook",
    ],
    "display_name": "Python 3 (evalkit)",
    "language": "python",
    "metadata": {"debugger": True},
}
"""The kernel that notebooks ask for by the name python3; it stands in for any other of that name."""


def write_kernel(folder: Path) -> Path:
    """Describe the kernel in a folder for Jupyter to find; gives the folder to put into JUPYTER_PATH."""
    path = folder / "kernels" / "python3" / "kernel.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(KERNEL, indent=1), encoding="utf-8")
    return folder


def environment(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The environment in which Jupyter finds that kernel before any other."""
    others = given.get("JUPYTER_PATH")
    return {**given, "JUPYTER_PATH": os.pathsep.join([str(folder), *([others] if others else [])])}


def lab(root: Path, more: Sequence[str] = ()) -> int:
    """Start JupyterLab in the workbook and stay until it ends; gives its exit code.

    Parameters
    ----------
    more : further options of `jupyter lab`, e.g. --no-browser
    """
    with tempfile.TemporaryDirectory(prefix="evalkit-lab-") as folder:
        command = [
            sys.executable,
            "-m",
            "jupyterlab",
            f"--ServerApp.root_dir={root}",
            "--LabApp.default_url=/lab/tree/notebooks",
            f"--LabApp.extra_labextensions_path={LABEXTENSION}",
            "--ServerApp.jpserver_extensions={'evalbook.lab.advice_server': True}",
            *more,
        ]
        process = subprocess.Popen(command, env=environment(write_kernel(Path(folder)), os.environ))
        with passed_on(process):
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:  # JupyterLab has got it, too, and asks whether it is meant
                    continue


@contextmanager
def passed_on(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Have JupyterLab end when this process is told to: it would go on without a parent, with its port open."""

    def end(number: int, frame: object) -> None:
        process.terminate()

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), end) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
