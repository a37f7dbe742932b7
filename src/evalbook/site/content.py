"""An executed notebook as the parts of a page: title block, blocks of the first page, chapters, code."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any, Final

import nh3
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from evalbook.site import cell_html
from evalbook.site.frame import Frame, relinked
from evalkit.figures.chart import NOTEBOOK_STYLE, no_description
from evalkit.report import ABOUT
from evalkit.text.words import gettext_for

SETUP: Final = {"parameters", "injected-parameters", "setup", "set-up"}
ANNEX: Final = "annex"
"""The tag of a chapter's heading, or of a single cell, that stands in the report's annex."""
FIRST: Final = {'class="goals"': "maal", 'class="answers"': "svar"}
"""What marks a chapter that stands on the first page, and the chapter's id."""

_TAGS: Final = {
    "h1",
    "h2",
    "h3",
    "h4",
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "blockquote",
    "a",
    "code",
    "pre",
} | {"table", "thead", "tbody", "tr", "th", "td", "del", "hr", "dl", "dt", "dd"}
_PANDAS_STYLE: Final = re.compile(r"<style scoped>\s*\.dataframe tbody[^<]*</style>")
"""What pandas puts before a table for JupyterLab; the page has its own."""
_SVG: Final = "image/svg+xml"
_HEADING: Final = re.compile(r"<h2>(.*?)</h2>", re.S)


@dataclass
class Chapter:
    """A chapter: what stands under one second-level heading."""

    id: str
    title: str  # HTML
    parts: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    css: str = "chapter"
    annex: bool = False  # stands in the report's annex

    @property
    def name(self) -> str:
        """The heading as plain text."""
        return unescape(re.sub(r"<[^>]+>", "", self.title))


@dataclass
class Content:
    """Everything that the notebook gives to a page."""

    header: str = ""
    preface: list[str] = field(default_factory=list)
    first: list[Chapter] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)
    annex: list[Chapter] = field(default_factory=list)
    code: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The first heading as plain text."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.header, re.S)
        text = re.sub(r"<[^>]+>", " ", found[1].replace("<wbr>", "")) if found else ""
        return " ".join(unescape(text).split())


def content(notebook: NotebookNode, frame: Frame, own: Collection[str] = ()) -> Content:
    """The parts of the page, in the notebook's order; errors and warnings of cells are left out.

    `own`: ids of the cells that are made from an analyst's own files.
    """
    reader = _Reader(frame, own)
    for cell in notebook.cells:
        reader.read(cell)
    return reader.finish()


