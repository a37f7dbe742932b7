"""Files that are as they should be, in forms that look odd: read right, and so told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from evalbook.intake import privacy
from evalkit.errors import ProblemsFound
from intake_files import AREAS, BENEFITS, ROOT, advised, bring, csv_file, text, typed, xlsx_file

QUARTERS = ("2018K1", "2018K2", "2018K3", "2018K4")
TURN = [
    ["Område", "Planår", "Boliger", "Beboere", "Tilflyttede", "Fraflyttede", "Bemærkning"],
    *([area, year, 500, 900, 61, 57, "ok"] for area in AREAS for year in (2018, 2019)),
]
ANSWERS = [
    ["Område", "År", "Køn", "Aldersgruppe", "Svar", "Vægt", "Kommentar"],
    *([AREAS[n % 4], 2018, "Kvinde", "25-39", "I høj grad", 1, ""] for n in range(40)),
]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- figures that look like years -----------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [1899, 1900, 2008, 2096, 2099, 2100])
@pytest.mark.parametrize("write", [csv_file, xlsx_file])
def test_residents_from_1900_to_2099_beside_a_quarter_are_no_periods(
    first: int, write: object, tmp_path: Path
) -> None:
    rows = [
        ["Område", "Kvartal", "Antal beboere"],
        *([area, quarter, first + n] for n, area in enumerate(AREAS) for quarter in QUARTERS),
    ]
    source = write(tmp_path / ("a.xlsx" if write is xlsx_file else "a.csv"), rows)  # type: ignore[operator]
    said = {"constants": {"sex": "f", "age_group": "25-39"}}
    done = bring(source, "population", tmp_path / "local", options=said)
    assert [int(row["residents"]) for row in rows_of(done.path)] == [
        first + n for n in range(4) for _ in QUARTERS
    ]


def test_a_statbank_table_with_periods_across_is_the_same_in_both_containers(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Folketal den 1. i kvartalet efter område, køn, alder og tid"],
        [None, None, None, *QUARTERS],
        *(
            [area if not n else None, sex if not n % 5 else None, f"{age} år", *[100 + n] * 4]
            for area in AREAS
            for n, (sex, age) in enumerate(
                (sex, age)
                for sex in ("Mænd", "Kvinder")
                for age in ("0-17", "18-24", "25-39", "40-64", "65-120")
            )
        ),
    ]
    plain = [[cell if cell is not None else "" for cell in row] for row in rows]
    one = bring(csv_file(tmp_path / "a.csv", plain), "population", tmp_path / "csv")
    other = bring(xlsx_file(tmp_path / "a.xlsx", rows), "population", tmp_path / "xlsx")
    assert one.rows == other.rows == 160
    assert one.path.read_bytes() == other.path.read_bytes()


# --- ends of files, comments ---------------------------------------------------------------------------------------


def test_a_comment_of_two_lines_with_a_delimiter_is_read(tmp_path: Path) -> None:
    rows = [list(row) for row in ANSWERS]
    rows[4][-1] = "Det er godt, men\nder er mørkt, især om vinteren"
    assert bring(csv_file(tmp_path / "a.csv", rows, ","), "survey", tmp_path / "local").rows == 40


def test_a_missing_quotation_mark_that_swallows_rows_is_refused(tmp_path: Path) -> None:
    lines = text(ANSWERS, ",").splitlines()
    lines[4] += '"begynder her'
    lines[9] += 'og slutter her"'
    (tmp_path / "a.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    with pytest.raises(
        ProblemsFound, match=r"line 10: a quoted cell runs over several lines that look like rows"
    ):
        bring(tmp_path / "a.csv", "survey", tmp_path / "local")


@pytest.mark.parametrize("end", ["ok", '"ok"'])
def test_a_file_without_a_last_line_end_is_read_when_its_last_used_cell_is_whole(
    end: str, tmp_path: Path
) -> None:
    content = text(TURN).rstrip("\r\n").removesuffix("ok") + end
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    assert bring(tmp_path / "a.csv", "turnover", tmp_path / "local").rows == 8


def test_a_last_used_cell_in_quotation_marks_is_whole(tmp_path: Path) -> None:
    content = text([row[:6] for row in TURN]).rstrip("\r\n").removesuffix("57") + '"57"'
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    assert bring(tmp_path / "a.csv", "turnover", tmp_path / "local").rows == 8


@pytest.mark.parametrize("cut", ["57;ok", "7;ok", ";57;ok"])
def test_a_file_that_is_cut_off_is_still_refused(cut: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text(TURN).rstrip("\r\n").removesuffix(cut), encoding="utf-8")
    with pytest.raises(ProblemsFound, match="may be cut off"):
        bring(tmp_path / "a.csv", "turnover", tmp_path / "local")


# --- rows that are none ---------------------------------------------------------------------------------------------


def test_subtotals_of_a_pivot_table_are_totals(tmp_path: Path) -> None:
    rows: list[list[object]] = [TURN[0][:6]]
    for n, area in enumerate(AREAS):
        rows += [row[:6] for row in TURN[1 + 2 * n : 3 + 2 * n]]
        rows.append([f"{area} Total", "", 1000, 1800, 122, 114])
    rows.append(["Hovedtotal", "", 4000, 7200, 488, 456])
    done = bring(csv_file(tmp_path / "a.csv", rows), "turnover", tmp_path / "local")
    assert (done.rows, done.sources[0].dropped) == (8, {"a total": [4, 7, 10, 13, 14]})


def test_unanswered_questions_are_dropped_as_the_refusal_advises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """36 of 40 answered."""
    monkeypatch.chdir(ROOT)
    rows = [list(row) for row in ANSWERS]
    for row in rows[1::10]:
        row[4] = ""
    command = [csv_file(tmp_path / "a.csv", rows), "--as", "survey", "--supplied-by", "Kontoret"]
    command += ["--into", tmp_path / "local"]
    code, said = typed(*command)
    assert code and "is empty" in said
    code, said = typed(*command, *advised(said))
    assert code == 0 and "40 rows read, 36 kept; 4 dropped (answer is on the drop list)" in said


def test_a_provisional_quarter_of_statistics_denmark_is_read_as_such(tmp_path: Path) -> None:
    rows = [
        BENEFITS,
        *([area, quarter, 870, "212,5", 150] for area in AREAS for quarter in ("2018K1", "2018K2*")),
    ]
    done = bring(csv_file(tmp_path / "a.csv", rows), "benefits", tmp_path / "local")
    assert [(row["quarter"], row["status"]) for row in rows_of(done.path)] == [
        ("2018Q1", "final"),
        ("2018Q2", "provisional"),
    ] * 4


# --- headings of people and of places -------------------------------------------------------------------------------

PEOPLE = """Fornavn og efternavn; For- og efternavn; Efternavn; fornavn; Hvad er dit navn?; Dit navn; Navn (valgfrit)
Anmelders navn; Forurettedes navn; Kontaktpersons navn; Lejers navn; Beboers navn; Navn på beboer
Skriv dit fulde navn; Navn 1; RecipientLastName; Recipient Email; E-mail (valgfri); Din mailadresse
Cpr nummer (6 cifre); Fulde navn; Borgerens navn; Barnets navn; CPR-nr.; respondent_name; Beboerens navn og område
Fødselsdato; Telefonnummer; Mobilnr.; Initialer; IP-adresse; Brugernavn""".replace("\n", "; ")
PLACES = """Områdenavn; Navn på området; Boligområdets navn; Afdelingsnavn; Navn på afdeling; Kommunenavn; Gadenavn
Vejnavn; area name; Name of the area; Aktivitetens navn; Filnavn; variableName; questionName
Hvor mange naboer kender du ved navn?; Hvor tryg er du?; Kommentar""".replace("\n", "; ")


def gated(heading: str, tmp_path: Path) -> bool:
    rows = [["Område", "År", heading], ["Ringparken", 2018, "Prøve"], ["Sydbyen", 2018, "Prøve"]]
    return bool(privacy.scan(csv_file(tmp_path / "a.csv", rows)))


@pytest.mark.parametrize("heading", PEOPLE.split("; "))
def test_a_heading_with_a_word_for_personal_data_is_stopped(heading: str, tmp_path: Path) -> None:
    assert gated(heading, tmp_path)


@pytest.mark.parametrize("heading", PLACES.split("; "))
def test_a_heading_of_places_or_opinions_passes(heading: str, tmp_path: Path) -> None:
    assert not gated(heading, tmp_path)


def test_a_heading_in_a_workbook_is_stopped_below_its_title(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Udtræk fra maj"], [], ["Område", "År", "Lejers fulde navn"], ["Ringparken", 2018, "Prøve"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert [str(problem) for problem in privacy.scan(tmp_path / "a.xlsx")] == [
        "a.xlsx, sheet 'Sheet', row 3, column C: is a column of names or other personal data. "
        "Remove it; if it holds names of areas, call it Område."
    ]


def test_a_comment_that_speaks_of_mail_or_names_passes(tmp_path: Path) -> None:
    rows = [["Område", "År", "Kommentar"], ["Ringparken", 2018, "Send mig en mail, hvis navnet mangler"]]
    assert privacy.scan(csv_file(tmp_path / "a.csv", rows)) == []
