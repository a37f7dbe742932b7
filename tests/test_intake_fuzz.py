"""Thousands of spoilt and reshaped files: each gives the same numbers, or is refused. Never other numbers.

What no reader can notice is not tried: another digit, a digit fewer, two counts that change places, a row fewer in a
table that says nothing about how many it should have. Those are other files, not faulty ones.
"""

from __future__ import annotations

import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils.exceptions import IllegalCharacterError

from evalkit.errors import EvalkitError
from intake_files import BENEFITS, bring, csv_file, text, written, xlsx_file

CASES = 400  # of each base; six bases
AREAS = ["Motalavej", "Sydbyen", "Præstevangen"]
Rows = list[list[str]]


def _turnover() -> Rows:
    rows = [["Område", "Planår", "Boliger", "Beboere", "Tilflyttede", "Fraflyttede"]]
    return rows + [
        [area, str(year), str(400 + n), str(1450 + 7 * n + year % 10), "190", "205"]
        for year in (2018, 2019, 2020)
        for n, area in enumerate(AREAS)
    ]


def _benefits() -> Rows:
    rows = [[*BENEFITS, "Status"]]
    return rows + [
        [area, quarter, str(1500 + n), f"{210 + n},25", str(160 + n), "Endelig"]
        for quarter in ("2018K1", "2018K2", "2018K3")
        for n, area in enumerate(AREAS)
    ]


def _population() -> Rows:
    rows = [["Område", "Kvartal", "Køn", "Aldersgruppe", "Beboere"]]
    return rows + [
        [area, "2018K4", sex, age, str(60 + 9 * n + len(age))]
        for n, area in enumerate(AREAS)
        for sex in ("Kvinder", "Mænd")
        for age in ("0-17 år", "18-24 år", "65 år og derover")
    ]


def _survey() -> Rows:
    rows = [["Respondent", "Område", "År", "Køn", "Aldersgruppe", "Svar", "Vægt", "Afsluttet"]]
    answers = ["I høj grad", "I nogen grad", "Slet ikke", "Ved ikke"]
    return rows + [
        [
            f"r{n:03}",
            AREAS[n % 3],
            "2018",
            "Kvinde",
            "40-64 år",
            answers[n % 4],
            f"{1 + n % 3},{n % 9 + 1}",
            "ja",
        ]
        for n in range(24)
    ]


def _incidents() -> Rows:
    rows = [["Sagsnr", "Gerningsdato", "Område", "Gerningsart", "Antal", "Afsluttet"]]
    return rows + [
        [f"s{n:03}", f"{13 + n:02}-0{1 + n % 9}-2019", AREAS[n % 3], "Hærværk", str(1 + n % 3), "ja"]
        for n in range(15)
    ]


BASES: dict[str, tuple[str, Rows]] = {
    "turnover": ("turnover", _turnover()),
    "benefits": ("benefits", _benefits()),
    "population": ("population", _population()),
    "survey": ("survey", _survey()),
    "incidents": ("incidents", _incidents()),
}
WHOLE = (
    "turnover",
    "benefits",
    "population",
)  # every area has every period and group, so that a lost row shows


# --- the same table in another form --------------------------------------------------------------------------------


def shuffled_columns(rows: Rows, r: random.Random) -> Rows:
    if len(set(map(len, rows))) > 1:
        return rows  # spoilt already
    order = r.sample(range(len(rows[0])), len(rows[0]))
    return [[row[i] if i < len(row) else "" for i in order] for row in rows]


def shuffled_rows(rows: Rows, r: random.Random) -> Rows:
    return [rows[0], *r.sample(rows[1:], len(rows) - 1)]


def title_above(rows: Rows, r: random.Random) -> Rows:
    return [
        [r.choice(["Udtræk fra registret", "Tabel 3", "Hærværk og andet"])],
        *([[]] * r.randint(0, 3)),
        *rows,
    ]


def note_below(rows: Rows, r: random.Random) -> Rows:
    return [
        *rows,
        *([[]] * r.randint(0, 2)),
        [r.choice(["Kilde: kommunen", "* foreløbige tal", "Slut", "-"])],
    ]


