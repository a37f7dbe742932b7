"""The evaluation: definitions and data → one tidy table of published rows.

Measured, suppressed, compared and judged, in that order: whatever is derived sees only counts that are shown,
so no change, verdict, dispersion or correction can carry a trace of a hidden one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evalkit.data.dataset import DataSet
from evalkit.disclosure import policy
from evalkit.errors import Problem, ProblemsFound, writing
from evalkit.estimates import rates
from evalkit.estimates.proportions import proportion
from evalkit.evaluate import changes, comparisons, contrasts, stayers
from evalkit.evaluate.accounts import accounts
from evalkit.evaluate.changes import PER
from evalkit.measure import measure, measure_official, measure_survey, odd_quarters
from evalkit.plan import Plan, params
from evalkit.plan.indicators import Indicator
from evalkit.terms import LEVEL, MATCHED, PLAN, ROW_COLUMNS, Estimate, Reading, Shown, Statistic
from evalkit.verdicts import target_path

FLOOR_N = 30  # effective answers, by their variance and by their weights alone; fewer publish no level
FLOOR_WIDTH = 0.30  # points; a wider interval publishes no level
SHARES = (Statistic.SHARE, Statistic.WEIGHTED_SHARE)
TEXT_COLUMNS = (
    "row",
    "indicator",
    "area",
    "statistic",
    "unit",
    "shown",
    "hidden_by",
    "method",
    "from_date",
    "to_date",
    "change_kind",
    "target_reached",
    "verdict",
    "judged_on",
    "verdict_rule",
    "verdict_holm",
    "verdict_linear",
    "verdict_statcan",
    "verdict_unsd",
    "verdict_istat",
    "comparator",
    "effect_method",
    "series_break",
    "provisional",
    "source",
    "note",
    "synthetic",
)


@dataclass(frozen=True)
class Evaluation:
    """The published rows, indexed by row id, and what a report must say about where they come from."""

    rows: pd.DataFrame
    facts: dict[str, Any]  # data set, odd quarters, share hidden: plain values, safe to publish
    ledger: pd.DataFrame = field(default_factory=pd.DataFrame)  # the analyst's: what is hidden and why

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
    counts = {
        name: _counts(plan, dataset, one)
        for name, one in plan.indicators.items()
        if one.statistic != Statistic.GAP
    }
    moved = stayers.counts(plan, dataset, counts)
    protected = _protect(plan, dataset, counts, moved)
    tables: dict[str, pd.DataFrame] = {}
    for name, one in plan.indicators.items():
        if one.statistic != Statistic.GAP:
            goal = plan.goals.get(one.goal) if one.goal else None
            table = _levels(counts[name], one)
            _hide(table, name, one, protected)
            _mark(table, name, one, plan, dataset)
            changes.change(table, one, goal, plan)
            comparisons.compare(table, one, plan, dataset.matched)
            contrasts.contrast(table, one, plan, dataset.matched)
            stayers.split(table, name, moved, protected.hidden.index)
            tables[name] = table
    if beyond := [problem for name, table in tables.items() for problem in _beyond(table, name, plan)]:
        raise ProblemsFound(beyond)
    for name, one in plan.indicators.items():
        if one.statistic == Statistic.GAP and one.of is not None:
            tables[name] = comparisons.gap(tables[one.of], plan.indicators[one.of], plan)
    rows = _published(_finished(tables[name], name, plan, dataset) for name in plan.indicators)
    return Evaluation(rows, _facts(plan, dataset, protected), protected.ledger)


# ---- measure ----------------------------------------------------------------------------------


def _counts(plan: Plan, dataset: DataSet, one: Indicator) -> pd.DataFrame:
    if one.official:
        return measure_official(plan, dataset, one)
    return (measure_survey if one.statistic == Statistic.WEIGHTED_SHARE else measure)(plan, dataset, one)


# ---- suppress ---------------------------------------------------------------------------------


def _protect(
    plan: Plan, dataset: DataSet, counts: dict[str, pd.DataFrame], moved: pd.DataFrame
) -> policy.Protected:
    """Disclosure control over every count of the publication and every sum that ties them.

    The people that rates and shares are out of come first. With reports and rate shown they are a division away, so
    a row whose people are hidden goes, too.
    """
    rules = policy.Policy(plan.policy.threshold, plan.policy.uniform_group, plan.policy.smallest_group)
    behind = policy.protect(*_people(plan, dataset, counts), rules)
    cells, relations = [], []
    for name, table in counts.items():
        one = plan.indicators[name]
        if one.official:
            continue  # published by Statistics Denmark already
        groups = {name: ("numerator", "denominator" if one.statistic in SHARES else None)}
        if one.statistic == Statistic.WEIGHTED_SHARE:
            groups[f"{name}:dont_know"] = ("dont_know", None)
        for group, (count, total) in groups.items():
            known = table[table[count].notna()]
            ids = [f"{group}.{area}.{year}" for area, year in known.index]
            areas = known.index.get_level_values("area")
            cells.append(
                pd.DataFrame(
                    {
                        "count": known[count].to_numpy(float),
                        "total": known[total].to_numpy(float) if total else np.nan,
                        "people": known["denominator"].to_numpy(float)
                        if one.statistic == Statistic.RATE
                        else np.nan,
                        "withheld": [cell in behind.hidden.index for cell in _people_ids(one, known)],
                        "group": group,
                        "cost": _cost(plan, one, areas),
                    },
                    index=ids,
                )
            )
            relations += _pooled(plan, dataset, group, known.index)
    relations += _parts_of(plan, counts)
    if len(moved):
        people, ties = stayers.cells(moved, plan)
        cells.append(people)
        relations += ties
    surveys = [name for name, one in plan.indicators.items() if one.statistic == Statistic.WEIGHTED_SHARE]
    pools = {PLAN: list(plan.areas), MATCHED: dataset.matched}
    weighted = {
        f"{name}.{pool}.{year}": [f"{name}.{part}.{year}" for part in parts]
        for name in surveys
        for pool, parts in pools.items()
        for year in counts[name].index.get_level_values("year").unique()
    }
    protected = policy.protect(pd.concat(cells), relations, rules, weighted=weighted)
    return policy.Protected(
        pd.concat([protected.hidden, behind.hidden]),
        pd.concat([protected.ledger, behind.ledger]),
        protected.share_hidden,
    )


def _people(
    plan: Plan, dataset: DataSet, counts: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, list[policy.Relation]]:
    """The people that rates and register shares are out of: cells and sums, once for all indicators that share them."""
    cells, relations = [], []
    for name, table in counts.items():
        one = plan.indicators[name]
        if _out_of_people(one):
            known = table[table["denominator"].notna()]
            cost = _cost(plan, one, known.index.get_level_values("area"))
            cells.append(
                pd.DataFrame(
                    {
                        "count": known["denominator"].to_numpy(float),
                        "total": np.nan,
                        "group": "people",
                        "cost": cost,
                    },
                    index=_people_ids(one, known),
                )
            )
            relations += _pooled(plan, dataset, _people_group(one), known.index)
    if not cells:
        return pd.DataFrame(columns=["count", "total", "group", "cost"], dtype=float), []
    # Hiding them takes a row of every indicator that is out of them.
    together = (
        pd.concat(cells)
        .groupby(level=0)
        .agg({"count": "first", "total": "first", "group": "first", "cost": "sum"})
    )
    once = {frozenset(relation.cells.items()): relation for relation in relations}
    return together, list(once.values())


def _out_of_people(one: Indicator) -> bool:
    """Whether its denominator is a number of residents that nobody else has published."""
    return one.statistic in (Statistic.RATE, Statistic.SHARE) and not one.official


def _people_group(one: Indicator) -> str:
    """A name for the people that an indicator is out of: what its denominator's record says of them."""
    assert one.denominator is not None
    term = one.denominator
    where = ",".join(f"{column}={wanted}" for column, wanted in sorted(term.where.items()))
    return f"{term.table}:{term.column}:{where}:{term.timing}"


