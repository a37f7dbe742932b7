"""The lowest and the newest of every declared range give the results of the locked ones, cell by cell.

    python tests/versions.py                      both, on each Python that is declared and here (make versions)
    python tests/versions.py lowest-direct 3.12   one of them

Each gets an environment of its own, makes one report and all tables of the shipped plan, and its tables are held against the
golden record, which is of the locked versions.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import golden_record
import needed
import shipped

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = [name.split()[-1] for name in PROJECT["classifiers"] if ":: Python :: 3." in name]
EXTRAS = [name for name in PROJECT["optional-dependencies"] if name != "dev"]
RESOLUTIONS = ("lowest-direct", "highest")
ONE = ("--area", "ringparken", "--year", "2019")
LISTED = """import importlib.metadata as m; print(*(f"{d.name}=={d.version}" for d in m.distributions()), sep="\\n")"""


def differences(resolution: str, version: str, folder: Path) -> list[str]:
    """What this end of the ranges gives other than the locked versions do; AssertionError where it makes no report."""
    python, asked = needed.python(version), folder / "asked.txt"
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    to = ("--python-version", version, "--no-header", "--no-annotate", "-o", asked)
    needed.uv("pip", "compile", ROOT / "pyproject.toml", "--resolution", resolution, *extras, *to)
    needed.uv("venv", "--python", python, folder / "venv")
    own = folder / "venv/bin/python"
    needed.uv("pip", "install", "--python", own, "-r", asked)
    needed.uv("pip", "install", "--python", own, "--no-deps", ROOT)
    root = shipped.write_workbook(folder / "workbook")
    words = [own, "-m", "evalbook", "run", *ONE, "--data", "data/demo"]
    env = {**os.environ, "PYTHONWARNINGS": ""}
    done = subprocess.run(words, cwd=root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "2 made" in done.stdout, done.stdout + done.stderr
    was = golden_record.recorded("tables")
    return golden_record.differences(was, golden_record.record_tables(root / "output"))


def main(arguments: list[str]) -> int:
    """Say for each end of the ranges, and each Python, what differs; 1 where anything does."""
    asked = [one for one in RESOLUTIONS if not arguments or one in arguments]
    pythons = [one for one in PYTHONS if one in arguments] or PYTHONS
    failed = 0
    for version, resolution in ((version, one) for version in pythons for one in asked):
        with tempfile.TemporaryDirectory() as folder:
            found = differences(resolution, version, Path(folder))
        print(f"Python {version}, {resolution}: {len(found)} differences", *found, sep="\n  ", flush=True)
        failed += bool(found)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
