"""Verdicts, targets, power and progress: every row of the table, every threshold, both polarities."""

from __future__ import annotations

import ast
import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

import evalkit
from evalkit.errors import InvalidNumber
from evalkit.estimates.power import answers_to_see, detectable_change, detectable_trend, years_to_see
from evalkit.estimates.rates import annual_change, ratio
from evalkit.terms import Polarity, Verdict
from evalkit.verdicts import (
    RULES,
    Progress,
    holm,
    judge,
    progress,
    required_pace,
    speaks,
    target_reached,
    with_holm,
)

REFERENCE = Path(__file__).parent / "reference"
LOWER, HIGHER = Polarity.LOWER, Polarity.HIGHER


def published(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((REFERENCE / name).open(encoding="utf-8")))


# The table of the method, section 7. tau = -0.20, smaller is better, in points.

WITH_NUMBER = [
    # lower, upper, verdict, rule
    (-0.40, -0.21, Verdict.REACHED, "interval_beyond_target"),
    (-0.40, -0.20, Verdict.REACHED, "interval_beyond_target"),  # U at tau
    (-0.40, -0.199, Verdict.ON_TRACK, "interval_beyond_half"),
    (-0.20, -0.10, Verdict.ON_TRACK, "interval_beyond_half"),  # L at tau is not off track; U at half of tau
    (-0.199, -0.10, Verdict.OFF_TRACK, "short_of_target_but_improved"),  # off track comes first
    (-0.30, -0.099, Verdict.IMPROVING, "improved_pace_not_shown"),
    (-0.30, -0.001, Verdict.IMPROVING, "improved_pace_not_shown"),
    (-0.30, 0.00, Verdict.CANNOT_TELL, "interval_undecided"),  # U at zero is no improvement
    (-0.30, 0.30, Verdict.CANNOT_TELL, "interval_undecided"),
    (-0.20, 0.30, Verdict.CANNOT_TELL, "interval_undecided"),
    (-0.19, -0.05, Verdict.OFF_TRACK, "short_of_target_but_improved"),
    (-0.19, 0.00, Verdict.OFF_TRACK, "interval_short_of_target"),
    (-0.19, 0.10, Verdict.OFF_TRACK, "interval_short_of_target"),
    (0.00, 0.10, Verdict.OFF_TRACK, "interval_short_of_target"),
    (0.01, 0.10, Verdict.OFF_TRACK, "short_of_target_and_worsened"),
]

WITHOUT_NUMBER = [
    (-0.20, -0.01, Verdict.IMPROVED, "interval_improved"),
    (-0.04, -0.01, Verdict.IMPROVED, "interval_improved"),  # before "little change"
    (-0.20, 0.00, Verdict.CANNOT_TELL, "interval_open"),
    (0.01, 0.20, Verdict.WORSENED, "interval_worsened"),
    (0.00, 0.20, Verdict.CANNOT_TELL, "interval_open"),
    (-0.04, 0.04, Verdict.LITTLE_CHANGE, "interval_inside_delta"),
    (-0.05, 0.05, Verdict.LITTLE_CHANGE, "interval_inside_delta"),  # ends included
    (-0.05, 0.051, Verdict.CANNOT_TELL, "interval_open"),
    (-0.051, 0.05, Verdict.CANNOT_TELL, "interval_open"),
]


@pytest.mark.parametrize(("lower", "upper", "verdict", "rule"), WITH_NUMBER)
def test_goal_with_a_number_follows_the_table_in_both_directions(lower, upper, verdict, rule):
    middle = (lower + upper) / 2
    assert judge(middle, lower, upper, polarity=LOWER, planned_change=-0.20) == (verdict, rule)
    assert judge(-middle, -upper, -lower, polarity=HIGHER, planned_change=0.20) == (verdict, rule)


