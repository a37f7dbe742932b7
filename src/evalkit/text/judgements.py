"""Verdicts in words: one to three words, what each claims, and a sentence that says no more than the verdict."""

from __future__ import annotations

from typing import Any

from evalkit.terms import Shown, Verdict
from evalkit.text import incomplete
from evalkit.text.reading import Reading, goal_of
from evalkit.text.sentences import absent
from evalkit.text.words import Sentence, Words


def verdict_word(verdict: Verdict, words: Words) -> str:
    """The verdict in one to three words."""
    return {
        Verdict.REACHED: words("Reached"),
        Verdict.ON_TRACK: words("On track"),
        Verdict.IMPROVED: words("Improved"),
        Verdict.IMPROVING: words("Improving, pace uncertain"),
        Verdict.LITTLE_CHANGE: words("Almost unchanged"),
        Verdict.CANNOT_TELL: words("Too uncertain to say"),
        Verdict.OFF_TRACK: words("Off track"),
        Verdict.WORSENED: words("Worsened"),
        Verdict.NOT_ASSESSABLE: words("Cannot be assessed"),
        Verdict.SUPPRESSED: words("Hidden"),
    }[verdict]


def verdict_meaning(verdict: Verdict, words: Words) -> str:
    """What the verdict claims, after its word and a colon."""
    return {
        Verdict.REACHED: words("all of the planned change has been shown"),
        Verdict.ON_TRACK: words("at least half of the planned change has been shown"),
        Verdict.IMPROVED: words("the change the right way is larger than its uncertainty"),
        Verdict.IMPROVING: words(
            "a change for the better has been shown, but not whether it is as large as planned"
        ),
        Verdict.LITTLE_CHANGE: words("a large change is unlikely"),
        Verdict.CANNOT_TELL: words("the uncertainty is too large"),
        Verdict.OFF_TRACK: words("the change is smaller than planned"),
        Verdict.WORSENED: words("the change is larger than its uncertainty, the wrong way"),
        Verdict.NOT_ASSESSABLE: words("data are missing, or nothing to compare with"),
        Verdict.SUPPRESSED: words("numbers this small are not shown"),
    }[verdict]


def judgement(r: Reading) -> Sentence | None:
    """What the verdict says, in one sentence and no more than that."""
    say, baseline, rule = r.words.say, {"baseline": r.baseline}, r.rule
    up = r.number("change") > 0
    verdict = r.verdict
    if verdict in (Verdict.IMPROVED, Verdict.WORSENED) and not _about_a_goal(r):
        if up:
            return say("There is a real rise since {baseline}.", **baseline)
        return say("There is a real fall since {baseline}.", **baseline)
    if verdict == Verdict.IMPROVED:
        if up:
            return say(
                "There is a real rise since {baseline}, the way the goal points.",
                **baseline,
            )
        return say(
            "There is a real fall since {baseline}, the way the goal points.",
            **baseline,
        )
    if verdict == Verdict.WORSENED:
        if up:
            return say(
                "There is a real rise since {baseline}, the wrong way.",
                **baseline,
            )
        return say(
            "There is a real fall since {baseline}, the wrong way.",
            **baseline,
        )
    if verdict == Verdict.LITTLE_CHANGE:
        if r.has("delta"):
            return say(
                "It is about the same as in {baseline}; a change of more than {delta} is unlikely.",
                delta=r.amount("delta"),
                **baseline,
            )
        return say("It is about the same as in {baseline}; a large change is unlikely.", **baseline)
    if verdict in (Verdict.REACHED, Verdict.ON_TRACK, Verdict.IMPROVING, Verdict.OFF_TRACK):
        return _against_plan(r)
    if verdict == Verdict.CANNOT_TELL:
        if rule == "series_break":
            return say("The series is broken, so the figure cannot be compared with {baseline}.", **baseline)
        if rule == "too_few":
            return say("The answers say too little to tell whether the underlying level has changed.")
        return say(
            "The figures are too uncertain to say whether the level has changed since {baseline}.", **baseline
        )
    if verdict == Verdict.SUPPRESSED:
        return (
            say("A change cannot be shown either.")
            if r.shown == Shown.SUPPRESSED
            else say("The change since {baseline} is hidden for reasons of confidentiality.", **baseline)
        )
    if absent(r) or (r.inside and r.year <= r.baseline_year):  # `counted_from` says why
        return None
    if r.statistic.events and r.has("baseline_value") and r.number("baseline_value") == 0:
        return say("There were none in {baseline}, so a change in per cent cannot be worked out.", **baseline)
    return incomplete.change(r) or say("A change since {baseline} cannot be assessed.", **baseline)


def _about_a_goal(r: Reading) -> bool:
    """Whether the plan has a goal for the indicator, or for the one whose gap it is; not for official figures."""
    return goal_of(r.report, r.report.plan.indicator(r.name).of or r.name) is not None


