"""A small workbook of stand-ins for the tests of running: three areas, two years, notebooks of five cells.

As a program it is `evalkit run` in small: `python running_standins.py ROOT OUT '{"jobs": 2}'`.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evalbook.console import encode_plainly
from evalbook.run.files import digest_text, private_folder, sweep
from evalbook.run.pool import Pool, make_all
from evalbook.run.processes import SUPPORTED
from evalbook.run.progress import choose
from evalbook.run.runner import run
from evalbook.run.tasks import Linked, Options, Outcome, Report, Settings, Steps, check_names, key_of
from evalkit.errors import EvalkitError, Problem, ProblemsFound

AREAS, YEARS = ("north", "south", "west"), (2018, 2019)
PARAMETERS = 'area: str = "north"  # an area id\nyear: int = 2018  # a plan year'
CELLS = (
    "import os\nimport pandas as pd",
    "rows = pd.read_csv(os.environ['EVALKIT_EVALUATION'] + '/results.csv', index_col='row')",
    "print(area, year, rows.loc[f'{area}/{year}', 'share'])",
    "rows.loc[[f'{area}/{year}']]",
    "from matplotlib.figure import Figure\nfigure = Figure(figsize=(2, 1))\nfigure.subplots().bar([1], [year])",
)

PATIENCE = 300
"""Seconds after which a test takes what it waits for as never coming; one that passes does not wait so long.

What must not outlive its run sleeps longer than this, so that it is found.
"""


def write_notebook(path: Path, cells: Sequence[str] = CELLS, parameters: str = PARAMETERS) -> Path:
    """A notebook with a parameters cell and the given code cells, with fixed ids."""
    import nbformat  # takes a second, which only a test that writes one need wait
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    first = new_code_cell(parameters, metadata={"tags": ["parameters"]})
    notebook = new_notebook(cells=[new_markdown_cell("# Stand-in"), first, *map(new_code_cell, cells)])
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell{number}"
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def write_workbook(
    root: Path, cells: Sequence[str] = CELLS, areas: Sequence[str] = AREAS, years: Sequence[int] = YEARS
) -> Path:
    """A whole workbook: notebook, params and data."""
    write_notebook(root / "notebooks" / "area_year.ipynb", cells)
    for area in areas:
        for year in years:
            path = root / "params" / area / f"{year}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"area": area, "year": year}))
    (root / "params" / "plan.yml").write_text("name: stand-in\n")
    write_data(root, {(area, year): 10 + len(area) + year % 10 for area in areas for year in years})
    return root


def write_data(root: Path, counts: Mapping[tuple[str, int], int]) -> None:
    """The data set: one count for each area and year."""
    path = root / "data" / "demo" / "counts.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "dataset.yml").write_text("synthetic: true\n")
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("area", "year", "count"), *((a, y, n) for (a, y), n in counts.items())])


def reports(root: Path) -> list[Report]:
    """One report for each params file; one in English beside it where the notebook has been translated."""
    languages = ("da", "en") if (root / "notebooks" / "en").is_dir() else ("da",)
    return [
        Report(
            key_of(language, f"{path.parent.name}/{path.stem}"),
            root / "notebooks" / ("en" if language == "en" else "") / "area_year.ipynb",
            json.loads(path.read_text()),
            source=path.relative_to(root).as_posix(),
            review=_review(root, f"{path.parent.name}-{path.stem}"),
        )
        for path in sorted((root / "params").glob("*/*.json"))
        for language in languages
    ]


def _review(root: Path, name: str) -> str:
    """What somebody has said of one report."""
    path = root / "params" / "reviews" / f"{name}.txt"
    return path.read_text().strip() if path.is_file() else "no word"


def evaluate(root: Path, data: Path, to: Path) -> dict[str, str]:
    """Each area's share of its year's total: one area's new data moves the other areas' rows of that year."""
    with (data / "counts.csv").open() as file:
        counts = {(row["area"], row["year"]): row["count"] for row in csv.DictReader(file)}
    if wrong := [key for key, count in counts.items() if not count.isdecimal()]:
        place = f"area {wrong[0][0]}, year {wrong[0][1]}"
        raise ProblemsFound([Problem("data/demo/counts.csv", place, "is not a number.")])
    totals: dict[str, int] = {}
    for (_, year), count in counts.items():
        totals[year] = totals.get(year, 0) + int(count)
    shares = {f"{a}/{y}": round(int(count) / totals[y], 6) for (a, y), count in counts.items()}
    with (to / "results.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("row", "share"), *shares.items()])
    return {row: digest_text(str(share)) for row, share in shares.items()}


def render(notebook: Any, report: Report) -> dict[str, str]:
    """A page with the text of every output."""
    texts = [
        o.get("text") or o.get("data", {}).get("text/html", "")
        for c in notebook.cells
        for o in c.get("outputs", [])
    ]
    said = notebook.metadata.get("review", "")
    page = f"<h1>{report.key}</h1><p>{said}</p><pre>{''.join(texts)}</pre>\n"
    annex = any("annex" in cell.metadata.get("tags", []) for cell in notebook.cells)
    return {f"{report.name}.html": page} | ({f"{report.name}-bilag.html": page} if annex else {})


def fill(notebook: Any, report: Report, evaluation: Path) -> None:
    """Note in the notebook what has been said of the report."""
    notebook["metadata"]["review"] = report.review


def review(
    root: Path, evaluation: Path, moved: Sequence[Report], whole: Mapping[str, Sequence[str]], out: Path
) -> dict[str, str]:
    """Notebook and page of each report with what is said of it now."""
    files = {}
    for report in moved:
        notebook = json.loads((out / f"{report.key}.ipynb").read_text())
        before = notebook["metadata"]["review"]
        fill(notebook, report, evaluation)
        files[f"{report.key}.ipynb"] = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
        page = (out / f"{report.key}.html").read_text()
        files[f"{report.key}.html"] = page.replace(f"<p>{before}</p>", f"<p>{report.review}</p>")
    return files


def site(root: Path, evaluation: Path, linked: Linked, to: Path, language: str) -> None:
    """An index that links the whole reports, and the published rows."""
    lines = [f'<a href="{name}.html">{name}</a>' for name in linked.reports]
    (to / "index.html").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (to / "results.csv").write_bytes((evaluation / "results.csv").read_bytes())
    for page in linked.missing:
        (to / page).parent.mkdir(exist_ok=True)
        (to / page).write_text("not made")


def make(reports: Sequence[Report], out: Path, *, jobs: int, cold: bool = False) -> dict[str, Outcome]:
    """These reports, without ledger or pages; the outcome of each by its key."""
    check_names(reports)
    sweep()
    with private_folder() as scratch:
        settings = Settings(out.resolve(), out.resolve() / ".new", scratch, Options(memory=None, retries=0))
        with Pool(settings, jobs, warm=SUPPORTED and not cold) as pool:
            return make_all(reports, pool, lambda what, report, outcome: None)


STEPS = Steps(reports, evaluate, render, site, fill, review)


def go(root: Path, out: Path, **options: object) -> int:
    """One run, told in plain lines; a list as its keys alone."""
    show = choose(quiet=options.get("part") == "list")
    return run(root, root / "data" / "demo", out, Options(**options), STEPS, show)


def tree(out: Path) -> dict[str, bytes]:
    """Every file of an output folder but the ledger, by its path."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in ("run.json", "history.jsonl", "lock")
    }


if __name__ == "__main__":
    encode_plainly()
    try:
        sys.exit(go(Path(sys.argv[1]), Path(sys.argv[2]), **json.loads(sys.argv[3])))
    except EvalkitError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