@pytest.mark.parametrize(("lower", "upper", "verdict", "rule"), WITHOUT_NUMBER)
def test_goal_without_a_number_follows_the_table_in_both_directions(lower, upper, verdict, rule):
    middle = (lower + upper) / 2
    assert judge(middle, lower, upper, polarity=LOWER) == (verdict, rule)
    assert judge(-middle, -upper, -lower, polarity=HIGHER) == (verdict, rule)


def test_every_rule_has_an_example_here():
    seen = {case[3] for case in WITH_NUMBER + WITHOUT_NUMBER} | {
        "hidden",
        "no_data",
        "series_break",
        "too_few",
    }
    assert seen == {rule.name for rule in RULES}
    assert len(RULES) == len(seen)


def test_every_rule_that_a_sentence_asks_for_is_in_the_table():
    asked = set()
    for path in sorted((Path(evalkit.__file__).parent).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare) and getattr(node.left, "attr", "") == "rule":
                asked |= {x.value for x in ast.walk(node) if isinstance(x, ast.Constant)}
    assert {"series_break", "too_few"} <= asked <= {rule.name for rule in RULES}


@pytest.mark.parametrize(
    ("upper", "verdict"),
    [(0.7224, "reached"), (0.7226, "on_track"), (0.8499, "on_track"), (0.8501, "improving")],
)
def test_half_of_the_planned_change_is_half_on_the_log_scale_for_rates(upper, verdict):
    # Two years at -15 %: tau = 0.7225; half the way on the log scale is 0.85, not 0.861.
    got, _ = judge(0.6 - 1, 0.5 - 1, upper - 1, polarity=LOWER, planned_change=0.7225 - 1, scale="relative")
    assert got == verdict


def test_rate_that_fell_to_nothing_can_be_judged():
    got = judge(-1.0, -1.0, -0.3, polarity=LOWER, planned_change=-0.15, scale="relative")
    assert got == (Verdict.REACHED, "interval_beyond_target")


@pytest.mark.parametrize(
    ("flags", "verdict", "rule"),
    [
        ({"hidden": True, "comparable": False, "enough": False}, Verdict.SUPPRESSED, "hidden"),
        ({"comparable": False, "enough": False}, Verdict.CANNOT_TELL, "too_few"),
        ({"comparable": False}, Verdict.CANNOT_TELL, "series_break"),
        ({}, Verdict.IMPROVED, "interval_improved"),
    ],
)
def test_hidden_broken_and_small_cells_are_never_judged_by_their_interval(flags, verdict, rule):
    assert judge(-0.3, -0.4, -0.2, polarity=LOWER, **flags) == (verdict, rule)


def test_too_few_answers_for_a_level_are_too_few_and_not_no_data():
    # Somebody answered, but no level is published, so there is no change to look at.
    nothing = (math.nan, math.nan, math.nan)
    assert judge(*nothing, polarity=LOWER, enough=False) == (Verdict.CANNOT_TELL, "too_few")
    assert judge(*nothing, polarity=LOWER, comparable=False) == (Verdict.NOT_ASSESSABLE, "no_data")


def test_missing_data_are_not_assessable():
    for cells in ((math.nan, math.nan, math.nan), (-0.2, math.nan, math.nan)):
        assert judge(*cells, polarity=LOWER) == (Verdict.NOT_ASSESSABLE, "no_data")
    # A baseline of no events has no ratio, and so no verdict.
    none = ratio(7, 1000, 0, 1000)
    got = judge(none.value, none.lower, none.upper, polarity=LOWER, planned_change=-0.15, scale="relative")
    assert got[0] == Verdict.NOT_ASSESSABLE


def test_arrays_mix_goals_with_and_without_a_number():
    verdicts, rules = judge(
        [-0.3, -0.1, -0.1],
        [-0.4, -0.2, -0.2],
        [-0.25, -0.02, -0.02],
        polarity=LOWER,
        planned_change=[-0.2, -0.2, math.nan],
        hidden=[False, False, False],
    )
    assert list(verdicts) == [Verdict.REACHED, Verdict.IMPROVING, Verdict.IMPROVED]
    assert list(rules) == ["interval_beyond_target", "improved_pace_not_shown", "interval_improved"]


