"""Changing a params file that others may be changing too: nothing is overwritten unseen, nothing is lost.

Every other character stays as somebody has written it, comments and folds included.

A library that writes the whole file anew cannot do this: ruamel.yaml 0.19, made for round trips, sets indents, the
spaces before comments, and texts over several lines its own way, wherever the change is.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import yaml
from filelock import FileLock, Timeout

from evalbook.run.files import write_whole
from evalkit.errors import EvalkitError

Figures = Mapping[str, Mapping[str, float | str]]
Place = Sequence[str]
_STEP: Final = 2
"""Spaces by which a key stands in from the one above it, where the file does not show its own habit."""

UNSAVED = ".unsaved"
"""Ending of the file that keeps what could not be saved."""


class EditError(EvalkitError):
    """A file whose form leaves no place to write in."""


class ConcurrentEditError(EvalkitError):
    """A file was changed by somebody else while it was being edited."""


@contextmanager
def locked(path: Path, root: Path) -> Iterator[None]:
    """Hold a file alone while reading, changing and writing it.

    Raises ConcurrentEditError when another evalkit is at it for more than ten seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=10):
            yield
    except Timeout:
        raise ConcurrentEditError(
            f"{shown(path, root)}: somebody else is editing it. Try again in a moment."
        ) from None


def content(path: Path) -> bytes:
    """What a file holds; nothing when there is none."""
    return path.read_bytes() if path.is_file() else b""


def replace(path: Path, root: Path, before: bytes, text: str) -> None:
    """Write a file anew if it still holds what was read.

    Raises ConcurrentEditError otherwise, with the new text kept beside the file.
    """
    with locked(path, root):
        if content(path) != before:
            kept = keep_unsaved(path, text)
            raise ConcurrentEditError(
                f"{shown(path, root)}: was changed by somebody else meanwhile. Your version is kept in {kept.name}; "
                "join the two by hand, then remove it."
            )
        write_whole(path, text)


def keep_unsaved(path: Path, text: str) -> Path:
    """Keep a text beside the file that it could not be saved to; gives its path."""
    kept = path.with_name(path.name + UNSAVED)
    number = 2
    while kept.exists() and kept.read_text(encoding="utf-8") != text:
        kept = path.with_name(f"{path.name}{UNSAVED}-{number}")
        number += 1
    write_whole(kept, text)
    return kept


def shown(path: Path, root: Path) -> str:
    """A path as it is said in messages: from the workbook's root, with forward slashes."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else os.fspath(path)


def set_value(text: str, key: str, value: str, file: str) -> str:
    """The text with a top-level key set to a value; the key is added at the end if need be.

    Raises EditError when that cannot be done without changing anything else.
    """
    return _put(text, (key,), scalar(value), file)


def stamp(text: str, values: Mapping[str, str], figures: Figures, file: str) -> str:
    """The text with keys under `assessment:` set, and with the figures that the words were written against.

    Raises EditError when that cannot be done without changing anything else.
    """
    for key, value in values.items():
        text = _put(text, ("assessment", key), scalar(value), file)
    lines = [f"{row}: {_flow(one)}" for row, one in sorted(figures.items())]
    note = "# written by `evalkit assess`: what the words were written against"
    return _put(text, ("assessment", "figures"), "\n".join([note, *lines]), file)


def append(text: str, key: str, item: Mapping[str, Any], file: str) -> str:
    """The text with an item added to the list under a top-level key; a new key stands where the alphabet puts it.

    Raises EditError when that cannot be done without changing anything else.
    """
    item_text = yaml.safe_dump([item], allow_unicode=True, sort_keys=False, width=110)
    found = _find(text, (key,))
    if found is None:
        root = _root(text, file)
        later = [one for one, _ in root.value if one.value > key] if root else []
        at = _line_start(text, later[0]) if later else len(text)
        new = _insert(text, at, f"{key}:\n{item_text}")
    else:
        head, items = found
        if isinstance(items, yaml.SequenceNode) and items.flow_style:
            raise EditError(
                f"{file}, line {_line(head)}: {key!r} stands in brackets. Write its items on lines of their own."
            )
        column = items.start_mark.column if isinstance(items, yaml.SequenceNode) else 0
        end = _line_end(text, _end(items, text) if items.value else head.end_mark.index)
        new = _insert(text, end, _indented(item_text, column))
    return _verified(text, new, (key,), [*(_content(text).get(key) or []), *yaml.safe_load(item_text)], file)


def scalar(value: str) -> str:
    """A text as YAML, in quotes unless it is plainly words or a date."""
    words = re.fullmatch(r"[a-zA-ZæøåÆØÅ]([a-zA-ZæøåÆØÅ0-9 -]*[a-zA-ZæøåÆØÅ0-9-])?", value)
    plainly = words and isinstance(yaml.safe_load(value), str)  # `yes` and `null` are none
    return (
        value if plainly or re.fullmatch(r"\d{4}-\d\d-\d\d", value) else json.dumps(value, ensure_ascii=False)
    )


def _flow(one: Mapping[str, float | str]) -> str:
    said = (
        f"{name}: {value if isinstance(value, str) else format(value, '.6g')}" for name, value in one.items()
    )
    return "{" + ", ".join(said) + "}"


# ---- places in a text ---------------------------------------------------------------------------------


def _root(text: str, file: str) -> yaml.MappingNode | None:
    """The keys of the whole file; None when there are none yet."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        return None
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise EditError(f"{file}: holds no keys on lines of their own.")
    return node


