"""A whole run: nothing changed? — else copy the inputs, evaluate once, make what changed, build the site.

Where nothing has moved on but the reviews of reports, no notebook runs: what pages and overview say of them is put anew.
"""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalbook import versions
from evalbook.approval.definitions import Definitions, stated
from evalbook.replacing import check_closed
from evalbook.run import earlier_pages, evaluation_cache, staleness
from evalbook.run.files import (
    Journal,
    Ledger,
    OutputError,
    Record,
    check_writable,
    digest_text,
    private_folder,
    sole_run,
    sweep,
    work_folder,
    write_whole,
)
from evalbook.run.processes import SUPPORTED, stoppable
from evalbook.run.progress import FINISHED, Quiet
from evalbook.run.site_pages import SitePages, whole_pages
from evalbook.run.tasks import Options, Outcome, Report, Settings, Steps, check_names
from evalkit import __version__
from evalkit.errors import MissingFile, UnknownName, of_the_machine, system_error

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
            error.filename = error.filename or str(out)
            raise OutputError(of_the_machine(error) or system_error(error)) from error
        finally:
            show.end()


def put_review(root: Path, data: Path, out: Path, area: str, name: str, steps: Steps) -> bool:
    """Put on its pages what has just been said of one report's review, without running a notebook.

    False where there are no pages, or more than reviews has changed since the last run: `evalkit run` then does it.
    """
    options = Options(areas=(area,), years=(name,))
    ledger, one = Ledger.read(out), Run(root, data, out, options, steps, Quiet(StringIO()))
    hashes = staleness.hash_inputs(staleness.input_files(root, data))
    if not ledger.inputs or work_folder(out).exists() or not one._only_reviews(ledger, hashes):
        return False
    with stoppable():
        return one.go() == 0


