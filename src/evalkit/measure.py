"""Measures: an indicator's record and a data set's tables → counts per area and plan year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from evalkit.data import shares
from evalkit.data.completeness import missing_cells, without_missing_cells
from evalkit.data.dataset import DataSet
from evalkit.data.delivery import delivered, plan_year, some, spans
from evalkit.data.timing import by_timing, mid_year_quarter, middle, once_a_year, sum_of
from evalkit.estimates.proportions import proportion
from evalkit.estimates.statistics import Statistic
from evalkit.plan import Plan
from evalkit.plan.indicators import Indicator, Term
from evalkit.terms import CALENDAR, MATCHED, PLAN

SMALLEST_STRATUM = 5  # respondents; smaller cells of age × sex are merged with their neighbour

COLUMNS = [
    "numerator",
    "denominator",
    "provisional",
    "value",
    "lower",
    "upper",
    "effective_n",
    "design_effect",
    "sample_n",
    "design_df",
    "weighted_numerator",
    "weighted_denominator",
    "dont_know",
    "respondents",
    "invited",
    "from_date",
    "to_date",
    "mode",
    "wording",
    "note",
    "residents",
    "withheld",
    "delivered",
    "rounded",
    "own_source",
]
"""Of `measured`."""

NO_DENOMINATOR = "no_denominator"
"""Note of a row whose numerator is known, but not whom it is out of."""

MUNICIPALITY, USUAL, REGION, COUNTRY = "municipality", "municipality_usual", "region", "country"
"""Units of the official figures: the municipality, the same with odd quarters set to the usual level,
the other municipalities of the region together, and all other municipalities of the country together."""

OFFICIAL = "official:"
"""Prefix of a single other municipality."""

SMALLEST_MUNICIPALITY = 1000
"""Inhabitants; a smaller municipality counts in the sums, but has no row of its own."""

ODD_QUARTER = 1.5
"""A quarter is odd when it has this many times the median of the same municipality's nearest eight quarters."""


def years_of(plan: Plan, dataset: DataSet) -> list[int]:
    """Plan years that the data set covers, up to the plan's last."""
    first = plan.year_of(dataset.period.start)
    return list(range(first, min(plan.year_of(dataset.period.end), plan.years[-1]) + 1))


