"""Sources that could give a wrong number in silence are refused, and what the refusal advises gives the right one."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalbook.intake.names import Names
from evalkit.errors import ProblemsFound
from intake_files import AREAS, PLAN, advised, bring, csv_file, table, typed, xlsx_file

DAYS = ("--from", "2017-10-01", "--to", "2019-09-30")


# --- a count under another name ------------------------------------------------------------------------------------

MONTHS = [f"2018-{month:02}-01" for month in range(1, 13)]
CASES = [
    ["Område", "Gerningsdato", "Art", "Sager"],
    *([area, day, "Hærværk", 7] for area in AREAS for day in MONTHS),
]


def test_a_column_of_counts_under_another_name_is_asked_about(tmp_path: Path, into: list[str]) -> None:
    """4 areas x 12 months x 7 reports are 336, not 48."""
    command = [csv_file(tmp_path / "a.csv", CASES), "--as", "incidents", *DAYS, *into]
    code, said = typed(*command)
    assert code and "row 2, column D (Sager): is 7, and the column is not used" in said
    code, again = typed(*command, *advised(said, 0))
    assert code == 0, again
    assert sum(int(row["count"]) for row in table(tmp_path, "incidents")) == 336


def test_a_column_of_other_numbers_can_be_left_out_of_use(tmp_path: Path, into: list[str]) -> None:
    command = [csv_file(tmp_path / "a.csv", CASES), "--as", "incidents", *DAYS, *into]
    code, said = typed(*command, *advised(typed(*command)[1], 1))
    assert code == 0, said
    assert len(table(tmp_path, "incidents")) == 48


def test_a_column_of_ones_needs_no_answer(tmp_path: Path, into: list[str]) -> None:
    rows = [CASES[0], *([*row[:3], 1] for row in CASES[1:])]
    assert typed(csv_file(tmp_path / "a.csv", rows), "--as", "incidents", *DAYS, *into)[0] == 0


# --- sources that overlap ------------------------------------------------------------------------------------------


def extract(numbers: range, numbered: bool = True) -> list[list[object]]:
    rows: list[list[object]] = [["Journalnummer", "Område", "Gerningsdato", "Art"]]
    rows += [[f"J{n:05}", AREAS[n % 4], f"2018-{n % 12 + 1:02}-11", "Hærværk"] for n in numbers]
    return rows if numbered else [row[1:] for row in rows]


def test_case_numbers_of_two_extracts_are_compared(tmp_path: Path, into: list[str]) -> None:
    """J00019-J00028 stand in both: 58 rows of 48 cases."""
    one, other = (
        csv_file(tmp_path / "a.csv", extract(range(29))),
        csv_file(tmp_path / "b.csv", extract(range(19, 48))),
    )
    code, said = typed(one, other, "--as", "incidents", *DAYS, *into)
    assert code and "b.csv, row 2" in said and "row 21 of a.csv, and so have 9 more rows" in said
    csv_file(other, extract(range(29, 48)))
    assert typed(one, other, "--as", "incidents", *DAYS, *into)[0] == 0
    assert len(table(tmp_path, "incidents")) == 48


def test_numbers_that_begin_anew_can_be_left_out_of_the_comparison(tmp_path: Path, into: list[str]) -> None:
    one, other = (
        csv_file(tmp_path / "a.csv", extract(range(24))),
        csv_file(tmp_path / "b.csv", extract(range(4))),
    )
    code, said = typed(one, other, "--as", "incidents", *DAYS, *into, "--ignore", "Journalnummer")
    assert code and "the same twice, or two parts?" in said  # no number tells any more
    code, said = typed(
        one, other, "--as", "incidents", *DAYS, *into, "--ignore", "Journalnummer", *advised(said)
    )
    assert code == 0, said
    assert sum(int(row["count"]) for row in table(tmp_path, "incidents")) == 28


def test_two_sources_without_numbers_for_one_area_and_time_are_asked_about(
    tmp_path: Path, into: list[str]
) -> None:
    """The same 40 answers as a text file and as a workbook are 40 people."""
    rows = [
        ["Område", "År", "Køn", "Aldersgruppe", "Svar", "Vægt"],
        *([AREAS[n % 4], 2018, "Kvinde", "25-39", "I høj grad", 1] for n in range(40)),
    ]
    sources = [csv_file(tmp_path / "a.csv", rows), xlsx_file(tmp_path / "a.xlsx", rows)]
    code, said = typed(*sources, "--as", "survey", *into)
    assert code and "ringparken 2018 stands in a.csv too (row 2)" in said
    assert typed(*sources, "--as", "survey", *into, *advised(said))[0] == 0
    assert sum(int(row["count"]) for row in table(tmp_path, "survey")) == 80


def test_extracts_of_days_that_follow_each_other_need_no_answer(tmp_path: Path, into: list[str]) -> None:
    header = ["Område", "Gerningsdato", "Art"]
    one = csv_file(tmp_path / "a.csv", [header, *([area, "2018-06-30", "Hærværk"] for area in AREAS)])
    other = csv_file(tmp_path / "b.csv", [header, *([area, "2018-07-01", "Hærværk"] for area in AREAS)])
    assert typed(one, other, "--as", "incidents", *DAYS, *into)[0] == 0
    csv_file(other, [header, *([area, "2018-06-30", "Hærværk"] for area in AREAS[:3])])
    assert "the same twice" in typed(one, other, "--as", "incidents", *DAYS, *into)[1]


def test_adding_up_rows_without_a_count_counts_each(tmp_path: Path) -> None:
    rows = [["Område", "Gerningsdato", "Art"], *[["Sydbyen", "2018-06-30", "Hærværk"]] * 3]
    done = bring(
        csv_file(tmp_path / "a.csv", rows), "incidents", tmp_path / "local", options={"add_up": True}
    )
    assert done.path.read_text(encoding="utf-8").splitlines()[1:] == ["sydbyen,2018-06-30,vandalism,3"]


# --- a part of an age group ----------------------------------------------------------------------------------------


def residents(*ages: str) -> list[list[object]]:
    return [
        ["Område", "Kvartal", "Køn", "Alder", "Antal beboere"],
        *(
            [area, "2018K1", sex, f"{age} år", 170]
            for area in AREAS
            for sex in ("Kvinder", "Mænd")
            for age in ages
        ),
    ]


@pytest.mark.parametrize(
    ("ages", "lacking"),
    [
        (("16-17", "18-24"), "0-17 lacks the ages 0-15"),
        (("18-24", "65-74"), "65+ lacks the ages 75 and over"),
        (("20-24", "0-17"), "18-24 lacks the ages 18-19"),
        ((*map(str, range(3, 24)), "25-39"), "0-17 lacks the ages 0-2"),
        ((*map(str, range(0, 24)), "25-39"), "18-24 lacks the ages 24"),
        (("0-17", *map(str, range(65, 95))), "65+ lacks the ages 95 and over"),
    ],
)
def test_a_part_of_an_age_group_is_not_taken_for_the_whole(
    ages: tuple[str, ...], lacking: str, tmp_path: Path
) -> None:
    with pytest.raises(ProblemsFound) as told:
        bring(
            csv_file(tmp_path / "a.csv", residents(*ages)),
            "population",
            tmp_path / "local",
            options={"add_up": len(ages) > 5},
        )
    assert any(f"the age group {lacking}" in str(problem) for problem in told.value.problems)


@pytest.mark.parametrize(
    "ages", [("0-17", "65+"), ("0-9", "10-17", "65-74", "75+"), tuple(map(str, range(65, 96)))]
)
def test_ages_that_make_up_whole_groups_are_read(ages: tuple[str, ...], tmp_path: Path) -> None:
    source = csv_file(tmp_path / "a.csv", residents(*ages))
    done = bring(source, "population", tmp_path / "local", options={"add_up": True})
    assert done.rows == 8 * len({"65+" if int(age[:2].strip("-")) >= 65 else "0-17" for age in ages})


def test_a_part_of_an_age_group_is_the_group_when_the_line_says_so(tmp_path: Path, into: list[str]) -> None:
    command = [csv_file(tmp_path / "a.csv", residents("16-17", "18-24")), "--as", "population", *into]
    said = typed(*command)[1]
    assert typed(*command, *advised(said))[0] == 0
    assert {row["age_group"] for row in table(tmp_path, "population")} == {"0-17", "18-24"}


# --- words beside the figures --------------------------------------------------------------------------------------

MONEY = [
    ["Beløb i 1.000 kr."],
    ["Planår", "Bidragyder", "Indsatsområde", "Budget eller forbrug", "Beløb"],
    ["2018", "Landsbyggefonden", "Tryghed og trivsel", "Budget", "1039"],
]


def test_a_unit_above_the_table_is_asked_about(tmp_path: Path, into: list[str]) -> None:
    command = [csv_file(tmp_path / "a.csv", MONEY), "--as", "economy", *into]
    code, said = typed(*command)
    assert code and "row 1: 'Beløb i 1.000 kr.' says '1.000': in what are the figures?" in said
    for nth, amount in ((0, "1039"), (1, "1039000")):
        code, again = typed(*command, *advised(said, nth))
        assert code == 0, again
        assert "row 1 says: Beløb i 1.000 kr." in again
        assert [row["amount"] for row in table(tmp_path, "economy")] == [amount]


@pytest.mark.parametrize("words", ["Alle tal i procent", "Antal pr. 1000 beboere", "Pct.", "I mio. kr."])
def test_other_units_are_asked_about_too(words: str, tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="in what are the figures"):
        bring(csv_file(tmp_path / "a.csv", [[words], *MONEY[1:]]), "economy", tmp_path / "local")


def test_a_unit_in_the_header_of_a_used_column_is_asked_about(tmp_path: Path) -> None:
    rows = [[*MONEY[1][:4], "Beløb (t.kr.)"], MONEY[2]]
    said = {"columns": {"amount": "Beløb (t.kr.)"}}
    with pytest.raises(ProblemsFound, match=r"column E \(Beløb \(t\.kr\.\)\): says 't\.kr'"):
        bring(csv_file(tmp_path / "a.csv", rows), "economy", tmp_path / "local", options=said)
    done = bring(
        csv_file(tmp_path / "a.csv", rows), "economy", tmp_path / "local", options=said | {"unit": 1000}
    )
    assert done.path.read_text(encoding="utf-8").splitlines()[1].endswith(",1039000")


def test_words_that_call_figures_provisional_ask_for_their_status(tmp_path: Path, into: list[str]) -> None:
    rows = [*residents("18-24"), ["Tallene for 2018K1 er foreløbige."]]
    command = [csv_file(tmp_path / "a.csv", rows), "--as", "population", *into]
    code, said = typed(*command)
    assert code and "'Tallene for 2018K1 er foreløbige.': which figures are provisional?" in said
    assert typed(*command, *advised(said, 0))[0] == 0
    assert {row["status"] for row in table(tmp_path, "population")} == {"provisional"}


# --- decimals ------------------------------------------------------------------------------------------------------


def test_one_slip_does_not_make_thousands_of_all_weights(tmp_path: Path, into: list[str]) -> None:
    """Weights 1.100, 2.107, ... and one typed 12,5: 1.1 and 2.107, or 1100 and 2107?"""
    weights = ["1.100", "2.107", "3.114", "12,5"]
    header = ["Område", "År", "Køn", "Aldersgruppe", "Svar", "Vægt"]
    rows = [
        header,
        *([area, 2018, "Kvinde", "25-39", "I høj grad", w] for area, w in zip(AREAS, weights, strict=True)),
    ]
    command = [csv_file(tmp_path / "a.csv", rows), "--as", "survey", *into]
    code, said = typed(*command)
    assert code and "'1.100' may be 1100 (decimal comma) or 1.1 (decimal point)" in said
    assert typed(*command, *advised(said))[0] == 0
    assert [row["weight"] for row in table(tmp_path, "survey")] == ["1100", "2107", "3114", "12.5"]
    rows[-1][-1] = "12.5"  # the other way out: as the others are written
    csv_file(tmp_path / "a.csv", rows)
    assert typed(*command, "--replace", "--decimals", "point")[0] == 0
    assert [row["weight"] for row in table(tmp_path, "survey")] == ["1.1", "2.107", "3.114", "12.5"]


# --- years ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "told"), [("År", True), ("year", True), ("Planår", False), ("Plan year", False)]
)
def test_a_heading_that_does_not_say_plan_year_is_told_how_it_was_read(
    header: str, told: bool, tmp_path: Path
) -> None:
    rows = [
        ["Område", header, "Boliger", "Beboere", "Tilflyttede", "Fraflyttede"],
        ["Sydbyen", 2018, 5, 9, 1, 2],
    ]
    done = bring(csv_file(tmp_path / "a.csv", rows), "turnover", tmp_path / "local")
    assert any("read as plan years" in line for line in done.lines()) is told


# --- names of places -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("town", ["Skælskør", "Slagelse", "Korsør"])
def test_the_name_of_a_town_is_no_other_name_of_a_housing_area_in_it(town: str) -> None:
    assert town.casefold() not in Names.of(PLAN).areas
