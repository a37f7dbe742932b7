"""Messages in the user's language: chosen by the plan or the environment; a form is found whatever stands in it."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from evalbook import messages
from evalkit.errors import Problem, ProblemsFound
from intake_files import csv_file, table, typed


@pytest.mark.parametrize(
    ("english", "danish"),
    [
        ("is empty.", "er tom."),
        ("'kvinde' is not known. Did you mean 'kvinder'?", "'kvinde' er ukendt. Mente du 'kvinder'?"),
        ("13 rows read, 8 kept; 5 dropped (a total): row 4, 7; 1 dropped (blank): row 9",
         "13 rækker læst, 8 beholdt; 5 udeladt (en total): række 4, 7; 1 udeladt (tomme): række 9"),
        ("look at: incidents of kind vandalism, no report from anybody after 2021-05-10 in plan year 2021; usually about "
         "60 come in that time. If they were not delivered, ask for them: as it is, the year counts as low.",
         "se efter: hændelser af arten vandalism: ingen har anmeldt noget efter 2021-05-10 i planår 2021, hvor der plejer "
         "at komme omkring 60. Er de ikke leveret, så bed om dem: som det er, regnes året for lavt."),
        ("Afdeling 14 has no row from 2018-10-01 to 2019-09-30: none, or not delivered? Add a row of it, with 0 under "
         "'Antal' if there were none, or say in params/plan.yml until when it counts.",
         "Afdeling 14 har ingen række fra 2018-10-01 til 2019-09-30: var der ingen, eller er de ikke leveret? Tilføj en "
         "række for den, med 0 under 'Antal', hvis der ingen var, eller skriv i params/plan.yml, til hvornår den tæller."),
        ("'Motalavej' is all of motalavej, and '12' in row 3 of b.csv is a department of it: the same twice, or what "
         "belongs to no department?",
         "'Motalavej' er hele motalavej, og '12' i række 3 i b.csv er en afdeling i det: det samme to gange, eller noget "
         "uden for afdelingerne?"),
        ('Leave the whole out with --drop "area:X"; if it belongs to no department, add --value "area:X=x" --add-up',
         'Udelad helheden med --drop "area:X"; ligger det uden for afdelingerne, så tilføj --value "area:X=x" --add-up'),
        ("is a year, and row 2 has the same year of the same: are they months or quarters of it?",
         "er et år, og række 2 har samme år for det samme: er det årets måneder eller kvartaler?"),
        ("'rst' is no area of the plan and no comparator. Known: nord, syd.",
         "'rst' er hverken et af planens områder eller et, der sammenlignes med. Kendt: nord, syd."),
        ("140 more rows like these.", "140 rækker mere af samme slags."),
        ("'Skur' is not known. Known: rest. Say which it is with --value \"area:Skur=…\", or leave its rows out with "
         "--drop \"area:Skur\".",
         "'Skur' er ukendt. Kendt: rest. Sig, hvad det er, med --value \"area:Skur=…\", eller udelad dets rækker med "
         "--drop \"area:Skur\"."),
        ("--from/--to: 'oktober' is not a date. Write it as 2018-10-01.",
         "--from/--to: 'oktober' er ikke en dato. Skriv den som 2018-10-01."),
        ("look at: survey, nord 2025 (and 2 more years): the weights add up to 188, but the residents of 18 or more are 1914.",
         "se efter: survey, nord 2025 (og 2 år til): vægtene giver tilsammen 188, men der er 1914 beboere på 18 år eller mere."),
        ("no message that anybody wrote", "no message that anybody wrote"),
        ("no message. is empty.", "no message. er tom."),
        ("", ""),
    ],
)  # fmt: skip
def test_a_message_is_said_by_its_form_and_what_has_none_stays(english, danish):
    assert messages.danish(english) == danish


def test_every_form_says_in_danish_all_that_varies():
    with messages._CATALOGUE.open("rb") as file:
        forms = [(str(one.id), str(one.string)) for one in read_po(file, locale="da") if one.id]
    assert len(forms) > 200 and len({form for form, _ in forms}) == len(forms)
    for english, danish in forms:
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", danish)), english


@pytest.mark.parametrize(
    ("typed_in_plan", "environment", "said"),
    [
        ("da", "en_GB.UTF-8", "da"),
        ("en", "da_DK.UTF-8", "en"),
        (None, "da_DK.UTF-8", "da"),
        (None, "C", "en"),
    ],
)
def test_the_plan_says_the_language_before_the_environment(
    workbook, monkeypatch, typed_in_plan, environment, said
):
    path = workbook / "params" / "plan.yml"
    if typed_in_plan:
        path.write_text(f"language: {typed_in_plan}\n" + path.read_text("utf-8"), encoding="utf-8")
    monkeypatch.chdir(workbook)
    monkeypatch.setenv("LC_ALL", environment)
    assert messages.language() == said


def test_an_error_is_told_with_its_place(monkeypatch):
    monkeypatch.setenv("LC_ALL", "da_DK.UTF-8")
    error = ProblemsFound([Problem("a.csv", "row 2, column C (Køn)", "is empty.", "Correct it.")])
    assert messages.of_error(error) == "a.csv, række 2, kolonne C (Køn): er tom. Ret det."


def test_the_same_cell_is_refused_once_with_its_rows(tmp_path, into):
    rows = [["Område", "Planår", "Boliger", "Beboere", "Tilflyttede", "Fraflyttede"]]
    rows += [["Ringparken" if n % 2 else "Ringparkne", str(2000 + n), "9", "9", "1", "1"] for n in range(20)]
    code, told = typed(csv_file(tmp_path / "a.csv", rows), "--as", "turnover", *into)
    assert code != 0
    assert told.count("'Ringparkne' is not known") == 1
    assert "rows 2, 4, 6, 8, 10, 12, 14, 16 and 2 more, column A (Område)" in told


def test_a_refusal_leaves_a_mapping_file_to_fill_in_and_no_table(tmp_path, into):
    rows = [["Sted", "Planår", "Boliger", "Beboere", "Tilflyttede", "Fraflyttede"],
            ["Ringparken", "2018", "9", "9", "1", "1"]]  # fmt: skip
    source = csv_file(tmp_path / "a.csv", rows)
    code, told = typed(source, "--as", "turnover", *into)
    left = [path for path in (tmp_path / "local").rglob("*") if path.is_file()]
    (file,) = left
    assert code != 0 and file.name == "turnover.yml" and "mappings/turnover.yml: holds what was found" in told
    text = file.read_text("utf-8")
    assert (
        "understood: year = Planår" in text and "#   area:  # område" in text and "in the file: Sted" in text
    )
    file.write_text(text.replace("# columns:\n", "columns:\n  area: Sted\n", 1), encoding="utf-8")
    code, told = typed(source, "--as", "turnover", *into)
    assert code == 0 and "Sted → area" in told


def test_a_mapping_file_to_fill_in_keeps_nothing_that_holds_for_one_source_alone(tmp_path, into):
    head = ["Område", "Boliger", "Beboere", "Tilflyttede", "Fraflyttede"]
    wrong = csv_file(tmp_path / "a.csv", [head, ["Ringparkne", "9", "9", "1", "1"]])
    assert typed(wrong, "--as", "turnover", "--set", "year=2018", *into)[0] != 0
    right = csv_file(tmp_path / "b.csv", [["Planår", *head], ["2019", "Ringparken", "9", "9", "1", "1"]])
    assert typed(right, "--as", "turnover", *into)[0] == 0
    assert [row["year"] for row in table(tmp_path, "turnover")] == ["2019"]