ordered = st.tuples(*[st.floats(-0.9, 0.9)] * 3).map(sorted)


@given(ordered, st.floats(-0.9, 0), st.sampled_from(["points", "relative"]))
def test_a_better_interval_never_gets_a_worse_verdict(cells, planned, scale):
    low, middle, high = cells
    rank = [Verdict.OFF_TRACK, Verdict.CANNOT_TELL, Verdict.IMPROVING, Verdict.ON_TRACK, Verdict.REACHED]
    one, _ = judge(middle, low, high, polarity=LOWER, planned_change=planned, scale=scale)
    better, _ = judge(
        middle - 0.05, low - 0.05, high - 0.05, polarity=LOWER, planned_change=planned, scale=scale
    )
    assert rank.index(better) >= rank.index(one)


@given(ordered, st.floats(0.01, 0.8))
def test_shares_are_judged_alike_in_both_directions(cells, planned):
    low, middle, high = cells
    up = judge(middle, low, high, polarity=HIGHER, planned_change=planned)
    assert judge(-middle, -high, -low, polarity=LOWER, planned_change=-planned) == up


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: judge([0, 0], [-1, -1, -1], 1, polarity=LOWER),
            "change, lower.*one length.*are 2, 3, a single",
        ),
        (
            lambda: judge(0, -1, 1, polarity=LOWER, planned_change=[-1, -1], enough=[True] * 3),
            "enough must be lists",
        ),
        (
            lambda: speaks(([0, 0], [1, 1, 1]), (0, 1), (0, 1), 1, 3, polarity=LOWER),
            "lower, upper, .* and evidence.*one length",
        ),
        (lambda: with_holm([Verdict.REACHED] * 2, [0.1] * 3), "verdict and p holm.*are 2, 3"),
        (lambda: target_reached([1, 2], [1, 2, 3], LOWER), "value and target.*are 2, 3"),
        (
            lambda: detectable_change([0.5, 0.6], [90, 90, 90], 90, scale="points", polarity=LOWER),
            "baseline, size, baseline size and dispersion.*one length",
        ),
        (
            lambda: detectable_trend([50, 60], 4, polarity=LOWER, dispersion=[1, 1, 1]),
            "baseline events and dispersion.*2, 3",
        ),
        (lambda: judge(0, -1, 1, polarity="up"), "'higher_is_better' or 'lower_is_better', got 'up'"),
        (
            lambda: judge(0, -0.1, 0.1, polarity=LOWER, planned_change=0.15),
            "wrong side of the baseline.*0.15",
        ),
        (lambda: judge(0, -0.1, 0.1, polarity=HIGHER, planned_change=-0.15), "wrong side of the baseline"),
        (lambda: judge(0.2, -0.1, 0.1, polarity=LOWER), "lower <= change <= upper.*got -0.1 and 0.2 and 0.1"),
        (lambda: judge(0, -0.1, 0.1, polarity=LOWER, delta=0), "delta must be above zero, got 0"),
        (lambda: judge(0, -0.1, 0.1, polarity=LOWER, scale="log"), "'points' or 'relative', got 'log'"),
        (
            lambda: judge(-1, -1.2, 0, polarity=LOWER, scale="relative"),
            "cannot fall by more than 1, got -1.2",
        ),
    ],
)
def test_judge_refuses_what_cannot_be(call, message):
    with pytest.raises(InvalidNumber, match=message):
        call()


# Holm


def test_holm_gives_the_published_adjusted_p_values():
    rows = published("holm.csv")
    assert holm([float(row["p"]) for row in rows]) == pytest.approx(
        [float(row["holm"]) for row in rows], abs=1e-12
    )


@settings(max_examples=25)  # statsmodels collects garbage at every call
@given(st.lists(st.floats(0, 1), min_size=1, max_size=16))
def test_holm_agrees_with_statsmodels(p):
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1], abs=1e-12)


