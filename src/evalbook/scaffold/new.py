"""`evalkit new`: a workbook for another plan, in a folder of its own, whole or not at all."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evalbook.intake.dictionary import readme
from evalbook.intake.mapping import KEYS
from evalbook.intake.workbook import ONE, needed, template
from evalbook.replacing import replace
from evalbook.scaffold import library, notebooks
from evalbook.scaffold.shipped import shipped
from evalbook.scaffold.wanted import Wanted
from evalkit import plan as plans
from evalkit.errors import EvalkitError, UnknownName, did_you_mean
from evalkit.plan import Plan
from evalkit.terms import PLAN

DATA: Final = "data/local"
PUBLISHED: Final = "data/published"
OFFICIAL: Final = "statbank_offences_population"
_FILES: Final = Path(__file__).with_name("files")
_EVERYWHERE: Final = "denmark"  # events of the whole country hold for any plan


def new(target: Path, wanted: Wanted, *, today: dt.date) -> str:
    """Write the workbook of another plan into `target`, and say what to do next.

    Raises EvalkitError when the folder holds anything, UnknownName for a municipality that the official figures lack.
    """
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise EvalkitError(
            f"{target}: there is something there already. Choose a folder that is new or empty."
        )
    if wanted.municipality:
        known = sorted({row["area"] for row in _rows(OFFICIAL)})
        if wanted.municipality not in known:
            raise UnknownName(
                f"--municipality: no municipality {wanted.municipality!r} in the official figures. "
                f"{did_you_mean(wanted.municipality, known)}"
            )
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".evalkit-new-", dir=target.parent) as folder:
        root = Path(folder) / target.name
        root.mkdir()
        _write_params(root, wanted, today)
        plan = plans.read(root)
        _write_notebooks(root, plan)
        _write_data(root, plan, today)
        _write_published(root, wanted)
        _put(
            root / "README.md",
            _filled("README.md.j2", plan=wanted, start=wanted.first_day_of(wanted.baseline)),
        )
        shutil.copyfile(_FILES / "gitignore", root / ".gitignore")
        target.mkdir(exist_ok=True)  # it may be the folder that the user stands in
        for path in root.iterdir():
            replace(path, target / path.name)
    reports = (len(wanted.areas) + 1) * len(wanted.years) + 1
    sizes = {
        "area": len(wanted.areas),
        "year": len(wanted.years),
        "goal": len(wanted.goals),
        "report": reports,
    }
    holds = ", ".join(f"{n} {word}{'s' if n != 1 else ''}" for word, n in sizes.items())
    return (
        f"Wrote {target}: {holds}.\n"
        f"Next: go there, fill in params/plan.yml and {DATA}/{ONE}, `evalkit import {DATA}/{ONE}`, `evalkit run` "
        "(README.md says how; `evalkit check` says what is left).\n"
        "To see the reports at once with made-up figures: `evalkit demo`, then `evalkit run --data data/demo`."
    )


def renew_notebooks(root: Path, *, force: bool = False) -> str:
    """Write the notebooks of a workbook anew, with a chapter for each goal that plan.yml has now.

    Raises EvalkitError when there are notebooks and `force` is not given: the analyst's prose would be lost.
    """
    there = [path for path in notebooks.paths(root) if path.exists()]
    if there and not force:
        raise EvalkitError(
            f"{there[0].relative_to(root).as_posix()} is there, and prose written in it would be lost. Copy what is to be kept "
            "and try again with --force; or add the chapter by hand, with the cells that the other goals have."
        )
    made = _write_notebooks(root, plans.read(root))
    return f"Wrote {len(made) // 2} notebooks and their English prose with a chapter for each goal."


def _write_notebooks(root: Path, plan: Plan) -> list[Path]:
    goals = {goal.indicator: plan.indicators[goal.indicator] for goal in plan.goals.values()}
    return notebooks.write(root, goals=goals, area=next(iter(plan.areas)), years=plan.years, data=plan.data)


def _write_params(root: Path, wanted: Wanted, today: dt.date) -> None:
    folder = root / "params"
    # The strands of work are those that the library counts attendances in.
    efforts = {
        one["numerator"]["where"]["effort"]: {
            language: one["title"][language].partition(", ")[2].capitalize() for language in ("da", "en")
        }
        for one in library.records().values()
        if one.get("part_of") and "effort" in one["numerator"].get("where", {})
    }
    goals = {name: library.records()[name] for name in wanted.goals}
    _put(folder / "plan.yml", _filled("plan.yml.j2", plan=wanted, goals=goals, efforts=efforts, today=today))
    _put(
        folder / "indicators.yml",
        library.fitted(wanted.goals, year_starts=wanted.month, efforts=list(efforts)),
    )
    shutil.copyfile(shipped("params/disclosure.yml"), folder / "disclosure.yml")
    shutil.copyfile(_FILES / "questions.yml", folder / "questions.yml")
    reports = [(area, str(year), year) for area in (*wanted.areas, PLAN) for year in wanted.years]
    for area, name, year in [*reports, (PLAN, plans.FINAL, wanted.years[-1])]:
        _put(folder / area / f"{name}.yml", _filled("report.yml.j2", area=area, name=name, year=year))


def _write_data(root: Path, plan: Plan, today: dt.date) -> None:
    """What the data set is, the workbook to fill in, and the page on tables and mapping files that an import names."""
    folder = root / DATA
    _put(root / KEYS, readme())
    template(needed(plan), plan, folder / ONE, filled_at=Path(DATA) / ONE)
    _put(folder / "dataset.yml", _filled("dataset.yml.j2", today=today))


def _write_published(root: Path, wanted: Wanted) -> None:
    """The official figures of all municipalities, what befell the whole country near the plan, and no other figures."""
    folder = root / PUBLISHED
    folder.mkdir(parents=True)
    shutil.copyfile(shipped(f"{PUBLISHED}/{OFFICIAL}.csv"), folder / f"{OFFICIAL}.csv")
    events, since = _rows("events"), wanted.first_day_of(wanted.baseline).isoformat()
    near = [row for row in events if row["area"] == _EVERYWHERE and row["end"] >= since]
    _put_rows(folder / "events.csv", list(events[0]), near)
    _put_rows(folder / "published_series.csv", list(_rows("published_series")[0]))


def _rows(name: str) -> list[dict[str, str]]:
    with shipped(f"{PUBLISHED}/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _filled(name: str, /, **values: Any) -> str:
    env = Environment(
        loader=FileSystemLoader(_FILES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,
    )
    env.filters["quoted"] = library.quoted
    return env.get_template(name).render(**values)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _put_rows(path: Path, header: list[str], rows: list[dict[str, str]] | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows or [])
