"""Messages in the user's language: each is written in English where it arises, and a catalogue has its form in Danish.

A form is a message with names in braces for what varies. The message as it is printed is looked up by the form that it
has, so that whoever raises an error needs no language; what has no form stays English.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

from evalkit.errors import EvalkitError, Problem, ProblemsFound
from evalkit.plan import find_root, params
from evalkit.text.words import LANGUAGES

_ENVIRONMENT: Final = ("LC_ALL", "LC_MESSAGES", "LANG")  # in the order in which gettext looks
_CATALOGUE: Final = Path(__file__).with_name("locale") / "da" / "messages.po"
_SENTENCE: Final = re.compile(r"(?<=[.?!;:]) (?=\S)")
_VARIES: Final = dict.fromkeys(("n", "m", "most"), r"[\d.,]+") | {
    "rows": r"[\d,.\-– ]+(?: and \d+ more)?;?"
}  # names that stand for a number, or for the numbers of rows
LONGEST: Final = 400
"""Letters of a text that is looked up whole: what varies is searched for, and in a long text that takes seconds."""
Form = tuple[re.Pattern[str], str]


def language() -> str:
    """The language of messages: `language` in plan.yml where the command stands in a workbook, else the environment's."""
    try:
        root = find_root()
        content = params.read(root / "params" / "plan.yml", root).content
        said = content.get("language") if isinstance(content, dict) else None
    except EvalkitError:
        said = None
    if said not in LANGUAGES:
        said = next((value for name in _ENVIRONMENT if (value := os.environ.get(name))), "")[:2]
    return "da" if said == "da" else "en"


def of_error(error: EvalkitError) -> str:
    """An error as the user reads it."""
    if language() == "en":
        return str(error)
    if not isinstance(error, ProblemsFound):
        return danish(str(error))
    return "\n".join(str(of_problem(one)) for one in error.problems)


def of_problem(one: Problem) -> Problem:
    """A problem as the user reads it: its place, what is wrong, and what to type instead."""
    if language() == "en":
        return one
    return Problem(one.file, _by_form(one.place) or one.place, danish(one.wrong), danish(one.advice))


def of_line(line: str) -> str:
    """What a command tells, line by line, as the user reads it."""
    if language() == "en":
        return line
    return "\n".join(re.match(r" *", one)[0] + danish(one.strip()) for one in line.split("\n"))  # type: ignore[index]


def danish(text: str) -> str:
    """A message in Danish: as a whole, else the longest beginning that is whole sentences of a known form, and the rest."""
    if not text or (whole := _by_form(text)):
        return text and whole
    ends = [one.start() for one in _SENTENCE.finditer(text)]
    for end in reversed(ends):
        if said := _by_form(text[:end]):
            return f"{said} {danish(text[end + 1 :])}"
    return f"{text[: ends[0]]} {danish(text[ends[0] + 1 :])}" if ends else text


def _by_form(text: str) -> str:
    """The Danish of the most literal form that a text has; empty where it has none."""
    if len(text) > LONGEST:
        return ""
    for form, said in _forms():
        if found := form.fullmatch(text):
            parts = {name: _by_form(part) or part for name, part in found.groupdict().items()}
            return said.format_map(parts)
    return ""


@lru_cache
def _forms() -> list[Form]:
    """The catalogue, the forms with the most words of their own first."""
    with _CATALOGUE.open("rb") as file:
        forms = [(str(one.id), str(one.string)) for one in read_po(file, locale="da") if one.id]
    return [(_pattern(form), said) for form, said in sorted(forms, key=lambda one: -_literal(one[0]))]


def _literal(form: str) -> int:
    return len(re.sub(r"\{\w+\}", "", form))


def _pattern(form: str) -> re.Pattern[str]:
    """A form as a pattern; a name that occurs again is the same text again."""
    parts, seen = [], set[str]()
    for text, name in re.findall(r"([^{]*)(?:\{(\w+)\})?", form):
        parts.append(re.escape(text))
        if name:
            what = _VARIES.get(name, ".+?")
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{what})")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)
