"""The annex of a report: which cells stand in it, and that it is a file of the report in every respect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_markdown_cell, new_notebook

import running_standins as standins
from evalbook.approval.signoffs import notebook_digest
from evalbook.review.release import whole
from evalbook.run.files import Ledger
from evalbook.site.links import linked
from evalbook.site.page import pages
from pages import problems
from test_publish_html import HEADER, frame, shown

ROOT = Path(__file__).parents[1]
REPORT, ANNEX = "sydbyen/2019.html", "sydbyen/2019-bilag.html"
STATUS = HEADER.replace("</h1>", "</h1><p><!--slot:status-->Udkast<!--/slot--></p>")


def made(*cells):
    return pages(new_notebook(cells=[shown(STATUS), *cells]), frame=frame())


def chapter(text, *tags):
    return new_markdown_cell(text, metadata={"tags": list(tags)})


def test_a_chapter_tagged_annex_stands_in_the_annex_and_nowhere_else():
    found = made(
        chapter("## Tryghed\n\nKort."),
        chapter("## Beregninger\n\nLangt.", "annex"),
        chapter("## Slut\n\nSidst."),
    )
    assert list(found) == [REPORT, ANNEX]
    for page, has, lacks in ((REPORT, "Kort.", "Langt."), (ANNEX, "Langt.", "Sidst.")):
        assert problems(found[page]) == []
        assert has in found[page] and lacks not in found[page]


@pytest.mark.parametrize("tags", [(), ("id:regn",)])
def test_without_a_tagged_chapter_there_is_no_annex(tags):
    assert list(made(chapter("## Beregninger\n\nLangt.", *tags))) == [REPORT]


def test_a_single_cell_goes_to_the_annex_under_its_chapters_heading():
    found = made(
        chapter("## Tryghed\n\nKort."),
        shown("<p>Tal.</p>", "annex"),
        shown("<p>Mere.</p>"),
        shown("<p>Bag.</p>", "annex"),
    )
    report, annex = (BeautifulSoup(html, "html.parser") for html in found.values())
    assert "Mere." in report.main.get_text() and "Tal." not in report.main.get_text()
    (only,) = annex.select("section.chapter:not(#koden)")
    assert only.h2.get_text() == "Tryghed" and "Tal." in only.get_text() and "Bag." in only.get_text()


def test_a_cell_before_the_first_heading_goes_to_the_annex_too():
    found = made(
        shown("<p>Før.</p>", "annex"), shown("<p>Mere.</p>", "annex"), chapter("## Tryghed\n\nKort.")
    )
    report, annex = (BeautifulSoup(html, "html.parser").main.get_text() for html in found.values())
    assert "Før." in annex and "Mere." in annex and "Før." not in report and "Kort." in report


@pytest.mark.parametrize("name", ["area_year", "plan_year", "plan_final"])
def test_a_cell_added_at_the_end_of_a_shipped_notebook_stands_in_the_report(name):
    cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8"))["cells"]
    last = [one for one in cells if "".join(one["source"]).startswith("## ")][-1]
    assert "annex" not in last["metadata"].get("tags", [])


def test_report_and_annex_lead_to_each_other_and_links_follow_what_was_moved():
    found = made(
        chapter("## Tryghed\n\n[se](#beregninger)"), chapter("## Beregninger\n\n[svar](#tryghed)", "annex")
    )
    assert 'href="2019-bilag.html#beregninger"' in found[REPORT] and 'href="2019-bilag.html"' in found[REPORT]
    assert 'href="2019.html#tryghed"' in found[ANNEX] and 'href="2019.html"' in found[ANNEX]
    assert linked(found) == found


def test_the_annex_says_the_reports_status_and_is_open_so_that_it_prints_whole():
    folded = shown("<details><summary>Vis</summary><p>Alt.</p></details>")
    annex = BeautifulSoup(made(chapter("## Bag", "annex"), folded)[ANNEX], "html.parser")
    assert "<!--slot:status-->Udkast<!--/slot-->" in str(annex.main)
    assert annex.select("section#bag details[open]") and not annex.select("section#bag details:not([open])")


def test_a_tag_is_part_of_what_a_signature_covers(tmp_path):
    book = standins.write_notebook(tmp_path / "notebooks" / "area_year.ipynb")
    before = notebook_digest(tmp_path, "north", "2018")
    tag(book, ["annex"])
    assert notebook_digest(tmp_path, "north", "2018") != before


def tag(book, tags):
    content = json.loads(book.read_text())
    content["cells"][-1]["metadata"]["tags"] = tags
    book.write_text(json.dumps(content))


def test_an_annex_is_hashed_and_released_as_the_report_and_goes_with_its_last_chapter(tmp_path):
    root, out = (
        standins.write_workbook(tmp_path / "workbook", areas=("west",), years=(2018,)),
        tmp_path / "output",
    )
    book = root / "notebooks" / "area_year.ipynb"
    tag(book, ["annex"])
    assert standins.go(root, out, jobs=1) == 0
    annex = out / "west/2018-bilag.html"
    assert annex.is_file() and "west/2018-bilag.html" in Ledger.read(out).records["west/2018"].files
    assert whole(out)["west/2018-bilag.html"] == annex
    annex.write_text("changed by hand")
    assert standins.go(root, out, jobs=1) == 0  # made anew, as a changed report is
    assert "changed by hand" not in annex.read_text()
    tag(book, [])
    assert standins.go(root, out, jobs=1) == 0
    assert not annex.exists() and (out / "west/2018.html").is_file()
    assert "west/2018-bilag.html" not in Ledger.read(out).records["west/2018"].files
