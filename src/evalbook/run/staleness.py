"""What a run reads, and what of it has changed: inputs copied and hashed, and why a report runs.

Dispersion, Holm and suppression are plan-wide, so one area's new data can move another area's rows.
Hence two steps: when no input changed, nothing runs; otherwise the plan is evaluated once, and a report
runs again only when its notebook, its parameters, its published rows, or the official and own files that it may read
have changed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import platform
import secrets
import shutil
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote

from evalbook.approval import own_files, review_comments, translation
from evalbook.run.files import (
    HIDDEN,
    LEDGER,
    Record,
    digest_file,
    digest_text,
    write_whole,
)
from evalbook.run.tasks import Report
from evalkit.errors import EvalkitError, MissingFile, ProblemsFound
from evalkit.results import RELEASES, TELL_COUNTS

PACKAGES = (
    "babel",
    "ipykernel",
    "matplotlib",
    "nbconvert",
    "nh3",
    "numpy",
    "pandas",
    "papermill",
    "pydantic",
    "scipy",
    "seaborn",
)
"""Packages whose version can change a number, a picture or a page."""

PUBLISHED = Path("data/published")
"""Real, cited figures: read by every run beside the chosen data set."""

TAKEN = tuple(Path(name).name for name in (PUBLISHED, own_files.FOLDER))
"""Folders in data/ that are no data sets."""

REHEARSAL = "data/rehearsal.csv"
"""The stored rehearsal, which the method page shows."""


def library() -> dict[str, str]:
    """Hash of this library (with its templates and catalogues), and versions of what it computes with."""
    above = Path(__file__).parents[2]
    files = (
        path for package in ("evalkit", "evalbook") for path in (above / package).rglob("*") if path.is_file()
    )
    code = (path for path in files if "__pycache__" not in path.parts)
    marks = {
        path.relative_to(above).as_posix(): hashlib.sha256(
            path.read_bytes().replace(b"\r\n", b"\n")
        ).hexdigest()
        for path in code
    }  # git on Windows may end lines in two signs
    own = digest_text(*(f"{name} {marks[name]}" for name in sorted(marks)))
    return {"library": own, "python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def input_files(root: Path, data: Path) -> dict[str, Path]:
    """Every file that a run may read, by its name in the ledger.

    Raises
    ------
    MissingFile
        When the data folder is not there.
    ProblemsFound
        When an own file is a link to somewhere else.
    """
    if linked := own_files.outside(root):
        raise ProblemsFound(linked)
    if not data.is_dir():
        name = data.relative_to(root).as_posix() if data.is_relative_to(root) else data
        raise MissingFile(f"{name}: there is no such data folder. Known: {_known_data(root)}.")
    if data.name in TAKEN:
        raise EvalkitError(
            f"{data.name}: no data set can have this name, for data/{data.name} is something else. Rename it."
        )
    folders = {
        "notebooks": root / "notebooks",
        "params": root / "params",
        data_name(data): data,
        PUBLISHED.as_posix(): root / PUBLISHED,
        own_files.FOLDER: root / own_files.FOLDER,
    }
    alone = {REHEARSAL: root / REHEARSAL} if (root / REHEARSAL).is_file() else {}
    return (
        alone
        | _released(root)
        | {
            f"{name}/{path.relative_to(folder).as_posix()}": path
            for name, folder in folders.items()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
            and not review_comments.is_evidence(path)
            and not any(part.startswith((".", "~")) for part in path.relative_to(folder).parts)
        }
    )


def _released(root: Path) -> dict[str, Path]:
    """What readers know from earlier releases: their rows, and what was counted."""
    folder = root / RELEASES
    return {
        path.relative_to(root).as_posix(): path
        for name in (*(f"{table}.csv" for table in TELL_COUNTS), LEDGER)
        for path in sorted(folder.glob(f"*-*-*-*/{name}"))
    }


def data_name(data: Path) -> str:
    """Name of a data set in the ledger, and its place in the copy of the inputs."""
    return f"data/{data.resolve().name}"


def _known_data(root: Path) -> str:
    return (
        ", ".join(
            sorted(
                f"data/{path.name}" for path in (root / "data").glob("*") if (path / "dataset.yml").is_file()
            )
        )
        or "none"
    )


def hash_inputs(files: Mapping[str, Path]) -> dict[str, str]:
    """Hash of every input of a run, by its name."""
    return {**{name: digest_file(path) for name, path in files.items()}, **library()}


def copy_inputs(files: Mapping[str, Path], to: Path) -> dict[str, Path]:
    """Copies of the input files, all as they were at one moment, for one run to read; notebooks in English beside them.

    A file replaced meanwhile makes the whole copy be taken again, so that no run mixes two versions.
    """
    for _ in range(10):
        before = {name: (path.stat().st_mtime_ns, path.stat().st_size) for name, path in files.items()}
        shutil.rmtree(to, ignore_errors=True)
        copies = {name: to / name for name in files}
        for name, copy in copies.items():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(files[name], copy)
        after = {name: (path.stat().st_mtime_ns, path.stat().st_size) for name, path in files.items()}
        if before == after:
            translation.write_all(to)
            return copies
    raise EvalkitError("The input files keep changing while they are read. Run again when they are at rest.")


def sealed(hashes: Mapping[str, str], root: Path, data: Path, out: Path) -> dict[str, str]:
    """The same hashes as the ledger may hold them, where anybody can read them: those of the data set and of own files are keyed.

    Who has the rest of a file could try every split of a hidden count until its plain hash fits. The key is the
    workbook's, in data/local/, which is never published; where the workbook cannot be written, the output folder's.
    """
    names = (f"{data_name(data)}/", f"{own_files.FOLDER}/")
    try:
        key = _key(root / "data" / "local")
    except OSError:
        key = _key(out / HIDDEN)
    return {
        path: hmac.new(key, digest.encode(), "sha256").hexdigest() if path.startswith(names) else digest
        for path, digest in hashes.items()
    }


def folded(inputs: Mapping[str, str]) -> dict[str, str]:
    """The inputs of a ledger with one mark for each data set, so that nothing is told of its single files.

    What is published anyway stays file by file. Folding twice changes nothing.
    """
    kept, sets = {}, dict[str, dict[str, str]]()
    for name, mark in inputs.items():
        parts = name.split("/")
        if len(parts) > 2 and parts[0] == "data" and not name.startswith(f"{PUBLISHED.as_posix()}/"):
            sets.setdefault("/".join(parts[:2]), {})[name] = mark
        else:
            kept[name] = mark
    return kept | {name: digest_text(*files, *files.values()) for name, files in sets.items()}


def _key(folder: Path) -> bytes:
    """A random number, made when it is first asked for."""
    path = folder / ".key"
    if not path.is_file() or not (key := path.read_bytes()):
        key = secrets.token_bytes(32)
        write_whole(path, key)
    return key


# ---- what makes a report run

QUESTIONS = "params/questions.yml"
"""Questions from the public, which a page of their own answers."""

NOT_SHARED = ("params/signoffs.yml", "params/releases.yml", QUESTIONS)
"""Files in params/ whose every entry is about one report, or about none."""

ROWS = "published rows"
"""The part of a report that holds its figures."""

REVIEW = "review"
"""The part of a report that its page alone is made from: status, sign-offs, answers, noted figures."""

PUBLISHED_FIGURES = "published figures"
"""The part of a report that every run reads beside its data set."""

OWN = "own files"
"""The part of a report that it reads in data/own."""


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Names of inputs that were added, removed or changed."""
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


