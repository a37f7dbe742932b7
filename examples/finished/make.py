"""One finished round on made-up figures: words, checklist, two signatures, and the pages into output/example/.

python examples/finished/make.py [folder for the pages]

Every step is a command that anybody would type; the names are roles, and nobody's.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
REPORTS = (("ringparken", "2019"), ("plan", "2019"), ("plan", "final"))
AUTHOR, REVIEWER = "Planens evaluator", "Fagfælle fra kommunen"


def main() -> None:
    """Make the round in a copy of the workbook, and keep its pages."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "output" / "example").resolve()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "workbook"
        for name in ("params", "notebooks", "data/demo", "data/published"):
            shutil.copytree(ROOT / name, copy / name)
        for area, year in REPORTS:
            write_words(copy, area, year)
            evalkit(copy, "assess", area, year, "--no-edit", "--name", AUTHOR, "--role", "sekretariatet")
        asked = [argument for area, year in REPORTS for argument in ("--area", area, "--year", year)]
        evalkit(copy, "run", "--quiet", *asked)
        for area, year in REPORTS:
            said = evalkit(copy, "sign", area, year, "--role", "author", "--name", AUTHOR)
            answer(copy, area, year, said)
            evalkit(copy, "sign", area, year, "--role", "reviewer", "--name", REVIEWER)
        shutil.copytree(copy / "output", out, dirs_exist_ok=True)
    print(f"Open {out / 'index.html'}")


def write_words(workbook: Path, area: str, year: str) -> None:
    """Put the evaluator's words into the report's params file, below what papermill gets."""
    file = workbook / "params" / area / f"{year}.yml"
    words = (HERE / area / f"{year}.yml").read_text("utf-8")
    file.write_text(
        f"{file.read_text('utf-8')}assessment:\n  texts:\n{textwrap.indent(words, '    ')}", "utf-8"
    )


def answer(workbook: Path, area: str, year: str, said: str) -> None:
    """Answer what is open on the report's checklist, as `evalkit sign` has listed it; each item by its kind."""
    known = yaml.safe_load((HERE / "answers.yml").read_text("utf-8"))
    _, found, items = said.partition("to be answered in ")
    if not found:
        return
    file, _, items = items.splitlines()[0].removesuffix(".").partition(": ")
    answers = {
        item: {"answer": known[item.partition(".")[0]], "by": "reviewer"} for item in items.split(", ")
    }
    (workbook / file).parent.mkdir(exist_ok=True)
    (workbook / file).write_text(yaml.safe_dump(answers, allow_unicode=True, sort_keys=False), "utf-8")


def evalkit(workbook: Path, *arguments: str) -> str:
    """Run one command in the copy; stop when it does."""
    done = subprocess.run(
        [sys.executable, "-m", "evalbook", *arguments],
        cwd=workbook,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"evalkit {' '.join(arguments)}\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