def _people_ids(one: Indicator, table: pd.DataFrame) -> list[str]:
    """Ids of the people behind each row; no cell has them where the indicator is not out of people."""
    group = _people_group(one) if _out_of_people(one) else ""
    return [f"{group}.{area}.{year}" for area, year in table.index]


def _cost(plan: Plan, one: Indicator, areas: pd.Index) -> np.ndarray:
    """What hiding a row loses: the plan most, its areas more than others, a goal more than what stands beside it."""
    loss = np.where(areas == PLAN, 8.0, np.where(areas.isin(list(plan.areas)), 4.0, 1.0))
    return loss * (3 if one.goal else 1)


def _pooled(plan: Plan, dataset: DataSet, group: str, known: pd.Index) -> list[policy.Relation]:
    """Plan and comparison pool as sums of their areas, in every year that has the total."""
    return [
        policy.Relation(
            {f"{group}.{part}.{year}": 1.0 for part in parts} | {f"{group}.{pool}.{year}": -1.0},
            f"{pool} is the sum of its areas",
        )
        for pool, parts in ((PLAN, list(plan.areas)), (MATCHED, dataset.matched))
        for year in known.get_level_values("year").unique()
        if (pool, year) in known and parts
    ]


def _parts_of(plan: Plan, counts: dict[str, pd.DataFrame]) -> list[policy.Relation]:
    """An indicator whose parts are published too (participants by area of effort) is their sum, area by area."""
    relations = []
    for whole in dict.fromkeys(one.part_of for one in plan.indicators.values() if one.part_of):
        parts = [name for name, one in plan.indicators.items() if one.part_of == whole]
        known = counts[whole]["numerator"].dropna()
        for area, year in known.index:
            told = [name for name in parts if pd.notna(counts[name]["numerator"].get((area, year)))]
            if (
                abs(sum(counts[name].loc[(area, year), "numerator"] for name in told) - known[area, year])
                < 1e-6
            ):
                tie = {f"{name}.{area}.{year}": 1.0 for name in told} | {f"{whole}.{area}.{year}": -1.0}
                relations.append(policy.Relation(tie, f"{whole} is the sum of its parts"))
    return relations


