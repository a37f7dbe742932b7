"""Baselines by goal: several years are one level, a year inside the plan says nothing of the plan, changes carry a reason."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import shipped
from evalbook.approval import fingerprints
from evalbook.approval.definitions import of_plan, stated
from evalbook.review.definition_changes import untold
from evalbook.run import staleness
from evalbook.run.runner import Run
from evalkit import plan as plans
from evalkit.cards import goal_cards
from evalkit.chapters import areas
from evalkit.data import dataset
from evalkit.errors import ProblemsFound
from evalkit.estimates import rates
from evalkit.estimates.power import years_to_see
from evalkit.estimates.statistics import Statistic
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.evaluate.frames import beside
from evalkit.figures import small_multiples
from evalkit.figures.glyphs import sparkline
from evalkit.plan import Plan
from evalkit.plan.baselines import Baseline
from evalkit.report import Report
from evalkit.tables import indicator_tables
from evalkit.text import comparison, findings, narrative
from evalkit.text.reading import read
from evalkit.verdicts import OFFICES, progress
from test_plan import spoil

THREE = [2015, 2016, 2017]
GOALS = ("tryghed", "haervaerk", "uddannelse", "forsoergelse")


def set_baseline(root: Path, goal: str, written: str) -> None:
    """Type a goal's baseline into plan.yml."""
    spoil(
        root / "params/plan.yml",
        f"    indicator: {goal}\n",
        f"    indicator: {goal}\n    baseline: {written}\n",
    )


@pytest.fixture(scope="module")
def several(tmp_path_factory) -> tuple[Plan, Evaluation]:
    """Vandalism and education from three years, safety from the first of two rounds, benefits from a year of the plan."""
    root = shipped.write_workbook(tmp_path_factory.mktemp("baselines"))
    for goal, written in zip(GOALS, ("first_measured", str(THREE), str(THREE), "2018"), strict=True):
        set_baseline(root, goal, written)
    for name in ("survey", "survey_rounds"):  # as asked: in 2018 and in 2021
        path = root / "data" / "demo" / f"{name}.csv"
        table = pd.read_csv(path, dtype=str)
        table[table["year"].isin(["2018", "2021"])].to_csv(path, index=False)
    plan = plans.read(root)
    return plan, evaluate(plan, dataset.read(root / "data/demo", plan))


def page(several, year: int, language: str, area: str = "plan") -> Report:
    plan, evaluation = several
    return Report(plan, evaluation.rows, evaluation.facts, area, year, language)


def words_of(block) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html.unescape(block.html)).replace("\xa0", " ").split())


def parts_of(block) -> list[str]:
    """The texts between tags: the cells of a table."""
    parts = re.split(r"<[^>]+>", html.unescape(block.html).replace("\xa0", " "))
    return [part.strip() for part in parts if part.strip()]


# ---- what is typed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("2016", (2016,)),
        ("[2015, 2016, 2017]", (2015, 2016, 2017)),
        ("2018", (2018,)),
        ("first_measured", (2017,)),
    ],
)
def test_a_goal_has_its_own_baseline_and_the_others_the_plans(workbook, written, years):
    set_baseline(workbook, "tryghed", written)
    plan = plans.read(workbook)
    assert plan.baseline_of("tryghed").years == plan.baseline_of("gab_tryghed").years == years
    assert plan.baseline_of("haervaerk").years == plan.baseline_of("neet").years == (2017,)


