"""Nothing is derived across a declared break: no change, trend, effect, target, p, and no dispersion from its jump."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import shipped
from evalkit import plan as plans
from evalkit.data import dataset
from evalkit.errors import ProblemsFound
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.report import Report
from evalkit.results import ROW_COLUMNS
from evalkit.text import narrative

ACROSS = [
    column
    for column in ROW_COLUMNS
    if re.match(
        r"(change|trend|effect(?!ive)|event|pre_trend|target|p_value|p_holm|detectable|permutation|part_)",
        column,
    )
    and column not in ("change_kind", "effect_method")
]
"""Columns that hold a figure derived from two years or more; the planned change is the plan's own word."""


def broken(workbook: Path, table: str, area: str, jump: float = 1.0) -> Evaluation:
    """The demo with a break of 2019 in one area, and reports from then on multiplied by `jump`."""
    folder = workbook / "data" / "demo"
    with (folder / "breaks.csv").open("a", encoding="utf-8") as file:
        file.write(f"{table},{area},2019,Ny opgørelse,Counted anew\n")
    if jump != 1:
        path = folder / "incidents.csv"
        reports = pd.read_csv(path, keep_default_na=False)
        after = reports["area"].eq(area) & (reports["date"] >= "2018-10-01")
        reports.loc[after, "count"] = (reports.loc[after, "count"] * jump).astype(int)
        reports.to_csv(path, index=False)
    plan = plans.read(workbook)
    return evaluate(plan, dataset.read(folder, plan))


@pytest.mark.parametrize(
    ("table", "area", "indicator"),
    [
        ("incidents", "sydbyen", "haervaerk"),
        ("survey", "sydbyen", "tryghed"),
        ("education", "motalavej", "uddannelse"),
    ],
)
def test_after_a_break_nothing_that_rests_on_the_years_before_it_is_published(
    workbook, table, area, indicator
):
    rows = broken(workbook, table, area).rows
    mine = rows[
        rows["indicator"].isin([indicator, f"gab_{indicator}"])
        & rows["area"].isin([area, "plan"])
        & rows["year"].ge(2019)
    ]
    assert mine["series_break"].eq("yes").all()
    figures = mine[ACROSS].replace("", np.nan)
    assert not figures.notna().to_numpy().any(), figures.notna().any()[lambda hit: hit].index.tolist()
    levels = mine[mine["value"].notna() & mine["baseline_value"].notna()]
    assert len(levels) >= 4
    assert set(levels["verdict"]) == {"cannot_tell"}
    assert set(levels["verdict_rule"]) == {"series_break"}
    goals = levels[levels["indicator"] == indicator]
    for office in ("statcan", "unsd", "istat"):
        assert set(goals[f"verdict_{office}"]) == {"not_available"}


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_sentence_about_a_broken_series_tells_of_a_change(workbook, language):
    made = broken(workbook, "incidents", "sydbyen")
    report = Report(
        plan=plans.read(workbook),
        rows=made.rows,
        facts=made.facts,
        area="sydbyen",
        year=2021,
        language=language,
    )
    said = re.sub(r"<[^>]+>", "", narrative.goal(report, "haervaerk")._repr_html_())
    words = {
        "da": r"planens tal|tendensen|fald på|stigning på|formentlig mellem|usikkerhed|lavere end|højere end",
        "en": r"the plan's number|the trend|a fall of|a rise of|probably lies|uncertainty|lower than|higher than",
    }
    assert not re.search(words[language], said), said


def test_the_jump_of_a_break_is_no_restlessness_of_the_other_areas(workbook, tmp_path_factory):
    calm = broken(workbook, "incidents", "sydbyen").rows
    other = tmp_path_factory.mktemp("jump")
    loud = broken(shipped.write_workbook(other), "incidents", "sydbyen", jump=4).rows
    columns = ["dispersion", "df", "change_lower", "change_upper", "p_value", "p_holm", "verdict"]
    for area in ("ringparken", "motalavej", "praestevangen"):
        mine = (calm["indicator"] == "haervaerk") & (calm["area"] == area)
        pd.testing.assert_frame_equal(calm.loc[mine, columns], loud.loc[mine, columns])


def test_a_break_in_whom_a_rate_is_out_of_breaks_the_rate(workbook):
    rows = broken(workbook, "population", "all").rows
    assert rows.loc["haervaerk.plan.2020", "series_break"] == "yes"
    assert rows.loc["haervaerk.plan.2018", "series_break"] == "no"
    assert rows.loc["haervaerk.plan.2020", ["change", "trend", "effect"]].isna().all()


@pytest.mark.parametrize(
    ("table", "area", "said"),
    [
        ("incident", "all", "'incident' is no table of the data set. Did you mean 'incidents'?"),
        (
            "incidents",
            "ringparkn",
            "'ringparkn' is no area of the plan and no comparator. Did you mean 'ringparken'?",
        ),
    ],
)
def test_a_misspelt_break_is_named_and_not_passed_over(workbook, table, area, said):
    with pytest.raises(ProblemsFound, match=re.escape(said)):
        broken(workbook, table, area)
