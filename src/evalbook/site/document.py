"""Pages of words: Markdown, one file for each language, into which Jinja puts what varies.

    # The title of the page
    The sentence under it.
    ## A heading {#anchor}
    Text with {{ a number }} or {{ any piece of a page }}.
    {% call table("Its caption", "Head | Head") %}
    cell | cell
    {% endcall %}

What Jinja puts in is escaped, or HTML of the library (a number cites its row), and is never read as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from evalkit.tables.table import table
from evalkit.text.html import facts, html_of, joined, raw
from evalkit.text.words import NBSP, UNITS

FOLDER: Final = Path(__file__).parent / "documents"
_VALUE: Final = re.compile("\ue002(\\d+)\ue003")
"""Where a value goes once the Markdown around it is HTML."""
_PIECE: Final = re.compile(r"<!--|<(?:p|h\d|ul|ol|dl|div|table|figure|details|blockquote|section)\b")
"""How a value begins that is no part of a sentence."""
END: Final = "\n\n"
"""Markdown goes on after an empty line."""
_HEADING: Final = re.compile(r"(?m)^## (.+?) \{#([^}]+)\}$")


@dataclass(frozen=True)
class Section:
    """A section with the id of its anchor; `body` is HTML made by the library."""

    id: str
    title: str
    body: str
    css: str = "chapter"


def section(anchor: str, title: str, *parts: Any, css: str = "chapter") -> Section:
    """A section of parts; texts among them are escaped, None is left out."""
    return Section(anchor, title, joined(*parts).html, css)


@dataclass(frozen=True)
class Document:
    """A page of words: its title, the sentence under it as HTML, and its sections."""

    title: str
    lead: str
    sections: list[Section]


def document(name: str, language: str, /, **values: Any) -> Document:
    """The document `name` in a language, with its values.

    Raises jinja2's UndefinedError where the document asks for a value that is not given.
    """
    from evalbook.site.prose import shipped  # nbconvert, which a signature does without

    put: list[str] = []
    text = _environment().get_template(f"{name}.{language}.md").render(values | {"put": put})
    text = re.sub(rf"(?<=\ue003) (?=(?:{UNITS})\b)", NBSP, text)

    def value(place: re.Match[str]) -> str:
        return _VALUE.sub(value, put[int(place[1])])  # a table's cells are values, too

    def alone(paragraph: re.Match[str]) -> str:
        return value(paragraph) if _PIECE.match(value(paragraph)) else paragraph[0]

    def filled(html: str) -> Markup:
        return Markup(_VALUE.sub(value, re.sub(rf"<p>{_VALUE.pattern}</p>", alone, html)))

    first, *rest = _HEADING.split(text)
    title, _, lead = first.strip().removeprefix("# ").partition("\n")
    parts = zip(rest[::3], rest[1::3], rest[2::3], strict=True)
    return Document(
        filled(escape(title, quote=False)),
        filled(escape(lead.strip(), quote=False)),
        [
            Section(filled(anchor), filled(escape(heading, quote=False)), filled(shipped(body)))
            for heading, anchor, body in parts
        ],
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        finalize=_put,
        trim_blocks=True,
        lstrip_blocks=True,
        comment_start_string="<!--",  # Jinja's own is how a heading's anchor begins
        comment_end_string="-->",
    )
    made.globals |= {"table": _table, "definitions": _definitions}
    return made


@pass_context
def _put(context: Context, value: Any) -> str:
    """Keep the HTML of a value for later, and mark its place."""
    if value is None or not (html := html_of(value)):
        return ""
    context["put"].append(html)
    return f"\ue002{len(context['put']) - 1}\ue003"


@pass_context
def _table(
    context: Context,
    caption: str,
    head: str,
    class_: str = "words",
    *,
    sign: Any = None,
    caller: Callable[[], str],
) -> str:
    """A table whose rows are lines and whose cells are parted by bars; the first cell names its row."""
    rows, said = map(_cells, _lines(caller)), joined(sign, caption, between=" ")
    return _put(context, table(said, _cells(head), rows, class_=class_, label=caption)) + END


@pass_context
def _definitions(context: Context, class_: str = "three", *, caller: Callable[[], str]) -> str:
    """Terms and their explanations, parted by a bar; a term without an explanation is left out."""
    pairs = [(term, said) for term, said in map(_cells, _lines(caller)) if said.html]
    return _put(context, facts(*pairs, class_=class_)) + END


def _lines(caller: Callable[[], str]) -> list[str]:
    return [line for line in caller().splitlines() if line.strip()]


def _cells(line: str) -> list[Any]:
    return [raw(escape(cell.strip(), quote=False)) for cell in line.split("|")]
