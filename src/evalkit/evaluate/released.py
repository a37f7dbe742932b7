"""What readers know beside today's rows: earlier releases under today's ids, and what a wider and a narrower group leave between them.

Who is told of young people aged 18 to 24 and of those aged 18 to 25, in one edition or in two, is told of those aged 25.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.data.release_rows import COUNTED
from evalkit.disclosure.earlier_releases import HIDDEN, OTHER, SAME
from evalkit.disclosure.policy import Relation
from evalkit.evaluate import stayers
from evalkit.evaluate.frames import by_indicator
from evalkit.measure.counts import measured
from evalkit.plan import Plan
from evalkit.plan.indicators import Indicator
from evalkit.terms import PLAN, Shown

ROUNDED: Final = 2e-5
"""Share of itself by which a published count may differ from the counted one: it has six significant digits."""
ROUNDED_SHARE: Final = 1e-3
"""The same of a weighted share, which is published to a ten-thousandth of its interval's width."""
ALIKE: Final = 0.5
"""Share of an area's printed counts that another id has today, above which it is the same area under another id."""

Counted = Mapping[str, Any]
"""What an indicator counts (Indicator.counted)."""
Between = tuple[pd.DataFrame, list[Relation]]
"""Cells and sums of disclosure control."""


def people_group(one: Indicator) -> str:
    """A name for the people that a rate or register share is out of, after their record; empty where they are not asked of."""
    if one.official or not one.statistic.out_of or one.statistic.sampled or one.denominator is None:
        return ""
    term = one.denominator
    where = ",".join(f"{column}={wanted}" for column, wanted in sorted(term.where.items()))
    return f"{term.table}:{term.column}:{where}:{term.timing}"


