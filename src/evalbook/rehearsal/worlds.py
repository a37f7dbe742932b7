"""A synthetic plan from a known truth: every table of the contract, for any plan, from one seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalbook.rehearsal import people, registers
from evalbook.rehearsal.chance import clustered, happens, stream
from evalbook.rehearsal.programme import activities, economy
from evalbook.rehearsal.truth import COMPARISON_AREAS, shock_years, truth
from evalkit.plan import Plan
from evalkit.schema import ADULT_AGE_GROUPS, SEXES, TABLES
from evalkit.terms import REST

INVITED: Final = 900  # at most, in an area
REST_INVITED: Final = 2900
RESPONSE: Final = 0.41
RESPONSE_BY_AGE: Final = (-0.12, -0.06, 0.02, 0.12)  # of ADULT_AGE_GROUPS: the old answer more often
RESPONSE_BY_SEX: Final = (0.02, -0.02)
SAFE_BY_AGE: Final = (-0.02, 0.0, 0.01, -0.03)  # so that answering unevenly would mislead without weights
SAFE_BY_SEX: Final = (-0.03, 0.03)
DONT_KNOW: Final = 0.03
SMALLEST_CELL: Final = 5  # cells with fewer answers are merged before weighting


@dataclass(frozen=True)
class World:
    """The tables of a data set, and the truth that they were made from."""

    tables: dict[str, pd.DataFrame]
    truth: pd.DataFrame
    years: list[int]


def generate(
    plan: Plan,
    seed: int,
    *,
    known: pd.DataFrame | None = None,
    comparators: int = COMPARISON_AREAS,
    gaps: bool = True,
) -> World:
    """Every table of the contract for a plan, from a truth and a seed; the same seed gives the same tables.

    Parameters
    ----------
    known : the truth, as `truth.truth` makes it (perhaps changed); None takes that one. Its areas and years
        are those of the data, so leaving rows out gives a world without them
    comparators : comparison areas, when `known` is None; 0 for none
    gaps : leave out one survey round and record two series breaks, as real data would have; the last
        quarter's benefits are provisional either way
    """
    known = truth(plan, comparators=comparators) if known is None else known
    years = sorted(int(year) for year in known["year"].unique())
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
    matched = [area for area in known["area"].unique() if area not in plan.areas and area != REST]
    for area in known["area"].unique():
        levels: people.Levels = {
            str(name): {row["year"]: row for row in group.to_dict("records")}
            for name, group in known[known["area"] == area].groupby("quantity")
        }
        there = people.residents(plan, seed, area, _size(plan, area, matched), years)
        names = [name for year in years for name in people.quarters(plan, year)]
        rows["population"] += there.rows(area, names)
        rows["turnover"] += people.turnover(plan, seed, area, levels, there, years)
        studies, young = registers.education(plan, seed, area, levels, there, years)
        support, adults = registers.benefits(plan, seed, area, levels, there, years)
        rows["education"] += studies
        rows["benefits"] += support
        if area in plan.areas:
            rows["movers"] += young + adults
        for year in years:
            rows["incidents"] += _incidents(plan, seed, area, levels, there, year)
            if not (gaps and _no_round(plan, area, year)):
                answers, one_round = _survey(plan, seed, area, levels["safe"][year]["level"], there, year)
                rows["survey"] += answers
                rows["survey_rounds"].append(one_round)
    rows["activities"] = activities(plan, seed)
    rows["economy"] = economy(plan, seed)
    rows["comparators"] = _comparators(plan, known, matched)
    rows["breaks"] = _breaks(plan, years, matched) if gaps else []
    return World({name: _table(name, found) for name, found in rows.items()}, known, years)


def _table(name: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = [column.name for column in TABLES[name].columns]
    if name in ("population", "education", "incidents"):
        columns.remove("status")  # all final, which is what leaving it out means
    if name == "movers":
        columns.remove("with_both")  # few registers tell it
    if name == "survey":
        columns = [one for one in columns if one not in ("stratum", "psu")]  # people are drawn, not stairways
    return pd.DataFrame(rows, columns=columns)


def _size(plan: Plan, area: str, matched: list[str]) -> int:
    if area == REST:
        return people.REST_RESIDENTS
    place = list(plan.areas).index(area) if area in plan.areas else matched.index(area)
    return people.RESIDENTS[place % len(people.RESIDENTS)]


def _incidents(
    plan: Plan, seed: int, area: str, levels: people.Levels, there: people.Residents, year: int
) -> list[tuple[Any, ...]]:
    """One row per report in the plan's areas; one row per day elsewhere, with its count."""
    start, rows = plan.first_day(year), []
    days = (plan.first_day(year + 1) - start).days
    residents = there.of(people.quarters(plan, year)[2])
    for kind in ("vandalism", "arson"):
        true = levels[kind][year]
        rng = stream(seed, "incidents", area, year, kind)
        found = clustered(rng, true["level"] * residents / 1000, true["dispersion"], days)
        dates = [(start + dt.timedelta(days=day)).isoformat() for day in found]
        if area in plan.areas:
            rows += [(area, date, kind, 1) for date in dates]
        else:
            rows += [(area, date, kind, dates.count(date)) for date in dict.fromkeys(dates)]
    return rows


