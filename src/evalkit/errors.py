"""Every deliberate error: what is wrong, where, and what to type instead."""

from __future__ import annotations

import errno
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

_LETTERS: Final = (("æ", "ae"), ("ø", "oe"), ("å", "aa"), ("%", " pct "), ("§", " par "))

FULL: Final = {errno.ENOSPC, errno.EDQUOT}
"""What the system says when a disk, or the user's share of it, is full."""


_OF_FILES: Final = {
    errno.EISDIR,
    errno.ENOTDIR,
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.EEXIST,
    errno.ELOOP,
}
FEW_FILES: Final = 128
"""Fewer open files than this are not enough to run a notebook."""
_NO_MEMORY: Final = "allocate memory|failed to map"


class EvalkitError(Exception):
    """Something the user can mend; shown as one message, never as a traceback."""

    exit_code = 2


class InvalidNumber(EvalkitError, ValueError):
    """A count, weight, level or target that cannot be what it is said to be."""


class UnknownName(EvalkitError, KeyError):
    """An area, year, indicator or parameter that the plan does not have."""

    def __str__(self) -> str:  # KeyError would print the quotes of repr
        return str(self.args[0])


class NoFigure(EvalkitError, ValueError):
    """Something that cannot be shown as a figure."""


class NoTable(EvalkitError, ValueError):
    """Something that cannot be shown as a table."""


class WrongParameter(EvalkitError, ValueError):
    """What papermill was given does not fit the notebook."""


class MissingFile(EvalkitError):
    """A file or folder that must be there and is not."""


class RunFailed(EvalkitError):
    """One or more reports could not be made."""

    exit_code = 1


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place of one file."""

    file: str  # relative to the workbook's root
    place: str  # "line 7, goals.haervaerk" or "row 12, column residents"
    wrong: str  # what is wrong, with the value
    advice: str = ""  # what to type instead

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.wrong}" + (f" {self.advice}" if self.advice else "")


class ProblemsFound(EvalkitError):
    """Everything wrong with params or data, all at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[ProblemsFound], tuple[Sequence[Problem]]]:
        return type(self), (self.problems,)  # so that it comes back whole from a worker process


def system_error(error: OSError, place: object = "") -> str:
    """A failure of the system in one line: the file it is about, else `place`, and what helps when the disk is full."""
    file = error.filename2 or error.filename or place  # of a copy, the one that is written
    said = f"{file}: {error.strerror or error}." if file else f"{error.strerror or error}."
    return f"{said} Make room there, or choose a folder on another disk." if error.errno in FULL else said


def of_the_machine(error: BaseException) -> str:
    """What the machine lacks, or will not let be done with a file, in one line; empty where something else is wrong."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.EMFILE, errno.ENFILE):
        return "Too many open files for what this terminal allows. Allow more and try again: ulimit -n 1024"
    if (
        isinstance(error, MemoryError)
        or number == errno.ENOMEM
        or (isinstance(error, ImportError) and re.search(_NO_MEMORY, str(error)))
    ):
        return "Too little memory. Close other programs, or raise the limit that is set for this terminal (ulimit -v)."
    if isinstance(error, OSError) and (number in FULL or (number in _OF_FILES and error.filename)):
        return system_error(error)
    return ""


def few_open_files() -> str:
    """How many files may be open, as the end of a sentence, where a report is likely to need more; else empty."""
    if sys.platform == "win32":
        return ""
    import resource

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return f": only {most} files may be open (allow more: ulimit -n 1024)" if 0 < most < FEW_FILES else ""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Have a failure of the system name the file that is written; by itself it does so only when opening fails."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Advice for a misspelt name: the nearest known one, or all of them."""
    known = [str(name) for name in known]
    near = [] if given.isdigit() else get_close_matches(given, known, n=1)  # no year is nearly another
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."


def fold(name: object) -> str:
    """A name in the one spelling in which names are compared; units such as % stay part of it."""
    text = unicodedata.normalize("NFC", str(name)).casefold()
    for letters, plain in _LETTERS:
        text = text.replace(letters, plain)
    return " ".join(re.findall(r"[^\W_]+", text))


def no_attribute(where: str, name: str, known: Iterable[str]) -> AttributeError:
    """An ordinary AttributeError for `where`, which also says what to type."""
    advice = "" if name.startswith("_") else f" {did_you_mean(name, known)}"
    return AttributeError(f"{where} has no {name!r}.{advice}")
