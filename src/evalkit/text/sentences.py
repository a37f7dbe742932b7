"""What can be said of one published row: level, people, target, change and interval. One message per case, never glued."""

from __future__ import annotations

from evalkit.measure.totals import NO_DENOMINATOR
from evalkit.terms import Shown
from evalkit.text import incomplete
from evalkit.text.numbers import Cited, number
from evalkit.text.reading import Reading, series
from evalkit.text.words import Sentence


def absent(r: Reading) -> Sentence | None:
    """Why there is no level, or None where there is one."""
    say, year = r.words.say, {"year": r.year}
    if r.shown == Shown.SUPPRESSED:
        if r.text("hidden_by") == "below_threshold":
            return say(
                "The figure for plan year {year} is hidden: there are fewer than {threshold}.",
                threshold=_threshold(r),
                **year,
            )
        return say("The figure for plan year {year} is hidden for reasons of confidentiality.", **year)
    if r.shown == Shown.NOT_APPLICABLE:
        return say("The figure is not made up for plan year {year}.", **year)
    if r.has("value"):
        return None
    if r.has("respondents", "dont_know") and r.number("respondents") == r.number("dont_know"):
        return say(
            "All {n} answers for plan year {year} are “don't know”, so there is no share to show.",
            n=r.cite("respondents"),
            **year,
        )
    if (
        r.text("note") == "too_few"
        and r.has("respondents")
        and r.number("respondents") >= r.statistic.floor_n
    ):
        # Enough of them, but a few carry nearly all the weight, or they leave too wide an interval.
        return say(
            "The {n} answers, weighted, say too little to publish a level for plan year {year}.",
            n=r.cite("respondents"),
            **year,
        )
    if r.uninhabited and r.statistic.events:
        return say("There is no figure per resident for plan year {year}: nobody lives here.", **year)
    if r.uninhabited:
        return say("There is no share for plan year {year}: there are no {whom}.", whom=r.whom, **year)
    if r.text("note") == NO_DENOMINATOR:
        return say(
            "There is no figure for plan year {year}: the number of {whom} is missing.", whom=r.whom, **year
        )
    if r.text("note") == "too_few" and r.has("respondents"):
        return r.words.count(
            "A single answer is too little to publish a level for plan year {year}.",
            "{n} answers are too few to publish a level for plan year {year}.",
            r.number("respondents"),
            n=r.cite("respondents"),
            **year,
        )
    if r.text("note") == "too_few":
        return say("The answers say too little to publish a level for plan year {year}.", **year)
    return incomplete.level(r) or say("There are no data for plan year {year}.", **year)


def _threshold(r: Reading) -> Cited:
    threshold = r.report.plan.policy.threshold
    text = number(threshold, language=r.words.language)
    return Cited(text, threshold, place="params/disclosure.yml: threshold")


def level(r: Reading) -> Sentence | None:
    """The level of the year, beside that of the baseline year."""
    if (why := absent(r)) is not None:
        return why
    if not r.statistic.judged:
        return _count(r)
    if r.statistic.events:
        return _rate(r)
    return _share(r) if r.statistic.unit in ("share", "points") else _amount(r)


def briefly(r: Reading) -> Sentence | None:
    """The level of the year beside that of the baseline year, where what it is a share of has been said."""
    if absent(r) is None and r.text("unit") == "share" and r.has("baseline_value"):
        return r.words.say(
            "The share is {value}%, against {before}% in {baseline}.",
            value=r.cite("value"),
            before=r.cite("baseline_value"),
            baseline=r.baseline,
        )
    return level(r)


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
        return say(
            "None {clause} in plan year {year}, against {before}% in {baseline}.", clause=clause, **parts
        )
    return say(
        "{value}% {clause} in plan year {year}, against {before}% in {baseline}.", clause=clause, **parts
    )


