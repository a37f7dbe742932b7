"""`evalkit run --release`: a dated, numbered folder of approved reports with checksums, never overwritten."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evalbook.intake.checking import unfilled
from evalbook.review import released, signed_pages
from evalbook.review.released import FOLDER, SUMS
from evalbook.review.report_list import RefusedError, all_reports, evaluated
from evalbook.run.changes import folded
from evalbook.run.files import LEDGER, Ledger, digest_file, sole_run, write_flushed
from evalbook.run.planning import STEPS
from evalbook.run.progress import Quiet
from evalbook.run.runner import run
from evalbook.run.tasks import Options
from evalkit import plan as plans
from evalkit.data.release_rows import COUNTED
from evalkit.errors import EvalkitError
from evalkit.evaluate.evaluation import Evaluation


def obstacles(root: Path, data: Path) -> list[str]:
    """Why the plan's reports cannot be released: a line for each place not filled in, and each report not approved and fresh."""
    plan, evaluation = evaluated(root, data)
    said = [str(problem) for problem in unfilled(root, data)]
    for key, report in all_reports(plan, evaluation).items():
        if found := report.state().obstacles:
            said.append(f"{key}: {'; '.join(found)}")
        else:
            said += signed_pages.unread(root, key)
    said += map(str, released.changed(root))  # what readers know is read from there
    return said + released.absent(root) + list(_worked_out(evaluation))


def _worked_out(evaluation: Evaluation) -> Iterator[str]:
    """A line for each hidden count that this release gives away together with earlier ones, which readers have kept."""
    for cell, found in evaluation.given_away.iterrows():
        lower, upper = f"{found['lower']:g}", f"{found['upper']:g}"
        limits = f"is {lower}" if lower == upper else f"is {lower} to {upper}"
        yield (
            f"{cell}: hidden, but whoever has an earlier release can work out that it {limits}. No other count can be hidden "
            f"instead: the earlier release showed them. Correct the figures of {cell.split('.')[0]} when the next ones are due, or, "
            f"if nobody has received the earlier release, take its folder and its entry in {released.FILE} away."
        )


def check(root: Path, data: Path) -> None:
    """RefusedError unless every report is approved and fresh; names each that is not, and why."""
    _refuse(obstacles(root, data))


def _refuse(found: Sequence[str]) -> None:
    if found:
        lines = "\n".join(found)
        raise RefusedError(
            f"{lines}\nNot released, and nothing written: {len(found)} left. "
            "A report is approved when its assessment is written (evalkit assess) and a reviewer has signed it (evalkit sign)."
        )


def release(
    root: Path, data: Path, make: Callable[[Path], int], today: dt.date, say: Callable[[str], None]
) -> Path:
    """Make both editions anew, in an empty folder, and put them into a folder of their own; gives it.

    What lies in the output folder is not taken: pages and the ledger beside them could have been changed together.

    Parameters
    ----------
    make : makes every report, from a new evaluation, into a folder; gives the run's exit status

    Raises
    ------
    RefusedError
        When some report is not approved and fresh, before or after the run.
    """
    check(root, data)
    folder = root / FOLDER
    with sole_run(folder, say):
        made = folder / ".made"
        shutil.rmtree(made, ignore_errors=True)  # of a release that was killed
        try:
            if status := make(made):
                raise RefusedError(f"Not released: the run ended with {status}.")
            check(root, data)  # nobody may have changed words or figures while the reports were made
            _refuse(signed_pages.other(root, made))
            files = whole(made)
            counted = {name: one.counted for name, one in plans.read(root).indicators.items()}
            place = put(folder, files, today, counted)
            released.record(root, place.name, today, digest_file(place / SUMS))
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return place


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
    new = folder / f".{os.getpid()}.new"
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
        return _placed(new, folder, today)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _of_release(ledger: Path, counted: Mapping[str, Any]) -> str:
    """The ledger without a mark of each raw file: one for all of them, so that two editions can be compared."""
    kept = json.loads(ledger.read_text(encoding="utf-8"))
    kept |= {"inputs": folded(kept["inputs"]), COUNTED: counted}
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def _placed(new: Path, folder: Path, today: dt.date) -> Path:
    """Give the folder the next number of the day; a number that is taken is never taken again."""
    for number in range(1, 1000):
        place = folder / f"{today.isoformat()}-{number:02d}"
        if place.exists():
            continue
        try:
            new.rename(place)
        except OSError:  # somebody else took the number meanwhile
            if place.exists():
                continue
            raise
        return place
    raise EvalkitError(f"{folder.name}: a thousand releases in one day is enough.")


def command(root: Path, data: Path, options: Options, show: Quiet) -> str:
    """Both editions, made with the options of `evalkit run` and released; gives what was done, in a sentence."""
    if options.areas or options.years or options.language:
        raise RefusedError("--release is for the whole plan: leave out --area, --year and --language.")

    def make(to: Path) -> int:
        return run(root, data, to, options, STEPS, show)

    place = release(root, data, make, dt.date.today(), show.line)
    name, sums = place.relative_to(root).as_posix(), digest_file(place / SUMS)
    return (
        f"Released: {name}. Check it there: sha256sum -c {SUMS}\n"
        f"SHA-256 of {SUMS}: {sums}. It stands in {released.FILE}: commit that file, and evalkit check tells what has changed since."
    )
