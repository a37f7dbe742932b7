"""The same table, whatever it is kept in, gives the same data set; what a container cannot show is told or refused.

The workbooks in tests/formats were saved once from one .xlsx: .xls and .ods by LibreOffice, .xlsb by SheetJS.
"""

from __future__ import annotations

import json
import random
import struct
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from openpyxl import Workbook

from evalbook.intake import container, privacy
from evalbook.intake import sheet as sheet_file
from evalbook.intake import spss as spss_file
from evalkit.errors import EvalkitError, ProblemsFound
from intake_files import AREAS, bring, csv_file, typed, written, xlsx_file

FORMATS = Path(__file__).parent / "formats"


def refusal(source: Path, table: str, into: Path, **other: Any) -> str:
    with pytest.raises(ProblemsFound) as told:
        bring(source, table, into, **other)
    return str(told.value)


# --- workbooks of other programs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsb"])
@pytest.mark.parametrize(("table", "sheet"), [("benefits", "Ydelser"), ("incidents", "Anmeldelser")])
def test_a_workbook_gives_the_same_table_as_its_text(
    table: str, sheet: str, suffix: str, tmp_path: Path
) -> None:
    workbook = FORMATS / f"tabeller.{suffix}"
    done = bring(workbook, table, tmp_path / "one", options={"sheet": sheet})
    text = bring(FORMATS / f"{sheet.casefold()}.csv", table, tmp_path / "two")
    assert done.path.read_bytes() == text.path.read_bytes()
    assert "read without what only .xlsx shows" in done.sources[0].notes[0]


@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsb"])
def test_a_workbook_is_found_in_a_folder_by_its_columns(
    suffix: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(FORMATS.parents[1])
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / f"a.{suffix}").write_bytes((FORMATS / f"tabeller.{suffix}").read_bytes())
    code, _ = typed(
        tmp_path / "in", "--into", tmp_path / "local", "--supplied-by", "x", "--from", "2018-10-01", "--to", "2018-12-31"
    )  # fmt: skip
    assert code == 0 and {"benefits.csv", "incidents.csv"} <= {
        one.name for one in (tmp_path / "local").iterdir()
    }


@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsb"])
def test_personal_data_stop_a_workbook_wherever_they_stand(suffix: str) -> None:
    places = [problem.place for problem in privacy.scan(FORMATS / f"kun_excel.{suffix}")]
    assert places[:2] == ["sheet 'Ark1', row 2, column G", "sheet 'Skjult', row 3, column B"]


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_a_share_and_an_error_in_a_column_of_counts_are_refused_by_row(suffix: str, tmp_path: Path) -> None:
    """C2 is 61.9 % and C3 is #DIV/0!, of which calamine gives 0.619 and an empty cell."""
    sheet = container.read(FORMATS / f"kun_excel.{suffix}")
    sheet.rows = [(row, cells[:6]) for row, cells in sheet.rows]
    from evalbook.intake.convert import convert
    from evalbook.intake.mapping import Mapping
    from evalbook.intake.names import Names
    from evalkit.schema import TABLES
    from intake_files import PLAN

    with pytest.raises(ProblemsFound) as told:
        convert(sheet, TABLES["benefits"], Mapping(table="benefits"), Names.of(PLAN))
    assert "row 2, column C (Beboere 18-64 år): 0.619 is not a whole number" in str(told.value)
    assert "row 3, column C (Beboere 18-64 år): is empty, or holds an error or a formula" in str(told.value)


