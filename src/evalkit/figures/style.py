"""The look of every figure: colours, settings, and the SVG of a page, with text as text and colours as CSS variables."""

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
import numpy as np
from cycler import cycler
from matplotlib.artist import Artist
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.collections import Collection, QuadMesh
from matplotlib.colors import rgb2hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, weight_dict
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

# ---- colours and settings -----------------------------------------------------------------------

_PALETTE: Final = {
    "ink": ("#211f1c", "#ece8e0"),
    "muted": ("#5c574f", "#b3aca0"),
    "comp": ("#6f695f", "#a59e92"),
    "rule": ("#d9d4ca", "#413d37"),
    "paper": ("#fefdfb", "#1a1917"),
    "tint": ("#f4f1ea", "#25231f"),
    "accent": ("#0b5a63", "#7fc9d0"),
    "bad": ("#a3460c", "#f0a06c"),
    "note": ("#5a4300", "#f6e3a6"),
    "note-bg": ("#f7e9b9", "#4a3b0e"),
}
TOKENS: Final = {name: light for name, (light, _) in _PALETTE.items()}
"""Colour tokens, light palette, of figures and pages; on a page each is a CSS variable and follows light, dark and print."""
DARK: Final = {name: dark for name, (_, dark) in _PALETTE.items()}
"""The same tokens on a dark ground."""

INK, MUTED, COMP, RULE = (TOKENS[name] for name in ("ink", "muted", "comp", "rule"))
PAPER, ACCENT, BAD = (TOKENS[name] for name in ("paper", "accent", "bad"))
NOTE, NOTE_BG = TOKENS["note"], TOKENS["note-bg"]

DOTTED: Final = (0, (1.1, 2.4))
"""Dashes of the baseline."""

DASHED: Final = (0, (4.2, 2.2))
"""Dashes of the target path."""

WIDE: Final = 7.0
"""Inches (672 px); the page never shows a wide figure smaller."""

NARROW: Final = 3.125
"""Inches (300 px); the narrow layout, which a phone of 320 px shows at 280 px and others larger."""

TEXT: Final = 9.75
"""Points; the usual text of a figure, 13 px, and the smallest of a narrow one: 12 px at 280 px."""

SMALL: Final = 9.0
"""Points; the smallest text of a wide figure, 12 px."""

HOUSE: Final[dict[str, Any]] = {
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": MUTED,
    "axes.labelsize": TEXT,
    "axes.linewidth": 0.8,
    # The last two, of equal contrast on light and dark ground, are for what the tokens cannot tell apart.
    "axes.prop_cycle": cycler(color=[ACCENT, BAD, COMP, INK, "#8a6fb0", "#a8791f"]),
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": TEXT,
    "axes.titleweight": "bold",
    "figure.facecolor": "none",
    "figure.figsize": (WIDE, 4.0),
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],  # for the layout only: the page's own type draws the text
    "font.size": TEXT,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "legend.fontsize": TEXT,
    "legend.frameon": False,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "svg.fonttype": "none",
    "text.color": INK,
    "xtick.color": MUTED,
    "xtick.labelsize": TEXT,
    "xtick.major.pad": 6,
    "xtick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.color": MUTED,
    "ytick.labelsize": TEXT,
    "ytick.major.pad": 6,
    "ytick.major.size": 0,
    "ytick.minor.size": 0,
}
"""The house style as matplotlib settings: `plt.style.use(figures.HOUSE)`, or `sns.set_theme(rc=figures.HOUSE)`."""


def variable(name: str) -> str:
    """A colour token as the page's variable, and itself where there is no page around it."""
    return f"var(--fig-{name}, {TOKENS[name]})"


@contextmanager
def theme() -> Iterator[None]:
    """The house style for what is drawn inside the block, with matplotlib or seaborn: `with figures.theme(): ...`."""
    # Not rc_context: it also takes back that a notebook's first figure switches on the showing of figures.
    now: Any = mpl.rcParams
    before = {name: now[name] for name in HOUSE}
    now.update(HOUSE)
    try:
        yield
    finally:
        now.update(before)


@contextmanager
def house() -> Iterator[None]:
    """The house style over matplotlib's defaults, whatever an analyst has set."""
    # A dict's own methods: matplotlib's check each of three hundred settings, and a report enters here a hundred times.
    now: Any = mpl.rcParams
    before = {name: dict.__getitem__(now, name) for name in _WANTED}
    dict.update(now, _WANTED)
    try:
        yield
    finally:
        dict.update(now, before)


