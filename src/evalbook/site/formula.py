"""LaTeX formulas as MathML, which browsers set and read aloud by themselves, without a script."""

from __future__ import annotations

from html import escape, unescape
from typing import Final
from xml.etree.ElementTree import Element, tostring

from evalbook.site.cell_html import ALLOWED

_PARTS: Final = {**dict.fromkeys(ALLOWED["math"]), **ALLOWED["math_parts"]}
"""The elements of MathML that a formula is made of, with how many parts each must have."""
_ATTRIBUTES: Final = frozenset(ALLOWED["math_attributes"])


class UnreadableFormula(ValueError):
    """LaTeX that cannot be set as it is written."""


def mathml(latex: str, *, display: bool = False, said: str = "") -> str:
    """A formula as a MathML element; its source, or `said`, is for browsers that cannot set it.

    Raises UnreadableFormula where a command is unknown, a brace is missing, or there is nothing.
    """
    from latex2mathml.converter import convert_to_element  # only for notebooks with formulas

    known = latex.replace("{aligned}", "{align*}")  # the converter knows the one by the other's name
    try:
        made = convert_to_element(known, display="block" if display else "inline")
    except Exception as error:  # the converter raises what it happens to meet, IndexError among others
        raise UnreadableFormula(latex) from error
    _check(made, latex)
    made.attrib.pop("xmlns", None)
    made.set("alttext", said or " ".join(latex.split()))
    return tostring(made, encoding="unicode")


def as_written(latex: str) -> str:
    """A formula that cannot be set, as HTML."""
    return f"<code>{escape(latex.strip())}</code>"


def _check(part: Element, latex: str) -> None:
    """Let pass what MathML knows, with text as text: the converter writes links and whatever stands in \\text."""
    if part.tag not in _PARTS or (_PARTS[part.tag] or len(part)) != len(part):
        raise UnreadableFormula(latex)
    if not set(part.attrib) - {"xmlns"} <= _ATTRIBUTES:
        raise UnreadableFormula(latex)
    part.text = unescape(part.text) if part.text else part.text
    if part.tag != "mtext" and part.text and (part.text == "&" or part.text.startswith("\\")):
        raise UnreadableFormula(latex)
    for inner in part:
        _check(inner, latex)
