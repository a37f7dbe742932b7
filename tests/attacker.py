"""A reader who wants the hidden counts, written without a look at the protector.

He has the printed rows (with rounded shares and rates), the denominators, every sum he can write down, and patience.
Three ways in: read counts back from what is printed, linear programming, and writing out every table of whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from scipy.optimize import linprog

PLENTY = 50_000.0  # what he takes as a limit for counts that are not out of anything


@dataclass
class Knowledge:
    """What the attacker starts from: limits for each cell, and sums that are zero."""

    limits: dict[str, tuple[float, float]]  # cell -> lowest, highest
    sums: Sequence[Mapping[str, float]]
    whole: set[str] = field(default_factory=set)

    def learn(self, cell: str, low: float, high: float) -> None:
        """Narrow the limits of one cell; wrong knowledge is a fault of the test, not a discovery."""
        old_low, old_high = self.limits[cell]
        new = max(low, old_low), min(high, old_high)
        assert new[0] <= new[1] + 1e-6, f"contradiction about {cell}: {self.limits[cell]} and {(low, high)}"
        self.limits[cell] = new


def count_behind(
    printed: float, decimals: int, denominator: float, scale: float = 100.0
) -> tuple[float, float]:
    """Counts that would be printed as this share or rate: 71.9 (1 decimal) of 153 is 109.93 to 110.08."""
    half = 0.5 * 10.0**-decimals
    return max(0.0, (printed - half) / scale * denominator), (printed + half) / scale * denominator


def whole_counts_behind(printed: float, decimals: int, denominator: int, scale: float = 100.0) -> list[int]:
    """Every whole count that would be printed so, found by trying them all."""
    return [
        n
        for n in range(denominator + 1)
        if round(scale * n / denominator, decimals) == round(printed, decimals)
    ]


def solved(knowledge: Knowledge) -> dict[str, Fraction]:
    """Cells that follow from the known ones by elimination alone, in exact fractions."""
    known = {
        cell: Fraction(low).limit_denominator(10**6)
        for cell, (low, high) in knowledge.limits.items()
        if high - low < 1e-9
    }
    cells = [cell for cell in knowledge.limits if cell not in known]
    rows = []
    for tie in knowledge.sums:
        left = [Fraction(tie.get(cell, 0)).limit_denominator(10**6) for cell in cells]
        right = -sum(
            Fraction(c).limit_denominator(10**6) * known[cell] for cell, c in tie.items() if cell in known
        )
        if any(left):
            rows.append([*left, Fraction(right)])
    pivots: list[int] = []
    for column in range(len(cells)):
        pivot = next((r for r in range(len(pivots), len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        at = len(pivots)
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][column] for value in rows[at]]
        for r, row in enumerate(rows):
            if r != at and row[column]:
                rows[r] = [a - row[column] * b for a, b in zip(row, rows[at], strict=True)]
        pivots.append(column)
    return {
        cells[column]: row[-1]
        for column, row in zip(pivots, rows, strict=False)
        if sum(map(bool, row[:-1])) == 1
    }


def ranges(knowledge: Knowledge, wanted: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Lowest and highest value of each wanted cell, by linear programming over everything at once."""
    sure = {cell: low for cell, (low, high) in knowledge.limits.items() if high - low < 1e-9}
    at = {cell: i for i, cell in enumerate(cell for cell in knowledge.limits if cell not in sure)}
    matrix, right = [], []
    for tie in knowledge.sums:
        if any(cell in at for cell in tie):
            matrix.append([0.0] * len(at))
            right.append(-sum(c * sure[cell] for cell, c in tie.items() if cell in sure))
            for cell, coefficient in tie.items():
                if cell in at:
                    matrix[-1][at[cell]] = float(coefficient)
    found = {cell: (sure[cell], sure[cell]) for cell in wanted if cell in sure}
    for cell in wanted:
        if cell not in sure:
            ends = []
            for sign in (1.0, -1.0):
                goal = [0.0] * len(at)
                goal[at[cell]] = sign
                limits = [knowledge.limits[c] for c in at]
                answer = linprog(goal, A_eq=matrix or None, b_eq=right or None, bounds=limits, method="highs")
                assert answer.status == 0, f"{cell}: {answer.message}"
                ends.append(sign * answer.fun)
            found[cell] = ends[0], ends[1]
    return found


def whole_tables(knowledge: Knowledge, most: int = 200_000) -> Iterator[dict[str, int]]:
    """Every table of whole numbers that fits, by trying values one cell at a time and tightening the rest."""
    sums = [{cell: round(c) for cell, c in tie.items()} for tie in knowledge.sums]
    start = {cell: (-int(-low // 1), int(high // 1)) for cell, (low, high) in knowledge.limits.items()}
    budget = [most]

    def tighten(limits: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]] | None:
        changed = True
        while changed:
            changed = False
            for tie in sums:
                for cell, c in tie.items():
                    others = [(limits[o], k) for o, k in tie.items() if o != cell]
                    least = sum(k * (low if k > 0 else high) for (low, high), k in others)
                    largest = sum(k * (high if k > 0 else low) for (low, high), k in others)
                    a, b = sorted((Fraction(-least, c), Fraction(-largest, c)))
                    low, high = limits[cell]
                    new = max(low, -int(-a // 1)), min(high, int(b // 1))
                    if new[0] > new[1]:
                        return None
                    if new != (low, high):
                        limits, changed = {**limits, cell: new}, True
        return limits

    def walk(limits: dict[str, tuple[int, int]]) -> Iterator[dict[str, int]]:
        narrowed = tighten(limits)
        if narrowed is None:
            return
        budget[0] -= 1
        if budget[0] < 0:
            raise OverflowError("too many tables to write out")
        open_cells = [cell for cell, (low, high) in narrowed.items() if low < high]
        if not open_cells:
            yield {cell: low for cell, (low, _) in narrowed.items()}
            return
        cell = min(open_cells, key=lambda c: (narrowed[c][1] - narrowed[c][0], c))
        for value in range(narrowed[cell][0], narrowed[cell][1] + 1):
            yield from walk({**narrowed, cell: (value, value)})

    yield from walk(start)
