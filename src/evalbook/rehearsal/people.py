"""People of a synthetic plan: who lives there, moves, studies and lives on benefits, quarter by quarter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evalbook.rehearsal.chance import happens, stream
from evalkit.plan import Plan
from evalkit.schema import AGE_GROUPS, SEXES
from evalkit.terms import REST

RESIDENTS: Final = (1450, 2100, 1150, 950)  # of the plan's areas, in turn; comparison areas alike
REST_RESIDENTS: Final = 72_000
AGES: Final = (0.27, 0.115, 0.205, 0.28, 0.13)  # shares of AGE_GROUPS in an area
REST_AGES: Final = (0.205, 0.08, 0.165, 0.335, 0.215)
HOMES: Final = 0.46  # homes per resident
PART_TIME: Final = 0.02  # the share within this of the threshold receives benefits half of the time
LIFE: Final = 0.03  # chance a quarter that a stayer's circumstances change
FINISHED: Final = 0.35  # of 18-24-year-olds enrolled or finished, the share who have finished
STUDYING_AT_25: Final = 0.15  # 25-year-olds enrolled without having completed

YOUNG: Final = ((18, 24, 1.0),)
"""First and last age of a group, and its share: of those whose education is counted."""
OF_WORKING_AGE: Final = ((18, 24, AGES[1]), (25, 39, AGES[2]), (40, 64, AGES[3]))
"""The same of those whose benefits are counted."""
WORKING: Final = ("18-24", "25-39", "40-64")  # age groups of 18-64

Levels = dict[str, dict[int, dict[str, Any]]]  # quantity -> year -> row of the truth


def quarters(plan: Plan, year: int) -> list[str]:
    """The four quarters of a plan year; for a year from October 2018Q4 to 2019Q3."""
    start = plan.first_day(year)
    first = start.year * 4 + (start.month - 1) // 3
    return [f"{q // 4}Q{q % 4 + 1}" for q in range(first, first + 4)]


@dataclass(frozen=True)
class Residents:
    """Residents of one area by quarter, sex and age group."""

    quarters: list[str]
    counts: NDArray[np.int64]  # quarter x sex x age group

    def of(self, quarter: str, *ages: str) -> int:
        """Residents in a quarter, of some age groups or of all."""
        chosen = [AGE_GROUPS.index(age) for age in ages or AGE_GROUPS]
        return int(self.counts[self.quarters.index(quarter)][:, chosen].sum())

    def adults(self, quarter: str) -> list[int]:
        """Residents in a quarter by sex and adult age group."""
        return [int(n) for n in self.counts[self.quarters.index(quarter)][:, 1:].ravel()]

    def rows(self, area: str, quarters: list[str]) -> list[tuple[Any, ...]]:
        """Rows of the population table."""
        cells = [(sex, age) for sex in SEXES for age in AGE_GROUPS]
        return [
            (area, quarter, *cell, n)
            for quarter in quarters
            for cell, n in zip(cells, self.counts[self.quarters.index(quarter)].ravel().tolist(), strict=True)
        ]


def residents(plan: Plan, seed: int, area: str, size: int, years: list[int]) -> Residents:
    """Residents of every quarter of the plan years, and of the year after, whose first day ends the last."""
    rng = stream(seed, "population", area)
    base = np.array(
        [round(size * share / 2) for _ in SEXES for share in (REST_AGES if area == REST else AGES)]
    )
    step = np.maximum(1, base // 100)
    names: list[str] = []
    counts, away = [], np.zeros(base.size)
    for year in [*years, years[-1] + 1]:
        for quarter in quarters(plan, year):
            away = 0.9 * away + rng.integers(-step, step, endpoint=True)
            names.append(quarter)
            counts.append(np.rint(base * homes_left(plan, area, year) + away).astype(int))
    people = Residents(names, np.array(counts).reshape(-1, len(SEXES), len(AGE_GROUPS)))
    for year in years:
        # The mean of a year's quarters must be whole persons, or movers could not add up to it exactly.
        odd = -sum(people.of(quarter, *WORKING) for quarter in quarters(plan, year)) % 4
        people.counts[names.index(quarters(plan, year)[-1]), 0, AGE_GROUPS.index("40-64")] += odd
    return people


def homes_left(plan: Plan, area: str, year: int) -> float:
    """Share of the homes that still stand: renovation takes 4 % a year from the first area, for two years."""
    lost = sum(y < year for y in plan.years[:2]) if area == next(iter(plan.areas)) else 0
    return 1 - 0.04 * lost


def turnover(
    plan: Plan, seed: int, area: str, levels: Levels, people: Residents, years: list[int]
) -> list[tuple[Any, ...]]:
    """Moves in and out; who came in is what moves out, births and deaths leave of the population's growth."""
    rng = stream(seed, "turnover", area)
    homes = HOMES * people.of(people.quarters[0])
    rows = []
    for year in years:
        start, end = (people.of(quarters(plan, y)[0]) for y in (year, year + 1))
        out = happens(rng, start, levels["moved_out"][year]["level"])
        born_less_died = happens(rng, start, 0.012) - happens(rng, start, 0.008)
        came = max(0, end - start + out - born_less_died)
        rows.append((area, year, round(homes * homes_left(plan, area, year)), start, came, out))
    return rows


