"""What can be said of a row beside its comparators, and of what that is evidence for."""

from __future__ import annotations

from evalkit.terms import CAUSAL, EQUIVALENCE_LEVEL, FEWEST_AREAS, MATCHED, Verdict
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
        return r.words.say("In {place} the level rose {size}.", **parts)
    if sign < 0:
        return r.words.say("In {place} the level fell {size}.", **parts)
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
        "{n} of {all} similar areas could be compared with; from the others no figure was delivered for one of the years, or their series is broken.",
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
        "For {list} the answer depends on how the difference is worked out, so it is not firm.",
        list=listed([r.title for r in split]),
    )


def agrees(r: Reading) -> bool:
    """Whether the difference from a baseline of several years points the same way, beyond its uncertainty."""
    return side(r, "effect") == side(r, "event_baseline3")


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
    if told is None and favours(r) is not None:
        return Verdict.CANNOT_TELL, r.words("Difference shown, cause unknown")
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
            return say(
                "There is nothing to compare with, so nothing can be said of whether the plan is the reason."
            )
        if r.has("change", "comparator_change"):
            return say("One of the two totals is zero, so no difference between the two can be calculated.")
        return say("Without a change that can be measured there is nothing to explain.")
    if told is None:
        return say("The difference between the two is no larger than its uncertainty.")
    if r.number("evidence_level") >= CAUSAL and not r.has("event_baseline3"):
        return say(
            "The difference is larger than its uncertainty, but there are no three years before the plan to count it from as well. So it may come from an odd baseline year."
        )
    if r.number("evidence_level") >= CAUSAL and not agrees(r):
        return say(
            "The difference is larger than its uncertainty, but not when counted from the mean of three years before the plan. So it may come from an odd baseline year."
        )
    if r.number("evidence_level") >= CAUSAL and side(r, "pre_trend") == -side(r, "effect"):
        return say(
            "The difference is larger than its uncertainty, but before the plan the two drew apart the other way. That may have gone back by itself, so the difference says nothing for or against the plan."
        )
    if r.number("evidence_level") >= CAUSAL and speaks(r) is None:
        return say(
            "The difference is larger than its uncertainty, but the two may already have drawn apart by so much a year before the plan that this alone makes such a difference. So it says nothing for or against the plan."
        )
    if r.number("evidence_level") >= CAUSAL:
        if not told:
            return say(
                "The difference is larger than its uncertainty and goes against the goal. Other things than the plan may lie behind it."
            )
        return say(
            "The difference is larger than its uncertainty, and before the plan the two did not draw apart by more than the margin set beforehand. That fits with the plan having contributed, but other things may lie behind it too."
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
        return _second_level(r, n)
    if level == 3:
        return r.words.say(
            "Evidence level {n} on a scale of five steps: before and after, beside areas from which the drift before the plan lay inside ± {margin} a year ({low} to {high}, {interval}% interval).",
            interval=Cited(
                number(EQUIVALENCE_LEVEL, language=r.words.language, scale=100),
                EQUIVALENCE_LEVEL,
                place="evalkit.terms: EQUIVALENCE_LEVEL",
            ),
            **n,
            **_drift(r),
        )
    return r.words.say("Evidence level {n} on a scale of five steps.", **n)


def _drift(r: Reading) -> dict[str, Sentence]:
    """The drift before the plan and its margin as parts of a sentence."""
    return {
        "margin": r.amount("pre_trend_margin", size=True),
        "low": r.amount("pre_trend_lower", signed=True),
        "high": r.amount("pre_trend_upper", signed=True),
    }


def _second_level(r: Reading, n: dict[str, Cited]) -> Sentence:
    """Why the evidence is no better than before and after."""
    say = r.words.say
    if not r.has("effect"):
        return say(
            "Evidence level {n} on a scale of five steps: before and after, without a comparison.", **n
        )
    if r.inside:
        return say(
            "Evidence level {n} on a scale of five steps: the baseline lies inside the plan, so what came before it is not known.",
            **n,
        )
    if r.number("effect_areas") < FEWEST_AREAS:
        return say(
            "Evidence level {n} on a scale of five steps: with fewer than five areas to compare with, how far areas drift by themselves cannot be told from the figures.",
            **n,
        )
    if not r.has("pre_trend_lower", "pre_trend_upper"):
        return say(
            "Evidence level {n} on a scale of five steps: there are too few years before the plan to see whether the areas followed each other.",
            **n,
        )
    most = max(("pre_trend_lower", "pre_trend_upper"), key=lambda column: abs(r.number(column)))
    parts = n | {"most": r.amount(most, size=True), "margin": r.amount("pre_trend_margin", size=True)}
    if (
        r.cite(most, size=True).text == r.cite("pre_trend_margin", size=True).text
    ):  # told apart by one more decimal
        parts |= {
            name: r.amount(column, size=True, more=1)
            for name, column in (("most", most), ("margin", "pre_trend_margin"))
        }
    if r.number("pre_trend_lower") > 0 or r.number("pre_trend_upper") < 0:
        return say(
            "Evidence level {n} on a scale of five steps: before the plan the areas already drew away from those they are compared with, by up to {most} a year.",
            **parts,
        )
    return say(
        "Evidence level {n} on a scale of five steps: before the plan no drift from the areas compared with was shown, but one of up to {most} a year cannot be ruled out, and the margin set beforehand is {margin} a year.",
        **parts,
    )


def sensitivity(r: Reading) -> Sentence | None:
    """What would overturn a difference that is larger than its uncertainty, beside what was seen before the plan."""
    if not r.has("drift_to_overturn"):
        return None
    parts = {"size": r.amount("drift_to_overturn", size=True)}
    if not r.has("pre_trend_lower", "pre_trend_upper"):
        return r.words.say(
            "The difference holds unless the areas would without the plan have drawn away from the others by more than {size} a year.",
            **parts,
        )
    return r.words.say(
        "The difference holds unless the areas would without the plan have drawn away from the others by more than {size} a year (before the plan: {low} to {high}).",
        **parts,
        **{name: one for name, one in _drift(r).items() if name != "margin"},
    )
