"""A .zip to mail: every link in it works, it says what to open and how far the report has come, and is written whole."""

from __future__ import annotations

import re
import zipfile

import pytest
from typer.testing import CliRunner

from evalbook.cli import app
from evalbook.review.mail_package import README, of_release, of_report
from evalbook.run.files import Ledger, Record, digest_file
from evalkit.errors import EvalkitError, MissingFile

PAGE = """<html><head><title>Ringparken, planår 2019</title></head><body><span class="chip">Udkast</span>
<a href="#tal">tal</a> <a href="2019-bilag.html#x">bilag</a> <a href="../metode.html">metode</a>
<a href="2018.html">2018</a> <a href="https://www.dst.dk/">DST</a></body></html>"""


@pytest.fixture
def out(tmp_path):
    """An output folder with one report and its annex, as a run leaves it."""
    folder = tmp_path / "output"
    (folder / "ringparken").mkdir(parents=True)
    pages = {"ringparken/2019.html": PAGE, "ringparken/2019-bilag.html": '<a href="2019.html">rapporten</a>'}
    for name, html in pages.items():
        (folder / name).write_text(html, "utf-8")
    files = {name: digest_file(folder / name) for name in pages}
    Ledger(records={"ringparken/2019": Record("ringparken/2019", "made", files=files)}).save(folder)
    return folder


def unpacked(path):
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2]: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_every_link_of_a_mailed_report_leads_somewhere_and_the_others_are_text(out, tmp_path):
    files = unpacked(of_report(out, "ringparken", "2019", "da", tmp_path / "rapport.zip"))
    assert set(files) == {README, "2019.html", "2019-bilag.html"}
    assert re.findall('href="([^"]*)"', files["2019.html"]) == [
        "#tal",
        "2019-bilag.html#x",
        "https://www.dst.dk/",
    ]
    assert "metode" in files["2019.html"] and "2018" in files["2019.html"]
    assert 'href="2019.html"' in files["2019-bilag.html"]


def test_the_readme_says_what_to_open_and_how_far_the_report_has_come(out, tmp_path):
    said = unpacked(of_report(out, "ringparken", "2019", "da", tmp_path / "rapport.zip"))[README]
    assert "Ringparken, planår 2019" in said and "åbn 2019.html" in said and "Status: Udkast" in said
    assert "svar på den mail, som filen kom med" in said and "bed om den som Word-fil" in said
    assert "SHA256SUMS" not in said  # nothing of what lies in a release alone


def test_the_same_pages_give_the_same_bytes(out, tmp_path):
    first, second = (
        of_report(out, "ringparken", "2019", "da", tmp_path / folder / "a.zip") for folder in made(tmp_path)
    )
    assert first.read_bytes() == second.read_bytes()


def made(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        yield name


@pytest.mark.parametrize(
    ("key", "error", "said"),
    [
        ("ringparken/2020", MissingFile, "no such report in output/. Did you mean 'ringparken/2019'?"),
        ("ringparken/2019", EvalkitError, "changed by hand. Run: evalkit run"),
    ],
)
def test_a_report_that_is_not_made_or_was_changed_is_refused_and_nothing_is_written(
    out, tmp_path, key, error, said
):
    (out / "ringparken/2019.html").write_text("other", "utf-8")
    with pytest.raises(error, match=re.escape(said)):
        of_report(out, *key.split("/"), "da", tmp_path / "a.zip")
    assert not list(tmp_path.glob("*a.zip*"))


def test_a_release_is_packed_as_it_is_the_last_one_unless_another_is_named(tmp_path):
    for name in ("2026-11-28-1", "2026-11-29-1"):
        (tmp_path / "releases" / name).mkdir(parents=True)
        (tmp_path / "releases" / name / "index.html").write_text(f"<title>{name}</title>", "utf-8")
    last = unpacked(of_release(tmp_path, None, tmp_path / "a.zip"))
    assert last["index.html"] == "<title>2026-11-29-1</title>" and "åbn index.html" in last[README]
    assert "SHA256SUMS viser, om nogen har ændret en fil" in last[README]
    assert "2026-11-28-1" in unpacked(of_release(tmp_path, "2026-11-28-1", tmp_path / "b.zip"))["index.html"]
    with pytest.raises(MissingFile, match="Did you mean '2026-11-29-1'"):
        of_release(tmp_path, "2026-11-29-2", tmp_path / "c.zip")


def test_without_a_release_the_command_that_makes_one_is_named(tmp_path):
    with pytest.raises(MissingFile, match="Make one: evalkit run --release"):
        of_release(tmp_path, None, None)


def test_a_package_goes_into_a_folder_that_is_made_for_it(out, tmp_path):
    assert of_report(out, "ringparken", "2019", "da", tmp_path / "til" / "mail" / "a.zip").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ringparken", "2019", "--language", "english"], "--language english: choose da or en."),
        (["ringparken", "2019", "--release", "2026-01-01-1"], "leave out area and year"),
        (["ringparken"], "A report has an area and a year"),
        (["--language", "en"], "A report has an area and a year"),
    ],
)
def test_options_that_do_not_go_together_are_refused(workbook, monkeypatch, arguments, said):
    monkeypatch.chdir(workbook)
    done = CliRunner().invoke(app, ["package", *arguments])
    assert isinstance(done.exception, EvalkitError) and said in str(done.exception)
