"""Weighted rates from answers: the variance of R's survey package, an interval above 0, and refusals."""

import math

import numpy as np
import pytest
from scipy import stats

from evalkit.errors import InvalidNumber
from evalkit.estimates.proportions import weighted_proportion
from evalkit.estimates.survey_rates import weighted_rate

# Two answers drawn in each of two strata.
EVENTS, STRATA = [0, 2, 1, 3], ["a", "a", "b", "b"]


def test_rate_and_interval_are_those_worked_out_by_hand():
    # u = (y - 1.5) / 4: a has -0.375 and 0.125, b has -0.125 and 0.375; of each stratum 2 / 1 * 2 * 0.25^2 = 0.25.
    found = weighted_rate(EVENTS, [1, 1, 1, 1], strata=STRATA, per=100)
    assert (found.value, found.respondents, found.df) == (pytest.approx(150), 4, 2)
    reach = math.exp(stats.t.isf(0.025, 2) * math.sqrt(0.5) / 1.5)
    assert (found.lower, found.upper) == pytest.approx((150 / reach, 150 * reach))


@pytest.mark.parametrize("clusters", [None, ["1", "2", "1", "2", "3", "3", "4", "4"]])
def test_of_none_or_one_event_each_it_is_the_weighted_share_with_the_same_variance(clusters):
    said, weights = [0, 1, 1, 0, 0, 1, 0, 1], [1.0, 2.0, 1.5, 1.0, 0.5, 1.0, 3.0, 1.0]
    share = weighted_proportion(said, weights, clusters=clusters, truncate=False)
    rate = weighted_rate(said, weights, clusters=clusters, per=1)
    variance = share.value * (1 - share.value) / share.effective_n
    error = math.log(rate.upper / rate.value) / stats.t.isf(0.025, rate.df) * rate.value
    assert (rate.value, rate.df) == (pytest.approx(share.value), share.df)
    assert error == pytest.approx(math.sqrt(variance))


def test_whole_districts_drawn_make_the_interval_wider():
    events, drawn = np.repeat([0, 4], 10), np.repeat(np.arange(4), 5)
    one_by_one = weighted_rate(events, np.ones(20))
    by_district = weighted_rate(events, np.ones(20), clusters=drawn)
    assert by_district.value == one_by_one.value == 2000
    assert by_district.upper > one_by_one.upper and by_district.lower < one_by_one.lower


def test_where_nobody_tells_of_an_event_the_upper_limit_is_that_of_no_event_in_so_many():
    found = weighted_rate([0] * 100, [1.0] * 100)
    assert (found.value, found.lower) == (0, 0)
    assert found.upper == pytest.approx(stats.chi2.isf(0.025, 2) / 2 / 100 * 1000)  # exact Poisson: 36.9


def test_where_all_tell_of_as_many_the_interval_has_the_width_of_so_many_events():
    found = weighted_rate([1] * 10, [1.0] * 10)
    assert (found.value, found.lower, found.upper) == pytest.approx(
        (1000, 479.5, 1839.0), abs=0.1
    )  # Garwood 1936


@pytest.mark.parametrize(
    ("events", "weights", "other", "said"),
    [
        ([0.25, 1], [1, 1], {}, "events must be whole numbers, got 0.25"),
        ([-1, 1], [1, 1], {}, "events cannot be negative, got -1"),
        ([0, 1], [1, -1], {}, "weights cannot be negative, got -1"),
        ([0, 1], [0, 0], {}, "all 2 weights are zero"),
        ([0, 1], [1], {}, "must be lists of one length"),
        ([0, 1], [1, 1], {"strata": ["a"]}, "strata must be a list as long as the events"),
        ([0, 1, 1], [1, 1, 1], {"strata": ["a", "a", "b"]}, "merge with a neighbour: b"),
        ([0, 1], [1, 1], {"per": 0}, "per must be above 0, got 0"),
    ],
)
def test_what_is_no_sample_is_refused(events, weights, other, said):
    with pytest.raises(InvalidNumber, match=said):
        weighted_rate(events, weights, **other)
