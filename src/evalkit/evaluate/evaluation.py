"""The evaluation: definitions and data → one tidy table of published rows.

Measured, suppressed, compared and judged, in that order. Every step is a function that returns a frame; the frames
are joined on indicator, area and year.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.errors import ProblemsFound, writing
from evalkit.evaluate import comparison_pools, comparisons, protection, stayers
from evalkit.evaluate.baseline import resolved
from evalkit.evaluate.changes import broken, changes, dispersion, levels
from evalkit.evaluate.dataset_facts import facts
from evalkit.evaluate.frames import keys
from evalkit.evaluate.gaps import gaps
from evalkit.evaluate.judged import beyond_everybody, comparison_says, verdicts
from evalkit.evaluate.panels import panels
from evalkit.evaluate.prospects import prospects
from evalkit.evaluate.spread_counts import spread_counts
from evalkit.measure.counts import measured
from evalkit.plan import Plan
from evalkit.results import ROW_COLUMNS
from evalkit.terms import LEVEL, MATCHED

TEXT_COLUMNS: Final = tuple(name for name, column in ROW_COLUMNS.items() if column.is_text)


@dataclass(frozen=True)
class Evaluation:
    """The published rows, indexed by row id, and what a report must say about where they come from."""

    rows: pd.DataFrame
    facts: dict[str, Any]  # data set, odd quarters, share hidden: plain values, safe to publish
    ledger: pd.DataFrame = field(default_factory=pd.DataFrame)  # the analyst's: what is hidden and why
    given_away: pd.DataFrame = field(
        default_factory=pd.DataFrame
    )  # and what earlier releases give away of it

    def write(self, folder: Path) -> None:
        """Write what may be published: rows.csv with full precision and facts.json. The ledger stays out."""
        folder.mkdir(parents=True, exist_ok=True)
        with writing(folder / "rows.csv"):
            self.rows.to_csv(folder / "rows.csv", index=False, lineterminator="\n")
        text = json.dumps(self.facts, ensure_ascii=False, indent=1, sort_keys=True)
        with writing(folder / "facts.json"):
            (folder / "facts.json").write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Evaluation:
        """What `write` wrote."""
        types: dict[str, Any] = {name: str if name in TEXT_COLUMNS else float for name in ROW_COLUMNS} | {
            "year": int
        }
        rows = pd.read_csv(
            folder / "rows.csv",
            dtype=types,
            keep_default_na=False,
            na_values={name: [""] for name in ROW_COLUMNS if name not in TEXT_COLUMNS},
        )
        return cls(_indexed(rows), json.loads((folder / "facts.json").read_text(encoding="utf-8")))


def evaluate(plan: Plan, dataset: DataSet) -> Evaluation:
    """Every indicator for every area, comparator and year, measured, suppressed, compared and judged."""
    found_counts = measured(plan, dataset, plan.indicators)
    plan = resolved(plan, found_counts)
    pools, counts = comparison_pools.pools(plan, dataset, found_counts, comparisons.shocked_years(plan))
    moved = stayers.counts(plan, dataset, counts)
    protected = protection.protect(plan, dataset, counts, moved, pools)

    cut = broken(plan, dataset, counts)
    shown = protection.shown(plan, counts, protected)
    apart = spread_counts(plan, dataset, counts, cut, shown)
    spread = dispersion(plan, dataset.matched, apart)
    level = levels(plan, shown, cut, spread)
    change = changes(plan, level, spread)
    if problems := beyond_everybody(plan, change):
        raise ProblemsFound(problems)
    compared = panels(plan, counts, level, spread, apart)
    compared = comparisons.compare(plan, dataset.matched, compared, pools)
    found = [
        level,
        change,
        verdicts(plan, level, change),
        prospects(plan, level, change),
        compared,
        comparison_says(plan, compared),
        stayers.split(plan, moved, change, protected.hidden.index),
    ]
    rows = _joined(found)
    own = ~keys(rows, "area")[0].str.startswith(
        f"{MATCHED}:"
    )  # not the totals that only a comparison is made of
    rows = pd.concat([rows[own], gaps(plan, level, change)])
    published = _published(plan, dataset, rows)
    return Evaluation(
        published, facts(plan, dataset, protected, published), protected.ledger, protected.given_away
    )


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """The frames side by side; where two have a column (a p that a verdict takes from the trend), the later one's stands."""
    first, *rest = frames
    for one in rest:
        twice = first.columns.intersection(one.columns)
        joined = first.drop(columns=twice).join(one)
        for column in twice:
            joined[column] = joined[column].fillna(first[column])
        first = joined
    return first


def _published(plan: Plan, dataset: DataSet, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every column of ROW_COLUMNS: texts empty and numbers NaN where there is none."""
    records = {name: _alike(plan, dataset, name) for name in plan.indicators}
    of = keys(rows, "indicator")[0]
    place = of.map({name: at for at, name in enumerate(plan.indicators)})
    rows = rows.iloc[np.argsort(place, kind="stable")].reset_index()
    rows = rows.join(pd.DataFrame.from_dict(records, orient="index"), on="indicator")
    rows = rows.assign(
        source=rows["own_source"].where(rows["own_source"].fillna("").ne(""), rows["source"]),
        row=rows["indicator"] + "." + rows["area"] + "." + rows["year"].astype(str),
        note=np.where(rows["too_few"].eq(True), "too_few", rows["note"]),
        response_rate=rows["respondents"] / rows["invited"],
        **{name: np.where(rows[name].eq(True), "yes", "no") for name in ("series_break", "provisional")},
        **{name: pd.to_datetime(rows[name]).dt.strftime("%Y-%m-%d") for name in ("from_date", "to_date")},
    ).reindex(columns=list(ROW_COLUMNS))
    texts = [column for column in ROW_COLUMNS if column in TEXT_COLUMNS]
    numbers = [column for column in ROW_COLUMNS if column not in TEXT_COLUMNS and column != "year"]
    rows[texts] = rows[texts].astype(object).where(rows[texts].notna(), "").astype(str)
    rows[numbers] = rows[numbers].astype(float)
    return _indexed(rows)


def _alike(plan: Plan, dataset: DataSet, name: str) -> dict[str, Any]:
    """What all rows of one indicator say alike."""
    one = plan.indicators[name]
    counted = plan.indicators[one.of or name]
    scale, source = counted.statistic.scale, one.source or counted.source
    return {
        "statistic": one.kind,
        "unit": scale if one.of else one.statistic.unit,
        "change_kind": scale,
        "baseline": str(plan.baseline_of(name)),
        "baseline_year": plan.baseline_of(name).last,
        "level": LEVEL,
        "source": source.da if source else "",
        "synthetic": "yes" if dataset.synthetic and not one.official else "no",
    }


def _indexed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.set_index("row", drop=False).rename_axis("id")
