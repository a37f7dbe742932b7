"""Estimates with their intervals: shares, rates, trends, effects and what could be seen at all; plain numbers or arrays in."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from evalkit.estimates.statistics import Statistic


class Known(NamedTuple):
    """Where a statistic is, whether an indicator of it must say what it is out of, and whether it is a share."""

    module: str
    name: str
    out_of: bool
    share: bool = False


STATISTICS: Final[dict[str, Known]] = {
    "weighted_share": Known("evalkit.estimates.statistics", "WeightedShare", out_of=True, share=True),
    "share": Known("evalkit.estimates.statistics", "Share", out_of=True, share=True),
    "rate": Known("evalkit.estimates.statistics", "Rate", out_of=True),
    "count": Known("evalkit.estimates.statistics", "Count", out_of=False),
    "gap": Known("evalkit.estimates.statistics", "Gap", out_of=False),
}
"""Every statistic by the name that indicators.yml gives it. A plan is read without numpy, so none is imported before it is asked for."""


def statistic(name: str) -> Statistic:
    """The statistic of that name, one object of each."""
    return _made(STATISTICS[name])


@cache
def _made(known: Known) -> Statistic:
    made: Statistic = getattr(import_module(known.module), known.name)()
    return made
