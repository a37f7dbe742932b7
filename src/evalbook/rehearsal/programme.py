"""Activities, participants and money of a synthetic plan, all of them made up."""

from __future__ import annotations

from typing import Any, Final

from evalbook.rehearsal.chance import happens, stream
from evalkit.data.dataset import MADE_UP_FUNDERS
from evalkit.plan import Plan

ACTIVITIES: Final = {
    "tryghed_trivsel": ("Fællesspisning", "Nabocafé", "Haveværksted"),
    "kriminalpraevention": ("Fritidsjob", "Gadeteam"),
    "uddannelse_beskaeftigelse": ("Lektiecafé", "Jobrådgivning", "Uddannelsesvejledning"),
    "forebyggelse_foraeldre": ("Forældrecafé", "Familierådgivning"),
}
"""By Landsbyggefonden's strands of work; another strand of work gets numbered ones."""

SHARES: Final = (0.22, 0.27, 0.26, 0.25)  # of a budget by plan year: the first year hires
STEP: Final = 10_000  # kroner: parts add up as they are printed, in millions with two decimals

FUNDERS: Final = dict(zip(MADE_UP_FUNDERS, (18_000_000, 4_500_000), strict=True))
"""What each gives over the whole plan, in kroner."""


def activities(plan: Plan, seed: int) -> list[tuple[Any, ...]]:
    """Rows by area, plan year, strand of work and activity; the shock year holds fewer."""
    rows: list[tuple[Any, ...]] = []
    for area in plan.areas:
        for effort in plan.efforts:
            for name in ACTIVITIES.get(effort, ("Aktivitet 1", "Aktivitet 2")):
                rng = stream(seed, "activities", area, effort, name)
                usual, crowd = 20 + happens(rng, 60, 0.3), 4 + happens(rng, 16, 0.5)
                for i, year in enumerate(plan.years):
                    shut = 0.6 if len(plan.years) > 1 and i == len(plan.years) - 2 else 1.0
                    sessions = happens(rng, round(usual * (0.8 + 0.1 * i) / 0.9), 0.9 * shut)
                    participants = sum(happens(rng, 2 * crowd, 0.5) for _ in range(sessions))
                    rows.append(
                        (
                            area,
                            year,
                            effort,
                            name,
                            participants,
                            happens(rng, 16, 0.35),
                            sessions,
                            3 * sessions,
                        )
                    )
    return rows


def economy(plan: Plan, seed: int) -> list[tuple[Any, ...]]:
    """Budget and spending by year, funder and strand of work, in whole ten thousands of kroner.

    Funders and totals are made up as the rest is: a real grant beside a made-up account would be read as one.
    """
    rows: list[tuple[Any, ...]] = []
    for funder, given in FUNDERS.items():
        parts = _split(given, [1 + 0.2 * i for i in range(len(plan.efforts))])
        for effort, part in zip(plan.efforts, parts, strict=True):
            by_year = _split(part, [SHARES[i % len(SHARES)] for i in range(len(plan.years))])
            for year, amount in zip(plan.years, by_year, strict=True):
                rng = stream(seed, "economy", funder, effort, year)
                spent = round(amount * (0.88 + 0.001 * happens(rng, 200, 0.5)) / STEP) * STEP
                rows.append((year, funder, effort, "budget", amount))
                rows.append((year, funder, effort, "spent", spent))
    return rows


def _split(amount: int, shares: list[float]) -> list[int]:
    """Whole ten thousands in proportion to `shares` that add up to `amount`; the last takes the rounding."""
    parts = [round(amount * share / sum(shares) / STEP) * STEP for share in shares[:-1]]
    return [*parts, amount - sum(parts)] if shares else []