class Run:
    """One run, step by step."""

    def __init__(
        self, root: Path, data: Path, out: Path, options: Options, steps: Steps, show: Quiet
    ) -> None:
        self.root, self.data, self.out = root, data, out
        self.options = options if SUPPORTED else replace(options, memory=None)
        self.steps, self.show = steps, show
        self.began = datetime.now(UTC)
        self.definitions: Definitions = {}
        self.kept = Path()  # where the evaluation is kept
        self.parts: Mapping[str, Mapping[str, str]] = {}  # what each report would be made from now

    def go(self) -> int:
        """The whole run; gives the exit status."""
        versions.check()
        check_closed(
            self.out / name for name in Ledger.read(self.out).site if name.endswith((".xlsx", ".csv"))
        )
        sweep()
        files = staleness.input_files(self.root, self.data)
        in_parts = self.options.only or self.options.part
        if not (self.options.force or in_parts) and self._nothing_changed(files):
            return 0
        check_writable(self.out)
        with private_folder() as scratch:
            out = self.out.resolve()
            settings = Settings(out, work_folder(out) / "new", scratch, self.options, self.steps)
            hashes = staleness.hash_inputs(staleness.copy_inputs(files, settings.root))
            self.kept = evaluation_cache.place(self.out, self._sealed(hashes))
            if self.options.only:
                settings = replace(settings, out=scratch / "out", fresh=scratch / "new")
                if evaluation_cache.kept([self.kept]) is None:
                    raise MissingFile(
                        f"{self.out.name}/: holds no evaluation of what params and data are now. First: evalkit run --list"
                    )
            with self._pool(settings) as pool:
                if not self.options.part and (
                    self.options.force or not self._only_reviews(Ledger.read(self.out), hashes)
                ):
                    pool.warm_up()
                evaluated = evaluation_cache.begin(
                    pool, self.steps.evaluate, self.data, [self.kept], self.show.say
                )
                reports = self._reports(settings.root)
                self.parts = staleness.parts_of(reports, hashes, evaluated())
                if self.options.only:
                    return self._make_one(pool, reports)
                with sole_run(self.out, self.show.say):
                    if self.options.part == "list":
                        return self._list(settings, reports)
                    return self._make(pool, reports, hashes)

    def _reports(self, copy: Path) -> list[Report]:
        """Every report of the plan, checked."""
        reports = list(self.steps.reports(copy))
        self.definitions = stated(copy, copy / staleness.data_name(self.data))
        self.options.check([report.key for report in reports])
        check_names(reports)
        return reports

    def _pool(self, settings: Settings) -> Pool:
        """Whoever makes the reports: processes of this machine, or a cluster."""
        warm = SUPPORTED and not self.options.cold
        if self.options.cluster:
            from evalbook.run.cluster import ClusterPool

            return ClusterPool(settings, self.options.cluster, warm)
        from evalbook.run.pool import Pool

        return Pool(settings, self.options.jobs, warm)

    def _sealed(self, hashes: Mapping[str, str]) -> dict[str, str]:
        return staleness.sealed(hashes, self.root, self.data, self.out)

    def _only_reviews(self, ledger: Ledger, hashes: Mapping[str, str]) -> bool:
        """Whether nothing has moved on since the last run but files about single reports."""
        return all(map(staleness.is_of_one_report, staleness.changed(ledger.inputs, self._sealed(hashes))))

    def _nothing_changed(self, files: Mapping[str, Path]) -> bool:
        """Whether every report that is asked for is in place, made from these very inputs."""
        if work_folder(self.out).exists():
            return False  # a run is at work here, or one was killed and has left its work behind
        ledger = Ledger.read(self.out)
        keys = [key for key in ledger.keys if self.options.wants(key)]
        if not keys or any(staleness.stale(ledger.records.get(key), self.out) for key in keys):
            return False
        if staleness.damage(ledger.site, self.out) or not self._known(ledger.keys):
            return False
        if ledger.inputs != self._sealed(staleness.hash_inputs(files)):
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
        return "" if self.options.release else f"Open {self.out / (self.options.only or 'index')}.html"

    def _taken_over(self) -> Ledger:
        """The ledger with what a killed run had finished; what it had not is cleared away."""
        ledger, work = Ledger.read(self.out), work_folder(self.out)
        if work.exists():
            ledger.save(self.out)
            shutil.rmtree(work, ignore_errors=True)
        return ledger

    def _list(self, settings: Settings, reports: Sequence[Report]) -> int:
        """Keep the evaluation, and name every report that is asked for: a scheduler has them made, one by one."""
        ledger, work = self._taken_over(), work_folder(settings.out)
        work.mkdir(parents=True)
        try:
            evaluation_cache.keep(self.kept, settings, work)
        finally:
            shutil.rmtree(work)
        for report in reports:
            if self.options.wants(report.key):
                made_from = self.parts[report.key]
                record = ledger.records.get(report.key)
                _, reason = staleness.why(record, made_from, self.out, self.options.force)
                marks = (f"{name} {made_from[name]}" for name in sorted(made_from))
                self.show.task(report, digest_text(*marks), reason)
        return 0

    def _make_one(self, pool: Pool, reports: Sequence[Report]) -> int:
        """Make one report, others may be made at the same time; the folder is locked while its files are put in place."""
        report = next(report for report in reports if report.key == self.options.only)
        with sole_run(self.out, self.show.say):
            record = self._taken_over().records.get(report.key)
        done, reason = staleness.why(record, self.parts[report.key], self.out, self.options.force)
        if not done:
            return self._close(reports, {})
        if self.options.why:
            self.show.why(report.key, reason, "run")
        from evalbook.run.pool import make_all

        self.show.begin(1)
        outcomes = make_all([report], pool, self.show.watch)
        self.show.end()
        with sole_run(self.out, self.show.say):
            ledger = self._taken_over()
            self._take_away_hidden(ledger)
            for name in outcomes[report.key].files:
                write_whole(self.out / name, (pool.settings.out / name).read_bytes())
            self._note(ledger, report, outcomes[report.key])
            ledger.inputs = {}  # `evalkit site` is still to come
            ledger.save(self.out)
        return self._close(reports, outcomes)

    def _missing(self, report: Report, ledger: Ledger) -> Outcome:
        """The outcome of a report that is to be run, where no notebook is."""
        record = ledger.records.get(report.key)
        _, reason = staleness.why(record, self.parts[report.key], self.out, False)
        return Outcome(report.key, "missing", reason=f"{reason}: evalkit run --only {report.key}")

    def _note(self, ledger: Ledger, report: Report, outcome: Outcome) -> Record:
        """Put a report just made into the ledger; files that it has no more go, such as an annex without chapters."""
        last = ledger.records.get(report.key)
        record = Record.of(report, outcome, self.parts[report.key], last)
        left = {} if last is None else {name: "" for name in last.files if name not in record.files}
        earlier_pages.forget(left, self.out, whatever=True)
        ledger.records[report.key] = record
        return record

    def _make(self, pool: Pool, reports: Sequence[Report], hashes: Mapping[str, str]) -> int:
        """Make what has changed, with the folder locked; gives the exit status."""
        settings = pool.settings
        ledger, work = self._taken_over(), work_folder(settings.out)
        work.mkdir(parents=True)
        evaluation_cache.keep(self.kept, settings, work)
        site_anew = not self._only_reviews(ledger, hashes)
        hidden = self._take_away_hidden(ledger)
        todo, again = self._choose(reports, ledger)
        todo += [report for report in reports if report.key in hidden and report not in todo]
        outcomes = dict[str, Outcome]()
        if self.options.part == "site":
            outcomes = {one.key: self._missing(one, ledger) for one in todo}
            todo = []
        gone = set(ledger.records) - set(self.parts)
        site_anew = bool(
            site_anew or todo or gone or not ledger.site or staleness.damage(ledger.site, self.out)
        )
        journal = Journal(work)

        def watch(what: str, report: Report, outcome: Outcome | None) -> None:
            if outcome and what in FINISHED:
                journal.add(self._note(ledger, report, outcome))
            self.show.watch(what, report, outcome)

        status, ledger.inputs = "stopped", {}  # until all is done: nobody may take this for a whole run
        try:
            for key in gone:
                earlier_pages.forget(ledger.records.pop(key).files, self.out)
            earlier_pages.mark_older(ledger, self.parts)
            site = SitePages(pool, self.steps, reports)
            if site_anew:
                site.begin(ledger, [*todo, *again])
            self.show.begin(len(todo) + len(again))
            if todo:
                from evalbook.run.pool import make_all

                outcomes |= make_all(todo, pool, watch)
            if again:
                rendered, overviews = self._render_again(again, settings, ledger)
                for report in again:
                    watch("rendered", report, rendered[report.key])
                outcomes |= rendered
                ledger.site = {**ledger.site, **overviews}
            self.show.end()
            earlier_pages.mark_older(ledger, self.parts)
            earlier_pages.say_older(ledger, self.out, self.parts)
            if site_anew:
                ledger.site = site.finish(ledger)
            ledger.keys = [report.key for report in reports]
            ledger.inputs = self._sealed(hashes)
            status = "failed" if any(not outcome.ok for outcome in outcomes.values()) else "made"
        finally:
            ledger.run = self._about(status, hashes, todo, again)
            shutil.rmtree(settings.fresh, ignore_errors=True)
            ledger.write(self.out)  # when the disk is full, the journal stays and speaks for it
            shutil.rmtree(work, ignore_errors=True)
        return self._close(reports, outcomes)

    def _take_away_hidden(self, ledger: Ledger) -> Sequence[str]:
        """Before anything is put in place, take away what shows figures that are hidden now; the reports that are gone."""
        gone = earlier_pages.take_away_hidden(ledger, self.out, self.parts, self.kept)
        if gone is None:
            return ()
        ledger.save(self.out)
        shown = ", ".join(gone[:4]) + (f" and {len(gone) - 4} more" if len(gone) > 4 else "")
        self.show.line(f"{shown or 'the overview'}: figures that are hidden now; made again.")
        return gone

    def _render_again(
        self, moved: Sequence[Report], settings: Settings, ledger: Ledger
    ) -> tuple[dict[str, Outcome], dict[str, str]]:
        """Put anew what files say of these reports' reviews: their outcomes, and the hashes of the overviews by path."""
        began = time.monotonic()
        pages = whole_pages(ledger)
        files = self.steps.review(settings.root, self.kept, moved, pages, self.out)
        written = {name: write_whole(self.out / name, text) for name, text in files.items()}
        seconds = (time.monotonic() - began) / len(moved)
        outcomes = {}
        for report in moved:
            made = {name: written.pop(name) for name in ledger.records[report.key].files}
            outcomes[report.key] = Outcome(report.key, "rendered", seconds, files=made)
        return outcomes, written

    def _choose(self, reports: Sequence[Report], ledger: Ledger) -> tuple[list[Report], list[Report]]:
        """Of the reports that are asked for: those to be run, and those whose pages alone are rendered again."""
        chosen: dict[str, list[Report]] = {"run": [], "render": [], "": []}
        for report in reports:
            if not self.options.wants(report.key):
                continue
            record = ledger.records.get(report.key)
            done, reason = staleness.why(record, self.parts[report.key], self.out, self.options.force)
            chosen[done].append(report)
            if self.options.why:
                self.show.why(
                    report.key, reason or "its notebook, params, rows and review are the same", done
                )
        return chosen["run"], chosen["render"]

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
        missing = sum(outcome.status == "missing" for outcome in failed)
        current = len(table) - made - rendered - len(failed)
        said = [
            f"{made} made",
            *([f"{rendered} rendered again"] if rendered else []),
            f"{current} up to date",
            *([f"{missing} missing"] if missing else []),
            f"{len(failed) - missing} failed",
        ]
        text = f"{', '.join(said)}. "
        see = f"See {self.out / 'failed'} for notebook, traceback and log. " if len(failed) > missing else ""
        self.show.close(table, f"{text}{see}{self._open()}".rstrip())
        return 1 if failed else 0
