"""Baselines by goal: several years are one level, a year inside the plan says nothing of the plan, changes carry a reason."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import shipped
from evalbook.review.definition_changes import untold
from evalbook.run.definitions import of_plan, stated
from evalkit import plan as plans
from evalkit.data import dataset
from evalkit.errors import ProblemsFound
from evalkit.estimates import rates
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.plan import Plan
from evalkit.plan.baselines import Baseline
from evalkit.report import Report
from evalkit.text import caveat, comparison, findings, narrative
from evalkit.text.reading import read
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
    ("years", "inside", "start", "said"),
    [
        ((2017,), False, 2017, "2017"),
        ((2016,), False, 2017, "2016"),
        ((2015, 2016, 2017), False, 2017, "2015–2017"),
        ((2014, 2016), False, 2017, "2014, 2016"),
        ((2018,), True, 2018, "2018"),
    ],
)
def test_a_baseline_knows_whether_it_lies_in_the_plan(years, inside, start, said):
    base = Baseline(years, 2017)
    assert (base.inside, base.start, str(base)) == (inside, start, said)


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
            "Ændringer er regnet fra 2018, som ligger inde i planen. Hvad niveauet var før, vides ikke, så tallene siger intet for eller imod planen.",
        ),
        (
            "en",
            "Changes are counted from 2018, which lies inside the plan. What the level was before it is not known, so the figures say nothing for or against the plan.",
        ),
    ],
)
def test_the_page_says_that_it_counts_from_inside_the_plan_and_nothing_of_the_plan(several, language, words):
    for goal in ("tryghed", "forsoergelse"):
        for year in several[0].years:
            report = page(several, year, language)
            said = words_of(narrative.goal(report, goal))
            assert words in said
            assert not CAUSE.search(said)
            assert comparison.speaks(read(report, goal)) is None
    first = read(page(several, 2018, language), "forsoergelse")
    assert {"da": "ændringer regnes fra 2018", "en": "changes are counted from 2018"}[
        language
    ] in findings.finding(first).plain


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


def test_made_up_figures_show_nobody_anything_and_count_for_nothing(workbook):
    data = workbook / "data" / "demo"
    assert stated(workbook, data) == {}
    spoil(data / "dataset.yml", "synthetic: true", "synthetic: false")
    assert stated(workbook, data)["haervaerk"]["target"] == "-0.15 a year, compounding"


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
    assert words in " ".join(words_of(text) for _, text in caveat.limits(report) if hasattr(text, "html"))


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("goal: tryghed", "goal: trygheden", r"changes: no goal 'trygheden'\. .*'tryghed'"),
        (
            "what: baseline",
            "what: words",
            r"line \d+, changes\.0\.what: Input should be 'baseline', 'target' or 'definition'",
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
