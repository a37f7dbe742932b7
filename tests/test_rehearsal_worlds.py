"""Synthetic plans: whole, in order, the same from one seed, and true to the truth that they are drawn from."""

from __future__ import annotations

import filecmp

import numpy as np
import pandas as pd
import pytest

from evalbook.rehearsal import chance, demo, people, worlds
from evalbook.rehearsal.truth import QUANTITIES, shock_years, truth
from evalkit.data import dataset
from evalkit.schema import TABLES


@pytest.fixture(scope="module")
def world(plan):
    return worlds.generate(plan, 11)


@pytest.fixture(scope="module")
def other_plan(plan):
    """Two areas, three calendar years, another baseline, no public budget: not the plan that is shipped."""
    areas = dict(list(plan.areas.items())[:2])
    efforts = {key: effort.model_copy(update={"budget": None}) for key, effort in plan.efforts.items()}
    return plan.model_copy(
        update={
            "areas": areas,
            "years": [2023, 2024, 2025],
            "baseline_year": 2022,
            "efforts": efforts,
            "year_starts": plan.year_starts.model_copy(update={"month": 1}),
            "primary": plan.primary.model_copy(update={"year": 2025}),
        }
    )


# ---- the demo data --------------------------------------------------------------------------------


def test_shipped_demo_data_are_what_the_generator_writes(plan, root, tmp_path):
    demo.write(tmp_path, plan, demo.SEED)
    written = sorted(path.name for path in tmp_path.iterdir())
    same, differ, gone = filecmp.cmpfiles(tmp_path, root / "data" / "demo", written, shallow=False)
    assert (sorted(same), differ, gone) == (written, [], [])


def test_shipped_demo_data_stay_small_enough_to_ship(root):
    assert sum(path.stat().st_size for path in (root / "data" / "demo").iterdir()) < 4_000_000


def test_sizes_are_those_of_such_areas(plan, demo):
    own = list(plan.areas)
    residents = demo.tables["population"].groupby(["area", "quarter"])["residents"].sum()[own]
    assert residents.between(900, 2200).all()
    answers = demo.tables["survey"].groupby(["area", "year"])["count"].sum()[own]
    assert answers.between(200, 400).all()
    rounds = demo.tables["survey_rounds"].set_index(["area", "year"])["invited"]
    assert (answers / rounds.reindex(answers.index)).between(0.33, 0.47).all()
    education = demo.tables["education"].query("area in @own").groupby("age_group")["residents"]
    for age, low, high in (("18-24", 100, 280), ("25", 10, 45)):
        assert low <= education.min()[age] <= education.max()[age] <= high


# ---- any plan, any seed ---------------------------------------------------------------------------


def test_every_table_of_the_contract_has_rows_but_that_of_delivered_shares(world):
    assert {name for name, table in world.tables.items() if len(table)} == set(TABLES) - {"shares"}


def test_another_plan_gets_a_data_set_that_passes_every_check(other_plan, tmp_path):
    demo.write(tmp_path, other_plan, 5)
    found = dataset.read(tmp_path, other_plan)
    assert set(found.tables["survey"]["area"]) >= set(other_plan.areas)
    assert sorted(found.tables["education"]["year"].unique()) == [2019, 2020, 2021, 2022, 2023, 2024, 2025]
    assert found.tables["benefits"]["quarter"].min() == "2019Q1"
    assert found.tables["benefits"]["quarter"].max() == "2025Q4"
    assert str(found.meta.period.end) == "2025-12-31"


def test_same_seed_same_world_and_another_seed_another(plan, world):
    again, other = worlds.generate(plan, 11), worlds.generate(plan, 12)
    for name, table in world.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])
    assert not world.tables["survey"].equals(other.tables["survey"])
    pd.testing.assert_frame_equal(world.truth, other.truth)


def test_one_area_more_or_less_leaves_the_others_as_they_were(plan, world):
    fewer = worlds.generate(plan, 11, known=world.truth[world.truth["area"] != "rest"])
    for name in ("survey", "incidents", "population", "education", "benefits", "turnover", "movers"):
        left = world.tables[name].query("area != 'rest'").reset_index(drop=True)
        pd.testing.assert_frame_equal(fewer.tables[name], left)
    assert "rest" not in set(fewer.tables["comparators"]["id"])


def test_a_plan_without_comparators_and_without_gaps(plan):
    alone = worlds.generate(plan, 3, comparators=0, gaps=False)
    assert alone.tables["comparators"]["id"].tolist() == ["rest"]
    assert alone.tables["breaks"].empty
    assert len(alone.tables["survey_rounds"]) == 8 * (len(plan.areas) + 1)


def test_gaps_are_one_round_in_the_year_of_the_shock_and_breaks_outside_the_plans_areas(plan, world):
    asked = set(
        zip(world.tables["survey_rounds"]["area"], world.tables["survey_rounds"]["year"], strict=True)
    )
    missing = {(area, year) for area in plan.areas for year in world.years} - asked
    assert missing == {(list(plan.areas)[-1], shock_years(plan)[0])}
    during = world.tables["breaks"].query("year > @plan.baseline_year")
    assert not set(during["area"]) & {*plan.areas, "all"}