def _hide(table: pd.DataFrame, name: str, one: Indicator, protected: policy.Protected) -> None:
    """Take hidden counts, and every value made from them, out of the table before anything is derived."""
    public = protected.ledger["public"]
    ids = pd.Series([f"{name}.{area}.{year}" for area, year in table.index], index=table.index)
    hidden = ids.isin(public.index)
    table["hidden_by"] = ids.map(public).astype(object).fillna("")
    table["shown"] = np.where(
        hidden, Shown.SUPPRESSED, np.where(table["value"].isna(), Shown.MISSING, Shown.VALUE)
    )
    secret = ["numerator", "value", "lower", "upper", "effective_n", "design_effect"]
    if one.statistic == Statistic.WEIGHTED_SHARE:
        secret.append("denominator")
        unsaid = pd.Series(
            [f"{name}:dont_know.{area}.{year}" for area, year in table.index], index=table.index
        ).isin(public.index)
        # With the valid answers or the weights known, »don't know« is a subtraction away; and an interval with all
        # its decimals gives its t quantile, so the degrees of freedom, so the valid answers.
        table.loc[unsaid, ["dont_know", "numerator", "denominator", "respondents"]] = np.nan
    table.loc[hidden, secret] = np.nan
    if _out_of_people(one):
        table.loc[np.isin(_people_ids(one, table), public.index), "denominator"] = np.nan


# ---- levels -----------------------------------------------------------------------------------