def report_parts(report: Report, inputs: Mapping[str, str], rows: str) -> dict[str, str]:
    """Hash of each thing that one report depends on, by the word that `--why` uses for it."""
    shared = [f"{name} {digest}" for name, digest in sorted(inputs.items()) if is_shared_params(name)]
    return {
        "notebook": digest_file(report.notebook),
        "params": digest_text(json.dumps(dict(report.parameters), sort_keys=True, default=str), *shared),
        ROWS: rows,
        REVIEW: digest_text(report.review),
        PUBLISHED_FIGURES: _of_folder(PUBLISHED.as_posix(), inputs),
        "library": digest_text(
            *(f"{name} {inputs[name]}" for name in sorted(name for name in inputs if "/" not in name))
        ),
        **_own(report, inputs),
        **_pictures(report, inputs),
    }


def _pictures(report: Report, inputs: Mapping[str, str]) -> dict[str, str]:
    """The hash of the files, if any, that stand beside notebooks or among own files and that its notebook names."""
    files = [name for name in inputs if name.startswith(("notebooks/", f"{own_files.FOLDER}/"))]
    others = [name for name in files if not name.endswith((".ipynb", ".yml", ".csv"))]
    text = unquote(report.notebook.read_text(encoding="utf-8")) if others else ""
    named = [name for name in sorted(others) if name.rpartition("/")[2] in text]
    return {"pictures": digest_text(*(f"{name} {inputs[name]}" for name in named))} if named else {}


