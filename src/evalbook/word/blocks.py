"""A finished page as what a Word file is made of: headings, paragraphs, pictures and tables, in the order of reading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from bs4 import BeautifulSoup, NavigableString, Tag

from evalbook.site import slots
from evalkit.text.words import Words

_BLOCKS: Final = (
    "p",
    "ul",
    "ol",
    "dl",
    "table",
    "figure",
    "div",
    "section",
    "article",
    "details",
    "blockquote",
    "pre",
)
_LEFT_OUT: Final = {"nav", "style", "script", "svg", "a.skip"}
_ELSEWHERE: Final = ("http:", "https:", "mailto:")


@dataclass(frozen=True)
class Run:
    """A piece of text in one look; `href` is a place on the net, as links within the site lead nowhere in a file."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, list item or heading (`style`); `rows` are the published rows that it cites."""

    runs: tuple[Run, ...]
    style: str = "Normal"
    rows: tuple[str, ...] = ()
    own: bool = False  # the analyst's words
    review: bool = False  # how far its review has come: no part of the version

    @property
    def text(self) -> str:
        """Its text alone."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Picture:
    """A drawing (`svg`) or an embedded picture (`data`, a data: address) with its description."""

    alt: str
    svg: str = ""
    data: str = ""
    caption: str = ""
    small: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells, the first `head` of them headers; cells of a first column that are headers are bold."""

    caption: Paragraph | None
    rows: tuple[tuple[Paragraph, ...], ...]
    head: int = 1
    words: bool = False  # of sentences rather than of numbers


Block = Paragraph | Picture | Table


@dataclass
class PageText:
    """What a page says: its title block, and all else."""

    title: str
    kicker: str = ""
    meta: list[str] = field(default_factory=list)
    status: str = ""
    synthetic: str = ""  # what stands above a page of made-up figures
    lead: list[Paragraph] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)


def blocks(html: str, words: Words) -> PageText:
    """The parts of a report's page, without menus and code."""
    for slot in (*slots.REVIEW, "statuses"):
        kind = "span" if slot == "status" else "div"
        html = html.replace(f"<!--slot:{slot}-->", f"<{kind} data-review>")
        html = re.sub(
            rf"(<{kind} data-review>(?:(?!data-review).)*?)<!--/slot-->", rf"\1</{kind}>", html, flags=re.S
        )
    page = BeautifulSoup(html, "html.parser")
    main = page.main
    if main is None or main.h1 is None:
        raise ValueError("a page without a main part or title")
    made = PageText(_plain(main.h1))
    header = main.h1.find_parent("header")
    if header is not None:
        kicker = header.select_one(".kicker")
        made.kicker = _plain(kicker) if kicker else ""
        meta = header.select(".meta > span")
        made.meta = [_plain(one) for one in meta if not one.has_attr("data-review")]
        made.status = ", ".join(_plain(one) for one in header.select(".meta > [data-review] > span"))
        skipped = {"kicker", "meta"}
        texts = [one for one in header.find_all("p") if not skipped & set(one.get("class") or ())]
        made.lead = [
            _paragraph(one, "Lead" if "lead" in (one.get("class") or ()) else "Normal") for one in texts
        ]
        header.decompose()
    note = page.select_one("aside.synth")
    made.synthetic = _plain(note) if note else ""
    made.body = list(_Reader(words).read(main))
    made.foot = [_plain(one) for one in page.select("footer p")][:1]
    return made


