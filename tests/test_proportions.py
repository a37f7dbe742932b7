"""Shares: published intervals, corners, properties, and what is refused."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from evalkit.errors import InvalidNumber
from evalkit.estimates.proportions import (
    difference,
    difference_p,
    linearised_variance,
    proportion,
    weighted_proportion,
    wilson,
)
from evalkit.terms import Estimate

REFERENCE = Path(__file__).parent / "reference"


def published(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((REFERENCE / name).open(encoding="utf-8")))


def agrees(got: float, row: dict[str, str], column: str, *, percent: float = 1.0) -> None:
    if row[column] == "":
        return
    rel, tolerance = float(row.get("rel") or 0), float(row.get("abs") or 0)
    assert got * percent == pytest.approx(float(row[column]), rel=rel or None, abs=tolerance or None), column


def bounds(one: Estimate) -> tuple[float, float]:
    return one.lower, one.upper


# Published values


@pytest.mark.parametrize("row", published("wilson.csv"), ids=lambda row: row["case"])
def test_proportion_gives_the_published_wilson_interval(row):
    got = proportion(
        float(row["numerator"]), float(row["denominator"]), level=float(row["level"]), whole=False
    )
    for column in ("value", "lower", "upper"):
        agrees(getattr(got, column), row, column)


@pytest.mark.parametrize("row", published("funnel_significance.csv"), ids=lambda row: row["case"])
def test_wilson_interval_classes_areas_against_the_average_as_published(row):
    average = float(row["average"])

    def side(level: float) -> str:
        got = proportion(float(row["numerator"]), float(row["denominator"]), level=level, whole=False)
        return "High" if got.lower > average else "Low" if got.upper < average else ""

    if wide := side(0.998):
        found = f"{wide} (0.001)"
    else:
        found = f"{side(0.95)} (0.025)" if side(0.95) else "Not significant"
    assert found == row["significance"]


@pytest.mark.parametrize("row", published("funnel_limits.csv"), ids=lambda row: row["case"])
def test_wilson_interval_at_a_published_control_limit_just_touches_the_average(row):
    n, average, checked = float(row["denominator"]), float(row["average_pct"]) / 100, 0
    for column, level, side in (
        ("lower_95", 0.95, "upper"),
        ("upper_95", 0.95, "lower"),
        ("lower_998", 0.998, "upper"),
        ("upper_998", 0.998, "lower"),
    ):
        share = float(row[column]) / 100
        if 0 < share < 1:  # the source clips limits outside 0-100
            touched = getattr(proportion(share * n, n, level=level, whole=False), side)
            assert touched == pytest.approx(average, abs=2e-6)
            checked += 1
    assert checked


@pytest.mark.parametrize("row", published("newcombe.csv"), ids=lambda row: row["case"])
def test_difference_gives_the_published_newcombe_interval(row):
    level = float(row["level"])
    later = proportion(int(row["later_numerator"]), int(row["later_denominator"]), level=level)
    earlier = proportion(int(row["earlier_numerator"]), int(row["earlier_denominator"]), level=level)
    got = difference(later, earlier)
    for column in ("value", "lower", "upper"):
        agrees(getattr(got, column), row, column)


def survey(row: dict[str, str], stratum: str = "", level: float = 0.95) -> Estimate:
    """The design of a published case, answer by answer."""
    cells = [cell for cell in published("survey_cells.csv") if cell["design"] == row["design"]]
    cells = [cell for cell in cells if stratum in ("", cell["stratum"])]
    answers, weights, strata = [], [], []
    for cell in cells:
        for answer, column in ((1, "yes"), (0, "no")):
            answers += [answer] * int(cell[column])
            weights += [float(cell["weight"])] * int(cell[column])
            strata += [cell["stratum"]] * int(cell[column])
    people: dict[str, float] | float = {cell["stratum"]: float(cell["population"]) for cell in cells}
    if row["stratified"] == "no":
        people = float(cells[0]["population"])
    return weighted_proportion(
        answers,
        weights,
        strata=strata if row["stratified"] == "yes" else None,
        population=people if row["fpc"] == "yes" else None,
        level=level,
        interval="beta" if row["method"] == "beta" else "wilson",
        truncate=False,  # as R
    )


@pytest.mark.parametrize("row", published("survey_shares.csv"), ids=lambda row: row["case"])
def test_weighted_proportion_gives_the_share_error_and_df_of_r_survey(row):
    if row["only_stratum"] == "E-H":  # the difference of two domains
        one, other = survey(row, "E"), survey(row, "H")
        agrees(difference(one, other).value, row, "value")
        errors = [math.sqrt(e.value * (1 - e.value) / e.effective_n) for e in (one, other)]
        agrees(math.hypot(*errors), row, "se")
        return
    got = survey(row, row["only_stratum"])
    agrees(got.value, row, "value")
    agrees(math.sqrt(got.value * (1 - got.value) / got.effective_n), row, "se")
    if row["df"]:
        assert got.df == int(row["df"])
    if row["method"] == "beta":
        agrees(got.lower, row, "lower")
        agrees(got.upper, row, "upper")
    if row["method"] == "mean":  # the plain t interval, from the same error and quantile
        reach = stats.t.isf(0.025, got.df) * math.sqrt(got.value * (1 - got.value) / got.effective_n)
        agrees(got.value - reach, row, "lower")
        agrees(got.value + reach, row, "upper")


@pytest.mark.parametrize("row", published("survey_means.csv"), ids=lambda row: row["case"])
def test_linearised_variance_gives_the_published_error_of_a_weighted_mean(row):
    data = [line for line in published("survey_means_data.csv") if line["case"] == row["case"]]
    values, weights = (np.array([float(line[k]) for line in data]) for k in ("y", "weight"))
    strata = None if data[0]["stratum"] == "" else [line["stratum"] for line in data]
    population: dict[str, float] | float | None = None
    if data[0]["population"]:
        population = {line["stratum"]: float(line["population"]) for line in data}
        population = population if strata else float(data[0]["population"])
    variance, df = linearised_variance(values, weights, strata, population)
    mean = float(weights @ values / weights.sum())
    agrees(mean, row, "mean")
    agrees(math.sqrt(variance), row, "se")
    if row["df"]:
        assert df == int(row["df"])
        reach = stats.t.isf((1 - float(row["level"])) / 2, int(row["df"])) * math.sqrt(variance)
        agrees(mean - reach, row, "lower")
        agrees(mean + reach, row, "upper")


@pytest.mark.parametrize(
    ("share", "lower", "upper"),
    [
        (0.81402, 0.78986, 0.83598),
        (0.75622, 0.73243, 0.77854),
        (0.81846, 0.79677, 0.83831),
        (0.76020, 0.73554, 0.78323),
    ],
)
def test_wilson_on_an_effective_sample_gives_the_published_limits_of_a_survey(share, lower, upper):
    """European Social Survey, Denmark, stfdem of 6 or more: the sample is found from the width, the two limits follow."""

    def too_wide(n):
        low, high = wilson(share, n, stats.norm.isf(0.025))
        return high - low - (upper - lower)

    found = wilson(share, optimize.brentq(too_wide, 100, 10_000), stats.norm.isf(0.025))
    assert found == pytest.approx((lower, upper), abs=5e-6)  # half of the last digit


# R survey, apiclus1 (tests/testoutput/api.Rout.save): of each of 15 districts drawn, its schools and the sum of api00;
# svymean prints 644.17 and SE 23.542 for districts drawn without replacement from 757.
DISTRICTS = (
    *((11, 7359), (4, 1888), (2, 905), (13, 8593), (2, 1116), (4, 2493), (4, 2077), (16, 11369), (9, 6386)),
    *((34, 22508), (21, 13761), (37, 20394), (13, 9372), (1, 551), (12, 9111)),
)


def test_clusters_give_the_published_error_of_a_mean():
    schools, sums = np.array(DISTRICTS).T
    means = np.repeat(sums / schools, schools)
    clusters = np.repeat(np.arange(15), schools)
    variance, df = linearised_variance(means, np.full(183, 33.847), clusters=clusters)
    assert means.mean() == pytest.approx(644.17, abs=0.005)
    assert math.sqrt(variance * (1 - 15 / 757)) == pytest.approx(23.542, abs=0.0005)
    assert df == 14


def test_a_ratio_of_two_totals_is_a_mean_of_quotients_by_what_they_are_out_of():
    # Two units drawn in each of two strata (Kish 1965, section 6.4): var(y/x) = Σ (d1 - d2)² / x², d = y - (y/x) x.
    events, people = np.array([30.0, 50.0, 20.0, 60.0]), np.array([100.0, 140.0, 90.0, 150.0])
    ratio = 160 / 480
    apart = ((30 - 50) - ratio * (100 - 140)) ** 2 + ((20 - 60) - ratio * (90 - 150)) ** 2
    variance, df = linearised_variance(
        events / people, people, strata=["a", "a", "b", "b"], clusters=["1", "2", "1", "2"]
    )
    assert variance == pytest.approx(apart / 480**2)
    assert df == 2


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), min_size=4, max_size=30))
def test_units_of_one_respondent_are_no_units(people):
    said, weights = (np.array(one, dtype=float) for one in zip(*people, strict=True))
    alone = weighted_proportion(said, weights, clusters=np.arange(len(said)))
    assert alone == weighted_proportion(said, weights)


def test_answers_of_one_unit_that_are_alike_count_for_less():
    said, units = np.repeat([1, 0, 1, 1], 25), np.repeat([1, 2, 3, 4], 25)
    drawn = weighted_proportion(said, np.ones(100), clusters=units)
    assert (drawn.value, drawn.df) == (0.75, 3)
    assert drawn.effective_n == pytest.approx(3)  # 0.75 0.25 / V, V = 0.75 0.25 / 3 of four units


# Corners


@pytest.mark.parametrize(
    ("numerator", "denominator", "value", "lower", "upper"),
    [
        (0, 20, 0.0, 0.0, 0.16113),  # Newcombe 1998
        (20, 20, 1.0, 0.83887, 1.0),
        (0, 1, 0.0, 0.0, 0.79345),
        (1, 1, 1.0, 0.20655, 1.0),
    ],
)
def test_proportion_at_the_corners(numerator, denominator, value, lower, upper):
    got = proportion(numerator, denominator)
    assert got.value == value
    # statsmodels leaves 1e-18 and 1 - 1e-16 here, which would print as "not quite nobody".
    assert bounds(got) == pytest.approx((lower, upper), abs=5e-6)
    assert got.lower == 0 or numerator
    assert got.upper == 1 or numerator < denominator


def test_share_of_nobody_is_missing_and_never_a_number():
    got = proportion(0, 0)
    assert all(math.isnan(x) for x in (got.value, got.lower, got.upper))
    empty = weighted_proportion([], [])
    assert math.isnan(empty.value)
    assert empty.respondents == 0


def test_arrays_and_single_numbers_give_the_same():
    together = proportion([0, 15, 20], [0, 148, 20])
    for i, (x, n) in enumerate([(0, 0), (15, 148), (20, 20)]):
        alone = proportion(x, n)
        for column in ("value", "lower", "upper"):
            assert getattr(together, column)[i] == pytest.approx(
                getattr(alone, column), nan_ok=True, rel=1e-12
            )


def test_full_time_persons_may_be_fractional_only_when_asked_for():
    assert proportion(12.25, 100, whole=False).value == 0.1225
    with pytest.raises(InvalidNumber, match=r"whole numbers, got 12\.25"):
        proportion(12.25, 100)


@pytest.mark.parametrize("said", [0, 1])
def test_weighted_share_of_none_or_all_never_has_an_interval_of_no_width(said):
    weights = np.linspace(0.5, 2, 40)
    got = weighted_proportion([said] * 40, weights)
    kish = 40 * (weights @ weights) / weights.sum() ** 2
    assert got.effective_n == pytest.approx(40 / kish)
    assert got.upper - got.lower > 0.05


@pytest.mark.parametrize("said", [0, 1])
def test_a_weighted_share_of_none_or_all_is_exactly_0_or_1_whatever_the_weights(said):
    # Their sums, taken in two orders, differ in the last digit: a quotient of 1.0000000000000002 was published.
    weights = np.array([1.28, 1.653, 0.955, 1.391, 1.132, 1.95, 0.941, 0.813, 1.575, 1.1] * 12)
    for n in range(1, 121):
        strata = None if n % 2 else ["m", "f"] * (n // 2) if n > 3 else None
        got = weighted_proportion([said] * n, weights[:n], strata=strata)
        assert got.value == said, n
        assert (got.lower, got.upper)[said] == said, n
        assert not math.isnan(difference_p(got, got)), n


def test_an_answer_that_weighs_next_to_nothing_leaves_a_share_inside_its_interval():
    got = weighted_proportion([1, 1, 0], [1e17, 1e17, 1.0])
    assert 0 <= got.lower <= got.value <= got.upper <= 1


def test_fractions_of_persons_that_add_up_to_everybody_are_everybody():
    everybody = 0.4 + 2.2 + 2.2 + 2.2  # 7, but for the computer 7.000000000000001
    got = proportion(everybody, 7, whole=False)
    assert (got.value, got.upper) == (1, 1)
    with pytest.raises(InvalidNumber, match=r"got 7\.0001 and 7"):
        proportion(7.0001, 7, whole=False)


def test_strata_without_variance_fall_back_on_the_design_effect():
    # Everyone in one cell says yes and no one in the other: V = 0, though the share is 0.5.
    got = weighted_proportion([1] * 10 + [0] * 10, [1.0] * 20, strata=["a"] * 10 + ["b"] * 10)
    assert got.effective_n == pytest.approx(20)
    assert got.lower < 0.35
    assert got.upper > 0.65


@pytest.mark.parametrize("times", [1e2, 1e3, 1e4, 1e5, 1e9])
def test_one_runaway_weight_is_never_worth_more_than_all_answers(times):
    # Kish by hand: (352 + k)^2 / (352 + k^2), one answer in the end; p(1-p)/V says 977 of 353 at 100,000.
    got = weighted_proportion([1] + [1] * 250 + [0] * 102, [2.5 * times] + [2.5] * 352)
    assert got.effective_n <= got.respondents == 353
    assert got.respondents / got.design_effect == pytest.approx((352 + times) ** 2 / (352 + times**2))


def test_strata_that_help_are_truncated_at_a_simple_random_sample():
    # svypd of the WHO's coverage surveys (Dean and Pagano 2015), "truncate": a design effect below 1 is 1.
    answers, strata = [1] * 45 + [0] * 5 + [1] * 5 + [0] * 45, ["a"] * 50 + ["b"] * 50
    assert weighted_proportion(answers, [1.0] * 100, strata=strata, truncate=False).effective_n > 200
    got = weighted_proportion(answers, [1.0] * 100, strata=strata)
    tail = stats.norm.sf(stats.t.isf(0.025, 98))
    assert got.effective_n == 100
    assert bounds(got) == pytest.approx(proportion_confint(50, 100, 2 * tail, "wilson"))
    # Of 400 residents of whom 100 were asked, a simple sample is worth 100/(1 - 1/4); of whom all were, all is known.
    for people, worth in ((400, 100 / 0.75), ({"a": 200, "b": 200}, 100 / 0.75)):
        described = weighted_proportion(answers, [1.0] * 100, strata=strata, population=people)
        assert described.effective_n == pytest.approx(worth)


def test_one_respondent_reads_as_one_of_one():
    got = weighted_proportion([1], [3.0])
    assert bounds(got) == pytest.approx(bounds(proportion(1, 1)))
    assert (got.respondents, got.df) == (1, 0)


def test_equal_weights_are_the_simple_share_with_the_t_quantile():
    answers = [1] * 62 + [0] * 38
    got = weighted_proportion(answers, [7.0] * 100)
    n_eff = 0.62 * 0.38 / (0.62 * 0.38 / 99)  # s^2/n with n - 1
    assert got.value == pytest.approx(0.62)
    assert got.effective_n == pytest.approx(n_eff)
    tail = stats.norm.sf(stats.t.isf(0.025, 99))
    assert bounds(got) == pytest.approx(proportion_confint(0.62 * n_eff, n_eff, 2 * tail, "wilson"))


def test_post_stratified_variance_is_the_sum_over_cells():
    # V = sum of W^2 (1 - f) p (1 - p)/(n - 1), written out by hand for two cells.
    yes, n, people = np.array([30, 12]), np.array([40, 20]), np.array([600, 900])
    answers = [1] * 30 + [0] * 10 + [1] * 12 + [0] * 8
    cells = ["young"] * 40 + ["old"] * 20
    weights = [600 / 40] * 40 + [900 / 20] * 20
    share, part = yes / n, people / people.sum()
    for population, left in ((None, 1.0), ({"young": 600, "old": 900}, 1 - n / people)):
        got = weighted_proportion(answers, weights, strata=cells, population=population)
        variance = np.sum(part**2 * left * share * (1 - share) / (n - 1))
        assert got.value == pytest.approx(part @ share)
        assert got.effective_n == pytest.approx(got.value * (1 - got.value) / variance)
    assert got.df == 58


def test_plan_share_over_areas_is_population_weighted_when_areas_are_strata():
    # methods: sum of (N_a/N) p_a with V = sum of (N_a/N)^2 V_a, never respondents pooled unweighted
    areas = {"north": (1000, 80, 60), "south": (3000, 50, 20)}
    answers, weights, strata = [], [], []
    for name, (people, n, yes) in areas.items():
        answers += [1] * yes + [0] * (n - yes)
        weights += [people / n] * n
        strata += [name] * n
    plan = weighted_proportion(answers, weights, strata=strata)
    assert plan.value == pytest.approx(0.25 * 0.75 + 0.75 * 0.4)
    variance = 0.25**2 * 0.75 * 0.25 / 79 + 0.75**2 * 0.4 * 0.6 / 49
    assert plan.effective_n == pytest.approx(plan.value * (1 - plan.value) / variance)


def test_respondents_with_weight_zero_do_not_count():
    answers, weights = [1, 0, 1, 1, 0, 1], [1.0, 2.0, 1.0, 1.0, 3.0, 0.0]
    assert weighted_proportion(answers, weights) == weighted_proportion(answers[:5], weights[:5])


def test_population_narrows_and_the_conservative_option_widens_the_interval():
    rng = np.random.default_rng(7)
    answers, weights = rng.integers(0, 2, 300), rng.uniform(0.5, 2, 300)
    process = weighted_proportion(answers, weights)
    today = weighted_proportion(answers, weights, population=900)
    careful = weighted_proportion(answers, weights, interval="beta")
    assert today.upper - today.lower < process.upper - process.lower < careful.upper - careful.lower


# The difference and its p


def test_difference_agrees_with_statsmodels_where_that_serves_plain_counts():
    got = difference(proportion(7, 34), proportion(1, 34))
    assert bounds(got) == pytest.approx(
        confint_proportions_2indep(7, 34, 1, 34, method="newcomb", compare="diff")
    )


def test_difference_is_missing_where_a_share_is():
    got = difference(proportion([5, 0], [20, 0]), proportion([8, 8], [20, 20]))
    assert math.isnan(got.value[1])
    assert math.isnan(got.lower[1])
    assert not math.isnan(got.value[0])


def test_difference_refuses_two_levels():
    with pytest.raises(InvalidNumber, match=r"one level, got 0\.95 and 0\.9"):
        difference(proportion(5, 20), proportion(8, 20, level=0.9))


@pytest.mark.parametrize(("earlier", "sees"), [(45, False), (46, False), (47, True), (48, True)])
def test_p_is_below_five_percent_exactly_when_the_interval_leaves_zero_out(earlier, sees):
    # 33 of 100 against more and more: the edge lies between 46 and 47.
    later, then = proportion(33, 100), proportion(earlier, 100)
    assert (difference(later, then).upper < 0) == sees
    assert (difference_p(later, then) < 0.05) == sees


counted = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counted, counted)
def test_p_of_a_difference_is_the_level_at_which_its_interval_touches_zero(one, other):
    p = difference_p(proportion(*one), proportion(*other))
    assert 0 <= p <= 1
    assume(1e-6 < p < 0.99)
    at = difference(proportion(*one, level=1 - p), proportion(*other, level=1 - p))
    assert min(abs(at.lower), abs(at.upper)) == pytest.approx(0, abs=1e-6)


def test_p_of_weighted_shares_is_coherent_and_equal_shares_give_one():
    rng = np.random.default_rng(3)
    answers, weights = rng.integers(0, 2, 120), rng.uniform(0.5, 2, 120)
    one, other = weighted_proportion(answers, weights), weighted_proportion(1 - answers, weights[::-1])
    p = difference_p(one, other)
    again = [
        weighted_proportion(answers, weights, level=1 - p),
        weighted_proportion(1 - answers, weights[::-1], level=1 - p),
    ]
    at = difference(*again)
    assert min(abs(at.lower), abs(at.upper)) == pytest.approx(0, abs=1e-9)
    assert difference_p(one, one) == 1
    assert math.isnan(difference_p(proportion(0, 0), proportion(3, 9)))
    assert difference_p(proportion(10**9, 10**9), proportion(0, 10**9)) == pytest.approx(0, abs=1e-200)


def test_p_needs_the_shares_themselves():
    gap = difference(proportion(5, 20), proportion(8, 20))
    with pytest.raises(InvalidNumber, match="newcombe"):
        difference_p(gap, proportion(5, 20))


# Properties


@given(counted, st.floats(0.5, 0.999))
def test_interval_lies_inside_zero_and_one_around_the_share(count, level):
    got = proportion(*count, level=level)
    assert 0 <= got.lower <= got.value <= got.upper <= 1
    assert got.lower < got.upper


@given(counted)
def test_counting_the_others_mirrors_the_interval(count):
    x, n = count
    one, other = proportion(x, n), proportion(n - x, n)
    assert bounds(one) == pytest.approx((1 - other.upper, 1 - other.lower), abs=1e-12)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_one_more_in_the_numerator_raises_both_limits(count):
    x, n = count
    fewer, more = proportion(x, n), proportion(x + 1, n)
    assert fewer.lower < more.lower
    assert fewer.upper < more.upper


@given(counted, counted)
def test_difference_stays_within_one_point_either_way_and_turns_with_its_order(one, other):
    there, back = (
        difference(proportion(*one), proportion(*other)),
        difference(proportion(*other), proportion(*one)),
    )
    assert -1 <= there.lower <= there.value <= there.upper <= 1
    assert bounds(there) == pytest.approx((-back.upper, -back.lower), abs=1e-12)


respondents = st.lists(
    st.tuples(st.integers(0, 1), st.floats(0.1, 10), st.sampled_from("abc")), min_size=2, max_size=60
)


@given(respondents, st.floats(0.01, 1000), st.randoms(use_true_random=False))
def test_scaling_weights_renaming_strata_and_order_change_nothing(people, factor, random):
    assume(all(sum(p[2] == s for p in people) != 1 for s in "abc"))
    shuffled = random.sample(people, len(people))
    renamed = {"a": "zone 3", "b": "zone 1", "c": "zone 2"}
    one = weighted_proportion(*zip(*[p[:2] for p in people], strict=True), strata=[p[2] for p in people])
    other = weighted_proportion(
        [p[0] for p in shuffled], [p[1] * factor for p in shuffled], strata=[renamed[p[2]] for p in shuffled]
    )
    for column in ("value", "lower", "upper", "design_effect"):
        assert getattr(one, column) == pytest.approx(getattr(other, column), rel=1e-6, abs=1e-9)
    assert 0 <= one.lower <= one.value + 1e-12
    assert one.value - 1e-12 <= one.upper <= 1
    assert one.design_effect >= 1 - 1e-12
    assert one.effective_n <= len(people)


# What is refused


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: proportion(21, 20), "numerator cannot exceed the denominator, got 21 and 20"),
        (lambda: proportion([3, 9], [5, 8]), "got 9 and 8"),
        (lambda: proportion(1, 0), "got 1 and 0"),
        (lambda: proportion(-1, 20), "numerator cannot be negative, got -1"),
        (lambda: proportion(1, -20), "denominator cannot be negative, got -20"),
        (lambda: proportion(math.nan, 20), "numerator must be finite numbers.*got nan"),
        (lambda: proportion(1, math.inf), "denominator must be finite numbers.*got inf"),
        (lambda: proportion("færre end 5", 20), "numerator must be numbers, got 'færre end 5'"),
        (lambda: proportion(None, 20), "numerator must be"),
        (
            lambda: proportion([1, 2], [3, 4, 5]),
            "numerator and denominator must be lists of one length, or single numbers; their lengths are 2, 3",
        ),
        (lambda: proportion([[1, 2]], [3, 4, 5]), "their lengths are 1 x 2, 3"),
        (
            lambda: difference(proportion([1, 2], 5), proportion([1, 2, 3], 5)),
            "later.*earlier.*2, 2, 2, 3, 3, 3",
        ),
        (lambda: difference_p(proportion([1, 2], 5), proportion([1, 2, 3], 5)), "later.*earlier.*one length"),
        (lambda: linearised_variance(np.ones(2), np.ones(3)), "values, weights must be.*got 2, 3"),
        (lambda: linearised_variance(np.ones(4), np.ones(4), ["a", "a"]), "got 4, 4, 2"),
        (lambda: proportion(1, 20, level=95), "0.95 means 95 %.*got 95"),
        (lambda: proportion(1, 20, level=0), "got 0"),
        (lambda: proportion(1, 20, level=1), "got 1"),
        (lambda: proportion(1, 20, level="0.95"), "got '0.95'"),
        (lambda: weighted_proportion([1, 2], [1, 1]), "answers must be 0 or 1, got 2"),
        (lambda: weighted_proportion([1, math.nan], [1, 1]), "answers must be finite.*nan"),
        (lambda: weighted_proportion([1, 0], [1, -2]), "weights cannot be negative, got -2"),
        (lambda: weighted_proportion([1, 0], [0, 0]), "all 2 weights are zero"),
        (lambda: weighted_proportion([1, 0], [1, math.nan]), "weights must be finite.*nan"),
        (lambda: weighted_proportion([1, 0], [1]), "one length"),
        (lambda: weighted_proportion([1, 0, 1], [1, 1, 1], strata=["a", "a", "b"]), "two respondents.*: b"),
        (lambda: weighted_proportion([1, 0], [1, 1], population=1), "below the 2 respondents, got 1"),
        (lambda: weighted_proportion([1, 0], [1, 1], population={"a": 9}), "needs strata"),
        (
            lambda: weighted_proportion([1, 0], [1, 1], strata=["a", "a"], population={"b": 9}),
            "lacks the strata a",
        ),
        (
            lambda: weighted_proportion([1, 0], [1, 1], strata=["a", "a"], population={"a": 1}),
            "more respondents",
        ),
        (lambda: weighted_proportion([1, 0], [1, 1], interval="wald"), "'wilson' or 'beta', got 'wald'"),
        (lambda: weighted_proportion([1, 0], [1, 1], clusters=["a"]), r"clusters.*\(1,\) for \(2,\)"),
        (
            lambda: weighted_proportion([1, 0, 1], [1, 1, 1], strata=["a", "a", "b"], clusters=[1, 2, 1]),
            "two clusters or more.*: b",
        ),
        (
            lambda: weighted_proportion([1, 0], [1, 1], clusters=[1, 2], population=9),
            "leave the population out",
        ),
    ],
)
def test_the_impossible_is_refused_with_its_values(call, message):
    with pytest.raises(InvalidNumber, match=message):
        call()
