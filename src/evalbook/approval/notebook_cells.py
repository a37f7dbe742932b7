"""The code cells of a notebook, as what is said of a notebook before it is run looks at them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

_UNSEEN: Final = {"remove-cell", "remove-output"}


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
