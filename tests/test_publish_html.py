"""A page made from an executed notebook: whole, safe, and reachable for everyone, whatever the notebook holds."""

from __future__ import annotations

import base64
import re

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from evalbook.site import slots
from evalbook.site.frame import Frame, Link, css_text, running_foot
from evalbook.site.page import LIMIT, pages, stylesheet
from evalkit import figures
from evalkit.cards import report_cards
from pages import problems
from rows import plan, report

HEADER = '<header><p class="kicker">Områderapport</p><h1>Sydbyen <span class="year">Planår 2019</span></h1></header>'


def shown(html: str, *tags: str, source: str = "cards.title(report)"):
    output = new_output("execute_result", data={"text/html": html, "text/plain": "…"}, execution_count=1)
    return new_code_cell(source, outputs=[output], metadata={"tags": list(tags)})


def frame(**changes) -> Frame:
    given = {
        "plan": plan(),
        "language": "da",
        "page": "sydbyen/2019.html",
        "synthetic": True,
        "title": "Sydbyen, planår 2019",
    }
    return Frame(**given | changes)


def made(*cells, **changes) -> str:
    about = frame(**changes)
    return pages(new_notebook(cells=[shown(HEADER), *cells]), frame=about)[about.page]


def soup(*cells, **changes) -> BeautifulSoup:
    return BeautifulSoup(made(*cells, **changes), "html.parser")


CHAPTER = new_markdown_cell("## Tryghed\n\nDen, der er utryg, flytter.")


def test_a_page_with_every_kind_of_cell_breaks_no_rule():
    years = [Link(f"{year}.html", str(year), current=year == 2019) for year in (2018, 2019)]
    html = made(
        new_markdown_cell("# En titel, der viger for den beregnede\n\nHvordan gik det?"),
        new_code_cell("year = 2019", metadata={"tags": ["parameters"]}),
        new_markdown_cell("## De fire mål"),
        shown('<div class="goals"><article class="goal"><h3>Tryghed</h3></article></div>'),
        CHAPTER,
        shown(figures.trend(report(), "tryghed").html, source='figures.trend(report, "tryghed")'),
        new_markdown_cell("## Metode og oprindelse"),
        years=years,
    )
    assert problems(html) == []
    assert len(html.encode()) <= LIMIT


def test_the_computed_title_is_the_only_first_heading():
    tree = soup(new_markdown_cell("# Skabelon\n\nEt spørgsmål?"), CHAPTER)
    assert [h1.get_text(" ", strip=True) for h1 in tree.find_all("h1")] == ["Sydbyen Planår 2019"]
    assert "Et spørgsmål?" in tree.select_one(".preface").get_text()


def test_chapters_are_sections_with_names_from_their_headings_and_stand_in_the_contents():
    tree = soup(CHAPTER, new_markdown_cell("## Hvad tallene *ikke* viser\n\nMeget."))
    assert [one["id"] for one in tree.select("section.chapter")] == ["tryghed", "hvad-tallene-ikke-viser"]
    assert [link.get_text() for link in tree.select(".toc ol a")] == ["Tryghed", "Hvad tallene ikke viser"]


def test_an_indicators_chapter_has_the_indicators_id():
    tree = soup(new_markdown_cell("## Offentlig forsørgelse"))
    assert tree.select_one("section.chapter")["id"] == "forsoergelse"


def test_the_assessment_can_be_linked_to_whatever_its_chapter_is_called():
    voice = shown('<div class="voice"><p>x</p></div>')
    assert soup(new_markdown_cell("## Læring"), voice).select_one("#vurdering.voice")
    tagged = soup(new_markdown_cell("## Vurdering", metadata={"tags": ["id:vurdering"]}), voice)
    assert [one.name for one in tagged.select("#vurdering")] == ["section"]


