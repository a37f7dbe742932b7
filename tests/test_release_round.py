"""The whole round with real kernels: approve, release, change a data file, be told, approve again, release again.

The plan is cut down to one area and one year, so that a release is three reports in two languages.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

import review_round as the
from evalbook.approval import reviewed
from evalbook.approval.reviewed import RefusedError
from evalbook.review import check_command
from evalbook.review.compare import compare
from evalbook.review.release import FILE, SUMS, changed, command
from evalbook.run.planning import STEPS
from evalbook.run.progress import Quiet
from evalbook.run.runner import run
from evalbook.run.tasks import Options
from evalkit import plan as plans

KEYS = ("ringparken/2018", "plan/2018", "plan/final")


def cut_down(workbook: Path, area: str = "ringparken", year: int = 2018) -> Path:
    """The workbook with one area and one plan year; comparison areas and official figures stay."""
    path = workbook / "params/plan.yml"
    content = yaml.safe_load(path.read_text("utf-8"))
    gone = set(content["areas"]) - {area}
    content["areas"] = {area: content["areas"][area]}
    content["years"], content["primary"]["year"] = [year], year
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    for file in sorted((workbook / the.DATA).glob("*.csv")):
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        if "area" in table:
            table[~table["area"].isin(gone)].to_csv(file, index=False, lineterminator="\n")
    final = workbook / "params/plan/final.yml"
    final.write_text(re.sub(r"(?m)^year: \d+", f"year: {year}", final.read_text("utf-8")), "utf-8")
    for name in gone:
        shutil.rmtree(workbook / "params" / name)
    return workbook


def approve(workbook: Path, *keys: str) -> None:
    for key in keys:
        area, name = key.split("/")
        the.signed(workbook, area=area, name=name)


def assess(workbook: Path, *keys: str) -> None:
    for key in keys:
        area, name = key.split("/")
        the.assessed(workbook, area=area, name=name)


def made(workbook: Path) -> None:
    """Both editions, as a reviewer reads them."""
    assert run(workbook, workbook / the.DATA, workbook / "output", Options(), STEPS, Quiet()) == 0


def release(workbook: Path) -> Path:
    """`evalkit run --release`; gives the folder that it names."""
    said = command(workbook, workbook / the.DATA, Options(), Quiet())
    name = re.match(
        rf"Released: (releases/\S+)\. Check it there: sha256sum -c {SUMS}\nSHA-256 of {SUMS}: (\w+)\.", said
    )
    assert name, said
    place = workbook / name[1]
    assert hashlib.sha256((place / SUMS).read_bytes()).hexdigest() == name[2]
    return place


def names(releases: Path) -> list[str]:
    """Every release; the lock's folder is none."""
    return sorted(place.name for place in releases.iterdir() if not place.name.startswith("."))


def tampered(book: Path, made: Path) -> None:
    """What is done to a release afterwards is told by `evalkit check`, though its own list is changed with it."""
    assert changed(book) == []
    page, sums, log = made / "index.html", made / SUMS, book / FILE
    before, listed, recorded = page.read_bytes(), sums.read_bytes(), log.read_bytes()

    def told() -> list[str]:
        found = [str(one) for one in changed(book)]
        page.write_bytes(before), sums.write_bytes(listed), log.write_bytes(recorded)
        return found

    (made / "more.html").write_text("x")
    assert f"releases/{made.name}/more.html: was added after the release." in told()[0]
    (made / "more.html").unlink()
    page.write_text("better")
    assert f"releases/{made.name}/index.html: is not as it was released." in told()[0]
    page.unlink()
    assert f"releases/{made.name}/index.html: is missing." in told()[0]
    page.write_text("better")
    old, new = (hashlib.sha256(text).hexdigest().encode() for text in (before, b"better"))
    sums.write_bytes(listed.replace(old, new))
    assert f"releases/{made.name}/{SUMS}: is not the list that params/releases.yml recorded." in told()[0]
    log.unlink()
    assert f"releases/{made.name}: is not recorded in params/releases.yml." in told()[-1]
    assert changed(book) == []


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def is_whole(folder: Path) -> bool:
    """Whether the checksums are those of the files, and of all of them; sha256sum is asked where there is one."""
    listed = dict(line.split("  ")[::-1] for line in (folder / SUMS).read_text("utf-8").splitlines())
    assert listed == {name: digest for name, digest in hashes(folder).items() if name != SUMS}
    if not shutil.which("sha256sum"):
        return True
    done = subprocess.run(["sha256sum", "-c", "--strict", SUMS], cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture(autouse=True)
def started_by_anyone(monkeypatch):
    """The run starts processes, which ask how the first one was started; pytest-xdist's workers cannot say."""
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None, raising=False)


@pytest.fixture(autouse=True)
def evaluated_once(monkeypatch):
    """The same data give the same rows, so the review evaluates them once; the runs evaluate for themselves."""
    monkeypatch.setattr(the, "_KEPT", {})
    monkeypatch.setattr(reviewed, "evaluate", lambda plan, data: the.evaluated(plan, data))


