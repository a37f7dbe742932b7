"""Effects against comparators, pre-trends, evidence, movers and heterogeneity."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from evalkit.errors import InvalidNumber
from evalkit.estimates.effects import (
    decompose,
    did_rates,
    did_shares,
    evidence_level,
    heterogeneity,
    permutation_p,
    placebo_effect,
    pre_trend,
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


def test_event_study_gives_the_published_coefficients():
    rows = published("organ_donations.csv")
    levels = {row["state"]: [float(row[f"q{i}"]) for i in range(1, 7)] for row in rows}
    here = [levels.pop("California")]
    here, there, before = np.array(here), np.array(list(levels.values())), 2
    got = {
        quarter: placebo_effect(
            here[:, quarter - 1] - here[:, before], there[:, quarter - 1] - there[:, before]
        )
        for quarter in (1, 2, 4, 5, 6)
    }
    expected = {row["quantity"]: row for row in published("organ_donations_expected.csv")}
    for quarter, effect in got.items():
        assert effect.value == pytest.approx(float(expected[f"q{quarter}"]["value"]), abs=1e-9)
    changes = {name: np.mean(row[3:]) - np.mean(row[:3]) for name, row in levels.items()}
    own = np.mean(here[0][3:]) - np.mean(here[0][:3])
    both = placebo_effect([own], list(changes.values()))
    assert both.value == pytest.approx(float(expected["before-after"]["value"]), abs=3e-8)
    # The published cluster error of one treated state, 0.0067, is too small; the spread of the others is not.
    assert (both.upper - both.value) / stats.t.isf(0.025, both.df) > 2 * 0.0067


def test_change_against_38_states_is_the_published_one():
    rows = published("prop99.csv")
    change = {row["state"]: float(row["mean_1989_2000"]) - float(row["mean_1970_1988"]) for row in rows}
    own = change.pop("California")
    got = placebo_effect([own], list(change.values()))
    assert got.value == pytest.approx(-27.34911, abs=1e-5)
    assert got.df == 37


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


# The spread of the comparison areas


def test_placebo_effect_is_the_t_interval_written_out():
    treated, others = [-0.5, -0.3, -0.4, -0.6], [-0.1, 0.0, -0.3, -0.2, 0.1, -0.1]
    got = placebo_effect(treated, others)
    s = np.std(others, ddof=1)
    reach = stats.t.isf(0.025, 5) * s * math.sqrt(1 / 4 + 1 / 6)
    assert (got.value, got.df) == (pytest.approx(-0.45 + 0.1), 5)
    assert bounds(got) == pytest.approx((got.value - reach, got.value + reach))


@pytest.mark.parametrize(("own", "wider"), [(0.9, False), (1.0, False), (1.1, True)])
def test_variance_is_never_below_the_sampling_noise_of_both_means(own, wider):
    treated, others = [-0.5, -0.3], [-0.1, 0.0, -0.3, -0.2]
    spread = np.var(others, ddof=1) * (1 / 2 + 1 / 4)
    # The same noise in every area: v/2 + v/4 of the means equals the spread where v = spread/(3/4).
    v = own * spread / 0.75
    got = placebo_effect(treated, others, treated_variance=[v, v], comparison_variance=v)
    plain = placebo_effect(treated, others)
    assert (got.upper - got.value > (plain.upper - plain.value) * (1 + 1e-9)) == wider
    factor = math.sqrt(max(1.0, own))
    assert got.upper - got.value == pytest.approx((plain.upper - plain.value) * factor)


def test_placebo_effect_covers_and_seldom_calls_a_common_shock_an_effect():
    # Negative binomial counts, phi = 2, a shock of -20 % everywhere; then the path of four years (0.522).
    rng = np.random.default_rng(4)
    for true in (1.0, 0.522):
        before = rng.negative_binomial(60, 0.5, (8000, 16)).clip(1)
        means = np.where(np.arange(16) < 4, 48 * true, 48)
        after = rng.negative_binomial(means, 0.5, (8000, 16)).clip(1)
        change, noise = np.log(after / before), 2 * (1 / after + 1 / before)
        got = placebo_effect(
            change[:, :4], change[:, 4:], treated_variance=noise[:, :4], comparison_variance=noise[:, 4:]
        )
        covered = ((got.lower <= math.log(true)) & (math.log(true) <= got.upper)).mean()
        called = ((got.upper < 0) | (got.lower > 0)).mean()
        assert covered >= 0.93
        assert called <= 0.05 if true == 1.0 else called > 0.8


def test_fewer_comparators_say_less_and_none_says_nothing():
    assert math.isnan(placebo_effect([-0.3], []).value)
    one = placebo_effect([-0.3], [-0.1])
    assert one.value == pytest.approx(-0.2)
    assert math.isnan(one.lower)
    assert math.isnan(one.upper)
    two, many = placebo_effect([-0.3], [-0.2, 0.0]), placebo_effect([-0.3], [-0.2, 0.0] * 6)
    assert two.upper - two.lower > many.upper - many.lower


changes = st.lists(st.floats(-2, 2), min_size=2, max_size=12)


@given(changes, changes, st.floats(-1, 1), st.randoms(use_true_random=False))
def test_relabelling_areas_or_moving_all_of_them_changes_no_effect(treated, others, shock, random):
    assume(np.std(others) > 1e-6)
    one = placebo_effect(treated, others)
    moved = [x + shock for x in random.sample(others, len(others))]
    other = placebo_effect([x + shock for x in treated[::-1]], moved)
    assert (one.value, *bounds(one)) == pytest.approx((other.value, *bounds(other)), rel=1e-6, abs=1e-9)


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


# Before the plan, and what may be said


def test_pre_trend_is_the_difference_in_slope_over_the_years_before():
    years = [2015, 2016, 2017]
    here = [[0.0, 0.1, 0.2], [0.5, 0.6, 0.7]]
    there = [[0.0, 0.0, 0.0], [0.0, 0.05, 0.1], [0.2, 0.15, 0.1]]
    got = pre_trend(here, there, years)
    assert got.value == pytest.approx(0.1)
    assert got.df == 2


@pytest.mark.parametrize(("years", "told"), [(1, False), (2, False), (3, True), (4, True)])
def test_pre_trend_needs_three_years(years, told):
    rng = np.random.default_rng(0)
    got = pre_trend(rng.normal(size=(4, years)), rng.normal(size=(12, years)), range(years))
    assert math.isfinite(got.value) == told


def sound(lower: float, upper: float) -> Estimate:
    return Estimate((lower + upper) / 2, lower, upper, 0.95, "placebo spread")


@pytest.mark.parametrize(
    ("given_", "level"),
    [
        ({"baseline": False, "n_treated": 4, "n_comparison": 12, "trend": sound(-1, 1)}, 1),
        ({"baseline": True, "n_treated": 4, "n_comparison": 0, "trend": None}, 2),
        ({"baseline": True, "n_treated": 4, "n_comparison": 1, "trend": sound(-1, 1)}, 2),
        ({"baseline": True, "n_treated": 4, "n_comparison": 2, "trend": sound(-1, 1)}, 2),  # 1 of 15 ways
        ({"baseline": True, "n_treated": 4, "n_comparison": 3, "trend": sound(-1, 1)}, 3),  # 1 of 35
        ({"baseline": True, "n_treated": 1, "n_comparison": 19, "trend": sound(-1, 1)}, 2),  # p = 0.05
        ({"baseline": True, "n_treated": 1, "n_comparison": 20, "trend": sound(-1, 1)}, 3),
        ({"baseline": True, "n_treated": 4, "n_comparison": 12, "trend": None}, 2),
        ({"baseline": True, "n_treated": 4, "n_comparison": 12, "trend": sound(math.nan, math.nan)}, 2),
        ({"baseline": True, "n_treated": 4, "n_comparison": 12, "trend": sound(0.001, 1)}, 2),
        ({"baseline": True, "n_treated": 4, "n_comparison": 12, "trend": sound(0, 1)}, 3),
        ({"baseline": True, "n_treated": 4, "n_comparison": 12, "trend": sound(-1, -0.001)}, 2),
    ],
)
def test_words_of_cause_need_a_sound_comparator_and_a_tested_pre_trend(given_, level):
    assert evidence_level(**given_) == level


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
        (lambda: placebo_effect([[0.1], [0.2]], [[0.1, 0.2]] * 3), "treated and comparison.*are 2, 3"),
        (
            lambda: placebo_effect([0.1, 0.2], [0.1, 0.2], treated_variance=[1, 1, 1]),
            "treated variance.*are 2, 3",
        ),
        (lambda: placebo_effect([], [0.1, 0.2]), "one area of the plan or more"),
        (lambda: placebo_effect([math.nan], [0.1, 0.2]), "treated must be finite.*nan"),
        (
            lambda: placebo_effect([0.1], [0.1, 0.2], treated_variance=-1),
            "treated variance cannot be negative, got -1",
        ),
        (lambda: permutation_p([1.0], []), "areas on both sides, got 1 and 0"),
        (lambda: permutation_p([[1.0], [2.0]], [1.0, 2.0]), r"as many comparisons.*\(2,\) and \(\)"),
        (lambda: smallest_p(0, 5), "got 0 and 5"),
        (lambda: pre_trend([[1, 2]], [[1, 2, 3]], [2017, 2018]), "got .1, 2. and .1, 3."),
        (lambda: pre_trend([[1, 2]], [[1, 2]], [2017, 2017]), "none twice"),
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
