"""Hidden is told apart from missing, and missing is named: who answered, who lives there, and reports that stop."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from evalbook.review.check_command import said
from evalkit.data.completeness import missing_cells, reports_stop
from evalkit.data.dataset import DataSet
from evalkit.estimates import rates
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.measure.counts import without_population
from evalkit.report import Report
from evalkit.tables.measurement import measured
from evalkit.text import narrative, sentences
from evalkit.text.reading import read

Edit = Callable[[pd.DataFrame], pd.DataFrame]
ANSWERS = ["respondents", "dont_know", "response_rate", "numerator", "denominator", "value"]


@pytest.fixture
def with_table(demo) -> Callable[[str, Edit], DataSet]:
    """The demo data set with one table changed."""

    def make(name: str, edit: Edit) -> DataSet:
        return replace(demo, tables={**demo.tables, name: edit(demo.tables[name].copy())})

    return make


def page(plan, evaluation: Evaluation, area: str, year: int, language: str = "da") -> Report:
    """The report on one area and year."""
    return Report(plan, evaluation.rows, evaluation.facts, area, year, language)


def words_of(block) -> str:
    """A page's words without its markup."""
    return " ".join(re.sub(r"<[^>]+>", "", html.unescape(block.html)).replace("\xa0", " ").split())


# ---- who answered -----------------------------------------------------------------------------------


def answered(n: int, answer: str | None = None, area: str = "motalavej", year: int = 2021) -> Edit:
    """Only the first n answers of an area and year, all of them this one; None leaves them as they are."""

    def edit(survey: pd.DataFrame) -> pd.DataFrame:
        mine = (survey["area"] == area) & (survey["year"] == year)
        few = survey[mine & (survey["answer"] != "dont_know")].head(n).assign(count=1)
        return pd.concat([survey[~mine], few if answer is None else few.assign(answer=answer)])

    return edit


@pytest.mark.parametrize("n", [1, 4])
def test_fewer_answers_than_the_threshold_are_hidden_with_the_rate_made_from_them(plan, with_table, n):
    rows = evaluate(plan, with_table("survey", answered(n))).rows
    row = rows.loc["tryghed.motalavej.2021"]
    assert row["shown"] == "suppressed"
    assert row[ANSWERS].isna().all()
    assert row["invited"] > 100  # how many were asked tells nothing of who answered
    # Nor are they a subtraction away: of four areas and their total two are hidden.
    told = rows.loc[
        [f"tryghed.{area}.2021" for area in (*plan.areas, "plan")], ["respondents", "response_rate"]
    ]
    assert (told.notna().sum() == 3).all()
    assert (told["respondents"].notna() == told["response_rate"].notna()).all()


def test_as_many_answers_as_the_threshold_are_told_though_their_level_is_hidden(plan, with_table):
    row = evaluate(plan, with_table("survey", answered(5))).rows.loc["tryghed.motalavej.2021"]
    assert row["shown"] == "suppressed"
    assert row["respondents"] == 5
    assert np.isnan(row["value"])


@pytest.mark.parametrize(("invited", "told"), [(4, False), (5, True)])
def test_fewer_asked_than_the_threshold_are_hidden(plan, with_table, invited, told):
    def edit(rounds: pd.DataFrame) -> pd.DataFrame:
        mine = (rounds["area"] == "motalavej") & (rounds["year"] == 2021)
        return rounds.assign(invited=rounds["invited"].mask(mine, invited))

    few = with_table("survey_rounds", edit)
    few = replace(few, tables={**few.tables, "survey": answered(3)(few.tables["survey"])})
    rows = evaluate(plan, few).rows
    assert (rows.loc["tryghed.motalavej.2021", "invited"] == invited) == told
    shown = rows.loc[[f"tryghed.{area}.2021" for area in (*plan.areas, "plan")], "invited"].notna()
    assert shown.sum() == (5 if told else 3)


@pytest.mark.parametrize(
    ("language", "words"), [("da", "skjult af hensyn til fortrolighed"), ("en", "hidden for confidentiality")]
)
def test_the_page_says_that_few_answers_are_hidden_and_not_that_nobody_counted_them(
    plan, with_table, language, words
):
    evaluation = evaluate(plan, with_table("survey", answered(3)))
    beside = words_of(measured(page(plan, evaluation, "motalavej", 2021, language), "tryghed"))
    assert words in beside


