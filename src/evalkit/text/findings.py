"""Titles, and what a picture shows in words: one source for headings, key sentences and alt texts.

A title is never stronger than the verdict: where nothing can be told, it says so.
"""

from __future__ import annotations

from decimal import Decimal

from evalkit.plan.definition import Goal
from evalkit.report import Report
from evalkit.terms import Reading as TargetReading
from evalkit.terms import Verdict
from evalkit.text import comparison, judgements, sentences
from evalkit.text.numbers import Cited, number
from evalkit.text.reading import Reading, area_name, goal_of, series
from evalkit.text.units import short_unit
from evalkit.text.words import Sentence, gettext_for

_WIDE = 1.0  # an interval wider than the change itself: the size is uncertain


def finding(r: Reading) -> Sentence:
    """The row in one line, as the title of its figure."""
    say, parts = r.words.say, {"title": r.title, "baseline": r.baseline}
    verdict = r.verdict
    if verdict in (Verdict.IMPROVED, Verdict.WORSENED):
        return _moved(r)
    if verdict == Verdict.LITTLE_CHANGE:
        return say("{title}: almost unchanged since {baseline}", **parts)
    if verdict in (Verdict.REACHED, Verdict.ON_TRACK, Verdict.IMPROVING, Verdict.OFF_TRACK):
        return _against_plan(r)
    if verdict == Verdict.CANNOT_TELL:
        return _open(r)
    if verdict == Verdict.SUPPRESSED:
        return say("{title}: hidden for reasons of confidentiality", **parts)
    if sentences.absent(r) is not None:
        return say("{title}: no figure for {year}", year=r.year, **parts)
    if r.year <= r.baseline_year and not r.inside:
        return say("{title}: the level in {baseline}", **parts)
    if r.year <= r.baseline_year:
        return say("{title}: changes are counted from {baseline}", **parts)
    return say("{title}: a change since {baseline} cannot be assessed", **parts)


def _moved(r: Reading) -> Sentence:
    """Direction only: the level has become higher or lower, and whether its size is known."""
    if r.indicator.of:  # higher may be nearer or farther: the verdict knows, the sign does not
        if r.verdict == Verdict.IMPROVED:
            return r.words.say(
                "{title}: the gap has changed the goal's way since {baseline}",
                title=r.title,
                baseline=r.baseline,
            )
        return r.words.say(
            "{title}: the gap has changed the wrong way since {baseline}", title=r.title, baseline=r.baseline
        )
    up = r.number("change") > 0
    wide = r.number("change_upper") - r.number("change_lower") > _WIDE * abs(r.number("change"))
    what = r.phrase("more" if up else "fewer")
    say, parts = r.words.say, {"what": what, "title": r.title, "baseline": r.baseline}
    if what and wide:
        return say("{what} than in {baseline}, but how much is uncertain", **parts)
    if what:
        return say("{what} than in {baseline}", **parts)
    if up:
        return (
            say("{title}: higher than in {baseline}, but how much is uncertain", **parts)
            if wide
            else say("{title}: higher than in {baseline}", **parts)
        )
    return (
        say("{title}: lower than in {baseline}, but how much is uncertain", **parts)
        if wide
        else say("{title}: lower than in {baseline}", **parts)
    )


def _against_plan(r: Reading) -> Sentence:
    say, fall, title = r.words.say, not r.higher_is_better, {"title": r.title}
    if r.verdict == Verdict.REACHED:
        return (
            say("{title}: the planned fall has been shown", **title)
            if fall
            else say("{title}: the planned rise has been shown", **title)
        )
    if r.verdict == Verdict.ON_TRACK and r.text("target_reached") == "yes":
        return (
            say(
                "{title}: the number is reached, and at least half of the planned fall has been shown",
                **title,
            )
            if fall
            else say(
                "{title}: the number is reached, and at least half of the planned rise has been shown",
                **title,
            )
        )
    if r.verdict == Verdict.ON_TRACK:
        return (
            say("{title}: at least half of the planned fall has been shown", **title)
            if fall
            else say("{title}: at least half of the planned rise has been shown", **title)
        )
    if r.verdict == Verdict.IMPROVING:
        return (
            say("{title}: there is a fall, but we do not know whether it is as fast as planned", **title)
            if fall
            else say("{title}: there is a rise, but we do not know whether it is as fast as planned", **title)
        )
    if r.rule == "short_of_target_and_worsened":
        return (
            say("{title}: higher, though the plan asked for a fall", **title)
            if fall
            else say("{title}: lower, though the plan asked for a rise", **title)
        )
    if r.rule == "short_of_target_but_improved":
        return (
            say("{title}: a fall, but smaller than planned", **title)
            if fall
            else say("{title}: a rise, but smaller than planned", **title)
        )
    if judgements.missed(r):
        return (
            say("{title}: the planned fall did not happen", **title)
            if fall
            else say("{title}: the planned rise did not happen", **title)
        )
    return (
        say("{title}: a smaller fall than planned, and it may be chance", **title)
        if fall
        else say("{title}: a smaller rise than planned, and it may be chance", **title)
    )


