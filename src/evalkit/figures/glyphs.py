"""Verdicts as shape and word: the outer shape is the family, the inner sign the verdict."""

from __future__ import annotations

from html import escape
from typing import Final

from evalkit.figures.style import TOKENS
from evalkit.terms import Verdict

_DISC: Final = '<circle cx="10" cy="10" r="9" fill="currentColor"/>'
_DIAMOND: Final = '<path d="M10 .4 19.6 10 10 19.6.4 10z" fill="currentColor"/>'
_ROUND: Final = 'stroke-linecap="round" stroke-linejoin="round"'


def _colour(name: str) -> str:
    return f"var(--fig-{name}, {TOKENS[name]})"


def _sign(path: str) -> str:
    """A sign in the paper's colour, inside a solid shape."""
    return f'<path class="i" d="{path}" fill="none" stroke="{_colour("paper")}" stroke-width="2.2" {_ROUND}/>'


def _line(path: str) -> str:
    """A sign in the shape's own colour, inside a ring."""
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.9" {_ROUND}/>'


def _ring(dashes: str = "") -> str:
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        '<circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" '
        f'stroke-width="1.9" stroke-linecap="round"{dash}/>'
    )


SHAPES: Final[dict[Verdict, str]] = {
    Verdict.REACHED: _DISC + _sign("M5.7 10.3l3 3 5.6-6.2"),
    Verdict.ON_TRACK: _DISC + _sign("M5.4 10h8.6M10.4 6.2l3.8 3.8-3.8 3.8"),
    Verdict.IMPROVED: _DISC + _sign("M10 5.4v9.2M5.4 10h9.2"),
    Verdict.IMPROVING: _ring() + '<path d="M2 10a8 8 0 0 0 16 0z" fill="currentColor"/>',
    Verdict.LITTLE_CHANGE: _ring() + _line("M6.3 8.1h7.4M6.3 11.9h7.4"),
    Verdict.CANNOT_TELL: (
        _ring()
        + _line("M7.5 8a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.6")
        + '<circle cx="10" cy="14.3" r="1.15" fill="currentColor"/>'
    ),
    Verdict.OFF_TRACK: (
        _DIAMOND
        + _sign("M10 5.2v5.6")
        + f'<circle class="p" cx="10" cy="14.1" r="1.25" fill="{_colour("paper")}"/>'
    ),
    Verdict.WORSENED: _DIAMOND + _sign("M5.6 10h8.8"),
    Verdict.NOT_ASSESSABLE: _ring(".01 4.178"),
    Verdict.SUPPRESSED: _line("M2.5 2.5h15v15h-15zM2.5 10l7.5-7.5M2.5 17.5l15-15M10 17.5l7.5-7.5"),
}
"""Inner SVG of each verdict on a 20 × 20 grid, y down; no arrows up or down, because fewer may be better."""

_COLOURS: Final = {"good": "accent", "ill": "bad", "open": "ink"}


def shape(verdict: Verdict) -> str:
    """The verdict's shape alone, as an inline SVG hidden from screen readers: a word must stand beside it.

    Colours are attributes that the page's stylesheet overrides, so a notebook shows them as well.
    """
    tone = verdict.tone
    return (
        f'<svg class="{tone}" viewBox="0 0 20 20" width="20" height="20" color="{_colour(_COLOURS[tone])}" '
        f'aria-hidden="true" focusable="false">{SHAPES[verdict]}</svg>'
    )


def verdict(verdict: Verdict | str, word: str, note: str = "") -> str:
    """The verdict as shape and word; `word` and the optional quiet `note` after it are plain text."""
    verdict = Verdict(verdict)
    quiet = f"<i>{escape(note)}</i>" if note else ""
    return (
        f'<span class="verdict {verdict.tone}">{shape(verdict)}'
        f'<span class="w">{escape(word)}{quiet}</span></span>'
    )
