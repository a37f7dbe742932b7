"""Which messages the library asks for, read from its source, and what the Danish catalogue holds.

`python tests/catalogue.py --write` puts the catalogue into the order of the source: all wordings of one thought stand together,
below the file and function that say it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from evalbook.site.exports import TABLES
from evalkit.results import FILES, ROW_COLUMNS

SOURCE = Path(__file__).parents[1] / "src"
DANISH = SOURCE / "evalkit" / "text" / "locale" / "da" / "messages.po"


def asked_for() -> dict[str, tuple[str, bool]]:
    """Every message with the place that asks for it and whether it asks for one and many; those by their singular.

    In the order of the source, so that what one function says stands together.
    """
    found: dict[str, tuple[str, bool]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        for function, node in sorted(
            _calls(ast.parse(path.read_text("utf-8"))), key=lambda one: one[1].lineno
        ):
            text = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
            if isinstance(text, str) and _is_message(node, path):
                found.setdefault(text, (f"{name}: {function}" if function else name, len(node.args) > 2))
    for path in sorted(SOURCE.rglob("*.j2")):
        for text in re.findall(r'words\("((?:[^"\\]|\\.)*)"', path.read_text("utf-8")):
            found.setdefault(text, (path.relative_to(SOURCE).as_posix(), False))
    columns = [*ROW_COLUMNS.values(), *(column for one in TABLES.values() for column in one)]
    for text in (*FILES.values(), *(text for one in columns for text in (one.meaning, one.unit))):
        found.setdefault(text, ("evalkit/results.py", False))
    return found


def _calls(node: ast.AST, function: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Every call below a node, with the outermost function or class that it stands in."""
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, (ast.FunctionDef, ast.ClassDef))
        inside = function or (child.name if named else "")
        if isinstance(child, ast.Call):
            yield function, child
        yield from _calls(child, inside)


def _is_message(node: ast.Call, path: Path) -> bool:
    """A call of words("…"), words.say("…"), words.count("…", "…", n), gettext_for(language)("…")."""
    call = node.func
    if isinstance(call, ast.Call):
        return isinstance(call.func, ast.Name) and call.func.id == "gettext_for"
    name = call.id if isinstance(call, ast.Name) else call.attr if isinstance(call, ast.Attribute) else ""
    if name in ("count", "plural"):
        return (
            len(node.args) > 1
            and isinstance(node.args[1], ast.Constant)
            and isinstance(node.args[1].value, str)
        )
    return name in ("words", "say") or (name == "self" and path.name == "words.py")


def danish() -> Catalog:
    """The Danish catalogue."""
    with DANISH.open("rb") as file:
        return read_po(file, locale="da")


def ordered() -> str:
    """The Danish catalogue as it should stand: in the order of the source, each message below the place that says it."""
    given = danish()
    made = Catalog(locale="da", charset="utf-8")
    place = ""
    for message, (where, _) in asked_for().items():
        if (entry := given.get(message)) is not None:
            made.add(
                entry.id, entry.string, flags=entry.flags, auto_comments=[where] if where != place else []
            )
            place = where
    file = BytesIO()
    write_po(file, made, width=0, omit_header=True)
    head = DANISH.read_text("utf-8").partition("\n\n")[0]
    return f"{head}\n\n{file.getvalue().decode()}".rstrip() + "\n"


if __name__ == "__main__" and "--write" in sys.argv:
    DANISH.write_text(ordered(), "utf-8")
