"""A page as lines of text: what a reader sees and hears, what each figure says, and the source of every number.

The text stands in the page's order, a block a line, a row of a table a line; a figure is told by its name, description, texts
and the number of marks drawn, not by their shape; a sign without words stands in its text as {name marks}. Below stands every number with its row: row, value, as shown, how often.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

from pages import VOID

INLINE = {
    "a",
    "abbr",
    "b",
    "code",
    "data",
    "em",
    "i",
    "input",
    "q",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "time",
    "wbr",
}
SILENT = {"style", "script", "pre"}  # the code of the cells stands in the list of what ships
SPOKEN = ("alt", "aria-label", "title")
MARKS = {"path", "line", "polyline", "polygon", "rect", "circle", "ellipse", "use", "image"}
UNDRAWN = {"defs", "clippath", "marker", "symbol", "mask", "pattern"}
NUMBERS = "---- numbers: row, value, as shown, how often"
_VERSION = re.compile(r"\bevalkit \d+(?:\.\w+)+")


def value(text: str) -> str:
    """A number to six significant digits, which every platform agrees on; any other text as it is.

    What the last bit of a float says is taken off first (twelve digits): a half is rounded the same way everywhere.
    """
    try:
        number = float(text)
    except ValueError:
        return text
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{float(f'{number:.12g}'):.6g}"


def lines(html: str) -> list[str]:
    """The record of one page."""
    parser = _Page()
    parser.feed(html)
    parser.close()
    parser.flush()
    numbers = Counter(parser.numbers)
    table = sorted(f"{row} | {number} | {shown} | {times}" for (row, number, shown), times in numbers.items())
    return [*parser.lines, NUMBERS, *table]


def _clean(text: str) -> str:
    text = re.sub(r"\s+", " ", text.replace("\u00ad", "")).strip()
    return _VERSION.sub("evalkit <version>", text)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.numbers: list[tuple[str, str, str]] = []
        self._open: list[str] = []
        self._text: list[str] = []  # of the block
        self._mark = ""  # what the block is: "# " for a heading
        self._figure: _Figure | None = None
        self._figures: list[str] = []  # those in the block; they follow it
        self._labels: dict[str, None] = {}  # of the cells of a table, shown on narrow screens
        self._number: tuple[str, str, int] | None = None

    def _in(self, *tags: str) -> bool:
        return any(tag in self._open for tag in tags)

    def flush(self) -> None:
        """The block ends."""
        if text := _clean("".join(self._text)):
            self.lines.append(self._mark + text)
        self.lines += self._figures
        self._text, self._figures, self._mark = [], [], ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: text or "" for name, text in attrs}
        if tag == "svg" and self._figure is None:
            self._figure = _Figure(given.get("class", ""))
        if self._figure is not None:
            self._figure.start(tag)
        elif tag == "meta" and given.get("name") == "description":
            self.lines.append(f"[description] {_clean(given['content'])}")
        else:
            self._start(tag, given)
        if tag not in VOID:
            self._open.append(tag)

    def _start(self, tag: str, given: dict[str, str]) -> None:
        if self._in("tr", "math"):
            self._text.append(" | " if tag in ("td", "th") and self._text else "" if tag in INLINE else " ")
        elif tag not in INLINE and tag != "math":
            self.flush()
            self._mark = {
                "li": "- ",
                "title": "[title] ",
                "caption": "[caption] ",
                "summary": "[summary] ",
            }.get(tag, "")
            if re.fullmatch(r"h[1-6]", tag):
                self._mark = "#" * int(tag[1]) + " "
        self._text += [f" [{given[name]}] " for name in SPOKEN if given.get(name)]
        if label := given.get("data-label"):
            self._labels[label] = None
        if tag == "data":
            row = given.get("data-row") or f"from {given.get('data-from', 'nowhere')}"
            self._number = row, given.get("value", ""), len(self._text)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self._open:
            self._open.pop()
        if self._figure is not None:
            self._figure.end(tag)
            if not self._in("svg"):
                self._drawn(self._figure)
                self._figure = None
        elif tag == "data" and self._number:
            row, number, start = self._number
            self.numbers.append((row, value(number), _clean("".join(self._text[start:]))))
            self._number = None
        elif tag not in INLINE and tag != "math" and not self._in("tr", "math"):
            self.flush()
            if tag == "table" and self._labels:
                self.lines.append(f"[labels] {' | '.join(map(_clean, self._labels))}")
                self._labels = {}

    def _drawn(self, figure: _Figure) -> None:
        if said := figure.lines():
            self._figures += said
        else:  # a sign beside a word
            self._text.append(f" {{{figure.name} {figure.marks}}} ")

    def handle_data(self, data: str) -> None:
        if self._figure is not None:
            self._figure.text(data)
        elif not self._in(*SILENT):
            self._text.append(data)


class _Figure:
    """One drawing: its name, its description, its texts sorted, and how many marks it has."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.marks = 0
        self.parts: dict[str, list[str]] = {"title": [], "desc": [], "text": []}
        self.open: list[str] = []

    def start(self, tag: str) -> None:
        self.open.append(tag)
        self.marks += tag in MARKS and not UNDRAWN.intersection(self.open)
        if tag in self.parts:
            self.parts[tag].append("")

    def end(self, tag: str) -> None:
        self.open.pop()

    def text(self, data: str) -> None:
        for tag in reversed(self.open):
            if tag in self.parts:
                self.parts[tag][-1] += data
                return

    def lines(self) -> list[str]:
        """What it says; nothing when it has no words."""
        found = []
        if said := " ".join(map(_clean, [*self.parts["title"], *self.parts["desc"]])):
            found.append(f"[described] {said}")
        if texts := sorted(filter(None, map(_clean, self.parts["text"]))):
            found.append(f"[texts] {' | '.join(texts)}")
        return [f"[drawing {self.name}] {self.marks} marks", *found] if found else []
