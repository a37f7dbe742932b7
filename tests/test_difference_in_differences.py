"""Pooled changes against pooled changes: by hand, beside statsmodels, at the edges, and where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.tools import add_constant

from evalbook.rehearsal.chance import clustered_counts
from evalkit.errors import InvalidNumber
from evalkit.estimates import difference_in_differences as did
from evalkit.estimates import rates
from evalkit.terms import Estimate


def test_rounding_up_keeps_what_is_a_step_already_and_lifts_the_rest() -> None:
    given = [1.0, 1.01, 1.25, 1.25 + 1e-12, 1.2500001, 2.74, 2.75]
    assert did.rounded_up(given, 0.25).tolist() == [1.0, 1.25, 1.25, 1.25, 1.5, 2.75, 2.75]
    assert did.rounded_up([0.0, 0.05, 0.1, 0.15, 0.151], 0.05).tolist() == [0.0, 0.05, 0.1, 0.15, 0.2]
    with pytest.raises(InvalidNumber, match="step must be above zero"):
        did.rounded_up(1.0, 0)


def test_own_trends_of_two_areas_that_swap_by_hand() -> None:
    # 30 reports in each, half expected later: v = 30/4; X² = 2 · 5²/7.5 = 20/3; Σv - Σv²/Σv = 7.5; (20/3 - 1)/7.5
    found = did.own_trends_of_rates([20, 10], [1000, 1000], [10, 20], [1000, 1000])
    assert found == pytest.approx(np.sqrt((20 / 3 - 1) / 7.5))
    restless = did.own_trends_of_rates([20, 10], [1000, 1000], [10, 20], [1000, 1000], dispersion=4)
    assert restless == pytest.approx(np.sqrt((20 / 3 - 4) / 7.5))
    assert did.own_trends_of_rates([20, 10], [1000, 1000], [10, 20], [1000, 1000], dispersion=7) == 0


def test_own_trends_follow_the_residents_of_each_area() -> None:
    """Reports that follow residents exactly are no trends of an area's own."""
    assert did.own_trends_of_rates([40, 10], [2000, 500], [20, 20], [1000, 1000]) == 0


def test_an_area_that_ends_at_nothing_counts_in_the_own_trends() -> None:
    with_zero = did.own_trends_of_rates([30, 30, 0], [1000] * 3, [30, 30, 12], [1000] * 3)
    without = did.own_trends_of_rates([30, 30], [1000] * 2, [30, 30], [1000] * 2)
    assert without == 0
    assert with_zero > 0.5


@pytest.mark.parametrize(
    ("later", "first"), [([5], [7]), ([5, 0], [7, 0]), ([0, 0], [0, 0]), ([0, 0], [3, 4])]
)
def test_own_trends_of_too_few_areas_are_not_told(later: list[int], first: list[int]) -> None:
    people = [100] * len(later)
    assert np.isnan(did.own_trends_of_rates(later, people, first, people))


def test_own_trends_of_shares_are_those_of_statsmodels() -> None:
    changes, variances = np.array([0.02, -0.07, 0.11, 0.01, 0.05]), np.array([4, 9, 6, 2, 5]) * 1e-4
    other = combine_effects(changes, variances, method_re="chi2")
    assert did.own_trends_of_shares(changes, variances) == pytest.approx(np.sqrt(other.tau2))
    assert np.isnan(did.own_trends_of_shares([0.02], [1e-4]))


def test_concentration_is_one_for_one_area_and_falls_with_every_equal_one() -> None:
    assert did.concentration([1450]) == 1
    assert did.concentration([500, 500, 500, 500]) == 0.25
    assert did.concentration([3000, 1000]) == pytest.approx(0.75**2 + 0.25**2)


