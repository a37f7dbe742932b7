"""The evaluation of the plan that a run's reports read: made once for the same inputs, and kept in the output folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from evalbook.run import cache
from evalbook.run.atomic_files import copy_folder, move_whole, write_flushed
from evalbook.run.ledger import HIDDEN
from evalbook.run.tasks import Settings

if TYPE_CHECKING:
    from evalbook.run.pool import Crew


def place(out: Path, hashes: Mapping[str, str]) -> Path:
    """Where the evaluation of these inputs is kept in an output folder."""
    return out / HIDDEN / "evaluation" / cache.evaluation_key(hashes)


def found(places: Iterable[Path]) -> Path | None:
    """The first of these places where an evaluation is kept."""
    return next((folder for folder in places if (folder / "rows.json").is_file()), None)


def rows(place: Path) -> dict[str, str]:
    """Hash of the rows of each report, by its key."""
    return dict(json.loads((place / "rows.json").read_text(encoding="utf-8")))


def begin(
    crew: Crew,
    evaluate: Callable[[Path, Path, Path], Mapping[str, str]],
    data: Path,
    settings: Settings,
    kept: Iterable[Path],
    say: Callable[[str], None],
) -> Callable[[], Mapping[str, str]]:
    """Put the evaluation where the kernels look for it: what is kept, else one that is made while the run goes on.

    Gives what waits until it is there; by report: hash of its rows.
    """
    inputs, to = Path(settings.env["EVALKIT_ROOT"]), Path(settings.env["EVALKIT_EVALUATION"])
    worker = None
    if place_found := found(kept):
        copy_folder(place_found, to)
    else:
        to.mkdir()
        worker = crew.ask(evaluate, inputs, inputs / cache.data_name(data), to, warm=False)

    def finish() -> Mapping[str, str]:
        if worker:
            say("Evaluating the plan")
            write_flushed(to / "rows.json", json.dumps(crew.answer(worker)))
        if data.name != cache.PUBLISHED.name:  # no kernel gets at the counts behind the published rows
            shutil.rmtree(inputs / cache.data_name(data))
        return rows(to)

    return finish


def keep(kept: Path, settings: Settings, work: Path) -> None:
    """Keep the evaluation for the next run, and only this one; `work` is on the same disk."""
    if not kept.is_dir():
        new = work / "evaluation"
        copy_folder(Path(settings.env["EVALKIT_EVALUATION"]), new)
        if kept.parent.is_dir():  # out of the way in one step: half an evaluation must never be found
            kept.parent.rename(work / "evaluation-before")
        move_whole(new, kept)
