"""One notebook, two languages: English prose by cell id, with the Danish it was made from; what does not fit stays Danish."""

from __future__ import annotations

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from evalbook.approval import translation
from evalbook.approval.translation import Text
from evalbook.site.frame import Frame
from evalbook.site.page import pages
from evalkit.errors import ProblemsFound
from rows import plan

DANISH = "## Tryghed\n\nDen, der er utryg, flytter."
ENGLISH = "## Safety\n\nWhoever feels unsafe moves."


@pytest.fixture
def book(tmp_path):
    """A notebook with one cell of prose, and its English."""
    path = tmp_path / "notebooks/area_year.ipynb"
    path.parent.mkdir()
    code = new_code_cell('language: str = "da"  # da or en', id="p", metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[code, new_markdown_cell(DANISH, id="tryghed")]), path)
    english = translation.path_of(path)
    english.parent.mkdir()
    english.write_text(translation.as_yaml({"tryghed": Text(DANISH, ENGLISH)}), "utf-8")
    return path


def changed(book, old: str, new: str) -> None:
    book.write_text(book.read_text("utf-8").replace(old, new), "utf-8")


def edition(book) -> nbformat.NotebookNode:
    translation.write_all(book.parents[1])
    return nbformat.read(book.parent / "en/area_year.ipynb", as_version=4)


def page(book) -> BeautifulSoup:
    frame = Frame(plan(), "en", "sydbyen/2019.html", False, title="Sydbyen", other_language=False)
    return BeautifulSoup(pages(edition(book), frame=frame)[frame.page], "html.parser")


def test_code_comes_from_the_danish_notebook_and_prose_from_the_file(book):
    code, prose = edition(book).cells
    assert code.source == 'language: str = "en"  # da or en'
    assert prose.source == ENGLISH and "lang" not in prose.metadata
    assert list(translation.untranslated(book)) == []


def test_one_changed_danish_word_leaves_the_cell_danish_and_marked_and_check_shows_all_three_texts(book):
    changed(book, "flytter", "rejser")
    chapter = page(book).select_one(".chapter")
    assert chapter.h2["lang"] == "da" and chapter.h2.get_text() == "Tryghed"
    assert chapter.select_one("[lang=da] p").get_text() == "Den, der er utryg, rejser."
    (said,) = map(str, translation.untranslated(book))
    assert said.startswith(
        "notebooks/en/area_year.yml, tryghed: the Danish has changed since it was translated"
    )
    for text in ("Den, der er utryg, flytter.", "Den, der er utryg, rejser.", "Whoever feels unsafe moves."):
        assert text in said


def test_lines_that_are_only_broken_elsewhere_are_no_change(book):
    changed(book, "Den, der er utryg,", "Den, der er\\nutryg,")
    assert edition(book).cells[1].source == ENGLISH


def test_a_cell_without_english_is_danish_and_asked_for(book):
    notebook = nbformat.read(book, as_version=4)
    notebook.cells.append(new_markdown_cell("## Min egen\n\nTekst.", id="5ecab749"))
    nbformat.write(notebook, book)
    assert page(book).select(".chapter")[1].h2["lang"] == "da"
    (said,) = map(str, translation.untranslated(book))
    assert "5ecab749: has no English" in said and "## Min egen" in said


def test_english_of_a_cell_that_is_gone_is_named(book):
    changed(book, '"id": "tryghed"', '"id": "trygheden"')
    said = "\n".join(map(str, translation.untranslated(book)))
    assert "tryghed: is of no cell of the notebook." in said and "trygheden: has no English" in said


def test_levels_of_headings_are_those_of_the_danish(book):
    path = translation.path_of(book)
    path.write_text(path.read_text("utf-8").replace("## Safety", "#### Safety"), "utf-8")
    assert edition(book).cells[1].source == ENGLISH


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tryghed: [", "line 2: not readable as YAML"),
        ("- a\n", "must name cells"),
        ("tryghed:\n  en: x\n", "tryghed: needs two texts."),
        ("tryghed:\n  da: x\n  en: 7\n", "tryghed: needs two texts."),
    ],
)
def test_a_file_that_is_not_as_it_must_be_is_one_message(book, text, said):
    translation.path_of(book).write_text(text, "utf-8")
    with pytest.raises(ProblemsFound, match=said):
        edition(book)
