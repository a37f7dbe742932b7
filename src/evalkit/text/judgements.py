"""Verdicts in words: one to three words, what each claims, and a sentence that says no more than the verdict."""

from __future__ import annotations

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
        Verdict.IMPROVING: words("Improving, pace unknown"),
        Verdict.LITTLE_CHANGE: words("Almost unchanged"),
        Verdict.CANNOT_TELL: words("Cannot be told"),
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
        Verdict.IMPROVED: words("the change is larger than its uncertainty"),
        Verdict.IMPROVING: words("a change for the better has been shown, but not how large"),
        Verdict.LITTLE_CHANGE: words("a large change is unlikely"),
        Verdict.CANNOT_TELL: words("the uncertainty is too large"),
        Verdict.OFF_TRACK: words("the change is smaller than planned"),
        Verdict.WORSENED: words("the change is larger than its uncertainty, the wrong way"),
        Verdict.NOT_ASSESSABLE: words("data are missing"),
        Verdict.SUPPRESSED: words("numbers this small are not shown"),
    }[verdict]


def judgement(r: Reading) -> Sentence | None:
    """What the verdict says, in one sentence and no more than that."""
    say, baseline, rule = r.words.say, {"baseline": r.baseline}, r.rule
    up = r.number("change") > 0
    verdict = r.verdict
    if verdict in (Verdict.IMPROVED, Verdict.WORSENED) and not _about_a_goal(r):
        if up:
            return say("There is evidence that the level has become higher since {baseline}.", **baseline)
        return say("There is evidence that the level has become lower since {baseline}.", **baseline)
    if verdict == Verdict.IMPROVED:
        if up:
            return say(
                "There is evidence that the level has become higher since {baseline}, which is the way the goal points.",
                **baseline,
            )
        return say(
            "There is evidence that the level has become lower since {baseline}, which is the way the goal points.",
            **baseline,
        )
    if verdict == Verdict.WORSENED:
        if up:
            return say(
                "There is evidence that the level has become higher since {baseline}. That is the opposite of the goal.",
                **baseline,
            )
        return say(
            "There is evidence that the level has become lower since {baseline}. That is the opposite of the goal.",
            **baseline,
        )
    if verdict == Verdict.LITTLE_CHANGE:
        if r.has("delta"):
            return say("A change of more than {delta} is unlikely.", delta=r.amount("delta"))
        return say("A large change is unlikely.")
    if verdict in (Verdict.REACHED, Verdict.ON_TRACK, Verdict.IMPROVING, Verdict.OFF_TRACK):
        return _against_plan(r)
    if verdict == Verdict.CANNOT_TELL:
        if rule == "series_break":
            return say("The series is broken, so the figure cannot be compared with {baseline}.", **baseline)
        if rule == "too_few":
            return say("The answers say too little to tell whether the underlying level has moved.")
        return say(
            "So it cannot be told whether the underlying level has moved since {baseline}.", **baseline
        )
    if verdict == Verdict.SUPPRESSED:
        return (
            say("A change cannot be shown either.")
            if r.shown == Shown.SUPPRESSED
            else say("The change since {baseline} is hidden for reasons of confidentiality.", **baseline)
        )
    if absent(r):
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
            say("There is evidence that the level has fallen at least as much as planned.")
            if fall
            else say("There is evidence that the level has risen at least as much as planned.")
        )
    if r.verdict == Verdict.ON_TRACK:
        return (
            say("There is evidence that the level has fallen at least half as much as planned.")
            if fall
            else say("There is evidence that the level has risen at least half as much as planned.")
        )
    if r.verdict == Verdict.IMPROVING:
        return (
            say(
                "There is evidence that the level has fallen, but it cannot be told whether it falls as fast as planned."
            )
            if fall
            else say(
                "There is evidence that the level has risen, but it cannot be told whether it rises as fast as planned."
            )
        )
    if r.rule == "short_of_target_and_worsened":
        return (
            say("There is evidence that the level has risen; the plan asked for a fall.")
            if fall
            else say("There is evidence that the level has fallen; the plan asked for a rise.")
        )
    if r.rule == "short_of_target_but_improved":
        if not parts:
            return say("There is evidence of a change the right way, but smaller than planned.")
        return (
            say("There is evidence that the level has fallen, but less than the planned {planned}.", **parts)
            if fall
            else say(
                "There is evidence that the level has risen, but less than the planned {planned}.", **parts
            )
        )
    if not parts:
        return say("There is evidence that the planned change has not come about.")
    return (
        say("There is evidence that the level has not fallen by the planned {planned}.", **parts)
        if fall
        else say("There is evidence that the level has not risen by the planned {planned}.", **parts)
    )


def detectable(r: Reading) -> Sentence | None:
    """How large a change would have to be to be seen, for rows that could not tell."""
    if r.verdict != Verdict.CANNOT_TELL or not r.has("detectable") or r.rule in ("series_break", "too_few"):
        return None
    if r.sign("detectable") == 0:
        return None
    size = r.amount("detectable", size=True)
    if r.higher_is_better:
        return r.words.say(
            "With figures of this size only rises of more than about {size} can be seen.", size=size
        )
    return r.words.say(
        "With figures of this size only falls of more than about {size} can be seen.", size=size
    )


def holm(r: Reading) -> Sentence | None:
    """What Holm's correction over the goal's area-years would make of the verdict, where it differs."""
    held = r.text("verdict_holm")
    if not held or Verdict(held) == r.verdict:
        return None
    return r.words.say("Read together with all area-years of the plan (Holm's correction) it cannot be told.")
