"""Real reports on the demo data: every number cited, no word of cause, every fact of the plan shown."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import yaml

from evalbook.site.build import document_of
from evalbook.site.context import Overview
from evalkit import cards, tables
from evalkit.cards.report_cards import basis, markdown
from evalkit.report import Report
from evalkit.text import caveat, judgements, narrative
from evalkit.text.html import plain
from evalkit.text.numbers import date, number
from evalkit.text.reading import read
from told import ASKED, CAUSAL, loose_digits, wrong_numbers

GOALS = ("tryghed", "haervaerk", "uddannelse", "forsoergelse")
REPORTS = [
    ("ringparken", 2018),
    ("sydbyen", 2021),
    ("motalavej", 2020),
    ("praestevangen", 2019),
    ("plan", 2021),
]


def about_the_plan(report, part=""):
    """The page about the plan, or one section of it."""
    site = Overview(report.plan, report.rows, report.facts, report.language)
    sections = document_of(site, "om-planen.html").sections
    return " ".join(one.body for one in sections if not part or one.id == part)


@pytest.fixture(
    scope="module", params=[(*each, language) for each in REPORTS for language in ("da", "en")], ids=str
)
def report(request, plan, evaluation) -> Report:
    area, year, language = request.param
    return Report(plan, evaluation.rows, evaluation.facts, area, year, language)


def prose(report: Report) -> str:
    """All running text of a report but the analyst's own and the plan's facts."""
    parts = [
        cards.title(report),
        narrative.answers(report),
        narrative.gaps(report),
        narrative.official(report),
        narrative.limits(report),
    ]
    for name in GOALS:
        parts += [
            cards.questions(report, name),
            cards.measured(report, name),
            narrative.goal(report, name),
            narrative.caveats(report, name),
        ]
    return " ".join(part.html for part in parts)


def test_every_number_in_the_prose_cites_its_row(report):
    html = prose(report)
    assert wrong_numbers(html, report.rows, report.language) == []
    assert loose_digits(html) == ""


def test_tables_cite_their_rows_too(report):
    shown = [
        tables.secondary(report),
        tables.gaps(report),
        tables.official(report),
        cards.goals(report),
        cards.realism(report),
    ]
    shown += [make(report, name) for name in GOALS for make in (tables.numbers, tables.calculation)]
    assert wrong_numbers(" ".join(part.html for part in shown), report.rows, report.language) == []


def test_no_word_of_cause_below_level_three(report):
    levels = [report.row(name)["evidence_level"] for name in GOALS]
    text = plain(prose(report) + cards.realism(report).html + tables.secondary(report).html)
    assert any(level >= 3 for level in levels) or not CAUSAL[report.language].search(
        text.replace(ASKED[report.language], "")
    )


def test_all_pieces_are_whole(report):
    html = prose(report) + cards.goals(report).html + about_the_plan(report) + cards.provenance(report).html
    assert not re.search(r"\bnan\b|\bNone\b|\{\w|\}", plain(html))
    for tag in ("p", "div", "dl", "dd", "table", "details", "li", "article", "header"):
        assert len(re.findall(rf"<{tag}[ >]", html)) == html.count(f"</{tag}>")
    assert not re.search(r"[.]{2}(?!\.)", plain(html).replace("…", ""))


def test_every_caption_of_made_up_figures_says_so(report):
    shown = [tables.secondary(report), tables.gaps(report), cards.realism(report)]
    shown += [
        make(report, name) for name in GOALS for make in (tables.numbers, tables.calculation, tables.readings)
    ]
    said = {"da": "Opdigtet</span>", "en": "Made up</span>"}[report.language]
    captions = [caption for part in shown for caption in re.findall(r"<caption>(.*?)</caption>", part.html)]
    assert len(captions) >= 3
    assert all(said in caption for caption in captions)
    for part in (tables.official(report), tables.published(report)):
        assert said not in part.html


def leaves(node, path=()):
    """Every fact of the plan's file that a reader should find."""
    hidden = {"indicator", "polarity", "who", "reading", "month", "day", "area", "aliases"}
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in hidden:
                yield from leaves(value, (*path, key))
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value, path)
    elif node is not None:
        yield path, node


