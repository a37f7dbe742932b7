"""One municipality among all: every other one's change as a stroke."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes

from evalkit.figures.chart import Drawing
from evalkit.figures.layout import (
    Numbers,
    Points,
    TextLine,
    canvas,
    figure_of,
    place,
    resize,
    write,
)
from evalkit.figures.style import ACCENT, COMP, INK, NARROW, SMALL, TEXT, WIDE
from evalkit.text.reading import Reading


def spread(r: Reading, others: Sequence[float], name: str) -> list[Drawing]:
    """Changes (0-1) of many municipalities as strokes, and the reading's own as a mark with the place's name."""
    if not others or not r.has("change"):
        return []
    import seaborn as sns  # takes half a second to import, and only this figure needs it

    own, changes = r.number("change") * 100, [change * 100 for change in others]
    first, last = int(min(own, *changes) // 20) * 20, -int(-max(own, *changes) // 20) * 20
    with canvas(r.name) as (ax,):
        ax.set(xlim=(first, last), ylim=(0, 1))
        ax.xaxis.set_major_formatter(Numbers(r.words.language, signed=True))
        ax.yaxis.set_visible(False)
        ax.grid(axis="x")
        ax.spines["bottom"].set_visible(False)
        ax.axvline(0, color=INK, linewidth=1, zorder=0.6)
        strokes = {"color": COMP, "linewidth": 1.2, "alpha": 0.6}
        sns.rugplot(x=changes, height=0.8, ax=ax, expand_margins=False, **strokes)
        ax.plot((own, own), (0, 0.9), color=ACCENT, linewidth=3.2, solid_capstyle="butt", zorder=4)
    return [Drawing(figure_of(ax), "kommuner", partial(_lay_out_spread, r, ax, name))]


def _lay_out_spread(r: Reading, ax: Axes, name: str, narrow: bool) -> None:
    width = NARROW if narrow else WIDE
    resize(ax, 1.2, narrow=narrow)
    place(ax, 0.25, 0.25, 0.35, 0.35)
    first, last = (round(end) for end in ax.get_xlim())
    step = 20 if (last - first) / 20 <= (5 if narrow else 10) else 40
    ax.set_xticks(range(-(-first // step) * step, last + 1, step))
    ax.tick_params(axis="x", labelsize=TEXT if narrow else SMALL, pad=4)
    line = TextLine(f"{name} {r.amount('change', signed=True).plain}", ACCENT, bold=True)
    at = Points(ax).x(r.number("change") * 100)
    over = max(0.0, at + line.width - width * 72)
    write(ax, r.number("change") * 100, 1, line, dx=-over, dy=4)
