"""The site around the reports: every page keeps the rules, every link leads somewhere, every number is a row's."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from evalbook.site import exports, matrix, method_page, municipality_page
from evalbook.site.build import DOCUMENTS, build, document_of, index
from evalbook.site.context import Overview
from evalbook.site.report_states import status_table
from evalkit.evaluate.evaluation import Evaluation
from evalkit.plan import read as read_plan
from evalkit.results import ROW_COLUMNS
from evalkit.terms import Status
from evalkit.text.words import LOCALE
from pages import dead_links, problems
from rows import changed, plan, rows

ROOT = Path(__file__).parents[1]
FACTS = {
    "data": {
        "name": "Demodata",
        "version": "1",
        "synthetic": True,
        "date": "2026-11-23",
        "supplied_by": "evalkit",
        "description": {"da": "Opdigtet.", "en": "Made up."},
        "fingerprint": "7c1e09d455b2e8f0",
    },
    "comparators": [
        {"id": "c1", "name": "C1", "kind": "matched", "own_plan": "yes"},
        {"id": "rest", "name": "Rest", "kind": "rest", "own_plan": "no"},
    ],
    "odd_quarters": [{"quarter": "2018Q1", "year": 2018, "reported": 3376, "usual": 1594}],
    "hidden": 3,
}
REPORTS = [
    f"{area}/{year}" for area in plan().areas for year in plan().years if (area, year) != ("sydbyen", 2019)
]


def table():
    made = changed(rows(), "haervaerk.sydbyen.2021", shown="suppressed")
    return changed(made, "tryghed.praestevangen.2020", shown="missing")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """Both languages, with stand-ins for the reports themselves."""
    out = tmp_path_factory.mktemp("output")
    for language, folder in (("da", out), ("en", out / "en")):
        build(
            folder,
            plan(),
            Evaluation(table(), FACTS),
            REPORTS,
            language=language,
        )
        for key in REPORTS:
            path = folder / f"{key}.html"
            path.parent.mkdir(exist_ok=True)
            chapters = "".join(f'<h2 id="{goal.indicator}">x</h2>' for goal in plan().goals.values())
            path.write_text(f"<!doctype html><main>{chapters}</main>", "utf-8")
    return out


def pages(site: Path) -> dict[str, str]:
    """The site's own pages, by path."""
    reports = {f"{folder}{key}.html" for key in REPORTS for folder in ("", "en/")}
    found = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in site.rglob("*.html")}
    return {name: html for name, html in found.items() if name not in reports}


def test_every_page_is_there_in_both_languages(site):
    named = {
        "index.html",
        "kommunen.html",
        "om-planen.html",
        "metode.html",
        "data.html",
        "tilgaengelighed.html",
    }
    areas = {f"{area}/index.html" for area in ("plan", *plan().areas)}
    unmade = {"sydbyen/2019.html", "plan/final.html"} | {f"plan/{year}.html" for year in plan().years}
    assert named <= {"index.html", *DOCUMENTS}
    assert set(pages(site)) == {
        name for page in {"index.html", *DOCUMENTS, *areas, *unmade} for name in (page, f"en/{page}")
    }


def test_a_report_that_is_not_made_says_so_in_its_place_and_names_the_command(site):
    danish, english = (
        BeautifulSoup(pages(site)[f"{folder}sydbyen/2019.html"], "html.parser").main.get_text()
        for folder in ("", "en/")
    )
    assert "Rapporten er ikke lavet endnu." in danish
    assert "evalkit run --area sydbyen --year 2019" in danish
    assert "evalkit run --area sydbyen --year 2019 --language en" in english
    assert "sydbyen/2019.html" not in pages(site)["index.html"]


def test_every_page_keeps_the_rules(site):
    assert {name: found for name, html in pages(site).items() if (found := problems(html))} == {}


def test_no_link_is_dead(site):
    assert dead_links(site) == []


def test_a_dead_link_would_be_found(site, tmp_path):
    (tmp_path / "a.html").write_text('<a href="nowhere.html">x</a><a href="#none">y</a>', "utf-8")
    assert len(dead_links(tmp_path)) == 2


def test_nothing_unfinished_is_left_behind(site):
    assert not list(site.rglob("*.part"))


