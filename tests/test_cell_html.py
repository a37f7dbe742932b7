"""Whatever HTML a cell shows, no page asks a server or runs code, and what was cut is named."""

from __future__ import annotations

import json
import re
from html import escape
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from evalbook.run.execution import _leave_behind
from evalbook.run.tasks import Report
from evalbook.site import cell_html
from evalbook.site.outputs import outputs, secure
from evalbook.site.prose import prose
from evalkit import figures
from evalkit.figures.chart import NOTEBOOK_STYLE
from rows import report

HOSTILE = [
    ("<script>alert(1)</script>", "<script>"),
    ('<meta http-equiv=refresh content="0;url=http://x.test">', "<meta>"),
    ('<base href="http://x.test">', "<base>"),
    ('<form action="http://x.test"><input></form>', "<form>, <input>"),
    ("<img src=q onerror=alert(2)>", "<img src>, <img onerror>"),
    ('<img src="http://x.test/t.png">', "<img src>"),
    ('<img src="data:image/svg+xml;base64,PHN2Zz4=">', "<img src>"),
    ('<img srcset="http://x.test/t.png 2x">', "<img srcset>"),
    ('<a href="javascript:alert(4)">l</a>', "<a href>"),
    ('<a href="java&#115;cript:alert(4)">l</a>', "<a href>"),
    ('<a href="jav\tascript:alert(4)">l</a>', "<a href>"),
    ('<a ping="http://x.test" href="#a">l</a>', "<a ping>"),
    ('<iframe src="http://x.test"></iframe>', "<iframe>"),
    ('<link rel="prefetch" href="http://x.test">', "<link>"),
    ('<style>body{background:url("http://x.test")}</style>', "<style>"),
    ('<p style="background:url(http://x.test)">t</p>', "<p style>"),
    ('<p style="background:u&#114;l(http://x.test)">t</p>', "<p style>"),
    ('<p style="background:u\\72l(http://x.test)">t</p>', "<p style>"),
    ('<p style="background:image-set(1)">t</p>', "<p style>"),
    ('<table background="http://x.test"><tr><td>1</td></tr></table>', "<table background>"),
    ('<video poster="http://x.test"></video>', "<video>"),
    ('<svg onload="alert(6)"><path d="M0 0"/></svg>', "<svg onload>"),
    ('<svg><image href="http://x.test/a.png"/></svg>', "<image href>"),
    ('<svg><image xlink:href="http://x.test/a.png"/></svg>', "<image xlink:href>"),
    ('<svg><use href="http://x.test/a.svg#b"/></svg>', "<use href>"),
    ('<svg><path fill="url(http://x.test/a.svg#b)"/></svg>', "<path fill>"),
    ('<svg><path fill="u\\72l(http://x.test/a.svg#b)"/></svg>', "<path fill>"),
    ('<svg><animate attributeName="href" values="javascript:alert(1)"/></svg>', "<animate>"),
    ("<svg><foreignObject><p>t</p></foreignObject></svg>", "<foreignobject>"),
]


def shown(html: str) -> str:
    output = new_output("execute_result", data={"text/html": html, "text/plain": "…"}, execution_count=1)
    made = outputs(new_code_cell("x", id="abc1", outputs=[output]), "en")
    return "".join([*made.html, *(escape(one.said("en")) for one in made.remarks)])


@pytest.mark.parametrize(("html", "cut"), HOSTILE)
def test_what_could_ask_a_server_or_run_code_is_cut_and_named_with_its_cell(html, cut):
    made, named = cell_html.clean(html)
    assert ", ".join(named) == cut
    assert not re.search(r"x\.test|alert|script", made)
    assert f"Left out of what cell abc1 shows, since it could ask a server or run code: {cut}." in (
        BeautifulSoup(shown(html), "html.parser").text
    )


def test_the_notebook_beside_the_page_holds_no_more_than_the_page_does():
    cells = [
        new_code_cell("x", id="abc1", outputs=[new_output("display_data", data={"text/html": html})])
        for html in (HOSTILE[1][0], HOSTILE[5][0], f"{NOTEBOOK_STYLE}<p>t</p>")
    ]
    book = new_notebook(cells=cells)
    before = outputs(cells[2])
    secure(book, "en")
    said = [cell.outputs[0].data["text/html"] for cell in book.cells]
    assert "http" not in said[0] + said[1] and "Left out of what cell abc1 shows" in said[0]
    assert said[2] == f"{NOTEBOOK_STYLE}<p>t</p>" and outputs(cells[2]) == before
    assert [outputs(cell, "en").html for cell in book.cells[:2]] == [[text] for text in said[:2]]


