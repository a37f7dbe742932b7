"""Files of a run: whole or none (temporary name, flush, rename), their hashes, its folders, the lock, and the ledger of runs.

The ledger is output/run.json (the last run) and output/history.jsonl (all).
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

from filelock import FileLock, Timeout
from pydantic import Field, TypeAdapter, ValidationError

from evalbook.replacing import replace
from evalbook.run.tasks import Outcome, Report
from evalkit.errors import EvalkitError, writing

HIDDEN = ".evalkit"
"""Folder in the output folder: lock, kept evaluation, and the unfinished files of a run."""


class OutputError(EvalkitError):
    """The output folder cannot be written."""


def write_flushed(path: Path, content: str | bytes) -> str:
    """Write a file and flush it to the disk; gives its SHA-256."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path), path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, content: str | bytes) -> str:
    """Replace a file in one step, so that a reader sees the old one or the new one; gives its SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    try:
        digest = write_flushed(new, content)
        replace(new, path)
    except BaseException as error:
        new.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)  # the file that is meant
        raise
    return digest


def copy_folder(folder: Path, to: Path) -> None:
    """Copy a folder's files and flush them; the first that finds no room ends it (shutil.copytree tells of all at the end)."""
    to.mkdir(parents=True)
    for path in sorted(folder.rglob("*")):
        copy = to / path.relative_to(folder)
        if path.is_dir():
            copy.mkdir()
        else:
            write_flushed(copy, path.read_bytes())


def move_whole(new: Path, path: Path) -> None:
    """Rename a flushed file to its place, on the same disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(new, path)


def digest_file(path: Path) -> str:
    """SHA-256 of one file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_text(*parts: str) -> str:
    """SHA-256 of some texts, kept apart from each other."""
    return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()