def board(site: Path, page: str = "index.html") -> BeautifulSoup:
    return BeautifulSoup(pages(site)[page], "html.parser").select_one("table.board")


def test_the_overview_has_a_row_for_the_plan_and_each_area_by_name_with_a_cell_for_every_goal(site):
    rows = board(site).select("tbody tr")
    assert [row.th.a.get_text() for row in rows] == [
        "Planen som helhed",
        "Motalavej",
        "Præstevangen og Parkvej",
        "Ringparken/Schackenborgvænge",
        "Sydbyen",
    ]
    assert {len(row.select("td .cell")) for row in rows} == {len(plan().goals)}
    assert [row.th.small.get_text() for row in rows[1:]] == ["Korsør", "Skælskør", "Slagelse", "Slagelse"]


def test_a_cell_of_the_overview_is_a_link_that_says_area_goal_verdict_figure_and_change(site):
    cell = board(site).select_one('a.cell[href="ringparken/2021.html#tryghed"]')
    assert " ".join(cell.get_text(" ").split()) == (
        "Ringparken/Schackenborgvænge, Tryghed: Bedret 72,8 +10,5 point"
    )
    value, change = cell.select("data")
    assert (value["data-row"], value["value"]) == ("tryghed.ringparken.2021.value", "0.728")
    assert change["data-row"] == "tryghed.ringparken.2021.change"
    assert float(change["value"]) == pytest.approx(0.105)
    assert cell.select_one("svg.mini path.l")


def test_a_cell_of_the_plan_leads_to_the_goals_of_its_report(site):
    keys = {f"plan/{year}": Status.DRAFT for year in plan().years}
    tree = BeautifulSoup(matrix.of_year(Overview(plan(), table(), FACTS, "da", keys)).html, "html.parser")
    assert {one["href"] for one in tree.select("tr.plan td a")} == {"plan/2021.html#maal"}


def test_no_two_links_of_the_overview_have_one_name(site):
    names = [" ".join(one.get_text(" ").split()) for one in board(site).select("a")]
    assert len(names) == len(set(names))


def test_an_areas_own_page_has_its_goals_by_years(site):
    table = board(site, "ringparken/index.html")
    assert [one.get_text() for one in table.select("thead th")] == ["Mål", "2018", "2019", "2020", "2021"]
    assert [one["href"] for one in table.select('a[href$="#haervaerk"]')] == [
        f"../ringparken/{year}.html#haervaerk" for year in plan().years
    ]
    assert len(table.select("td .cell")) == len(plan().goals) * len(plan().years)


def test_a_hidden_or_missing_cell_shows_no_number_and_no_curve_to_it(site):
    hidden = board(site).select_one('a.cell[href="sydbyen/2021.html#haervaerk"]')
    assert " ".join(hidden.get_text(" ").split()) == "Sydbyen, Hærværk: Skjult"
    assert hidden.select_one("svg.mini") is None
    missing = board(site, "praestevangen/index.html").select_one('a.cell[href$="2020.html#tryghed"]')
    assert " ".join(missing.get_text(" ").split()) == "2020, Tryghed: Grundlag mangler"


def test_a_report_that_was_not_made_is_named_without_a_link(site):
    assert not BeautifulSoup(pages(site)["index.html"], "html.parser").select('a[href^="plan/2021.html"]')
    tree = BeautifulSoup(pages(site)["data.html"], "html.parser")
    row = next(row for row in tree.select("table.reports tbody tr") if "Sydbyen" in row.get_text())
    assert row.find("td", attrs={"data-label": "2019"}).get_text() == "ikke lavet"


def test_the_questions_page_says_first_that_nothing_has_been_evaluated_where_figures_are_made_up(site):
    main = BeautifulSoup(pages(site)["spoergsmaal.html"], "html.parser").main
    assert main.select_one("h2").get_text() == "Der findes ingen evaluering endnu"
    facts = {**FACTS, "data": {**FACTS["data"], "synthetic": False}}
    real = document_of(Overview(plan(), table(), facts, "da"), "spoergsmaal.html").sections
    assert "ingen-evaluering" not in [one.id for one in real]


