"""Reports per resident: none about a handful of people, no trace of how many they are, and totals over all residents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from attacker import PLENTY, Knowledge, ranges, solved
from evalbook.review.check_command import said
from evalkit import plan as plans
from evalkit.data import dataset
from evalkit.data.dataset import DataSet
from evalkit.disclosure.policy import Policy, primary
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.measure.counts import without_residents
from evalkit.text.reading import read
from evalkit.text.sentences import absent
from test_delivery import counts_of
from test_evaluation import DERIVED

RATES = ("haervaerk", "ildspaasaettelse")
YEARS = range(2014, 2022)


@pytest.fixture(scope="session")
def peopled(demo) -> Callable[..., DataSet]:
    """The demo data set with other numbers of residents: area -> all of them in every quarter, or in those of a year."""

    def make(residents: dict[str, int], years: Iterable[int] = YEARS) -> DataSet:
        people = demo.tables["population"].copy()
        quarters = [f"{year}Q2" for year in years]
        for area, n in residents.items():
            mine = people["area"].eq(area) & people["quarter"].isin(quarters)
            people.loc[mine, "residents"] = 0
            people.loc[people.index[mine & ~people["quarter"].where(mine).duplicated()], "residents"] = n
        return replace(demo, tables={**demo.tables, "population": people})

    return make


@pytest.fixture(scope="session")
def published(plan, peopled) -> Callable[..., Evaluation]:
    """Evaluated once for all tests that look at the same residents."""
    done: dict[tuple[object, ...], Evaluation] = {}

    def make(residents: dict[str, int], years: Iterable[int] = YEARS) -> Evaluation:
        key = (*residents.items(), *years)
        if key not in done:
            done[key] = evaluate(plan, peopled(residents, years))
        return done[key]

    return make


# ---- small groups ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reports", "residents", "why"),
    [
        (15, 3, "small_group"),  # 5,000 per 1,000
        (0, 29, "small_group"),
        (15, 29, "small_group"),
        (15, 30, ""),
        (0, 30, ""),
        (4, 30, "below_threshold"),
        (15, 0, ""),  # a square: nobody whom it could be about
        (15, np.nan, ""),  # a count of its own, such as attendances
    ],
)
def test_a_rate_of_a_small_group_is_small_however_many_reports_there_are(reports, residents, why):
    cell = pd.DataFrame({"count": [float(reports)], "total": np.nan, "people": residents})
    assert primary(cell, Policy())[0] == why


@pytest.mark.parametrize("residents", [3, 29])
def test_no_rate_of_fewer_residents_than_the_smallest_group_is_published(published, residents):
    rows = published({"sydbyen": residents}).rows
    for rate in RATES:
        mine = rows[rows["indicator"].eq(rate) & rows["area"].eq("sydbyen")]
        assert set(mine["shown"]) == {"suppressed"}
        assert mine[[*DERIVED, "baseline_value", "baseline_numerator"]].isna().all(axis=None)
        assert mine["denominator"].isna().all() == (residents < 5)
    gap = rows[rows["indicator"].eq("gab_haervaerk") & rows["area"].eq("sydbyen")]
    assert gap["value"].isna().all()
    assert rows.loc["haervaerk.plan.2019", "shown"] == "value"


def test_thirty_residents_are_enough(published):
    rows = published({"sydbyen": 30}).rows
    mine = rows[rows["indicator"].eq("haervaerk") & rows["area"].eq("sydbyen")]
    assert set(mine["shown"]) == {"value"}
    assert set(mine["denominator"]) == {30}


# ---- the attacker ---------------------------------------------------------------------------------


def knowledge(rows: pd.DataFrame, parts: dict[str, list[str]]) -> tuple[Knowledge, set[str]]:
    """What a reader of results.csv knows of reports and residents, and the cells that he is not told.

    Rates he takes from their rows, from the baseline of later rows, from the comparator of other rows and from gaps;
    any two of reports, residents and rate give the third.
    """
    level: dict[tuple[str, str, int], float] = {}
    for row in rows.itertuples():
        if row.indicator in RATES:
            level |= {(row.indicator, row.area, int(row.year)): row.value} if row.value == row.value else {}
            level |= (
                {(row.indicator, row.area, 2017): row.baseline_value}
                if row.baseline_value == row.baseline_value
                else {}
            )
            level |= (
                {(row.indicator, row.comparator, int(row.year)): row.comparator_value}
                if row.comparator_value == row.comparator_value
                else {}
            )
    for row in rows[rows["indicator"].eq("gab_haervaerk") & rows["value"].notna()].itertuples():
        rest = level.get(("haervaerk", "rest", int(row.year)))
        if rest is not None:
            level["haervaerk", row.area, int(row.year)] = (1 + row.value) * rest
    limits: dict[str, tuple[float, float]] = {}
    for row in rows[rows["indicator"].isin(RATES)].itertuples():
        reports, people = f"{row.indicator}.{row.area}.{row.year}", f"people.{row.area}.{row.year}"
        for cell, told in ((reports, row.numerator), (people, row.denominator)):
            limits.setdefault(cell, (0.0, PLENTY))
            if told == told:
                limits[cell] = told, told
    for (indicator, area, year), rate in level.items():
        reports, people = f"{indicator}.{area}.{year}", f"people.{area}.{year}"
        for cell, other, factor in (
            (reports, people, rate / 1000),
            (people, reports, 1000 / rate if rate else 0),
        ):
            if factor and limits[other][0] == limits[other][1] and limits[cell][0] < limits[cell][1]:
                limits[cell] = limits[other][0] * factor, limits[other][0] * factor
    sums = [
        {f"{what}.{pool}.{year}": -1.0, **{f"{what}.{part}.{year}": 1.0 for part in members}}
        for what in (*RATES, "people")
        for pool, members in parts.items()
        for year in YEARS
    ]
    return Knowledge(limits, sums), {cell for cell, (low, high) in limits.items() if low < high}


@pytest.mark.parametrize(
    ("residents", "years"),
    [
        ({"sydbyen": 3}, YEARS),
        ({"sydbyen": 3}, [2019]),
        ({"sydbyen": 3}, [2017]),  # the baseline of all changes
        ({"sydbyen": 1, "motalavej": 2}, YEARS),
        ({"sydbyen": 20, "comparison_05": 4}, YEARS),
        ({"ringparken": 4, "comparison_01": 1, "comparison_02": 1}, YEARS),
        ({"sydbyen": 3, "motalavej": 0}, YEARS),
    ],
)
def test_the_attacker_finds_neither_the_reports_nor_the_residents_of_a_small_group(
    plan, demo, peopled, published, residents, years
):
    rows = published(residents, years).rows
    start, hidden = knowledge(rows, {"plan": list(plan.areas), "matched": demo.matched})
    truth = peopled(residents, years)
    for rate in RATES:  # what he knows is true, so the sums are, too
        for (area, year), row in counts_of(plan, truth, plan.indicators[rate]).iterrows():
            for cell, count in (
                (f"{rate}.{area}.{year}", row["numerator"]),
                (f"people.{area}.{year}", row["denominator"]),
            ):
                low, high = start.limits[cell]
                assert low - 1e-6 <= count <= high + 1e-6
    small = {f"people.{area}.{year}" for area, n in residents.items() if 0 < n < 5 for year in years}
    assert small and small <= hidden
    assert small.isdisjoint(solved(start))
    targets = sorted(cell for cell in hidden if any(area in cell for area in residents))
    assert min(high - low for low, high in ranges(start, targets).values()) >= 5 - 1e-6


def test_the_attacker_finds_the_residents_when_the_last_other_area_shows_its_own(plan, demo, published):
    """He is worth something: one complementary number of residents given back, and the small group is a subtraction."""
    rows = published({"sydbyen": 3}, [2019]).rows.copy()
    other = next(
        area
        for area in plan.areas
        if area != "sydbyen" and np.isnan(rows.loc[f"haervaerk.{area}.2019", "denominator"])
    )
    counts = counts_of(plan, demo, plan.indicators["haervaerk"])
    rows.loc[f"haervaerk.{other}.2019", "denominator"] = counts.loc[(other, 2019), "denominator"]
    start, _ = knowledge(rows, {"plan": list(plan.areas), "matched": demo.matched})
    assert solved(start)["people.sydbyen.2019"] == 3


# ---- nobody lives there ---------------------------------------------------------------------------


def test_a_total_is_all_reports_over_all_residents_also_with_a_square_in_it(plan, peopled, demo):
    """Sydbyen as a square: the plan's reports stay what they were, its residents are those of the other three areas."""
    before = counts_of(plan, demo, plan.indicators["haervaerk"])
    after = counts_of(plan, peopled({"sydbyen": 0, "comparison_03": 0}), plan.indicators["haervaerk"])
    for year in YEARS:
        assert after.loc[("sydbyen", year), ["numerator", "denominator"]].tolist() == [
            before.loc[("sydbyen", year), "numerator"],
            0,
        ]
        for pool, parts in (("plan", plan.areas), ("matched", demo.matched)):
            reports = sum(before.loc[(part, year), "numerator"] for part in parts)
            people = sum(
                before.loc[(part, year), "denominator"]
                for part in parts
                if part not in ("sydbyen", "comparison_03")
            )
            assert after.loc[(pool, year), ["numerator", "denominator"]].tolist() == [reports, people]


