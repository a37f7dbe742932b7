"""Sources: every file looked through for personal data, then read by whichever reader its content asks for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from evalbook.intake import container, parse_dates, privacy, surveyxact
from evalbook.intake.keeping import alike
from evalbook.intake.mapping import Mapping, known_headers
from evalbook.intake.names import fold
from evalbook.intake.sheet import Cell, Sheet, filled, is_blank, refuse, shown, stop
from evalkit.schema import Table

_TIME: Final = re.compile(r"(?:19|20)\d\d(?:[KQM]\d{1,2}|H[12])?")
_BY: Final = re.compile(r".*?\b(?:efter|by)\s+(.+)", re.IGNORECASE | re.DOTALL)


def tidy(sheet: Sheet, is_header: Callable[[object], bool]) -> Sheet:
    """The sheet as it is, or one row per figure when one of its first rows holds nothing but periods and blanks.

    Qualtrics' second and third row of column names are taken for what they are.

    Below a row that names columns of the table (`is_header`) a year may be a figure: 2012 residents.
    """
    for at, (_, cells) in enumerate(sheet.rows[2:20]):
        if cells and all(str(cell).startswith('{"ImportId"') for _, cell in filled(cells)):
            sheet.also |= {i: [str(cell)] for i, cell in filled(sheet.rows[at + 1][1])}
            del sheet.rows[at + 1 : at + 3]
            sheet.notes.append("Qualtrics' rows with the questions and its own numbers are no answers")
            return sheet
    for at, (_, cells) in enumerate(sheet.rows[:20]):
        if sum(is_header(cell) and not _is_period(cell) for _, cell in filled(cells)) > 1 and not any(
            _is_period(cell) for _, cell in filled(cells)
        ):
            return sheet
        periods = [i for i, cell in filled(cells) if _is_period(cell)]
        if (
            len(periods) > 1
            and len(periods) == periods[-1] - periods[0] + 1
            and all(_is_period(cell) for i, cell in filled(cells) if i >= periods[0])
        ):
            return _melted(sheet, at, periods)
    return sheet


def _is_period(cell: Cell) -> bool:
    text = str(cell).strip()
    return bool(_TIME.fullmatch(text)) or parse_dates.is_quarter(text)


def _melted(sheet: Sheet, at: int, periods: list[int]) -> Sheet:
    stubs = range(periods[0])
    above = sheet.rows[:at]
    heads = [
        (row, cells)
        for row, cells in above
        if sum(i in periods for i, _ in filled(cells)) > 0 and not _is_title(cells)
    ]
    title = " ".join(str(cell) for _, cells in above if _is_title(cells) for _, cell in filled(cells))
    names = _names(sheet, title, sheet.rows[at][1], len(stubs), len(heads))
    spread = [_filled_right(cells, periods) for _, cells in heads]
    first, _ = sheet.rows[at]
    rows: list[tuple[int, tuple[Cell, ...]]] = [
        *[(row, cells) for row, cells in above if _is_title(cells)],
        (first, (*names, "TID", "INDHOLD")),
    ]
    last: list[Cell] = [None] * len(stubs)
    for row, cells in sheet.rows[at + 1 :]:
        figures = [i for i in periods if i < len(cells) and not is_blank(cells[i])]
        if not figures:
            rows.append((row, cells))  # a note below the table, or a blank row
            continue
        if len(figures) != len(periods):
            raise sheet.refuse(
                row,
                f"has {len(figures)} figures for {len(periods)} periods.",
                "Is the file cut off? StatBank writes .. where a figure is missing.",
            )
        for i in stubs:
            if i < len(cells) and not is_blank(cells[i]):
                last[i:] = [
                    cells[i],
                    *[None] * (len(stubs) - i - 1),
                ]  # a new label ends those to the right of it
        for i in periods:
            rows.append(
                (row, (*last, *(head[i] for head in spread), str(sheet.rows[at][1][i]).strip(), cells[i]))
            )
    return replace(sheet, rows=rows, form={**sheet.form, "format": "StatBank, periods across"})


def _is_title(cells: tuple[Cell, ...]) -> bool:
    return [i for i, _ in filled(cells)] == [0]


def _filled_right(cells: tuple[Cell, ...], periods: list[int]) -> dict[int, Cell]:
    filled_in: dict[int, Cell] = {}
    now: Cell = None
    for i in periods:
        if i < len(cells) and not is_blank(cells[i]):
            now = cells[i]
        filled_in[i] = now
    return filled_in


def _names(sheet: Sheet, title: str, header: tuple[Cell, ...], stubs: int, heads: int) -> list[str]:
    """Names of the columns before the periods: from the header, or in order from the title when nothing else is spread."""
    own = [
        str(header[i]).strip() if i < len(header) and not is_blank(header[i]) else "" for i in range(stubs)
    ]
    match = _BY.fullmatch(title)
    said = (
        [name.strip() for name in re.split(r",\s*|\s+(?:og|and)\s+", match[1]) if name.strip()]
        if match
        else []
    )
    said = [name for name in said if name.casefold() not in ("tid", "time")]
    if not any(own) and not heads and len(said) == stubs:
        own = said
    return [name or f"label {i + 1}" for i, name in enumerate(own)] + [
        f"header {i + 1}" for i in range(heads)
    ]


def gate(files: Sequence[Path], options: str) -> None:
    """Stop when a source, a mapping file or an option holds personal data, or when one file is named twice."""
    problems = [problem for path in files for problem in privacy.scan(path)] + privacy.scan_text(
        options, "import", "an option"
    )
    stop(problems)
    digests: dict[str, Path] = {}
    for path in files:
        if (first := digests.setdefault(sha256([path]), path)) is not path:
            raise refuse(path, f"is the same file as {shown(first)}.", "Name it once.")


def read_sources(sources: Sequence[Path], table: Table, mapping: Mapping) -> list[Sheet]:
    """Every source as a sheet; the files of one SurveyXact export make one sheet together."""
    if not sources:
        raise refuse("import", "no source is given.", "Name one file or more.")
    exports, others = surveyxact.grouped(sources)
    known = known_headers(table, mapping)

    def is_header(word: object) -> bool:
        return fold(word) in known

    persons = (lambda head: alike(head, table, mapping)) if mapping.rows == "persons" else None
    read: list[tuple[list[Path], Sheet]] = [
        (list(export.files), surveyxact.read(export)) for export in exports
    ]
    for path in others:
        export = surveyxact.workbook(path) if not mapping.sheet else None
        sheet = (
            surveyxact.read(export)
            if export
            else container.read(
                path, mapping.sheet, is_header=is_header, delimiter=mapping.delimiter, persons=persons
            )
        )
        read.append(([path], sheet if persons else tidy(sheet, is_header)))
    for paths, sheet in read:
        sheet.sha256 = sha256(paths)
    return [sheet for _, sheet in sorted(read, key=lambda one: min(map(sources.index, one[0])))]


def sha256(paths: Sequence[Path]) -> str:
    """Hash of the content of the files of one source."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
