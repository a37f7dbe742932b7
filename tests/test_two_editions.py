"""A figure that is hidden now is nowhere in the folder, whatever an earlier run, the other edition or a failed report left."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import nbformat
import pytest

from evalbook.run.files import Ledger
from evalbook.run.planning import STEPS
from evalbook.run.progress import choose
from evalbook.run.runner import run
from evalbook.run.tasks import Options
from evalbook.site import slots

CITED = re.compile(r'data-row=\\?"([\w.-]+)\.(value|numerator|lower|upper|change)\\?"')
HIDDEN = {"fraflytning.motalavej.2020", "fraflytning.praestevangen.2020"}
"""Three of a sum and its other part: the sum and two more parts stay shown."""


@pytest.fixture(autouse=True)
def started_by_anyone(monkeypatch):
    """The run starts processes, which ask how the first one was started; pytest-xdist's workers cannot say."""
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None, raising=False)


def make(book: Path, *areas: str, language: str | None = "da", **more: bool) -> int:
    options = Options(areas=areas, years=("2020",), language=language, retries=0, **more)
    return run(book, book / "data/demo", book / "output", options, STEPS, choose())


def correct(book: Path) -> None:
    """A correction that makes one count three."""
    path = book / "data/demo/turnover.csv"
    text = path.read_text("utf-8")
    assert "motalavej,2020,528,1147,154,156" in text
    path.write_text(text.replace("motalavej,2020,528,1147,154,156", "motalavej,2020,528,1147,154,3"), "utf-8")


def showing(out: Path) -> set[str]:
    """The published files that show a row of HIDDEN, pages and notebooks by their citations, tables by their cells."""
    found = set()
    for path in out.rglob("*"):
        name = path.relative_to(out).as_posix()
        if path.suffix in (".html", ".ipynb"):
            if {row for row, _ in CITED.findall(path.read_text("utf-8"))} & HIDDEN:
                found.add(name)
        elif path.name == "results.csv":
            with path.open(encoding="utf-8", newline="") as file:
                if any(row["row"] in HIDDEN and row["value"] for row in csv.DictReader(file)):
                    found.add(name)
    return found


def test_a_partial_run_leaves_no_page_table_or_edition_that_shows_what_is_hidden_now(workbook, capsys):
    out = workbook / "output"
    assert make(workbook, "motalavej", "praestevangen", "sydbyen", language=None) == 0
    before = showing(out)
    assert {
        "praestevangen/2020.html",
        "en/praestevangen/2020.ipynb",
        "results.csv",
        "en/results.csv",
    } <= before
    kept = (out / "sydbyen/2020.html").read_bytes()
    correct(workbook)
    capsys.readouterr()
    assert make(workbook, "motalavej") == 0
    assert showing(out) == set()
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "hidden now" in line]
    shown = [f"{folder}{area}/2020" for folder in ("en/", "") for area in ("motalavej", "praestevangen")]
    assert line == f"{', '.join(shown)}: figures that are hidden now; made again."
    for name in (*(f"{key}.html" for key in shown), "results.csv", "en/results.csv"):
        assert (out / name).is_file()
    page = (out / "sydbyen/2020.html").read_bytes()  # shows none of it, and is older than the rows
    assert page != kept and slots.unmarked(page) == kept and "Siden er ældre end data." in page.decode()


def test_a_report_that_fails_leaves_no_page_that_shows_what_is_hidden_now(workbook, capsys):
    out = workbook / "output"
    assert make(workbook, "motalavej", "praestevangen") == 0
    correct(workbook)
    path = workbook / "notebooks/area_year.ipynb"
    book = nbformat.read(path, as_version=4)
    book.cells.append(nbformat.v4.new_code_cell("assert area != 'praestevangen'", id="fails"))
    nbformat.write(book, path)
    assert make(workbook, "motalavej", "praestevangen") == 1
    assert showing(out) == set()
    assert not Ledger.read(out).records["praestevangen/2020"].whole
    assert (out / "motalavej/2020.html").is_file()


def test_a_folder_whose_ledger_cannot_be_read_shows_nothing_that_is_hidden_now(workbook):
    out = workbook / "output"
    assert make(workbook, "motalavej", "praestevangen", language=None) == 0
    (out / "run.json").write_text("{]")
    correct(workbook)
    assert make(workbook, "motalavej") == 0
    assert showing(out) == set()
    assert (out / "motalavej/2020.html").is_file()
