"""About the plan: every fact of params/plan.yml and the dated events of its years, in words and lists."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from evalkit.report import Report
from evalkit.terms import Reading
from evalkit.text.html import Block, element, facts, joined
from evalkit.text.numbers import DASH, Cited, Quoted, date, number, period
from evalkit.text.reading import goals_baseline
from evalkit.text.words import Sentence, gettext_for

MILLION = 1_000_000


def _own(text: str) -> Quoted:
    """The plan's own words; numbers in them cite its file."""
    return Quoted(text, "params/plan.yml")


@dataclass(frozen=True)
class Part:
    """What is said of one side of the plan; `id` is its anchor on a page."""

    id: str
    title: str
    body: Block


def parts(report: Report) -> list[Part]:
    """Vision in its own words, frame, goals, areas, money, strands of work, people and events; what is empty is left out."""
    words = gettext_for(report.language)
    found = [
        Part("planen", words("The plan in its own words"), _vision(report)),
        Part("rammer", words("Period, place and partners"), _facts(report)),
        Part("planens-maal", words("The goals, and how they are read here"), _goals(report)),
        Part("omraader", words("The areas"), _areas(report)),
        Part("penge", words("Money"), _money(report)),
        Part("indsatser", words("Strands of work"), _efforts(report)),
        Part("organisering", words("Who steers and who carries out"), _people(report)),
        Part("imens", words("What else happened in the plan's years"), _events(report)),
    ]
    return [part for part in found if part.body.html]


def plan(report: Report) -> Block:
    """All parts of the plan, each under a heading of the third level."""
    return joined(*(joined(element("h3", part.title), part.body) for part in parts(report)))


def _vision(report: Report) -> Block:
    words, one, language = gettext_for(report.language), report.plan, report.language
    quotes = []
    for quote in one.vision.quotes if one.vision else ():
        who = one.governance.people[quote.who]
        said = words.say("“{quote}”", quote=_own(quote.get(language).strip().rstrip(".")))
        by = words.say("{name}, {role}", name=who.name, role=who.role.get(language))
        quotes.append(element("blockquote", element("p", said), element("p", by, class_="byline")))
    passages = [one.subtitle, one.explanation, one.background, one.vision, one.approach]
    return joined(
        element("p", element("b", f"{one.name}.")) if not one.announced else None,
        element(
            "p",
            words.say(
                "The plan “{name}” was presented on {date} in these words:",
                name=one.name,
                date=date(one.announced, language),
            ),
        )
        if one.announced
        else None,
        element(
            "blockquote",
            *(element("p", _own(text.get(language).strip())) for text in passages if text),
            *((element("p", _byline(report), class_="byline"),) if one.sources else ()),
        ),
        *quotes,
    )


def _byline(report: Report) -> Sentence:
    return Sentence("{source}", {"source": report.plan.sources[0].get(report.language)})


def _facts(report: Report) -> Block:
    words, one, language = gettext_for(report.language), report.plan, report.language
    primary: Any = one.primary.note.get(language)
    if not report.synthetic:
        primary = words.say(
            "{note} Declared {date}: all areas together, {year}.",
            note=primary,
            date=date(one.primary.declared, language),
            year=one.primary.year,
        )
    first_day = words.say(
        "begins on {day}, named by the year it ends in; baseline {baseline}; plan years {years}",
        day=_day(report),
        baseline=goals_baseline(report),
        years=words.listed(one.years),
    )
    here = one.municipality
    place: Any = here.name
    if here.code and here.place and here.statbank:
        place = words.say(
            "{name} (municipality {code}, {place}; “{statbank}” in the official statistics)",
            name=here.name,
            code=_own(here.code),
            place=here.place,
            statbank=here.statbank,
        )
    region = None
    if one.region and one.region.municipalities:
        region = words.say(
            "{name}: {list}", name=one.region.name, list=words.listed(one.region.municipalities)
        )
    return facts(
        (words("Kind"), one.kind.get(language)),
        (words("Announced"), date(one.announced, language) if one.announced else None),
        (words("Period"), period(one.period.start, one.period.end, language)),
        (words("Plan year"), first_day),
        (words("Judged on"), primary),
        (words("Municipality"), place),
        (words("Region compared with"), region),
        (words("Towns"), words.listed(one.towns) if one.towns else None),
        (
            words("Housing organisations"),
            words.listed(list(one.housing_organisations.values())) if one.housing_organisations else None,
        ),
        class_="three",
    )


def _day(report: Report) -> str:
    start = report.plan.period.start.replace(
        month=report.plan.year_starts.month, day=report.plan.year_starts.day
    )
    return date(start, report.language).rsplit(" ", 1)[0]


def _goals(report: Report) -> Block:
    words, one, language = gettext_for(report.language), report.plan, report.language
    pairs: list[tuple[Any, Any]] = []
    for goal in one.goals.values():
        quoted = words.say("“{quote}”", quote=_own(goal.words.get(language)))
        title = one.indicator(goal.indicator).title.get(language)
        pairs.append((title, words.say("{words}. {number}", words=quoted, number=_number(report, goal))))
    return facts(*pairs, class_="three")


def _number(report: Report, goal: Any) -> Sentence:
    words = gettext_for(report.language)
    if goal.target is None:
        return words.say("No number was set, only a direction.")
    size = Cited(
        number(abs(goal.target.annual_change), language=report.language, scale=100),
        goal.target.annual_change,
        place=f"params/plan.yml: goals.{goal.indicator}.target",
    )
    if goal.target.reading == Reading.COMPOUNDING:
        return words.say(
            "We reckon {n}% a year as compounding: each year counts from the year before.", n=size
        )
    return words.say("{n}% a year is read linearly: each year counts from the baseline year.", n=size)


