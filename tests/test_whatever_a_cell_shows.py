"""Whatever a cell or a paragraph shows is on the page, or named there with its cell, its kind and what to do."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from pathlib import Path

import matplotlib
import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from evalbook.site import page as report_page
from evalbook.site.formula import UnreadableFormula, mathml
from evalbook.site.frame import Frame
from evalbook.site.outputs import LINES
from evalbook.site.page import LIMIT, Pages, pages
from evalkit import tables
from evalkit.errors import ProblemsFound
from pages import problems
from rows import plan

PNG = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
).decode()
TITLE = '<header><p class="kicker">Områderapport</p><h1>Sydbyen</h1></header>'


def output(data: dict, **metadata) -> nbformat.NotebookNode:
    return new_output("display_data", data=data, metadata=metadata)


def code(*outputs, source: str = "x", id: str = "min-celle") -> nbformat.NotebookNode:
    return new_code_cell(source, id=id, outputs=list(outputs))


def text(source: str, id: str = "min-tekst", **more) -> nbformat.NotebookNode:
    return new_markdown_cell(source, id=id, **more)


def made(*cells, language: str = "da", folder: Path | None = None, root: Path | None = None) -> Pages:
    title = code(output({"text/html": TITLE}), id="titel")
    notebook = new_notebook(cells=[title, text("## Egne tal", id="overskrift"), *cells])
    frame = Frame(plan(), language, "sydbyen/2019.html", True, title="Sydbyen", other_language=False)
    return pages(notebook, frame=frame, folder=folder, root=root, name="area_year.ipynb")


def soup(*cells, **how) -> BeautifulSoup:
    return BeautifulSoup(made(*cells, **how)["sydbyen/2019.html"], "html.parser").select_one(".chapter")


def said(*cells, **how) -> list[str]:
    return [one.said("en") for one in made(*cells, **how).remarks]


# ---- what cells show -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "selector", "expected"),
    [
        ({"text/latex": r"$\frac{a}{b}$"}, "math mfrac", "ab"),
        ({"text/markdown": "**fed** $x^2$"}, "strong", "fed"),
        (
            {"text/plain": "2018    4.5\n2019    5.0\nName: value, dtype: float64"},
            "pre.output",
            "2019    5.0",
        ),
        ({"text/plain": "0.712"}, "pre.output", "0.712"),
    ],
)
def test_what_nbconvert_would_show_is_on_the_page(data, selector, expected):
    assert expected in soup(code(output(data))).select_one(selector).get_text()


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/gif", "image/webp"])
def test_a_picture_keeps_its_description_and_says_that_its_data_are_made_up(kind):
    shown = soup(
        code(output({kind: PNG, "text/plain": "<Figure>"}, **{kind: {"alt": "En kurve, der stiger"}}))
    )
    assert shown.select_one("figure img")["alt"] == "En kurve, der stiger"
    assert "Opdigtede tal." in shown.select_one("figure").get_text()


def test_a_drawing_says_by_its_title_what_it_shows_or_that_nobody_has_written_it():
    with_title = code(output({"image/svg+xml": "<svg><title>Huse</title><path d='M0 0'/></svg>"}))
    assert soup(with_title).select_one("img")["alt"] == "Huse"
    without = soup(code(output({"image/svg+xml": "<svg><path d='M0 0'/></svg>"})))
    assert "Beskrivelse mangler" in without.select_one("img")["alt"]
    assert "Beskrivelse mangler" in without.select_one("p.missing").get_text()


def test_matplotlibs_own_drawing_is_shown_whole():
    from matplotlib.figure import Figure

    figure, file = Figure(), io.StringIO()
    figure.subplots().plot([1, 2])
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        figure.savefig(file, format="svg")
    cell = code(output({"image/svg+xml": file.getvalue(), "text/plain": "<Figure size 640x480 with 1 Axes>"}))
    assert not said(cell)
    assert base64.b64encode(file.getvalue().strip().encode()).decode()[:-4] in soup(cell).img["src"]


def test_the_colours_of_a_styled_table_are_on_its_cells_and_can_be_read_on_light_and_dark():
    frame = pd.DataFrame({"antal": [1, 9], "andel": [0.5, 0.25]}, index=["Ringparken", "Sydbyen"])
    html = [frame.style.highlight_max(color="#ffff00", axis=0).to_html() for _ in "ab"]
    assert html[0] != html[1]  # pandas gives new ids each time
    shown = [soup(code(output({"text/html": one}))) for one in html]
    assert str(shown[0]) == str(shown[1])
    coloured = shown[0].find_all("td", style=lambda style: style and "#ffff00" in style)
    assert [cell.get_text() for cell in coloured] == ["0.500000", "9"]
    assert all("color: #000000" in cell["style"] for cell in coloured)
    assert [th.get("scope") for th in shown[0].find_all("th")] == ["col", "col", "row", "row"]
    assert "Opdigtede tal." in shown[0].caption.get_text()


def test_a_styled_table_that_has_the_frame_of_the_house_gets_no_second_one():
    styled = pd.DataFrame({"antal": [1, 9]}).style.highlight_max(color="#ffff00")
    framed = tables.show(styled, caption="Antal", source="egen optælling", synthetic=True)
    tree = soup(code(output({"text/html": framed.html})))
    assert [box["aria-label"] for box in tree.select("[role=region]:has(table)")] == ["Antal"]
    assert (
        tree.select_one("div.scroll table") and tree.select_one("p.src").get_text() == "Kilde: egen optælling"
    )
    assert tree.find_all("td", style=lambda style: style and "#ffff00" in style)


@pytest.mark.parametrize(  # contrast with white and with black by WCAG's own formula: red 4.0 and 5.3, blue 8.6 and 2.4
    ("ground", "ink"),
    [("red", "#000000"), ("blue", "#ffffff"), ("#767676", "#000000"), ("#757575", "#ffffff")],
)
def test_the_text_on_a_colour_is_the_one_that_can_be_read(ground, ink):
    html = pd.DataFrame({"a": [1]}).style.highlight_max(color=ground).to_html()
    assert (
        f"color: {ink}"
        in soup(code(output({"text/html": html}))).find("td", style=True)["style"].partition(";")[2]
    )


def test_the_rules_of_a_style_sheet_that_no_cell_can_carry_are_named():
    frame = pd.DataFrame({"antal": [1, 9]})
    rules = [
        {"selector": "tr:hover", "props": "color: red"},
        {"selector": "td", "props": "background: url(https://example.org/x.png)"},
        {"selector": "th", "props": "font-weight: bold"},
    ]
    html = frame.style.set_table_styles(rules).to_html()
    shown = soup(code(output({"text/html": html})))
    assert "example.org" not in str(shown.table) and "font-weight: bold" in str(shown.table)
    (told,) = said(code(output({"text/html": html})))
    assert "min-celle" in told and "hover" in told and "url" in told


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.plotly.v1+json",
        "application/vnd.jupyter.widget-view+json",
        "application/vnd.vegalite.v5+json",
        "application/javascript",
        "application/pdf",
    ],
)
def test_what_needs_code_to_be_shown_is_named_with_cell_kind_and_remedy(kind):
    content: object = {} if kind.endswith("json") else "x"
    (told,) = said(code(output({kind: content, "text/plain": "Figure()"})))
    assert "min-celle" in told and kind in told and "figures.show" in told


def test_what_a_cell_prints_is_shown_up_to_a_limit_that_is_said():
    few = code(new_output("stream", text="\n".join(map(str, range(LINES)))))
    assert not said(few) and str(LINES - 1) in soup(few).select_one("pre.output").get_text()
    many = code(new_output("stream", text="linje\n" * 60_000))
    assert said(many) == [
        f"Cell min-celle printed 60000 lines; the page shows the first {LINES}. Print less, or show a table."
    ]
    assert len(made(many)["sydbyen/2019.html"]) < LIMIT
    wide = code(new_output("stream", text="a" * 1_000_000))
    assert len(said(wide)) == 1 and len(made(wide)["sydbyen/2019.html"]) < LIMIT


def test_a_page_over_the_limit_is_made_and_told_with_the_cell_that_takes_the_room():
    large = base64.b64encode(b"\x89PNG" + b"\0" * 20_000_000).decode()
    cell = code(output({"image/png": large}, **{"image/png": {"alt": "Et stort billede"}}))
    (told,) = said(cell)
    assert "26," in told and "400 kB" in told and "min-celle" in told


# ---- what is written -----------------------------------------------------------------------------


def pasted(name: str, written: str) -> nbformat.NotebookNode:
    return text(written, attachments={name: {"image/png": PNG}})


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("kort.png", "![Kort over området](attachment:kort.png)"),
        ("Pasted Graphic 1.png", "![Kort over området](attachment:Pasted%20Graphic%201.png)"),
        ("Pasted Graphic 1.png", "![Kort over området](attachment:Pasted Graphic 1.png)"),
        ("kort.png", '<img src="attachment:kort.png" width="80" alt="Kort over området">'),
    ],
)
def test_a_pasted_picture_is_on_the_page_with_its_description(name, written):
    image = soup(pasted(name, written)).img
    assert image["alt"] == "Kort over området" and PNG in image["src"]


def test_a_pasted_picture_that_nobody_has_described_is_told():
    cell = pasted("image.png", "![image.png](attachment:image.png)")
    assert "Beskrivelse mangler" in soup(cell).img["alt"]
    assert "has no description" in said(cell)[0] and "min-tekst" in said(cell)[0]


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "notebooks/billeder").mkdir(parents=True)
    (tmp_path / "data/own").mkdir(parents=True)
    (tmp_path / "data/local").mkdir(parents=True)
    for name in ("notebooks/billeder/gård.png", "data/own/kort.png", "data/local/hemmelig.png"):
        (tmp_path / name).write_bytes(base64.b64decode(PNG))
    (tmp_path / "notebooks/brev.png").write_text("kære kollega")
    return tmp_path / "notebooks"


@pytest.mark.parametrize("name", ["billeder/gård.png", "billeder/g%C3%A5rd.png", "../data/own/kort.png"])
def test_a_picture_in_a_file_is_put_into_the_page(folder, name):
    assert PNG in soup(text(f"![Gården]({name})"), folder=folder, root=folder.parent).img["src"]


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("![Foto](billeder/foto.jpg)", "there is no file 'billeder/foto.jpg' beside the notebook."),
        ("![Foto](../data/local/hemmelig.png)", "is outside of the folders whose pictures are published"),
        ("![Foto](../../../etc/hostname)", "no file|outside"),
        ("![Foto](brev.png)", "is no picture that a page can show"),
        ("![Kort](attachment:kort.png)", "no picture 'kort.png' is pasted into this cell. Paste it again."),
        ("[ordbog](findes-ikke.html)", "the link to 'findes-ikke.html' leads nowhere."),
        ("[anden](plan_year.ipynb)", "the link to 'plan_year.ipynb' leads nowhere."),
        ("[afsnit](#findes-ikke)", "#findes-ikke is no place on the page."),
    ],
)
def test_a_missing_file_and_a_dead_link_are_errors_of_their_cell(folder, written, wrong):
    import re

    with pytest.raises(ProblemsFound) as found:
        made(text(written), folder=folder, root=folder.parent)
    (one,) = found.value.problems
    assert (one.file, one.place) == ("area_year.ipynb", "cell min-tekst")
    assert any(re.search(part if "|" in wrong else re.escape(part), one.wrong) for part in [wrong])


def test_a_picture_behind_a_link_out_of_the_folders_is_refused(folder):
    (folder / "link.png").symlink_to(folder.parent / "data/local/hemmelig.png")
    with pytest.raises(ProblemsFound, match="outside of the folders"):
        made(text("![x y](link.png)"), folder=folder, root=folder.parent)


@pytest.mark.parametrize(
    "link",
    [
        "metode.html",
        "results.csv",
        "sydbyen/2018.html",
        "plan/final.html",
        "#egne-tal",
        "https://www.dst.dk/",
    ],
)
def test_links_to_pages_of_the_site_are_left_alone(link):
    assert soup(text(f"[x]({link})")).select_one(f'a[href$="{link}"]')


def test_a_footnote_is_a_note_with_a_way_back_and_one_without_text_is_named():
    shown = soup(text("Tekst med note[^1].\n\n[^1]: ordbog"))
    assert shown.select_one("sup a")["href"] == "#fn-1" and shown.select_one("#fn-1").get_text().startswith(
        "ordbog"
    )
    assert "[^2]" in said(text("Tekst med note[^2]."))[0]


def test_two_cells_with_footnotes_keep_their_ids_apart():
    note = "Tekst[^1].\n\n[^1]: {}"
    html = made(text(note.format("en"), id="a"), text(note.format("to"), id="b"))["sydbyen/2019.html"]
    assert problems(html) == []


@pytest.mark.parametrize(
    ("written", "selector", "expected"),
    [
        (":::{note}\nHusk det.\n:::", "div.note", "Bemærk"),
        ("> [!WARNING]\n> Husk det.", "div.note", "Pas på"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ".scroll td", "1"),
        ("$p = x/n$", "math", "p=x/n"),
        ("##### Fem\n\nAfsnittet efter.", "p", "Afsnittet efter."),
        ("# En til", "h2", "En til"),
        ("Skriv `[^1]` for en note.", "code", "[^1]"),
        ("- [x] gjort", "li", "☑ gjort"),
    ],
)
def test_what_markdown_can_say_is_on_the_page(written, selector, expected):
    cell = text(written)
    whole = BeautifulSoup(made(cell)["sydbyen/2019.html"], "html.parser").select_one(".chapters")
    chapter = whole.select("section")[-1]
    assert expected in " ".join(found.get_text() for found in chapter.select(selector))
    assert not said(cell)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("[x](javascript:alert(1))", "<a href>"),
        ('<form action="https://example.org"><input></form>', "<form>, <input>"),
        ('<b onclick="alert(1)">x</b>', "<b onclick>"),
        ("![x](data:text/html;base64,AAAA)", "data:text/html"),
        ("![et kort](https://example.org/x.png)", "https://example.org/x.png"),
        (r"$\frac{a$", r"\frac{a"),
        (r"$\href{javascript:alert(1)}{x}$", "href"),
    ],
)
def test_what_is_cut_from_a_text_is_named_with_its_cell(written, named):
    (told,) = said(text(written))
    assert named in told and "min-tekst" in told
    shown = soup(text(written))
    assert shown.select_one("p.missing")
    assert not shown.select("script, form, [onclick], [href^=javascript], [src^='https:']")


@pytest.mark.parametrize(
    "latex", ["", r"\frac{a", "x_{", r"\ukendt x", r"\href{javascript:x}{y}", r"\begin{x}"]
)
def test_a_formula_that_cannot_be_set_is_said_to_be_so(latex):
    with pytest.raises(UnreadableFormula):
        mathml(latex)


def test_text_in_a_formula_stays_text():
    assert "<script" not in mathml(r"\text{<script>alert(1)</script>}")
    assert "&lt;script" in mathml(r"\text{<script>alert(1)</script>}")


# ---- a page of any notebook ------------------------------------------------------------------------


@pytest.fixture
def executed(tmp_path) -> Path:
    """A notebook that knows no plan, as papermill leaves it."""
    svg = output({"image/svg+xml": "<svg><title>Huse</title><path d='M0 0'/></svg>", "text/plain": "<SVG>"})
    cells = [
        text("# Min analyse\n\nMed $x^2$ og [fil](egne.csv).", id="a"),
        code(svg, source="vis()", id="b"),
    ]
    path = tmp_path / "out.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    (tmp_path / "egne.csv").write_text("a\n1\n")
    return path


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )


def test_nbconvert_makes_the_house_page_by_the_templates_name_and_evalkit_page_the_same(executed):
    done = run("nbconvert", "--to", "html", "--template", "evalkit", executed.name, cwd=executed.parent)
    assert done.returncode == 0, done.stderr
    by_nbconvert = executed.with_suffix(".html").read_text("utf-8")
    executed.with_suffix(".html").unlink()
    done = run("evalbook", "page", executed.name, cwd=executed.parent)
    assert done.returncode == 0, done.stderr
    own = BeautifulSoup(executed.with_suffix(".html").read_text("utf-8"), "html.parser")
    assert "".join(str(own).split()) == "".join(by_nbconvert.split())  # nbconvert writes the tree anew
    assert problems(by_nbconvert) == ["no doctype"]  # nbconvert writes it in capitals
    tree = BeautifulSoup(by_nbconvert, "html.parser")
    assert tree.h1.get_text() == "Min analyse" and tree.math and tree.select_one("img[alt=Huse]")
    assert tree.select_one('a[href="egne.csv"]') and not tree.select("nav.mast, script")


def test_evalkit_page_names_cell_and_remedy_and_ends_without_a_traceback(executed):
    book = nbformat.read(executed, as_version=4)
    book.cells.append(text("![Foto](foto.jpg)", id="c"))
    nbformat.write(book, executed)
    done = run("evalbook", "page", executed.name, cwd=executed.parent)
    assert done.returncode == 2 and not executed.with_suffix(".html").exists()
    assert done.stderr.startswith("out.ipynb, cell c: there is no file 'foto.jpg'")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [None, "", "{}", "ikke json"])
def test_a_file_that_is_no_notebook_is_one_message(tmp_path, content):
    if content is not None:
        (tmp_path / "out.ipynb").write_text(content)
    done = run("evalbook", "page", "out.ipynb", cwd=tmp_path)
    assert done.returncode == 2 and "Traceback" not in done.stderr and "out.ipynb" in done.stderr


def test_the_template_is_where_nbconvert_looks_for_it_and_is_the_one_of_the_source():
    source = Path(report_page.__file__).with_name("nbconvert_template")
    installed = Path(sys.prefix) / "share/jupyter/nbconvert/templates/evalkit"
    assert {path.name: path.read_text() for path in source.iterdir()} == {
        path.name: path.read_text() for path in installed.iterdir()
    }