def test_goals_and_short_answers_come_before_the_contents():
    tree = soup(
        new_markdown_cell("## De fire mål"),
        shown('<div class="goals"><p>x</p></div>'),
        new_markdown_cell("## Det korte svar"),
        shown('<ul class="answers"><li>y</li></ul>'),
        CHAPTER,
        shown('<ul class="answers"><li>z</li></ul>'),
    )
    assert [one["id"] for one in tree.select(".first > section")] == ["maal", "svar"]
    assert [one["id"] for one in tree.select(".chapters > section")] == ["tryghed"]


def test_code_is_folded_with_its_chapter_and_set_up_at_the_end():
    tree = soup(
        new_code_cell('area = "sydbyen"', metadata={"tags": ["parameters"]}),
        CHAPTER,
        shown("<p>tal</p>", source="narrative.goal(report, 'tryghed')"),
        new_markdown_cell("## Metode"),
    )
    first, last = tree.select("details.code")
    assert "narrative.goal(report, 'tryghed')" in first.get_text()
    assert 'area = "sydbyen"' in last.get_text()
    assert last.find_parent("section")["id"] == "metode"


@pytest.mark.parametrize(
    ("tag", "code", "output"), [("remove-cell", 0, 0), ("remove-output", 1, 0), ("remove-input", 0, 1)]
)
def test_a_cell_may_ask_to_be_left_out_by_nbconverts_tags(tag, code, output):
    html = made(CHAPTER, shown("<p>udtalt</p>", tag, source="kilde()"))
    assert html.count("kilde()") == code
    assert html.count("udtalt") == output


def test_errors_and_warnings_never_reach_a_page():
    failed = new_code_cell(
        "boom()",
        outputs=[
            new_output(
                "error", ename="ValueError", evalue="secret-path", traceback=["Traceback secret-path"]
            ),
            new_output("stream", name="stderr", text="warning secret-path"),
        ],
    )
    assert "secret-path" not in made(CHAPTER, failed)


def test_plain_text_output_is_shown_and_the_name_of_an_object_folded_with_the_code():
    cell = new_code_cell(
        "narrative.verdicts(report)",
        outputs=[
            new_output("display_data", data={"text/plain": "Tryghed  Bedret <b>"}),
            new_output("display_data", data={"text/plain": "<Axes: xlabel='year'>"}),
        ],
    )
    tree = soup(CHAPTER, cell)
    assert "Tryghed  Bedret <b>" in tree.select_one("pre.output").get_text()
    assert "<Axes" in tree.select_one("details.code").get_text()
    assert "<Axes" not in tree.select_one("pre.output").get_text()


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script without end": "<p>a</p><script>alert(1)",
    "frame": '<iframe src="https://example.org"></iframe>',
    "style from elsewhere": '<link rel="stylesheet" href="https://example.org/x.css"><p>a</p>',
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_outputs_of_a_notebook_bring_no_script_and_no_request(html):
    assert problems(made(CHAPTER, shown(html))) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[klik](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        "<img src=x onerror=alert(1)>",
        "[a](data:text/html,x)",
        '<a href="x" onclick="y">z</a>',
        "æ" * 20_000,
        "😀 \u202e omvendt",
        "| a | b |\n|---|---|\n| 1 |",
    ],
)
def test_prose_of_any_kind_leaves_the_page_whole_and_safe(text):
    html = made(new_markdown_cell(f"## Afsnit\n\n{text}"))
    wrong = [one for one in problems(html) if not one.startswith(("table without", "th without", "ragged"))]
    assert wrong == []
    assert "<script" not in html


def test_html_in_prose_is_shown_and_what_is_not_allowed_is_named_with_its_text_kept():
    tree = soup(new_markdown_cell("## Afsnit\n\nH<sub>2</sub>O, et <blink>ord</blink>.", id="vand"))
    assert tree.select_one("section.chapter sub").get_text() == "2"
    assert "et ord." in tree.select_one("section.chapter").get_text()
    assert "vand" in tree.select_one("p.missing").get_text()
    assert "<blink>" in tree.select_one("p.missing").get_text()