def test_the_contents_come_first_in_main_once_and_folded(site):
    for name in ("metode.html", "kommunen.html"):
        main = BeautifulSoup(pages(site)[name], "html.parser").main
        assert main.find(True).name == "nav" and len(main.select("nav.toc")) == 1
        assert not main.select("nav.toc details[open]")


def test_the_plan_is_quoted_with_source_and_day_and_stands_on_one_page_alone(site):
    quote = plan().background.get("da").strip()
    holding = {
        name
        for name, html in pages(site).items()
        if quote in " ".join(BeautifulSoup(html, "html.parser").get_text().split())
    }
    assert holding == {"om-planen.html"}
    quoted = BeautifulSoup(pages(site)["om-planen.html"], "html.parser").blockquote
    assert quote in " ".join(quoted.get_text().split())
    assert "Pressemeddelelse 1. oktober 2017" in quoted.select_one(".byline").get_text()


def test_the_municipalitys_page_marks_its_figures_as_real_and_says_what_they_cannot_say(site):
    main = BeautifulSoup(pages(site)["kommunen.html"], "html.parser").main
    assert main.select(".mark.real") and not main.select(".mark.made")
    assert "kan ikke vise, hvad planen har betydet" in main.get_text()
    assert "»Kommunen i officielle tal«" in main.select_one("#citer-afsnit").get_text()


def test_many_areas_stand_under_their_letters_in_danish_order():
    names = [
        "Aaparken",
        "Østerby",
        "Zonen",
        "Ærøvej",
        "Bakken",
        "Åvangen",
        *(f"Gade {i:03}" for i in range(122)),
    ]
    area = plan().areas["sydbyen"]
    areas = {f"a{i}": area.model_copy(update={"name": name}) for i, name in enumerate(names)}
    one = Overview(plan().model_copy(update={"areas": areas}), table(), FACTS, "da")
    tree = BeautifulSoup(matrix.of_year(one).html, "html.parser")
    assert [row.get_text() for row in tree.select("tr.letter")] == ["B", "G", "Z", "Æ", "Ø", "Å"]
    assert [link.get_text() for link in tree.select("nav.letters a")] == ["B", "G", "Z", "Æ", "Ø", "Å"]
    shown = [row.a.get_text() for row in tree.select("tbody tr:not(.letter) th")]
    assert shown[0] == "Planen som helhed" and len(shown) == 129
    assert shown[1:3] == ["Bakken", "Gade 000"] and shown[-5:] == [
        "Zonen",
        "Ærøvej",
        "Østerby",
        "Aaparken",
        "Åvangen",
    ]


def test_an_overview_of_ten_goals_has_a_column_for_each_also_under_letters():
    first, area = plan().goals["tryghed"], plan().areas["sydbyen"]
    areas = {f"a{i}": area.model_copy(update={"name": f"{'ABCDE'[i % 5]}{i}"}) for i in range(20)}
    goals = {f"g{i}": first for i in range(10)}
    one = Overview(plan().model_copy(update={"areas": areas, "goals": goals}), table(), FACTS, "da")
    tree = BeautifulSoup(matrix.of_year(one).html, "html.parser")
    assert {len(row.select("td")) for row in tree.select("tbody tr:not(.letter)")} == {10}
    assert {cell["colspan"] for cell in tree.select("tr.letter th")} == {"11"}


def test_every_area_stands_once_under_one_letter_however_its_name_begins():
    names = ["Agerparken", "AAB Vest", "Bakken", "1. Maj Kvarteret", "»Byen« Øst", "åhaven", "Ærtebo", "§ 6"]
    names += ["Aagade", "Bo-Aa", *(f"Gade {i:02}" for i in range(12))]
    area = plan().areas["sydbyen"]
    areas = {f"a{i}": area.model_copy(update={"name": name}) for i, name in enumerate(names)}
    one = Overview(plan().model_copy(update={"areas": areas}), table(), FACTS, "da")
    tree = BeautifulSoup(matrix.of_year(one).html, "html.parser")
    under = {
        body.select_one("tr.letter").get_text(): [
            row.a.get_text() for row in body.select("tr:not(.letter) th")
        ]
        for body in tree.select("tbody")[1:]
    }
    assert under["#"] == ["1. Maj Kvarteret", "§ 6"]
    assert under["A"] == ["Agerparken"]
    assert under["B"] == ["Bakken", "Bo-Aa", "»Byen« Øst"]
    assert under["Å"] == ["AAB Vest", "Aagade", "åhaven"]
    assert list(under) == ["#", "A", "B", "G", "Æ", "Å"]
    assert sorted(name for found in under.values() for name in found) == sorted(names)
    assert {head["colspan"] for head in tree.select("tr.letter th")} == {str(1 + len(one.goals))}


