"""The whole plan: the comparison under other readings, who stayed and who moved, money; and bad input that still runs."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from evalkit import plan as plans
from evalkit.data import dataset
from evalkit.errors import ProblemsFound
from evalkit.evaluate.comparisons import COLUMNS, shocked_years
from evalkit.evaluate.evaluation import evaluate
from evalkit.evaluate.stayers import COLUMNS as SPLIT
from evalkit.plan import assessments
from test_plan import spoil

SHARES = ("uddannelse", "forsoergelse")


@pytest.fixture(scope="module")
def rows(evaluation) -> pd.DataFrame:
    return evaluation.rows


def again(workbook) -> pd.DataFrame:
    plan = plans.read(workbook)
    return evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows


def edit(workbook, name, change) -> None:
    path = workbook / "data" / "demo" / f"{name}.csv"
    change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)


def without(workbook, gone) -> None:
    """The data set without some of its comparison areas."""
    for path in (workbook / "data" / "demo").glob("*.csv"):
        column = "id" if path.stem == "comparators" else "area"
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        if column in table:
            table[~table[column].isin(gone)].to_csv(path, index=False)


# ---- the comparison under other readings -------------------------------------------------------


def total(rows, goal: str, areas, year: int) -> float:
    """The share over all areas together, from their counts."""
    counts = rows.loc[[f"{goal}.{area}.{year}" for area in areas], ["numerator", "denominator"]].sum()
    return counts["numerator"] / counts["denominator"]


@pytest.mark.parametrize("goal", SHARES)
def test_the_event_study_is_the_change_of_the_plans_total_minus_that_of_the_comparison_areas(
    rows, plan, demo, goal
):
    for year in (2016, 2019, 2021):
        here, there = (
            total(rows, goal, areas, year) - total(rows, goal, areas, 2017)
            for areas in (plan.areas, demo.matched)
        )
        row = rows.loc[f"{goal}.plan.{year}"]
        assert row["event"] == pytest.approx(here - there)
        assert row["event_areas"] == len(demo.matched) == 12
        # Never narrower than the floor for own trends gives: two points for an area, t(11) at 95 % is 2.201.
        apart = 0.02 * math.sqrt(1 / len(plan.areas) + 1 / 12)
        assert (row["event_upper"] - row["event_lower"]) / 2 >= 2.2 * apart


def test_after_the_baseline_year_the_event_study_is_the_published_difference(rows, plan):
    for goal in plan.goals:
        for year in plan.years:
            row = rows.loc[f"{goal}.plan.{year}"]
            for end in ("", "_lower", "_upper"):
                assert row[f"event{end}"] == pytest.approx(row[f"effect{end}"], nan_ok=True)


def test_the_three_year_baseline_is_the_mean_of_the_baseline_year_and_two_before(rows, plan, demo):
    def change(areas) -> float:
        level = [total(rows, "uddannelse", areas, year) for year in (2015, 2016, 2017, 2021)]
        return level[3] - np.mean(level[:3])

    expected = change(plan.areas) - change(demo.matched)
    assert rows.loc["uddannelse.plan.2021", "event_baseline3"] == pytest.approx(expected)


def test_covid_years_are_those_of_the_list_of_events_and_leave_the_calm_mean(rows, plan):
    assert shocked_years(plan) == [2020, 2021]
    for goal in SHARES:
        early = [rows.loc[f"{goal}.plan.{year}", "event"] for year in (2018, 2019)]
        assert rows.loc[f"{goal}.plan.2021", "event_calm"] == pytest.approx(np.mean(early))
        assert rows.loc[f"{goal}.plan.2019", "event_mean"] == pytest.approx(np.mean(early))


def test_lots_drawn_can_never_give_less_than_the_smallest_p(rows, plan):
    for goal in plan.goals:
        told = rows[(rows["indicator"] == goal) & rows["permutation_p"].notna() & (rows["area"] == "plan")]
        assert (told["permutation_p"] >= told["permutation_floor"] - 1e-12).all()
    # Four areas among sixteen: one in 1,820 ways.
    assert rows.loc["uddannelse.plan.2021", "permutation_floor"] == pytest.approx(1 / 1820)


def test_a_comparator_with_a_break_is_left_out_from_the_break_on(rows):
    assert rows.loc["tryghed.plan.2018", "effect_areas"] == rows.loc["tryghed.plan.2021", "effect_areas"] + 1


def test_the_municipality_is_set_against_all_others_and_without_the_odd_quarters(rows):
    row, usual = rows.loc["anmeldelser.municipality.2018"], rows.loc["anmeldelser.municipality_usual.2018"]
    assert row["event_areas"] == usual["event_areas"] > 90
    assert row["permutation_floor"] == pytest.approx(1 / (row["event_areas"] + 1))
    assert usual["event"] < row["event"]  # the odd quarter of 2018 was far above the usual


LOTS = ("permutation_p", "permutation_floor", "heterogeneity", "heterogeneity_p")


def test_lots_are_drawn_for_the_plan_and_not_for_its_areas(rows, plan):
    mine = rows[rows["area"].isin(list(plan.areas))]
    assert mine["event"].notna().any()
    assert mine[[*LOTS, *SPLIT]].isna().all(axis=None)


# ---- stayers and movers ------------------------------------------------------------------------


@pytest.mark.parametrize("goal", SHARES)
def test_the_parts_add_up_to_the_change(rows, plan, goal):
    for year in plan.years:
        row = rows.loc[f"{goal}.plan.{year}"]
        parts = row[["part_stayers", "part_movers_in", "part_movers_out"]].astype(float)
        assert parts.notna().all()
        assert parts.sum() == pytest.approx(row["change"], abs=1e-12)


def test_stayers_own_change_is_counted_by_hand(rows, plan):
    movers = pd.read_csv(plan.root / "data" / "demo" / "movers.csv").query(
        "year == 2021 and measure == 'uddannelse'"
    )
    stayed = movers[movers["area"].isin(list(plan.areas)) & movers["group"].eq("stayers")]
    own = (
        stayed["with_after"].sum() / stayed["residents_after"].sum()
        - stayed["with_before"].sum() / stayed["residents_before"].sum()
    )
    assert rows.loc["uddannelse.plan.2021", "part_stayers"] == pytest.approx(own)
    assert rows.loc["uddannelse.plan.2021", "stayers"] == stayed["residents_before"].sum()


def test_a_split_that_does_not_add_up_to_the_share_is_not_published(workbook):
    def change(table):
        mine = table.query(
            "area == 'sydbyen' and year == '2021' and measure == 'uddannelse' and group == 'movers_in'"
        ).index
        table.loc[mine, "residents_after"] = str(int(table.loc[mine[0], "residents_after"]) + 1)
        return table

    edit(workbook, "movers", change)
    rows = again(workbook)
    assert rows.loc["uddannelse.plan.2021", list(SPLIT)].isna().all()
    assert rows.loc["uddannelse.plan.2020", list(SPLIT)].notna().all()


def test_a_split_with_a_group_under_the_threshold_is_hidden(workbook):
    """Three of those who came have an education: the split is not shown, and no published number gives it back."""

    def change(table):
        mine = (
            table["measure"].eq("uddannelse")
            & table["year"].eq("2018")
            & table["area"].isin(["ringparken", "sydbyen", "motalavej", "praestevangen"])
        )
        came, stay = mine & table["group"].eq("movers_in"), mine & table["group"].eq("stayers")
        for area in table.loc[came, "area"]:
            one, other = came & table["area"].eq(area), stay & table["area"].eq(area)
            moved = int(float(table.loc[one, "with_after"].iloc[0])) - (3 if area == "sydbyen" else 0)
            table.loc[one, "with_after"] = "3" if area == "sydbyen" else "0"
            table.loc[other, "with_after"] = str(int(float(table.loc[other, "with_after"].iloc[0])) + moved)
        return table

    edit(workbook, "movers", change)
    rows = again(workbook)
    assert rows.loc["uddannelse.plan.2018", list(SPLIT)].isna().all()
    assert rows.loc["uddannelse.plan.2018", "shown"] == "value"


def test_hidden_rows_hold_none_of_the_new_numbers(rows):
    hidden = rows[rows["shown"] == "suppressed"]
    derived = [column for column in COLUMNS if column not in ("comparator", "comparator_value")]
    assert hidden[[*derived, *SPLIT]].replace("", np.nan).isna().all(axis=None)


# ---- activities and money ----------------------------------------------------------------------


def test_attendances_by_effort_add_up_and_are_hidden_together(rows, plan):
    for area in (*plan.areas, "plan"):
        for year in plan.years:
            parts = [rows.loc[f"deltagere_{effort}.{area}.{year}"] for effort in plan.efforts]
            hidden = [part["shown"] == "suppressed" for part in parts]
            whole = rows.loc[f"deltagere.{area}.{year}"]
            if not any(hidden) and whole["shown"] == "value":
                assert sum(part["value"] for part in parts) == whole["value"]
            assert sum(hidden) != 1 or whole["shown"] == "suppressed"


def test_few_attendances_in_one_effort_cannot_be_worked_out_from_the_rest(workbook):
    def change(table):
        mine = (
            table["area"].eq("sydbyen") & table["year"].eq("2019") & table["effort"].eq("kriminalpraevention")
        )
        table.loc[mine, "participants"] = "0"
        table.loc[table[mine].index[0], "participants"] = "2"
        return table

    edit(workbook, "activities", change)
    rows = again(workbook)
    assert rows.loc["deltagere_kriminalpraevention.sydbyen.2019", "shown"] == "suppressed"
    of_area = rows[rows["row"].str.fullmatch(r"deltagere(_\w+)?\.sydbyen\.2019")]
    assert (of_area["shown"] == "suppressed").sum() > 1


def test_accounts_hold_what_the_table_holds_and_no_count_of_people(evaluation, plan):
    table = pd.read_csv(plan.root / "data" / "demo" / "economy.csv")
    facts = evaluation.facts["plan"]
    assert sum(one["amount"] for one in facts["economy"]) == table["amount"].sum()
    assert not {"participants", "volunteers"} & set(facts["activities"][0])


# ---- bad input: still runs, and says less --------------------------------------------------------


def test_with_one_comparison_area_the_rest_is_compared_with_and_no_lots_are_drawn(workbook):
    names = (
        pd.read_csv(workbook / "data" / "demo" / "comparators.csv").query("kind == 'matched'")["id"].tolist()
    )
    without(workbook, names[1:])
    rows = again(workbook)
    assert rows.loc[rows["area"] == "plan", ["event", *LOTS]].isna().all(axis=None)
    assert rows.loc["uddannelse.plan.2021", "comparator"] == "rest"
    assert rows.loc["uddannelse.plan.2021", "effect_areas"] == 1
    assert not rows.loc["uddannelse.plan.2021", "evidence_level"] >= 3


def test_a_missing_year_in_the_middle_leaves_the_other_years(workbook):
    edit(workbook, "education", lambda table: table[table["year"] != "2019"])
    rows = again(workbook)
    assert rows.loc["uddannelse.plan.2019", "shown"] == "missing"
    assert math.isfinite(rows.loc["uddannelse.plan.2021", "event"])
    assert rows.loc["uddannelse.plan.2021", "event_calm"] == pytest.approx(
        rows.loc["uddannelse.plan.2018", "event"]
    )


def test_an_area_that_joined_late_takes_the_plans_total_with_it_and_says_so(workbook):
    late = ("2013", "2014", "2015", "2016", "2017", "2018")
    edit(
        workbook,
        "education",
        lambda table: table[~(table["area"].eq("motalavej") & table["year"].isin(late))],
    )
    rows = again(workbook)
    assert rows.loc["uddannelse.plan.2018", "shown"] == "missing"
    assert rows.loc["uddannelse.plan.2021", "shown"] == "value"
    assert math.isnan(rows.loc["uddannelse.plan.2021", "event"])
    assert math.isfinite(rows.loc["uddannelse.sydbyen.2021", "change"])


def test_without_movers_activities_and_accounts_the_rest_stands(workbook):
    for name in ("movers", "activities", "economy"):
        (workbook / "data" / "demo" / f"{name}.csv").unlink()
    rows = again(workbook)
    assert rows.loc["uddannelse.plan.2021", list(SPLIT)].isna().all()
    assert math.isfinite(rows.loc["uddannelse.plan.2021", "event"])


def test_a_three_year_plan_needs_three_files_and_a_final_one(workbook):
    spoil(workbook / "params" / "plan.yml", "years: [2018, 2019, 2020, 2021]", "years: [2018, 2019, 2020]")
    spoil(workbook / "params" / "plan.yml", "  year: 2021", "  year: 2020")
    plan = plans.read(workbook)
    assert [name for name, _ in assessments.plan_files(plan)] == ["2018", "2019", "2020", "final"]
    with pytest.raises(ProblemsFound, match="year: 2020"):
        assessments.read(plan, "plan", 2020, name="final")
