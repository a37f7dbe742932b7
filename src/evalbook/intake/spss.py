"""SPSS files (.sav, .zsav): labels for codes, and which codes the file itself declares to be no answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evalbook.intake.excelfile import plain
from evalbook.intake.sheet import Cell, Persons, Rows, Sheet, needed, refuse, shown


def read(path: Path, persons: Persons = None) -> Sheet:
    """A row for each case, headed by the names of the variables; their labels are further names of the columns.

    A code that has a label comes as the label, any other as itself. Declared missing codes are kept, and listed in
    `Sheet.missing`.
    """
    library = needed("pyreadstat", path, "an SPSS file")
    try:
        data, about = library.read_sav(path, user_missing=True, output_format="dict")
    except (library.ReadstatError, library.PyreadstatError, UnicodeDecodeError, OverflowError) as error:
        damaged = "the SPSS file is damaged or cut off."
        raise refuse(path, damaged, "Save it again in SPSS, or ask for it as .csv.") from error
    names, labels = about.column_names, about.variable_value_labels
    meant = [
        {plain(code): str(label).strip() for code, label in labels.get(name, {}).items()} for name in names
    ]
    spans = {i: about.missing_ranges[name] for i, name in enumerate(names) if name in about.missing_ranges}
    sheet = Sheet(shown(path), "", [], {"format": "SPSS", "encoding": str(about.file_encoding or "")})
    sheet.also = {i: [label] for i, label in enumerate(about.column_labels) if label}
    sheet.notes = ["row 1 is the names of the variables, and row 2 the first case"]
    if not any(meant):
        sheet.notes.append("no code has a label in the file")

    def rows() -> Rows:
        yield 1, tuple(names)
        for number, case in enumerate(zip(*(data[name] for name in names), strict=True), start=2):
            cells = [_cell(value) for value in case]
            for i, ranges in spans.items():
                if any(_within(cells[i], one) for one in ranges) and cells[i] not in meant[i]:
                    cells[i] = f"{cells[i]} (missing)"
                    sheet.missing.setdefault(i, set()).add(str(cells[i]))
            yield number, tuple(of.get(cell, cell) for cell, of in zip(cells, meant, strict=True))

    for i, ranges in spans.items():
        sheet.missing[i] = {
            label for code, label in meant[i].items() if any(_within(code, one) for one in ranges)
        }
    return sheet.fill(rows(), persons)


def _cell(value: Any) -> Cell:
    if value != value or value == "":  # NaN is SPSS's own missing
        return None
    return plain(value.rstrip() if isinstance(value, str) else value)


def _within(code: Cell, span: dict[str, Any]) -> bool:
    if isinstance(code, str) or isinstance(span["lo"], str):
        return code == span["lo"]
    return isinstance(code, int | float) and span["lo"] <= code <= span["hi"]