def test_holm_leaves_hidden_cells_out_and_takes_many_plans_at_once():
    with_gap = holm([0.01, math.nan, 0.04, 0.03])
    assert with_gap == pytest.approx([0.03, math.nan, 0.06, 0.06], nan_ok=True)
    plans = np.random.default_rng(0).random((5, 16))
    assert holm(plans) == pytest.approx(np.array([holm(row) for row in plans]))
    with pytest.raises(InvalidNumber, match=r"between 0 and 1, got 1\.2"):
        holm([0.5, 1.2])


@pytest.mark.parametrize(("p", "kept"), [(0.049, True), (0.05, False), (0.051, False), (math.nan, False)])
def test_holm_takes_back_claims_of_a_move_and_nothing_else(p, kept):
    for verdict in Verdict:
        moves = verdict in {"reached", "on_track", "improving", "improved", "worsened"}
        assert with_holm(verdict, p) == (Verdict.CANNOT_TELL if moves and not kept else verdict)


# Targets


@pytest.mark.parametrize(("value", "reached"), [(72.24, 1), (72.25, 1), (72.26, 0), (math.nan, math.nan)])
def test_number_is_reached_at_the_target_and_beyond(value, reached):
    target = 100 * 0.85**2  # 72.24999999999999 in floating point
    assert target_reached(value, target, LOWER) == pytest.approx(reached, nan_ok=True)
    assert target_reached(-value, -target, HIGHER) == pytest.approx(reached, nan_ok=True)


def test_required_pace_leads_exactly_to_the_target():
    pace = required_pace(80, 52.2, 2, polarity=LOWER)
    assert 80 * (1 + pace) ** 2 == pytest.approx(52.2)
    assert required_pace(50, 52.2, 2, polarity=LOWER) == 0
    assert required_pace(0.6, 0.7, 4, polarity=HIGHER) > 0
    many = required_pace([80, 50, 60], 52.2, [2, 2, 1], polarity=LOWER)
    assert many == pytest.approx([pace, 0, 52.2 / 60 - 1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: required_pace(80, 50, 0, polarity=LOWER), "no year is left.*got 0"),
        (lambda: required_pace(0, 0.5, 2, polarity=HIGHER), "above zero.*got 0 and 0.5"),
        (lambda: target_reached(1, 2, "down"), "got 'down'"),
    ],
)
def test_impossible_targets_are_refused(call, message):
    with pytest.raises(InvalidNumber, match=message):
        call()


# Power


@pytest.mark.parametrize("row", published("power_proportions.csv"), ids=lambda row: row["case"])
def test_detectable_change_of_a_share_is_that_of_power_prop_test(row):
    n, start = float(row["n_per_group"]), float(row["baseline"])
    kind = {"scale": "points", "power": float(row["power"]), "level": float(row["level"])}
    got = detectable_change(start, n, n, polarity=HIGHER, **kind)
    assert got == pytest.approx(float(row["later"]) - start, abs=1e-4)
    assert detectable_change(1 - start, n, n, polarity=LOWER, **kind) == pytest.approx(-got, abs=1e-9)


def test_safety_shows_about_eleven_points_per_area_and_five_to_six_for_the_plan():
    assert detectable_change(0.65, 300, 300, scale="points", polarity=HIGHER) == pytest.approx(0.11, abs=0.01)
    assert 0.05 < detectable_change(0.65, 1200, 1200, scale="points", polarity=HIGHER) < 0.06


@pytest.mark.parametrize("baseline", [60, 240])
def test_detectable_change_of_a_rate_is_seen_in_four_of_five_plans(baseline):
    rng = np.random.default_rng(8)
    fall = detectable_change(baseline, 1, 1, scale="relative", polarity=LOWER, dispersion=2)
    before = rng.negative_binomial(baseline, 0.5, 20_000)
    after = rng.negative_binomial(baseline * (1 + fall), 0.5, 20_000)
    got = ratio(after, 1, before, 1, dispersion=2)
    assert (got.upper < 1).mean() == pytest.approx(0.8, abs=0.03)