def test_the_plans_baseline_is_everybodys_default_and_may_be_left_out(workbook, plan):
    assert plan.baseline_of("haervaerk") == Baseline((2017,), 2017)
    spoil(
        workbook / "params/plan.yml", "baseline_year: 2017\n", "baseline_year: 2017\nbaseline: [2016, 2017]\n"
    )
    assert {plans.read(workbook).baseline_of(name).years for name in plan.indicators} == {(2016, 2017)}


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "first",
            r"plan\.yml, line \d+, goals\.tryghed\.baseline: baseline 'first' is no year: type a year \(2017\)",
        ),
        ("true", r"goals\.tryghed\.baseline: baseline True is no year: type a year"),
        (
            "[2017, 2016]",
            r"goals\.tryghed\.baseline: baseline \[2017, 2016\]: the years must rise, each once; type",
        ),
        ("[]", r"goals\.tryghed\.baseline: baseline \[\]: the years must rise"),
        (
            "[2017, 2018]",
            r"goals\.tryghed\.baseline: \[2017, 2018\] reaches into the plan, which begins in 2018",
        ),
        ("2021", r"goals\.tryghed\.baseline: 2021 leaves no plan year after it; type a year"),
    ],
)
def test_a_slip_is_named_with_its_line_and_what_to_type(workbook, written, message):
    set_baseline(workbook, "tryghed", written)
    with pytest.raises(ProblemsFound, match=message):
        plans.read(workbook)


@pytest.mark.parametrize(
    ("years", "inside", "middle", "said"),
    [
        ((2017,), False, 2017, "2017"),
        ((2016,), False, 2016, "2016"),
        ((2015, 2016, 2017), False, 2016, "2015–2017"),
        ((2014, 2016), False, 2015, "2014, 2016"),
        ((2018,), True, 2018, "2018"),
    ],
)
def test_a_baseline_knows_whether_it_lies_in_the_plan(years, inside, middle, said):
    base = Baseline(years, 2017)
    assert (base.inside, base.middle, str(base)) == (inside, middle, said)


# ---- several years are one level ---------------------------------------------------------------------


@pytest.mark.parametrize(("area", "year"), [("plan", 2018), ("sydbyen", 2021)])
def test_reports_of_several_years_are_pooled_and_the_path_starts_from_them(several, area, year):
    rows = several[1].rows
    early = rows.loc[[f"haervaerk.{area}.{one}" for one in THREE], ["numerator", "denominator"]].sum()
    row = rows.loc[f"haervaerk.{area}.{year}"]
    level = 1000 * early["numerator"] / early["denominator"]
    assert row["baseline_value"] == pytest.approx(level)
    assert row["baseline"] == "2015–2017"
    assert row["target"] == pytest.approx(level * 0.85 ** (year - 2017))
    found = rates.ratio(
        row["numerator"], row["denominator"], *early, dispersion=row["dispersion"], df=row["df"]
    )
    told = row[["change", "change_lower", "change_upper"]].astype(float).tolist()
    assert told == pytest.approx([found.value - 1, found.lower - 1, found.upper - 1])
    assert row[["baseline_numerator", "baseline_denominator", "change_baseline3"]].isna().all()


def test_the_comparison_counts_from_the_same_years_on_both_sides(several):
    rows = several[1].rows
    sums = {
        side: [
            rows.loc[[f"haervaerk.{side}.{one}" for one in years], ["numerator", "denominator"]].sum()
            for years in (THREE, [2021])
        ]
        for side in ("plan", "matched")
    }
    ratios = {
        side: (now["numerator"] / now["denominator"]) / (then["numerator"] / then["denominator"])
        for side, (then, now) in sums.items()
    }
    row = rows.loc["haervaerk.plan.2021"]
    assert row["comparator_change"] == pytest.approx(ratios["matched"] - 1)
    assert row["effect"] == pytest.approx(ratios["plan"] / ratios["matched"] - 1)
    assert row["effect"] == pytest.approx(row["event_baseline3"])  # the same reading, now the first one


