"""Who compares, with what, and what may be said of it: on the demo and on plans made for it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evalkit import plan as plans
from evalkit.chapters import lead
from evalkit.data import dataset
from evalkit.evaluate.evaluation import evaluate
from evalkit.report import Report
from evalkit.text import comparison
from evalkit.text.reading import read


def test_the_three_figures_of_a_sentence_fit(evaluation):
    """Computed unrounded, for every row: (1 + here) / (1 + elsewhere) - 1 for rates, here - elsewhere for shares."""
    rows = evaluation.rows
    told = rows[rows[["change", "comparator_change", "effect"]].notna().all(axis=1)]
    assert len(told) > 100
    ratio = (1 + told["change"]) / (1 + told["comparator_change"]) - 1
    right = ratio.where(told["change_kind"].eq("relative"), told["change"] - told["comparator_change"])
    # A survey's areas that broke off are left out by the areas' own shares, so that one is exact too.
    np.testing.assert_allclose(told["effect"], right, atol=1e-9)


@pytest.fixture
def falling(workbook):
    """The demo, where every comparison area has seven reports a year before the plan and some have none after it."""
    path = workbook / "data" / "demo" / "incidents.csv"
    reports = pd.read_csv(path, keep_default_na=False)
    others = [f"comparison_{i:02d}" for i in range(1, 13)]
    kept = reports[~(reports["area"].isin(others) & reports["kind"].eq("vandalism"))]
    rng = np.random.default_rng(7)
    made = [
        (area, f"{year - 1}-11-{day + 1:02d}", "vandalism", 1)
        for area in others
        for year in range(2014, 2022)
        for day in range(
            int(rng.poisson(7 if year < 2018 else 4)) if area > "comparison_03" or year < 2018 else 0
        )
    ]
    pd.concat([kept, pd.DataFrame(made, columns=["area", "date", "kind", "count"])]).to_csv(path, index=False)
    plan = plans.read(workbook)
    data = dataset.read(workbook / "data" / "demo", plan)
    return plan, data


def test_no_comparison_area_leaves_because_it_ended_at_nothing_or_under_the_threshold(falling):
    plan, data = falling
    rows = evaluate(plan, data).rows
    row = rows.loc["haervaerk.plan.2021"]
    assert row["effect_areas"] == 12
    reports = data.tables["incidents"].query("kind == 'vandalism'")
    mine = reports[reports["area"].str.startswith("comparison")]
    then, now = (
        mine[pd.to_datetime(mine["date"]).between(f"{year - 1}-10-01", f"{year}-09-30")]["count"].sum()
        for year in (2017, 2021)
    )
    people = data.tables["population"].query("area.str.startswith('comparison')", engine="python")
    before, after = (people[people["quarter"] == f"{year}Q2"]["residents"].sum() for year in (2017, 2021))
    assert row["comparator_change"] == pytest.approx((now / after) / (then / before) - 1)
    singles = rows[(rows["indicator"] == "haervaerk") & rows["area"].str.startswith("comparison")]
    assert singles["shown"].eq("suppressed").any()  # and still they are in the total


def test_a_comparison_area_with_a_break_leaves_with_its_counts_and_the_total_of_the_rest_is_compared(
    workbook,
):
    with (workbook / "data" / "demo" / "breaks.csv").open("a", encoding="utf-8") as file:
        file.write("incidents,comparison_04,2020,Ny opgørelse,Counted anew\n")
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    assert rows.loc["haervaerk.plan.2019", "effect_areas"] == 12
    row = rows.loc["haervaerk.plan.2021"]
    assert row["effect_areas"] == 11
    left = [f"haervaerk.comparison_{i:02d}" for i in range(1, 13) if i != 4]
    (now, people), (then, before) = (
        rows.loc[[f"{one}.{year}" for one in left], ["numerator", "denominator"]].sum()
        for year in (2021, 2017)
    )
    assert row["comparator_change"] == pytest.approx((now / people) / (then / before) - 1)
    assert not rows["area"].str.contains(":").any() or set(
        rows["area"][rows["area"].str.contains(":")]
    ) <= set(rows["area"][rows["indicator"] == "anmeldelser"])


def test_the_official_panel_gives_the_difference_of_the_printed_sums(evaluation):
    # Statistics Denmark, STRAF11 (October to September) and FOLK1A (1 April): Slagelse, and the other municipalities.
    here = (4231 / 79_287) / (6856 / 78_754)
    others = (339_404 / (5_843_347 - 79_287)) / (455_007 / (5_756_170 - 78_754))
    row = evaluation.rows.loc["anmeldelser.municipality.2021"]
    assert row["effect"] == pytest.approx(here / others - 1)
    assert row["effect"] == pytest.approx(-0.166, abs=5e-4)
    assert row["effect_lower"] < 0 < row["effect_upper"]  # one municipality: nothing can be told of the cause
    assert (row["effect_areas"], row["evidence_level"]) == (97, 2)


def test_with_fewer_than_five_comparison_areas_the_evidence_is_two_at_most(workbook):
    path = workbook / "data" / "demo" / "comparators.csv"
    others = pd.read_csv(path, dtype=str, keep_default_na=False)
    others[~others["kind"].eq("matched") | others["id"].le("comparison_04")].to_csv(path, index=False)
    for name in (
        "incidents",
        "population",
        "education",
        "benefits",
        "survey",
        "survey_rounds",
        "turnover",
        "breaks",
    ):
        table = pd.read_csv(workbook / "data" / "demo" / f"{name}.csv", dtype=str, keep_default_na=False)
        gone = table["area"].str.startswith("comparison") & table["area"].gt("comparison_04")
        table[~gone].to_csv(workbook / "data" / "demo" / f"{name}.csv", index=False)
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    mine = rows[rows["area"].isin([*plan.areas, "plan"]) & rows["effect"].notna()]
    assert len(mine) > 20
    assert mine["evidence_level"].max() == 2


def test_dispersion_and_own_trends_are_published_to_the_quarter(evaluation):
    phi = evaluation.rows["dispersion"].dropna()
    assert len(phi)
    assert (phi * 4 == (phi * 4).round()).all()


def test_words_for_or_against_need_an_equivalence_before_the_plan(evaluation, plan):
    rows = evaluation.rows
    causal = rows[rows["evidence_level"] >= 3]
    inside = causal["pre_trend_lower"].ge(-causal["pre_trend_margin"]) & causal["pre_trend_upper"].le(
        causal["pre_trend_margin"]
    )
    assert inside.all()
    told = rows[rows["evidence_level"].eq(2) & rows["effect_areas"].ge(5) & rows["pre_trend_lower"].notna()]
    outside = told["pre_trend_lower"].lt(-told["pre_trend_margin"]) | told["pre_trend_upper"].gt(
        told["pre_trend_margin"]
    )
    assert outside.all()
    assert len(told) > 10


def test_a_difference_that_an_earlier_drift_would_make_says_nothing_for_or_against(workbook):
    """Vandalism falls 5 % a year more than elsewhere, before the plan as after: shown to be inside the margin of 7.8 %."""
    demo, params = workbook / "data" / "demo", workbook / "params" / "plan.yml"
    params.write_text(params.read_text("utf-8") + "\nown_trends: {rates: 0.02}\n", "utf-8")
    plan = plans.read(workbook)
    reports = pd.read_csv(demo / "incidents.csv", keep_default_na=False)
    others = [f"comparison_{i:02d}" for i in range(1, 13)]
    population = pd.read_csv(demo / "population.csv")
    people = population.groupby(["area", "quarter"])["residents"].sum()
    made = [
        (
            area,
            f"{year - 1}-11-01",
            "vandalism",
            round(0.25 * people[area, f"{year}Q2"] * drift ** (year - 2017)),
        )
        for areas, drift in ((list(plan.areas), 0.95), (others, 1.0))
        for area in areas
        for year in range(2014, 2022)
    ]
    kept = reports[~(reports["area"].isin([*plan.areas, *others]) & reports["kind"].eq("vandalism"))]
    pd.concat([kept, pd.DataFrame(made, columns=kept.columns)]).to_csv(demo / "incidents.csv", index=False)
    rows = evaluate(plan, dataset.read(demo, plan)).rows
    row = rows.loc["haervaerk.plan.2021"]
    assert row["evidence_level"] == 3
    assert row["effect_upper"] < 0
    assert row["event_baseline3_upper"] < 0
    assert row["pre_trend_lower"] < row["drift_to_overturn"] < 0
    assert row["comparison_says"] == "neither"
    r = read(Report(plan, rows, {}, "plan", 2021), "haervaerk")
    assert "intet for eller imod planen" in comparison.conclusion(r).plain
    assert comparison.plan_verdict(r)[0] == "cannot_tell"


# ---- bad input ----------------------------------------------------------------------------------


def without_reports(data, here, first: str, last: str):
    """The data set without reports of some areas between two days."""
    table = data.tables["incidents"]
    gone = table["area"].map(here) & table["date"].between(first, last)
    return replace(data, tables={**data.tables, "incidents": table[~gone]})


def test_a_total_elsewhere_that_ends_at_nothing_has_a_change_and_leaves_no_difference(plan, demo):
    data = without_reports(demo, lambda area: area.startswith("comparison"), "2020-10-01", "2021-09-30")
    rows = evaluate(plan, data).rows
    row = rows.loc["haervaerk.plan.2021"]
    assert row["comparator_change"] == -1
    assert row[["effect", "evidence_level"]].isna().all()
    said = comparison.conclusion(read(Report(plan, rows, {}, "plan", 2021), "haervaerk"))
    assert "One of the two totals is zero" in str(said) or "er nul" in str(said)
    assert math.isfinite(rows.loc["haervaerk.plan.2020", "effect"])


def test_a_plan_that_ends_at_nothing_has_fallen_by_all_and_is_not_compared(plan, demo):
    data = without_reports(demo, lambda area: area in plan.areas, "2020-10-01", "2021-09-30")
    rows = evaluate(plan, data).rows
    row = rows.loc["haervaerk.plan.2021"]
    assert (row["change"], row["verdict"]) == (-1, "reached")
    assert math.isnan(row["effect"])
    assert row["comparison_says"] == ""
    others = rows.assign(effect=rows["effect"].where(rows["indicator"].eq("haervaerk")))
    told = lead.because(Report(plan, others, {}, "plan", 2021)).plain
    assert (
        told
        == "Om planen er grunden, kan ikke afgøres: et samlet tal er nul, så der er ingen forskel at regne ud."
    )


def test_a_baseline_without_reports_carries_no_path_and_no_verdict(plan, demo):
    data = without_reports(demo, lambda area: area in plan.areas, "2016-10-01", "2017-09-30")
    rows = evaluate(plan, data).rows
    mine = rows[(rows["indicator"] == "haervaerk") & (rows["area"] == "plan") & rows["year"].isin(plan.years)]
    assert set(mine["verdict"]) == {"not_assessable"}
    assert set(mine["target_reached"]) == {""}
    assert mine[["change", "effect", "target"]].isna().all(axis=None)


def test_a_break_in_the_baseline_year_leaves_no_years_before_to_speak_from(plan, demo):
    cut = pd.DataFrame(
        [{"table": "incidents", "area": "all", "year": 2017, "what_da": "Ny", "what_en": "New"}]
    ).reindex(columns=demo.tables["breaks"].columns, fill_value="")
    data = replace(demo, tables={**demo.tables, "breaks": pd.concat([demo.tables["breaks"], cut])})
    rows = evaluate(plan, data).rows
    mine = rows[(rows["indicator"] == "haervaerk") & rows["area"].isin([*plan.areas, "plan"])]
    assert mine["pre_trend"].isna().all()
    assert mine["event_baseline3"].isna().all()
    assert mine["evidence_level"].max() == 2
    # One year before the plan and one in it tell no dispersion: no interval, no change and no difference.
    first = mine[mine["year"] == 2018]
    assert first[["change", "effect"]].isna().all(axis=None)
    assert mine.loc[mine["year"].eq(2021), "effect"].notna().all()
