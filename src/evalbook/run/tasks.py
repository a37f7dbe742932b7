"""What is asked of a run (`Options`, `Report`, `Settings`, `Steps`), what came of it (`Outcome`), and the check of names."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from evalbook.site.language_link import FOLDER
from evalkit.errors import MissingFile, Problem, ProblemsFound, UnknownName, did_you_mean

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True)
class Report:
    """One notebook run with one set of parameters: an area and year in one language."""

    key: str  # "nordparken/2019", "en/nordparken/2019": its files in the output folder, without suffix
    notebook: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""  # the params file, for messages
    for_page: tuple[str, ...] = ()  # names in its params file that only its page is told, never its notebook
    review: str = ""  # all that its page says of its review, beside the rows, as text to compare
    linked: bool = True  # its pages lead to the same page in the other language

    @property
    def name(self) -> str:
        """Area and year, the same in every language: "nordparken/2019"."""
        return named(self.key)[1]

    @property
    def language(self) -> str:
        """da or en."""
        return named(self.key)[0]


def key_of(language: str, name: str) -> str:
    """Where something of one language stands in the output folder, by its place in that language's own."""
    return f"{FOLDER}/{name}" if language == "en" else name


def named(key: str) -> tuple[str, str]:
    """Language of a report or page in the output folder, and its place in that language's own."""
    english = key.startswith(f"{FOLDER}/")
    return ("en", key.removeprefix(f"{FOLDER}/")) if english else ("da", key)


@dataclass(frozen=True)
class Outcome:
    """What came of one report; `files` maps paths relative to the output folder to SHA-256."""

    key: str
    status: str  # made, rendered (its page alone), failed, skipped, or missing where no notebook was to run
    seconds: float = 0.0
    reason: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    attempts: int = 1
    transient: bool = False  # worth another try: the machine failed, not the notebook
    remarks: tuple[str, ...] = ()  # what its notebook shows and its page does not, by cell

    @property
    def ok(self) -> bool:
        """Whether a whole and current report is in place."""
        return self.status in ("made", "rendered", "skipped")


