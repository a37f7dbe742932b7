"""Workbooks that Excel and reporting tools make otherwise than openpyxl expects, and that are whole all the same."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from evalbook.intake import container
from intake_files import xlsx_file

ROWS = [["Område", "Planår", "Boliger"], ["Motalavej", 2018, 500]]


def rewritten(path: Path, change) -> Path:
    """The workbook with every XML part changed."""
    with zipfile.ZipFile(path) as package:
        parts = {one.filename: package.read(one.filename) for one in package.infolist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, change(name, data) if name.endswith((".xml", ".rels")) else data)
    return path


def strict(_: str, data: bytes) -> bytes:
    """ISO/IEC 29500 Strict: the same parts under the other names."""
    for part in (b"spreadsheetml", b"officeDocument", b"drawingml"):
        data = data.replace(
            b"http://schemas.openxmlformats.org/" + part + b"/2006/",
            b"http://purl.oclc.org/ooxml/" + part + b"/",
        )
    return data


def empty_fill(name: str, data: bytes) -> bytes:
    """Styles with a fill that says nothing, as some reporting tools write it."""
    return (
        data.replace(b"<fills ", b"<fills  ").replace(b"<fill><patternFill /></fill>", b"<fill/>")
        if name == "xl/styles.xml"
        else data
    )


@pytest.mark.parametrize("change", [strict, empty_fill])
def test_a_whole_workbook_is_read_however_it_was_made(tmp_path, change):
    plain = container.read(xlsx_file(tmp_path / "plain.xlsx", ROWS))
    path = rewritten(xlsx_file(tmp_path / "other.xlsx", ROWS), change)
    assert path.read_bytes() != (tmp_path / "plain.xlsx").read_bytes()
    assert container.read(path).rows == plain.rows
