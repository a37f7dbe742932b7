"""Files of an analyst's own in data/own: which notebooks read them, and what is made from them.

They are outside of the disclosure audit, so whatever is made from them is published with a word that says so.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from evalkit.errors import Problem

FOLDER: Final = "data/own"
_UNSEEN: Final = {"remove-cell", "remove-output"}


def reads(notebook: Path) -> bool:
    """Whether a notebook names the folder of own files."""
    return bool(made_from(notebook))


def made_from(notebook: Path) -> list[str]:
    """The ids of the cells that read own files or use what such cells made; nothing for a notebook that is not there."""
    return list(_made_from(notebook.read_text(encoding="utf-8"))) if notebook.is_file() else []


def shown(notebook: Path) -> list[str]:
    """The ids of those cells whose output a page may show."""
    text = notebook.read_text(encoding="utf-8") if notebook.is_file() else '{"cells": []}'
    made = set(_made_from(text))
    if not made:
        return []
    cells = json.loads(text)["cells"]
    return [
        str(cell.get("id", i))
        for i, cell in enumerate(cells)
        if str(cell.get("id", i)) in made and not _UNSEEN & set(cell.get("metadata", {}).get("tags", ()))
    ]


@lru_cache(maxsize=64)  # sixteen reports are made from one notebook
def _made_from(text: str) -> tuple[str, ...]:
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError):
        return ()  # running it says so
    return tuple(cells_made_from(cells))


def cells_made_from(cells: Sequence[Any]) -> Iterator[str]:
    """The same of cells as nbformat has them, in the order in which they run."""
    names: set[str] = set()
    for i, cell in enumerate(cells):
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or not (FOLDER in _slashes(source) or names):
            continue
        used, assigned = _names(source)
        if FOLDER in _slashes(source) or used & names:
            names |= assigned
            yield str(cell.get("id", i))


def _slashes(source: str) -> str:
    return source.replace("\\\\", "/").replace("\\", "/")


def _names(source: str) -> tuple[set[str], set[str]]:
    """Names that a cell uses, and names that it gives: assigned, defined, imported, or changed by a method or by index."""
    lines = (line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return set(), set()  # running it says so
    used, given = set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else given).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            given.add(node.name)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            given |= {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
    return used, given


def files(root: Path) -> list[Path]:
    """Every own file; hidden ones and the locks of office programs are none."""
    found = sorted((root / FOLDER).rglob("*"))
    return [path for path in found if path.is_file() and not path.name.startswith((".", "~"))]


def outside(root: Path) -> list[Problem]:
    """Own files that are links out of the folder: a run on another machine would not have them."""
    folder = (root / FOLDER).resolve()
    return [
        Problem(
            path.relative_to(root).as_posix(),
            "",
            "is a link to a file outside data/own.",
            "Copy the file itself into data/own.",
        )
        for path in files(root)
        if not path.resolve().is_relative_to(folder)
    ]
