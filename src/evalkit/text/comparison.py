"""What can be said of a row beside its comparators, and of what that is evidence for."""

from __future__ import annotations

from evalkit.terms import CAUSAL, MATCHED, Verdict
from evalkit.text.judgements import verdict_word
from evalkit.text.numbers import Cited, number
from evalkit.text.reading import Reading
from evalkit.text.words import Sentence

READINGS = ("event", "event_baseline3", "event_mean", "event_calm")
"""Columns of the same difference read in other ways: this year, from a long baseline, mean of years, calm years."""


def elsewhere(r: Reading) -> Sentence | None:
    """How the comparators' level moved over the same years."""
    if not r.has("comparator_change"):
        return None
    parts = {"place": r.comparator, "size": r.amount("comparator_change", size=True)}
    if (sign := r.sign("comparator_change")) > 0:
        return r.words.say("In {place} the level rose {size} over the same period.", **parts)
    if sign < 0:
        return r.words.say("In {place} the level fell {size} over the same period.", **parts)
    return r.words.say("In {place} the level was the same as in {baseline}.", baseline=r.baseline, **parts)


def difference(r: Reading) -> Sentence | None:
    """The level beside what it would be had it followed the comparators, with the interval of the difference."""
    if not r.has("effect"):
        return None
    parts = {"size": r.amount("effect", size=True), "place": r.comparator, "span": _span(r)}
    if (sign := r.sign("effect")) > 0:
        return r.words.say("The level is {size} higher than if it had followed {place}{span}.", **parts)
    if sign < 0:
        return r.words.say("The level is {size} lower than if it had followed {place}{span}.", **parts)
    return r.words.say("The level has followed {place}{span}.", **parts)


def left_out(r: Reading) -> Sentence | None:
    """How many of the similar areas could be compared with, where some could not."""
    if r.text("comparator") != MATCHED or not r.has("effect_areas"):
        return None
    everyone = sum(one["kind"] == "matched" for one in r.report.facts.get("comparators", ()))
    if r.number("effect_areas") >= everyone:
        return None
    of = number(everyone, language=r.words.language)
    return r.words.say(
        "{n} of {all} similar areas could be compared with; the others lack figures, or their series is broken.",
        n=r.cite("effect_areas"),
        all=Cited(of, everyone, place="facts: comparators"),
    )


def _span(r: Reading) -> Sentence:
    if not r.has("effect_lower", "effect_upper"):
        return Sentence("")
    return r.words.say(
        " ({level}% interval {low} to {high})",
        level=r.cite("level", decimals=0) if r.has("level") else "95",
        low=r.cite("effect_lower", signed=True),
        high=r.amount("effect_upper", signed=True),
    )


def favours(r: Reading) -> bool | None:
    """Whether the difference goes the goal's way beyond its uncertainty; None where that cannot be told."""
    if not r.has("effect", "effect_lower", "effect_upper"):
        return None
    if r.number("effect_lower") > 0:
        return r.higher_is_better
    return not r.higher_is_better if r.number("effect_upper") < 0 else None


def side(r: Reading, stem: str) -> int:
    """Which way a reading points beyond its uncertainty: -1, 0 or 1; 0 also where it cannot be told."""
    if not r.has(stem, f"{stem}_lower", f"{stem}_upper"):
        return 0
    return int(r.number(f"{stem}_lower") > 0) - int(r.number(f"{stem}_upper") < 0)


def firm(r: Reading) -> bool:
    """Whether every reading of the difference gives the same answer; True where it has been read in one way only."""
    return len({side(r, stem) for stem in READINGS if r.has(stem)}) <= 1


def unfirm(readings: list[Reading]) -> Sentence | None:
    """The goals of which the answer hangs on the reading; None where there is none."""
    split = [r for r in readings if not firm(r)]
    if not split:
        return None
    say, listed = split[0].words.say, split[0].words.listed
    return say(
        "For {list} the answer depends on the reading, so it is not firm.",
        list=listed([r.title for r in split]),
    )


def speaks(r: Reading) -> bool | None:
    """Whether the comparison speaks for the plan or against it; None where it is too uncertain or too weak."""
    return {"for": True, "against": False}.get(r.text("comparison_says"))


def plan_verdict(r: Reading) -> tuple[Verdict, str]:
    """The answer to "is it the plan?" as shape and word: no more than difference and evidence level carry."""
    if r.verdict == Verdict.SUPPRESSED:
        return Verdict.SUPPRESSED, verdict_word(Verdict.SUPPRESSED, r.words)
    if not r.has("effect"):
        return Verdict.NOT_ASSESSABLE, verdict_word(Verdict.NOT_ASSESSABLE, r.words)
    told = speaks(r)
    if told is None:
        return Verdict.CANNOT_TELL, verdict_word(Verdict.CANNOT_TELL, r.words)
    if told:
        return Verdict.IMPROVED, r.words("The comparison speaks for it")
    return Verdict.WORSENED, r.words("The comparison speaks against it")


def conclusion(r: Reading) -> Sentence | None:
    """What the comparison allows one to say, by evidence level."""
    say, told = r.words.say, favours(r)
    if r.verdict == Verdict.SUPPRESSED:
        return say("The comparison is hidden for reasons of confidentiality.")
    if not r.has("effect"):
        if r.has("change") and not r.has("comparator_change"):
            return say("There is nothing to compare with, so nothing can be said of whether it is the plan.")
        return say("Without a change that can be measured there is nothing to explain.")
    if told is None:
        return say("The difference between the two is too uncertain to point to a reason.")
    if r.number("evidence_level") >= CAUSAL:
        if not told:
            return say(
                "The difference is larger than its uncertainty and goes against the goal. Other things than the plan may lie behind it."
            )
        return say(
            "The difference is larger than its uncertainty, and before the plan the two followed each other. That fits with the plan having contributed, but other things may lie behind it too."
        )
    return say(
        "The difference is larger than its uncertainty, but the comparison is not strong enough to say what lies behind it."
    )


def evidence(r: Reading) -> Sentence | None:
    """The evidence level, with what it means."""
    if not r.has("evidence_level"):
        return None
    level = int(r.number("evidence_level"))
    n = {"n": r.cite("evidence_level")}
    if level <= 1:
        return r.words.say("Evidence level {n} on a scale of five steps: no baseline to compare with.", **n)
    if level == 2:
        return r.words.say(
            "Evidence level {n} on a scale of five steps: before and after, without a sound comparison.", **n
        )
    if level == 3:
        return r.words.say(
            "Evidence level {n} on a scale of five steps: before and after, beside areas that followed the same path before the plan.",
            **n,
        )
    return r.words.say("Evidence level {n} on a scale of five steps.", **n)
