"""SPSS files (.sav, .zsav): labels for codes, and which codes the file itself declares to be no answer."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from evalbook.intake.excelfile import plain
from evalbook.intake.sheet import NO_CHECKSUM, Cell, Persons, Rows, Sheet, needed, refuse, shown

SECONDS: Final = 120
"""The longest that a file may take; the largest that is let in takes a few."""
READER: Final = [sys.executable, "-P", "-m", "evalbook.intake.spss_process"]


def read(path: Path, persons: Persons = None) -> Sheet:
    """A row for each case, headed by the names of the variables; their labels are further names of the columns.

    A code that has a label comes as the label, any other as itself. Declared missing codes are kept, and listed in
    `Sheet.missing`.
    """
    needed("pyreadstat", path, "an SPSS file")
    encoding, variables = _apart(path)
    names, labels, codes, ranges, data = zip(*variables, strict=True) if variables else ((),) * 5
    meant = [{plain(code): str(label).strip() for code, label in of.items()} for of in codes]
    sheet = Sheet(shown(path), "", [], {"format": "SPSS", "encoding": encoding or ""})
    sheet.also = {i: [label] for i, label in enumerate(labels) if label}
    sheet.notes = ["row 1 is the names of the variables, and row 2 the first case", NO_CHECKSUM]
    if not any(meant):
        sheet.notes.append("no code has a label in the file")
    declared = {i: spans for i, spans in enumerate(ranges) if spans}

    def rows() -> Rows:
        yield 1, names
        for number, case in enumerate(zip(*data, strict=True), start=2):
            cells = [_cell(value) for value in case]
            for i, spans in declared.items():
                if any(_within(cells[i], one) for one in spans) and cells[i] not in meant[i]:
                    cells[i] = f"{cells[i]} (missing)"
                    sheet.missing.setdefault(i, set()).add(str(cells[i]))
            yield number, tuple(of.get(cell, cell) for cell, of in zip(cells, meant, strict=True))

    for i, spans in declared.items():
        sheet.missing[i] = {
            label for code, label in meant[i].items() if any(_within(code, one) for one in spans)
        }
    return sheet.fill(rows(), persons)


def _apart(path: Path) -> tuple[str | None, list[Any]]:
    """What `spss_process` read, which a spoilt file can end, or keep for ever, without a word."""
    advice = "Save it again in SPSS, or ask for it as .csv."
    try:
        done = subprocess.run([*READER, str(path)], capture_output=True, check=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise refuse(path, f"the SPSS file could not be read within {SECONDS} s.", advice) from error
    except subprocess.CalledProcessError as error:
        wrong = "the SPSS file is damaged or cut off."
        if error.returncode == 1:  # neither the library's own refusal (2) nor a crash: say what it was
            last = ["no reason given", *error.stderr.decode("utf-8", "replace").splitlines()][-1]
            wrong = f"the SPSS file could not be read: {last}."
        raise refuse(path, wrong, advice) from error
    encoding, variables = pickle.loads(done.stdout)
    return encoding, variables


def _cell(value: Any) -> Cell:
    if value != value or value == "":  # NaN is SPSS's own missing
        return None
    return plain(value.rstrip() if isinstance(value, str) else value)


def _within(code: Cell, span: dict[str, Any]) -> bool:
    if isinstance(code, str) or isinstance(span["lo"], str):
        return code == span["lo"]
    return isinstance(code, int | float) and span["lo"] <= code <= span["hi"]
