"""Shares that a source has worked out itself: intervals by hand, withheld cells, times as they are, and what is refused."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
import pytest

from evalkit import plan as plans
from evalkit.data import dataset
from evalkit.errors import ProblemsFound
from evalkit.evaluate.evaluation import evaluate

Z = 1.959963984540054
AREAS = ["ringparken", "sydbyen", "motalavej", "praestevangen"]


@pytest.fixture
def shared(workbook):
    """The demo without the tables that a share may stand for, and the rows that are given instead."""

    def read(text: str, *gone: str):
        folder = workbook / "data" / "demo"
        for name in (*gone, "movers"):
            (folder / f"{name}.csv").unlink(missing_ok=True)
        (folder / "shares.csv").write_text(text, encoding="utf-8")
        plan = plans.read(workbook)
        return plan, dataset.read(folder, plan)

    return read


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson 1927, written out."""
    middle, half = (share + Z**2 / (2 * n)), Z * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return (middle - half) / (1 + Z**2 / n), (middle + half) / (1 + Z**2 / n)


def survey(rows: str) -> str:
    return "area,indicator,date,percent,n,design_effect,source\n" + rows


def test_a_published_survey_share_has_the_interval_of_its_answers_and_design_effect(shared):
    plan, data = shared(survey("plan,tryghed,2018-05-15,68.0,400,1.6,VIVE\n"), "survey", "survey_rounds")
    row = evaluate(plan, data).rows.loc["tryghed.plan.2018"]
    assert row["value"] == pytest.approx(0.68)
    assert row["lower"] == pytest.approx(wilson(0.6750, 250)[0], abs=1e-9)  # 0 decimals known: 67.5 to 68.5
    assert row["upper"] == pytest.approx(wilson(0.6850, 250)[1], abs=1e-9)
    assert row["source"] == "VIVE"
    assert row["respondents"] == 400


def test_decimals_that_are_given_make_the_rounding_smaller(shared):
    plan, data = shared(survey("plan,tryghed,2018-05-15,68.2,400,,VIVE\n"), "survey", "survey_rounds")
    row = evaluate(plan, data).rows.loc["tryghed.plan.2018"]
    assert row["lower"] == pytest.approx(wilson(0.6815, 400)[0], abs=1e-9)
    assert "simple_sample" in row["note"]


def test_a_register_share_rounded_to_five_carries_half_of_it(shared):
    text = "area,indicator,year,numerator,n,rounding\nringparken,uddannelse,2018,130,210,5\n"
    plan, data = shared(text, "education")
    row = evaluate(plan, data).rows.loc["uddannelse.ringparken.2018"]
    assert row["value"] == pytest.approx(130 / 210)
    assert row["lower"] == pytest.approx(wilson(127.5 / 210, 210)[0], abs=1e-9)
    assert row["upper"] == pytest.approx(wilson(132.5 / 210, 210)[1], abs=1e-9)


def test_the_areas_shares_add_up_to_the_plans(shared):
    rows = "".join(
        f"{area},uddannelse,2018,{count},{n}\n"
        for area, count, n in zip(AREAS, (60, 50, 40, 30), (100, 100, 90, 70), strict=True)
    )
    plan, data = shared("area,indicator,year,numerator,n\n" + rows, "education")
    row = evaluate(plan, data).rows.loc["uddannelse.plan.2018"]
    assert (row["numerator"], row["denominator"], row["value"]) == (180, 360, 0.5)


def test_a_survey_share_of_the_whole_plan_weighs_each_area_by_its_adults(shared):
    """Residents of 18 or more on 1 April 2018, added up from the demo's population.csv by hand of pandas."""
    rows = "".join(
        f"{area},tryghed,2018-05-15,{percent},200,1,x\n"
        for area, percent in zip(AREAS, (60.5, 70.5, 50.5, 80.5), strict=True)
    )
    plan, data = shared(survey(rows), "survey", "survey_rounds")
    people = data.tables["population"].query("quarter == '2018Q2' and age_group != '0-17'")
    adults = people.groupby("area")["residents"].sum()[AREAS].to_numpy()
    wanted = (adults @ [0.605, 0.705, 0.505, 0.805]) / adults.sum()
    assert evaluate(plan, data).rows.loc["tryghed.plan.2018", "value"] == pytest.approx(wanted)


