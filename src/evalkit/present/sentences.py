"""What can be said of one published row: level, target, certainty, comparison. One message per case, never glued.

Words of cause are for evidence level 3 and above; no sentence here is stronger than the row's verdict.
"""

from __future__ import annotations

from evalkit.present.numbers import Cited, number
from evalkit.present.reading import Reading
from evalkit.present.words import Sentence, Words
from evalkit.terms import Shown, Statistic, Verdict

CAUSAL: int = 3
"""Evidence level from which a sentence may ask whether the plan contributed."""


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


def absent(r: Reading) -> Sentence | None:
    """Why there is no level, or None where there is one."""
    say, year = r.words.say, {"year": r.year}
    if r.shown == Shown.SUPPRESSED:
        if r.text("hidden_by") == "below_threshold":
            return say("The figure for plan year {year} is hidden: there are fewer than {threshold}.", threshold=_threshold(r), **year)
        return say("The figure for plan year {year} is hidden for reasons of confidentiality.", **year)
    if r.shown == Shown.NOT_APPLICABLE:
        return say("The figure is not made up for plan year {year}.", **year)
    if r.has("value"):
        return None
    if r.text("note") == "too_few" and r.has("respondents"):
        return r.words.count(
            "A single answer is too little to publish a level for plan year {year}.",
            "{n} answers are too few to publish a level for plan year {year}.",
            r.number("respondents"), n=r.cite("respondents"), **year,
        )  # fmt: skip
    return say("There are no data for plan year {year}.", **year)


def _threshold(r: Reading) -> Cited:
    threshold = r.report.plan.policy.threshold
    text = number(threshold, language=r.words.language)
    return Cited(text, threshold, place="params/disclosure.yml: threshold")


def level(r: Reading) -> Sentence | None:
    """The level of the year, beside that of the baseline year."""
    if (why := absent(r)) is not None:
        return why
    if r.statistic == Statistic.COUNT:
        return _count(r)
    return _rate(r) if r.is_rate else _share(r)


def _share(r: Reading) -> Sentence:
    say = r.words.say
    parts = {"value": r.cite("value"), "year": r.year, "baseline": r.baseline, "title": r.title}
    clause = r.phrase("clause")
    if not r.has("baseline_value"):
        if clause is None:
            return say("{title}: {value}% in plan year {year}.", **parts)
        if r.number("value") == 0:
            return say("None {clause} in plan year {year}.", clause=clause, **parts)
        return say("{value}% {clause} in plan year {year}.", clause=clause, **parts)
    parts["before"] = r.cite("baseline_value")
    if clause is None:
        return say("{title}: {value}% in plan year {year}, against {before}% in {baseline}.", **parts)
    if r.number("value") == 0:
        return say("None {clause} in plan year {year}, against {before}% in {baseline}.", clause=clause, **parts)
    return say("{value}% {clause} in plan year {year}, against {before}% in {baseline}.", clause=clause, **parts)


def _rate(r: Reading) -> Sentence:
    words = r.words
    one, many = r.phrase("one") or words("case"), r.phrase("many") or words("cases")
    parts = {"n": r.cite("numerator"), "year": r.year, "baseline": r.baseline}
    parts |= {"one": one, "many": many, "value": r.cite("value")}
    parts["people"] = words("inhabitants") if r.indicator.official else words("residents")
    if not r.has("baseline_numerator", "baseline_value"):
        if r.number("numerator") == 0:
            return words.say("There were no {many} in plan year {year}.", **parts)
        return words.count(
            "There was {n} {one} in plan year {year}. Per 1,000 {people} that is {value}.",
            "There were {n} {many} in plan year {year}. Per 1,000 {people} that is {value}.",
            r.number("numerator"), **parts,
        )  # fmt: skip
    parts |= {"before": r.cite("baseline_numerator"), "level": r.cite("baseline_value")}
    if r.number("numerator") == 0:
        return words.say("There were no {many} in plan year {year}, against {before} in {baseline}.", **parts)
    return words.count(
        "There was {n} {one} in plan year {year}, against {before} in {baseline}. "
        "Per 1,000 {people} that is {value} against {level}.",
        "There were {n} {many} in plan year {year}, against {before} in {baseline}. "
        "Per 1,000 {people} that is {value} against {level}.",
        r.number("numerator"), **parts,
    )  # fmt: skip