def test_from_a_changed_data_file_to_a_second_release_beside_the_first(workbook):
    book = cut_down(workbook)
    data, releases, today = book / the.DATA, book / "releases", dt.date.today
    for key in KEYS:
        area, name = key.split("/")
        the.words(book, area=area, name=name)
    assess(book, *KEYS)
    approve(book, KEYS[0])
    with pytest.raises(RefusedError, match=r"ringparken/2018: approved without its page \(da, en\)\."):
        release(book)
    made(book)
    approve(book, *KEYS[:2])

    with pytest.raises(RefusedError) as refused:  # one of three is not approved
        release(book)
    assert "plan/final: its status is draft; no reviewer has signed it" in str(refused.value)
    assert "ringparken/2018" not in str(refused.value)
    assert not releases.exists()

    approve(book, KEYS[2])
    days = {today().isoformat()}
    first = release(book)
    assert is_whole(first)
    files = hashes(first)
    pages = {
        f"{below}{key}{suffix}" for key in KEYS for below in ("", "en/") for suffix in (".html", ".ipynb")
    }
    assert pages | {"index.html", "en/index.html", "results.csv", "run.json", SUMS} <= set(files)
    assert not [name for name in files if "failed/" in name or ".evalkit" in name or name.endswith(".key")]
    inputs = json.loads((first / "run.json").read_text("utf-8"))["inputs"]
    assert [name for name in inputs if name.startswith("data/demo")] == ["data/demo"]
    assert "Godkendt" in (first / "ringparken/2018.html").read_text("utf-8")

    path = data / "education.csv"
    text = path.read_text("utf-8")
    line = re.search(r"^ringparken,2018,18-24,(\d+),(\d+),", text, re.M)
    more = f"ringparken,2018,18-24,{line[1]},{int(line[2]) + 10},"
    path.write_text(text.replace(line[0], more), "utf-8", newline="\n")
    assert (
        run(book, data, book / "output", Options(), STEPS, Quiet()) == 0
    )  # the reports themselves can be made
    page = (book / "output/ringparken/2018.html").read_text("utf-8")
    assert "Vurderingen er ældre end tallene." in page
    assert "Godkendt version afviger." in page
    told = "\n".join(map(str, check_command.check(book, data)))
    for key in KEYS:
        assert f"params/{key}.yml, assessment: older than the figures" in told
    with pytest.raises(RefusedError, match="ringparken/2018: the assessment is older than the figures"):
        release(book)
    assert names(releases) == [first.name]

    why = "Skolen havde glemt ti unge."
    params = book / "params/ringparken/2018.yml"
    explained = f"assessment:\n  corrections:\n    uddannelse: {why}\n"
    params.write_text(params.read_text("utf-8").replace("assessment:\n", explained), "utf-8")
    assess(book, *KEYS)  # read again: the words still hold
    with pytest.raises(RefusedError, match="nothing written"):  # but nobody has approved that yet
        release(book)
    made(book)
    approve(book, *KEYS)
    assert check_command.check(book, data) == []
    spent = data / "economy.csv"
    before = spent.read_text("utf-8")
    spent.write_text(re.sub(r"(?m)^(.*,)(\d+)$", r"\g<1>9\2", before), "utf-8")
    with pytest.raises(RefusedError, match=r"plan/final: its page \(da\) says something else") as refused:
        release(book)  # no row has moved, but a sum that the page tells
    assert "ringparken/2018: its page" not in str(refused.value)
    spent.write_text(before, "utf-8")
    second = release(book)
    days.add(today().isoformat())
    assert is_whole(second) and is_whole(first)
    corrected = "rettet siden udgivelsen den"
    assert corrected in (second / "ringparken/2018.html").read_text("utf-8")
    assert f"Hvorfor: {why}" in (second / "ringparken/2018.html").read_text("utf-8")
    for folder, said in (("", "Rettet i denne udgivelse"), ("en", "Corrected in this release")):
        assert f'{said}: <a href="ringparken/2018.html">' in (second / folder / "index.html").read_text(
            "utf-8"
        )
    ledger = json.loads((second / "run.json").read_text("utf-8"))["reports"]["ringparken/2018"]["files"]
    assert ledger["ringparken/2018.html"] == hashes(second)["ringparken/2018.html"]
    assert corrected not in (first / "ringparken/2018.html").read_text("utf-8")
    assert hashes(first) == files  # what was released once stays as it was
    assert names(releases) == sorted([first.name, second.name])
    tampered(book, second)
    assert first.name[:10] in days and first.name.endswith("-01")
    assert second.name == f"{first.name[:10]}-02" or len(days) > 1  # a new day counts anew

    changed = {one.place: one for one in compare(first, second)}
    value = changed["uddannelse.ringparken.2018.value"]
    assert float(value.old) == pytest.approx(int(line[2]) / int(line[1]), abs=1e-5)
    assert float(value.new) == pytest.approx((int(line[2]) + 10) / int(line[1]), abs=1e-5)
    assert value.why == "revised data (numerator)"


def test_the_cut_down_plan_is_sound(workbook):
    book = cut_down(workbook)
    assert list(plans.read(book).areas) == ["ringparken"]
    assert check_command.check(book, book / the.DATA) == []
