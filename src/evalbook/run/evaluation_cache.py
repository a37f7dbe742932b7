"""The evaluation that a run's reports read: made once for the same inputs, and kept in the output folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from evalbook.approval import own_files
from evalbook.run.files import HIDDEN, copy_folder, digest_files, digest_text, move_whole, write_flushed
from evalbook.run.staleness import PUBLISHED, data_name, hash_inputs, input_files, is_shared_params, sealed
from evalbook.run.tasks import Settings

if TYPE_CHECKING:
    from evalbook.run.pool import Pool


def key(inputs: Mapping[str, str]) -> str:
    """Hash of what the evaluation depends on: everything but notebooks, own files, and what is said of single reports."""
    parts = (
        f"{name} {digest}"
        for name, digest in sorted(inputs.items())
        if not name.startswith(("notebooks/", f"{own_files.FOLDER}/"))
        and (not name.startswith("params/") or is_shared_params(name))
    )
    return digest_text(*parts)[:16]


def place(out: Path, hashes: Mapping[str, str]) -> Path:
    """Where the evaluation of these inputs, by their keyed hashes, is kept in an output folder."""
    return out / HIDDEN / "evaluation" / key(hashes)


def last(root: Path, data: Path) -> Path | None:
    """Where the last run has kept its evaluation, if it was made from what stands in the workbook now."""
    out = root / "output"
    if not (out / HIDDEN).is_dir() or not data.is_dir():
        return None
    hashes = sealed(hash_inputs(input_files(root, data)), root, data, out)
    return kept([place(out, hashes)])


CONTENTS = "contents.json"
"""File of an evaluation that says what is in it: the hash of each report's rows, and of every other file."""


def kept(places: Iterable[Path]) -> Path | None:
    """The first of these places where an evaluation is kept as it was made; a damaged or edited one is made again."""
    return next((folder for folder in places if _is_whole(folder)), None)


def _is_whole(folder: Path) -> bool:
    try:
        held = _contents(folder)
        return held["files"] == _hashes(folder) and isinstance(held["reports"], dict)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def _contents(folder: Path) -> dict[str, dict[str, str]]:
    return dict(json.loads((folder / CONTENTS).read_text(encoding="utf-8")))


def _hashes(folder: Path) -> dict[str, str]:
    return digest_files(
        folder, (path for path in folder.rglob("*") if path.is_file() and path.name != CONTENTS)
    )


def begin(
    pool: Pool,
    evaluate: Callable[[Path, Path, Path], Mapping[str, str]],
    data: Path,
    places: Iterable[Path],
    say: Callable[[str], None],
) -> Callable[[], Mapping[str, str]]:
    """Put the evaluation where the kernels look for it: what is kept, else one that is made while the run goes on.

    Gives what waits until it is there; by area and year: hash of its rows.
    """
    root, to = pool.settings.root, pool.settings.evaluation
    worker = None
    if there := kept(places):
        copy_folder(there, to)
    else:
        to.mkdir()
        worker = pool.ask(evaluate, root, root / data_name(data), to, warm=False)

    def finish() -> Mapping[str, str]:
        if worker:
            say("Evaluating the plan")
            reports = dict(pool.answer(worker))
            write_flushed(to / CONTENTS, json.dumps({"reports": reports, "files": _hashes(to)}))
        if data.name != PUBLISHED.name:  # no kernel gets at the counts behind the published rows
            shutil.rmtree(root / data_name(data))
        return _contents(to)["reports"]

    return finish


def keep(folder: Path, settings: Settings, work: Path) -> None:
    """Keep the evaluation for the next run, and only this one; `work` is on the same disk."""
    if kept([folder]) is None:
        new = work / "evaluation"
        copy_folder(settings.evaluation, new)
        if folder.parent.is_dir():  # out of the way in one step: half an evaluation must never be found
            move_whole(folder.parent, work / "evaluation-before")
        move_whole(new, folder)
