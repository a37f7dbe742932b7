"""Tables that pandas has styled: the rules of their style sheet become styles of the cells, which is all a page allows."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import tinycss2
from bs4 import BeautifulSoup, Tag
from matplotlib.colors import to_rgb
from soupsieve.util import SelectorSyntaxError

from evalbook.site import cell_html

_STYLED: Final = re.compile(r'<table id="T_\w+"')
_MADE_BY_PANDAS: Final = re.compile(r"^(?:T_\w+|row\d+|col\d+|level\d+|data|blank|dataframe)$")


def is_styled(html: str) -> bool:
    """Whether HTML is what a Styler gives."""
    return bool(_STYLED.search(html))


def inlined(html: str) -> tuple[str, list[str]]:
    """The table with its styles on its cells and no ids, and the rules that no cell can carry."""
    soup, cut = BeautifulSoup(html, "html.parser"), list[str]()
    for sheet in soup.find_all("style"):
        for rule in tinycss2.parse_stylesheet(sheet.get_text(), skip_comments=True, skip_whitespace=True):
            if rule.type == "qualified-rule":
                cut += _put(soup, tinycss2.serialize(rule.prelude).strip(), tinycss2.serialize(rule.content))
            else:
                cut.append(f"@{getattr(rule, 'at_keyword', 'rule')}")
        sheet.decompose()
    for tag in soup.select("table, table *"):
        _without_names(tag)
    for table in soup.find_all("table"):
        if not table.find_parent(class_="scroll"):  # it has the frame that tables.show gives
            table["class"] = "dataframe"  # as pandas marks its other tables
    return str(soup).strip(), list(dict.fromkeys(cut))


def _put(soup: BeautifulSoup, selector: str, content: str) -> list[str]:
    """Put a rule's declarations on what it selects; gives what of it cannot be there."""
    style = "; ".join(part.strip() for part in content.split(";") if part.strip())
    if not style:
        return []
    if not cell_html.allowed("td", "style", style):
        return [f"{selector} {{{style}}}"]
    try:
        found = soup.select(selector)
    except (SelectorSyntaxError, NotImplementedError):
        return [selector]
    if not found and ":" in selector:
        return [selector]  # :hover and its like
    for tag in found:
        before = f"{tag['style']}; " if tag.has_attr("style") else ""
        tag["style"] = before + _readable(style)
    return []


def _readable(style: str) -> str:
    """The style with a colour for the text where it has one for the ground only: pages are light and dark."""
    given = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", style))
    ground = str(given.get("background-color") or given.get("background") or "").strip()
    if not ground or "color" in given:
        return style
    try:
        parts = np.array(to_rgb(ground))
    except ValueError:
        return style
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    light = linear @ (
        0.2126,
        0.7152,
        0.0722,
    )  # WCAG 2.2, relative luminance; from 0.179 on black has more contrast
    return f"{style}; color: {'#000000' if light > 0.179 else '#ffffff'}"


def _without_names(tag: Tag) -> None:
    kinds = str(tag.get("class") or "")
    if tag.name == "th":
        if tag.get_text(strip=True) in ("", "\xa0"):
            tag.name = "td"
        else:
            tag["scope"] = "row" if "row_heading" in kinds else "col"
    if _MADE_BY_PANDAS.match(str(tag.get("id", ""))) or str(tag.get("id", "")).startswith("T_"):
        del tag["id"]
    if tag.has_attr("class"):
        del tag["class"]
