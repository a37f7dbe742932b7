"""Safety and reports read together: fewer reports may mean fewer cases, or less will to report them."""

from __future__ import annotations

from typing import Any

from evalkit.report import Report
from evalkit.tables.table import report_table
from evalkit.terms import Shown, Verdict
from evalkit.text import sentences
from evalkit.text.html import Block, element, joined
from evalkit.text.reading import Reading, goals, read
from evalkit.text.words import Sentence, gettext_for


def pair(report: Report) -> tuple[Reading, Reading] | None:
    """The goal that asks people and the goal that counts reports; None where the plan has not both."""
    found = [read(report, name) for name in goals(report)]
    asked = next((r for r in found if r.statistic.asked), None)
    counted = next((r for r in found if r.statistic.events), None)
    return (asked, counted) if asked and counted else None


def way(r: Reading) -> str:
    """Which way the level has changed beyond its uncertainty: good, ill or open; short of the pace may still be better."""
    if r.verdict.tone == "ill":
        better, worse = r.rule == "short_of_target_but_improved", r.rule == "short_of_target_and_worsened"
        return "good" if better else "ill" if worse or r.verdict == Verdict.WORSENED else "open"
    return r.verdict.tone


def unreadable(asked: Reading) -> Sentence | None:
    """Why answers cannot be read beside reports: measured once, or not for this year; None where they can."""
    say = asked.words.say
    if sentences.once(asked):
        return say(
            "There is one measurement of {title}, from {baseline}. It gives a level and no change, so the two cannot be read together.",
            title=asked.title,
            baseline=asked.baseline,
        )
    if asked.shown == Shown.MISSING:
        return say(
            "{title} was not measured for plan year {year}, so the two cannot be read together for that year.",
            title=asked.title,
            year=asked.year,
        )
    return None


def counted_from(asked: Reading, counted: Reading) -> Sentence | None:
    """From which years the two are counted, where they are not the same."""
    if asked.baseline == counted.baseline or not (asked.has("change") and counted.has("change")):
        return None
    return asked.words.say(
        "{title} is counted from {first}, and {other} from {second}.",
        title=asked.title,
        first=asked.baseline,
        other=counted.title,
        second=counted.baseline,
    )


def sentence(report: Report) -> Sentence:
    """What the two say together, by their verdicts."""
    words, both = gettext_for(report.language), pair(report)
    if both is None:
        return words.say(
            "The plan has not both a goal on safety and one on reports, so the two cannot be read together."
        )
    if (why := unreadable(both[0])) is not None:
        return why
    safe, few = (way(r) for r in both)
    if safe == "good" and few == "good":
        return words.say(
            "Both have changed the right way. That fits with fewer cases, not only with fewer reports of them."
        )
    if few == "good" and safe == "ill":
        return words.say(
            "Reports are down while safety is down too. That fits badly with fewer cases; fewer may have reported."
        )
    if few == "good":
        return words.say(
            "Reports are down, but it has not been shown that safety is up. Fewer cases and less will to report would both look like this."
        )
    if safe == "good" and few == "ill":
        return words.say(
            "Safety is up while reports are up too. More trust can make more people report; more cases can too."
        )
    if safe == "good":
        return words.say("Safety is up, but it has not been shown that reports are down.")
    if safe == "ill" and few == "ill":
        return words.say("Both have changed the wrong way, and the two agree.")
    return words.say(
        "Neither has been shown to change the right way, so the two have nothing to say together."
    )


def both(report: Report) -> Block:
    """The two-by-two reading with this year's place marked, and its sentence."""
    words, both = gettext_for(report.language), pair(report)
    if both is None or unreadable(both[0]) is not None:
        return element("p", sentence(report))
    asked, counted = both
    at = (way(asked) == "good", way(counted) == "good")
    meaning = {
        (True, True): words("both better: fits with fewer cases"),
        (True, False): words("safer, but a fall in reports has not been shown"),
        (False, True): words(
            "fewer reports, but more safety has not been shown: cannot be told apart from less will to report"
        ),
        (False, False): words("neither shown"),
    }
    rows = []
    for few, name in (
        (True, words("{title}: better").format(title=counted.title)),
        (False, words("{title}: not shown better").format(title=counted.title)),
    ):
        rows.append((name, *(_cell(words, meaning[safe, few], at == (safe, few)) for safe in (True, False))))
    head = [
        words("Reading"),
        words("{title}: better").format(title=asked.title),
        words("{title}: not shown better").format(title=asked.title),
    ]
    said = words.say("How the two can be read together, and where plan year {year} stands.", year=report.year)
    return joined(
        element("p", joined(sentence(report), counted_from(asked, counted), between=" ")),
        report_table(
            report,
            said,
            head,
            rows,
            label=words("Table: safety and reports together"),
            class_="words",
        ),
    )


def _cell(words: Any, text: str, here: bool) -> Any:
    return (
        joined(element("b", words("Here:")), text, between=" ")
        if here
        else element("span", text, class_="quiet")
    )