class _Reader:
    def __init__(self, frame: Frame, own: Collection[str]) -> None:
        self.frame = frame
        self.own = own  # cells made from own files
        self.made = Content()
        self.chapter: Chapter | None = None
        self.ids: set[str] = {"indhold", "koden"}
        self.regions: dict[str, int] = {}
        titles = {one.title.get(frame.language): name for name, one in frame.plan.indicators.items()}
        self.anchors = {_folded(title): name for title, name in titles.items()}

    def read(self, cell: NotebookNode) -> None:
        tags, chapter = set(cell.metadata.get("tags", [])), self.chapter
        html = prose(cell.source) if cell.cell_type == "markdown" else ""
        single = ANNEX in tags and not _HEADING.search(html)
        if single:
            self.chapter = self._beside(chapter) if chapter else self._opening()
        if cell.cell_type == "markdown":
            self._prose(html, tags)
        elif cell.cell_type == "code":
            self._code(cell, tags)
        if single:
            self.chapter = chapter

    def _prose(self, html: str, tags: set[str]) -> None:
        before, *rest = _HEADING.split(html)
        self._put(before)
        for title, text in zip(rest[::2], rest[1::2], strict=True):
            self.chapter = Chapter(self._anchor(title, tags), title, annex=ANNEX in tags)
            (self.made.annex if self.chapter.annex else self.made.chapters).append(self.chapter)
            self._put(text)
        if self.chapter and "provenance" in tags:
            self.chapter.css = "chapter provenance"

    def _opening(self) -> Chapter:
        """The annex's chapter of what stands before the report's first heading; made when it is first needed."""
        title = self.frame.words("The report's opening")
        if not self.made.annex:
            self.made.annex.append(Chapter(self._anchor(title, set()), title, annex=True))
        return self.made.annex[0]

    def _beside(self, chapter: Chapter) -> Chapter:
        """The chapter of the annex that holds what a chapter of the report has put there; made when it is first needed."""
        last = self.made.annex[-1] if self.made.annex else None
        if chapter.annex or (last and last.title == chapter.title):
            return chapter if chapter.annex or last is None else last
        beside = Chapter(self._anchor(f"{chapter.id}-bilag", set()), chapter.title, annex=True)
        self.made.annex.append(beside)
        return beside

    def _put(self, html: str) -> None:
        if self.chapter is None:
            title = re.match(r"\s*<h1>.*?</h1>", html, re.S)
            if title:
                self.made.header = self.made.header or f"<header>{title[0].strip()}</header>"
                html = html[title.end() :]
        if html.strip():
            self._target().append(self._settled(html.strip()))

    def _target(self) -> list[str]:
        return self.made.preface if self.chapter is None else self.chapter.parts

    def _code(self, cell: NotebookNode, tags: set[str]) -> None:
        shown, printed = outputs(cell, self.frame.language)
        source = escape(cell.source.strip())
        code = source + "".join(f"\n\n{escape(text.rstrip())}" for text in printed)
        if not cell.metadata.get("transient", {}).get("remove_source"):
            (self.made.code if tags & SETUP or self.chapter is None else self.chapter.code).append(code)
        for html in shown:
            if self.chapter is None and "<h1" in html and "<h1" not in "".join(self.made.preface):
                self.made.header = self._settled(html)
                continue
            if "vurdering" not in self.ids:  # the checklist leads to the assessment by this name
                html = html.replace('<div class="voice"', '<div id="vurdering" class="voice"', 1)
            self._target().append(self._settled(html))
            for mark, anchor in FIRST.items():
                if mark in html and not any(one.id == anchor for one in self.made.first):
                    self._move_first(anchor)
        if shown and cell.get("id") in self.own:
            said = self.frame.words("Own figures: not looked through for small numbers.")
            self._target().append(f'<p class="src own">{escape(said)}</p>')
        if self.chapter and "provenance" in tags:
            self.chapter.css = "chapter provenance"

    def _move_first(self, anchor: str) -> None:
        if self.chapter and self.chapter in self.made.chapters:
            self.made.chapters.remove(self.chapter)
            self.chapter.id, self.chapter.css = anchor, "block"
            self.made.code += self.chapter.code
            self.chapter.code = []
            self.made.first.append(self.chapter)

    def _anchor(self, title: str, tags: set[str]) -> str:
        given = next((tag.removeprefix("id:") for tag in tags if tag.startswith("id:")), None)
        name = unescape(re.sub(r"<[^>]+>", "", title))
        anchor = slug(given or self.anchors.get(_folded(name)) or name)
        while anchor in self.ids:
            anchor += "-2"
        self.ids.add(anchor)
        return anchor

    def _settled(self, html: str) -> str:
        """Links seen from this page; ids and names of regions that the page does not have yet; no empty headers."""
        html = relinked(html, self.frame).replace('<th scope="col"></th>', "<td></td>")
        html = re.sub(r'(role="region"[^>]*? aria-label=")([^"]*)', self._named, html)
        mine = set(re.findall(r'\sid="([^"]+)"', html))
        for taken in sorted(mine & self.ids):
            fresh = f"{taken}-2"
            while fresh in self.ids or fresh in mine:
                fresh += "-2"
            html = re.sub(rf'(id="|href="#|url\(#){re.escape(taken)}(?=["\)])', rf"\g<1>{fresh}", html)
            html = re.sub(
                rf'(aria-(?:labelledby|describedby)="(?:[^"]* )?){re.escape(taken)}(?=[ "])',
                rf"\g<1>{fresh}",
                html,
            )
            mine.add(fresh)
        self.ids |= mine
        return html

    def _named(self, region: re.Match[str]) -> str:
        """A region's name; the second of a name is told apart by its number."""
        self.regions[region[2]] = self.regions.get(region[2], 0) + 1
        number = self.regions[region[2]]
        return region[0] if number == 1 else f"{region[0]} ({number})"

    def finish(self) -> Content:
        if self.made.chapters:
            self.made.chapters[
                0
            ].css += " page"  # on paper, what comes after the first answers begins a new page
        return self.made


