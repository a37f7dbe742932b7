"""A whole run: nothing changed? — else copy the inputs, evaluate once, make what changed, build the site."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalbook.run import cache, evaluation_cache, language_links
from evalbook.run.fork_server import SUPPORTED
from evalbook.run.ledger import Journal, Ledger, OutputError, Record, sole_run, work_folder
from evalbook.run.options import Options, Steps
from evalbook.run.progress import Quiet
from evalbook.run.signals import stoppable
from evalbook.run.stale_pages import Around, forget, mark_older
from evalbook.run.tasks import Outcome, Report, Settings, check_names
from evalbook.run.temporary import private_folder, sweep
from evalkit import __version__
from evalkit.errors import UnknownName, told

if TYPE_CHECKING:
    from evalbook.run.pool import Crew


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
            raise OutputError(told(error, out)) from error
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

    def go(self) -> int:
        """The whole run; gives the exit status."""
        sweep()
        files = cache.input_files(self.root, self.data)
        if not self.options.force and self._nothing_changed(files):
            return 0
        from evalbook.run.fanout import gather

        with private_folder() as scratch:
            work, options = work_folder(self.out.resolve()), self.options
            inputs, evaluation = scratch / "inputs", scratch / "evaluation"
            settings = Settings(
                out=self.out.resolve(),
                fresh=work / "new",
                scratch=scratch,
                render=self.steps.render,
                env={"EVALKIT_ROOT": str(inputs), "EVALKIT_EVALUATION": str(evaluation)},
                cell_timeout=options.cell_timeout,
                report_timeout=options.report_timeout,
                start_timeout=options.start_timeout,
                memory=options.memory,
            )
            with gather(settings, options) as crew:
                hashes = cache.hash_inputs(cache.copy_inputs(files, inputs), options.language)
                places = [evaluation_cache.place(self.out, hashes)]
                evaluated = evaluation_cache.begin(
                    crew, self.steps.evaluate, self.data, settings, places, self.show.say
                )
                reports = list(self.steps.reports(inputs, options.language))
                options.check([report.key for report in reports])
                check_names(reports)
                rows = evaluated()
                with sole_run(self.out, wait=options.wait, say=self.show.say):
                    status = self._make(crew, settings, reports, hashes, rows)
                language_links.settle_neighbour(self.out, options.language)
                return status

    def _nothing_changed(self, files: Mapping[str, Path]) -> bool:
        """Whether every report that is asked for is in place, made from these very inputs."""
        if work_folder(self.out).exists():
            return False  # a run is at work here, or one was killed and has left its work behind
        ledger = Ledger.read(self.out)
        keys = [key for key in ledger.keys if self.options.wants(key)]
        current = bool(keys) and ledger.inputs == cache.hash_inputs(files, self.options.language)
        if not current or any(cache.stale(ledger.records.get(key), self.out) for key in keys):
            return False
        if cache.damage(ledger.site, self.out) or not self._known(ledger.keys):
            return False
        if language_links.unsettled(ledger, self.out, self.options.language):
            return False
        if self.options.why:
            for key in keys:
                self.show.why(key, "nothing changed", runs=False)
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
        crew: Crew,
        settings: Settings,
        reports: Sequence[Report],
        hashes: Mapping[str, str],
        rows: Mapping[str, str],
    ) -> int:
        """Make what has changed, with the folder locked; gives the exit status."""
        from evalbook.run.fanout import make_all

        ledger = Ledger.read(self.out)
        work = work_folder(settings.out)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        evaluation_cache.keep(evaluation_cache.place(self.out, hashes), settings, work)
        parts = {
            report.key: cache.report_parts(report, hashes, rows.get(report.key, "")) for report in reports
        }
        todo = self._choose(reports, ledger, parts)
        journal = Journal(work)

        def watch(what: str, report: Report, outcome: Outcome | None) -> None:
            if outcome and what in ("made", "failed"):
                record = Record.of(report, outcome, parts[report.key], ledger.records.get(report.key))
                ledger.records[report.key] = record
                journal.add(record)
            self.show.watch(what, report, outcome)

        status, ledger.inputs = "stopped", {}  # until all is done: nobody may take this for a whole run
        try:
            for key in set(ledger.records) - set(parts):
                forget(ledger.records.pop(key).files, self.out)
            mark_older(ledger, parts)
            around = Around(crew, settings, self.steps, self.options.language)
            around.begin(ledger, todo)
            self.show.begin(len(todo))
            outcomes = make_all(todo, crew, settings, self.options.retries, watch)
            self.show.end()
            mark_older(ledger, parts)
            ledger.site = around.finish(ledger)
            language_links.settle(ledger, settings.out, self.options.language)
            ledger.keys, ledger.inputs = [report.key for report in reports], hashes
            status = "failed" if any(not outcome.ok for outcome in outcomes.values()) else "made"
        finally:
            ledger.run = self._about(status, settings, hashes, todo)
            shutil.rmtree(settings.fresh, ignore_errors=True)
            ledger.write(self.out)  # when the disk is full, the journal stays and speaks for it
            shutil.rmtree(work, ignore_errors=True)
        return self._close(reports, outcomes)

    def _choose(
        self, reports: Sequence[Report], ledger: Ledger, parts: Mapping[str, Mapping[str, str]]
    ) -> list[Report]:
        """Reports that are asked for and not up to date."""
        todo = []
        for report in reports:
            if not self.options.wants(report.key):
                continue
            reason = cache.why(
                ledger.records.get(report.key), parts[report.key], self.out, self.options.force
            )
            if reason:
                todo.append(report)
            if self.options.why:
                self.show.why(
                    report.key, reason or "its notebook, params and rows are the same", bool(reason)
                )
        return todo

    def _about(
        self, status: str, settings: Settings, hashes: Mapping[str, str], todo: Sequence[Report]
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
            "reports": [report.key for report in todo],
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
        text = f"{made} made, {len(table) - made - len(failed)} up to date, {len(failed)} failed. "
        see = f"See {self.out / 'failed'} for notebook, traceback and log. " if failed else ""
        self.show.close(table, text + see + self._open())
        return 1 if failed else 0