_WANTED: Final[dict[str, Any]] = {
    name: value
    for name, value in (mpl.rcParamsDefault | mpl.RcParams(HOUSE)).items()
    if not name.startswith("backend")
}

# ---- SVG ----------------------------------------------------------------------------------------

MANY: Final = 2000
"""Marks from which on they become a picture inside the drawing: each would take a hundred bytes."""

_ANCHORS: Final = {"left": None, "center": "middle", "right": "end"}
_COLOUR: Final = re.compile(r"(fill|stroke): (#[0-9a-f]{6})(?!;\")")  # one before ;" stays as it is
_DROPPED: Final = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", re.S)
_TAG: Final = re.compile(r"<[^>]*>")
_LONG_NUMBER: Final = re.compile(r"-?\d+\.\d{3,}")
_SPACE: Final = re.compile(r"[ \n]+")
_PATH: Final = re.compile(r'(?<= d=")[^"]*')
_MARKS: Final = re.compile(r'<g([^>]*)>((?:<use [^>]*?( style="[^"]*")/>)(?:<use [^>]*\3/>)+)</g>')
"""Marks of one look, which their group can have for them all."""
_NAMES: Final = {colour: name for name, colour in TOKENS.items()}
_GREYS: Final = ((0.97, "paper"), (0.88, "tint"), (0.6, "rule"), (0.25, "muted"), (0.0, "ink"))
"""How light a grey must at least be to become that token: what matplotlib and seaborn set in grey follows the page."""


