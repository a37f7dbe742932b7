"""Sources: every file looked through for personal data, then read by whichever reader its content asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from evalbook.intake import excelfile, package, privacy, statbankfile, surveyxact, textfile
from evalbook.intake.mapping import Mapping, known_headers
from evalbook.intake.names import fold
from evalbook.intake.sheet import Sheet, refuse, shown
from evalkit.errors import ProblemsFound
from evalkit.schema import Table


def gate(files: Sequence[Path], options: str) -> None:
    """Stop when a source, a mapping file or an option holds personal data, or when one file is named twice."""
    problems = [problem for path in files for problem in privacy.scan(path)] + privacy.scan_text(
        options, "import", "an option"
    )
    if problems:
        raise ProblemsFound(problems)
    digests: dict[str, Path] = {}
    for path in files:
        if (first := digests.setdefault(sha256([path]), path)) is not path:
            raise refuse(shown(path), "", f"is the same file as {shown(first)}.", "Name it once.")


def read_sources(sources: Sequence[Path], table: Table, mapping: Mapping) -> list[tuple[list[Path], Sheet]]:
    """Every source as a sheet; the files of one SurveyXact export make one sheet together."""
    if not sources:
        raise refuse("import", "", "no source is given.", "Name one file or more.")
    exports, others = surveyxact.grouped(sources)
    known = known_headers(table, mapping)

    def is_header(word: object) -> bool:
        return fold(word) in known

    read: list[tuple[list[Path], Sheet]] = [
        (list(export.files), surveyxact.read(export)) for export in exports
    ]
    for path in others:
        if package.is_package(path):
            workbook = surveyxact.workbook(path)
            sheet = (
                surveyxact.read(workbook)
                if workbook and not mapping.sheet
                else statbankfile.tidy(excelfile.read(path, mapping.sheet), is_header)
            )
        else:
            sheet = statbankfile.tidy(textfile.read(path, is_header, mapping.delimiter), is_header)
        read.append(([path], sheet))
    order = {path: place for place, path in enumerate(sources)}
    return sorted(read, key=lambda one: min(order[path] for path in one[0]))


def sha256(paths: Sequence[Path]) -> str:
    """Hash of the content of the files of one source."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
