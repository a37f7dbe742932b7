"""Stayers and movers: people grow older, the parts of a change have intervals, and none is read as having fared better."""

from __future__ import annotations

import html
import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.chapters import moves, public
from evalkit.data import dataset as datasets
from evalkit.errors import InvalidNumber, ProblemsFound
from evalkit.estimates.proportions import difference, paired_difference, proportion
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.evaluate.stayers import INDEPENDENT, PAIRED, PARTS
from evalkit.report import Report
from evalkit.terms import PLAN

SHARES = ("uddannelse", "forsoergelse")
BIRTH_YEARS = {"uddannelse": 7, "forsoergelse": 47}  # 18-24 and 18-64
Z = 1.959963984540054


def final(plan, evaluation: Evaluation, language: str, **cells: float) -> Report:
    """The report on the whole plan in its last year, with cells of the education row set."""
    rows = evaluation.rows.copy()
    for name, value in cells.items():
        rows.loc["uddannelse.plan.2021", name] = value
    return Report(plan, rows, evaluation.facts, PLAN, 2021, language)


def words_of(block) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html.unescape(block.html)).replace("\xa0", " ").split())


# ---- who can be of the age in both years -----------------------------------------------------------


@pytest.mark.parametrize("goal", SHARES)
def test_nobody_stays_in_a_group_that_they_have_grown_out_of(evaluation, plan, goal):
    """Of seven birth years three are 18-24 four years later, even if nobody moves; and some do, every year."""
    for year in plan.years:
        row = evaluation.rows.loc[f"{goal}.plan.{year}"]
        before = row["stayers"] + row["movers_out"]
        young_enough = 1 - (year - plan.baseline_year) / BIRTH_YEARS[goal]
        # Birth years are not exactly of one size: three standard errors of a share of so many people.
        reach = 3 * math.sqrt(young_enough * (1 - young_enough) / before)
        assert row["stayers"] / before < young_enough + reach
        if goal == "uddannelse":
            moved = evaluation.rows.loc[[f"fraflytning.plan.{one}" for one in range(2018, year + 1)], "value"]
            expected = young_enough * np.prod(1 - moved)
            assert row["stayers"] / before == pytest.approx(expected, abs=0.05)


# ---- intervals of the parts ------------------------------------------------------------------------


@pytest.mark.parametrize("goal", SHARES)
def test_the_parts_have_intervals_as_of_different_people_and_the_row_says_so(evaluation, plan, goal):
    movers = plan.root / "data" / "demo" / "movers.csv"
    table = (
        pd.read_csv(movers).query("measure == @goal and year == 2021").groupby("group").sum(numeric_only=True)
    )
    row = evaluation.rows.loc[f"{goal}.plan.2021"]

    def share(group: str, when: str):
        return proportion(
            table.loc[group, f"with_{when}"], table.loc[group, f"residents_{when}"], whole=False
        )

    stayers = difference(share("stayers", "after"), share("stayers", "before"))
    came = difference(share("movers_in", "after"), share("stayers", "after"))
    left = difference(share("stayers", "before"), share("movers_out", "before"))
    weights = {
        "part_stayers": (stayers, 1.0),
        "part_movers_in": (came, row["movers_in"] / (row["movers_in"] + row["stayers"])),
        "part_movers_out": (left, row["movers_out"] / (row["movers_out"] + row["stayers"])),
    }
    for part, (made, weight) in weights.items():
        told = [row[f"{part}{end}"] for end in ("_lower", "", "_upper")]
        assert told == pytest.approx([weight * one for one in (made.lower, made.value, made.upper)])
    assert row["part_method"] == INDEPENDENT


