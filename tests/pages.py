"""Offline rules for a page: what axe-core asks for, as far as it shows in the HTML, and what the project promises."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
FILLER = ("No description has been provided for this image",)  # nbconvert's own alt text
LABELLED = ("aria-labelledby", "aria-describedby")


class _Nesting(HTMLParser):
    """Every element is closed, in order, and none that cannot be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"<{tag}> has an attribute twice")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if "svg" not in self.open and tag not in VOID:
            self.wrong.append(f"<{tag}/> outside SVG")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            self.wrong.append(f"</{tag}> closes what has no content")
        elif not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> where <{self.open[-1] if self.open else ''}> is open")
        else:
            self.open.pop()


def problems(html: str) -> list[str]:
    """Everything wrong with the page, in words; an empty list is a good page."""
    soup = BeautifulSoup(html, "html.parser")
    found = [
        *_nesting(html),
        *_head(html, soup),
        *_structure(soup),
        *_names(soup),
        *_tables(soup),
        *_numbers(soup),
    ]
    return found + [text for text in FILLER if text in html]


def _nesting(html: str) -> list[str]:
    parser = _Nesting()
    parser.feed(html)
    parser.close()
    return parser.wrong + [f"<{tag}> is never closed" for tag in parser.open]


def _head(html: str, soup: BeautifulSoup) -> list[str]:
    found = []
    if not html.startswith("<!doctype html>"):
        found.append("no doctype")
    if not soup.html or soup.html.get("lang") not in ("da", "en"):
        found.append("no lang")
    if not soup.title or not soup.title.get_text(strip=True):
        found.append("no title")
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    if not policy or "default-src 'none'" not in policy["content"] or "script" in policy["content"]:
        found.append("no strict policy")
    found += [
        f"<{tag.name}>" for tag in soup.find_all(["script", "iframe", "object", "embed", "form", "base"])
    ]
    found += [
        f"{tag.name} has {name}" for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")
    ]
    for tag in soup.find_all(["link", "img", "source", "use", "image"]):
        address = str(tag.get("src") or tag.get("href") or "")
        if not address.startswith(("data:", "#")):
            found.append(f"{tag.name} fetches {address}")
    css = " ".join(style.get_text() for style in soup.find_all("style")) + " ".join(
        str(tag.get("style")) for tag in soup.find_all(style=True)
    )
    found += [f"style has {match}" for match in re.findall(r"@import|url\((?!#)[^)]*\)|expression\(", css)]
    found += [
        f"link to {tag['href'][:40]}"
        for tag in soup.find_all("a", href=re.compile(r"(?i)^\s*(javascript|data|vbscript):"))
    ]
    return found


def _structure(soup: BeautifulSoup) -> list[str]:
    found = []
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    if levels.count(1) != 1 or (levels and levels[0] not in (1, 2)):
        found.append(f"headings begin {levels[:3]}, {levels.count(1)} first-level ones")
    main = soup.main
    if main is None:
        return [*found, "no main"]
    inside = [int(tag.name[1]) for tag in main.find_all(re.compile("^h[1-6]$"))]
    found += [f"heading {b} after {a}" for a, b in itertools.pairwise(inside) if b > a + 1]
    found += [
        f"empty {tag.name}"
        for tag in soup.find_all(re.compile("^(h[1-6]|th|summary|figcaption|a|button)$"))
        if not _text(tag)
    ]
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    found += [f"id {one} twice" for one in {one for one in ids if ids.count(one) > 1}]
    for tag in soup.find_all(True):
        for name in LABELLED:
            found += [
                f"{name} {one} leads nowhere" for one in str(tag.get(name, "")).split() if one not in ids
            ]
    for link in soup.find_all("a", href=re.compile("^#.")):
        if link["href"][1:] not in ids:
            found.append(f"link {link['href']} leads nowhere")
    skip = soup.body.find("a") if soup.body else None
    if not skip or skip.get("href") != "#indhold":
        found.append("no skip link first")
    for name in ("nav", "aside"):  # a section without a name is no landmark: its heading leads to it
        for tag in soup.find_all(name):
            if not tag.get("aria-label") and not tag.get("aria-labelledby"):
                found.append(f"{name} without a name")
    labels = [tag.get("aria-label") for tag in soup.find_all("nav")]
    found += [f"two navs called {one}" for one in {one for one in labels if one and labels.count(one) > 1}]
    for item in soup.find_all("li"):
        if item.parent is None or item.parent.name not in ("ul", "ol"):
            found.append("li outside a list")
    return found


def _names(soup: BeautifulSoup) -> list[str]:
    found = [f"img without alt: {str(tag)[:60]}" for tag in soup.find_all("img") if tag.get("alt") is None]
    for svg in soup.find_all("svg"):
        if svg.get("aria-hidden") == "true":
            continue
        title, desc = svg.find("title"), svg.find("desc")
        if svg.get("role") != "img" or not title or not desc or not _text(title) or not _text(desc):
            found.append(f"svg without role, title and description: {str(svg)[:80]}")
    for figure in soup.find_all("figure"):
        if not figure.find("figcaption", recursive=False) and not figure.find("img"):
            found.append("figure without caption")
    for verdict in soup.select(".verdict"):
        word, shape = verdict.select_one(".w"), verdict.find("svg")
        if word is None or shape is None or not _text(word):
            found.append("verdict without word or shape")
    for box in soup.select(".scroll, pre"):
        if box.get("tabindex") != "0" or not box.get("aria-label"):
            found.append(f"box that scrolls cannot be reached: {str(box)[:60]}")
    regions = [str(tag.get("aria-label")) for tag in soup.find_all(attrs={"role": "region"})]
    found += [f"two regions called {one}" for one in {one for one in regions if regions.count(one) > 1}]
    for control in soup.find_all("input"):
        if control.find_parent("label") is None:
            found.append("input without label")
    return found


def _tables(soup: BeautifulSoup) -> list[str]:
    found = []
    for table in soup.find_all("table"):
        caption = table.find("caption")
        name = _text(caption) if caption else ""
        if not name:
            found.append("table without caption")
        found += [
            f"th without scope in {name}"
            for th in table.find_all("th")
            if th.get("scope") not in ("col", "row")
        ]
        widths = {len(row.find_all(["th", "td"])) for row in table.find_all("tr")}
        if len(widths) > 1:
            found.append(f"ragged table {name}")
    return found


def _numbers(soup: BeautifulSoup) -> list[str]:
    found = []
    for tag in soup.find_all("data"):
        if not (tag.get("data-row") or tag.get("data-from")):
            found.append(f"number {_text(tag)} cites nothing")
        float(tag["value"])
    return found


def _text(tag: Tag) -> str:
    return tag.get_text(" ", strip=True) or str(tag.get("aria-label") or "")


class _Ways(HTMLParser):
    """The links of a page and the ids they may lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name == "href" and tag == "a":
                self.links.append(value or "")


def dead_links(folder: Path) -> list[str]:
    """Links between the pages of a site that lead nowhere."""
    ways = {path.resolve(): _Ways() for path in sorted(folder.rglob("*.html"))}
    for path, way in ways.items():
        way.feed(path.read_text("utf-8"))
        way.close()
    dead = []
    for path, way in ways.items():
        for link in way.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file() or (
                parts.fragment and target in ways and parts.fragment not in ways[target].ids
            ):
                dead.append(f"{path.relative_to(folder.resolve())} → {link}")
    return dead
