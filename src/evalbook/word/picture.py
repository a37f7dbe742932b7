"""A drawing of a page as PNG, by the library that drew it: matplotlib reads the few kinds of element that it writes itself."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from xml.etree import ElementTree

import numpy as np
from matplotlib import image
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.image import BboxImage
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform, Transform

from evalkit.figures.style import TOKENS

DPI: Final = 200
PAPER: Final = "#ffffff"
"""A Word file's, where a page of the site is a shade darker."""
FONTS: Final = ("Segoe UI", "Carlito", "Noto Sans", "Open Sans", "DejaVu Sans")
"""The page's own, as far as there are such here; the last comes with matplotlib."""

_PATH: Final = re.compile(r"([MLCQZz])|(-?\d*\.?\d+(?:e-?\d+)?)")
_CODES: Final[dict[str, list[Any]]] = {
    "M": [Path.MOVETO],
    "L": [Path.LINETO],
    "C": [Path.CURVE4] * 3,
    "Q": [Path.CURVE3] * 2,
}
_TRANSFORM: Final = re.compile(r"(\w+)\(([^)]*)\)")
_VARIABLE: Final = re.compile(r"var\(--fig-([\w-]+)(?:, *([^)]+))?\)")
_COLOURS: Final = {**TOKENS, "paper": PAPER}
_NOT_INHERITED: Final = {
    "id",
    "x",
    "y",
    "width",
    "height",
    "d",
    "href",
    "transform",
    "viewBox",
    "class",
    "style",
}
_DRAWN: Final = frozenset(
    {"svg", "g", "defs", "title", "desc", "path", "use", "text", "image", "clipPath", "rect"}
)


class NotDrawnError(ValueError):
    """A drawing with an element that matplotlib does not write; the message names it."""


@dataclass(frozen=True)
class _Place:
    """What an element has from those around it: where it stands, and how it looks."""

    at: Transform
    look: dict[str, str]


def png(svg: str, dpi: int = DPI) -> bytes:
    """A figure's inline SVG as PNG on white, in the house's light colours.

    Raises NotDrawnError where it holds what matplotlib does not write.
    """
    root = ElementTree.fromstring(svg.replace("xlink:href", "href"))
    left, top, width, height = map(
        float, (root.get("viewBox") or f"0 0 {root.get('width')} {root.get('height')}").split()
    )
    figure = Figure((width / 72, height / 72), dpi=dpi, facecolor=PAPER)
    FigureCanvasAgg(figure)
    scale = dpi / 72
    at = Affine2D().translate(-left, -top - height).scale(scale, -scale)
    _Drawing(figure, root, scale).draw(root, _Place(at, {"fill": "#000000", "stroke": "none"}))
    out = io.BytesIO()
    figure.savefig(
        out,
        format="png",
        dpi=dpi,
        facecolor=PAPER,
        metadata={"Software": None},
        pil_kwargs={"optimize": True},
    )
    return out.getvalue()


class _Drawing:
    def __init__(self, figure: Figure, root: ElementTree.Element, scale: float) -> None:
        self.figure, self.scale, self.order = figure, scale, 0
        self.named = {one.get("id"): one for one in root.iter() if one.get("id")}

    def draw(self, element: ElementTree.Element, place: _Place) -> None:
        """An element and what stands in it, in the order of the drawing."""
        kind = element.tag.rpartition("}")[2]
        if kind not in _DRAWN:
            raise NotDrawnError(kind)
        if kind in ("defs", "title", "desc", "clipPath"):
            return
        here = _Place(_transform(element.get("transform", "")) + place.at, place.look | _look(element))
        if kind in ("svg", "g"):
            for child in element:
                self.draw(child, here)
        else:
            getattr(self, f"_{kind}")(element, here)

    def _path(self, element: ElementTree.Element, place: _Place) -> None:
        path = _path(element.get("d", ""))
        if path is None:
            return
        look, opacity = place.look, float(place.look.get("opacity", 1))
        dashes = [float(one) for one in re.findall(r"[\d.]+", look.get("stroke-dasharray", ""))]
        width = float(look.get("stroke-width", 1)) * _size(place.at) / self.scale
        patch = PathPatch(
            place.at.transform_path(path),
            facecolor=_colour(look["fill"], opacity * float(look.get("fill-opacity", 1))),
            edgecolor=_colour(look["stroke"], opacity * float(look.get("stroke-opacity", 1))),
            linewidth=width if look["stroke"] != "none" else 0,
            linestyle=(float(look.get("stroke-dashoffset", 0)), [one / max(width, 0.01) for one in dashes])
            if dashes
            else "-",
            capstyle=_CAPS.get(look.get("stroke-linecap", "butt"), "butt"),
            joinstyle=_JOINS.get(look.get("stroke-linejoin", "miter"), "miter"),
            transform=None,
        )
        self._add(patch, place)

    def _rect(self, element: ElementTree.Element, place: _Place) -> None:
        self._path(ElementTree.Element("path", {"d": _outline(element)}), place)

    def _use(self, element: ElementTree.Element, place: _Place) -> None:
        shape = self.named[element.get("href", "").removeprefix("#")]
        moved = Affine2D().translate(float(element.get("x", 0)), float(element.get("y", 0))) + place.at
        self.draw(shape, _Place(moved, place.look))

    def _text(self, element: ElementTree.Element, place: _Place) -> None:
        x, y = place.at.transform((float(element.get("x", 0)), float(element.get("y", 0))))
        matrix = place.at.get_matrix()
        text = Text(
            x,
            y,
            "".join(element.itertext()),
            color=_colour(place.look["fill"], float(element.get("opacity", 1))),
            family=_fonts(),
            size=float(element.get("font-size", 10)) * _size(place.at) / self.scale,
            weight="bold" if element.get("font-weight") else "normal",
            style=element.get("font-style", "normal"),
            ha=_SIDES[element.get("text-anchor", "start")],
            va="baseline",
            rotation=float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0]))),
            rotation_mode="anchor",
            parse_math=False,
            transform=None,
            path_effects=[withStroke(linewidth=2.2, foreground=(PAPER, 0.85))]
            if element.get("class") != "tag"
            else None,
        )
        self._add(text, place)

    def _image(self, element: ElementTree.Element, place: _Place) -> None:
        data = base64.b64decode(element.get("href", "").partition("base64,")[2])
        pixels = image.imread(io.BytesIO(data))
        x, y = float(element.get("x", 0)), float(element.get("y", 0))
        box = np.array([[x, y], [x + float(element.get("width", 0)), y + float(element.get("height", 0))]])
        (x0, y0), (x1, y1) = place.at.transform(box)
        if y1 > y0:
            pixels = pixels[::-1]  # the drawing turns it by its transform
        self._add(BboxImage(Bbox.from_extents(x0, min(y0, y1), x1, max(y0, y1)), data=pixels), place)

    def _add(self, artist: Any, place: _Place) -> None:
        artist.set_zorder(self._next())
        self.figure.add_artist(artist)
        named = re.match(r"url\(#(.+)\)", place.look.get("clip-path", ""))
        clip = self.named.get(named[1]) if named else None
        if clip is not None:
            path = _path(_outline(clip[0]) if clip[0].tag.endswith("rect") else clip[0].get("d", ""))
            if path:
                artist.set_clip_path(place.at.transform_path(path), IdentityTransform())

    def _next(self) -> int:
        self.order += 1
        return self.order


