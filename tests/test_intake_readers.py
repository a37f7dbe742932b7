"""Readers forgive the form of a file and say what they understood; the content comes through unchanged."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from evalbook.intake import sources, textfile
from evalbook.intake.sheet import Sheet
from evalkit.errors import ProblemsFound
from intake_files import bring, csv_file, text, written, xlsx_file

ROWS: list[list[Any]] = [
    ["Område", "Kvartal", "Beboere 18-64 år", "Fuldtidsmodtagere uden SU", "Uden for arbejde og uddannelse"],
    ["Præstevangen", "2018K4", 1500, "150,5", 120],
    ["Sydbyen", "2018K4", 700, "210,25", 160],
]
CANONICAL = [
    "area,quarter,residents_18_64,recipients_fulltime,outside_work_education",
    "praestevangen,2018Q4,1500,150.5,120",
    "sydbyen,2018Q4,700,210.25,160",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_encoding_and_delimiter_gives_the_same_table(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    done = bring(csv_file(tmp_path / "a.csv", ROWS, delimiter, encoding), "benefits", tmp_path / "local")
    assert written(done) == CANONICAL
    form = done.sources[0].form
    assert form["delimiter"] == {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}[delimiter]
    assert form["decimals"] == "comma"
    assert form["encoding"].startswith(
        {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with BOM", "cp1252": "windows-1252"}.get(
            encoding, encoding[:6].upper()
        )
    )


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_every_line_end_gives_the_same_table(tmp_path: Path, line_end: str) -> None:
    (tmp_path / "a.csv").write_bytes(text(ROWS).replace("\r\n", line_end).encode())
    assert written(bring(tmp_path / "a.csv", "benefits", tmp_path / "local")) == CANONICAL


def test_what_excel_says_about_its_delimiter_is_believed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("sep=|\r\n" + text(ROWS, "|"), encoding="utf-8", newline="")
    assert written(bring(tmp_path / "a.csv", "benefits", tmp_path / "local")) == CANONICAL


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: [["Forsørgelse i boligområderne", "", "2018"], [], *rows],
        lambda rows: [*rows, [], ["Kilde: kommunens egne tal"]],
        lambda rows: [rows[0], [], *rows[1:]],
        lambda rows: [*rows[:2], rows[0], *rows[2:]],
        lambda rows: [*rows, ["I alt", "", 2200, "360,75", 280]],
        lambda rows: [[*row, ""] for row in rows],
        lambda rows: [[*rows[0], "Bemærkning"], *([*row, "ok"] for row in rows[1:])],
        lambda rows: [[row[4], row[2], row[0], row[3], row[1]] for row in rows],
        lambda rows: [
            ["area", "quarter", "residents_18_64", "recipients_fulltime", "outside_work_education"],
            *rows[1:],
        ],
        lambda rows: [[f"  {cell} " for cell in row] for row in rows],
        lambda rows: [rows[0], ["Praestevangen", "4. kvartal 2018", "1.500", "150,5", 120], rows[2]],
    ],
    ids=[
        "title",
        "note",
        "blank row",
        "header again",
        "total",
        "empty column",
        "unused column",
        "other order",
        "English",
        "spaces",
        "other spelling",
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_forms_that_mean_the_same_give_the_same_table(tmp_path: Path, change: Any, kind: str) -> None:
    make = csv_file if kind == "csv" else xlsx_file
    done = bring(make(tmp_path / f"a.{kind}", change(ROWS)), "benefits", tmp_path / "local")
    assert written(done) == CANONICAL
    source = done.sources[0]
    assert source.kept == 2
    assert source.read == source.kept + sum(map(len, source.dropped.values()))  # no row is dropped silently


def test_every_dropped_row_has_its_number_and_reason(tmp_path: Path) -> None:
    rows = [
        ["Titel"],
        [],
        *ROWS,
        ["I alt", "", 2200, "360,75", 280],
        ["Uoplyst", "2018K4", 3, "1", 0],
        ["Motalavej", "2018K4", 500, "..", 100],
        ["Note: tallene er opgjort i maj"],
    ]
    (source,) = bring(csv_file(tmp_path / "a.csv", rows), "benefits", tmp_path / "local").sources
    assert source.dropped == {
        "above the column names": [1],
        "blank": [2],
        "a total": [6],
        "belongs to no area (unknown)": [7],
        "a note below the table": [9],
    }
    assert "is withheld (..) in 1 rows, which are hidden there: row 8" in "".join(source.notes)


def test_the_report_says_what_was_understood_without_any_value(tmp_path: Path) -> None:
    said = "\n".join(
        bring(csv_file(tmp_path / "a.csv", ROWS, encoding="cp1252"), "benefits", tmp_path / "local").lines()
    )
    assert "a.csv: encoding windows-1252, delimiter semicolon, decimals comma" in said
    assert "Område → area, Kvartal → quarter" in said
    assert "2 rows read, 2 kept" in said
    assert "150,5" not in said


# --- Excel ---------------------------------------------------------------------------------------------------------


def test_the_only_filled_sheet_is_read_and_a_named_one_of_several(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Tom"
    for name in ("Tal", "Kladde"):
        for row in ROWS:
            book.create_sheet(name) if name not in book.sheetnames else None
            book[name].append(row)
    book["Kladde"].append(["Motalavej", "2018K4", 1, "1,5", 1])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(ProblemsFound, match=r"has 2 filled sheets.*Tal, Kladde"):
        bring(tmp_path / "a.xlsx", "benefits", tmp_path / "local")
    done = bring(tmp_path / "a.xlsx", "benefits", tmp_path / "local", options={"sheet": "Tal"})
    assert written(done) == CANONICAL
    with pytest.raises(ProblemsFound, match=r"has no sheet 'tal'\. Did you mean 'Tal'"):
        bring(tmp_path / "a.xlsx", "benefits", tmp_path / "local", options={"sheet": "tal"})


def test_excel_types_come_through(tmp_path: Path) -> None:
    rows = [
        ["Dato", "Område", "Art", "Antal"],
        [date(2018, 10, 1), "Motalavej", "Hærværk", 1],
        [date(2019, 9, 30), "Sydbyen", "Brandstiftelse", 2.0],
    ]
    assert written(bring(xlsx_file(tmp_path / "a.xlsx", rows), "incidents", tmp_path / "local")) == [
        "area,date,kind,count",
        "motalavej,2018-10-01,vandalism,1",
        "sydbyen,2019-09-30,arson,2",
    ]


def test_a_sheet_is_read_whole_when_it_says_a_wrong_size(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path / "a.xlsx", ROWS)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', parts[sheet])
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
    assert written(bring(path, "benefits", tmp_path / "local")) == CANONICAL


def test_what_excel_hides_is_read_and_told(tmp_path: Path) -> None:
    book = Workbook()
    for row in [*ROWS, ["Motalavej", "2018K4", 500, 100, 80]]:
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.active["I2"] = "husk at tjekke"
    book.save(tmp_path / "a.xlsx")
    done = bring(tmp_path / "a.xlsx", "benefits", tmp_path / "local")
    assert done.rows == 3
    assert done.sources[0].notes == [
        "1 hidden rows were read too",
        "what stands to the right of the table was not read",
    ]


def test_the_ending_of_a_file_does_not_matter(tmp_path: Path) -> None:
    xlsx_file(tmp_path / "a.xlsx", ROWS).rename(tmp_path / "a.csv")
    assert written(bring(tmp_path / "a.csv", "benefits", tmp_path / "local")) == CANONICAL


def test_decimals_of_a_formula_are_those_that_excel_shows(tmp_path: Path) -> None:
    rows = [ROWS[0], ["Sydbyen", "2018K4", 700, 0.1 + 0.2 + 210, 160]]
    assert (
        written(bring(xlsx_file(tmp_path / "a.xlsx", rows), "benefits", tmp_path / "local"))[1]
        == "sydbyen,2018Q4,700,210.3,160"
    )


# --- StatBank files saved by hand ----------------------------------------------------------------------------------


def _sheet(rows: list[list[str]]) -> Sheet:
    return Sheet("a.csv", "", [(number, tuple(row)) for number, row in enumerate(rows, start=1)])


def _names_a_column(word: object) -> bool:
    return str(word) in ("OMRÅDE", "TID", "INDHOLD")


def test_periods_across_become_one_figure_a_row() -> None:
    spread = _sheet(
        [
            ["Folketal efter område, køn og tid"],
            [],
            ["", "", "2018K1", "2018K2"],
            ["Slagelse", "Mænd", "10", ".."],
            ["", "Kvinder", "30", "40"],
            ["Kilde: DST"],
        ]
    )
    assert [cells for _, cells in sources.tidy(spread, _names_a_column).rows] == [
        ("Folketal efter område, køn og tid",),
        ("område", "køn", "TID", "INDHOLD"),
        ("Slagelse", "Mænd", "2018K1", "10"),
        ("Slagelse", "Mænd", "2018K2", ".."),
        ("Slagelse", "Kvinder", "2018K1", "30"),
        ("Slagelse", "Kvinder", "2018K2", "40"),
        ("Kilde: DST",),
    ]


def test_several_header_lines_are_carried_to_the_right() -> None:
    spread = _sheet(
        [
            ["", "Mænd", "", "Kvinder", ""],
            ["Område", "2018K1", "2018K2", "2018K1", "2018K2"],
            ["Slagelse", "1", "2", "3", "4"],
        ]
    )
    assert [cells for _, cells in sources.tidy(spread, _names_a_column).rows] == [
        ("Område", "header 1", "TID", "INDHOLD"),
        ("Slagelse", "Mænd", "2018K1", "1"),
        ("Slagelse", "Mænd", "2018K2", "2"),
        ("Slagelse", "Kvinder", "2018K1", "3"),
        ("Slagelse", "Kvinder", "2018K2", "4"),
    ]


def test_a_header_line_without_a_name_is_named_in_the_mapping(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "a.csv",
        [
            ["", "", "Mænd", "", "Kvinder", ""],
            ["Område", "Alder", "2018K1", "2018K2", "2018K1", "2018K2"],
            ["Motalavej", "18-24 år", "1", "2", "3", "4"],
        ],
    )
    with pytest.raises(ProblemsFound, match=r"stands already in row 3, with other figures"):
        bring(path, "population", tmp_path / "local")
    done = bring(path, "population", tmp_path / "local", options={"columns": {"sex": "header 1"}})
    assert written(done)[1:] == [
        "motalavej,2018Q1,m,18-24,1",
        "motalavej,2018Q2,m,18-24,2",
        "motalavej,2018Q1,f,18-24,3",
        "motalavej,2018Q2,f,18-24,4",
    ]


def test_a_table_that_is_not_spread_stays_as_it_is() -> None:
    flat = _sheet([["OMRÅDE", "TID", "INDHOLD"], ["Slagelse", "2018K1", "10"]])
    assert sources.tidy(flat, _names_a_column) is flat


def test_a_text_file_is_read_by_content_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("Område;Planår\nMotalavej;2018\n".encode("cp1252"))
    sheet = textfile.read(tmp_path / "a")
    assert [cells for _, cells in sheet.rows] == [("Område", "Planår"), ("Motalavej", "2018")]
