"""Rates, ratios, trends and dispersion: published values, corners, properties, and what is refused."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.rates import confint_poisson, confint_poisson_2indep

from evalbook.rehearsal.chance import clustered_counts, stream
from evalkit.errors import InvalidNumber
from evalkit.estimates.rates import (
    annual_change,
    annual_change_p,
    chance_at_most,
    dispersion,
    projected,
    rate,
    ratio,
    ratio_p,
)
from evalkit.terms import Estimate

REFERENCE = Path(__file__).parent / "reference"
ALWAYS = 10**9  # events: the exact interval for any count


def published(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((REFERENCE / name).open(encoding="utf-8")))


def agrees(got: float, row: dict[str, str], column: str, tolerance: str = "abs") -> None:
    if row[column] == "":
        return
    rel, near = float(row.get("rel") or 0), float(row.get(tolerance) or 0)
    assert got == pytest.approx(float(row[column]), rel=rel or None, abs=near or None), column


def bounds(one: Estimate) -> tuple[float, float]:
    return one.lower, one.upper


# Published values


@pytest.mark.parametrize("row", published("rates.csv"), ids=lambda row: row["case"])
def test_rate_gives_the_published_interval(row):
    got = rate(
        int(row["events"]),
        float(row["exposure"]),
        per=float(row["per"]),
        level=float(row["level"]),
        exact_below=int(row["exact_below"]),
    )
    for column in ("value", "lower", "upper"):
        agrees(getattr(got, column), row, column)
    if row["method"]:
        assert got.method == row["method"]


@pytest.mark.parametrize("row", published("rate_ratios.csv"), ids=lambda row: row["case"])
def test_ratio_and_its_p_are_the_published_ones(row):
    # A hypothetical ratio other than 1 is a baseline exposure so many times smaller.
    counted = int(row["events"]), float(row["exposure"]) * float(row["ratio0"])
    counted += int(row["baseline_events"]), float(row["baseline_exposure"])
    below = ALWAYS if row["method"] == "exact-cond" else 0
    if row["one_sided_p"]:
        p = ratio_p(*counted, exact_below=below) / 2  # published one-sided, on the side that was seen
        agrees(p, row | {"one_sided_p": row["one_sided_p"].removeprefix("larger:")}, "one_sided_p")
    else:
        got = ratio(*counted, level=float(row["level"]), exact_below=below)
        for column in ("value", "lower", "upper"):
            agrees(getattr(got, column), row, column)


@pytest.mark.parametrize("row", published("poisson_trend.csv"), ids=lambda row: row["case"])
def test_annual_change_gives_the_published_quasi_poisson_trend(row):
    events = [int(x) for x in row["events"].split()]
    years = [int(x) for x in row["years"].split()]
    plain = annual_change(events, 1, years, dispersion=1)
    agrees(math.log1p(plain.value), row, "slope", "slope_abs")
    agrees(100 * plain.value, row, "annual_change_pct")
    agrees((math.log1p(plain.upper) - math.log1p(plain.value)) / stats.norm.isf(0.025), row, "slope_se")
    quasi = annual_change(events, 1, years)
    assert quasi.df == len(years) - 2
    error = (math.log1p(quasi.upper) - math.log1p(quasi.value)) / stats.t.isf(0.025, quasi.df)
    agrees(error, row, "quasi_slope_se")
    phi, df = dispersion(events, 1, years)
    agrees(phi, row, "dispersion")
    assert df == quasi.df


# Corners and thresholds


@pytest.mark.parametrize(("events", "method"), [(0, "exact"), (9, "exact"), (10, "byar"), (11, "byar")])
def test_rate_is_exact_below_ten_events_and_byar_from_ten(events, method):
    got = rate(events, 1000)
    assert got.method == method
    exact = confint_poisson(events, 1.0, method="exact-c")
    assert bounds(got) == pytest.approx(np.nan_to_num(exact), rel=2e-3)  # Byar is that near from ten on


def test_no_events_mean_up_to_3_69_events():
    got = rate(0, 1000)
    assert (got.value, got.lower) == (0, 0)
    assert got.upper == pytest.approx(3.689, abs=5e-4)


@pytest.mark.parametrize(
    ("events", "phi", "method"),
    [(60, 2, "byar"), (20, 2, "byar"), (19, 2, "exact"), (12, 3, "exact"), (30, 1, "byar")],
)
def test_a_dispersion_takes_the_events_as_fewer_independent_ones(events, phi, method):
    """The limits of 60 reports at phi 2 are twice those of 30 independent ones (scipy's chi-square where exact)."""
    got = rate(events, 1000, dispersion=phi)
    assert got.method == method
    assert got.value == events
    if method == "exact":
        low, high = (
            stats.chi2.ppf(0.025, 2 * events / phi) / 2,
            stats.chi2.isf(0.025, 2 * events / phi + 2) / 2,
        )
    else:
        low, high = (getattr(rate(events // phi, 1000), end) for end in ("lower", "upper"))
    assert (got.lower, got.upper) == pytest.approx((phi * low, phi * high))


def test_no_event_leaves_room_for_as_many_more_as_they_cluster():
    assert rate(0, 1000, dispersion=2).upper == pytest.approx(2 * 3.689, abs=0.001)
    assert rate(0, 1000, dispersion=2).lower == 0


def test_a_dispersion_that_is_told_from_few_years_widens_the_interval():
    known, told = rate(40, 1000, dispersion=2), rate(40, 1000, dispersion=2, df=4)
    assert told.lower < known.lower < 40 < known.upper < told.upper


@pytest.mark.parametrize("phi", [1.0, 2.0, 3.0])
def test_the_interval_of_a_level_covers_clustered_events(phi):
    rng = stream(5, "level", phi)
    for mean in (3, 10, 30, 100):
        seen = clustered_counts(rng, np.full(6000, float(mean)), phi)
        got = rate(seen, 1000, dispersion=phi)
        assert ((got.lower <= mean) & (mean <= got.upper)).mean() >= 0.93, mean


def test_byar_is_the_breslow_day_form_and_not_the_one_with_half_an_event_more():
    o, z = 15, stats.norm.isf(0.025)
    breslow_day = (o + 1) * (1 - 1 / (9 * (o + 1)) + z / (3 * math.sqrt(o + 1))) ** 3
    rothman_boice = (o + 0.5) * (1 - 1 / (9 * (o + 0.5)) + z / (3 * math.sqrt(o + 0.5))) ** 3
    assert rate(o, 1000).upper == pytest.approx(breslow_day)
    assert rate(o, 1000).upper != pytest.approx(rothman_boice, rel=1e-3)


def test_area_without_residents_has_no_rate():
    got = rate([0, 12], [0, 1200])
    assert math.isnan(got.value[0])
    assert math.isnan(got.lower[0])
    assert math.isnan(got.upper[0])
    assert got.value[1] == 10


@pytest.mark.parametrize(
    ("later", "earlier", "method"),
    [
        (4, 40, "conditional"),
        (5, 40, "log ratio"),
        (6, 40, "log ratio"),
        (40, 4, "conditional"),
        (40, 5, "log ratio"),
        (40, 6, "log ratio"),
        (0, 40, "conditional"),
    ],
)
def test_ratio_is_conditional_when_either_count_is_below_five(later, earlier, method):
    assert ratio(later, 1000, earlier, 1000).method == method


def test_conditional_ratio_holds_where_statsmodels_breaks_at_zero():
    got = ratio(0, 1000, 9, 1000)
    assert (got.value, got.lower) == (0, 0)
    # Clopper-Pearson for 0 of 9, as odds.
    top = stats.beta.isf(0.025, 1, 9)
    assert got.upper == pytest.approx(top / (1 - top))
    # statsmodels 0.15 here: "wald-log" divides by zero, "score" collapses to (0.4268, 0.4268), "mover" gives
    # an upper limit of nan when the baseline is the zero; for one count "midp-c" collapses to (2.996, 2.996).
    # The zero must be able to lie on either side:
    assert ratio(9, 1000, 1, 1000).lower == pytest.approx(1 / ratio(1, 1000, 9, 1000).upper)


def test_log_ratio_agrees_with_statsmodels_away_from_zero():
    got = ratio(41, 28010, 15, 19017)
    assert bounds(got) == pytest.approx(
        confint_poisson_2indep(41, 28010, 15, 19017, method="wald-log", compare="ratio")
    )


@pytest.mark.parametrize("events", [0, 7])
def test_baseline_of_no_events_has_no_ratio(events):
    got = ratio(events, 1000, 0, 1000)
    assert all(math.isnan(x) for x in (got.value, got.lower, got.upper))
    assert math.isnan(ratio_p(events, 1000, 0, 1000))


def test_ratio_without_residents_is_missing():
    got = ratio([0, 30], [0, 1000], [20, 20], [900, 900])
    assert math.isnan(got.value[0])
    assert got.value[1] == pytest.approx(1.35)


@pytest.mark.parametrize(("later", "earlier"), [(30, 60), (3, 9), (0, 9), (2, 2)])
def test_dispersion_and_few_degrees_of_freedom_widen_both_kinds_of_interval(later, earlier):
    plain = ratio(later, 1000, earlier, 1000)
    restless = ratio(later, 1000, earlier, 1000, dispersion=2)
    unsure = ratio(later, 1000, earlier, 1000, dispersion=2, df=8)
    assert plain.upper < restless.upper < unsure.upper
    assert plain.lower > restless.lower > unsure.lower or later == 0
    assert plain.value == restless.value == unsure.value


def test_dispersion_multiplies_the_standard_error_by_its_root():
    got = ratio(45, 1000, 60, 1000, dispersion=2.25, df=12)
    error = 1.5 * math.sqrt(1 / 45 + 1 / 60)
    assert math.log(got.upper / got.value) == pytest.approx(stats.t.isf(0.025, 12) * error)


def test_conditional_interval_covers_an_unchanged_restless_rate():
    # Negative binomial counts, mean 6, phi = 2: at least 95 % of intervals must hold 1.
    rng = np.random.default_rng(11)
    o1, o0 = rng.negative_binomial(6, 0.5, (2, 20_000))
    few = (np.minimum(o1, o0) < 5) & (o0 > 0)
    got = ratio(o1[few], 1000, o0[few], 1000, dispersion=2, df=12)
    assert ((got.lower <= 1) & (got.upper >= 1)).mean() >= 0.95


# p


counts_of_two = st.tuples(st.integers(0, 80), st.integers(1, 80))
restlessness = st.sampled_from([(1.0, None), (2.0, None), (1.7, 12)])


@given(counts_of_two, restlessness)
def test_p_of_a_ratio_is_below_five_percent_exactly_when_the_interval_omits_one(counted, restless):
    phi, df = restless
    later, earlier = counted
    got = ratio(later, 900, earlier, 1000, dispersion=phi, df=df)
    p = ratio_p(later, 900, earlier, 1000, dispersion=phi, df=df)
    assert 0 <= p <= 1
    assert (p < 0.05) == (got.upper < 1 or got.lower > 1)


@given(st.tuples(st.integers(5, 90), st.integers(5, 90)), restlessness)
def test_p_of_a_log_ratio_is_the_level_at_which_its_interval_touches_one(counted, restless):
    later, earlier = counted
    phi, df = restless
    p = ratio_p(later, 1000, earlier, 1000, dispersion=phi, df=df)
    assume(1e-9 < p < 1)
    at = ratio(later, 1000, earlier, 1000, dispersion=phi, df=df, level=1 - p)
    assert min(abs(math.log(at.lower)), abs(math.log(at.upper))) == pytest.approx(0, abs=1e-6)


def test_p_of_a_trend_is_coherent_with_its_interval():
    for events in ([30, 28, 24, 23, 20], [30, 28, 24, 21, 15], [30, 26, 19, 16, 12]):
        got = annual_change(events, 1000, range(5), dispersion=1.2, df=9)
        assert (annual_change_p(got) < 0.05) == (got.upper < 0 or got.lower > 0)
        p = annual_change_p(got)
        at = annual_change(events, 1000, range(5), dispersion=1.2, df=9, level=1 - p)
        assert at.upper == pytest.approx(0, abs=1e-9)


# Trend and dispersion


def glm(events, exposure, years):
    design = sm.add_constant(np.asarray(years, dtype=float) - np.mean(years))
    return sm.GLM(events, design, family=sm.families.Poisson(), offset=np.log(exposure)).fit()


def test_trend_with_changing_population_is_that_of_statsmodels():
    events, people, years = (
        [61, 55, 40, 44, 23],
        [1800, 1750, 1500, 1200, 1210],
        [2017, 2018, 2019, 2020, 2021],
    )
    fit = glm(events, people, years)
    got = annual_change(events, people, years, dispersion=1)
    assert math.log1p(got.value) == pytest.approx(fit.params[1], rel=1e-9)
    reach = stats.norm.isf(0.025) * fit.bse[1]
    assert np.log1p(bounds(got)) == pytest.approx([fit.params[1] - reach, fit.params[1] + reach], rel=1e-7)


def test_projection_has_the_error_that_statsmodels_gives_and_the_later_years_own_events():
    events, people, years = [60, 44, 41, 30], [1000, 1100, 990, 1010], np.arange(2017, 2021)
    design = sm.add_constant(years - 2017.0)
    fit = sm.GLM(events, design, family=sm.families.Poisson(), offset=np.log(people)).fit(scale=2.0)
    ahead = fit.get_prediction([[1.0, 5.0]], offset=[0.0])
    got = projected(events, people, years, 2022, 1050, dispersion=2.0, df=9)
    assert got.value == pytest.approx(float(ahead.predicted_mean[0]), rel=1e-8)
    level_and_slope = float(ahead.linpred.se_mean[0])
    own = 2.0 / (1050 * got.value)
    reach = stats.t.ppf(0.975, 9) * math.sqrt(level_and_slope**2 + own)
    assert math.log(got.upper / got.value) == pytest.approx(reach, rel=1e-8)
    assert math.log(got.value / got.lower) == pytest.approx(reach, rel=1e-8)


@pytest.mark.parametrize(("pace", "ahead"), [(0.0, 1), (-0.15, 1), (-0.15, 2)])
def test_what_is_later_seen_lies_in_the_projection_as_often_as_promised(pace, ahead):
    """Four areas, restless events, a dispersion that is itself estimated: as a plan's page projects it."""
    rng, now, reps = stream(5, "projection", ahead), 4 - ahead, 3000
    years = np.arange(-3, 5)
    people = np.array([1400.0, 1100.0, 1900.0, 1250.0])
    mean = 0.04 * people[:, None] * (1 + pace) ** years.clip(0)
    events = clustered_counts(rng, np.broadcast_to(mean, (reps, *mean.shape)), 2.0)
    so_far = years <= now
    phi, df = dispersion(
        events[..., so_far], np.repeat(people[:, None], so_far.sum(), axis=1), years[so_far], bend=0
    )
    window = (years >= 0) & so_far
    whole, size = events.sum(axis=1), people.sum()
    found = projected(
        whole[:, window], np.full(window.sum(), size), years[window], 4, size, dispersion=phi, df=df
    )
    seen = whole[:, -1] / size
    covered = np.mean((found.lower <= seen) & (seen <= found.upper))
    assert 0.93 <= covered <= 0.985, covered
    # A chance of reaching the planned level that is on average as large as the level is reached often.
    aim = 0.04 * 0.85**4
    assert np.mean(chance_at_most(found, aim)) == pytest.approx(np.mean(seen <= aim), abs=0.03)
    assert chance_at_most(found, found.upper) == pytest.approx(0.975)
    trend = annual_change(whole[:, window], np.full(window.sum(), size), years[window], dispersion=phi, df=df)
    today = whole[:, window][:, -1] / size
    ends = [today * (1 + end) ** ahead for end in (trend.lower, trend.upper)]
    # The trend's interval alone, hung on today's figure, would miss far more often.
    assert np.mean((ends[0] <= seen) & (seen <= ends[1])) < 0.85


def test_projection_without_a_defined_trend_is_missing():
    assert math.isnan(projected([0, 0, 0], 1000, [1, 2, 3], 4, 1000, dispersion=1.0).value)


def test_own_dispersion_is_never_below_one_and_takes_t_a_given_one_takes_z():
    smooth = [100, 85, 72, 61, 52]  # far smoother than chance
    own = annual_change(smooth, 1000, range(5))
    given_phi = annual_change(smooth, 1000, range(5), dispersion=1)
    error = math.log1p(given_phi.upper) - math.log1p(given_phi.value)
    assert math.log1p(own.upper) - math.log1p(own.value) == pytest.approx(
        error / stats.norm.isf(0.025) * stats.t.isf(0.025, 3)
    )
    assert (own.df, given_phi.df) == (3, None)


@pytest.mark.parametrize("events", [[0, 0, 0, 0], [9, 0, 0, 0], [0, 0, 0, 9]])
def test_trend_without_a_defined_slope_is_missing(events):
    got = annual_change(events, 1000, [1, 2, 3, 4])
    assert all(math.isnan(x) for x in (got.value, got.lower, got.upper))


def test_years_may_come_in_any_order():
    one = annual_change([60, 50, 45, 30], [900, 950, 990, 1000], [2017, 2018, 2019, 2020])
    other = annual_change([30, 45, 50, 60], [1000, 990, 950, 900], [2020, 2019, 2018, 2017])
    assert bounds(one) == pytest.approx(bounds(other), rel=1e-12)


def test_dispersion_is_pearson_over_the_trends_of_all_areas():
    rng = np.random.default_rng(5)
    events, years = rng.negative_binomial(20, 0.3, (3, 5)), list(range(2017, 2022))
    people = np.repeat([[1000], [1050], [1100]], 5, axis=1)
    pearson = sum(glm(seen, lived, years).pearson_chi2 for seen, lived in zip(events, people, strict=True))
    assert dispersion(events, people, years) == (pytest.approx(pearson / 9, rel=1e-8), 9)


def test_dispersion_ignores_nan_cells_and_areas_without_a_trend():
    years = [1, 2, 3, 4]
    events = [[30, 50, 20, 40], [60, 50, math.nan, math.nan], [0, 0, 0, 0]]
    alone = dispersion(events[0], 1000, years)
    assert dispersion(events, 1000, years) == alone
    assert alone[1] == 2
    assert dispersion(events, [[math.nan] * 4, [1000] * 4, [1000] * 4], years)[1] == 0


def test_dispersion_is_at_least_one_and_unknown_without_spare_years():
    assert dispersion([100, 85, 72, 61], 1000, [1, 2, 3, 4]) == (1.0, 2)
    for areas, years in ((1, 1), (1, 2), (0, 5), (4, 0), (0, 0)):
        phi, df = dispersion(np.full((areas, years), 30), 1000, range(years))
        assert math.isnan(phi)
        assert df == 0


def test_many_plans_at_once_give_what_each_gives_alone():
    rng = np.random.default_rng(2)
    events = rng.poisson(8, (20, 4, 5)).astype(float)
    events[rng.random(events.shape) < 0.1] = math.nan
    people = rng.integers(800, 2000, events.shape)
    phi, df = dispersion(events, people, range(5))
    for i in range(20):
        alone = dispersion(events[i], people[i], range(5))
        assert (phi[i], df[i]) == (pytest.approx(alone[0]), alone[1])


# Properties


@given(st.integers(0, 3000), st.floats(1, 1e6), st.floats(1e-3, 1e3), st.floats(0.5, 0.999))
def test_scaling_exposure_and_per_together_changes_nothing(events, exposure, factor, level):
    one = rate(events, exposure, per=1000, level=level)
    other = rate(events, exposure * factor, per=1000 * factor, level=level)
    for column in ("value", "lower", "upper"):
        assert getattr(one, column) == pytest.approx(getattr(other, column), rel=1e-9)
    assert 0 <= one.lower <= one.value <= one.upper


@given(st.integers(0, 2000))
def test_one_more_event_raises_both_limits(events):
    # From 9 to 10 the method changes, and still nothing falls.
    fewer, more = rate(events, 1000), rate(events + 1, 1000)
    assert fewer.lower < more.lower
    assert fewer.upper < more.upper


@given(counts_of_two, st.floats(0.01, 100), restlessness)
def test_scaling_both_exposures_changes_no_ratio(counted, factor, restless):
    phi, df = restless
    one = ratio(counted[0], 900, counted[1], 1000, dispersion=phi, df=df)
    other = ratio(counted[0], 900 * factor, counted[1], 1000 * factor, dispersion=phi, df=df)
    assert (one.value, *bounds(one)) == pytest.approx((other.value, *bounds(other)), rel=1e-9)
    assert 0 <= one.lower <= one.value <= one.upper


@given(st.integers(1, 80), st.integers(1, 80), restlessness)
def test_ratio_turns_over_when_the_years_do(later, earlier, restless):
    phi, df = restless
    there = ratio(later, 900, earlier, 1000, dispersion=phi, df=df)
    back = ratio(earlier, 1000, later, 900, dispersion=phi, df=df)
    assert bounds(there) == pytest.approx((1 / back.upper, 1 / back.lower), rel=1e-8)


@given(
    st.lists(st.integers(0, 60), min_size=12, max_size=12),
    st.permutations(range(3)),
    st.permutations(range(4)),
)
def test_the_order_of_areas_and_of_years_changes_no_dispersion(events, areas, years):
    grid = np.reshape(events, (3, 4))
    one = dispersion(grid, 1000, [1, 2, 3, 4])
    other = dispersion(grid[areas][:, years], 1000, np.array([1, 2, 3, 4])[years])
    assert one[1] == other[1]
    assert one[0] == pytest.approx(other[0], rel=1e-9, nan_ok=True)


@given(st.lists(st.integers(1, 60), min_size=5, max_size=5), st.floats(0.01, 100))
def test_scaling_the_exposure_of_every_year_changes_no_trend(events, factor):
    one = annual_change(events, [1000, 1100, 900, 950, 1000], range(5))
    other = annual_change(events, np.array([1000, 1100, 900, 950, 1000]) * factor, range(2017, 2022))
    assert (one.value, *bounds(one)) == pytest.approx((other.value, *bounds(other)), rel=1e-7, abs=1e-10)


# What is refused


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rate([1, 2], [3, 4, 5]), "events and exposure must be lists of one length.*are 2, 3"),
        (
            lambda: ratio([1, 2], [3, 4], [1, 2, 3], [4, 5, 6]),
            "baseline exposure and dispersion.*2, 2, 3, 3, a single number",
        ),
        (
            lambda: ratio([5, 6], 100, 5, 100, dispersion=[1, 1, 1]),
            "and dispersion must be lists of one length",
        ),
        (lambda: ratio([5, 6], 100, 5, 100, dispersion=2, df=[9, 9, 9]), "events and df must be.*are 2, 3"),
        (
            lambda: ratio_p([1, 2], [3, 4], [1, 2, 3], [4, 5, 6]),
            "baseline exposure and dispersion.*one length",
        ),
        (lambda: annual_change([5, 6, 7], [100, 100], [1, 2, 3]), "events and exposure.*are 3, 2"),
        (lambda: annual_change([5, 6, 7], 100, [1, 2]), r"shape \(3,\), but there are 2 years"),
        (
            lambda: annual_change([[5, 6], [7, 8]], 100, [1, 2], dispersion=[1, 1, 1]),
            "series and dispersion.*2, 3",
        ),
        (
            lambda: projected([5, 6, 7], 100, [1, 2, 3], 4, [9, 9], dispersion=[1, 1, 1]),
            "series, people and dispersion.*a single number, 2, 3",
        ),
        (
            lambda: dispersion([[5, 6, 7]], [[100, 100]], [1, 2, 3]),
            "events and exposure.*1 x 3, 1 x 2",
        ),
        (lambda: dispersion([[5, 6, 7]], 100, [1, 2], bend=1), "but there are 2 years"),
        (lambda: rate(-1, 1000), "events cannot be negative, got -1"),
        (lambda: rate(2.5, 1000), "events must be whole numbers, got 2.5"),
        (lambda: rate(math.nan, 1000), "events must be finite numbers.*nan"),
        (lambda: rate(5, math.nan), "exposure must be finite numbers.*nan"),
        (lambda: rate(5, -1), "exposure cannot be negative, got -1"),
        (lambda: rate([4, 5], [100, 0]), "events where exposure is 0, got 5"),
        (lambda: rate(5, 1000, per=0), "per must be above zero"),
        (lambda: rate(5, 1000, level=95), "got 95"),
        (lambda: ratio(5, 100, 5, 100, dispersion=0.9), "dispersion cannot be below 1, got 0.9"),
        (lambda: ratio(5, 100, 5, 100, dispersion=math.nan), "dispersion must be finite"),
        (lambda: ratio(5, 100, 5, 100, df=0), "degrees of freedom must be above zero, got 0"),
        (lambda: ratio(5, 100, 5.5, 100), "baseline events must be whole numbers, got 5.5"),
        (lambda: ratio(5, 100, 5, 0), "baseline events where baseline exposure is 0, got 5"),
        (lambda: annual_change([5, 6], 100, [1, 2]), "two years needs a dispersion from elsewhere"),
        (lambda: annual_change([5], 100, [1]), "two years or more"),
        (lambda: annual_change([5, 6, 7], 100, [1, 2, 2]), "a year occurs twice"),
        (lambda: annual_change([5, 6, 7], 100, [1, 2]), "shape .3,., but there are 2 years"),
        (lambda: annual_change([5, math.nan, 7], 100, [1, 2, 3]), "events must be finite.*nan"),
        (lambda: dispersion([3, 4], [9, 9], [2017, 2017]), "a year occurs twice in .2017.0, 2017.0"),
        (lambda: dispersion([3, -4, 5], 9, [1, 2, 3]), "events cannot be negative, got -4"),
        (lambda: dispersion([3, 4.5, 5], 9, [1, 2, 3]), "events must be whole numbers, got 4.5"),
    ],
)
def test_the_impossible_is_refused_with_its_values(call, message):
    with pytest.raises(InvalidNumber, match=message):
        call()
