"""Tables: headers with scope, captions, and calculations that a reader can repeat from the numbers shown."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest
from babel.numbers import parse_decimal
from bs4 import BeautifulSoup

import rows as made
from evalkit import cards, figures, tables
from evalkit.chapters import areas, cause, economy, efforts, moves, municipalities, together, vision
from evalkit.report import Report
from evalkit.tables import calculations
from evalkit.tables.table import table as house_table
from evalkit.text.caveat import limits
from evalkit.text.html import joined, plain
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
        plain(str(step)): (plain(_html(how)), plain(_html(result)))
        for step, how, result in calculations.steps(read(report, name))
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
    how, result = shown["Planens tal 2020"]
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
        target_linear=20.0,
        verdict_holm="improving",
        verdict_statcan="substantial",
        verdict_unsd="stagnation",
        verdict_istat="not_available",
    )
    text = repr(tables.readings(made.report(table=table), "haervaerk"))
    assert "Procenten af basisårets niveau hvert år · Ikke på sporet · nej, en anden" in text
    assert "Holms korrektion over alle områdeår · Bedring, tempo usikkert · samme dom" in text
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


OF_FIGURES = {
    "numbers": lambda report: tables.numbers(report, "haervaerk"),
    "secondary": tables.secondary,
    "gaps": tables.gaps,
    "official": tables.official,
    "details": lambda report: areas.details(report, "tryghed"),
    "details_on_trend": lambda report: areas.details(report, "haervaerk"),
    "contrasts": cause.contrasts,
    "municipalities": municipalities.text,
    "movers": lambda report: moves.figure(report).table(),
    "differences": lambda report: figures.event_study(report).table(),
    "activities": efforts.activities,
    "money": economy.by_funder,
    "strands": economy.by_effort,
    "costs": economy.costs,
    "closing": vision.closing,
}
OF_WORDS = {
    "beside": cards.beside,
    "realism": cards.realism,
    "goals": areas.goals_by_area,
    "moved": areas.moved,
    "together": together.both,
    "published": tables.published,
    "readings": lambda report: tables.readings(report, "haervaerk"),
    "calculation": lambda report: tables.calculation(report, "haervaerk"),
}


@pytest.fixture(scope="module")
def whole(plan, evaluation) -> Report:
    return Report(plan, evaluation.rows, evaluation.facts, "plan", 2021)


def _in_one_line(block) -> str:
    return " ".join(plain(block.html).split())


def _as_read(text: str) -> str:
    return text.replace("−", "-")


@pytest.mark.parametrize("name", [*OF_FIGURES, *OF_WORDS])
def test_every_table_has_its_data_as_a_frame(whole, name):
    block = (OF_FIGURES | OF_WORDS)[name](whole)
    for frame, table in zip(
        block.frames, BeautifulSoup(block.html, "html.parser").find_all("table"), strict=True
    ):
        assert list(frame.columns) == [plain(str(th)) for th in table.thead.find_all(["th", "td"])]
        assert len(frame) == len(table.tbody.find_all("tr")) > 0
        for row, shown in zip(frame.itertuples(index=False), table.tbody.find_all("tr"), strict=True):
            for value, cell in zip(row, shown.find_all(["th", "td"]), strict=True):
                if isinstance(value, str):
                    assert _as_read(value) == _as_read(plain(str(cell).replace("<br/>", "<br>")))
                elif pd.isna(value):
                    assert cell.get_text() == "–"
                else:
                    text = cell.get_text().replace("−", "-")
                    decimals = len(text.partition(",")[2])
                    assert float(parse_decimal(text.removeprefix("+"), locale="da")) == pytest.approx(
                        value, abs=1.01 * 10**-decimals
                    )


@pytest.mark.parametrize("name", OF_FIGURES)
def test_a_cell_of_a_table_of_figures_holds_one_number_that_a_danish_spreadsheet_reads(whole, name):
    tree = BeautifulSoup(OF_FIGURES[name](whole).html, "html.parser")
    cells = [td for table in tree.find_all("table") for td in table.find_all("td") if td.find("data")]
    assert cells
    for cell in cells:
        assert len(cell.find_all("data")) == 1
        assert re.fullmatch(r"(?:< )?[-+]?\d{1,3}(?:\.\d{3})*(?:,\d+)?", cell.get_text()), cell.get_text()


def test_a_column_can_be_added_to_a_table_of_the_library_and_shown(whole):
    frame = areas.details(whole, "haervaerk").data
    frame["Egen"] = frame["2021"] * 2
    shown = BeautifulSoup(tables.show(frame, caption="Med egen kolonne", synthetic=True).html, "html.parser")
    first = shown.tbody.tr.find_all("td")
    number = [float(parse_decimal(cell.get_text(), locale="da")) for cell in (first[1], first[-1])]
    assert number[1] == pytest.approx(2 * number[0], abs=0.16)


def test_a_block_with_two_tables_or_none_says_so_when_one_is_asked_for():
    both = tables.show(pd.DataFrame({"a": [1]}), caption="x", synthetic=True)
    with pytest.raises(AttributeError, match=r"has 2 tables, not one: take .frames\[0\]"):
        _ = joined(both, both).data
    with pytest.raises(AttributeError, match="has 0 tables"):
        _ = joined("x").data


@pytest.mark.parametrize(
    ("area", "year", "shown"),
    [  # -15 % a year: 0.85 squared is 72.25 %, 0.85 to the fourth 52.2 %
        ("sydbyen", 2019, "−28 pct."),
        ("sydbyen", 2021, "−48 pct. (−15,0 pct. om året)"),
        ("plan", 2021, "−48 pct. (−15,0 pct. om året)"),
    ],
)
def test_what_was_planned_is_told_since_the_baseline_as_what_can_be_seen_is(
    plan, evaluation, area, year, shown
):
    frame = cards.realism(Report(plan, evaluation.rows, evaluation.facts, area, year)).frames[0]
    mine = frame[frame["Mål"].eq("Hærværk")].iloc[0]
    assert mine[f"Planlagt til {year}"].replace("\xa0", " ") == shown


def test_a_card_and_a_table_tell_the_trend_that_their_verdict_rests_on(whole):
    now, columns = whole.rows.loc["haervaerk.plan.2021"], ["trend", "trend_lower", "trend_upper"]
    size, low, high = (f"{100 * now[name]:+.1f}".replace("-", "−").replace(".", ",") for name in columns)
    said = f"Bedømt på tendensen: {size} pct. om året ({low} til {high})"
    text = _in_one_line(cards.goals(whole))
    assert text.count("Bedømt på tendensen") == 1 and said in text
    table = areas.details(whole, "haervaerk").frames[0]
    assert table.filter(regex="Tendens").iloc[0, 0] == pytest.approx(100 * now["trend"])
    assert "Tendens" not in areas.details(whole, "tryghed").html


def test_money_a_resident_is_by_the_residents_of_the_years_that_it_was_spent_in(whole):
    spent = sum(one["amount"] for one in whole.facts["plan"]["economy"] if one["kind"] == "spent")
    residents = sum(whole.rows.loc[f"haervaerk.plan.{year}", "denominator"] for year in range(2018, 2022))
    assert f"cirka {spent / residents:.0f} kr. pr. beboer pr. år" in _in_one_line(economy.costs(whole))


def test_how_many_municipalities_differ_as_much_is_counted_up_and_down(whole):
    rows = whole.rows
    now = rows[rows["year"].eq(2021) & rows["indicator"].eq("anmeldelser")]
    others = np.log1p(now.loc[now["area"].str.startswith("official:"), "change"].dropna().astype(float))
    own = np.log1p(float(now.loc[now["area"].eq("municipality"), "change"].iloc[0]))
    everybody = [own, *others]
    apart = [abs(one - (sum(everybody) - one) / len(others)) for one in everybody]
    as_far = sum(one >= apart[0] for one in apart[1:])
    assert f"i {as_far} af de {len(others)} (p = " in _in_one_line(municipalities.text(whole))


def test_the_margin_is_told_with_the_digits_that_it_was_set_with(whole):
    given = made.changed(whole.rows, "tryghed.plan.2021", pre_trend_margin=0.0125)
    given = made.changed(given, "haervaerk.plan.2021", pre_trend_margin=0.0627305)
    now = Report(whole.plan, given, whole.facts, "plan", 2021)
    assert read(now, "tryghed").cite("pre_trend_margin").text == "1,25"
    assert read(now, "haervaerk").cite("pre_trend_margin").text == "6,3"


@pytest.mark.parametrize(("area", "year", "is_it"), [("plan", 2021, True), ("plan", 2020, False), ("sydbyen", 2021, False)])  # fmt: skip
def test_the_report_that_is_the_plans_final_answer_does_not_point_to_it(whole, area, year, is_it):
    found = limits(Report(whole.plan, whole.rows, whole.facts, area, year))
    assert ("Planens endelige svar." not in [head for head, _ in found]) is is_it


@pytest.mark.parametrize(
    ("kind", "length", "stacked"), [("figures", 60, True), ("figures", 61, False), ("words", 61, True)]
)
def test_a_long_table_of_figures_keeps_its_rows_on_a_narrow_screen(kind, length, stacked):
    html = house_table(
        "Areas", ["Area", "Level"], [[f"area {n}", n] for n in range(length)], class_=kind, label="A"
    ).html
    made = BeautifulSoup(html, "lxml")
    assert ("stack" in made.table["class"]) == stacked
    assert len(made.select("td[data-label]")) == (length if stacked else 0)
    assert len(made.select("[role=row]")) == (length + 1 if stacked else 0)
    assert len(made.select("tbody th[scope=row]")) == length
