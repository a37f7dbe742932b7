"""Faults that are made when the test runs: damaged workbooks, and files too big to keep in a repository."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment

HEADER = ["Område", "Planår", "Boliger", "Beboere", "Tilflyttede", "Fraflyttede"]
GOOD: list[list[Any]] = [["Motalavej", 2018, 410, 850, 90, 95], ["Motalavej", 2019, 410, 840, 85, 97]]
NUMBER = "010190-0000"  # pattern and day of a personal number; no one has the serial 0000


def book(path: Path, rows: list[list[Any]] | None = None) -> Workbook:
    """A workbook that would be read without a word."""
    made = Workbook()
    for row in [HEADER, *(rows or GOOD)]:
        made.active.append(row)
    made.save(path)
    return made


def edited(path: Path, part: str, change: Callable[[str], str]) -> None:
    """The same package with one part changed."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)


def as_excel_saves_it(path: Path) -> None:
    """Texts moved to the shared part, where Excel keeps them; openpyxl writes them into the cells."""
    texts: list[str] = []

    def shared(match: re.Match[str]) -> str:
        texts.append(match[2])
        return f'{match[1]}t="s"><v>{len(texts) - 1}</v></c>'

    edited(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(
            r'(<c r="[A-Z]+\d+"(?: s="\d+")? )t="inlineStr"><is><t>(.*?)</t></is></c>', shared, xml
        ),
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    edited(
        path,
        "xl/_rels/workbook.xml.rels",
        lambda xml: xml.replace(
            "</Relationships>",
            f'<Relationship Id="rIdS" Type="{kind}" Target="sharedStrings.xml"/></Relationships>',
        ),
    )
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    edited(
        path,
        "[Content_Types].xml",
        lambda xml: xml.replace(
            "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{content}"/></Types>'
        ),
    )
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(
            "xl/sharedStrings.xml",
            f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>',
        )


def merged_header(path: Path) -> None:
    made = book(path)
    made.active.insert_rows(1)
    made.active["A1"] = "Flytninger"
    made.active.merge_cells("A2:A3")
    made.save(path)


def merged_areas(path: Path) -> None:
    made = book(path)
    made.active.merge_cells("A2:A3")
    made.save(path)


def formula_error(path: Path) -> None:
    book(path)
    edited(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('<c r="D3" t="n"><v>840</v>', '<c r="D3" t="e"><v>#REF!</v>'),
    )


def formula_without_result(path: Path) -> None:
    made = book(path)
    made.active["D3"] = "=C3*2"
    made.save(path)


def percent_cells(path: Path) -> None:
    made = book(path)
    made.active["D3"] = 0.62
    made.active["D3"].number_format = "0%"
    made.save(path)


def true_for_a_number(path: Path) -> None:
    book(path, [["Motalavej", 2018, 410, True, 90, 95]])


def year_as_a_date(path: Path) -> None:
    made = book(path)
    made.active["B3"].number_format = "dd-mm-yyyy"
    made.save(path)


def two_filled_sheets(path: Path) -> None:
    made = book(path)
    made.create_sheet("2019")["A1"] = "Område"
    made.save(path)


def cut_off(path: Path) -> None:
    book(path)
    path.write_bytes(path.read_bytes()[:-700])


def damaged_sheet(path: Path) -> None:
    book(path)
    edited(path, "xl/worksheets/sheet1.xml", lambda xml: xml[:-200])


def shared_text_missing(path: Path) -> None:
    book(path)
    as_excel_saves_it(path)
    edited(path, "xl/sharedStrings.xml", lambda xml: re.sub(r"<si>.*</si>", "", xml, flags=re.DOTALL))


def entity_bomb(path: Path) -> None:
    book(path)
    as_excel_saves_it(path)
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha" * 10}">' for i in range(10))
    edited(
        path,
        "xl/sharedStrings.xml",
        lambda xml: xml.replace("<sst", f"<!DOCTYPE sst [{laughs}]><sst", 1).replace("Område", "&l9;"),
    )


def zip_bomb(path: Path) -> None:
    book(path)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/worksheets/sheet9.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(600):
            part.write(b"0" * 1_000_000)


def many_parts(path: Path) -> None:
    book(path)
    with zipfile.ZipFile(path, "a") as package:
        for i in range(3000):
            package.writestr(f"xl/media/{i}.bin", b"")


def cell_at_the_far_end(path: Path) -> None:
    made = book(path)
    made.active["XFD1048576"] = 1
    made.save(path)


def wrong_size_written(path: Path) -> None:
    book(path)
    edited(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:B2"', xml),
    )


def document_with_that_ending(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<w/>")


def zip_with_that_ending(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("flytninger.csv", "Område;Planår\n")


def embedded_file(path: Path) -> None:
    book(path)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/embeddings/Microsoft_Excel_Sheet1.xlsx", b"PK")


def number_in_a_hidden_sheet(path: Path) -> None:
    made = book(path)
    made.create_sheet("Rådata")["C7"] = f"Borger {NUMBER}"
    made["Rådata"].sheet_state = "hidden"
    made.save(path)


def number_in_a_note(path: Path) -> None:
    made = book(path)
    made.active["D3"].comment = Comment(f"Se {NUMBER}", "evalkit")
    made.save(path)


def number_as_a_number(path: Path) -> None:
    made = book(path)
    made.active["G1"], made.active["G2"] = "Nr.", 101900000  # Excel dropped the zero
    made.save(path)


def number_in_two_formats(path: Path) -> None:
    book(path)
    as_excel_saves_it(path)
    edited(
        path,
        "xl/sharedStrings.xml",
        lambda xml: xml.replace(
            "<si><t>Motalavej</t></si>", "<si><r><t>010190</t></r><r><t>-0000</t></r></si>", 1
        ),
    )


def number_in_a_sheet_name(path: Path) -> None:
    made = book(path)
    made.active.title = f"Sag {NUMBER}"
    made.save(path)


def number_in_a_page_header(path: Path) -> None:
    made = book(path)
    made.active.oddHeader.center.text = f"Fortroligt {NUMBER}"
    made.save(path)


def mail_in_a_link(path: Path) -> None:
    made = book(path)
    made.active["A2"].hyperlink = "mailto:nogen@example.org"
    made.save(path)


def names_beside_the_table(path: Path) -> None:
    made = book(path)
    made.active["G1"], made.active["G2"] = "Kontaktperson navn", "Eksempel"
    made.active["H1"] = "Navn"
    made.save(path)


def line_of_300_mb(path: Path) -> None:
    with path.open("wb") as file:  # a hole in the file: as long, and no disk is used
        file.truncate(300_000_000)


def line_of_40_mb(path: Path) -> None:
    path.write_bytes(b"Omr\xc3\xa5de;Plan\xc3\xa5r" + b";0" * 20_000_000 + b"\n")


def a_million_quotes(path: Path) -> None:
    path.write_bytes(('Område;Planår\n"' + 'a"";' * 1_000_000).encode())


def a_million_rows(path: Path) -> None:
    path.write_bytes(b"Omr\xc3\xa5de;Plan\xc3\xa5r\n" + b"Motalavej;2018\n" * 1_000_000)


def many_columns(path: Path) -> None:
    path.write_text("".join(f"k{i};" for i in range(2000)) + "\n" + "1;" * 2000 + "\n", encoding="utf-8")


FAULTS: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "merged_header.xlsx": (merged_header, ["are merged"]),
    "merged_areas.xlsx": (merged_areas, ["cells A2:A3", "are merged"]),
    "formula_error.xlsx": (formula_error, ["row 3, column D", "error in a formula"]),
    "formula_without_result.xlsx": (
        formula_without_result,
        ["row 3, column D", "a formula whose result the file does not show"],
    ),
    "percent_cells.xlsx": (percent_cells, ["'62 %' is a percentage"]),
    "true_for_a_number.xlsx": (true_for_a_number, ["True is not a number"]),
    "year_as_a_date.xlsx": (year_as_a_date, ["is not a plan year"]),
    "two_filled_sheets.xlsx": (two_filled_sheets, ["has 2 filled sheets", "Sheet, 2019"]),
    "cut_off.xlsx": (cut_off, ["damaged or cut off"]),
    "damaged_sheet.xlsx": (damaged_sheet, ["damaged"]),
    "shared_text_missing.xlsx": (shared_text_missing, ["damaged"]),
    "entity_bomb.xlsx": (entity_bomb, ["XML entities"]),
    "zip_bomb.xlsx": (zip_bomb, ["unpacks to 600 MB"]),
    "many_parts.xlsx": (many_parts, ["parts; the most is"]),
    "cell_at_the_far_end.xlsx": (cell_at_the_far_end, ["columns; the most is 500"]),
    "document.xlsx": (document_with_that_ending, ["a Word document"]),
    "zip.xlsx": (zip_with_that_ending, ["a zip file, not a workbook"]),
    "embedded_file.xlsx": (embedded_file, ["another file inside it"]),
    "number_in_a_hidden_sheet.xlsx": (
        number_in_a_hidden_sheet,
        ["sheet 'Rådata', row 7, column C", "personal number"],
    ),
    "number_in_a_note.xlsx": (number_in_a_note, ["a note, cell D3", "personal number"]),
    "number_as_a_number.xlsx": (number_as_a_number, ["row 2, column G", "personal number"]),
    "number_in_two_formats.xlsx": (number_in_two_formats, ["row 2, column A", "personal number"]),
    "number_in_a_sheet_name.xlsx": (number_in_a_sheet_name, ["the name of a sheet", "personal number"]),
    "number_in_a_page_header.xlsx": (number_in_a_page_header, ["header or footer", "personal number"]),
    "mail_in_a_link.xlsx": (mail_in_a_link, ["e-mail address"]),
    "names_beside_the_table.xlsx": (names_beside_the_table, ["row 1, column H", "column of names"]),
    "line_of_300_mb.csv": (line_of_300_mb, ["is 300 MB; the most is 150 MB"]),
    "line_of_40_mb.csv": (line_of_40_mb, ["has a line of"]),
    "a_million_quotes.csv": (a_million_quotes, ["has a line of"]),
    "a_million_rows.csv": (a_million_rows, ["has more than 200,000 rows"]),
    "many_columns.csv": (many_columns, ["2000 columns"]),
}
"""File -> how it is made, and what must be said of it; all are imported as turnover."""