def _rate(r: Reading) -> Sentence:
    words = r.words
    one, many = r.phrase("one") or words("case"), r.phrase("many") or words("cases")
    parts = {"n": r.cite("numerator"), "year": r.year, "baseline": r.baseline}
    parts |= {"one": one, "many": many, "value": r.cite("value")}
    parts["people"] = words("inhabitants") if r.indicator.official else words("residents")
    if r.several_years and r.has("baseline_value"):
        parts |= {"level": r.cite("baseline_value")}
        return words.count(
            "There was {n} {one} in plan year {year}. Per 1,000 {people} that is {value} against {level} a year in {baseline}.",
            "There were {n} {many} in plan year {year}. Per 1,000 {people} that is {value} against {level} a year in {baseline}.",
            r.number("numerator"),
            **parts,
        )
    if not r.has("baseline_numerator", "baseline_value"):
        if r.number("numerator") == 0:
            return words.say("There were no {many} in plan year {year}.", **parts)
        return words.count(
            "There was {n} {one} in plan year {year}. Per 1,000 {people} that is {value}.",
            "There were {n} {many} in plan year {year}. Per 1,000 {people} that is {value}.",
            r.number("numerator"),
            **parts,
        )
    parts |= {"before": r.cite("baseline_numerator"), "level": r.cite("baseline_value")}
    if r.number("numerator") == 0:
        return words.say("There were no {many} in plan year {year}, against {before} in {baseline}.", **parts)
    return words.count(
        "There was {n} {one} in plan year {year}, against {before} in {baseline}. "
        "Per 1,000 {people} that is {value} against {level}.",
        "There were {n} {many} in plan year {year}, against {before} in {baseline}. "
        "Per 1,000 {people} that is {value} against {level}.",
        r.number("numerator"),
        **parts,
    )


def _amount(r: Reading) -> Sentence:
    """A level in a unit of its own: an amount of money, a number of years."""
    parts = {"title": r.title, "value": r.level(), "year": r.year, "baseline": r.baseline}
    if not r.has("baseline_value"):
        return r.words.say("{title}: {value} in plan year {year}.", **parts)
    before = r.level("baseline_value")
    return r.words.say(
        "{title}: {value} in plan year {year}, against {before} in {baseline}.", before=before, **parts
    )


def _count(r: Reading) -> Sentence:
    return r.words.say(
        "{title}: {value} in plan year {year}.", title=r.title, value=r.cite("value"), year=r.year
    )


def people(r: Reading) -> Sentence | None:
    """Numerator and denominator of a register share, this year and in the baseline year."""
    if not r.statistic.splits or absent(r) or not r.has("numerator", "denominator"):
        return None
    parts = {"n": r.cite("numerator"), "of": r.cite("denominator"), "baseline": r.baseline}
    if not r.has("baseline_numerator", "baseline_denominator"):
        return r.words.say("That is {n} of {of}.", **parts)
    parts |= {"before": r.cite("baseline_numerator"), "before_of": r.cite("baseline_denominator")}
    return r.words.say("That is {n} of {of}; in {baseline} it was {before} of {before_of}.", **parts)


def counts(r: Reading) -> Sentence | None:
    """The same on its own, where no sentence on the level stands before."""
    if not r.statistic.splits or absent(r) or not r.has("numerator", "denominator"):
        return None
    parts = {"n": r.cite("numerator"), "of": r.cite("denominator"), "year": r.year, "baseline": r.baseline}
    if not r.has("baseline_numerator", "baseline_denominator"):
        return r.words.say("{n} of {of} in plan year {year}.", **parts)
    parts |= {"before": r.cite("baseline_numerator"), "before_of": r.cite("baseline_denominator")}
    return r.words.say("{n} of {of} in plan year {year}; {before} of {before_of} in {baseline}.", **parts)


def target(r: Reading) -> Sentence | None:
    """Was the number reached? A fact about the one year, and about the start; None where the goal has no number."""
    said = _target(r)
    if said is None or not r.met_from_start:
        return said
    return r.words.say(
        "{fact} The plan's level was reached already in {baseline}, so the verdict is on the direction alone.",
        fact=said,
        baseline=r.baseline,
    )


def _target(r: Reading) -> Sentence | None:
    reached = r.text("target_reached")
    if reached not in ("yes", "no") or not r.has("target"):
        return None
    parts = {"year": r.year, "target": r.level("target")}
    if reached == "yes":
        if r.higher_is_better:
            return r.words.say(
                "The figure is no lower than the plan's for {year}, {target}.",
                **parts,
            )
        return r.words.say(
            "The figure is no higher than the plan's for {year}, {target}.",
            **parts,
        )
    if r.higher_is_better:
        return r.words.say(
            "The figure is below the plan's for {year}, {target}.",
            **parts,
        )
    return r.words.say(
        "The figure is above the plan's for {year}, {target}.",
        **parts,
    )


