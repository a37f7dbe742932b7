"""Every page, table and check of barriers is as the golden record has it; `make golden` renews the record on purpose.

It looks at the workbook as it ships (shipped.py), so an analyst's own cells and edits do not touch it.
"""

from __future__ import annotations

import json
import os

import nbformat
import pytest

import golden_record as golden
import shipped
from page_record import lines, value

PAGE = """<!doctype html><html lang="da"><head><title>Et område</title><style>p {}</style></head><body><main>
<h1>Om<wbr>råde</h1><h2>Hærværk</h2>
<p class="kicker">Niveauet er <data value="16.59125188536953" data-row="haervaerk.x.2021.value">16,6</data> pr. 1.000.</p>
<p><span class="verdict"><svg class="good" aria-hidden="true"><path d="M0 0"/></svg><span class="w">På sporet</span></span></p>
<figure><svg class="fig" role="img"><title>Navn</title><desc>Beskrevet.</desc><defs><path id="a"/></defs>
<path d="M 1 1"/><use href="#a"/><text>2021</text><text>2017</text></svg></figure>
<table><caption>Tal</caption><tr><th scope="col">År</th><th scope="col">Antal</th></tr>
<tr><th scope="row">2021</th><td data-label="Antal"><data value="22" data-row="haervaerk.x.2021.numerator">22</data></td></tr></table>
<pre><code>kode()</code></pre></main><footer>Lavet med evalkit 1.2.3.</footer></body></html>"""
TABLE = "row,indicator,change,verdict\na.2020,a,-0.5,better\na.2021,a,0.25,\n"


def assert_same(was: dict[str, str], now: dict[str, str]) -> None:
    if found := golden.differences(was, now):
        pytest.fail(golden.message(found), pytrace=False)


# ---- the record -------------------------------------------------------------------------------


def test_every_page_says_what_it_said(editions):
    assert_same(golden.recorded("pages"), golden.record_pages(editions.pages))


def test_every_number_of_the_tables_is_what_it_was(editions):
    assert_same(golden.recorded("tables"), golden.record_tables(editions.out))


def test_axe_counts_the_barriers_that_it_counted(editions, browser):
    assert_same(golden.recorded(golden.AXE), {golden.AXE: golden.record_axe(editions.out, browser)})


# ---- what the record holds, and how a difference is told --------------------------------------


def test_a_page_is_told_by_its_texts_its_drawings_and_the_source_of_its_numbers():
    assert lines(PAGE) == [
        "[title] Et område",
        "# Område",
        "## Hærværk",
        "Niveauet er 16,6 pr. 1.000.",
        "{good 1} På sporet",
        "[drawing fig] 2 marks",
        "[described] Navn Beskrevet.",
        "[texts] 2017 | 2021",
        "[caption] Tal",
        "År | Antal",
        "2021 | 22",
        "[labels] Antal",
        "Lavet med evalkit <version>.",
        "---- numbers: row, value, as shown, how often",
        "haervaerk.x.2021.numerator | 22 | 22 | 1",
        "haervaerk.x.2021.value | 16.5913 | 16,6 | 1",
    ]


@pytest.mark.parametrize(
    ("old", "new", "was", "now"),
    [
        ("Niveauet er", "Niveauet var", "Niveauet er 16,6", "Niveauet var 16,6"),
        ("16.59125188536953", "16.60125188536953", "| 16.5913 |", "| 16.6013 |"),
        ("<text>2017</text>", "<text>2016</text>", "[texts] 2017 | 2021", "[texts] 2016 | 2021"),
        ("Beskrevet.", "Omtalt.", "[described] Navn Beskrevet.", "[described] Navn Omtalt."),
        ('<path d="M 1 1"/>', "", "[drawing fig] 2 marks", "[drawing fig] 1 marks"),
        (
            'data-row="haervaerk.x.2021.value"',
            'data-row="haervaerk.x.2022.value"',
            "haervaerk.x.2021.value",
            "haervaerk.x.2022.value",
        ),
        ('class="good"', 'class="ill"', "{good 1} På sporet", "{ill 1} På sporet"),
    ],
)
def test_a_word_a_number_its_source_and_a_drawing_are_told_with_page_place_old_and_new(old, new, was, now):
    before, after = (golden.record_pages({"x/2021.html": html}) for html in (PAGE, PAGE.replace(old, new)))
    (told,) = golden.differences(before, after)
    where, first, second = told.splitlines()
    assert where.startswith("pages/x/2021.txt, line ")
    assert first.startswith("  was  ") and was in first
    assert second.startswith("  now  ") and now in second


