"""The lead's sentence on cause names the goals that could not be compared."""

from __future__ import annotations

import math

import pytest

from evalkit.chapters import lead
from evalkit.report import Report
from rows import changed, report, rows

GOALS = ("tryghed", "haervaerk", "uddannelse", "forsoergelse")
NONE = {"effect": math.nan, "effect_lower": math.nan, "effect_upper": math.nan}
WIDE = {"effect": 0.05, "effect_lower": -0.05, "effect_upper": 0.15}


def compared(*without: str, language: str = "da") -> Report:
    """A year in which no difference is larger than its uncertainty, and some goals have none."""
    table = rows()
    for name in GOALS:
        table = changed(table, f"{name}.plan.2019", **(NONE if name in without else WIDE))
    return report("plan", 2019, table=table, language=language)


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ((), "Om planen er grunden, kan ikke afgøres: for intet mål er forskellen til"),
        (("tryghed",), "større end usikkerheden. Tryghed kunne ikke sammenlignes."),
        (("tryghed", "uddannelse"), "Tryghed og Unge i uddannelse kunne ikke sammenlignes."),
        (GOALS, "Om planen er grunden, kan ikke afgøres: der er intet at sammenligne med."),
    ],
)
def test_goals_without_a_comparison_are_not_counted_among_those_that_show_nothing(without, said):
    sentence = lead.because(compared(*without)).plain
    assert said in sentence
    assert ("for ingen af de mål, der kunne sammenlignes, er forskellen" in sentence) is (
        0 < len(without) < len(GOALS)
    )


def test_the_english_sentence_names_them_too():
    assert lead.because(compared("tryghed", language="en")).plain.endswith("Safety could not be compared.")
