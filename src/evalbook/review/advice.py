"""What a reviewer would object to in an analyst's notebooks and own files: advice, which stops nothing.

Only a picture that is not there and English that cannot be read are problems: no report could be made of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from evalbook.approval import notebook_cells, own_files, translation
from evalbook.approval.reviewed import evaluated
from evalbook.intake import batch, container
from evalbook.review.edit_yaml import shown
from evalbook.site.prose import Source, prose
from evalkit import plan as plans
from evalkit.errors import EvalkitError, Problem, ProblemsFound, fold

_CHECKED: Final = "nbval-check-output"
_NUMBER: Final = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?=\s*(?:%|pct\b|procent|per cent|\D|$))")
_UNIT: Final = re.compile(r"\s*(?:%|pct\b|procent|per cent)")
_PLACES: Final = tuple(
    {fold(word) for word in words.split()}
    for words in ("område afdeling sted area department place", "år planår dato year date")
)
"""What columns of an area and of a year are called."""


def notebooks(root: Path) -> list[Path]:
    """The notebooks of a workbook; JupyterLab's own copies are none."""
    return [
        path for path in sorted((root / "notebooks").glob("*.ipynb")) if not path.name.startswith(("~", "."))
    ]


def of_workbook(root: Path, data: Path | None = None) -> list[Problem]:
    """What a reviewer would ask for in the notebooks and own files."""
    try:
        small = small_counts(root, plans.read(root).policy.threshold)
    except EvalkitError:
        small = []  # the problems say why
    published = cache(lambda: _published(root, data) if data else frozenset())
    return small + [one for path in notebooks(root) for one in of_notebook(path, root, published)]


def _published(root: Path, data: Path) -> frozenset[str]:
    """Levels of the published rows as a report writes them; none where nothing can be evaluated."""
    try:
        rows = evaluated(root, data)[1].rows
    except EvalkitError:
        return frozenset()  # the problems say why
    shares = rows["unit"].isin(["share", "points"]) if "unit" in rows else False
    levels = rows["value"].where(~shares, rows["value"] * 100).dropna()
    return frozenset(f"{level:.1f}" for level in levels)


def of_notebook(path: Path, root: Path, known: Callable[[], Collection[str]] = tuple) -> Iterator[Problem]:
    """What a reviewer would object to in one notebook, by cell; nothing for one that cannot be read.

    Parameters
    ----------
    known : asked for published figures as a report writes them, such as 62.5: a typed one would not follow its row
    """
    file = shown(path, root)
    for undescribed in notebook_cells.undescribed(path):
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
        if cell["cell_type"] == "code":
            if cell.get("outputs") and _CHECKED not in tags:
                saved.append(name)
            for file_read in own_files.read_elsewhere("".join(cell["source"])):
                yield Problem(
                    file,
                    name,
                    f"reads {file_read!r} outside of data/own: the report is not made again when it changes.",
                    "Copy it into data/own, and read it there.",
                )
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


# ---- own files ------------------------------------------------------------------------------------------------


class UnreadableError(Exception):
    """A file that is no table, whatever its name says."""


def small_counts(root: Path, threshold: int) -> list[Problem]:
    """Tables with columns of area and year that hold counts from 1 to below the threshold, each with its first place."""
    return [found for path in own_files.files(root) for found in _small(path, root, threshold)]


def _small(path: Path, root: Path, threshold: int) -> Iterator[Problem]:
    name = path.relative_to(root).as_posix()
    try:
        tables = list(_tables(path))
    except UnreadableError as error:
        yield Problem(
            name,
            "",
            f"could not be read as a table ({error}).",
            "Look through it for small numbers yourself.",
        )
        return
    for sheet, table in tables:
        heads = list(map(str, table.columns))  # two may be the same
        keys = [{i for i, head in enumerate(heads) if fold(head) in words} for words in _PLACES]
        if not all(keys):
            continue
        for i, head in enumerate(heads):
            if i in keys[0] | keys[1]:
                continue
            numbers = pd.to_numeric(table.iloc[:, i], errors="coerce")
            small = numbers.between(1, threshold - 1) & numbers.eq(numbers.round())
            if small.any():
                at = small.idxmax()
                more = f" and {small.sum() - 1} more" if small.sum() > 1 else ""
                yield Problem(
                    name,
                    f"{sheet}row {at}{more}, column {head!r}",
                    f"holds a count below {threshold}, which the reports would hide.",
                    "Own files are not looked through for small numbers: add up to fewer, larger groups.",
                )


def _tables(path: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table of a file, its rows numbered as a spreadsheet does."""
    suffix = path.suffix.casefold()
    try:
        if suffix in (".csv", ".tsv", ".txt"):
            table = pd.read_csv(path, sep=None, engine="python", encoding="utf-8-sig", dtype=str)
            yield "", table.set_axis(range(2, len(table) + 2))
        elif batch.READ.fullmatch(suffix):
            for sheet, rows in container.everything(path)[0]:
                cells = pd.DataFrame.from_dict(dict(rows), orient="index")
                if len(cells):
                    heads = cells.iloc[0].astype(str)
                    yield f"sheet {sheet!r}, " if sheet else "", cells.iloc[1:].set_axis(heads, axis=1)
    except Exception as error:  # whatever a damaged file makes one of the readers stumble over
        raise UnreadableError((str(error).splitlines() or [type(error).__name__])[0]) from error