class _Reader:
    def __init__(self, words: Words) -> None:
        self.words, self.own, self.review = words, False, False

    def read(self, element: Tag) -> Iterator[Block]:
        """What stands in an element; text between blocks is a paragraph of its own."""
        for block in self._read(element):
            yield replace(block, review=True) if self.review and isinstance(block, Paragraph) else block

    def _read(self, element: Tag) -> Iterator[Block]:
        loose: list[Run] = []
        for child in element.children:
            if isinstance(child, Tag) and (
                child.name in _BLOCKS or re.fullmatch("h[1-6]|header|main|footer", child.name)
            ):
                yield from self._loose(loose)
                yield from self._block(child)
            elif isinstance(child, Tag) and child.name in _LEFT_OUT:
                continue
            elif not isinstance(child, NavigableString) or type(child) is NavigableString:
                loose += _runs(child)
        yield from self._loose(loose)

    def _loose(self, runs: list[Run]) -> Iterator[Paragraph]:
        if "".join(run.text for run in runs).strip():
            yield Paragraph(_tidy(runs), own=self.own)
        runs.clear()

    def _block(self, element: Tag) -> Iterator[Block]:
        css = set(element.get("class") or ())
        if element.name in ("h1", "h2", "h3", "h4", "h5", "h6"):
            yield _paragraph(element, f"Heading {min(max(int(element.name[1]), 2), 4)}")
        elif element.name in ("p", "pre"):
            style = "Note" if css & {"side", "src", "missing", "def", "basis", "byline"} else "Normal"
            yield replace(_paragraph(element, style), own=self.own)
        elif element.name in ("ul", "ol"):
            yield from self._list(element, css)
        elif element.name == "dl":
            for pair in element.find_all("div", recursive=False) or [element]:
                yield self._pair(pair)
        elif element.name == "table":
            yield _table(element)
        elif element.name == "figure":
            yield from self._figure(element)
        elif element.name == "details":
            yield from self._details(element)
        elif "goals" in css:
            yield self._goals(element)
        elif "voice" in css or element.has_attr("data-review"):
            before = self.own, self.review
            self.review = element.has_attr("data-review")
            self.own = "voice" in css
            yield from self.read(element)
            self.own, self.review = before
        else:
            yield from self.read(element)

    def _list(self, element: Tag, css: set[str]) -> Iterator[Block]:
        if "legend" in css:  # short lines on the marks of a table: one paragraph on paper
            yield Paragraph((Run("; ".join(map(_plain, element.find_all("li"))) + "."),), "Note")
            return
        style = "List Number" if element.name == "ol" else "List Bullet"
        for item in element.find_all("li", recursive=False):
            if item.find(["figure", "table"]):
                yield from self.read(item)
            elif _plain(item):  # a picture that was shown beside its caption leaves nothing
                yield replace(_paragraph(item, style), own=self.own)

    def _pair(self, pair: Tag) -> Paragraph:
        term, said = pair.find("dt"), pair.find("dd")
        runs = [replace(run, bold=True) for run in _runs(term)] if term else []
        runs += [Run(" "), *_runs(said)] if said else []
        return Paragraph(_tidy(runs), rows=_rows(pair), own=self.own)

    def _details(self, element: Tag) -> Iterator[Block]:
        summary = element.find("summary", recursive=False)
        if summary is not None:
            if element.find_parent("figure") is None:
                yield Paragraph(
                    (Run(_plain(summary), bold=True),),
                    "Note" if "key" in (element.get("class") or ()) else "Normal",
                )
            summary.extract()
        yield from self.read(element)

    def _figure(self, element: Tag) -> Iterator[Block]:
        title = element.find("figcaption", recursive=False)
        name = ""
        if title is not None:
            if title.find("h3"):
                for one in self.read(title):
                    heading = isinstance(one, Paragraph) and one.style.startswith("Heading")
                    yield (
                        one
                        if heading or not isinstance(one, Paragraph)
                        else replace(one, style="Figure Note")
                    )
            else:
                name = _plain(title)
            title.extract()
        inner = [one for one in element.find_all("figure") if one.find("svg")]
        for part in inner or [element]:
            yield from self._pictures(part, name)
            if part is not element:
                part.decompose()
        yield from self.read(element)

    def _pictures(self, element: Tag, name: str) -> Iterator[Picture]:
        caption = element.find("figcaption")
        name = _plain(caption) if caption else name
        for one in element.find_all(["svg", "img"]):
            if one.find_parent("table") or one.get("aria-hidden") == "true" or one.get("display") == "none":
                continue
            small = "multi" in (one.get("class") or ())
            if one.name == "img":
                yield Picture(str(one.get("alt") or ""), data=str(one.get("src") or ""), caption=name)
            elif one.get("role") == "img":
                about = one.find("desc") or one.find("title")
                yield Picture(
                    _plain(about) if about else "", svg=drawing(str(one)), caption=name, small=small
                )

    def _goals(self, element: Tag) -> Table:
        """The goals' cards as a table: what is measured, the level, its change, and what is said of it."""
        names = (self.words("Goal"), self.words("Level"), self.words("Change"), self.words("Verdict"))
        head = tuple(Paragraph((Run(name, bold=True),)) for name in names)
        rows = [head]
        for card in element.find_all("article"):
            title, about = card.find("h3"), card.select_one(".def")
            first = [replace(run, bold=True) for run in _runs(title)] if title else []
            first += [Run("\n"), *_runs(about)] if about else []
            said: list[Run] = []
            for pair in card.select("dl > div"):
                said += [Run("\n")] if said else []
                said += self._pair(pair).runs
            cells = [card.select_one(".value"), card.select_one(".change")]
            middle = [
                Paragraph(_tidy(_runs(one)), rows=_rows(one)) if one else Paragraph(()) for one in cells
            ]
            rows.append((Paragraph(_tidy(first)), *middle, Paragraph(_tidy(said), rows=_rows(card))))
        return Table(None, tuple(rows), words=True)


