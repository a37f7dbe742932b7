"""Caveats of one indicator, and the limits of a whole report."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from evalkit.plan.definition import Change
from evalkit.report import Report
from evalkit.terms import MATCHED, PLAN, SIMPLE, Shown, Verdict
from evalkit.text.departments import came_and_went
from evalkit.text.html import Block, joined
from evalkit.text.judgements import holm, verdict_word
from evalkit.text.numbers import Cited, Quoted, date, number
from evalkit.text.reading import Reading, goals, goals_baseline, read, series
from evalkit.text.sentences import provisional
from evalkit.text.words import Sentence, gettext_for

LOW_RESPONSE = 0.5  # share of those asked; below it a caveat says so


def caveats(r: Reading) -> list[Sentence | str]:
    """What to have in mind: the indicator's traps, and what this row itself gives reason for."""
    traps = [trap.get(r.words.language) for trap in r.indicator.traps]
    told = [
        _calendar(r),
        _simple(r),
        _response(r),
        holm(r),
        linear(r) or _linear(r),
        _three_years(r),
        _hidden(r),
        _shock(r),
        provisional(r),
    ]
    found: list[Sentence | str] = [*traps, *(one for one in told if one is not None)]
    return found or [r.words.say("None beyond the uncertainty that the interval shows.")]


def _calendar(r: Reading) -> Sentence | None:
    if r.calendar_year is None:
        return None
    return r.words.say(
        "The figure for plan year {year} is that of the calendar year {calendar}.",
        year=r.year,
        calendar=r.calendar_year,
    )


def _simple(r: Reading) -> Sentence | None:
    if SIMPLE not in r.text("note").split():
        return None
    return r.words.say(
        "The source gives no design effect, so the interval is that of a simple random sample and may be too narrow."
    )


def _response(r: Reading) -> Sentence | None:
    if not r.statistic.asked or not r.has("response_rate") or r.number("response_rate") >= LOW_RESPONSE:
        return None
    return r.words.say(
        "{rate}% of those asked answered; we do not know what the others think.", rate=r.cite("response_rate")
    )


def linear(r: Reading) -> Sentence | None:
    """The verdict when the yearly percentage is counted from the baseline's level, where it is another."""
    other = r.text("verdict_linear")
    if not other or not r.has("target_linear", "value") or Verdict(other) == r.verdict:
        return None
    return r.words.say(
        "If the percentage is counted from the baseline's level each year, the plan's number for {year} is {target} and the verdict “{verdict}”.",
        target=r.level("target_linear"),
        year=r.year,
        verdict=verdict_word(Verdict(other), r.words),
    )


def _linear(r: Reading) -> Sentence | None:
    """The goal's number when the yearly percentage is counted from the baseline's level, where it is another."""
    if not r.has("target_linear", "value"):
        return None
    if r.has("target") and r.cite("target").text == r.cite("target_linear").text:
        return None
    return r.words.say(
        "If the percentage is counted from the baseline's level each year, the plan's number for {year} is {target}.",
        target=r.level("target_linear"),
        year=r.year,
    )


def _three_years(r: Reading) -> Sentence | None:
    """Regression to the mean: the same change from a baseline of three years, where that is another."""
    if not r.has("change_baseline3", "change") or r.cite("change_baseline3").text == r.cite("change").text:
        return None
    parts = {
        "first": r.baseline_year - 2,
        "last": r.baseline_year,
        "size": r.amount("change_baseline3", size=True),
    }
    if (sign := r.sign("change_baseline3")) > 0:
        return r.words.say(
            "With the mean of {first}–{last} as the baseline the level is {size} higher.", **parts
        )
    if sign < 0:
        return r.words.say(
            "With the mean of {first}–{last} as the baseline the level is {size} lower.", **parts
        )
    return r.words.say("With the mean of {first}–{last} as the baseline the level is the same.", **parts)