def prose(source: str) -> str:
    """The notebook's own markdown as safe HTML; raw HTML in it is shown as text."""
    html = MarkdownWithMath(renderer=IPythonRenderer(escape=True, exclude_anchor_links=True)).render(source)
    return nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel=None
    )


def secure(notebook: NotebookNode, language: str) -> None:
    """Cut from what the cells of an executed notebook show, in place, what could ask a server or run code; what is cut is named."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            html = _PANDAS_STYLE.sub("", "".join(data.get("text/html", "")).removeprefix(NOTEBOOK_STYLE))
            clean, cut = cell_html.clean(html)
            if cut:
                data["text/html"] = clean + _told(cell.get("id", ""), cut, language)


def outputs(cell: NotebookNode, language: str = "da") -> tuple[list[str], list[str]]:
    """What a cell shows, as HTML, and what it printed, as text; errors and warnings are neither."""
    shown, printed = [], []
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.get("name") == "stdout":
            printed.append("".join(output.text))
        elif output.output_type in ("display_data", "execute_result"):
            about = ABOUT in output.data  # says what the page is about, and is no part of it
            html = (
                "" if about else _shown(output.data, output.get("metadata", {}), language, cell.get("id", ""))
            )
            if html:
                shown.append(html)
            elif "text/plain" in output.data:
                printed.append("".join(output.data["text/plain"]))
    return shown, printed


def _shown(data: dict[str, Any], metadata: dict[str, Any], language: str, cell: str) -> str:
    if "text/html" in data:
        html = "".join(data["text/html"]).removeprefix(NOTEBOOK_STYLE)
        html = _PANDAS_STYLE.sub("", html)
        html, cut = cell_html.clean(html)
        html = re.sub(r'(?s)<table border="1" class="dataframe">.*?</table>', _scrolling, html).strip()
        return html + (_told(cell, cut, language) if cut else "")
    if "text/markdown" in data:
        return prose("".join(data["text/markdown"])).strip()
    for kind in (_SVG, "image/png", "image/jpeg"):
        if kind in data:
            alt = escape(str(metadata.get(kind, {}).get("alt", "")).strip())
            gap = "" if alt else escape(no_description(language))
            code = "".join(data[kind]).strip()
            if kind == _SVG:  # as a picture it can neither run code nor ask for anything, whatever it holds
                code = base64.b64encode(code.encode()).decode()
            picture = f'<img src="data:{kind};base64,{code}" alt="{alt or gap}">'
            if gap:
                return f'<figure data-missing="alt">{picture}<p class="missing">{gap}</p></figure>'
            return f"<figure>{picture}</figure>"
    return ""


def _told(cell: str, cut: list[str], language: str) -> str:
    """What of a cell's HTML is not on the page, and what to do."""
    said = gettext_for(language)(
        "Left out of what cell {cell} shows, since it could ask a server or run code: {cut}. Show figures with figures.show(…) and tables with display(…)."
    ).format(cell=cell, cut=", ".join(cut))
    return f'<p class="missing">{escape(said)}</p>'


def _scrolling(table: re.Match[str]) -> str:
    inner = table[0].replace(' border="1" class="dataframe"', "").replace("<thead>", "<thead>", 1)
    inner = re.sub(r"(?s)<thead>.*?</thead>", lambda head: head[0].replace("<th>", '<th scope="col">'), inner)
    inner = re.sub(r"(?s)<tbody>.*?</tbody>", lambda body: body[0].replace("<th>", '<th scope="row">'), inner)
    return f'<div class="scroll" tabindex="0">{inner}</div>'


def slug(text: str) -> str:
    """A text as an id: small letters, digits and hyphens."""
    text = text.casefold()
    for letter, plain in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
        text = text.replace(letter, plain)
    return re.sub(r"[^a-z0-9_]+", "-", text).strip("-") or "afsnit"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
