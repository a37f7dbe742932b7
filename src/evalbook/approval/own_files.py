"""Files of an analyst's own in data/own: which notebooks read them, and what is made from them.

They are outside of the disclosure audit, so whatever is made from them is published with a word that says so.
"""

from __future__ import annotations

import ast
import re
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
    found, names, imported = list[str](), set[str](), set[str]()
    for cell in cells:
        tree, used = _parsed(cell.source)
        imported |= _imported(tree)
        if _reads(tree, cell.source) or used & names:
            names |= _given(tree, used & names, imported)
            found.append(cell.id)
    return found


def read_elsewhere(source: str) -> list[str]:
    """The files that a cell reads by a name outside of the folder; an address on the net is none."""
    tree, _ = _parsed(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    read = [call.args[0] for call in calls if getattr(call.func, "attr", "").startswith("read_")]
    names = [one.value for one in read if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return [name for name in names if FOLDER not in name.replace("\\", "/") and "://" not in name]


def _parsed(source: str) -> tuple[ast.AST, set[str]]:
    """A cell's code and the names that it uses; in IPython's own language every word may be one."""
    try:
        tree: ast.AST = ast.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager  # only for magics: it loads much

        code = source.partition("\n")[2] if source.startswith("%%") else source
        try:
            tree = ast.parse(TransformerManager().transform_cell(code))
        except SyntaxError:
            tree = ast.Module([], [])  # running it says so
        return tree, set(re.findall(r"[^\W\d]\w*", source))
    return tree, {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _reads(tree: ast.AST, source: str) -> bool:
    """Whether a cell names the folder, whole or in parts: "data/own", Path("data") / "own"."""
    if FOLDER in source.replace("\\\\", "/").replace("\\", "/"):
        return True
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    pieces = {piece for text in texts for piece in re.split(r"[/\\]", text)}
    return set(FOLDER.split("/")) <= pieces


def _imported(tree: ast.AST) -> set[str]:
    return {
        (name.asname or name.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }


def _given(tree: ast.AST, made: set[str], imported: set[str]) -> set[str]:
    """Names that a cell assigns, defines, or changes by index, attribute or a method that is given what was made."""
    given = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            given.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            given.add(node.name)
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            given |= _of(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            passed = [*node.args, *(one.value for one in node.keywords)]
            if any(_of(one) & (made | given) for one in passed):
                given |= _of(node.func.value) - imported
    return given


def _of(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def files(root: Path) -> list[Path]:
    """Every own file; hidden ones and the locks of office programs are none."""
    found = sorted((root / FOLDER).rglob("*"))
    return [path for path in found if path.is_file() and not path.name.startswith((".", "~"))]


def outside(root: Path) -> list[Problem]:
    """Links in place of own files or of their folder: what they lead to is neither copied nor looked through."""
    folder = root / FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        what = "is a link." if folder.is_symlink() else "is a file."
        return [Problem(FOLDER, "", what, "Make it a folder, and copy the files themselves into it.")]
    return [
        Problem(
            path.relative_to(root).as_posix(), "", "is a link.", "Copy what it leads to into data/own itself."
        )
        for path in sorted(folder.rglob("*"))
        if path.is_symlink()
    ]