class Seats:
    """Places for people in one area and age range: each step some are taken over by somebody new.

    A person has one fixed draw between 0 and 1 and is counted while it lies below the level, so that people
    persist from step to step and every level still holds on average. Who sits where since which step tells
    stayers from movers.
    """

    def __init__(self, rng: np.random.Generator, sizes: list[int], moves: list[float], life: float) -> None:
        seats = max(sizes)
        draw, moved = rng.random(seats), np.zeros(seats, dtype=np.int64)
        self.draws, self.moves, self.sizes = [draw], [moved], sizes
        for before, now, chance in zip(sizes, sizes[1:], moves[1:], strict=False):
            new = (rng.random(seats) < chance) | ((np.arange(seats) >= before) & (np.arange(seats) < now))
            changed = new | (rng.random(seats) < life)
            draw, moved = np.where(changed, rng.random(seats), draw), moved + new
            self.draws.append(draw)
            self.moves.append(moved)

    def taken(self, step: int) -> NDArray[np.float64]:
        """The draws of those who live there at a step."""
        return self.draws[step][: self.sizes[step]]

    def newcomers(self, step: int, since: int) -> NDArray[np.bool_]:
        """Who, of those there at `step`, did not live there at `since`."""
        both = np.arange(self.sizes[step]) < self.sizes[since]
        return ~both | (self.moves[step] != self.moves[since])[: self.sizes[step]]

    def thresholds(self, step: int, since: int, level: float, movers_in: float) -> NDArray[np.float64]:
        """The level by person: newcomers lie `movers_in` above stayers, and all together at `level`."""
        new = self.newcomers(step, since) if step > since else np.zeros(self.sizes[step], dtype=bool)
        return level + movers_in * (new - new.mean())


def ages_of(
    rng: np.random.Generator, seats: Seats, groups: tuple[tuple[int, int, float], ...]
) -> NDArray[np.int64]:
    """Age in the baseline year of whoever sits in each seat, as many of every age within its group."""
    n, upto = max(seats.sizes), np.cumsum([share for *_, share in groups])
    group = np.searchsorted(upto, rng.random(n) * upto[-1], side="right")
    first, last = (np.array([one[end] for one in groups])[group] for end in (0, 1))
    return first + (rng.random(n) * (last - first + 1)).astype(int)


def fulltime(draws: NDArray[np.float64], level: Any) -> NDArray[np.float64]:
    """1, a half or 0 full-time recipient by person; those nearest the level receive half of the time."""
    return (draws < level - PART_TIME) * 0.5 + (draws < level + PART_TIME) * 0.5
