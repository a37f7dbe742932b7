"""Numbers as Danish and English readers write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.text.numbers import Cited, date, number, period, plain_number


@pytest.mark.parametrize(
    ("value", "decimals", "danish", "english"),
    [
        (71.9, 1, "71,9", "71.9"),
        (2008, 0, "2.008", "2,008"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (-29, 0, "−29", "−29"),
        (0, 1, "0,0", "0.0"),
        (-0.04, 1, "0,0", "0.0"),
        (0.05, 1, "0,1", "0.1"),
        (0.25, 1, "0,3", "0.3"),
        (-0.25, 1, "−0,3", "−0.3"),
    ],
)
def test_a_number_in_both_languages(value, decimals, danish, english):
    assert number(value, decimals, language="da") == danish
    assert number(value, decimals, language="en") == english


@pytest.mark.parametrize(
    ("value", "text"), [(9.6, "+9,6"), (-9.6, "−9,6"), (0.04, "0,0"), (-0.04, "0,0"), (0, "0,0")]
)
def test_a_signed_number_has_no_sign_when_it_is_nought(value, text):
    assert number(value, 1, language="da", signed=True) == text


def test_shares_become_percent_exactly():
    assert number(0.285, 0, language="da", scale=100) == "29"  # 100 * 0.285 is 28.499999999999996
    assert number(0.719, 1, language="da", scale=100) == "71,9"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_no_number_is_no_text(value):
    with pytest.raises(ValueError, match="cannot be shown"):
        number(value, language="da")


@given(st.floats(-1e9, 1e9), st.integers(0, 3), st.sampled_from(["da", "en"]))
def test_the_text_reads_back_as_the_rounded_number(value, decimals, language):
    text = number(value, decimals, language=language)
    thousands, point = (".", ",") if language == "da" else (",", ".")
    back = float(text.replace(thousands, "").replace(point, ".").replace("−", "-"))
    assert abs(back - value) <= 0.5 * 10**-decimals + 1e-6
    assert not text.startswith("−0") or any(digit in text for digit in "123456789")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_machine_number_has_the_digits_of_the_tables(value):
    assert float(plain_number(value)) == pytest.approx(value, rel=5e-6, abs=0)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.36424927113702626, "0.364249"),
        (-0.00004482993414610236, "-4.48299e-05"),
        (1234567.8, "1234568"),
        (677.98849999999993, "677.989"),
        (1234567.0, "1234567"),
        (0.0, "0"),
    ],
)
def test_the_machine_number_tells_no_more_than_the_tables(value, said):
    assert plain_number(value) == said


def test_dates():
    assert date(dt.date(2018, 10, 1), "da") == "1. oktober 2018"
    assert date(dt.date(2018, 10, 1), "en") == "1 October 2018"
    assert period(dt.date(2019, 5, 6), dt.date(2019, 6, 14), "da") == "6. maj – 14. juni 2019"
    assert period(dt.date(2018, 10, 1), dt.date(2019, 9, 30), "da") == "1. oktober 2018 – 30. september 2019"
    assert period(dt.date(2019, 5, 6), dt.date(2019, 6, 14), "en") == "6 May – 14 June 2019"


def test_a_cited_number_knows_its_place():
    assert (
        Cited("71,9", 0.719, row="a.b.2019.value").html
        == '<data value="0.719" data-row="a.b.2019.value">71,9</data>'
    )
    assert (
        Cited("25", 25e6, place="params/plan.yml: x").html
        == '<data value="25000000" data-from="params/plan.yml: x">25</data>'
    )