# ---- tables that hang together ----------------------------------------------------------------------


def test_stayers_and_movers_add_up_to_the_stock_exactly(plan, world):
    education = world.tables["education"].query("age_group == '18-24'").set_index(["area", "year"])
    year = {q: y for y in world.years for q in people.quarters(plan, y)}
    benefits = world.tables["benefits"].assign(year=world.tables["benefits"]["quarter"].map(year))
    benefits = benefits.groupby(["area", "year"])[["residents_18_64", "recipients_fulltime"]].mean()
    stocks = {
        "uddannelse": education[["residents", "enrolled_or_completed"]].astype(float),
        "forsoergelse": benefits,
    }
    parts = ["residents_before", "with_before", "residents_after", "with_after"]
    movers = world.tables["movers"].replace("", 0)
    movers[parts] = movers[parts].astype(float)
    sums = movers.groupby(["area", "year", "measure"])[parts].sum()
    assert len(sums) == 2 * len(plan.areas) * len(plan.years)
    for (area, when, measure), row in sums.iterrows():
        stock = stocks[measure]
        assert [*stock.loc[(area, plan.baseline_year)], *stock.loc[(area, when)]] == row.tolist()


def test_who_moves_in_is_what_growth_births_and_deaths_leave(world):
    turnover = world.tables["turnover"].set_index(["area", "year"]).sort_index()
    grown = turnover["residents"].groupby("area").shift(-1) - turnover["residents"]
    unexplained = (grown - turnover["moved_in"] + turnover["moved_out"]).dropna() / turnover["residents"]
    assert unexplained.dropna().between(-0.01, 0.02).all()  # births less deaths


def test_weights_bring_every_survey_back_to_the_register(plan, world):
    survey = world.tables["survey"]
    weighed = (survey["weight"] * survey["count"]).groupby([survey["area"], survey["year"]]).sum()
    middle = {people.quarters(plan, y)[2]: y for y in world.years}
    adults = world.tables["population"].query("age_group != '0-17' and quarter in @middle")
    adults = adults.groupby(["area", adults["quarter"].map(middle).rename("year")])["residents"].sum()
    ratio = weighed / adults.reindex(weighed.index)
    assert ratio.to_numpy() == pytest.approx(1, abs=1e-4)


def test_money_is_made_up_as_the_rest_is_by_funders_that_do_not_exist(plan, world):
    budget = world.tables["economy"].query("kind == 'budget'")
    assert not set(budget["funder"]) & set(plan.funding)
    totals = budget.groupby("funder")["amount"].sum()
    public = [plan.funding["landsbyggefonden"].amount, plan.funding["housing_organisations"].amount]
    assert not set(totals) & {25_000_000, 3_200_000} and public == [25_000_000, 3_200_000]
    assert (budget["amount"] > 0).all()


# ---- the truth --------------------------------------------------------------------------------------


def test_truth_names_an_indicator_for_every_goal(plan):
    assert {goal.indicator for goal in plan.goals.values()} <= set(truth(plan)["indicator"])


def test_level_is_common_and_own_together_and_own_begins_with_the_plan(plan):
    known = truth(plan)
    reports = known["unit"] == "per_1000"
    assert (known["common"] * known["own"])[reports].to_numpy() == pytest.approx(
        known["level"][reports], rel=1e-5
    )
    assert (known["common"] + known["own"])[~reports].to_numpy() == pytest.approx(
        known["level"][~reports], abs=2e-6
    )
    before = known["year"] <= plan.baseline_year
    assert set(known.loc[before & reports, "own"]) == {1.0}
    assert set(known.loc[before & ~reports, "own"]) == {0.0}
    assert known.loc[~reports, "level"].between(0.02, 0.98).all()


def test_areas_have_different_stories(plan):
    known = truth(plan)
    for quantity in ("safe", "vandalism", "in_education", "on_benefits"):
        own = known[known["quantity"] == quantity].pivot(index="area", columns="year", values="own")
        assert len(own.loc[list(plan.areas)].drop_duplicates()) >= 3, quantity