def blank_rows(rows: Rows, r: random.Random) -> Rows:
    at = r.randrange(len(rows))
    return [*rows[:at], [""] * len(rows[0]), *rows[at:]]


def unused_column(rows: Rows, r: random.Random) -> Rows:
    at = r.randint(0, len(rows[0]))
    return [
        [*row[:at], "Bemærkning" if n == 0 else r.choice(["", "ok", "se bilag 4", "12", "1,5"]), *row[at:]]
        for n, row in enumerate(rows)
    ]


def spaces_around(rows: Rows, r: random.Random) -> Rows:
    return [
        [r.choice(["", " ", "\u00a0"]) + cell + r.choice(["", " ", "  "]) for cell in row] for row in rows
    ]


def other_case(rows: Rows, r: random.Random) -> Rows:
    return [[r.choice([cell, cell.upper(), cell.lower()]) for cell in row] for row in rows]


def header_again(rows: Rows, r: random.Random) -> Rows:
    at = r.randint(1, len(rows))
    return [*rows[:at], rows[0], *rows[at:]]


def total_below(rows: Rows, r: random.Random) -> Rows:
    return [*rows, [r.choice(["I alt", "TOTAL", "Sum"]), *["9999"] * (len(rows[0]) - 1)]]


def other_letters(rows: Rows, r: random.Random) -> Rows:
    return [[cell.replace("æ", "ae").replace("ø", "oe").replace("Æ", "Ae") for cell in row] for row in rows]


# --- the table spoilt in a cell or a row ---------------------------------------------------------------------------


def _cell(rows: Rows, r: random.Random, change: Callable[[str], str]) -> Rows:
    at, column = r.randrange(len(rows)), r.randrange(len(rows[0]))
    return [
        [change(cell) if (n, i) == (at, column) else cell for i, cell in enumerate(row)]
        for n, row in enumerate(rows)
    ]


JUNK = [
    "",
    "..",
    "-",
    "–",
    "n/a",
    "x",
    "62 %",
    "0,62 %",
    "1e3",
    "1,2E+04",
    "#REF!",
    "#I/T",
    "########",
    "=1+1",
    "=cmd|' /C calc'!A0",
    "０",
    "12a",
    "1 2",
    "12,5,5",
    "1.23.4",
    "NaN",
    "inf",
    "None",
    "TRUE",
    "<5",
    "9" * 30,
    "../..",
    "<script>",
    "\ufeff",
    "31-02-2019",
    "2019-04-03T10:00Z",
    "1/2",
    "½",
    "\u2212\u2212",
    "'12",
    "1_0",
    "+7",
]


def junk_in_a_cell(rows: Rows, r: random.Random) -> Rows:
    return _cell(rows, r, lambda _: r.choice(JUNK))


def sign_for_a_letter(rows: Rows, r: random.Random) -> Rows:
    """One character of a cell becomes something else that is no digit and no space."""

    def change(cell: str) -> str:
        at = r.randrange(len(cell)) if cell else 0
        return cell[:at] + r.choice("abzæøåÆ;,.\t\"'|:*?+-_%&/()=#@<>\u2212\u00ad\u200b") + cell[at + 1 :]

    return _cell(rows, r, change)


def sign_put_in(rows: Rows, r: random.Random) -> Rows:
    def change(cell: str) -> str:
        at = r.randint(0, len(cell))
        return cell[:at] + r.choice("abæ;,.\t\"'|:*?+-_%&/()=#@<>\u2212\u00ad\u200b ") + cell[at:]

    return _cell(rows, r, change)


def row_twice(rows: Rows, r: random.Random) -> Rows:
    row = r.choice(rows[1:])
    at = r.randint(1, len(rows))
    return [*rows[:at], row, *rows[at:]]


def cell_too_many(rows: Rows, r: random.Random) -> Rows:
    at = r.randrange(1, len(rows))
    i = r.randrange(len(rows[0]))
    return [[*row[:i], r.choice(["x", "7"]), *row[i:]] if n == at else row for n, row in enumerate(rows)]


def cell_too_few(rows: Rows, r: random.Random) -> Rows:
    at, i = r.randrange(len(rows)), r.randrange(len(rows[0]))
    return [row[:i] + row[i + 1 :] if n == at else row for n, row in enumerate(rows)]