def _areas(report: Report) -> Block:
    words, one = gettext_for(report.language), report.plan
    pairs = []
    for area in one.areas.values():
        said = [words.say("{town}.", town=area.town)] if area.town else []
        if area.housing_organisations:
            said.append(
                words.say(
                    "Housing organisation: {names}.",
                    names=words.listed(
                        [one.housing_organisations[name] for name in area.housing_organisations]
                    ),
                )
            )
        if names := _other_names(area.name, area.aliases):
            said.append(words.say("Also called {names}.", names=words.listed(names)))
        pairs.append((area.name, joined(*said, between=" ") if said else DASH))
    return facts(*pairs, class_="three")


def _other_names(name: str, aliases: list[str]) -> list[str]:
    """Aliases that people say: one that only spells another name without æ, ø and å is there for data files."""
    spelt = {_ascii(one) for one in (name, *aliases) if _ascii(one) != one.casefold()}
    return [alias for alias in aliases if alias.casefold() not in spelt]


def _ascii(name: str) -> str:
    return name.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")


def _money(report: Report) -> Block:
    words, one, language = gettext_for(report.language), report.plan, report.language
    pairs: list[tuple[Any, Any]] = []
    for key, funder in one.funding.items():
        note = funder.note.get(language)
        if funder.amount is None:
            pairs.append((funder.title(language), note))
        else:
            pairs.append(
                (
                    funder.title(language),
                    words.say(
                        "{amount}, {note}",
                        amount=amount(report, funder.amount, f"funding.{key}.amount"),
                        note=_own(note),
                    ),
                )
            )
    if one.budget_quoted:
        quoted = words.say(
            "{amount}, {note}",
            amount=amount(report, one.budget_quoted.amount, "budget_quoted.amount"),
            note=_own(one.budget_quoted.source.get(language)),
        )
        pairs.append((words("Total quoted"), quoted))
    return facts(*pairs, class_="three") if pairs else joined()


def _efforts(report: Report) -> Block:
    words, one, language = gettext_for(report.language), report.plan, report.language
    efforts: list[tuple[Any, Any]] = []
    for key, effort in one.efforts.items():
        said: Any = words("the budget is not public")
        if effort.budget is not None:
            said = words.say(
                "{amount} ({note})",
                amount=amount(report, effort.budget.amount, f"efforts.{key}.budget.amount"),
                note=_own(effort.budget.note.get(language)),
            )
            if effort.budget.of_which_landsbyggefonden is not None:
                part = amount(
                    report,
                    effort.budget.of_which_landsbyggefonden,
                    f"efforts.{key}.budget.of_which_landsbyggefonden",
                )
                said = words.say("{whole}, of which Landsbyggefonden {part}", whole=said, part=part)
        if effort.bears_on:
            titles = [
                one.indicator(one.goals[goal].indicator).title.get(language) for goal in effort.bears_on
            ]
            said = words.say("{said}; read as aimed at: {list}", said=said, list=words.listed(titles))
        efforts.append((effort.name.get(language), said))
    return facts(*efforts, class_="three") if efforts else joined()


def amount(report: Report, value: float, place: str) -> Sentence:
    """An amount of money in millions: 3,2 mio. kr., DKK 3.2 million."""
    words = gettext_for(report.language)
    whole = (value / MILLION).is_integer()
    n = Cited(
        number(value / MILLION, 0 if whole else 1, language=report.language),
        value,
        place=f"params/plan.yml: {place}",
    )
    return words.say("DKK {n} million", n=n)


def _people(report: Report) -> Block:
    words, one, language = gettext_for(report.language), report.plan, report.language
    governance = one.governance
    pairs: list[tuple[Any, Any]] = [
        (person.name, person.role.get(language)) for person in governance.people.values()
    ]
    run_by = [text.get(language) for text in (governance.steering, governance.executing_unit) if text]
    if not pairs and not run_by and not one.sources:
        return joined()
    return joined(
        element("p", joined(*run_by, between=" ")) if run_by else None,
        facts(
            *pairs,
            (
                words("Sources"),
                words.listed([source.get(language) for source in one.sources]) if one.sources else None,
            ),
            class_="three",
        ),
    )


def _events(report: Report) -> Block:
    """The dated events that the reports draw on, with their days and sources."""
    words, language = gettext_for(report.language), report.language
    file, pairs = "data/published/events.csv", []
    for _, event in report.events.sort_values("start").iterrows():
        start = dt.date.fromisoformat(str(event["start"]))
        end = dt.date.fromisoformat(str(event["end"])) if str(event["end"] or "") else start
        named = Quoted(str(event[f"label_{language}"]), file)
        source = element("span", Quoted(str(event["source_title"]), file), lang="da")
        pairs.append((period(start, end, language), joined(named, ". ", words("Source"), ": ", source, ".")))
    if not pairs:
        return joined()
    kind = words.say(
        "These events are from the project's list of dated events. They may have moved the figures, too."
    )
    if report.synthetic:
        kind = words.say(
            "These events are real and concern the whole country. The areas' figures are made up, so what happened in the areas is left out."
        )
    return joined(element("p", kind), facts(*pairs, class_="three"))
