"""What a reader of two editions can work out: counts that one hides, from every sum of its rows and what the other shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from evalkit.evaluate import stayers
from evalkit.evaluate.released import people_group
from evalkit.plan import Plan
from evalkit.terms import MATCHED, PLAN, REST, Shown

NEAR: Final = 1e-3
"""Of a count: published ones have six significant digits."""
PLENTY: Final = 1e8
"""The most that a count may be which is out of nothing."""

Cell = tuple[str, str, int]
"""What is counted, area, year."""
Sum = Mapping[Cell, float]
"""Coefficients by cell of counts that add up to nought."""


@dataclass(frozen=True)
class WorkedOut:
    """A hidden count that is narrowed too far when other rows are what the other edition says."""

    row: str
    others: tuple[str, ...]  # the rows that must be unchanged


@dataclass(frozen=True)
class _Edition:
    """The counts that an edition prints or hides."""

    shown: dict[Cell, float] = field(default_factory=dict)
    hidden: dict[Cell, float] = field(default_factory=dict)  # with the most that each can be
    rows: dict[Cell, str] = field(default_factory=dict)  # the row that prints it, or would

    def has(self, cell: Cell) -> bool:
        return cell in self.shown or cell in self.hidden


def worked_out(plan: Plan, hiding: pd.DataFrame, other: pd.DataFrame) -> Iterator[WorkedOut]:
    """Every count that `hiding` hides and that its sums, together with `other`, leave less room than the threshold.

    The sums are those of disclosure control, as far as rows print their counts: areas and their total, comparison areas
    and theirs, a whole and its parts, of what is counted, of the people it is out of and of who answered. What is
    hidden in one edition is taken to be what the other shows of it. A count that only comes out as it was shown is
    left out: nothing tells whether it still is.

    Parameters
    ----------
    hiding, other : rows of all tables of an edition as texts, by row
    """
    now, before = _edition(plan, hiding), _edition(plan, other)
    of_cell: dict[Cell, list[Sum]] = {}
    for one in _sums(plan, now):
        for cell in one:
            of_cell.setdefault(cell, []).append(one)
    for cell in now.hidden:
        ties, unknown = _tied(cell, of_cell, now, before)
        told = [one for tie in ties for one in tie if one in now.hidden and one in before.shown]
        if not told and all((one in now.hidden) == (one in before.hidden) for tie in ties for one in tie):
            continue  # the other edition says nothing more
        limits = _limits(cell, ties, unknown, now, before)
        if limits is None or limits[1] - limits[0] >= plan.policy.threshold - NEAR:
            continue
        known = before.shown.get(cell)
        if known is None or not limits[0] - NEAR <= known <= limits[1] + NEAR:
            others = (now.rows[one] for one in told if one != cell)
            yield WorkedOut(now.rows[cell], tuple(dict.fromkeys(others)))


def _tied(
    cell: Cell, of_cell: Mapping[Cell, Sequence[Sum]], now: _Edition, before: _Edition
) -> tuple[list[Sum], list[Cell]]:
    """The sums that a hidden cell hangs together with, and their cells that neither edition shows."""
    ties, unknown, left = list[Sum](), [cell], [cell]
    while left:
        for tie in of_cell.get(left.pop(), ()):
            if tie not in ties:
                ties.append(tie)
                fresh = [
                    one for one in tie if one in now.hidden and one not in before.shown and one not in unknown
                ]
                unknown += fresh
                left += fresh
    return ties, unknown


def _limits(
    cell: Cell, ties: Sequence[Sum], unknown: Sequence[Cell], now: _Edition, before: _Edition
) -> tuple[float, float] | None:
    """Least and most that the cell can be under both editions' sums; None where they contradict each other."""
    place = {one: at for at, one in enumerate(unknown)}
    rows, right, slack = list[np.ndarray](), list[float](), list[float]()
    for tie in ties:
        for first, second in ((now, before), (before, now)):
            if not all(map(first.has, tie)):
                continue
            row, known = np.zeros(len(unknown)), 0.0
            for one, coefficient in tie.items():
                value = first.shown.get(one, None if one == cell else second.shown.get(one))
                if value is None:
                    row[place[one]] += coefficient
                else:
                    known += coefficient * value
            if row.any():
                rows.append(row)
                right.append(-known)
                slack.append(NEAR + 1e-5 * abs(known))
    if not rows:
        return None
    whole = all(float(value).is_integer() for value in right)
    ends = []
    for sign in (1.0, -1.0):
        goal = np.zeros(len(unknown))
        goal[place[cell]] = sign
        answer = linprog(
            goal,
            A_ub=np.vstack([rows, [-row for row in rows]]),
            b_ub=np.concatenate([np.add(right, slack), np.subtract(slack, right)]),
            bounds=[(0, now.hidden[one]) for one in unknown],
        )
        if answer.status != 0:
            return None
        ends.append(sign * answer.fun)
    lower, upper = ends
    margin = max(slack) + NEAR
    return (np.ceil(lower - margin), np.floor(upper + margin)) if whole else (lower, upper)