def drawing(svg: str) -> str:
    """An inline drawing as XML of its own, with the names of elements and attributes as a page's parser has lowered them."""
    for name in ("viewBox", "clipPath", "preserveAspectRatio", "textLength", "linearGradient"):
        svg = re.sub(rf"(?<=[<\s/]){name.lower()}(?=[\s=>])", name, svg)
    return svg.replace(
        "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ', 1
    )


def _table(element: Tag) -> Table:
    caption = element.find("caption")
    head = element.find("thead")
    rows = [tuple(_cells(row)) for row in element.find_all("tr")]
    widest = max(map(len, rows), default=0)
    rows = [row + (Paragraph(()),) * (widest - len(row)) for row in rows if row]
    return Table(
        _paragraph(caption, "Caption") if caption else None,
        tuple(rows),
        len(head.find_all("tr")) if head else 0,
        words=bool({"words", "board"} & set(element.get("class") or ())),
    )


def _cells(row: Tag) -> Iterator[Paragraph]:
    for cell in row.find_all(["th", "td"], recursive=False):
        runs = _tidy(_runs(cell))
        if cell.name == "th":
            runs = tuple(replace(run, bold=True) for run in runs)
        yield Paragraph(runs, rows=_rows(cell))
        for _ in range(int(str(cell.get("colspan") or 1)) - 1):
            yield Paragraph(())


def _paragraph(element: Tag, style: str) -> Paragraph:
    return Paragraph(_tidy(_runs(element)), style, _rows(element))


def _runs(node: object, bold: bool = False, italic: bool = False, href: str = "") -> list[Run]:
    if isinstance(node, NavigableString):
        return (
            [Run(re.sub(r"[ \t\r\n]+", " ", node), bold, italic, href)]
            if type(node) is NavigableString
            else []
        )
    if not isinstance(node, Tag) or node.name in _LEFT_OUT or "vh" in (node.get("class") or ()):
        return []
    if node.name == "br":
        return [Run("\n", bold, italic)]
    if node.name == "math":
        written = node.find("annotation")
        return [Run(_plain(written if isinstance(written, Tag) else node), bold, True)]
    target = str(node.get("href") or "") if node.name == "a" else ""
    href = target if target.startswith(_ELSEWHERE) else href
    found: list[Run] = []
    for child in node.children:
        found += _runs(child, bold or node.name in ("b", "strong"), italic or node.name in ("i", "em"), href)
    mark = "mark" in (node.get("class") or ())
    return [*found, Run(" ")] if mark or node.name in ("small", "p", "li") else found


def _tidy(runs: list[Run]) -> tuple[Run, ...]:
    """Runs of one look joined, blanks folded, none at either end."""
    joined: list[Run] = []
    for run in runs:
        if joined and replace(joined[-1], text="") == replace(run, text=""):
            joined[-1] = replace(joined[-1], text=joined[-1].text + run.text)
        elif run.text:
            joined.append(run)
    made: list[Run] = []
    for run in joined:
        text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", run.text))
        ends = not made or made[-1].text.endswith((" ", "\n"))
        text = text.lstrip(" ") if ends else text
        if text:
            made.append(replace(run, text=text))
    if made:
        made[-1] = replace(made[-1], text=made[-1].text.rstrip())
    return tuple(made)


def _rows(element: Tag) -> tuple[str, ...]:
    """The published rows that an element cites, each once."""
    cited = (str(one["data-row"]).rpartition(".")[0] for one in element.select("data[data-row]"))
    return tuple(dict.fromkeys(cited))


def _plain(element: Tag) -> str:
    return "".join(run.text for run in _tidy(_runs(element))).replace("\n", " ")
