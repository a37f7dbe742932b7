"""Processor seconds that the notebooks' cells take in one warm process, and the preload and the evaluation before them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from evalbook.run.processes import SAME_EVERYWHERE

ROOT = Path(__file__).parents[1]


CELLS = [
    cell
    for cell in json.loads((ROOT / "notebooks/area_year.ipynb").read_text(encoding="utf-8"))["cells"]
    if cell["cell_type"] == "code"
]


def main() -> None:
    """Run the cells of every area and year in this process, with the rows of a finished run."""
    os.environ.update(SAME_EVERYWHERE, EVALKIT_ROOT=str(ROOT))
    preload = timed(lambda: import_module("evalbook.run.preload"))  # importing it is the preload
    from evalbook.run import planning
    from evalkit import plan as plans
    from evalkit.data.dataset import read
    from evalkit.evaluate.evaluation import evaluate

    with tempfile.TemporaryDirectory() as folder:
        evaluation = timed(lambda: planning.evaluate(ROOT, ROOT / "data/demo", Path(folder)))
    plan = plans.read(ROOT)
    dataset = read(ROOT / "data/demo", plan)
    evaluated = min(timed(lambda: evaluate(plan, dataset)) for _ in range(3))
    os.environ["EVALKIT_EVALUATION"] = str(next(Path(sys.argv[1]).glob(".evalkit/evaluation/*")))
    cells = timed(every_cell)
    print(json.dumps({"preload": preload, "evaluation": evaluation, "evaluate": evaluated, "cells": cells}))


def timed(work: Callable[[], object]) -> float:
    """Processor seconds that some work takes."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def every_cell() -> None:
    """Run the notebook of each area and year, one after the other."""
    import yaml
    from IPython.core.interactiveshell import InteractiveShell

    for path in sorted((ROOT / "params").glob("*/*.yml")):
        if path.parent.name == "plan":
            continue
        shell = InteractiveShell()
        for cell in CELLS:
            source = "".join(cell["source"])
            if "parameters" in cell["metadata"].get("tags", []):
                given = yaml.safe_load(path.read_text(encoding="utf-8"))
                source += "".join(f"\n{name} = {value!r}" for name, value in given.items())
            with contextlib.redirect_stdout(io.StringIO()):
                ran = shell.run_cell(source)
                ran.raise_error()
                if ran.result is not None:
                    shell.display_formatter.format(ran.result)


if __name__ == "__main__":
    main()
