"""A CSV file as the texts in its cells, or what keeps it from being read and where."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from evalkit.errors import Problem


def read_texts(path: Path, root: Path, problems: list[Problem]) -> pd.DataFrame | None:
    """Every cell as the text it is in the file; None, and a problem more, where the file cannot be read."""
    advice = "`evalkit import` reads other forms of file."
    file = shown(path, root)
    try:
        read = pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skip_blank_lines=False
        )
        if isinstance(read.index, pd.RangeIndex):
            return read
        problems.append(_too_wide(file, 2, read.shape[1] + read.index.nlevels, read.shape[1]))
    except UnicodeDecodeError as error:
        problems.append(Problem(file, f"byte {error.start}", "not UTF-8.", advice))
    except pd.errors.EmptyDataError:
        problems.append(Problem(file, "", "the file is empty.", advice))
    except pd.errors.ParserError as error:
        problems.append(_unreadable(file, path, str(error)))
    return None


def _unreadable(file: str, path: Path, error: str) -> Problem:
    """Where a file is no CSV: a line with more cells than the header, or a quotation mark that is not closed."""
    if found := re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", error):
        known, line, given = map(int, found.groups())
        return _too_wide(file, line, given, known)
    for number, text in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if text.count('"') % 2:
            return Problem(
                file, f"line {number}", "a quotation mark is opened and not closed.", "Close or remove it."
            )
    return Problem(
        file, "", f"not readable as CSV: {error.strip()}.", "`evalkit import` reads other forms of file."
    )


def _too_wide(file: str, line: int, given: int, known: int) -> Problem:
    return Problem(
        file,
        f"line {line}",
        f"has {given} cells where the header has {known}.",
        "Write decimals with a point, and a text that holds a comma in quotes.",
    )


def shown(path: Path, root: Path) -> str:
    """A path as messages name it: from the workbook's root where it lies inside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
