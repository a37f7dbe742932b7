"""Seconds that the notebooks' cells alone take in one warm process, that the evaluation they read takes, and the preload."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from evalkit.running.nursery import SAME_EVERYWHERE

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Run every area-year notebook's cells, with the rows of a finished run, one after the other."""
    os.environ.update(SAME_EVERYWHERE, EVALKIT_ROOT=str(ROOT))
    os.environ["EVALKIT_EVALUATION"] = str(next(Path(sys.argv[1]).glob(".evalkit/evaluation/*")))
    begun = time.perf_counter()
    from evalkit.running.preload import preload  # importing it is the preload

    loaded = time.perf_counter() - begun
    assert preload

    import yaml
    from IPython.core.interactiveshell import InteractiveShell

    cells = [cell for cell in json.loads((ROOT / "notebooks/area_year.ipynb").read_text())["cells"]
             if cell["cell_type"] == "code"]  # fmt: skip
    from evalkit.running import steps

    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        steps.evaluate(ROOT, ROOT / "data/demo", Path(folder))
    evaluated, spent = time.perf_counter() - begun, []
    for path in sorted((ROOT / "params").glob("*/*.yml")):
        if path.parent.name == "plan":
            continue
        begun, shell = time.perf_counter(), InteractiveShell()
        for cell in cells:
            source = "".join(cell["source"])
            if "parameters" in cell["metadata"].get("tags", []):
                given = yaml.safe_load(path.read_text())
                source += "".join(f"\n{name} = {value!r}" for name, value in given.items())
            with contextlib.redirect_stdout(io.StringIO()):
                ran = shell.run_cell(source)
                ran.raise_error()
                if ran.result is not None:
                    shell.display_formatter.format(ran.result)
        spent.append(time.perf_counter() - begun)
    print(json.dumps({"preload": loaded, "evaluation": evaluated, "cells": sum(spent)}))


if __name__ == "__main__":
    main()