def test_detectable_trend_is_seen_in_four_of_five_plans():
    rng = np.random.default_rng(9)
    pace = detectable_trend(240, 5, polarity=LOWER, dispersion=2)
    means = 240 * (1 + pace) ** np.arange(5)
    got = annual_change(rng.negative_binomial(means, 0.5, (5000, 5)), 1, range(5), dispersion=2)
    assert (got.upper < 0).mean() == pytest.approx(0.8, abs=0.03)


def test_the_common_shortcut_promises_more_than_it_holds():
    # -51 %, -30 % and -7.8 % a year come from the variance of an unchanged count; the truth is a little worse.
    needed = 1.959964 + 0.841621
    for events, shortcut in ((60, -0.51), (240, -0.30)):
        assert math.exp(-needed * math.sqrt(2 * 2 / events)) - 1 == pytest.approx(shortcut, abs=0.006)
        true = detectable_change(events, 1, 1, scale="relative", polarity=LOWER, dispersion=2)
        assert shortcut - 0.09 < true < shortcut
    assert math.exp(-needed * math.sqrt(2 / (240 * 10))) - 1 == pytest.approx(-0.078, abs=0.001)
    assert -0.088 < detectable_trend(240, 5, polarity=LOWER, dispersion=2) < -0.078


def test_nothing_can_be_seen_where_even_the_best_value_would_not_stand_out():
    assert math.isnan(detectable_change(0.99, 30, 30, scale="points", polarity=HIGHER))
    assert math.isnan(detectable_change(1.0, 300, 300, scale="points", polarity=HIGHER))
    assert math.isnan(detectable_change(2, 1, 1, scale="relative", polarity=LOWER, dispersion=2))
    assert math.isnan(detectable_trend(1, 5, polarity=LOWER))
    assert 0.1 < detectable_change(0.0, 50, 50, scale="points", polarity=HIGHER) < 0.2


@given(st.floats(0.05, 0.95), st.integers(20, 2000), st.integers(20, 2000))
def test_more_respondents_never_hide_a_change(share, now, then):
    kind = {"scale": "points", "polarity": HIGHER}
    few, many = detectable_change(share, now, then, **kind), detectable_change(share, 2 * now, then, **kind)
    assert math.isnan(few) or many < few


def test_one_vandalism_area_needs_years_to_show_the_planned_pace():
    # 60 reports a year, phi = 2: no single year's -15 % is visible; the path is only after several.
    one_area = years_to_see(60, 1, -0.15, scale="relative", dispersion=2)
    plan = years_to_see(240, 1, -0.15, scale="relative", dispersion=2)
    assert one_area == next(t for t in range(1, 30) if 0.85**t - 1 <= -0.5925)
    assert plan == next(t for t in range(1, 30) if 0.85**t - 1 <= -0.329)
    assert years_to_see(60, 1, -0.15, scale="relative", dispersion=2, by="trend") <= one_area
    assert np.isnan(years_to_see(1, 1, -0.01, scale="relative", up_to=10))
    assert years_to_see(0.65, 300, 0.04, scale="points") == 3


@pytest.mark.parametrize("annual", [-0.15, -0.05, 0.1])
@pytest.mark.parametrize("by", ["change", "trend"])
def test_years_to_see_are_the_first_in_which_the_plan_is_past_what_can_be_seen(annual, by):
    rates = np.array([0.02, 0.04, 0.06])
    kind = {"polarity": LOWER if annual < 0 else HIGHER, "dispersion": 1.5, "df": 9}
    years = np.arange(2 if by == "trend" else 1, 31)

    def seen(rate, t):
        if by == "trend":
            return abs(annual) >= abs(detectable_trend(rate * 1400, t + 1, **kind))
        return abs((1 + annual) ** t - 1) >= abs(
            detectable_change(rate, 1400, 1400, scale="relative", **kind)
        )

    found = years_to_see(rates, 1400, annual, scale="relative", by=by, dispersion=1.5, df=9)
    assert found.tolist() == [next(t for t in years if seen(rate, int(t))) for rate in rates]


