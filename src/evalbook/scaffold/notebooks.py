"""The notebooks of another plan: the shipped ones, with its own goals, first area and years in place of the shipped plan's.

Cells about one goal are repeated for each goal of the new plan; what the prose says about the shipped plan gives way
to words that hold for any. Everything else is copied, so that a chapter added to the shipped notebooks comes along.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import nbformat
import yaml
from nbformat import NotebookNode

from evalbook.approval import translation
from evalbook.scaffold import library
from evalbook.scaffold.shipped import shipped
from evalkit.plan.indicators import Indicator

NAMES: Final = ("area_year", "plan_year", "plan_final")
TOGETHER: Final = "id:laest-sammen"
_ABOUT: Final = re.compile(r'report, "([a-z][a-z0-9_]*)"')
_KEPT: Final = ("keep_output", "nbval-check-output")  # the outputs were the shipped plan's


def paths(root: Path) -> list[Path]:
    """Where the notebooks of a workbook stand, and the English prose of each."""
    books = [root / "notebooks" / f"{name}.ipynb" for name in NAMES]
    return [*books, *(translation.path_of(book) for book in books)]


def write(
    root: Path, *, goals: Mapping[str, Indicator], area: str, years: list[int], data: str
) -> list[Path]:
    """Write every notebook, Danish and English, and give their paths.

    Parameters
    ----------
    goals : the record of each goal's indicator, by indicator id, in the plan's order
    area, years, data : what the notebooks start with when they are run by hand
    """
    for book in paths(root)[: len(NAMES)]:
        start = {"area": area, "year": years[-1] if book.stem == "plan_final" else years[0], "data": data}
        danish, english = (fitted(book.stem, language, goals, start) for language in ("da", "en"))
        book.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(danish, book)
        texts = {
            one.id: translation.Text(one.source, other.source)
            for one, other in zip(danish.cells, english.cells, strict=True)
            if one.cell_type == "markdown"
        }
        path = translation.path_of(book)
        path.parent.mkdir(exist_ok=True)
        path.write_text(translation.as_yaml(texts), encoding="utf-8", newline="\n")
    return paths(root)


def fitted(
    name: str, language: str, goals: Mapping[str, Indicator], start: Mapping[str, Any]
) -> NotebookNode:
    """A shipped notebook in one language as the new plan's."""
    notebook = nbformat.read(shipped(f"notebooks/{name}.ipynb"), as_version=4)
    if language == "en":
        texts = translation.read(shipped(f"{translation.FOLDER}/{name}.yml"))
        notebook = nbformat.from_dict(translation.english(notebook, texts))
    fit(notebook, language, goals, start)
    return notebook


def fit(
    notebook: NotebookNode, language: str, goals: Mapping[str, Indicator], start: Mapping[str, Any]
) -> None:
    """Turn a shipped notebook into the new plan's."""
    cells = list(_with_goals(_apart(notebook.cells, language, goals), language, goals))
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number:02d}"
        tags = [tag for tag in cell.metadata.get("tags", []) if tag not in _KEPT]
        cell.metadata.pop("tags", None)
        if tags:
            cell.metadata["tags"] = tags
        if cell.cell_type == "markdown":
            for was, now in prose()[language]["words"]:
                cell.source = cell.source.replace(was, now)
        else:
            cell.outputs, cell.execution_count = [], None
            if "parameters" in tags:
                cell.source = _started(cell.source, start)
    notebook.cells = cells


@cache
def prose() -> Mapping[str, Any]:
    """files/prose.yml: the words that take the place of the shipped plan's."""
    content: Mapping[str, Any] = yaml.safe_load(
        Path(__file__).with_name("files").joinpath("prose.yml").read_text(encoding="utf-8")
    )
    return content


