"""Pictures as inline SVG: shapes by matplotlib, words beside them as text, colours as CSS variables, the same bytes every time."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from html import escape
from typing import Any, Final

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path
from matplotlib.transforms import IdentityTransform

from evalkit.figures.style import MUTED, NOTE, NOTE_BG, RC, SMALL, TEXT, TOKENS

_VARIABLES: Final = {colour: f"var(--fig-{name}, {colour})" for name, colour in TOKENS.items()}
_COLOUR: Final = re.compile(rf"(fill|stroke): ({'|'.join(map(re.escape, TOKENS.values()))})(?![0-9a-f])")
_ANCHORS: Final = {"left": "", "center": ' text-anchor="middle"', "right": ' text-anchor="end"'}
_NO_GLYPH: Final = r"(?s)Glyph .* missing from"
_TAG: Final = re.compile(r"<[^>]*>")
_LONG_NUMBER: Final = re.compile(r"-?\d+\.\d{3,}")
_DROPPED: Final = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", re.S)


class Sheet:
    """What a picture is drawn on; places and sizes are points (1/72 inch) from the lower left corner.

    matplotlib draws the shapes. The words are set here: a page's own type draws them, so that a layout of its own, which
    takes matplotlib half of its time, would be thrown away.
    """

    def __init__(self, size: tuple[float, float], key: str) -> None:
        self.key, self.width, self.height = key, size[0] * 72, size[1] * 72
        self.fig = Figure(figsize=size, dpi=72)  # a pixel is a point
        self.fig.patch.set_visible(False)
        self.words: list[str] = []

    def add(self, artist: Artist) -> None:
        """A shape whose coordinates are points."""
        artist.set_transform(IdentityTransform())
        self.fig.add_artist(artist)

    def segment(self, start: tuple[float, float], end: tuple[float, float], **style: Any) -> None:
        """A straight line between two places."""
        self.add(Line2D((start[0], end[0]), (start[1], end[1]), **style))

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        fontsize: float = TEXT,
        color: str = MUTED,
        ha: str = "left",
        fontweight: str = "normal",
        css: str = "",
    ) -> None:
        """One line of text with its baseline at (x, y); the keywords are matplotlib's."""
        weight = ' font-weight="600"' if fontweight == "bold" else ""
        name = f' class="{css}"' if css else ""
        place = f'x="{_short(x)}" y="{_short(self.height - y)}" font-size="{_short(fontsize)}"'
        style = f'style="fill: {_VARIABLES[color]}"'
        self.words.append(
            f"<text {place}{weight}{_ANCHORS[ha]}{name} {style}>{escape(plain_line(text))}</text>"
        )

    def tag(self, text: str, *, x: float | None = None, y: float | None = None, size: float = SMALL) -> None:
        """The yellow mark of synthetic data: top right unless its centre is given."""
        half = text_width(text, size) / 2 + 3
        x = self.width - half - 3 if x is None else x
        y = self.height - 9 if y is None else y
        box = Rectangle((x - half, y - 0.8 * size), 2 * half, 1.6 * size, facecolor=NOTE_BG, edgecolor="none")
        self.add(box)
        self.write(x, y - 0.37 * size, text, fontsize=size, color=NOTE, ha="center", css="tag")

    def inline(self, css: str, *, title: str = "", desc: str = "", shown: bool = True) -> str:
        """The picture as inline SVG with ids that begin with its key, which must be unique on the page.

        `title` and `desc` are plain text; without a title the picture is hidden from screen readers. A picture
        that is not `shown` waits for the page's stylesheet to show it, so a notebook without one shows the other.
        """
        for ax in self.fig.axes:  # no clip paths, no markers cut in half
            for artist in (*ax.lines, *ax.collections, *ax.patches):
                artist.set_clip_on(False)
        out = io.StringIO()
        FigureCanvasSVG(self.fig).print_svg(out, metadata={"Date": None, "Creator": None})
        drawing = out.getvalue()
        shapes = _clean(drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")])
        body = " ".join([shapes, *self.words])
        size = f'viewBox="0 0 {_short(self.width)} {_short(self.height)}" width="{self.width / 0.75:.0f}" height="{self.height / 0.75:.0f}"'
        if not shown:
            size += ' display="none"'
        if not title:
            return f'<svg class="{css}" {size} aria-hidden="true" focusable="false">{body}</svg>'
        key = self.key
        return (
            f'<svg class="{css}" {size} role="img" aria-labelledby="{key}-t {key}-d"><title id="{key}-t">{escape(title)}'
            f'</title><desc id="{key}-d">{escape(desc)}</desc>{body}</svg>'
        )


@contextmanager
def canvas(key: str, size: tuple[float, float]) -> Iterator[Sheet]:
    """A sheet in the house style, to be drawn on and taken `inline` inside the context; size in inches."""
    with mpl.rc_context(RC | {"svg.hashsalt": key}):  # type: ignore[arg-type]  # the stubs want every key spelt out
        yield Sheet(size, key)


def plain_line(text: str) -> str:
    """The text as one printable line: no line breaks, control signs or marks that turn its direction."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


def text_width(text: str, points: float, weight: int = 400) -> float:
    """Width in points of a line of text in the layout font.

    DejaVu Sans is wider than the page's fonts: a label that fits while drawing fits everywhere.
    """
    return sum(_advance(sign, weight > 500) for sign in plain_line(text)) * points


@lru_cache(maxsize=4096)
def _advance(sign: str, bold: bool) -> float:
    """Width of one sign in one point; signs stand a little closer in places, never wider."""
    with warnings.catch_warnings():
        # A name may hold a sign the layout font lacks; the page's own fonts draw the text.
        warnings.filterwarnings("ignore", message=_NO_GLYPH)
        width, _, _ = text_to_path.get_text_width_height_descent(sign, _FONTS[bold], False)
    return float(width) / 100


_FONTS: Final = {
    bold: FontProperties(family="DejaVu Sans", size=100, weight="bold" if bold else "normal")
    for bold in (False, True)
}


def _short(number: float) -> str:
    """A number of the drawing, with two decimals at most."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _clean(body: str) -> str:
    body = _DROPPED.sub("", body).replace("xlink:href", "href")
    body = re.sub(r'<g id="[^"]*"', "<g", body)
    body = _TAG.sub(lambda tag: _LONG_NUMBER.sub(lambda n: _short(float(n[0])), tag[0]), body)
    body = _TAG.sub(lambda tag: _COLOUR.sub(lambda c: f"{c[1]}: {_VARIABLES[c[2]]}", tag[0]), body)
    body = _TAG.sub(lambda tag: re.sub(r"[ \n]+", " ", tag[0]).replace(' "', '"'), body)
    body = re.sub(r">[ \n]+<", "> <", body)
    for empty in (r"<g ?/> ?", r"<defs> ?</defs> ?", r"<g> ?</g> ?", r"<g> ?</g> ?"):
        body = re.sub(empty, "", body)
    return body.strip()
