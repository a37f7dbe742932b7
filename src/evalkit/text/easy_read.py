"""The report in easy words: short sentences by rule from the goals' rows, for readers who seldom read reports."""

from __future__ import annotations

from typing import Final

from evalkit.report import Report
from evalkit.terms import Shown, Verdict
from evalkit.text import comparison, judgements
from evalkit.text.findings import target_in_words
from evalkit.text.html import Block, element, joined
from evalkit.text.numbers import Tenths
from evalkit.text.reading import Reading, goals, read
from evalkit.text.words import Sentence, gettext_for

MOST_WORDS: Final = 120
"""Words of the whole box, with its heading."""

LOWEST: Final = 0.05
HIGHEST: Final = 0.95
"""A share below the first is "fewer than 1 in 10", and one from the second on "more than 9 in 10"."""

LEAST_APART: Final = 0.05
"""Half a tenth: shares closer than this are not set beside each other as two numbers, though rounding may part them."""


def easy(report: Report) -> Block:
    """The box: two or three sentences for each goal, whether the plan may be the reason, and what "made up" means.

    A goal whose figure is hidden is not spoken of. When the goals are so many that the box would be long, it ends with
    the ones that there is room for and says that the others stand in the report.
    """
    words = gettext_for(report.language)
    closing: list[Sentence | Block] = [element("b", _reason(report))]
    opening = list[Sentence]()
    if any(read(report, name).has("value") for name in goals(report)):
        closing.append(words.say("We have rounded the figures."))
        if report.synthetic:
            opening = [words.say("The figures are not real.")]
    rest = words.say("The other goals stand further down.")
    told = [(name, one) for name in goals(report) if (one := _goal(read(report, name)))]
    items: list[Block] = []
    room = MOST_WORDS - sum(_length(one) for one in (*opening, *closing, rest)) - 5  # 5: the heading
    for _, said in told:
        room -= sum(_length(one) for one in said)
        if room < 0:
            closing.insert(0, rest)
            break
        items.append(element("li", joined(*said, between=" ")))
    return element(
        "section",
        element("h2", words("Easy to read"), id="h-let"),
        element("p", joined(*opening, between=" ")) if opening else None,
        element("ul", *items) if items else None,
        element("p", joined(*closing, between=" ")),
        class_="easy",
        aria_labelledby="h-let",
    )


def _length(part: Sentence | Block) -> int:
    return len((part.plain if isinstance(part, Sentence) else repr(part)).split())


def _goal(r: Reading) -> list[Sentence]:
    """What can be said of a goal; nothing of a figure that is hidden."""
    if r.shown == Shown.SUPPRESSED:
        return []
    if not r.has("value"):
        return [r.words.say("{title}: we have no figures.", title=r.title)]
    return [one for one in _said(r) if one is not None]


def _said(r: Reading) -> list[Sentence | None]:
    """The verdict in easy words, beside this year's figure and perhaps the one before the plan."""
    say, level = r.words.say, _level(r)
    more, better = r.number("change") > 0, (r.number("change") > 0) == r.higher_is_better
    if r.verdict in (Verdict.SUPPRESSED, Verdict.NOT_ASSESSABLE) or not r.has("change"):
        none = say("We cannot compare it with before.") if r.verdict == Verdict.NOT_ASSESSABLE else None
        return [level, none]
    if r.verdict == Verdict.CANNOT_TELL:
        return [level, *_unknown(r)]
    if r.verdict == Verdict.LITTLE_CHANGE:
        return [level, say("It has not changed much.")]
    if r.verdict == Verdict.OFF_TRACK and r.rule not in (
        "short_of_target_but_improved",
        "short_of_target_and_worsened",
    ):  # neither a rise nor a fall has been shown
        return [level, *_unknown(r), _wanted(r)]
    changed = [_changed(r, more=more), *_before(r)]
    chance = say("It may be chance.") if judgements.among_all(r) is not None else None
    if r.verdict == Verdict.OFF_TRACK:
        return [*changed, chance, _wanted(r, still=better)]
    if chance is not None and r.text("target_reached") != "no":
        return [*changed, chance]  # not that it follows the plan
    return [*changed, chance, _beside_the_plan(r)]


def _beside_the_plan(r: Reading) -> Sentence | None:
    """Whether the plan's number for the year is reached; only then may the box say that the goal follows the plan."""
    say, reached = r.words.say, r.text("target_reached")
    if reached == "no":
        return say("The plan's number is not reached.")
    if r.verdict == Verdict.REACHED:
        return (
            say("It is as large a rise as the plan wanted.")
            if r.higher_is_better
            else say("It is as large a fall as the plan wanted.")
        )
    if reached != "yes":
        return None
    if r.verdict == Verdict.ON_TRACK:
        return say("It follows the plan.")
    return say("The plan's number is reached.")