def test_the_pooled_difference_by_hand() -> None:
    # 240 -> 120 here, 720 -> 648 elsewhere, φ 2, τ 0.2, four and twelve equal areas, t(11) = 2.201 (any table).
    noise = 2 * (1 / 240 + 1 / 120 + 1 / 720 + 1 / 648)
    made = did.difference_in_change(
        np.log(0.5), np.log(0.9), variance=noise, own_trends=0.2, concentrated=1 / 4 + 1 / 12, df=11
    )
    assert made.value == pytest.approx(np.log(5 / 9))
    assert made.upper - made.value == pytest.approx(2.201 * np.sqrt(noise + 0.04 / 3), abs=2e-4)
    assert made.value - made.lower == pytest.approx(made.upper - made.value)


# Robbins & Davenport 2021, J Stat Softw 97(2): 39 blocks of Seattle with a drug market intervention, 12 quarters before
# it (weighted control blocks alike by construction), four after; reports here, in the weighted control, and per cent.
@pytest.mark.parametrize(
    ("before", "here", "elsewhere", "percent"),
    [
        pytest.param(2780, 788, 986.44, -20.1, id="any crime"),
        pytest.param(142, 46, 68.22, -32.6, id="felonies"),
        pytest.param(197, 45, 71.80, -37.3, id="misdemeanours"),
        pytest.param(74, 20, 23.76, -15.8, id="drugs"),
    ],
)
def test_the_pooled_difference_of_a_published_intervention(before, here, elsewhere, percent) -> None:
    made = did.difference_in_change(
        np.log(here / before),
        np.log(elsewhere / before),
        variance=2 / before + 1 / here + 1 / elsewhere,
        own_trends=0,
        concentrated=0,
    )
    assert 100 * np.expm1(made.value) == pytest.approx(percent, abs=0.05)


def test_a_total_without_a_level_has_no_difference() -> None:
    with np.errstate(divide="ignore"):
        here = np.log(np.array([0.0, 0.5]))
    made = did.difference_in_change(here, -0.1, variance=0.01, own_trends=0.18, concentrated=1, df=11)
    assert np.isnan(made.value[0])
    assert np.isfinite(made.value[1])


def test_the_drift_is_the_least_squares_slope_of_the_gap() -> None:
    years = np.array([2014, 2015, 2016, 2017])
    here, elsewhere = np.array([3.1, 3.3, 3.2, 3.6]), np.array([3.0, 3.1, 3.1, 3.0])
    made = did.drift(
        here, elsewhere, years, variance=np.full(4, 0.01), own_trends=0.05, concentrated=1 / 3, df=11
    )
    slope = OLS(here - elsewhere, add_constant(years - 2014)).fit().params[1]
    assert made.value == pytest.approx(slope)
    # variance 0.01 / Σ(t - mean)² = 0.01/5; t(11), 90 % = 1.796 (any table)
    assert made.upper - made.value == pytest.approx(1.796 * np.sqrt(0.002 + 0.0025 / 3), abs=1e-4)


def test_two_years_before_the_plan_tell_no_drift() -> None:
    made = did.drift([1, 2], [1, 1], [2016, 2017], variance=[0.1, 0.1], own_trends=0, concentrated=1)
    assert np.isnan([made.value, made.lower, made.upper]).all()
    assert not did.equivalent(made, 0.08)


def test_a_year_without_a_level_tells_no_drift() -> None:
    made = did.drift([1, np.nan, 2], [1, 1, 1], [1, 2, 3], variance=[0.1] * 3, own_trends=0, concentrated=1)
    assert np.isnan(made.lower)
    assert not did.equivalent(made, 10)


@pytest.mark.parametrize(
    ("lower", "upper", "inside"),
    [
        (-0.0799, 0.0799, True),
        (-0.08, 0.08, True),
        (-0.0801, 0.0, False),
        (0.0, 0.0801, False),
        (0.081, 0.09, False),
    ],
)
def test_equivalence_needs_the_whole_interval(lower: float, upper: float, inside: bool) -> None:
    assert did.equivalent(Estimate((lower + upper) / 2, lower, upper, 0.9, "drift"), 0.08) is inside