def test_a_workbook_of_200_sheets_names_some_and_reads_the_one_that_is_named(tmp_path: Path) -> None:
    book = Workbook()
    for n in range(200):
        sheet = book.create_sheet(f"S{n}") if n else book.active
        sheet.append(["Område", "Planår", "Boliger", "Beboere", "Tilflyttede", "Fraflyttede"])
        sheet.append(["Motalavej", 2018, 400 + n, 900, 50, 40])
    book.active.title = "S0"
    book.save(tmp_path / "a.xlsx")
    said = refusal(tmp_path / "a.xlsx", "turnover", tmp_path / "local")
    assert "has 200 filled sheets. Say which with --sheet: S0, S1," in said and said.endswith(
        "S11 and 188 more."
    )
    done = bring(tmp_path / "a.xlsx", "turnover", tmp_path / "local", options={"sheet": "S199"})
    assert written(done)[1] == "motalavej,2018,599,900,50,40"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.parquet", b"PAR1\x15\x04", "is a Parquet file. Save it as .csv: in Python, pandas.read_parquet"),
        ("a.pdf", b"%PDF-1.7", "is a PDF. Ask for the figures as .xlsx or .csv."),
        ("a.dta", b"<stata_dta><header>", "is a Stata file. Save the table as .csv or .sav."),
        ("a.doc", b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "is an old Word document."),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "a workbook locked with a password."),
        ("a.xls", b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"), "the workbook is damaged or cut off."),
        ("a.sav", b"$FL2@(#) SPSS DATA FILE", "the SPSS file is damaged or cut off."),
        ("a.json", b'{"a": 1}', "is JSON, but no table in JSON-stat."),
        ("a.json", b'{"a": 1', "is no whole JSON."),
    ],
)  # fmt: skip
def test_what_holds_no_table_is_refused_with_the_way_out(
    name: str, content: bytes, says: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    assert says in refusal(tmp_path / name, "turnover", tmp_path / "local")


@pytest.mark.parametrize(("module", "name"), [("python_calamine", "tabeller.xls"), ("pyreadstat", "a.sav")])
def test_a_library_that_is_not_installed_is_named_with_what_to_type(
    module: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "a.sav").write_bytes(b"$FL2")
    said = refusal((FORMATS if name.startswith("t") else tmp_path) / name, "benefits", tmp_path / "local")
    assert 'is not installed. Type: pip install -e ".[formats]".' in said


@pytest.mark.parametrize("suffix", ["ods", "xlsb"])
def test_a_damaged_workbook_gives_the_same_numbers_or_is_refused(suffix: str, tmp_path: Path) -> None:
    """A package knows the sum of each of its parts; calamine takes damaged ones for sizes, and ends the program."""
    whole, said = (FORMATS / f"tabeller.{suffix}").read_bytes(), {"sheet": "Ydelser"}
    good = written(bring(FORMATS / f"tabeller.{suffix}", "benefits", tmp_path / "good", options=said))
    outcomes = Counter[str]()
    for seed in range(40):
        chance, data = random.Random(seed), bytearray(whole)
        for _ in range(3):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (tmp_path / f"a.{suffix}").write_bytes(data if seed % 4 else data[: chance.randrange(len(data))])
        try:
            done = bring(tmp_path / f"a.{suffix}", "benefits", tmp_path / f"{seed}", options=said)
        except EvalkitError:
            outcomes["refused"] += 1
        else:
            assert written(done) == good
    assert outcomes["refused"] > 30


def test_an_old_workbook_says_that_a_damaged_figure_cannot_be_seen(tmp_path: Path) -> None:
    """The eight bytes of a figure stand alone: nothing else in an .xls tells what they were."""
    whole = (FORMATS / "tabeller.xls").read_bytes()
    was, now = struct.pack("<d", 231.375), struct.pack("<d", 227.125)  # one byte apart
    assert whole.count(was) == 1
    (tmp_path / "a.xls").write_bytes(whole.replace(was, now))
    done = bring(tmp_path / "a.xls", "benefits", tmp_path / "local", options={"sheet": "Ydelser"})
    assert "praestevangen,2018Q1,982,227.125,159,final" in written(done)
    assert any("no checksum" in note and "compare totals" in note for note in done.sources[0].notes)


# --- SPSS ----------------------------------------------------------------------------------------------------------

LABELS = {
    "tryg": {1.0: "I høj grad", 2.0: "I nogen grad", 3.0: "Slet ikke", 8.0: "Ved ikke", 9.0: "Uoplyst"},
    "omraade": {float(n): area for n, area in enumerate(AREAS, start=1)},
    "koen": {1.0: "Mand", 2.0: "Kvinde"},
}
SAID = {
    "columns": {"area": "omraade", "sex": "koen", "answer": "tryg", "age_group": "alder", "weight": "vaegt"},
    "constants": {"year": 2018},
}


def spss(path: Path, **other: Any) -> Path:
    """Forty made-up respondents; every eighth does not know, every twentieth has not said."""
    codes = [9 if n % 20 == 19 else 8 if n % 8 == 7 else n % 3 + 1 for n in range(40)]
    frame = pd.DataFrame(
        {
            "Respondent": range(1, 41),
            "omraade": [n % 4 + 1 for n in range(40)],
            "koen": [n % 2 + 1 for n in range(40)],
            "alder": [20 + n for n in range(40)],
            "tryg": codes,
            "vaegt": [1.5 + n / 8 for n in range(40)],
            "dag": [date(2018, 10, 1)] * 40,
        }
    ).astype({"tryg": float, "omraade": float, "koen": float})
    said = {"variable_value_labels": LABELS, "missing_ranges": {"tryg": [{"lo": 8, "hi": 9}]}} | other
    pyreadstat.write_sav(frame, path, **said)
    return path


def test_what_spss_declares_missing_is_shown_and_asked_and_nothing_is_lost(tmp_path: Path) -> None:
    source = spss(tmp_path / "a.sav")
    said = refusal(source, "survey", tmp_path / "local", options=SAID)
    assert "rows 9, 17, 25, 33, column E (tryg): 'Ved ikke' is declared missing in the file" in said
    assert '--value "answer:Ved ikke=dont_know" if it is one, --drop "answer:Ved ikke"' in said
    answered = SAID | {"values": {"answer": {"Ved ikke": "dont_know"}}, "drop": {"answer": ["Uoplyst"]}}
    done = bring(source, "survey", tmp_path / "local", options=answered)
    assert (done.sources[0].read, done.sources[0].kept) == (40, 38)
    assert sum("dont_know" in line for line in written(done)) == 4


def _danish(cell: Any) -> str:
    return str(cell) if isinstance(cell, str) else f"{cell:g}".replace(".", ",")


def test_an_spss_file_gives_the_same_table_as_its_labels_in_text(tmp_path: Path) -> None:
    frame, _ = pyreadstat.read_sav(spss(tmp_path / "a.sav"), apply_value_formats=True, user_missing=True)
    rows = [list(frame), *frame.drop(columns="dag").assign(dag="").to_numpy(object).tolist()]
    text = csv_file(tmp_path / "b.csv", [[_danish(cell) for cell in row] for row in rows])
    answered = SAID | {"values": {"answer": {"Ved ikke": "dont_know"}}, "drop": {"answer": ["Uoplyst"]}}
    one = bring(tmp_path / "a.sav", "survey", tmp_path / "one", options=answered)
    assert written(one) == written(bring(text, "survey", tmp_path / "two", options=answered))


def test_an_spss_file_without_labels_is_refused_in_one_line(tmp_path: Path) -> None:
    source = spss(tmp_path / "a.sav", variable_value_labels={}, missing_ranges={})
    said = refusal(source, "survey", tmp_path / "local", options=SAID)
    assert "column B (omraade): holds codes (1, 2, 3, 4), not words. Export the labels" in said
    values = {
        "area": {"1": "ringparken", "2": "sydbyen", "3": "motalavej", "4": "praestevangen"},
        "sex": {"1": "m", "2": "f"},
        "answer": {"1": "high", "2": "some", "3": "none", "8": "dont_know", "9": "dont_know"},
    }
    done = bring(source, "survey", tmp_path / "local", options=SAID | {"values": values})
    assert done.rows == 40 and "no code has a label in the file" in done.sources[0].notes


def test_a_declared_missing_code_without_a_label_is_told_from_a_figure(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"Område": ["Motalavej", "Motalavej"], "Planår": [2018.0, 2019.0], "Boliger": [410.0, -9.0]}
    )
    for name in ("Beboere", "Tilflyttede", "Fraflyttede"):
        frame[name] = 100.0
    pyreadstat.write_sav(frame, tmp_path / "a.sav", missing_ranges={"Boliger": [-9.0]})
    said = refusal(tmp_path / "a.sav", "turnover", tmp_path / "local")
    assert "row 3, column C (Boliger): '-9 (missing)' is declared missing in the file" in said
    done = bring(
        tmp_path / "a.sav", "turnover", tmp_path / "local", options={"drop": {"homes": ["-9 (missing)"]}}
    )
    assert written(done)[1:] == ["motalavej,2018,410,100,100,100"]


