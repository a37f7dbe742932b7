"""What the page about the plan holds: every fact of params/plan.yml and the dated events of its years."""

from __future__ import annotations

import datetime as dt
from typing import Any

from evalbook.site.context import Overview
from evalkit.plan.definition import Effort
from evalkit.text.departments import parts
from evalkit.text.findings import target_read
from evalkit.text.html import element, joined
from evalkit.text.marks import mark
from evalkit.text.numbers import Quoted, date, period
from evalkit.text.reading import goals_baseline
from evalkit.text.units import amount

EVENTS = "data/published/events.csv"


def values(site: Overview) -> dict[str, Any]:
    """By the names that the document asks for; what the plan does not say is None or empty."""
    plan, language, listed = site.plan, site.language, site.words.listed
    report, here, starts = site.report(), site.plan.municipality, site.plan.year_starts
    first = plan.period.start.replace(month=starts.month, day=starts.day)
    passages = (plan.subtitle, plan.explanation, plan.background, plan.vision, plan.approach)
    sources = [one.get(language) for one in plan.sources]
    organisations = list(plan.housing_organisations.values())
    described = bool(here.code and here.place and here.statbank)
    region = plan.region if plan.region and plan.region.municipalities else None
    governance = plan.governance
    run_by = [text.get(language) for text in (governance.steering, governance.executing_unit) if text]
    return {
        "synthetic": site.synthetic,
        "sign": mark(report, official=True),
        "name": plan.name,
        "announced": date(plan.announced, language) if plan.announced else None,
        "passages": [_own(text.get(language).strip()) for text in passages if text],
        "first_source": sources[0] if sources else None,
        "quotes": _quotes(site),
        "kind": plan.kind.get(language),
        "period": period(plan.period.start, plan.period.end, language),
        "first_day": date(first, language).rsplit(" ", 1)[0],
        "baseline": goals_baseline(report),
        "years": listed(plan.years),
        "judged_on": plan.primary.note.get(language),
        "declared": None if site.synthetic else date(plan.primary.declared, language),
        "judged_year": plan.primary.year,
        "place": {
            "name": here.name,
            "code": _own(here.code) if described and here.code else None,
            "where": here.place,
            "statbank": here.statbank,
        },
        "region": {"name": region.name, "municipalities": listed(region.municipalities)} if region else None,
        "towns": listed(plan.towns) if plan.towns else None,
        "organisations": listed(organisations) if organisations else None,
        "goals": [
            {
                "title": plan.indicator(goal.indicator).title.get(language),
                "words": _own(goal.words.get(language)),
                "number": target_read(report, goal),
            }
            for goal in plan.goals.values()
        ],
        "areas": _areas(site),
        "money": _money(site),
        "efforts": [_effort(site, key, one) for key, one in plan.efforts.items()],
        "run_by": " ".join(run_by),
        "people": [{"name": one.name, "role": one.role.get(language)} for one in governance.people.values()],
        "sources": listed(sources) if sources else None,
        "events": _events(site),
    }


def _own(text: str) -> Quoted:
    """The plan's own words; numbers in them cite its file."""
    return Quoted(text, "params/plan.yml")


def _quotes(site: Overview) -> list[dict[str, Any]]:
    vision, people = site.plan.vision, site.plan.governance.people
    return [
        {
            "words": _own(quote.get(site.language).strip().rstrip(".")),
            "name": people[quote.who].name,
            "role": people[quote.who].role.get(site.language),
        }
        for quote in (vision.quotes if vision else ())
    ]


def _areas(site: Overview) -> list[dict[str, Any]]:
    plan, listed = site.plan, site.words.listed
    found = []
    for area in plan.areas.values():
        organisations = [plan.housing_organisations[name] for name in area.housing_organisations]
        found.append(
            {
                "name": area.name,
                "town": area.town,
                "organisations": listed(organisations) if organisations else None,
                "parts": joined(*said, between=" ") if (said := parts(area, site.words)) else None,
            }
        )
    return found


def _money(site: Overview) -> list[dict[str, Any]]:
    """What each funder gives, then the total that is quoted, which has no title of its own."""
    report, language = site.report(), site.language
    found: list[dict[str, Any]] = []
    for key, funder in site.plan.funding.items():
        note, given = funder.note.get(language), funder.amount
        sum_ = None if given is None else amount(report, given, f"funding.{key}.amount")
        found.append(
            {"title": funder.title(language), "amount": sum_, "note": note if given is None else _own(note)}
        )
    if quoted := site.plan.budget_quoted:
        sum_ = amount(report, quoted.amount, "budget_quoted.amount")
        found.append({"title": None, "amount": sum_, "note": _own(quoted.source.get(language))})
    return found


def _effort(site: Overview, key: str, effort: Effort) -> dict[str, Any]:
    plan, report, language = site.plan, site.report(), site.language
    budget, place = effort.budget, f"efforts.{key}.budget"
    part = budget.of_which_landsbyggefonden if budget else None
    aims = [plan.indicator(plan.goals[goal].indicator).title.get(language) for goal in effort.bears_on]
    return {
        "name": effort.name.get(language),
        "amount": amount(report, budget.amount, f"{place}.amount") if budget else None,
        "note": _own(budget.note.get(language)) if budget else None,
        "of_which": None if part is None else amount(report, part, f"{place}.of_which_landsbyggefonden"),
        "aimed_at": site.words.listed(aims) if aims else None,
    }


def _events(site: Overview) -> list[dict[str, Any]]:
    """The dated events that the reports draw on, with their days and sources."""
    found = []
    for _, event in site.report().events.sort_values("start").iterrows():
        start, end = (dt.date.fromisoformat(str(event[name])) for name in ("start", "end"))
        found.append(
            {
                "when": period(start, end, site.language),
                "what": Quoted(str(event[f"label_{site.language}"]), EVENTS),
                "source": element("span", Quoted(str(event["source_title"]), EVENTS), lang="da"),
            }
        )
    return found
