"""`evalkit check` says what a reviewer would object to in a notebook, by cell, and refuses nothing."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from evalbook.review import advice

FIGURES = ("62.5", "9.0")


@pytest.fixture
def book(workbook):
    return workbook / "notebooks/area_year.ipynb"


def with_cell(book, cell) -> list[str]:
    """What is advised of the notebook with one more cell, but for its English."""
    notebook = nbformat.read(book, as_version=4)
    notebook.cells.append(cell)
    nbformat.write(notebook, book)
    root = book.parents[1]
    said = map(str, advice.of_notebook(book, root, lambda: FIGURES))
    return [one for one in said if not one.startswith("notebooks/en/")]


def test_nothing_is_advised_of_what_ships(workbook):
    assert advice.of_workbook(workbook) == []


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (new_code_cell("for i in range(9):\n    print(i)", id="5ecab749"), None),
        (new_code_cell("def f(x):\n    return x", id="30d39c41"), None),
        (new_markdown_cell("## 31 celler\n\n§ 291 og COVID-19 fra 2019.", id="1b"), None),
        (new_markdown_cell("Andelen var 62,5 procent.", id="1b"), "types 62,5, which a published row holds"),
        (new_markdown_cell("Andelen var 62,4 procent.", id="1b"), None),
        (new_markdown_cell("Se `62,5` i koden.", id="1b"), None),
        (new_code_cell('pd.read_csv("data/own/x.csv")', id="1b"), None),
        (new_code_cell('pd.read_csv("https://example.org/x.csv")', id="1b"), None),
        (new_code_cell('pd.read_excel("../x.xlsx")', id="1b"), "reads '../x.xlsx' outside of data/own"),
        (new_code_cell("sns.lineplot(x)", id="1b"), "shows a figure without a description"),
        (
            new_code_cell("1", id="1b", outputs=[new_output("stream", text="1")], execution_count=1),
            "is saved with its output",
        ),
        (new_markdown_cell("![](../docs/x.svg)\n\n<script>1</script>", id="1b"), "<script>"),
    ],
)
def test_advice_names_the_cell_and_what_to_do(book, cell, said):
    advised = with_cell(book, cell)
    if said is None:
        assert advised == []
    else:
        assert any(f"notebooks/area_year.ipynb, cell {cell.id}: " in one and said in one for one in advised)


def test_a_notebook_that_was_run_and_saved_is_one_piece_of_advice(book):
    output = {"outputs": [new_output("stream", text="1")], "execution_count": 1}
    with_cell(book, new_code_cell("1", id="en", **output))
    (said,) = with_cell(book, new_code_cell("2", id="to", **output))
    assert said.startswith("notebooks/area_year.ipynb, cell en and 1 more: is saved with its output")


def test_an_own_chapter_is_asked_for_in_english_and_is_no_problem(book):
    with_cell(book, new_markdown_cell("## Min egen\n\nTekst.", id="5ecab749"))
    (said,) = map(str, advice.of_workbook(book.parents[1]))
    assert said.startswith("notebooks/en/area_year.yml, 5ecab749: has no English")
    assert list(advice.problems(book.parents[1])) == []


def test_a_picture_that_is_not_there_is_a_problem_of_its_cell(book):
    with_cell(book, new_markdown_cell("![Gården](foto.png)", id="1b"))
    (said,) = map(str, advice.problems(book.parents[1]))
    assert said.startswith("notebooks/area_year.ipynb, cell 1b: there is no file 'foto.png'")
