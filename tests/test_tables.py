"""Tables: headers with scope, captions, and calculations that a reader can repeat from the numbers shown."""

from __future__ import annotations

import math
import re

import pytest
from bs4 import BeautifulSoup

import rows as made
from evalkit import tables
from evalkit.report import Report
from evalkit.tables import calculations
from evalkit.text.html import plain
from evalkit.text.reading import read
from told import parsed

GOALS = ("tryghed", "haervaerk", "uddannelse", "forsoergelse")
CASES = [
    (area, year)
    for area in ("ringparken", "sydbyen", "motalavej", "praestevangen")
    for year in range(2018, 2022)
]


def numbers_in(text: str) -> list[float]:
    return [parsed(found, "da")[0] for found in re.findall(r"−?\d[\d.]*(?:,\d+)?", text)]


def lines(report, name: str) -> dict[str, tuple[str, str]]:
    """A calculation as a reader sees it: name → (how, result)."""
    return {
        plain(str(s.name)): (plain(_html(s.how)), plain(_html(s.result)))
        for s in calculations.steps(read(report, name))
    }


def _html(part) -> str:
    return getattr(part, "html", str(part))


@pytest.mark.parametrize(("area", "year"), CASES)
@pytest.mark.parametrize("name", ["tryghed", "uddannelse", "forsoergelse"])
def test_a_reader_gets_the_same_interval_of_a_share(plan, evaluation, name, area, year):
    shown = lines(Report(plan, evaluation.rows, evaluation.facts, area, year), name)
    if not shown:
        assert read(Report(plan, evaluation.rows, evaluation.facts, area, year), name).has("change") is False
        return
    d, p1, l1, u0, p0 = numbers_in(shown["Nedre grænse"][0].replace(")²", ""))[:5]
    low = d - math.hypot(p1 - l1, u0 - p0)
    d, u1, p1, p0, l0 = numbers_in(shown["Øvre grænse"][0].replace(")²", ""))[:5]
    high = d + math.hypot(u1 - p1, p0 - l0)
    assert low == pytest.approx(numbers_in(shown["Nedre grænse"][1])[0], abs=0.025)
    assert high == pytest.approx(numbers_in(shown["Øvre grænse"][1])[0], abs=0.025)
    assert p1 - p0 == pytest.approx(numbers_in(shown["Ændring"][1])[0], abs=0.011)


@pytest.mark.parametrize(("area", "year"), CASES)
def test_a_reader_gets_the_same_interval_of_a_rate(plan, evaluation, area, year):
    report = Report(plan, evaluation.rows, evaluation.facts, area, year)
    shown = lines(report, "haervaerk")
    if not shown:
        assert read(report, "haervaerk").has("change") is False
        return
    thousand, events, residents = numbers_in(shown[f"Rate {year}"][0])
    assert thousand * events / residents == pytest.approx(numbers_in(shown[f"Rate {year}"][1])[0], abs=0.006)
    v1, v0 = numbers_in(shown["Forhold"][0])
    assert v1 / v0 == pytest.approx(numbers_in(shown["Forhold"][1])[0], abs=0.0011)
    if "Standardfejl (log)" in shown:
        phi, _, o1, _, o0 = numbers_in(shown["Standardfejl (log)"][0])
        error = math.sqrt(phi * (1 / o1 + 1 / o0))
        assert error == pytest.approx(numbers_in(shown["Standardfejl (log)"][1])[0], abs=0.00011)
        ratio, t, error = numbers_in(shown["95 pct.-interval"][0])
        low, high = numbers_in(shown["95 pct.-interval"][1])
        assert ratio * math.exp(-t * error) == pytest.approx(low, abs=0.006, rel=0.01)
        assert ratio * math.exp(t * error) == pytest.approx(high, abs=0.006, rel=0.01)


def test_the_target_path_is_shown_as_it_is_read(plan, evaluation):
    shown = lines(Report(plan, evaluation.rows, evaluation.facts, "sydbyen", 2020), "haervaerk")
    how, result = shown["Målsti 2020"]
    start, factor = numbers_in(how.replace("³", ""))
    assert how.endswith("× 0,85³")
    assert start * factor**3 == pytest.approx(numbers_in(result)[0], abs=0.011)


