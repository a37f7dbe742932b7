"""How fast the reports are made, as ratios within one run: `make bench`.

Five tables, each measured in turn on this machine, now, and each row with what it is to reach:

1. all area-year reports with HTML, by the plain loop and by `evalkit run`;
2. the same against its limit: the cells alone on all cores, the imports once and the evaluation once;
3. what a user waits for besides: the first report, `evalkit --help`, a run in which nothing has changed;
4. a generated national programme of 16, 64, 256 and 1,024 reports: does the time grow linearly, and does the
   memory of the process in charge stay flat?
5. one evaluation of more areas, and of more comparison areas.

Then 20 runs in a row: what do they leave behind?
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[1]
BIN = Path(sys.executable).parent
SHOW = Console(highlight=False, width=110)


def timed(*command: object, env: dict[str, str] | None = None) -> tuple[float, str]:
    """Wall time of a command that must succeed, and what it wrote."""
    begun = time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - begun
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return seconds, done.stdout


def table(title: str, *columns: str) -> Table:
    """A table with numbers to the right."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False, title_style="bold")
    for number, column in enumerate(columns):
        made.add_column(column, justify="left" if number == 0 else "right")
    return made


def loop(to: Path) -> float:
    """The loop: papermill, then nbconvert, for each area and year."""
    begun = time.perf_counter()
    for params in area_years():
        out = to / params.parent.name / f"{params.stem}.ipynb"
        out.parent.mkdir(parents=True, exist_ok=True)
        timed(BIN / "papermill", "notebooks/area_year.ipynb", out, "-f", params)
        timed(BIN / "jupyter", "nbconvert", "--to", "html", out)
    return time.perf_counter() - begun


def area_years() -> list[Path]:
    """The params file of each area and year."""
    return sorted(path for path in (ROOT / "params").glob("*/*.yml") if path.parent.name != "plan")


def evalkit_run(out: Path, *options: object) -> float:
    """`evalkit run` over the same areas and years, in Danish unless told otherwise."""
    areas = [part for area in sorted({p.parent.name for p in area_years()}) for part in ("--area", area)]
    return timed(BIN / "evalkit", "run", "--out", out, *areas, *(options or ("--language", "da")))[0]


def measured(script: str, *arguments: object) -> dict[str, float]:
    """What one of the scripts beside this one has measured."""
    return json.loads(timed(sys.executable, HERE / script, *arguments)[1].splitlines()[-1])


def speed(folder: Path, with_loop: bool) -> None:
    """Tables 1 to 3."""
    cores, reports = os.cpu_count() or 1, len(area_years())
    # Each takes its share of a machine's better and worse minutes: the run before the loop, after it and once more.
    runs = [evalkit_run(folder / "before")]
    by_loop = loop(folder / "loop") if with_loop else float("nan")
    runs += [evalkit_run(folder / "after"), evalkit_run(folder / "output")]
    both = evalkit_run(folder / "both", "--force")
    by_run = statistics.median(runs)
    alone = measured("cells.py", folder / "output")

    title = f"1. {reports} area-year reports with HTML, {cores} cores"
    one = table(title, "", "seconds", "for each", "times faster", "aim")
    one.add_row("papermill, then nbconvert, in a loop", f"{by_loop:.1f}", f"{by_loop / reports:.2f}")
    several = ", ".join(f"{seconds:.1f}" for seconds in runs)
    ratio = f"{by_loop / by_run:.1f}"
    one.add_row(
        f"evalkit run, median of {several}", f"{by_run:.1f}", f"{by_run / reports:.2f}", ratio, "at least 10"
    )
    one.add_row("evalkit run, both languages", f"{both:.1f}", f"{both / reports / 2:.2f}")
    SHOW.print(one)

    limit = alone["cells"] / cores + alone["preload"] + alone["evaluation"]
    two = table("2. Against the limit", "", "seconds", "x limit", "aim")
    two.add_row(f"processor time of the cells, on {cores} cores", f"{alone['cells'] / cores:.1f}")
    two.add_row("imports, once", f"{alone['preload']:.1f}")
    two.add_row("evaluation, once", f"{alone['evaluation']:.1f}")
    two.add_row("the limit: these together", f"{limit:.1f}", "1")
    two.add_row("evalkit run", f"{by_run:.1f}", f"{by_run / limit:.2f}", "at most 1.8")
    beside = by_run - limit
    two.add_row(
        "what the run costs beside its cells", f"{beside:.1f}", f"{beside / limit:.2f}", "at most 0.8"
    )
    SHOW.print(two)

    area, year = area_years()[0].parent.name, area_years()[0].stem
    report = ("--area", area, "--year", year, "--language", "da")
    cold = [timed(BIN / "evalkit", "run", "--out", folder / f"cold{i}", *report)[0] for i in range(3)]
    three = table("3. What a user waits for besides", "", "seconds", "aim")
    three.add_row("one report in a new folder, median of 3", f"{statistics.median(cold):.1f}", "at most 6")
    three.add_row("evalkit run, nothing changed", f"{evalkit_run(folder / 'output'):.2f}", "at most 1.5")
    three.add_row("evaluate(), processor time", f"{alone['evaluate']:.2f}", "at most 1.0")
    for what, command in (
        ("import evalkit", (sys.executable, "-c", "import evalkit")),
        ("evalkit --help", (BIN / "evalkit", "--help")),
    ):
        three.add_row(what, f"{min(timed(*command)[0] for _ in range(5)):.2f}", "at most 0.3")
    SHOW.print(three)


