"""What a data set holds: completeness by table, area and year, marks, breaks, and values unlike the area's own history."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import pandas as pd

from evalbook.intake.unusual import Unusual, far_off, odd_weights
from evalkit.data.delivery import plan_year
from evalkit.plan import YearStart
from evalkit.schema import TABLES, Table
from evalkit.terms import PLAN

_SYMBOLS: Final = {"complete": "●", "partial": "◐", "none": "0", "missing": "–"}


@dataclass(frozen=True)
class Held:
    """What a table has of one area and plan year.

    state   complete | partial (some quarters or groups lack) | none (no report where reports were delivered) |
            missing
    marks   provisional, revised, break
    """

    table: str
    area: str
    year: int
    state: str
    rows: int
    expected: int
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overview:
    """Completeness and unusual values of a data set."""

    held: list[Held]
    unusual: list[Unusual]
    breaks: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For machines: `evalkit check --format json`."""
        marks = [
            {"table": one.table, "area": one.area, "year": one.year, "marks": list(one.marks)}
            for one in self.held
            if one.marks
        ]
        return {
            "completeness": [asdict(one) for one in self.held],
            "unusual": [asdict(one) for one in self.unusual],
            "marks": marks,
            "breaks": self.breaks,
            "notes": self.notes,
        }

    def lines(self) -> list[str]:
        """For people: one map per table, then what to look at."""
        said = [
            "● complete  ◐ partial  0 none reported  – missing   p provisional  r revised  | series break before the year"
        ]
        for table in dict.fromkeys(one.table for one in self.held):
            of_table = [one for one in self.held if one.table == table]
            years = sorted({one.year for one in of_table})
            alike: dict[str, list[str]] = {}  # areas whose years look the same share a line
            for area in dict.fromkeys(one.area for one in of_table):
                cells = {one.year: _cell(one) for one in of_table if one.area == area}
                alike.setdefault(" ".join(f"{cells.get(year, ''):>4}" for year in years), []).append(area)
            said.append(f"{table:<15}" + " ".join(f"{year:>4}" for year in years))
            said += [
                f"{'':<15}{line}  {', '.join(areas[:4])}{f' and {len(areas) - 4} more' if len(areas) > 4 else ''}"
                for line, areas in alike.items()
            ]
        said += self.notes
        said += [f"look at: {one}" for one in self.unusual]
        said += [
            f"series break: {one['table']}, {one['area']}, from {one['year']}: {one['en']}"
            for one in self.breaks
        ]
        return said


def _cell(one: Held) -> str:
    letters = "".join(
        letter
        for letter, mark in (("|", "break"), ("p", "provisional"), ("r", "revised"))
        if mark in one.marks
    )
    return letters + _SYMBOLS[one.state]


def overview(
    tables: Mapping[str, pd.DataFrame],
    plan_areas: Sequence[str],
    years: Sequence[int],
    *,
    year_starts: YearStart,
    delivered: Collection[tuple[str, int]] = (),
    notes: Sequence[str] = (),
) -> Overview:
    """Completeness, marks, breaks and unusual values of checked tables (evalkit.data.DataSet.tables).

    `years`: the plan years, baseline included; `year_starts`: the day on which a plan year begins;
    `delivered`: areas and plan years of which somebody has handed over the reports; `notes`: what else to say.
    """
    breaks = (
        [{str(key): value for key, value in one.items()} for one in tables["breaks"].to_dict("records")]
        if "breaks" in tables
        else []
    )
    held = [
        one
        for table in TABLES.values()
        if table.name in tables and table.name not in ("comparators", "breaks")
        for one in _held(table, tables[table.name], plan_areas, years, breaks, year_starts, delivered)
    ]
    unusual = [
        one
        for table in TABLES.values()
        if table.name in tables
        for one in far_off(table, tables[table.name], year_starts)
    ]
    if {"survey", "population"} <= set(tables):
        unusual += odd_weights(tables["survey"], tables["population"], year_starts)
    return Overview(held, sorted(unusual, key=lambda one: -one.score), breaks, list(notes))


def _held(
    table: Table,
    frame: pd.DataFrame,
    plan_areas: Sequence[str],
    years: Sequence[int],
    breaks: list[dict[str, Any]],
    starts: YearStart,
    delivered: Collection[tuple[str, int]],
) -> Iterator[Held]:
    if frame.empty:
        return
    plan_only = table.name in (
        "activities",
        "economy",
        "movers",
    )  # what only the plan has, and only in its years
    area = frame["area"] if "area" in frame else pd.Series(PLAN, index=frame.index)
    year = plan_year(frame, starts)
    last = int(year.max())
    rows = frame.groupby([area, year]).size().to_dict()
    status = frame.groupby([area, year])["status"].agg(set).to_dict() if "status" in frame else {}
    expected = _expected(table, frame)
    areas = dict.fromkeys(
        [PLAN] if "area" not in frame else plan_areas if plan_only else [*plan_areas, *area]
    )
    for one in areas:
        for when in sorted(set(year)) if plan_only else range(int(year.min()), max(last, *years) + 1):
            count = int(rows.get((one, when), 0))
            nothing = "none" if table.name == "incidents" and (one, when) in delivered else "missing"
            state = nothing if count == 0 else "complete" if count >= expected else "partial"
            marks = [mark for mark in ("provisional", "revised") if mark in status.get((one, when), ())]
            if any(
                each["table"] == table.name and each["area"] in (one, "all") and int(each["year"]) == when
                for each in breaks
            ):
                marks.append("break")
            yield Held(table.name, str(one), int(when), state, count, expected, tuple(marks))


def _expected(table: Table, frame: pd.DataFrame) -> int:
    """Rows of one area and year when every quarter and group is there; 1 where that cannot be known."""
    groups = [name for name in table.key if name not in ("area", "year", "quarter")]
    if not table.key or any(not table.column(name).listed for name in groups):
        return 1
    quarters = (
        frame["quarter"].str[5].nunique() if "quarter" in frame else 1
    )  # one of a stock made up once a year
    return quarters * (len(frame[groups].drop_duplicates()) if groups else 1)