def test_a_withheld_cell_is_hidden_and_so_is_what_gives_it_away(shared):
    """100 of 400 in all, three areas told: the fourth is 400 - the rest, so one more must go."""
    counts = {"ringparken": "60,100", "sydbyen": "50,100", "motalavej": "40,100"}
    rows = "".join(f"{area},uddannelse,2018,{both},no\n" for area, both in counts.items())
    text = f"area,indicator,year,numerator,n,hidden\n{rows}praestevangen,uddannelse,2018,,,yes\nplan,uddannelse,2018,153,400,no\n"
    plan, data = shared(text, "education")
    shown = (
        evaluate(plan, data)
        .rows.query("indicator == 'uddannelse' and year == 2018")
        .set_index("area")["shown"]
    )
    assert shown["praestevangen"] == "suppressed"
    assert (shown[[*AREAS[:3], "plan"]] == "suppressed").sum() >= 1


def test_a_withheld_cell_alone_takes_nothing_but_the_total_with_it(shared):
    rows = "".join(f"{area},uddannelse,2018,60,100,no\n" for area in AREAS[:3])
    text = f"area,indicator,year,numerator,n,hidden\n{rows}praestevangen,uddannelse,2018,,,yes\n"
    plan, data = shared(text, "education")
    shown = (
        evaluate(plan, data)
        .rows.query("indicator == 'uddannelse' and year == 2018")
        .set_index("area")["shown"]
    )
    assert list(shown[AREAS]) == ["value", "value", "value", "suppressed"]
    assert shown["plan"] == "missing"


def test_an_empty_cell_of_a_register_hides_that_figure_and_no_other(workbook):
    path = workbook / "data/demo/education.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    mine = (frame["area"] == "ringparken") & (frame["year"] == "2019") & (frame["age_group"] == "18-24")
    frame.loc[mine, "neet"] = ""
    frame.to_csv(path, index=False)
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(workbook / "data/demo", plan)).rows
    assert rows.loc["neet.ringparken.2019", "shown"] == "suppressed"
    assert rows.loc["uddannelse.ringparken.2019", "shown"] == "value"


@pytest.mark.parametrize(
    ("month", "stands_at"),
    [(1, 2018), (2, 2019), (4, 2019), (5, None), (7, None), (9, None), (10, 2018), (12, 2018)],
)
def test_a_calendar_year_stands_where_nine_months_are_shared(plan, month, stands_at):
    """The plan year that ends in 2018 begins on 1 October 2017: January to September are nine months of both."""
    other = plan.model_copy(update={"year_starts": plan.year_starts.model_copy(update={"month": month})})
    assert other.year_starts.of_calendar(2018) == stands_at


def test_a_calendar_year_says_so(shared):
    plan, data = shared(
        "area,indicator,calendar_year,numerator,n\nringparken,forsoergelse,2018,100,400\n", "benefits"
    )
    row = evaluate(plan, data).rows.loc["forsoergelse.ringparken.2018"]
    assert row["value"] == 0.25
    assert "calendar_2018" in row["note"]


@pytest.mark.parametrize(
    ("years", "counts_from"),
    [([2016, 2017, 2018], 2016), ([2017, 2018], 2017), ([2015, 2016, 2018], 2016)],
)
def test_the_calendar_year_in_which_the_plan_begins_is_no_baseline_beside_an_earlier_one(
    shared, years, counts_from
):
    """The plan begins on 1 October 2017: three months of the calendar year 2017 are of the plan."""
    areas = ["ringparken", "sydbyen", "motalavej", "praestevangen"]
    cells = [f"{area},forsoergelse,{year},{year - 1900},400" for area in areas for year in years]
    plan, data = shared("area,indicator,calendar_year,numerator,n\n" + "\n".join(cells) + "\n", "benefits")
    rows = evaluate(plan, data).rows
    assert rows.loc["forsoergelse.plan.2018", "baseline_year"] == counts_from
    changed = (118 - (counts_from - 1900)) / 400
    assert rows.loc["forsoergelse.plan.2018", "change"] == pytest.approx(changed, abs=1e-12)