def test_shares_of_several_years_are_their_mean_with_the_variance_of_a_mean(several):
    rows = several[1].rows
    early = rows.loc[[f"uddannelse.plan.{one}" for one in THREE]]
    row = rows.loc["uddannelse.plan.2021"]
    mean = early["value"].mean()
    assert row["baseline_value"] == pytest.approx(mean)
    assert row["change"] == pytest.approx(row["value"] - mean)
    p, n = early["value"], early["denominator"]
    size = mean * (1 - mean) / ((p * (1 - p) / n).sum() / 9)
    z2 = 1.959963984540054**2 / size  # Wilson's on so many people, and Newcombe's difference
    middle, reach = (mean + z2 / 2) / (1 + z2), np.sqrt(z2 * (mean * (1 - mean) + z2 / 4)) / (1 + z2)
    low, high = middle - reach, middle + reach
    assert row["change_lower"] == pytest.approx(
        row["change"] - np.hypot(row["value"] - row["lower"], high - mean)
    )
    assert row["change_upper"] == pytest.approx(
        row["change"] + np.hypot(row["upper"] - row["value"], mean - low)
    )
    assert (row["p_value"] < 0.05) == (row["change_lower"] > 0 or row["change_upper"] < 0)
    assert row[["part_stayers", "part_movers_in"]].isna().all()  # the movers are those since 2017


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", "Ændringer er regnet fra niveauet i 2015–2017 under ét."),
        ("en", "Changes are counted from the level of 2015–2017 together."),
    ],
)
def test_the_page_says_which_years_are_one_level(several, language, words):
    said = words_of(narrative.goal(page(several, 2021, language), "haervaerk"))
    assert words in said
    assert {"da": "om året i 2015–2017", "en": "a year in 2015–2017"}[language] in said


def test_a_trend_is_of_the_years_themselves_and_no_baseline_of_several_is_put_in_the_place_of_one(several):
    rows = several[1].rows
    years = list(range(2017, 2022))
    for area in ("plan", "sydbyen"):
        series = rows.loc[[f"haervaerk.{area}.{year}" for year in years]]
        row = series.iloc[-1]
        found = rates.annual_change(
            series["numerator"], series["denominator"], years, dispersion=row["dispersion"], df=row["df"]
        )
        assert row["trend"] == pytest.approx(found.value)
        assert row["judged_on"] == "change"  # the path starts from another level than the trend
        assert row["planned_change"] == pytest.approx(0.85**4 - 1)


def test_the_projection_is_of_the_series_that_the_trend_is_of(several):
    rows = several[1].rows
    years = list(range(2017, 2021))
    series = rows.loc[[f"haervaerk.plan.{year}" for year in years]]
    row = series.iloc[-1]
    found = rates.projected(
        series["numerator"],
        series["denominator"],
        years,
        2021,
        row["denominator"],
        dispersion=row["dispersion"],
        df=row["df"],
    )
    told = row[["projection", "projection_lower", "projection_upper"]].astype(float)
    assert told.tolist() == pytest.approx([1000 * found.value, 1000 * found.lower, 1000 * found.upper])


def test_a_year_counts_from_the_middle_of_the_baseline(several):
    rows = several[1].rows
    overturned = rows[rows["indicator"].isin(["haervaerk", "uddannelse"]) & rows["drift_to_overturn"].notna()]
    assert len(overturned)
    for _, row in overturned.iterrows():
        nearest = row["effect_lower"] if row["effect_lower"] > 0 else row["effect_upper"]
        years = row["year"] - 2016  # the middle of 2015, 2016 and 2017
        drift = (1 + nearest) ** (1 / years) - 1 if row["indicator"] == "haervaerk" else nearest / years
        assert row["drift_to_overturn"] == pytest.approx(drift)
    for name, area in (("haervaerk", "sydbyen"), ("uddannelse", "plan")):
        row = rows.loc[f"{name}.{area}.2021"]
        polarity = several[0].indicators[name].polarity
        for office in OFFICES:
            said = progress(row["value"], row["baseline_value"], 5, polarity=polarity, rule=office)
            assert row[f"verdict_{office}"] == said.value


def test_the_years_that_it_takes_are_those_of_a_year_as_large_as_each(several):
    row = several[1].rows.loc["haervaerk.plan.2018"]
    early = several[1].rows.loc[[f"haervaerk.plan.{one}" for one in THREE]]
    needed = years_to_see(
        row["baseline_value"] / 1000,
        early["denominator"].mean(),
        -0.15,
        scale="relative",
        by="change",
        dispersion=row["dispersion"],
        df=row["df"],
    )
    assert row["years_by_change"] == pytest.approx(needed)


