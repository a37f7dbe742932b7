"""The words of a page by language, as they are shown or read aloud, and those that hunspell does not know."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

from needed import program
from pages import VOID

DICTIONARIES = {"da": ("da_DK", "hunspell-da"), "en": ("en_GB", "hunspell-en-gb")}
LISTS = Path(__file__).parent / "words"
SILENT = {"style", "script", "code", "pre", "math"}  # names of columns, rows and files are not prose
SPOKEN = ("alt", "title", "aria-label", "data-label")
_NOT_WORDS = re.compile(
    r"\S+://\S+|\bwww\.\S+|\b[\w-]+\.(?:csv|yml|xlsx|html|ipynb|md|dk|com)\b"  # addresses and files
    r"|\b\w+(?:\.\w+){2,}[\w–, ]*|\b\w*_\w+\b|\S*\d\S*"  # rows, ids, whatever has a digit
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")  # hunspell, too, takes what a hyphen joins one by one


class _Texts(HTMLParser):
    """Texts with their language; only a <wbr> and a soft hyphen leave a word whole."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str, bool]] = []  # tag, language, silent
        self.found: dict[str, list[str]] = defaultdict(list)

    @property
    def language(self) -> str:
        return self.open[-1][1] if self.open else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value}
        language = given.get("lang", self.language)
        self.found[language] += [f" {given[name]} " for name in SPOKEN if name in given]
        if tag == "meta" and given.get("name") == "description":
            self.found[language].append(given.get("content", ""))
        if tag not in VOID:
            silent = tag in SILENT or bool(self.open and self.open[-1][2])
            self.open.append((tag, language, silent))
        if tag != "wbr":
            self.found[language].append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        language = self.language
        if tag not in VOID and self.open:
            self.open.pop()
        self.found[language].append(" ")

    def handle_data(self, data: str) -> None:
        if not (self.open and self.open[-1][2]):
            self.found[self.language].append(data.replace("\u00ad", ""))


def words(html: str) -> dict[str, set[str]]:
    """The words of a page by language."""
    parser = _Texts()
    parser.feed(html)
    parser.close()
    return {
        language: set(_WORD.findall(_NOT_WORDS.sub(" ", "".join(texts))))
        for language, texts in parser.found.items()
        if "".join(texts).strip()
    }


def listed(language: str) -> list[str]:
    """The project's own words of a language, as they stand in its file."""
    return (LISTS / f"{language}.txt").read_text("utf-8").splitlines()


def unknown(found: Iterable[str], language: str) -> list[str]:
    """The words that neither hunspell nor the project's list knows; a listed word may begin a sentence."""
    dictionary, package = DICTIONARIES[language]
    own = set(listed(language))
    asked = sorted(word for word in set(found) if word not in own and word[:1].lower() + word[1:] not in own)
    hunspell = program("hunspell", f"hunspell {package}")
    done = subprocess.run(
        [hunspell, "-d", dictionary, "-i", "utf-8", "-l"],
        input="\n".join(asked),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode or "open" in done.stderr:
        raise AssertionError(f"hunspell -d {dictionary}: {done.stderr.strip()} Install {package}.")
    return sorted(set(done.stdout.split()))