@pytest.mark.parametrize(
    ("verdict", "rule", "said"),
    [
        ("cannot_tell", "interval_undecided", "intervallet rummer både 1 og det planlagte, 0,72"),
        (
            "reached",
            "interval_beyond_target",
            "hele intervallet ligger ved eller bedre end det planlagte, 0,72",
        ),
        (
            "on_track",
            "interval_beyond_half",
            "hele intervallet ligger ved eller bedre end halvdelen af det planlagte, 0,85",
        ),
        ("improving", "improved_pace_not_shown", "hele intervallet ligger på den gode side af 1"),
        (
            "off_track",
            "interval_short_of_target",
            "hele intervallet ligger dårligere end det planlagte, 0,72",
        ),
        ("cannot_tell", "series_break", "serien er brudt: intet kan afgøres"),
    ],
)
def test_the_condition_that_decided_is_said(verdict, rule, said):
    table = made.changed(
        made.rows(),
        "haervaerk.ringparken.2019",
        verdict=verdict,
        verdict_rule=rule,
        planned_change=0.85**2 - 1,
        planned_half=0.85 - 1,
    )
    assert said in repr(tables.calculation(made.report(table=table), "haervaerk")).replace("\u00a0", " ")


@pytest.mark.parametrize("make", [tables.numbers, tables.calculation, tables.readings])
@pytest.mark.parametrize("name", GOALS)
def test_tables_have_caption_scope_and_a_name_for_their_box(name, make):
    html = make(made.report(), name).html
    assert html.startswith("<details><summary>")
    for table in re.findall(r"<table.*?</table>", html, re.S):
        assert table.count("<caption>") == 1
        head, body = table.split("</thead>")
        assert head.count("<th ") == head.count('scope="col"') > 1
        assert body.count("<th ") == body.count('scope="row"') == body.count("<tr")
        columns = head.count("<th ")
        assert all(row.count("<td>") == columns - 1 for row in body.split("</tr>") if "<td>" in row)
        assert "<td></td>" not in table
    assert 'role="region" tabindex="0" aria-label="' in html


def test_the_reports_year_is_marked_and_later_years_are_not_there():
    html = tables.numbers(made.report(year=2019), "tryghed").html
    assert html.count('class="now"') == 1
    assert '<tr class="now"><th scope="row">2019</th>' in html
    assert "2020" not in html


def test_other_readings_say_whether_the_conclusion_is_the_same():
    row = "haervaerk.ringparken.2019"
    table = made.changed(
        made.rows(),
        row,
        verdict="improving",
        verdict_linear="off_track",
        verdict_holm="improving",
        verdict_statcan="substantial",
        verdict_unsd="stagnation",
        verdict_istat="not_available",
    )
    text = repr(tables.readings(made.report(table=table), "haervaerk"))
    assert "Målet læst lineært · Ikke på sporet · nej, en anden" in text
    assert "Holms korrektion over alle områdeår · Bedring, tempo ukendt · samme dom" in text
    assert "· stor fremgang · ja, omtrent" in text
    assert "· stilstand eller tilbagegang · nej, en anden" in text


@pytest.mark.parametrize("part", [tables.readings, tables.calculation])
def test_what_opens_on_demand_names_its_goal_in_summary_and_caption(part):
    report = made.report()
    for name, title in (("haervaerk", "Hærværk"), ("tryghed", "Tryghed")):
        tree = BeautifulSoup(part(report, name).html, "html.parser")
        assert title in tree.find("summary").get_text()
        assert title in tree.find("caption").get_text()


def test_a_hidden_row_has_no_calculation():
    table = made.changed(made.rows(), "tryghed.ringparken.2019", shown="suppressed")
    html = tables.calculation(made.report(table=table), "tryghed").html
    assert "skjult af hensyn til fortrolighed" in html
    assert "<table" not in html


def test_the_calculation_counts_dont_know_apart_from_the_answers_that_count():
    """Ringparken 2019: 376 answered, 15 of them »ved ikke« (survey.csv)."""
    import evalkit

    said = " ".join(
        re.sub("<[^>]+>", "", tables.calculation(evalkit.load("ringparken", 2019), "tryghed").html).split()
    )
    assert "376 svar, hvoraf 15 »ved ikke«, der ikke tæller med" in said
