"""The vision: gaps to the rest of the municipality, closed or widened, and how much of it is the rest that moved."""

from __future__ import annotations

from evalkit.report import Report
from evalkit.tables.table import cell, limit_heads, limits, report_table, starts
from evalkit.terms import REST
from evalkit.text import judgements
from evalkit.text.html import Block, element, joined
from evalkit.text.reading import area_name, goals, read
from evalkit.text.surroundings import gap_of
from evalkit.text.words import gettext_for


def closing(report: Report) -> Block:
    """Each gap then and now, its change with interval, and the two moves that it is made of."""
    words = gettext_for(report.language)
    found = {name: read(report, gap) for name in goals(report) if (gap := gap_of(report, name)) is not None}
    since, levels = starts(list(found.values()), words)
    rows = [
        (
            read(report, name).title,
            words("%") if r.in_percent else words("points"),
            then,
            cell(r, "value", signed=True),
            *limits(r, "change_lower", "change_upper", signed=True),
            cell(read(report, name), "change", signed=True),
            cell(read(report, name, REST), "change", signed=True),
            judgements.verdict_word(r.verdict, words),
        )
        for (name, r), then in zip(found.items(), levels, strict=True)
    ]
    head = [
        words("Goal"),
        words("Unit"),
        words("Gap, {since}").format(since=since.lower())
        if len({r.baseline for r in found.values()}) > 1
        else words("Gap {year}").format(year=since),
        words("Gap {year}").format(year=report.year),
        *limit_heads(words("Interval of its change"), words),
        words("Change in the areas"),
        words("Change in the rest"),
        words("Verdict on the gap"),
    ]
    place = area_name(report, REST)
    said = words.say(
        "Gaps to {place}. In points the gap's change is the areas' own move minus the rest's; in per cent the two are ratios.",
        place=place,
    )
    return joined(
        report_table(
            report,
            said,
            head,
            rows,
            label=words("Table: gaps and what moved them"),
            class_="figures",
        ),
        element(
            "p",
            words(
                "A gap can close because the areas move or because the rest does. Only the first is what the vision asks for."
            )
            if report.plan.vision
            else words("A gap can close because the areas move or because the rest does."),
        ),
    )
