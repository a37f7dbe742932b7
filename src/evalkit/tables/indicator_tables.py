"""Tables of published rows: the numbers behind each figure, the calculation, other readings, secondary indicators, gaps.

Every table has a caption that says so where the data are synthetic, headers with scope, and words instead of
empty cells; a cell that holds a row's number cites it.
"""

from __future__ import annotations

from typing import Any, Final

from evalkit.report import Report, on_pages
from evalkit.tables import calculations
from evalkit.tables.table import cell, folded, limit_heads, limits, report_table, see_numbers, starts, year
from evalkit.terms import Progress, Verdict
from evalkit.text import judgements, sentences
from evalkit.text.html import Block, element, joined, raw
from evalkit.text.numbers import DASH
from evalkit.text.reading import Reading, area_name, goals, read, series
from evalkit.text.surroundings import gap_of
from evalkit.text.units import short_unit
from evalkit.text.words import gettext_for


def numbers(report: Report, indicator: str) -> Block:
    """»See the numbers«: every year of the indicator up to the report's, with interval, target and comparator."""
    words, rows = gettext_for(report.language), series(report, indicator)
    if not rows:
        return folded(
            see_numbers(words, read(report, indicator).title), element("p", words("There are no figures."))
        )
    first = rows[0]
    counts: list[tuple[str, str]] = []
    if first.statistic.asked:
        counts = [(words("Answers"), "respondents"), (words("Response rate, %"), "response_rate")]
    elif first.statistic.out_of:
        counts = [(words("Number"), "numerator"), (words("Of"), "denominator")]
    beside = []
    if any(r.has("target") for r in rows):
        beside.append((words("The plan's number"), "target"))
    if any(r.has("comparator_value") for r in rows):
        place = read(report, indicator).comparator
        beside.append((place[:1].upper() + place[1:], "comparator_value"))
    judged = first.statistic.judged
    head = [
        words("Plan year"),
        *(name for name, _ in counts),
        _level_unit(first),
        *(limit_heads(words("{level}% interval").format(level=95), words) if judged else ()),
        *(name for name, _ in beside),
    ]
    body = [
        (
            year(r),
            *(cell(r, column) for _, column in counts),
            cell(r, "value"),
            *(limits(r, "lower", "upper") if judged else ()),
            *(cell(r, column) for _, column in beside),
        )
        for r in rows
    ]
    said = words.say(
        "{title}, {place}. {definition}.",
        title=first.title,
        place=area_name(report, report.area),
        definition=first.indicator.definition.get(report.language),
    )
    now = next((i for i, r in enumerate(rows) if r.year == report.year), None)
    label = words("Table: {title}").format(title=first.title)
    return folded(
        see_numbers(words, first.title), report_table(report, said, head, body, now=now, label=label)
    )


def _level_unit(r: Reading) -> str:
    """What the column of levels holds, as its heading."""
    unit, words = r.statistic.unit, r.words
    known = {
        "share": words("Per cent"),
        "points": words("Per cent"),
        "per_1000": words("Per 1,000"),
        "count": words("Number"),
    }
    return known.get(unit, unit)


def calculation(report: Report, indicator: str) -> Block:
    """»Show the calculation«: the verdict step by step with the numbers filled in, precise enough to be repeated."""
    r = read(report, indicator)
    words = r.words
    steps, summary = calculations.steps(r), words.say("Show the calculation: {title}", title=r.title)
    if not steps:
        why = sentences.absent(r) or words.say("The row is not judged, so there is nothing to calculate.")
        return folded(summary, element("p", why))
    shown = report_table(
        report,
        calculations.method(r),
        [words("Step"), words("Calculation"), words("Result")],
        [(name, how, element("span", result, class_="nw")) for name, how, result in steps],
        class_="calc words",
        label=words("Calculation: {title}").format(title=r.title),
    )
    return folded(summary, shown)


def readings(report: Report, indicator: str) -> Block:
    """Would another reading have given another verdict? Linear target, Holm, and three published progress rules."""
    r = read(report, indicator)
    words = r.words
    rows: list[tuple[Any, Any, Any]] = [
        (words("This report"), judgements.verdict_word(r.verdict, words), DASH)
    ]
    again = {
        "verdict_linear": words("The percentage of the baseline's level each year"),
        "verdict_holm": words("Holm's correction over all area-years"),
    }
    for column, name in again.items():
        if r.text(column) and (column != "verdict_linear" or r.has("target_linear")):
            given = Verdict(r.text(column))
            alike = words("the same verdict") if given == r.verdict else _alike(r, _concluded(given, ""))
            rows.append((name, judgements.verdict_word(given, words), alike))
    offices = {
        "verdict_statcan": words("Statistics Canada (1.5 and 0.5% a year)"),
        "verdict_unsd": words("UN Statistics Division (2 and 0.5% a year)"),
        "verdict_istat": words("ISTAT (5 and 1% a year)"),
    }
    for column, name in offices.items():
        if r.text(column):
            progress = Progress(r.text(column))
            rows.append((name, progress_word(progress, words), _alike(r, _OFFICE[progress])))
    said = words.say(
        "{title}: would another reading have given another answer? The published rules look at the point estimate alone and know no uncertainty.",
        title=r.title,
    )
    shown = report_table(
        report,
        said,
        [words("Reading"), words("Answer"), words("Same conclusion?")],
        rows,
        class_="words",
        label=words("Other readings: {title}").format(title=r.title),
    )
    return folded(words.say("Other readings: {title}", title=r.title), shown)


