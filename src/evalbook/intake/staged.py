"""The pre-commit check: nothing from data/local, and no personal data in any file that is about to be committed.

Run by hand or as a git hook: `python -m evalbook.intake.staged [FILE...]`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from evalbook.console import encode_plainly
from evalbook.intake import privacy
from evalkit.errors import Problem

LOCAL: Final = "data/local"
_LOOKED_AT: Final = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".yml", ".yaml")
_BAD_ON_PURPOSE: Final = "tests/bad_data/"


def check(root: Path, files: Sequence[str] | None = None) -> list[Problem]:
    """Problems with the files that git would commit (staged ones unless named), and with the rule that hides data/local."""
    found = []
    probe = f"{LOCAL}/anything.csv"
    if _git(root, "check-ignore", "-q", probe).returncode != 0:
        found.append(Problem(".gitignore", "", f"{LOCAL}/ is not ignored.", f"Add the line {LOCAL}/."))
    staged = (
        _names(_git(root, "diff", "--cached", "--name-only", "--diff-filter=ACMR", "-z"))
        if files is None
        else list(files)
    )
    tracked = _names(_git(root, "ls-files", "-z", LOCAL))
    for name in dict.fromkeys([*tracked, *(name for name in staged if name.startswith(f"{LOCAL}/"))]):
        found.append(Problem(name, "", f"{LOCAL} is never committed.", f"git rm --cached {name}"))
    for name in staged:
        path = root / name
        if path.suffix in _LOOKED_AT and not name.startswith(_BAD_ON_PURPOSE) and path.is_file():
            found += privacy.scan(path, root)
    return found


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )


def _names(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [name for name in done.stdout.split("\0") if name]


def main() -> None:
    """Print the problems; exit 1 when there are any."""
    encode_plainly()
    problems = check(Path.cwd(), sys.argv[1:] or None)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
