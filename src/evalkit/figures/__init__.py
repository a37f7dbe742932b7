"""Figures of published rows."""

from typing import NoReturn

from evalkit.errors import no_attribute
from evalkit.figures.charts import gap, goals, multiples, official, sparkline, trend
from evalkit.figures.event_study_plot import figure as event_study
from evalkit.figures.forest_plot import figure as forest

__all__ = ["event_study", "forest", "gap", "goals", "multiples", "official", "sparkline", "trend"]


def __getattr__(name: str) -> NoReturn:
    raise no_attribute("evalkit.figures", name, __all__)
