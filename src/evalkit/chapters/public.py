"""The final evaluation's first page: title, primary verdicts, and the questions that were asked in public."""

from __future__ import annotations

from typing import Any, Final

from evalkit.cards.report_cards import basis
from evalkit.chapters import economy, lead, moves, together
from evalkit.chapters.board import answered
from evalkit.report import Report
from evalkit.terms import Verdict
from evalkit.text import comparison, findings, incomplete, judgements, sentences
from evalkit.text.html import Block, element, joined
from evalkit.text.marks import mark
from evalkit.text.numbers import date, period
from evalkit.text.reading import Reading, goals, read
from evalkit.text.status import given_status
from evalkit.text.words import Sentence, gettext_for


def title(report: Report) -> Block:
    """Title block of the final evaluation: the plan, its whole period, and the answer that most ask for."""
    words, plan = gettext_for(report.language), report.plan
    kicker = words("Final evaluation")
    heading = element(
        "h1",
        element("span", plan.name),
        " ",
        element(
            "span",
            words("{first}–{last}").format(first=plan.period.start.year, last=plan.period.end.year),
            class_="year",
        ),
    )
    about = [
        given_status(report.status, words),
        element("span", period(plan.period.start, plan.period.end, report.language)),
    ]
    return element(
        "header",
        element("p", joined(mark(report), kicker), class_="kicker"),
        heading,
        element("p", joined(*about, between=" "), class_="meta"),
        element(
            "p",
            joined(
                lead.numbers(report),
                lead.moved(report),
                lead.once(report),
                lead.because(report),
                lead.doubt(report),
                economy.paid(report),
                between=" ",
            ),
            class_="lead",
        ),
    )


def declared(report: Report) -> Sentence:
    """What the plan is judged on, and when that was laid down."""
    words, primary = gettext_for(report.language), report.plan.primary
    if report.synthetic:  # nothing was laid down before figures that a program has made up
        start = element("b", words("What the plan is judged on."))
        return words.say("{start} {note}", start=start, note=primary.note.get(report.language))
    return words.say(
        "{start} {note} Laid down {date}, before any figures on the areas were opened.",
        start=element("b", words("What the plan is judged on.")),
        note=primary.note.get(report.language),
        date=date(primary.declared, report.language),
    )


def answers(report: Report) -> Block:
    """The questions asked in public, each with an answer or why there is none."""
    words = gettext_for(report.language)
    asked = [
        (words("Did the plan reach its goals?"), _reached(report)),
        (
            words("Would it have happened anyway, or is the plan the reason?"),
            [
                *_anyway(report),
                words.say(
                    "No figure here can rule out that something else in the same years lies behind it."
                ),
            ],
        ),
        (words("What was the money spent on?"), economy.bought(report)),
        (words("How many answered?"), _answered(report)),
        (words("Are they better off, or are they other people?"), _people(report)),
        (
            words("What helps, and should go on?"),
            [
                words.say(
                    "These figures follow goals, not single activities, so they cannot tell which activity helps."
                )
            ],
        ),
    ]
    rests = element("p", joined(declared(report), basis(report), between=" "), class_="basis")
    return joined(answered(asked), rests)


def _reached(report: Report) -> list[Any]:
    """The goals with a number against it, then which way the others have moved."""
    words, found = gettext_for(report.language), [read(report, name) for name in goals(report)]
    said = [_number(r) for r in found if lead.has_number(r)]
    ways: dict[str, list[str]] = {}
    for r in found:
        if not lead.has_number(r):
            ways.setdefault(_way(r), []).append(r.title)
    named = {
        "good": words("the right way for {list}"),
        "ill": words("the wrong way for {list}"),
        "little": words("almost unchanged for {list}"),
        "open": words("cannot be told for {list}"),
        "none": words("cannot be assessed for {list}"),
    }
    parts = [Sentence(named[way], {"list": words.listed(ways[way])}) for way in named if way in ways]
    if parts:
        listed = Sentence(
            "; ".join(f"{{p{i}}}" for i in range(len(parts))), {f"p{i}": one for i, one in enumerate(parts)}
        )
        said.append(words.say("Goals that set only a direction: {list}.", list=listed))
    return [*said, *dict.fromkeys(why.plain for r in found if (why := incomplete.change(r)) is not None)]


