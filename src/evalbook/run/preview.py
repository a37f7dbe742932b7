"""`evalkit preview`: one report's page as it would be published now, from a notebook that is being worked on."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evalbook.approval import translation
from evalbook.run import evaluation_cache, staleness
from evalbook.run.files import private_folder, sweep, work_folder
from evalbook.run.pool import Pool, make_all
from evalbook.run.processes import SUPPORTED, stoppable
from evalbook.run.tasks import Options, Report, Settings, Steps, check_names, declared, key_of
from evalkit.errors import EvalkitError, MissingFile, RunFailed, UnknownName, did_you_mean

Say = Callable[[str], None]
PAUSE = 0.3
"""Seconds between two looks at the files while watching."""


@dataclass(frozen=True)
class Asked:
    """What is to be previewed.

    Parameters
    ----------
    root : the workbook
    notebook : the notebook as it lies on the disk; it takes the place of the report's own
    area, year : area id or `plan`; plan year or `final`
    data : folder of the data set
    out : where the page goes, as <area>/<year>.html, in English as en/<area>/<year>.html; output/preview if left out
    language : da or en, which takes the prose of notebooks/en/<notebook>.yml; da if left out
    """

    root: Path
    notebook: Path
    area: str
    year: str
    data: Path
    out: Path | None = None
    language: str = "da"

    @property
    def folder(self) -> Path:
        """Where the page goes."""
        return (self.out or self.root / "output/preview").resolve()

    def find(self, reports: Sequence[Report]) -> Report:
        """The report of that area, year and language. UnknownName when the plan has none such."""
        Options((self.area,), (self.year,), self.language).check([report.key for report in reports])
        key = key_of(self.language, f"{self.area}/{self.year}")
        return next(replace(report, linked=False) for report in reports if report.key == key)

    def check(self) -> None:
        """MissingFile when there is no such notebook."""
        if not self.notebook.is_file():
            books = [path.relative_to(self.root).as_posix() for path in _notebooks(self.root)]
            path = self.notebook.resolve()
            given = (
                path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()
            )
            raise MissingFile(f"{given}: there is no such notebook. {did_you_mean(given, books)}")

    def files(self) -> dict[str, Path]:
        """Every file that the page may depend on, by its name in a run."""
        return staleness.input_files(self.root, self.data)


def _notebooks(root: Path) -> list[Path]:
    return sorted((root / "notebooks").glob("*.ipynb"))


def preview(asked: Asked, steps: Steps, say: Say) -> Path:
    """Make the page once; gives its path.

    Raises
    ------
    RunFailed
        When a cell fails: names cell, line and message. An earlier preview stays as it is.
    EvalkitError
        Bad input, as `evalkit run` finds it; nothing is written.
    """
    asked.check()
    sweep()
    with stoppable(), private_folder() as scratch:
        settings = _settings(asked, scratch, steps)
        with Pool(settings, 1, warm=SUPPORTED) as pool:
            pool.warm_up()
            return _make(asked, pool, settings, steps, say)


def watch(
    asked: Asked, steps: Steps, say: Say, pause: Callable[[], None] = lambda: time.sleep(PAUSE)
) -> None:
    """Make the page again whenever the notebook, params or data change, until stopped (Ctrl-C).

    Raises RunFailed when evalkit itself has changed: what this process has imported is then the old one.
    """
    asked.check()
    sweep()
    with stoppable(), private_folder() as scratch:
        settings = _settings(asked, scratch, steps)
        with Pool(settings, 1, warm=SUPPORTED) as pool:
            pool.warm_up()
            library = staleness.library()
            while staleness.library() == library:
                seen = _seen(asked)
                _tell(asked, pool, settings, steps, say)
                while _seen(asked) == seen:
                    pause()
    raise RunFailed("evalkit itself has changed. Start the preview again.")


def _tell(asked: Asked, pool: Pool, settings: Settings, steps: Steps, say: Say) -> None:
    """Make the page, or say why not: while somebody is typing, mistakes are no reason to end."""
    began = time.monotonic()
    try:
        path = _make(asked, pool, settings, steps, say)
        say(f"{path}  {time.monotonic() - began:.1f} s")
    except EvalkitError as error:
        say(str(error))


def _seen(asked: Asked) -> Mapping[str, int]:
    """When each file was last changed; of the library, too."""
    paths = [asked.notebook, *asked.files().values(), *_library()]
    return {str(path): path.stat().st_mtime_ns for path in paths if path.is_file() and path.suffix != ".pyc"}


def _library() -> Iterator[Path]:
    above = Path(__file__).parents[2]
    return (path for package in ("evalkit", "evalbook") for path in (above / package).rglob("*.*"))


def _settings(asked: Asked, scratch: Path, steps: Steps) -> Settings:
    fresh = work_folder(asked.folder) / f"new-{os.getpid()}"
    return Settings(asked.folder, fresh, scratch, Options(memory=None), steps)


def _make(asked: Asked, pool: Pool, settings: Settings, steps: Steps, say: Say) -> Path:
    """One page: inputs as they are now, evaluated or kept from a run; the same steps as in a run."""
    copy = settings.root
    hashes = staleness.hash_inputs(staleness.copy_inputs(asked.files(), copy))
    reports = steps.reports(copy)
    report = asked.find(reports)
    _fits(asked, report, reports)
    if asked.language == "da":
        shutil.copyfile(asked.notebook, report.notebook)
    else:
        translation.write(asked.notebook, report.notebook)
    check_names([report])
    shutil.rmtree(settings.evaluation, ignore_errors=True)
    outs = [asked.folder, asked.root / "output"]
    places = [
        evaluation_cache.place(out, staleness.sealed(hashes, asked.root, asked.data, out)) for out in outs
    ]
    evaluation_cache.begin(pool, steps.evaluate, asked.data, places, say)()
    try:
        evaluation_cache.keep(places[0], settings, settings.fresh)
        outcome = make_all([report], pool, lambda what, report, outcome: None)[report.key]
    finally:
        shutil.rmtree(settings.fresh, ignore_errors=True)
    if not outcome.ok:
        name, reason = asked.notebook.name, outcome.reason.replace(f"{report.notebook.name}, ", "")
        raise RunFailed(f"{name}, {reason}\nNo new page. See {asked.folder / 'failed' / report.key}.txt")
    for remark in outcome.remarks:
        say(f"{asked.notebook.name}: {remark}")
    for page in (asked.folder / report.key).parent.glob(f"{report.key.rpartition('/')[2]}-*.html"):
        if page.relative_to(asked.folder).as_posix() not in outcome.files:
            page.unlink()  # the annex of an earlier preview
    (asked.folder / f"{report.key}.ipynb").unlink()  # the notebook that counts is the one being worked on
    return asked.folder / f"{report.key}.html"


def _fits(asked: Asked, report: Report, reports: Sequence[Report]) -> None:
    """UnknownName when the notebook is that of other reports, or of none."""
    name, own = asked.notebook.name, report.notebook.name
    if name != own and name in {one.notebook.name for one in reports}:
        raise UnknownName(f"{name}: makes other reports. {report.name} is made by {own}.")
    if not {"area", "year"} <= set(declared(asked.notebook)):
        raise UnknownName(f"{name}: has no cell tagged parameters with area and year, so it makes no report.")


def command(asked: Asked, steps: Steps, say: Say, watching: bool) -> None:
    """Preview once, or until stopped, and say where the page is."""
    if watching:
        try:
            watch(asked, steps, say)
        except KeyboardInterrupt:
            return
    say(f"Open {preview(asked, steps, say)}")
