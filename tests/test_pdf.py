"""Tagged PDF of every kind of report page: the structure tree says what the page says, and nothing stands outside it."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from collections import Counter
from functools import cached_property
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from chromium import there
from editions import Editions
from evalbook.run import pdf
from evalbook.run.files import Ledger, Record
from evalbook.run.tasks import Options
from evalkit.errors import EvalkitError

pikepdf = pytest.importorskip("pikepdf")

PAGES = (
    "ringparken/2019.html",
    "ringparken/2019-bilag.html",
    "plan/2019.html",
    "plan/final.html",
    "plan/final-bilag.html",
    "en/ringparken/2019.html",
)
PAINT = {"Tj", "TJ", "'", '"', "Do", "sh", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "INLINE IMAGE"}


class Printed:
    """A page and its PDF."""

    def __init__(self, html: str, path: Path) -> None:
        self.page = BeautifulSoup(html.replace("<wbr>", ""), "html.parser")
        self.pdf = pikepdf.open(path)

    @cached_property
    def elements(self) -> list:
        return list(pdf._elements(self.pdf.Root.StructTreeRoot.K))

    def kinds(self, *names: str) -> list:
        return [one for one in self.elements if str(one.S)[1:] in names]

    @cached_property
    def painted(self) -> list[tuple[int, str, int | None]]:
        """What each operator that leaves ink stands in: sheet, tag (empty: none), number of the marked content."""
        found = []
        for number, sheet in enumerate(self.pdf.pages):
            stack: list[tuple[str, int | None]] = []
            for operands, operator in pikepdf.parse_content_stream(sheet):
                name = str(operator)
                if name in ("BDC", "BMC"):
                    about = operands[1] if name == "BDC" else {}
                    stack.append((str(operands[0])[1:], int(about["/MCID"]) if "/MCID" in about else None))
                elif name == "EMC":
                    stack.pop()
                elif name in PAINT:
                    held = [each for each in stack if each[0] == "Artifact" or each[1] is not None]
                    found.append((number, *(held[-1] if held else ("", None))))
        return found

    def numbers(self) -> set[int]:
        """The marked contents that the tree holds, whatever their sheet."""

        def of(node) -> set[int]:
            if isinstance(node, int):
                return {int(node)}
            if isinstance(node, pikepdf.Array):
                return set().union(*map(of, node))
            return of(node.get("/K", node.get("/MCID", pikepdf.Array())))

        return of(self.pdf.Root.StructTreeRoot.K)


def folded(text: object) -> str:
    return "".join(str(text).split())


@pytest.fixture(scope="module")
def printed(editions: Editions, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Printed]:
    if not there() and not any(map(shutil.which, pdf.ON_PATH)):
        pytest.skip("no browser that prints")
    made = {}
    for name in PAGES:
        page = tmp_path_factory.mktemp("pdf") / Path(name).name
        page.write_text(editions.pages[name], "utf-8")
        (path,) = pdf.print_pages([page])
        made[name] = Printed(editions.pages[name], path)
    return made


@pytest.fixture(params=PAGES)
def one(request, printed) -> Printed:
    return printed[request.param]


def test_title_and_language_are_the_pages_and_a_reader_shows_the_title(one):
    root, title = one.pdf.Root, one.page.title.get_text()
    assert str(root.Lang) == one.page.html["lang"]
    assert root.MarkInfo.Marked and root.ViewerPreferences.DisplayDocTitle
    with one.pdf.open_metadata() as about:
        assert about["dc:title"] == title == str(one.pdf.docinfo["/Title"])
    assert set(one.pdf.docinfo.keys()) == {"/Title", "/Creator", "/Producer"}  # no time of day
    assert "Mozilla" not in str(one.pdf.docinfo)


def test_there_is_one_heading_of_the_first_level_and_none_is_skipped(one):
    levels = [int(str(each.S)[2]) for each in one.kinds("H1", "H2", "H3", "H4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_bookmarks_are_the_headings_in_the_order_of_the_page(one):
    titles = [str(item.Title) for item in pdf._bookmarks(one.pdf.Root.Outlines)]
    said = [" ".join(each.get_text(" ").split()) for each in one.page.select("h1, h2, h3, h4")]
    rest = iter(said)
    assert titles and all(title in rest for title in titles)  # in this order, letter for letter
    assert len(titles) == len(one.kinds("H1", "H2", "H3", "H4"))


def test_every_figure_has_the_description_of_the_page(one):
    shown = {folded(svg.title.get_text() + svg.desc.get_text()) for svg in one.page.select('svg[role="img"]')}
    alts = [folded(each.get("/Alt", "")) for each in one.kinds("Figure")]
    assert alts and set(alts) <= shown
    assert Counter(alts).most_common(1)[0][1] == 1


def test_every_header_of_a_table_says_whether_it_is_of_a_row_or_a_column(one):
    scopes = [
        str(about.get("/Scope"))
        for each in one.kinds("TH")
        for about in (each.A if isinstance(each.A, pikepdf.Array) else [each.A])
        if "/Scope" in about
    ]
    assert len(scopes) == len(one.kinds("TH")) and set(scopes) <= {"/Row", "/Column"}
    assert len(one.kinds("Table")) == 0 or scopes


def test_nothing_is_drawn_outside_the_tags_but_what_is_named_an_artifact(one):
    assert [where for where in one.painted if not where[1]] == []
    tagged = {number for _, tag, number in one.painted if tag != "Artifact"}
    assert None not in tagged and tagged <= one.numbers()
    assert all(number is None for _, tag, number in one.painted if tag == "Artifact")


def test_links_have_words_and_lead_to_a_place_of_the_file_or_on_the_net(one):
    links = [link for sheet in one.pdf.pages for link in sheet.obj.get("/Annots", [])]
    places = {str(name) for name in one.pdf.Root.get("/Dests", {})}
    for link in links:
        assert str(link.Contents).strip() and not str(link.Contents).startswith(("#", "file:", "http"))
        target = str(link.A.URI) if "/A" in link else ""
        assert target.startswith(("https://", "http://", "mailto:")) or str(link.Dest) in places
    assert len(one.kinds("Link")) >= len(links)
    assert all(str(sheet.obj.Tabs) == "/S" for sheet in one.pdf.pages)


def test_the_same_page_gives_the_same_file(tmp_path, printed, editions):
    page = tmp_path / "2019.html"
    page.write_text(editions.pages[PAGES[0]], "utf-8")
    (path,) = pdf.print_pages([page])
    first = path.read_bytes()
    pdf.print_pages([page])
    assert path.read_bytes() == first


def test_a_machine_without_a_browser_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr(pdf, "ON_PATH", ())
    monkeypatch.setattr(pdf, "INSTALLED", ())
    with pytest.raises(
        EvalkitError, match=r"^--pdf needs Chromium, Chrome or Edge, and this machine has none"
    ):
        pdf.browser()


def test_edge_is_found_where_windows_has_it(monkeypatch, tmp_path):
    edge = tmp_path / "msedge.exe"
    edge.touch()
    monkeypatch.setattr(pdf, "ON_PATH", ())
    monkeypatch.setattr(
        pdf, "INSTALLED", ("$EVALKIT_TEST_PROGRAMS/chrome.exe", "$EVALKIT_TEST_PROGRAMS/msedge.exe")
    )
    monkeypatch.setenv("EVALKIT_TEST_PROGRAMS", str(tmp_path))
    assert Path(pdf.browser()) == edge


def test_a_browser_that_fails_is_named_with_what_it_said(monkeypatch, tmp_path):
    page = tmp_path / "2019.html"
    page.write_text("<title>A</title>", "utf-8")
    monkeypatch.setattr(pdf, "browser", lambda: shutil.which("false") or pytest.skip("no program that fails"))
    with pytest.raises(EvalkitError, match=r"^2019\.html: false made no PDF of it \(it said nothing\)\.$"):
        pdf.print_pages([page])
    assert not page.with_suffix(".pdf").exists()


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_a_browser_that_never_ends_is_told_and_leaves_no_pdf(monkeypatch, tmp_path):
    page, program = tmp_path / "2019.html", tmp_path / "chromium"
    page.write_text("<title>A</title>", "utf-8")
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr(pdf, "browser", lambda: str(program))
    monkeypatch.setattr(pdf, "SECONDS", 0.2)
    with pytest.raises(EvalkitError, match=r"^2019\.html: chromium had not printed it after 0\.2 s"):
        pdf.print_pages([page])
    assert not page.with_suffix(".pdf").exists()


def test_a_pdf_older_than_its_page_is_made_again_or_taken_away(monkeypatch, tmp_path):
    """It would go on saying what the page no longer says."""
    said, printed = [], []
    monkeypatch.setattr(pdf, "print_pages", lambda pages: printed.extend(pages) or printed)
    ledger = Ledger()
    for key in ("ringparken/2018", "ringparken/2019"):
        page = tmp_path / f"{key}.html"
        page.parent.mkdir(exist_ok=True)
        page.touch()
        page.with_suffix(".pdf").touch()
        ledger.records[key] = Record(key, "made", files={f"{key}.html": ""})
    ledger.save(tmp_path)
    os.utime(tmp_path / "ringparken/2019.html", (4e9, 4e9))
    pdf.put(tmp_path, Options(), False, said.append)
    assert [re.sub(",.*", "", line) for line in said] == ["Removed ringparken/2019.pdf"]
    assert [path.name for path in tmp_path.rglob("*.pdf")] == ["2018.pdf"]
    pdf.put(tmp_path, Options(), True, said.append)
    assert [page.name for page in printed] == ["2019.html"]
    assert said[-1] == "1 PDF made, 1 up to date."