def test_the_notebook_of_a_report_that_failed_holds_no_more_either(tmp_path):
    """It lies in failed/ of the output folder: its cells up to the one that failed were never made into a page."""
    kinds = {"application/javascript": "alert(9)", "text/plain": "…"}
    shown = [{"text/html": html, "text/plain": "…"} for html, _ in HOSTILE] + [kinds]
    made = [new_output("display_data", data=data) for data in shown]
    cells = [new_code_cell("x", id=f"abc{at}", outputs=[one]) for at, one in enumerate(made)]
    cells.append(new_markdown_cell("![a](https://x.test/a.png)", id="abcd"))
    report = Report("nordparken/2019", tmp_path / "notebooks/area_year.ipynb", {"language": "en"})
    scratch = SimpleNamespace(
        root=tmp_path, evaluation=tmp_path, scratch=tmp_path, out=tmp_path, fresh=tmp_path
    )
    launch = SimpleNamespace(log=tmp_path / "none", cwd=tmp_path)
    _leave_behind(report, scratch, launch, [new_notebook(cells=cells)], "it failed")
    left = json.loads((tmp_path / "failed/nordparken/2019.ipynb").read_text("utf-8"))["cells"]
    said = [output["data"] for cell in left if cell["cell_type"] == "code" for output in cell["outputs"]]
    html = "".join("".join(data.get("text/html", "")) for data in said)
    assert not re.search(r"x\.test|alert|<(script|meta|base|form|iframe|link)", html)
    assert said[-1] == {"text/plain": ["…"]} and "![" not in "".join(left[-1]["source"])
    assert html.count("Udeladt af det, som celle abc") == len(HOSTILE)


@pytest.mark.parametrize(
    "html",
    [
        figures.trend(report(), "tryghed").html,
        '<p class="lead">5 &lt; 6</p><ul><li>a<br>b</li></ul>',
        '<a href="https://www.dst.dk/">DST</a><a href="../ordbog.html#phi">phi</a><a href="mailto:a@b.dk">a</a>',
        '<img alt="x" src="data:image/png;base64,AAAA">',
        '<svg viewBox="0 0 1 1"><path clip-path="url(#c)" d="M0 0"/></svg>',
        "<!--slot:status--><p>t</p><!--/slot-->",
    ],
)
def test_what_is_allowed_stays_byte_for_byte(html):
    assert cell_html.clean(html) == (html, [])


def test_the_style_of_a_figure_and_of_a_pandas_table_for_notebooks_goes_without_a_word():
    pandas = "<div>\n<style scoped>\n    .dataframe tbody tr th {\n top: 0;\n }\n</style>\n<p>t</p></div>"
    for html in (f"{NOTEBOOK_STYLE}<p>t</p>", pandas):
        assert "style" not in shown(html) and "Left out" not in shown(html)


def test_what_is_left_open_is_closed():
    assert cell_html.clean("<div><p>a<b>b") == ("<div><p>a<b>b</b></p></div>", [])
    assert cell_html.clean("</section></div><p>a</p>")[0] == "<p>a</p>"


PIECES = st.sampled_from(
    [
        *(
            "<",
            ">",
            '"',
            "'",
            "/",
            " ",
            "=",
            "<p",
            "<svg",
            "<title>",
            "</title>",
            "<!--",
            "-->",
            "x",
            "\n",
            "&lt;",
        ),
        *(
            "<img src=x ",
            "onerror=alert(1)",
            "<script>",
            "javascript:",
            "<style>",
            "<b title=",
            "]]>",
            "<![CDATA[",
        ),
        "<a href=",
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_arrangement_of_pieces_leaves_what_a_browser_would_run(html):
    made = cell_html.clean(html)[0]
    for element in BeautifulSoup(made, "html.parser").find_all(True):
        assert element.name in {*map(str.lower, cell_html.TAGS), *cell_html.TAGS, "html", "head", "body"}
        assert not [name for name in element.attrs if name.startswith("on") or name == "src"]
        assert not str(element.get("href", "")).startswith("javascript")


def test_a_text_that_names_a_picture_on_another_server_is_not_published_beside_its_page_either():
    said = "stands on another server, which no page asks. Put the file beside the notebook and name it there."
    texts = [
        "Før ![kort](https://x.test/a.png) efter",
        "Før ![kort][1] efter\n\n[1]: https://x.test/a.png",
        'Før <img src="https://x.test/a.png" alt="kort"> efter',
        "| a |\n|---|\n| ![kort](//x.test/a.png) |",
    ]
    shown = new_output("display_data", data={"text/markdown": texts[0], "text/plain": "x"})
    book = new_notebook(
        cells=[
            new_markdown_cell(text, id=f"abc{i}") for i, text in enumerate([*texts, "Fast **tekst**, $x$"])
        ]
    )
    book.cells.append(new_code_cell("x", id="abc9", outputs=[shown]))
    secure(book, "en")
    made = [cell.source for cell in book.cells[:4]] + [book.cells[5].outputs[0].data["text/markdown"]]
    for text in made:
        assert "<img" not in text and "![" not in text and "kort" in text
        assert re.search(rf"x\.test/a\.png in cell abc\d {re.escape(said)}", text)
    assert book.cells[4].source == "Fast **tekst**, $x$"


def test_no_text_can_name_the_place_of_a_picture():
    text = '![a](data:image/png;base64,AAAA) <abbr title="&#xe000;0&#xe001;">q &#xe000;9&#xe001;</abbr><font>'
    assert prose(text).html.count("<img") == 1
