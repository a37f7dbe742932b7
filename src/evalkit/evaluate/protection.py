"""Protection: every count of the publication and every sum that ties them go through disclosure control together.

What comes out are the counts that may be shown. Whatever is derived sees only those, so no change, verdict or correction
can carry a trace of a hidden one; the dispersion and the areas' own trends see the sums that shown totals leave (see
spread_counts). Totals of comparison areas are cells like others, with their parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.disclosure import policy
from evalkit.evaluate import stayers
from evalkit.evaluate.comparison_pools import Pools
from evalkit.evaluate.frames import by_indicator, keys
from evalkit.evaluate.released import Between, as_today, between_groups, ids, people_group, printed_before
from evalkit.plan import Plan
from evalkit.plan.indicators import Indicator
from evalkit.terms import MATCHED, PLAN

COUNTS = ("numerator", "weighted_numerator", "denominator", "weighted_denominator")
NEAR = 1e-6
ESTIMATE = ("value", "lower", "upper", "effective_n", "design_effect", "sample_n", "design_df")


def protect(
    plan: Plan, dataset: DataSet, counts: pd.DataFrame, moved: pd.DataFrame, compared: Pools
) -> policy.Protected:
    """What must be hidden, over all counts (`measured`) and the stayers and movers of the plan.

    The people that rates and shares are out of come first. With reports and rate shown they are a division away, so
    a row whose people are hidden goes, too.
    """
    rules = policy.Policy(plan.policy.threshold, plan.policy.uniform_group, plan.policy.smallest_group)
    pools = {name: parts for name, parts in ((PLAN, list(plan.areas)), (MATCHED, dataset.matched)) if parts}
    releases = [as_today(plan, counts, rows) for rows in dataset.released]
    earlier = [printed_before(plan, counts, moved, rows) for rows in releases]
    people, groups = between_groups(plan, counts, releases)
    behind = policy.protect(*_people(plan, counts, pools, compared, people), rules, earlier=earlier)
    cells = [stayers.cells(moved), groups[0]]
    relations = [*stayers.ties(plan, moved), *_parts_of(plan, counts), *groups[1]]
    weighted: dict[str, list[str]] = {}
    for name, table in by_indicator(counts):
        one = plan.indicators[name]
        if one.official:
            continue  # published by Statistics Denmark already
        for at, (count, total) in enumerate(one.statistic.counted):
            group = f"{name}:{count}" if at else name
            known = table[table[count].notna()]
            out_of = known[total] if total else pd.Series(np.nan, known.index)
            if count in ("numerator", "dont_know") and one.statistic.asked:
                # Where everybody says »don't know«, that is what is told of all who answered.
                out_of = out_of.mask(known["denominator"].eq(0), known["respondents"])
            made = _cells(plan, one, known, group, known[count], out_of)
            if one.statistic.events:
                made["people"] = known["denominator"].to_numpy(float)
            cells.append(made.assign(withheld=_people_ids(one, known).isin(behind.hidden.index)))
            ties = [*_sums(group, known[count], pools | compared.parts(name))]
            cells.append(_worked_out(ties, known[count], group))
            relations += ties
        if one.statistic.sampled:  # a weighted share of a pool is a weighted mean of its parts'
            made_here = ~table["delivered"]
            years = table.index.get_level_values("year").unique()
            weighted |= {
                f"{name}.{pool}.{year}": [f"{name}.{part}.{year}" for part in parts]
                for pool, parts in pools.items()
                for year in years
                if made_here.get((pool, year), False)
            }
    own = policy.protect(pd.concat(cells), relations, rules, weighted=weighted, earlier=earlier)
    hidden, ledger, given_away = (
        pd.concat([getattr(own, name), getattr(behind, name)]) for name in ("hidden", "ledger", "given_away")
    )
    return policy.Protected(hidden, ledger, own.share_hidden, given_away)


def _people(
    plan: Plan, counts: pd.DataFrame, pools: dict[str, list[str]], compared: Pools, between: Between
) -> tuple[pd.DataFrame, list[policy.Relation]]:
    """The people that rates and register shares are out of: cells and sums, once for all indicators that share them."""
    cells = list[pd.DataFrame]()
    relations: dict[frozenset[Any], policy.Relation] = {}
    for name, table in by_indicator(counts):
        one = plan.indicators[name]
        if group := people_group(one):
            known = table[table["denominator"].notna()]
            cells.append(_cells(plan, one, known, group, known["denominator"], np.nan).assign(group="people"))
            relations |= {
                frozenset(tie.cells.items()): tie
                for tie in _sums(group, known["denominator"], pools | compared.parts(name))
                if set(tie.cells) <= set(cells[-1].index)
            }
    # Hiding them takes a row of every indicator that is out of them.
    once = {"count": "first", "total": "first", "group": "first", "cost": "sum"}
    shared = pd.concat(cells or between[:1]).groupby(level=0).agg(once)
    return pd.concat([shared, between[0]]), [*relations.values(), *between[1]]


def _cells(
    plan: Plan, one: Indicator, known: pd.DataFrame, group: str, count: Any, total: Any
) -> pd.DataFrame:
    """Counts as cells; hiding the plan loses most, its areas more than others, a goal more than what stands beside it."""
    areas = known.index.get_level_values("area")
    # Without the total of the comparison areas nothing can be said of the plan: it goes after any of its parts.
    total_loss = np.where(areas.str.startswith(MATCHED), 6.0, 1.0)
    loss = np.where(areas == PLAN, 8.0, np.where(areas.isin(list(plan.areas)), 4.0, total_loss))
    made = pd.DataFrame(
        {"count": count, "total": total, "group": group, "cost": loss * (3 if one.goal else 1)}
    )
    return made.astype({"count": float, "total": float}).set_axis(ids(group, known))


def _people_ids(one: Indicator, table: pd.DataFrame) -> pd.Index:
    """Ids of the people behind each row; no cell has them where the indicator is not out of people."""
    return ids(people_group(one), table)


def _sums(group: str, known: pd.Series, pools: Mapping[str, list[str]]) -> Iterator[policy.Relation]:
    """A pool is the sum of its areas, in every year that it is known.

    A pool that a source has delivered may be no sum of what it delivered of the areas (rounding, other answers): then
    nothing ties them. Where it withholds some areas, they are what is left.
    """
    of = known.to_dict()
    for pool, parts in pools.items():
        for year in known.index.get_level_values("year").unique():
            if (pool, year) not in of:
                continue
            told = [of[part, year] for part in parts if (part, year) in of]
            left = of[pool, year] - sum(told)
            if abs(left) <= NEAR or (len(told) < len(parts) and left > 0):
                tie = {f"{group}.{part}.{year}": 1.0 for part in parts} | {f"{group}.{pool}.{year}": -1.0}
                yield policy.Relation(tie, f"{pool} is the sum of its areas")


def _worked_out(ties: list[policy.Relation], known: pd.Series, group: str) -> pd.DataFrame:
    """Cells of areas that the source withholds and whose sum anyone can work out from the others and the total.

    Each is taken for an equal part of what is left: what a stranger can tell of it does not depend on that.
    """
    have = {f"{group}.{area}.{year}": count for (area, year), count in known.items()}
    found: dict[str, float] = {}
    for tie in ties:
        if gone := [cell for cell in tie.cells if cell not in have]:
            left = -sum(sign * have[cell] for cell, sign in tie.cells.items() if cell in have)
            found |= {cell: left / len(gone) for cell in gone}
    counts = pd.Series(found, dtype=float)
    made = {
        "count": counts,
        "total": np.nan,
        "group": group,
        "cost": 1.0,
        "published": False,
        "withheld": True,
    }
    return pd.DataFrame(made, index=counts.index)


def _parts_of(plan: Plan, counts: pd.DataFrame) -> Iterator[policy.Relation]:
    """An indicator whose parts are published too (participants by strand of work) is their sum, area by area."""
    parts = {name: one.part_of for name, one in plan.indicators.items() if one.part_of}
    for whole in dict.fromkeys(parts.values()):
        wide = counts["numerator"].unstack("indicator")[
            [whole, *(name for name in parts if parts[name] == whole)]
        ]
        wide = wide[wide[whole].notna()]
        adds_up = (wide.drop(columns=whole).sum(axis=1) - wide[whole]).abs() < 1e-6
        for (area, year), row in wide[adds_up].iterrows():
            told = row.drop(whole).dropna().index
            tie = {f"{name}.{area}.{year}": 1.0 for name in told} | {f"{whole}.{area}.{year}": -1.0}
            yield policy.Relation(tie, f"{whole} is the sum of its parts")


def shown(plan: Plan, counts: pd.DataFrame, protected: policy.Protected) -> pd.DataFrame:
    """The counts without those that are hidden, nor anything made from them; `hidden_by` says what a reader is told."""
    public = protected.ledger["public"]
    indicator, area, year = keys(counts)
    place = "." + area.astype(str) + "." + year.astype(str)
    told = pd.Series(indicator + place, index=counts.index).map(public)
    hidden = told.notna() | counts["withheld"]
    sampled = indicator.isin([name for name, one in plan.indicators.items() if one.statistic.sampled])
    people = indicator.map({name: people_group(one) for name, one in plan.indicators.items()})
    by_source = counts["withheld"].map({True: "confidential", False: ""})
    cells = counts.assign(hidden_by=told.astype(object).fillna(by_source))
    cells.loc[hidden, ["numerator", "weighted_numerator", *ESTIMATE]] = np.nan
    cells.loc[hidden & sampled, ["denominator", "weighted_denominator"]] = np.nan
    cells.loc[(people + place).isin(public.index), "denominator"] = np.nan
    # With the valid answers or the weights known, »don't know« is a subtraction away; and an interval with all its
    # decimals gives its t quantile, so the degrees of freedom, so the valid answers.
    unsaid, unanswered, uninvited = (
        (indicator + f":{count}" + place).isin(public.index)
        for count in ("dont_know", "respondents", "invited")
    )
    cells.loc[unsaid | unanswered, ["dont_know", "respondents", *COUNTS]] = np.nan
    cells.loc[uninvited, "invited"] = np.nan
    return cells
