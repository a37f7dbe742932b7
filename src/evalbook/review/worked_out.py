"""What a reader of two editions can work out: a count that one hides, from a sum whose other hidden parts the other edition shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from evalkit.plan import Plan
from evalkit.terms import MATCHED, PLAN, REST, Shown

NEAR = 1e-4


@dataclass(frozen=True)
class WorkedOut:
    """A hidden count that follows when other rows are what the other edition says."""

    row: str
    others: tuple[str, ...]  # the rows that must be unchanged


def worked_out(plan: Plan, hiding: pd.DataFrame, other: pd.DataFrame) -> Iterator[WorkedOut]:
    """Every count that `hiding` hides and that follows from its own sums and the rows of `other`.

    Asked of are the plan's and the comparison areas' totals. A count that only comes out as it was shown is left out:
    nothing tells whether it still is.

    Parameters
    ----------
    hiding, other : rows of results.csv as texts, by row
    """
    before = pd.to_numeric(other["numerator"], errors="coerce")
    for (indicator, year), group in hiding.groupby(["indicator", "year"], sort=False):
        now = pd.to_numeric(group.set_index("area")["numerator"], errors="coerce")
        shown = group.set_index("area")["shown"]
        if not shown.eq(Shown.SUPPRESSED).any():
            continue
        for whole, parts in _sums(plan, list(now.index)):
            terms = {area: f"{indicator}.{area}.{year}" for area in (whole, *parts)}
            gone = [area for area in terms if shown[area] == Shown.SUPPRESSED]
            for area in gone:
                taken = {one: before.get(terms[one]) for one in gone if one != area}
                left = _left(area, whole, {**now.to_dict(), **taken}, terms)
                known = before.get(terms[area])
                if taken and left is not None and not (known is not None and abs(left - known) < NEAR):
                    yield WorkedOut(terms[area], tuple(terms[one] for one in taken))


def _left(
    area: str, whole: str, counts: Mapping[str, float | None], terms: Mapping[str, str]
) -> float | None:
    """What the sum leaves for one of its terms; None where another is unknown, or it would be below nought."""
    others = [counts.get(one) for one in terms if one != area]
    if any(count is None or pd.isna(count) for count in others):
        return None
    parts = sum(count for one in terms if one not in (area, whole) and (count := counts[one]) is not None)
    total = counts[whole] if area != whole else None
    left = parts if total is None else total - parts
    return left if left > -NEAR else None


def _sums(plan: Plan, areas: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The totals that are rows of their own, with their parts."""
    mine = [area for area in areas if area in plan.areas]
    compared = [area for area in areas if area not in (*plan.areas, PLAN, MATCHED, REST)]
    for whole, parts in ((PLAN, mine), (MATCHED, compared)):
        if whole in areas and len(parts) > 1:
            yield whole, parts