def _number(r: Reading) -> Sentence:
    """Whether the goal's number was reached, with the two figures."""
    if not r.has("value", "target"):
        return r.words.say("{title}: whether the number was reached cannot be told.", title=r.title)
    parts = {"title": r.title, "value": r.cite("value"), "target": r.level("target")}
    if r.text("target_reached") == "yes":
        return r.words.say("{title}: yes, {value} against a target of {target}.", **parts)
    return r.words.say("{title}: no, {value} against a target of {target}.", **parts)


def _way(r: Reading) -> str:
    """Which way a goal without a number has moved: good, ill, little, open, or none where it cannot be assessed."""
    if r.verdict in (Verdict.NOT_ASSESSABLE, Verdict.SUPPRESSED):
        return "none"
    return "little" if r.verdict == Verdict.LITTLE_CHANGE else together.way(r)


def _anyway(report: Report) -> list[Sentence | None]:
    """Each goal beside similar areas: what happened there, and whether the difference can be told from chance."""
    words, found = gettext_for(report.language), [read(report, name) for name in goals(report)]
    if not any(r.has("change") for r in found):
        return [
            words.say("No change could be measured for all areas together, so there is nothing to compare.")
        ]
    compared = [r for r in found if r.has("comparator_change", "change")]
    if not compared:
        return [words.say("There is nothing to compare with, so it cannot be told.")]
    pairs: list[Any] = [
        words.say(
            "{title} {here} against {there}",
            title=r.title,
            here=r.cite("change", signed=True),
            there=r.amount("comparator_change", signed=True),
        )
        for r in compared
    ]
    said: list[Sentence | None] = [
        words.say("Here against {place}: {list}.", place=compared[0].comparator, list=words.listed(pairs))
    ]
    open_ = [r for r in compared if comparison.favours(r) is None]
    if len(open_) == len(compared):
        return [*said, words.say("For none of them can the difference be told from chance.")]
    if open_:
        said.append(
            words.say(
                "For {list} the difference cannot be told from chance.",
                list=words.listed([r.title for r in open_]),
            )
        )
    told = [r for r in compared if comparison.favours(r) is not None]
    titles = words.listed([r.title for r in told])
    said.append(words.say("For {list} the difference is larger than its uncertainty.", list=titles))
    return [*said, comparison.unfirm(told)]


def _answered(report: Report) -> list[Sentence | None]:
    words = gettext_for(report.language)
    for name in goals(report):
        r = read(report, name)
        if r.statistic.asked:
            if r.has("respondents", "invited", "response_rate"):
                return [
                    words.say(
                        "{n} of {of} residents asked answered in plan year {year} ({rate}%). We do not know what the others think.",
                        n=r.cite("respondents"),
                        of=r.cite("invited"),
                        rate=r.cite("response_rate"),
                        year=report.year,
                    )
                ]
            if r.made_by_source and r.has("respondents"):
                return [
                    words.say(
                        "{n} answers in plan year {year}; how many were asked is not told. What the others think is not known.",
                        n=r.cite("respondents"),
                        year=report.year,
                    )
                ]
            return [
                sentences.absent(r) or words.say("There are no data for plan year {year}.", year=report.year)
            ]
    return [words.say("No goal rests on a survey.")]


def _people(report: Report) -> list[Sentence | None]:
    words = gettext_for(report.language)
    told = [r for r in moves.shares(report) if r.has("change", *moves.PARTS)]
    if not told:
        return [words.say("Who stayed and who moved is not known, so it cannot be told.")]
    return [
        *(
            words.say(
                "{title}: {size} in all; among those who stayed {own}.",
                title=r.title,
                size=r.amount("change", signed=True),
                own=r.amount("part_stayers", signed=True),
            )
            for r in told
        ),
        moves.aged(told[0]),
    ]


_SAID_BY_HEADLINE: Final = (
    Verdict.CANNOT_TELL,
    Verdict.IMPROVED,
    Verdict.IMPROVING,
    Verdict.ON_TRACK,
    Verdict.REACHED,
    Verdict.WORSENED,
)


def by_goal(report: Report, indicator: str) -> Block:
    """One goal in the final evaluation: finding as heading line, its paragraph, and what could have been seen."""
    r: Reading = read(report, indicator)
    said = [
        element("b", findings.headline(r)),
        sentences.level(r),
        sentences.people(r),
        sentences.counted_from(r),
        sentences.target(r),
        sentences.provisional(r),
        sentences.trend(r),
        sentences.interval(r),
        None if r.verdict in _SAID_BY_HEADLINE else judgements.judgement(r),
        judgements.detectable(r),
    ]
    return joined(element("h3", r.title, id=indicator), element("p", joined(*said, between=" ")))
