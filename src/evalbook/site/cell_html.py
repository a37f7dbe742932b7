"""What HTML of a cell may stand on a page: an allow-list of elements and attributes, none of which asks a server or runs code.

HTML that holds nothing else, in the plain form in which the library writes its own, stays byte for byte. In that form each
`<` begins a listed element with quoted attributes, so no browser can read another element or attribute in it. All other
HTML is cleaned by nh3, and what was cut is named.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import nh3
import yaml

ALLOWED: Final = yaml.safe_load(Path(__file__).with_name("allowed.yml").read_text("utf-8"))
TAGS: Final = frozenset({*nh3.ALLOWED_TAGS, *ALLOWED["elements"]})
ATTRIBUTES: Final = frozenset(ALLOWED["attributes"])
_VOID: Final = {"br", "hr", "img", "col", "wbr"}
_PREFIXES: Final = ("aria-", "data-")

_LINK: Final = re.compile(r"(?i)(?:https?:|mailto:|[^:]*$|[^:]*[/?#])")
_PICTURE: Final = re.compile(r"(?i)data:image/(?:png|jpeg|gif|webp);base64,[\w+/=\s]*$")
_STYLE: Final = re.compile(r"(?i)(?:(?!url\(|src\(|image|expression|import|behavior)[\w\s:;,.#%()!+*/'-])*$")
_OWN_REFERENCE: Final = re.compile(r"url\(#[\w.-]+\)$")
_CAN_LOAD: Final = re.compile(r"(?i)url\(|src\(|image|\\")
_WORDS: Final = frozenset({"abbr", "alt", "class", "id", "title"})
_NAME: Final = r"[A-Za-z][\w:.-]*"
_TOKEN: Final = re.compile(
    rf'<!--/?slot[\w:. -]*-->|</({_NAME})\s*>|<({_NAME})((?:\s+{_NAME}(?:="[^"<>]*")?)*)\s*(/?)>|<'
)
_ATTRIBUTE: Final = re.compile(rf'({_NAME})(?:="([^"]*)")?')


def allowed(tag: str, name: str, value: str) -> bool:
    """Whether an element may have this attribute."""
    if name not in ATTRIBUTES and not name.startswith(_PREFIXES):
        return False
    if name == "href" and tag == "a":
        return bool(_LINK.match(value.strip())) and not re.search(r"[\x00-\x20]", value.split(":")[0].strip())
    if name in ("href", "xlink:href"):
        return value.startswith("#") or (tag == "image" and bool(_PICTURE.match(value)))
    if name == "src":
        return tag == "img" and bool(_PICTURE.match(value))
    if name == "style":
        return bool(_STYLE.match(value))
    if name in _WORDS or name.startswith(_PREFIXES):
        return True
    return not _CAN_LOAD.search(value) or bool(_OWN_REFERENCE.match(value))


def clean(html: str) -> tuple[str, list[str]]:
    """The HTML as it may stand on a page, and what was cut from it, as tags and attributes in the order they came."""
    if _is_plain(html):
        return html, []
    # What is cut is asked of the HTML itself, as what a parser makes of it is already without some of it.
    reader = _Reader()
    reader.feed(html)
    reader.close()
    made = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags={"script", "style", "iframe", "object"},
        attributes={tag: set(ATTRIBUTES) for tag in TAGS},
        generic_attribute_prefixes=set(_PREFIXES),
        attribute_filter=lambda tag, name, value: value if allowed(tag, name, value) else None,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
    )
    return made.strip(), list(dict.fromkeys(reader.cut))


def _is_plain(html: str) -> bool:
    """Whether every element and attribute is listed, in the library's own form, and every element is closed."""
    open_tags: list[str] = []
    for token in _TOKEN.finditer(html):
        closing, tag, attributes, empty = token.groups()
        if closing:
            if not open_tags or open_tags.pop() != closing:
                return False
        elif tag:
            given = _ATTRIBUTE.findall(attributes)
            if tag not in TAGS or not all(allowed(tag, name, unescape(value)) for name, value in given):
                return False
            if not empty and tag not in _VOID:
                open_tags.append(tag)
        elif token[0] == "<":
            return False
    return not open_tags


class _Reader(HTMLParser):
    """Names what is not listed."""

    def __init__(self) -> None:
        super().__init__()
        self.cut: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _LOWER_TAGS:
            self.cut.append(f"<{tag}>")
            return
        for name, value in attrs:
            if not allowed(tag, _CASED.get(name, name), value or ""):
                self.cut.append(f"<{tag} {name}>")


_LOWER_TAGS: Final = {tag.lower() for tag in TAGS}
_CASED: Final = {name.lower(): name for name in ATTRIBUTES}
