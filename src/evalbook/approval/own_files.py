"""Files of an analyst's own in data/own: which notebooks read them, and what is made from them.

They are outside of the disclosure audit, so whatever is made from them is published with a word that says so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from evalbook.approval import notebook_cells
from evalbook.approval.notebook_cells import CodeCell
from evalkit.errors import Problem

FOLDER: Final = "data/own"


def reads(notebook: Path) -> bool:
    """Whether a notebook names the folder of own files."""
    return bool(made_from(notebook_cells.read(notebook)))


def shown(notebook: Path) -> list[str]:
    """The ids of the cells made from own files whose output a page may show."""
    cells = notebook_cells.read(notebook)
    made = made_from(cells)
    return [cell.id for cell in cells if cell.shown and cell.id in made]


def made_from(cells: Iterable[CodeCell]) -> list[str]:
    """The ids of the cells that read own files or use what such cells made, in the order in which they run."""
    found, names = list[str](), set[str]()
    for cell in cells:
        here = FOLDER in _slashes(cell.source)
        if not (here or names):
            continue
        used, assigned = _names(cell.source)
        if here or used & names:
            names |= assigned
            found.append(cell.id)
    return found


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
    folder = root / FOLDER
    if folder.is_symlink():
        return [Problem(FOLDER, "", "is a link.", "Make it a folder, and copy the files themselves into it.")]
    return [
        Problem(
            path.relative_to(root).as_posix(),
            "",
            "is a link to a file outside data/own.",
            "Copy the file itself into data/own.",
        )
        for path in files(root)
        if not path.resolve().is_relative_to(folder.resolve())
    ]
