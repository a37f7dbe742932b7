"""SurveyXact exports: dataset, structure and labels made one sheet, answers by their label and never by their code."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from evalbook.intake import container
from evalbook.intake.sheet import Cell, Sheet, cell_of, filled, is_blank, refuse, stop
from evalkit.errors import Problem

PARTS: Final = ("dataset", "structure", "labels")
_PART: Final = re.compile(rf"(.*?)[ _.-]*({'|'.join(PARTS)})")
_STRUCTURE: Final = (
    "questionName",
    "variableName",
    "questionType",
    "subType",
    "questionText",
    "choiceValue",
    "choiceText",
)


@dataclass(frozen=True)
class Export:
    """The three parts of one export: three files, or three sheets of one workbook."""

    files: tuple[Path, ...]
    in_workbook: bool = False

    def sheet(self, part: str) -> Sheet:
        """Cells of one part."""
        if self.in_workbook:
            names = container.sheets(self.files[0])
            return container.read(
                self.files[0], next(name for name in names if name.casefold().strip() == part)
            )
        path = self.files[PARTS.index(part)]
        return container.read(path, is_header=lambda word: word.strip().strip('"') in _STRUCTURE)


@dataclass(frozen=True)
class Choice:
    """One 0/1 variable of a multiple-choice question, and what was chosen when it is 1."""

    question: str
    question_text: str
    text: str


def grouped(sources: Sequence[Path]) -> tuple[list[Export], list[Path]]:
    """Exports of three files among the sources, and the other sources."""
    families: dict[str, dict[str, Path]] = defaultdict(dict)
    others = []
    for path in sources:
        match = _PART.fullmatch(path.stem.casefold())
        if match is None:
            others.append(path)
        else:
            families[match[1]][match[2]] = path
    exports = []
    for family in families.values():
        if set(family) == set(PARTS):
            exports.append(Export(tuple(family[part] for part in PARTS)))
        elif len(family) > 1:
            missing = ", ".join(part for part in PARTS if part not in family)
            raise refuse(
                next(iter(family.values())),
                f"the file {missing} of the SurveyXact export is missing.",
                "Name all three: dataset, structure, labels.",
            )
        else:
            others += family.values()
    return exports, others


def workbook(path: Path) -> Export | None:
    """The export in one workbook; None when it has not the three sheets."""
    names = {name.casefold().strip() for name in container.sheets(path)}
    return Export((path,), in_workbook=True) if set(PARTS) <= names else None


def read(export: Export) -> Sheet:
    """One sheet: a row per respondent, labels for codes, headers by variable name, question text and question name.

    A multiple-choice question also becomes one column that holds what was chosen. Refuses a code without a label.
    """
    data, structure, labels = (export.sheet(part) for part in PARTS)
    questions, choices = _structure(structure)
    meaning = _labels(labels)
    at, header = next(((at, cells) for at, (_, cells) in enumerate(data.rows) if cells), (0, ()))
    variables = {i: str(cell).strip() for i, cell in filled(header)}
    coded = {i for i, name in variables.items() if name in meaning}
    missing = sorted(set(questions) - set(variables.values()))
    if len(missing) == len(questions):
        raise data.refuse(
            None,
            "holds none of the variables that the structure names.",
            "Do the three parts come from one export?",
        )
    several: dict[str, list[tuple[int, Choice]]] = defaultdict(list)
    for i, name in variables.items():
        if name in choices:
            several[choices[name].question].append((i, choices[name]))
    width = len(header)
    problems: list[Problem] = []
    rows: list[tuple[int, tuple[Cell, ...]]] = [(data.rows[at][0], (*header, *several))]
    for row, cells in data.rows[at + 1 :]:
        if not cells:
            continue
        line: list[Cell] = [*cells, *[None] * (width - len(cells))]
        picked: list[Cell] = [_picked(line, options) for options in several.values()]
        for i in coded:
            if is_blank(line[i]):
                continue
            label = _label(line[i], meaning[variables[i]])
            if label is None:
                problems.append(
                    data.problem(
                        row,
                        i,
                        variables[i],
                        f"code {str(line[i])[:20]!r} has no label.",
                        "Is `labels` from the same export?",
                    )
                )
            line[i] = label
        rows.append((row, (*line, *picked)))
    stop(problems[:10])
    also = {
        i: [text for text in questions.get(name, ()) if text]
        for i, name in variables.items()
        if name not in choices
    }
    also |= {width + n: [options[0][1].question_text] for n, options in enumerate(several.values())}
    form = {
        "format": "SurveyXact",
        **{key: value for key, value in data.form.items() if key in ("encoding", "delimiter", "sheet")},
    }
    file = data.file if len(export.files) == 1 else f"{data.file} with structure and labels"
    return replace(data, file=file, rows=rows, form=form, also=also)


def _structure(sheet: Sheet) -> tuple[dict[str, tuple[str, str]], dict[str, Choice]]:
    """Question text and question name of each variable; and the variables that are one choice of several."""
    at, where = 0, dict[str, int]()
    for row, (_, cells) in enumerate(sheet.rows[:20]):
        names = {str(cell).strip(): i for i, cell in filled(cells)}
        if len(set(_STRUCTURE) & set(names)) > len(set(_STRUCTURE) & set(where)):
            at, where = row, names
    if not set(_STRUCTURE) <= set(where):
        missing = ", ".join(name for name in _STRUCTURE if name not in where)
        raise sheet.refuse(
            None, f"the structure lacks the columns {missing}.", "Export dataset, structure and labels again."
        )
    questions: dict[str, tuple[str, str]] = {}
    choices: dict[str, Choice] = {}
    for row, cells in sheet.rows[at + 1 :]:
        said = {name: str(cell_of(cells, i) or "").strip() for name, i in where.items()}
        variable = said["variableName"]
        if not variable:
            continue
        known = questions.setdefault(variable, (said["questionText"], said["questionName"]))
        if known[0] != said["questionText"]:
            raise sheet.refuse(
                row, f"variable {variable!r} has two question texts.", "Export the structure again."
            )
        if "multiple" in f"{said['questionType']} {said['subType']}".casefold() and said["choiceText"]:
            choices[variable] = Choice(said["questionName"], said["questionText"], said["choiceText"])
    return questions, choices


def _labels(sheet: Sheet) -> dict[str, dict[str, str]]:
    """Code -> label by variable; a header may be there or not."""
    meaning: dict[str, dict[str, str]] = defaultdict(dict)
    for row, cells in sheet.rows:
        said = [str(cell).strip() for _, cell in filled(cells)]
        if not said or said == ["variableName", "value", "valueLabel"]:
            continue
        if len(said) != 3:
            raise sheet.refuse(
                row, f"has {len(said)} cells, not variable, value and label.", "Export the labels again."
            )
        variable, code, label = said
        if meaning[variable].setdefault(_code(code), label) != label:
            raise sheet.refuse(row, f"code {code} of {variable} has two labels.", "Export the labels again.")
        same = next(
            (one for one, text in meaning[variable].items() if text == label and one != _code(code)), None
        )
        if same is not None:
            raise sheet.refuse(
                row,
                f"{label!r} is the label of two codes of {variable}, {same} and {_code(code)}.",
                "Give each code its own label in SurveyXact and export again.",
            )
    return meaning


def _code(cell: Cell) -> str:
    text = str(cell).strip()
    return text[:-2] if text.endswith(".0") else text


def _label(cell: Cell, meaning: dict[str, str]) -> str | None:
    """The label of a code; an export that holds the labels themselves is as good."""
    text = _code(cell)
    return meaning.get(text) or (text if text in meaning.values() else None)


def _picked(line: list[Cell], options: list[tuple[int, Choice]]) -> str:
    """What was chosen in a multiple-choice question; several are joined, and no column of one answer takes that."""
    return " + ".join(choice.text for i, choice in options if _code(line[i]) in ("1", choice.text))
