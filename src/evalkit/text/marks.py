"""The marks of equal weight: a figure is made up, or it is real; words about made-up figures are an example."""

from __future__ import annotations

from typing import Final

from evalkit.report import Report
from evalkit.text.html import Block, element, raw
from evalkit.text.words import gettext_for

_PENCIL: Final = (
    '<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false"><path d="M2 14l.9-3.9 8-8 3 3-8 8zM9 4l3 3" '
    'fill="none" stroke="currentColor" stroke-width="1.7" stroke-linejoin="round"/></svg>'
)
_COLUMNS: Final = (
    '<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false"><path d="M1 15h14M3.5 13V8M8 13V2M12.5 13V5.5" '
    'fill="none" stroke="currentColor" stroke-width="2.2"/></svg>'
)


def mark(report: Report, *, official: bool = False) -> Block | None:
    """What kind of figures stand here: made up, or real (official ones, and every figure that is drawn of real areas)."""
    words = gettext_for(report.language)
    if not (report.synthetic or official):
        return None
    if official:
        return element("span", raw(_COLUMNS), words("Real figure"), class_="mark real")
    return element("span", raw(_PENCIL), words("Made up"), class_="mark made")


def example(report: Report) -> Block | None:
    """That whatever a person has written here is an example, since the figures it is about are made up; None where they are not."""
    if not report.synthetic:
        return None
    return element("span", raw(_PENCIL), gettext_for(report.language)("Example"), class_="mark made")