def _hidden(r: Reading) -> Sentence | None:
    years = [one.year for one in series(r.report, r.name) if one.shown == Shown.SUPPRESSED]
    if not years:
        return None
    return r.words.say("Hidden for reasons of confidentiality: {years}.", years=r.words.listed(years))


def _shock(r: Reading) -> Sentence | None:
    """A shock such as COVID-19 that overlaps the plan year."""
    names = happened(r.report, ("shock",))
    return (
        r.words.say("The plan year was marked by {names}.", names=r.words.listed(_quoted(names)))
        if names
        else None
    )


def happened(report: Report, kinds: tuple[str, ...], *, since_start: bool = False) -> list[str]:
    """Names of the dated events of these kinds that touch the report's plan year (or the plan up to its end)."""
    plan = report.plan
    first = plan.period.start if since_start else plan.first_day(report.year)
    last = plan.first_day(report.year + 1) - dt.timedelta(days=1)
    names = []
    for _, event in report.events.iterrows():
        begins, ends = (dt.date.fromisoformat(str(event[name])) for name in ("start", "end"))
        here = {name.strip() for name in str(event["area"]).split(";")}
        concerned = bool(here & {report.area, "denmark", *(plan.areas if report.area == PLAN else ())})
        if concerned and event["kind"] in kinds and begins <= last and ends >= first:
            names.append(str(event[f"label_{report.language}"]))
    return list(dict.fromkeys(names))


def _marked(report: Report, shocks: list[str]) -> Sentence:
    """The plan years up to this one that a shock to the whole country marked, this one among them."""
    words, years = gettext_for(report.language), [y for y in report.plan.years if y <= report.year]
    marked = [y for y in years if happened(replace(report, year=y), ("shock",))]
    return words.count(
        "Plan year {years} was marked by {names}. The verdicts compare with the years before, so look at other areas of the same year, too.",
        "Plan years {years} were marked by {names}. The verdicts compare with the years before, so look at other areas of the same years, too.",
        len(marked),
        years=words.listed([str(y) for y in marked]),
        names=words.listed(_quoted(shocks)),
    )


def answers_hidden(r: Reading) -> bool:
    """Whether the figure is shown, but not how many of the plan's own survey's answers it rests on."""
    return r.statistic.asked and not r.made_by_source and r.has("value") and not r.has("respondents")


def _quoted(names: list[str]) -> list[Quoted]:
    return [Quoted(name, "data/published/events.csv") for name in names]


def limits(report: Report) -> list[tuple[str, Block | Sentence | str]]:
    """What the figures of this report cannot show: a heading and a text for each."""
    words, plan = gettext_for(report.language), report.plan
    say = words.say
    found: list[tuple[str, Any]] = [
        (words("Whether the plan is the reason."), _whether_it_is_the_plan(report))
    ]
    if shocks := happened(report, ("shock",)):
        found.append(
            (
                words("What the year would have been like otherwise."),
                _marked(report, shocks),
            )
        )
    surveys = [read(report, name) for name in goals(report) if plan.indicator(name).statistic.asked]
    for r in surveys:
        if r.has("response_rate", "respondents", "invited"):
            answered = say(
                "{n} of {of} people asked answered. We do not know what the others think.",
                n=r.cite("respondents"),
                of=r.cite("invited"),
            )
        elif answers_hidden(r):
            answered = say("How many answered is hidden. We do not know what the others think.")
        else:
            continue
        found.append((words("What those who did not answer think."), answered))
    found.append((words("Whether the same people are better off."), _same_people(report)))
    if any(plan.indicator(name).statistic.events for name in goals(report)):
        found.append(
            (
                words("What is never reported."),
                say(
                    "Reports to the police depend on the willingness to report. Fewer reports may mean less crime, or less trust."
                ),
            )
        )
    if all(read(report, name).baseline == str(plan.baseline_year) for name in goals(report)):
        found.append(
            (
                words("Whether {year} was an ordinary year.").format(year=plan.baseline_year),
                say(
                    "The comparison rests on one baseline year. The years before stand in the figures, so that the reader can judge."
                ),
            )
        )
    if (report.area, report.year) != (plan.primary.area, plan.primary.year):  # else this report is it
        found.append((words("The plan's final answer."), joined(plan.primary.note.get(report.language))))
    return found