def test_another_statistic_has_the_mean_of_the_years_with_limits_by_square_and_add():
    class Amount(Statistic):
        name, unit = "amount", "kr."

        def level(self, counts):
            raise NotImplementedError

        def variance(self, cells):
            raise NotImplementedError

    known = {"numerator": 1.0, "denominator": 2.0, "effective_n": 10.0, "design_df": [7.0, 9.0]}
    first, second = (
        pd.DataFrame({"value": value, "lower": value - reach, "upper": value + 2 * reach} | known)
        for value, reach in ((10.0, 3.0), (20.0, 4.0))
    )
    made = Amount().together([first, second])
    assert made[["value", "lower", "upper"]].iloc[0].tolist() == [
        15.0,
        12.5,
        20.0,
    ]  # a triangle of 3, 4 and 5
    assert made["design_df"].tolist() == [7.0, 9.0]
    assert made[["numerator", "denominator"]].isna().all(axis=None)


@pytest.mark.parametrize(("year", "counts"), [(2014, True), (2015, False), (2016, False), (2018, True)])
def test_a_year_of_the_baseline_has_no_change_and_the_others_have(year, counts):
    assert Baseline((2015, 2016, 2017), 2017).counts(year) == counts


@pytest.mark.parametrize(("year", "counts"), [(2016, False), (2018, False), (2019, True)])
def test_from_a_baseline_in_the_plan_only_later_years_have_a_change(year, counts):
    assert Baseline((2018,), 2017).counts(year) == counts


def test_an_approval_is_of_every_year_that_changes_count_from(several):
    plan, evaluation = several
    figures = fingerprints.figures(plan, evaluation.rows, "plan", 2021)
    for name, first in (("haervaerk", 2015), ("uddannelse", 2015), ("forsoergelse", 2017)):
        assert min(one for one in figures if one.startswith(f"{name}.plan.")) == f"{name}.plan.{first}"
    moved = evaluation.rows.copy()
    moved.loc["haervaerk.plan.2015", "value"] += 1
    now = fingerprints.figures(plan, moved, "plan", 2021)
    assert fingerprints.fingerprint(now) != fingerprints.fingerprint(figures)
    moved["baseline_year"] = moved["baseline_year"].mask(moved["indicator"].eq("tryghed"), 2014)
    assert "tryghed.plan.2014" in fingerprints.figures(
        plan, moved, "plan", 2021
    )  # measured first in that year


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_figure_of_gaps_begins_where_its_table_counts_from(several, language):
    chart = small_multiples.gap(page(several, 2021, language))
    assert chart.data["year"].min() == 2015


# ---- breaks, holes, years without figures ------------------------------------------------------------


def reworded(root: Path, year: int) -> None:
    """Another wording of the question in one year, which nobody has declared as a break."""
    path = root / "data" / "demo" / "survey_rounds.csv"
    table = pd.read_csv(path, dtype=str)
    table.loc[table["year"] == str(year), "wording"] = "2"
    table.to_csv(path, index=False)


@pytest.mark.parametrize(
    ("written", "year", "lost"),
    [
        ("2017", 2019, {2019}),
        ("[2016, 2017]", 2019, {2019}),
        ("[2016, 2017]", 2016, {2018, 2019, 2021}),  # the baseline's own years were asked in two ways
        ("[2016, 2017]", 2017, {2018, 2019, 2021}),
        ("[2016, 2017]", 2015, set()),
        ("2018", 2019, {2019}),
        ("2018", 2018, {2019, 2021}),
    ],
)
def test_nothing_is_counted_across_a_change_of_wording_that_nobody_declared(workbook, written, year, lost):
    set_baseline(workbook, "tryghed", written)
    reworded(workbook, year)
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data/demo", plan)).rows
    for name in ("tryghed", "gab_tryghed"):
        own = rows[(rows["indicator"] == name) & (rows["area"] == "plan")].set_index("year")
        later = own[own["value"].notna() & (own.index > max(2017, plan.baseline_of(name).last))]
        assert set(later.index[later["change"].isna()]) == lost
        assert set(later.index[later["series_break"] == "yes"]) == lost
        assert later.loc[sorted(lost), "effect"].isna().all()