def inline(figure: Figure, key: str, css: str, title: str, alt: str, *, whole: bool = False) -> str:
    """The figure as an inline SVG element of class `css`.

    Parameters
    ----------
    key
        Fixes every id; must be unique on the page.
    title, alt
        Plain text: its name and what it shows.
    whole
        As large as what is drawn: a note beside the last point may reach out of the figure.
    """
    dpi, out = figure.dpi, io.StringIO()
    dense = [artist for artist in _dense(figure) if not artist.get_rasterized()] if whole else []
    with house():
        mpl.rcParams["svg.hashsalt"] = key
        try:
            figure.dpi = 72  # a pixel is a point
            for artist in dense:
                artist.set_rasterized(True)
            width, height = (float(inches) for inches in figure.get_size_inches())
            drawn = _Renderer(width * 72, height * 72, out, image_dpi=192, metadata={"Date": None})
            mixed: Any = MixedModeRenderer(figure, width, height, 192, drawn)
            figure.draw(mixed)
            drawn.finalize()
            box = Bbox.from_bounds(0, 0, width, height)
            if whole:
                box = figure.get_tightbbox(drawn).padded(0.04)
        finally:
            for artist in dense:
                artist.set_rasterized(False)
            figure.dpi = dpi
    text = out.getvalue()
    body = _clean(text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")])
    left, top = box.x0 * 72, (height - box.y1) * 72
    place = " ".join(map(_short, (left, top, box.width * 72, box.height * 72)))
    return (
        f'<svg class="{css}" viewBox="{place}" width="{box.width * 96:.0f}" height="{box.height * 96:.0f}" '
        f'stroke-linejoin="round" style="fill: {variable("ink")}" role="img" aria-labelledby="{key}-t" aria-describedby="{key}-d">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(alt)}</desc>{body}</svg>'
    )


class _Renderer(RendererSVG):
    """matplotlib's SVG without its groups; a text is one short element, measured by `text_width`.

    matplotlib's own measuring of letters takes half the time of a figure, and the page's type sets the text anyway.
    """

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> Any:
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        size = prop.get_size_in_points()
        return text_width(s, size, bold=_bold(prop)), 0.97 * size, 0.21 * size  # as DejaVu Sans has them

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        if ismath:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        anchor, red, alpha = None, gc.get_rgb(), gc.get_rgb()[3]
        if mtext and not angle:  # a single line: anchored, it is right in any type
            anchor = _ANCHORS[mtext.get_ha()]
            x = mtext.get_transform().transform(mtext.get_unitless_position())[0]
        given = {
            "x": _short(x),
            "y": _short(y),
            "font-size": _short(prop.get_size_in_points()),
            "font-weight": "600" if _bold(prop) else None,
            "font-style": "italic" if prop.get_style() != "normal" else None,
            "text-anchor": anchor,
            "class": mtext.get_gid() if mtext else None,
            "transform": f"rotate({-angle:.4g} {_short(x)} {_short(y)})" if angle else None,
            "opacity": _short(alpha) if alpha < 1 else None,
            "style": f"fill: {rgb2hex(red)}{';' if _on_colours(mtext) else ''}",
        }
        self.writer.element("text", plain_line(s), {name: one for name, one in given.items() if one})

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Write no group: nothing on a page asks for one."""

    def close_group(self, s: str) -> None:
        """Nothing was opened."""


def _on_colours(text: Any) -> bool:
    """Whether a text stands on a field of a heat map or an image: then it must not turn with the page's colours."""
    ax = getattr(text, "axes", None)
    if ax is None or text.get_transform() != ax.transData:
        return False
    return bool(ax.images) or any(isinstance(one, QuadMesh) for one in ax.collections)


def _dense(figure: Figure) -> list[Artist]:
    """Artists of very many marks, and the patches of an Axes that holds very many."""
    patches = [patch for ax in figure.axes if len(ax.patches) > MANY for patch in ax.patches]
    return [*figure.findobj(lambda artist: _marks(artist) > MANY), *patches]


def _marks(artist: Artist) -> int:
    """How many elements of the drawing an artist would become."""
    if isinstance(artist, Line2D):
        return len(artist.get_xdata()) if artist.get_marker() not in ("", " ", "None", None) else 1  # type: ignore[arg-type]
    if isinstance(artist, QuadMesh):
        return len(np.ravel(artist.get_array()))  # type: ignore[arg-type]
    if isinstance(artist, Collection):
        return max(len(artist.get_offsets()), len(artist.get_paths()))  # type: ignore[arg-type]
    return 1


def _bold(prop: FontProperties) -> bool:
    weight = prop.get_weight()
    return (weight_dict.get(weight, 400) if isinstance(weight, str) else int(weight)) > 500


def _clean(body: str) -> str:
    body = _TAG.sub(_clean_tag, _DROPPED.sub("", body))
    body = re.sub(r">[ \n]+<", "><", body)
    body = _MARKS.sub(lambda marks: f"<g{marks[1]}{marks[3]}>{marks[2].replace(marks[3], '')}</g>", body)
    return re.sub(
        r'<defs></defs>|<defs/>|<g></g>|<g/>|<path d="[^"]*" style="fill: none"/>', "", body
    ).strip()


def _clean_tag(tag: re.Match[str]) -> str:
    """A tag with short numbers, the page's colours and no space that does nothing."""
    text = (
        tag[0]
        .replace("xlink:href", "href")
        .replace("base64,\n", "base64,")
        .replace("; stroke-dashoffset: 0", "")
    )
    if len(text) > 20_000:  # a picture
        return text
    text = _LONG_NUMBER.sub(lambda number: _short(float(number[0])), text)
    text = _COLOUR.sub(lambda colour: f"{colour[1]}: {_token(colour[2])}", text)
    text = _PATH.sub(lambda path: re.sub(r" *([A-Za-z]) *", r"\1", path[0]), text)
    return _SPACE.sub(" ", text).replace(' "', '"').replace(" />", "/>")


def _token(colour: str) -> str:
    """A colour of the house, or a grey, as the page's variable; any other stays as it is."""
    if colour in _NAMES:
        return variable(_NAMES[colour])
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    if max(parts) - min(parts) > 0.05:
        return colour
    return f"var(--fig-{next(name for least, name in _GREYS if min(parts) >= least)}, {colour})"


def _short(number: float) -> str:
    """A number of the drawing, with two decimals at most."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def plain_line(text: str) -> str:
    """The text as one printable line: no line breaks, control signs or marks that turn its direction."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


def text_width(text: str, points: float, *, bold: bool = False) -> float:
    """Width in points of a line of text in the layout font.

    DejaVu Sans is wider than the page's fonts: a label that fits while drawing fits everywhere.
    """
    return sum(_advance(sign, bold) for sign in plain_line(text)) * points


@lru_cache(maxsize=4096)
def _advance(sign: str, bold: bool) -> float:
    """Width of one sign in one point; signs stand a little closer in places, never wider."""
    with warnings.catch_warnings():
        # A name may hold a sign the layout font lacks; the page's own fonts draw the text.
        warnings.filterwarnings("ignore", message=r"(?s)Glyph .* missing from")
        font = FontProperties(family="DejaVu Sans", size=100, weight="bold" if bold else "normal")
        width, _, _ = text_to_path.get_text_width_height_descent(sign, font, False)
    return float(width) / 100
