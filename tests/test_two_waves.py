"""Survey waves as they come: none in the last year before the plan, two inside it, or one alone."""

from __future__ import annotations

import pandas as pd
import pytest

import shipped
from evalkit import plan as plans
from evalkit.chapters import lead, together
from evalkit.data import dataset
from evalkit.estimates.proportions import difference, proportion
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.report import Report, visible
from evalkit.text import narrative
from evalkit.text.html import html_of


def waves(folder, *years: int) -> tuple[plans.Plan, Evaluation]:
    """The demo with published shares of these years alone in place of the survey, 400 answers each."""
    root = shipped.write_workbook(folder)
    demo = root / "data/demo"
    for name in ("survey", "survey_rounds"):
        (demo / f"{name}.csv").unlink()
    rows = [
        ("plan", "tryghed", year, {2016: 280, 2018: 272, 2020: 300, 2021: 312}[year], 400, 1)
        for year in years
    ]
    pd.DataFrame(rows, columns=["area", "indicator", "year", "numerator", "n", "design_effect"]).to_csv(
        demo / "shares.csv", index=False
    )
    plan = plans.read(root)
    return plan, evaluate(plan, dataset.read(demo, plan))


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> tuple[plans.Plan, Evaluation]:
    return waves(tmp_path_factory.mktemp("two"), 2018, 2021)


@pytest.fixture(scope="module")
def one(tmp_path_factory) -> tuple[plans.Plan, Evaluation]:
    return waves(tmp_path_factory.mktemp("one"), 2018)


def page(of: tuple[plans.Plan, Evaluation], year: int, language: str = "da") -> Report:
    plan, evaluation = of
    return Report(
        plan, visible(evaluation.rows, plan, "plan", year), evaluation.facts, "plan", year, language
    )


def test_two_waves_inside_the_plan_give_a_change_from_the_first(two):
    """78 % against 68 % of 400 each: ten points, limits by Newcombe's method 10 written with the two Wilson intervals."""
    row = two[1].rows.loc["tryghed.plan.2021"]
    wanted = difference(proportion(312, 400), proportion(272, 400))
    assert row["baseline_year"] == 2018
    assert row["change"] == pytest.approx(0.10)
    assert (row["change_lower"], row["change_upper"]) == pytest.approx((wanted.lower, wanted.upper))
    assert row["verdict"] == "improved"


def test_a_wave_before_the_plan_is_the_baseline_though_it_is_not_the_last_year_before_it(tmp_path):
    found = waves(tmp_path, 2016, 2020)
    row = found[1].rows.loc["tryghed.plan.2020"]
    assert (row["baseline_year"], row["change"]) == (2016, pytest.approx(0.05))
    assert "Tryghed er ikke målt for planår 2021" in together.sentence(page(found, 2021)).plain


def test_goals_that_were_measured_before_the_plan_count_from_there(two):
    assert two[1].rows.loc["haervaerk.plan.2021", "baseline_year"] == 2017


def test_the_pages_say_how_far_into_the_plan_the_first_wave_lies(two):
    said = html_of(narrative.goal(page(two, 2021), "tryghed"))
    assert "regnet fra 2018, et år inde i planen" in said
    assert "Tryghed er regnet fra 2018, Hærværk fra 2017." in html_of(together.both(page(two, 2021)))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", "Tryghed: Der er én måling, fra 2018. Den giver et niveau og ingen ændring"),
        ("en", "There is one measurement of Safety, from 2018. It gives a level and no change"),
    ],
)
def test_one_wave_is_a_level_and_the_two_by_two_reading_says_so(one, language, words):
    report = page(one, 2021, language)
    assert words in together.sentence(report).plain
    assert "less will to report" not in html_of(together.both(report))
    assert {"da": "Én måling og derfor et niveau", "en": "One measurement, so a level"}[language] in str(
        lead.once(report).plain
    )
