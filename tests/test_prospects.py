"""What it takes from here and what would settle it: columns of the rows, from published figures alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rows as made
from evalkit.estimates.power import answers_to_see, years_to_see
from evalkit.evaluate.changes import CELLS
from evalkit.evaluate.prospects import prospects
from evalkit.plan import Target
from evalkit.terms import PLAN


def planned(**targets: Target):
    """The shipped plan with other targets for some goals."""
    plan = made.plan()
    goals = {
        key: goal.model_copy(update={"target": targets[key]}) if key in targets else goal
        for key, goal in plan.goals.items()
    }
    return plan.model_copy(update={"goals": goals})


def frames(name: str, **columns) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Levels and changes of Ringparken in 2017 and 2019, each column with a number for both years."""
    index = pd.MultiIndex.from_product(
        [[name], ["ringparken"], [2017, 2019]], names=["indicator", "area", "year"]
    )
    names = (*CELLS, "design_effect", "series_break")
    nothing = dict.fromkeys((*names, "dispersion", "df", "trend"), np.nan)
    cells = pd.DataFrame(nothing | {"series_break": False} | columns, index=index)
    cells["baseline_value"], cells["baseline_denominator"] = cells["value"].iloc[0], 5000.0
    return cells[list(names)], cells.drop(columns=list(names))


def test_a_weighted_share_is_seen_by_its_effective_answers_and_not_by_the_sum_of_its_weights():
    plan = planned(tryghed=Target(annual_change=0.05))
    found = prospects(
        plan,
        *frames("tryghed", value=[0.6, 0.65], effective_n=[250.0, 300.0], design_effect=1.2),
    ).loc[("tryghed", "ringparken", 2019)]
    assert found["years_by_change"] == years_to_see(0.6, 250, 0.03, scale="points")
    assert found["years_by_change"] > years_to_see(0.6, 5000, 0.03, scale="points")
    aim = 0.6 * 1.05**4
    assert found["target_last"] == pytest.approx(aim)
    assert 0.65 * (1 + found["required_pace"]) ** 2 == pytest.approx(aim)
    assert np.isnan(found["years_by_trend"]) and np.isnan(found["projection"])  # no trend of shares
    needed = 1.2 * answers_to_see(0.6, aim - 0.6)
    assert needed <= found["answers_needed"] < 1.1 * needed  # rounded up to two digits


def test_a_goal_without_a_number_says_how_many_answers_would_show_a_change_of_delta():
    levels, changes = frames("tryghed", value=[0.6, 0.65], effective_n=250.0, design_effect=[2.0, 0.9])
    found = prospects(made.plan(), levels, changes).loc[("tryghed", "ringparken", 2019)]
    # R's power.prop.test(p1 = 0.6, p2 = 0.65, power = 0.8) gives n = 1471 in each year; weights never make fewer enough.
    assert found["answers_needed"] == 1500
    assert np.isnan(found["target_last"]) and np.isnan(found["years_by_change"])


@pytest.mark.parametrize(
    ("by", "pace"),
    [
        # from 20 in 2019 to 10: halved in a year, or in two; a year that has come or gone leaves the plan's last
        (2020, -0.5),
        (2021, 0.5**0.5 - 1),
        (None, 0.5**0.5 - 1),
        (2019, 0.5**0.5 - 1),
        (2018, 0.5**0.5 - 1),
    ],
)
def test_the_pace_to_a_level_is_counted_to_the_year_that_was_set_for_it(by, pace):
    plan = planned(haervaerk=Target(level=10, by=by))
    found = prospects(plan, *frames("haervaerk", value=[30.0, 20.0], dispersion=1.5, df=9.0))
    assert found["required_pace"].tolist() == pytest.approx([pace])


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_from_nothing_there_is_no_pace_and_no_projection(value):
    found = prospects(made.plan(), *frames("haervaerk", value=[value, value], dispersion=1.5, df=9.0))
    assert found.isna().all(axis=None)


def test_a_linear_target_that_ends_at_none_asks_for_no_pace():
    plan = planned(haervaerk=Target(annual_change=-0.3, reading="linear"))
    found = prospects(plan, *frames("haervaerk", value=[30.0, 20.0], dispersion=1.5, df=9.0))
    assert found["target_last"].tolist() == [0.0]
    assert found["required_pace"].isna().all()


def test_the_plan_before_its_last_year_has_a_chance_to_reach_the_number(evaluation):
    rows = evaluation.rows
    row = rows.loc[f"haervaerk.{PLAN}.2020"]
    assert row["projection_lower"] < row["projection"] < row["projection_upper"]
    assert (row["chance_to_reach"] < 0.5) == (row["projection"] > row["target_last"])
    last = rows[rows["year"] == 2021]
    assert last[["required_pace", "projection", "chance_to_reach"]].isna().all(axis=None)


def test_what_a_comparison_says_is_a_column_of_every_row_that_has_one(evaluation):
    rows = evaluation.rows
    goals = rows["indicator"].isin([goal.indicator for goal in made.plan().goals.values()])
    compared = rows[goals & rows["effect"].notna()]
    assert set(compared["comparison_says"]) <= {"for", "against", "neither"}
    said = compared[compared["comparison_says"].ne("neither")]
    assert said["evidence_level"].ge(3).all()
    assert (said["effect_lower"].gt(0) | said["effect_upper"].lt(0)).all()
    assert rows.loc[rows["effect"].isna(), "comparison_says"].eq("").all()


def test_the_interval_of_a_rates_change_follows_from_the_columns_beside_it(evaluation):
    rows = evaluation.rows
    made_so = rows[rows["change_error"].notna()]
    assert len(made_so) and made_so["change_method"].eq("log ratio").all()
    reach = np.exp(made_so["change_quantile"] * made_so["change_error"])
    upper = ((1 + made_so["change"]) * reach - 1).to_numpy()
    assert upper == pytest.approx(made_so["change_upper"].to_numpy())
    exact = rows[rows["change_method"].eq("conditional")]
    assert exact["change_error"].isna().all()
