"""How an indicator is measured, beside its figure, and what can be seen at all in figures of its size."""

from __future__ import annotations

from typing import Any

from evalkit.report import Report
from evalkit.tables.table import report_table
from evalkit.terms import PLAN, Shown
from evalkit.text.html import Block, element, facts, joined
from evalkit.text.numbers import DASH, Cited, number
from evalkit.text.reading import Reading, area_name, goals, goals_baseline, read, survey_round
from evalkit.text.words import Sentence, Words, gettext_for


def measured(report: Report, indicator: str) -> Block:
    """How the indicator is measured, beside its figure: counts, who answered, comparison and source."""
    r = read(report, indicator)
    words, one = r.words, r.indicator
    compared: Any = r.comparator if r.text("comparator") or one.comparator else None
    if r.has("effect_areas") and r.number("effect_areas") > 1:
        compared = words.say("{n} {place}", n=r.cite("effect_areas"), place=r.comparator)
    if r.statistic.asked:
        asked = words("“{question}”").format(question=one.question.get(words.language))
        weighted = (words("Weighted by"), words("age and sex in the population register"))
        made = (words("Worked out by"), words("the source itself"))
        rows = [(words("Question"), asked), *_answers(r), made if r.made_by_source else weighted]
    else:
        counted = one.numerator.words.get(words.language) if one.numerator else None
        rows = [(words("Counted"), counted), *_counts(r), (words("When"), r.when)]
    spread = None
    if r.has("dispersion"):
        spread = words.say(
            "φ = {phi}: reports often come several at a time, from the same night or by the same people",
            phi=r.cite("dispersion"),
        )
    provisional = r.text("provisional") == "yes"
    return element(
        "aside",
        element("h3", words("How it is measured")),
        facts(
            *rows,
            (words("Spread"), spread),
            (words("Compared with"), compared),
            (
                words("Source"),
                words.say("{source}, provisional", source=r.source) if provisional else r.source,
            ),
        ),
        class_="side",
        aria_label=words("How this is measured: {title}").format(title=r.title),
    )


def _answers(r: Reading) -> list[tuple[Any, Any]]:
    words = r.words
    if r.made_by_source and r.has("respondents") and not r.has("invited"):
        return [(words("Answers"), r.cite("respondents"))]
    if not r.has("respondents", "invited", "response_rate"):
        if r.shown == Shown.SUPPRESSED or survey_round(r):  # asked they were, and how many answered is hidden
            return [(words("Answers"), words("hidden for confidentiality"))]
        return [(words("Answers"), words("not made up"))]
    given = {
        "n": r.cite("respondents"),
        "of": r.cite("invited"),
        "rate": r.cite("response_rate"),
        "when": survey_round(r) or r.when,
    }
    unsaid = precision = None
    if r.has("dont_know"):
        n = r.number("dont_know")
        unsaid = words.count("{n} answer, left out", "{n} answers, left out", n, n=r.cite("dont_know"))
    if r.has("effective_n"):
        precision = words.say("as {n} unweighted answers", n=r.cite("effective_n"))
    return [
        (words("Answers"), words.say("{n} of {of} ({rate}%), {when}", **given)),
        (words("Don't know"), unsaid),
        (words("Precision"), precision),
    ]


def _counts(r: Reading) -> list[tuple[Any, Any]]:
    words, n = r.words, None
    if r.has("numerator"):
        parts = {"n": r.cite("numerator"), "year": r.year}
        n = words.say("{n} in {year}", **parts)
        if r.has("baseline_numerator"):
            parts |= {"before": r.cite("baseline_numerator"), "baseline": r.baseline}
            n = words.say("{n} in {year}, {before} in {baseline}", **parts)
    rows: list[tuple[Any, Any]] = [(words("Number"), n)]
    if r.indicator.denominator is not None and r.has("denominator"):
        of: dict[str, Any] = {"whom": r.whom, "n": r.cite("denominator")}
        rows.append(
            (words("Per"), words.say("1,000 {whom} ({n})", **of))
            if r.statistic.events
            else (words("Of"), words.say("{whom} ({n})", **of))
        )
    return rows


# ---- what can be seen at all --------------------------------------------------------------------


def realism(report: Report) -> Block:
    """What area and plan can possibly show on each goal, when the planned pace could be seen, and what it takes now."""
    words = gettext_for(report.language)
    places = [report.area] if report.area == PLAN else [report.area, PLAN]
    rows = [_row(read(report, name, place), words) for name in goals(report) for place in places]
    since = goals_baseline(report)
    head = [
        words("Goal"),
        words("Where"),
        words("Level in {year}").format(year=since),
        words("Seen four times in five from"),
        words("Planned by {year}").format(year=report.year),
        words("Years until the planned pace can be seen"),
        words("Pace needed from here, a year"),
    ]
    said = words.say(
        "What the size of the figures allows: the smallest change since {baseline} that would be seen four times in five.",
        baseline=since,
    )
    reading = words.say(
        "A single year in a single area shows only large changes. That is why the plan is judged on all areas together in {year}.",
        year=report.plan.primary.year,
    )
    return joined(
        report_table(report, said, head, rows, label=words("Table: what can be seen at all"), class_="words"),
        element("p", reading),
    )


def _row(r: Reading, words: Words) -> list[Any]:
    return [
        r.title,
        area_name(r.report, r.text("area") or r.report.area),
        r.level("baseline_value") if r.has("baseline_value") else DASH,
        r.amount("detectable", signed=True) if r.has("detectable") else DASH,
        _planned(r, words),
        _years(r, words),
        needed(r) or DASH,
    ]


def _planned(r: Reading, words: Words) -> Sentence | str:
    """The change since the baseline that was planned, and what it is a year where the verdict is on the trend."""
    if not r.has("planned_change"):
        return words("reached from the start") if r.met_from_start else words("no number")
    if not r.on_trend:
        return r.amount("planned_change", signed=True)
    n = Cited(
        number(r.planned_since, language=words.language, signed=True, scale=100),
        r.planned_since,
        place=f"rows: {r.row['row']}.target / baseline_value",
        scale=100,
    )
    return words.say("{n}% ({pace} a year)", n=n, pace=r.amount("planned_change", signed=True))


def _years(r: Reading, words: Words) -> Any:
    """Years until the planned pace would be seen, from what the baseline year had."""
    if r.met_from_start or not r.has("target_last", *(("dispersion",) if r.statistic.events else ())):
        return DASH
    by_change, by_trend = (
        r.cite(f"years_by_{by}") if r.has(f"years_by_{by}") else words("over thirty")
        for by in ("change", "trend")
    )
    if r.statistic.events:
        return words.say("{change} by a single year, {trend} by the trend", change=by_change, trend=by_trend)
    return by_change


def needed(r: Reading) -> Sentence | None:
    """The change a year that would still reach the last year's target from this year's level; None without one."""
    if not r.has("required_pace"):
        return None
    if r.number("required_pace") == 0:
        return r.words.say("none: already there")
    return r.words.say("{n}%", n=r.cite("required_pace", signed=True))
