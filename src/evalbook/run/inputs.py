"""What a run reads: its files, copied as they were at one moment, their hashes, and the versions of what computes."""

from __future__ import annotations

import hmac
import platform
import secrets
import shutil
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from evalbook.approval import own_files, translation
from evalbook.run.files import HIDDEN, digest_file, digest_files, digest_text, write_whole
from evalbook.run.ledger import LEDGER
from evalkit.errors import EvalkitError, MissingFile, ProblemsFound
from evalkit.results import CALCULATIONS, RELEASES, RESULTS

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
    own = digest_text(*(f"{name} {digest}" for name, digest in digest_files(above, code).items()))
    return {"library": own, "python": platform.python_version(), **versions()}


def versions() -> dict[str, str]:
    """Version of each package that can change a report."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # as in a stripped installation: said, not hidden
            found[name] = "missing"
    return found


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
            and not any(part.startswith((".", "~")) for part in path.relative_to(folder).parts)
        }
    )


def _released(root: Path) -> dict[str, Path]:
    """What readers know from earlier releases: their rows, and what was counted."""
    folder = root / RELEASES
    return {
        path.relative_to(root).as_posix(): path
        for name in (f"{RESULTS}.csv", f"{CALCULATIONS}.csv", LEDGER)
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