def number_for_a_word(rows: Rows, r: random.Random) -> Rows:
    at = r.choice(
        [n for n, row in enumerate(rows) if any(letter.isdigit() for cell in row for letter in cell)]
    )
    words = [i for i, cell in enumerate(rows[at]) if not any(letter.isdigit() for letter in cell)] or [0]
    i, j = r.choice(words), r.randrange(len(rows[at]) or 1)
    row = list(rows[at])
    if row:
        row[i], row[j] = row[j], row[i]
    return [*rows[:at], row, *rows[at + 1 :]]


def row_lost(rows: Rows, r: random.Random) -> Rows:
    at = r.randrange(1, len(rows))
    return [*rows[:at], *rows[at + 1 :]]


TABLE = [
    shuffled_columns,
    shuffled_rows,
    title_above,
    note_below,
    blank_rows,
    unused_column,
    spaces_around,
    other_case,
    header_again,
    total_below,
    other_letters,
    junk_in_a_cell,
    junk_in_a_cell,
    sign_for_a_letter,
    sign_for_a_letter,
    sign_put_in,
    row_twice,
    cell_too_many,
    cell_too_few,
    number_for_a_word,
]


# --- the file spoilt -----------------------------------------------------------------------------------------------


def cut(data: bytes, r: random.Random) -> bytes:
    return data[: r.randrange(len(data))]


def cut_in_a_line(data: bytes, r: random.Random) -> bytes:
    while True:
        part = cut(data, r)
        if part and not part.lower().endswith(
            (b"\n", b"\r", b"ja", b'ja"')
        ):  # a whole last line is another file
            return part


def nul(data: bytes, r: random.Random) -> bytes:
    at = r.randrange(len(data))
    return data[:at] + b"\x00" + data[at:]


def strange_byte(data: bytes, r: random.Random) -> bytes:
    at = r.choice([i for i, byte in enumerate(data) if not 48 <= byte <= 57])
    return (
        data[:at] + bytes([r.choice([1, 11, 26, 34, 59, 92, 127, 129, 141, 160, 195, 255])]) + data[at + 1 :]
    )


def byte_lost(data: bytes, r: random.Random) -> bytes:
    """A byte that is no digit and no decimal comma is gone; a line end, a delimiter, a letter."""
    at = r.choice([i for i, byte in enumerate(data) if byte not in b"0123456789,"])
    return data[:at] + data[at + 1 :]


def glued(data: bytes, r: random.Random) -> bytes:
    return data + data


def mark_in_the_middle(data: bytes, r: random.Random) -> bytes:
    at = r.randrange(len(data))
    return data[:at] + "\ufeff".encode() + data[at:]


def read_wrongly(data: bytes, r: random.Random) -> bytes:
    return data.decode("cp1252", errors="replace").encode()


def other_line_ends(data: bytes, r: random.Random) -> bytes:
    return data.replace(b"\r\n", r.choice([b"\n", b"\r"]))


def no_last_line_end(data: bytes, r: random.Random) -> bytes:
    return data.rstrip(b"\r\n")


def other_delimiter(data: bytes, r: random.Random) -> bytes:
    return data.replace(b";", r.choice([b",", b"\t", b"|", b":"]))


def other_decimals(data: bytes, r: random.Random) -> bytes:
    return data.replace(b",", b".")


FILE = [
    nul,
    strange_byte,
    strange_byte,
    byte_lost,
    byte_lost,
    glued,
    mark_in_the_middle,
    read_wrongly,
    other_line_ends,
    no_last_line_end,
    other_delimiter,
    other_decimals,
]
ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16"]


def spoilt(name: str, rows: Rows, r: random.Random) -> tuple[str, bytes]:
    """A spoilt or reshaped file of a base, and what was done to it."""
    done = []
    for change in r.sample(
        TABLE + ([row_lost, row_lost] if name in WHOLE else []), r.choice([0, 1, 1, 1, 2])
    ):
        rows = change(rows, r)
        done.append(change.__name__)
    encoding = r.choice(ENCODINGS)
    quoted = r.random() < 0.2
    content = (
        "".join(";".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows) if quoted else text(rows)
    )
    data = content.encode(encoding, errors="replace")
    if not done or r.random() < 0.3:
        changes = FILE + ([cut, cut_in_a_line, cut_in_a_line] if name in WHOLE else [cut_in_a_line])
        change = r.choice(changes if encoding != "utf-16" else [nul, glued, cut if name in WHOLE else nul])
        data = change(data, r)
        done.append(change.__name__)
    return f"{encoding}: {', '.join(done)}", data