def test_an_overview_of_128_areas_with_figures_is_small_enough_to_send():
    read, first = table(), plan().areas["ringparken"]
    copied = [read[read["area"] == "ringparken"].assign(area=f"a{i}") for i in range(128)]
    for one in copied:
        one["row"] = [f"{row.indicator}.{row.area}.{row.year}" for row in one.itertuples()]
    rows = pd.concat([read, *copied]).set_index("row", drop=False)
    areas = {f"a{i}": first.model_copy(update={"name": f"Boligområdet ved {i}. Tværvej"}) for i in range(128)}
    keys = {f"a{i}/{year}": Status.DRAFT for i in range(128) for year in plan().years}
    one = Overview(plan().model_copy(update={"areas": areas}), rows, FACTS, "da", keys)
    assert len(index(one).encode()) < 600_000


def test_every_number_that_cites_a_row_is_that_rows_number(site):
    published = table()
    for html in pages(site).values():
        for tag in BeautifulSoup(html, "html.parser").select("data[data-row]"):
            row, column = tag["data-row"].rsplit(".", 1)
            assert float(tag["value"]) == pytest.approx(
                float(published.loc[row, column]), rel=5e-6
            )  # six digits


def test_synthetic_data_are_named_on_every_page_and_in_every_file(site):
    for name, html in pages(site).items():
        assert ("Made up" if name.startswith("en/") else "Opdigtet") in html
    assert "OPDIGTEDE TAL" in str(load_workbook(site / "results.xlsx").worksheets[0]["A3"].value)
    assert {row["synthetic"] for row in csv.DictReader((site / "results.csv").open(encoding="utf-8"))} == {
        "yes"
    }


def test_the_data_page_names_the_published_figures_on_an_area_as_real(site):
    said = BeautifulSoup(pages(site)["data.html"], "html.parser").select_one("#datasaet ~ .note").get_text()
    assert "Alle tal om planens områder, sammenligningsområderne og resten af kommunen er opdigtet" in said
    assert (
        "tal for Motalavej (tryghed) og Ringparken (listen over udsatte boligområder), som står på siden om kommunen."
        in said  # data/published holds two and five
    )


def test_published_figures_on_safety_stand_open_with_the_doubts_of_their_source(site):
    tree = BeautifulSoup(pages(site)["kommunen.html"], "html.parser").select_one("#serier-afsnit")
    rows = [[cell.get_text() for cell in row.select("th, td")][:4] for row in tree.select("tbody tr")]
    assert [row for row in rows if row[0] == "Motalavej"] == [
        ["Motalavej", "2015", "70,2", "året er udledt af »den forrige måling«"],
        ["Motalavej", "2016", "58,3", "steg igen i 2017; det tal er ikke set"],
    ]
    assert not tree.select("details") and tree.caption.select(".mark.real")