def _open(r: Reading) -> Sentence:
    """Cannot be told: the plain fact may stand beside it, never instead of it."""
    say, parts = r.words.say, {"title": r.title, "baseline": r.baseline}
    if r.rule == "series_break":
        return say("{title}: cannot be compared with {baseline}", **parts)
    if r.rule == "too_few":
        return say("{title}: too few to tell", **parts)
    reached = r.text("target_reached")
    if reached == "yes":
        return say("{title}: the number is reached, but we cannot see whether the level has changed", **parts)
    if reached == "no":
        return say(
            "{title}: the number is not reached, and we cannot see whether the level has changed", **parts
        )
    if r.indicator.of:
        return say("{title}: we cannot see whether the gap has changed since {baseline}", **parts)
    return say("{title}: we cannot see whether the level has changed since {baseline}", **parts)


def short_answer(r: Reading) -> Sentence:
    """The finding in a few words, where the sentences after it say what is uncertain."""
    return r.words.say("{title}: too uncertain to say.", title=r.title) if _uncertain(r) else headline(r)


def _uncertain(r: Reading) -> bool:
    """Whether nothing but uncertainty keeps the question open, and no number was reached or missed."""
    broken_or_few = r.rule in ("series_break", "too_few")
    return r.verdict == Verdict.CANNOT_TELL and not broken_or_few and not r.text("target_reached")


def headline(r: Reading) -> Sentence:
    """The finding as a sentence of its own."""
    if _uncertain(r):
        return r.words.say(
            "{title}: the figures are too uncertain to say whether the level has changed.", title=r.title
        )
    return r.words.say("{finding}.", finding=finding(r))


def alt(r: Reading) -> str:
    """What the trend figure shows, in plain text: years, area, finding, level, interval, path and comparison."""
    say = r.words.say
    years = [one.year for one in series(r.report, r.name)]
    parts = {
        "title": r.title,
        "place": area_name(r.report, r.text("area") or r.report.area),
        "first": years[0] if years else r.year,
        "last": r.year,
    }
    told = [
        say("Line chart. {title}, {place}, plan years {first} to {last}.", **parts),
        say("{finding}.", finding=finding(r)),
        sentences.level(r),
        sentences.trend(r),
        sentences.interval(r),
        sentences.target(r),
        comparison.elsewhere(r),
    ]
    hidden = [
        one for one in series(r.report, r.name) if one.verdict == Verdict.SUPPRESSED and one.year != r.year
    ]
    if hidden:
        told.append(
            say(
                "Hidden for reasons of confidentiality: {years}.",
                years=r.words.listed([one.year for one in hidden]),
            )
        )
    return " ".join(one.plain for one in told if one is not None)


def target_in_words(r: Reading) -> Sentence:
    """What the plan asked for, where it set no number."""
    goal = goal_of(r.report, r.name)
    if goal is None:
        return r.words.say("The plan set no goal.")
    if r.higher_is_better:
        return r.words.say("The plan wanted a rise.")
    return r.words.say("The plan wanted a fall.")


def target_read(report: Report, goal: Goal) -> Sentence:
    """How the number that the plan set for a goal is read, or that it set none."""
    words, aim, one = gettext_for(report.language), goal.target, report.plan.indicator(goal.indicator)
    if aim is None:
        return words.say("No number was set, only a direction.")
    unit = one.statistic.unit if aim.way == "level" else "share"
    scale = (
        100 if unit == "share" else 1
    )  # a share and a change are parts of one, any other level is as printed
    exact = Decimal(repr(aim.size)) * scale
    decimals = max(0, -int(exact.normalize().as_tuple().exponent))  # as many as were typed
    shown = number(abs(aim.size), decimals, language=report.language, scale=scale)
    parts = {"n": Cited(shown, aim.size, place=f"params/plan.yml: goals.{goal.indicator}.target")}
    if aim.way == "annual_change" and aim.reading == TargetReading.COMPOUNDING:
        return words.say(
            "We reckon {n}% a year as compounding: each year counts from the year before.", **parts
        )
    if aim.way == "annual_change":
        return words.say("{n}% a year is read linearly: each year counts from the baseline year.", **parts)
    if aim.way == "annual_points":
        return words.say("{n} percentage points a year: each year counts from the baseline year.", **parts)
    if aim.way == "total_change":
        return words.say("{n}% over the whole plan; on the way we reckon with a straight line.", **parts)
    if aim.way == "total_points":
        return words.say(
            "{n} percentage points over the whole plan; on the way we reckon with a straight line.", **parts
        )
    levels = {"share": words.say("{n}%", **parts), "per_1000": words.say("{n} per 1,000", **parts)}
    return words.say(
        "{level} in {year}; on the way we reckon with a straight line.",
        level=levels.get(unit) or Sentence("{n} {unit}", parts | {"unit": short_unit(unit, words)}),
        year=aim.by or report.plan.years[-1],
    )