def _count(r: Reading) -> Sentence:
    return r.words.say("{title}: {value} in plan year {year}.", title=r.title, value=r.cite("value"), year=r.year)


def people(r: Reading) -> Sentence | None:
    """Numerator and denominator of a register share, this year and in the baseline year."""
    if r.statistic != Statistic.SHARE or absent(r) or not r.has("numerator", "denominator"):
        return None
    parts = {"n": r.cite("numerator"), "of": r.cite("denominator"), "baseline": r.baseline}
    if not r.has("baseline_numerator", "baseline_denominator"):
        return r.words.say("That is {n} of {of}.", **parts)
    parts |= {"before": r.cite("baseline_numerator"), "before_of": r.cite("baseline_denominator")}
    return r.words.say("That is {n} of {of}; in {baseline} it was {before} of {before_of}.", **parts)


def target(r: Reading) -> Sentence | None:
    """Was the number reached? A fact about the one year; None where the goal has no number."""
    reached = r.text("target_reached")
    if reached not in ("yes", "no") or not r.has("target"):
        return None
    parts = {"year": r.year, "target": r.level("target")}
    if reached == "yes":
        if r.higher_is_better:
            return r.words.say("The level is at or above the target path, which for {year} is {target}. That is a fact about this one year.", **parts)
        return r.words.say("The level is at or below the target path, which for {year} is {target}. That is a fact about this one year.", **parts)
    if r.higher_is_better:
        return r.words.say("The level is below the target path, which for {year} is {target}. That is a fact about this one year.", **parts)
    return r.words.say("The level is above the target path, which for {year} is {target}. That is a fact about this one year.", **parts)


def change(r: Reading) -> Sentence | None:
    """The change since the baseline year, in one sentence of fact."""
    if not r.has("change"):
        return None
    parts = {"baseline": r.baseline, "size": r.amount("change", size=True)}
    if (sign := r.sign("change")) > 0:
        return r.words.say("The level is {size} higher than in {baseline}.", **parts)
    if sign < 0:
        return r.words.say("The level is {size} lower than in {baseline}.", **parts)
    return r.words.say("The level is the same as in {baseline}.", **parts)


def trend(r: Reading) -> Sentence | None:
    """The yearly change of the trend since the baseline year, where the verdict rests on it."""
    if not r.on_trend or not r.has("trend"):
        return None
    parts = {"first": r.baseline, "last": r.year, "size": r.amount("trend", size=True)}
    if (sign := r.sign("trend")) > 0:
        return r.words.say("Over the years {first}–{last} the trend is a rise of {size} a year.", **parts)
    if sign < 0:
        return r.words.say("Over the years {first}–{last} the trend is a fall of {size} a year.", **parts)
    return r.words.say("Over the years {first}–{last} the trend is level.", **parts)


def interval(r: Reading) -> Sentence | None:
    """Where the true change probably lies: since the baseline year, or a year where the verdict rests on the trend."""
    say, stem = r.words.say, "trend" if r.on_trend else "change"
    lower, upper = f"{stem}_lower", f"{stem}_upper"
    if not r.has(stem, lower, upper):
        return None
    low, high = r.sign(lower), r.sign(upper)
    a, b = r.amount(lower, size=True), r.amount(upper, size=True)
    # By the number itself where the verdict rests on it, and as shown where only words depend on it.
    if r.number(lower) > 0:
        a = r.cite(lower, size=True)
        return say("The true rise probably lies between {a} and {b} a year.", a=a, b=b) if r.on_trend else say("The true rise probably lies between {a} and {b}.", a=a, b=b)
    if r.number(upper) < 0:
        a, b = r.cite(upper, size=True), a
        return say("The true fall probably lies between {a} and {b} a year.", a=a, b=b) if r.on_trend else say("The true fall probably lies between {a} and {b}.", a=a, b=b)
    if low < 0 < high:
        return say("The true change may be anything from a fall of {a} to a rise of {b} a year.", a=a, b=b) if r.on_trend else say("The true change may be anything from a fall of {a} to a rise of {b}.", a=a, b=b)
    if high > 0:
        return say("The true change may be anything from no change to a rise of {b} a year.", b=b) if r.on_trend else say("The true change may be anything from no change to a rise of {b}.", b=b)
    if low < 0:
        return say("The true change may be anything from a fall of {a} a year to no change.", a=a) if r.on_trend else say("The true change may be anything from a fall of {a} to no change.", a=a)
    return say("The true change is probably very close to nought.")


