"""Params files: YAML in which every value knows its line, so that an error can name it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, RootModel, ValidationError

from evalkit.errors import MissingFile, Problem, ProblemsFound, did_you_mean

Model = TypeVar("Model", bound=BaseModel)
Record = TypeVar("Record")
Place = tuple[str, ...]

PLAIN: Final = {
    "bool_parsing": "must be true or false",
    "int_parsing": "must be a whole number",
    "float_parsing": "must be a number, with a decimal point",
}
"""What pydantic says at more length, in plain words."""


@dataclass(frozen=True)
class Document:
    """The content of one YAML file, and the line of every key and item in it."""

    file: str  # relative to the workbook's root
    content: Any
    lines: Mapping[Place, int]

    def problem(self, place: Place, wrong: str, advice: str = "") -> Problem:
        """A problem at a place, named by line and dotted path."""
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        line = f"line {self.lines.get(known, 1)}"
        return Problem(self.file, f"{line}, {'.'.join(place)}" if place else line, wrong, advice)

    def as_model(self, model: type[Model]) -> Model:
        """The content checked against a pydantic model; everything wrong at once."""
        try:
            return model.model_validate(self.content)
        except ValidationError as invalid:
            raise ProblemsFound(self._problems(invalid, model)) from None

    def _problems(self, invalid: ValidationError, model: type[BaseModel]) -> Iterator[Problem]:
        for error in invalid.errors():
            place = tuple(str(part) for part in error["loc"] if part != "function-wrap")
            given = error["input"]
            if error["type"] == "missing":
                yield self.problem(place[:-1], f"{place[-1]!r} is missing.", f"Add {place[-1]!r}.")
            elif error["type"] == "extra_forbidden":
                known = list(_fields_at(model, place[:-1]))
                advice = did_you_mean(place[-1], known) if known else "Remove it."
                yield self.problem(place, f"unknown key {place[-1]!r}.", advice)
            elif given is None and not place:
                needed = [name for name, field in model.model_fields.items() if field.is_required()]
                yield self.problem((), "the file is empty.", f"Write what it needs: {', '.join(needed)}.")
            else:
                said = PLAIN.get(error["type"], error["msg"].removeprefix("Value error, "))
                named = (
                    *place,
                    said.split(" ")[0],
                )  # a rule for several keys names the one it is about first
                shown = "" if isinstance(given, dict | list) else f" (given: {given!r})"
                yield self.problem(named if named in self.lines else place, f"{said}{shown}.")


def is_open(value: Any) -> bool:
    """Whether a value is still a scaffold's placeholder, "[Planens navn]", to be filled in."""
    return isinstance(value, str) and re.fullmatch(r"\[[^\[\]]+\]", value.strip()) is not None


def unfilled(document: Document) -> list[Problem]:
    """Every placeholder that is left in a file."""
    return [
        document.problem(place, f"{value} is still to be filled in.", "Type the plan's own words.")
        for place, value in _leaves(document.content, ())
        if is_open(value)
    ]


