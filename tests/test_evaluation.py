"""The published rows: right numbers, nothing hidden in them, and definitions that are edited, not coded."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import evalkit
from evalbook.review import check_command
from evalbook.run import planning
from evalkit import plan as plans
from evalkit.data import dataset
from evalkit.errors import EvalkitError, ProblemsFound
from evalkit.evaluate.evaluation import TEXT_COLUMNS, Evaluation, evaluate
from evalkit.results import ROW_COLUMNS
from evalkit.tables import measurement
from evalkit.terms import Verdict
from evalkit.text import judgements
from evalkit.text.reading import read
from test_plan import spoil

GOALS = ("tryghed", "haervaerk", "uddannelse", "forsoergelse")
DERIVED = [
    "numerator",
    "value",
    "lower",
    "upper",
    "change",
    "change_lower",
    "change_upper",
    "change_baseline3",
    "p_value",
    "detectable",
    "effective_n",
    "design_effect",
    "effect",
    "trend",
]


@pytest.fixture(scope="session")
def rows(evaluation) -> pd.DataFrame:
    return evaluation.rows


@pytest.fixture(scope="session")
def csv():
    """The demo tables as plain CSV, read without the library."""

    def read(name: str) -> pd.DataFrame:
        return pd.read_csv(plans.find_root() / "data" / "demo" / f"{name}.csv")

    return read


def test_the_fingerprint_is_of_what_is_published_and_no_split_of_a_hidden_count_changes_it(workbook):
    path, plan = workbook / "data/demo/turnover.csv", plans.read(workbook)
    text = path.read_text(encoding="utf-8")
    prints = set()
    for hidden, other in ((3, 135), (4, 134), (2, 136)):  # one sum, of which one part is below five
        turned = text.replace("motalavej,2020,528,1147,154,156", f"motalavej,2020,528,1147,154,{hidden}")
        turned = turned.replace(
            "praestevangen,2020,438,951,126,135", f"praestevangen,2020,438,951,126,{other}"
        )
        path.write_text(turned, encoding="utf-8")
        found = evaluate(plan, dataset.read(path.parent, plan))
        assert found.rows.loc["fraflytning.motalavej.2020", "shown"] == "suppressed"
        prints.add(found.facts["data"]["fingerprint"])
    assert len(prints) == 1
    path.write_text(text, encoding="utf-8")
    assert evaluate(plan, dataset.read(path.parent, plan)).facts["data"]["fingerprint"] not in prints


def test_every_goal_has_a_row_for_every_area_and_plan_year_and_for_the_plan(rows, plan):
    for goal in GOALS:
        for area in (*plan.areas, "plan"):
            for year in plan.years:
                assert rows.loc[f"{goal}.{area}.{year}", "verdict"] in set(Verdict)


def test_columns_and_ids_are_those_of_the_vocabulary(rows):
    assert list(rows.columns) == list(ROW_COLUMNS)
    assert rows.index.is_unique
    assert (rows.index == rows["indicator"] + "." + rows["area"] + "." + rows["year"].astype(str)).all()


@pytest.mark.parametrize(("area", "year"), [("ringparken", 2018), ("motalavej", 2021), ("rest", 2019)])
def test_vandalism_is_reports_of_the_plan_year_per_1000_residents_on_1_april(rows, csv, area, year):
    incidents = csv("incidents").query("area == @area and kind == 'vandalism'")
    count = incidents.get("count", pd.Series(1, index=incidents.index))
    inside = (incidents["date"] >= f"{year - 1}-10-01") & (incidents["date"] <= f"{year}-09-30")
    residents = (
        csv("population")
        .query("area == @area and quarter == @quarter", local_dict={"area": area, "quarter": f"{year}Q2"})[
            "residents"
        ]
        .sum()
    )
    row = rows.loc[f"haervaerk.{area}.{year}"]
    assert row["numerator"] == count[inside].sum()
    assert row["value"] == pytest.approx(1000 * count[inside].sum() / residents)


@pytest.mark.parametrize(("area", "year"), [("sydbyen", 2018), ("motalavej", 2021)])
def test_safety_is_the_weighted_share_of_valid_answers(rows, csv, area, year):
    survey = csv("survey").query("area == @area and year == @year and answer != 'dont_know'")
    safe = survey["answer"].isin(["high", "some"])
    assert rows.loc[f"tryghed.{area}.{year}", "value"] == pytest.approx(
        np.average(safe, weights=survey["weight"])
    )


def residents_of_18_and_over(csv, areas, year):
    """Half-way through the plan year, 1 April."""
    people = csv("population").query(
        "quarter == @quarter and age_group != '0-17'", local_dict={"quarter": f"{year}Q2"}
    )
    return people.groupby("area")["residents"].sum()[list(areas)]


def test_the_plans_safety_weighs_areas_by_residents_and_not_by_who_answered(rows, csv, plan):
    adults = residents_of_18_and_over(csv, plan.areas, 2021)
    shares = pd.Series({area: rows.loc[f"tryghed.{area}.2021", "value"] for area in plan.areas})
    assert rows.loc["tryghed.plan.2021", "value"] == pytest.approx((shares * adults / adults.sum()).sum())


@pytest.mark.parametrize("scale", ["mean of 1 in each area", "1 for everybody"])
def test_the_scale_of_the_weights_moves_no_area_in_the_plans_safety(workbook, csv, plan, scale):
    """Survey firms deliver weights with a mean of 1: they say nothing about how many live where."""
    path = workbook / "data" / "demo" / "survey.csv"
    survey = pd.read_csv(path, keep_default_na=False)
    mean = survey.groupby(["area", "year"])["weight"].transform("mean")
    survey["weight"] = (survey["weight"] / mean).round(6) if "mean" in scale else 1
    survey.to_csv(path, index=False)
    rows = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    adults = residents_of_18_and_over(csv, plan.areas, 2021)
    shares = pd.Series({area: rows.loc[f"tryghed.{area}.2021", "value"] for area in plan.areas})
    assert rows.loc["tryghed.plan.2021", "value"] == pytest.approx((shares * adults / adults.sum()).sum())


def test_half_an_area_that_does_not_know_moves_no_weight_to_the_others(workbook, csv, plan):
    path = workbook / "data" / "demo" / "survey.csv"
    survey = pd.read_csv(path, keep_default_na=False)
    mine = survey["area"].eq("sydbyen") & survey["year"].eq(2021) & survey["answer"].ne("dont_know")
    survey.loc[survey[mine].sample(frac=0.5, random_state=1).index, "answer"] = "dont_know"
    survey.to_csv(path, index=False)
    rows = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    adults = residents_of_18_and_over(csv, plan.areas, 2021)
    shares = pd.Series({area: rows.loc[f"tryghed.{area}.2021", "value"] for area in plan.areas})
    assert rows.loc["tryghed.plan.2021", "value"] == pytest.approx((shares * adults / adults.sum()).sum())


def test_without_a_parts_residents_the_plans_safety_is_missing_and_not_weighed_by_guess(workbook, plan):
    path = workbook / "data" / "demo" / "population.csv"
    people = pd.read_csv(path, dtype=str, keep_default_na=False)
    people[~(people["area"].eq("sydbyen") & people["quarter"].eq("2020Q2"))].to_csv(path, index=False)
    rows = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    assert rows.loc["tryghed.sydbyen.2020", "shown"] == "value"
    assert rows.loc["tryghed.plan.2020", "shown"] == "missing"


def test_education_and_benefits_come_from_their_registers(rows, csv):
    young = csv("education").query("area == 'ringparken' and year == 2019 and age_group == '18-24'").iloc[0]
    assert rows.loc["uddannelse.ringparken.2019", "value"] == pytest.approx(
        young["enrolled_or_completed"] / young["residents"]
    )
    quarters = csv("benefits").query(
        "area == 'ringparken' and quarter in ['2018Q4', '2019Q1', '2019Q2', '2019Q3']"
    )
    expected = quarters["recipients_fulltime"].mean() / quarters["residents_18_64"].mean()
    assert rows.loc["forsoergelse.ringparken.2019", "value"] == pytest.approx(expected)


def test_a_total_with_a_part_missing_is_missing(rows):
    missing = rows.query("indicator == 'tryghed' and year == 2020 and shown == 'missing'")
    assert "plan" in set(missing["area"])
    assert missing["value"].isna().all()


def test_an_area_nobody_asked_has_its_row_even_where_pandas_drops_empty_rows(plan, demo, csv, monkeypatch):
    made = pd.DataFrame.from_dict

    def before_3_1(dataset, orient="columns", **options):
        return made({key: row for key, row in dataset.items() if len(row)}, orient=orient, **options)

    monkeypatch.setattr(pd.DataFrame, "from_dict", before_3_1)
    rows = evaluate(plan, demo).rows
    survey = csv("survey")
    years = sorted(set(survey["year"]))
    asked = set(zip(survey["area"], survey["year"], strict=True))
    assert ("praestevangen", 2020) not in asked
    for area in plan.areas:
        for year in years:
            row = rows.loc[f"tryghed.{area}.{year}"]
            assert pd.isna(row["respondents"]) or (area, year) in asked
            assert (area, year) in asked or row["shown"] == "missing"
    for name in ("tryghed", "gab_tryghed"):
        assert rows.loc[[f"{name}.praestevangen.2020", f"{name}.plan.2020"], "shown"].eq("missing").all()


def test_every_text_is_a_word_of_its_own_or_empty(rows):
    texts = rows[list(TEXT_COLUMNS)]
    assert not texts.isin(["nan", "None", "<NA>", "NaT"]).any(axis=None)
    assert set(rows["verdict"]) <= {str(verdict) for verdict in Verdict} | {""}
    before = rows.query("indicator == 'gab_tryghed' and year == baseline_year")
    assert len(before) == 5  # four areas and the plan, none of which can have changed yet
    assert before["verdict"].eq("").all()


def test_target_path_compounds_and_the_linear_reading_stands_beside_it(rows):
    base = rows.loc["haervaerk.plan.2017", "value"]
    for year, compound, linear in (
        (2018, 0.85, 0.85),
        (2019, 0.7225, 0.70),
        (2020, 0.614125, 0.55),
        (2021, 0.52200625, 0.40),
    ):
        row = rows.loc[f"haervaerk.plan.{year}"]
        assert row["target"] == pytest.approx(base * compound)
        assert row["target_linear"] == pytest.approx(base * linear)


def test_the_plain_fact_is_apart_from_the_verdict(rows):
    judged = rows[(rows["indicator"] == "haervaerk") & (rows["target_reached"] != "")]
    assert ((judged["value"] <= judged["target"]) == (judged["target_reached"] == "yes")).all()
    by_fact = judged.groupby("target_reached")["verdict"].nunique()
    assert by_fact.max() > 1  # the same fact goes with different evidence


def test_from_the_third_plan_year_rates_with_a_number_are_judged_on_their_trend(rows):
    assert rows.loc["haervaerk.plan.2019", "judged_on"] == "change"
    assert rows.loc["haervaerk.plan.2020", "judged_on"] == "trend"
    assert rows.loc["haervaerk.plan.2020", "planned_change"] == pytest.approx(-0.15)


def test_p_values_agree_with_the_intervals(rows):
    judged = rows[rows["p_value"].notna() & (rows["judged_on"] != "trend")]
    excludes = (judged["change_lower"] > 0) | (judged["change_upper"] < 0)
    assert ((judged["p_value"] < 0.05) == excludes).all()


def test_holm_never_claims_more_than_the_verdict_read_alone(rows):
    single = rows[rows["p_holm"].notna()]
    assert len(single) > 50
    assert (single["p_holm"] >= single["p_value"] - 1e-12).all()
    changed = single["verdict_holm"] != single["verdict"]
    assert (single.loc[changed, "verdict_holm"] == "cannot_tell").all()


def test_a_series_break_cannot_be_judged(rows):
    broken = rows[(rows["series_break"] == "yes") & rows["verdict"].ne("") & rows["change"].notna()]
    assert set(broken["verdict"]) <= {"cannot_tell", "not_assessable", "suppressed"}


def test_official_figures_are_never_called_synthetic_nor_the_areas_official(rows, plan):
    official = rows[rows["indicator"] == "anmeldelser"]
    assert set(official["synthetic"]) == {"no"}
    assert not set(official["area"]) & {*plan.areas, "plan", "rest", "matched"}
    assert set(rows.loc[rows["indicator"] != "anmeldelser", "synthetic"]) == {"yes"}
    assert official.loc["anmeldelser.municipality.2018", "numerator"] == 8136
    assert official.loc["anmeldelser.country.2021", "numerator"] == 339404  # Christiansø reported none


def test_the_odd_quarters_are_found_and_set_to_the_usual_level_in_a_row_of_their_own(evaluation, rows):
    assert [odd["quarter"] for odd in evaluation.facts["odd_quarters"]] == ["2015Q4", "2018Q1"]
    odd = evaluation.facts["odd_quarters"][1]
    usual = rows.loc["anmeldelser.municipality_usual.2018", "numerator"]
    assert usual == 8136 - odd["reported"] + odd["usual"]


# ---- nothing hidden leaves a trace ------------------------------------------------------------


def test_a_hidden_row_holds_no_number_made_from_its_count(rows):
    hidden = rows[rows["shown"] == "suppressed"]
    assert len(hidden) > 20
    assert hidden[DERIVED].isna().all(axis=None)
    assert set(hidden["hidden_by"]) <= {"below_threshold", "confidential"}


def test_a_hidden_baseline_hides_every_change_from_it(rows):
    base = rows[(rows["year"] == 2017) & (rows["shown"] == "suppressed")]
    assert len(base)
    for _, one in base.iterrows():
        later = rows[(rows["indicator"] == one["indicator"]) & (rows["area"] == one["area"])]
        assert later[["baseline_value", "change", "change_baseline3", "target"]].isna().all(axis=None)


def test_where_dont_know_is_hidden_so_is_how_many_answered(rows):
    """An interval with all its decimals gives its t quantile, so the valid answers: what answered minus them is hidden."""
    own = rows.query("indicator == 'tryghed' and value.notna() and invited.notna()")
    hidden = own[own["dont_know"].isna()]
    assert len(hidden)
    assert hidden[["respondents", "response_rate"]].isna().all().all()
    assert own.loc[own["dont_know"].notna(), "respondents"].notna().all()


def test_the_trend_before_the_plan_leaves_out_years_of_another_series(rows, plan):
    """Benefits were counted in a new way in 2015; a comparison area whose survey broke in 2019 counts before it."""

    def slope(indicator, area, years):
        ids = [f"{indicator}.{area}.{year}" for year in years]
        return np.polyfit(years, rows.loc[ids, "value"].to_numpy(), 1)[0]

    for indicator, years in (("forsoergelse", [2015, 2016, 2017]), ("tryghed", [2014, 2015, 2016, 2017])):
        drift = slope(indicator, "plan", years) - slope(indicator, "matched", years)
        for year in (2018, 2021):
            assert rows.loc[f"{indicator}.plan.{year}", "pre_trend"] == pytest.approx(drift, abs=1e-12)


def test_no_shown_small_count_remains(rows, plan):
    counted = rows[rows["statistic"].isin(["share", "rate", "count"]) & (rows["indicator"] != "anmeldelser")]
    shown = counted[counted["shown"] == "value"]
    assert not ((shown["numerator"] > 0) & (shown["numerator"] < plan.policy.threshold)).any()
    shares = shown[shown["statistic"] == "share"]
    left = shares["denominator"] - shares["numerator"]
    assert not ((left > 0) & (left < plan.policy.threshold)).any()


# ---- the table as a file ------------------------------------------------------------------------


def test_what_is_written_is_read_back_to_the_last_digit(evaluation, tmp_path):
    evaluation.write(tmp_path)
    again = Evaluation.read(tmp_path)
    pd.testing.assert_frame_equal(again.rows, evaluation.rows, check_exact=True)
    assert again.facts == evaluation.facts
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "facts.json",
        "rows.csv",
    ]  # the ledger stays out


def test_two_evaluations_give_the_same_bytes(plan, demo, evaluation, tmp_path):
    evaluation.write(tmp_path / "one")
    evaluate(plan, demo).write(tmp_path / "two")
    for name in ("rows.csv", "facts.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


# ---- definitions are edited, not coded ------------------------------------------------------------


def test_a_new_indicator_is_a_new_record(workbook):
    path = workbook / "params" / "indicators.yml"
    path.write_text(
        path.read_text(encoding="utf-8")
        + """
