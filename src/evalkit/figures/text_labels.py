"""Words beside a line: labels that keep clear of each other, and names broken or cut to fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.optimize import isotonic_regression

from evalkit.figures.style import SMALL, TEXT
from evalkit.figures.svg import text_width


@dataclass(frozen=True)
class Label:
    """Words beside the picture: lines of (text, size, weight, colour), wanted at a height in points."""

    wanted: float
    lines: Sequence[tuple[str, float, str, str]]

    @property
    def height(self) -> float:
        """Height of the whole label in points."""
        return sum(size + 2.5 for _, size, _, _ in self.lines)


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Centres of labels that do not overlap, as near the wanted ones as possible (least squares), inside low-high."""
    if not wanted:
        return []
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    below = [sum(heights[j] for j in order[:rank]) + heights[i] / 2 for rank, i in enumerate(order)]
    fitted = isotonic_regression([wanted[i] - b for i, b in zip(order, below, strict=True)]).x
    room = max(low, high - sum(heights))
    centres = [0.0] * len(wanted)
    for i, b, base in zip(order, below, fitted, strict=True):
        centres[i] = min(max(float(base), low), room) + b
    return centres


def wrapped(text: str, width: float, points: float = TEXT, *, weight: int = 400, most: int = 2) -> list[str]:
    """The text in at most `most` lines of `width` points, broken at spaces and after slashes, cut with an ellipsis."""
    pieces = text[:200].replace("/", "/\u200b").replace(" ", " \u200b").split("\u200b")
    lines = [""]
    for piece in pieces:
        if lines[-1] and text_width((lines[-1] + piece).rstrip(), points, weight) > width:
            lines.append("")
        lines[-1] += piece
    lines = [one.rstrip() for one in lines if one.strip()]
    kept = lines[:most]
    if len(lines) > most or any(text_width(one, points, weight) > width for one in kept):
        kept[-1] = kept[-1] + "…" if len(lines) > most else kept[-1]
        kept = [cut(one, width, points, weight) for one in kept]
    return kept


def fitted(text: str, width: float, *, weight: int = 700) -> tuple[str, float]:
    """A heading and its size in points: a little smaller when it is too wide, and cut only when that is not enough."""
    small = text_width(text[:200], TEXT, weight) > width
    size = SMALL if small else TEXT
    return cut(text, width, size, weight), size


def cut(text: str, width: float, points: float = TEXT, weight: int = 400) -> str:
    """The text, cut with an ellipsis when it is wider than `width` points."""
    text = text[:200]  # nobody reads more beside a line
    while len(text) > 2 and text_width(text, points, weight) > width:
        text = text.rstrip("…")[:-1].rstrip() + "…"
    return text
