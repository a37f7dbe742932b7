"""`evalkit assess`: open a report's params file with the current sentences at hand, and stamp what was written."""

from __future__ import annotations

import datetime as dt
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from evalbook.approval import fingerprints, signoffs
from evalbook.approval.checklist import unanswered
from evalbook.approval.reviewed import Reviewed, one
from evalbook.review import edit_yaml
from evalbook.review.edit_yaml import EditError, set_value, stamp
from evalbook.run import evaluation_cache
from evalkit.errors import EvalkitError, ProblemsFound
from evalkit.plan import assessments
from evalkit.plan.assessments import ReportParams
from evalkit.terms import Status
from evalkit.text import narrative
from evalkit.text.html import plain

HELP = "#> "
"""How the lines begin that are only shown in the editor and never saved."""

Editor = Callable[[Path], None]


def assess(
    root: Path,
    data: Path,
    area: str,
    name: str,
    *,
    author: str,
    role: str,
    editor: Editor | None,
    today: dt.date,
) -> str:
    """Edit and stamp the assessment of one report; gives what was done, in a sentence.

    Parameters
    ----------
    author, role : who writes; empty keeps what the file says
    editor : opens a file and returns when it is closed; None stamps the words as they are

    Raises
    ------
    ProblemsFound
        When the edited file is broken; the text is kept in a file beside it.
    ConcurrentEditError
        When somebody else saved the file meanwhile; the text is kept likewise.
    """
    report = one(root, data, area, name, evaluation_cache.last(root, data))
    before = edit_yaml.content(report.path)
    old = before.decode("utf-8")
    text = _edited(report, old, editor) if editor else old
    shown = edit_yaml.shown(report.path, root)
    given, now = _checked(report, text), fingerprints.figures(report.plan, report.rows, area, report.year)
    if not any(one.strip() for one in given.assessment.texts.values()):
        if text != old:
            edit_yaml.replace(report.path, root, before, text)
        return f"{shown}: no words yet, so nothing to stamp."
    mark = fingerprints.fingerprint(now)
    stands = mark == given.assessment.fingerprint == fingerprints.fingerprint(given.assessment.figures)
    if text == old and stands:
        return f"{shown}: nothing has changed; the stamp stands."
    values = {
        "author": author or given.assessment.author,
        "role": role or given.assessment.role or "analyst",
        "date": today.isoformat(),
        "fingerprint": mark,
    }
    try:
        stamped = stamp(text, {key: value for key, value in values.items() if value}, now, shown)
        if given.status == Status.APPROVED:  # other words or other figures than those that were approved
            stamped = set_value(stamped, "status", Status.IN_REVIEW.value, shown)
    except EditError as error:  # a form of YAML that leaves no place to write in
        if text == old:
            raise
        kept = edit_yaml.keep_unsaved(report.path, text)
        raise SaveError(f"{error} Nothing was saved. Your text is kept in {kept.name}.") from None
    edit_yaml.replace(report.path, root, before, stamped)
    return f"{shown}: stamped with {mark} ({len(now)} rows)."


def _edited(report: Reviewed, old: str, editor: Editor) -> str:
    """What the editor makes of a params file, with the file's line ends; unless words were written, the file as it is."""
    offered = _template(report, old)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{report.area}-{report.name}.yml"
        path.write_text(_help(report) + offered, encoding="utf-8", newline="\n")
        editor(path)
        lines = path.read_bytes().decode("utf-8").splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith(HELP.strip()))
    if "\r\n" in offered and "\r\n" not in text:  # the editor's ends, not the file's
        text = text.replace("\n", "\r\n")
    return old if text == offered else text


def _template(report: Reviewed, text: str) -> str:
    """The params file with a place for every goal that nobody has written about, when it has no assessment at all."""
    if report.params().assessment.texts or "\nassessment:" in f"\n{text}":
        return text
    places = "".join(f"    # {goal}: |\n    #   \n" for goal in ("overall", *report.plan.goals))
    return text.rstrip("\n") + f"\nassessment:\n  texts:\n{places}"


def _help(report: Reviewed) -> str:
    """The current sentences, what has changed and what is open, on lines that are never saved."""
    said, state = report.report(), report.state()
    lines = [
        f"Assessment of {report.key}. Lines that begin with {HELP.strip()} are removed when you save.",
        "Write markdown under assessment.texts, by goal or `overall`: what happened, why you believe so, what was done.",
        "",
    ]
    for goal, record in report.plan.goals.items():
        lines.append(f"{goal}:")
        lines += [f"  {line}" for line in plain(narrative.goal(said, record.indicator).html).splitlines()]
    if state.differences:
        lines += ["", "Changed since the words were written:"]
        lines += [f"  {one}" for one in fingerprints.in_brief(state.differences)]
        lines.append(
            "Was one of them released? Say why it is corrected: assessment.corrections, by indicator or `overall`."
        )
    if left := unanswered(said, state):
        file = edit_yaml.shown(
            signoffs.answers_file(report.plan.root, report.area, report.name), report.plan.root
        )
        lines += ["", f"Open on the checklist, to be answered in {file}:"]
        lines += [f"  {item.id}: {item.text.plain}" for item in left]
    return "".join(f"{HELP}{line}".rstrip() + "\n" for line in lines)


def _checked(report: Reviewed, text: str) -> ReportParams:
    """The params in a text that is not saved yet; a broken text is kept beside the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "params" / report.area / f"{report.name}.yml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        plan = report.plan.model_copy(update={"root": Path(folder)})
        try:
            return assessments.read(plan, report.area, report.year, name=report.name)
        except ProblemsFound as found:
            kept = edit_yaml.shown(edit_yaml.keep_unsaved(report.path, text), report.plan.root)
            raise SaveError(f"{found}\nNothing was saved. Your text is kept in {kept}.") from None


class SaveError(EvalkitError):
    """What was written in the editor cannot be saved as it is."""


def own_editor() -> Editor:
    """The editor that the user has named in VISUAL or EDITOR.

    Raises EvalkitError when there is none, or when it ends with an error.
    """
    usual = "notepad" if sys.platform == "win32" else ""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or usual
    if not command:
        raise EvalkitError(
            "No editor: set EDITOR, e.g. EDITOR=nano, or stamp the words as they are with --no-edit."
        )

    def open_in(path: Path) -> None:
        words = shlex.split(command, posix=sys.platform != "win32")
        try:
            ended = subprocess.run([*words, str(path)], check=False).returncode
        except OSError as error:
            raise EvalkitError(f"EDITOR={command}: cannot be started ({error.strerror}).") from None
        if ended:
            raise EvalkitError(f"EDITOR={command}: ended with {ended}; nothing was saved.")

    return open_in
