"""The privacy gate finds personal numbers wherever they stand, never prints them, and leaves phones and cases alone."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from evalbook.intake import privacy

ROOT = Path(__file__).resolve().parent.parent
DAYS = st.dates(date(1900, 1, 1), date(2026, 12, 31))


def number(day: date, serial: str = "0000", mark: str = "-") -> str:
    """What looks like a personal number; nobody has the serial 0000."""
    return f"{day:%d%m%y}{mark}{serial}"


@given(DAYS, st.sampled_from(["-", "", " ", "–", "‑", "/", " - ", "\u00a0"]))
def test_every_day_of_the_calendar_is_found_in_every_way_of_writing(day: date, mark: str) -> None:
    assert privacy.has_number(number(day, mark=mark))
    assert privacy.has_number(f"Ringede den dag: {number(day, mark=mark)}, sagde hun.")


@given(DAYS, st.from_regex(r"[0-9]{4}", fullmatch=True))
def test_modulus_11_plays_no_part(day: date, serial: str) -> None:
    assert privacy.has_number(number(day, serial))


@pytest.mark.parametrize(
    "text",
    [
        "320190-0000",
        "311390-0000",
        "000190-0000",
        "310290-0000",
        "290201-0000",  # no such days
        "29. februar",
        "2018-10-01",
        "01-10-2018",
        "2018Q4",
        "31-12-2018 14:30",
        "12345678",
        "+45 21 03 18 14",
        "+4521031814",
        "004521031814",
        "21 03 18 14",
        "tlf. 21031814",
        "27.00.00-G01-12-18",
        "2018-012345",
        "EMN-2018-01234",
        "4200-73241-00123-18",
        "S2018-123456",
        "a010190-0000b",
        "12010190-0000",
        "010190-00001",
        "0,0101900000",
        "2.0101900000",
        "25000000",
        "1039000",
        "5f2a0101900000c4",
        "ab@",
        "@navn",
        "pris @ 25",
    ],
)
def test_what_is_no_personal_number_or_address_does_not_set_it_off(text: str) -> None:
    assert privacy.scan_text(text, "note") == []


@pytest.mark.parametrize(
    "text",
    [
        "290200-0000",
        "290204-0000",
        "010100-0000",
        "01.01.90-0000",
        "01-01-90-0000",
        "(010190-0000)",
        "0101900000,0201900000",
        "cpr:0101900000",
        "101900000",
        "101900000.0",
    ],
)
def test_leap_days_lists_and_lost_zeros_are_found(text: str) -> None:
    assert privacy.scan_text(text, "note")


@pytest.mark.parametrize(
    "text", ["nogen@example.org", "Skriv til fornavn.efternavn@sub.example.dk!", "ÆØÅ@example.dk"]
)
def test_mail_addresses_are_found(text: str) -> None:
    assert [problem.wrong for problem in privacy.scan_text(text, "note")] == ["holds an e-mail address."]


def test_the_points_of_a_picture_are_no_text_and_what_is_written_in_it_is(tmp_path: Path) -> None:
    points = b"\x89PNG\r\n\x1a\n\x00\x01q@b.dk\xf7\x02"
    photo, table = tmp_path / "foto.png", tmp_path / "foto.csv"
    photo.write_bytes(points)
    table.write_bytes(points)
    assert privacy.scan(photo) == []
    assert privacy.scan(table) != []
    photo.write_bytes(points + b"\x00Artist: nogen@example.org\x00")
    assert [problem.wrong for problem in privacy.scan(photo)] == ["holds an e-mail address."]


# --- false alarms, measured on generated numbers ------------------------------------------------------------------


def _share(make: object, n: int = 20_000) -> float:
    chance = random.Random(2017)
    return sum(privacy.has_number(make(chance)) for _ in range(n)) / n  # type: ignore[operator]


def _digits(chance: random.Random, n: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(n))


NEVER = {
    "phone, eight digits": lambda r: str(r.randint(20_000_000, 99_999_999)),
    "phone, in pairs": lambda r: " ".join(_digits(r, 2) for _ in range(4)),
    "phone, country code": lambda r: "+45" + str(r.randint(20_000_000, 99_999_999)),
    "phone, 0045": lambda r: "0045 " + str(r.randint(20_000_000, 99_999_999)),
    "case, year and number": lambda r: f"{r.randint(2010, 2026)}-{r.randint(1, 999_999):06}",
    "case, KL system": lambda r: (
        f"{_digits(r, 2)}.{_digits(r, 2)}.{_digits(r, 2)}-G01-{r.randint(1, 99)}-{r.randint(10, 26)}"
    ),
    "case, police": lambda r: f"{_digits(r, 4)}-{_digits(r, 5)}-{_digits(r, 5)}-{_digits(r, 2)}",
    "case, letters": lambda r: f"S{r.randint(2010, 2026)}-{_digits(r, 6)}",
    "case, year and seven digits, 2013-2026": lambda r: f"{r.randint(2013, 2026)}{_digits(r, 6)}",
    "company, CVR": lambda r: _digits(r, 8),
    "article, EAN": lambda r: _digits(r, 13),
    "a weight": lambda r: repr(r.uniform(0.2, 5.0)),
    "a date": lambda r: f"{date(2013, 1, 1) + timedelta(days=r.randint(0, 5000)):%d-%m-%Y}",
}


@pytest.mark.parametrize("make", NEVER.values(), ids=NEVER)
def test_no_false_alarm_on_generated_numbers(make: object) -> None:
    assert _share(make) == 0


def test_ten_digits_without_meaning_are_a_false_alarm_one_time_in_twenty_seven() -> None:
    """366 of the 10,000 first four digits are a day and a month: this is what detection by date costs."""
    assert _share(lambda r: _digits(r, 10)) == pytest.approx(0.0366, abs=0.005)


def test_nine_digits_alone_in_a_cell_are_a_false_alarm_one_time_in_eight() -> None:
    """The price of finding numbers whose zero a spreadsheet dropped; counts and amounts of a plan are smaller than that."""
    assert _share(lambda r: str(r.randint(100_000_000, 999_999_999))) == pytest.approx(0.12, abs=0.01)


# --- where it looks ------------------------------------------------------------------------------------------------


def test_the_message_names_file_sheet_row_and_column_and_never_the_value(tmp_path: Path) -> None:
    made = Workbook()
    made.active.append(["Område", "Note"])
    made.active.append(["Motalavej", "ja 010190-0000"])
    made.save(tmp_path / "sag.xlsx")
    (problem,) = privacy.scan(tmp_path / "sag.xlsx")
    assert str(problem).startswith(
        "sag.xlsx, sheet 'Sheet', row 2, column B: looks like a personal number (CPR)."
    )
    assert "010190" not in str(problem)


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.csv", "a,b\n1,010190-0000\n", "row 2, column B"),
        ("a.csv", "a;b\n1,5;0101900000\n", "row 2, column B"),
        ("a.csv", 'a;b\n1;"to\nlinjer 010190-0000"\n', "row 2, column B"),
        ("a.txt", "a\tb\n1\t010190 0000\n", "row 2, column B"),
        ("a.yml", "area: x\nassessment:\n  texts: {overall: 'Borger 010190-0000'}\n", "line 3"),
        ("a.csv", "010190-0000,b\n1,2\n", "row 1, column A"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_files_are_looked_through_in_every_encoding(
    tmp_path: Path, name: str, content: str, place: str, encoding: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode(encoding))
    assert place in [problem.place for problem in privacy.scan(path)]
    assert all("010190" not in str(problem) for problem in privacy.scan(path))


def test_a_number_in_a_files_own_name_is_masked_too(tmp_path: Path) -> None:
    path = tmp_path / "sag 010190-0000.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    (problem,) = privacy.scan(path, tmp_path)
    assert problem.place == "the file's name"
    assert "010190" not in str(problem)


@pytest.mark.parametrize(
    "header",
    [
        "Navn",
        "Fornavn",
        "efternavn",
        "Beboernavn",
        "Fulde navn",
        "name",
        "Last name",
        "CPR-nr.",
        "cpr",
        "Personnummer",
        "E-mail",
        "Mailadresse",
    ],
)
def test_columns_of_names_are_refused(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Titel\n\nOmråde;{header}\nMotalavej;x\n", encoding="utf-8")
    assert [(problem.place, problem.wrong) for problem in privacy.scan(path)] == [
        ("row 3, column B", "is a column of names or other personal data.")
    ]


@pytest.mark.parametrize(
    "header",
    ["Områdenavn", "area_name", "Aktivitetens navn", "Boligafdeling", "Navn på området", "variableName"],
)
def test_names_of_places_are_no_personal_data(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Planår;{header}\n2018;Motalavej\n", encoding="utf-8")
    assert privacy.scan(path) == []


def test_everything_that_ships_passes_the_gate() -> None:
    files = [
        *ROOT.glob("data/*/*.csv"),
        *ROOT.glob("data/*/*.yml"),
        *ROOT.glob("params/**/*.yml"),
        *ROOT.glob("examples/sources/**/*.*"),
    ]
    assert len(files) > 20
    assert [str(problem) for path in files for problem in privacy.scan(path, ROOT)] == []


@given(st.binary(max_size=300))
def test_any_bytes_are_looked_through_or_refused(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for name in ("a.csv", "a.xlsx", "a.yml"):
            path = Path(folder) / name
            path.write_bytes(data)
            privacy.scan(path)


# --- data/local stays out of git -----------------------------------------------------------------------------------


def test_data_local_is_ignored_and_untracked_here() -> None:
    assert [str(problem) for problem in privacy.gate([], ROOT)] == []


def _repository(folder: Path, ignored: str) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)

    git("init", "-q")
    (folder / ".gitignore").write_text(ignored, encoding="utf-8")
    for name, text in (
        ("data/local/survey.csv", "a,b\n1,2\n"),
        ("notes.csv", "a,b\n1,010190-0000\n"),
        ("fine.csv", "a,b\n1,2\n"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git("add", "-A", "-f")


def test_the_pre_commit_check_stops_local_data_and_personal_data(tmp_path: Path) -> None:
    _repository(tmp_path, "data/local/\n")
    files = [path.relative_to(tmp_path) for path in sorted(tmp_path.glob("*.csv"))]
    assert [(problem.file, problem.wrong) for problem in privacy.gate(files, tmp_path)] == [
        ("data/local/survey.csv", "data/local is never committed."),
        ("notes.csv", "looks like a personal number (CPR)."),
    ]


def test_the_pre_commit_check_notices_when_data_local_is_no_longer_ignored(tmp_path: Path) -> None:
    _repository(tmp_path, "output/\n")
    assert (".gitignore", "data/local/ is not ignored.") in [
        (problem.file, problem.wrong) for problem in privacy.gate([], tmp_path)
    ]
    done = subprocess.run(
        [sys.executable, "-m", "evalbook", "gate"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "data/local/ is not ignored" in done.stderr


OFFICE = 'objections: {to: {da: "Sekretariatet", en: "The secretariat"}, mail: s@example.org}\n'


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("plan.yml", OFFICE, []),
        ("plan.yml", "objections:\n  to: {da: x, en: x}\n  mail: s@example.org\nname: x\n", []),
        ("other.yml", OFFICE, ["line 1"]),
        ("plan.yml", OFFICE + "note: skriv til mail: nogen@example.org\n", ["line 2"]),
        ("plan.yml", "objections:\n  mail: 010190-1234\n", ["line 2"]),
        ("plan.yml", "# objections: {mail: s@example.org}\n", ["line 1"]),
    ],
)
def test_the_address_that_readers_write_to_may_stand_in_the_plan_and_nowhere_else(
    tmp_path, name, text, lines
):
    (tmp_path / name).write_text(text, "utf-8")
    assert [one.place for one in privacy.scan(tmp_path / name)] == lines