def _edition(plan: Plan, rows: pd.DataFrame) -> _Edition:
    """What rows print of every count that disclosure control looks at; a missing one is no cell."""
    made = _Edition()
    for name, table in rows.groupby("indicator", sort=False):
        one = plan.indicators.get(str(name))
        if one is None or one.official:
            continue
        counted = [
            (f"{name}:{count}" if at else str(name), count, total)
            for at, (count, total) in enumerate(one.statistic.counted)
            if at or not one.statistic.sampled  # the share of a sample is printed, not its count
        ]
        if group := people_group(one):
            counted.append((group, "denominator", None))
        for group, column, total in counted:
            if column in table:
                _add(made, group, table, column, total)
        if one.statistic.splits and stayers.PEOPLE[0] in table:
            _add_moved(plan, made, str(name), table[table["area"].eq(PLAN)])
    return made


def _add_moved(plan: Plan, edition: _Edition, name: str, table: pd.DataFrame) -> None:
    """The counts behind the parts that tell who stayed and who moved; hidden where the others' parts are printed."""
    told = stayers.printed(table[list(stayers.PRINTED)].apply(pd.to_numeric, errors="coerce"))
    table, told = (each[table["year"].astype(int) > plan.baseline_year] for each in (table, told))
    if told.dropna().empty:
        return
    for cell, (people, *_) in stayers.CELLS.items():
        for row, year, count in zip(table.index, table["year"].astype(int), told[cell], strict=True):
            at = (f"{name}:{cell}", PLAN, year)
            edition.rows[at] = f"{row}.{people}"
            if np.isfinite(count):
                edition.shown[at] = float(count)
            else:
                edition.hidden[at] = PLENTY


def _add(edition: _Edition, group: str, table: pd.DataFrame, column: str, total: str | None) -> None:
    counts = pd.to_numeric(table[column], errors="coerce")
    if counts.isna().all():
        return
    out_of = pd.to_numeric(table[total], errors="coerce").fillna(PLENTY) if total else counts * 0 + PLENTY
    there = table["shown"].isin([Shown.VALUE.value, Shown.SUPPRESSED.value])
    for row, area, year, count, most in zip(
        table.index[there],
        table["area"][there],
        table["year"][there],
        counts[there],
        out_of[there],
        strict=True,
    ):
        cell = (group, str(area), int(year))
        edition.rows.setdefault(cell, str(row))
        if np.isfinite(count):
            edition.shown[cell] = float(count)
            edition.hidden.pop(cell, None)
        elif cell not in edition.shown:
            edition.hidden[cell] = float(most) if np.isfinite(most) else PLENTY


def _sums(plan: Plan, edition: _Edition) -> Iterator[Sum]:
    """The sums whose terms an edition prints or hides, but for those that its shown counts contradict."""
    cells = sorted([*edition.shown, *edition.hidden], key=lambda cell: (cell[0], cell[2]))
    parts: dict[str, list[str]] = {}
    for name, one in plan.indicators.items():
        if one.part_of:
            parts.setdefault(one.part_of, []).append(name)
    found = list[Sum]()
    for (group, year), several in groupby(cells, key=lambda cell: (cell[0], cell[2])):
        areas = [cell[1] for cell in several]
        compared = [area for area in areas if area not in (*plan.areas, PLAN, MATCHED, REST)]
        for whole, those in ((PLAN, list(plan.areas)), (MATCHED, compared)):
            found.append({(group, area, year): 1.0 for area in those} | {(group, whole, year): -1.0})
        for area in areas if group in parts else ():
            found.append({(part, area, year): 1.0 for part in parts[group]} | {(group, area, year): -1.0})
        for names, when in (
            (("stayers_before", "left"), plan.baseline_year),
            (("stayers_after", "came"), year),
        ):
            moved = {(f"{group}:{cell}", PLAN, year): 1.0 for cell in names}
            found.append(moved | {(group, PLAN, when): -1.0})
    for tie in found:
        if len(tie) > 2 and all(map(edition.has, tie)) and not _contradicted(tie, edition):
            yield tie


def _contradicted(tie: Sum, edition: _Edition) -> bool:
    if not all(cell in edition.shown for cell in tie):
        return False
    terms = [coefficient * edition.shown[cell] for cell, coefficient in tie.items()]
    return abs(sum(terms)) > NEAR + 1e-5 * max(map(abs, terms))