def programme(folder: Path, sizes: Sequence[int]) -> None:
    """Table 4."""
    title = "4. A generated national programme; memory of the process in charge"
    four = table(title, "reports", "seconds", "for each", "x first", "aim", "MiB", "aim")
    first = 0.0
    for size in sizes:
        got = measured("programme.py", folder, size)
        each = got["seconds"] / size
        first = first or each
        ratio, memory = f"{each / first:.2f}", f"{got['memory']:.0f}"
        four.add_row(
            f"{size:,}", f"{got['seconds']:.1f}", f"{each:.3f}", ratio, "at most 1.1", memory, "at most 700"
        )
    SHOW.print(four)


def scale(folder: Path, plans: Sequence[str]) -> None:
    """Table 5."""
    columns = ("areas x comparison areas", "processor seconds", "x first", "aim", "MiB", "x first", "aim")
    five = table("5. One evaluation", *columns)
    first: dict[str, float] = {}
    for plan in plans:
        got = measured("scale.py", folder, *plan.split("x"))
        first = first or got
        seconds, memory = ((f"{got[of]:.1f}", f"{got[of] / first[of]:.1f}") for of in ("seconds", "memory"))
        five.add_row(plan, *seconds, "at most 60", *memory, "at most 2048")
    SHOW.print(five)


def leftovers(folder: Path, runs: int) -> None:
    """What runs in a row leave behind: processes, sockets, temporary files."""
    temporary = Path(tempfile.mkdtemp(prefix="t", dir=tempfile.gettempdir()))
    mark = f"evalkit-bench-{os.getpid()}"
    area = area_years()[0].parent.name
    for _ in range(runs):
        env = {"TMPDIR": str(temporary), "EVALKIT_BENCH": mark}
        timed(BIN / "evalkit", "run", "--out", folder / "again", "--area", area, "--force", env=env)
    time.sleep(0.5)
    processes = [p for p in psutil.process_iter() if _has(p, mark)]
    files = list(temporary.rglob("*"))
    unfinished = [
        path for path in (folder / "again").rglob("*") if path.name == "work" or path.suffix == ".new"
    ]
    SHOW.print(
        f"{runs} runs in a row left {len(processes)} processes, {len(files)} temporary files and sockets, "
        f"{len(unfinished)} unfinished files."
    )
    shutil.rmtree(temporary, ignore_errors=True)


def _has(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get("EVALKIT_BENCH") == mark
    except psutil.Error:
        return False


def main() -> None:
    """Measure, and print the tables."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--sizes", type=int, nargs="*", default=[16, 64, 256, 1024], help="of the programme")
    options.add_argument(
        "--plans", nargs="*", default=["4x40", "32x40", "128x40", "4x400", "4x3000"], help="of one evaluation"
    )
    options.add_argument("--runs", type=int, default=20, help="in a row, for what they leave behind")
    options.add_argument("--no-loop", action="store_true", help="leave out the plain loop (minutes)")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        speed(Path(folder), not given.no_loop)
        if given.sizes:
            programme(Path(folder), given.sizes)
        if given.plans:
            scale(Path(folder), given.plans)
        if given.runs:
            leftovers(Path(folder), given.runs)


if __name__ == "__main__":
    main()
