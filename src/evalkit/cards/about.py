"""About the plan: every fact of params/plan.yml, in words and lists."""

from __future__ import annotations

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


def plan(report: Report) -> Block:
    """Vision in its own words, goals, areas, partners, money, strands of work, governance and sources."""
    parts = [_vision, _facts, _goals, _areas, _money, _people]
    return joined(*(part(report) for part in parts))


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
            words.say("The plan was presented on {date} in these words:", date=date(one.announced, language)),
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
    return joined(element("h3", words("The goals in the plan's own words")), facts(*pairs, class_="three"))


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
        if area.aliases:
            said.append(words.say("Also called {names}.", names=words.listed(area.aliases)))
        pairs.append((area.name, joined(*said, between=" ") if said else DASH))
    return joined(element("h3", words("The areas")), facts(*pairs, class_="three"))


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
    return joined(
        element("h3", words("Money")),
        facts(*pairs, class_="three"),
        element("h3", words("Strands of work")),
        facts(*efforts, class_="three"),
    )


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
        element("h3", words("Who steers and who carries out")),
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
