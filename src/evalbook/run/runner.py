"""A whole run: nothing changed? — else copy the inputs, evaluate once, make what changed, build the site.

Where nothing has moved on but the reviews of reports, no notebook runs: what pages and overview say of them is put anew.
"""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalbook.run import cache, evaluation_cache, language_links, newly_hidden
from evalbook.run.atomic_files import write_whole
from evalbook.run.definitions import Definitions, stated
from evalbook.run.forked_kernel import SUPPORTED
from evalbook.run.ledger import HIDDEN, Journal, Ledger, OutputError, Record, sole_run, work_folder
from evalbook.run.options import Options, Steps
from evalbook.run.progress import FINISHED, Quiet
from evalbook.run.signals import stoppable
from evalbook.run.stale_pages import Around, forget, mark_older, say_older
from evalbook.run.tasks import Outcome, Report, Settings, check_names
from evalbook.run.temporary import private_folder, sweep
from evalkit import __version__
from evalkit.errors import UnknownName, of_the_machine, told

if TYPE_CHECKING:
    from evalbook.run.pool import Pool


def run(root: Path, data: Path, out: Path, options: Options, steps: Steps, show: Quiet) -> int:
    """Make every report that is not up to date; gives the exit status.

    Parameters
    ----------
    root : the workbook: notebooks/, params/
    data : folder of the data set
    out : output folder

    Returns
    -------
    0 all is well, 1 some report failed, 128 + n stopped by signal n

    Raises
    ------
    EvalkitError
        Bad input; before any kernel has started, and with nothing in `out` touched.
    """
    with stoppable() as stopped:
        try:
            return Run(root, data, out, options, steps, show).go()
        except KeyboardInterrupt:
            show.end()
            show.line("Stopped. What was finished is in place; the same command goes on from there.")
            return 128 + (stopped[0] if stopped else signal.SIGINT)
        except BrokenPipeError:  # whoever read what the run says has gone: typer ends the command
            raise
        except OSError as error:  # of the run itself; one report's own is that report's failure
            raise OutputError(of_the_machine(error) or told(error, out)) from error
        finally:
            show.end()