def _against_plan(r: Reading) -> Sentence:
    """Verdicts on a goal with a number: how much of the planned change has been shown."""
    say, fall = r.words.say, not r.higher_is_better
    planned = r.amount("planned_change", size=True) if r.has("planned_change") else None
    if planned is not None and r.on_trend:
        planned = say("{size} a year", size=planned)
    parts = {} if planned is None else {"planned": planned}
    if r.verdict == Verdict.REACHED:
        return (
            say("The whole fall that the plan wanted has happened.")
            if fall
            else say("The whole rise that the plan wanted has happened.")
        )
    if r.verdict == Verdict.ON_TRACK:
        return (
            say("There is a real fall, at least half of what the plan wanted.")
            if fall
            else say("There is a real rise, at least half of what the plan wanted.")
        )
    if r.verdict == Verdict.IMPROVING:
        return (
            say("There is a real fall, but we do not know whether it is as fast as the plan wanted.")
            if fall
            else say("There is a real rise, but we do not know whether it is as fast as the plan wanted.")
        )
    if r.rule == "short_of_target_and_worsened":
        return (
            say("There is a real rise; the plan wanted a fall.")
            if fall
            else say("There is a real fall; the plan wanted a rise.")
        )
    if r.rule == "short_of_target_but_improved":
        if not parts:
            return say("There is a real change the right way, but it is smaller than planned.")
        return (
            say("There is a real fall, but it is smaller than the planned {planned}.", **parts)
            if fall
            else say("There is a real rise, but it is smaller than the planned {planned}.", **parts)
        )
    return _short(r, parts)


def _short(r: Reading, parts: dict[str, Any]) -> Sentence:
    """Shown to be less than planned, but neither a rise nor a fall has been shown."""
    say, fall = r.words.say, not r.higher_is_better
    if not parts:
        return say("The planned change did not happen.")
    if missed(r):
        if r.sign("change") == (1 if fall else -1):
            return (
                say(
                    "The planned fall of {planned} did not happen. The figure is higher than in {baseline}, but that may be chance.",
                    baseline=r.baseline,
                    **parts,
                )
                if fall
                else say(
                    "The planned rise of {planned} did not happen. The figure is lower than in {baseline}, but that may be chance.",
                    baseline=r.baseline,
                    **parts,
                )
            )
        return (
            say("The planned fall of {planned} did not happen.", **parts)
            if fall
            else say("The planned rise of {planned} did not happen.", **parts)
        )
    return (
        say("The fall is smaller than the planned {planned}, and it may be chance.", **parts)
        if fall
        else say("The rise is smaller than the planned {planned}, and it may be chance.", **parts)
    )


def missed(r: Reading) -> bool:
    """Whether change or trend did not go the planned way at all, so that no fall or rise may be spoken of."""
    way = 1 if r.higher_is_better else -1
    return any(r.has(stem) and r.sign(stem) != way for stem in ("change", "trend"))


def detectable(r: Reading) -> Sentence | None:
    """From what size on a change would be seen, for rows that could not tell; smaller ones are often missed."""
    if r.verdict != Verdict.CANNOT_TELL or not r.has("detectable") or r.rule in ("series_break", "too_few"):
        return None
    if r.sign("detectable") == 0:
        return None
    size = r.amount("detectable", size=True)
    if r.higher_is_better:
        return r.words.say(
            "With figures of this size a rise below about {size} is often missed; from there on it is seen in four cases out of five.",
            size=size,
        )
    return r.words.say(
        "With figures of this size a fall below about {size} is often missed; from there on it is seen in four cases out of five.",
        size=size,
    )


def settles(r: Reading) -> Sentence | None:
    """What would settle it, for rows that could not tell: more years of reports, or more answers."""
    if r.verdict != Verdict.CANNOT_TELL or r.rule == "series_break":
        return None
    if r.has("years_more"):
        return r.words.count(
            "One more year of figures would show a change at the planned pace in four cases out of five.",
            "{n} more years of figures would show a change at the planned pace in four cases out of five.",
            r.number("years_more"),
            n=r.cite("years_more"),
        )
    if not r.has("answers_needed", "delta") or not r.statistic.asked:
        return None
    parts = {"n": r.cite("answers_needed"), "delta": r.amount("delta")}
    if r.has("invited") and r.number("invited") < r.number("answers_needed"):
        return r.words.say(
            "Answers from about {n} people in each of the two years would show a change of {delta} in four cases out of five. That is more than the {invited} who were asked, so these figures alone cannot settle it.",
            invited=r.cite("invited"),
            **parts,
        )
    return r.words.say(
        "Answers from about {n} people in each of the two years would show a change of {delta} in four cases out of five.",
        **parts,
    )


def _differs_with_holm(r: Reading) -> bool:
    held = r.text("verdict_holm")
    return bool(held) and Verdict(held) != r.verdict


def among_all(r: Reading) -> Sentence | None:
    """The same as `holm` in everyday words, for a reader who has never heard the name."""
    if not _differs_with_holm(r):
        return None
    return r.words.say("Seen among all areas and years of the plan it may be chance.")


def holm(r: Reading) -> Sentence | None:
    """What Holm's correction over the goal's area-years would make of the verdict, where it differs."""
    if not _differs_with_holm(r):
        return None
    return r.words.say("Read together with all area-years of the plan (Holm's correction) it cannot be told.")