def counted_from(r: Reading) -> Sentence | None:
    """What changes count from, where it is not the one year before the plan."""
    if r.several_years:
        return r.words.say("Changes are counted from the level of {baseline} together.", baseline=r.baseline)
    if not r.inside:
        return None
    if once(r):
        return r.words.say(
            "There is one measurement, from {baseline}: a level, and no change.", baseline=r.baseline
        )
    years = r.baseline_year - r.report.plan.baseline_year
    return r.words.count(
        "Changes are counted from {baseline}, one year into the plan. What the level was before it is not known, so the "
        "figures say nothing for or against the plan.",
        "Changes are counted from {baseline}, {n} years into the plan. What the level was before it is not known, so the "
        "figures say nothing for or against the plan.",
        years,
        baseline=r.baseline,
        n=Cited(number(years, language=r.words.language), years, place="params/plan.yml: baseline_year"),
    )


def once(r: Reading) -> bool:
    """Whether there is one measurement so far, and it lies inside the plan."""
    years = [
        one.year for one in series(r.report, r.name, r.text("area") or None) if one.shown != Shown.MISSING
    ]
    return r.inside and years == [r.baseline_year]


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
    parts = {"first": r.start, "last": r.year, "size": r.amount("trend", size=True)}
    if (sign := r.sign("trend")) > 0:
        said = r.words.say("Over the years {first}–{last} the trend is a rise of {size} a year.", **parts)
    elif sign < 0:
        said = r.words.say("Over the years {first}–{last} the trend is a fall of {size} a year.", **parts)
    else:
        said = r.words.say("Over the years {first}–{last} the trend is level.", **parts)
    without = [
        one.year
        for one in series(r.report, r.name, r.text("area") or None)
        if r.start < one.year < r.year and not one.has("value")
    ]
    if not without:
        return said
    return r.words.count(
        "{trend} The figure for {years} is missing, so it is not part of the trend.",
        "{trend} The figures for {years} are missing, so they are not part of the trend.",
        len(without),
        trend=said,
        years=r.words.listed(without),
    )


def interval(r: Reading) -> Sentence | None:
    """Where the true change probably lies: since the baseline year, or a year where the verdict rests on the trend."""
    say, stem = r.words.say, "trend" if r.on_trend else "change"
    lower, upper = f"{stem}_lower", f"{stem}_upper"
    if not r.has(stem, lower, upper):
        return None
    if r.says_nothing(stem):
        return say("There are too few to say anything about the change.")
    parts = {"a": r.amount(lower, size=True), "b": r.amount(upper, size=True)}
    # By the number itself where the verdict rests on it, and as shown where only words depend on it.
    if r.number(lower) > 0:
        ends = {"a": r.cite(lower, size=True), "b": parts["b"]}
        if r.on_trend:
            return say("The true rise probably lies between {a} and {b} a year.", **ends)
        return say("The true rise probably lies between {a} and {b}.", **ends)
    if r.number(upper) < 0:
        ends = {"a": r.cite(upper, size=True), "b": parts["a"]}
        if r.on_trend:
            return say("The true fall probably lies between {a} and {b} a year.", **ends)
        return say("The true fall probably lies between {a} and {b}.", **ends)
    if r.sign(lower) < 0 < r.sign(upper):
        if r.on_trend:
            return say("The true change may be anything from a fall of {a} to a rise of {b} a year.", **parts)
        return say("The true change may be anything from a fall of {a} to a rise of {b}.", **parts)
    if r.sign(upper) > 0:
        if r.on_trend:
            return say("The true change may be anything from no change to a rise of {b} a year.", **parts)
        return say("The true change may be anything from no change to a rise of {b}.", **parts)
    if r.sign(lower) < 0:
        if r.on_trend:
            return say("The true change may be anything from a fall of {a} a year to no change.", **parts)
        return say("The true change may be anything from a fall of {a} to no change.", **parts)
    return say("The true change is probably very close to nought.")


def provisional(r: Reading) -> Sentence | None:
    """A warning where the source may still revise the figure."""
    if r.text("provisional") != "yes":
        return None
    return r.words.say("The figure is provisional and may be revised.")