def as_today(plan: Plan, counts: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a release under the ids that areas and indicators have today.

    An area is the same under another id where its aliases hold the old one, or where most of what was printed of it is counted
    today. An indicator is the same where it counts the same; where it counts something else, it is none of today's.
    """
    indicators, areas = _ids_today(plan, counts, rows)
    renamed = rows.rename(index=indicators, level="indicator").rename(index=areas, level="area")
    return renamed[~renamed.index.duplicated()]


def renamed(plan: Plan, dataset: DataSet) -> Iterator[str]:
    """What `check` says of indicators and areas that an earlier release has under another id."""
    counts = measured(plan, dataset, plan.indicators) if dataset.released else pd.DataFrame()
    for rows in dataset.released:
        indicators, areas = _ids_today(plan, counts, rows)
        for old, new in (*indicators.items(), *areas.items()):
            if new not in (old, _other(old)):
                yield f"renamed: {old} of an earlier release is {new} today, so what was shown of {old} is known of {new}."


def _other(name: str) -> str:
    """What an indicator of a release is called here that is none of today's."""
    return f"{name} in an earlier release"


def _ids_today(plan: Plan, counts: pd.DataFrame, rows: pd.DataFrame) -> tuple[dict[str, str], dict[str, str]]:
    """The ids that the indicators and the areas of a release have today."""
    names = rows.index.unique("indicator")
    indicators = {name: _indicator(plan, name, rows.attrs[COUNTED]) for name in names}
    return indicators, _areas(plan, counts, rows.rename(index=indicators, level="indicator"))


def _indicator(plan: Plan, name: str, counted: Mapping[str, Counted]) -> str:
    today = {one: plan.indicators[one].counted for one in plan.indicators}
    if name not in counted or today.get(name) == counted[name]:
        return name
    same = (one for one, what in today.items() if what == counted[name] and one not in counted)
    return next(same, _other(name))


def _areas(plan: Plan, counts: pd.DataFrame, rows: pd.DataFrame) -> dict[str, str]:
    today, before = set(counts.index.unique("area")), set(rows.index.unique("area"))
    found = {old: key for key, area in plan.areas.items() for old in area.aliases if old in before - today}
    printed, now = (table["numerator"].dropna().unstack("area") for table in (rows, counts))
    for old in sorted(before - today - set(found)):
        if old not in printed:
            continue
        was = printed[old].dropna()
        alike = {
            new: np.mean(_near(was, now[new].reindex(was.index), ROUNDED))
            for new in sorted(today - before - set(found.values()))
            if new in now
        }
        if alike and alike[best := max(alike, key=lambda new: alike[new])] > ALIKE:
            found[old] = best
    return found


def printed_before(
    plan: Plan, counts: pd.DataFrame, moved: pd.DataFrame, rows: pd.DataFrame
) -> dict[str, str]:
    """What an earlier release (`as_today`) says of each cell that it printed: by its published rows, beside the counts of today."""
    found: dict[str, str] = {}
    for name, table in by_indicator(counts.loc[counts.index.intersection(rows.index)]):
        one, old = plan.indicators[name], rows.xs(name, level="indicator").reindex(table.index)
        gone = old["shown"].eq(Shown.SUPPRESSED).to_numpy()
        for at, (count, _) in enumerate(one.statistic.counted):
            weighted = one.statistic.sampled and not at  # the unweighted count is not printed: its share is
            column, rounded = ("value", ROUNDED_SHARE) if weighted else (count, ROUNDED)
            said = _said(old[column], table[column], gone, rounded)
            found |= _by_cell(ids(f"{name}:{count}" if at else name, table), said)
        if group := people_group(one):
            said = _said(old["denominator"], table["denominator"], gone, ROUNDED)
            found |= _by_cell(ids(group, table), said)
    told = stayers.printed(rows[rows.index.get_level_values("area") == PLAN].droplevel("area"))
    splits = told.dropna().index.unique("indicator")  # in the others nobody's stay was known
    hidden = moved.index.isin(told.index) & moved.index.get_level_values("indicator").isin(splits)
    for cell in stayers.CELLS:
        said = _said(told[cell].reindex(moved.index), moved[f"{cell}_yes"], hidden, ROUNDED)
        found |= _by_cell(stayers.ids(cell, moved), said)
    return found


def _said(printed: pd.Series, today: pd.Series, hidden: np.ndarray, rounded: float) -> np.ndarray:
    """SAME, OTHER or HIDDEN; empty where nothing was printed of a row that was not hidden."""
    known = np.isfinite(printed.to_numpy(float))
    return np.select([known & _near(printed, today, rounded), known, hidden], [SAME, OTHER, HIDDEN], "")


def _near(printed: pd.Series, today: pd.Series, rounded: float) -> np.ndarray:
    was, now = printed.to_numpy(float), today.to_numpy(float)
    return np.abs(was - now) <= rounded * np.maximum(1, np.abs(was))


def _by_cell(cells: pd.Index, said: np.ndarray) -> dict[str, str]:
    return {cell: str(what) for cell, what in zip(cells, said, strict=True) if what}


def ids(group: str, table: pd.DataFrame | pd.Series) -> pd.Index:
    """The cells of a group's areas and years."""
    return pd.Index([f"{group}.{area}.{year}" for area, year in table.index])


# ---- wider and narrower groups ---------------------------------------------------------------------------------------


def nested(narrow: Mapping[str, Any], wide: Mapping[str, Any]) -> bool:
    """Whether one term counts a part of what the other counts: the same column at the same time, of fewer rows."""
    if any(narrow[name] != wide[name] for name in ("table", "column", "timing")):
        return False
    one, other = ({key: _values(wanted) for key, wanted in term["where"].items()} for term in (narrow, wide))
    return one != other and all(key in one and one[key] <= values for key, values in other.items())


def _values(wanted: str | Sequence[str]) -> frozenset[str]:
    return frozenset([wanted] if isinstance(wanted, str) else wanted)


def between_groups(
    plan: Plan, counts: pd.DataFrame, releases: Sequence[pd.DataFrame]
) -> tuple[Between, Between]:
    """Who is in a wider group and not in a narrower one: of the people that rates and shares are out of, and of what is counted.

    Of today's indicators, and of those that a release printed and that count something else today. Survey answers are
    left out: their counts are not printed.
    """
    today = {
        name: (plan.indicators[name].counted, table, people_group(plan.indicators[name]))
        for name, table in by_indicator(counts)
        if plan.indicators[name].numerator
        and not plan.indicators[name].official
        and not plan.indicators[name].statistic.sampled
    }
    parts = {frozenset((name, one.part_of)) for name, one in plan.indicators.items() if one.part_of}
    pairs = [
        (today[narrow], today[wide], (narrow, wide))
        for narrow, wide in permutations(today, 2)
        if frozenset((narrow, wide)) not in parts  # their sum is known anyway
    ]
    earlier = set()  # groups that a release printed
    for number, rows in enumerate(releases, 1):
        for old, counted in rows.attrs[COUNTED].items():
            name = _other(old)
            if name not in rows.index.unique("indicator") or "numerator" not in counted:
                continue
            printed = rows.xs(name, level="indicator")
            mark = f"{old} in release {number}"
            group = f"people of {mark}" if "denominator" in counted else ""
            was = (counted, printed, group)
            earlier |= {mark, group}
            pairs += [
                pair
                for new, now in today.items()
                for pair in ((was, now, (mark, new)), (now, was, (new, mark)))
            ]
    people, own = [], []
    for (narrow, inside, few), (wide, all_, many), (one, other) in pairs:
        apart = few and many and nested(narrow["denominator"], wide["denominator"])
        left = None
        if apart:
            left = all_["denominator"] - inside["denominator"]
            people.append(_left(inside["denominator"], all_["denominator"], (few, many), None, earlier))
        if nested(narrow["numerator"], wide["numerator"]):
            own.append(_left(inside["numerator"], all_["numerator"], (one, other), left, earlier))
    return _joined(people), _joined(own)


def _left(
    inside: pd.Series, all_: pd.Series, groups: tuple[str, str], people: pd.Series | None, earlier: set[str]
) -> Between:
    """The cells of who is in one group alone, and the sums that tie them to both; an earlier release's are known."""
    both = pd.DataFrame({"inside": inside, "all": all_}).dropna()
    both = both[both["all"] >= both["inside"]]  # else a correction came between
    left = both["all"] - both["inside"]
    total = left * np.nan if people is None else people.reindex(both.index).where(lambda most: most >= left)
    made = {
        "count": left,
        "total": total,
        "group": groups[1],
        "cost": 1.0,
        "published": False,
        "withheld": False,
    }
    cells = [pd.DataFrame(made).set_axis(ids(f"{groups[1]} without {groups[0]}", left))]
    ties = [
        Relation(
            {f"{groups[1]}.{place}": 1.0, f"{groups[0]}.{place}": -1.0, cell: -1.0}, "a group within another"
        )
        for cell, place in zip(cells[0].index, (f"{area}.{year}" for area, year in left.index), strict=True)
    ]
    for group, column in zip(groups, ("inside", "all"), strict=True):
        if group in earlier:
            old = {"count": both[column], "total": np.nan, "group": group, "cost": np.inf, "published": True}
            cells.append(pd.DataFrame({**old, "withheld": False}).set_axis(ids(group, both)))
    return pd.concat(cells), ties


def _joined(found: Sequence[Between]) -> Between:
    cells = [table for table, _ in found]
    made = (
        pd.concat(cells) if cells else pd.DataFrame(columns=["count", "total", "group", "cost"], dtype=float)
    )
    return made[~made.index.duplicated()], [tie for _, ties in found for tie in ties]
