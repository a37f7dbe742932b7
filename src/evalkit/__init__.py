"""Narrative evaluations of a housing plan, with n, uncertainty and comparison beside every figure.

The names that a notebook needs are here; they are imported when first used, so that the command stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "load": "evalkit.report",
    "Report": "evalkit.report",
    "Estimate": "evalkit.terms",
    "Verdict": "evalkit.terms",
    "proportion": "evalkit.estimates.proportions",
    "weighted_proportion": "evalkit.estimates.proportions",
    "difference": "evalkit.estimates.proportions",
    "rate": "evalkit.estimates.rates",
    "ratio": "evalkit.estimates.rates",
}
_MODULES = {
    "cards": "evalkit.cards",
    "figures": "evalkit.figures",
    "narrative": "evalkit.text.narrative",
    "tables": "evalkit.tables",
}

__all__ = [*_WHERE, *_MODULES, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    if name in _MODULES:
        return import_module(_MODULES[name])
    raise import_module("evalkit.errors").no_attribute("evalkit", name, __all__)


def __dir__() -> list[str]:
    return sorted(__all__)
