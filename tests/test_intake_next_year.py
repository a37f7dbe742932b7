"""The yearly task: a new year is added to what is there, several files or sheets at once, and the list does it again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook

from intake_files import AREAS, BENEFITS, PLAN, csv_file, table, typed

SURVEY = ["--as", "survey", "--set", "weight=1"]


def answers(many: int) -> list[list[object]]:
    return [
        ["Område", "Køn", "Aldersgruppe", "Svar"],
        *([AREAS[n % 4], "Kvinde", "25-39", "I høj grad"] for n in range(many)),
    ]


def years(tmp_path: Path, name: str = "survey") -> Counter[str]:
    return Counter(row["year"] for row in table(tmp_path, name))


def test_a_new_year_is_added_and_last_years_need_not_be_typed_again(tmp_path: Path, into: list[str]) -> None:
    """40 answers of 2018 and 41 of 2019, in two files without a column for the year."""
    assert typed(csv_file(tmp_path / "18.csv", answers(40)), *SURVEY, "--set", "year=2018", *into)[0] == 0
    code, said = typed(csv_file(tmp_path / "19.csv", answers(41)), *SURVEY, "--set", "year=2019", *into)
    assert code == 0, said
    assert "40 rows that survey.csv had stay; 41 are added." in said
    assert years(tmp_path) == {"2018": 40, "2019": 41}
    record = yaml.safe_load((tmp_path / "local" / "records" / "survey.yml").read_text(encoding="utf-8"))
    assert [source["file"] for source in record["sources"]] == ["18.csv", "19.csv"]


def test_a_constant_of_one_source_is_never_taken_for_the_next(tmp_path: Path, into: list[str]) -> None:
    assert typed(csv_file(tmp_path / "18.csv", answers(40)), *SURVEY, "--set", "year=2018", *into)[0] == 0
    code, said = typed(csv_file(tmp_path / "19.csv", answers(41)), *SURVEY, *into)
    assert code and "no column is known as year" in said
    assert years(tmp_path) == {"2018": 40}


def test_each_file_of_one_command_has_its_own_year(tmp_path: Path, into: list[str]) -> None:
    files = [csv_file(tmp_path / f"{year}.csv", answers(many)) for year, many in ((2018, 40), (2019, 41))]
    own = ["--set", "2018.csv:year=2018", "--set", "2019.csv:year=2019"]
    code, said = typed(*files, *SURVEY, *own, *into)
    assert code == 0, said
    assert years(tmp_path) == {"2018": 40, "2019": 41}
    code, said = typed(*files, *SURVEY, *own, "--set", "2020.csv:year=2020", *into)
    assert code and "no source is called '2020.csv'. Did you mean" in said


def test_a_sheet_for_each_year_is_read_in_one_command(tmp_path: Path, into: list[str]) -> None:
    book = Workbook()
    for year, many in ((2018, 40), (2019, 41)):
        sheet = book.create_sheet(str(year))
        for row in answers(many):
            sheet.append(row)
    book.save(tmp_path / "tryghed.xlsx")
    sheets = ["--sheet", "2018", "--sheet", "2019"]
    own = ["--set", "2018:year=2018", "--set", "2019:year=2019"]
    code, said = typed(tmp_path / "tryghed.xlsx", *SURVEY, *sheets, *own, *into)
    assert code == 0, said
    assert years(tmp_path) == {"2018": 40, "2019": 41}
    code, said = typed(tmp_path / "local" / "sources.yml", "--into", tmp_path / "local")
    assert code == 0, said
    assert years(tmp_path) == {"2018": 40, "2019": 41}


def test_the_list_that_an_import_wrote_reads_everything_again_with_next_years_file(
    tmp_path: Path, into: list[str]
) -> None:
    assert typed(csv_file(tmp_path / "18.csv", answers(40)), *SURVEY, "--set", "year=2018", *into)[0] == 0
    code, said = typed(csv_file(tmp_path / "19.csv", answers(41)), *SURVEY, "--set", "year=2019", *into)
    listing = tmp_path / "local" / "sources.yml"
    assert f"type: evalkit import {listing.as_posix()}" in said
    listed = yaml.safe_load(listing.read_text(encoding="utf-8"))
    assert listed["tables"]["survey"]["files"] == [
        {"file": "../18.csv", "set": {"weight": "1", "year": "2018"}},
        {"file": "../19.csv", "set": {"weight": "1", "year": "2019"}},
    ]
    before = (tmp_path / "local" / "survey.csv").read_bytes()
    assert typed(listing, "--into", tmp_path / "local")[0] == 0
    assert (tmp_path / "local" / "survey.csv").read_bytes() == before
    csv_file(tmp_path / "20.csv", answers(42))
    listed["tables"]["survey"]["files"].append({"file": "../20.csv", "set": {"year": 2020, "weight": 1}})
    listing.write_text(yaml.safe_dump(listed, allow_unicode=True), encoding="utf-8")
    code, said = typed(listing, "--into", tmp_path / "local")
    assert code == 0, said
    assert years(tmp_path) == {"2018": 40, "2019": 41, "2020": 42}


def reports(*days: str) -> list[list[object]]:
    return [["Område", "Gerningsdato", "Art"], *([area, day, "Hærværk"] for area in AREAS for day in days)]


def test_an_extract_of_the_next_days_is_added_and_the_period_grows(tmp_path: Path, into: list[str]) -> None:
    """Both extracts hold days of the calendar year 2018."""
    one, other = (
        csv_file(tmp_path / "a.csv", reports("2018-09-30")),
        csv_file(tmp_path / "b.csv", reports("2018-10-01")),
    )
    police = ["--as", "incidents", *into]
    assert typed(one, *police, "--from", "2017-10-01", "--to", "2018-09-30")[0] == 0
    code, said = typed(other, *police, "--from", "2018-10-02", "--to", "2019-09-30")
    assert code and "outside the days covered" in said
    csv_file(other, reports("2018-12-01"))
    code, said = typed(other, *police, "--from", "2018-10-03", "--to", "2019-09-30")
    assert code and "no extract covers 2018-10-01 to 2018-10-02" in said
    assert typed(other, *police, "--from", "2018-10-01", "--to", "2019-09-30")[0] == 0
    assert len(table(tmp_path, "incidents")) == 8
    meta = yaml.safe_load((tmp_path / "local" / "dataset.yml").read_text(encoding="utf-8"))
    assert [str(meta["period"][day]) for day in ("start", "end")] == ["2017-10-01", "2019-09-30"]
    assert typed(tmp_path / "local" / "sources.yml", "--into", tmp_path / "local")[0] == 0
    assert len(table(tmp_path, "incidents")) == 8


def test_sources_that_hold_a_part_of_what_is_there_still_ask(tmp_path: Path, into: list[str]) -> None:
    header = ["Område", "Planår", "Boliger", "Beboere", "Tilflyttede", "Fraflyttede"]
    figures = [[area, year, 500, 900, 61, 57] for area in AREAS for year in (2018, 2019)]
    source = csv_file(tmp_path / "a.csv", [header, *figures])
    assert typed(source, "--as", "turnover", *into)[0] == 0
    later = [row for row in figures if row[1] == 2019] + [[area, 2020, 500, 900, 61, 57] for area in AREAS]
    code, said = typed(csv_file(tmp_path / "b.csv", [header, *later]), "--as", "turnover", *into)
    assert (
        code and "sources lack, e.g. motalavej 2018, and others that both have, e.g. motalavej 2019" in said
    )
    only_new = [row for row in later if row[1] == 2020]  # the advice: only what the table lacks
    assert typed(csv_file(tmp_path / "b.csv", [header, *only_new]), "--as", "turnover", *into)[0] == 0
    assert years(tmp_path, "turnover") == {"2018": 4, "2019": 4, "2020": 4}


def test_an_area_that_a_new_year_lacks_is_seen(tmp_path: Path, into: list[str]) -> None:
    header = ["Område", "Planår", "Boliger", "Beboere", "Tilflyttede", "Fraflyttede"]
    first = [[area, 2018, 500, 900, 61, 57] for area in AREAS]
    assert typed(csv_file(tmp_path / "a.csv", [header, *first]), "--as", "turnover", *into)[0] == 0
    next_year = [[area, 2019, 500, 900, 61, 57] for area in AREAS[:3]]
    command = [csv_file(tmp_path / "b.csv", [header, *next_year]), "--as", "turnover", *into]
    code, said = typed(*command)
    assert code and "praestevangen 2019: no row, though others have one" in said
    assert typed(*command, "--known-gap", "praestevangen 2019")[0] == 0
    assert years(tmp_path, "turnover") == {"2018": 4, "2019": 3}


def test_reports_that_lack_an_area_say_that_it_is_missing_and_not_zero(
    tmp_path: Path, into: list[str]
) -> None:
    rows = [row for row in reports("2018-03-01") if row[0] != "Præstevangen"]
    days = ["--from", "2017-10-01", "--to", "2018-09-30"]
    code, said = typed(csv_file(tmp_path / "a.csv", rows), "--as", "incidents", *days, *into)
    assert code == 0 and "No row of praestevangen: missing in the figures, not 0." in said
    assert "praestevangen" in PLAN.areas


@pytest.mark.parametrize(
    "listed",
    ["- a list", "tables: [1, 2]", "tables: {population: 3}", "{{{", "tables: {population: {files: 7}}"],
)
def test_a_list_that_cannot_be_read_is_named_before_anything_is_written(
    tmp_path: Path, into: list[str], listed: str
) -> None:
    folder = tmp_path / "local"
    folder.mkdir()
    (folder / "sources.yml").write_text(listed, encoding="utf-8")
    code, said = typed(str(csv_file(tmp_path / "a.csv", answers(8))), *SURVEY, "--set", "year=2018", *into)
    assert code and "sources.yml" in said and "Traceback" not in said
    assert [path.name for path in folder.iterdir()] == ["sources.yml"]


def test_the_list_keeps_a_comment_when_nothing_new_is_read(tmp_path: Path, into: list[str]) -> None:
    source = csv_file(tmp_path / "a.csv", answers(8))
    command = [str(source), *SURVEY, "--set", "year=2018", *into]
    assert typed(*command)[0] == 0
    path = tmp_path / "local" / "sources.yml"
    written = path.read_text("utf-8") + "# Ring til Kontoret i maj\n"
    path.write_text(written, encoding="utf-8")
    code, said = typed(*command, "--replace")
    assert code == 0, said
    assert path.read_text("utf-8") == written


@pytest.mark.parametrize(
    ("file", "unit"), [({"unit": 7}, "unit"), ({"set": {"nope": 3}}, "no column 'nope'"), ({}, "files")]
)
def test_what_a_list_says_of_a_file_is_checked_as_on_the_line(tmp_path: Path, file: dict, unit: str) -> None:
    csv_file(tmp_path / "a.csv", answers(8))
    files = [{"file": "a.csv", **file}] if file else []
    listed = {"supplied_by": "X", "tables": {"survey": {"files": files}}}
    (tmp_path / "sources.yml").write_text(yaml.safe_dump(listed), encoding="utf-8")
    code, said = typed(str(tmp_path / "sources.yml"), "--into", str(tmp_path / "local"))
    assert code and unit in said and "Traceback" not in said
    assert not (tmp_path / "local" / "survey.csv").exists()


def _quarters(year: int, *more: str) -> list[list[object]]:
    return [
        [*BENEFITS, *(["Status"] if more else [])],
        *([area, f"{year}K{n}", 870, 212, 150, *more] for area in AREAS for n in (1, 2, 3, 4)),
    ]


def test_a_column_that_the_new_year_lacks_is_asked_about(tmp_path: Path, into: list[str]) -> None:
    first = csv_file(tmp_path / "a.csv", _quarters(2018, "Foreløbig"))
    second = csv_file(tmp_path / "b.csv", _quarters(2019))
    assert typed(str(first), "--as", "benefits", *into)[0] == 0
    code, said = typed(str(second), "--as", "benefits", *into)
    assert code and "has the column status, which the new sources lack" in said
    code, said = typed(str(second), "--as", "benefits", *into, "--set", "status=final")
    assert code == 0, said
    assert Counter(row["status"] for row in table(tmp_path, "benefits")) == {"provisional": 16, "final": 16}


@pytest.mark.parametrize("spoil", [b"874.5", b"8x74", "8½".encode("cp1252")])
def test_a_table_that_was_spoilt_since_is_named(tmp_path: Path, into: list[str], spoil: bytes) -> None:
    first = csv_file(tmp_path / "a.csv", _quarters(2018))
    second = csv_file(tmp_path / "b.csv", _quarters(2019))
    assert typed(str(first), "--as", "benefits", *into)[0] == 0
    path = tmp_path / "local" / "benefits.csv"
    path.write_bytes(path.read_bytes().replace(b"870", spoil, 1))
    code, said = typed(str(second), "--as", "benefits", *into)
    assert code and "benefits.csv" in said and "Traceback" not in said