def test_the_events_of_the_whole_country_stand_with_days_and_sources_and_those_of_areas_do_not(
    plan, evaluation
):
    report = Report(plan, evaluation.rows, evaluation.facts, "plan", 2021, "da")
    text = plain(about_the_plan(report, "imens")).replace("\u00a0", " ")
    assert "11. marts 2020 – 31. maj 2021" in text and "COVID-19. Kilde: DST Nyt: Kriminalitet 2021." in text
    assert "1. december 2018" in text and "Begivenhederne er virkelige og gælder hele landet." in text
    assert "bilbrande" not in text


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_fact_of_the_plan_is_shown(plan, evaluation, root, language):
    report = Report(plan, evaluation.rows, evaluation.facts, "ringparken", 2018, language)
    shown = " ".join(plain(about_the_plan(report)).replace("\u00a0", " ").split())
    missing = []
    for path, value in leaves(yaml.safe_load((root / "params" / "plan.yml").read_text("utf-8"))):
        if path[-1] in {"da", "en"} - {language}:
            continue
        if path == ("primary", "declared"):
            continue  # a day before which nobody knew the figures says nothing of made-up ones
        if path[:1] == ("areas",) and path[-1] == "housing_organisations":
            value = plan.housing_organisations[value]
        if path[-1] == "bears_on":
            value = plan.indicator(plan.goals[value].indicator).title.get(language)
        if isinstance(value, dt.date):
            said = date(value, language)
        elif isinstance(value, int | float) and abs(value) >= 1_000_000:
            said = number(value / 1e6, 0 if value % 1e6 == 0 else 1, language=language)
        elif isinstance(value, float):
            said = number(abs(value), language=language, scale=100)
        else:
            said = " ".join(str(value).split()).rstrip(".")
        if said not in shown:
            missing.append((".".join(map(str, path)), said))
    assert missing == []


def test_the_analysts_words_cannot_break_the_page(plan, evaluation):
    nasty = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![b](http://a.b/c.png) **fed** \u202eomvendt\n\n# Overskrift\n\n<h1>nej</h1>"
    html = markdown(nasty).html
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html
    assert "http" not in html
    assert "<h1" not in html
    assert "\u202e" not in html
    assert "<strong>fed</strong>" in html
    long = markdown("ord " * 5000 + "x" * 500 + " 😀").html
    assert long.count("ord") == 5000
    assert "😀" in long


def test_the_assessment_is_shown_by_goal_with_role_and_date(plan, evaluation):
    from evalkit.plan.assessments import Assessment

    own = Assessment(
        role="Analytiker",
        date=dt.date(2021, 12, 2),
        texts={"overall": "Samlet **godt**.", "tryghed": "Om <b>tryghed</b>."},
    )
    report = Report(
        plan,
        evaluation.rows,
        evaluation.facts,
        "ringparken",
        2018,
        assessment=own,
        activities=("<i>Klub</i>",),
        limitations=("<b>Kun</b> to år.",),
    )
    html = cards.assessment(report).html
    assert "<b>Analytiker</b>, 2. december 2021." in html
    assert "<strong>godt</strong>" in html
    assert "&lt;b&gt;tryghed&lt;/b&gt;" in html
    assert "&lt;i&gt;Klub&lt;/i&gt;" in html
    assert "&lt;b&gt;Kun&lt;/b&gt; to år." in narrative.limits(report).html
    assert "Ingen vurdering endnu" in repr(
        cards.assessment(Report(plan, evaluation.rows, evaluation.facts, "ringparken", 2018))
    )


def test_shocks_are_named_in_the_years_they_touch(plan, evaluation):
    def named(year: int) -> list[str]:
        return caveat.happened(
            Report(plan, evaluation.rows, evaluation.facts, "ringparken", year), ("shock",)
        )

    assert named(2019) == []
    assert named(2020) == ["COVID-19"]
    assert named(2021) == ["COVID-19"]


def test_a_gap_is_said_to_move_by_its_verdict_not_by_its_sign(plan, evaluation):
    rows = evaluation.rows.copy()
    row = "gab_tryghed.ringparken.2019"
    for verdict, said in (("improved", "i målets retning"), ("worsened", "den forkerte vej")):
        rows.loc[row, ["change", "change_lower", "change_upper"]] = (0.1, 0.05, 0.15)
        rows.loc[row, "verdict"] = verdict
        report = Report(plan, rows, evaluation.facts, "ringparken", 2019)
        assert said in narrative.finding(report, "gab_tryghed")
        assert said.removeprefix("i ").removeprefix("den ") in repr(narrative.gaps(report))


@pytest.mark.parametrize(
    ("verdict", "change", "way"), [("improved", -0.2, "et reelt fald"), ("worsened", 0.2, "en reel stigning")]
)
def test_official_figures_have_no_goal_to_move_towards(plan, evaluation, verdict, change, way):
    rows = evaluation.rows.copy()
    rows.loc["anmeldelser.municipality.2019", ["verdict", "change"]] = verdict, change
    said = judgements.judgement(
        read(Report(plan, rows, evaluation.facts, "plan", 2019), "anmeldelser", "municipality")
    )
    assert said.plain == f"Der er sket {way} siden 2017."


def test_the_title_rests_on_no_source_that_gave_no_figure(plan, evaluation):
    with_survey = Report(plan, evaluation.rows, evaluation.facts, "sydbyen", 2020, "da")
    assert "svar fra" in repr(basis(with_survey))
    without = Report(plan, evaluation.rows, evaluation.facts, "praestevangen", 2020, "da")
    assert read(without, "tryghed").shown == "missing"
    assert repr(basis(without)) == (
        "Tallene bygger på politiets anmeldelser, uddannelsesregistret og forsørgelsesregistret."
    )
    none = evaluation.rows.assign(shown="missing", value=float("nan"))
    empty = Report(plan, none, evaluation.facts, "praestevangen", 2020, "da")
    assert repr(basis(empty)) == "Der er ikke leveret tal om målene."
