"""What the numbers on an axis are."""

from __future__ import annotations

from evalkit.report import Report
from evalkit.terms import Statistic
from evalkit.text.words import gettext_for


def unit_words(report: Report, indicator: str) -> str:
    """What the numbers on the axis are: percent, per 1,000 residents, or the indicator's own name for a count."""
    record = report.plan.indicator(indicator)
    words = gettext_for(report.language)
    if record.statistic in (Statistic.SHARE, Statistic.WEIGHTED_SHARE):
        return words("Per cent")
    if record.statistic == Statistic.RATE:
        return words("Per 1,000 inhabitants") if record.official else words("Per 1,000 residents")
    return record.title.get(report.language)
