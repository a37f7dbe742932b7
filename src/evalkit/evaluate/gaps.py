"""Gaps: an area against the rest of the municipality of the same year, and whether the gap has closed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evalkit.estimates.statistics import LIMITS, Statistic
from evalkit.evaluate.changes import CELLS, limits
from evalkit.evaluate.frames import beside
from evalkit.plan import Plan
from evalkit.terms import PLAN, REST, Shown, Verdict
from evalkit.verdicts import judge


def gaps(plan: Plan, levels: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """The rows of every gap: points for shares, ratio minus 1 for rates, its own change, and the verdict on that."""
    cells = levels[[*CELLS, "shown", "series_break", "provisional"]].join(
        changes[["change", "dispersion", "df"]]
    )
    found = {
        name: _gap(plan, one.of, cells.loc[one.of])
        for name, one in plan.indicators.items()
        if one.of is not None
    }
    return pd.concat(found, names=["indicator"]) if found else pd.DataFrame(index=levels.index[:0])


def _gap(plan: Plan, of: str, cells: pd.DataFrame) -> pd.DataFrame:
    one = plan.indicators[of]
    here = cells[cells.index.isin([*plan.areas, PLAN], level="area")]
    if REST not in cells.index.unique("area"):
        return here[["provisional", "series_break"]].assign(shown=Shown.MISSING)
    rest = beside(cells, cells.columns, here.index, area=REST)
    known = here["value"].notna() & rest["value"].notna()
    if (
        one.statistic.events
    ):  # φ by year; the baseline year has none of its own, and the nearest later one serves
        spread = cells[["dispersion", "df"]].groupby("year").first().bfill().ffill().dropna()
        here = here.drop(columns=spread.columns).join(spread)
        known &= here["dispersion"].notna()
    hidden = here["shown"].eq(Shown.SUPPRESSED) | rest["shown"].eq(Shown.SUPPRESSED)
    level = one.statistic.gap(here[known], rest[known])
    made = (
        limits("value", level, here.index[known]).set_axis(list(LIMITS), axis=1).assign(method=level.method)
    )
    made = made.reindex(here.index).assign(
        shown=np.select([hidden, known], [Shown.SUPPRESSED, Shown.VALUE], Shown.MISSING),
        comparator=REST,
        comparator_value=rest["value"],
        comparator_change=rest["change"],
        provisional=here["provisional"],
        series_break=here["series_break"] | rest["series_break"].eq(True),
    )
    base = plan.baseline_of(of)
    then = _then(one.statistic, cells, base.years)
    here_then, rest_then = then.loc[here.index], beside(then, then.columns, here.index, area=REST)
    both = here_then["value"].notna() & rest_then["value"].notna()
    if one.statistic.events:
        both &= here["dispersion"].notna()
        here_then = here_then.assign(dispersion=here["dispersion"], df=here["df"])
    start = one.statistic.gap(here_then[both], rest_then[both]).value
    made["baseline_value"] = pd.Series(np.asarray(start, float), here.index[both]).reindex(here.index)
    can = [base.counts(year) for year in made.index.get_level_values("year")]
    later = made.index[can & ~made["series_break"].to_numpy(bool)]
    made = made.join(_against(one.statistic, cells, later, REST, then, "change").drop(columns="method"))
    return made.join(_verdicts(plan, of, made)) if one.polarity != "neutral" else made


def _then(statistic: Statistic, cells: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """The baseline's cell beside every row of one indicator."""
    found = [beside(cells, [*CELLS, "dispersion", "df"], year=year) for year in years]
    return found[0] if len(found) == 1 else statistic.together(found)


def _against(
    statistic: Statistic, cells: pd.DataFrame, rows: pd.Index, other: str, then: pd.DataFrame, stem: str
) -> pd.DataFrame:
    """The change of some rows against that of one other area, of whose noise no more is known than its sampling error.

    Only where both have the year and the baseline; `then` has the baseline's cell beside every row.
    """
    wanted, there = [*CELLS, "dispersion", "df"], {"area": other}
    frames = [beside(table, wanted, rows, **at) for at in ({}, there) for table in (cells, then)]
    known = np.all([np.isfinite(statistic.scaled(frame["value"])) for frame in frames], axis=0)
    if statistic.events:
        known &= frames[0]["dispersion"].notna() & frames[2]["dispersion"].notna()
    now, *rest = (frame[known] for frame in frames)
    if now.empty:
        return pd.DataFrame(columns=[stem, f"{stem}_lower", f"{stem}_upper", "method"], index=now.index)
    made = statistic.difference_in_change(now, *rest)
    return limits(stem, made, now.index).assign(method=made.method)


def _verdicts(plan: Plan, of: str, made: pd.DataFrame) -> pd.DataFrame:
    """Judged on direction alone: closing is better."""
    one, rows = plan.indicators[of], made[made.index.isin(plan.years, level="year")]
    verdict, rule = judge(
        *(rows[f"change{end}"].to_numpy(float) for end in ("", "_lower", "_upper")),
        polarity=one.polarity,
        delta=one.delta,
        scale=one.statistic.scale,
        hidden=rows["shown"].eq(Shown.SUPPRESSED).to_numpy(),
    )
    found = pd.DataFrame({"verdict": verdict.astype(str), "verdict_rule": rule}, index=rows.index)
    broken = rows["series_break"].astype(bool) & rows["value"].notna() & rows["baseline_value"].notna()
    found.loc[broken, ["verdict", "verdict_rule"]] = [Verdict.CANNOT_TELL.value, "series_break"]
    return found
