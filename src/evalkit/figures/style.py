"""The look of every figure, in one place: colours, sizes and matplotlib settings."""

from __future__ import annotations

from typing import Any, Final

TOKENS: Final[dict[str, str]] = {
    "ink": "#211f1c",
    "muted": "#5c574f",
    "comp": "#6f695f",
    "rule": "#d9d4ca",
    "paper": "#fefdfb",
    "tint": "#f4f1ea",
    "accent": "#0b5a63",
    "bad": "#a3460c",
    "note": "#5a4300",
    "note-bg": "#f7e9b9",
}
"""Colour tokens, light palette; on a page each becomes a CSS variable and follows light, dark and print."""

INK, MUTED, COMP, RULE = TOKENS["ink"], TOKENS["muted"], TOKENS["comp"], TOKENS["rule"]
PAPER, ACCENT, BAD = TOKENS["paper"], TOKENS["accent"], TOKENS["bad"]
NOTE, NOTE_BG = TOKENS["note"], TOKENS["note-bg"]

RC: Final[dict[str, Any]] = {
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
}
"""matplotlib settings; only ever used inside a context, so that an analyst's own settings stay."""

DOTTED: Final = (0, (1.1, 2.4))
"""Dashes of the baseline."""

DASHED: Final = (0, (4.2, 2.2))
"""Dashes of the target path."""

TEXT: Final = 9.75
"""Points; the usual text of a figure, 13 px."""

SMALL: Final = 9.0
"""Points; the smallest text in a figure (the tag of a small multiple is 8.25)."""