def _levels(counts: pd.DataFrame, one: Indicator) -> pd.DataFrame:
    """Value and interval of every cell."""
    table = counts.reindex(
        columns=[
            "numerator",
            "denominator",
            "respondents",
            "invited",
            "dont_know",
            "from_date",
            "to_date",
            "mode",
            "wording",
            "provisional",
        ]
    )
    table[["numerator", "denominator"]] = table[["numerator", "denominator"]].astype(float)
    known = counts["denominator"].gt(0) & counts["numerator"].notna()
    parts = counts[known]
    table[["value", "lower", "upper", "effective_n", "design_effect"]] = np.nan
    if one.statistic == Statistic.COUNT:
        return table.assign(value=counts["numerator"], method="count", denominator=np.nan)
    if one.statistic == Statistic.WEIGHTED_SHARE:
        told: list[Estimate] = parts["estimate"].tolist()
        for name in ("value", "lower", "upper", "effective_n", "design_effect", "numerator", "denominator"):
            table.loc[known, name] = [getattr(each, name) for each in told]
        table["method"] = "wilson on effective n"
        table["df"] = pd.Series([each.df for each in told], index=parts.index, dtype=float).reindex(
            table.index
        )
        # One runaway weight leaves no variance, and so a large effective n: Kish's size sees the weights alone.
        sizes = [min(each.effective_n, each.respondents / each.design_effect) for each in told]
        size = pd.Series(sizes, index=parts.index, dtype=float).reindex(table.index)
        thin = known & ((size < FLOOR_N) | (table["upper"] - table["lower"] > FLOOR_WIDTH))
        table.loc[
            thin, ["numerator", "denominator", "value", "lower", "upper", "effective_n", "design_effect"]
        ] = np.nan
        table["too_few"] = thin
        return table
    if one.statistic == Statistic.RATE:
        level = rates.rate(parts["numerator"], parts["denominator"], per=PER, level=LEVEL)
    else:
        level = proportion(parts["numerator"], parts["denominator"], level=LEVEL, whole=False)
    for name in ("value", "lower", "upper", "effective_n"):
        table.loc[known, name] = getattr(level, name) if getattr(level, name) is not None else np.nan
    table["method"] = ""
    table.loc[known, "method"] = level.method
    return table


def _mark(table: pd.DataFrame, name: str, one: Indicator, plan: Plan, dataset: DataSet) -> None:
    """Series breaks between a year and the baseline year, declared or seen in how people were asked."""
    broken = pd.Series(False, index=table.index)
    base = plan.baseline_year
    assert one.numerator is not None
    for _, cut in dataset.tables["breaks"].query("table == @one.numerator.table").iterrows():
        for area, year in table.index:
            if cut["area"] in (area, "all") or (area == PLAN and cut["area"] in plan.areas):
                broken[area, year] |= min(year, base) < cut["year"] <= max(year, base)
    if one.statistic == Statistic.WEIGHTED_SHARE and base in table.index.get_level_values("year"):
        for column in ("mode", "wording"):
            then = (
                table[column].xs(base, level="year").reindex(table.index.get_level_values("area")).to_numpy()
            )
            broken |= table[column].notna() & (table[column] != then) & pd.notna(then)
    table["series_break"] = broken


def _beyond(table: pd.DataFrame, name: str, plan: Plan) -> Iterator[Problem]:
    """The target of a share that would be more than everybody, from where some area stood in the baseline year."""
    one = plan.indicators[name]
    goal = plan.goals.get(one.goal) if one.goal else None
    if goal is None or goal.target is None or one.statistic not in SHARES or "baseline_value" not in table:
        return
    base = table["baseline_value"].groupby(level="area").first().reindex([*plan.areas, PLAN])
    since, years = np.array(plan.years) - plan.baseline_year, np.array(plan.years)
    annual, reading = goal.target.annual_change, goal.target.reading
    too_far = {}  # area -> first year above 100 %, and the target there
    for area, start in base[base > 0].items():
        path = np.atleast_1d(target_path(start, annual, since, reading))
        if (above := path > 1 + 1e-9).any():
            too_far[str(area)] = int(years[above][0]), float(path[above][0]), float(start)
    if not too_far:
        return
    area = min(too_far, key=lambda each: too_far[each][0])
    year, aim, start = too_far[area]
    others = [f"{each} {when}" for each, (when, _, _) in too_far.items() if each != area]
    also = f" So do {', '.join(others)}." if others else ""
    span, room = int(since[-1]), 1 / float(base.max())  # what the highest baseline leaves until the last year
    most = room ** (1 / span) - 1 if reading is Reading.COMPOUNDING else (room - 1) / span
    most = np.floor(most * 1000) / 1000
    advice = f"At most {most:g} a year stays within until {plan.years[-1]}; or type" if most > 0 else "Type"
    document = params.read(plan.root / "params" / "plan.yml", plan.root)
    yield document.problem(
        ("goals", str(one.goal), "target"),
        f"{annual:g} a year from {start:.1%} in {plan.baseline_year} ({area}) leaves 0-100 % in {year}: {aim:.1%}.{also}",
        f"{advice} target: null.",
    )


