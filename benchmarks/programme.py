"""A generated national programme: many plans with data of their own, all their reports in one fan-out.

`programme.py FOLDER REPORTS` makes the plans that are not there yet (in a process of its own, so that the memory of
this one is that of the fan-out), makes the reports, and prints seconds and the peak memory of this process in MiB.
"""

from __future__ import annotations

import json
import multiprocessing
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[1]


def make_plan(folder: Path, seed: int) -> None:
    """A workbook with generated data of its own, and its evaluation, where the reports of a run look for them."""
    from evalbook.rehearsal.demo import write
    from evalbook.run.planning import evaluate
    from evalkit import plan as plans

    root = folder / "inputs"
    for name in ("params", "notebooks", "data/published"):
        shutil.copytree(ROOT / name, root / name)
    write(root / "data" / "demo", plans.read(root), seed)
    evaluate(root, root / "data" / "demo", folder / "evaluation")


def no_review(notebook: object, report: object, evaluation: Path) -> None:
    """These plans have no reviews to put into their pages."""


def main() -> None:
    """Make `REPORTS` reports of plans with sixteen reports each."""
    import resource

    from evalbook.run import planning
    from evalbook.run.pool import Pool, Task, make_all
    from evalbook.run.tasks import Settings

    folder, wanted = Path(sys.argv[1]), int(sys.argv[2])
    out, steps = folder / "made" / str(wanted), replace(planning.STEPS, fill=no_review)
    settings: dict[str, Settings] = {}
    reports = []
    for number in range(-(-wanted // 16)):
        plan = f"plan{number}"
        settings[plan] = Settings(out, out / ".new", folder / plan, steps=steps)
        if not (folder / plan).exists():
            maker = multiprocessing.get_context("spawn").Process(
                target=make_plan, args=(folder / plan, number)
            )
            maker.start()
            maker.join()
        for report in planning.reports(settings[plan].root):
            if report.language == "da" and not report.key.startswith("plan/"):
                reports.append(replace(report, key=f"{plan}/{report.key}"))
    reports = reports[:wanted]

    class Programme(Pool):
        """A pool for the reports of several plans."""

        def give(self, task: Task) -> None:
            self.settings = settings[task.report.key.partition("/")[0]]
            super().give(task)

    begun = time.perf_counter()
    with Programme(settings["plan0"], None, warm=True) as pool:
        outcomes = make_all(reports, pool, lambda what, report, outcome: None)
    seconds = time.perf_counter() - begun
    if failed := [outcome for outcome in outcomes.values() if not outcome.ok]:
        sys.exit(f"{len(failed)} failed, the first: {failed[0].key}: {failed[0].reason}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "memory": memory}))


if __name__ == "__main__":
    main()