def dont_know(n: int) -> Edit:
    return answered(n, "dont_know")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", "Alle 308 svar for planår 2021 er »ved ikke«, så der er ingen andel at vise."),
        ("en", "All 308 answers for plan year 2021 are “don't know”, so there is no share to show."),
    ],
)
def test_where_everybody_says_dont_know_the_page_says_so_and_not_that_data_are_missing(
    plan, with_table, language, words
):
    evaluation = evaluate(plan, with_table("survey", dont_know(308)))
    row = evaluation.rows.loc["tryghed.motalavej.2021"]
    assert row[["shown", "note", "respondents", "dont_know", "verdict"]].tolist() == [
        "missing",
        "too_few",
        308,
        308,
        "cannot_tell",
    ]
    said_of_it = words_of(narrative.goal(page(plan, evaluation, "motalavej", 2021, language), "tryghed"))
    assert words in said_of_it
    for untrue in ("ingen data", "no data"):
        assert untrue not in said_of_it


@pytest.mark.parametrize(("n", "shown"), [(99, "suppressed"), (100, "missing")])
def test_that_a_small_group_says_dont_know_to_a_man_is_hidden_as_any_unanimous_answer(
    plan, with_table, n, shown
):
    row = evaluate(plan, with_table("survey", dont_know(n))).rows.loc["tryghed.motalavej.2021"]
    assert row["shown"] == shown
    assert row[["respondents", "dont_know"]].isna().all() == (shown == "suppressed")


# ---- who lives there --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", "Der er ingen andel for planår 2020: Der er ingen 18–24-årige beboere."),
        ("en", "There is no share for plan year 2020: there are no residents aged 18–24."),
    ],
)
def test_a_share_of_nobody_is_said_to_be_of_nobody(plan, with_table, language, words):
    def edit(education: pd.DataFrame) -> pd.DataFrame:
        mine = (
            education["area"].eq("motalavej")
            & education["year"].eq(2020)
            & education["age_group"].eq("18-24")
        )
        people = ["residents", "enrolled_or_completed", "completed", "neet"]
        return education.assign(**{name: education[name].mask(mine, 0) for name in people})

    evaluation = evaluate(plan, with_table("education", edit))
    assert (
        sentences.absent(read(page(plan, evaluation, "motalavej", 2020, language), "uddannelse")).plain
        == words
    )
    assert (
        evaluation.rows.loc["uddannelse.plan.2020", "shown"] == "value"
    )  # a part without people lacks nothing


def without(*cells: tuple[str, str, str, str]) -> Edit:
    """The population without some cells: (area, quarter, sex, age group)."""

    def edit(people: pd.DataFrame) -> pd.DataFrame:
        keys = pd.MultiIndex.from_frame(people[["area", "quarter", "sex", "age_group"]])
        return people[~keys.isin(list(cells))]

    return edit


ONE = ("motalavej", "2019Q2", "f", "18-24")


def test_one_missing_cell_makes_the_sum_missing_and_never_smaller(plan, with_table, demo):
    rows = evaluate(plan, with_table("population", without(ONE))).rows
    for area in ("motalavej", "plan"):
        assert rows.loc[f"haervaerk.{area}.2019", "shown"] == "missing"
        assert np.isnan(rows.loc[f"haervaerk.{area}.2019", "denominator"])
    assert rows.loc["haervaerk.motalavej.2019", "note"] == "no_denominator"
    assert rows.loc["haervaerk.sydbyen.2019", ["shown", "note"]].tolist() == ["value", ""]
    assert missing_cells(demo.tables["population"]).empty


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", "Der er intet tal for planår 2019: Antallet af beboere 1. april i planåret mangler."),
        (
            "en",
            "There is no figure for plan year 2019: the number of residents on 1 April of the plan year is missing.",
        ),
    ],
)
def test_the_page_names_what_is_missing(plan, with_table, language, words):
    evaluation = evaluate(plan, with_table("population", without(ONE)))
    assert (
        sentences.absent(read(page(plan, evaluation, "motalavej", 2019, language), "haervaerk")).plain
        == words
    )
    whole = sentences.absent(read(page(plan, evaluation, "plan", 2019, language), "haervaerk")).plain
    assert "Motalavej" in whole


def test_check_names_the_cell_and_the_figures_that_it_takes(plan, with_table, workbook):
    (line,) = without_population(plan, with_table("population", without(ONE)))
    assert line == (
        "missing: population, motalavej 2019Q2: no row for f 18-24, so no figure of haervaerk, ildspaasaettelse there in "
        "plan year 2019, nor in a total with it. Add the rows; a group without residents has a row with 0."
    )
    path = workbook / "data" / "demo" / "population.csv"
    people = pd.read_csv(path, dtype=str)
    people[~(people["area"].eq("sydbyen") & people["quarter"].eq("2018Q2"))].to_csv(path, index=False)
    assert "missing: population, sydbyen 2018Q2: no row, so no figure of haervaerk" in said(
        [], workbook, path.parent
    )


def test_a_cell_missing_in_a_quarter_that_no_figure_uses_takes_nothing(plan, with_table, evaluation):
    beside = with_table("population", without(("motalavej", "2019Q3", "f", "18-24")))
    assert not list(without_population(plan, beside))
    pd.testing.assert_frame_equal(evaluate(plan, beside).rows, evaluation.rows)