def figures(done: Any) -> Counter[str]:
    """The imported rows, in any order."""
    return Counter(written(done))


@pytest.mark.parametrize("name", BASES)
def test_a_spoilt_text_file_gives_the_same_numbers_or_is_refused(name: str, tmp_path: Path) -> None:
    table, rows = BASES[name]
    into = tmp_path / "local"
    good = figures(bring(csv_file(tmp_path / "good.csv", rows), table, into))
    path, outcomes = tmp_path / "spoilt.csv", Counter[str]()
    for seed in range(CASES):
        what, data = spoilt(name, rows, random.Random(f"{name} {seed}"))
        path.write_bytes(data)
        try:
            got = figures(bring(path, table, into))
        except EvalkitError:
            outcomes["refused"] += 1
            continue
        outcomes["same"] += 1
        assert got == good, (
            f"{name}, seed {seed}, {what}: {sorted((got - good).elements())} for {sorted((good - got).elements())}"
        )
    assert (
        min(outcomes["refused"], outcomes["same"]) > CASES / 5
    )  # it neither refuses everything nor reads everything


def _typed(cell: Any) -> Any:
    """What Excel makes of a typed text."""
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 15 else cell or None


def _without_times(path: Path) -> Path:
    """The same workbook, with the time of saving taken out: a seed spoils the same bytes in every run."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            timeless = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2020-01-01T00:00:00Z", data)
            package.writestr(zipfile.ZipInfo(name), timeless, zipfile.ZIP_DEFLATED)
    return path


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("more", ["", "P"])
def test_a_workbook_whose_part_has_lost_its_name_is_refused(part: str, more: str, tmp_path: Path) -> None:
    whole = xlsx_file(tmp_path / "good.xlsx", _turnover())
    with zipfile.ZipFile(whole) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(tmp_path / "spoilt.xlsx", "w") as package:
        for name, data in parts.items():
            package.writestr((name + more if more else "a" + name[1:]) if name == part else name, data)
    with pytest.raises(EvalkitError):
        bring(tmp_path / "spoilt.xlsx", "turnover", tmp_path / "local")


def test_a_spoilt_workbook_gives_the_same_numbers_or_is_refused(tmp_path: Path) -> None:
    into = tmp_path / "local"
    rows: list[list[Any]] = [[int(cell) if cell.isdigit() else cell for cell in row] for row in _turnover()]
    whole = _without_times(xlsx_file(tmp_path / "good.xlsx", rows))
    good = figures(bring(whole, "turnover", into))
    path, outcomes = tmp_path / "spoilt.xlsx", Counter[str]()
    for seed in range(CASES):
        r = random.Random(seed)
        if seed % 2:
            data = bytearray(whole.read_bytes())
            for _ in range(r.choice([1, 1, 3])):
                data[r.randrange(len(data))] = r.randrange(256)
            path.write_bytes(bytes(data) if r.random() < 0.8 else bytes(data)[: r.randrange(1, len(data))])
            what = "bytes"
        else:
            changed: list[list[Any]] = [list(row) for row in _turnover()]
            change = r.choice([*TABLE, row_lost])
            changed = change(changed, r)
            try:
                xlsx_file(path, [[_typed(cell) for cell in row] for row in changed])
            except IllegalCharacterError:
                continue  # no workbook can hold such a cell
            what = change.__name__
        try:
            got = figures(bring(path, "turnover", into))
        except EvalkitError:
            outcomes["refused"] += 1
            continue
        outcomes["same"] += 1
        assert got == good, (
            f"seed {seed}, {what}: {sorted((got - good).elements())} for {sorted((good - got).elements())}"
        )
    assert min(outcomes["refused"], outcomes["same"]) > CASES / 10


def test_there_are_at_least_two_thousand_cases() -> None:
    assert CASES * (len(BASES) + 1) >= 2_000