def test_which_rows_stand_beside_which_is_one_question_at_a_time(several):
    rows = several[1].rows.set_index(["indicator", "area", "year"])
    with pytest.raises(TypeError, match=r"beside: one year for all rows, not array"):
        beside(rows, ["value"], year=np.array([2017] * len(rows)))


def test_a_break_between_the_years_of_a_baseline_leaves_nothing_to_count_from(workbook):
    set_baseline(workbook, "forsoergelse", "[2014, 2016]")  # benefits were counted in a new way in 2015
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data/demo", plan)).rows
    own = rows[(rows["indicator"] == "forsoergelse") & (rows["area"] == "plan")]
    assert own["series_break"].eq("yes").all()
    assert own[["change", "effect", "trend"]].isna().all(axis=None)
    assert set(own.loc[own["year"].isin(plan.years), "verdict_rule"]) == {"series_break"}


@pytest.mark.parametrize("written", ["2010", "[2010, 2017]"])
def test_a_baseline_year_without_figures_leaves_no_change_and_stops_nothing(workbook, written):
    for goal in GOALS:
        set_baseline(workbook, goal, written)
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data/demo", plan)).rows
    own = rows[rows["indicator"].isin(GOALS) & rows["area"].isin(["plan", *plan.areas])]
    assert own[["baseline_value", "change", "effect", "target"]].isna().all(axis=None)
    assert set(own.loc[own["year"].isin(plan.years), "verdict"]) <= {"not_assessable", "suppressed"}
    assert own["value"].notna().any()


# ---- what tables and words call it -------------------------------------------------------------------


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_table_of_one_goal_is_headed_by_the_years_whose_level_it_shows(several, language):
    report = page(several, 2021, language)
    said = parts_of(areas.details(report, "haervaerk"))
    level = read(report, "haervaerk").cite("baseline_value").text
    head = said.index("2015–2017")
    assert said[head - 1 : head + 2] in (["Område", "2015–2017", "2021"], ["Area", "2015–2017", "2021"])
    assert level in said[head:] and "2017" not in said


@pytest.mark.parametrize(("language", "name"), [("da", "Basisåret"), ("en", "The baseline year")])
def test_a_table_of_several_goals_names_the_years_of_each_level(several, language, name):
    report = page(several, 2021, language)
    said = parts_of(indicator_tables.gaps(report))
    assert said[said.index(name) + 1] == "2021"
    for gap, years in (("gab_haervaerk", "2015–2017"), ("gab_tryghed", "2018")):
        level = read(report, gap).cite("baseline_value", signed=True).text.replace("\u2212", "-")
        assert said[said.index(level) + 1] == f"({years})"
    for block in (areas.goals_by_area(report), goal_cards.goals(report)):
        assert name.lower() in words_of(block)
    for years in ("2015–2017", "2018"):  # an answer names the years that its own goal counts from
        assert years in words_of(narrative.answers(report))
    for block in (areas.goals_by_area(report), narrative.answers(report), goal_cards.goals(report)):
        assert not re.search(r"(siden|since|i|in) 2017\b", words_of(block))


# ---- inside the plan --------------------------------------------------------------------------------


def test_two_rounds_of_which_the_first_lies_in_the_plan_give_a_change_with_its_interval(several):
    rows = several[1].rows
    row = rows.loc["tryghed.plan.2021"]
    assert row["baseline"] == "2018"
    assert row["change"] == pytest.approx(row["value"] - rows.loc["tryghed.plan.2018", "value"])
    assert row["change_lower"] < row["change"] < row["change_upper"]
    assert row["verdict"] in ("improved", "worsened", "little_change", "cannot_tell")
    assert row["evidence_level"] <= 2
    assert np.isnan(rows.loc["tryghed.plan.2018", "change"])