tilflytning:
  title: {da: Tilflytning, en: Moves in}
  definition: {da: Tilflyttede, en: Moved in}
  question: {da: "Hvor mange flyttede ind?", en: "How many moved in?"}
  statistic: share
  numerator: {table: turnover, column: moved_in, timing: year, words: {da: tilflyttede, en: moved in}}
  denominator: {table: turnover, column: residents, timing: year, words: {da: beboere, en: residents}}
  source: {da: folkeregistret, en: the population register}
  when: {da: i planåret, en: in the plan year}
""",
        encoding="utf-8",
    )
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    moved = (
        pd.read_csv(workbook / "data" / "demo" / "turnover.csv")
        .query("area == 'sydbyen' and year == 2020")
        .iloc[0]
    )
    assert rows.loc["tilflytning.sydbyen.2020", "value"] == pytest.approx(
        moved["moved_in"] / moved["residents"]
    )


def test_a_new_area_is_an_entry_in_the_plan_and_its_data(workbook):
    spoil(
        workbook / "params" / "plan.yml",
        "  motalavej:\n    name: Motalavej",
        "  nordbyen:\n    name: Nordbyen\n    town: Slagelse\n  motalavej:\n    name: Motalavej",
    )
    folder = workbook / "data" / "demo"
    comparators = pd.read_csv(folder / "comparators.csv")
    comparators[comparators["id"] != "comparison_01"].to_csv(folder / "comparators.csv", index=False)
    for path in folder.glob("*.csv"):
        path.write_text(
            path.read_text(encoding="utf-8").replace("comparison_01,", "nordbyen,"), encoding="utf-8"
        )
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(folder, plan)).rows
    assert rows.loc["uddannelse.nordbyen.2021", "shown"] == "value"
    assert rows.loc["uddannelse.nordbyen.2021", "verdict"] in set(Verdict)
    parts = rows.loc[[f"uddannelse.{area}.2021" for area in plan.areas], "numerator"]
    assert rows.loc["uddannelse.plan.2021", "numerator"] == parts.sum()


def test_a_shorter_plan_is_an_edit(workbook):
    spoil(workbook / "params" / "plan.yml", "years: [2018, 2019, 2020, 2021]", "years: [2018, 2019, 2020]")
    spoil(workbook / "params" / "plan.yml", "  year: 2021", "  year: 2020")
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    assert rows["year"].max() == 2020


def test_reports_of_two_years_alone_carry_no_interval_and_no_verdict(workbook):
    """How restless reports are cannot be told from two years; no number is made up in its place."""
    path = workbook / "params" / "plan.yml"
    spoil(path, "years: [2018, 2019, 2020, 2021]", "years: [2018]")
    spoil(path, "year: 2021", "year: 2018")
    folder = workbook / "data" / "demo"
    incidents = pd.read_csv(folder / "incidents.csv", dtype=str)
    incidents[incidents["date"].between("2016-10-01", "2018-09-30")].to_csv(
        folder / "incidents.csv", index=False
    )
    spoil(folder / "dataset.yml", "start: 2013-10-01, end: 2021-09-30", "start: 2016-10-01, end: 2018-09-30")
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(folder, plan)).rows
    ours = rows[(rows["indicator"] == "haervaerk") & rows["area"].isin([*plan.areas, "plan"])]
    told = ours[ours["year"] == 2018]
    assert told["value"].notna().any()
    unsure = [
        "dispersion",
        "change",
        "change_lower",
        "change_upper",
        "p_value",
        "detectable",
        "effect",
        "event",
    ]
    assert told[unsure].isna().all(axis=None)
    assert set(told["verdict"]) == {"not_assessable"}
    gaps = rows[(rows["indicator"] == "gab_haervaerk") & (rows["year"] == 2018)]
    assert gaps["value"].isna().all() and set(gaps["verdict"]) == {"not_assessable"}


def test_without_comparators_the_rows_are_there_and_say_nothing_of_others(workbook):
    folder = workbook / "data" / "demo"
    gone = set(pd.read_csv(folder / "comparators.csv")["id"])
    for path in folder.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        if path.stem == "comparators":
            table = table[:0]
        elif "area" in table:
            table = table[~table["area"].isin(gone)]
        table.to_csv(path, index=False)
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(folder, plan)).rows
    own = rows[rows["indicator"].isin(GOALS)]
    assert own["effect"].isna().all()
    assert own.loc["haervaerk.plan.2019", "verdict"] in set(Verdict)
    assert (rows.loc[rows["statistic"] == "gap", "shown"] == "missing").all()


@pytest.mark.parametrize(
    ("answers", "shown"), [(1, "suppressed"), (29, "suppressed"), (31, "missing"), (120, "value")]
)
def test_too_few_answers_publish_no_level_and_cannot_tell(workbook, answers, shown):
    path = workbook / "data" / "demo" / "survey.csv"
    survey = pd.read_csv(path, dtype=str, keep_default_na=False)
    mine = survey["area"].eq("sydbyen") & survey["year"].eq("2019") & survey["answer"].ne("dont_know")
    pd.concat([survey[~mine], survey[mine].sample(answers, random_state=1)]).to_csv(path, index=False)
    plan = plans.read(workbook)
    row = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows.loc["tryghed.sydbyen.2019"]
    assert row["shown"] == shown
    if shown == "missing":
        assert (row["note"], row["verdict"], row["verdict_rule"]) == ("too_few", "cannot_tell", "too_few")
    assert row[["value", "lower", "upper", "change"]].isna().all() == (shown != "value")


@pytest.mark.parametrize(
    ("area", "year"), [("motalavej", 2019), ("praestevangen", 2021), ("comparison_02", 2021)]
)
def test_an_area_where_everybody_feels_safe_both_years_is_at_100_per_cent_and_stops_nothing(
    workbook, area, year
):
    path = workbook / "data" / "demo" / "survey.csv"
    survey = pd.read_csv(path, dtype=str, keep_default_na=False)
    mine = (
        survey["area"].eq(area) & survey["year"].isin(["2017", str(year)]) & survey["answer"].ne("dont_know")
    )
    survey.loc[mine, "answer"] = "high"
    survey.to_csv(path, index=False)
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    row = rows.loc[f"tryghed.{area}.{year}"]
    assert (row["value"], row["upper"], row["change"]) == (1, 1, 0)
    assert rows["value"][rows["unit"].eq("share")].dropna().between(0, 1).all()


def test_the_plans_weighted_safety_is_hidden_with_any_areas(workbook):
    path = workbook / "data" / "demo" / "survey.csv"
    survey = pd.read_csv(path, dtype=str, keep_default_na=False)
    gone = pd.Series(False, index=survey.index)
    for area in ("sydbyen", "motalavej"):
        mine = survey["area"].eq(area) & survey["year"].eq("2019") & survey["answer"].ne("dont_know")
        gone |= mine & ~survey.index.isin(survey[mine].sample(29, random_state=1).index)
    survey[~gone].to_csv(path, index=False)
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    assert rows.loc[["tryghed.sydbyen.2019", "tryghed.motalavej.2019"], "shown"].eq("suppressed").all()
    whole = rows.loc["tryghed.plan.2019"]
    assert (whole["shown"], whole["hidden_by"]) == ("suppressed", "confidential")
    assert whole[["numerator", "denominator", "value", "change"]].isna().all()
    assert rows.loc["tryghed.plan.2018", "shown"] == "value"


def test_no_target_path_and_no_number_follow_from_a_baseline_without_reports(workbook, monkeypatch):
    path = workbook / "data" / "demo" / "incidents.csv"
    incidents = pd.read_csv(path, dtype=str, keep_default_na=False)
    gone = incidents["area"].eq("sydbyen") & incidents["kind"].eq("vandalism")
    gone &= incidents["date"].between("2016-10-01", "2017-09-30")
    incidents[~gone].to_csv(path, index=False)
    plan = plans.read(workbook)
    row = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows.loc["haervaerk.sydbyen.2019"]
    assert (row["shown"], row["verdict"], row["target_reached"]) == ("value", "not_assessable", "")
    assert row[["target", "target_linear", "change", "change_lower", "p_value", "effect"]].isna().all()
    monkeypatch.chdir(workbook)
    report = evalkit.load("sydbyen", 2019)
    assert "0,0" in measurement.realism(report).html
    assert "ingen i 2017" in judgements.judgement(read(report, "haervaerk")).plain


def test_reports_from_where_nobody_is_said_to_live_give_no_figure_of_the_whole_either(workbook):
    path = workbook / "data" / "demo" / "population.csv"
    people = pd.read_csv(path, dtype=str, keep_default_na=False)
    people.loc[people["area"].eq("sydbyen") & people["quarter"].eq("2019Q2"), "residents"] = "0"
    people.to_csv(path, index=False)
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    for area in ("sydbyen", "plan"):
        row = rows.loc[f"haervaerk.{area}.2019"]
        assert (row["shown"], row["verdict"]) == ("missing", "not_assessable")
        assert row[["numerator", "value", "change"]].isna().all()
    assert rows.loc["haervaerk.plan.2018", "shown"] == "value"


def test_where_the_baseline_year_was_not_measured_changes_count_from_the_next_that_was(workbook):
    plan = plans.read(workbook).model_copy(update={"baseline_year": 2010})
    rows = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    own = rows[rows["indicator"].isin(GOALS) & rows["area"].eq("plan")]
    assert set(own["baseline_year"]) == {2014} and own["target"].isna().all()
    then, now = (rows.loc[f"tryghed.plan.{year}", "value"] for year in (2014, 2021))
    assert rows.loc["tryghed.plan.2021", "change"] == pytest.approx(now - then, abs=1e-12)
    broken = own[own["indicator"].eq("forsoergelse")]  # another definition from 2015 on
    assert broken["change"].isna().all() and set(broken["verdict"].dropna()) <= {"", "cannot_tell"}


def test_thirty_per_cent_a_year_is_a_target_and_its_linear_reading_ends_at_none(workbook):
    path = workbook / "params" / "plan.yml"
    text = path.read_text(encoding="utf-8").replace("annual_change: -0.15", "annual_change: -0.30")
    path.write_text(text, encoding="utf-8")
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    base = rows.loc["haervaerk.plan.2017", "value"]
    last = rows.loc["haervaerk.plan.2021"]
    assert last["target"] == pytest.approx(base * 0.7**4)
    assert last["target_linear"] == 0
    path.write_text(text.replace("reading: compounding", "reading: linear"), encoding="utf-8")
    with pytest.raises(EvalkitError, match=r"params/plan\.yml.*reading: compounding"):
        plans.read(workbook)


def aimed(workbook: Path, goal: str, annual: float, reading: str = "compounding") -> plans.Plan:
    """The plan with a number for a goal that has none."""
    path = workbook / "params" / "plan.yml"
    before, key, after = path.read_text(encoding="utf-8").partition(f"\n  {goal}:\n    indicator")
    after = after.replace("target: null", f"target: {{annual_change: {annual!r}, reading: {reading}}}", 1)
    path.write_text(before + key + after, encoding="utf-8")
    return plans.read(workbook)


@pytest.mark.parametrize(
    ("goal", "annual", "reading", "told"),
    [
        # 78.3 % in Præstevangen: 90.0, 103.5; by 0.10 read linearly 86.1, 93.9, 101.8
        (
            "tryghed",
            0.15,
            "compounding",
            r"0\.15 a year from 78\.3% in 2017 \(praestevangen\).* in 2019: 103\.5%",
        ),
        (
            "tryghed",
            0.10,
            "linear",
            r"\(praestevangen\) leaves 0-100 % in 2020: 101\.8%.*At most 0\.069 a year",
        ),
        ("uddannelse", 0.9, "compounding", r"goals\.uddannelse\.target: 0\.9 a year.* leaves 0-100 % in 20"),
    ],
)
def test_a_share_cannot_be_planned_to_pass_100_per_cent_and_check_and_run_say_so(
    workbook, goal, annual, reading, told
):
    aimed(workbook, goal, annual, reading)
    demo = workbook / "data" / "demo"
    (problem,) = check_command.check(workbook, demo)
    assert re.search(told, str(problem))
    assert str(problem).startswith("params/plan.yml, line ") and f", goals.{goal}.target: " in str(problem)
    with pytest.raises(ProblemsFound, match=told):
        planning.evaluate(workbook, demo, workbook / "output")


def test_a_share_may_be_planned_to_reach_100_per_cent_and_not_a_hair_more(workbook, rows):
    base = rows.loc[[f"tryghed.{area}.2017" for area in plans.read(workbook).areas], "value"].max()
    pace = (1 / base) ** (1 / 4) - 1  # 100 % in the fourth year
    demo = workbook / "data" / "demo"
    plan = aimed(workbook, "tryghed", float(pace))
    assert evaluate(plan, dataset.read(demo, plan)).rows["target"].loc[
        "tryghed.praestevangen.2021"
    ] == pytest.approx(1)
    higher = plan.goals["tryghed"].target.model_copy(update={"annual_change": float(pace) + 1e-6})
    goals = plan.goals | {"tryghed": plan.goals["tryghed"].model_copy(update={"target": higher})}
    with pytest.raises(ProblemsFound, match=r"\(praestevangen\) leaves 0-100 % in 2021"):
        evaluate(plan.model_copy(update={"goals": goals}), dataset.read(demo, plan))


@pytest.mark.parametrize(("way", "years"), [("annual_points", 4), ("total_points", 1)])
def test_points_may_end_at_nobody_and_not_a_hair_below(workbook, rows, way, years):
    plan, demo = plans.read(workbook), workbook / "data" / "demo"
    started = {area: rows.loc[f"forsoergelse.{area}.2017", "value"] for area in plan.areas}
    area = min(started, key=lambda each: started[each])
    most = started[area] / years  # nobody left in the fourth year where there were fewest

    def asking(points: float) -> plans.Plan:
        aim = plan.goals["forsoergelse"].model_copy(update={"target": plans.Target(**{way: -points})})
        return plan.model_copy(update={"goals": plan.goals | {"forsoergelse": aim}})

    last = evaluate(asking(most), dataset.read(demo, plan)).rows.loc[f"forsoergelse.{area}.2021"]
    assert last["target"] == pytest.approx(0, abs=1e-12)
    with pytest.raises(ProblemsFound) as refused:
        evaluate(asking(most + 1e-4), dataset.read(demo, plan))
    said, below = str(refused.value), years * 1e-4
    assert f"({area}) leaves 0-100 % in 2021: -{below:.1%}." in said
    per = "points a year" if years == 4 else "points over the plan"
    assert f"At most -{np.floor(1000 * most) / 1000:g} {per} stays within until 2021" in said


def test_a_path_that_leaves_100_per_cent_after_the_data_end_is_refused_now(workbook):
    plan = aimed(workbook, "tryghed", 0.06).model_copy(update={"years": [2018, 2019, 2020, 2021, 2022]})
    with pytest.raises(ProblemsFound, match=r"in 2022: 104\.8%"):  # 78.3 * 1.06^5
        evaluate(plan, dataset.read(workbook / "data" / "demo", plan))


def test_relabelling_areas_moves_no_number(workbook, rows):
    """Two areas that swap names swap rows, and nothing else moves."""
    folder = workbook / "data" / "demo"
    for path in [*folder.glob("*.csv")]:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "area" in table:
            table["area"] = table["area"].replace({"sydbyen": "motalavej", "motalavej": "sydbyen"})
            table.to_csv(path, index=False)
    plan = plans.read(workbook)
    swapped = evaluate(plan, dataset.read(folder, plan)).rows
    names = {"sydbyen": "motalavej", "motalavej": "sydbyen"}
    for goal in GOALS:
        for area in (*plan.areas, "plan", "rest"):
            ours, theirs = (
                rows.loc[f"{goal}.{area}.2021"],
                swapped.loc[f"{goal}.{names.get(area, area)}.2021"],
            )
            assert theirs["verdict"] == ours["verdict"]
            assert theirs[["value", "change", "effect"]].astype(float).to_numpy() == pytest.approx(
                ours[["value", "change", "effect"]].astype(float).to_numpy(), nan_ok=True
            )
