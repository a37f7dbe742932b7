"""Unusual values: far from the others of the same area. A reason to look, not an error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.data.delivery import plan_year
from evalkit.plan import YearStart
from evalkit.schema import ADULT_AGE_GROUPS, Table

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
    columns = [
        column.name
        for column in table.columns
        if column.kind in ("whole", "number") and column.name in frame and column.name != "weight"
    ]
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
