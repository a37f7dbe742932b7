"""What earlier releases tell of today's counts: readers keep them, so a count shown there and unchanged is known.

Three rules, for each earlier release:

1. A count that was shown and is the same today is known: it protects no other.
2. A count that was hidden in a sum stays hidden. Else what is shown now gives the other parts of the old sum away.
3. Of a sum some of whose parts were hidden, the total of those is known: what was shown left just that.

Then the audit over today's counts and sums, with what 1 and 3 add, is one over both editions. A reader who is told which
counts were corrected has of the old edition one equation a sum, over parts that were hidden there. Each solution x of
today's system in which that total is kept gives a solution of the old one: what was corrected, moved by its correction,
and the rest as in x. So no equation of the old edition narrows x further, whichever of the hidden counts were corrected,
and with 2 the same x leaves the old counts open. Where a hidden count was corrected and the old one was at its own
limit (none, or all), the limits that are told here are wider than a reader's by at most the correction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

SAME, OTHER, HIDDEN = "same", "other", "hidden"
"""What an earlier release says of a cell: its count of today, another count, or that it is not to be told."""

Printed = Mapping[str, str]
"""By cell that stood in one earlier release: SAME, OTHER or HIDDEN; a cell that is missing was not printed."""

Sum = Mapping[str, float]
"""Coefficients by cell of counts that add up to nought."""

_NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Known:
    """What readers of earlier releases know of today's cells."""

    cells: frozenset[str] = _NONE  # their counts
    stay_hidden: frozenset[str] = _NONE
    totals: Sequence[Sum] = field(default_factory=list)  # sums of cells


def known(sums: Sequence[Sum], releases: Sequence[Printed]) -> Known:
    """The three rules, over all earlier releases."""
    cells, hidden, totals = set[str](), set[str](), list[Sum]()
    of_cell: dict[str, list[Sum]] = {}
    for one in sums:
        for cell in one:
            of_cell.setdefault(cell, []).append(one)
    for printed in releases:
        told = _with_what_follows(printed, of_cell)
        cells |= {cell for cell, what in told.items() if what == SAME}
        hidden |= {cell for cell, what in told.items() if what == HIDDEN and cell in of_cell}
        totals += _totals(told, sums)
    return Known(frozenset(cells), frozenset(hidden), totals)


def _with_what_follows(printed: Printed, of_cell: Mapping[str, list[Sum]]) -> dict[str, str]:
    """The same with the cells that were not printed but follow, being the one part of a sum that is missing."""
    told = dict(printed)
    asked = [one for cell, several in of_cell.items() if cell in told for one in several]
    while asked:
        one = asked.pop()
        missing = [cell for cell in one if cell not in told]
        others = {told[cell] for cell in one if cell in told}
        if len(missing) == 1 and HIDDEN not in others:
            told[missing[0]] = SAME if others == {SAME} else OTHER
            asked += of_cell[missing[0]]
    return told


def _totals(printed: Printed, sums: Sequence[Sum]) -> Iterator[Sum]:
    """Of each sum of which anything was printed: the cells that were not shown, whose total is left."""
    for one in sums:
        unsaid = {cell: c for cell, c in one.items() if printed.get(cell, HIDDEN) == HIDDEN}
        said = [printed[cell] for cell in one if cell not in unsaid]
        if unsaid and said and (OTHER not in said or any(cell in printed for cell in unsaid)):
            yield unsaid
