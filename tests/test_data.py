"""A data set is read as it is, or refused with file, row and column."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from evalkit import plan as plans
from evalkit.data import dataset
from evalkit.data.completeness import official_figures_stop
from evalkit.errors import MissingFile, ProblemsFound
from evalkit.evaluate.comparisons import shocked_years
from evalkit.figures import draw
from evalkit.measure.counts import measured
from evalkit.report import Report
from evalkit.schema import TABLES
from evalkit.text import caveat


@pytest.fixture
def spoilt(workbook):
    """Change one table of the demo data set by a function, and read it again."""

    def read_after(table: str, change) -> list[str]:
        path = workbook / "data" / "demo" / f"{table}.csv"
        frame = change(pd.read_csv(path, dtype=str, keep_default_na=False))
        frame.to_csv(path, index=False)
        with pytest.raises(ProblemsFound) as found:
            dataset.read(workbook / "data" / "demo", plans.read(workbook))
        return [str(problem) for problem in found.value.problems]

    return read_after


def put(row: int, column: str, value: str):
    def change(frame):
        frame.loc[row, column] = value
        return frame

    return change


def test_demo_data_are_whole_and_say_that_they_are_synthetic(demo, plan):
    assert set(demo.tables) == {*TABLES, "offences"}
    assert demo.synthetic
    assert len(demo.matched) == 12
    assert set(demo.tables["survey"]["area"]) == {*plan.areas, "rest", *demo.matched}


def test_row_and_column_are_those_that_a_spreadsheet_shows(spoilt):
    assert spoilt("population", put(3, "residents", "12,5")) == [
        "data/demo/population.csv, row 5, column residents: '12,5' is not a whole number, e.g. 12. "
        "Correct it, or use `evalkit import`."
    ]


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("population", put(0, "residents", "-1"), "'-1' is below 0"),
        ("population", put(0, "quarter", ""), "is empty"),
        ("population", put(0, "sex", ""), "is empty, and other rows have one"),
        ("population", put(0, "quarter", "2018K4"), "is not a quarter, e.g. 2018Q4"),
        ("population", put(0, "sex", "k"), "is not allowed. Allowed: f, m."),
        ("population", put(0, "area", "vollsmose"), "is no area of the plan and no comparator"),
        ("population", put(0, "area", "ringpraken"), "Did you mean 'ringparken'?"),
        ("incidents", put(0, "date", "2018-02-30"), "is not a date"),
        ("incidents", put(0, "date", "2022-01-01"), "is outside the period in dataset.yml"),
        ("survey", put(0, "weight", "0"), "is not above zero"),
        ("education", put(0, "enrolled_or_completed", "99999"), "is more than residents"),
        ("economy", put(0, "funder", "landsbyggefonden"), "a real one has no made-up money"),
        ("economy", put(0, "effort", "tryghed"), "is not in params/plan.yml"),
        ("turnover", lambda frame: pd.concat([frame, frame.head(1)]), "stands twice"),
        ("turnover", lambda frame: frame.drop(columns="year"), "column year: is missing"),
        ("turnover", lambda frame: frame[["area", "year"]], "has no column of figures"),
        ("turnover", lambda frame: frame.assign(hoems=1), "is not in the contract. Did you mean 'homes'?"),
        ("comparators", put(0, "id", "ringparken"), "is an area of the plan"),
    ],
)
def test_each_mistake_is_refused(spoilt, table, change, said):
    messages = spoilt(table, change)
    assert any(said in message and message.startswith(f"data/demo/{table}.csv") for message in messages), (
        messages
    )


@pytest.mark.parametrize("delivered", [True, False])
def test_the_rest_of_the_municipality_is_known_by_its_figures_alone(workbook, plan, delivered):
    """Of a data set without comparators, as an import of figures alone makes it."""
    folder = workbook / "data" / "demo"
    for path in folder.glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        if path.stem == "comparators":
            path.unlink()
        elif "area" in frame:
            here = [*plan.areas, "all", *(["rest"] if delivered else [])]
            frame[frame["area"].isin(here)].to_csv(path, index=False)
    read = dataset.read(folder, plan)
    assert read.tables["comparators"]["id"].tolist() == (["rest"] if delivered else [])
    found = measured(plan, read, {"haervaerk": plan.indicator("haervaerk")})
    assert ("rest" in found.index.unique("area")) == delivered


@pytest.mark.parametrize(
    ("last", "told"),
    [("2000Q1", []), ("2019Q4", ["2019Q4"]), ("2020Q3", ["2020Q3"]), ("2020Q4", []), ("2022Q4", [])],
)
def test_official_figures_that_end_before_the_last_plan_year_are_told(plan, demo, last, told):
    """The plan year 2021 begins on 1 October 2020. Where there are none at all, nothing ends."""
    offences = demo.tables["offences"]
    cut = demo.tables | {"offences": offences[offences["quarter"] <= last]}
    said = list(official_figures_stop(plan, replace(demo, tables=cut)))
    assert [
        line.split(", ")[0].removeprefix("missing: the official figures end in ") for line in said
    ] == told
    assert all("none for plan year 2021" in line and "evalkit import statbank panel" in line for line in said)


def test_a_row_that_breaks_off_is_named(workbook):
    path = workbook / "data" / "demo" / "turnover.csv"
    path.write_text(path.read_text(encoding="utf-8") + "ringpar", encoding="utf-8")
    with pytest.raises(ProblemsFound, match=r"turnover\.csv, row \d+, column year: '' is empty"):
        dataset.read(workbook / "data" / "demo", plans.read(workbook))


@pytest.mark.parametrize("line", [2, 3, 9])
def test_a_row_with_a_cell_too_many_is_named_by_its_line(workbook, plan, line):
    path = workbook / "data/demo/incidents.csv"
    rows = path.read_text("utf-8").splitlines()
    rows[line - 1] += ",5"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    with pytest.raises(
        ProblemsFound, match=rf"incidents\.csv, line {line}: has 5 cells where the header has 4\."
    ):
        dataset.read(workbook / "data/demo", plan)


def test_a_quotation_mark_left_open_is_named_by_its_line(workbook, plan):
    path = workbook / "data/demo/incidents.csv"
    path.write_text(path.read_text("utf-8").replace("vandalism", '"vandalism', 1), "utf-8")
    with pytest.raises(
        ProblemsFound, match=r"incidents\.csv, line 2: a quotation mark is opened and not closed"
    ):
        dataset.read(workbook / "data/demo", plan)


def test_many_mistakes_of_one_kind_are_counted_after_twenty(spoilt):
    messages = spoilt("population", lambda frame: frame.assign(residents="x"))
    assert len([message for message in messages if "row " in message]) == 20
    assert "more rows" in messages[-1]


def test_a_table_that_is_called_almost_right_is_named(workbook):
    folder = workbook / "data" / "demo"
    (folder / "population.csv").rename(folder / "populaton.csv")
    with pytest.raises(ProblemsFound, match=r"data/demo/populaton.csv: is no table. Is it population.csv\?"):
        dataset.read(folder, plans.read(workbook))


@pytest.mark.parametrize("gone", [name for name in TABLES if name != "shares"])
def test_any_table_may_be_left_out(workbook, gone):
    folder = workbook / "data" / "demo"
    (folder / f"{gone}.csv").unlink()
    if gone == "comparators":  # nobody to compare with: the areas alone
        areas = ["ringparken", "sydbyen", "motalavej", "praestevangen", "all"]
        for path in folder.glob("*.csv"):
            frame = pd.read_csv(path, dtype=str, keep_default_na=False)
            if "area" in frame:
                frame[frame["area"].isin(areas)].to_csv(path, index=False)
    assert dataset.read(folder, plans.read(workbook)).tables[gone].empty


def test_columns_that_may_be_left_out_hold_what_that_means(workbook):
    folder = workbook / "data" / "demo"
    survey = pd.read_csv(folder / "survey.csv", dtype=str)
    survey[["area", "year", "answer"]].to_csv(folder / "survey.csv", index=False)
    turnover = pd.read_csv(folder / "turnover.csv", dtype=str)
    turnover.drop(columns="homes").to_csv(folder / "turnover.csv", index=False)
    read = dataset.read(folder, plans.read(workbook)).tables
    assert (read["survey"]["count"] == 1).all()
    assert (read["survey"]["weight"] == 1).all()
    assert (read["survey"]["sex"] == "").all()
    assert read["turnover"]["homes"].isna().all()


def test_an_answer_that_no_row_has_is_refused_and_counts_nothing_in_silence(workbook):
    file = workbook / "params/indicators.yml"
    file.write_text(
        file.read_text("utf-8").replace("answer: [high, some]", "answer: [high, sum]", 1), "utf-8"
    )
    with pytest.raises(ProblemsFound, match=r"tryghed.numerator.where.answer: no row of survey has 'sum'"):
        dataset.read(workbook / "data/demo", plans.read(workbook))


def test_an_answer_scale_and_kinds_of_reports_are_what_the_indicators_count(workbook):
    """Of 4 answers tryg, hverken, utryg and tryg, two in four are safe; littering is a kind like any other."""
    file, folder = workbook / "params/indicators.yml", workbook / "data/demo"
    text = file.read_text("utf-8").replace("answer: [high, some]", "answer: [tryg]", 1)
    text = text.replace("answer: [high, some, little, none]", "answer: [tryg, hverken, utryg]", 1)
    file.write_text(text.replace("where: {kind: vandalism}", "where: {kind: littering}", 1), "utf-8")
    answers = "".join(f"ringparken,2018,{answer}\n" for answer in ("tryg", "hverken", "utryg", "tryg"))
    (folder / "survey.csv").write_text("area,year,answer\n" + answers, "utf-8")
    (folder / "incidents.csv").write_text(
        "area,date,kind,count\nringparken,2018-01-01,littering,7\n", "utf-8"
    )
    plan = plans.read(workbook)
    counts = measured(plan, dataset.read(folder, plan), plan.indicators)["numerator"]
    assert counts["tryghed", "ringparken", 2018] == 2
    assert counts["haervaerk", "ringparken", 2018] == 7


def test_age_groups_may_be_the_plans_own(workbook):
    file, folder = workbook / "params/plan.yml", workbook / "data/demo"
    text = file.read_text("utf-8").replace("towns: [", "age_groups: [0-17, 18-29, 30+]\ntowns: [", 1)
    file.write_text(text, "utf-8")
    (folder / "survey.csv").unlink()
    (folder / "population.csv").write_text(
        "area,quarter,age_group,residents\nringparken,2018Q2,0-17,5\nringparken,2018Q2,18-29,7\nringparken,2018Q2,30+,9\n",
        "utf-8",
    )
    read = dataset.read(folder, plans.read(workbook))
    assert list(read.tables["population"]["residents"]) == [5, 7, 9]
    file.write_text(text.replace("18-29", "17-29"), "utf-8")
    with pytest.raises(ProblemsFound, match="age group '17-29': write 0-17, 18-29"):
        plans.read(workbook)


def test_an_unknown_data_set_is_named_with_those_that_exist(plan):
    with pytest.raises(MissingFile, match=r"no data set in data/demmo. Known: demo"):
        dataset.read(plan.root / "data" / "demmo", plan)


# Sums that the official source itself gives for plan years (October to September).
@pytest.mark.parametrize(
    ("year", "here", "others"),
    [
        (2017, 6856, 455007),
        (2018, 8136, 440395),
        (2019, 6484, 433904),
        (2020, 6124, 394962),
        (2021, 4231, 339404),
    ],
)
def test_official_offences_add_up_to_the_published_plan_years(plan, year, here, others):
    table = dataset.read_offences(plan.root)
    quarters = [f"{year - 1}Q4", *(f"{year}Q{i}" for i in (1, 2, 3))]
    in_year = table[table["quarter"].isin(quarters) & (table["area"] != "Uoplyst kommune")]
    slagelse = in_year["area"] == "Slagelse"
    assert in_year.loc[slagelse, "offences_reported"].sum() == here
    assert in_year.loc[~slagelse, "offences_reported"].sum() == others


def test_an_event_without_a_last_day_lasted_one_day_wherever_it_is_told(workbook, evaluation):
    events = workbook / "data" / "published" / "events.csv"
    text = events.read_text(encoding="utf-8")
    assert text.count("2020-03-11,2021-05-31,") == 1
    events.write_text(text.replace("2020-03-11,2021-05-31,", "2020-03-11,,"), encoding="utf-8")
    plan = plans.read(workbook)
    assert shocked_years(plan) == [2020]
    for year, said in ((2020, ["COVID-19"]), (2021, [])):
        report = Report(plan, evaluation.rows, evaluation.facts, "ringparken", year)
        assert caveat.happened(report, ("shock",)) == said
    (drawn,) = [one for one in draw.events_of(report, 2021) if one.kind == "shock"]
    assert drawn.end - drawn.start == pytest.approx(
        1 / 366, abs=1e-5
    )  # 11 March 2020, of a plan year with a leap day
