"""Lead of the final evaluation: the goals' numbers, which way the levels moved, and whether it was the plan."""

from __future__ import annotations

from evalkit.chapters import together
from evalkit.report import Report
from evalkit.text import comparison, sentences
from evalkit.text.facts import cited
from evalkit.text.reading import goals, has_number, read
from evalkit.text.words import Sentence, gettext_for


def numbers(report: Report) -> Sentence | None:
    """Whether the goals that have a number reached it; None where none has."""
    words = gettext_for(report.language)
    found = [r for r in (read(report, name) for name in goals(report)) if has_number(r)]
    if not found:
        return None
    if len(found) == 1:
        title, reached = found[0].title, found[0].text("target_reached")
        if reached == "yes":
            return words.say("The plan put a number on one goal, {title}. It was reached.", title=title)
        if reached == "no":
            return words.say("The plan put a number on one goal, {title}. It was not reached.", title=title)
        return words.say(
            "The plan put a number on one goal, {title}. Whether it was reached cannot be said.", title=title
        )
    n = sum(r.text("target_reached") == "yes" for r in found)
    return words.say(
        "{n} of the {all} goals with a number were reached.",
        n=cited(report, n, "rows: target_reached"),
        all=cited(report, len(found), "params/plan.yml: goals"),
    )


def moved(report: Report) -> Sentence | None:
    """How many goals have been shown to change the right way; None where no change could be measured."""
    words, found = gettext_for(report.language), [read(report, name) for name in goals(report)]
    if not any(r.has("change") for r in found):
        return None
    n = sum(together.way(r) == "good" for r in found)
    parts = {
        "n": cited(report, n, "rows: verdicts"),
        "all": cited(report, len(found), "params/plan.yml: goals"),
    }
    if n == 0:
        return words.say(
            "For none of the {all} goals has it been shown that the level has changed the right way.", **parts
        )
    return words.say("On {n} of {all} goals the level has changed the right way.", **parts)


def once(report: Report) -> Sentence | None:
    """The goals that have been measured once; None where none has."""
    words = gettext_for(report.language)
    alone = [r.title for r in (read(report, name) for name in goals(report)) if sentences.once(r)]
    if not alone:
        return None
    return words.say("One measurement, so a level and no change: {list}.", list=words.listed(alone))


def because(report: Report) -> Sentence:
    """Whether it was the plan, in words that say no more than the comparisons carry."""
    words, readings = gettext_for(report.language), [read(report, name) for name in goals(report)]
    if not any(r.has("change") for r in readings):
        return words.say(
            "Whether the plan is the reason cannot be said: no change could be measured for all areas together."
        )
    compared = [r for r in readings if r.has("effect")]
    if not compared and any(r.has("change", "comparator_change") for r in readings):
        return words.say(
            "Whether the plan is the reason cannot be said: a total that is zero leaves no difference to calculate."
        )
    if not compared:
        return words.say("Whether the plan is the reason cannot be said: there is nothing to compare with.")
    told = {r.title: comparison.speaks(r) for r in compared}
    for_it, against = ([title for title, way in told.items() if way is wanted] for wanted in (True, False))
    place = compared[0].comparator
    if for_it and against:
        return words.say(
            "The comparison with {place} speaks for the plan on {list} and against it on {other}; other things may lie behind it too.",
            place=place,
            list=words.listed(for_it),
            other=words.listed(against),
        )
    if for_it:
        return words.say(
            "The comparison with {place} speaks for the plan on {list}; other things may lie behind it too.",
            place=place,
            list=words.listed(for_it),
        )
    if against:
        return words.say(
            "The comparison with {place} speaks against the plan on {list}; other things may lie behind it too.",
            place=place,
            list=words.listed(against),
        )
    weak = [r.title for r in compared if comparison.favours(r) is not None]
    if weak:
        return words.say(
            "Whether the plan is the reason cannot be said: on {list} the difference from {place} is larger than its uncertainty, but the comparison is not strong enough.",
            place=place,
            list=words.listed(weak),
        )
    rest = [r.title for r in readings if not r.has("effect")]
    if rest:
        return words.say(
            "Whether the plan is the reason cannot be said: for none of the goals that could be compared is the difference from {place} larger than its uncertainty. {list} could not be compared.",
            place=place,
            list=words.listed(rest),
        )
    return words.say(
        "Whether the plan is the reason cannot be said: for no goal is the difference from {place} larger than its uncertainty.",
        place=place,
    )


def doubt(report: Report) -> Sentence | None:
    """The goals on which the comparison speaks, but another way when it is read in other ways."""
    told = [r for r in (read(report, name) for name in goals(report)) if comparison.speaks(r) is not None]
    return comparison.unfirm(told)
