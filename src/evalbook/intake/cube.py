"""Statistical cubes (.px of PxWeb, and JSON-stat): one row for each figure, its place in the cube in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, Final

from evalbook.intake import textfile
from evalbook.intake.sheet import MAX_CELL, Cell, Persons, Rows, Sheet, refuse, shown

FIGURE: Final = "INDHOLD"  # what StatBank heads its figures with
IS_PX: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*[A-Z][A-Z-]+(?:\[\w+\])?(?:\("[^"]*"\))?\s*=\s*["\dA-Z]')
_UNSURE: Final = ("iso-8859", "windows-125", "ansi", "utf")  # named by files in any of them: the bytes tell
_KEYWORD: Final = re.compile(r'\s*([A-Z][A-Z0-9-]*)(\[\w+\])?(?:\(((?:"[^"]*"[,\s]*)+)\))?\s*=')
_STRING: Final = re.compile(r'"([^"]*)"')
_TOKEN: Final = re.compile(r'"[^"]*"|[^\s"]+')


@dataclass
class Cube:
    """Dimensions in order, each with the texts of its categories; figures with the last dimension varying fastest."""

    dimensions: dict[str, list[str]]
    figures: Sequence[Cell]
    contents: str = ""  # the dimension that says what is counted
    words: list[str] = field(default_factory=list)  # title, units and notes


def read_px(path: Path, persons: Persons = None) -> Sheet:
    """The figures of a .px file, in its own code page and language."""
    data = path.read_bytes()
    said = re.search(rb'CODEPAGE\s*=\s*"([^"]+)"', data)
    page = said[1].decode("ascii", "replace").casefold() if said else ""
    try:
        if page and not page.startswith(_UNSURE):
            text = textfile.whole(data.decode(page), page, shown(path))
        else:
            text, page = textfile.decode(data, shown(path))
    except (LookupError, UnicodeDecodeError):
        advice = "Fetch the table again, or save it as CSV."
        raise refuse(path, f"is not in the code page that it names, {page}.", advice) from None
    keys = dict(_keywords(text.removeprefix("\ufeff"), path))

    def texts(name: str, of: str = "") -> list[str]:
        return _STRING.findall(
            re.sub(r'"\s+"', "", keys.get((name, of), ""))
        )  # long texts are broken over lines

    names = [*texts("STUB"), *texts("HEADING")]
    cube = Cube(
        {name: texts("VALUES", name) for name in names},
        [_figure(token) for token in _TOKEN.findall(keys.get(("DATA", ""), ""))],
        next(iter(texts("CONTVARIABLE")), ""),
        [" ".join(texts(name)) for name in ("TITLE", "DESCRIPTION", "CONTENTS") if texts(name)],
    )
    for (name, of), _ in keys.items():
        if name in ("UNITS", "NOTE", "NOTEX", "VALUENOTE", "VALUENOTEX", "CELLNOTE", "CELLNOTEX"):
            cube.words.append(" ".join(texts(name, of)))
    return _sheet(path, ".px", cube, persons, page)


def _keywords(text: str, path: Path) -> Iterator[tuple[tuple[str, str], str]]:
    """Keyword with what it is of, and the text up to its semicolon; those of the file's other languages left out."""
    at = 0
    while match := _KEYWORD.match(text, at):
        end = re.compile(r'(?:"[^"]*"|[^;"])*;').match(text, match.end())
        if end is None:
            raise refuse(path, f"is cut off in {match[1]}.", "Fetch the table again.")
        at = end.end()
        if not match[2]:
            yield (match[1], _STRING.findall(match[3] or '""')[0]), text[match.end() : at - 1]
    if text[at:].strip():
        raise refuse(path, f"cannot be read from {text[at:].strip()[:20]!r}.", "Fetch the table again.")


def _figure(token: str) -> Cell:
    """A figure, or the mark that stands for one."""
    try:
        value = float(token)
    except ValueError:
        return token.strip('"')
    return int(value) if value.is_integer() and "." not in token else value


