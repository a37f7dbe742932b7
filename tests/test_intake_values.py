"""Numbers, dates, quarters, years and labels: one reading, or a refusal with both."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evalbook.intake import names, parse_dates, parse_numbers
from evalbook.intake.mapping import Mapping, known_headers
from evalbook.intake.names import aliases, column_names, danish, fold, header, value_names
from evalbook.intake.parse_numbers import Given
from evalbook.intake.sheet import Sheet, Unfit, letters
from evalkit.schema import TABLES, Column

SHEET = Sheet("a.csv", "", [])


COUNT = Column("residents", "whole", "beboere", "residents", minimum=0)
AMOUNT = Column("amount", "number", "beløb", "amount", unit="DKK", minimum=0)


def cells(*texts: object, of: Column = AMOUNT) -> list[Given]:
    return [Given(SHEET, row, 0, "Beboere", text, of) for row, text in enumerate(texts, start=2)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("12", {"comma": 12, "point": 12}),
        ("12,5", {"comma": 12.5}),
        ("12.5", {"point": 12.5}),
        ("0.234", {"point": 0.234}),
        ("1.234", {"comma": 1234, "point": 1.234}),
        ("1,234", {"comma": 1.234, "point": 1234}),
        ("1.234,5", {"comma": 1234.5}),
        ("1,234.5", {"point": 1234.5}),
        ("1.234.567", {"comma": 1234567}),
        ("1 234", {"comma": 1234, "point": 1234}),
        ("1\u00a0234,5", {"comma": 1234.5}),
        ("\u22125", {"comma": -5, "point": -5}),
        ("1.23.456", {}),
        ("12,34,5", {}),
        ("1_000", {}),
        ("１２", {}),
        ("nan", {}),
        ("inf", {}),
        ("0x10", {}),
        ("12 34", {}),
        ("", {}),
    ],
)
def test_a_text_has_the_readings_that_it_can_have(text: str, meant: dict[str, float]) -> None:
    assert parse_numbers.readings(text) == meant


def test_what_may_be_two_numbers_is_refused_with_both() -> None:
    decimals, problems = parse_numbers.decide(cells("1.234", "987"), None)
    assert decimals is None
    assert "'1.234' may be 1234 (decimal comma) or 1.234 (decimal point)" in str(problems[0])
    assert "row 2, column A (Beboere)" in str(problems[0])


@pytest.mark.parametrize(
    ("texts", "decimals"),
    [
        (("1.234", "12,5", "13,5"), "comma"),
        (("1.234", "1.234,5"), "comma"),
        (("1.234", "1.2345"), "point"),
        (("1.234", "2.345.678"), "comma"),
        (("12", "13"), None),
    ],
)
def test_cells_that_can_be_read_in_one_way_settle_the_others(
    texts: tuple[str, ...], decimals: str | None
) -> None:
    assert parse_numbers.decide(cells(*texts), None) == (decimals, [])


def test_one_cell_does_not_make_thousands_of_as_many_others() -> None:
    _, (problem,) = parse_numbers.decide(cells("1.100", "2.107", "12,5", "13,5"), None)
    assert "'1.100' may be 1100 (decimal comma) or 1.1 (decimal point), and so may 1 more cells" in str(
        problem
    )


def test_comma_and_point_in_one_source_are_refused() -> None:
    _, (problem,) = parse_numbers.decide(cells("12,5", "13.5"), None)
    assert "'13.5' has a decimal point, but '12,5' in row 2" in str(problem)


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_danish_numbers_come_back_as_they_were(whole: int, cents: int) -> None:
    text = f"{whole:,}".replace(",", ".") + f",{cents:02}"
    assert parse_numbers.parse(Given(SHEET, 2, 0, "x", text, AMOUNT), "comma") == pytest.approx(
        whole + cents / 100
    )


@given(st.integers(0, 10**9))
def test_a_cell_is_never_read_as_another_number_than_the_decimals_say(whole: int) -> None:
    text = f"{whole:,}"
    assert parse_numbers.parse(Given(SHEET, 2, 0, "x", text, COUNT), "point") == whole
    if "," in text:
        with pytest.raises(Unfit):
            parse_numbers.parse(Given(SHEET, 2, 0, "x", text, COUNT), "comma")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("62 %", "percentage"),
        ("-", "0 or not known"),
        ("<5", "withheld"),
        (True, "not a number"),
        ("#I/T", "error"),
        ("1,2E+05", "scientific"),
        (12.5, "whole"),
        (-1, "below 0"),
        ("9" * 14, "no possible"),
    ],
)
def test_what_is_no_count_is_told_why(cell: object, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        parse_numbers.parse(cells(cell, of=COUNT)[0], "comma")


def test_one_count_with_decimals_among_others_without_is_refused() -> None:
    (problem,) = list(parse_numbers.uneven(cells("850", "8,0", "845")))
    assert "row 3, column A (Beboere): '8,0' is a count with decimals" in str(problem)
    assert (
        list(parse_numbers.uneven(cells("850,0", "84,0")))
        == list(parse_numbers.uneven(cells("850", "84", 85.0)))
        == []
    )
    assert list(parse_numbers.uneven(cells(850, "8,0", 845))) != []


@pytest.mark.parametrize("text", ["1.039.000 kr.", "kr. 1.039.000", "DKK 1.039.000", "1.039.000,00 kr"])
def test_money_may_say_that_it_is_money(text: str) -> None:
    assert parse_numbers.parse(Given(SHEET, 2, 0, "Beløb", text, AMOUNT), "comma") == 1_039_000


# --- dates ---------------------------------------------------------------------------------------------------------

WRITTEN = {
    "ISO": lambda d: d.isoformat(),
    "dashes": lambda d: f"{d:%d-%m-%Y}",
    "slashes": lambda d: f"{d:%d/%m/%Y}",
    "points": lambda d: f"{d.day}.{d.month}.{d.year}",
    "with time": lambda d: f"{d:%d-%m-%Y} 14:30",
    "Excel": lambda d: d,
    "words": lambda d: (
        f"{d.day}. {['januar', 'februar', 'marts', 'april', 'maj', 'juni', 'juli', 'august', 'september', 'oktober', 'november', 'december'][d.month - 1]} {d.year}"
    ),
}


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.sampled_from(sorted(WRITTEN)))
def test_a_date_is_read_in_every_danish_way_of_writing(day: date, way: str) -> None:
    assert parse_dates.parse(WRITTEN[way](day)) == day


@given(
    st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    st.sampled_from(sorted(WRITTEN)),
    st.sampled_from(sorted(WRITTEN)),
)
def test_two_ways_of_writing_in_one_column_are_refused(
    one: date, other: date, way: str, strange: str
) -> None:
    first, second = WRITTEN[way](one), WRITTEN[strange](other)
    assume(parse_dates.form(first) != parse_dates.form(second))
    assert parse_dates.mixed([(2, first), (3, second)]) is not None


def test_the_refusal_of_mixed_dates_gives_both_readings() -> None:
    strange = parse_dates.mixed([(2, "2019-04-03"), (7, "03-04-2019")])
    assert strange is not None
    assert (strange[0], strange[1].wrong) == (
        7,
        "'03-04-2019' is written day first, -, but '2019-04-03' in row 2 is written year first, -: it may be 2019-04-03 or 2019-03-04.",
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2018K4", "2018Q4"),
        ("2018Q4", "2018Q4"),
        ("2018 k4", "2018Q4"),
        ("K4 2018", "2018Q4"),
        ("4. kvartal 2018", "2018Q4"),
        ("4. kvt. 2018", "2018Q4"),
        ("2018-Q4", "2018Q4"),
        ("2018 4. kvartal", "2018Q4"),
        (date(2018, 10, 1), "2018Q4"),  # a stock of the day that the quarter begins
    ],
)
def test_a_quarter_is_read_in_its_ways_of_writing(text: str | date, meant: str) -> None:
    assert parse_dates.quarter(text) == meant


@pytest.mark.parametrize("cell", ["2018", "2018K5", "2018M04", date(2018, 10, 2), 20184, "4/2018", "2018H1"])
def test_what_is_no_quarter_is_refused(cell: object) -> None:
    with pytest.raises(Unfit, match="2018K4 or 2018Q4"):
        parse_dates.quarter(cell)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        (2018, 2018),
        (2018.0, 2018),
        ("2018", 2018),
        ("2017/18", 2018),
        ("2017/2018", 2018),
        ("2017-18", 2018),
        ("1999/00", None),
        ("2016/18", None),
        ("18", None),
        ("K4 2018", None),
        (True, None),
        (43101, None),
    ],
)
def test_a_plan_year_is_named_by_the_year_it_ends_in(cell: object, meant: int | None) -> None:
    if meant is None and cell != "1999/00":
        with pytest.raises(Unfit, match="not a plan year"):
            parse_dates.year(cell)  # type: ignore[arg-type]
    elif meant:
        assert parse_dates.year(cell) == meant  # type: ignore[arg-type]


# --- labels --------------------------------------------------------------------------------------------------------

GROUPS = ("18-24", "25-39", "40-64", "65+")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("18-24", "18-24"),
        ("18–24 år", "18-24"),
        ("18 til 24", "18-24"),
        (34, "25-39"),
        ("34 år", "25-39"),
        (39.0, "25-39"),
        (40, "40-64"),
        ("65+", "65+"),
        ("65 år og derover", "65+"),
        ("70 eller ældre", "65+"),
        ("110 år og derover", "65+"),
        ("20-22", "18-24"),
    ],
)
def test_an_age_falls_into_its_group(cell: object, meant: str) -> None:
    assert names.age_group(cell, GROUPS, {}) == meant  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["17", "16-24", "24-25", "60+", "25-18", "unge", "", date(2018, 12, 10)])
def test_an_age_between_groups_is_refused(cell: object) -> None:
    with pytest.raises(Unfit):
        names.age_group(cell, GROUPS, {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "a<b>c", "<!-- -->", "javascript:x", "&amp;", "x" * 301]
)
def test_text_that_a_spreadsheet_or_a_page_would_run_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        names.free(text, "activity")


@pytest.mark.parametrize(
    "text", ["Fællesspisning", "Børn <5 år", "Mad & musik", "10 + 10", "Lektier (1-3. klasse)"]
)
def test_plain_words_pass(text: str) -> None:
    assert names.free(text, "activity") == text


# --- the declared aliases ------------------------------------------------------------------------------------------

COLUMNS = [(table, column) for table in TABLES.values() for column in table.columns]


@pytest.mark.parametrize("name", ["Præstevangen", "praestevangen", " PRÆSTEVANGEN ", "Præstevangen/"])
def test_case_spaces_and_danish_letters_make_no_difference(name: str) -> None:
    assert fold(name) == "praestevangen"


def test_a_unit_is_part_of_a_name() -> None:
    assert len({fold(name) for name in ("Beboere", "Beboere (%)", "Beboere i 1.000", "Beboere pr. km")}) == 4


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_no_name_means_two_columns_of_a_table(table: object) -> None:
    meant = known_headers(table, Mapping(table=table.name))  # type: ignore[arg-type, attr-defined]
    assert set(meant.values()) == {column.name for column in table.columns}  # type: ignore[attr-defined]
    for column in table.columns:  # type: ignore[attr-defined]
        assert meant[fold(header(table, column))] == meant[fold(column.name)] == column.name  # type: ignore[arg-type]


def test_a_header_that_could_be_two_columns_is_none_of_them() -> None:
    table = TABLES["movers"]
    assert fold("heraf i tælleren") not in known_headers(table, Mapping(table="movers"))


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda one: one.name)
def test_what_a_template_offers_is_read_back_as_meant(table: object, column: object) -> None:
    assert fold(header(table, column)) in {fold(name) for name in column_names(table, column)}  # type: ignore[arg-type]
    for value in column.allowed:  # type: ignore[attr-defined]
        if column.name != "age_group":  # type: ignore[attr-defined]
            assert value_names(table, column)[fold(danish(table, column, value))] == value  # type: ignore[arg-type]


def test_every_alias_is_of_a_column_and_a_value_of_the_contract() -> None:
    for name, columns in aliases()["columns"].items():
        known = {column.name for table, column in COLUMNS if name in (table.name, "every table")} | (
            {"benefit"} if name == "benefits" else set()
        )
        assert set(columns) <= known, name
    for name, columns in aliases()["values"].items():
        for column, values in columns.items():
            allowed = {
                value
                for table, one in COLUMNS
                if one.name == column and name in (table.name, "every table")
                for value in one.allowed
            }
            assert set(values) <= allowed, (name, column)


def test_columns_are_lettered_as_a_spreadsheet_letters_them() -> None:
    assert [letters(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
