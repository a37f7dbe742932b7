"""A report as a Word file: one title, headings, figures with the page's descriptions, tables with header rows, rows as tags."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

import word_files as the
from evalbook.word.blocks import drawing
from evalbook.word.case import annex
from evalbook.word.incoming import of_bytes
from evalbook.word.parts import TAG_LIMIT, tag_of
from evalbook.word.picture import png
from evalbook.word.word_file import Sent, document
from evalkit.text.words import gettext_for


@pytest.fixture(scope="module")
def file() -> bytes:
    return the.made()


@pytest.fixture(scope="module")
def opened(file):
    return docx.Document(io.BytesIO(file))


def test_it_has_a_title_a_language_and_one_heading_of_the_first_level(opened, file):
    assert opened.core_properties.title == "Ringparken Planår 2019"
    assert (
        'w:val="da-DK"'
        in re.search(r"<w:docDefaults>.*?</w:docDefaults>", the.part(file, "word/styles.xml"), re.S)[0]
    )
    headings = [
        (one.style.name, one.text) for one in opened.paragraphs if one.style.name.startswith("Heading")
    ]
    assert [name for name, _ in headings].count("Heading 1") == 1
    assert [text for name, text in headings if name == "Heading 2"] == [
        "Tryghed",
        "Grænser",
        "Analytikerens vurdering",
    ]


def test_an_english_file_is_british_english():
    made = the.made(sent=Sent("ringparken/2019", "0a1b2c3d", "en", the.DAY))
    assert docx.Document(io.BytesIO(made)).core_properties.language == "en-GB"
    assert "Write your name" in the.part(made, "word/document.xml")


def test_each_picture_is_a_png_of_200_dots_an_inch_with_the_description_that_the_page_has(opened, file):
    described = [one.get("descr") for one in opened.element.iter(qn("wp:docPr"))]
    assert described == ["Kurve. 71,2 pct."]
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        picture = Image.open(io.BytesIO(package.read("word/media/image1.png")))
    assert picture.size == (278, 139)  # 100 x 50 points at 200/72 pixels each
    assert round(picture.info["dpi"][0]) == 200


def test_tables_have_rows_of_headers_that_repeat_and_a_caption(opened):
    table = opened.tables[-1]
    assert [bool(row._tr.findall(f"{qn('w:trPr')}/{qn('w:tblHeader')}")) for row in table.rows] == [
        True,
        False,
        False,
    ]
    assert [cell.text for cell in table.rows[2].cells] == ["2019", "71,2"]
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Tryghed i tal"


def test_a_computed_paragraph_stands_in_a_control_whose_tag_is_its_rows(opened):
    tags = {
        "".join(text.text for text in one.iter(qn("w:t"))): one.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(
            qn("w:val")
        )
        for one in opened.element.iter(qn("w:sdt"))
    }
    assert tags[the.SENTENCE] == "tryghed.ringparken.2019"
    assert the.OTHER not in tags


def test_a_tag_is_no_longer_than_word_allows_and_says_how_many_rows_it_lacks():
    rows = [f"indikator{n}.ringparken.2019" for n in range(5)]
    assert tag_of(rows[:2]) == " ".join(rows[:2])
    assert tag_of(rows) == f"{rows[0]} {rows[1]} +3"
    assert max(len(tag_of(rows[:n])) for n in range(6)) <= TAG_LIMIT
    assert tag_of([]) == ""


def test_comments_may_be_written_anywhere_and_text_in_the_analysts_words_and_the_answer_alone(file):
    protection = re.search(r"<w:documentProtection[^>]*>", the.part(file, "word/settings.xml"))[0]
    assert (
        'w:edit="comments"' in protection and 'w:enforcement="1"' in protection and "hash" not in protection
    )
    body = the.part(file, "word/document.xml")
    places = re.findall(r"<w:permStart [^>]*>(.*?)<w:permEnd", body, re.S)
    texts = ["".join(re.findall(r"<w:t[^>]*>([^<]*)", one)) for one in places]
    assert texts == ["Skriv dit navn", "Skriv din rolle", "Vælg dagen", "Vælg", "Beboerne mødtes."]


def test_page_one_names_the_version_and_the_line_to_answer_with(file):
    texts = [one.text for one in of_bytes(file, "x.docx").texts]
    assert "Version 0a1b2c3d, lavet til Word-fil den 23. november 2026." in texts
    assert any("ringparken/2019/0a1b2c3d:" in one for one in texts)
    assert texts.index("Tryghed") > next(i for i, one in enumerate(texts) if "0a1b2c3d:" in one)


def test_the_answers_to_choose_from_are_three_and_none_is_chosen(opened, file):
    choices = [one.get(qn("w:displayText")) for one in opened.element.iter(qn("w:listItem"))]
    assert choices == ["Vælg", "Godkendt", "Godkendt med ændringer", "Ikke godkendt"]
    assert of_bytes(file, "x.docx").fields["decision"] == "Vælg"


def test_how_far_the_review_has_come_is_shown_and_is_no_part_of_the_text_that_is_compared(opened, file):
    shown = "\n".join(one.text for one in opened.paragraphs)
    compared = "\n".join(one.text for one in of_bytes(file, "x.docx").texts)
    for said in ("Udkast", "Ingen har godkendt rapporten endnu."):
        assert said in shown and said not in compared
    assert "1.397 beboere" in compared and "Overblik" not in shown


@pytest.mark.parametrize("kind", ["area", "plan", "final"])
def test_every_kind_of_page_becomes_a_file_under_two_megabytes_with_a_description_at_each_picture(
    editions, kind
):
    name = {"area": "ringparken/2019.html", "plan": "plan/2019.html", "final": "plan/final.html"}[kind]
    html = editions.pages[name]
    made = the.made(html)
    opened = docx.Document(io.BytesIO(made))
    assert len(made) < 2_000_000
    assert [one.style.name for one in opened.paragraphs].count("Heading 1") == 1
    described = [one.get("descr") for one in opened.element.iter(qn("wp:docPr"))]
    of_page = {" ".join(one.split()) for one in re.findall(r"<desc[^>]*>(.*?)</desc>", html, re.S)}
    assert described and {" ".join(one.split()) for one in described} <= {
        one.replace("&#x27;", "'") for one in of_page
    }
    assert len(opened.tables) > 1


def test_an_item_of_a_list_without_text_is_no_bullet(opened):
    assert [one.text for one in opened.paragraphs if one.style.name == "List Bullet"] == [the.OTHER]


@pytest.mark.parametrize("attribute", ["", ' class="fig"'])
def test_a_drawing_is_drawn_where_and_in_the_colours_that_it_says(attribute):
    svg = (
        f'<svg{attribute} viewBox="0 0 72 72"><defs><path id="a" d="M 0 0 L 36 0 L 36 36 L 0 36 z"/></defs>'
        '<use href="#a" x="36" y="0" style="fill: var(--fig-bad, #123456)"/></svg>'
    )
    drawn = Image.open(io.BytesIO(png(drawing(svg))))
    assert drawn.size == (200, 200)  # 72 points are an inch
    assert drawn.getpixel((150, 50)) == (163, 70, 12)  # #a3460c, upper right
    assert drawn.getpixel((50, 50)) == drawn.getpixel((150, 150)) == (255, 255, 255)


def test_the_text_of_a_drawing_is_drawn_and_the_same_drawing_gives_the_same_bytes():
    """A library that finds no font, or no namespace, leaves text out without a word."""
    drawn = Image.open(io.BytesIO(png(drawing(the.SVG)))).convert("L")
    left = drawn.crop((27, 30, 110, 56))  # "2019" stands at 10, 20 of 100 x 50
    assert left.getextrema()[0] < 80
    assert png(drawing(the.SVG)) == png(drawing(the.SVG))


CASE = [
    "Beslutningstema",
    "Baggrund",
    "Retligt grundlag",
    "Handlemuligheder",
    "Vurdering",
    "Økonomiske og personalemæssige konsekvenser",
    "Konsekvenser for andre udvalg",
    "Indstilling",
]


@pytest.fixture(scope="module")
def annexed(plan) -> docx.document.Document:
    html = the.HTML.replace("<section><h2>Grænser", '<section id="graenser"><h2>Grænser')
    page = annex(html, plan, "0a1b2c3d", gettext_for("da"))
    return docx.Document(io.BytesIO(document(page, the.SENT, review=False)))


def test_the_annex_to_a_case_has_its_fixed_headings_in_their_order_and_a_place_to_write_below_each(annexed):
    said = [(one.style.name, one.text) for one in annexed.paragraphs]
    assert [text for style, text in said if style == "Heading 2"] == CASE
    assert [text for _, text in said].count("[Skrives af forvaltningen]") == len(CASE)


def test_the_annex_holds_what_the_report_says_under_its_heading_and_no_picture(annexed):
    texts = [one.text for one in annexed.paragraphs]
    assessment = texts[texts.index("Vurdering") : texts.index(CASE[5])]
    assert assessment[1] == "Det kan endnu ikke afgøres." and the.OTHER in assessment
    assert not any(text in texts for text in (the.SENTENCE, "Ingen har godkendt rapporten endnu."))
    assert any("version 0a1b2c3d, som er vedlagt sagen" in text for text in texts)
    assert not annexed.inline_shapes


def test_the_annex_is_free_to_write_in_and_asks_nobody_to_approve(annexed):
    assert annexed.settings.element.find(qn("w:documentProtection")) is None
    assert "Skriv dit navn" not in annexed.element.xml