def test_the_same_picture_twice_keeps_every_id_once_and_every_reference_right():
    picture = figures.trend(report(), "tryghed").html
    html = made(CHAPTER, shown(picture), shown(picture))
    assert problems(html) == []
    tree = BeautifulSoup(html, "html.parser")
    svgs = tree.select("svg.fig")
    assert len(svgs) == 4
    for svg in svgs:
        own = {tag["id"] for tag in svg.find_all(id=True)}
        assert all(use["href"][1:] in own for use in svg.find_all("use"))
        assert set(svg["aria-labelledby"].split()) <= own


def test_links_are_named_from_the_root_of_the_site_and_seen_from_the_page():
    tree = soup(
        CHAPTER,
        shown(
            '<p><a href="results.csv">a</a> <a href="#h-tryghed">b</a> <a href="https://example.org">c</a></p>'
        ),
    )
    assert [link["href"] for link in tree.select(".chapters section a")] == [
        "../results.csv",
        "#h-tryghed",
        "https://example.org",
    ]


@pytest.mark.parametrize(
    ("language", "there"), [("da", "../en/sydbyen/2019.html"), ("en", "../../sydbyen/2019.html")]
)
def test_each_page_links_to_itself_in_the_other_language(language, there):
    tree = soup(CHAPTER, language=language)
    assert tree.html["lang"] == language
    assert tree.select_one(".mast a[hreflang]")["href"] == there
    assert not soup(CHAPTER, language=language, other_language=False).select(".mast a[hreflang]")


def test_synthetic_pages_say_so_at_the_top_in_the_title_and_on_paper():
    html = made(CHAPTER)
    assert "Opdigtet" in BeautifulSoup(html, "html.parser").select_one(".synth").get_text()
    assert "(opdigtede tal)" in re.search("<title>(.*?)</title>", html)[1]
    assert "Tallene om områderne er opdigtede" in re.search(r"@top-right \{ content: \"([^\"]*)", html)[1]
    real = made(CHAPTER, synthetic=False)
    assert "opdigtede" not in real.lower()


def test_the_band_names_every_kind_of_place_whose_figures_are_made_up_and_those_that_are_real():
    band = soup(CHAPTER).select_one(".synth").get_text()
    assert all(one in band for one in ("områderne", "sammenligningsområderne", "resten af kommunen"))
    assert "»Virkeligt tal«, er virkeligt" in band


@pytest.mark.parametrize("page", ["kommunen", "om-planen", "metode", "spoergsmaal", "tilgaengelighed"])
def test_the_title_of_a_page_without_a_figure_of_an_area_does_not_call_its_figures_made_up(page):
    assert frame(page=f"{page}.html", title="Siden").full_title == "Siden – En fælles indsats"


@pytest.mark.parametrize("page", ["index", "data"])
def test_the_title_of_a_page_with_figures_of_the_areas_says_that_they_are_made_up(page):
    assert frame(page=f"{page}.html", title="Siden").full_title == "Siden (opdigtede tal) – En fælles indsats"
    assert "opdigtede" not in frame(page=f"{page}.html", title="Siden", synthetic=False).full_title


def test_a_page_older_than_the_data_says_so():
    page = made(CHAPTER).encode()
    marked = slots.marked(page, "da")
    said = BeautifulSoup(marked, "html.parser").select_one("body > .stale:has(+ .mast)").get_text()
    assert said == "Siden er ældre end data. Den viser rapporten, som den sidst blev lavet."
    assert slots.marked(marked, "da") == marked and slots.unmarked(marked) == page
    assert not BeautifulSoup(page, "html.parser").select_one(".stale")


