"""A register with a row for each person is added up as it is read: what is alike is held once, and every row keeps its number."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from evalbook.intake import sheet
from evalkit.errors import ProblemsFound
from intake_files import bring, csv_file, written

HEADER = [
    "Løbenr",
    "Født",
    "Område",
    "Kvartal",
    "Fuldtidsmodtagere uden SU",
    "Uden for arbejde og uddannelse",
    "Ydelse",
]
PERSONS = {"rows": "persons"}
Rows = list[list[object]]


def register(n: int = 400) -> Rows:
    """n made-up residents of two areas in two quarters."""
    chance = random.Random(7)
    kinds = (
        ("0", "nej", ""),
        ("1", "ja", "Kontanthjælp"),
        ("0,25", "nej", "Sygedagpenge"),
        ("1", "nej", "SU"),
    )
    return [HEADER] + [
        [1000 + i, 1960 + i % 40, area, quarter, *chance.choice(kinds)]
        for quarter in ("2018K1", "2018K2")
        for i, area in enumerate(["Motalavej"] * (n // 4) + ["Sydbyen"] * (n // 4))
    ]


def test_persons_that_are_alike_give_the_same_as_persons_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = csv_file(tmp_path / "a.csv", register())
    together = bring(source, "benefits", tmp_path / "one", options=PERSONS)
    monkeypatch.setattr(sheet, "HEAD", 10_000)
    one_by_one = bring(source, "benefits", tmp_path / "two", options=PERSONS)
    assert together.path.read_bytes() == one_by_one.path.read_bytes()
    assert together.sources == one_by_one.sources
    assert (together.sources[0].read, together.sources[0].kept) == (400, 400)


def test_persons_are_counted_by_hand(tmp_path: Path) -> None:
    """60 without, 30 with a whole and 10 with a quarter of a benefit: 30 + 2.5."""
    rows = [
        [i, "", "Motalavej", "2018K1", *what]
        for i, what in enumerate(
            [("0", "nej", "")] * 60 + [("1", "ja", "")] * 30 + [("0,25", "nej", "")] * 10
        )
    ]
    done = bring(
        csv_file(tmp_path / "a.csv", [HEADER, *rows]), "benefits", tmp_path / "local", options=PERSONS
    )
    assert written(done)[1:] == ["motalavej,2018Q1,100,32.5,30"]


def refused(rows: Rows, tmp_path: Path) -> str:
    with pytest.raises(ProblemsFound) as told:
        bring(csv_file(tmp_path / "a.csv", rows), "benefits", tmp_path / "local", options=PERSONS)
    return str(told.value)


def test_what_is_wrong_on_the_last_line_is_refused_by_its_row(tmp_path: Path) -> None:
    rows = register()
    rows[-1][4] = "1,5"
    assert "a.csv, row 401, column E (Fuldtidsmodtagere uden SU): '1,5' is more than one person." in refused(
        rows, tmp_path
    )


def test_every_row_that_says_the_same_wrong_thing_is_named(tmp_path: Path) -> None:
    rows = register()
    for n in (60, 61, 300):
        rows[n][4:] = ["7", "ja", "Kontanthjælp"]
    assert "rows 61, 62, 301, column E" in refused(rows, tmp_path)


@pytest.mark.parametrize(("first", "second"), [(5, 150), (150, 151), (60, 199)])
def test_a_number_twice_in_one_quarter_is_refused_and_in_two_quarters_is_not(
    first: int, second: int, tmp_path: Path
) -> None:
    rows = register()
    rows[second][0] = rows[first][0]
    assert (
        f"row {second + 1}, the column that numbers the rows: has the same number as row {first + 1}."
        in refused(rows, tmp_path)
    )


def test_what_is_no_person_is_dropped_and_told_as_in_every_table(tmp_path: Path) -> None:
    total = ["I alt", "", "", "", "123", "45", ""]
    rows = [*register(), total, [], HEADER, ["Kilde: kommunens register"]]
    done = bring(csv_file(tmp_path / "a.csv", rows), "benefits", tmp_path / "local", options=PERSONS)
    assert done.sources[0].dropped == {
        "a total": [402],
        "blank": [403],
        "the column names again": [404],
        "a note below the table": [405],
    }


def test_a_line_that_is_no_row_in_the_middle_is_no_note_below_the_table(tmp_path: Path) -> None:
    rows = register()
    rows.insert(300, ["noget andet"])
    assert "row 301" in refused(rows, tmp_path)


@pytest.mark.parametrize("end", ["\r\n", ""])
def test_a_last_row_without_a_line_end_may_be_cut_off(end: str, tmp_path: Path) -> None:
    source = csv_file(tmp_path / "a.csv", [[row[0], row[2], row[3], row[5], row[4]] for row in register()])
    source.write_bytes(source.read_bytes().rstrip(b"\r\n") + end.encode())
    if end:
        assert bring(source, "benefits", tmp_path / "local", options=PERSONS).rows == 4
    else:
        with pytest.raises(ProblemsFound, match="row 401: the file ends without a line end"):
            bring(source, "benefits", tmp_path / "local", options=PERSONS)


@pytest.mark.parametrize(("most", "read"), [(399, False), (400, True)])
def test_the_column_names_are_no_row_of_the_most_that_is_read(
    most: int, read: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "MAX_PERSONS", most)
    if read:
        source = csv_file(tmp_path / "a.csv", register())
        assert bring(source, "benefits", tmp_path / "local", options=PERSONS).rows == 4
    else:
        assert "has more than 399 rows. Give one file a year, or add up before export" in refused(
            register(), tmp_path
        )


def test_two_files_of_one_quarter_with_the_same_numbers_overlap(tmp_path: Path) -> None:
    sources = [csv_file(tmp_path / f"{name}.csv", register()) for name in "ab"]
    sources[1].write_bytes(sources[1].read_bytes() + b"9999;1960;Sydbyen;2018K2;0;nej;\r\n")
    with pytest.raises(ProblemsFound, match="the sources overlap"):
        bring(sources, "benefits", tmp_path / "local", options=PERSONS)
