"""Effects against comparators, pre-trends, evidence, movers and heterogeneity."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evalkit.errors import InvalidNumber
from evalkit.estimates.effects import (
    decompose,
    did_rates,
    did_shares,
    heterogeneity,
    permutation_p,
    smallest_p,
)
from evalkit.estimates.proportions import difference, proportion
from evalkit.terms import Estimate

REFERENCE = Path(__file__).parent / "reference"


def published(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((REFERENCE / name).open(encoding="utf-8")))


def bounds(one: Estimate) -> tuple[float, float]:
    return one.lower, one.upper


def cell(line: dict[str, str]) -> Estimate:
    """A published mean with its symmetrical interval."""
    mean, error = float(line["mean"]), float(line["se"])
    reach = error * (stats.t.isf(0.025, float(line["df"])) if line["df"] else stats.norm.isf(0.025))
    return Estimate(mean, mean - reach, mean + reach, 0.95, "mean")


# Published difference-in-differences


@pytest.mark.parametrize("row", published("did_expected.csv"), ids=lambda row: row["case"])
def test_difference_in_differences_gives_the_published_estimate_and_error(row):
    table = row["design"].removesuffix("-pa").removesuffix("-nj").replace("-change", "-table")
    lines = [line for line in published("did_cells.csv") if line["design"] == table]
    cells = {(line["treated"], line["post"]): cell(line) for line in lines}
    if row["design"].endswith(("-pa", "-nj")):
        who = "1" if row["design"].endswith("-nj") else "0"
        got = difference(cells[who, "1"], cells[who, "0"])
    elif lines[0]["kind"] == "change":  # the two changes are published, not the four means
        got = difference(cells["1", ""], cells["0", ""])
    else:
        got = did_shares(cells["1", "1"], cells["1", "0"], cells["0", "1"], cells["0", "0"])
    near = float(row["abs"])
    assert got.value == pytest.approx(float(row["value"]), abs=near)
    if row["se"]:  # MOVER of symmetrical intervals is the root of the summed squares
        quantile = stats.t.isf(0.025, float(lines[0]["df"])) if lines[0]["df"] else stats.norm.isf(0.025)
        assert (got.upper - got.value) / quantile == pytest.approx(float(row["se"]), abs=near)
    if row["lower"]:
        assert bounds(got) == pytest.approx((float(row["lower"]), float(row["upper"])), abs=near)


# Two by two


def test_ratio_of_ratios_is_here_over_elsewhere_with_all_four_counts_uncertain():
    got = did_rates((30, 1000, 60, 1000), (50, 2000, 60, 2000), dispersion=2, df=12)
    assert got.value == pytest.approx((30 / 60) / (50 / 60))
    error = math.sqrt(2 * (1 / 30 + 1 / 60 + 1 / 50 + 1 / 60))
    assert math.log(got.upper / got.value) == pytest.approx(stats.t.isf(0.025, 12) * error)


def test_common_shock_alone_leaves_a_ratio_of_one():
    assert did_rates((48, 1000, 60, 1000), (80, 900, 100, 900)).value == pytest.approx(1)


def test_ratio_of_ratios_is_missing_where_a_count_is_zero():
    got = did_rates(([30, 0], 1000, 60, 1000), (50, 1000, 60, 1000))
    assert not math.isnan(got.value[0])
    assert math.isnan(got.value[1])
    assert math.isnan(got.upper[1])


@given(*[st.integers(1, 200)] * 4, st.floats(0.01, 50))
def test_ratio_of_ratios_cares_neither_for_the_scale_of_residents_nor_for_who_is_who(a, b, c, d, factor):
    one = did_rates((a, 900, b, 1000), (c, 5000, d, 4000))
    other = did_rates((a, 900 * factor, b, 1000 * factor), (c, 5000 / factor, d, 4000 / factor))
    assert (one.value, *bounds(one)) == pytest.approx((other.value, *bounds(other)), rel=1e-9)
    swapped = did_rates((c, 5000, d, 4000), (a, 900, b, 1000))
    assert bounds(one) == pytest.approx((1 / swapped.upper, 1 / swapped.lower), rel=1e-9)


def test_shares_that_move_alike_show_no_effect():
    up = proportion(300, 500), proportion(250, 500)
    got = did_shares(*up, *up)
    assert got.value == pytest.approx(0)
    assert got.lower < 0 < got.upper


changes = st.lists(st.floats(-2, 2), min_size=2, max_size=12)


# Permutation


@pytest.mark.parametrize(
    ("treated", "others", "p"), [(1, 6, 1 / 7), (1, 19, 1 / 20), (4, 12, 1 / 1820), (1, 98, 1 / 99)]
)
def test_most_extreme_areas_get_the_smallest_possible_p(treated, others, p):
    assert smallest_p(treated, others) == pytest.approx(p)
    assert permutation_p(np.full(treated, -9.0) - np.arange(treated), np.arange(others)) == pytest.approx(p)


def test_permutation_p_of_equal_areas_is_one_and_of_a_sample_is_repeatable():
    assert permutation_p([1.0], [1.0, 1.0, 1.0]) == 1
    rng = np.random.default_rng(1)
    treated, others = rng.normal(size=8), rng.normal(size=30)  # 48 million ways: a sample is drawn
    assert permutation_p(treated, others) == permutation_p(treated, others)
    assert permutation_p(treated - 50, others) == pytest.approx(1 / 20_001)


def test_permutation_p_is_honest_when_nothing_happened():
    areas = np.random.default_rng(6).normal(size=(600, 9))
    assert (permutation_p(areas[:, :2], areas[:, 2:]) <= 0.05).mean() <= 0.075


@pytest.mark.parametrize(
    ("treated", "others", "p"),
    [
        ([3, 4], [1, 2], 2 / 6),  # differences of the six ways: 2, 2, 1, 1, 0, 0
        ([1, 4], [2, 3], 1),
        ([2, 4], [1, 3], 4 / 6),
        ([5], [1, 2, 3], 1 / 4),  # 3, 2 1/3, 1, 1/3: with one area, every area in turn
        ([1], [5, 2, 3], 2 / 4),
        ([1, 2, 3], [5], 1 / 4),
        ([5, 2, 3], [1], 2 / 4),
        ([1], [2], 1),
    ],
)
def test_permutation_p_is_the_share_of_ways_that_differ_as_much_counted_by_hand(treated, others, p):
    assert permutation_p(treated, others) == pytest.approx(p)
    assert permutation_p(np.negative(treated), np.negative(others)) == pytest.approx(p)


def test_ways_that_are_equal_but_for_rounding_count_as_seen():
    # 0.1 + 0.2 is a hair above 0.3: of the ways to draw two, four differ by 0.1 and two by 0.
    assert permutation_p([0.1, 0.3], [0.2, 0.2]) == pytest.approx(1)
    assert permutation_p([0.3, 0.2], [0.1, 0.2]) == pytest.approx(4 / 6)
    assert permutation_p([0.1], [0.7, 0.4, 0.4]) == pytest.approx(2 / 4)


@pytest.mark.parametrize(("treated", "others"), [(4, 6), (1, 6), (6, 1), (8, 12)])
def test_comparisons_together_get_the_p_of_each_alone(treated, others):
    rng = np.random.default_rng(2)
    here, there = rng.normal(size=(3, treated)), rng.normal(size=(3, others))
    alone = [permutation_p(one, other) for one, other in zip(here, there, strict=True)]
    assert permutation_p(here, there) == pytest.approx(alone)


@settings(max_examples=50)  # with many areas 20,000 ways are drawn
@given(changes, changes, st.floats(0.1, 10), st.floats(-5, 5))
def test_permutation_p_cares_neither_for_scale_nor_for_a_common_shock(treated, others, factor, shock):
    p = permutation_p(np.round(treated, 3), np.round(others, 3))
    assert smallest_p(len(treated), len(others)) <= p * (1 + 1e-9) or len(treated) + len(others) > 15
    assert p == permutation_p(np.round(treated, 3) * factor + shock, np.round(others, 3) * factor + shock)


# Stayers and movers


def test_decomposition_by_hand():
    # 100 stay: 30 % before, 25 % after. 20 come with 10 %, 10 leave with 80 %.
    got = decompose(stayers=100, yes_before=30, yes_after=25, came=20, yes_came=2, left=10, yes_left=8)
    assert got.stayers == pytest.approx(-0.05)
    assert got.movers_in == pytest.approx(20 / 120 * (0.10 - 0.25))
    assert got.movers_out == pytest.approx(-10 / 110 * (0.80 - 0.30))
    assert got.change == pytest.approx(27 / 120 - 38 / 110)


people = st.integers(0, 800).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


def test_full_time_persons_that_add_up_to_all_movers_are_all_of_them():
    everybody = 0.4 + 2.2 + 2.2 + 2.2  # 7, but for the computer 7.000000000000001
    got = decompose(stayers=93, yes_before=0, yes_after=0, came=7, yes_came=everybody, left=7, yes_left=0)
    assert got.movers_in == pytest.approx(0.07)


@given(
    people,
    people,
    st.integers(1, 800).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n))),
)
def test_the_three_parts_add_up_to_the_change(came, left, stay):
    got = decompose(
        stayers=stay[0],
        yes_before=stay[1],
        yes_after=stay[2],
        came=came[0],
        yes_came=came[1],
        left=left[0],
        yes_left=left[1],
    )
    assert got.stayers + got.movers_in + got.movers_out == pytest.approx(got.change, abs=1e-12)
    if not came[0]:
        assert got.movers_in == 0
    if not left[0]:
        assert got.movers_out == 0


def test_decomposition_without_stayers_is_missing_and_works_on_arrays():
    got = decompose(
        stayers=[100, 0],
        yes_before=[30, 0],
        yes_after=[25, 0],
        came=[0, 9],
        yes_came=[0, 3],
        left=[0, 8],
        yes_left=[0, 1],
    )
    assert got.change[0] == pytest.approx(-0.05)
    assert math.isnan(got.change[1])
    assert math.isnan(got.stayers[1])


# Heterogeneity


@pytest.mark.parametrize("row", published("k_sample.csv"), ids=lambda row: row["case"])
def test_k_sample_chi_square_is_the_published_one(row):
    numerators, denominators = ([int(x) for x in row[key].split()] for key in ("numerators", "denominators"))
    yes, of = np.array(numerators), np.array(denominators)
    pooled = yes.sum() / of.sum()
    got = heterogeneity(yes / of, pooled * (1 - pooled) / of)  # chi-square is Q with the pooled variance
    assert got.statistic == pytest.approx(float(row["chi2"]), rel=float(row["rel"]))
    assert got.p_value == pytest.approx(float(row["p_value"]), rel=float(row["rel"]))
    assert got.df == len(numerators) - 1


def test_cochran_q_by_hand_and_none_among_equal_areas():
    got = heterogeneity([0.1, 0.3], [0.01, 0.04])
    assert got.statistic == pytest.approx(
        0.2**2 / (0.01 + 0.04)
    )  # two areas: the squared z of their difference
    assert got.p_value == pytest.approx(2 * stats.norm.sf(0.2 / math.sqrt(0.05)))
    equal = heterogeneity([0.2, 0.2, 0.2], [0.01, 0.02, 0.03])
    assert (equal.statistic, equal.i2) == (pytest.approx(0, abs=1e-20), 0)


# What is refused


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: did_rates((3.5, 9, 3, 9), (3, 9, 3, 9)), "events must be whole numbers, got 3.5"),
        (
            lambda: did_rates((3, 9, 3, 9), (3, 9, -3, 9)),
            "baseline events elsewhere cannot be negative, got -3",
        ),
        (
            lambda: did_rates(([3, 4], 9, 3, 9), ([3, 4, 5], 9, 3, 9)),
            "events and events elsewhere must be lists of one length.*are 2, 3",
        ),
        (
            lambda: did_shares(*(proportion(x, 9) for x in ([3, 4], [3, 4], [3, 4, 5], 3))),
            "later.*one length",
        ),
        (lambda: permutation_p([1.0], []), "areas on both sides, got 1 and 0"),
        (lambda: permutation_p([[1.0], [2.0]], [1.0, 2.0]), r"as many comparisons.*\(2,\) and \(\)"),
        (lambda: smallest_p(0, 5), "got 0 and 5"),
        (
            lambda: decompose(
                stayers=[9, 9], yes_before=1, yes_after=1, came=[1, 1, 1], yes_came=0, left=0, yes_left=0
            ),
            "yes came and yes left must be lists of one length.*are 2, 3,",
        ),
        (
            lambda: decompose(stayers=9, yes_before=10, yes_after=1, came=0, yes_came=0, left=0, yes_left=0),
            "yes_before exceeds the people it is part of, got 10 and 9",
        ),
        (
            lambda: decompose(stayers=9, yes_before=1, yes_after=1, came=0, yes_came=1, left=0, yes_left=0),
            "yes_came exceeds.*got 1 and 0",
        ),
        (lambda: heterogeneity([0.1, 0.2], [0.01, 0]), "variances must be above zero, got 0"),
        (lambda: heterogeneity([0.1], [0.01]), "two areas or more"),
    ],
)
def test_the_impossible_is_refused_with_its_values(call, message):
    with pytest.raises(InvalidNumber, match=message):
        call()
