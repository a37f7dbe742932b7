"""What nobody delivered is missing, never 0; what was delivered and had none is 0. Every count here is made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from evalbook.review.check_command import said
from evalkit import plan as plans
from evalkit.data import dataset
from evalkit.data.dataset import DataSet
from evalkit.data.delivery import delivered, undelivered
from evalkit.data.meta import Reports
from evalkit.errors import ProblemsFound
from evalkit.evaluate.evaluation import evaluate
from evalkit.measure.counts import measured
from evalkit.plan.indicators import Indicator
from test_plan import spoil

AREAS = ("ringparken", "sydbyen", "motalavej", "praestevangen")


@pytest.fixture
def given(demo):
    """The demo data set with other incidents, each (area, date, kind, count), and with what dataset.yml declares."""

    def make(
        *rows: tuple[str, str, str, int], kinds: tuple[str, ...] = (), areas: tuple[str, ...] = ()
    ) -> DataSet:
        table = pd.DataFrame(rows, columns=["area", "date", "kind", "count"]).assign(status="final")
        table["date"] = pd.to_datetime(table["date"])
        meta = demo.meta.model_copy(update={"incidents": Reports(kinds=kinds, areas=areas)})
        return replace(demo, meta=meta, tables={**demo.tables, "incidents": table})

    return make


@pytest.fixture
def every_area(demo):
    """Two reports of vandalism in every area and comparator in 2018 and in 2019 (October 2018 is plan year 2019)."""
    units = [*AREAS, *demo.tables["comparators"]["id"]]
    return [(unit, day, "vandalism", 2) for unit in units for day in ("2018-05-01", "2018-10-01")]


def counts_of(plan, dataset: DataSet, one: Indicator) -> pd.DataFrame:
    """One indicator's counts by area and year, totals among them."""
    return measured(plan, dataset, {"it": one}).loc["it"]


def told(plan, dataset: DataSet, indicator: str, area: str, year: int) -> float | None:
    """Numerator of one area-year; None when it is missing."""
    counts = counts_of(plan, dataset, plan.indicators[indicator])
    number = counts.loc[(area, year), "numerator"]
    return None if pd.isna(number) else float(number)


def test_a_kind_that_nobody_delivered_is_missing_in_every_area_and_total(plan, given, every_area):
    dataset = given(*every_area)
    for area, vandalism in (("sydbyen", 2), ("rest", 2), ("plan", 8), ("matched", 24)):
        assert told(plan, dataset, "haervaerk", area, 2018) == vandalism
        assert told(plan, dataset, "ildspaasaettelse", area, 2018) is None


def test_a_kind_is_missing_in_the_years_in_which_no_area_has_a_row_of_it(plan, given, every_area):
    dataset = given(*every_area, ("rest", "2019-09-30", "arson", 7))
    years = {year: told(plan, dataset, "ildspaasaettelse", "sydbyen", year) for year in (2018, 2019, 2020)}
    assert years == {2018: None, 2019: 0, 2020: None}
    assert told(plan, dataset, "ildspaasaettelse", "plan", 2019) == 0
    assert told(plan, dataset, "ildspaasaettelse", "rest", 2019) == 7
    assert told(plan, dataset, "haervaerk", "sydbyen", 2020) is None


def test_a_row_with_count_0_says_that_the_year_was_delivered(plan, given, every_area):
    dataset = given(*every_area, ("rest", "2020-05-01", "arson", 0))
    assert told(plan, dataset, "ildspaasaettelse", "sydbyen", 2020) == 0
    assert told(plan, dataset, "ildspaasaettelse", "sydbyen", 2019) is None


def test_a_declared_kind_without_a_row_is_none_in_every_year_of_the_period(plan, given, every_area):
    dataset = given(*every_area, kinds=("arson",))
    for year in (2014, 2018, 2021):  # the demo's period is October 2013 to September 2021
        assert told(plan, dataset, "ildspaasaettelse", "plan", year) == 0
    assert told(plan, dataset, "haervaerk", "plan", 2021) is None