def test_a_baseline_inside_the_plan_has_no_target_and_no_change_before_it(workbook):
    set_baseline(workbook, "haervaerk", "2019")
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data/demo", plan)).rows
    for area in (*plan.areas, "plan"):
        for year in plan.years:
            row = rows.loc[f"haervaerk.{area}.{year}"]
            assert row[["target", "target_linear", "planned_change", "trend"]].isna().all()
            assert row["target_reached"] == ""
            assert np.isfinite(row["change"]) == (year > 2019)
            assert not row["evidence_level"] > 2
            assert row["verdict"] in (
                ("improved", "worsened", "little_change", "cannot_tell")
                if year > 2019
                else ("not_assessable",)
            )
    gap = rows.loc["gab_haervaerk.plan.2021"]
    level = [rows.loc[f"haervaerk.{side}.2019", "value"] for side in ("plan", "rest")]
    assert gap["baseline_value"] == pytest.approx(level[0] / level[1] - 1)


CAUSE = re.compile(
    r"taler for|taler imod|speaks for|speaks against|passer med, at planen|fits with the plan", re.IGNORECASE
)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "da",
            "Ændringer er regnet fra 2018, et år inde i planen. Hvad niveauet var før, vides ikke, så tallene siger intet for eller imod planen.",
        ),
        (
            "en",
            "Changes are counted from 2018, one year into the plan. What the level was before it is not known, so the figures say nothing for or against the plan.",
        ),
    ],
)
def test_the_page_says_that_it_counts_from_inside_the_plan_and_nothing_of_the_plan(several, language, words):
    for goal in ("tryghed", "forsoergelse"):
        for year in several[0].years:
            report = page(several, year, language)
            said = words_of(narrative.goal(report, goal))
            if goal == "tryghed" and year < 2021:  # the first measurement is the only one so far
                once = {"da": "Der er én måling, fra 2018: et niveau og ingen ændring."}
                assert (
                    once.get(language, "There is one measurement, from 2018: a level, and no change.") in said
                )
                continue
            assert words in said
            if read(report, goal).has("value"):  # the report itself, not its annex alone
                assert words in words_of(narrative.reading(report, goal))
            assert not CAUSE.search(said)
            assert comparison.speaks(read(report, goal)) is None
    first = read(page(several, 2018, language), "forsoergelse")
    assert {"da": "ændringer regnes fra 2018", "en": "changes are counted from 2018"}[
        language
    ] in findings.finding(first).plain


@pytest.mark.parametrize("area", ["plan", "ringparken"])
def test_the_curve_of_a_card_counts_from_the_level_of_all_years(several, area):
    drawn = sparkline(page(several, 2021, "da", area), "haervaerk")
    (dotted,), (path,) = (
        re.findall(r'"M4 (\d+)H', drawn),
        re.findall(r'"M4 (\d+)L[^"]*" stroke="[^"]*" stroke-width="1.6"', drawn),
    )
    assert dotted == path  # the target path starts where changes count from


def test_the_first_measured_year_is_of_all_areas_together(several):
    plan, evaluation = several
    assert evaluation.rows.loc["gab_tryghed.plan.2021", "baseline"] == "2018"
    assert plan.baseline_of("tryghed").years == (2017,)  # the plan alone cannot know


# ---- changed after the first evaluation -----------------------------------------------------------------


def run_of(root: Path, began: str, **changed: dict[str, str]) -> None:
    """A line of the ledger as a run with real figures writes it."""
    told = of_plan(plans.read(root))
    told = {goal: parts | changed.get(goal, {}) for goal, parts in told.items()}
    path = root / "output" / "history.jsonl"
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"began": began, "definitions": told}) + "\n")


