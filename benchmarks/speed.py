"""How fast the reports are made, as ratios within one run: `make bench`.

Four tables, each measured in turn on this machine, now:

1. all area-year reports with HTML, by the plain loop and by `evalkit run`;
2. the same against what the notebooks' cells alone need in one warm process;
3. what a user waits for besides: `evalkit --help`, a run in which nothing has changed;
4. a generated national programme of 16, 64, 256 and 1,024 reports: does the time grow linearly, and does the
   memory of the process in charge stay flat?

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

    one = table(
        f"1. {reports} area-year reports with HTML, {cores} cores", "", "seconds", "for each", "ratio"
    )
    one.add_row(
        "papermill && jupyter nbconvert, in a loop", f"{by_loop:.1f}", f"{by_loop / reports:.2f}", "1"
    )
    one.add_row(
        f"evalkit run, median of {', '.join(f'{seconds:.1f}' for seconds in runs)}",
        f"{by_run:.1f}",
        f"{by_run / reports:.2f}",
        f"{by_loop / by_run:.1f} times faster (at least 15)",
    )
    one.add_row("evalkit run, both languages", f"{both:.1f}", f"{both / reports / 2:.2f}", "")
    SHOW.print(one)

    two = table(
        "2. Against the cells alone, in one warm process",
        "",
        "seconds",
        "2.5 x / cores + preload",
        "evalkit run takes",
    )
    for what, work in (
        (f"cells of {reports} notebooks as they stand: each evaluates the plan", alone["alone"]),
        ("cells that read one evaluation, and that evaluation", alone["cells"] + alone["evaluation"]),
        ("cells that read an evaluation, without it", alone["cells"]),
    ):
        times = (by_run - alone["preload"]) / (work / cores)
        two.add_row(
            what,
            f"{work:.1f}",
            f"{2.5 * work / cores + alone['preload']:.1f}",
            f"{times:.2f} x / cores + preload",
        )
    two.add_row("preload, once", f"{alone['preload']:.1f}", "", "")
    beside = by_run - alone["cells"] / cores - alone["preload"] - alone["evaluation"]
    two.add_row("the run beside its cells / cores, preload and evaluation", f"{beside:.1f}", "", "")
    SHOW.print(two)

    three = table("3. What a user waits for besides", "", "seconds", "at most")
    three.add_row(
        "evalkit --help", f"{min(timed(BIN / 'evalkit', '--help')[0] for _ in range(5)):.2f}", "0.3"
    )
    three.add_row("evalkit run, nothing changed", f"{evalkit_run(folder / 'output'):.2f}", "1.5")
    SHOW.print(three)


def programme(folder: Path, sizes: Sequence[int]) -> None:
    """Table 4."""
    four = table(
        "4. A generated national programme",
        "reports",
        "seconds",
        "for each",
        "memory of the process in charge",
    )
    for size in sizes:
        got = measured("programme.py", folder, size)
        four.add_row(
            f"{size:,}",
            f"{got['seconds']:.1f}",
            f"{got['seconds'] / size:.3f}",
            f"{got['memory']:.0f} MiB (at most 700)",
        )
    SHOW.print(four)


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
    options.add_argument("--runs", type=int, default=20, help="in a row, for what they leave behind")
    options.add_argument("--no-loop", action="store_true", help="leave out the plain loop (minutes)")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        speed(Path(folder), not given.no_loop)
        if given.sizes:
            programme(Path(folder), given.sizes)
        if given.runs:
            leftovers(Path(folder), given.runs)


if __name__ == "__main__":
    main()
