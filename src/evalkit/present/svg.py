"""From matplotlib to inline SVG: real text, colours as CSS variables, the same bytes every time."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from html import escape
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from evalkit.present.style import NOTE, RC, TOKENS

_VARIABLES: Final = {colour: f"var(--fig-{name}, {colour})" for name, colour in TOKENS.items()}
_COLOUR: Final = re.compile(rf"(fill|stroke): ({'|'.join(map(re.escape, TOKENS.values()))})(?![0-9a-f])")
_NO_GLYPH: Final = r"(?s)Glyph .* missing from"
_TAG: Final = re.compile(r"<[^>]*>")
_LONG_NUMBER: Final = re.compile(r"-?\d+\.\d{3,}")
_DROPPED: Final = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", re.S)


@contextmanager
def canvas(
    size: tuple[float, float], inset: tuple[float, float, float, float]
) -> Iterator[tuple[Figure, Axes]]:
    """A figure and its axes in the house style; size in inches, inset left, right, top and bottom in inches."""
    width, height = size
    left, right, top, bottom = inset
    with mpl.rc_context(RC):  # type: ignore[arg-type]  # the stubs want every key spelt out
        fig = Figure(figsize=size)
        box = (
            left / width,
            bottom / height,
            (width - left - right) / width,
            (height - top - bottom) / height,
        )
        yield fig, fig.add_axes(box)


def plain_line(text: str) -> str:
    """The text as one printable line: no line breaks, control signs or marks that turn its direction."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


@lru_cache(maxsize=4096)
def text_width(text: str, points: float, weight: int = 400) -> float:
    """Width in points of a line of text in the layout font."""
    font = FontProperties(family="DejaVu Sans", size=points, weight="bold" if weight > 500 else "normal")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=_NO_GLYPH)
        width, _, _ = text_to_path.get_text_width_height_descent(plain_line(text), font, False)
    return float(width)


def inline(fig: Figure, key: str, css: str, *, title: str = "", desc: str = "", shown: bool = True) -> str:
    """The figure as inline SVG with ids that begin with `key`, which must be unique on the page.

    `title` and `desc` are plain text; without a title the picture is hidden from screen readers. A picture
    that is not `shown` waits for the page's stylesheet to show it, so a notebook without one shows the other.
    """
    with mpl.rc_context(RC | {"svg.hashsalt": key}), warnings.catch_warnings():  # type: ignore[arg-type]
        # A name may hold a sign the layout font lacks; the page's own fonts draw the text.
        warnings.filterwarnings("ignore", message=_NO_GLYPH)
        for ax in fig.axes:  # no clip paths, no markers cut in half
            for artist in (*ax.lines, *ax.collections, *ax.patches, *ax.texts):
                artist.set_clip_on(False)
        out = io.StringIO()
        fig.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    drawing = out.getvalue()
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing)
    if box is None:
        raise AssertionError("matplotlib writes a viewBox into every SVG")
    body = _clean(drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")])
    size = f'viewBox="0 0 {box[1]} {box[2]}" width="{float(box[1]) / 0.75:.0f}" height="{float(box[2]) / 0.75:.0f}"'
    if not shown:
        size += ' display="none"'
    if not title:
        return f'<svg class="{css}" {size} aria-hidden="true" focusable="false">{body}</svg>'
    return (
        f'<svg class="{css}" {size} role="img" aria-labelledby="{key}-t {key}-d"><title id="{key}-t">{escape(title)}'
        f'</title><desc id="{key}-d">{escape(desc)}</desc>{body}</svg>'
    )


def _clean(body: str) -> str:
    body = _DROPPED.sub("", body).replace("xlink:href", "href")
    body = re.sub(r'<g id="[^"]*"', "<g", body)
    body = re.sub(r"<text\b([^>]*)>", lambda tag: _plain_text(tag[1]), body)
    body = _TAG.sub(lambda tag: _LONG_NUMBER.sub(lambda n: f"{float(n[0]):.2f}", tag[0]), body)
    body = _TAG.sub(lambda tag: _COLOUR.sub(lambda c: f"{c[1]}: {_VARIABLES[c[2]]}", tag[0]), body)
    body = _TAG.sub(lambda tag: re.sub(r"[ \n]+", " ", tag[0]).replace(' "', '"'), body)
    body = re.sub(r">[ \n]+<", "> <", body)
    for empty in (r"<g ?/> ?", r"<defs> ?</defs> ?", r"<g> ?</g> ?", r"<g> ?</g> ?"):
        body = re.sub(empty, "", body)
    return body.strip()


def _plain_text(attributes: str) -> str:
    """One text element without the layout font: the page chooses the family; yellow text is a tag, without halo."""
    place = re.search(r'x="([^"]*)" y="([^"]*)"', attributes)
    size = re.search(r"([\d.]+)px", attributes)
    anchor = re.search(r"text-anchor: (\w+)", attributes)
    fill = re.search(r"fill: ([^;\"]*)", attributes)
    if place is None or size is None or fill is None:
        raise AssertionError("matplotlib places, sizes and colours every text")
    kept = f'<text x="{place[1]}" y="{place[2]}" font-size="{size[1]}"'
    if re.search(r"(bold|\b[67]00)\b", attributes):
        kept += ' font-weight="600"'
    if anchor and anchor[1] != "start":
        kept += f' text-anchor="{anchor[1]}"'
    if fill[1] == NOTE:
        kept += ' class="tag"'
    return f'{kept} style="fill: {fill[1]}">'
