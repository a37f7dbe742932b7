"""`tables.show` gives a table of an analyst's own the house's frame."""

from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from evalkit import tables
from evalkit.errors import NoTable

FRAME = pd.DataFrame({"Område": ["Sydbyen", "<b>"], "Andel": [-0.25, 1234.5], "Antal": [1, 12000]})


def shown(frame, **how) -> BeautifulSoup:
    return BeautifulSoup(
        tables.show(frame, **{"caption": "Ledige boliger", "synthetic": True} | how).html, "html.parser"
    )


def test_it_has_caption_heads_danish_numbers_and_the_mark_and_is_escaped():
    tree = shown(FRAME, source="egen optælling", decimals=2)
    assert tree.caption.get_text() == "Ledige boliger. Opdigtede tal."
    assert [(th.get_text(), th["scope"]) for th in tree.find_all("th")] == [
        ("Område", "col"),
        ("Andel", "col"),
        ("Antal", "col"),
        ("Sydbyen", "row"),
        ("<b>", "row"),
    ]
    assert [td.get_text() for td in tree.find_all("td")] == ["-0,25", "1", "1.234,50", "12.000"]
    assert "egen optælling" in tree.select_one(".src").get_text()
    assert "Opdigtede tal" not in shown(FRAME, synthetic=False).get_text()


def test_the_frame_stays_at_hand_and_an_index_with_words_is_a_column():
    counts = FRAME.set_index("Område")["Antal"]
    assert tables.show(FRAME, caption="x", synthetic=True).data is FRAME
    assert [th.get_text() for th in shown(counts).find_all("th")] == ["Område", "Antal", "Sydbyen", "<b>"]


def test_a_styler_keeps_its_colours_and_has_the_same_bytes_each_time():
    made = [str(shown(FRAME.style.highlight_max(subset=["Antal"], color="yellow"))) for _ in "ab"]
    assert made[0] == made[1] and "yellow" in made[0] and "Opdigtede tal." in made[0]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([float("nan"), -3.25], ["–", "-3,2"]),
        ([None, 4.0], ["–", "4"]),
        ([0.06, 1234567.0], ["0,1", "1.234.567,0"]),
        ([True, False], ["True", "False"]),
        (["a & b", None], ["a & b", "–"]),
    ],
)
def test_cells_are_written_as_a_danish_spreadsheet_reads_them(values, texts):
    tree = shown(pd.DataFrame({"navn": ["x", "y"], "tal": values}))
    assert [td.get_text() for td in tree.find_all("td")] == texts


@pytest.mark.parametrize(
    ("frame", "how", "said"),
    [
        ([1], {}, "takes a DataFrame"),
        (FRAME.head(0), {}, "empty"),
        (FRAME, {"caption": " "}, "needs a caption"),
    ],
)
def test_what_cannot_be_shown_is_said(frame, how, said):
    with pytest.raises(NoTable, match=said):
        shown(frame, **how)


def test_a_styler_is_shown_and_left_as_it_was():
    mine = FRAME.style.set_caption("Min egen")
    before = mine.to_html(uuid="same")
    assert shown(mine).caption.get_text().startswith("Ledige boliger")
    assert mine.to_html(uuid="same") == before and "Min egen" in before
