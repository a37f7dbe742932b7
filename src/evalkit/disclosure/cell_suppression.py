"""Linked counts: what a reader can work out about a hidden one, and which others to hide so that he cannot.

The attacker's problem is two linear programmes per hidden cell: its least and most under all that is known.
The search is a mixed integer programme (1 = hidden): for every cell that needs it, two deviations from the true
counts must stay possible within the sums, as far apart as the policy asks, in which only hidden cells deviate.
Above `EXACT` unknowns one weak cell at a time is mended by the same programme in real numbers, rounded up.

Source: Fischetti and Salazar 2001, Solving the cell suppression problem on tabular data with linear
constraints; Hundepool et al., Handbook on Statistical Disclosure Control, chapter 4.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, csr_array, diags_array, eye_array, hstack, vstack

from evalkit.errors import InvalidNumber

NEAR = 1e-6  # numbers closer than this are one number
NO_TOTAL = 1e8  # upper bound of counts that are not out of anything; told as infinite
EXACT = 1_500  # unknowns of the exact search; above, it takes seconds
NODES = 5_000  # most branches of one search; not a time, so that the same input gives the same answer


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep a stray line that HiGHS 1.12 prints (its issue 2783) out of terminals and executed notebooks."""
    if sys.__stdout__ is None:
        yield
        return
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


