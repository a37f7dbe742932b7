"""Fingerprints: the published rows that an analyst's words were written against, and what has changed since."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.plan import Plan
from evalkit.report import on_pages
from evalkit.terms import PLAN, Shown, Verdict

COLUMNS: Final = (
    "shown",
    "value",
    "lower",
    "upper",
    "change",
    "change_lower",
    "change_upper",
    "target",
    "verdict",
    "effect",
    "effect_lower",
    "effect_upper",
    "evidence_level",
    "comparison_says",
)
"""What of a row an assessment can speak of."""

_END: Final = re.compile(r"(^|_)(lower|upper)$")

Figures = Mapping[str, Mapping[str, float | str]]
"""By row id the columns that are not empty; numbers to six significant digits, so that another machine agrees."""


@dataclass(frozen=True)
class Difference:
    """One figure that is no longer what it was; None where there was or is none."""

    row: str
    column: str
    old: float | str | None
    new: float | str | None

    def __str__(self) -> str:
        return f"{self.row}.{self.column} was {_said(self.old)}, is {_said(self.new)}"


def figures(plan: Plan, rows: pd.DataFrame, area: str, year: int) -> dict[str, dict[str, float | str]]:
    """The figures that an assessment of one area and year is about: all of its year that its page shows, and its goals since the
    baseline.

    A baseline of several years, or one before the others', has its first year. Words on the whole plan are also about
    the goals of every area in that year.
    """
    goals = [goal.indicator for goal in plan.goals.values()]
    own, goal = rows["area"] == area, rows["indicator"].isin(goals)
    since = rows["indicator"].map({name: plan.baseline_of(name).years[0] for name in goals})
    since = since.fillna(plan.baseline_year).clip(upper=plan.baseline_year)
    since = np.minimum(
        since, rows["baseline_year"].fillna(plan.baseline_year)
    )  # the first measured is told there
    earlier = goal & rows["year"].between(since, year)
    shown = rows["indicator"].isin(on_pages(rows[rows["year"] <= year], plan, area))
    wanted = own & ((rows["year"] == year) & shown | earlier)
    if area == PLAN:
        wanted |= goal & (rows["year"] == year) & rows["area"].isin(list(plan.areas))
    mine = rows[wanted].sort_values("row")
    return {
        str(row["row"]): {name: value for name in COLUMNS if (value := _plain(row[name])) is not None}
        for row in mine[["row", *COLUMNS]].to_dict("records")
    }


def fingerprint(figures: Figures) -> str:
    """Sixteen hexadecimal digits that are others when any of the figures is."""
    said = [[row, name, _said(one[name])] for row, one in sorted(figures.items()) for name in sorted(one)]
    text = json.dumps(said, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def differences(old: Figures, new: Figures) -> Iterator[Difference]:
    """Every figure that differs, in the order of rows and columns; of a row that came, went or is hidden only that.

    Nor is a change told that a hidden baseline has taken away: with the level it would give the baseline back.
    """
    for row in sorted({*old, *new}):
        before, now = old.get(row, {}), new.get(row, {})
        whole = not before or not now or now.get("shown") == Shown.SUPPRESSED
        unsaid = now.get("verdict") == Verdict.SUPPRESSED
        for column in COLUMNS[:1] if whole else COLUMNS:
            if unsaid and column not in now:
                continue
            if before.get(column) != now.get(column):
                yield Difference(row, column, before.get(column), now.get(column))


def in_brief(found: Sequence[Difference]) -> list[Difference]:
    """The same without an interval's ends where the number between them differs too."""
    changed = {(one.row, one.column) for one in found}
    return [
        one
        for one in found
        if not _END.search(one.column) or (one.row, _END.sub("", one.column) or "value") not in changed
    ]


def _plain(value: Any) -> float | str | None:
    if (
        value is None
        or value == ""
        or (isinstance(value, float) and not math.isfinite(value))
        or value is pd.NA
    ):
        return None
    if isinstance(value, str):
        return value
    number = float(f"{float(value):.6g}")
    return int(number) if number.is_integer() else number


def _said(value: float | str | None) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else f"{value:.6g}"
