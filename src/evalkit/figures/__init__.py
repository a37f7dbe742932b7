"""Figures of published rows: each call gives a Chart around matplotlib's own figure, drawn when it is shown.

`draw` holds what they are made of, for any Axes; `theme` and `HOUSE` are the style, and `show` gives the frame, for a figure
of one's own. A sparkline and a verdict's glyph are marks in the text, and no figures.
"""

from typing import NoReturn

from evalkit.errors import no_attribute
from evalkit.figures import draw
from evalkit.figures.change_charts import forest, goals
from evalkit.figures.chart import Chart, show
from evalkit.figures.glyphs import sparkline
from evalkit.figures.small_multiples import event_study, gap, multiples
from evalkit.figures.spine_chart import spine
from evalkit.figures.style import HOUSE, theme
from evalkit.figures.trend import official, trend

__all__ = ["HOUSE", "Chart", "draw", "event_study", "forest", "gap", "goals", "multiples", "official"]
__all__ += ["show", "sparkline", "spine", "theme", "trend"]


def __getattr__(name: str) -> NoReturn:
    raise no_attribute("evalkit.figures", name, __all__)