SAID = 'changes: [{date: 2026-03-01, goal: tryghed, what: baseline, before: "2017", reason: {da: "Først spurgt i 2018.", en: "First asked in 2018."}}]\n'


def test_check_asks_for_a_change_that_nobody_has_told_of_and_names_what_to_type(workbook):
    run_of(workbook, "2026-02-01T10:00:00+00:00")
    assert not list(untold(plans.read(workbook)))
    set_baseline(workbook, "tryghed", "2018")
    (problem,) = untold(plans.read(workbook))
    assert re.search(
        r"params/plan\.yml, line \d+, goals\.tryghed\.baseline: the baseline was 2017 in the evaluation of 2026-02-01, "
        r"and changed after it\. Say when and why in params/plan\.yml: changes: \[\{date: 2026-02-01, goal: tryghed, "
        r'what: baseline, before: "2017"',
        str(problem),
    )
    spoil(workbook / "params/plan.yml", "baseline_year: 2017\n", "baseline_year: 2017\n" + SAID)
    assert not list(untold(plans.read(workbook)))


def test_every_change_is_asked_for_and_a_change_back_is_one(workbook):
    run_of(workbook, "2026-02-01T10:00:00+00:00")
    run_of(workbook, "2026-03-01T10:00:00+00:00", tryghed={"baseline": "2018"}, haervaerk={"target": "none"})
    found = list(untold(plans.read(workbook)))
    assert [problem.place.split(", ")[1] for problem in found] == [
        "goals.tryghed.baseline",
        "goals.haervaerk.target",
    ]
    spoil(workbook / "params/plan.yml", "baseline_year: 2017\n", "baseline_year: 2017\n" + SAID)
    (first, _) = untold(plans.read(workbook))  # there and back again are two changes, and one is told
    assert "was 2018 in the evaluation of 2026-03-01" in str(first)


def test_another_count_is_named_in_the_file_of_indicators_and_other_words_are_no_change(workbook):
    run_of(workbook, "2026-02-01T10:00:00+00:00")
    spoil(workbook / "params/indicators.yml", "answer: [high, some]", "answer: [high]")
    spoil(workbook / "params/indicators.yml", "svar »i høj grad« eller »i nogen grad«", "svar »i høj grad«")
    (problem,) = untold(plans.read(workbook))
    assert str(problem).startswith("params/indicators.yml, line ")
    assert "the definition was another in the evaluation of 2026-02-01" in str(problem)


@pytest.mark.parametrize(
    ("file", "was", "now"),
    [
        ("plan", "    indicator: haervaerk\n", "    indicator: haervaerk\n    margin: 0.3\n"),
        ("plan", "baseline_year: 2017\n", "baseline_year: 2017\nown_trends: {rates: 0.01}\n"),
        ("indicators", "  delta: 0.05", "  delta: 0.3"),
    ],
)
def test_a_margin_that_was_widened_after_the_figures_were_seen_is_asked_for(workbook, file, was, now):
    run_of(workbook, "2026-02-01T10:00:00+00:00")
    spoil(workbook / f"params/{file}.yml", was, now)
    said = [str(problem) for problem in untold(plans.read(workbook))]
    assert said
    assert all("the comparison was another (margin, own_trends" in one for one in said)
    assert all("what: comparison, before: {da: …, en: …}" in one for one in said)


def test_made_up_figures_show_nobody_anything_and_count_for_nothing(workbook):
    data = workbook / "data" / "demo"
    assert stated(workbook, data) == {}
    spoil(data / "dataset.yml", "synthetic: true", "synthetic: false")
    assert stated(workbook, data)["haervaerk"]["target"] == "-0.15 a year, compounding"


def test_a_ledger_that_is_no_text_stops_no_check(workbook):
    run_of(workbook, "2026-02-01T10:00:00+00:00")
    with (workbook / "output" / "history.jsonl").open("ab") as file:
        file.write(b"\xff\xfe\x00 torn\n")
    set_baseline(workbook, "tryghed", "2018")
    (problem,) = untold(plans.read(workbook))
    assert "the baseline was 2017" in str(problem)


