"""Definitions: what each goal's baseline, target, count and comparison were in a run with real figures, kept in the ledger.

Whoever has seen the figures can choose a definition that suits them, so `evalkit check` asks for date and reason when
one is no longer what it was in the first run, or in a release. Runs with made-up data show nobody anything and count for
nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import EvalkitError

if TYPE_CHECKING:
    from evalkit.plan import Plan

Definitions = dict[str, dict[str, str]]
"""By goal: baseline, target, definition and comparison, each as a text."""


def of_plan(plan: Plan) -> Definitions:
    """The definitions of a plan's goals, as texts that are equal when they are."""
    from evalkit.plan.baselines import FIRST_MEASURED

    found: Definitions = {}
    for key, goal in plan.goals.items():
        one, chosen = (
            plan.indicators[goal.indicator],
            goal.baseline if goal.baseline is not None else plan.baseline,
        )
        counted = one.model_dump(
            mode="json", by_alias=True, include={"kind", "numerator", "denominator", "ages", "polarity"}
        )
        for term in ("numerator", "denominator"):
            if counted.get(term):
                counted[term].pop("words")
        found[key] = {
            "baseline": FIRST_MEASURED if chosen == () else str(plan.baseline_of(goal.indicator)),
            "target": str(goal.target or "none"),
            "definition": json.dumps(counted, sort_keys=True, ensure_ascii=False),
            "comparison": json.dumps(
                {
                    "margin": goal.margin,
                    "own_trends": plan.own_trends.model_dump(exclude_unset=True),
                    "delta": one.delta,
                    "comparator": one.comparator,
                },
                sort_keys=True,
            ),
        }
    return found


def stated(root: Path, data: Path) -> Definitions:
    """The definitions of a run; none where the data are made up, or where nothing can be read (the run says why)."""
    from evalkit import plan as plans
    from evalkit.data.meta import Meta
    from evalkit.plan import params

    try:
        if params.read(data / "dataset.yml", root).as_model(Meta).synthetic:
            return {}
        return of_plan(plans.read(root))
    except EvalkitError:
        return {}
