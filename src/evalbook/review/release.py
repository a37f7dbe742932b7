"""`evalkit run --release`: a dated, numbered folder of the approved reports, made anew and never overwritten.

What a reviewer approved are pages that were read: their text is noted with the sign-off, and a release must make the same.
The checksums of each release stand in a file that git tracks, so that it can be told whether it is still as it was made.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Final

from pydantic import RootModel

from evalbook.approval import signoffs
from evalbook.approval.reviewed import RefusedError, Reviewed, all_reports, evaluated
from evalbook.intake.checking import unfilled
from evalbook.review import correction, part_release
from evalbook.run import planning, staleness
from evalbook.run.files import (
    LEDGER,
    Ledger,
    digest_file,
    private_folder,
    sole_run,
    write_flushed,
    write_whole,
)
from evalbook.run.pdf import browser, print_pages
from evalbook.run.progress import Quiet
from evalbook.run.runner import run
from evalbook.run.tasks import Options, key_of
from evalbook.site import page_text
from evalkit import plan as plans
from evalkit.data.release_rows import COUNTED
from evalkit.errors import EvalkitError, Problem
from evalkit.evaluate.evaluation import Evaluation
from evalkit.plan import params
from evalkit.plan.records import Strict
from evalkit.results import RELEASES as FOLDER
from evalkit.text.words import LANGUAGES

SUMS: Final = "SHA256SUMS"
FILE: Final = "params/releases.yml"

HEAD: Final = f"""\
# Every release of this plan, with the SHA-256 of its list of checksums ({SUMS}). Written by `evalkit run --release`.
# Keep the file in git: a release is a folder that anybody can change, and the history is what stands against that.
"""


@dataclass(frozen=True)
class Ready:
    """The reports that are asked for and approved; a line for each that is not; what stands against any release."""

    approved: Mapping[str, Reviewed]
    left: Sequence[str]
    obstacles: Sequence[str]


def ready_to_release(root: Path, data: Path, wants: Callable[[str], bool]) -> Ready:
    """Which reports of those that are asked for could be released now."""
    plan, evaluation = evaluated(root, data)
    approved, left = dict[str, Reviewed](), list[str]()
    for key, report in all_reports(plan, evaluation).items():
        found = report.state().obstacles if wants(key) else []
        unread = [] if found or not wants(key) else list(_unread(root, key))
        left += [f"{key}: {'; '.join(found)}"] if found else unread
        if wants(key) and not found and not unread:
            approved[key] = report
    said = [str(problem) for problem in unfilled(root, data)]
    said += map(str, changed(root))  # what readers know is read from there
    return Ready(approved, left, [*said, *absent(root), *_worked_out(evaluation)])


def _worked_out(evaluation: Evaluation) -> Iterator[str]:
    """A line for each hidden count that this release gives away together with earlier ones, which readers have kept."""
    for cell, found in evaluation.given_away.iterrows():
        lower, upper = f"{found['lower']:g}", f"{found['upper']:g}"
        limits = f"is {lower}" if lower == upper else f"is {lower} to {upper}"
        yield (
            f"{cell}: hidden, but whoever has an earlier release can work out that it {limits}. No other count can be hidden "
            f"instead: the earlier release showed them. Correct the figures of {cell.split('.')[0]} when the next ones are due, or, "
            f"if nobody has received the earlier release, take its folder and its entry in {FILE} away."
        )


def _refuse(found: Sequence[str]) -> None:
    if found:
        lines = "\n".join(found)
        raise RefusedError(
            f"{lines}\nNot released, and nothing written: {len(found)} left. "
            "A report is approved when its assessment is written (evalkit assess) and a reviewer has signed it (evalkit sign)."
        )


def release(
    root: Path,
    data: Path,
    make: Callable[[Path], int],
    today: dt.date,
    say: Callable[[str], None],
    wants: Callable[[str], bool] | None = None,
    pdf: bool = False,
) -> tuple[Path, Sequence[str]]:
    """Make both editions anew, in an empty folder, and put them into a folder of their own; gives it, and what is left out.

    What lies in the output folder is not taken: pages and the ledger beside them could have been changed together.

    Parameters
    ----------
    make : makes the reports, from a new evaluation, into a folder; gives the run's exit status
    wants : whether a report is asked for, by its key; those that are not approved are then left out. None: the whole plan
    pdf : also as tagged PDF

    Raises
    ------
    RefusedError
        When some report of the whole plan, or each that is asked for, is not approved and fresh, before or after the run;
        before the day of the plan's embargo.
    """
    if (until := plans.read(root).embargo) and today < until:
        raise RefusedError(
            f"Not released, and nothing written: params/plan.yml holds everything back until {until} (embargo), "
            f"and by this machine's clock it is {today}. Come back that day, or change it there."
        )
    wanted = wants or (lambda key: True)
    ready = ready_to_release(root, data, wanted)
    _refuse([*ready.left, *ready.obstacles] if wants is None or not ready.approved else ready.obstacles)
    folder = root / FOLDER
    with sole_run(folder, say):
        made = folder / ".made"
        shutil.rmtree(made, ignore_errors=True)  # of a release that was killed
        try:
            if status := make(made):
                raise RefusedError(f"Not released: the run ended with {status}.")
            # nobody may have changed words or figures while the reports were made
            again = ready_to_release(root, data, wanted)
            lost = [
                f"{key}: was changed while it was made."
                for key in ready.approved
                if key not in again.approved
            ]
            other = [f"{key}: {said}" for key, said in other_pages(root, made) if key in ready.approved]
            _refuse([*again.obstacles, *lost] or other)
            files = whole(made)
            earlier = {name: one.date for name, one in recorded(root).items()}
            for line in correction.put(root, made, again.approved, earlier):
                say(line)
            if wants is not None:
                keys = {key_of(language, key) for key in ready.approved for language in LANGUAGES}
                files = part_release.cut(made, again.approved.values(), keys)
            if pdf:
                pages = [page for one in Ledger.read(made).records.values() for page in one.pages]
                printed = print_pages([made / page for page in pages])
                files |= {path.relative_to(made).as_posix(): path for path in printed}
            counted = {name: one.counted for name, one in plans.read(root).indicators.items()}
            place = put(folder, files, today, counted)
            try:
                record(root, place.name, today, digest_file(place / SUMS))
            except BaseException:
                shutil.rmtree(place)  # nobody could tell whether it is as it was made
                raise
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return place, ready.left


def whole(out: Path) -> dict[str, Path]:
    """What a run made, by path below its output folder; nothing else that may lie there.

    Raises EvalkitError when a file is not as the run left it.
    """
    ledger = Ledger.read(out)
    made = {name: digest for record in ledger.records.values() for name, digest in record.files.items()}
    made = {
        name: digest for name, digest in {**made, **ledger.site}.items() if not name.startswith("failed/")
    }
    for name, known in made.items():
        if not (out / name).is_file() or digest_file(out / name) != known:
            raise EvalkitError(
                f"{out.name}/{name}: is not as the run left it. Make it again: evalkit run --force"
            )
    return {name: out / name for name in [*made, LEDGER]}


def put(folder: Path, files: Mapping[str, Path], today: dt.date, counted: Mapping[str, Any]) -> Path:
    """Copy files into the next free folder of the day, with a list of their checksums; whole or not at all.

    Parameters
    ----------
    files : path below the release: the file to copy
    counted : what each indicator counts (Indicator.counted), for the ledger: the next release is compared with it
    """
    folder.mkdir(exist_ok=True)
    new = folder / ".new"
    shutil.rmtree(new, ignore_errors=True)
    try:
        for name, path in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            if path.name == LEDGER:
                write_flushed(new / name, _of_release(path, counted))
            else:
                shutil.copyfile(path, new / name)
        sums = "".join(f"{digest_file(new / name)}  {name}\n" for name in sorted(files))
        (new / SUMS).write_text(sums, encoding="utf-8", newline="\n")
        numbered = (folder / f"{today.isoformat()}-{number:02d}" for number in count(1))
        place = next(place for place in numbered if not place.exists())
        new.rename(place)
        return place
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _of_release(ledger: Path, counted: Mapping[str, Any]) -> str:
    """The ledger without a mark of each raw file: one for all of them, so that two editions can be compared.

    Its hashes are those of the files as they are now: pages say since the run what they correct, and links may have become text.
    """
    kept = json.loads(ledger.read_text(encoding="utf-8"))
    kept |= {"inputs": staleness.folded(kept["inputs"]), COUNTED: counted}
    for files in (kept["site"], *(one["files"] for one in kept["reports"].values())):
        files |= {name: digest_file(ledger.parent / name) for name in files}
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def command(root: Path, data: Path, options: Options, show: Quiet, pdf: bool = False) -> str:
    """Both editions, made with the options of `evalkit run` and released; gives what was done, in sentences.

    With areas or years, those of their reports that are approved.
    """
    if options.language:
        raise RefusedError("--release is in both languages: leave out --language.")
    if pdf:
        browser()  # before the reports are made

    def make(to: Path) -> int:
        return run(root, data, to, replace(options, release=True), planning.STEPS, show)

    wants = options.wants if options.areas or options.years else None
    place, left = release(root, data, make, dt.date.today(), show.line, wants, pdf)
    name, sums = place.relative_to(root).as_posix(), digest_file(place / SUMS)
    out = "".join(f"Left out: {line}\n" for line in left)
    return (
        f"{out}Released: {name}. Check it there: sha256sum -c {SUMS}\n"
        f"SHA-256 of {SUMS}: {sums}. It stands in {FILE}: commit that file, and evalkit check tells what has changed since."
    )


# ---- pages as they were approved -------------------------------------------------------------------------------


def pages_read(root: Path, data: Path, name: str) -> dict[str, str]:
    """By language: hash of the text of a report's page in output/, where it is made from what stands in the workbook now.

    `name`: area and year.
    """
    out, found = root / "output", {}
    records = Ledger.read(out).records
    keys = {language: key_of(language, name) for language in LANGUAGES}
    made = {language: key for language, key in keys.items() if not staleness.stale(records.get(key), out)}
    if not made:
        return {}
    with private_folder() as scratch:
        copies = staleness.copy_inputs(
            staleness.input_files(root, data), scratch / "inputs"
        )  # as a run reads them
        hashes = staleness.hash_inputs(copies)
        reports = {report.key: report for report in planning.reports(scratch / "inputs")}
        for language, key in made.items():
            before = records[key].parts
            parts = staleness.report_parts(reports[key], hashes, before.get(staleness.ROWS, ""))
            if set(staleness.changed(before, parts)) <= {staleness.REVIEW}:
                found[language] = page_text.digest(out, key)
    return found


def unread_languages(pages: Mapping[str, str]) -> list[str]:
    """The languages in which no page was read."""
    return [language for language in LANGUAGES if language not in pages]


def _unread(root: Path, key: str) -> Iterator[str]:
    """A line where a report was approved before its pages were made: what it says there nobody has approved."""
    approval = signoffs.latest(signoffs.read(root).get(key, []))
    if approval and (gone := unread_languages(approval.pages)):
        yield f"{key}: approved without its page ({', '.join(gone)}). Make it: evalkit run; read it, and sign again."


def other_pages(root: Path, out: Path) -> list[tuple[str, str]]:
    """Report and a line where a page says something else than the one that was approved.

    `out`: the folder with every page made anew.
    """
    return [
        (
            name,
            f"its page ({language}) says something else than the one that was approved. "
            "Make it: evalkit run; read it, and sign again.",
        )
        for name, signed in signoffs.read(root).items()
        if (approval := signoffs.latest(signed))
        for language in LANGUAGES
        if (made := page_text.digest(out, key_of(language, name))) and made != approval.pages.get(language)
    ]


# ---- releases as they were made --------------------------------------------------------------------------------


class Release(Strict):
    """One release as it was made."""

    date: dt.date
    checksums: str  # SHA-256 of its SHA256SUMS


class _File(RootModel[dict[str, Release]]):
    """params/releases.yml: by name, oldest first."""


def recorded(root: Path) -> dict[str, Release]:
    """Every release that was recorded, by the name of its folder; ProblemsFound when the file is not what `record` writes."""
    return params.records(root / FILE, root, _File)


def record(root: Path, name: str, date: dt.date, checksums: str) -> None:
    """Add one release to the file; what stands there stays."""
    path = root / FILE
    recorded(root)  # a file that cannot be read is not written to
    before = path.read_text(encoding="utf-8") if path.is_file() else HEAD
    write_whole(path, f"{before.rstrip()}\n{name}:\n  date: {date.isoformat()}\n  checksums: {checksums}\n")


def absent(root: Path) -> list[str]:
    """A line for each recorded release that is not here, so that nobody can say what its readers know."""
    return [
        f"{FOLDER}/{name}: is not here. Its readers know its figures: put the folder back, so that no hidden count is given away."
        for name in recorded(root)
        if not (root / FOLDER / name / "results.csv").is_file()
    ]


def changed(root: Path) -> list[Problem]:
    """What is no longer as it was released: lists, files that were changed, taken away or added.

    A release whose folder is elsewhere now is not looked at.
    """
    known = recorded(root)
    return [
        problem
        for folder in sorted((root / FOLDER).glob("*-*-*-*"))
        if folder.is_dir()
        for problem in _of(folder, known.get(folder.name))
    ]


def _of(folder: Path, release: Release | None) -> list[Problem]:
    name, sums = f"{FOLDER}/{folder.name}", folder / SUMS
    if release is None:
        advice = f"Take it out of {FOLDER}/, or bring back {FILE} from the history."
        return [Problem(name, "", f"is not recorded in {FILE}.", advice)]
    again = "Take the release from where it was sent, or make another: evalkit run --release"
    if not sums.is_file() or digest_file(sums) != release.checksums:
        return [Problem(f"{name}/{SUMS}", "", f"is not the list that {FILE} recorded.", again)]
    lines = (line.split("  ", 1) for line in sums.read_text(encoding="utf-8").splitlines())
    listed = {one: digest for digest, one in lines}
    files = (path for path in folder.rglob("*") if path.is_file() and not _of_the_system(path.name))
    there = {path.relative_to(folder).as_posix() for path in files} - {SUMS}
    wrong = dict.fromkeys(there - set(listed), "was added after the release")
    wrong |= dict.fromkeys(set(listed) - there, "is missing")
    wrong |= {
        one: "is not as it was released"
        for one in there & set(listed)
        if digest_file(folder / one) != listed[one]
    }
    return [Problem(f"{name}/{one}", "", f"{said}.", again) for one, said in sorted(wrong.items())]


def _of_the_system(name: str) -> bool:
    """Whether a file is what Finder or Explorer leaves in a folder that somebody has looked at."""
    return name in (".DS_Store", "Thumbs.db", "desktop.ini") or name.startswith("._")
