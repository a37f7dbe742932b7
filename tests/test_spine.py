"""The spine sets an area among the areas it is compared with: the middle, better to the right, and nothing that is hidden."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evalkit import figures, narrative
from evalkit.figures.style import ACCENT, COMP
from evalkit.terms import MATCHED
from evalkit.text import among
from rows import report

NAMES = [f"andre_{n}" for n in range(1, 8)]


def beside(levels, indicator="tryghed", area="ringparken", **own):
    """A report whose similar areas have these levels of one goal; NaN where one shows none."""
    one = report(area=area)
    rows = one.rows.copy()
    for column, value in own.items():
        rows.loc[f"{indicator}.{area}.{one.year}", column] = value
    mine = rows.loc[f"{indicator}.{area}.{one.year}"]
    others = pd.DataFrame([mine] * len(levels)).assign(
        area=NAMES[: len(levels)],
        value=levels,
        row=[f"{indicator}.{name}.{one.year}" for name in NAMES[: len(levels)]],
        shown=np.where(np.isnan(levels), "suppressed", "value"),
    )
    facts = dict(one.facts) | {
        "comparators": [{"id": name, "kind": MATCHED, "name": name, "own_plan": "no"} for name in NAMES]
    }
    return replace(one, rows=pd.concat([rows, others.set_index("row", drop=False)]), facts=facts)


def places(chart, color, marker):
    """Where the marks of one kind stand on the first line, from the left."""
    found = [one for one in chart.ax.lines if one.get_marker() == marker and one.get_color() == color]
    return [float(x) for one in found for x in np.atleast_1d(one.get_xdata())]


@pytest.mark.parametrize("n", [4, 5])
def test_four_similar_areas_are_too_few_and_five_are_enough(n):
    one = beside([0.60, 0.62, 0.70, 0.66, 0.64][:n])
    assert bool(among.standings(one)) is (n == 5)
    assert isinstance(figures.spine(one), figures.Chart) is (n == 5)
    assert bool(narrative.among_others(one).html) is (n == 5)


def test_the_middle_is_the_median_and_better_lies_to_the_right():
    one = beside([0.60, 0.62, 0.64, 0.66, 0.70], value=0.68, lower=0.63, upper=0.73, baseline_value=0.58)
    chart = figures.spine(one)
    # the middle is 0.64, and the upper end of the interval lies farthest from it: 0.09
    assert places(chart, COMP, "D") == pytest.approx(
        [-0.04 / 0.09, -0.02 / 0.09, 0, 0.02 / 0.09, 0.06 / 0.09]
    )
    assert places(chart, ACCENT, "o") == pytest.approx(
        [-0.06 / 0.09, 0.04 / 0.09]
    )  # in the baseline year, now
    fewer = beside([20.0, 25.0, 30.0, 35.0, 50.0], "haervaerk", value=15.0, lower=10.0, upper=22.0)
    assert places(figures.spine(fewer), COMP, "D")[0] == pytest.approx(10 / 20)  # the lowest rate is the best


@pytest.mark.parametrize(
    ("value", "upper", "said"),
    [
        (0.71, 0.74, "Tryghed: tallet er højere end i alle 5 lignende områder."),
        (0.70, 0.74, "Tryghed: området ligger inden for de lignende områders spredning."),
        (0.60, 0.63, "Tryghed: området ligger inden for de lignende områders spredning."),
        (0.59, 0.599, "Tryghed: tallet er lavere end i alle 5 lignende områder."),
        (0.59, 0.60, "men usikkerheden rækker ind over 1 af dem."),
        (0.59, 0.65, "men usikkerheden rækker ind over 3 af dem."),
    ],
)
def test_it_is_said_when_the_area_lies_beyond_all_others_and_how_far_its_uncertainty_reaches(
    value, upper, said
):
    lower = 0.705 if value == 0.71 else value - 0.01
    one = beside([0.60, 0.62, 0.64, 0.66, 0.70], value=value, lower=lower, upper=upper)
    assert said in " ".join(sentence.plain for sentence in among.sentences(one))


def test_a_hidden_level_is_no_mark_and_no_number():
    shown = [0.60, 0.62, 0.64, 0.66, 0.70]
    one = beside([*shown, np.nan])
    chart = figures.spine(one)
    assert len(places(chart, COMP, "D")) == 5
    assert chart.data["value"].notna().all()
    assert f"tryghed.{NAMES[5]}.{one.year}" not in chart.data.index


def test_with_very_many_similar_areas_the_bar_alone_is_drawn(monkeypatch):
    one = beside([0.60, 0.62, 0.64, 0.66, 0.70])
    monkeypatch.setattr("evalkit.figures.spine_chart._MOST", 4)
    assert places(figures.spine(one), COMP, "D") == []