_BETTER, _WORSE, _UNCHANGED, _NOT_BETTER = "better", "worse", "unchanged", "not better"
_OFFICE: Final = {
    Progress.SUBSTANTIAL: {_BETTER},
    Progress.MODERATE: {_BETTER},
    Progress.LIMITED: {_BETTER},
    Progress.STABLE: {_UNCHANGED},
    Progress.STAGNATION: {_UNCHANGED, _WORSE, _NOT_BETTER},  # "stagnation or regression"
    Progress.SLIGHT_DETERIORATION: {_WORSE},
    Progress.DETERIORATION: {_WORSE},
    Progress.NOT_AVAILABLE: set[str](),
}
"""What each word of an office concludes."""


def _concluded(verdict: Verdict, rule: str) -> set[str]:
    """What a verdict concludes; nothing where it cannot be told, which is no conclusion that there is no change."""
    if verdict == Verdict.OFF_TRACK:
        by_rule = {"short_of_target_but_improved": _BETTER, "short_of_target_and_worsened": _WORSE}
        return {by_rule.get(rule, _NOT_BETTER)}
    if verdict.tone == "good":
        return {_BETTER}
    return {Verdict.WORSENED: {_WORSE}, Verdict.LITTLE_CHANGE: {_UNCHANGED}}.get(verdict, set())


def _alike(r: Reading, other: set[str]) -> str:
    """Whether another reading concludes what the report does, or neither concludes anything."""
    own = _concluded(r.verdict, r.rule)
    return r.words("yes, roughly") if own & other or not (own or other) else r.words("no, another")


def progress_word(progress: Progress, words: Any) -> str:
    """A published rule's class in words."""
    return {
        Progress.SUBSTANTIAL: words("substantial progress"),
        Progress.MODERATE: words("moderate progress"),
        Progress.LIMITED: words("limited progress"),
        Progress.STABLE: words("stable"),
        Progress.STAGNATION: words("standstill or setback"),
        Progress.SLIGHT_DETERIORATION: words("slight setback"),
        Progress.DETERIORATION: words("setback"),
        Progress.NOT_AVAILABLE: words("not available"),
    }[progress]


def secondary(report: Report) -> Block:
    """The indicators beside the goals that were ever measured here: baseline, now, change with interval and verdict."""
    words = gettext_for(report.language)
    beside = [
        read(report, name)
        for name in on_pages(report.rows, report.plan, report.area)
        if (one := report.plan.indicators[name]).goal is None and one.of is None and not one.official
    ]
    since, levels = starts(beside, words)
    rows = [
        (
            joined(
                r.title,
                raw("<br>"),
                element("span", r.indicator.definition.get(words.language), class_="quiet"),
            ),
            then,
            cell(r, "value"),
            short_unit(r.text("unit"), words) or DASH,
            cell(r, "change", signed=True),
            *limits(r, "change_lower", "change_upper", signed=True),
            judgements.verdict_word(r.verdict, words)
            if r.indicator.polarity != "neutral" and r.row["verdict"]
            else words("not judged"),
        )
        for r, then in zip(beside, levels, strict=True)
    ]
    head = [
        words("Indicator"),
        since,
        str(report.year),
        words("Unit"),
        words("Change"),
        *limit_heads(words("{level}% interval").format(level=95), words),
        words("Verdict"),
    ]
    said = words.say(
        "Beside the goals, {place}. Changes of shares in percentage points, of rates in per cent.",
        place=area_name(report, report.area),
    )
    return report_table(
        report, said, head, rows, class_="figures", label=words("Table: indicators beside the goals")
    )


def gaps(report: Report) -> Block:
    """The gaps to the rest of the municipality on each goal, then and now."""
    words = gettext_for(report.language)
    found = {name: read(report, gap) for name in goals(report) if (gap := gap_of(report, name)) is not None}
    since, levels = starts(list(found.values()), words)
    rows = [
        (
            report.plan.indicator(name).title.get(report.language),
            then,
            cell(r, "value", signed=True),
            words("%") if r.in_percent else words("points"),
            *limits(r, "lower", "upper", signed=True),
            *limits(r, "change_lower", "change_upper", signed=True),
            judgements.verdict_word(r.verdict, words),
        )
        for (name, r), then in zip(found.items(), levels, strict=True)
    ]
    head = [
        words("Goal"),
        since,
        str(report.year),
        words("Unit"),
        *limit_heads(words("Interval of the gap"), words),
        *limit_heads(words("Interval of its change"), words),
        words("Verdict"),
    ]
    said = words.say(
        "Gap to {place}. Shares in percentage points, reports in per cent.", place=area_name(report, "rest")
    )
    return folded(
        see_numbers(words, words("gaps")),
        report_table(report, said, head, rows, class_="figures", label=words("Table: gaps")),
    )