def digest_files(root: Path, paths: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of each file, by its path relative to `root` with forward slashes, in sorted order."""
    return {path.relative_to(root).as_posix(): digest_file(path) for path in sorted(paths)}


# ---- the folders and the lock of a run

PREFIX = "evalkit-"
HOST = hashlib.sha256(platform.node().encode()).hexdigest()[:4]
"""Of this machine or container: another one that shares the temporary folder has process ids of its own."""
NOTE = "also"  # a file that names a folder made by the standard library for the same run


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that only this user can read, gone at the end; its name tells the next run whose it was."""
    folder = temporary().resolve() / f"{PREFIX}{os.getpid()}-{HOST}{secrets.token_hex(4)}"
    try:  # from before it is there: a signal may come at any moment
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def temporary() -> Path:
    """The system's temporary folder; a socket's path may have some hundred letters at most."""
    folder = Path(tempfile.gettempdir())
    short = (
        sys.platform != "win32" and len(str(folder)) > 50
    )  # on Windows there are no sockets, and C:\\tmp is everybody's
    return Path("/tmp") if short and Path("/tmp").is_dir() else folder


def note_also(folder: Path, other: str) -> None:
    """Have `other` swept, too, if this run is killed."""
    with writing(folder / NOTE):
        (folder / NOTE).write_text(other, encoding="utf-8")


def sweep() -> None:
    """Remove the folders of runs that were killed; nobody else's."""
    for folder in temporary().glob(f"{PREFIX}*-{HOST}*"):
        import psutil  # seldom needed

        pid = folder.name.split("-")[1]
        if not pid.isdecimal() or psutil.pid_exists(int(pid)) or not _is_ours(folder):
            continue
        note = folder / NOTE
        also = Path(note.read_text(encoding="utf-8")) if note.is_file() else None
        if also and also.name.startswith("pymp-") and _is_ours(also):
            shutil.rmtree(also, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    """Whether this user made a folder (where the system knows users)."""
    try:
        return not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()
    except OSError:  # gone meanwhile: another run has swept it
        return False


def work_folder(out: Path) -> Path:
    """Where the unfinished files of a run are: on the same disk as the output."""
    return out / HIDDEN / "work"


def check_writable(out: Path) -> None:
    """Raise OutputError when the folder, or the one that it is to be made in, cannot be written; nothing is left there."""
    there = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            return
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(out: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{out.name}/: cannot be written ({error.strerror}). Choose another folder with --out."
    )


@contextmanager
def sole_run(out: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the output folder alone; waits while another run holds it, and says so.

    Raises
    ------
    OutputError
        When the folder cannot be written.
    """
    lock = FileLock(out / HIDDEN / "lock")
    try:
        (out / HIDDEN).mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            say(f"{out.name}/: another run is at work here; waiting until it has ended.")
            lock.acquire()
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        yield
    finally:
        lock.release()


# ---- the ledger

LEDGER = "run.json"
"""The ledger's file in the output folder."""


@dataclass(frozen=True)
class Record:
    """What the ledger knows of one report: its state, and what it was made from."""

    key: str
    status: str  # made or failed
    reason: str = ""
    seconds: float = 0.0
    attempts: int = 1
    parts: Mapping[str, str] = field(default_factory=dict)  # what it was made from: hash by name
    files: Mapping[str, str] = field(default_factory=dict)  # what it consists of: hash by path
    older: bool = False  # than the data: made from something that has changed since
    says_older: bool = False  # its pages say that they are older than the rows

    @classmethod
    def of(cls, report: Report, outcome: Outcome, parts: Mapping[str, str], last: Record | None) -> Record:
        """The record of a report just made; one that failed keeps the files of its last good edition."""
        files, made_from, says_older = dict(outcome.files), dict(parts) if outcome.ok else {}, False
        if not outcome.ok and last and last.whole:
            files = {name: digest for name, digest in last.files.items() if not _of_failure(name)} | files
            made_from, says_older = dict(last.parts), last.says_older
        return cls(
            report.key,
            "made" if outcome.ok else outcome.status,
            outcome.reason,
            round(outcome.seconds, 3),
            outcome.attempts,
            made_from,
            files,
            says_older=says_older,
        )

    @property
    def whole(self) -> bool:
        """Whether there is a good report, though it may be older than the data."""
        return not all(_of_failure(name) for name in self.files)

    @property
    def pages(self) -> list[str]:
        """The pages of the good report, by path."""
        return [name for name in self.files if name.endswith(".html") and not _of_failure(name)]


def _of_failure(name: str) -> bool:
    return name.startswith("failed/")


@dataclass
class Ledger:
    """State of an output folder after its last run."""

    inputs: Mapping[str, str] = field(default_factory=dict)  # hash of every input of the last whole run
    keys: Sequence[str] = ()  # every report of the plan, made or not
    records: Annotated[dict[str, Record], Field(alias="reports")] = field(default_factory=dict)
    site: Mapping[str, str] = field(default_factory=dict)  # index, tables: hash by path
    run: Mapping[str, Any] = field(default_factory=dict)  # times, versions, options, status

    @classmethod
    def read(cls, out: Path) -> Ledger:
        """The ledger of an output folder, with what a killed run had finished; empty for a new one."""
        ledger = cls()
        path = out / LEDGER
        if path.is_file():
            try:
                ledger = TypeAdapter(cls).validate_json(path.read_bytes(), strict=True)
            except ValidationError:
                ledger = cls()  # written by hand or by another version: everything runs again
        for record in Journal.read(work_folder(out)):
            ledger.records[record.key] = record
            ledger.inputs = {}  # the killed run had begun with other inputs than the last complete one
        return ledger

    def save(self, out: Path) -> None:
        """Replace run.json."""
        kept = {
            "run": self.run,
            "keys": list(self.keys),
            "reports": {key: asdict(record) for key, record in sorted(self.records.items())},
            "site": self.site,
            "inputs": self.inputs,
        }
        write_whole(out / LEDGER, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")

    def write(self, out: Path) -> None:
        """Replace run.json, and add one line to history.jsonl."""
        self.save(out)
        with (out / "history.jsonl").open("ab") as file:
            file.write(json.dumps(self.run, ensure_ascii=False).encode("utf-8") + b"\n")
            file.flush()
            os.fsync(file.fileno())


class Journal:
    """What the present run has finished so far, one line for each report; survives its being killed."""

    def __init__(self, work: Path) -> None:
        self.path = work / "journal.jsonl"

    def add(self, record: Record) -> None:
        """Note one report, when its files are in place."""
        with self.path.open("ab") as file:
            file.write(json.dumps(asdict(record), ensure_ascii=False).encode("utf-8") + b"\n")
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, work: Path) -> Iterator[Record]:
        """Records of a run that was killed; its last line may be torn."""
        path = work / "journal.jsonl"
        if path.is_file():
            for line in path.read_bytes().splitlines():
                try:
                    yield TypeAdapter(Record).validate_json(line, strict=True)
                except ValidationError:
                    return
