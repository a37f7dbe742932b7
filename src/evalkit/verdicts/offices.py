"""Progress by the published rules of three statistical offices, to say whether they would read otherwise."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from evalkit.errors import InvalidNumber
from evalkit.estimates.counts import numbers, refuse
from evalkit.estimates.power import direction_of
from evalkit.terms import Polarity


class Progress(StrEnum):
    """What published progress rules for indicators without a numeric target say of an annual growth rate."""

    SUBSTANTIAL = "substantial"
    MODERATE = "moderate"
    LIMITED = "limited"  # Statistics Canada: 0 to 0.5 % a year
    STABLE = "stable"  # ISTAT: within 1 % a year
    STAGNATION = "stagnation"  # UN Statistics Division: stagnation or regression
    SLIGHT_DETERIORATION = "slight_deterioration"
    DETERIORATION = "deterioration"
    NOT_AVAILABLE = "not_available"

    @property
    def tone(self) -> str:
        """The colour family of `Verdict.tone`, so that the two can be compared."""
        if self in (Progress.SUBSTANTIAL, Progress.MODERATE):
            return "good"
        return "ill" if self in (Progress.SLIGHT_DETERIORATION, Progress.DETERIORATION) else "open"


# Falls through to the last word; ISTAT's limits belong to the worse class, the others' to the better.
_PROGRESS: Final[dict[str, tuple[tuple[tuple[float, Progress], ...], Progress]]] = {
    "statcan": (
        ((0.015, Progress.SUBSTANTIAL), (0.005, Progress.MODERATE), (0.0, Progress.LIMITED)),
        Progress.DETERIORATION,
    ),
    "unsd": (((0.02, Progress.SUBSTANTIAL), (0.005, Progress.MODERATE)), Progress.STAGNATION),
    "istat": (
        (
            (0.05, Progress.SUBSTANTIAL),
            (0.01, Progress.MODERATE),
            (-0.01, Progress.STABLE),
            (-0.05, Progress.SLIGHT_DETERIORATION),
        ),
        Progress.DETERIORATION,
    ),
}


def progress(value: float, baseline: float, years: float, *, polarity: Polarity | str, rule: str) -> Progress:
    """Progress by a published rule ("statcan", "unsd", "istat") on the compound annual growth rate.

    They compare point estimates and know no uncertainty; shown only to say whether they would read otherwise.
    Not available where a value is missing or the baseline is not above zero.

    Source
    ------
    Statistics Canada, Progress Measurement for Canada's SDGs (method without target); UN Statistics Division,
    Progress Chart Technical Note 2023; ISTAT, Rapporto SDGs 2019, pp. 37-38.
    """
    if rule not in _PROGRESS:
        raise InvalidNumber(f"rule must be one of {', '.join(_PROGRESS)}, got {rule!r}.")
    refuse(float(numbers("years", years)) <= 0, "years since the baseline must be above zero", years)
    sign = direction_of(polarity)
    if not (value >= 0 and baseline > 0):
        return Progress.NOT_AVAILABLE
    growth = sign * round((value / baseline) ** (1 / years) - 1, 12)  # 1.005 - 1 is a hair below 0.005
    classes, otherwise = _PROGRESS[rule]
    for limit, word in classes:
        if growth > limit or (growth == limit and rule != "istat"):
            return word
    return otherwise