def test_data_lie_around_the_truth(plan):
    """The rest of the municipality is large: two thousand draws would show an error of a tenth of a point."""
    got = {"vandalism": [], "safe": [], "in_education": [], "on_benefits": []}
    known = truth(plan, comparators=0).query("area == 'rest' and year <= @plan.baseline_year")
    for seed in range(4):
        tables = worlds.generate(plan, seed, known=known, gaps=False).tables
        got["vandalism"].append(tables["incidents"].query("kind == 'vandalism'")["count"].sum() / 4 / 72)
        valid = tables["survey"].query("answer != 'dont_know'")
        weight = valid["weight"] * valid["count"]
        got["safe"].append(weight[valid["answer"].isin(["high", "some"])].sum() / weight.sum())
        young = tables["education"].query("age_group == '18-24'")
        got["in_education"].append(young["enrolled_or_completed"].sum() / young["residents"].sum())
        got["on_benefits"].append(
            tables["benefits"]["recipients_fulltime"].sum() / tables["benefits"]["residents_18_64"].sum()
        )
    level = known.groupby("quantity")["level"].mean()
    for quantity, tolerance in (
        ("vandalism", 0.35),
        ("safe", 0.008),
        ("in_education", 0.006),
        ("on_benefits", 0.003),
    ):
        assert np.mean(got[quantity]) == pytest.approx(level[quantity], abs=tolerance), quantity


def test_movers_carry_the_change_where_the_truth_says_so(plan, world):
    """The area where only movers in differ: the truth has them nine points lower on benefits."""
    told = world.truth.query("quantity == 'on_benefits' and story == 'movers_only'")
    movers = world.tables["movers"].query("measure == 'forsoergelse' and year == @plan.years[-1]")
    movers = movers[movers["area"] == told["area"].iloc[0]]
    movers = movers.set_index("group")[["with_after", "residents_after"]].replace("", np.nan).astype(float)
    share = movers["with_after"] / movers["residents_after"]
    # each share is of some 600 people: a standard error of 0.026 for their difference
    assert share["movers_in"] - share["stayers"] == pytest.approx(told["movers_in"].iloc[-1], abs=0.08)


# ---- chance -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dispersion", "share"), [(1, 0.0), (2, 1 / 9), (3, 1 / 3), (4, 1.0)])
def test_share_of_nights_with_several_events_gives_the_dispersion(dispersion, share):
    # events of a compound Poisson: variance over mean is E K^2 / E K with K = 1 or 4
    assert chance.several(dispersion) == pytest.approx(share)
    assert (1 + 15 * share) / (1 + 3 * share) == pytest.approx(dispersion)


@pytest.mark.parametrize("dispersion", [0.99, 4.01])
def test_dispersion_that_nights_cannot_give_is_refused(dispersion):
    with pytest.raises(ValueError, match="between 1 and 4"):
        chance.several(dispersion)


@pytest.mark.parametrize("dispersion", [1.0, 1.8, 3.0])
def test_yearly_counts_have_the_mean_and_dispersion_asked_for(dispersion):
    rng = chance.stream(1, "counts")
    fast = chance.clustered_counts(rng, np.full(20_000, 50.0), dispersion)
    slow = np.array([len(chance.clustered(rng, 50, dispersion, 365)) for _ in range(2000)])
    for counts, tolerance in ((fast, 0.06), (slow, 0.15)):
        assert counts.mean() == pytest.approx(50, rel=0.02)
        assert counts.var() / counts.mean() == pytest.approx(dispersion, rel=tolerance)


def test_events_of_one_night_share_its_date():
    days = chance.clustered(chance.stream(2), 300, 3.0, 365)
    assert days == sorted(days)
    assert 0 <= days[0] <= days[-1] <= 364
    assert len(set(days)) < 0.75 * len(days)


@pytest.mark.parametrize(
    ("answers", "groups"),
    [
        ([5, 5, 5, 5, 5, 5, 5, 5], [[0], [1], [2], [3], [4], [5], [6], [7]]),  # at the threshold
        ([4, 5, 9, 9, 9, 9, 9, 9], [[0, 1], [2], [3], [4], [5], [6], [7]]),  # below: with the next age
        ([9, 9, 9, 4, 9, 9, 9, 9], [[0], [1], [2, 3], [4], [5], [6], [7]]),  # the last: with the one before
        ([1, 1, 1, 1, 9, 9, 9, 9], [[0, 1, 2, 3], [4], [5], [6], [7]]),  # never across the sexes
    ],
)
def test_cells_with_fewer_than_five_answers_are_merged(answers, groups):
    assert worlds.cells_merged(answers) == groups


def test_everybody_below_a_share_is_counted_and_thresholds_keep_the_level():
    rng = chance.stream(3)
    seats = people.Seats(rng, [400, 380, 420], [0.0, 0.3, 0.3], 0.1)
    assert [seats.taken(i).size for i in range(3)] == [400, 380, 420]
    new = seats.newcomers(2, 0)
    assert new[400:].all()  # seats that nobody had before
    assert new[380:400].all()  # seats that stood empty in between
    assert 0.35 < new[:380].mean() < 0.65  # 1 - 0.7^2 have moved
    level = seats.thresholds(2, 0, 0.4, 0.1)
    assert level.mean() == pytest.approx(0.4)
    assert np.ptp(level) == pytest.approx(0.1)


def test_nothing_in_the_quantities_is_out_of_range():
    for quantity in QUANTITIES.values():
        assert quantity.unit == "per_1000" or all(
            0.05 < level < 0.95 for level in (*quantity.levels, quantity.rest)
        )
