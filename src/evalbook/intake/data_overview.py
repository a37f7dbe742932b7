"""What a data set holds: completeness by table, area and year, marks, breaks, and values unlike the area's own history."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.data.delivery import plan_year
from evalkit.plan import YearStart
from evalkit.schema import ADULT_AGE_GROUPS, TABLES, Table
from evalkit.terms import PLAN

_LETTERS: Final = (("|", "break"), ("p", "provisional"), ("r", "revised"))
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
    return "".join(letter for letter, mark in _LETTERS if mark in one.marks) + _SYMBOLS[one.state]


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
    breaks: list[Any] = tables["breaks"].to_dict("records") if "breaks" in tables else []
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
    plan_only = table.name in ("activities", "economy", "movers")  # and only in its years
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
    quarters = frame["quarter"].str[5].nunique() if "quarter" in frame else 1  # of a yearly stock 1
    return quarters * (len(frame[groups].drop_duplicates()) if groups else 1)


SCORE: Final = 3.5  # robust z above which a value is unusual (Iglewicz and Hoaglin 1993, p. 11)
AT_LEAST: Final = 5  # values of an area needed to call one of them unusual
LEAST_SPREAD: Final = 0.05  # of the median: registers move by a few percent for no reason at all
HEAVY: Final = 10  # times the median weight: so much a weight has at least that lost its decimal point
APART: Final = 1.25  # the weights' sum over the adult residents, or the other way round; registers and rounds differ by weeks


@dataclass(frozen=True)
class Unusual:
    """A value far from the others of the same area; a reason to look, not an error."""

    table: str
    area: str
    when: str
    column: str
    value: float
    usual: float  # median of the area's other values
    score: float  # robust standard deviations away from it; for weights, times it
    beside: str = "usually about"  # what `usual` is

    def __str__(self) -> str:
        return f"{self.table}, {self.area} {self.when}: {self.column} {self.value:.6g}, {self.beside} {self.usual:.6g}."


def far_off(table: Table, frame: pd.DataFrame, year_starts: YearStart) -> Iterator[Unusual]:
    """Sums by area and period whose distance from the median of the others is many robust standard deviations."""
    if frame.empty or "area" not in frame or table.name in ("movers", "activities", "breaks", "shares"):
        return
    columns = [name for name in table.sums if name in frame]
    when = frame["quarter"] if "quarter" in frame else plan_year(frame, year_starts)
    split = [
        name for name in ("age_group", "kind") if name in frame and table.name in ("education", "incidents")
    ]
    for column in columns:
        sums = frame.groupby([frame["area"], *(frame[name] for name in split), when])[column].agg(
            lambda cells: cells.sum(skipna=False)
        )
        for key, series in sums.groupby(level=list(range(len(split) + 1))):
            names = [str(part) for part in (key if isinstance(key, tuple) else (key,))]
            yield from _in_series(table.name, names, column, series)


def odd_weights(survey: pd.DataFrame, population: pd.DataFrame, year_starts: YearStart) -> Iterator[Unusual]:
    """Answers many times as heavy as others of the same round, and rounds whose weights do not add up to the adults.

    A weight is the residents that one answer stands for, "don't know" too. One line for a round with heavy answers,
    and one for an area with sums that do not fit: the year with the worst, and how many more there are.
    """
    if survey.empty:
        return
    worst: dict[str, list[tuple[float, str, float, int]]] = {}
    adults = population[population["age_group"].isin(ADULT_AGE_GROUPS)]
    quarters = adults.groupby([adults["area"], plan_year(adults, year_starts), adults["quarter"]])[
        "residents"
    ].sum()
    residents = quarters.groupby(level=[0, 1]).median().to_dict()
    for (area, year), answers in survey.groupby(["area", "year"]):
        weight, count = (answers[name].to_numpy(float) for name in ("weight", "count"))
        usual = float(np.median(np.repeat(weight, count.astype(int))))
        heavy = weight >= HEAVY * usual
        if usual > 0 and heavy.any():
            n, most = int(count[heavy].sum()), float(weight.max())
            column = "weight of one answer" if n == 1 else f"weight of {n} answers up to"
            yield Unusual("survey", str(area), str(year), column, most, usual, round(most / usual, 1))
        total, people = float(weight @ count), round(float(residents.get((area, year), 0)))
        if total > 0 and people > 0 and (times := max(total / people, people / total)) > APART:
            worst.setdefault(str(area), []).append((times, str(year), total, people))
    for area, found in worst.items():
        times, when, total, people = max(found)
        more = "" if len(found) == 1 else f" (and {len(found) - 1} more year{'s' if len(found) > 2 else ''})"
        yield Unusual(
            "survey",
            area,
            when + more,
            "the weights add up to",
            total,
            people,
            round(times, 1),
            "but the residents of 18 or more are",
        )


def _in_series(table: str, names: list[str], column: str, series: pd.Series) -> Iterator[Unusual]:
    values = series.to_numpy(dtype=float)
    series, values = series[np.isfinite(values)], values[np.isfinite(values)]
    if len(values) < AT_LEAST:
        return
    for i, value in enumerate(values):
        others = np.delete(values, i)
        usual = float(np.median(others))
        spread = max(
            1.4826 * float(np.median(np.abs(others - usual))),
            np.sqrt(max(usual, 1.0)),
            LEAST_SPREAD * abs(usual),
        )
        score = abs(value - usual) / spread
        if score > SCORE:
            when = str(series.index[i][-1])
            yield Unusual(
                table,
                names[0],
                when,
                " ".join([column, *names[1:]]),
                float(value),
                usual,
                round(float(score), 1),
            )
