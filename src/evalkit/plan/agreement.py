"""Whether plan.yml and indicators.yml agree: each name that one of them uses is known there, and means one thing."""

from __future__ import annotations

from collections.abc import Iterable

from evalkit.errors import Problem, did_you_mean, fold
from evalkit.estimates import STATISTICS
from evalkit.plan.definition import Plan
from evalkit.plan.params import Document


def disagreements(plan: Plan, plan_file: Document, indicator_file: Document) -> Iterable[Problem]:
    """Every name in the plan or in an indicator that nothing is called by, or two things are."""
    for key, goal in plan.goals.items():
        if goal.indicator not in plan.indicators:
            yield plan_file.problem(
                ("goals", key, "indicator"),
                f"no indicator {goal.indicator!r} in indicators.yml.",
                did_you_mean(goal.indicator, plan.indicators),
            )
        elif plan.indicators[goal.indicator].polarity != goal.polarity:
            yield indicator_file.problem(
                (goal.indicator, "polarity"), f"differs from goal {key!r} in plan.yml.", "Make them equal."
            )
        elif goal.target is not None:
            share = STATISTICS[plan.indicators[goal.indicator].kind].share
            if said := goal.target.wrong(goal.polarity, share=share, years=plan.years):
                yield plan_file.problem(("goals", key, "target"), said)
    for key, area in plan.areas.items():
        for i, name in enumerate(area.housing_organisations):
            if name not in plan.housing_organisations:
                yield plan_file.problem(
                    ("areas", key, "housing_organisations", str(i)),
                    f"no housing organisation {name!r}.",
                    did_you_mean(name, plan.housing_organisations),
                )
    seen: dict[str, str] = {}
    for key, area in plan.areas.items():
        parts = {f"{key}, {one.name}": (one.name, *one.aliases) for one in area.departments}
        for what, names in {key: (key, area.name, *area.aliases), **parts}.items():
            place = ("areas", key, "aliases" if what == key else "departments")
            for name in {fold(n) for n in names}:
                if seen.setdefault(name, what) != what:
                    yield plan_file.problem(
                        place, f"the name {name!r} also means {seen[name]!r}.", "Remove one."
                    )
    towns = {fold(town): town for town in plan.towns}
    for key, area in plan.areas.items():
        for i, alias in enumerate(area.aliases):
            if fold(alias) in towns:  # a table by town would be read as this area's
                yield plan_file.problem(
                    ("areas", key, "aliases", str(i)),
                    f"{alias!r} is a town, not an area of it.",
                    "Remove it, or write which part of the town.",
                )
    for key, one in plan.indicators.items():
        for field, known in (("goal", plan.goals), ("of", plan.indicators), ("part_of", plan.indicators)):
            name = getattr(one, field)
            if name is not None and name not in known:
                yield indicator_file.problem((key, field), f"no {name!r} there.", did_you_mean(name, known))
        for term in ("numerator", "denominator"):
            effort = getattr(one, term).where.get("effort", []) if getattr(one, term) else []
            for name in [effort] if isinstance(effort, str) else effort:
                if name not in plan.efforts:
                    yield indicator_file.problem(
                        (key, term, "where", "effort"),
                        f"no strand of work {name!r} in plan.yml.",
                        did_you_mean(name, plan.efforts),
                    )
    for key, effort in plan.efforts.items():
        for i, name in enumerate(effort.bears_on):
            if name not in plan.goals:
                yield plan_file.problem(
                    ("efforts", key, "bears_on", str(i)), f"no goal {name!r}.", did_you_mean(name, plan.goals)
                )
    people = plan.governance.people
    for quote in plan.vision.quotes if plan.vision else ():
        if quote.who not in people:
            yield plan_file.problem(
                ("vision", "quotes"),
                f"who {quote.who!r} is nobody named under governance.",
                did_you_mean(quote.who, people),
            )
