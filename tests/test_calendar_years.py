"""Reports counted by calendar year: each stands at the plan year it shares nine months with, and says which year it is."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import yaml

from evalkit import plan as plans
from evalkit.data import dataset
from evalkit.data.delivery import whole_years
from evalkit.errors import ProblemsFound
from evalkit.evaluate.evaluation import evaluate
from intake_files import AREAS, csv_file, table, typed

DAYS = ["--from", "2015-01-01", "--to", "2018-12-31"]
COUNTS = {2015: 40, 2016: 38, 2017: 36, 2018: 30}


def by_year(years=COUNTS):
    rows = [["Område", "År", "Art", "Antal"]]
    return rows + [
        [area, year, "Hærværk", n] for area in AREAS for year, n in COUNTS.items() if year in years
    ]


def test_a_year_is_read_as_a_calendar_year_and_dataset_yml_says_so(tmp_path, into):
    code, told = typed(csv_file(tmp_path / "a.csv", by_year()), "--as", "incidents", *DAYS, *into)
    assert code == 0 and "dates calendar years" in told
    assert {row["date"] for row in table(tmp_path, "incidents")} == {f"{year}-07-01" for year in COUNTS}
    meta = yaml.safe_load((tmp_path / "local" / "dataset.yml").read_text("utf-8"))
    assert meta["incidents"] == {"calendar_years": True}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["Ringparken", "10-2018", "Hærværk", 3]], "row 18 says less than a year: what is the date?"),
        ([["Ringparken", "2018K4", "Hærværk", 3]], "row 18 says less than a year"),
    ],
)
def test_a_year_beside_a_month_is_refused(tmp_path, into, rows, said):
    source = csv_file(tmp_path / "a.csv", by_year() + rows)
    code, told = typed(source, "--as", "incidents", *DAYS, *into)
    assert code != 0 and said in told


@pytest.mark.parametrize(
    "header",
    ["Måned", "Md.", "Mdr", "Månedsnr.", "Gerningsmåned", "Kvt.", "Kvartalsnr", "Uge", "Uge nr.", "Halvår", "Month"],
)  # fmt: skip
def test_a_column_of_months_beside_the_years_is_not_passed_over(tmp_path, into, header):
    rows = [["Område", "År", header, "Art", "Antal"], ["Ringparken", 2018, "5", "Hærværk", 3]]
    words = ("--as", "incidents", *DAYS, "--column", "date=År", "--add-up", *into)
    code, told = typed(csv_file(tmp_path / "a.csv", rows), *words)
    assert code != 0 and f"the column {header!r} says less than a year" in told


@pytest.mark.parametrize("header", ["Weekend", "Ugedag", "Kvarter", "Mdl."])
def test_a_column_that_is_no_part_of_a_year_is_no_month(tmp_path, into, header):
    rows = [["Område", "År", header, "Art", "Antal"], *([area, 2018, "x", "Hærværk", 3] for area in AREAS)]
    code, told = typed(csv_file(tmp_path / "a.csv", rows), "--as", "incidents", *DAYS, *into)
    assert code == 0 and "dates calendar years" in told


def test_a_year_in_several_rows_may_be_months_whatever_their_column_is_called(tmp_path, into):
    rows = [["Område", "År", "M", "Art", "Antal"], *(["Ringparken", 2018, m, "Hærværk", 1] for m in (1, 2))]
    source = csv_file(tmp_path / "a.csv", rows)
    code, told = typed(source, "--as", "incidents", *DAYS, *into)
    assert code != 0 and "row 3" in told and "row 2 has the same year of the same" in told
    code, told = typed(source, "--as", "incidents", *DAYS, "--add-up", *into)
    assert code == 0 and [row["count"] for row in table(tmp_path, "incidents")] == ["2"]


def test_years_are_not_added_to_months(tmp_path, into):
    months = [["Område", "Måned", "Art", "Antal"], ["Ringparken", "10-2018", "Hærværk", 3]]
    assert typed(csv_file(tmp_path / "m.csv", months), "--as", "incidents", "--from", "2018-10-01",
                 "--to", "2018-10-31", *into)[0] == 0  # fmt: skip
    source = csv_file(tmp_path / "a.csv", by_year({2015, 2016}))
    days = ["--from", "2015-01-01", "--to", "2018-09-30"]
    code, told = typed(source, "--as", "incidents", *days, *into)
    assert code != 0 and "counted by calendar year and others by day" in told


def test_a_calendar_year_stands_at_its_plan_year_and_the_one_in_which_the_plan_begins_is_no_baseline(
    workbook,
):
    """Plan years begin on 1 October: January to September 2018 are nine months of plan year 2018."""
    folder = workbook / "data" / "demo"
    plan = plans.read(workbook)
    reports = [(area, f"{year}-07-01", "vandalism", n) for area in plan.areas for year, n in COUNTS.items()]
    pd.DataFrame(reports, columns=["area", "date", "kind", "count"]).to_csv(
        folder / "incidents.csv", index=False
    )
    meta = yaml.safe_load((folder / "dataset.yml").read_text("utf-8"))
    meta |= {"period": {"start": dt.date(2015, 1, 1), "end": dt.date(2021, 12, 31)}}
    meta |= {"incidents": {"calendar_years": True}}
    (folder / "dataset.yml").write_text(yaml.safe_dump(meta), encoding="utf-8")
    for name in folder.glob("*.csv"):
        if name.stem not in ("incidents", "population", "comparators"):
            name.unlink()
    held = dataset.read(folder, plan)
    assert whole_years(plan, held) == list(range(2015, 2022))
    row = evaluate(plan, held).rows.loc["haervaerk.plan.2018"]
    assert row["numerator"] == 4 * 30 and "calendar_2018" in row["note"]
    assert row["baseline_year"] == 2016  # of 2017, three months are of the plan
    july = plan.year_starts.model_copy(update={"month": 7})
    with pytest.raises(ProblemsFound, match=r"calendar_years: no plan year has nine months in common"):
        dataset.read(folder, plan.model_copy(update={"year_starts": july}))
