"""Import every fault in one process, each stopped after ten seconds of processor time, and print as JSON what was said.

    python tests/bad_data/run.py

Run by tests/test_intake_bad_data.py with 1 GiB of memory. No fault may end in anything but a message.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
import traceback
from datetime import date
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import workbooks  # noqa: E402

from evalbook import messages  # noqa: E402
from evalbook.intake.importing import Import, import_table  # noqa: E402
from evalkit import plan as plans  # noqa: E402
from evalkit.errors import EvalkitError, Problem  # noqa: E402

SECONDS = 10  # of the processor: a busy machine makes no fault slower
COVERS = (date(2017, 10, 1), date(2021, 9, 30))


class TooLong(BaseException):
    """A case is not done; no reader takes this for a fault of its file."""


def limit_processor(seconds: float) -> None:
    """Raise TooLong when this process has used so many seconds from now; 0 ends that. Windows has no such alarm."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, _too_long)
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _too_long(*_: object) -> None:
    raise TooLong(f"not done after {SECONDS} s of processor time")


def limit_memory(size: int) -> None:
    """No more memory than this, where the system can hold a process to it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def say(case: dict[str, Any], folder: Path, plan: Any, into: Path) -> dict[str, Any]:
    """What importing a case says, and whether it was read."""
    covers = COVERS if case["table"] == "incidents" and case.get("covers", True) else None
    try:
        done = import_table(
            [folder / name for name in case["files"]],
            case["table"],
            Import(into, plan, "test", covers),
            map_file=folder / case["map"] if "map" in case else None,
            options=case.get("options"),
        )
    except EvalkitError as error:
        problems = getattr(error, "problems", [Problem("", "", str(error))])
        parts = [text for one in problems for text in (one.wrong, one.advice) if text]
        return {"read": False, "said": str(error), "danish": [messages.danish(text) for text in parts]}
    except BaseException:
        return {"read": False, "traceback": traceback.format_exc(limit=-4)}
    return {"read": True, "said": "\n".join(done.lines())}


def main() -> None:
    """Every case of the catalogue and of workbooks.py."""
    plan = plans.read(HERE.parent.parent)
    limit_memory(1 << 30)
    cases = yaml.safe_load((HERE / "catalogue.yml").read_text(encoding="utf-8"))
    results = {}
    with tempfile.TemporaryDirectory() as made:
        for name, (make, _) in workbooks.FAULTS.items():
            make(Path(made) / name)
            cases.append(
                {"name": name.replace(".", "_"), "files": [name], "table": "turnover", "folder": made}
            )
        for case in cases:
            into = Path(made) / "local"
            limit_processor(SECONDS)
            results[case["name"]] = say(case, Path(case.get("folder", HERE)), plan, into)
            limit_processor(0)
            files = [path for path in into.rglob("*") if path.is_file()] if into.is_dir() else []
            written = sorted(path.name for path in files if path.parent.name != "mappings")
            results[case["name"]]["written"] = written
            shutil.rmtree(into, ignore_errors=True)
    json.dump(results, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
