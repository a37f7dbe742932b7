"""SurveyXact exports: answers by label, never by code, in every form of file that it writes."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from evalbook.intake import surveyxact
from evalkit.errors import ProblemsFound
from intake_files import bring, csv_file, written

STRUCTURE = [
    ["questionName", "variableName", "questionType", "subType", "questionText", "choiceValue", "choiceText"],
    ["omr", "omr", "Background", "", "Boligområde", "", ""],
    ["aar", "aar", "Background", "", "Undersøgelsesår", "", ""],
    ["Q1", "s_1", "Single", "Radio", "Køn", "1", "Mand"],
    ["Q1", "s_1", "Single", "Radio", "Køn", "2", "Kvinde"],
    ["alder", "alder", "Number", "", "Alder", "", ""],
    [
        "Q3",
        "s_3",
        "Single",
        "Radio",
        "I hvor høj grad føler du dig tryg i dit boligområde?",
        "4",
        "I høj grad",
    ],
    [
        "Q3",
        "s_3",
        "Single",
        "Radio",
        "I hvor høj grad føler du dig tryg i dit boligområde?",
        "5",
        "I nogen grad",
    ],
    [
        "Q3",
        "s_3",
        "Single",
        "Radio",
        "I hvor høj grad føler du dig tryg i dit boligområde?",
        "1",
        "Slet ikke",
    ],
    ["v", "v", "Background", "", "Vægt", "", ""],
    ["Q4", "s_4_1", "Multiple", "Checkbox", "Hvor går du tur?", "1", "Parken"],
    ["Q4", "s_4_2", "Multiple", "Checkbox", "Hvor går du tur?", "2", "Gaden"],
]
LABELS = [
    ["s_1", "1", "Mand"],
    ["s_1", "2", "Kvinde"],
    ["s_3", "4", "I høj grad"],
    ["s_3", "5", "I nogen grad"],
    ["s_3", "1", "Slet ikke"],
    ["s_4_1", "0", "Ikke valgt"],
    ["s_4_1", "1", "Valgt"],
    ["s_4_2", "0", "Ikke valgt"],
    ["s_4_2", "1", "Valgt"],
]
DATASET = [
    ["omr", "aar", "s_1", "alder", "s_3", "v", "s_4_1", "s_4_2", ""],
    ["Motalavej", "2018", "2", "34", "4", "1,5", "1", "0", ""],
    ["Motalavej", "2018", "1", "70", "1", "0,5", "1", "1", ""],
]
CANONICAL = [
    "area,year,sex,age_group,answer,weight",
    "motalavej,2018,f,25-39,high,1.5",
    "motalavej,2018,m,65+,none,0.5",
]


def export(
    folder: Path,
    dataset: Any = DATASET,
    structure: Any = STRUCTURE,
    labels: Any = LABELS,
    delimiter: str = "\t",
    encoding: str = "utf-16",
) -> list[Path]:
    parts = {"dataset": dataset, "structure": structure, "labels": labels}
    return [
        csv_file(folder / f"maaling_{part}.csv", rows, delimiter, encoding) for part, rows in parts.items()
    ]


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [("\t", "utf-16"), (";", "cp1252"), (",", "cp1252"), (";", "utf-8-sig")]
)
def test_three_files_in_every_form_give_the_answers_by_label(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    done = bring(export(tmp_path, delimiter=delimiter, encoding=encoding), "survey", tmp_path / "local")
    assert written(done) == CANONICAL
    assert done.sources[0].form["format"] == "SurveyXact"
    assert done.sources[0].columns["s_3"] == "answer"  # known by the text of its question


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    assert written(bring(export(tmp_path)[::-1], "survey", tmp_path / "local")) == CANONICAL


def test_one_workbook_with_three_sheets_is_the_same(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    for part, rows in (("Dataset", DATASET), ("Structure", STRUCTURE), ("Labels", LABELS)):
        page = book.create_sheet(part)
        for row in rows:
            page.append(
                [float(cell.replace(",", ".")) if cell.replace(",", "").isdigit() else cell for cell in row]
            )
    book.save(tmp_path / "a.xlsx")
    assert written(bring(tmp_path / "a.xlsx", "survey", tmp_path / "local")) == CANONICAL


@pytest.mark.parametrize("seed", range(10))
def test_codes_in_any_order_give_the_same_answers(tmp_path: Path, seed: int) -> None:
    """The codes are dealt anew; only the labels may decide."""
    chance = random.Random(seed)
    codes = dict(zip(["4", "5", "1"], map(str, chance.sample(range(1, 99), 3)), strict=True))
    dataset = [DATASET[0], *([*row[:4], codes[row[4]], *row[5:]] for row in DATASET[1:])]
    structure = [[*row[:5], codes[row[5]], row[6]] if row[1] == "s_3" else row for row in STRUCTURE]
    labels = [[row[0], codes[row[1]], row[2]] if row[0] == "s_3" else row for row in LABELS]
    assert (
        written(bring(export(tmp_path, dataset, structure, labels), "survey", tmp_path / "local"))
        == CANONICAL
    )


def test_labels_may_have_a_header_and_answers_may_be_labels_already(tmp_path: Path) -> None:
    dataset = [DATASET[0], [*DATASET[1][:4], "I høj grad", *DATASET[1][5:]], DATASET[2]]
    files = export(tmp_path, dataset, labels=[["variableName", "value", "valueLabel"], *LABELS])
    assert written(bring(files, "survey", tmp_path / "local")) == CANONICAL


def test_a_question_that_was_not_answered_is_left_out_when_the_mapping_says_so(tmp_path: Path) -> None:
    files = export(tmp_path, [*DATASET, ["Motalavej", "2018", "1", "40", "", "1", "0", "0", ""]])
    with pytest.raises(ProblemsFound, match=r"row 4, column E.*is empty"):
        bring(files, "survey", tmp_path / "local")
    done = bring(files, "survey", tmp_path / "local", options={"drop": {"answer": [""]}})
    assert written(done) == CANONICAL
    assert done.sources[0].dropped == {"answer is on the drop list": [4]}


def test_a_multiple_choice_question_becomes_what_was_chosen(tmp_path: Path) -> None:
    (one,), rest = surveyxact.grouped(export(tmp_path))
    sheet = surveyxact.read(one)
    assert rest == []
    assert [cells[8] for _, cells in sheet.rows] == ["Q4", "Parken", "Parken + Gaden"]
    assert sheet.also[8] == ["Hvor går du tur?"]


def test_two_exports_at_once_are_told_apart_by_name(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    other = [
        path.rename(path.with_name(path.name.replace("maaling", "nabo")))
        for path in export(tmp_path / "b", [DATASET[0], ["Sydbyen", *DATASET[1][1:]]])
    ]
    exports, rest = surveyxact.grouped([*export(tmp_path), *other, tmp_path / "andet.csv"])
    assert [[path.name for path in one.files] for one in exports] == [
        ["maaling_dataset.csv", "maaling_structure.csv", "maaling_labels.csv"],
        ["nabo_dataset.csv", "nabo_structure.csv", "nabo_labels.csv"],
    ]
    assert rest == [tmp_path / "andet.csv"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d, s, l: ([*d[:-1], [*d[2][:4], "9", *d[2][5:]]], s, l), "code '9' has no label"),
        (lambda d, s, l: (d, [row[:6] for row in s], l), "the structure lacks the columns choiceText"),
        (lambda d, s, l: ([["x"] * 9, *d[1:]], s, l), "none of the variables that the structure names"),
        (lambda d, s, l: (d, s, [*l, ["s_3", "4", "Ved ikke"]]), "has two labels"),
        (
            lambda d, s, l: (d, s, [*l, ["s_3", "3", "Slet ikke"]]),
            "'Slet ikke' is the label of two codes of s_3, 1 and 3",
        ),
        (lambda d, s, l: (d, s, [*l, ["s_3", "4"]]), "has 2 cells"),
        (
            lambda d, s, l: (d, [*s, ["Q3", "s_3", "Single", "Radio", "Noget andet", "9", "x"]], l),
            "has two question texts",
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused(tmp_path: Path, change: Any, said: str) -> None:
    with pytest.raises(ProblemsFound, match=said):
        bring(export(tmp_path, *change(DATASET, STRUCTURE, LABELS)), "survey", tmp_path / "local")


def test_two_of_three_files_are_not_an_export(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="the file labels of the SurveyXact export is missing"):
        bring(export(tmp_path)[:2], "survey", tmp_path / "local")
