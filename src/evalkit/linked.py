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

    def __init__(
        self, table: pd.DataFrame, rows: np.ndarray, primary: np.ndarray, k: int, zeros: int
    ) -> None:
        """`rows` @ count = 0; `k` is the threshold, `zeros` the people in a group that may show a zero."""
        self.ids, self.rows, self.k = table.index.to_numpy(), rows[rows.any(axis=1)], k
        self.tied = self.rows != 0
        self.primary, self.published = primary, table["published"].to_numpy(bool)
        self.everything = np.isfinite(table["cost"].to_numpy(float))  # all that can be hidden
        self.count = count = table["count"].to_numpy(float)
        self.high = total = table["total"].fillna(NO_TOTAL).to_numpy(float)
        self.low = np.zeros(len(table))
        self.whole = np.abs(count - count.round()) < NEAR
        self.below, above = count < self.k - NEAR, total - count < self.k - NEAR
        # what the rule alone tells: 1 to k-1, and 0 too where a group is small enough to hide its zeros
        step = np.where(self.whole, 1, 0)
        least = np.where(total < zeros, 0, step)
        trivial = (count < NEAR) | (total - count < NEAR)
        kinds = [self.primary & self.below, self.primary & above, ~self.primary & self.published & ~trivial]
        self.label_low = np.select(kinds, [least, total - self.k + step, np.minimum(self.k, count)], 0)
        self.label_high = np.select(
            kinds, [np.minimum(self.k - step, total), total - least, total - self.k], total
        )
        self.label_width = np.minimum(self.k, self.label_high - self.label_low)
        # what hiding costs: of equal cells the smaller goes, and a true zero goes last
        cost = np.where(self.everything, table["cost"].to_numpy(float), 1)
        ties = np.log1p(count) / max(np.log1p(count).sum(), 1) * cost.min() / 2
        last = np.where(trivial & ~self.primary, cost.sum(), 0)
        self.cost = np.where(self.published, cost + ties + last, 0)
        irregular = (np.abs(self.rows - self.rows.round()) > NEAR).any(axis=1)
        self.marks = [(row & self.whole, row & ~self.whole) for row in self.tied[irregular]]
        self.known: dict[tuple[int, bool, bytes], tuple[float, float]] = {}

    def attack(self, hidden: np.ndarray, i: int, guess: bool = False) -> tuple[float, float]:
        """Least and most of cell i for the stranger, or (`guess`) for the reader who guesses the rules."""
        at, size = np.arange(len(self.ids)) == i, 0
        while size < at.sum():  # the hidden cells that cell i hangs together with
            size = at.sum()
            at = at | hidden & self.tied[self.tied[:, at].any(axis=1)].any(axis=0)
        key = int(i), guess, at.tobytes()
        if key not in self.known:
            low, high = (self.label_low, self.label_high) if guess else (self.low, self.high)
            for whole, fractional in self.marks:  # the fingerprint of whole counts in a weighted sum
                if not hidden[fractional].any() and not hidden[whole | fractional].all():  # it can be read
                    low, high = np.where(whole, self.count, low), np.where(whole, self.count, high)
            rows = self.rows[self.tied[:, at].any(axis=1)]
            right, goal = -rows[:, ~at] @ self.count[~at], np.flatnonzero(at) == i
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

    def width(self, hidden: np.ndarray, i: int, guess: bool) -> float:
        """How uncertain cell i is: most minus least."""
        lower, upper = self.attack(hidden, i, guess)
        return upper - lower

    def asked(self, i: int, guess: bool) -> float:
        """Width that the policy asks for cell i: k, or all that its rule allows."""
        return float(self.label_width[i]) if guess else self.k

    def needed(self, i: int, guess: bool) -> float:
        """Width that cell i must keep: what the policy asks, or what is left when everything is hidden."""
        return min(self.asked(i, guess), self.width(self.everything | ~self.published, i, guess))

    def holds(self, hidden: np.ndarray, i: int, guess: bool) -> bool:
        """Whether cell i keeps the width that the policy asks, or what is left when everything is hidden."""
        width = self.width(hidden, i, guess)
        return width > self.asked(i, guess) - NEAR or width > self.needed(i, guess) - NEAR

    def weak(self, hidden: np.ndarray) -> list[tuple[int, bool]]:
        """The audit: cells that the stranger (False), or the reader who guesses (True), narrows too much."""
        asked = [(int(i), False) for i in np.flatnonzero(hidden & (self.published | self.primary))]
        asked += [(int(i), True) for i in np.flatnonzero(self.primary)]
        return [item for item in asked if not self.holds(hidden, *item)]

    def search(self) -> np.ndarray:
        """The cheapest hidden cells (a mask) that pass the audit."""
        start = hidden = self.primary | ~self.published
        items: list[tuple[int, bool]] = []
        cuts: list[tuple[int, np.ndarray]] = []
        while weak := self.weak(hidden):
            if set(weak) <= set(items):  # safe in real numbers but not in whole ones: hide something more
                cuts += [(i, hidden) for i, _ in weak]
            items += [item for item in weak if item not in items]
            if len(cuts) > len(self.ids):
                return self.everything | ~self.published
            if 2 * len(self.ids) * len(items) <= EXACT:
                hidden = self.cheapest(start, items, cuts, exact=True)
                continue
            for item in weak:
                if not self.holds(hidden, *item):
                    hidden = self.cheapest(hidden, [item], cuts, exact=False)
        return hidden

    def cheapest(
        self,
        start: np.ndarray,
        items: list[tuple[int, bool]],
        cuts: list[tuple[int, np.ndarray]],
        *,
        exact: bool,
    ) -> np.ndarray:
        """Cheapest mask from `start` on that leaves each item two deviations, far enough apart."""
        n, each, cell = len(self.ids), 2 * len(items), np.eye(len(self.ids))
        reach = self.k * np.abs(self.rows).max(initial=1)  # no deviation need go farther; it is the unit here
        guesses = np.repeat([guess for _, guess in items], 2)[:, None]
        down = np.minimum((self.count - np.where(guesses, self.label_low, self.low)) / reach, 1).ravel()
        up = np.minimum((np.where(guesses, self.label_high, self.high) - self.count) / reach, 1).ravel()
        every = vstack([eye_array(n)] * each)
        shown = vstack(
            [  # a shown cell does not deviate
                hstack([diags_array(up) @ every, -eye_array(n * each)]),
                hstack([diags_array(down) @ every, eye_array(n * each)]),
            ]
        )
        ties = hstack([csr_array((len(self.rows) * each, n)), block_diag([self.rows] * each)])
        apart = [
            np.concatenate([-self.needed(i, guess) / reach * cell[i], np.kron(np.eye(each)[2 * at], cell[i])])
            - np.concatenate([0 * cell[i], np.kron(np.eye(each)[2 * at + 1], cell[i])])
            for at, (i, guess) in enumerate(items)
        ]
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
                    LinearConstraint(shown, 0),
                    LinearConstraint(csr_array(np.array(apart + further)), 0),
                ],
                options={"mip_rel_gap": 0, "node_limit": NODES} if exact else {},
            )
        if answer.x is None:
            return self.everything | ~self.published
        return answer.x[:n] > (0.5 if exact else NEAR)
