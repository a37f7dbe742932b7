"""What a trend figure shows: its lines, baseline, path, axis and events."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.figures import event_band
from evalkit.figures.lines import Line, first_year
from evalkit.report import Report


@dataclass(frozen=True)
class Trend:
    """What the picture shows, all of it from published rows."""

    report: Report
    indicator: str
    own: Line
    comparator: str | None
    other: Line
    baseline: float | None
    path: list[tuple[int, float]]
    levels: tuple[float, float]
    events: list[event_band.Happening]

    @property
    def years(self) -> list[int]:
        """Every year on the axis: the same in all of an indicator's pictures."""
        return list(range(first_year(self.report, self.indicator), self.report.plan.years[-1] + 1))
