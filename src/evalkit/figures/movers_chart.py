"""Who a change came from: its parts as bars about zero."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes

from evalkit.figures.chart import Drawing, mark
from evalkit.figures.layout import (
    TextLine,
    canvas,
    figure_of,
    on_figure,
    place,
    resize,
)
from evalkit.figures.style import ACCENT, INK, MUTED, RULE
from evalkit.report import Report
from evalkit.text.reading import Reading


def parts(report: Report, found: Sequence[Reading], columns: Mapping[str, str]) -> list[Drawing]:
    """The parts of each reading's change as bars about zero, with their intervals as thin lines.

    `columns` are the change and its parts, with their names.
    """
    if not found:
        return []
    sizes = {r.name: [r.number(column) * 100 for column in columns] for r in found}
    ends = {
        r.name: np.array(
            [[r.number(f"{column}_{end}") * 100 for column in columns] for end in ("lower", "upper")]
        )
        for r in found
    }
    widest = [*np.ravel([*ends.values()]), *np.ravel([*sizes.values()])]
    reach = max(1.0, math.ceil(np.nanmax(np.abs(widest)) * 1.3))
    with canvas(*sizes) as axes:
        for ax, r in zip(axes, found, strict=True):
            ax.set(xlim=(-reach, reach), ylim=(len(columns) - 0.5, -0.5))
            ax.set_yticks(range(len(columns)), columns.values())
            ax.xaxis.set_visible(False)
            ax.grid(visible=False)
            ax.spines["bottom"].set_visible(False)
            ax.axvline(0, color=RULE, linewidth=1, zorder=1)
            colors = [INK, ACCENT, *[MUTED] * (len(columns) - 2)]
            bars = ax.barh(
                range(len(columns)),
                sizes[r.name],
                xerr=np.nan_to_num(np.abs(ends[r.name] - sizes[r.name])),
                error_kw={"elinewidth": 1, "ecolor": INK, "zorder": 4},
                height=0.46,
                color=colors,
                linewidth=0,
                zorder=3,
            )
            said = [r.cite(one, signed=True).text for one in columns]
            ax.bar_label(bars, said, padding=4, color=INK)
    layout = partial(_lay_out_parts, axes, [TextLine(r.title, INK, bold=True) for r in found])
    return [Drawing(figure_of(axes[0]), "flyt", layout, mark=mark(report))]


def _lay_out_parts(axes: Sequence[Axes], titles: Sequence[TextLine], narrow: bool) -> None:
    head = 0.34
    rows = [0.27 * len(ax.get_yticks()) for ax in axes]
    height = 0.3 + sum(rows) + head * len(axes)
    figure = resize(axes[0], height, narrow=narrow)
    names = [TextLine(label.get_text()) for ax in axes for label in ax.get_yticklabels()]
    left, top = max(0.0 if narrow else 1.6, *(name.width / 72 + 0.12 for name in names)), 0.3
    for ax, title, row in zip(axes, titles, rows, strict=True):
        on_figure(figure, 0, height - top - head + 0.08, title)
        place(ax, left, 0.2 if narrow else 0.75, top + head, height - top - head - row)
        top += head + row
