"""A copy of the workbook to try things in, as the guide does: nothing done there touches the workbook itself."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from evalkit import plan as plans
from evalkit.errors import EvalkitError, MissingFile
from evalkit.plan import Plan
from evalkit.text.html import plain

COPIED: Final = ("params", "data", "notebooks", "examples")


@cache
def _workbook() -> Path:
    """The workbook that the first copy in this kernel was made of; a later copy is not made of a copy."""
    given = os.environ.get("EVALKIT_ROOT")
    return Path(given) if given else plans.find_root()


class Practice:
    """A copy in a temporary folder, gone when the kernel ends; `evalkit.load` reads it from now on."""

    def __init__(self) -> None:
        source = _workbook()
        self._folder = tempfile.TemporaryDirectory(prefix="evalkit-practice-")
        self.root = Path(self._folder.name).resolve()
        for name in COPIED:
            if (source / name).is_dir():
                left_out = shutil.ignore_patterns("local", ".*")
                shutil.copytree(source / name, self.root / name, ignore=left_out)
        os.environ["EVALKIT_ROOT"] = str(self.root)
        os.environ.pop("EVALKIT_EVALUATION", None)

    def __repr__(self) -> str:
        return "A copy of the workbook to try things in."

    def plan(self) -> Plan:
        """The plan as its files say now."""
        return plans.read(self.root)

    def read(self, name: str) -> str:
        """The text of a file. MissingFile when there is none."""
        path = self.root / name
        if not path.is_file():
            raise MissingFile(f"{name}: no such file in the copy.")
        return path.read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        """Put a new file there."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    def replace(self, name: str, old: str, new: str) -> None:
        """Put a text in place of another, as an editor would. EvalkitError when the old one is not there."""
        text = self.read(name)
        if old not in text:
            raise EvalkitError(f"{name}: {old!r} does not stand there. Look at the file and try again.")
        self.write(name, text.replace(old, new))

    def append(self, name: str, text: str) -> None:
        """Put a text at the end of a file."""
        self.write(name, self.read(name) + text)

    def find(self, name: str, words: str) -> None:
        """Print every line of a page in which some words stand."""
        print("\n".join(line for line in plain(self.read(name)).splitlines() if words in line) or "Nowhere.")

    def evalkit(self, command: str) -> None:
        """Run `evalkit …` in the copy, and print what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "evalbook", *shlex.split(command)],
            cwd=self.root,
            capture_output=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        print((done.stdout + done.stderr).replace(str(self.root) + os.sep, "").strip())