_CAPS: Final = {"round": "round", "square": "projecting"}
_JOINS: Final = {"round": "round", "bevel": "bevel"}
_SIDES: Final = {"start": "left", "middle": "center", "end": "right"}


@cache
def _fonts() -> list[str]:
    """Those of the fonts that this machine has."""
    known = {one.name for one in fontManager.ttflist}
    return [name for name in FONTS if name in known]


def _look(element: ElementTree.Element) -> dict[str, str]:
    """How an element says that it looks: attributes, and above them its style."""
    own = {name: value for name, value in element.attrib.items() if name not in _NOT_INHERITED}
    pairs = (one.partition(":") for one in element.get("style", "").split(";") if ":" in one)
    return own | {name.strip(): value.strip() for name, _, value in pairs}


def _colour(value: str, opacity: float) -> tuple[str, float] | str:
    named = _VARIABLE.match(value)
    colour = (_COLOURS.get(named[1]) or named[2]) if named else value
    return "none" if colour == "none" else (colour or "#000000", opacity)


def _path(text: str) -> Path | None:
    """A path as matplotlib's SVG writes it: absolute M, L, C, Q and z."""
    points: list[float] = []
    codes: list[Any] = []
    command, waiting = "M", 0
    for letter, number in _PATH.findall(text):
        if letter in ("Z", "z"):
            points += points[-2:]
            codes.append(Path.CLOSEPOLY)
        elif letter:
            command, waiting = letter, 0
        else:
            points.append(float(number))
            if waiting == 0:
                codes += _CODES[command]
                waiting = 2 * len(_CODES[command])
            waiting -= 1
            if waiting == 0 and command == "M":
                command = "L"
    return Path(np.reshape(points, (-1, 2)), codes) if codes else None


def _outline(rect: ElementTree.Element) -> str:
    x, y, width, height = (float(rect.get(name, 0)) for name in ("x", "y", "width", "height"))
    return f"M {x} {y} L {x + width} {y} L {x + width} {y + height} L {x} {y + height} z"


def _transform(text: str) -> Transform:
    """What moves an element; the last of several is the innermost."""
    made: Transform = Affine2D()
    for name, given in reversed(list(_transforms(text))):
        if name == "translate":
            made = made + Affine2D().translate(given[0], given[1] if len(given) > 1 else 0)
        elif name == "scale":
            made = made + Affine2D().scale(given[0], given[-1])
        elif name == "rotate":
            x, y = given[1:] or (0.0, 0.0)
            made = made + Affine2D().rotate_deg_around(x, y, given[0])
        elif name == "matrix":
            made = made + Affine2D.from_values(*given)
        else:
            raise NotDrawnError(name)
    return made


def _transforms(text: str) -> Iterator[tuple[str, list[float]]]:
    for name, given in _TRANSFORM.findall(text):
        yield name, [float(one) for one in re.split(r"[\s,]+", given.strip())]


def _size(at: Transform) -> float:
    """How much larger than in the drawing a length is, in pixels a unit."""
    return float(np.sqrt(abs(np.linalg.det(at.get_matrix()[:2, :2]))))