# ---- rows -----------------------------------------------------------------------------------------


def _finished(table: pd.DataFrame, name: str, plan: Plan, dataset: DataSet) -> pd.DataFrame:
    """What all rows of one indicator say alike, and marks as the words that are published."""
    one = plan.indicators[name]
    rate = plan.indicators[one.of or name].statistic == Statistic.RATE
    unit = "per_1000" if rate else "count" if one.statistic == Statistic.COUNT else "share"
    if one.of:
        unit = "relative" if rate else "points"
    source = one.source or plan.indicators[one.of or name].source
    rows = table.reset_index().assign(
        indicator=name,
        statistic=str(one.statistic),
        baseline_year=plan.baseline_year,
        level=LEVEL,
        change_kind="relative" if rate else "points",
        unit=unit,
        source=source.da if source else "",
        synthetic="yes" if dataset.synthetic and not one.official else "no",
    )
    for column in ("series_break", "provisional"):
        rows[column] = np.where(rows[column].eq(True), "yes", "no")
    if "too_few" in rows:
        rows["note"] = np.where(rows["too_few"].eq(True), "too_few", "")
    if "invited" in rows:
        rows["response_rate"] = rows["respondents"] / rows["invited"]
    for column in ("from_date", "to_date"):
        if column in rows:
            rows[column] = pd.to_datetime(rows[column]).dt.strftime("%Y-%m-%d")
    return rows


def _published(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The tables as one, with every column of ROW_COLUMNS: texts empty and numbers NaN where there is none."""
    rows = pd.concat(tables, ignore_index=True)
    rows["row"] = rows["indicator"] + "." + rows["area"] + "." + rows["year"].astype(str)
    rows = rows.reindex(columns=list(ROW_COLUMNS))
    texts = [column for column in ROW_COLUMNS if column in TEXT_COLUMNS]
    numbers = [column for column in ROW_COLUMNS if column not in TEXT_COLUMNS and column != "year"]
    rows[texts] = rows[texts].astype(object).where(rows[texts].notna(), "").astype(str)
    rows[numbers] = rows[numbers].astype(float)
    return _indexed(rows)


def _indexed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.set_index("row", drop=False).rename_axis("id")


def _facts(plan: Plan, dataset: DataSet, protected: policy.Protected) -> dict[str, Any]:
    """What pages must say about the data; nothing here is a count of people in an area."""
    meta = dataset.meta
    official = next((one for one in plan.indicators.values() if one.official), None)
    odd = odd_quarters(plan, dataset, official).to_dict("records") if official else []
    return {
        "data": {
            "name": meta.name,
            "version": meta.version,
            "synthetic": meta.synthetic,
            "date": meta.date.isoformat(),
            "supplied_by": meta.supplied_by,
            "description": {"da": meta.description.da, "en": meta.description.en},
            "fingerprint": dataset.fingerprint,
        },
        "comparators": dataset.tables["comparators"].to_dict("records"),
        "odd_quarters": [
            {key: int(value) if key != "quarter" else value for key, value in row.items()} for row in odd
        ],
        "share_hidden": round(protected.share_hidden, 6),
        "hidden": len(protected.ledger),
        PLAN: accounts(plan, dataset) | {"shocked_years": contrasts.shocked_years(plan)},
    }