def test_a_sum_of_kinds_is_missing_where_one_of_them_is(plan, given, every_area):
    one = plan.indicators["haervaerk"]

    def counted(dataset: DataSet, where: dict[str, list[str]]) -> dict[int, float]:
        both = one.model_copy(update={"numerator": one.numerator.model_copy(update={"where": where})})
        return counts_of(plan, dataset, both)["numerator"]["plan"].dropna().to_dict()

    dataset = given(*every_area, ("sydbyen", "2019-05-01", "arson", 3))
    assert counted(dataset, {"kind": ["vandalism"]}) == {2018: 8, 2019: 8}
    assert counted(dataset, {"kind": ["vandalism", "arson"]}) == {2019: 11}
    assert counted(dataset, {}) == {
        2019: 11
    }  # all that were ever delivered: in 2018 a part of them is missing
    assert counted(dataset, {"kind": ["vandalism", "drugs"]}) == {}


def test_an_area_from_which_nobody_delivered_is_missing_and_so_is_a_total_with_it(plan, given, every_area):
    rows = [row for row in every_area if row[0] not in ("rest", "comparison_01")]
    dataset = given(*rows)
    assert [
        told(plan, dataset, "haervaerk", area, 2018) for area in ("rest", "comparison_01", "matched")
    ] == [None] * 3
    assert told(plan, dataset, "haervaerk", "plan", 2018) == 8
    declared = given(*rows, areas=("rest",))
    assert told(plan, declared, "haervaerk", "rest", 2018) == 0
    assert told(plan, declared, "haervaerk", "matched", 2018) is None
    assert told(plan, given(*rows, areas=("all",)), "haervaerk", "matched", 2018) == 22


def test_a_table_without_rows_delivers_nothing_unless_it_is_declared(plan, given):
    assert told(plan, given(), "haervaerk", "sydbyen", 2018) is None
    assert told(plan, given(kinds=("vandalism",), areas=("all",)), "haervaerk", "sydbyen", 2018) == 0
    assert delivered(plan, given()).known == set()


def test_check_names_kind_years_figures_and_areas_and_what_to_write(plan, given, every_area):
    kind, area = undelivered(
        plan,
        given(
            *[row for row in every_area if row[0] != "rest"],
            ("sydbyen", "2016-05-01", "arson", 1),
            kinds=("vandalism",),
        ),
    )
    assert "kind arson in 2014–2015, 2017–2021, so ildspaasaettelse is missing there" in kind
    assert kind.endswith("incidents: {kinds: [arson]}")
    assert "from rest: missing there, not 0." in area
    assert area.endswith("incidents: {areas: [rest]}")
    assert not list(undelivered(plan, given(*every_area, kinds=("arson", "vandalism"))))


def test_nothing_of_the_demo_is_undelivered(plan, demo):
    assert list(undelivered(plan, demo)) == []


def test_what_is_declared_is_published_as_none_and_what_is_not_as_missing(workbook):
    folder = workbook / "data" / "demo"
    incidents = pd.read_csv(folder / "incidents.csv", dtype=str)
    incidents[incidents["kind"] != "arson"].to_csv(folder / "incidents.csv", index=False)
    plan = plans.read(workbook)
    rows = evaluate(plan, dataset.read(folder, plan)).rows
    arson = rows[rows["indicator"].eq("ildspaasaettelse")]
    assert set(arson["shown"]) == {"missing"}
    assert arson[["numerator", "value", "upper", "change"]].isna().all(axis=None)
    assert "kind arson in 2014–2021, so ildspaasaettelse is missing there, not 0" in said(
        [], workbook, folder
    )
    spoil(folder / "dataset.yml", "seed: 2017", "seed: 2017\nincidents: {kinds: [arson]}")
    rows = evaluate(plan, dataset.read(folder, plan)).rows
    assert rows.loc["ildspaasaettelse.plan.2018", ["shown", "numerator"]].tolist() == ["value", 0]
    assert "not delivered" not in said([], workbook, folder)


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (
            "{kinds: [arsen]}",
            r"dataset\.yml, line 8, incidents\.kinds: 'arsen' is no kind of incident.*'arson'",
        ),
        ("{areas: [sydbyn]}", r"dataset\.yml, incidents\.areas: 'sydbyn' is no area .*'sydbyen'"),
        ("{years: [2018]}", r"dataset\.yml, line 8, incidents\.years: unknown key 'years'"),
    ],
)
def test_a_slip_in_what_is_declared_is_named(workbook: Path, declared, message):
    spoil(workbook / "data/demo/dataset.yml", "seed: 2017", f"incidents: {declared}\nseed: 2017")
    with pytest.raises(ProblemsFound, match=message):
        dataset.read(workbook / "data/demo", plans.read(workbook))