@pytest.fixture
def with_transitions(workbook, plan):
    """The evaluation where the table tells how many stayers were in the numerator in the baseline year alone, by area."""

    def make(*lost: int) -> Evaluation:
        path = workbook / "data" / "demo" / "movers.csv"
        table = pd.read_csv(path, dtype=str)
        mine = table["measure"].eq("uddannelse") & table["year"].eq("2021") & table["group"].eq("stayers")
        both = table.loc[mine, "with_before"].astype(int) - list(lost)
        table["with_both"] = both.astype(str).reindex(table.index)
        table.to_csv(path, index=False)
        return evaluate(plan, datasets.read(path.parent, plan))

    return make


def test_where_the_table_tells_who_went_which_way_the_interval_is_of_pairs_and_narrower(
    with_transitions, evaluation
):
    row = with_transitions(1, 1, 1, 2).rows.loc["uddannelse.plan.2021"]
    before = evaluation.rows.loc["uddannelse.plan.2021"]
    assert row["part_method"] == PAIRED
    assert row["part_stayers"] == pytest.approx(before["part_stayers"])
    n, lost = row["stayers"], 5
    won = lost + n * row["part_stayers"]
    down, up = (lost + 1) / (n + 2), (won + 1) / (n + 2)
    reach = Z * math.sqrt((up + down - (up - down) ** 2) / (n + 2))
    assert row["part_stayers_lower"] == pytest.approx(up - down - reach)
    assert row["part_stayers_upper"] == pytest.approx(up - down + reach)
    assert row["part_stayers_upper"] - row["part_stayers_lower"] < (
        before["part_stayers_upper"] - before["part_stayers_lower"]
    )
    assert row["part_movers_in_lower"] == pytest.approx(before["part_movers_in_lower"])


def test_a_small_group_that_went_one_way_is_not_given_away_by_an_interval_of_pairs(with_transitions):
    """Four in all, under the threshold: with all its decimals the interval would give them back."""
    assert with_transitions(0, 1, 1, 2).rows.loc["uddannelse.plan.2021", "part_method"] == INDEPENDENT


def test_more_both_years_than_in_one_of_them_is_refused_by_row_and_column(with_transitions):
    with pytest.raises(
        ProblemsFound, match=r"movers\.csv, row 11, column with_both.*is more than with_before"
    ):
        with_transitions(-1, 0, 0, 2)


@pytest.mark.parametrize(
    ("lost", "won", "n", "lower", "upper"),
    [
        (
            7,
            1,
            21,
            -0.5084,
            -0.0134,
        ),  # airway reactivity before and after transplantation, Fagerland et al. 2014
        (0, 0, 98, -0.0277, 0.0277),  # 1.96 * sqrt(0.02 / 100)
        (10, 0, 10, -1.0, -0.5206),  # -10/12 + 1.96 * sqrt((1 - 100/144) / 12)
    ],
)
def test_the_paired_interval_is_bonett_and_prices(lost, won, n, lower, upper):
    made = paired_difference(lost, won, n)
    assert made.value == pytest.approx((won - lost) / n)
    assert (made.lower, made.upper) == pytest.approx((lower, upper), abs=6e-5)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 60))
def test_a_paired_difference_lies_in_its_interval_and_turns_with_time(lost, won, more):
    n = lost + won + more
    one, other = paired_difference(lost, won, n), paired_difference(won, lost, n)
    assert -1 <= one.lower <= one.value <= one.upper <= 1
    assert (one.lower, one.upper) == pytest.approx((-other.upper, -other.lower))


def test_a_paired_difference_of_nobody_is_missing_and_of_more_than_all_is_refused():
    assert math.isnan(paired_difference(0, 0, 0).value)
    with pytest.raises(InvalidNumber, match="more people changed than there are, got 3 and 2 and 4"):
        paired_difference(3, 2, 4)