def test_definitions_are_kept_of_a_data_set_outside_the_workbook_too(workbook, tmp_path):
    data = tmp_path / "elsewhere" / "municipality"
    shutil.copytree(workbook / "data" / "demo", data)
    spoil(data / "dataset.yml", "synthetic: true", "synthetic: false")
    copy = tmp_path / "inputs"
    staleness.copy_inputs(staleness.input_files(workbook, data), copy)
    steps = SimpleNamespace(reports=lambda root: [])
    options = SimpleNamespace(check=lambda keys: None)
    run = Run(workbook, data, tmp_path / "out", options, steps, None)
    run._reports(copy)
    assert run.definitions["tryghed"]["baseline"] == "2017"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", "Basisåret for Tryghed blev ændret 1. marts 2026; før var det 2017. Først spurgt i 2018."),
        (
            "en",
            "The baseline of Safety was changed on 1 March 2026; before, it was 2017. First asked in 2018.",
        ),
    ],
)
def test_a_change_is_printed_with_its_date_and_reason(workbook, evaluation, language, words):
    spoil(workbook / "params/plan.yml", "baseline_year: 2017\n", "baseline_year: 2017\n" + SAID)
    report = Report(plans.read(workbook), evaluation.rows, evaluation.facts, "plan", 2021, language)
    assert words in words_of(narrative.limits(report, 1))  # in the report itself, however few limits it names


@pytest.mark.parametrize(
    ("before", "typed"),
    [
        ({"target": "-0.15 a year, compounding"}, 'before: {da: "−15,0 pct. om året", en: "−15.0% a year"}'),
        (
            {"target": "0.02 a year, linear"},
            'before: {da: "+2,0 pct. om året, lineært", en: "+2.0% a year, linear"}',
        ),
        ({"target": "none"}, 'before: {da: "intet tal", en: "no number"}'),
        (
            {"baseline": "first_measured"},
            'before: {da: "det første målte år", en: "the first measured year"}',
        ),
        ({"baseline": "2015–2017"}, 'before: "2015–2017"'),
        ({"definition": "{}"}, "before: {da: …, en: …}"),
    ],
)
def test_what_a_definition_was_is_typed_so_that_both_languages_can_print_it(workbook, before, typed):
    run_of(workbook, "2026-02-01T10:00:00+00:00", haervaerk=before)
    if before.get("target", "").startswith("-0.15"):
        spoil(workbook / "params/plan.yml", "annual_change: -0.15", "annual_change: -0.10")
    (problem,) = untold(plans.read(workbook))
    assert typed in str(problem)
    (what,) = before
    told = (
        f"changes: [{{date: 2026-02-01, goal: haervaerk, what: {what}, {typed}, reason: {{da: …, en: …}}}}]\n"
    )
    spoil(workbook / "params/plan.yml", "baseline_year: 2017\n", "baseline_year: 2017\n" + told)
    assert not list(untold(plans.read(workbook)))  # as it is typed, it is read


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        (
            'before: "2017"',
            'before: "the first year"',
            r"'the first year' is printed in both languages: type \{da: …, en: …\}",
        ),
        ("goal: tryghed", "goal: trygheden", r"changes: no goal 'trygheden'\. .*'tryghed'"),
        (
            "what: baseline",
            "what: words",
            r"line \d+, changes\.0\.what: Input should be 'baseline', 'target', 'definition' or 'comparison'",
        ),
        ("date: 2026-03-01", "date: soon", r"changes\.0\.date"),
    ],
)
def test_a_slip_in_changes_is_named(workbook, was, now, message):
    spoil(
        workbook / "params/plan.yml",
        "baseline_year: 2017\n",
        "baseline_year: 2017\n" + SAID.replace(was, now),
    )
    with pytest.raises(ProblemsFound, match=message):
        plans.read(workbook)