def test_answers_to_see_agree_with_r_and_with_what_can_be_detected():
    # R's help page of power.prop.test: power.prop.test(p1 = .50, p2 = .75, power = .90)  # =>  n = 76.7
    assert round(answers_to_see(0.5, 0.25, power=0.9), 1) == 76.7
    shares, step = np.array([0.2, 0.65, 0.9]), 0.05
    sizes = answers_to_see(shares, step)
    assert detectable_change(shares, sizes, sizes, scale="points", polarity=HIGHER) == pytest.approx(step)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: answers_to_see(1.2, 0.1), "between 0 and 1, got 1.2"),
        (lambda: answers_to_see(0.5, 0), "change of 0 can never be seen.*got 0.5 and 0"),
        (lambda: answers_to_see(1.0, 0.1), "change of 0 can never be seen.*got 1 and 0.1"),
        (lambda: years_to_see(60, 0, -0.1, scale="relative"), "sizes must be above zero, got 0"),
        (lambda: years_to_see(1.5, 60, 0.1, scale="points"), "between 0 and 1, got 1.5"),
        (
            lambda: detectable_change(0.5, 0, 9, scale="points", polarity=LOWER),
            "sizes must be above zero, got 0",
        ),
        (lambda: detectable_change(1.5, 9, 9, scale="points", polarity=LOWER), "between 0 and 1, got 1.5"),
        (lambda: detectable_change(0, 9, 9, scale="relative", polarity=LOWER), "baseline above zero, got 0"),
        (lambda: detectable_change(0.5, 9, 9, scale="log", polarity=LOWER), "got 'log'"),
        (
            lambda: detectable_change(0.5, 9, 9, scale="points", polarity=LOWER, power=80),
            "0.8 means 80 %.*got 80",
        ),
        (lambda: detectable_trend(0, 5, polarity=LOWER), "baseline above zero, got 0"),
        (lambda: detectable_trend(50, 1, polarity=LOWER), "two years or more, got 1"),
        (lambda: years_to_see(60, 1, 0, scale="relative"), "planned change of 0"),
        (lambda: years_to_see(60, 1, -15, scale="relative"), "-0.15 means 15 %, got -15"),
        (lambda: years_to_see(0.5, 60, 0.1, scale="points", by="trend"), "got 'trend' for 'points'"),
    ],
)
def test_impossible_questions_of_power_are_refused(call, message):
    with pytest.raises(InvalidNumber, match=message):
        call()


# Published progress rules: the limits of each, below, at and above


@pytest.mark.parametrize(
    ("rule", "growth", "word"),
    [
        ("statcan", 0.0151, "substantial"),
        ("statcan", 0.0149, "moderate"),
        ("statcan", 0.0051, "moderate"),
        ("statcan", 0.0049, "limited"),
        ("statcan", 0.0, "limited"),
        ("statcan", -0.0001, "deterioration"),
        ("unsd", 0.0201, "substantial"),
        ("unsd", 0.0199, "moderate"),
        ("unsd", 0.0051, "moderate"),
        ("unsd", 0.0049, "stagnation"),
        ("unsd", -0.2, "stagnation"),
        ("istat", 0.0501, "substantial"),
        ("istat", 0.0499, "moderate"),
        ("istat", 0.0101, "moderate"),
        ("istat", 0.0099, "stable"),
        ("istat", -0.0099, "stable"),
        ("istat", -0.0101, "slight_deterioration"),
        ("istat", -0.0499, "slight_deterioration"),
        ("istat", -0.0501, "deterioration"),
    ],
)
def test_progress_follows_the_published_limits_in_both_directions(rule, growth, word):
    assert progress((1 + growth) ** 3, 1, 3, polarity=HIGHER, rule=rule) == word
    if growth:
        assert progress((1 - growth) ** 3, 1, 3, polarity=LOWER, rule=rule) == word


