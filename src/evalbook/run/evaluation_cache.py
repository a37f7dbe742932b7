"""The evaluation of the plan that a run's reports read: made once for the same inputs, and kept in the output folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from evalbook.run import cache
from evalbook.run.atomic_files import copy_folder, digest_files, move_whole, write_flushed
from evalbook.run.ledger import HIDDEN
from evalbook.run.tasks import Settings

if TYPE_CHECKING:
    from evalbook.run.pool import Pool


def place(out: Path, hashes: Mapping[str, str]) -> Path:
    """Where the evaluation of these inputs, by their keyed hashes, is kept in an output folder."""
    return out / HIDDEN / "evaluation" / cache.evaluation_key(hashes)


def outdated(out: Path, current: str) -> list[Path]:
    """Evaluations that a folder keeps of other inputs than those of the current one, by its name."""
    return [folder for folder in (out / HIDDEN / "evaluation").glob("*") if folder.name != current]


CONTENTS = "contents.json"
"""File of an evaluation that says what is in it: the hash of each report's rows, and of every other file."""


def found(places: Iterable[Path]) -> Path | None:
    """The first of these places where an evaluation is kept as it was made; a damaged or edited one is made again."""
    return next((folder for folder in places if _is_whole(folder)), None)


def _is_whole(folder: Path) -> bool:
    try:
        return bool(_contents(folder)["files"] == _hashes(folder))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _contents(folder: Path) -> dict[str, dict[str, str]]:
    return dict(json.loads((folder / CONTENTS).read_text(encoding="utf-8")))


def _hashes(folder: Path) -> dict[str, str]:
    return digest_files(
        folder, (path for path in folder.rglob("*") if path.is_file() and path.name != CONTENTS)
    )


def rows(place: Path) -> dict[str, str]:
    """Hash of the rows of each report, by its key."""
    return _contents(place)["reports"]


def begin(
    pool: Pool,
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
        worker = pool.ask(evaluate, inputs, inputs / cache.data_name(data), to, warm=False)

    def finish() -> Mapping[str, str]:
        if worker:
            say("Evaluating the plan")
            reports = dict(pool.answer(worker))
            write_flushed(to / CONTENTS, json.dumps({"reports": reports, "files": _hashes(to)}))
        if data.name != cache.PUBLISHED.name:  # no kernel gets at the counts behind the published rows
            shutil.rmtree(inputs / cache.data_name(data))
        return rows(to)

    return finish


def keep(kept: Path, settings: Settings, work: Path) -> None:
    """Keep the evaluation for the next run, and only this one; `work` is on the same disk."""
    if found([kept]) is None:
        new = work / "evaluation"
        copy_folder(Path(settings.env["EVALKIT_EVALUATION"]), new)
        if kept.parent.is_dir():  # out of the way in one step: half an evaluation must never be found
            kept.parent.rename(work / "evaluation-before")
        move_whole(new, kept)