@pytest.mark.parametrize(
    ("html", "filled"),
    [
        ("a<!--slot:x-->old<!--/slot-->b", "a<!--slot:x-->NEW<!--/slot-->b"),
        ("a<!--slot:x--><!--/slot-->b", "a<!--slot:x-->NEW<!--/slot-->b"),
        ("<!--slot:y-->old<!--/slot-->", "<!--slot:y-->old<!--/slot-->"),
        ("<!--slot:x-->1<!--/slot--> <!--slot:x-->2\n3<!--/slot-->", "<!--slot:x-->NEW<!--/slot--> " * 2),
        # one that is never closed takes nothing of what follows
        ("<!--slot:x-->a <h2>b</h2> <!--slot:y-->c<!--/slot-->", None),
        ("&lt;!--slot:x--&gt;a<!--/slot-->", None),
        ("no slot", None),
    ],
)
def test_only_what_stands_in_a_slot_of_the_name_is_put_anew(html, filled):
    once = slots.fill(html, {"x": "NEW"})
    assert once.strip() == (filled or html).strip()
    assert slots.fill(once, {"x": "NEW"}) == once


def test_a_page_carries_its_slots_and_a_person_cannot_write_one():
    said = report_cards.markdown("Ord <!--slot:status-->Godkendt<!--/slot--> mere")
    assert "<!--" not in said.html
    html = made(CHAPTER, shown("<p><!--slot:status-->Kladde<!--/slot--></p>"), running="Sydbyen · Kladde")
    assert problems(html) == []
    again = slots.fill(html, {"status": "Godkendt", "foot": running_foot("Sydbyen · Godkendt")})
    assert again == made(
        CHAPTER, shown("<p><!--slot:status-->Godkendt<!--/slot--></p>"), running="Sydbyen · Godkendt"
    )


def test_names_cannot_leave_their_place_in_style_or_markup():
    html = made(CHAPTER, running='"} </style><script>', title="</title><script>", description='"><script>')
    assert problems(html) == []
    assert css_text('a"b</c\\') == "a\\22 b\\3c \\2f c\\5c "


def test_the_same_notebook_gives_the_same_bytes():
    assert made(CHAPTER) == made(CHAPTER)


def test_a_drawing_that_a_cell_shows_is_a_picture_which_runs_nothing_whatever_it_holds():
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert("å")</script><text>Æ</text></svg>'
    svg = new_output(
        "display_data",
        data={"image/svg+xml": drawing, "image/png": "iVBORw0KGgo=", "text/plain": "<SVG>"},
        metadata={"image/svg+xml": {"alt": "En kurve"}},
    )
    page = soup(CHAPTER, new_code_cell("fig", outputs=[svg]))
    (picture,) = page.select(".chapter figure img")
    kind, _, code = picture["src"].partition(",")
    assert kind == "data:image/svg+xml;base64" and base64.b64decode(code).decode() == drawing
    assert picture["alt"] == "En kurve" and not page.select("script, figure text")


def test_a_picture_without_words_is_not_given_filler_words():
    png = new_output(
        "display_data",
        data={"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"},
        metadata={"image/png": {"alt": "En kurve"}},
    )
    tree = soup(CHAPTER, new_code_cell("fig", outputs=[png]))
    assert tree.select_one("figure img")["alt"] == "En kurve"


# ---- colours ---------------------------------------------------------------------------------


def _contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours by the formula of WCAG 2."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def palettes() -> dict[str, dict[str, str]]:
    css = stylesheet()
    light = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", css[: css.index("prefers-color-scheme: dark")]))
    dark = css[css.index("prefers-color-scheme: dark") :]
    return {
        "light": light,
        "dark": light | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", dark[: dark.index("max-width")])),
    }


def test_the_contrast_formula_is_the_published_one():
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("ink", "paper", 7),
        ("ink", "tint", 4.5),
        ("muted", "paper", 4.5),
        ("muted", "tint", 4.5),
        ("accent", "paper", 4.5),
        ("accent", "tint", 4.5),
        ("bad", "paper", 4.5),
        ("bad", "tint", 4.5),
        ("note", "note-bg", 4.5),
        ("comp", "paper", 3),
        ("paper", "accent", 4.5),
    ],
)
def test_text_and_graphics_have_the_contrast_the_law_asks_for(scheme, ink, ground, least):
    colours = palettes()[scheme]
    assert _contrast(colours[ink], colours[ground]) >= least