def _level(r: Reading) -> Sentence:
    """7 of 10 residents feel safe; or how many reports there were."""
    say, title = r.words.say, r.title
    if r.statistic.events and r.has("numerator"):
        return _events(r)
    if r.text("unit") == "share":
        what = r.phrase("easy")
        if what is None:
            return say("{title}: {share}.", title=title, share=_share(r, "value"))
        return say("{share} {what}.", share=_share(r, "value", begins=True), what=what)
    n = r.cite("value", decimals=0)
    if r.text("unit") == "per_1000":
        return say("{title}: about {n} in 1,000.", title=title, n=n)
    return say("{title}: about {n}.", title=title, n=n)


def _events(r: Reading) -> Sentence:
    """How many cases there were in the year, as the plan's file names them."""
    one, many = r.phrase("one"), r.phrase("many")
    if one is None or many is None:
        return r.words.count(
            "{title}: {n} case in a year.",
            "{title}: {n} cases in a year.",
            r.number("numerator"),
            n=r.cite("numerator"),
            title=r.title,
        )
    return r.words.count(
        "There was {n} {one} in a year.",
        "There were {n} {many} in a year.",
        r.number("numerator"),
        n=r.cite("numerator"),
        one=one,
        many=many,
    )


def _share(r: Reading, column: str, *, begins: bool = False) -> Sentence:
    """7 in 10; at the ends, which no tenth comes near, fewer than 1 or more than 9; perhaps as a sentence begins."""
    say, value = r.words.say, r.number(column)
    n = Tenths(value, row=f"{r.row['row']}.{column}")
    if value < LOWEST:
        return say("Fewer than {n} in 10", n=n) if begins else say("fewer than {n} in 10", n=n)
    if value >= HIGHEST:
        return say("More than {n} in 10", n=n) if begins else say("more than {n} in 10", n=n)
    return say("{n} in 10", n=n)


def _unknown(r: Reading) -> list[Sentence]:
    """That it may be chance, of a count beside another one before; else that neither more nor fewer can be seen."""
    say = r.words.say
    if r.statistic.events and (then := _count(r)):
        same = r.number("numerator") == r.number("baseline_numerator")
        return [then] if same else [then, say("It may be chance.")]
    if r.text("unit") != "share" or r.phrase("easy") is None:
        if r.higher_is_better:
            return [say("We cannot see if the figure is higher than before.")]
        return [say("We cannot see if the figure is lower than before.")]
    if r.higher_is_better:
        return [say("We cannot see if it is more than before.")]
    return [say("We cannot see if it is fewer than before.")]


def _count(r: Reading) -> Sentence | None:
    """How many cases there were before the plan, in one year; the sum of several is no year's."""
    if not r.has("numerator", "baseline_numerator") or r.several_years:
        return None
    return r.words.say("Before it was {n}.", n=r.cite("baseline_numerator"))


def _changed(r: Reading, *, more: bool) -> Sentence:
    """More or fewer than before."""
    what, say = r.phrase("easy_more" if more else "easy_fewer"), r.words.say
    if what is not None:
        return say("{what} than before.", what=what)
    if more:
        return say("{title}: the figure is higher than before.", title=r.title)
    return say("{title}: the figure is lower than before.", title=r.title)


def _before(r: Reading) -> list[Sentence | None]:
    """This year's figure beside the one before the plan, where the two are told apart when they are rounded."""
    say = r.words.say
    if r.statistic.events:
        went_the_same_way = (r.number("numerator") - r.number("baseline_numerator")) * r.number("change") > 0
        return [_level(r), _count(r) if went_the_same_way else None]
    if r.text("unit") != "share" or not r.has("baseline_value"):
        return [_level(r)]
    now, before_it = _share(r, "value"), _share(r, "baseline_value")
    if now.plain == before_it.plain:
        if LOWEST <= r.number("value") < HIGHEST:
            return [say("It is still about {share}.", share=now)]
        return [say("It is still {share}.", share=now)]
    if round(abs(r.number("value") - r.number("baseline_value")), 9) < LEAST_APART:
        return [say("Now it is {share}.", share=now)]
    return [say("Now it is {share}.", share=now), say("Before it was {share}.", share=before_it)]


def _wanted(r: Reading, *, still: bool = False) -> Sentence:
    """What the plan wanted; `still`: more of what has come."""
    say, up = r.words.say, r.higher_is_better
    if r.statistic.events or r.phrase("easy") is not None:  # of people or cases
        if still:
            return say("But the plan wanted even more.") if up else say("But the plan wanted even fewer.")
        return say("The plan wanted more.") if up else say("The plan wanted fewer.")
    if still:
        return say("But the plan wanted a larger rise.") if up else say("But the plan wanted a larger fall.")
    return target_in_words(r)


def _reason(report: Report) -> Sentence | Block:
    """Whether the plan may be the reason, by the comparisons of all goals together, and where they go against it."""
    words, readings = gettext_for(report.language), [read(report, name) for name in goals(report)]
    for_it, against = ([r.title for r in readings if comparison.speaks(r) is way] for way in (True, False))
    known = (
        words.say("The plan may be a reason: {list}.", list=words.listed(for_it))
        if for_it
        else words.say("We do not know if the plan is the reason.")
    )
    if not against:
        return known
    return joined(
        words.say("It went better in other places: {list}.", list=words.listed(against)), known, between=" "
    )
