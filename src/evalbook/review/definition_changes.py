"""Changes of definitions after the first evaluation: which of them plan.yml does not tell of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from evalbook.approval.definitions import Definitions, of_plan
from evalbook.review.release import FOLDER
from evalkit.errors import Problem
from evalkit.plan import Plan, params
from evalkit.plan.baselines import FIRST_MEASURED
from evalkit.terms import Reading
from evalkit.text.numbers import number

OUTPUT = "output"
_WORDS: Final = {
    "none": ("intet tal", "no number"),
    FIRST_MEASURED: ("det første målte år", "the first measured year"),
}
"""A definition that is a word, in Danish and English."""
OTHERWISE: Final = {
    "definition": "another",
    "comparison": "another (margin, own_trends, or in indicators.yml delta or comparator)",
}
"""What was another, where it cannot be said in a word what it was."""


def untold(plan: Plan) -> Iterator[Problem]:
    """A problem for every goal's baseline, target, definition or comparison that was changed more often than `changes` in plan.yml says.

    What it was is known from the ledgers: every run of output/history.jsonl, and run.json of every release.
    """
    files = {
        name: params.read(plan.root / "params" / f"{name}.yml", plan.root) for name in ("plan", "indicators")
    }
    runs, now = _runs(plan.root), of_plan(plan)
    for goal, parts in now.items():
        for what, current in parts.items():
            was = [(began, told[goal][what]) for began, told in runs if what in told.get(goal, {})]
            series = [*was, ("", current)]
            moves = [(one, other) for one, other in pairwise(series) if one[1] != other[1]]
            said = sum(change.goal == goal and change.what == what for change in plan.changes)
            if len(moves) <= said:
                continue
            (began, before), _ = moves[said]
            old = OTHERWISE.get(what, before)
            place = {"definition": (plan.goals[goal].indicator,), "comparison": ("goals", goal)}.get(
                what, ("goals", goal, what)
            )
            yield files["indicators" if what == "definition" else "plan"].problem(
                place,
                f"the {what} was {old} in the evaluation of {began[:10]}, and changed after it.",
                "Say when and why in params/plan.yml: "
                f"changes: [{{date: {began[:10]}, goal: {goal}, what: {what}, before: {_typed(what, before)}, reason: {{da: …, en: …}}}}]",
            )


def _typed(what: str, before: str) -> str:
    """What was before, as plan.yml has it: years as they are, words in both languages."""
    paced = re.fullmatch(r"(\S+) a year, (\w+)", before)
    if what in OTHERWISE or (what == "target" and not paced and before not in _WORDS):
        # told in words, which only whoever changed it can write
        return "{da: …, en: …}"
    if paced:
        pace = float(paced[1])
        linear = paced[2] == Reading.LINEAR
        texts = (
            f"{number(pace, 1, language='da', scale=100, signed=True)} pct. om året" + linear * ", lineært",
            f"{number(pace, 1, language='en', scale=100, signed=True)}% a year" + linear * ", linear",
        )
    elif before in _WORDS:
        texts = _WORDS[before]
    else:
        return json.dumps(before, ensure_ascii=False)
    return "{{da: {}, en: {}}}".format(*(json.dumps(text, ensure_ascii=False) for text in texts))


def _runs(root: Path) -> list[tuple[str, Definitions]]:
    """When each run with real figures began, and its definitions; oldest first."""
    ledgers = [_read(path.read_bytes()) for path in sorted((root / FOLDER).glob("*/**/run.json"))]
    records: list[Any] = [one.get("run") for one in ledgers if isinstance(one, dict)]
    for path in (root / OUTPUT / "history.jsonl", root / OUTPUT / "en" / "history.jsonl"):
        records += map(_read, path.read_bytes().splitlines()) if path.is_file() else ()
    found = [(str(one["began"]), one["definitions"]) for one in records if _tells(one)]
    return sorted(found, key=lambda one: one[0])


def _tells(record: Any) -> bool:
    """Whether a record is of a run with real figures, in the form of today."""
    told = record.get("definitions") if isinstance(record, dict) and "began" in record else None
    return bool(told) and isinstance(told, dict) and all(isinstance(parts, dict) for parts in told.values())


def _read(text: bytes) -> Any:
    """JSON, or None where a line is torn or written by hand."""
    try:
        return json.loads(text)
    except ValueError:
        return None
