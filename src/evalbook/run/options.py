"""How to run (`Options`), and what a run takes from the other rooms (`Steps`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evalbook.run.ledger import Record
from evalbook.run.tasks import Report
from evalkit.errors import UnknownName, did_you_mean

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True)
class Options:
    """How to run; every field is an option of `evalkit run`."""

    areas: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    language: str = "da"
    jobs: int | None = None
    cold: bool = False
    force: bool = False
    why: bool = False
    wait: bool = True
    retries: int = 1
    cell_timeout: float = 120
    report_timeout: float = 600
    start_timeout: int = 60
    memory: int | None = 2048  # MiB for each kernel
    cluster: str | None = None  # address of a Dask scheduler

    def wants(self, key: str) -> bool:
        """Whether a report, `<area>/<year>`, is asked for."""
        area, _, year = key.rpartition("/")
        return (not self.areas or area in self.areas) and (not self.years or year in self.years)

    def check(self, keys: Sequence[str]) -> None:
        """Raise UnknownName for an area or a year that no report has, and for areas that have none in those years."""
        for wanted, part, word in ((self.areas, 0, "area"), (self.years, 2, "year")):
            known = list(dict.fromkeys(key.rpartition("/")[part] for key in keys))
            for name in wanted:
                if name not in known:
                    raise UnknownName(
                        f"--{word} {name}: the plan has no such {word}. {did_you_mean(name, known)}"
                    )
        if not any(map(self.wants, keys)):
            asked = ", ".join(f"{area}/{year}" for area in self.areas for year in self.years)
            known = [key for key in keys if key.rpartition("/")[2] in self.years]
            raise UnknownName(f"--area, --year: there is no report {asked}. Known: {', '.join(known)}.")


@dataclass(frozen=True)
class Steps:
    """What a run takes from the other rooms; importable functions, some called in another process."""

    reports: Callable[[Path, str], Sequence[Report]]  # (root, language) -> every report of the plan, checked
    evaluate: Callable[
        [Path, Path, Path], Mapping[str, str]
    ]  # (root, data, to) -> by report: hash of its rows
    render: Callable[..., dict[str, str]]  # (notebook, report) -> pages by path
    site: Callable[
        [Path, Path, Sequence[Record], Path, str], None
    ]  # (root, evaluation, whole reports, to, language): index …
    # (executed notebook, report, evaluation): puts what its review has come to into its slots, in place
    fill: Callable[[NotebookNode, Report, Path], None]
    # (root, evaluation, reports with another review, whole reports, output folder, language) -> files anew, by path
    review: Callable[[Path, Path, Sequence[Report], Sequence[Record], Path, str], Mapping[str, str]]