def test_the_margin_adds_up_to_half_the_planned_change() -> None:
    margin = did.equivalence_margin(-0.15, 0.05, 4, relative=True)
    assert (1 - margin) ** 8 == pytest.approx(0.85**4)  # twice as long at the margin is the whole plan
    assert round(100 * margin) == 8
    assert did.equivalence_margin(None, 0.05, 4, relative=False) == pytest.approx(0.0125)
    assert (1 + did.equivalence_margin(None, 0.05, 4, relative=True)) ** 4 == pytest.approx(1.05)


def test_the_drift_that_would_overturn_a_difference() -> None:
    fall = Estimate(-0.6, -1.0, -0.2, 0.95, "d")
    assert did.drift_to_overturn(fall, 4) == pytest.approx(-0.05)
    rise = Estimate(0.6, 0.2, 1.0, 0.95, "d")
    assert did.drift_to_overturn(rise, 4) == pytest.approx(0.05)
    for lower in (0.0, -0.1):
        assert np.isnan(did.drift_to_overturn(Estimate(0.6, lower, 1.0, 0.95, "d"), 4))


@pytest.mark.parametrize(
    ("baseline", "before", "areas", "parallel", "level"),
    [
        (False, True, 12, True, 1),
        (True, True, 12, False, 2),
        (True, False, 12, True, 2),
        (True, True, 4, True, 2),
        (True, True, 5, True, 3),
    ],
)
def test_words_of_cause_need_areas_equivalence_and_a_baseline_before_the_plan(
    baseline: bool, before: bool, areas: int, parallel: bool, level: int
) -> None:
    found = did.evidence_level(baseline=baseline, before_plan=before, areas=areas, parallel=parallel)
    assert found == level


@pytest.mark.parametrize("everybody", [0.7, 1.0, 1.4])
@pytest.mark.parametrize("own", [0.0, 0.2])
@pytest.mark.parametrize(("areas", "size"), [(12, 3), (12, 7), (12, 15), (100, 7)])
def test_no_effect_where_everybody_falls_or_rises_alike(
    everybody: float, own: float, areas: int, size: float
) -> None:
    """Comparison areas of 3, 7 or 15 reports; the plan's four have 60. Dropping zeros gave -0.26 here."""
    reps, years, rng = 1000, np.arange(-3, 5), np.random.default_rng(2017)
    after = years > 0
    here, there = (
        clustered_counts(
            rng,
            mean * np.where(after, everybody, 1) * np.exp(own * rng.standard_normal((reps, n, 1)) * after),
            2.0,
        )
        for mean, n in ((60, 4), (size, areas))
    )
    near = np.concatenate([here, there], axis=1) if 60 / size <= 4 else here
    phi = did.rounded_up(rates.dispersion(near, np.ones(near.shape[1:]), years, bend=0)[0], 0.25)
    ones = np.ones(areas)
    tau = did.own_trends_of_rates(there[..., -1], ones, there[..., 3], ones, dispersion=phi)
    tau = np.maximum(0.18, did.rounded_up(np.nan_to_num(tau), did.OWN_TRENDS_STEP))
    totals = [side.sum(axis=1)[:, at] for side in (here, there) for at in (3, -1)]
    known = np.all([total > 0 for total in totals], axis=0)
    assert known.mean() > 0.99
    totals, phi, tau = [total[known] for total in totals], phi[known], tau[known]
    made = did.difference_in_change(
        np.log(totals[1] / totals[0]),
        np.log(totals[3] / totals[2]),
        variance=phi * sum(1 / total for total in totals),
        own_trends=tau,
        concentrated=1 / 4 + 1 / areas,
        df=areas - 1,
    )
    assert ((made.lower > 0) | (made.upper < 0)).mean() <= 0.05
    assert abs(made.value.mean()) <= 0.04