def read_json_stat(path: Path, persons: Persons = None) -> Sheet:
    """The figures of a JSON-stat file (version 2, or the single data set of version 1)."""
    try:
        content = json.loads(textfile.decode(path.read_bytes(), shown(path))[0])
    except ValueError:
        raise refuse(path, "is no whole JSON.", "Fetch it again, or save the table as CSV.") from None
    one: dict[str, Any] = content.get("dataset", content)
    try:
        ids: list[str] = one.get("id") or one["dimension"]["id"]
        dimensions = {}
        for id in ids:
            category = one["dimension"][id]["category"]
            order = category.get("index", list(category.get("label", {})))
            codes = sorted(order, key=lambda code: int(order[code])) if isinstance(order, dict) else order
            dimensions[_label(one["dimension"][id], id)] = [
                str(category.get("label", {}).get(code, code)) for code in codes
            ]
        roles = one.get("role") or one["dimension"].get("role") or {}
        units = [
            str(unit)
            for id in roles.get("metric", [])
            for about in one["dimension"][id]["category"].get("unit", {}).values()
            for unit in about.values()
            if isinstance(unit, str)
        ]
        size = prod(map(len, dimensions.values()))
        cube = Cube(dimensions, _values(one, size))
        cube.words = [str(one.get("label", "")), *units, *map(str, one.get("note", []))]
        cube.contents = next((_label(one["dimension"][id], id) for id in roles.get("metric", [])), "")
    except (KeyError, TypeError, AttributeError, ValueError, IndexError):
        advice = "Fetch the table as JSON-stat or CSV."
        raise refuse(path, "is JSON, but no table in JSON-stat.", advice) from None
    return _sheet(path, "JSON-stat", cube, persons, "UTF-8")


def _label(dimension: dict[str, Any], id: str) -> str:
    return str(dimension.get("label") or id)


def _values(one: dict[str, Any], size: int) -> list[Cell]:
    """The figures; where there is none, what stands for it in `status`, or the mark for a missing one."""
    given, marks = one["value"], one.get("status", {})

    def mark(at: int) -> str:
        if isinstance(marks, str):
            return marks
        return str(
            (marks.get(str(at)) if isinstance(marks, dict) else marks[at] if at < len(marks) else "") or ".."
        )

    values = [given.get(str(at)) for at in range(size)] if isinstance(given, dict) else list(given)
    return [mark(at) if value is None else value for at, value in enumerate(values)]


def _sheet(path: Path, form: str, cube: Cube, persons: Persons, page: str) -> Sheet:
    """The cube as a table; kinds of contents stand beside one another, because each is a column of its own."""
    size = prod(map(len, cube.dimensions.values()))
    if not cube.dimensions or len(cube.figures) != size:
        wrong = f"has {len(cube.figures)} figures, and its dimensions make {size}."
        raise refuse(path, wrong, "Is the file cut off? Fetch the table again.")
    kinds = cube.dimensions.get(cube.contents, [FIGURE])
    rest = {name: texts for name, texts in cube.dimensions.items() if name != cube.contents}
    steps, step = dict[str, int](), size
    for name, texts in cube.dimensions.items():
        step //= len(texts) or 1
        steps[name] = step
    words = " ".join(dict.fromkeys(" ".join(text.split()) for text in (*cube.words, *kinds)))

    def rows() -> Rows:
        yield 1, (words[:MAX_CELL],)
        yield 2, (*rest, *(kinds if len(kinds) > 1 else [FIGURE]))
        for number, cells in enumerate(product(*map(enumerate, rest.values())), start=3):
            at = sum(place * steps[name] for (place, _), name in zip(cells, rest, strict=True))
            figures = [cube.figures[at + n * steps.get(cube.contents, 0)] for n in range(len(kinds))]
            yield number, (*(text for _, text in cells), *figures)

    sheet = Sheet(shown(path), "", [], {"format": form, "encoding": page})
    sheet.notes = ["row 1 is what the table says of itself, row 2 its columns, and row 3 the first figure"]
    if len(kinds) == 1:
        sheet.also = {len(rest): kinds}
    return sheet.fill(rows(), persons)