def _survey(
    plan: Plan, seed: int, area: str, level: float, there: people.Residents, year: int
) -> tuple[list[tuple[Any, ...]], tuple[Any, ...]]:
    """Answers of one round, weighted by age and sex to the register, and the row about the round."""
    rng = stream(seed, "survey", area, year)
    cells = [(sex, age) for sex in SEXES for age in ADULT_AGE_GROUPS]
    residents = np.array(there.adults(people.quarters(plan, year)[2]))
    asked = np.rint(
        residents * min(1.0, (REST_INVITED if area == REST else INVITED) / residents.sum())
    ).astype(int)
    response = RESPONSE - 0.004 * (year - plan.baseline_year)
    offset = np.array([SAFE_BY_SEX[i // 4] + SAFE_BY_AGE[i % 4] for i in range(8)])
    safe = np.clip(level + offset - (residents * offset).sum() / residents.sum(), 0.01, 0.99)
    given: list[dict[str, int]] = []
    for i in range(len(cells)):
        n = happens(rng, asked[i], response + RESPONSE_BY_SEX[i // 4] + RESPONSE_BY_AGE[i % 4])
        unknown = happens(rng, n, DONT_KNOW)
        yes = happens(rng, n - unknown, safe[i])
        high, none = happens(rng, yes, 0.55), happens(rng, n - unknown - yes, 0.3)
        given.append(
            {
                "high": high,
                "some": yes - high,
                "little": n - unknown - yes - none,
                "none": none,
                "dont_know": unknown,
            }
        )
    weights = _weights(residents.tolist(), [sum(answers.values()) for answers in given])
    rows: list[tuple[Any, ...]] = []
    for cell, answers, weight in zip(cells, given, weights, strict=True):
        for answer, n in answers.items():
            one = (area, year, *cell, answer, weight)
            rows += [(*one, 1)] * n if area in plan.areas else [(*one, n)] if n else []
    if area in plan.areas:  # in the order in which they came in, not by cell
        rows = [rows[i] for i in np.argsort(rng.random(len(rows)), kind="stable")]
    first = (plan.first_day(year + 1) - dt.timedelta(days=150)).replace(
        day=1
    )  # five months before the year ends
    last = first + dt.timedelta(days=58)
    return rows, (area, year, int(asked.sum()), first.isoformat(), last.isoformat(), "mixed", "1")


def cells_merged(answers: Sequence[int]) -> list[list[int]]:
    """Cells of sex x age to be weighted as one: too few answers join the next age of that sex."""
    half, groups = len(answers) // len(SEXES), []
    for start in range(0, len(answers), half):
        ages: list[list[int]] = [[]]
        for i in range(start, start + half):
            ages[-1].append(i)
            if sum(answers[j] for j in ages[-1]) >= SMALLEST_CELL:
                ages.append([])
        left = ages.pop()
        if left and ages:
            ages[-1] += left
        elif left:
            ages = [left]
        groups += ages
    return groups


def _weights(residents: list[int], answers: list[int]) -> list[float]:
    """Residents per answer in each cell."""
    weights = [0.0] * len(answers)
    for group in cells_merged(answers):
        n = sum(answers[i] for i in group)
        for i in group:
            weights[i] = round(sum(residents[j] for j in group) / n, 4) if n else 0.0
    return weights


def _no_round(plan: Plan, area: str, year: int) -> bool:
    """No survey in the last area in the year of the common shock."""
    return len(plan.areas) > 1 and area == list(plan.areas)[-1] and year == shock_years(plan)[0]


def _comparators(plan: Plan, known: pd.DataFrame, matched: list[str]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    if (known["area"] == REST).any():
        rows.append((REST, f"{plan.municipality.name} uden for områderne", "rest", "no"))
    own = ("yes", "yes", "no", "unknown")
    return rows + [
        (a, f"Sammenligningsområde {i}", "matched", own[i % len(own)]) for i, a in enumerate(matched, 1)
    ]


def _breaks(plan: Plan, years: list[int], matched: list[str]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [
        (
            "benefits",
            "all",
            years[0] + 1,
            "Ydelserne blev opgjort på en ny måde",
            "Benefits were counted in a new way",
        ),
    ]
    if matched and len(plan.years) > 1:
        texts = ("Undersøgelsen gik fra telefon til net", "The survey went from telephone to web")
        rows.append(("survey", matched[len(matched) // 2], plan.years[1], *texts))
    return rows