def test_a_square_voids_neither_the_plan_nor_the_comparison(published):
    rows = published({"sydbyen": 0, "comparison_03": 0}).rows
    square, plan_row = rows.loc["haervaerk.sydbyen.2019"], rows.loc["haervaerk.plan.2019"]
    assert (square["shown"], square["verdict"], square["denominator"]) == ("missing", "not_assessable", 0)
    assert np.isnan(square["value"])
    assert plan_row["value"] == pytest.approx(1000 * plan_row["numerator"] / plan_row["denominator"])
    assert (
        plan_row[["change", "change_lower", "comparator_value", "effect", "event", "pre_trend"]].notna().all()
    )
    # Three areas of the plan and eleven comparison areas have a rate, and the others' lack is no lack of theirs.
    assert plan_row["effect_areas"] == plan_row["event_areas"] == 11
    elsewhere = {
        year: rows.loc[
            [f"haervaerk.comparison_{i:02d}.{year}" for i in range(1, 13) if i != 3],
            ["numerator", "denominator"],
        ].sum()
        for year in (2017, 2019)
    }
    rate = {year: total["numerator"] / total["denominator"] for year, total in elsewhere.items()}
    there = rate[2019] / rate[2017]
    assert plan_row["comparator_change"] == pytest.approx(there - 1)
    assert plan_row["effect"] == pytest.approx((1 + plan_row["change"]) / there - 1)