def test_a_year_without_a_figure_does_not_end_the_trend_and_is_said_not_to_be_in_it(
    plan, with_table, evaluation
):
    """Motalavej and the whole plan go on being judged on the trend, through the years that there are."""
    lacking = evaluate(plan, with_table("population", without(ONE)))
    for area in ("motalavej", "plan"):
        for year in (2020, 2021):
            row, before = (one.rows.loc[f"haervaerk.{area}.{year}"] for one in (lacking, evaluation))
            years = [one for one in range(2017, year + 1) if one != 2019]
            counts = lacking.rows.loc[
                [f"haervaerk.{area}.{one}" for one in years], ["numerator", "denominator"]
            ]
            trend = rates.annual_change(
                counts["numerator"], counts["denominator"], years, dispersion=row["dispersion"], df=row["df"]
            )
            assert row["judged_on"] == before["judged_on"] == "trend"
            assert row[["trend", "trend_lower", "trend_upper"]].astype(float).tolist() == pytest.approx(
                [trend.value, trend.lower, trend.upper]
            )
    for language, words in (
        ("da", "Tallet for 2019 mangler og er derfor ikke med i tendensen."),
        ("en", "The figure for 2019 is missing, so it is not part of the trend."),
    ):
        assert words in words_of(narrative.goal(page(plan, lacking, "plan", 2021, language), "haervaerk"))
        assert words not in words_of(
            narrative.goal(page(plan, evaluation, "plan", 2021, language), "haervaerk")
        )


def test_two_years_with_figures_are_no_trend(plan, with_table):
    gone = [("motalavej", f"{year}Q2", "f", "18-24") for year in (2018, 2019)]
    rows = evaluate(plan, with_table("population", without(*gone))).rows
    assert rows.loc["haervaerk.motalavej.2020", "judged_on"] == "change"  # 2017 and 2020 alone
    assert rows.loc["haervaerk.motalavej.2021", "judged_on"] == "trend"


# ---- reports that stop ------------------------------------------------------------------------------


def reported(keep: Callable[[pd.DataFrame], pd.Series]) -> Edit:
    return lambda incidents: incidents[keep(incidents)]


def test_check_names_the_day_after_which_nobody_reports_anything(plan, with_table, demo):
    """All reports end on 31 March 2021, while dataset.yml covers the year until 30 September."""
    stopped = with_table("incidents", reported(lambda table: table["date"] <= "2021-03-31"))
    (line,) = (line for line in reports_stop(plan, stopped) if "vandalism" in line)
    incidents = demo.tables["incidents"]
    mine = incidents[incidents["kind"].eq("vandalism")]
    last = mine.loc[mine["date"] <= "2021-03-31", "date"].max().date()
    after = [
        mine.loc[mine["date"].between(str(last.replace(year=year)), f"{year}-09-30"), "count"].sum()
        - mine.loc[mine["date"].eq(str(last.replace(year=year))), "count"].sum()
        for year in range(2014, 2021)
    ]
    assert f"no report from anybody after {last} in plan year 2021" in line
    usual = re.search(r"usually about (\d+) come in that time", line)
    assert int(usual[1]) == pytest.approx(np.median(after), abs=5)  # a leap year's days are one further on
    assert f"`period: {{end: {last}}}`" in line
    assert not list(reports_stop(plan, demo))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2018-10-01", "2018-12-31", "before 2019-01-02 in plan year 2019"),
        ("2019-02-01", "2019-04-30", "from 2019-02-01 to 2019-04-30 in plan year 2019"),
    ],
)
def test_a_quarter_that_nobody_delivered_is_named_wherever_it_lies_in_the_year(
    plan, with_table, first, last, words
):
    holed = with_table("incidents", reported(lambda table: ~table["date"].between(first, last)))
    (line,) = (line for line in reports_stop(plan, holed) if "vandalism" in line)
    assert words in line


def test_few_reports_a_year_leave_long_times_without_any_and_are_not_named(plan, with_table):
    """Of a kind with less than twenty in the time without, nobody can tell."""

    def few(table: pd.DataFrame) -> pd.DataFrame:
        return table[
            table["kind"].eq("vandalism") & table["area"].eq("sydbyen") & (table["date"].dt.day == 1)
        ]

    assert not list(reports_stop(plan, with_table("incidents", few)))


def test_check_prints_the_year_that_stops_half_way(workbook):
    path = workbook / "data" / "demo" / "incidents.csv"
    incidents = pd.read_csv(path, dtype=str)
    incidents[incidents["date"] <= date(2021, 3, 31).isoformat()].to_csv(path, index=False)
    told = [line for line in said([], workbook, path.parent).splitlines() if "no report from anybody" in line]
    assert told[0].startswith("look at: incidents of kind vandalism, no report from anybody after 2021-03-")