FOR_CELLS: Final = frozenset(
    (
        *("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP"),
        *("VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
        *("MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "SOURCE_DATE_EPOCH"),
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
        # without these no program starts on Windows
        *(
            "SYSTEMROOT",
            "WINDIR",
            "COMSPEC",
            "PATHEXT",
            "USERPROFILE",
            "APPDATA",
            "LOCALAPPDATA",
            "PROGRAMDATA",
        ),
        *("HOMEDRIVE", "HOMEPATH", "SYSTEMDRIVE", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"),
    )
)
FOR_CELLS_BEGIN: Final = ("LC_", "PYTHON", "EVALKIT_")
"""Environment variables that a cell sees, by name and by how the name begins. One of an analyst's own: EVALKIT_…"""


def seen_by_cells(environ: Mapping[str, str]) -> dict[str, str]:
    """Of an environment the variables that a cell may see: what a cell prints is published, and others may be secret."""
    return {
        name: value
        for name, value in environ.items()
        if name.upper() in FOR_CELLS or name.upper().startswith(FOR_CELLS_BEGIN)
    }


@dataclass(frozen=True)
class Options:
    """How to run; every field is an option of `evalkit run`."""

    areas: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    language: str | None = None
    jobs: int | None = None
    cold: bool = False
    force: bool = False
    why: bool = False
    retries: int = 1  # when the machine failed (kernel killed, not started, hung), not the notebook
    cell_timeout: float = 120
    report_timeout: float = 600
    start_timeout: int = 60
    memory: int | None = 2048  # MiB for each kernel
    cluster: str | None = None  # address of a Dask scheduler
    only: str = ""  # key of the one report that is made, beside others in the same folder
    part: Literal["", "list", "site"] = (
        ""  # of a run: its evaluation and a list of reports; the pages around them
    )

    release: bool = False  # made to be put into releases/: no page to open where it is made

    def wants(self, key: str) -> bool:
        """Whether a report is asked for."""
        language, name = named(key)
        area, _, year = name.rpartition("/")
        return (
            self.only in ("", key)
            and self.language in (None, language)
            and (not self.areas or area in self.areas)
            and (not self.years or year in self.years)
        )

    def check(self, keys: Sequence[str]) -> None:
        """Raise UnknownName for a language, area or year that no report has, and for areas that have none in those years."""
        if self.language not in (None, "da", "en"):
            raise UnknownName(f"--language {self.language}: choose da or en.")
        if self.only and self.only not in keys:
            raise UnknownName(f"--only {self.only}: there is no such report. {did_you_mean(self.only, keys)}")
        names = list(dict.fromkeys(named(key)[1] for key in keys))
        for wanted, part, word in ((self.areas, 0, "area"), (self.years, 2, "year")):
            known = list(dict.fromkeys(name.rpartition("/")[part] for name in names))
            for one in wanted:
                if one not in known:
                    raise UnknownName(
                        f"--{word} {one}: the plan has no such {word}. {did_you_mean(one, known)}"
                    )
        if not any(map(self.wants, keys)):
            asked = ", ".join(f"{area}/{year}" for area in self.areas for year in self.years)
            known = [name for name in names if name.rpartition("/")[2] in self.years]
            raise UnknownName(f"--area, --year: there is no report {asked}. Known: {', '.join(known)}.")


@dataclass(frozen=True)
class Linked:
    """What the pages around the reports of one language link."""

    reports: Sequence[str]  # the whole ones, by area and year
    missing: Sequence[str]  # other pages that only the other language has: one in their place says so


@dataclass(frozen=True)
class Steps:
    """What a run takes from the rest of the workbook; importable functions, some called in another process."""

    reports: Callable[[Path], Sequence[Report]]  # (root) -> every report of the plan, checked
    # (root, data, to) -> by area and year: hash of its rows
    evaluate: Callable[[Path, Path, Path], Mapping[str, str]]
    render: Callable[..., Mapping[str, str]]  # (notebook, report) -> pages by path
    # (root, evaluation, what is linked, to, language): index, tables … of one language
    site: Callable[[Path, Path, Linked, Path, str], None]
    # (executed notebook, report, evaluation): puts what its review has come to into its slots, in place
    fill: Callable[[NotebookNode, Report, Path], None]
    # (root, evaluation, reports with another review, pages of whole ones by key, output folder) -> files anew, by path
    review: Callable[[Path, Path, Sequence[Report], Mapping[str, Sequence[str]], Path], Mapping[str, str]]


@dataclass(frozen=True)
class Settings:
    """What all reports of a run share; travels to the processes that make them."""

    out: Path
    fresh: Path  # where whole files wait to be renamed; on the same disk as `out`
    scratch: Path  # private, with a short path: inputs, sockets, working directories of kernels
    options: Options = Options()
    steps: Steps | None = None  # without them a report is its executed notebook alone
    environ: Mapping[str, str] = field(default_factory=lambda: seen_by_cells(os.environ))  # of the run's own

    @property
    def root(self) -> Path:
        """The copy of the workbook that reports are made from."""
        return self.scratch / "inputs"

    @property
    def evaluation(self) -> Path:
        """The folder of the evaluation that they read."""
        return self.scratch / "evaluation"

    @property
    def env(self) -> dict[str, str]:
        """What a cell sees in its environment: the run's own, and where to look."""
        places = {"EVALKIT_ROOT": str(self.root), "EVALKIT_EVALUATION": str(self.evaluation)}
        return {**self.environ, **places}


def declared(notebook: Path) -> dict[str, bool]:
    """Names in the cell tagged `parameters`; whether each may be left out (its default is empty)."""
    if not notebook.is_file():
        raise MissingFile(f"{notebook.name}: there is no such notebook in {notebook.parent.name}/.")
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise ProblemsFound([Problem(notebook.name, "", f"is not a notebook: {error}.")]) from error
    names: dict[str, bool] = {}
    for cell in cells:
        if "parameters" not in cell.get("metadata", {}).get("tags", []):
            continue
        for line in ast.parse("".join(cell["source"])).body:
            if isinstance(line, ast.AnnAssign | ast.Assign):
                targets = [line.target] if isinstance(line, ast.AnnAssign) else line.targets
                for target in targets:
                    if isinstance(target, ast.Name):
                        names[target.id] = _is_empty(line.value)
        break
    return names


def _is_empty(value: ast.expr | None) -> bool:
    """Whether a default is None, an empty text, or an empty list or mapping."""
    if isinstance(value, ast.Constant):
        return value.value in (None, "")
    return isinstance(value, ast.List | ast.Dict | ast.Tuple) and not ast.unparse(value).strip("[]{}()")


def check_names(reports: Iterable[Report]) -> None:
    """Stop before any kernel starts when a params file and a parameters cell disagree.

    Papermill itself only warns about a name that the notebook does not declare.

    Raises
    ------
    UnknownName
        Naming every params file, the wrong or missing name, and what to type instead.
    """
    wrong: list[str] = []
    known: dict[Path, dict[str, bool]] = {}
    for report in reports:
        if report.notebook not in known:
            known[report.notebook] = declared(report.notebook)
        names = known[report.notebook]
        place = report.source or report.key
        given = {*report.parameters, *report.for_page}
        for name in sorted(given - set(names)):
            wrong.append(
                f"{place}: {report.notebook.name} has no parameter {name!r}. {did_you_mean(name, names)}"
            )
        for name in sorted(name for name in set(names) - given if not names[name]):
            wrong.append(
                f"{place}: the parameter {name!r} of {report.notebook.name} is missing. Add `{name}: …`."
            )
    if wrong:
        raise UnknownName("\n".join(wrong))