def _own(report: Report, inputs: Mapping[str, str]) -> dict[str, str]:
    """The hash of all own files, for a report whose notebook reads some."""
    here = any(name.startswith(f"{own_files.FOLDER}/") for name in inputs)
    return {OWN: _of_folder(own_files.FOLDER, inputs)} if here and own_files.reads(report.notebook) else {}


def _of_folder(folder: str, inputs: Mapping[str, str]) -> str:
    """One hash of all inputs in a folder."""
    names = sorted(name for name in inputs if name.startswith(f"{folder}/"))
    return digest_text(*(f"{name} {inputs[name]}" for name in names))


def parts_of(
    reports: Iterable[Report], inputs: Mapping[str, str], rows: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """The same for every report, by its key; `rows` holds the hash of the rows of each area and year."""
    return {report.key: report_parts(report, inputs, rows.get(report.name, "")) for report in reports}


def is_shared_params(name: str) -> bool:
    """Whether a file in params/ concerns all reports: plan.yml, but not nordparken/2019.yml."""
    return name.startswith("params/") and name.count("/") == 1 and name not in NOT_SHARED


def is_of_one_report(name: str) -> bool:
    """Whether an input is about single reports alone: a params file of one, an answer to its checklist, the sign-offs."""
    return name.startswith("params/") and not is_shared_params(name) and name != QUESTIONS


def why(record: Record | None, parts: Mapping[str, str], out: Path, force: bool) -> tuple[str, str]:
    """What is to be done with a report, and why, in words; both empty when nothing is.

    `run` is to run its notebook and make its page. `render` is to make the page alone, from the notebook as it was
    executed: enough when nothing has moved on but its review.
    """
    if force:
        return "run", "--force"
    if record is None:
        return "run", "new"
    if record.status == "failed":
        return "run", "failed last time"
    different, damaged = changed(record.parts, parts), damage(record.files, out)
    if different == [REVIEW] and not damaged:
        return "render", f"{REVIEW} changed"
    reason = " and ".join(different) + " changed" if different else damaged
    return ("run", reason) if reason else ("", "")


def stale(record: Record | None, out: Path) -> bool:
    """Whether a report is missing, failed, older than the data, or damaged."""
    return record is None or record.status != "made" or record.older or bool(damage(record.files, out))


def damage(files: Mapping[str, str], out: Path) -> str:
    """Which file is not as the run left it, in words; empty when all are."""
    for name, known in files.items():
        path = out / name
        if not path.is_file():
            return f"{name} is missing"
        if digest_file(path) != known:
            return f"{name} was changed by hand"
    return ""
