"""What a reviewer would object to in an analyst's notebooks, by cell: advice, which stops nothing.

Only a picture that is not there and English that cannot be read are problems: no report could be made of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from evalbook.approval import descriptions, translation
from evalbook.review.concurrent_edit import shown
from evalbook.site.prose import Source, prose
from evalkit.errors import Problem, ProblemsFound

_CHECKED: Final = "nbval-check-output"
_NUMBER: Final = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?=\s*(?:%|pct\b|procent|per cent|\D|$))")
_UNIT: Final = re.compile(r"\s*(?:%|pct\b|procent|per cent)")


def notebooks(root: Path) -> list[Path]:
    """The notebooks of a workbook; JupyterLab's own copies are none."""
    return [
        path for path in sorted((root / "notebooks").glob("*.ipynb")) if not path.name.startswith(("~", "."))
    ]


def advice(path: Path, root: Path, known: Callable[[], Collection[str]] = tuple) -> Iterator[Problem]:
    """What a reviewer would object to in one notebook, by cell; nothing for one that cannot be read.

    Parameters
    ----------
    known : asked for published figures as a report writes them, such as 62.5: a typed one would not follow its row
    """
    file = shown(path, root)
    for undescribed in descriptions.undescribed(path):
        yield Problem(
            file,
            f"cell {undescribed}",
            "shows a figure without a description, so whoever cannot see it is not told what it shows.",
            'Show it with figures.show(ax, title="…", alt="…").',
        )
    saved = []
    for number, cell in enumerate(_cells(path), start=1):
        name = f"cell {cell.get('id', number)}"
        tags = cell.get("metadata", {}).get("tags", [])
        if cell["cell_type"] == "code" and cell.get("outputs") and _CHECKED not in tags:
            saved.append(name)
        elif cell["cell_type"] == "markdown" and "remove-cell" not in tags:
            text = "".join(cell["source"])
            for remark in _read(cell, path, root).remarks:
                yield Problem(file, name, remark.said("en"))
            for typed in _typed(text, known):
                yield Problem(
                    file,
                    name,
                    f"types {typed}, which a published row holds: it stays when the row changes.",
                    "Let a cell say it, such as narrative.goal(report, …).",
                )
    if saved:
        more = f" and {len(saved) - 1} more" if len(saved) > 1 else ""
        yield Problem(
            file,
            f"{saved[0]}{more}",
            "is saved with its output, which others read unless git leaves it out.",
            "Clear it (Edit, Clear Outputs of All Cells), or once: evalkit hooks.",
        )
    if translation.path_of(path).is_file():
        try:
            yield from translation.untranslated(path)
        except ProblemsFound:
            return  # a problem, and no advice


def problems(root: Path) -> Iterator[Problem]:
    """Pictures that are not there, by cell, and English that cannot be read."""
    for path in notebooks(root):
        for number, cell in enumerate(_cells(path), start=1):
            if cell["cell_type"] == "markdown":
                for wrong in _read(cell, path, root).wrong:
                    yield Problem(shown(path, root), f"cell {cell.get('id', number)}", wrong)
        try:
            translation.read(translation.path_of(path))
        except ProblemsFound as broken:
            yield from broken.problems


def _cells(path: Path) -> list[Mapping[str, Any]]:
    try:
        cells: list[Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [cell for cell in cells if "cell_type" in cell and "source" in cell]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # running it says so


def _read(cell: Mapping[str, Any], path: Path, root: Path) -> Any:
    source = Source(str(cell.get("id", "")), "en", cell.get("attachments", {}), path.parent, root)
    return prose("".join(cell["source"]), source)


def _typed(text: str, known: Callable[[], Collection[str]]) -> Iterator[str]:
    """Numbers with a decimal, or of per cent, that a row holds."""
    for found in _NUMBER.finditer(re.sub(r"`[^`]*`|\]\([^)]*\)|\$[^$]*\$", " ", text)):
        exact = re.search("[.,]", found[0]) or _UNIT.match(text, found.end())
        if exact and found[0].replace(",", ".") in known():
            yield found[0]