def test_few_reports_from_where_nobody_lives_are_protected_in_the_total(workbook, plan):
    """Motalavej as a square with 2 reports in 2019: they cannot be had by subtraction from the plan's."""
    folder = workbook / "data" / "demo"
    people = pd.read_csv(folder / "population.csv", dtype=str)
    people.loc[people["area"].eq("motalavej"), "residents"] = "0"
    people.to_csv(folder / "population.csv", index=False)
    incidents = pd.read_csv(folder / "incidents.csv", dtype=str)
    mine = (
        incidents["area"].eq("motalavej")
        & incidents["kind"].eq("vandalism")
        & incidents["date"].between("2018-10-01", "2019-09-30")
    )
    pd.concat([incidents[~mine], incidents[mine].head(2)]).to_csv(folder / "incidents.csv", index=False)
    rows = evaluate(plan, dataset.read(folder, plans.read(workbook))).rows
    shown = rows.loc[[f"haervaerk.{area}.2019" for area in (*plan.areas, "plan")], "numerator"].notna()
    assert not shown["haervaerk.motalavej.2019"]
    assert shown.sum() == 3  # of four areas and their total


def test_a_house_that_comes_or_goes_is_no_error_and_a_year_without_residents_between_others_is(plan, peopled):
    for years in ([2014, 2015], [2020, 2021], YEARS):
        counts = counts_of(plan, peopled({"sydbyen": 0}, years), plan.indicators["haervaerk"])
        assert counts.loc["plan"][["numerator", "denominator"]].notna().all(axis=None)
    counts = counts_of(plan, peopled({"sydbyen": 0}, [2016, 2017]), plan.indicators["haervaerk"])
    for area in ("sydbyen", "plan"):
        years = counts.loc[area, "numerator"]
        assert years.index[years.isna()].tolist() == [2016, 2017]


def test_check_names_the_area_where_nobody_lives_and_the_year_that_looks_wrong(plan, peopled, demo, workbook):
    assert not list(without_residents(plan, demo))
    (square,) = without_residents(plan, peopled({"sydbyen": 0}))
    assert square.startswith("no residents: sydbyen in 2014–2021, so no rate there;")
    (lapse,) = without_residents(plan, peopled({"comparison_03": 0}, [2016, 2018]))
    assert lapse.startswith("look at: population, comparison_03 has no residents in 2016, 2018, but reports")
    path = workbook / "data" / "demo" / "population.csv"
    people = pd.read_csv(path, dtype=str)
    people.loc[people["area"].eq("sydbyen"), "residents"] = "0"
    people.to_csv(path, index=False)
    assert square in said([], workbook, path.parent).splitlines()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", "Der er intet tal pr. beboer for planår 2019: Her bor ingen."),
        ("en", "There is no figure per resident for plan year 2019: nobody lives here."),
    ],
)
def test_a_report_says_that_nobody_lives_there(language, words):
    from rows import changed, report, rows

    table = changed(rows(), "haervaerk.sydbyen.2019", shown="missing")
    table.loc["haervaerk.sydbyen.2019", ["numerator", "denominator"]] = 12, 0
    assert absent(read(report("sydbyen", 2019, table=table, language=language), "haervaerk")).plain == words