def test_a_doubt_about_a_published_figure_stands_in_both_languages():
    with (ROOT / "data/published/published_series.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row for row in rows if bool(row["note_da"]) != bool(row["note_en"])] == []


@pytest.mark.parametrize("made", [True, False])
def test_the_table_of_reports_says_how_far_the_final_evaluation_has_come(made):
    keys = {"plan/2021": Status.DRAFT} | ({"plan/final": Status.APPROVED} if made else {})
    here = Overview(plan(), table(), FACTS, "da", keys, {"plan/final": 3})
    rows = BeautifulSoup(status_table(here).html, "html.parser").select("tr")
    head, whole, *areas = [row.select("th, td")[-1] for row in rows]
    assert head.get_text() == "Slutevaluering" and {one.get_text() for one in areas} == {"–"}
    if made:
        assert whole.a["href"] == "plan/final.html" and "3 åbne punkter" in whole.get_text()
    else:
        assert whole.get_text() == "ikke lavet"


def test_figures_of_the_governments_list_stand_with_their_limits_and_the_sources_disagreement(site):
    tree = BeautifulSoup(pages(site)["kommunen.html"], "html.parser")
    rows = [
        [cell.get_text() for cell in row.select("th, td")] for row in tree.select("#listen-afsnit tbody tr")
    ]
    assert rows == [
        ["Ikke-vestlig baggrund", "57", "over 50", "ja"],
        ["Uden for arbejdsmarkedet", "41,2", "over 40", "ja"],
        [
            "Dømte",
            "2,07",
            "over 1,98 eller 2,03: kilderne er uenige",
            "ja",
        ],
        ["Kun grundskole", "70,2", "over 60", "ja"],
        ["Indkomst i forhold til regionen", "57,7", "under 55", "nej"],  # the source says so, too
    ]
    said = tree.select_one("#listen-afsnit caption").get_text()
    assert said == "Virkeligt tal Ringparken, 1. december 2019, pct. Kilde: sn.dk, august 2020."
    assert "Kriterierne blev ændret i 2018" in tree.select_one("#listen-afsnit").get_text()


@pytest.mark.parametrize(
    ("language", "quoted", "unknown", "known"),
    [
        ("da", "»Kommunen i officielle tal«", "Dagen, tallene blev hentet, er ikke registreret.", "Hentet 24. november 2026."),
        ("en", "“The municipality in official figures”", "The day of retrieval was not recorded.", "Retrieved 24 November 2026."),
    ],
)  # fmt: skip
def test_the_citation_has_the_official_years_addresses_and_the_day_of_retrieval(
    workbook, evaluation, language, quoted, unknown, known
):
    here = Overview(read_plan(workbook), evaluation.rows, evaluation.facts, language)
    said = municipality_page.citation(here)
    assert repr(said).startswith(quoted)
    assert "https://www.statistikbanken.dk/STRAF11" in repr(said)
    assert 'href="https://www.statistikbanken.dk/FOLK1A"' in said.html
    official = evaluation.rows[
        evaluation.rows["indicator"].eq("anmeldelser") & evaluation.rows["shown"].eq("value")
    ]
    assert f", {official['year'].min()}–2021. " in repr(said)
    assert unknown in repr(said)
    record = workbook / "data/published/records/statbank_offences_population.yml"
    record.parent.mkdir()
    record.write_text("fetched: 2026-11-24\nsource: Danmarks Statistik\n", "utf-8")
    assert known in repr(municipality_page.citation(here)) and unknown not in repr(
        municipality_page.citation(here)
    )


@pytest.mark.parametrize("there", [True, False])
def test_the_front_page_compares_no_official_figure_that_is_not_there(workbook, evaluation, there):
    made = evaluation.rows
    if not there:  # as where Statistics Denmark has not published the plan's last year yet
        made = made[~(made["indicator"].eq("anmeldelser") & made["year"].eq(2021))]
    said = repr(municipality_page.in_brief(Overview(read_plan(workbook), made, evaluation.facts, "en")))
    assert ("There are no data for plan year 2021." in said) != there
    assert ("The difference between the two is no larger than its uncertainty." in said) == there
    assert "nothing to explain" not in said


def _deltas(site: Overview) -> list[str]:
    """What stands beside δ in the table of limits, and the cards that have one."""
    body = " ".join(
        one.body for one in document_of(site, "metode.html").sections if one.id in ("graenser", "indikatorer")
    )
    tree = BeautifulSoup(body, "html.parser")
    limits = [
        row.select("td")[0].get_text(" ", strip=True) for row in tree.select("tr") if row.th.get_text() == "δ"
    ]
    cards = [
        card["id"]
        for card in tree.select("article")
        if "δ" in [name.get_text() for name in card.select("dt")]
    ]
    return [*limits, *cards]


def test_delta_stands_where_the_goal_has_no_number_in_per_cent_of_a_rate():
    goals = {"i-tryghed", "i-uddannelse", "i-forsoergelse"}  # the plan put a number on vandalism
    first, *cards = _deltas(Overview(plan(), table(), FACTS, "da"))
    assert first.replace("\u00a0", " ") == "5 procentpoint" and set(cards) == goals
    free = plan().goals["haervaerk"].model_copy(update={"target": None})
    without = plan().model_copy(update={"goals": {**plan().goals, "haervaerk": free}})
    shares, rate, *cards = _deltas(Overview(without, table(), FACTS, "da"))
    assert (shares.replace("\u00a0", " "), rate.replace("\u00a0", " ")) == ("5 procentpoint", "5 pct.")
    assert set(cards) == {*goals, "i-haervaerk"}


def test_the_csv_holds_every_row_to_six_digits_in_columns_that_fit_a_screen(site):
    read = list(csv.DictReader((site / "results.csv").open(encoding="utf-8")))
    assert len(read[0]) < 36 and {"row", "value", "change", "target", "verdict", "effect", "source"} <= set(
        read[0]
    )
    assert [one["row"] for one in read] == list(table().index)
    values = {one["row"]: one["value"] for one in read}
    full = table().loc["haervaerk.ringparken.2019", "value"]
    assert float(values["haervaerk.ringparken.2019"]) == pytest.approx(full, abs=0.001)  # 20.4, 13 wide
    assert values["haervaerk.sydbyen.2021"] == ""


def test_every_column_of_the_rows_stands_in_one_file_and_the_files_give_the_rows_back():
    assert {column.file for column in ROW_COLUMNS.values()} == set(exports.TABLES)
    parts = exports.tables(table())
    texts = {
        name: pd.read_csv(io.BytesIO(exports.csv(part)), dtype=str, keep_default_na=False)
        for name, part in parts.items()
    }
    again, rows = exports.wide(texts), table()[list(ROW_COLUMNS)]
    assert list(again.columns) == list(ROW_COLUMNS) and list(again.index) == list(rows["row"])
    for name, column in ROW_COLUMNS.items():
        width = rows["upper"] - rows["lower"]
        if column.interval and column.interval != "value":
            width = rows[f"{column.interval}_upper"] - rows[f"{column.interval}_lower"]
        for now, was, wide in zip(again[name], rows[name], width, strict=True):
            if isinstance(was, str):
                assert now == was
            elif pd.isna(was):
                assert now == ""
            else:
                near = 1e-4 * float(wide) if column.interval and pd.notna(wide) else 0
                assert float(now) == pytest.approx(float(was), rel=10.0 ** (1 - column.digits) / 2, abs=near)


@pytest.mark.parametrize(
    ("full", "published"),
    [
        (0.123456789, 0.123457),
        (-0.0000123456789, -0.0000123457),
        (999_999.5, 1_000_000),
        (1_234_567.0, 1_234_567),
    ],
)
def test_numbers_are_published_to_six_digits_and_counts_whole(full, published):
    rows = changed(table(), "haervaerk.ringparken.2019", comparator_change=full)
    made = exports.tables(rows)["results"].set_index("row")
    assert made.loc["haervaerk.ringparken.2019", "comparator_change"] == published


@pytest.mark.parametrize(
    ("limits", "published"),
    [
        # A ten-thousandth of 0.2 is 0.00002: the fifth decimal is the last that says anything.
        ((0.123456789, 0.023456789, 0.223456789), (0.12346, 0.02346, 0.22346)),
        ((-0.323456789, -0.623456789, -0.000034567), (-0.32346, -0.62346, -0.000035)),  # never to no change
        ((12.3456789, 1.23456789, 41.23456789), (12.346, 1.235, 41.235)),
        ((0.123456789, 0.123456, 0.123457), (0.123457, 0.123456, 0.123457)),  # six digits at most
        ((0.0, -0.2, 0.2), (0.0, -0.2, 0.2)),
    ],
)
def test_a_number_is_published_to_the_digits_that_its_interval_bears(limits, published):
    names = ("change", "change_lower", "change_upper")
    rows = changed(table(), "haervaerk.ringparken.2019", **dict(zip(names, limits, strict=True)))
    made = exports.tables(rows)["results"].set_index("row")
    assert tuple(made.loc["haervaerk.ringparken.2019", list(names)]) == published


def test_the_data_package_describes_every_file_as_it_is(site):
    described = json.loads((site / "datapackage.json").read_text("utf-8"))["resources"]
    assert {one["path"] for one in described} == {path.name for path in site.glob("*.csv")}
    for one in described:
        head = (site / one["path"]).read_text("utf-8").splitlines()[0].split(",")
        assert [field["name"] for field in one["schema"]["fields"]] == head
        assert all(field["description"] for field in one["schema"]["fields"])


def test_the_workbook_holds_the_same_rows_and_explains_its_columns(site):
    about, *sheets, columns = load_workbook(site / "results.xlsx").worksheets
    assert about.title == "Læs mig" and [sheet.title for sheet in sheets] == list(exports.TABLES)
    lines = list(sheets[0].iter_rows(values_only=True))
    assert list(lines[0]) == [column.name for column in exports.TABLES["results"]]
    assert len(lines) == 1 + len(table())
    assert lines[1][lines[0].index("value")] == pytest.approx(table()["value"].iloc[0], rel=5e-6)
    assert [line[1] for line in columns.iter_rows(values_only=True)] == [
        column.name for one in exports.TABLES.values() for column in one
    ]


def test_text_that_looks_like_a_formula_stays_text():
    site = Overview(
        plan(),
        changed(table(), "haervaerk.ringparken.2019", note='=HYPERLINK("https://example.org")'),
        FACTS,
        "da",
    )
    sheet = load_workbook(io.BytesIO(exports.xlsx(site, exports.tables(site.rows))))["results"]
    place = [column.name for column in exports.TABLES["results"]].index("note") + 1
    notes = [cell.value for cell in next(sheet.iter_cols(min_col=place, max_col=place))]
    assert '\'=HYPERLINK("https://example.org")' in notes
    assert b"'=HYPERLINK" in exports.csv(exports.tables(site.rows)["results"])


@pytest.mark.parametrize(
    "text", ["=1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "a\r=1", "a\n=1", " =1", "＝1", "＠x"]
)
def test_no_cell_of_a_table_begins_as_a_formula_whatever_a_text_holds(text):
    """Read as a spreadsheet does, where a carriage return alone ends a line, too."""
    rows = changed(
        table(), "haervaerk.ringparken.2019", note=text, verdict_linear=text, part_method=text, baseline=text
    )
    lines = {name: exports.csv(one).decode("utf-8") for name, one in exports.tables(rows).items()}
    cells = [
        cell for part in lines.values() for line in csv.reader(io.StringIO(part, newline="")) for cell in line
    ]
    texts = [cell for cell in cells if not re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell)]
    assert len([cell for cell in texts if text.split()[-1] in cell]) == 4
    assert not [cell for cell in texts if cell.strip().startswith(tuple("=+-@＝＋－＠"))]


def test_the_same_rows_give_the_same_files(site, tmp_path):
    build(tmp_path, plan(), Evaluation(table(), FACTS), REPORTS)
    again = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {name: (site / name).read_bytes() == content for name, content in again.items()} == dict.fromkeys(
        again, True
    )


def test_the_workbook_tells_no_time(site):
    with zipfile.ZipFile(site / "results.xlsx") as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        times = re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", book.read("docProps/core.xml"))
    assert set(times) == {b"2000-01-01T00:00:00Z"}


def test_the_method_page_has_every_indicator_verdict_and_limit(site):
    tree = BeautifulSoup(pages(site)["metode.html"], "html.parser")
    assert [card["id"] for card in tree.select(".card")] == [f"i-{name}" for name in plan().indicators]
    cited = {tag["data-from"]: tag.get_text() for tag in tree.select("data[data-from]")}
    assert cited["params/disclosure.yml: threshold"] == "5"
    assert cited["evalkit.terms: LEVEL"] == "95"


def test_the_method_page_lists_the_verdicts_in_the_order_in_which_they_are_tried(site):
    tree = BeautifulSoup(pages(site)["metode.html"], "html.parser")
    rows = tree.select("#domme-afsnit tbody tr")
    assert [row.select_one("th .w").get_text() for row in rows] == [
        "Skjult",
        "Kan ikke afgøres",
        "Grundlag mangler",
        "Kan ikke afgøres",
        "Nået",
        "Ikke på sporet",  # before "on track": half of the way may be shown, and all of it ruled out
        "På sporet",
        "Bedring, tempo usikkert",
        "Kan ikke afgøres",
        "Bedret",
        "Forværret",
        "Næsten uændret",
        "Kan ikke afgøres",
    ]
    said = [row.select("td")[0].get_text() for row in rows]
    assert said[3] == "serien er brudt" and said[-1] == "alt andet"


def test_the_method_page_shows_every_promise_of_the_stored_rehearsal(site):
    stored = list(csv.DictReader((ROOT / "data" / "rehearsal.csv").open(encoding="utf-8")))
    promised = [row for row in stored if row["limit"]]
    section = BeautifulSoup(pages(site)["metode.html"], "html.parser").select_one("#proevet-afsnit")
    *tables, unpromised = section.select("table")
    shown = [
        data
        for one in tables
        for row in one.select("tbody tr")
        for data in row.select("td:nth-of-type(1) data:first-of-type")
    ]
    assert [float(one["value"]) for one in shown] == [float(row["rate"]) for row in promised]
    assert len(tables) == len({row["world"] for row in promised})
    assert all(one.caption.get_text().startswith("Simulerede planer: ") for one in tables)
    seen = {(row["world"], row["measure"]): float(row["rate"]) for row in stored if not row["limit"]}
    rates = [float(one["value"]) for one in unpromised.select("td data:first-of-type")]
    assert rates and set(rates) <= set(seen.values())  # seen, but not promised
    assert (
        f"{sum(row['within'] == 'yes' for row in promised)} af de {len(promised)} grænser"
        in section.get_text()
    )


def test_a_broken_promise_is_told_and_a_workbook_without_rehearsal_says_nothing(tmp_path):
    def told(lines: list[str]) -> str:
        (tmp_path / "data").mkdir(exist_ok=True)
        head = "world,measure,rate,limit,within,error,reps,world_da,world_en,measure_da,measure_en,seed,date"
        (tmp_path / method_page.REHEARSAL).write_text("\n".join([head, *lines]), "utf-8")
        site = Overview(plan().model_copy(update={"root": tmp_path}), table(), FACTS, "da")
        sections = document_of(site, "metode.html").sections
        return " ".join(re.sub("<[^>]+>", "", one.body) for one in sections if one.id == "proevet")

    row = "w,m,{rate},{limit},{within},0.001,500,Verden,World,der sker noget,something happens,7,2026-01-02"
    broken = told(
        [
            row.format(rate=0.09, limit="<= 0.025", within="no"),
            row.format(rate=0.95, limit="0.935-0.97", within="yes"),
        ]
    )
    assert "1 af de 2 grænser, der var sat på forhånd, er overholdt." in broken
    assert "1 er brudt." in broken
    assert "9,0 ± 0,2" in broken
    assert "højst 2,5" in broken
    assert "93,5 til 97" in broken
    assert told([row.format(rate=0.5, limit="", within="")]) == ""
    (tmp_path / method_page.REHEARSAL).unlink()
    site = Overview(plan().model_copy(update={"root": tmp_path}), table(), FACTS, "da")
    assert "proevet" not in [one.id for one in document_of(site, "metode.html").sections]


def test_english_pages_speak_english_and_danish_pages_danish(site):
    english, danish = (
        BeautifulSoup(pages(site)[name], "html.parser").main.get_text(" ")
        for name in ("en/metode.html", "metode.html")
    )
    assert "has the level changed" in english.lower()
    assert "har niveauet ændret sig" in danish.lower()
    assert not re.search(r"\b(the|and|which|figures)\b", danish.replace("Breslow", ""))
    assert not re.search(r"\b(og|ikke|som|tallet)\b", english)


def test_every_message_of_the_pages_has_its_danish_words():
    with (LOCALE / "da" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="da")
    folder, messages = ROOT / "src" / "evalbook" / "site", set()
    for path in folder.glob("*.py"):
        with path.open("rb") as file:
            messages |= {
                message for _, message, _, _ in extract("python", file, keywords={"words": None, "say": None})
            }
    for path in folder.glob("templates/*.j2"):
        messages |= set(re.findall(r'words\("((?:[^"\\]|\\.)*)"\)', path.read_text("utf-8")))
    assert len(messages) > 100
    assert [
        message
        for message in sorted(messages)
        if not (catalogue.get(message) and catalogue.get(message).string)
    ] == []
