"""A plan of many areas: `scale.py FOLDER AREAS COMPARED` evaluates one with so many areas and comparison areas.

It is made in a process of its own, so that the memory of this one is that of the evaluation. Prints processor seconds
and the peak memory in MiB.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import sys
import time
from pathlib import Path


def make_plan(root: Path, areas: int, compared: int) -> None:
    """A workbook of four plan years with generated data."""
    from evalbook.rehearsal.demo import write
    from evalbook.scaffold.new import new
    from evalbook.scaffold.wanted import Wanted
    from evalkit import plan as plans

    goals = ["tryghed", "haervaerk", "uddannelse", "forsoergelse"]
    names = {f"area_{number}": f"Area {number}" for number in range(1, areas + 1)}
    new(root, Wanted(names, [2018, 2019, 2020, 2021], goals, month=10), today=dt.date(2026, 1, 1))
    write(root / "data" / "demo", plans.read(root), comparators=compared)


def main() -> None:
    """Make the plan, read it and evaluate it."""
    import resource

    from evalkit import plan as plans
    from evalkit.data.dataset import read
    from evalkit.evaluate.evaluation import evaluate

    folder, areas, compared = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    root = folder / f"areas{areas}-compared{compared}"
    maker = multiprocessing.get_context("spawn").Process(target=make_plan, args=(root, areas, compared))
    maker.start()
    maker.join()
    begun = time.process_time()
    plan = plans.read(root)
    evaluate(plan, read(root / "data" / "demo", plan))
    seconds = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "memory": memory}))


if __name__ == "__main__":
    main()
