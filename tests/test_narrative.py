"""Sentences over generated rows: words, signs, numbers, verdicts, shapes and alt texts agree, in both languages."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rows as made
from evalkit import cards, tables
from evalkit.terms import Verdict
from evalkit.text import comparison, narrative
from evalkit.text.html import plain
from evalkit.text.judgements import verdict_word
from evalkit.text.reading import read
from evalkit.text.words import gettext_for
from evalkit.verdicts import judge, speaks
from told import ASKED, CAUSAL, loose_digits, wrong_numbers

GOALS = ("tryghed", "haervaerk", "uddannelse", "forsoergelse")
TABLE = made.rows()
WAYS = {
    "da": {
        "rise": "reelle stigning",
        "fall": "reelle fald",
        "higher": "Der er sket en reel stigning",
        "lower": "Der er sket et reelt fald",
        "claims": ("Der er sket", "er sket.", "udeblev", "end de planlagte"),
        "elsewhere up": "steg niveauet",
        "elsewhere down": "faldt niveauet",
    },
    "en": {
        "rise": "true rise",
        "fall": "true fall",
        "higher": "There is a real rise",
        "lower": "There is a real fall",
        "claims": ("There is a real", "has happened", "did not happen", "than the planned"),
        "elsewhere up": "the level rose",
        "elsewhere down": "the level fell",
    },
}


@st.composite
def judged(draw) -> tuple[str, dict]:
    """A goal and the numbers of one row, judged by the real rules."""
    name = draw(st.sampled_from(GOALS))
    one, rate = made.plan().indicator(name), name == "haervaerk"
    year = draw(st.sampled_from((2018, 2021)))
    base = draw(st.floats(5, 60) if rate else st.floats(0.05, 0.95))
    change = draw(st.floats(-0.9, 2.0) if rate else st.floats(-min(base, 0.5), min(1 - base, 0.5)))
    low = change - draw(st.one_of(st.just(0.0), st.floats(0, 0.08), st.floats(0, 0.6)))
    high = change + draw(st.one_of(st.just(0.0), st.floats(0, 0.08), st.floats(0, 0.8)))
    low = max(low, -1.0)
    cells: dict = {
        "change": change,
        "change_lower": low,
        "change_upper": high,
        "baseline_value": base,
        "value": base * (1 + change) if rate else base + change,
    }
    planned = 0.85 ** (year - 2017) - 1 if rate else None
    on_trend = rate and year == 2021
    given = (change, low, high)
    cells["judged_on"] = "trend" if on_trend else "change"
    if on_trend:
        slope = draw(st.floats(-0.4, 0.4))
        given = (slope, slope - draw(st.floats(0, 0.3)), slope + draw(st.floats(0, 0.3)))
        cells |= dict(zip(("trend", "trend_lower", "trend_upper"), given, strict=True))
        planned = -0.15
    hidden, comparable = (
        draw(st.booleans()) and draw(st.booleans()),
        not (draw(st.booleans()) and draw(st.booleans())),
    )
    verdict, rule = judge(
        *given,
        polarity=one.polarity,
        planned_change=planned,
        scale="relative" if rate else "points",
        hidden=False,
        comparable=comparable,
    )
    cells |= {
        "verdict": str(verdict),
        "verdict_rule": str(rule),
        "series_break": "no" if comparable else "yes",
    }
    if planned is not None:
        cells |= {"planned_change": planned, "target": base * 0.85 ** (year - 2017)}
        cells["target_reached"] = "yes" if cells["value"] <= cells["target"] else "no"
    level = draw(st.sampled_from((1, 2, 3)))
    effect = draw(st.floats(-0.3, 0.3))
    cells |= {
        "effect": effect,
        "effect_lower": effect - draw(st.floats(0, 0.3)),
        "effect_upper": effect + draw(st.floats(0, 0.3)),
        "evidence_level": level,
        "comparator_change": draw(st.floats(-0.3, 0.3)),
        "detectable": draw(st.floats(0.01, 0.5)),
        "verdict_holm": str(Verdict.CANNOT_TELL) if draw(st.booleans()) else str(verdict),
    }
    if level == 3:  # given for no less than an equivalence before the plan
        drift = draw(st.floats(-0.03, 0.03))
        cells |= {"pre_trend": drift, "pre_trend_lower": drift - 0.01, "pre_trend_upper": drift + 0.01}
        cells |= {"pre_trend_margin": 0.05, "effect_areas": 12}
        nearest = cells["effect_lower"] if cells["effect_lower"] > 0 else min(cells["effect_upper"], 0)
        cells["drift_to_overturn"] = nearest / (year - 2017) if nearest else None
    long = draw(st.floats(-0.3, 0.3))
    cells |= {
        "event_baseline3": long,
        "event_baseline3_lower": long - 0.1,
        "event_baseline3_upper": long + 0.1,
    }
    limits = [
        [cells.get(f"{stem}_{end}", np.nan) for end in ("lower", "upper")]
        for stem in ("effect", "event_baseline3", "pre_trend")
    ]
    way = speaks(*limits, cells.get("drift_to_overturn") or np.nan, level, polarity=one.polarity)
    cells["comparison_says"] = {1: "for", -1: "against", 0: "neither"}[int(way)]
    if hidden:
        cells = {"shown": "suppressed", "hidden_by": "confidential"}
    return f"{name}.ringparken.{year}", cells


def report_on(row: str, cells: dict, language: str):
    return made.report(year=int(row[-4:]), table=made.changed(TABLE, row, **cells), language=language)


def everything_said(report, name: str) -> str:
    """All prose about one goal, as HTML."""
    return " ".join(
        (
            narrative.goal(report, name).html,
            narrative.answers(report).html,
            narrative.caveats(report, name).html,
            narrative.lead(report).html,
            cards.questions(report, name).html,
        )
    )


@settings(max_examples=120)
@given(judged(), st.sampled_from(["da", "en"]))
def test_every_number_is_its_rows_and_no_digit_stands_alone(case, language):
    row, cells = case
    report = report_on(row, cells, language)
    html = everything_said(report, row.partition(".")[0])
    assert wrong_numbers(html, report.rows, language) == []
    assert loose_digits(html) == ""
    assert not re.search(r"\bnan\b|None(?! of the)|\{|\}", html)


@settings(max_examples=120)
@given(judged(), st.sampled_from(["da", "en"]))
def test_words_of_direction_agree_with_the_numbers(case, language):
    row, cells = case
    name = row.partition(".")[0]
    report = report_on(row, cells, language)
    said, way = repr(narrative.goal(report, name)), WAYS[language]
    if "change" not in cells:
        assert not any(word in said for word in (*way["claims"], way["rise"], way["fall"]))
        return
    stem = "trend" if cells["judged_on"] == "trend" else "change"
    assert (way["rise"] in said) == (cells[f"{stem}_lower"] > 0)
    assert (way["fall"] in said) == (cells[f"{stem}_upper"] < 0)
    if way["higher"] in said:
        assert cells[f"{stem}_lower"] > 0
    if way["lower"] in said:
        assert cells[f"{stem}_upper"] < 0
    shown = abs(cells["comparator_change"]) >= (0.005 if name == "haervaerk" else 0.0005)
    assert (way["elsewhere up"] in said) == (cells["comparator_change"] > 0 and shown)
    assert (way["elsewhere down"] in said) == (cells["comparator_change"] < 0 and shown)


@settings(max_examples=120)
@given(judged(), st.sampled_from(["da", "en"]))
def test_nothing_is_claimed_beyond_the_verdict(case, language):
    row, cells = case
    name, words = row.partition(".")[0], gettext_for(language)
    report = report_on(row, cells, language)
    r = read(report, name)
    said, title = repr(narrative.goal(report, name)), narrative.finding(report, name)
    assert any(claim in said for claim in WAYS[language]["claims"]) == (
        r.verdict
        not in (Verdict.CANNOT_TELL, Verdict.LITTLE_CHANGE, Verdict.NOT_ASSESSABLE, Verdict.SUPPRESSED)
    )
    more, fewer = (r.phrase(kind) for kind in ("more", "fewer"))
    if r.verdict not in (Verdict.IMPROVED, Verdict.WORSENED):
        assert not title.startswith((more, fewer))
    elif cells["change"] > 0:
        assert title.startswith(more)
    else:
        assert title.startswith(fewer)
    better = {True: Verdict.IMPROVED, False: Verdict.WORSENED}
    if title.startswith((more, fewer)):
        assert r.verdict == better[(cells["change"] > 0) == r.higher_is_better]
    assert title in narrative.alt(report, name)
    card = cards.questions(report, name).html
    first = card[: card.index("</dd>")]
    assert f'class="verdict {r.verdict.tone}"' in first
    assert f'<span class="w">{verdict_word(r.verdict, words)}</span>' in first


@settings(max_examples=120)
@given(judged(), st.sampled_from(["da", "en"]))
def test_no_word_of_cause_below_the_level_that_carries_it(case, language):
    row, cells = case
    name = row.partition(".")[0]
    report = report_on(row, cells, language)
    text = plain(everything_said(report, name))
    r = read(report, name)
    if not cells.get("evidence_level", 0) >= 3:
        assert not CAUSAL[language].search(text.replace(ASKED[language], ""))
        assert comparison.plan_verdict(r)[0].tone == "open"
    elif comparison.plan_verdict(r)[0].tone != "open":
        way = (cells["effect_lower"] > 0) - (cells["effect_upper"] < 0)
        assert way
        assert way == (cells["event_baseline3_lower"] > 0) - (cells["event_baseline3_upper"] < 0)


@settings(max_examples=40)
@given(judged())
def test_both_languages_tell_the_same_numbers(case):
    row, cells = case
    name = row.partition(".")[0]
    cited = [
        sorted(re.findall(r'data-row="([^"]*)"', narrative.goal(report_on(row, cells, language), name).html))
        for language in ("da", "en")
    ]
    assert cited[0] == cited[1]


@settings(max_examples=40)
@given(judged())
def test_a_suppressed_row_leaves_no_number_behind(case):
    row, _ = case
    name = row.partition(".")[0]
    report = report_on(row, {"shown": "suppressed", "hidden_by": "confidential"}, "da")
    html = everything_said(report, name) + tables.calculation(report, name).html + cards.goals(report).html
    assert f'data-row="{row}.value"' not in html
    assert f'data-row="{row}.change' not in html
    assert "skjult af hensyn til fortrolighed" in narrative.alt(report, name)


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("name", GOALS)
def test_every_verdict_has_a_title_and_a_sentence(name, verdict, language):
    row = f"{name}.ringparken.2019"
    report = report_on(row, {"verdict": str(verdict), "verdict_rule": "interval_short_of_target"}, language)
    assert narrative.finding(report, name)
    assert repr(narrative.goal(report, name))
