"""The English edition of a notebook: its Danish cells with the English prose of notebooks/en/<notebook>.yml, by cell id.

Each English text stands beside the Danish one it was made from. Where the Danish has changed since, or no English is there,
the cell stays Danish and says so; headings' levels and all code come from the Danish notebook.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evalkit.errors import Problem, ProblemsFound
from evalkit.plan import params

FOLDER: Final = "notebooks/en"
LANGUAGE: Final = "lang"
"""The metadata of a cell that is not in its notebook's language."""
_HEADING: Final = re.compile(r"(?m)^#+(?= )")


@dataclass(frozen=True)
class Text:
    """A cell's English prose, and the Danish that it was made from."""

    da: str
    en: str


def path_of(notebook: Path) -> Path:
    """Where the English prose of a notebook stands."""
    return notebook.parent / "en" / f"{notebook.stem}.yml"


def read(path: Path) -> dict[str, Text]:
    """The texts by cell id; none where there is no file. ProblemsFound names each entry that is not as it must be."""
    if not path.is_file():
        return {}
    name, content = f"{FOLDER}/{path.name}", params.read(path, path.parents[2]).content or {}
    if not isinstance(content, dict):
        raise ProblemsFound([Problem(name, "", "must name cells, each with da: and en:.")])
    wrong = [
        Problem(name, str(cell), "needs two texts.", "Write da: with the Danish it is made from, and en:.")
        for cell, text in content.items()
        if not isinstance(text, dict) or {type(text.get(one)) for one in ("da", "en")} != {str}
    ]
    if wrong:
        raise ProblemsFound(wrong)
    return {str(cell): Text(text["da"], text["en"]) for cell, text in content.items()}


def english(notebook: Mapping[str, Any], texts: Mapping[str, Text]) -> dict[str, Any]:
    """A notebook in its English edition; the notebook is as JSON or nbformat have it."""
    made = copy.deepcopy(dict(notebook))
    for cell in made["cells"]:
        source = _source(cell)
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None  # they are of the Danish edition
            if "parameters" in cell.get("metadata", {}).get("tags", []):
                cell["source"] = re.sub(r'(?m)^(language\b[^=\n]*=\s*)"da"', r'\1"en"', source)
        elif cell["cell_type"] == "markdown" and source.strip():
            text = texts.get(cell.get("id", ""))
            if text and _same(text.da, source):
                cell["source"] = _levelled(text.en, source)
            else:
                cell.setdefault("metadata", {})[LANGUAGE] = "da"
    return made


def write(notebook: Path, to: Path) -> None:
    """Write the English edition of a notebook as a notebook."""
    made = english(json.loads(notebook.read_text(encoding="utf-8")), read(path_of(notebook)))
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def write_all(root: Path) -> None:
    """Write the English editions of a workbook's notebooks into notebooks/en: of a copy of it, for a run to read."""
    for path in sorted((root / FOLDER).glob("*.yml")):
        notebook = root / "notebooks" / f"{path.stem}.ipynb"
        if notebook.is_file():
            write(notebook, path.with_suffix(".ipynb"))


def untranslated(notebook: Path) -> Iterator[Problem]:
    """What a translator is asked for: cells without English, with an older Danish, and English of cells that are gone."""
    path, cells = path_of(notebook), json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    texts, file = read(path), f"{FOLDER}/{path.name}"
    for cell in cells:
        source, name = _source(cell), cell.get("id", "")
        hidden = "remove-cell" in cell.get("metadata", {}).get("tags", [])
        if cell["cell_type"] != "markdown" or hidden or not source.strip():
            continue
        if name not in texts:
            wanted = f"{name}:\n  da: |-\n{_indented(source)}\n  en: |-\n    …"
            yield Problem(
                file, name, "has no English: the English report shows it in Danish.", f"Add:\n{wanted}"
            )
        elif not _same(texts[name].da, source):
            told = {"Danish then:": texts[name].da, "now:": source, "English:": texts[name].en}
            said = "\n".join(f"  {when}\n{_indented(text)}" for when, text in told.items())
            yield Problem(
                file,
                name,
                "the Danish has changed since it was translated: the English report shows it in Danish.",
                f"Correct en:, and put the new Danish into da:\n{said}",
            )
    for name in sorted(set(texts) - {cell.get("id", "") for cell in cells}):
        advice = "Take it away, or give the cell this id."
        yield Problem(file, name, "is of no cell of the notebook.", advice)


def as_yaml(texts: Mapping[str, Text]) -> str:
    """The texts as they stand in a file, each line of prose a line of its own."""
    parts = [
        f"{cell}:\n  da: |-\n{_indented(text.da)}\n  en: |-\n{_indented(text.en)}\n"
        for cell, text in texts.items()
    ]
    return "\n".join(parts)


def _levelled(text: str, danish: str) -> str:
    """The English with the levels that the headings have in Danish, one after the other."""
    levels = iter(_HEADING.findall(danish))
    return _HEADING.sub(lambda heading: next(levels, heading[0]), text)


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()


def _source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.strip().splitlines())