def _started(source: str, start: Mapping[str, Any]) -> str:
    """The parameters cell with other values to start from; the whole plan's keeps its area."""
    for name, value in start.items():
        if name != "area" or 'area: str = "plan"' not in source:
            put = f'"{value}"' if isinstance(value, str) else str(value)
            source = re.sub(rf'^({name}: \w+ = )("[^"]*"|\d+)', rf"\g<1>{put}", source, flags=re.M)
    return source


def _about(cell: NotebookNode) -> list[str]:
    """The shipped goals that a code cell names."""
    named = _ABOUT.findall(cell.source) if cell.cell_type == "code" else []
    return [name for name in dict.fromkeys(named) if name in library.usual_goals()]


def _apart(
    cells: list[NotebookNode], language: str, goals: Mapping[str, Indicator]
) -> Iterator[NotebookNode]:
    """The cells, but for the chapter that reads a survey and a count together: with its own heading, or left out."""
    both = [
        next((one for one in goals.values() if one.statistic.asked), None),
        next((one for one in goals.values() if one.statistic.events), None),
    ]
    leaving = False
    for cell in cells:
        if cell.cell_type == "markdown":
            leaving = False
            if TOGETHER in cell.metadata.get("tags", []):
                asked, counted = both
                if asked is None or counted is None:
                    leaving = True
                else:
                    title = prose()[language]["together"].format(
                        asked=asked.title.get(language), counted=_small(counted.title.get(language))
                    )
                    cell.source = re.sub(r"\A## .*", f"## {title}", cell.source)
        if not leaving:
            yield cell


def _with_goals(
    cells: Iterator[NotebookNode], language: str, goals: Mapping[str, Indicator]
) -> Iterator[NotebookNode]:
    """Each run of cells about single goals, made anew for the new goals after the cells of its first goal."""
    titles = {library.records()[name]["title"][language]: name for name in library.usual_goals()}
    run: list[tuple[str, NotebookNode]] = []
    for cell in cells:
        about = _about(cell)
        heading = re.match(r"## (.*)", cell.source) if cell.cell_type == "markdown" else None
        if len(about) == 1 or (heading and heading[1].strip() in titles):
            run.append((about[0] if about else titles[heading[1].strip()] if heading else "", cell))
            continue
        yield from _repeated(run, language, goals)
        run = []
        if about:
            cell.source = _each(cell.source, about[0], goals)
        yield cell
    yield from _repeated(run, language, goals)


def _repeated(
    run: list[tuple[str, NotebookNode]], language: str, goals: Mapping[str, Indicator]
) -> Iterator[NotebookNode]:
    pattern = [cell for name, cell in run if name == run[0][0]]
    for name, record in goals.items():
        for cell in pattern:
            if cell.cell_type == "markdown":
                yield from _chapter(language, record)
            else:
                made = nbformat.from_dict(cell)
                made.source = cell.source.replace(f'"{run[0][0]}"', f'"{name}"')
                yield made


def _chapter(language: str, record: Indicator) -> Iterator[NotebookNode]:
    said = {"title": record.title.get(language), "definition": _small(record.definition.get(language))}
    yield nbformat.v4.new_markdown_cell(prose()[language]["goal"].format(**said))
    yield nbformat.v4.new_markdown_cell(prose()[language]["hint"], metadata={"tags": ["remove-cell"]})


def _each(source: str, first: str, goals: Mapping[str, Indicator]) -> str:
    """A cell that displays something for each of several goals, for the new goals and whatever else it shows, two on a line."""
    shown: list[str] = []
    for statement in ast.parse(source).body:
        assert isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call), source
        shown += [ast.get_source_segment(source, one) or "" for one in statement.value.args]
    wanted: list[str] = []
    for one in shown:
        if f'"{first}"' in one:
            wanted += [one.replace(f'"{first}"', f'"{name}"') for name in goals]
        elif not any(f'"{name}"' in one for name in library.usual_goals()):
            wanted.append(one)  # about no goal
    return "\n".join(f"display({', '.join(wanted[i : i + 2])})" for i in range(0, len(wanted), 2))


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
