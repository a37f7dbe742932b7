"""The overview of a data set: what is there, what is provisional, where a series breaks, and what to look at."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import pandas as pd
import pytest

from evalbook.intake import published
from evalbook.intake.data_overview import AT_LEAST, Held, far_off, odd_weights, overview, plan_year
from evalkit import plan as plans
from evalkit.data import dataset as datasets
from evalkit.plan import YearStart
from evalkit.schema import TABLES

OCTOBER = YearStart(month=10)

ROOT = Path(__file__).resolve().parent.parent
YEARS = [2017, 2018, 2019]


def benefits(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """(area, quarter, status) with figures that do not matter."""
    return pd.DataFrame(
        [
            {
                "area": area,
                "quarter": quarter,
                "residents_18_64": 500,
                "recipients_fulltime": 100.0,
                "outside_work_education": 80,
                "status": status,
            }
            for area, quarter, status in rows
        ]
    )


def breaks(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"table": table, "area": area, "year": year, "da": "Brud", "en": "Break"}
            for table, area, year in rows
        ],
        columns=["table", "area", "year", "da", "en"],
    )


def held(
    tables: dict[str, pd.DataFrame], areas: list[str], delivered: Collection[tuple[str, int]] = ()
) -> dict[tuple[str, int], Held]:
    return {
        (one.area, one.year): one
        for one in overview(tables, areas, YEARS, year_starts=OCTOBER, delivered=delivered).held
    }


def test_a_plan_year_lacking_a_quarter_is_partial_and_a_lacking_area_is_missing() -> None:
    whole = [("a", quarter, "final") for quarter in ("2017Q4", "2018Q1", "2018Q2", "2018Q3")]
    got = held(
        {
            "benefits": benefits(*whole, *whole[:3], ("b", "2018Q4", "provisional")).drop_duplicates(),
            "breaks": breaks(),
        },
        ["a", "b", "c"],
    )
    assert got["a", 2018].state == "complete"
    assert (got["b", 2019].state, got["b", 2019].marks) == ("partial", ("provisional",))
    assert got["b", 2018].state == got["c", 2018].state == got["a", 2019].state == "missing"


def test_marks_and_breaks_stand_in_their_year_alone() -> None:
    rows = [("a", "2017Q4", "final"), ("a", "2018Q1", "revised"), ("a", "2018Q4", "final")]
    got = held(
        {"benefits": benefits(*rows), "breaks": breaks(("benefits", "all", 2019), ("survey", "all", 2018))},
        ["a"],
    )
    assert got["a", 2018].marks == ("revised",)
    assert got["a", 2019].marks == ("break",)


def test_a_year_without_a_report_where_reports_were_delivered_is_none_and_not_missing() -> None:
    incidents = pd.DataFrame(
        {
            "area": ["a", "b", "a"],
            "date": pd.to_datetime(["2016-10-01", "2016-12-01", "2018-09-30"]),
            "kind": "vandalism",
            "count": 1,
            "status": "final",
        }
    )
    tables = {"incidents": incidents, "breaks": breaks()}
    got = held(tables, ["a", "b", "c"], [(area, year) for area in "ab" for year in (2017, 2018)])
    assert [got["b", year].state for year in (2017, 2018, 2019)] == ["complete", "none", "missing"]
    assert {got["c", year].state for year in (2017, 2018, 2019)} == {"missing"}


@pytest.mark.parametrize(
    ("column", "value", "year"),
    [
        ("date", "2018-09-30", 2018),
        ("date", "2018-10-01", 2019),
        ("quarter", "2018Q3", 2018),
        ("quarter", "2018Q4", 2019),
        ("year", 2018, 2018),
    ],
)
def test_a_plan_year_is_named_by_the_year_it_ends_in(column: str, value: object, year: int) -> None:
    assert plan_year(pd.DataFrame({column: [value]}), OCTOBER).tolist() == [year]


@pytest.mark.parametrize(
    ("month", "day", "last", "first", "named"),
    [
        (10, 15, "2018-10-14", "2018-10-15", 2018),
        (1, 1, "2018-12-31", "2019-01-01", 2018),
        (1, 2, "2018-01-01", "2018-01-02", 2018),
        (12, 31, "2018-12-30", "2018-12-31", 2018),
    ],
)
def test_a_plan_year_begins_on_the_day_that_is_said(month, day, last, first, named) -> None:
    starts = YearStart(month=month, day=day)
    assert plan_year(pd.DataFrame({"date": [last, first]}), starts).tolist() == [named, named + 1]
    assert starts.first_day(named + 1) == pd.Timestamp(first).date()


@pytest.mark.parametrize(
    ("month", "day", "years"),
    [
        # 2018Q1 ... 2018Q4, each in the plan year that holds most of its days
        (10, 15, [2018, 2018, 2018, 2019]),  # 15 October to 31 December: 78 days of 92
        (11, 15, [2018, 2018, 2018, 2019]),  # 47 of 92
        (11, 16, [2018, 2018, 2018, 2019]),  # 46 of 92, the half: it goes with what begins
        (11, 17, [2018, 2018, 2018, 2018]),  # 45 of 92
        (1, 1, [2018, 2018, 2018, 2018]),
        (2, 1, [2019, 2019, 2019, 2019]),  # the year that begins in February 2018 ends in 2019
        (8, 1, [2018, 2018, 2019, 2019]),
    ],
)
def test_a_quarter_belongs_to_the_plan_year_that_holds_most_of_it(month, day, years) -> None:
    quarters = pd.DataFrame({"quarter": [f"2018Q{n}" for n in (1, 2, 3, 4)]})
    assert plan_year(quarters, YearStart(month=month, day=day)).tolist() == years


@pytest.mark.parametrize(("month", "day"), [(2, 29), (2, 30), (4, 31)])
def test_a_day_that_some_year_lacks_begins_no_plan_year(month, day) -> None:
    with pytest.raises(ValueError, match=f"month {month} has no day {day} in every year"):
        YearStart(month=month, day=day)


def residents(*counts: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": "a",
            "year": range(2010, 2010 + len(counts)),
            "homes": 400,
            "residents": counts,
            "moved_in": 50,
            "moved_out": 50,
        }
    )


def test_a_value_unlike_the_areas_own_history_is_pointed_at() -> None:
    found = list(far_off(TABLES["turnover"], residents(850, 845, 853, 8480, 851, 849), OCTOBER))
    assert [(one.when, one.column, one.value, one.usual) for one in found] == [
        ("2013", "residents", 8480.0, 850.0)
    ]
    assert "usually about 850" in str(found[0])


@pytest.mark.parametrize(
    "counts", [(850, 845, 853, 848, 851), (100, 85, 72, 61, 52), (4, 2, 7, 3, 5, 1), (0, 0, 1, 0, 0, 2)]
)
def test_ordinary_years_a_planned_fall_and_small_numbers_are_not(counts: tuple[int, ...]) -> None:
    assert list(far_off(TABLES["turnover"], residents(*counts), OCTOBER)) == []


def test_too_short_a_history_points_at_nothing() -> None:
    assert list(far_off(TABLES["turnover"], residents(*[850] * (AT_LEAST - 2), 8500), OCTOBER)) == []
    assert list(far_off(TABLES["turnover"], residents(*[850] * (AT_LEAST - 1), 8500), OCTOBER)) != []


def answers(*weights: float, area: str = "a", year: int = 2018, count: int = 1) -> pd.DataFrame:
    return pd.DataFrame({"area": area, "year": year, "weight": weights, "count": count})


def adults(people: int, area: str = "a", year: int = 2018) -> pd.DataFrame:
    """As many adults, and a thousand children who were not asked."""
    quarters = [f"{year - 1}Q4", f"{year}Q1", f"{year}Q2", f"{year}Q3"]
    rows = [
        {"area": area, "quarter": quarter, "age_group": group, "residents": residents}
        for quarter in quarters
        for group, residents in (("0-17", 1000), ("18-24", people - 1), ("65+", 1))
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(("weight", "told"), [(9.9, False), (10.0, True), (26410.0, True)])
def test_a_weight_that_lost_its_decimal_point_is_pointed_at(weight: float, told: bool) -> None:
    frame = answers(*[1.0] * 40, weight)
    found = list(odd_weights(frame, adults(round(40 + weight)), OCTOBER))
    assert [str(one) for one in found] == (
        [f"survey, a 2018: weight of one answer {weight:g}, usually about 1."] if told else []
    )


def test_many_heavy_answers_of_one_round_are_one_line() -> None:
    frame = pd.concat([answers(*[2.0] * 40), answers(300.0, count=3), answers(20.0)])
    assert [str(one) for one in odd_weights(frame, adults(1000), OCTOBER)] == [
        "survey, a 2018: weight of 4 answers up to 300, usually about 2."
    ]


@pytest.mark.parametrize(
    ("people", "told"), [(40, False), (50, False), (51, True), (32, False), (31, True), (1528, True)]
)
def test_weights_that_do_not_add_up_to_the_adults_are_pointed_at(people: int, told: bool) -> None:
    """A quarter more or less is let pass; firms deliver weights with a mean of 1, which add up to the answers."""
    found = [str(one) for one in odd_weights(answers(*[1.0] * 40), adults(people), OCTOBER)]
    line = f"survey, a 2018: the weights add up to 40, but the residents of 18 or more are {people}."
    assert found == ([line] if told else [])


def test_an_area_whose_weights_never_fit_is_one_line_and_no_population_is_no_line() -> None:
    frame = pd.concat([answers(*[1.0] * 40, year=year) for year in (2018, 2019, 2020)])
    people = pd.concat([adults(400, year=year) for year in (2018, 2019)])
    assert [str(one) for one in odd_weights(frame, people, OCTOBER)] == [
        "survey, a 2019 (and 1 more year): the weights add up to 40, but the residents of 18 or more are 400."
    ]
    assert list(odd_weights(frame, people[:0], OCTOBER)) == []


def test_the_demos_weights_are_in_order_and_its_overview_names_them_when_they_are_not() -> None:
    plan = plans.read(ROOT)
    tables = datasets.read(ROOT / "data" / "demo", plan).tables
    assert list(odd_weights(tables["survey"], tables["population"], OCTOBER)) == []
    spoilt = tables | {"survey": tables["survey"].assign(weight=1.0)}
    lines = overview(
        spoilt, list(plan.areas), [plan.baseline_year, *plan.years], year_starts=plan.year_starts
    ).lines()
    assert any(
        line.startswith("look at: survey, sydbyen ") and "the weights add up to" in line for line in lines
    )


def test_the_mass_report_cases_in_the_official_figures_are_found() -> None:
    """2015Q4 and 2018Q1 decide a year in Slagelse: a mass-report case each, and no wave."""
    frame = (
        pd.read_csv(ROOT / "data" / "published" / f"{published.PANEL}.csv")
        .query("area == 'Slagelse'")
        .dropna()
    )
    found = [
        one
        for one in far_off(published.TABLES[published.PANEL], frame, OCTOBER)
        if one.column == "offences_reported"
    ]
    assert [(one.when, one.value) for one in found] == [("2015Q4", 2861.0), ("2018Q1", 3376.0)]


def test_the_demo_is_mapped_for_people_and_for_machines() -> None:
    plan = plans.read(ROOT)
    demo = datasets.read(ROOT / "data" / "demo", plan)
    got = overview(
        demo.tables, list(plan.areas), [plan.baseline_year, *plan.years], year_starts=plan.year_starts
    )
    said = json.loads(json.dumps(got.as_dict()))
    assert set(said) == {"completeness", "unusual", "marks", "breaks", "notes"}
    assert {one["state"] for one in said["completeness"]} == {"complete", "missing"}
    assert {
        (one["table"], one["area"], one["year"]) for one in said["completeness"] if one["state"] == "missing"
    } >= {("survey", "praestevangen", 2020)}
    assert all(one["marks"] for one in said["marks"])
    assert len(got.lines()) < 100
