"""Incomplete totals: why all areas together have no figure or no change where single areas have."""

from __future__ import annotations

from evalkit.terms import PLAN, Shown
from evalkit.text.reading import Reading, area_name, read
from evalkit.text.words import Sentence


def level(r: Reading) -> Sentence | None:
    """Which areas have no figure for the year, where others do; None for a single area."""
    without = _without(r, r.year)
    if not without:
        return None
    return r.words.say(
        "All areas together have no figure for plan year {year}: there is none from {areas}.",
        year=r.year,
        areas=without,
    )


def change(r: Reading) -> Sentence | None:
    """Which areas have no figure for the baseline year, where others do; None for a single area."""
    without = _without(r, r.baseline_year)
    if not without:
        return None
    return r.words.say(
        "A change since {baseline} cannot be measured for all areas together: there is no figure for {baseline} from {areas}.",
        baseline=r.baseline,
        areas=without,
    )


def _without(r: Reading, year: int) -> Sentence | None:
    """The areas that lack the figure of a year, in words; None where none or all of them do, or one is hidden."""
    if r.row["area"] != PLAN:
        return None
    parts = {area: read(r.report, r.name, area, year) for area in r.report.plan.areas}
    if any(part.shown == Shown.SUPPRESSED for part in parts.values()):
        return None
    gone = [
        area_name(r.report, area)
        for area, part in parts.items()
        if not part.has("value") and not part.uninhabited
    ]
    return r.words.listed(gone) if gone and len(gone) < len(parts) else None
