"""The question of cause: four lines for each goal, the evidence level, and how far the comparison holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from evalkit.cards.goal_cards import plan_verdict
from evalkit.report import Report
from evalkit.tables.table import cell, limit_heads, limits, report_table
from evalkit.terms import P_LIMIT
from evalkit.text import activities, comparison, judgements, sentences
from evalkit.text.caveat import without_shocks
from evalkit.text.html import Block, element, facts, joined, raw
from evalkit.text.numbers import DASH, LEAST_P, Cited, number
from evalkit.text.reading import Reading, goals, read
from evalkit.text.words import Sentence, gettext_for

MEANWHILE = ("other_effort", "composition", "shock")


def box(report: Report, indicator: str) -> Block:
    """What changed here and elsewhere, what the plan did, what else happened, and what that is evidence for."""
    r = read(report, indicator)
    words = r.words
    here = (
        [sentences.trend(r) or sentences.change(r), sentences.interval(r)]
        if r.has("change")
        else [sentences.absent(r) or judgements.judgement(r)]
    )
    there = [comparison.elsewhere(r), comparison.difference(r), comparison.left_out(r)]
    if not any(there):
        there = [words.say("There is nothing to compare with.")]
    done = activities.toward(report, indicator)
    did = (
        [done]
        if done
        else [
            activities.summary(report),
            words.say("Which of them touch this goal is for the assessment to say."),
        ]
    )
    lines = facts(
        (words("What changed here"), _said(*here)),
        (words("What changed elsewhere"), _said(*there)),
        (words("What the plan did"), _said(*did)),
        (words("What else happened"), _said(_meanwhile(report))),
        (
            words("What the evidence shows"),
            joined(
                plan_verdict(r),
                raw("<br>"),
                _said(
                    comparison.conclusion(r),
                    comparison.unfirm([r]) if comparison.speaks(r) is not None else None,
                    comparison.evidence(r),
                    comparison.sensitivity(r),
                ),
            ),
        ),
        class_="three",
    )
    return joined(element("h3", r.title, id=indicator), lines)


def _said(*found: Sentence | None) -> Block:
    return joined(*found, between=" ")


def _meanwhile(report: Report) -> Sentence:
    """Dated events since the plan began that touch the areas or the whole country, from the list of events."""
    words, plan, events = gettext_for(report.language), report.plan, report.events
    last = plan.period.start.replace(year=report.year)
    found = []
    for _, event in events[events["kind"].isin(MEANWHILE)].iterrows():
        if (
            dt.date.fromisoformat(event["end"]) >= plan.period.start
            and dt.date.fromisoformat(event["start"]) < last
        ):
            found.append(event[f"label_{report.language}"])
    if not found:
        return words.say("The list of events has nothing from these years.")
    return words.say(
        "At the same time there was {list}. The figures cannot show which mattered most.",
        list=words.listed(found),
    )


def contrasts(report: Report) -> Block:
    """The difference in change under other readings, goal by goal: baseline, years, lots drawn, pre-trend, spread."""
    words = gettext_for(report.language)
    readings = [read(report, name) for name in goals(report)]
    if not any(r.has("event") for r in readings):
        return element("p", _agree(report, readings))
    head = [words("Goal"), words("Reading"), words("Result")]
    head += limit_heads(words("Interval"), words)
    rows = [(r.title, *reading) for r in readings for reading in _readings(r)]
    said = words.say(
        "The difference in change between the plan's areas and similar areas under other readings, plan year {year}. "
        "Shares in percentage points, reports in per cent.",
        year=report.year,
    )
    return joined(
        report_table(
            report,
            said,
            head,
            rows,
            label=words("Table: readings of the comparison"),
            class_="figures",
        ),
        element(
            "p",
            _agree(report, readings),
            " ",
            words(
                "Every difference is that of the plan's total and the total of all similar areas, large or small. Their uncertainty holds both chance and how far areas drift by themselves."
            ),
        ),
    )


def _readings(r: Reading) -> list[tuple[Any, ...]]:
    """Each other reading of one goal: its name, what it gives, and the ends of its interval where it has one."""
    words = r.words
    effects = {
        "event": words("Against similar areas, this year"),
        "event_baseline3": words("From a three-year baseline"),
        "event_mean": words("Mean of the plan years"),
        "event_calm": without_shocks(r.report),
        "pre_trend": words("Drift before the plan, a year (90% interval)"),
    }
    chances = {
        "permutation_p": words("p when areas are drawn by lot"),
        "permutation_floor": words("Smallest p possible"),
        "heterogeneity_p": words("Do the areas differ by more than chance? (p)"),
    }
    return [
        *(
            (name, cell(r, stem, signed=True), *limits(r, f"{stem}_lower", f"{stem}_upper", signed=True))
            for stem, name in effects.items()
            if name is not None
        ),
        (words("Areas compared with"), cell(r, "event_areas"), DASH, DASH),
        *((name, _chance(r, column), DASH, DASH) for column, name in chances.items()),
    ]


def _chance(r: Reading, column: str) -> Any:
    """A p-value; a very small one is said to be below a thousandth rather than nought."""
    if not r.has(column):
        return DASH
    if r.number(column) < LEAST_P:
        return joined(
            "< ",
            Cited(number(LEAST_P, 3, language=r.words.language), LEAST_P, place="smallest p that is shown"),
        )
    p, least = r.number(column), 3 if r.number(column) < 0.01 else 2
    # Rounded onto the limit, it would hide on which side it lies.
    decimals = next(d for d in range(least, 17) if round(p, d) != P_LIMIT or p == P_LIMIT)
    return r.cite(column, decimals=decimals)


def _agree(report: Report, readings: list[Reading]) -> Sentence:
    """Whether the conclusion hangs on which reading one takes."""
    words = gettext_for(report.language)
    compared = [r for r in readings if r.has("event")]
    if not any(r.has("change") for r in readings):
        return words.say("Without a change that can be measured there is nothing to explain.")
    if not compared:
        return words.say(
            "With fewer than two areas to compare with there is no spread to judge by, so none of this can be said."
        )
    if (doubt := comparison.unfirm(compared)) is not None:
        return doubt
    drawn = [r for r in compared if r.has("permutation_p") and r.number("permutation_p") < P_LIMIT]
    if split := [r for r in drawn if r.has("effect") and comparison.favours(r) is None]:
        return words.say(
            "However the difference is worked out, the interval gives the same answer. For {list} the draw by lot gives a p below {limit}, so the answer there is close.",
            list=words.listed([r.title for r in split]),
            limit=Cited(
                number(P_LIMIT, 2, language=report.language), P_LIMIT, place="evalkit.terms: P_LIMIT"
            ),
        )
    return words.say(
        "However the difference is worked out, the answer to whether it is larger than its uncertainty is the same."
    )