@pytest.mark.parametrize(
    ("rule", "value", "word"),
    [
        ("statcan", 1.015, "substantial"),
        ("statcan", 1.005, "moderate"),
        ("statcan", 1.0, "limited"),
        ("unsd", 1.02, "substantial"),
        ("unsd", 1.005, "moderate"),
        ("istat", 1.05, "moderate"),
        ("istat", 1.01, "stable"),
        ("istat", 0.99, "slight_deterioration"),
        ("istat", 0.95, "deterioration"),
    ],
)
def test_progress_exactly_at_a_limit_is_the_class_that_the_source_says(rule, value, word):
    assert progress(value, 1, 1, polarity=HIGHER, rule=rule) == word
    assert progress(2 - value, 1, 1, polarity=LOWER, rule=rule) == word


def test_progress_is_not_available_without_values_and_knows_its_tone():
    assert progress(math.nan, 1, 1, polarity=LOWER, rule="unsd") is Progress.NOT_AVAILABLE
    assert progress(5, 0, 1, polarity=LOWER, rule="unsd") is Progress.NOT_AVAILABLE
    assert progress(0, 5, 1, polarity=LOWER, rule="unsd") is Progress.SUBSTANTIAL
    tones = {word: word.tone for word in Progress}
    assert {tones[Progress.SUBSTANTIAL], tones[Progress.DETERIORATION], tones[Progress.STABLE]} == {
        "good",
        "ill",
        "open",
    }
    with pytest.raises(InvalidNumber, match="statcan, unsd, istat, got 'oecd'"):
        progress(1, 1, 1, polarity=LOWER, rule="oecd")
    with pytest.raises(InvalidNumber, match="above zero, got 0"):
        progress(1, 1, 0, polarity=LOWER, rule="unsd")


@pytest.mark.parametrize(
    ("lower", "upper", "evidence", "higher", "lower_is_better"),
    [
        (0.001, 0.2, 3, 1, -1),
        (0.0, 0.2, 3, 0, 0),  # an interval that touches nought tells nothing
        (-0.2, -0.001, 3, -1, 1),
        (0.001, 0.2, 2, 0, 0),  # too weak a comparison, however large the difference
        (0.001, 0.2, float("nan"), 0, 0),
        (float("nan"), float("nan"), 3, 0, 0),
    ],
)
def test_a_comparison_speaks_only_beyond_its_interval_and_from_evidence_level_three(
    lower, upper, evidence, higher, lower_is_better
):
    given = (lower, upper), (lower, upper), (-0.0001, 0.0001), lower if lower > 0 else upper, evidence
    assert speaks(*given, polarity="higher_is_better") == higher
    assert speaks(*given, polarity="lower_is_better") == lower_is_better


@pytest.mark.parametrize(
    ("several_years", "drift", "overturn", "way"),
    [
        ((0.1, 0.3), (-0.01, 0.02), 0.021, 1),
        ((0.1, 0.3), (-0.01, 0.02), 0.02, 0),  # a drift as large as the interval allows would do it
        ((0.1, 0.3), (-0.02, -0.001), 0.021, 0),  # what fell before the plan may have risen again by itself
        ((0.1, 0.3), (-0.02, 0.0), 0.021, 1),
        ((0.1, 0.3), (0.005, 0.02), 0.019, 0),  # though the drift before the plan is shown, inside the margin
        ((0.0, 0.3), (-0.01, 0.02), 0.021, 0),  # one odd baseline year would do it
        ((-0.3, -0.1), (-0.01, 0.02), 0.021, 0),
        ((np.nan, np.nan), (-0.01, 0.02), 0.021, 0),
        ((0.1, 0.3), (np.nan, np.nan), 0.021, 0),
    ],
)
def test_neither_an_odd_baseline_nor_an_earlier_drift_speaks(several_years, drift, overturn, way):
    given = (0.08, 0.2), several_years, drift, overturn, 3
    assert speaks(*given, polarity="higher_is_better") == way
    turned = [tuple(-x for x in one[::-1]) for one in given[:3]]
    assert speaks(*turned, -overturn, 3, polarity="lower_is_better") == way
