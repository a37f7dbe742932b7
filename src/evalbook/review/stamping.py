"""Stamping a params file: set a few values in its text, and leave every other line and comment as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import yaml

from evalkit.errors import EvalkitError

Figures = Mapping[str, Mapping[str, float | str]]
_PLAIN: Final = "abcdefghijklmnopqrstuvwxyzæøåABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ"


class StampError(EvalkitError):
    """A params file whose form leaves no place to write in."""


def set_value(text: str, key: str, value: str, file: str) -> str:
    """The text with a top-level key of one line set to a value; the key is added if need be."""
    return _put(text, (), key, [f"{key}: {scalar(value)}"], file)


def stamp(text: str, values: Mapping[str, str], figures: Figures, file: str) -> str:
    """The text with keys under `assessment:` set, and with the figures that the words were written against."""
    if _node(text, ("assessment",)) is None:
        text = _put(text, (), "assessment", ["assessment:"], file)
    for key, value in values.items():
        text = _put(text, ("assessment",), key, [f"  {key}: {scalar(value)}"], file)
    block = ["  figures: # written by `evalkit assess`: what the words were written against"]
    block += [f"    {row}: {_flow(one)}" for row, one in sorted(figures.items())]
    return _put(text, ("assessment",), "figures", block, file)


def scalar(value: str) -> str:
    """A text as YAML, in quotes unless it is plainly words or a date."""
    plain = value and all(sign in _PLAIN + " -0123456789" for sign in value) and value[0] in _PLAIN
    if (plain and isinstance(yaml.safe_load(value), str) and value == value.strip()) or _is_date(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _is_date(value: str) -> bool:
    parts = value.split("-")
    return (
        len(parts) == 3
        and all(part.isdigit() for part in parts)
        and [len(part) for part in parts] == [4, 2, 2]
    )


def _flow(one: Mapping[str, float | str]) -> str:
    said = (
        f"{name}: {value if isinstance(value, str) else format(value, '.6g')}" for name, value in one.items()
    )
    return "{" + ", ".join(said) + "}"


def _node(text: str, place: tuple[str, ...]) -> tuple[yaml.Node, yaml.Node] | None:
    """Key and value node at a place."""
    node, key = yaml.compose(text, Loader=yaml.SafeLoader), None
    for name in place:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = next(((one, value) for one, value in pairs if one.value == name), None)
        if found is None:
            return None
        key, node = found
    return (key, node) if key is not None and node is not None else None


def _put(text: str, parent: tuple[str, ...], key: str, lines: list[str], file: str) -> str:
    """The text with `lines` in place of the key's own, or at the end of its parent."""
    whole = text.splitlines()
    found = _node(text, (*parent, key))
    if found is not None:
        first, last = found[0].start_mark.line, _last_line(found[1], whole)
        indent = found[0].start_mark.column
        expected = len(lines[0]) - len(lines[0].lstrip())
        if whole[first][:indent].strip():
            raise StampError(
                f"{file}, line {first + 1}: {key!r} stands inside braces. Write it on a line of its own."
            )
        lines = [" " * (indent - expected) + line if indent >= expected else line for line in lines]
        return "\n".join([*whole[:first], *lines, *whole[last + 1 :]]) + "\n"
    if not parent:
        return "\n".join([*whole, *lines]) + "\n"
    holder = _node(text, parent)
    assert holder is not None  # the caller has seen to it
    head, value = holder
    line, column = head.start_mark.line, head.start_mark.column
    if isinstance(value, yaml.MappingNode) and value.value and not value.flow_style:
        indent = value.value[0][0].start_mark.column
    elif isinstance(value, yaml.MappingNode) and value.value:
        raise StampError(
            f"{file}, line {line + 1}: {parent[-1]!r} stands in braces. Write its keys on lines of their own."
        )
    else:  # nothing in it yet: "assessment:" or "assessment: {}"
        whole[line], indent = " " * column + f"{parent[-1]}:", column + 2
    lines = [" " * (indent - 2) + one for one in lines]
    return "\n".join([*whole[: line + 1], *lines, *whole[line + 1 :]]) + "\n"


def _last_line(node: yaml.Node, whole: list[str]) -> int:
    """Last line of a node's own text; comments and empty lines after it belong to what follows."""
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]  # the end that YAML gives for a block is where the next key begins
        return _last_line(last[1] if isinstance(last, tuple) else last, whole)
    end = node.end_mark.line - (node.end_mark.column == 0)
    start = node.start_mark.line
    while end > start and (not whole[end].strip() or whole[end].lstrip().startswith("#")):
        end -= 1
    return max(end, start)