def always(report: Report) -> list[tuple[str, Block | Sentence | str]]:
    """What no report leaves out: definitions that were changed on the way, and what the analyst adds."""
    words = gettext_for(report.language)
    changed = [
        (words("What was changed on the way."), _changed(report, change)) for change in report.plan.changes
    ]
    areas = report.plan.areas.values() if report.area == PLAN else [report.plan.areas[report.area]]
    moved = [
        (words("Not the same homes throughout."), joined(*came_and_went(area, words), between=" "))
        for area in areas
        if any(one.changes for one in area.departments)
    ]
    return [*changed, *moved, *((words("The analyst adds."), text) for text in report.limitations)]


def _changed(report: Report, change: Change) -> Block:
    """A definition that was changed after the first evaluation: which, when, from what, and why."""
    words = gettext_for(report.language)
    goal = report.plan.indicator(report.plan.goals[change.goal].indicator).title.get(report.language)
    parts = {
        "goal": goal,
        "day": date(change.date, report.language),
        "before": change.before.get(report.language),
    }
    said = {
        "baseline": words.say(
            "The baseline of {goal} was changed on {day}; before, it was {before}.", **parts
        ),
        "target": words.say("The target of {goal} was changed on {day}; before, it was {before}.", **parts),
        "definition": words.say(
            "What is counted for {goal} was changed on {day}; before, it was {before}.", **parts
        ),
        "comparison": words.say(
            "What the comparison of {goal} is held against was changed on {day}; before, it was {before}.",
            **parts,
        ),
    }
    return joined(said[change.what], change.reason.get(report.language), between=" ")


def _whether_it_is_the_plan(report: Report) -> Block:
    words = gettext_for(report.language)
    efforts = happened(report, ("other_effort", "composition"), since_start=True)
    said = list[Any]()
    if efforts:
        said.append(
            words.say(
                "At the same time there was {names}. The figures cannot show which mattered most.",
                names=words.listed(_quoted(efforts)),
            )
        )
    others = [one for one in report.facts.get("comparators", ()) if one["kind"] == MATCHED]
    if n := sum(one["own_plan"] == "yes" for one in others):
        place = "facts: comparators"
        of = Cited(number(len(others), language=report.language), len(others), place=place)
        said.append(
            words.count(
                "At least {n} of the {all} areas compared with has a plan of its own.",
                "At least {n} of the {all} areas compared with have a plan of their own.",
                n,
                n=Cited(number(n, language=report.language), n, place=place),
                all=of,
            )
        )
    return joined(*said or [words.say("Before and after says what happened, not why.")], between=" ")


def _same_people(report: Report) -> Block:
    """Residents move: how many moved out in the year, where that is known."""
    words, plan = gettext_for(report.language), report.plan
    said = [
        words.say(
            "Some have moved out and others in since {baseline}. The figures compare years, not people.",
            baseline=goals_baseline(report),
        )
    ]
    moves = [
        name
        for name, one in plan.indicators.items()
        if one.numerator is not None and one.numerator.table == "turnover"
    ]
    for r in (read(report, name) for name in moves):
        if r.has("value"):
            said.append(
                words.say(
                    "{title}: {value} in plan year {year}.", title=r.title, value=r.level(), year=r.year
                )
            )
    return joined(*said, between=" ")


def without_shocks(report: Report) -> str | None:
    """Name of the reading without the plan years marked by a shock to the whole country; None where there is no such year."""
    words, names = gettext_for(report.language), happened(report, ("shock",), since_start=True)
    return (
        words("The same without the years of {names}").format(names=words.listed(names).plain)
        if names
        else None
    )
