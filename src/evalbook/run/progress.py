"""A run one likes to watch: a bar on a terminal, plain lines elsewhere, JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from evalbook.console import harmless
from evalbook.run.tasks import Outcome, Report

FINISHED = ("made", "rendered", "failed")
"""What has happened to a report that is done with."""

DONE = {"run": "runs", "render": "renders", "": "skipped"}
"""What is done with a report, in a word."""


class Quiet:
    """Says only what failed, and the last line."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.total = self.done = 0

    def say(self, text: str) -> None:
        """A step of the run, in words."""

    def why(self, key: str, reason: str, done: str) -> None:
        """What made one report run, be rendered again from its executed notebook, or be skipped."""
        self.line(f"{key:<24} {DONE[done]}: {reason}")

    def task(self, report: Report, mark: str, reason: str) -> None:
        """One report to be made, for a scheduler; no reason where it is up to date."""
        self.line(report.key)

    def begin(self, total: int) -> None:
        """So many reports are to be made."""
        self.total = total

    def watch(self, what: str, report: Report, outcome: Outcome | None) -> None:
        """What has just happened to one report."""
        if what in FINISHED:
            self.done += 1
        if what == "failed" and outcome:
            self.line(f"{report.key}: {outcome.reason}")

    def remark(self, report: Report, outcome: Outcome) -> None:
        """What its notebook shows and its page does not, or not as it was made."""
        for one in outcome.remarks:
            self.line(f"{report.key}: {one}")

    def line(self, text: str) -> None:
        """One line, whole, at once."""
        print(harmless(text), file=self.stream, flush=True)

    def end(self) -> None:
        """No more reports will come."""

    def close(self, outcomes: Sequence[Outcome], last: str) -> None:
        """The last line, which names what to open."""
        self.line(last)


class Plain(Quiet):
    """A line for each thing that happens; for logs and for output that is not a terminal."""

    def say(self, text: str) -> None:
        self.line(text)

    def watch(self, what: str, report: Report, outcome: Outcome | None) -> None:
        if what in FINISHED:
            self.done += 1
        if outcome:
            number = f"{self.done:>{len(str(self.total))}} of {self.total}  " if what != "retried" else ""
            self.line(
                f"{number}{report.key:<24} {what:<8}{outcome.seconds:5.1f} s  {outcome.reason}".rstrip()
            )
            self.remark(report, outcome)

    def close(self, outcomes: Sequence[Outcome], last: str) -> None:
        for line in closing_table([outcome for outcome in outcomes if not outcome.ok]):
            self.line(line)  # once more at the end of a long log
        self.line(last)


class Json(Quiet):
    """One JSON object a line (docs/run-events.schema.json), in ASCII: JSON is UTF-8, and the output need not be."""

    def _put(self, **fields: Any) -> None:
        super().line(json.dumps(fields))

    def line(self, text: str) -> None:
        self._put(event="line", text=text)

    def say(self, text: str) -> None:
        self._put(event="step", text=text)

    def why(self, key: str, reason: str, done: str) -> None:
        self._put(event="why", report=key, runs=done == "run", renders=done == "render", reason=reason)

    def task(self, report: Report, mark: str, reason: str) -> None:
        given = dict(report.parameters)
        self._put(event="task", report=report.key, parameters=given, hash=mark, reason=reason)

    def begin(self, total: int) -> None:
        self._put(event="begin", reports=total)

    def watch(self, what: str, report: Report, outcome: Outcome | None) -> None:
        known: dict[str, Any] = (
            {"seconds": round(outcome.seconds, 3), "reason": outcome.reason} if outcome else {}
        )
        if outcome and outcome.remarks:
            known["remarks"] = list(outcome.remarks)
        self._put(event=what, report=report.key, **known)

    def close(self, outcomes: Sequence[Outcome], last: str) -> None:
        reports = [
            {"report": o.key, "status": o.status, "seconds": round(o.seconds, 3), "reason": o.reason}
            for o in outcomes
        ]
        self._put(event="end", reports=reports, text=last)


class Bar(Plain):
    """A bar with the reports on their way and the time left; failures stay above it as they come."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        self.console = Console(file=self.stream, highlight=False)
        self.bar = Progress(
            SpinnerColumn(),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[now]}"),
            console=self.console,
            transient=True,
        )
        self.task: Any = None
        self.now: list[str] = []

    def begin(self, total: int) -> None:
        self.total = total
        self.task = self.bar.add_task("reports", total=total, now="")
        self.bar.start()

    def watch(self, what: str, report: Report, outcome: Outcome | None) -> None:
        if what == "started":
            self.now.append(report.key)
        elif what in FINISHED:
            if report.key in self.now:
                self.now.remove(report.key)
            self.bar.advance(self.task)
        if what in ("failed", "retried") and outcome:
            self.line(f"{report.key}: {what}, {outcome.reason}")
        if outcome:
            self.remark(report, outcome)
        self.bar.update(self.task, now="  ".join(self.now))

    def line(self, text: str) -> None:
        self.console.print(harmless(text), markup=False)

    def end(self) -> None:
        self.bar.stop()

    def close(self, outcomes: Sequence[Outcome], last: str) -> None:
        for line in closing_table(outcomes):
            self.line(line)
        self.line(last)


def closing_table(outcomes: Sequence[Outcome]) -> list[str]:
    """Area, year, status, time and reason of each report, one line each."""
    if not outcomes:
        return []
    wide = max(len(outcome.key) for outcome in outcomes)
    lines = [f"{'area/year':<{wide}}  status   time    reason"]
    for outcome in outcomes:
        seconds = f"{outcome.seconds:.1f} s"
        lines.append(f"{outcome.key:<{wide}}  {outcome.status:<7}{seconds:>7}  {outcome.reason}".rstrip())
    return lines


def choose(*, quiet: bool = False, json: bool = False, stream: TextIO | None = None) -> Quiet:
    """The way to show a run that fits the options and the place it is shown in."""
    stream = stream or sys.stdout
    if json:
        return Json(stream)
    if quiet:
        return Quiet(stream)
    return Bar(stream) if stream.isatty() else Plain(stream)
