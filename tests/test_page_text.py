"""What an approval covers of a page: all that a reader reads in it, and nothing that moves from day to day."""

from __future__ import annotations

import pytest

from evalbook.site.page_text import digest, text

PAGE = """<!doctype html><html><head><title>T</title><style>p{}</style>
<style>@page { @bottom-left { content: "A, draft"; font: x } }</style></head><body>
<aside class="stale">old</aside><header class="mast"><nav>menu</nav></header>
<main id="indhold"><div class="first"><header><h1>A &amp; B</h1><p><!--slot:status--><b>draft</b><!--/slot--></p></header></div>
<nav class="toc"><ol><li>2019<br></li></ol></nav>
<section class="chapter"><p>It <em>fell</em> by <data value="3">3</data>.<img src="data:," alt="A curve"></p>
<svg role="img" aria-label="Down"><path d="M0 0"/><text>12</text></svg><pre>print(3)</pre></section>
<section class="chapter provenance"><h2>Data</h2><p>edition 4<br></p></section>
<p>Annex</p></main><footer>Made</footer></body></html>"""


def test_all_that_a_reader_reads_is_there_once_and_in_order():
    seen = "class=first A & B class=chapter It fell by 3 . src=data:, alt=A curve"
    drawn = "role=img aria-label=Down d=M0 0 12 print(3)"
    assert text(PAGE) == f"p{{}} @page {{ ; font: x }} }} {seen} {drawn} Annex"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("draft", "approved"),
        ("2019", "2020"),
        ("edition 4", "edition 5"),
        ("Made", "x"),
        ("menu", "x"),
        (">old<", ">x<"),
        ("A, draft", "A, approved"),
        ('id="indhold"', 'id="x"'),
        ('value="3"', 'value="4"'),
        ("<p>Annex", '<p><a href="../2021.html"></a>Annex'),
    ],
)
def test_what_moves_from_day_to_day_is_not(old, new):
    assert text(PAGE.replace(old, new)) == text(PAGE)


@pytest.mark.parametrize(
    "old", ["A &amp; B", "fell", ">3<", "A curve", "data:,", "Down", "M0 0", "12", "print(3)", "Annex"]
)
def test_any_other_word_number_or_picture_is(old):
    assert old in PAGE and text(PAGE.replace(old, f"{old[:-1]}9{old[-1]}")) != text(PAGE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("p{}", "p{display:none}"),
        ("<p>Annex", '<p style="opacity:0">Annex'),
        ("<p>Annex", "<p hidden>Annex"),
        ("<text>", '<text x="900">'),
        ("<p>Annex", '<p><a href="https://example.org"></a>Annex'),
        ("Annex", "<!--slot:mine-->Annex, and more<!--/slot-->"),  # as a cell may write it
    ],
)
def test_so_is_what_hides_moves_or_adds_to_it(old, new):
    assert text(PAGE.replace(old, new)) != text(PAGE)


def test_page_and_annex_are_covered_together_and_a_page_that_is_not_there_by_nothing(tmp_path):
    assert digest(tmp_path, "a/2019") == ""
    (tmp_path / "a").mkdir()
    (tmp_path / "a/2019.html").write_text(PAGE, "utf-8")
    alone = digest(tmp_path, "a/2019")
    (tmp_path / "a/2019-bilag.html").write_text(PAGE, "utf-8")
    assert "" != alone != digest(tmp_path, "a/2019")
