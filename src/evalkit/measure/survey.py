"""Measures made from single rows: answers to a survey, with their weights, strata and rounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from evalkit.data.completeness import without_missing_cells
from evalkit.data.dataset import DataSet
from evalkit.data.delivery import plan_year
from evalkit.data.timing import middle, sum_of
from evalkit.estimates.statistics import Statistic
from evalkit.measure.totals import picked, pools, units, years_of
from evalkit.plan import Plan
from evalkit.plan.indicators import Indicator

SMALLEST_STRATUM = 5  # respondents; smaller cells of age × sex are merged with their neighbour


def measure_rows(plan: Plan, dataset: DataSet, indicator: Indicator) -> pd.DataFrame:
    """What single rows (answers to a survey) give, by area × year, with plan total and comparison pool.

    A pool's level is made from the answers of all its areas. A total weighs each area by its residents of the ages
    asked, whatever the scale of the weights and whoever answered.
    """
    assert indicator.numerator is not None
    table, statistic = dataset.tables[indicator.numerator.table], indicator.statistic
    rounds = (
        dataset.tables["survey_rounds"].set_index(["area", "year"]).to_dict("index")
        if statistic.asked
        else {}
    )
    valid = picked(table, indicator.denominator or indicator.numerator).to_numpy()
    columns = {
        "yes": picked(table, indicator.numerator).to_numpy(),
        "valid": valid,
        "value": table[indicator.numerator.column].to_numpy(),
        "count": table["count"].to_numpy() if "count" in table else np.ones(len(table), dtype=int),
        "weight": table["weight"].to_numpy() if "weight" in table else np.ones(len(table)),
        "stratum": np.zeros(len(table), dtype=int),
    }
    if statistic.asked:
        columns["stratum"][valid] = pd.factorize(_strata(table[valid]))[0]
        if table["psu"].ne("").any():  # a unit stands in one stratum of one area, whatever others are called
            columns["psu"] = table.groupby(["area", "year", "stratum", "psu"], sort=False).ngroup().to_numpy()
    people = residents_asked(plan, dataset, table) if statistic.asked else None
    by_area = table.groupby(["area", "year"], sort=False).indices
    found: dict[tuple[str, int], dict[str, Any]] = {}
    summed = {**{unit: [unit] for unit in units(plan, dataset)}, **pools(plan, dataset)}
    for unit, parts in summed.items():
        for year in years_of(plan, dataset):
            members = [by_area.get((part, year)) for part in parts]
            if not members or any(member is None for member in members):
                found[unit, year] = {}  # a total with a part missing is missing
                continue
            at = np.concatenate(members)
            rows = {name: column[at] for name, column in columns.items()}
            if people is not None and unit not in parts:
                residents = people.reindex([(part, year) for part in parts]).to_numpy()
                of = np.repeat(np.arange(len(parts)), [len(member) for member in members])
                rows["weight"] = _by_residents(rows, of, residents)
                if np.isnan(rows["weight"]).any():  # a part that nobody can weigh, or without a valid answer
                    found[unit, year] = {}
                    continue
            found[unit, year] = _sampled(statistic, rows)
            asked = [rounds[part, year] for part in parts if (part, year) in rounds]
            if asked and len(asked) == len(parts):
                found[unit, year] |= _asked(asked)
            if people is not None and unit in parts:
                found[unit, year]["residents"] = people.get((unit, year), np.nan)
    # The index is given, since pandas before 3.1 leaves empty rows out of `from_dict`.
    return pd.DataFrame(list(found.values()), index=pd.MultiIndex.from_tuples(found, names=["area", "year"]))


def _sampled(statistic: Statistic, rows: dict[str, np.ndarray]) -> dict[str, Any]:
    """What some rows give: the estimate, and the unweighted counts behind it."""
    count, yes, valid = rows["count"], rows["yes"], rows["valid"]
    made = statistic.sample(rows)
    return {
        "numerator": int(count[yes].sum()),
        "denominator": int(count[valid].sum()),
        "respondents": int(count.sum()),
        "dont_know": int(count[~valid].sum()),
        "weighted_numerator": made.numerator,
        "weighted_denominator": made.denominator,
        "sample_n": made.respondents,
        "design_df": made.df,
        **{name: getattr(made, name) for name in ("value", "lower", "upper", "effective_n", "design_effect")},
    }


def _asked(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """How people were asked, over the rounds of one or more areas."""
    return {
        "invited": sum(one["invited"] for one in rounds),
        "from_date": min(one["from_date"] for one in rounds),
        "to_date": max(one["to_date"] for one in rounds),
        "mode": "+".join(sorted({one["mode"] for one in rounds})),
        "wording": "+".join(sorted({one["wording"] for one in rounds})),
    }


def residents_asked(plan: Plan, dataset: DataSet, survey: pd.DataFrame) -> pd.Series:
    """Residents half-way through the plan year, of the age groups that were asked, by area × year."""
    population = without_missing_cells(dataset.tables["population"])
    if population.empty:
        return pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []], names=["area", "year"]))
    groups = [one for one in survey["age_group"].unique() if one] or [
        one for one in population["age_group"].unique() if not one.startswith("0-")
    ]  # nobody says who was asked: the adults
    years = plan_year(population, plan.year_starts)
    asked = population["age_group"].isin(groups) & middle(plan, population)
    return sum_of(population["residents"][asked], [population["area"][asked], years[asked]])


def _by_residents(answers: Mapping[str, np.ndarray], of: np.ndarray, residents: np.ndarray) -> np.ndarray:
    """Weights whose valid answers add up to the residents of each part; `of` is the part of each row.

    NaN for a part without residents on record, or without a valid answer.
    """
    carried = np.bincount(
        of, answers["weight"] * answers["count"] * answers["valid"], minlength=len(residents)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where((carried > 0) & (residents > 0), residents / carried, np.nan)
    return np.asarray(answers["weight"] * scale[of])


def _strata(answers: pd.DataFrame) -> np.ndarray:
    """The strata that were drawn from, where the table has them; else cells of area × sex × age, by year.

    A cell under `SMALLEST_STRATUM` answers joins the next age group of its sex; what is left over at the end joins the
    group before it. An area where one sex is too few is one stratum. Where units were drawn without strata, an area is one.
    """
    if answers["stratum"].ne("").any() or answers["psu"].ne("").any():
        return (answers["area"] + " " + answers["year"].astype(str) + " " + answers["stratum"]).to_numpy()
    sides = ["area", "year", "sex"]
    cells = answers.groupby([*sides, "age_group"], sort=True)["count"].sum().reset_index()
    labels, alone = [], set()
    for (area, year, sex), side in cells.groupby(sides, sort=False):
        number, waiting, mine = 0, 0, []
        for count in side["count"]:
            mine.append(number)
            waiting += count
            if waiting >= SMALLEST_STRATUM:
                number, waiting = number + 1, 0
        if waiting and number:
            mine = [min(each, number - 1) for each in mine]
        elif waiting:
            alone.add((area, year))
        labels += [f"{area} {sex} {each}" for each in mine]
    cells["stratum"] = [
        area if (area, year) in alone else label
        for area, year, label in zip(cells["area"], cells["year"], labels, strict=True)
    ]
    keys = [*sides, "age_group"]
    return answers[keys].merge(cells[[*keys, "stratum"]], on=keys, how="left")["stratum"].to_numpy()