def _find(text: str, place: Place) -> tuple[yaml.Node, yaml.Node] | None:
    """Key and value at a place; None when it is not there."""
    node, key = yaml.compose(text, Loader=yaml.SafeLoader), None
    for name in place:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        key, node = next(((one, value) for one, value in pairs if one.value == name), (None, None))
    return (key, node) if key is not None and node is not None else None


def _end(node: yaml.Node, text: str) -> int:
    """Where a value's own text ends; comments and empty lines after it belong to what follows."""
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]  # the end that YAML gives for a block is where the next key begins
        return _end(last[1] if isinstance(last, tuple) else last, text)
    return max(len(text[: node.end_mark.index].rstrip()), node.start_mark.index)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _line_start(text: str, node: yaml.Node) -> int:
    return int(node.start_mark.index - node.start_mark.column)


def _line_end(text: str, at: int) -> int:
    """Where the next line begins."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _indented(lines: str, column: int) -> str:
    return "".join(" " * column + line for line in lines.splitlines(keepends=True))


def _insert(text: str, at: int, lines: str) -> str:
    """The text with whole lines put in where a line begins, or at the end."""
    before = text[:at]
    missing = "\n" if before and not before.endswith("\n") else ""
    return before + _breaks(text, missing + lines.rstrip("\n") + "\n") + text[at:]


def _breaks(text: str, lines: str) -> str:
    """Lines with the line ends of the text that they go into."""
    return lines.replace("\n", "\r\n") if "\r\n" in text else lines


# ---- putting a value ------------------------------------------------------------------------------------


def _put(text: str, place: Place, written: str, file: str) -> str:
    """The text with a key's value written anew: a scalar, or a comment and lines with keys."""
    *above, key = place
    if found := _find(text, place):
        new = _replaced(text, *found, written, file)
    elif above and (found := _find(text, above)):
        new = _added(text, *found, key, written, file)
    else:
        root = _root(text, file)
        column = root.start_mark.column if root else 0
        heads = "".join(f"{' ' * column}{name}:\n" for name in above)
        new = _insert(text, len(text), heads + _entry(key, written, column + _STEP * len(above)))
    return _verified(text, new, place, yaml.safe_load(written), file)


def _entry(key: str, written: str, column: int) -> str:
    """The lines of a key and its value."""
    first, *lines = written.split("\n")
    return "\n".join([f"{' ' * column}{key}: {first}", *(" " * (column + _STEP) + line for line in lines)])


def _replaced(text: str, key: yaml.Node, value: yaml.Node, written: str, file: str) -> str:
    column, colon = key.start_mark.column, text.index(":", key.end_mark.index)
    if text[_line_start(text, key) : key.start_mark.index].strip("\ufeff "):
        raise EditError(
            f"{file}, line {_line(key)}: {key.value!r} stands inside braces. Write it on a line of its own."
        )
    if value.start_mark.index < colon:
        raise EditError(
            f"{file}, line {_line(key)}: {key.value!r} only points to another value. Write it out."
        )
    end = _end(value, text)
    if "\n" in written or end <= colon + 1:  # a block with a comment of its own; or there was no value
        lines = _breaks(text, _entry("", written, column).lstrip(" "))
        return text[:colon] + lines + text[max(end, colon + 1) :]
    return text[: value.start_mark.index] + written + text[end:]


def _added(text: str, head: yaml.Node, value: yaml.Node, key: str, written: str, file: str) -> str:
    """The text with a key that its parent does not have yet, as the first under it."""
    colon = text.index(":", head.end_mark.index)
    if isinstance(value, yaml.MappingNode) and value.value:
        if value.flow_style:
            raise EditError(
                f"{file}, line {_line(head)}: {head.value!r} stands in braces. Write its keys on lines of their own."
            )
        column = value.value[0][0].start_mark.column
    else:  # nothing in it yet: "assessment:" or "assessment: {}"
        column = head.start_mark.column + _STEP
        text = text[: colon + 1] + text[max(_end(value, text), colon + 1) :]
    return _insert(text, _line_end(text, colon), _entry(key, written, column))


def _content(text: str) -> dict[str, Any]:
    return yaml.safe_load(text) or {}


def _verified(old: str, new: str, place: Place, value: Any, file: str) -> str:
    """The new text, if it says the value at the place, and all else as before."""
    *above, key = place
    inner = wanted = _content(old)
    for name in above:
        inner[name] = inner.get(name) or {}
        inner = inner[name]
    inner[key] = value
    try:
        same = _content(new) == wanted
    except yaml.YAMLError:
        same = False
    if not same:
        raise EditError(f"{file}: {'.'.join(place)} cannot be written without changing anything else.")
    return new
