"""Narrative evaluations of a housing plan, with n, uncertainty and comparison beside every figure.

The names that a notebook needs are here; they are imported when first used, so that the command stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "load": "evalkit.present.report",
    "Report": "evalkit.present.report",
    "Estimate": "evalkit.terms",
    "Verdict": "evalkit.terms",
    "proportion": "evalkit.proportions",
    "weighted_proportion": "evalkit.proportions",
    "difference": "evalkit.proportions",
    "rate": "evalkit.rates",
    "ratio": "evalkit.rates",
}
_ROOMS = ("cards", "figures", "narrative", "tables")

__all__ = [*_WHERE, *_ROOMS, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    if name in _ROOMS:
        return import_module(f"evalkit.present.{name}")
    raise AttributeError(f"module 'evalkit' has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext evalkit`: Tab completes ids, and changed modules are used at once. `make lab` has loaded it."""
    import_module("evalkit.lab.extension").load(shell)


def __dir__() -> list[str]:
    return sorted(__all__)