class Linked:
    """Cells that sums tie together, as arrays in order of id."""

    def __init__(self, table: pd.DataFrame, rows: np.ndarray, primary: np.ndarray, k: int) -> None:
        """`table` as in `policy.protect`; `rows` @ count is known to all; `k`: width that a hidden cell must keep."""
        self.ids, self.rows, self.k = table.index.to_numpy(), rows[rows.any(axis=1)], k
        self.tied = self.rows != 0
        self.primary, self.published = primary, table["published"].to_numpy(bool)
        self.everything = np.isfinite(table["cost"].to_numpy(float))  # all that can be hidden
        self.count = count = table["count"].to_numpy(float)
        total = table["total"].fillna(NO_TOTAL).to_numpy(float)
        self.whole = np.abs(count - count.round()) < NEAR
        self.low, self.high = np.zeros(len(table)), np.where(self.whole, np.floor(total + NEAR), total)
        trivial = (count < NEAR) | (total - count < NEAR)
        # a true zero goes last, and ties are broken by id: the choice must not tell about counts
        cost = np.where(self.everything, table["cost"].to_numpy(float), 1)
        order = np.arange(1, 1 + len(count)) / (1 + len(count)) ** 2 * cost.min()
        last = np.where(trivial & ~self.primary, cost.sum(), 0)
        self.cost = np.where(self.published, cost + order + last, 0)
        irregular = (np.abs(self.rows - self.rows.round()) > NEAR).any(axis=1)
        self.marks = [(row & self.whole, row & ~self.whole) for row in self.tied[irregular]]
        self.known: dict[tuple[int, bytes], tuple[float, float]] = {}

    def attack(self, hidden: np.ndarray, i: int) -> tuple[float, float]:
        """Least and most that cell i can be for a reader to whom the rest of `hidden` is unknown too."""
        at, size = np.arange(len(self.ids)) == i, 0
        while size < at.sum():  # the hidden cells that cell i hangs together with
            size = at.sum()
            at = at | hidden & self.tied[self.tied[:, at].any(axis=1)].any(axis=0)
        key = i, at.tobytes()
        if key not in self.known:
            low, high = self.low, self.high
            for whole, fractional in self.marks:  # the fingerprint of whole counts in a weighted sum
                if not hidden[fractional].any() and not hidden[whole | fractional].all():  # it can be read
                    low, high = np.where(whole, self.count, low), np.where(whole, self.count, high)
            rows = self.rows[self.tied[:, at].any(axis=1)]
            right, goal = rows[:, at] @ self.count[at], np.flatnonzero(at) == i
            limits = self._sum if len(rows) < 2 and np.all(np.abs(rows[:, at]) == 1) else self._solve
            lower, upper = limits(rows[:, at], right, low[at], high[at], goal, self.whole[at])
            self.known[key] = lower, np.inf if upper > NO_TOTAL / 2 else upper
        return self.known[key]

    @staticmethod
    def _sum(
        rows: np.ndarray,
        right: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        goal: np.ndarray,
        whole: np.ndarray,
    ) -> tuple[float, float]:
        """Limits of the goal cell in no sum, or in one: what is left when the others are at their limits."""
        lower, upper = low[goal][0], high[goal][0]
        if len(rows):
            others = np.sort(rows[0] * np.stack([low, high]), axis=0)[:, ~goal].sum(axis=1)
            ends = np.sort((right[0] - others) * rows[0, goal])
            lower, upper = max(lower, ends[0]), min(upper, ends[1])
        return (np.ceil(lower - NEAR), np.floor(upper + NEAR)) if whole[goal][0] else (lower, upper)

    def _solve(
        self,
        rows: np.ndarray,
        right: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        goal: np.ndarray,
        whole: np.ndarray,
    ) -> list[float]:
        """The same in several sums: in real numbers first, which is faster and mostly ends at whole ones."""
        limits = []
        for sign in (1, -1):
            for integrality in (np.zeros(len(low)), whole):
                with _quiet():
                    best = milp(
                        sign * goal,
                        integrality=integrality,
                        bounds=Bounds(low, high),
                        constraints=LinearConstraint(rows, right, right),
                    )
                if best.status != 0:
                    raise InvalidNumber(
                        f"disclosure control, tied to {self.ids[0]}: audit failed, {best.message}"
                    )
                if np.all(np.abs(best.x - best.x.round())[whole] < NEAR):
                    break
            limits.append(sign * float(best.fun))
        return limits

    def width(self, hidden: np.ndarray, i: int) -> float:
        """How uncertain cell i is: most minus least."""
        lower, upper = self.attack(hidden, i)
        return upper - lower

    def needed(self, i: int) -> float:
        """Width that cell i must keep: k, or what is left when everything is hidden."""
        return min(self.k, self.width(self.everything | ~self.published, i))

    def holds(self, hidden: np.ndarray, i: int) -> bool:
        """Whether cell i stays uncertain enough."""
        width = self.width(hidden, i)
        return width > self.k - NEAR or width > self.needed(i) - NEAR

    def weak(self, hidden: np.ndarray) -> list[int]:
        """The audit: hidden cells that can be narrowed too much."""
        asked = np.flatnonzero(hidden & (self.published | self.primary)).tolist()
        return [i for i in asked if not self.holds(hidden, i)]

    def search(self) -> np.ndarray:
        """The cheapest hidden cells (a mask) that pass the audit."""
        start = hidden = self.primary | ~self.published
        items: list[int] = []
        cuts: list[tuple[int, np.ndarray]] = []
        while weak := self.weak(hidden):
            if set(weak) <= set(items):  # safe in real numbers but not in whole ones: hide something more
                cuts += [(i, hidden) for i in weak]
            items += [i for i in weak if i not in items]
            if len(cuts) > len(self.ids):
                return self.everything | ~self.published
            if 2 * len(self.ids) * len(items) <= EXACT:
                hidden = self.cheapest(start, items, cuts, exact=True)
                continue
            for i in weak:
                if not self.holds(hidden, i):
                    hidden = self.cheapest(hidden, [i], cuts, exact=False)
        return hidden

    def cheapest(
        self,
        start: np.ndarray,
        items: list[int],
        cuts: list[tuple[int, np.ndarray]],
        *,
        exact: bool,
    ) -> np.ndarray:
        """Cheapest mask from `start` on that leaves each item two deviations, far enough apart."""
        n, each, cell = len(self.ids), 2 * len(items), np.eye(len(self.ids))
        reach = self.k * np.abs(self.rows).max(initial=1)  # no deviation need go farther; it is the unit here
        down = np.minimum((self.count - self.low) / reach, 1)
        up = np.minimum((self.high - self.count) / reach, 1)
        shown = [  # a shown cell does not deviate
            hstack([vstack([diags_array(up)] * each), -eye_array(n * each)]),
            hstack([vstack([diags_array(down)] * each), eye_array(n * each)]),
        ]
        ties = hstack([csr_array((len(self.rows) * each, n)), block_diag([self.rows] * each)])
        apart = []
        for at, i in enumerate(items):
            row = np.zeros((1 + each, n))
            row[[0, 1 + 2 * at, 2 + 2 * at], i] = -self.needed(i) / reach, 1, -1
            apart.append(row.ravel())
        more = [np.where(mask, 0, 1) - cell[i] for i, mask in cuts]
        for whole, fractional in self.marks:  # a whole cell goes with the weighted sum, or the entire tie
            others = [fractional] if fractional.any() else cell[whole]
            more += [np.where(other, 1, 0) - cell[i] for i in np.flatnonzero(whole) for other in others]
        further = [np.pad(row, (0, n * each)) for row in more]
        with _quiet():
            answer = milp(
                np.concatenate([self.cost, np.zeros(n * each)]),
                integrality=np.repeat([exact, 0], [n, n * each]),
                bounds=Bounds(
                    np.concatenate([start, np.full(n * each, -1)]),
                    np.concatenate([start | self.everything, np.ones(n * each)]),
                ),
                constraints=[
                    LinearConstraint(ties, 0, 0),
                    LinearConstraint(vstack(shown), 0),
                    LinearConstraint(csr_array(np.array(apart + further)), 0),
                ],
                options={"mip_rel_gap": 0, "node_limit": NODES} if exact else {},
            )
        if answer.x is None:
            return self.everything | ~self.published
        return answer.x[:n] > (0.5 if exact else NEAR)
