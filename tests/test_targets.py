"""Targets: five ways to set a number, each with the levels that it plans, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

import rows as made
from evalkit import plan as plans
from evalkit.data import dataset
from evalkit.errors import EvalkitError
from evalkit.estimates.power import years_to_see
from evalkit.evaluate.evaluation import evaluate
from evalkit.evaluate.judged import verdicts
from evalkit.plan.targets import Target
from evalkit.report import Report
from evalkit.tables.calculations import steps
from evalkit.tables.measurement import realism
from evalkit.terms import Polarity, Reading
from evalkit.text.findings import target_read
from evalkit.text.html import joined, plain
from evalkit.text.narrative import goal
from evalkit.text.reading import read

HIGHER, LOWER = Polarity.HIGHER, Polarity.LOWER
YEARS = np.array([2017, 2018, 2019, 2020, 2021])


@pytest.mark.parametrize(
    ("target", "start", "polarity", "levels"),
    [
        # 15 % fewer a year: 100 x 0.85, x 0.85^2 ...; linear 100 - 15, - 30 ...
        ({"annual_change": -0.15}, 100, LOWER, [100, 85, 72.25, 61.4125, 52.200625]),
        ({"annual_change": -0.15, "reading": "linear"}, 100, LOWER, [100, 85, 70, 55, 40]),
        ({"annual_change": -0.3, "reading": "linear"}, 100, LOWER, [100, 70, 40, 10, 0]),  # never below none
        # 40 % fewer over four years, in a straight line: a tenth of the start each year
        ({"total_change": -0.4}, 50, LOWER, [50, 45, 40, 35, 30]),
        ({"total_change": 1.0}, 0.2, HIGHER, [0.2, 0.25, 0.3, 0.35, 0.4]),
        # two points a year, and eight points in all, are the same
        ({"annual_points": 0.02}, 0.6, HIGHER, [0.6, 0.62, 0.64, 0.66, 0.68]),
        ({"total_points": 0.08}, 0.6, HIGHER, [0.6, 0.62, 0.64, 0.66, 0.68]),
        ({"total_points": -0.08}, 0.12, LOWER, [0.12, 0.10, 0.08, 0.06, 0.04]),
        # 80 % from 60 %: five points a year; by 2019 ten a year, and then it stays
        ({"level": 0.8}, 0.6, HIGHER, [0.6, 0.65, 0.7, 0.75, 0.8]),
        ({"level": 0.8, "by": 2019}, 0.6, HIGHER, [0.6, 0.7, 0.8, 0.8, 0.8]),
        ({"level": 0.8, "by": 2018}, 0.6, HIGHER, [0.6, 0.8, 0.8, 0.8, 0.8]),
        ({"level": 20}, 36, LOWER, [36, 32, 28, 24, 20]),
        # who was there already, or a hair beyond, is asked to stay
        ({"level": 0.8}, 0.8, HIGHER, [0.8] * 5),
        ({"level": 0.8}, 0.85, HIGHER, [0.8] * 5),
        ({"level": 20}, 19.9, LOWER, [20] * 5),
        ({"level": 20}, 20.1, LOWER, [20.1, 20.075, 20.05, 20.025, 20]),
    ],
)
def test_the_levels_of_every_way_are_those_worked_out_by_hand(target, start, polarity, levels):
    path = Target(**target).path(start, YEARS, span=(2017, 2021), polarity=polarity)
    assert path == pytest.approx(levels)


def test_only_an_annual_change_can_be_read_in_two_ways():
    two = Target(annual_change=-0.15)
    linear = two.path(100, YEARS, span=(2017, 2021), polarity=LOWER, reading=Reading.LINEAR)
    assert linear == pytest.approx([100, 85, 70, 55, 40]) and two.has_readings
    assert not Target(total_change=-0.15).has_readings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "says no number; type one of annual_change"),
        ({"level": 0.8, "annual_points": 0.02}, "says annual_points and level; type one of"),
        ({"annual_change": 0}, "annual_change 0 asks for nothing"),
        ({"level": -1}, "greater than 0"),
        ({"annual_points": 2}, "less than 1"),
        ({"total_change": -1}, "greater than -1"),
        ({"total_change": -0.3, "by": 2020}, "`by` goes with level"),
        ({"level": 0.8, "reading": "linear"}, "`reading` goes with annual_change"),
    ],
)
def test_a_number_that_says_nothing_or_two_things_is_refused(given, said):
    with pytest.raises(ValidationError, match=said):
        Target(**given)


@pytest.mark.parametrize(
    ("goal", "target", "said"),
    [
        ("haervaerk", "{total_change: 0.3}", "points away from polarity lower_is_better"),
        ("tryghed", "{annual_points: -0.02}", "points away from polarity higher_is_better"),
        (
            "haervaerk",
            "{annual_points: -0.02}",
            "points are for shares; type annual_change, total_change, or level",
        ),
        ("tryghed", "{level: 80}", "more than everybody; a share is a part of one: 0.8 for 80 %"),
        (
            "tryghed",
            "{level: 0.8, by: 2024}",
            "by 2024 is no year of the plan; type one of 2018, 2019, 2020, 2021",
        ),
        ("tryghed", "{level: 0.8, by: 2017}", "by 2017 is no year of the plan"),
    ],
)
def test_a_number_that_does_not_fit_its_goal_is_refused_with_its_line(workbook, goal, target, said):
    aimed(workbook, goal, target)
    with pytest.raises(EvalkitError, match=rf"params/plan\.yml, line \d+, goals\.{goal}\.target: .*{said}"):
        plans.read(workbook)


def aimed(workbook, goal: str, target: str) -> None:
    path = workbook / "params" / "plan.yml"
    before, key, after = path.read_text(encoding="utf-8").partition(f"\n  {goal}:\n    indicator")
    head, mark, tail = after.partition("\n    target: ")
    path.write_text(before + key + head + mark + target + "\n" + tail.partition("\n")[2], encoding="utf-8")


def aimed_at(target: Target, name: str = "tryghed", **more) -> made.StandIn:
    """A report of the shipped plan with another number for a goal."""
    report = made.report(**more)
    aim = report.plan.goals[name].model_copy(update={"target": target})
    report.plan = report.plan.model_copy(update={"goals": report.plan.goals | {name: aim}})
    return report


@pytest.mark.parametrize(
    ("start", "change", "verdict", "rule", "reached"),
    [
        # 80 % by 2021. From 85 % the number asks for no change: a fall is a fall, whether it stays above 80 % or not
        (0.85, (-0.04, -0.02, -0.01), "worsened", "interval_worsened", "yes"),
        (0.85, (-0.12, -0.07, -0.02), "worsened", "interval_worsened", "no"),
        (0.85, (-0.08, -0.02, 0.04), "cannot_tell", "interval_open", "yes"),
        (0.85, (0.01, 0.04, 0.07), "improved", "interval_improved", "yes"),
        # at the level itself; within five points either way is little
        (0.80, (-0.04, 0.0, 0.04), "little_change", "interval_inside_delta", "yes"),
        (0.80, (-0.05, -0.001, 0.05), "little_change", "interval_inside_delta", "no"),
        (0.80, (-0.06, 0.0, 0.06), "cannot_tell", "interval_open", "yes"),
        # a hair below it: a change is asked for, and held against it
        (0.79, (-0.04, -0.02, -0.01), "off_track", "short_of_target_and_worsened", "no"),
        (0.79, (0.02, 0.03, 0.05), "reached", "interval_beyond_target", "yes"),
    ],
)
def test_who_was_at_the_level_from_the_start_is_judged_by_the_direction_alone(
    start, change, verdict, rule, reached
):
    report = aimed_at(Target(level=0.8))
    index = pd.MultiIndex.from_tuples(
        [("tryghed", "ringparken", year) for year in (2017, 2021)], names=["indicator", "area", "year"]
    )
    low, value, high = change
    levels = pd.DataFrame(
        {"value": [start, start + value], "shown": "value", "series_break": False, "too_few": False}, index
    )
    changes = pd.DataFrame(
        {"baseline_value": start, "change": value, "change_lower": low, "change_upper": high, "p_value": 0.5}
        | dict.fromkeys(("trend", "trend_lower", "trend_upper", "df"), np.nan),
        index,
    )
    found = verdicts(report.plan, levels, changes).loc[("tryghed", "ringparken", 2021)]
    assert tuple(found[["verdict", "verdict_rule", "target_reached"]]) == (verdict, rule, reached)
    asked = start < 0.8
    assert found["planned_change"] == pytest.approx(0.8 - start if asked else np.nan, nan_ok=True)
    assert (found["delta"] == 0.05) != asked and found["verdict_linear"] == verdict


@pytest.mark.parametrize(
    ("start", "verdict", "rule", "said", "unsaid"),
    [
        (
            85.0,
            "worsened",
            "interval_worsened",
            "Planens niveau var nået allerede i 2017, så dommen gælder kun retningen.",
            "planen ville have",
        ),
        (
            79.0,
            "off_track",
            "short_of_target_and_worsened",
            "planen ville have en stigning",
            "allerede i 2017",
        ),
    ],
)
def test_the_page_says_that_a_level_was_reached_from_the_start_and_asks_for_no_rise(
    start, verdict, rule, said, unsaid
):
    planned = {"planned_change": np.nan if start > 80 else 0.01}
    cells = {"baseline_value": start / 100, "value": 0.77, "target": 0.8, "target_reached": "no"} | planned
    cells |= {"change": 0.77 - start / 100, "change_lower": -0.12, "change_upper": -0.01}
    report = aimed_at(
        Target(level=0.8),
        table=made.changed(
            made.rows(), "tryghed.ringparken.2019", verdict=verdict, verdict_rule=rule, **cells
        ),
    )
    text = plain(repr(goal(report, "tryghed"))).replace("\N{NO-BREAK SPACE}", " ")
    assert said in text and unsaid not in text
    first = plain(repr(realism(report)))
    assert ("nået fra begyndelsen" in first) == (start > 80)


@pytest.mark.parametrize(
    ("target", "danish", "english"),
    [
        ({"annual_points": 0.025}, "2,5 procentpoint om året", "2.5 percentage points a year"),
        (
            {"total_points": 0.1},
            "10 procentpoint over hele planen",
            "10 percentage points over the whole plan",
        ),
        ({"total_change": 0.3}, "30 pct. over hele planen", "30% over the whole plan"),
        ({"level": 0.8, "by": 2020}, "80 pct. i 2020", "80% in 2020"),
        ({"level": 0.725}, "72,5 pct. i 2021", "72.5% in 2021"),
        ({"annual_change": 0.125}, "12,5 pct. om året", "12.5% a year"),
    ],
)
def test_the_page_says_the_number_as_it_was_set_in_both_languages(target, danish, english):
    for language, words in (("da", danish), ("en", english)):
        report = aimed_at(Target(**target), language=language)
        said = plain(
            joined(*(target_read(report, goal) for goal in report.plan.goals.values()), between="\n").html
        )
        assert words in said.replace("\N{NO-BREAK SPACE}", " ")


def test_a_level_of_a_rate_is_said_as_the_pages_print_it():
    report = aimed_at(Target(level=20), "haervaerk", language="da")
    said = plain(
        joined(*(target_read(report, goal) for goal in report.plan.goals.values()), between="\n").html
    )
    assert "20 pr. 1.000 i 2021" in said.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ({"annual_change": -0.15}, "-0.15 a year, compounding"),
        ({"annual_points": 0.02}, "0.02 points a year"),
        ({"total_points": 0.1}, "0.1 points over the plan"),
        ({"total_change": -0.3}, "-0.3 over the plan"),
        ({"level": 0.8}, "level 0.8 by the last year"),
        ({"level": 0.8, "by": 2020}, "level 0.8 by 2020"),
    ],
)
def test_run_json_keeps_a_number_in_words_that_differ_with_it(target, kept):
    assert str(Target(**target)) == kept


def test_the_years_until_a_level_is_seen_count_its_first_step():
    # 60 % to 80 % in four years is five points a year
    target = Target(level=0.8)
    first = target.path(0.6, 2018, span=(2017, 2021), polarity=HIGHER) - 0.6
    assert years_to_see(0.6, 250, first, scale="points") == years_to_see(0.6, 250, 0.05, scale="points")


def test_a_level_is_judged_from_where_each_area_stood_and_the_page_shows_the_sum(workbook):
    aimed(workbook, "tryghed", "{level: 0.75, by: 2020}")
    plan = plans.read(workbook)
    evaluated = evaluate(plan, dataset.read(workbook / "data" / "demo", plan))
    rows = evaluated.rows[evaluated.rows["indicator"].eq("tryghed")].set_index(["area", "year"])
    for area in plan.areas:
        start = rows.loc[(area, 2017), "value"]
        thirds = [0.75] * 3 if start >= 0.75 else [start + n / 3 * (0.75 - start) for n in (1, 2, 3)]
        now = rows.loc[area].loc[[2018, 2019, 2020, 2021]]
        assert now["target"].to_list() == pytest.approx([*thirds, 0.75])
        asked = [np.nan] * 4 if start >= 0.75 else now["target"] - start
        assert now["planned_change"].to_list() == pytest.approx(asked, nan_ok=True)
        seen = now[now["value"].notna()]
        assert (seen["target_reached"] == np.where(seen["value"] >= seen["target"], "yes", "no")).all()
        assert now["target_linear"].isna().all() and (now["verdict_linear"] == now["verdict"]).all()
    assert rows.loc[("praestevangen", 2017), "value"] > 0.75 > rows.loc[("motalavej", 2017), "value"]
    report = Report(plan, evaluated.rows, evaluated.facts, "motalavej", 2019)
    start = 100 * rows.loc[("motalavej", 2017), "value"]
    (how,) = [str(how) for name, how, _ in steps(read(report, "tryghed")) if "2019" in str(name)][-1:]
    assert how == f"{start:.2f} + 2/3 × (75,00 − {start:.2f})".replace(".", ",")