def _leaves(content: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _leaves(value, (*place, str(key)))
    elif isinstance(content, list):
        for i, value in enumerate(content):
            yield from _leaves(value, (*place, str(i)))
    else:
        yield place, content


def _fields_at(model: type[BaseModel], place: Place) -> Iterator[str]:
    """Names that a model declares at a place; none where the place is no model."""
    at: Any = model
    for part in place:
        at = _under(at, part)
    if isinstance(at, type) and issubclass(at, BaseModel):
        yield from (field.alias or name for name, field in at.model_fields.items())


def _under(at: Any, part: str) -> Any:
    """The type of what stands under a key of a model or of a mapping; None where that is not known."""
    if isinstance(at, type) and issubclass(at, RootModel):
        at = at.model_fields["root"].annotation
    if isinstance(at, type) and issubclass(at, BaseModel):
        field = at.model_fields.get(part)
        found = field.annotation if field else None
    else:
        found = get_args(at)[1] if get_origin(at) is dict else None
    models = [one for one in get_args(found) if isinstance(one, type) and issubclass(one, BaseModel)]
    return models[0] if models and get_origin(found) is not dict else found


DEEPEST: Final = 30
LARGEST: Final = 50_000
LONGEST: Final = 300
"""How deep a params file may be nested, how many values it may hold once every alias is written out, and how long a
number may be.

The deepest file that ships has eight levels, the largest some 600 values; what lies far beyond is a slip or an attack, and
would take the parser minutes and gigabytes.
"""

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's safe loader, ten times as fast; the slow one where it is missing."""


def records(path: Path, root: Path, model: type[RootModel[dict[str, Record]]]) -> dict[str, Record]:
    """What a file of records holds, by name; none where there is no file, or nothing in it. Raises as `read`."""
    document = read(path, root) if path.exists() else None
    return document.as_model(model).root if document and document.content is not None else {}


def read(path: Path, root: Path) -> Document:
    """One YAML file with its places.

    Raises MissingFile when it is not there, ProblemsFound when it is not UTF-8 or not YAML,
    is nested without measure, refers to itself, or says the same key twice.
    """
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    if path.is_dir():
        raise MissingFile(
            f"{name}: a folder stands where the file should be. Move the folder, or give another name."
        )
    if not path.is_file():
        raise MissingFile(f"{name}: no such file. Create it, or give another name.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProblemsFound(
            [Problem(name, f"byte {error.start}", "not UTF-8.", "Save the file as UTF-8.")]
        ) from None
    try:
        _refuse_without_measure(name, text)
        loader = LOADER(text)
        node = loader.get_single_node()
        content = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        raise ProblemsFound([_unreadable(name, text, error)]) from None
    except yaml.YAMLError as error:
        raise ProblemsFound([Problem(name, "", f"not readable as YAML: {error}.")]) from None
    except ValueError as error:  # e.g. the 31st of February
        raise ProblemsFound([Problem(name, "", f"a value is impossible: {error}.")]) from None
    lines: dict[Place, int] = {}
    twice = [
        Problem(name, f"line {line}, {'.'.join(place)}", "the key stands twice.", "Keep one of them.")
        for place, line in _walk(node, (), lines)
    ]
    if twice:
        raise ProblemsFound(twice)
    return Document(name, content, lines)


def _refuse_without_measure(file: str, text: str) -> None:
    """Refuse what no parser can digest, before anything is built of it: depth, aliases, size."""
    sizes: dict[str, int] = {}  # by anchor: the values it stands for, aliases written out
    open_: list[tuple[str | None, int]] = []  # anchor, and how many values stood before it
    values = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1

        def refused(wrong: str, advice: str, line: int = line) -> ProblemsFound:
            return ProblemsFound([Problem(file, f"line {line}", wrong, advice)])

        if isinstance(event, yaml.AliasEvent):
            if event.anchor in {anchor for anchor, _ in open_}:
                raise refused(f"*{event.anchor} refers to itself.", "Write the values out.")
            values += sizes.get(event.anchor or "", 1)
        elif isinstance(event, yaml.ScalarEvent):
            values += 1
            if event.implicit[0] and len(event.value) > LONGEST and re.match(r"[-+.]?\d", event.value):
                wrong = f"a number of {len(event.value):,} signs."
                raise refused(wrong, "Put it into quotes if it is a text.")
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            open_.append((event.anchor, values))
            values += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_.pop()
            if anchor:
                sizes[anchor] = values - before
        if len(open_) > DEEPEST:
            raise refused(f"nested more than {DEEPEST} levels deep.", "Close the brackets.")
        if values > LARGEST:
            wrong = f"more than {LARGEST:,} values, with every alias written out."
            raise refused(wrong, "Keep less in one file, and write few values out instead of aliases.")


def _unreadable(file: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    """What is wrong with a file that is no YAML: the usual slips by name, and the line where they were made."""
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    wrong, advice = f"{error.problem or error.context}", "Check indentation, colons and quotes."
    if any(re.match(r" *\t", written) for written in text.split("\n")[line - 1 : line]):
        wrong, advice = "a tab stands before the text", "Indent with spaces."
    elif error.context_mark and "quoted scalar" in (error.context or ""):
        line = error.context_mark.line + 1
        wrong, advice = "a quotation mark is opened here and not closed", "Close it at the end of the text."
    elif "mapping values are not allowed" in wrong:
        advice = "Put a text that holds a colon into quotes, and check the indentation."
    return Problem(file, f"line {line}", f"not readable as YAML: {wrong}.", advice)


def _walk(node: yaml.Node | None, place: Place, lines: dict[Place, int]) -> Iterator[tuple[Place, int]]:
    """Fill `lines`, and yield the keys that stand twice."""
    children: list[tuple[str, yaml.Node, int]] = []
    if isinstance(node, yaml.MappingNode):
        children = [(str(key.value), value, key.start_mark.line + 1) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        children = [(str(i), item, item.start_mark.line + 1) for i, item in enumerate(node.value)]
    for name, child, line in children:
        here = (*place, name)
        if here in lines:
            yield here, line
        lines[here] = line
        yield from _walk(child, here, lines)
