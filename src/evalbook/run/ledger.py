"""The ledger of runs: output/run.json (the last) and output/history.jsonl (all)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from evalbook.run.files import work_folder, write_whole
from evalbook.run.tasks import Outcome, Report

LEDGER = "run.json"
"""The ledger's file in the output folder."""


_WRITTEN_AS: Final[dict[str, type | tuple[type, ...]]] = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "Mapping[str, str]": dict,
}
"""What a record's field of each type is once it has been read from JSON."""


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

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Record:
        """The record as a ledger has written it; TypeError when a value has another type, as after an edit by hand."""
        record = cls(**written)
        for one in fields(cls):
            if not isinstance(getattr(record, one.name), _WRITTEN_AS[str(one.type)]):
                raise TypeError(f"{one.name} is {getattr(record, one.name)!r}")
        _texts(record.parts), _texts(record.files)
        return record

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


def _texts(written: object) -> dict[str, str]:
    """A mapping from texts to texts; TypeError for anything else."""
    if isinstance(written, dict) and all(isinstance(text, str) for text in (*written, *written.values())):
        return written
    raise TypeError(f"no mapping of texts: {written!r}")


def _list(written: object) -> list[str]:
    """A list of texts; TypeError for anything else."""
    if isinstance(written, list) and all(isinstance(text, str) for text in written):
        return written
    raise TypeError(f"no list of texts: {written!r}")


@dataclass
class Ledger:
    """State of an output folder after its last run."""

    inputs: Mapping[str, str] = field(default_factory=dict)  # hash of every input of the last whole run
    keys: Sequence[str] = ()  # every report of the plan, made or not
    records: dict[str, Record] = field(default_factory=dict)
    site: Mapping[str, str] = field(default_factory=dict)  # index, tables: hash by path
    run: Mapping[str, Any] = field(default_factory=dict)  # times, versions, options, status

    @classmethod
    def read(cls, out: Path) -> Ledger:
        """The ledger of an output folder, with what a killed run had finished; empty for a new one."""
        ledger = cls()
        path = out / LEDGER
        if path.is_file():
            try:
                kept = json.loads(path.read_text(encoding="utf-8"))
                records = {key: Record.read(record) for key, record in kept["reports"].items()}
                ledger = cls(
                    _texts(kept["inputs"]),
                    _list(kept["keys"]),
                    records,
                    _texts(kept["site"]),
                    dict(kept["run"]),
                )
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
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
                    yield Record.read(json.loads(line))
                except (ValueError, TypeError, RecursionError):
                    return