def measured(plan: Plan, dataset: DataSet, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """Counts of indicators (gaps have none): one row per indicator × area × year, with plan total and comparison pool.

    A total with a part missing is missing. An area where nobody lives has no rate, but no part is missing for that: a
    total is all reports over all residents.

    Columns: numerator, denominator (NaN where there is no figure), provisional (bool). Of what is made from single rows (answers): also the level that they give (value, lower,
    upper, effective_n, design_effect, sample_n, design_df, weighted_numerator, weighted_denominator), while numerator and
    denominator are unweighted, for disclosure control; and of a survey dont_know, respondents, invited, from_date,
    to_date, mode, wording and residents of the ages asked. And note: `no_denominator` where the count is known and whom it is out of is not.
    """
    single = {name: one for name, one in indicators.items() if one.of is None}
    kinds = {
        name: measure_official if one.official else measure_rows if one.statistic.sampled else measure
        for name, one in single.items()
    }
    registers = [name for name, kind in kinds.items() if kind is measure]
    found = {name: kinds[name](plan, dataset, one) for name, one in single.items()}
    for name, one in single.items():
        if len(given := shares.counts(plan, dataset.tables["shares"], name, one)):
            found[name] = _with_shares(plan, dataset, one, found[name], given)
    counts = pd.concat(found, names=["indicator"])
    own = counts[counts.index.isin(registers, level="indicator")]
    totals = [total(own, name, parts) for name, parts in _pools(plan, dataset).items() if parts]
    counts = pd.concat([counts, *totals])
    counts = counts[~counts.index.duplicated()].reindex(columns=COLUMNS)  # a total that was delivered stands
    for mark in ("provisional", "withheld", "delivered"):  # what nobody has measured is none of them
        counts[mark] = counts[mark].eq(True)
    for text in ("note", "own_source"):
        counts[text] = counts[text].astype(object).fillna("")
    return counts


def _with_shares(
    plan: Plan, dataset: DataSet, one: Indicator, counts: pd.DataFrame, given: pd.DataFrame
) -> pd.DataFrame:
    """The counts with the shares that a source has worked out in place of those of the same area and year.

    Of answers also the level that they give, and the level of a pool of which every area has one.
    """
    given = given[given.index.isin(years_of(plan, dataset), level="year")]
    if one.statistic.sampled:
        given = pd.concat([given, *_pooled_shares(plan, dataset, given)])
        given = given[~given.index.duplicated()]
        known = given[given["numerator"].notna() & given["denominator"].gt(0)]
        level = proportion(
            known["numerator"],
            known["denominator"],
            whole=False,
            rounded=known["rounded"],
            design_effect=known["design_effect"],
        )
        given = given.join(
            pd.DataFrame(
                {
                    **{name: getattr(level, name) for name in ("value", "lower", "upper", "effective_n")},
                    "sample_n": known["denominator"],
                    "respondents": known["denominator"],
                    "weighted_numerator": known["numerator"],
                    "weighted_denominator": known["denominator"],
                },
                index=known.index,
            )
        )
        given["numerator"] = given["numerator"].round()
        asked = counts[counts.index.isin(given.index)]
        given = given.join(asked.drop(columns=given.columns, errors="ignore"))
        for day in ("from_date", "to_date"):  # of the round, where one is on record
            if day in asked:
                given[day] = asked[day].reindex(given.index).fillna(given[day])
    return pd.concat([counts[~counts.index.isin(given.index)], given])


def _pooled_shares(plan: Plan, dataset: DataSet, given: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Shares of answers of a pool's areas as one, each weighed by its residents; only where every area has one."""
    people = residents_asked(plan, dataset, dataset.tables["survey"])
    for pool, parts in _pools(plan, dataset).items():
        for year in given.index.unique("year"):
            at = pd.MultiIndex.from_product([parts, [year]], names=["area", "year"])
            mine, weight = given.reindex(at), people.reindex(at).to_numpy(float)
            share = (mine["numerator"] / mine["denominator"]).to_numpy(float)
            if not parts or not np.isfinite(share * weight).all():
                continue
            weight = weight / weight.sum()
            answers = mine["denominator"].to_numpy(float)
            mean = float(weight @ share)
            simple = weight**2 @ (share * (1 - share) * mine["design_effect"].to_numpy(float) / answers)
            n = answers.sum()
            effect = n * simple / (mean * (1 - mean)) if 0 < mean < 1 else mine["design_effect"].max()
            rounded = n * float(weight @ (mine["rounded"].to_numpy(float) / answers))
            yield pd.DataFrame(
                {
                    "numerator": mean * n,
                    "denominator": n,
                    "rounded": rounded,
                    "design_effect": effect,
                    "withheld": False,
                    "delivered": False,
                    "note": max(mine["note"], key=len),
                    "own_source": mine["own_source"].iloc[0] if mine["own_source"].nunique() == 1 else "",
                    "from_date": mine["from_date"].min(),
                    "to_date": mine["to_date"].max(),
                },
                index=pd.MultiIndex.from_tuples([(pool, year)], names=["area", "year"]),
            )


def measure(plan: Plan, dataset: DataSet, indicator: Indicator) -> pd.DataFrame:
    """Counts of a register or report indicator by area × year, without totals."""
    counts = _delivered(plan, dataset, indicator)
    counts.loc[_lapses(counts), ["numerator", "denominator"]] = np.nan
    return counts


def without_residents(plan: Plan, dataset: DataSet) -> Iterator[str]:
    """What `check` says of areas where reports are counted per resident and nobody lives."""
    empty: dict[str, set[int]] = {}
    lapsed: dict[str, set[int]] = {}
    for one in plan.indicators.values():
        if one.statistic.events and not one.official:
            counts = _delivered(plan, dataset, one)
            lapses = _lapses(counts)
            for found, mask in ((empty, counts["denominator"].eq(0) & ~lapses), (lapsed, lapses)):
                for area, year in counts.index[mask]:
                    found.setdefault(area, set()).add(year)
    for area, years in empty.items():
        yield (
            f"no residents: {area} in {spans(sorted(years))}, so no rate there; "
            "its reports count in the totals, which are all reports over all residents."
        )
    for area, years in lapsed.items():
        yield (
            f"look at: population, {area} has no residents in {spans(sorted(years))}, but reports, and residents before "
            "and after. Taken for an error: no rate there, nor in a total with it. Correct the population."
        )


def without_population(plan: Plan, dataset: DataSet) -> Iterator[str]:
    """What `check` says of reports that have no rate because the population of that quarter is not whole."""
    lacking: dict[tuple[str, int], list[str]] = {}
    for name, one in plan.indicators.items():
        if one.denominator is not None and one.denominator.table == "population" and not one.official:
            counts = _delivered(plan, dataset, one)
            for area, year in counts.index[counts["note"] == NO_DENOMINATOR]:
                lacking.setdefault((str(area), int(year)), []).append(name)
    cells = missing_cells(dataset.tables["population"])
    for (area, year), names in lacking.items():
        quarter, stock = mid_year_quarter(plan, year), once_a_year(dataset.tables["population"])
        if stock is not None:
            quarter = next(
                one for one in (f"{year - 1}Q{stock}", f"{year}Q{stock}") if _falls_in(plan, one, year)
            )
        mine = cells[(cells["area"] == area) & (cells["quarter"] == quarter)]
        groups = [f"{sex} {age}" for sex, age in zip(mine["sex"], mine["age_group"], strict=True)]
        what = f"no row for {some(groups)}" if groups else "no row"
        yield (
            f"missing: population, {area} {quarter}: {what}, so no figure of {', '.join(names)} there in plan year {year}, "
            "nor in a total with it. Add the rows; a group without residents has a row with 0."
        )


def _falls_in(plan: Plan, quarter: str, year: int) -> bool:
    return plan.year_starts.year_of_quarter(quarter) == year


def _delivered(plan: Plan, dataset: DataSet, indicator: Indicator) -> pd.DataFrame:
    """Counts as they were delivered; columns numerator, denominator and provisional."""
    assert indicator.numerator is not None
    counts = pd.DataFrame({"numerator": _term(plan, dataset, indicator.numerator)})
    if indicator.denominator is not None:
        counts["denominator"] = _term(plan, dataset, indicator.denominator)
    else:
        counts["denominator"] = np.nan
    provisional = _provisional(plan, dataset, indicator.numerator)
    counts["provisional"] = provisional.reindex(counts.index, fill_value=False)
    counts["withheld"] = False
    for term in (indicator.numerator, indicator.denominator):
        if term is not None:
            counts["withheld"] |= _withheld(plan, dataset, term).reindex(counts.index, fill_value=False)
    counts["note"] = ""
    if indicator.numerator.table == "incidents" and dataset.meta.incidents.calendar_years:
        counts["note"] = [_calendar(plan, year) for year in counts.index.get_level_values("year")]
    if indicator.statistic.out_of:
        lacking = counts["denominator"].isna()
        counts.loc[lacking & counts["numerator"].notna() & ~counts["withheld"], "note"] = NO_DENOMINATOR
        counts.loc[lacking, "numerator"] = np.nan
    counts.loc[counts["numerator"].isna(), "denominator"] = np.nan
    return counts.reindex(
        pd.MultiIndex.from_product([_units(plan, dataset), years_of(plan, dataset)], names=["area", "year"])
    )


def _calendar(plan: Plan, year: int) -> str:
    """The mark of a figure that is of the calendar year which stands at a plan year."""
    own = next((one for one in (year, year - 1) if plan.year_starts.of_calendar(one) == year), year)
    return f"{CALENDAR}{own}" if plan.year_starts.crosses else ""


def _lapses(counts: pd.DataFrame) -> pd.Series:
    """Reports from where nobody is said to live, though people lived there before and after: the population is wrong."""
    lived = counts["denominator"].gt(0)
    before = lived.groupby("area").cummax()
    after = lived[::-1].groupby("area").cummax()[::-1]
    return counts["denominator"].eq(0) & counts["numerator"].gt(0) & before & after


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
    valid = _picked(table, indicator.denominator or indicator.numerator).to_numpy()
    columns = {
        "yes": _picked(table, indicator.numerator).to_numpy(),
        "valid": valid,
        "value": table[indicator.numerator.column].to_numpy(),
        "count": table["count"].to_numpy() if "count" in table else np.ones(len(table), dtype=int),
        "weight": table["weight"].to_numpy() if "weight" in table else np.ones(len(table)),
        "stratum": np.zeros(len(table), dtype=int),
    }
    if statistic.asked:
        columns["stratum"][valid] = pd.factorize(_strata(table[valid]))[0]
    people = residents_asked(plan, dataset, table) if statistic.asked else None
    by_area = table.groupby(["area", "year"], sort=False).indices
    found: dict[tuple[str, int], dict[str, Any]] = {}
    pools = {**{unit: [unit] for unit in _units(plan, dataset)}, **_pools(plan, dataset)}
    for unit, parts in pools.items():
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


def measure_official(plan: Plan, dataset: DataSet, indicator: Indicator) -> pd.DataFrame:
    """Official counts: the municipality (also without its odd quarters), its region, the country, and each other.

    Columns as in `measure`. What has no population (reports with an unknown place) is left out; sums leave the municipality itself out.
    """
    assert indicator.numerator is not None
    assert indicator.denominator is not None
    offences = dataset.tables[indicator.numerator.table]
    here = plan.municipality.statbank
    years = plan_year(offences, plan.year_starts)
    offences = offences[years.isin(years_of(plan, dataset))].assign(year=years)
    people = offences.groupby("area")[indicator.denominator.column].max()
    offences = offences[offences["area"].map(people) > 0]
    usual = offences.loc[offences["area"] == here].assign(area=USUAL)
    odd = odd_quarters(plan, dataset, indicator)
    usual[indicator.numerator.column] = usual[indicator.numerator.column].where(
        ~usual["quarter"].isin(odd["quarter"]), usual["quarter"].map(odd.set_index("quarter")["usual"])
    )
    others = [name for name in offences["area"].unique() if name != here]
    too_small = [name for name in others if people[name] < SMALLEST_MUNICIPALITY]
    region = plan.neighbours
    frame = pd.concat([offences, usual])
    numerator = by_timing(plan, frame, indicator.numerator)
    denominator = by_timing(plan, frame, indicator.denominator)
    counts = pd.DataFrame({"numerator": numerator, "denominator": denominator}).dropna()
    counts["numerator"] = counts["numerator"].round()
    totals = [total(counts, name, parts) for name, parts in ((REGION, region), (COUNTRY, others))]
    counts = counts.rename(
        index={here: MUNICIPALITY} | {name: OFFICIAL + name for name in others}, level="area"
    )
    counts = counts.drop(index=[OFFICIAL + name for name in too_small], level="area")
    return pd.concat([counts, *totals]).assign(provisional=False)


def odd_quarters(plan: Plan, dataset: DataSet, indicator: Indicator) -> pd.DataFrame:
    """Quarters of the municipality with at least `ODD_QUARTER` times the usual number.

    Columns: quarter, year, reported, usual (median of the four quarters before and the four after).
    """
    assert indicator.numerator is not None
    table = dataset.tables[indicator.numerator.table]
    series = (
        table[table["area"] == plan.municipality.statbank]
        .sort_values("quarter")
        .set_index("quarter")[indicator.numerator.column]
    )
    around = pd.DataFrame({step: series.shift(step) for step in (-4, -3, -2, -1, 1, 2, 3, 4)})
    usual = around.median(axis=1)
    odd = series[series >= ODD_QUARTER * usual]
    found = pd.DataFrame(
        {"quarter": odd.index, "reported": odd.to_numpy(), "usual": usual[odd.index].to_numpy()}
    )
    found.insert(1, "year", plan_year(found, plan.year_starts) if len(found) else [])
    return found[found["year"].isin(years_of(plan, dataset))].reset_index(drop=True)


def _strata(answers: pd.DataFrame) -> np.ndarray:
    """Cells of area × sex × age, by year; one under `SMALLEST_STRATUM` answers joins the next age group of its sex.

    What is left over at the end joins the group before it. An area where one sex is too few is one stratum.
    """
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


def _units(plan: Plan, dataset: DataSet) -> list[str]:
    return [*plan.areas, *dataset.tables["comparators"]["id"]]


def _pools(plan: Plan, dataset: DataSet) -> Mapping[str, list[str]]:
    return {PLAN: list(plan.areas), MATCHED: dataset.matched}


def total(counts: pd.DataFrame, name: str, parts: Iterable[str]) -> pd.DataFrame:
    """The sum of some areas as an area of its own; missing where a part is."""
    parts = list(parts)
    own = counts[counts.index.isin(parts, level="area")]
    keys = [key for key in own.index.names if key != "area"]
    sums = own.groupby(keys, sort=False)[["numerator", "denominator"]].sum(min_count=1)
    whole = own.groupby(keys, sort=False)["numerator"].count() == len(parts)
    sums = sums.where(whole)
    for column, how in (("rounded", "sum"), ("design_effect", "max")):
        if column in own:
            sums[column] = own[column].groupby(keys, sort=False).agg(how)
    for column in ("note", "own_source"):  # what all of them say, the sum says
        if column in own:
            said = own[column].fillna("").groupby(keys, sort=False).agg(["first", "nunique"])
            sums[column] = said["first"].where((said["nunique"] == 1) & (said["first"] != NO_DENOMINATOR), "")
    if "provisional" in own:
        sums["provisional"] = own["provisional"].eq(True).groupby(keys, sort=False).any()
    return pd.concat({name: sums}, names=["area"]).reorder_levels(own.index.names)


def _picked(table: pd.DataFrame, term: Term) -> pd.Series:
    """Rows that a term's `where` picks, as a mask."""
    mask = pd.Series(True, index=table.index)
    for column, wanted in term.where.items():
        mask &= table[column].isin([wanted] if isinstance(wanted, str) else wanted)
    return mask


def _term(plan: Plan, dataset: DataSet, term: Term) -> pd.Series:
    """A term's count per area and plan year; where reports were delivered, a year without one has none."""
    table = dataset.tables[term.table]
    if term.table == "population":
        table = without_missing_cells(table)
    counts = by_timing(plan, table[_picked(table, term)], term)
    if "date" in table:
        known = delivered(plan, dataset)
        units = [unit for unit in _units(plan, dataset) if unit in known.areas]
        covered = pd.MultiIndex.from_product([units, known.years_of(term)], names=["area", "year"])
        counts = counts.reindex(covered, fill_value=0)
    return counts


def _withheld(plan: Plan, dataset: DataSet, term: Term) -> pd.Series:
    """Area-years of which the source withholds a cell that the term counts."""
    table = dataset.tables[term.table]
    gone = table[term.column].isna() & _picked(table, term)
    return gone.groupby([table["area"], plan_year(table, plan.year_starts)]).any()


def _provisional(plan: Plan, dataset: DataSet, term: Term) -> pd.Series:
    """Area-years of which the source says that the figure may change."""
    table = dataset.tables[term.table]
    if "status" not in table:
        return pd.Series(dtype=bool)
    return (
        (table["status"] == "provisional").groupby([table["area"], plan_year(table, plan.year_starts)]).any()
    )
