"""One workbook, or a folder of files as an office has them, to a data set in one command."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from evalbook.intake.batch import import_folder, understood
from evalbook.intake.importing import Import
from evalbook.intake.workbook import ABOUT, needed, sheet_of, template
from evalkit.errors import EvalkitError, ProblemsFound
from intake_files import COVERS, PLAN, ROOT, csv_file, typed

AREAS = [area.name for area in PLAN.areas.values()]


def filled(path: Path, **sheets: list[list[object]]) -> Path:
    """The workbook of all needed tables with rows in some of its sheets, and the days that the reports cover."""
    template(needed(PLAN), PLAN, path)
    book = load_workbook(path)
    for name, rows in sheets.items():
        form = book[sheet_of(name)]
        headers = [cell.value for cell in form[1]]
        for r, row in enumerate(rows[1:], start=2):
            for header, value in zip(rows[0], row, strict=True):
                form.cell(r, headers.index(header) + 1, value)
    book[ABOUT]["B2"], book[ABOUT]["B3"] = COVERS
    book.save(path)
    return path


POLICE = [["Område", "Gerningsdato", "Art", "Antal"], [AREAS[0], "2018-01-01", "Hærværk", 3]]


def test_the_goals_of_a_plan_name_the_sheets_that_are_needed():
    assert needed(PLAN) == [
        "survey", "survey_rounds", "shares", "incidents", "population", "education", "benefits", "comparators",
    ]  # fmt: skip


def test_a_workbook_with_two_sheets_filled_in_is_one_command(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    path = filled(tmp_path / "skema.xlsx", incidents=POLICE, shares=[
        ["Område", "Mål", "Planår", "Andel i procent", "Antal i alt"], [AREAS[0], "Tryghed", 2018, 61.9, 210],
    ])  # fmt: skip
    code, said = typed(path, "--into", tmp_path / "local")
    assert code == 0, said
    assert "sheet 'Befolkning' is not filled in" in said
    assert (tmp_path / "local/shares.csv").read_text("utf-8").splitlines() == [
        "area,indicator,year,percent,n", "ringparken,tryghed,2018,61.9,210",
    ]  # fmt: skip
    assert "supplied_by: Slagelse Kommune" in (tmp_path / "local/sources.yml").read_text("utf-8")


def test_files_are_known_by_their_columns_and_a_months_count_stands_at_its_first_day(tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    csv_file(
        files / "Politiet 2018.csv",
        [
            ["Område", "Måned", "Art", "Antal"],
            [AREAS[0], "01-2018", "Hærværk", 3],
            [AREAS[0], "februar 2018", "Hærværk", ".."],
        ],
    )
    csv_file(
        files / "Beboere.csv",
        [["Område", "År pr. 1. januar", "Antal beboere"], [AREAS[0], 2018, 500], [AREAS[0], 2019, 510]],
    )
    (files / "læs mig.docx").write_bytes(b"x")
    (files / "~$Beboere.xlsx").write_bytes(b"x")
    done, notes = import_folder([files], Import(tmp_path / "local", PLAN, "Kontoret", COVERS))
    assert {one.table for one in done} == {"incidents", "population"}
    assert notes == ["læs mig.docx: not read, it is no table in Excel or text."]
    rows = {
        name: (tmp_path / f"local/{name}.csv").read_text("utf-8").splitlines()[1:]
        for name in ("incidents", "population")
    }
    assert rows["incidents"] == ["ringparken,2018-01-01,vandalism,3", "ringparken,2018-02-01,vandalism,"]
    assert rows["population"] == ["ringparken,2018Q1,500", "ringparken,2019Q1,510"]


def test_a_withheld_share_is_hidden_and_its_row_stays(tmp_path):
    path = csv_file(
        tmp_path / "andele.csv",
        [
            ["Boligafdeling", "Mål", "Kalenderår", "Antal", "I alt"],
            [AREAS[0], "Forsørgelse", 2018, "..", 500],
            [AREAS[0], "Forsørgelse", 2019, 100, 490],
        ],
    )
    import_folder([path], Import(tmp_path / "local", PLAN, "Kontoret"))
    got = list(csv.DictReader((tmp_path / "local/shares.csv").open(encoding="utf-8")))
    assert [(row["numerator"], row["n"], row["hidden"]) for row in got] == [
        ("", "500", "yes"),
        ("100", "490", "no"),
    ]


def test_a_file_of_no_table_is_refused_and_nothing_is_written(tmp_path):
    path = csv_file(tmp_path / "noter.csv", [["Emne", "Bemærkning"], ["a", "b"]])
    with pytest.raises(
        ProblemsFound, match=r"noter\.csv: has the columns of no table\. Call it after its table"
    ):
        import_folder([path], Import(tmp_path / "local", PLAN, "Kontoret"))
    assert not (tmp_path / "local").exists()


def test_reports_without_their_days_are_asked_about(tmp_path):
    path = csv_file(
        tmp_path / "anmeldelser.csv",
        [["Område", "Måned", "Art", "Antal"], [AREAS[0], "01-2018", "Hærværk", 3]],
    )
    with pytest.raises(EvalkitError, match="which days do the reports to the police cover"):
        import_folder([path], Import(tmp_path / "local", PLAN, "Kontoret"))


def test_an_empty_workbook_holds_no_table(tmp_path):
    with pytest.raises(EvalkitError, match="no file holds a table"):
        understood([template(needed(PLAN), PLAN, tmp_path / "skema.xlsx")], tmp_path / "local", PLAN)


def test_an_option_is_for_one_table_and_the_advice_for_a_form_works_as_it_is_typed(tmp_path, monkeypatch):
    """A row without its kind: what the refusal advises is typed after the same file, with the table it is for."""
    monkeypatch.chdir(ROOT)
    path = filled(tmp_path / "skema.xlsx", incidents=[*POLICE, [AREAS[0], "02-2018", "", 2]], shares=[
        ["Område", "Mål", "Planår", "Andel i procent", "Antal i alt"], [AREAS[0], "Tryghed", 2018, 61.9, 210],
    ])  # fmt: skip
    into = ["--into", tmp_path / "local"]
    code, said = typed(path, *into)
    assert code != 0 and '--drop "kind:"' in said
    code, said = typed(path, "--drop", "kind:", *into)
    assert code != 0 and "the files hold incidents, shares: say which with --as" in said.replace(
        "shares, incidents", "incidents, shares"
    )
    code, said = typed(path, "--as", "incidents", "--drop", "kind:", *into)
    assert code == 0 and "1 dropped (kind is on the drop list)" in said


def test_the_sheets_of_a_workbook_are_known_by_their_columns_and_one_of_notes_is_told(tmp_path):
    book = Workbook()
    book.active.title = "Noter"
    book.active.append(["Kontakt", "analyse"])
    sheet = book.create_sheet("Udtræk 7")
    for row in (
        ["Område", "Mål", "Planår", "Andel i procent", "Antal i alt"],
        [AREAS[0], "Tryghed", 2018, 61.9, 210],
    ):
        sheet.append(row)
    book.save(tmp_path / "fra kontoret.xlsx")
    code, said = typed(
        tmp_path / "fra kontoret.xlsx", "--supplied-by", "Kontoret", "--into", tmp_path / "local"
    )
    assert code == 0 and "sheet 'Noter' was not read, it has the columns of no table" in said
    assert (tmp_path / "local/shares.csv").read_text("utf-8").splitlines()[
        1
    ] == "ringparken,tryghed,2018,61.9,210"


def test_a_share_that_cannot_be_is_refused_at_once_with_its_row_in_the_source(tmp_path):
    rows = [
        ["Område", "Mål", "Planår", "Andel i procent", "Antal i alt"],
        [AREAS[0], "Tryghed", 2018, 61.9, ""],
    ]
    source = csv_file(tmp_path / "andele.csv", [["Tryghed"], *rows])
    code, said = typed(source, "--supplied-by", "Kontoret", "--into", tmp_path / "local")
    assert code != 0 and "andele.csv, row 3, numerator, percent, n: 'tryghed' lacks a figure" in said
    assert not (tmp_path / "local/shares.csv").exists()


@pytest.mark.parametrize(("year", "told"), [(2016, True), (2017, False), (2021, False), (2022, True)])
def test_figures_of_no_year_of_the_plan_are_told(tmp_path, year, told):
    """The plan's years are 2017, its baseline, to 2021."""
    rows = [
        ["Område", "Mål", "Planår", "Andel i procent", "Antal i alt"],
        [AREAS[0], "Tryghed", year, 61.9, 210],
    ]
    source = csv_file(tmp_path / "andele.csv", rows)
    code, said = typed(source, "--supplied-by", "Kontoret", "--into", tmp_path / "local")
    assert code == 0 and ("No row is of the plan's years, 2017 to 2021" in said) is told


def test_what_excel_keeps_beside_an_open_file_is_told_from_the_file(tmp_path):
    (tmp_path / "~$andele.xlsx").write_bytes(b"\x05Office" + b" " * 150)
    code, said = typed(tmp_path / "~$andele.xlsx", "--supplied-by", "Kontoret", "--into", tmp_path / "local")
    assert code != 0 and "is what Excel keeps beside a file that is open. Name the file without ~$." in said
