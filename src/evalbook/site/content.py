"""An executed notebook as the parts of a page: title block, blocks of the first page, chapters, code."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path
from typing import Final

from nbformat import NotebookNode

from evalbook.site.frame import Frame, relinked
from evalbook.site.links import ANNEX_TAG
from evalbook.site.outputs import outputs
from evalbook.site.prose import Source, prose
from evalbook.site.remarks import Remark

SETUP: Final = {"parameters", "injected-parameters", "setup", "set-up"}
FIRST: Final = {'class="goals"': "maal", 'class="answers"': "svar"}
"""What marks a chapter that stands on the first page, and the chapter's id."""

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
    lang: str = ""  # the language of its title, where that is not the page's

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
    remarks: list[Remark] = field(default_factory=list)  # what of it is not on the page
    links: list[tuple[str, str]] = field(default_factory=list)  # cell, and address of a link in its text
    wrong: list[tuple[str, str]] = field(default_factory=list)  # cell, and what there must be mended
    sizes: dict[str, int] = field(default_factory=dict)  # letters of HTML that each cell takes

    @property
    def title(self) -> str:
        """The first heading as plain text."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.header, re.S)
        text = re.sub(r"<[^>]+>", " ", found[1].replace("<wbr>", "")) if found else ""
        return " ".join(unescape(text).split())


def content(
    notebook: NotebookNode,
    frame: Frame,
    own: Collection[str] = (),
    folder: Path | None = None,
    root: Path | None = None,
) -> Content:
    """The parts of the page, in the notebook's order; errors and warnings of cells are left out.

    Parameters
    ----------
    own : ids of the cells that are made from an analyst's own files
    folder, root : where the notebook lies and the workbook around it, for pictures named in its text
    """
    reader = _Reader(frame, own, folder, root)
    for cell in notebook.cells:
        reader.read(cell)
    return reader.finish()


class _Reader:
    def __init__(self, frame: Frame, own: Collection[str], folder: Path | None, root: Path | None) -> None:
        self.frame, self.folder, self.root = frame, folder, root
        self.own = own  # cells made from own files
        self.made = Content()
        self.titled = False  # whether a heading of the first level has been read
        self.level = 1  # of the heading before
        self.chapter: Chapter | None = None
        self.ids: set[str] = {"indhold", "koden"}
        self.regions: dict[str, int] = {}
        indicators = frame.plan.indicators if frame.plan else {}
        titles = {one.title.get(frame.language): name for name, one in indicators.items()}
        self.anchors = {_folded(title): name for title, name in titles.items()}

    def read(self, cell: NotebookNode) -> None:
        tags, chapter = set(cell.metadata.get("tags", [])), self.chapter
        html = self._written(cell) if cell.cell_type == "markdown" else ""
        single = ANNEX_TAG in tags and not _HEADING.search(html)
        if single:
            self.chapter = self._beside(chapter) if chapter else self._opening()
        if cell.cell_type == "markdown":
            self._prose(html, tags, cell.metadata.get("lang", ""))
        elif cell.cell_type == "code":
            self._code(cell, tags)
        if single:
            self.chapter = chapter

    def _source(self, cell: NotebookNode) -> Source:
        return Source(
            cell.get("id", ""),
            self.frame.language,
            cell.get("attachments", {}),
            self.folder,
            self.root,
            self.frame.synthetic,
        )

    def _written(self, cell: NotebookNode) -> str:
        """A cell of prose as HTML, with what of it is not there."""
        made = prose(cell.source, self._source(cell))
        self._note(cell, made.remarks, made.links, made.wrong)
        html = re.sub(r"<(/?)h([1-6])>", self._level, made.html) + self._told(made.remarks)
        self.made.sizes[cell.get("id", "")] = len(html)
        return html

    def _note(self, cell: NotebookNode, remarks: list[Remark], links: list[str], wrong: list[str]) -> None:
        name = cell.get("id", "")
        self.made.remarks += remarks
        self.made.links += [(name, link) for link in links]
        self.made.wrong += [(name, one) for one in wrong]

    def _told(self, remarks: list[Remark]) -> str:
        """What of a cell the page does not show, for its readers; a lacking description is told at its picture."""
        said = (one.said(self.frame.language) for one in remarks if one.kind != "alt")
        return "".join(f'<p class="missing">{escape(one)}</p>' for one in said)

    def _level(self, heading: re.Match[str]) -> str:
        """A heading at its level; only the notebook's first is of the first, and none skips one."""
        if not heading[1]:
            level = min(int(heading[2]), self.level + 1)
            self.level = max(level, 2) if self.titled or self.chapter else level
            self.titled = True
        return f"<{heading[1]}h{self.level}>"

    def _prose(self, html: str, tags: set[str], lang: str) -> None:
        before, *rest = _HEADING.split(html)
        self._put(before, lang)
        for title, text in zip(rest[::2], rest[1::2], strict=True):
            self.chapter = Chapter(self._anchor(title, tags), title, annex=ANNEX_TAG in tags, lang=lang)
            (self.made.annex if self.chapter.annex else self.made.chapters).append(self.chapter)
            self._put(text, lang)
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

    def _put(self, html: str, lang: str = "") -> None:
        if self.chapter is None:
            title = re.match(r"\s*<h1>.*?</h1>", html, re.S)
            if title:
                self.made.header = self.made.header or f"<header>{title[0].strip()}</header>"
                html = html[title.end() :]
        if html.strip():
            html = self._settled(html.strip())
            self._target().append(f'<div lang="{lang}">{html}</div>' if lang else html)

    def _target(self) -> list[str]:
        return self.made.preface if self.chapter is None else self.chapter.parts

    def _code(self, cell: NotebookNode, tags: set[str]) -> None:
        made = outputs(cell, self.frame.language, self._source(cell))
        self._note(cell, made.remarks, made.links, made.wrong)
        shown = made.html
        source = escape(cell.source.strip())
        code = source + "".join(f"\n\n{escape(text.rstrip())}" for text in made.beside_code)
        if not cell.metadata.get("transient", {}).get("remove_source"):
            (self.made.code if tags & SETUP or self.chapter is None else self.chapter.code).append(code)
        for html in (*shown, self._told(made.remarks)):
            if not html:
                continue
            self.made.sizes[cell.get("id", "")] = self.made.sizes.get(cell.get("id", ""), 0) + len(html)
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


def slug(text: str) -> str:
    """A text as an id: small letters, digits and hyphens."""
    text = text.casefold()
    for letter, plain in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
        text = text.replace(letter, plain)
    return re.sub(r"[^a-z0-9_]+", "-", text).strip("-") or "afsnit"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
