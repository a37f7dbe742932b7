"""Register tables of a synthetic plan: education and benefits, and the movers behind their counts."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evalbook.rehearsal.chance import happens, stream
from evalbook.rehearsal.people import (
    FINISHED,
    LIFE,
    OF_WORKING_AGE,
    STUDYING_AT_25,
    WORKING,
    YOUNG,
    Levels,
    Residents,
    Seats,
    ages_of,
    fulltime,
    quarters,
)
from evalkit.plan import Plan

Rows = list[tuple[Any, ...]]
BLANK: Final = ""


def education(
    plan: Plan, seed: int, area: str, levels: Levels, people: Residents, years: list[int]
) -> tuple[Rows, Rows]:
    """Rows of education (18-24 and 25) and of movers, both as of the last day of the plan year."""
    young = [people.of(quarters(plan, y + 1)[0], "18-24") for y in years]
    moving = [levels["moved_out"][y]["level"] for y in years]
    seats = Seats(stream(seed, "education", area), young, moving, 4 * LIFE)
    alone = stream(seed, "education", area, "25")
    cohort = [
        round(people.of(quarters(plan, y + 1)[0], "25-39") / 15 * (0.8 + 0.4 * alone.random())) for y in years
    ]
    since, rows, counted = years.index(plan.baseline_year), [], []
    ages = ages_of(stream(seed, "ages", area, "education"), seats, YOUNG)
    for i, year in enumerate(years):
        truth = levels["in_education"][year]
        draws, level = seats.taken(i), seats.thresholds(i, since, truth["level"], truth["movers_in"])
        neet = levels["not_in_work_or_education"][year]["level"] * (1 - level) / (1 - truth["level"])
        enrolled = draws < level
        counted.append(enrolled.astype(float))
        completed, neither = int((draws < FINISHED * level).sum()), int((draws >= 1 - neet).sum())
        rows.append((area, year, "18-24", young[i], int(enrolled.sum()), completed, neither))
        finished = happens(alone, cohort[i], levels["completed_at_25"][year]["level"])
        studying = happens(alone, cohort[i] - finished, STUDYING_AT_25 / (1 - truth["level"]))
        without = happens(alone, cohort[i] - finished - studying, 0.6)
        rows.append((area, year, "25", cohort[i], finished + studying, finished, without))
    movers: Rows = []
    measure = levels["in_education"][plan.baseline_year]["indicator"]
    for i in range(since + 1, len(years)) if measure else ():
        grown = ages + (years[i] - plan.baseline_year) > YOUNG[-1][1]
        movers += _split(seats, grown, area, measure, years[i], [counted[since]], [counted[i]], [since], [i])
    return rows, movers


def benefits(
    plan: Plan, seed: int, area: str, levels: Levels, people: Residents, years: list[int]
) -> tuple[Rows, Rows]:
    """Rows of benefits by quarter, and of movers: means of a plan year's quarters."""
    names = [name for year in years for name in quarters(plan, year)]
    sizes = [people.of(name, *WORKING) for name in names]
    moving = [levels["moved_out"][y]["level"] / 4 for y in years for _ in range(4)]
    seats = Seats(stream(seed, "benefits", area), sizes, moving, LIFE)
    base = 4 * years.index(plan.baseline_year) + 3  # stayers live there since the end of the baseline year
    ages = ages_of(stream(seed, "ages", area, "benefits"), seats, OF_WORKING_AGE)
    rows, counted = [], []
    for i, name in enumerate(names):
        truth, outside = levels["on_benefits"][years[i // 4]], levels["outside_work"][years[i // 4]]
        draws, level = seats.taken(i), seats.thresholds(i, base, truth["level"], truth["movers_in"])
        received = fulltime(draws, level)
        counted.append(received)
        away = int((draws < level * outside["level"] / truth["level"]).sum())
        rows.append(
            (
                area,
                name,
                sizes[i],
                float(received.sum()),
                away,
                "provisional" if i == len(names) - 1 else "final",
            )
        )
    movers: Rows = []
    then = list(range(base - 3, base + 1))
    measure = levels["on_benefits"][plan.baseline_year]["indicator"]
    for j in range((base + 1) // 4, len(years)) if measure else ():
        now = list(range(4 * j, 4 * j + 4))
        movers += _split(
            seats,
            ages + (years[j] - plan.baseline_year) > OF_WORKING_AGE[-1][1],
            area,
            measure,
            years[j],
            [counted[i] for i in then],
            [counted[i] for i in now],
            then,
            now,
        )
    return rows, movers


def _split(
    seats: Seats,
    grown: NDArray[np.bool_],
    area: str,
    measure: str,
    year: int,
    before: list[NDArray[np.float64]],
    after: list[NDArray[np.float64]],
    then: list[int],
    now: list[int],
) -> Rows:
    """The three groups of one year: means over the steps of people, and of those counted, then and now.

    Only who lived there then and is still of the age has stayed in the group; who has grown out of it (`grown`) is no
    longer in it, and whoever has grown into it has come.
    Whole persons: the mean number of stayers is rounded, and movers are what is left of the stock, so that
    the groups always add up to it.
    """
    k, stayed, with_before, with_after = len(then), 0, 0.0, 0.0
    for one, other, t, n in zip(before, after, then, now, strict=True):
        stayers = np.flatnonzero(~seats.newcomers(n, t) & ~grown[: seats.sizes[n]])
        stayed += stayers.size
        with_before += float(one[stayers].sum()) / k
        with_after += float(other[stayers].sum()) / k
    whole = round(stayed / k)
    n0, k0 = sum(x.size for x in before) // k, sum(float(x.sum()) for x in before) / k
    n1, k1 = sum(x.size for x in after) // k, sum(float(x.sum()) for x in after) / k
    return [
        (area, year, measure, "stayers", whole, with_before, whole, with_after),
        (area, year, measure, "movers_in", BLANK, BLANK, n1 - whole, k1 - with_after),
        (area, year, measure, "movers_out", n0 - whole, k0 - with_before, BLANK, BLANK),
    ]
