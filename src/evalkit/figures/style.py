"""The look of every figure, in one place: colours, sizes and matplotlib settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl
from cycler import cycler

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

DARK: Final[dict[str, str]] = {
    "ink": "#ece8e0",
    "muted": "#b3aca0",
    "comp": "#a59e92",
    "rule": "#413d37",
    "paper": "#1a1917",
    "tint": "#25231f",
    "accent": "#7fc9d0",
    "bad": "#f0a06c",
    "note": "#f6e3a6",
    "note-bg": "#4a3b0e",
}
"""The same tokens on a dark ground, for a notebook with a dark theme; a page has them in its own style sheet."""

INK, MUTED, COMP, RULE = TOKENS["ink"], TOKENS["muted"], TOKENS["comp"], TOKENS["rule"]
PAPER, ACCENT, BAD = TOKENS["paper"], TOKENS["accent"], TOKENS["bad"]
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

_DRAWING: Final = (
    *(
        "axes",
        "errorbar",
        "figure",
        "font",
        "grid",
        "hatch",
        "image",
        "legend",
        "lines",
        "markers",
        "mathtext",
    ),
    *("patch", "path", "scatter", "svg", "text", "xaxis", "xtick", "yaxis", "ytick"),
)
"""Groups of settings that a drawing depends on."""


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
    # A dict's own methods: matplotlib's check each of two hundred settings, and a report enters here a hundred times.
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
    if name.split(".")[0] in _DRAWING
}