class Run:
    """One run, step by step."""

    def __init__(
        self, root: Path, data: Path, out: Path, options: Options, steps: Steps, show: Quiet
    ) -> None:
        self.root, self.data, self.out = root, data, out
        self.options, self.steps, self.show = options, steps, show
        self.began = datetime.now(UTC)
        self.definitions: Definitions = {}
        self.parts: Mapping[str, Mapping[str, str]] = {}  # by report: hash of what it is made from

    def go(self) -> int:
        """The whole run; gives the exit status."""
        sweep()
        files = cache.input_files(self.root, self.data)
        if not self.options.force and self._nothing_changed(files):
            return 0
        with private_folder() as scratch:
            work, options = work_folder(self.out.resolve()), self.options
            inputs, evaluation = scratch / "inputs", scratch / "evaluation"
            settings = Settings(
                out=self.out.resolve(),
                fresh=work / "new",
                scratch=scratch,
                render=self.steps.render,
                fill=self.steps.fill,
                env={"EVALKIT_ROOT": str(inputs), "EVALKIT_EVALUATION": str(evaluation)},
                cell_timeout=options.cell_timeout,
                report_timeout=options.report_timeout,
                start_timeout=options.start_timeout,
                memory=options.memory,
            )
            hashes = cache.hash_inputs(cache.copy_inputs(files, inputs), options.language)
            places = [evaluation_cache.place(self.out, self._sealed(hashes))]
            if (kept := evaluation_cache.found(places)) and not options.force:
                status = self._reviews_only(kept, settings, hashes)
                if status is not None:
                    return status
            from evalbook.run.fanout import gather

            with gather(settings, options) as pool:
                evaluated = evaluation_cache.begin(
                    pool, self.steps.evaluate, self.data, settings, places, self.show.say
                )
                reports = self._reports(inputs)
                rows = evaluated()
                with sole_run(self.out, wait=options.wait, say=self.show.say):
                    status = self._make(pool, settings, reports, hashes, rows)
                self._settle_neighbour()
                return status

    def _reports(self, inputs: Path) -> list[Report]:
        """Every report of the plan, checked."""
        reports = list(self.steps.reports(inputs, self.options.language))
        self.definitions = stated(inputs, inputs / cache.data_name(self.data))
        self.options.check([report.key for report in reports])
        check_names(reports)
        return reports

    def _reviews_only(self, kept: Path, settings: Settings, hashes: Mapping[str, str]) -> int | None:
        """The run, when nothing has moved on since the last one but reviews of reports; None when more has."""
        moved = cache.changed(Ledger.read(self.out).inputs, self._sealed(hashes))
        if not all(map(cache.is_of_one_report, moved)):
            return None
        reports, rows = self._reports(Path(settings.env["EVALKIT_ROOT"])), evaluation_cache.rows(kept)
        parts = cache.parts_of(reports, hashes, rows)
        with sole_run(self.out, wait=self.options.wait, say=self.show.say):
            ledger = Ledger.read(self.out)
            runs = any(done == "run" for _, done, _ in self._choices(parts, ledger))
            gone = set(ledger.records) - set(parts)
            if runs or gone or not ledger.site or cache.damage(ledger.site, self.out):
                return None
            status = self._make(None, settings, reports, hashes, rows)
        self._settle_neighbour()
        return status

    def _sealed(self, hashes: Mapping[str, str]) -> dict[str, str]:
        return cache.sealed(hashes, self.root, self.data, self.out)

    def _nothing_changed(self, files: Mapping[str, Path]) -> bool:
        """Whether every report that is asked for is in place, made from these very inputs."""
        if work_folder(self.out).exists():
            return False  # a run is at work here, or one was killed and has left its work behind
        ledger = Ledger.read(self.out)
        keys = [key for key in ledger.keys if self.options.wants(key)]
        if not keys or any(cache.stale(ledger.records.get(key), self.out) for key in keys):
            return False
        if cache.damage(ledger.site, self.out) or not self._known(ledger.keys):
            return False
        hashes = cache.hash_inputs(files, self.options.language)
        if ledger.inputs != self._sealed(hashes):
            return False
        if language_links.unsettled(ledger, self.out, self.options.language):
            return False
        if self.options.why:
            for key in keys:
                self.show.why(key, "nothing changed", "")
        self.show.close([], f"Nothing has changed: {len(keys)} up to date. {self._open()}")
        return True

    def _known(self, keys: Sequence[str]) -> bool:
        """Whether every area and year asked for is in the ledger."""
        try:
            self.options.check(keys)
        except UnknownName:
            return False  # the plan itself will say so
        return True

    def _open(self) -> str:
        return f"Open {self.out / 'index.html'}"

    def _make(
        self,
        pool: Pool | None,
        settings: Settings,
        reports: Sequence[Report],
        hashes: Mapping[str, str],
        rows: Mapping[str, str],
    ) -> int:
        """Make what has changed, with the folder locked; gives the exit status. Without a pool no notebook is to run."""
        ledger = Ledger.read(self.out)
        work = work_folder(settings.out)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        evaluation_cache.keep(evaluation_cache.place(self.out, self._sealed(hashes)), settings, work)
        self.parts = parts = cache.parts_of(reports, hashes, rows)
        gone = self._take_away_hidden(ledger, parts, evaluation_cache.place(self.out, self._sealed(hashes)))
        todo, again = self._choose(reports, ledger, parts)
        todo += [report for report in reports if report.key in gone and report not in todo]
        journal = Journal(work)

        def watch(what: str, report: Report, outcome: Outcome | None) -> None:
            if outcome and what in FINISHED:
                last = ledger.records.get(report.key)
                record = Record.of(report, outcome, parts[report.key], last)
                left = {} if last is None else {name: "" for name in last.files if name not in record.files}
                forget(left, self.out, whatever=True)  # an annex without chapters any more
                ledger.records[report.key] = record
                journal.add(record)
            self.show.watch(what, report, outcome)

        status, ledger.inputs = "stopped", {}  # until all is done: nobody may take this for a whole run
        try:
            for key in set(ledger.records) - set(parts):
                forget(ledger.records.pop(key).files, self.out)
            mark_older(ledger, parts)
            outcomes: dict[str, Outcome] = {}
            around = Around(pool, settings, self.steps, self.options.language) if pool else None
            if around:
                around.begin(ledger, [*todo, *again])
            self.show.begin(len(todo) + len(again))
            if pool:
                from evalbook.run.fanout import make_all

                outcomes = make_all(todo, pool, settings, self.options.retries, watch)
            overview: dict[str, str] = {}
            if again:
                rendered, overview = self._render_again(again, settings, hashes, ledger)
                for report in again:
                    watch("rendered", report, rendered[report.key])
                outcomes |= rendered
            self.show.end()
            mark_older(ledger, parts)
            say_older(ledger, self.out, self.options.language, parts)
            ledger.site = around.finish(ledger) if around else {**ledger.site, **overview}
            language_links.settle(ledger, settings.out, self.options.language)
            ledger.keys = [report.key for report in reports]
            ledger.inputs = self._sealed(hashes)
            status = "failed" if any(not outcome.ok for outcome in outcomes.values()) else "made"
        finally:
            ledger.run = self._about(status, hashes, todo, again)
            shutil.rmtree(settings.fresh, ignore_errors=True)
            ledger.write(self.out)  # when the disk is full, the journal stays and speaks for it
            shutil.rmtree(work, ignore_errors=True)
        return self._close(reports, outcomes)

    def _take_away_hidden(
        self, ledger: Ledger, parts: Mapping[str, Mapping[str, str]], evaluation: Path
    ) -> Sequence[str]:
        """Before anything is put in place, take away what shows figures that are hidden now; the reports that are gone.

        Those of the other language stay away until its own run makes them again.
        """
        empty = newly_hidden.emptied(evaluation)
        if found := newly_hidden.shown(ledger, self.out, parts, empty):
            newly_hidden.take_away(ledger, self.out, found)
            ledger.save(self.out)  # at once: a run of the other language may be waiting for it
            self.show.line(f"{_named(found.reports)}: figures that are hidden now; made again.")
        beside = language_links.neighbour(self.out, self.options.language)
        if beside and (beside / HIDDEN).is_dir():
            self._take_away_beside(beside, parts, empty, evaluation.name)
        return found.reports

    def _take_away_beside(
        self, beside: Path, parts: Mapping[str, Mapping[str, str]], empty: newly_hidden.Empty, current: str
    ) -> None:
        """The same in the other language's folder, which stays without those files until its own run.

        An evaluation that is kept there of other inputs goes, too: it holds the figures as they were.
        """

        def left() -> bool:
            return bool(newly_hidden.shown(Ledger.read(beside), beside, parts, empty)) or bool(
                evaluation_cache.outdated(beside, current)
            )

        with language_links.held(beside, left) as needed:
            if not needed:
                return
            for folder in evaluation_cache.outdated(beside, current):
                shutil.rmtree(folder)
            other = Ledger.read(beside)
            found = newly_hidden.shown(other, beside, parts, empty)
            if not found:
                return
            newly_hidden.take_away(other, beside, found)
            other.save(beside)
        language = "en" if self.options.language == "da" else "da"
        self.show.line(
            f"{beside.name}/, {_named(found.reports)}: figures that are hidden now; taken away. "
            f"Make them again: evalkit run --language {language}"
        )

    def _settle_neighbour(self) -> None:
        """Put right what the other language's pages say: where they lead, and whether they are older than these rows."""

        def age(ledger: Ledger, beside: Path) -> None:
            if say_older(ledger, beside, language, self.parts):
                ledger.save(beside)

        language = "en" if self.options.language == "da" else "da"
        language_links.settle_neighbour(self.out, self.options.language, age)

    def _render_again(
        self, moved: Sequence[Report], settings: Settings, hashes: Mapping[str, str], ledger: Ledger
    ) -> tuple[dict[str, Outcome], dict[str, str]]:
        """Put anew what files say of these reports' reviews: their outcomes, and the hash of the overview by its path."""
        began, whole = time.monotonic(), [record for record in ledger.records.values() if record.whole]
        root, evaluation = (
            Path(settings.env["EVALKIT_ROOT"]),
            evaluation_cache.place(self.out, self._sealed(hashes)),
        )
        files = self.steps.review(root, evaluation, moved, whole, self.out, self.options.language)
        written = {name: write_whole(self.out / name, text) for name, text in files.items()}
        seconds = (time.monotonic() - began) / len(moved)
        outcomes = {}
        for report in moved:
            made = {name: written.pop(name) for name in ledger.records[report.key].files}
            outcomes[report.key] = Outcome(report.key, "rendered", seconds, files=made)
        return outcomes, written

    def _choose(
        self, reports: Sequence[Report], ledger: Ledger, parts: Mapping[str, Mapping[str, str]]
    ) -> tuple[list[Report], list[Report]]:
        """Of the reports that are asked for: those to be run, and those whose pages alone are rendered again."""
        chosen: dict[str, list[Report]] = {"run": [], "render": [], "": []}
        by_key = {report.key: report for report in reports}
        for key, done, reason in self._choices(parts, ledger):
            chosen[done].append(by_key[key])
            if self.options.why:
                self.show.why(key, reason or "its notebook, params, rows and review are the same", done)
        return chosen["run"], chosen["render"]

    def _choices(
        self, parts: Mapping[str, Mapping[str, str]], ledger: Ledger
    ) -> Iterator[tuple[str, str, str]]:
        """By report that is asked for: what is to be done with it, and why."""
        for key, its_own in parts.items():
            if self.options.wants(key):
                yield (
                    key,
                    *cache.why(ledger.records.get(key), its_own, self.out, self.options.force),
                )

    def _about(
        self, status: str, hashes: Mapping[str, str], todo: Sequence[Report], again: Sequence[Report]
    ) -> dict[str, Any]:
        """When, how and with what this run was made."""
        ended = datetime.now(UTC)
        return {
            "status": status,
            "began": self.began.isoformat(timespec="seconds"),
            "seconds": round((ended - self.began).total_seconds(), 3),
            "evalkit": __version__,
            "python": hashes["python"],
            "data": self.data.name,
            "language": self.options.language,
            "kernels": "forked" if SUPPORTED and not self.options.cold else "ordinary",
            "definitions": self.definitions,
            "reports": [report.key for report in todo],
            "rendered": [report.key for report in again],
        }

    def _close(self, reports: Sequence[Report], outcomes: Mapping[str, Outcome]) -> int:
        """The closing table, the last line and the exit status."""
        wanted = [report for report in reports if self.options.wants(report.key)]
        table = [
            outcomes.get(report.key) or Outcome(report.key, "skipped", reason="up to date")
            for report in wanted
        ]
        failed = [outcome for outcome in table if not outcome.ok]
        made = sum(outcome.status == "made" for outcome in table)
        rendered = sum(outcome.status == "rendered" for outcome in table)
        current = len(table) - made - rendered - len(failed)
        said = [f"{made} made", *([f"{rendered} rendered again"] if rendered else [])]
        text = f"{', '.join(said)}, {current} up to date, {len(failed)} failed. "
        see = f"See {self.out / 'failed'} for notebook, traceback and log. " if failed else ""
        self.show.close(table, text + see + self._open())
        return 1 if failed else 0


def _named(keys: Sequence[str]) -> str:
    """The reports of a list, and the pages around them, in a few words."""
    shown = ", ".join(keys[:4]) + (f" and {len(keys) - 4} more" if len(keys) > 4 else "")
    return shown or "the overview"