def judgement(r: Reading) -> Sentence | None:
    """What the verdict says, in one sentence and no more than that."""
    say, baseline, rule = r.words.say, {"baseline": r.baseline}, r.rule
    up = r.number("change") > 0
    verdict = r.verdict
    if verdict == Verdict.IMPROVED:
        if up:
            return say("There is evidence that the level has become higher since {baseline}, which is the way the goal points.", **baseline)
        return say("There is evidence that the level has become lower since {baseline}, which is the way the goal points.", **baseline)
    if verdict == Verdict.WORSENED:
        if up:
            return say("There is evidence that the level has become higher since {baseline}. That is the opposite of the goal.", **baseline)
        return say("There is evidence that the level has become lower since {baseline}. That is the opposite of the goal.", **baseline)
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
            return say("The group is too small to tell whether the underlying level has moved.")
        return say("So it cannot be told whether the underlying level has moved since {baseline}.", **baseline)
    if verdict == Verdict.SUPPRESSED:
        return say("A change cannot be shown either.") if r.shown == Shown.SUPPRESSED else say("The change since {baseline} is hidden for reasons of confidentiality.", **baseline)
    return say("A change since {baseline} cannot be assessed.", **baseline) if not absent(r) else None


def _against_plan(r: Reading) -> Sentence:
    """Verdicts on a goal with a number: how much of the planned change has been shown."""
    say, fall = r.words.say, not r.higher_is_better
    planned = r.amount("planned_change", size=True) if r.has("planned_change") else None
    if planned is not None and r.on_trend:
        planned = say("{size} a year", size=planned)
    parts = {} if planned is None else {"planned": planned}
    if r.verdict == Verdict.REACHED:
        return say("There is evidence that the level has fallen at least as much as planned.") if fall else say("There is evidence that the level has risen at least as much as planned.")
    if r.verdict == Verdict.ON_TRACK:
        return say("There is evidence that the level has fallen at least half as much as planned.") if fall else say("There is evidence that the level has risen at least half as much as planned.")
    if r.verdict == Verdict.IMPROVING:
        return say("There is evidence that the level has fallen, but it cannot be told whether it falls as fast as planned.") if fall else say("There is evidence that the level has risen, but it cannot be told whether it rises as fast as planned.")
    if r.rule == "short_of_target_and_worsened":
        return say("There is evidence that the level has risen; the plan asked for a fall.") if fall else say("There is evidence that the level has fallen; the plan asked for a rise.")
    if r.rule == "short_of_target_but_improved":
        if not parts:
            return say("There is evidence of a change the right way, but smaller than planned.")
        return say("There is evidence that the level has fallen, but less than the planned {planned}.", **parts) if fall else say("There is evidence that the level has risen, but less than the planned {planned}.", **parts)
    if not parts:
        return say("There is evidence that the planned change has not come about.")
    return say("There is evidence that the level has not fallen by the planned {planned}.", **parts) if fall else say("There is evidence that the level has not risen by the planned {planned}.", **parts)


def detectable(r: Reading) -> Sentence | None:
    """How large a change would have to be to be seen, for rows that could not tell."""
    if r.verdict != Verdict.CANNOT_TELL or not r.has("detectable") or r.rule in ("series_break", "too_few"):
        return None
    if r.sign("detectable") == 0:
        return None
    size = r.amount("detectable", size=True)
    if r.higher_is_better:
        return r.words.say("With figures of this size only rises of more than about {size} can be seen.", size=size)
    return r.words.say("With figures of this size only falls of more than about {size} can be seen.", size=size)


def holm(r: Reading) -> Sentence | None:
    """What Holm's correction over the goal's area-years would make of the verdict, where it differs."""
    held = r.text("verdict_holm")
    if not held or Verdict(held) == r.verdict:
        return None
    return r.words.say("Read together with all area-years of the plan (Holm's correction) it cannot be told.")


def provisional(r: Reading) -> Sentence | None:
    """A warning where the source may still revise the figure."""
    if r.text("provisional") != "yes":
        return None
    return r.words.say("The figure is provisional and may be revised.")