def test_a_column_of_names_and_a_number_stop_an_spss_file(tmp_path: Path) -> None:
    frame = pd.DataFrame({"Beboerens_navn": ["x", "y"], "bem": ["", "ring 010190-0000"]})
    said = {"column_labels": {"bem": "Svar til nogen@example.org"}, "note": "Se 020190-0000"}
    pyreadstat.write_sav(frame, tmp_path / "a.sav", row_compress=True, **said)
    assert {problem.place for problem in privacy.scan(tmp_path / "a.sav")} == {
        "row 1, column A",
        "row 1, column B",
        "row 3, column B",
        "the file, outside its cells",
    }


@pytest.mark.parametrize(
    ("ends", "wrong"),
    [
        ("import os; os.abort()", "is damaged or cut off."),
        ("import sys; sys.exit(2)", "is damaged or cut off."),
        ("import time; time.sleep(600)", "could not be read within 1 s."),
        ("1 / 0", "could not be read: ZeroDivisionError: division by zero."),
        ("import sys; sys.exit(1)", "could not be read: no reason given."),
    ],
)
def test_a_file_that_ends_or_keeps_the_library_is_refused_in_one_line(
    ends: str, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spoilt file of compressed rows can make pyreadstat end its process with a segmentation fault."""
    monkeypatch.setattr(spss_file, "READER", [sys.executable, "-c", ends])
    monkeypatch.setattr(spss_file, "SECONDS", 1)
    said = refusal(spss(tmp_path / "a.sav"), "survey", tmp_path / "local", options=SAID)
    assert said == f"a.sav: the SPSS file {wrong} Save it again in SPSS, or ask for it as .csv."


def test_a_byte_that_ends_the_library_is_refused_in_one_line(tmp_path: Path) -> None:
    """In pyreadstat 1.3.7 it is a segmentation fault."""
    data = bytearray(spss(tmp_path / "a.sav", row_compress=True).read_bytes())
    data[705] = 211
    (tmp_path / "a.sav").write_bytes(data)
    said = refusal(tmp_path / "a.sav", "survey", tmp_path / "local", options=SAID)
    assert said.startswith("a.sav: the SPSS file is damaged or cut off.")


@pytest.mark.parametrize("how", ["row_compress", "compress"])
def test_a_spoilt_spss_file_is_refused_or_read_with_a_word_about_checksums(how: str, tmp_path: Path) -> None:
    whole, refused = spss(tmp_path / "a.sav", **{how: True}).read_bytes(), 0
    for seed in range(8):
        chance, data = random.Random(seed), bytearray(whole)
        for _ in range(3):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (tmp_path / "a.sav").write_bytes(data if seed % 4 else data[: chance.randrange(len(data))])
        try:
            sheet = spss_file.read(tmp_path / "a.sav")
        except ProblemsFound:
            refused += 1
        else:
            assert any("no checksum" in note for note in sheet.notes)
    assert refused > 2


def test_a_register_of_persons_in_spss_may_have_more_rows_than_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_file, "MAX_ROWS", 99)
    frame = pd.DataFrame(
        {"Område": ["Motalavej"] * 100, "Kvartal": ["2018K1"] * 100, "su": [1.0] * 100, "ude": [0.0] * 100}
    )
    labels = {"su": "Fuldtidsmodtagere uden SU", "ude": "Uden for arbejde og uddannelse"}
    pyreadstat.write_sav(frame, tmp_path / "a.sav", column_labels=labels)
    done = bring(tmp_path / "a.sav", "benefits", tmp_path / "local", options={"rows": "persons"})
    assert written(done)[1:] == ["motalavej,2018Q1,100,100,0"]
    assert "has more than 99 rows" in refusal(tmp_path / "a.sav", "benefits", tmp_path / "two")


# --- cubes ---------------------------------------------------------------------------------------------------------

PX = """CHARSET="ANSI";
AXIS-VERSION="2010";
CODEPAGE="{page}";
LANGUAGE="da";
LANGUAGES="da","en";
CREATION-DATE="20180701 08:00";
SUBJECT-AREA="Befolkning";
MATRIX="FOLK1A";
TITLE="Folketal den 1. i kvartalet efter område, køn, "
"alder og tid";
TITLE[en]="Population at the first day of the quarter";
CONTENTS="Folketal";
UNITS="{units}";
CONTACT="Statistikken; tlf. 39173917; spoerg@example.org";
STUB="område","køn","alder";
STUB[en]="region","sex","age";
HEADING="tid";
VALUES("område")="Ringparken","Præstevangen";
VALUES("køn")="Mænd","Kvinder";
VALUES("alder")="0-17 år","18-24 år","25-39 år","40-64 år","65 år og derover";
VALUES("tid")="2018K1","2018K2";
TIMEVAL("tid")=TLIST(Q1),"2018K1","2018K2";
CODES("køn")="1","2";
NOTE="Tallene; er talt op.";
DATA=
{data};
"""
FIGURES = [100 + 3 * n for n in range(40)]
TEXT = [
    ["område", "køn", "alder", "tid", "INDHOLD"],
    *(
        [area, sex, age, quarter, FIGURES[20 * a + 10 * b + 2 * c + d]]
        for a, area in enumerate(("Ringparken", "Præstevangen"))
        for b, sex in enumerate(("Mænd", "Kvinder"))
        for c, age in enumerate(("0-17 år", "18-24 år", "25-39 år", "40-64 år", "65 år og derover"))
        for d, quarter in enumerate(("2018K1", "2018K2"))
    ),
]


def px(
    path: Path, page: str = "iso-8859-15", encoding: str = "", data: str = "", units: str = "antal"
) -> Path:
    lines = "\n".join(" ".join(map(str, FIGURES[n : n + 2])) for n in range(0, 40, 2))
    text = PX.format(page=page, data=data or lines, units=units)
    path.write_bytes(text.encode(encoding or page))
    return path


def json_stat(path: Path, **other: Any) -> Path:
    """The same as PxWeb writes it in JSON-stat 2."""
    columns = [list(dict.fromkeys(row[i] for row in TEXT[1:])) for i in range(4)]
    content = {
        "version": "2.0",
        "class": "dataset",
        "label": "Folketal den 1. i kvartalet",
        "id": ["OMR", "KØN", "ALDER", "Tid", "ContentsCode"],
        "size": [2, 2, 5, 2, 1],
        "dimension": {
            id: {
                "label": label,
                "category": {
                    "index": {f"c{n}": n for n in range(len(texts))},
                    "label": {f"c{n}": text for n, text in reversed(list(enumerate(texts)))},
                },
            }
            for id, label, texts in zip(
                ("OMR", "KØN", "ALDER", "Tid", "ContentsCode"),
                ("område", "køn", "alder", "tid", "indhold"),
                [*columns, ["Folketal"]],
                strict=True,
            )
        },
        "value": FIGURES,
        "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
        "extension": {"contact": [{"name": "Statistikken", "mail": "spoerg@example.org"}]},
    } | other
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def as_text(tmp_path: Path) -> list[str]:
    return written(bring(csv_file(tmp_path / "text.csv", TEXT), "population", tmp_path / "text"))


@pytest.mark.parametrize(
    ("page", "encoding"),
    [
        ("iso-8859-15", ""),
        ("windows-1252", ""),
        ("IBM850", ""),
        ("utf-8", ""),
        ("iso-8859-15", "utf-8"),  # what many statistical bureaus write all the same
        ("iso-8859-15", "utf-8-sig"),
    ],
)
def test_a_px_file_gives_the_same_table_in_every_code_page(
    page: str, encoding: str, tmp_path: Path, as_text: list[str]
) -> None:
    assert written(bring(px(tmp_path / "a.px", page, encoding), "population", tmp_path / "local")) == as_text


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"value": {str(n): figure for n, figure in enumerate(FIGURES)}},
    ],
    ids=["a list", "an object"],
)
def test_a_json_stat_file_gives_the_same_table(
    other: dict[str, Any], tmp_path: Path, as_text: list[str]
) -> None:
    assert (
        written(bring(json_stat(tmp_path / "a.json", **other), "population", tmp_path / "local")) == as_text
    )


def test_a_json_stat_file_of_version_1_gives_the_same_table(tmp_path: Path, as_text: list[str]) -> None:
    new = json.loads(json_stat(tmp_path / "new.json").read_text("utf-8"))
    old = new["dimension"] | {name: new[name] for name in ("id", "size", "role")}
    (tmp_path / "a.json").write_text(
        json.dumps({"dataset": {"label": new["label"], "value": new["value"], "dimension": old}}), "utf-8"
    )
    assert written(bring(tmp_path / "a.json", "population", tmp_path / "local")) == as_text


@pytest.mark.parametrize("gap", ['".."', '"-"', '"."', "1.5"])
def test_a_mark_or_a_fraction_in_a_cube_is_met_as_in_every_text(gap: str, tmp_path: Path) -> None:
    """The last figure: row 42, because one row of words and one of column names stand above forty figures."""
    data = " ".join(map(str, FIGURES[:-1])) + f" {gap}"
    rows = [*TEXT[:-1], [*TEXT[-1][:-1], gap.strip('"').replace(".5", ",5")]]
    text = csv_file(tmp_path / "b.csv", rows)
    cube = px(tmp_path / "a.px", data=data)
    if gap == '".."':
        assert written(bring(cube, "population", tmp_path / "one")) == written(
            bring(text, "population", tmp_path / "two")
        )
    else:
        said, plain = (
            refusal(cube, "population", tmp_path / "one"),
            refusal(text, "population", tmp_path / "two"),
        )
        assert "row 42, column E (INDHOLD)" in said and "row 41, column E (INDHOLD)" in plain
        assert said.split("(INDHOLD): ")[1].split("\n")[0].replace("1.5", "'1,5'") == plain.split("(INDHOLD): ")[1].split("\n")[0]  # fmt: skip


def test_kinds_of_contents_are_columns_beside_one_another(tmp_path: Path) -> None:
    names = ["Boliger", "Beboere", "Tilflyttede", "Fraflyttede"]
    content = {
        "class": "dataset",
        "id": ["omr", "indhold", "år"],
        "size": [1, 4, 2],
        "dimension": {
            "omr": {"label": "Område", "category": {"label": {"1": "Motalavej"}}},
            "indhold": {"label": "Indhold", "category": {"index": list("abcd"), "label": dict(zip("abcd", names, strict=True))}},
            "år": {"label": "Planår", "category": {"index": ["2018", "2019"]}},
        },
        "role": {"metric": ["indhold"]},
        "value": [410, 411, 850, 851, 90, 91, 95, 96],
    }  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(content), "utf-8")
    assert written(bring(tmp_path / "a.json", "turnover", tmp_path / "local"))[1:] == [
        "motalavej,2018,410,850,90,95",
        "motalavej,2019,411,851,91,96",
    ]


def test_a_unit_that_a_cube_says_is_asked_about(tmp_path: Path) -> None:
    said = refusal(px(tmp_path / "a.px", units="1.000 personer"), "population", tmp_path / "local")
    assert "says '1.000': in what are the figures?" in said


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("1 2 3", "has 3 figures, and its dimensions make 40."),
        ('1 2 "..', "is cut off in DATA."),
    ],
)
def test_a_cube_that_is_cut_off_is_refused(data: str, says: str, tmp_path: Path) -> None:
    assert says in refusal(px(tmp_path / "a.px", data=data), "population", tmp_path / "local")


def test_the_bureau_may_be_named_in_a_cube_and_people_may_not(tmp_path: Path) -> None:
    assert privacy.scan(px(tmp_path / "a.px")) == privacy.scan(json_stat(tmp_path / "a.json")) == []
    path = px(tmp_path / "b.px", units="ring 010190-0000")
    assert [problem.wrong for problem in privacy.scan(path)] == ["looks like a personal number (CPR)."]
    (tmp_path / "c.px").write_text(
        px(tmp_path / "a.px").read_text("iso-8859-15").replace("alder", "Lejers navn")
    )
    assert [problem.place for problem in privacy.scan(tmp_path / "c.px")] == ["row 2, column C"]


# --- survey programs -----------------------------------------------------------------------------------------------

ANSWERS: list[list[Any]] = [
    ["Område", "År", "Køn", "Aldersgruppe", "Svar", "Vægt"],
    *([AREAS[n % 4], 2018, "Kvinde", "25-39", "I høj grad", 1] for n in range(8)),
]


@pytest.mark.parametrize("write", [csv_file, xlsx_file])
def test_qualtrics_three_rows_of_column_names_are_told_from_answers(write: Any, tmp_path: Path) -> None:
    asked = ["I hvilket område bor du?", "År", "Køn", "Aldersgruppe", "Svar", "Vægt"]
    numbers = [f'{{"ImportId":"QID{n}_TEXT"}}' for n in range(6)]
    rows = [["Q1", *ANSWERS[0][1:]], asked, numbers, *ANSWERS[1:]]
    source = write(tmp_path / ("a.csv" if write is csv_file else "a.xlsx"), rows)
    done = bring(source, "survey", tmp_path / "local", options={"columns": {"area": asked[0]}})
    assert written(done) == written(bring(csv_file(tmp_path / "b.csv", ANSWERS), "survey", tmp_path / "two"))
    assert "Qualtrics' rows with the questions and its own numbers are no answers" in done.sources[0].notes


@pytest.mark.parametrize(
    ("codes", "shown"), [(["1", "2"], "1, 2"), (["A1", "A2"], "A1, A2"), (["AO01"], "AO01")]
)
def test_codes_of_a_survey_program_are_refused_in_one_line(
    codes: list[str], shown: str, tmp_path: Path
) -> None:
    """REDCap's raw values and LimeSurvey's answer codes."""
    rows = [[*row[:4], codes[n % len(codes)], 1] if n else row for n, row in enumerate(ANSWERS)]
    said = refusal(csv_file(tmp_path / "a.csv", rows), "survey", tmp_path / "local")
    assert f"row 2, column E (Svar): holds codes ({shown}), not words." in said
    assert "REDCap and SPSS call them labels, Qualtrics choice text, LimeSurvey full answers." in said


@pytest.mark.parametrize("figure", ["3,5", "0,25"])
@pytest.mark.parametrize("write", [csv_file, xlsx_file])
def test_a_share_of_a_report_is_refused_with_what_to_ask_for(figure: str, write: Any, tmp_path: Path) -> None:
    value = figure if write is csv_file else float(figure.replace(",", "."))
    rows = [["Område", "Dato", "Art", "Antal"], *([area, "01-10-2018", "Hærværk", value] for area in AREAS)]
    source = write(tmp_path / ("a.csv" if write is csv_file else "a.xlsx"), rows)
    said = refusal(source, "incidents", tmp_path / "local")
    assert f"{value!r} is not a whole number, and the column counts whole reports, people or answers." in said
    assert "what two areas or periods share is counted whole in one of them." in said