HEAD = "area,indicator,year,date,calendar_year,numerator,percent,n,hidden,rounding\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("ringparken,uddannelse,2018,,,60,,,no,1", "lacks a figure"),
        ("ringparken,uddannelse,2018,,,0,,0,no,1", "there is no share of nobody"),
        ("ringparken,uddannelse,2018,,,60,55,100,no,1", "is not the numerator out of n"),
        ("ringparken,uddannelse,2018,,,,33.35,30,no,1", "is not the share of any whole number of n persons"),
        ("ringparken,uddannelse,2018,,,62,,100,no,5", "is no multiple of what counts are rounded to"),
        ("ringparken,uddannelse,2018,2018-05-01,,60,,100,no,1", "'2' of the three are filled in"),
        ("ringparken,uddannelse,,,,60,,100,no,1", "'0' of the three are filled in"),
        ("ringparken,uddannelse,2018,,,160,,100,no,1", "is more than n"),
        ("ringparken,uddannelse,2018,,,,161,100,no,1", "is more than 100 per cent"),
        ("ringparken,tryghed,2018,,,,0.62,100,no,1", "is below 1, as every percentage of the table"),
        (
            "ringparken,tryghed,2018,,,,0.62,100,no,1\nsydbyen,tryghed,2018,,,,10,100,no,1",
            "is below 1, and the others of the indicator are 10 or more",
        ),
        ("ringparken,haervaerk,2018,,,60,,100,no,1", "is no share in params/indicators.yml"),
        (
            "ringparken,tryghed,2018,,,60,,100,no,1\nringparken,tryghed,,2018-05-15,,61,,100,no,1",
            "stands twice in one plan year",
        ),
    ],
)
def test_what_no_share_can_be_is_refused(shared, row, said):
    with pytest.raises(ProblemsFound) as found:
        shared(HEAD + row + "\n")
    assert any(said in str(problem) and "shares.csv" in str(problem) for problem in found.value.problems), (
        found.value
    )


def test_a_percentage_of_a_whole_number_of_persons_is_read(shared):
    plan, data = shared(HEAD + "ringparken,uddannelse,2018,,,,33.3,30,no,1\n")
    assert evaluate(plan, data).rows.loc["uddannelse.ringparken.2018", "numerator"] == 10


def drawn_in_units(workbook, change=lambda survey: survey):
    """The shipped survey as if stairways had been drawn in two strata: answers of one kind stand in the same ones."""
    path = workbook / "data" / "demo" / "survey.csv"
    survey = pd.read_csv(path, dtype=str, keep_default_na=False)
    at = survey.groupby(["area", "year"]).cumcount()
    safe = survey["answer"].isin(["high", "some"])
    survey["stratum"] = np.where(at % 2, "east", "west")
    survey["psu"] = [
        f"{'a' if good else 'b'}{number // 2 % 24}" for good, number in zip(safe, at, strict=True)
    ]
    change(survey).to_csv(path, index=False)
    return plans.read(workbook)


def test_answers_of_units_that_were_drawn_together_count_for_less(workbook, evaluation):
    plan = drawn_in_units(workbook)
    found = evaluate(plan, dataset.read(workbook / "data" / "demo", plan)).rows
    for row in ("tryghed.sydbyen.2021", "tryghed.plan.2021"):
        simple, clustered = (one.loc[row] for one in (evaluation.rows, found))
        assert clustered["value"] == pytest.approx(simple["value"])
        assert 30 < clustered["effective_n"] < simple["effective_n"] / 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one.assign(psu=one["psu"].mask(one.index == 7, "")), r"row 9, column psu.*is no unit"),
        (
            lambda one: one.assign(psu=one["psu"].mask(one["stratum"].eq("east"), "a1")),
            "sydbyen 2021, stratum east has one unit alone",
        ),
    ],
)
def test_a_unit_that_nobody_can_tell_apart_is_refused_with_its_place(workbook, change, said):
    plan = drawn_in_units(workbook, change)
    with pytest.raises(ProblemsFound, match=said):
        dataset.read(workbook / "data" / "demo", plan)