def test_where_nobody_came_their_part_is_none_and_so_is_its_interval(plan, demo):
    """The baseline year's people are those of 2018: all stayed, and none came or left."""
    table = demo.tables["movers"].query("measure == 'uddannelse' and year == 2018")
    parts = ["residents_before", "with_before", "residents_after", "with_after"]
    stock = table.groupby("area")[parts].sum()
    education = demo.tables["education"]
    mine = (
        education["year"].eq(2018)
        & education["age_group"].eq("18-24")
        & education["area"].isin(list(plan.areas))
    )
    then = education[education["year"].eq(2017) & education["age_group"].eq("18-24")].set_index("area")
    for column in ("residents", "enrolled_or_completed", "completed", "neet"):
        education = education.assign(
            **{column: education[column].mask(mine, education["area"].map(then[column])).astype(int)}
        )
    stock["residents_after"], stock["with_after"] = stock["residents_before"], stock["with_before"]
    all_stayed = table[table["group"].eq("stayers")].drop(columns=parts).merge(stock.reset_index(), on="area")
    nobody = [
        table[table["group"].eq(group)]
        .assign(**dict.fromkeys(parts, np.nan))
        .assign(**{f"{part}_{when}": 0.0})
        for group, when in (("movers_in", "after"), ("movers_out", "before"))
        for part in ("residents",)
    ]
    movers = pd.concat([all_stayed, *nobody])
    for when in ("before", "after"):
        movers[f"with_{when}"] = movers[f"with_{when}"].mask(movers[f"residents_{when}"].eq(0), 0.0)
    changed = replace(demo, tables={**demo.tables, "education": education, "movers": movers})
    row = evaluate(plan, changed).rows.loc["uddannelse.plan.2018"]
    for part in PARTS[1:]:
        assert row[[part, f"{part}_lower", f"{part}_upper"]].tolist() == [0, 0, 0]
    assert row["movers_in"] == row["movers_out"] == 0


# ---- what is said ----------------------------------------------------------------------------------

BETTER = re.compile(r"bedre|klarer sig|better|fared|improved", re.IGNORECASE)


@pytest.mark.parametrize(
    ("language", "older", "wide"),
    [
        (
            "da",
            "De, der blev boende, er 4 år ældre end i 2017",
            "For Unge i uddannelse og Offentlig forsørgelse er intervallet for dem, der blev boende, for bredt",
        ),
        (
            "en",
            "Those who stayed are 4 years older than in 2017",
            "For Youth in education and Public benefits that of those who stayed is too wide",
        ),
    ],
)
def test_the_page_says_that_those_who_stayed_are_older_and_that_the_interval_is_too_wide(
    evaluation, plan, language, older, wide
):
    report = final(plan, evaluation, language)
    said = words_of(moves.text(report))
    assert older in said
    assert wide in said
    assert not BETTER.search(said)
    assert older in words_of(public.answers(report))


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("own", [0.9, 0.6, 0.5, 0.3, 0.05, -0.2])
def test_no_share_of_the_change_among_those_who_stayed_reads_as_their_having_fared_better(
    evaluation, plan, language, own
):
    cells = {
        "change": 0.1,
        "part_stayers": 0.1 * own,
        "part_movers_in": 0.1 * (1 - own),
        "part_movers_out": 0.0,
    }
    cells |= {"part_stayers_lower": 0.1 * own - 0.001, "part_stayers_upper": 0.1 * own + 0.001}
    said = moves.share_of_it(moves.shares(final(plan, evaluation, language, **cells))[0])
    assert not BETTER.search(said.plain)


@pytest.mark.parametrize(
    ("lower", "upper", "uncertain"),
    [(-0.01, 0.11, True), (0.0, 0.1, True), (0.01, 0.11, False), (-0.01, 0.09, False)],
)
def test_how_much_of_the_change_is_theirs_is_not_said_where_it_may_be_all_and_none(
    evaluation, plan, lower, upper, uncertain
):
    cells = {"change": 0.1, "part_stayers": 0.06, "part_movers_in": 0.04, "part_movers_out": 0.0}
    cells |= {"part_stayers_lower": lower, "part_stayers_upper": upper}
    said = moves.share_of_it(moves.shares(final(plan, evaluation, "en", **cells))[0]).plain
    assert ("too uncertain" in said) == uncertain
