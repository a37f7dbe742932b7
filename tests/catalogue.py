"""Which messages the library asks for, read from its source, and what the Danish catalogue holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from evalbook.site.exports import TABLES
from evalkit.results import FILES, ROW_COLUMNS

SOURCE = Path(__file__).parents[1] / "src"
DANISH = SOURCE / "evalkit" / "text" / "locale" / "da" / "messages.po"


def asked_for() -> dict[str, tuple[str, bool]]:
    """Every message with the file that asks for it and whether it asks for one and many; those by their singular."""
    found: dict[str, tuple[str, bool]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                text = node.args[0].value
                if isinstance(text, str) and _is_message(node, path):
                    found.setdefault(text, (path.name, len(node.args) > 2))
    for path in sorted(SOURCE.rglob("*.j2")):
        for text in re.findall(r'words\("((?:[^"\\]|\\.)*)"', path.read_text("utf-8")):
            found.setdefault(text, (path.name, False))
    columns = [*ROW_COLUMNS.values(), *(column for one in TABLES.values() for column in one)]
    for text in (*FILES.values(), *(text for one in columns for text in (one.meaning, one.unit))):
        found.setdefault(text, ("results.py", False))
    return found


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
