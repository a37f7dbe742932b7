"""The notebooks as they ship: a list of cells, beside which an analyst's own cells and edits are free.

`notebooks/` is where analysts work, so it cannot be what the project holds itself to. `tests/shipped_cells.json` lists, by
notebook, every cell that ships with a hash of its source and the cell itself; rules of style, spelling, sizes and the golden
record look at a copy of the workbook with these cells alone. `make golden` writes the list anew from `notebooks/`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parents[1]
LIST = ROOT / "tests" / "shipped_cells.json"
DATA = ("demo", "published")  # the data sets that ship; an analyst's own stand beside them
RENEW = "If what ships is meant to change, run: make golden"


def _hash(source: list[str]) -> str:
    return hashlib.sha256("".join(source).encode()).hexdigest()[:16]


def _as_written(path: Path) -> dict[str, Any]:
    """A notebook as nbformat writes it."""
    written: dict[str, Any] = json.loads(nbformat.writes(nbformat.read(path, as_version=4)))
    return written


def _text(content: object) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def list_notebooks(root: Path = ROOT) -> str:
    """The list for what stands in notebooks/ now, as text of JSON."""
    books = {}
    for path in sorted((root / "notebooks").rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            book = _as_written(path)
            book["cells"] = [{"hash": _hash(cell["source"]), **cell} for cell in book["cells"]]
            books[path.relative_to(root).as_posix()] = book
    for path in sorted((root / "notebooks/en").glob("*.yml")):
        books[path.relative_to(root).as_posix()] = path.read_text("utf-8")
    return _text(books)


@cache
def notebooks() -> dict[str, str]:
    """Every notebook that ships, by its path in the project, as the text of its file."""
    books: dict[str, Any] = json.loads(LIST.read_text("utf-8"))
    for name, book in _of_cells(books).items():
        for cell in book["cells"]:
            if cell.pop("hash") != _hash(cell["source"]):
                raise AssertionError(
                    f"{LIST.name}, {name}, cell {cell['id']}: the hash is of another source. {RENEW}"
                )
    return {name: _text(book) for name, book in _of_cells(books).items()}


def _of_cells(books: dict[str, Any]) -> dict[str, Any]:
    return {name: book for name, book in books.items() if name.endswith(".ipynb")}


@cache
def english() -> dict[str, str]:
    """The English prose that ships, by the path of its file."""
    books: dict[str, Any] = json.loads(LIST.read_text("utf-8"))
    return {name: text for name, text in books.items() if name.endswith(".yml")}


def write_notebooks(to: Path) -> Path:
    """The notebooks that ship, below a folder."""
    for name, text in (notebooks() | english()).items():
        path = to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    return to


def write_workbook(to: Path) -> Path:
    """A copy of the workbook as it ships: the notebooks of the list, params, examples, demo data and published figures."""
    for name in ("params", "examples"):
        shutil.copytree(ROOT / name, to / name)
    (to / "data").mkdir()
    for path in (ROOT / "data").iterdir():
        if path.is_file():
            shutil.copy2(path, to / "data")
    for name in DATA:
        shutil.copytree(ROOT / "data" / name, to / "data" / name)
    return write_notebooks(to)


def deviations(root: Path = ROOT) -> list[str]:
    """Where notebooks/ is not what ships: notebook, cell and what is the matter with it."""
    found = []
    now = {
        path.relative_to(root).as_posix(): path
        for path in (root / "notebooks").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    }
    for name in sorted({*now, *notebooks()}):
        if name not in now:
            found.append(f"{name} is missing")
        elif name not in notebooks():
            found.append(f"{name} is not on the list")
        else:
            found += [
                f"{name}: {one}"
                for one in _differences(json.loads(notebooks()[name]), _as_written(now[name]))
            ]
    for name, text in english().items():
        path = root / name
        if not path.is_file() or path.read_text("utf-8") != text:
            found.append(f"{name} is not as on the list")
    return found


def _differences(shipped: dict[str, Any], now: dict[str, Any]) -> list[str]:
    was, has = ({cell.get("id", ""): cell for cell in book["cells"]} for book in (shipped, now))
    found = [f"cell {name} is missing" for name in was if name not in has]
    found += [f"cell {name} is not on the list" for name in has if name not in was]
    found += [
        f"cell {name} has another {' and '.join(parts)}"
        for name in was.keys() & has.keys()
        if (
            parts := [
                part
                for part in sorted({*was[name], *has[name]})
                if was[name].get(part) != has[name].get(part)
            ]
        )
    ]
    if not found and list(was) != list(has):
        found.append("the cells stand in another order")
    if {**shipped, "cells": []} != {**now, "cells": []}:
        found.append("its metadata are others")
    return sorted(found)
