"""The report in easy words: short sentences by rule from the goals' rows, for readers who seldom read reports."""

from __future__ import annotations

from typing import Final

from evalkit.report import Report
from evalkit.terms import Shown, Verdict
from evalkit.text import comparison
from evalkit.text.html import Block, element, joined
from evalkit.text.numbers import Tenths
from evalkit.text.reading import Reading, goals, read
from evalkit.text.words import Sentence, gettext_for

MOST_WORDS: Final = 120
"""Words of the whole box, with its heading."""


def easy(report: Report) -> Block:
    """The box: two or three sentences for each goal, whether the plan may be the reason, and what "made up" means.

    A goal whose figure is hidden is not spoken of. When the goals are so many that the box would be long, it ends with
    the ones that there is room for and says that the others stand in the report.
    """
    words = gettext_for(report.language)
    closing: list[Sentence | Block] = [
        element("b", _reason(report)),
        words.say("We have rounded the figures."),
    ]
    if report.synthetic:
        closing.append(words.say("The figures are made up."))
    rest = words.say("The other goals stand further down.")
    told = [(name, one) for name in goals(report) if (one := _goal(read(report, name)))]
    items: list[Block] = []
    room = MOST_WORDS - sum(_length(one) for one in (*closing, rest)) - 5  # 5: the heading
    for _, said in told:
        room -= sum(_length(one) for one in said)
        if room < 0:
            closing.insert(0, rest)
            break
        items.append(element("li", joined(*said, between=" ")))
    return element(
        "section",
        element("h2", words("Easy to read"), id="h-let"),
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
        return [level, _unknown(r)]
    if r.verdict == Verdict.LITTLE_CHANGE:
        return [level, say("It is about as before.")]
    if r.verdict == Verdict.OFF_TRACK and r.rule not in (
        "short_of_target_but_improved",
        "short_of_target_and_worsened",
    ):  # neither a rise nor a fall has been shown
        return [level, _unknown(r), _wanted(r)]
    changed = [_changed(r, more=more), *_before(r)]
    if r.verdict == Verdict.OFF_TRACK:
        return [*changed, _wanted_more(r) if better else _wanted(r)]
    if r.verdict == Verdict.REACHED:
        return [
            *changed,
            say("It is as large a rise as the plan wanted.")
            if r.higher_is_better
            else say("It is as large a fall as the plan wanted."),
        ]
    return [*changed, say("It follows the plan.") if r.verdict == Verdict.ON_TRACK else None]


def _level(r: Reading) -> Sentence | None:
    """7 of 10 residents feel safe; or how many reports there were."""
    say, what = r.words.say, r.phrase("easy")
    if r.statistic.events and r.has("numerator"):
        one, many = r.phrase("one") or r.words("case"), r.phrase("many") or r.words("cases")
        return r.words.count(
            "There was {n} {one} in a year.",
            "There were {n} {many} in a year.",
            r.number("numerator"),
            n=r.cite("numerator"),
            one=one,
            many=many,
        )
    if r.text("unit") != "share" or what is None:
        return say("{title}: {level}.", title=r.title, level=r.level())
    n = _tenths(r, "value")
    if r.number("value") < 0.05:
        return say("Fewer than {n} in 10 {what}.", n=n, what=what)
    if r.number("value") >= 0.95:
        return say("More than {n} in 10 {what}.", n=n, what=what)
    return say("{n} in 10 {what}.", n=n, what=what)


def _tenths(r: Reading, column: str) -> Tenths:
    return Tenths(r.number(column), row=f"{r.row['row']}.{column}")


def _unknown(r: Reading) -> Sentence:
    if r.statistic.events and (less := r.phrase("easy_fewer")):
        return r.words.say("We cannot see if {less}.", less=_small(less))
    if r.higher_is_better:
        return r.words.say("We cannot see if it is more than before.")
    return r.words.say("We cannot see if it is fewer than before.")


def _changed(r: Reading, *, more: bool) -> Sentence:
    """More or fewer than before; "slightly", where the rounded figure is the same as before the plan."""
    what, say = r.phrase("easy_more" if more else "easy_fewer"), r.words.say
    if what is None:
        if more:
            return say("{title}: the figure is higher than before.", title=r.title)
        return say("{title}: the figure is lower than before.", title=r.title)
    if _same_tenths(r):
        return say("Slightly {what}.", what=_small(what))
    return say("{what} than before.", what=what)


def _before(r: Reading) -> list[Sentence | None]:
    say = r.words.say
    if r.statistic.events:
        went_the_same_way = (r.number("numerator") - r.number("baseline_numerator")) * r.number("change") > 0
        before = r.has("baseline_numerator") and went_the_same_way and not r.several_years  # their sum
        return [_level(r), say("Before it was {n}.", n=r.cite("baseline_numerator")) if before else None]
    if r.text("unit") != "share" or not r.has("baseline_value"):
        return [_level(r)]
    now = _tenths(r, "value")
    if _same_tenths(r):
        return [say("It is still about {n} in 10.", n=now)]
    return [
        say("Now it is {n} in 10.", n=now),
        say("Before it was {n} in 10.", n=_tenths(r, "baseline_value")),
    ]


def _same_tenths(r: Reading) -> bool:
    same = r.has("value", "baseline_value") and r.text("unit") == "share"
    return same and _tenths(r, "value").plain == _tenths(r, "baseline_value").plain


def _wanted(r: Reading) -> Sentence:
    return (
        r.words.say("The plan wanted a rise.")
        if r.higher_is_better
        else r.words.say("The plan wanted a fall.")
    )


def _wanted_more(r: Reading) -> Sentence:
    if r.higher_is_better:
        return r.words.say("But the plan wanted a larger rise.")
    return r.words.say("But the plan wanted a larger fall.")


def _reason(report: Report) -> Sentence:
    """Whether the plan may be the reason, by the comparisons of all goals together."""
    words = gettext_for(report.language)
    for_it = [r.title for r in (read(report, name) for name in goals(report)) if comparison.speaks(r)]
    if not for_it:
        return words.say("We do not know if the plan is the reason.")
    return words.say("The plan may be a reason: {list}.", list=words.listed(for_it))


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