def test_the_same_change_on_many_pages_is_told_once():
    before, after = (
        golden.record_pages({f"{name}.html": html for name in "abcdef"})
        for html in (PAGE, PAGE.replace("pr. 1.000", "pct"))
    )
    (told,) = golden.differences(before, after)
    assert told.splitlines() == [
        "pages/a.txt, line 4, under ## Hærværk",
        "  was  Niveauet er 16,6 pr. 1.000.",
        "  now  Niveauet er 16,6 pct.",
        "  and in 5 more places: pages/b.txt, pages/c.txt, pages/d.txt …",
    ]


def test_a_page_that_is_gone_and_one_that_is_new_are_named():
    before, after = (golden.record_pages({name: PAGE}) for name in ("a.html", "b.html"))
    assert [told.splitlines()[0] for told in golden.differences(before, after)] == [
        "pages/a.txt",
        "pages/b.txt",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.7474899404362851", "0.74749"),
        ("699.7319999999999", "699.732"),
        ("0.1234565", "0.123456"),  # a half, from either side: the last bit of a float does not decide
        ("0.12345650000000001", "0.123456"),
        ("25000000", "25000000"),
        ("1326.0", "1326"),
        ("-0.0000000012345678", "-1.23457e-09"),
        ("tryghed.2021", "tryghed.2021"),
        ("", ""),
        ("inf", "inf"),
    ],
)
def test_a_number_is_kept_to_six_digits_and_a_text_as_it_is(text, expected):
    assert value(text) == expected


def test_a_changed_cell_is_told_with_row_and_column():
    (told,) = golden.differences(
        {"tables/results.csv": TABLE}, {"tables/results.csv": TABLE.replace("-0.5", "-0.4")}
    )
    assert told.splitlines() == ["row a.2020, column change", "  was  -0.5", "  now  -0.4"]


def test_a_table_may_be_split_and_its_columns_set_in_another_order():
    split = {
        "tables/results.csv": "row,change,indicator\na.2020,-0.5,a\na.2021,0.25,a\n",
        "tables/readings.csv": "row,verdict\na.2020,better\n",
    }
    assert golden.differences({"tables/results.csv": TABLE}, split) == []
    del split["tables/readings.csv"]
    (told,) = golden.differences({"tables/results.csv": TABLE}, split)
    assert told.splitlines() == ["column verdict", "  was  in the record", "  now  -"]


def test_rows_that_share_a_name_are_told_apart_by_the_next_columns():
    long = "row,reading,verdict\na,holm,better\na,linear,open\n"
    (told,) = golden.differences({"tables/r.csv": long}, {"tables/r.csv": long.replace("open", "worse")})
    assert told.splitlines()[0] == "row a linear, column verdict"


# ---- what ships -------------------------------------------------------------------------------


def test_the_notebooks_are_what_ships():
    """Asked of the project alone: an analyst's clone may hold what it will."""
    found = shipped.deviations()
    if found and not os.environ.get("EVALKIT_CI"):
        pytest.skip(f"the tests run on the cells that ship, without: {'; '.join(found)}. {shipped.RENEW}")
    assert found == [], shipped.RENEW


def test_the_copy_is_the_shipped_notebooks_whatever_an_analyst_has_made_of_them(tmp_path):
    root = shipped.write_notebooks(tmp_path)
    assert shipped.deviations(root) == []
    path = root / "notebooks" / "area_year.ipynb"
    before, book = path.read_text("utf-8"), nbformat.read(path, as_version=4)
    gone, edited = (cell for cell in book.cells if cell.id in ("titel", "svar-figur"))
    book.cells.remove(gone)
    edited.source += "\nprint('mine')"
    book.cells.append(nbformat.v4.new_code_cell("import seaborn", id="my-plot"))
    nbformat.write(book, path)
    (root / "notebooks" / "mine.ipynb").write_text(before, "utf-8")
    assert shipped.deviations(root) == [
        "notebooks/area_year.ipynb: cell my-plot is not on the list",
        "notebooks/area_year.ipynb: cell svar-figur has another source",
        "notebooks/area_year.ipynb: cell titel is missing",
        "notebooks/mine.ipynb is not on the list",
    ]
    shipped.write_notebooks(root)
    assert path.read_text("utf-8") == before


def test_a_list_edited_by_hand_is_refused(tmp_path, monkeypatch):
    books = json.loads(shipped.LIST.read_text("utf-8"))
    books["notebooks/area_year.ipynb"]["cells"][0]["source"].append("\nmore")
    (tmp_path / "list.json").write_text(json.dumps(books), "utf-8")
    monkeypatch.setattr(shipped, "LIST", tmp_path / "list.json")
    with pytest.raises(AssertionError, match=r"area_year.ipynb, cell \S+: the hash is of another source"):
        shipped.notebooks.__wrapped__()
