"""Narrative evaluations of a housing plan, with n, uncertainty and comparison beside every figure.

The names that a notebook needs are here; they are imported when first used, so that the command stays quick.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from types import ModuleType
from typing import Any, NoReturn

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
_ROOMS = ("cards", "figures", "narrative", "tables")

__all__ = [*_WHERE, *_ROOMS, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    if name in _ROOMS:
        module = import_module(f"evalkit.present.{name}")
        vars(module).setdefault(
            "__getattr__", lambda unknown: _unknown(f"evalkit.{name}", unknown, _functions(module))
        )
        return module
    return _unknown("evalkit", name, __all__)


def _functions(module: ModuleType) -> list[str]:
    """What a notebook may call there."""
    return [name for name, one in vars(module).items() if callable(one) and not name.startswith("_")]


def _unknown(where: str, name: str, known: Iterable[str]) -> NoReturn:
    """An ordinary AttributeError, which also says what to type."""
    advice = "" if name.startswith("_") else f" {import_module('evalkit.errors').did_you_mean(name, known)}"
    raise AttributeError(f"{where} has no {name!r}.{advice}")


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext evalkit`: Tab completes ids, and changed modules are used at once. `make lab` has loaded it."""
    import_module("evalbook.lab.extension").load(shell)


def __dir__() -> list[str]:
    return sorted(__all__)
