"""The code cells of a notebook, before it is run, and which of them show a figure without a description."""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

_UNSEEN: Final = {"remove-cell", "remove-output"}
_LIBRARIES: Final = ("plt", "pyplot", "sns", "seaborn")
"""What the plotting libraries are called in notebooks."""
_SETTINGS: Final = (
    "close",
    "color_palette",
    "load_dataset",
    "rc",
    "rcParams",
    "rc_context",
    "set",
    "set_theme",
    "style",
)
"""What is asked of them without drawing anything."""
_METHODS: Final = ("plot", "hist", "boxplot")
"""What draws a table."""
_AXES: Final = ("ax", "axes", "axs", "axes_dict")
"""What Axes are called: who draws in some has them from a call that counts itself, or from a figure with a description."""


class CodeCell(NamedTuple):
    """One code cell: id, or its number where it has none; source; whether a page may show its output."""

    id: str
    source: str
    shown: bool


def read(notebook: Path) -> tuple[CodeCell, ...]:
    """The code cells in their order; none for a notebook that is not there, or that running it will refuse."""
    return _parsed(notebook.read_text(encoding="utf-8")) if notebook.is_file() else ()


@lru_cache(maxsize=64)  # sixteen reports are made from one notebook
def _parsed(text: str) -> tuple[CodeCell, ...]:
    try:
        return code_cells(json.loads(text)["cells"])
    except (ValueError, KeyError, TypeError):
        return ()  # running it says so


def code_cells(cells: Iterable[Any]) -> tuple[CodeCell, ...]:
    """The same of cells as nbformat or JSON has them."""
    return tuple(
        CodeCell(
            str(cell.get("id", i)),
            "".join(cell["source"]),
            not _UNSEEN & set(cell.get("metadata", {}).get("tags", ())),
        )
        for i, cell in enumerate(cells)
        if cell["cell_type"] == "code"
    )


def undescribed(notebook: Path) -> list[str]:
    """The ids of the cells that show a figure without a description; nothing for a notebook that is not there."""
    return [cell.id for cell in read(notebook) if cell.shown and _lacks_description(cell.source)]


@lru_cache(maxsize=1024)  # sixteen reports are made from one notebook
def _lacks_description(source: str) -> bool:
    try:
        tree = ast.parse("\n".join(line for line in source.splitlines() if not line.startswith(("%", "!"))))
    except SyntaxError:
        return False  # running it says so
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    axes = {*_AXES, *_other_names_of_axes(tree)}
    shows = [call for call in calls if _names(call.func)[-2:] == ["figures", "show"]]
    if any(_blank(_keyword(call, "alt")) for call in shows) or any(map(_blank, _set_alts(tree))):
        return True
    return not shows and any(_draws(call, axes) for call in calls)


def _draws(call: ast.Call, axes: Collection[str]) -> bool:
    """Whether a call makes a figure, with one of the plotting libraries or with a table's own method."""
    if not isinstance(call.func, ast.Attribute) or _keyword(call, "ax") is not None:
        return False
    first, *rest = _names(call.func)
    if first in _LIBRARIES:
        return not any(name in _SETTINGS for name in rest)
    return call.func.attr in _METHODS and not any(name in axes for name in _names(call.func.value))


def _other_names_of_axes(tree: ast.AST) -> Iterator[str]:
    """What a cell calls Axes that it has from others: twin = chart.ax.twinx()."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(name in _AXES for name in _names(node.value)):
            yield from (to.id for to in node.targets if isinstance(to, ast.Name))


def _names(node: ast.AST) -> list[str]:
    """The dotted name of a function, without what is called or looked up on the way: a.b(1)["c"].d is a, b, d."""
    if isinstance(node, ast.Attribute):
        return [*_names(node.value), node.attr]
    if isinstance(node, (ast.Call, ast.Subscript)):
        return _names(node.func if isinstance(node, ast.Call) else node.value)
    return [node.id] if isinstance(node, ast.Name) else []


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def _set_alts(tree: ast.AST) -> Iterator[ast.expr]:
    """What a figure's description is set to: chart.alt = ..."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(
            isinstance(to, ast.Attribute) and to.attr == "alt" for to in node.targets
        ):
            yield node.value


def _blank(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and not str(value.value or "").strip())
