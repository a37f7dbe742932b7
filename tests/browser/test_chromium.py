"""What a reader meets in a browser: no barrier that axe-core knows, nothing cut off, nothing fetched, all reached by key."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from chromium import violations
from evalbook.site.frame import Frame
from evalbook.site.page import pages as pages_of
from evalkit import cards, figures, tables
from evalkit.figures import small_multiples
from pages import problems
from rows import plan, report
from test_cell_html import HOSTILE
from test_whatever_a_cell_shows import PNG

PAGES = [
    "report",
    "english report",
    "plan year",
    "final",
    "overview",
    "area",
    "municipality",
    "about the plan",
    "method",
    "data",
    "questions",
    "accessibility",
]
# The report meets every screen; the others, built of the same parts, the widest in dark and the narrowest in light.
SCREENS = [
    ("report", 1440, "light"),
    ("report", 390, "dark"),
    *((name, 1440, "dark") for name in PAGES),
    *((name, 320, "light") for name in PAGES),
]

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("name", "width", "scheme"), SCREENS)
def test_axe_finds_no_barrier(name, width, scheme, site, opened):
    # The page's own policy would keep axe out; nothing else is let in.
    assert violations(opened(site[name], width, scheme, bypass_csp=True)) == []


def test_axe_would_find_a_barrier(tmp_path, opened):
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<!doctype html><html lang="da"><title>x</title><main><h1>x</h1><h4>y</h4><img src="data:,"></main></html>',
        "utf-8",
    )
    found = {one.partition(":")[0] for one in violations(opened(bad, bypass_csp=True))}
    assert {"image-alt", "heading-order"} <= found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fetches_nothing_and_runs_nothing(name, site, opened):
    page = opened(site[name])
    assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.scripts.length") == 0
    assert problems(site[name].read_text("utf-8")) == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, 390, 720])
def test_nothing_is_cut_off_on_a_narrow_screen(name, width, site, opened):
    page = opened(site[name], width)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize("name", ["report", "overview"])
def test_the_keyboard_reaches_every_control_and_shows_where_it_is(name, site, opened):
    page = opened(site[name])
    controls = page.evaluate(
        "[...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')].filter(one => one.checkVisibility()).length"
    )
    seen, hidden = set(), []
    for step in range(controls + 5):
        page.keyboard.press("Tab")
        place = page.evaluate(
            """step => { const one = document.activeElement; if (one === document.body) return null;
            one.dataset.seen = one.dataset.seen || step; return [one.dataset.seen, getComputedStyle(one).outlineStyle, one.outerHTML.slice(0, 80)] }""",
            str(step),
        )
        if place:
            seen.add(place[0])
            if place[1] == "none":
                hidden.append(place[2])
    assert len(seen) >= controls
    assert hidden == []


def test_the_whole_matrix_stands_on_the_first_screen(site, opened):
    page = opened(site["overview"], 1400)
    assert page.locator("table.board").bounding_box()["height"] > 300
    box = page.locator("table.board").bounding_box()
    assert box["y"] + box["height"] <= 900


@pytest.mark.parametrize("name", ["overview", "report", "plan year", "final"])
def test_a_page_has_few_landmarks_each_with_a_name_of_its_own(name, site, opened):
    named = opened(site[name]).evaluate(
        """() => [...document.querySelectorAll('nav, aside, main, section[aria-labelledby], [role=region], body > header, body > footer')].filter(
        one => !one.closest('details:not([open])')).map(
        one => one.tagName + ' ' + (one.getAttribute('aria-label') || document.getElementById(one.getAttribute('aria-labelledby'))?.textContent || ''))"""
    )
    assert len(named) == len(set(named)) < 15


@pytest.mark.parametrize(
    ("width", "drawing"), [(1440, "smal"), (390, "smal")]
)  # beside its reading, or alone
def test_each_screen_gets_the_drawing_made_for_it(width, drawing, site, opened):
    page = opened(site["report"], width)
    shown = page.locator("#tryghed svg.fig:visible")
    assert shown.count() == 1
    assert drawing in shown.get_attribute("class")


@pytest.mark.parametrize("width", [320, 390, 600, 768, 900, 1024, 1440])
def test_no_word_is_smaller_than_twelve_pixels(width, site, opened):
    for name in ("report", "plan year", "final", "overview", "municipality"):
        smallest = opened(site[name], width).evaluate(
            """() => Math.min(...[...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().width &&
            [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())).map(one =>
            parseFloat(getComputedStyle(one).fontSize) * (one.getScreenCTM ? one.getScreenCTM().a : 1)))"""
        )
        assert smallest >= 11.95, name  # a drawing's own width is rounded


@pytest.mark.parametrize("year", [2018, 2019, 2020, 2021])
def test_no_year_of_the_gaps_is_printed_upon_another(year, opened, tmp_path):
    page = tmp_path / "gaps.html"
    style = (ROOT / "src/evalbook/site/style.css").read_text("utf-8")
    drawings = small_multiples.gap(report(year=year)).picture
    page.write_text(
        f'<!doctype html><meta charset="utf-8"><style>{style}svg.fig {{display: block !important}}</style>{drawings}',
        "utf-8",
    )
    boxes = opened(page, 1440).evaluate(
        """[...document.querySelectorAll('svg text')].map(one => { const box = one.getBoundingClientRect();
        return [one.textContent, box.left, box.right, box.top, box.bottom] })"""
    )
    assert sum(box[0] == str(year) for box in boxes) == 2 * len(small_multiples.gaps(report()))
    years = [box for box in boxes if box[0].isdecimal()]
    upon = [
        (one[0], other[0])
        for one, other in itertools.combinations(years, 2)
        if one[1] < other[2] and other[1] < one[2] and one[3] < other[4] and other[3] < one[4]
    ]
    assert upon == []


def _data(shown):
    bundle = getattr(shown, "_repr_mimebundle_", None)
    return bundle() if bundle else {"text/html": shown.html, "text/plain": repr(shown)}


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
def test_a_figure_table_and_picture_of_an_analysts_own_are_no_barrier_and_scroll(
    width, scheme, opened, tmp_path
):
    import seaborn as sns

    chart = figures.trend(report(), "haervaerk")
    chart.ax.annotate("egen grænse, langt ude til højre", (2021, 30), xytext=(2022, 40))
    with figures.theme():
        own = sns.lineplot(x=[2017, 2018, 2019, 2017, 2018, 2019], y=[1, 2, 3, 3, 2, 1], hue=list("aaabbb"))
    own.set(xlabel="Planår", ylabel="Antal")
    shown = [
        chart,
        figures.show(own, title="Egen figur", alt="To linjer krydser.", source="Egne tal", synthetic=True),
        tables.show(pd.DataFrame({"Sted": ["Syd"], "Andel": [1.5]}), caption="Egen tabel", synthetic=True),
        tables.show(
            cards.beside(report()).data.style.highlight_null("red"), caption="Farvet", synthetic=True
        ),
    ]
    outputs = [[new_output("display_data", data=_data(one))] for one in shown]
    cells = [new_markdown_cell("# A"), *(new_code_cell("x", outputs=one) for one in outputs)]
    headed = [one for i, cell in enumerate(cells) for one in (cell, new_markdown_cell(f"## Afsnit {i}"))]
    picture = "![Et kort](attachment:kort.png)\n\n$p = \\frac{x}{n}$"
    headed.append(new_markdown_cell(picture, attachments={"kort.png": {"image/png": PNG}}))
    frame = Frame(plan(), "da", "sydbyen/2019.html", True, title="A")
    path = tmp_path / "own.html"
    path.write_text(pages_of(new_notebook(cells=headed), frame=frame)[frame.page], "utf-8")
    page = opened(path, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    sizes = page.evaluate(
        "[...document.querySelectorAll('.own text')].map(one => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 12
    assert violations(page) == []


def test_dark_colours_reach_the_pictures(site, opened):
    colour = "getComputedStyle(document.querySelector('#tryghed svg.fig text')).fill"
    assert opened(site["report"], 1440, "light").evaluate(colour) != opened(
        site["report"], 1440, "dark"
    ).evaluate(colour)


def test_a_report_prints_on_a4_without_cut_pictures(site, opened, tmp_path):
    page = opened(site["report"])
    pdf = page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True, print_background=True)
    assert 2 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type/Page\n") <= 4
    page.emulate_media(media="print")
    assert page.locator(".toc:visible, .mast:visible, details.code:visible").count() == 0
    assert page.locator("#tryghed svg.fig:visible").count() == 1
    rules = "[...document.styleSheets[0].cssRules].filter(rule => rule instanceof CSSPageRule).map(rule => rule.cssText).join(' ')"
    boxes = page.evaluate(rules)
    assert "counter(page)" in boxes
    assert "Tallene om områderne er opdigtede" in boxes
    heights = page.evaluate(
        "[...document.querySelectorAll('svg.fig')].map(one => one.getBoundingClientRect().height)"
    )
    assert max(heights) < 900  # px; an A4 page holds about 990


def test_the_sandbox_of_the_page_allows_no_script_at_all(site, opened, tmp_path):
    spoilt: Path = tmp_path / "spoilt.html"
    spoilt.write_text(
        site["report"]
        .read_text("utf-8")
        .replace("</main>", "<script>document.title = 'taken'</script></main>"),
        "utf-8",
    )
    assert opened(spoilt).title() != "taken"


def test_whatever_a_cell_shows_its_page_asks_no_server_and_runs_nothing(opened, tmp_path):
    """Without the page's own policy, which stops the same a second time; the cells as they are would do both."""
    shown = [re.sub(r"alert\(\d\)", "document.title='taken'", html) for html, _ in HOSTILE]
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' onload=\"document.title='taken'\"><script>document.title='taken'"
        "</script><image href='http://x.test/a.png'/><style>@import 'http://x.test/a.css';</style></svg>"
    )
    data = [{"text/html": html} for html in shown] + [{"image/svg+xml": drawing}]
    outputs = [[new_output("display_data", data=one)] for one in data]
    cells = [new_markdown_cell("# A\n\n## B"), *(new_code_cell("x", outputs=one) for one in outputs)]
    frame = Frame(plan(), "da", "sydbyen/2019.html", True, title="A")
    for name, html, asks in (
        ("page", pages_of(new_notebook(cells=cells), frame=frame)[frame.page], False),
        ("cells", "".join([*shown[2:], drawing]), True),  # but for what leaves the page at once
    ):
        path: Path = tmp_path / f"{name}.html"
        path.write_text(html, "utf-8")
        page = opened(path, bypass_csp=True)
        page.wait_for_timeout(500)
        assert any(url.startswith("http") for url in page.requests) is asks, page.requests
        assert (page.title() == "taken") is asks


@pytest.mark.parametrize("name", ["report", "overview", "data"])
def test_whatever_people_write_the_page_stays_whole_safe_and_readable(name, hostile, opened):
    html = hostile[name].read_text("utf-8")
    assert problems(html) == []
    assert not set("\u202e\u2066\u2067\u202c") & set(html)  # nothing turns the text around it
    page = opened(hostile[name], 320, bypass_csp=True)
    assert page.title() != "taken"
    assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
    assert violations(page) == []  # opens what is folded
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert violations(opened(hostile[name], 1400, "dark", bypass_csp=True)) == []


def test_an_assessments_words_are_all_there_and_its_bad_links_are_text(hostile, opened):
    voice = opened(hostile["report"], 390).locator(".voice")
    assert voice.inner_text().count("Beboerne fortæller om stien") == 340 + 33  # 20 kB, and 2 kB of an event
    assert voice.locator("a").evaluate_all("links => links.map(one => one.href)") == ["https://example.org/"]
    assert voice.locator("img, table, h1").count() == 0
    assert "<script>" in voice.inner_text()
