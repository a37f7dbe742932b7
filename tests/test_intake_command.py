"""The import command: every way in is understood, and what is missing is asked for by name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evalbook.cli import app
from evalbook.intake.command import import_sources
from evalbook.intake.container import kind
from evalkit.errors import EvalkitError
from intake_files import ROOT, csv_file, typed
from statbank_server import Answer, csv_answer, serving, table

ROWS = [["Dato", "Område", "Art"], ["01-10-2018", "Motalavej", "Hærværk"]]
NOTHING: dict[str, Any] = {
    "table": None,
    "map_file": None,
    "options": {},
    "supplied_by": "",
    "covers": (None, None),
    "select": [],
    "base": None,
    "timeout": 600.0,
    "synthetic": False,
    "replace": False,
}


def bring(sources: list[str], into: Path, **given: Any) -> list[str]:
    return import_sources(ROOT, sources, into=into, **NOTHING | given)


def test_a_file_is_imported_by_the_command_itself(tmp_path: Path) -> None:
    source = csv_file(tmp_path / "a.csv", ROWS)
    done = CliRunner().invoke(
        app,
        [
            "import",
            str(source),
            "--as",
            "incidents",
            "--into",
            str(tmp_path / "local"),
            "--supplied-by",
            "Politiet",
            "--from",
            "2017-10-01",
            "--to",
            "2021-09-30",
        ],
    )
    assert done.exit_code == 0, done.output
    assert "Dato → date, Område → area, Art → kind" in done.output
    assert (tmp_path / "local" / "incidents.csv").read_text(
        encoding="utf-8"
    ) == "area,date,kind\nmotalavej,2018-10-01,vandalism\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "who supplied the data"),
        ({"supplied_by": "Politiet"}, "which days do the reports to the police cover"),
        ({"supplied_by": "Politiet", "table": "incidents"}, "which days the extract covers"),
        (
            {"supplied_by": "Politiet", "table": "incidents", "covers": ("2018-10-01", None)},
            "--from and --to go together",
        ),
        (
            {"supplied_by": "Politiet", "table": "incidents", "covers": ("oktober", "2021-09-30")},
            "--from/--to: 'oktober' is not a date. Write it as 2018-10-01.",
        ),
        (
            {"supplied_by": "Politiet", "table": "incidents", "options": {"constants": ["kind"]}},
            "--set kind: type a name, =, and a value",
        ),
        (
            {"supplied_by": "Politiet", "table": "incidents", "options": {"decimals": "dot"}},
            "'comma' or 'point'",
        ),
        (
            {"supplied_by": "Politiet", "table": "incidents", "options": {"rows": "persons"}},
            "persons is for the table benefits",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_asked_for_by_name(
    given: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(EvalkitError, match=re.escape(said)):
        bring([str(csv_file(tmp_path / "a.csv", ROWS))], tmp_path / "local", **given)
    assert not (tmp_path / "local").exists()


@pytest.mark.parametrize("first", ["2017-10-01", "01-10-2017", "1. oktober 2017"])
def test_the_days_covered_are_typed_as_the_files_write_them(first: str, tmp_path: Path) -> None:
    source = csv_file(tmp_path / "a.csv", ROWS)
    covers = (first, "30-09-2021")
    bring([str(source)], tmp_path / "local", table="incidents", supplied_by="Politiet", covers=covers)
    said = (tmp_path / "local" / "dataset.yml").read_text(encoding="utf-8")
    assert "start: 2017-10-01" in said and "end: 2021-09-30" in said


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvalkitError, match=r"nowhere\.csv: no such file"):
        bring(["nowhere.csv"], tmp_path)


def test_a_file_that_another_program_holds_is_named_with_what_to_do(tmp_path: Path, monkeypatch: Any) -> None:
    source = csv_file(tmp_path / "a.csv", ROWS)

    def held(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", held)
    with pytest.raises(EvalkitError, match=r"a\.csv: cannot be read: Permission denied\. Close it in Excel"):
        kind(source)


def test_a_statbank_table_comes_with_the_areas_own_figures_beside_it(tmp_path: Path) -> None:
    from intake_files import PLAN

    own = csv_file(
        tmp_path / "a.csv",
        [
            ["Område", "Kvartal", "Køn", "Alder", "Antal"],
            *([area.name, "2018K1", "Mænd", "18-24", 10] for area in PLAN.areas.values()),
        ],
    )
    info = table(
        "FOLK1A",
        [
            ("OMRÅDE", True, {"330": "Hele kommunen"}),
            ("KØN", True, {"1": "Mænd"}),
            ("ALDER", True, {"18": "18-24 år"}),
            ("Tid", False, {"2018K1": "2018K1"}),
        ],
    )
    figures = csv_answer(
        ["OMRÅDE", "KØN", "ALDER", "TID", "INDHOLD"], [["Hele kommunen", "Mænd", "18-24 år", "2018K1", "100"]]
    )

    def choose(one: Any) -> list[Answer]:
        return [info if "tableinfo" in one.path else figures]

    with serving(choose) as (base, _):
        bring(
            ["statbank", "FOLK1A", str(own)],
            tmp_path / "local",
            table="population",
            base=base,
            options={"municipality": "Hele kommunen"},
            select=["OMRÅDE=330", "KØN=*", "ALDER=*", "Tid=2018K1"],
        )
    assert (tmp_path / "local" / "population.csv").read_text(encoding="utf-8").splitlines()[
        -1
    ] == "rest,2018Q1,m,18-24,60"


def test_statbank_without_a_table_is_told_how(tmp_path: Path) -> None:
    with pytest.raises(EvalkitError, match="evalkit import statbank STRAF11"):
        bring(["statbank"], tmp_path)


def test_a_template_is_written_by_the_command_and_read_back(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    done = CliRunner().invoke(app, ["template", "economy", "--into", str(ROOT / "output" / tmp_path.name)])
    path = ROOT / "output" / tmp_path.name / "economy.xlsx"
    try:
        assert done.exit_code == 0, done.output
        book = load_workbook(path)
        book["Økonomi"].append([2018, "Landsbyggefonden", "Tryghed og trivsel", "Budget", 1_000_000])
        for cell in book["Økonomi"][2]:
            cell.value = book["Økonomi"].cell(book["Økonomi"].max_row, cell.column).value
        book["Økonomi"].delete_rows(3, 500)
        book.save(path)
        bring([str(path)], tmp_path / "local", table="economy", supplied_by="test")
        assert written_lines(tmp_path)[1] == "2018,landsbyggefonden,tryghed_trivsel,budget,1000000"
    finally:
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def written_lines(folder: Path) -> list[str]:
    return (folder / "local" / "economy.csv").read_text(encoding="utf-8").splitlines()


TURNOVER = [["Område", "Planår", "Boliger", "Note"], ["Motalavej", 2018, 500, "a"]]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--set", "year=2018", "--set", "year=2019"],
            "--set says two things: year=2018 and year=2019. Keep one",
        ),
        (["--ignore", "nope"], "import, --ignore: no source has a column 'nope'."),
        (["--drop", "Nte:a"], "import, --drop: no source has a column 'Nte'. Did you mean 'Note'?"),
        (["--value", "area:X=unknown"], "import, --value: area:X=unknown: 'unknown' is no area."),
        (["--value", "area:X=sydbyen", "--value", "area:X=motalavej"], "--value says two things of area:X"),
    ],
)
def test_options_that_contradict_each_other_or_say_nothing_are_named(tmp_path, into, options, said):
    source = csv_file(tmp_path / "a.csv", TURNOVER)
    code, told = typed(source, "--as", "turnover", *options, *into)
    assert code != 0 and said in told
    assert not (tmp_path / "local").exists()
