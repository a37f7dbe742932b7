"""A data set: the canonical CSV files of a folder, read and checked against the contract."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from evalkit import params
from evalkit.contract import TABLES, Column, Kind, Table
from evalkit.displays import Display, Displayed
from evalkit.errors import MissingFile, Problem, ProblemsFound, did_you_mean
from evalkit.plan import Period, Plan, Text
from evalkit.terms import REST, Statistic

MOST = 20  # problems of one kind in one column that are listed; the rest are counted


class Meta(BaseModel):
    """dataset.yml: what the data set is, and the days that it covers."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    synthetic: bool
    version: str
    date: date
    supplied_by: str
    period: Period  # a day inside it without a report is a day with none; outside, nothing is known
    description: Text
    seed: int | None = None


@dataclass(frozen=True, repr=False)
class DataSet(Displayed):
    """Checked tables by name; left-out columns hold their default, left-out tables no rows."""

    folder: Path
    meta: Meta
    tables: dict[str, pd.DataFrame] = field(repr=False)
    fingerprint: str

    @property
    def synthetic(self) -> bool:
        """Whether the data are made up."""
        return self.meta.synthetic

    def _display(self) -> Display:
        kind = "synthetic" if self.synthetic else "real"
        meta = self.meta
        return Display(
            f"Data set: {meta.name} ({kind}), version {meta.version} of {meta.date}, supplied by {meta.supplied_by}",
            [(name, len(table), _areas(table), _years(table)) for name, table in self.tables.items()],
            ("table", "rows", "areas", "years"),
            f"Days covered: {meta.period.start} to {meta.period.end}.",
        )

    @property
    def matched(self) -> list[str]:
        """Ids of the comparison areas."""
        comparators = self.tables["comparators"]
        return comparators.loc[comparators["kind"] == "matched", "id"].tolist()


def _areas(table: pd.DataFrame) -> Any:
    return table["area"].nunique() if "area" in table and len(table) else None


def _years(table: pd.DataFrame) -> str:
    """First and last year of a table that has years; empty where it has none."""
    if "year" not in table or table.empty:
        return ""
    first, last = int(table["year"].min()), int(table["year"].max())
    return f"{first}–{last}" if first < last else str(first)


def read(folder: Path, plan: Plan) -> DataSet:
    """The data set in a folder, with the official figures beside it in data/published.

    Raises MissingFile when there is no such data set, and ProblemsFound with everything wrong in it.
    """
    if not folder.is_dir():
        known = sorted(path.parent.name for path in folder.parent.glob("*/dataset.yml"))
        raise MissingFile(f"no data set in {_shown(folder, plan.root)}. Known: {', '.join(known) or 'none'}.")
    problems: list[Problem] = []
    try:
        meta = params.read(folder / "dataset.yml", plan.root).as_model(Meta)
    except ProblemsFound as found:
        problems.extend(found.problems)
    tables: dict[str, pd.DataFrame] = {}
    for table in TABLES.values():
        path = folder / f"{table.name}.csv"
        if path.is_file():
            raw = _read_text(path, plan.root, problems)
            if raw is not None:
                tables[table.name] = _typed(raw, table, _shown(path, plan.root), problems)
        elif table.required:
            problems.append(
                Problem(
                    _shown(path, plan.root),
                    "",
                    "the file is missing.",
                    f"`evalkit template {table.name}` makes an empty one.",
                )
            )
        else:
            tables[table.name] = pd.DataFrame({column.name: [] for column in table.columns})
    if problems:
        raise ProblemsFound(problems)
    problems.extend(_cross_check(tables, meta, plan, folder))
    if problems:
        raise ProblemsFound(problems)
    tables["offences"] = offences = read_offences(plan.root)
    here = plan.municipality.statbank
    if here and here not in set(offences["area"]):
        names = did_you_mean(here, sorted(offences["area"].unique()))
        raise ProblemsFound(
            [
                Problem(
                    "params/plan.yml",
                    "municipality.statbank",
                    f"{here!r} is not in the official figures.",
                    names,
                )
            ]
        )
    return DataSet(folder, meta, tables, _fingerprint(folder))


def read_offences(root: Path) -> pd.DataFrame:
    """Official reported offences and population, one row per municipality × quarter.

    area                 municipality, as Statistics Denmark names it
    quarter              e.g. 2018Q4
    offences_reported    reports, >= 0
    population           inhabitants on the first day of the quarter; missing in 2007 and for the unknown municipality
    """
    path = root / "data" / "published" / "statbank_offences_population.csv"
    if not path.is_file():
        raise MissingFile(
            f"{_shown(path, root)}: the official figures are missing. Take them from the repository."
        )
    return pd.read_csv(
        path, dtype={"area": str, "quarter": str, "offences_reported": float, "population": float}
    )


def read_published(root: Path, name: str) -> pd.DataFrame:
    """`published_series` or `events` from data/published, as texts; an empty cell is an empty text."""
    return pd.read_csv(root / "data" / "published" / f"{name}.csv", dtype=str, keep_default_na=False)


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _read_text(path: Path, root: Path, problems: list[Problem]) -> pd.DataFrame | None:
    advice = "`evalkit import` reads other forms of file."
    file = _shown(path, root)
    try:
        read = pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skip_blank_lines=False
        )
        if isinstance(read.index, pd.RangeIndex):
            return read
        problems.append(_too_wide(file, 2, read.shape[1] + read.index.nlevels, read.shape[1]))
    except UnicodeDecodeError as error:
        problems.append(Problem(file, f"byte {error.start}", "not UTF-8.", advice))
    except pd.errors.EmptyDataError:
        problems.append(Problem(file, "", "the file is empty.", advice))
    except pd.errors.ParserError as error:
        problems.append(_unreadable(file, path, str(error)))
    return None


def _unreadable(file: str, path: Path, error: str) -> Problem:
    """Where a file is no CSV: a line with more cells than the header, or a quotation mark that is not closed."""
    if found := re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", error):
        known, line, given = map(int, found.groups())
        return _too_wide(file, line, given, known)
    for number, text in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if text.count('"') % 2:
            return Problem(
                file, f"line {number}", "a quotation mark is opened and not closed.", "Close or remove it."
            )
    return Problem(
        file, "", f"not readable as CSV: {error.strip()}.", "`evalkit import` reads other forms of file."
    )


def _too_wide(file: str, line: int, given: int, known: int) -> Problem:
    return Problem(file, f"line {line}", f"has {given} cells where the header has {known}.",
                   "Write decimals with a point, and a text that holds a comma in quotes.")  # fmt: skip


def _typed(raw: pd.DataFrame, table: Table, file: str, problems: list[Problem]) -> pd.DataFrame:
    """Columns with their types; problems are added for whatever does not fit the contract."""
    raw = raw.fillna("")  # a row that breaks off before its last column
    names = [column.name for column in table.columns]
    for extra in [name for name in raw.columns if name not in names]:
        problems.append(
            Problem(file, f"column {extra}", "is not in the contract.", did_you_mean(extra, names))
        )
    typed: dict[str, Any] = {}
    for column in table.columns:
        if column.name in raw.columns:
            typed[column.name] = _convert(_each(raw[column.name], str.strip), column, file, problems)
        elif column.required:
            problems.append(Problem(file, f"column {column.name}", "is missing.", "See data/README.md."))
        else:
            default = pd.Series([column.default] * len(raw), index=raw.index, dtype=str)
            typed[column.name] = _convert(default, column, file, problems)
    frame = pd.DataFrame(typed, index=raw.index)
    key = [name for name in table.key if name in frame]
    if key and len(key) == len(table.key):
        twice = frame.duplicated(key, keep="first")
        if twice.any():
            said = raw.loc[twice, key].agg(" ".join, axis=1)
            problems.extend(_rows(file, ", ".join(key), twice, said, "stands twice", "Keep one row."))
    for part, whole in table.at_most:
        if part in frame and whole in frame:
            over = frame[part] > frame[whole]
            said = frame[part].astype(str) + " of " + frame[whole].astype(str)
            problems.extend(_rows(file, part, over, said, f"is more than {whole}", "Are the two swapped?"))
    return frame


_PATTERN: dict[Kind, tuple[str, str]] = {
    "whole": (r"-?\d+", "a whole number, e.g. 12"),
    "number": (r"-?\d+(\.\d+)?([eE][-+]?\d+)?", "a number with decimal point, e.g. 12.5"),
    "year": (r"(19|20)\d\d", "a year, e.g. 2018"),
    "quarter": (r"(19|20)\d\dQ[1-4]", "a quarter, e.g. 2018Q4"),
    "date": (r"(19|20)\d\d-\d\d-\d\d", "a date, e.g. 2018-10-01"),
    "text": (r".+", "a text"),
}


def _convert(given: pd.Series, column: Column, file: str, problems: list[Problem]) -> pd.Series:
    pattern, wanted = _PATTERN[column.kind]
    blank = given == ""
    if not column.blank:
        problems.extend(_rows(file, column.name, blank, given, "is empty", f"Type {wanted}."))
    fits = re.compile(pattern).fullmatch
    wrong = ~blank & ~_each(given, lambda text: fits(text) is not None).astype(bool)
    if column.kind == "date":
        days = pd.to_datetime(given.where(~(wrong | blank)), format="%Y-%m-%d", errors="coerce")
        wrong |= days.isna() & ~blank
    problems.extend(
        _rows(file, column.name, wrong, given, f"is not {wanted}", "Correct it, or use `evalkit import`.")
    )
    if column.allowed:
        unknown = ~blank & ~wrong & ~given.isin(column.allowed)
        problems.extend(
            _rows(
                file, column.name, unknown, given, "is not allowed", f"Allowed: {', '.join(column.allowed)}."
            )
        )
    if column.kind == "date":
        return days
    if column.kind in ("whole", "number", "year"):
        numbers = pd.to_numeric(given.where(~(wrong | blank)), errors="coerce")
        if column.minimum is not None:
            low = numbers < column.minimum
            problems.extend(
                _rows(file, column.name, low, given, f"is below {column.minimum:g}", "Correct it.")
            )
        whole = column.kind != "number" and not numbers.isna().any()
        return numbers.astype("int64") if whole else numbers.astype("float64")
    return given


def _each(given: pd.Series, function: Callable[[str], Any]) -> pd.Series:
    """A function of each text, called once for equal ones: a column of a register holds few different texts."""
    return given.map({text: function(text) for text in given.unique()})


def _rows(
    file: str, column: str, wrong: pd.Series, given: pd.Series, what: str, advice: str | Sequence[str]
) -> Iterator[Problem]:
    """One problem a row; row 1 is the header, as a spreadsheet counts. `advice`, or the names that are known."""

    def advised(name: str) -> str:
        return advice if isinstance(advice, str) else did_you_mean(name, advice)

    places = wrong.index[wrong.to_numpy(dtype=bool)]
    for i in places[:MOST]:
        yield Problem(file, f"row {i + 2}, column {column}", f"{given[i]!r} {what}.", advised(str(given[i])))
    if len(places) > MOST:
        yield Problem(file, f"column {column}", f"{len(places) - MOST} more rows: {what}.", advised(""))


def _cross_check(tables: dict[str, pd.DataFrame], meta: Meta, plan: Plan, folder: Path) -> Iterable[Problem]:
    """What no table can tell by itself: known areas and names, dates inside the period, one rest."""
    if not any(len(table) for name, table in tables.items() if name not in ("comparators", "breaks")):
        yield Problem(
            _shown(folder, plan.root), "", "no table holds a row yet.",
            "Fill them in or import files; or see the reports with made-up figures: evalkit demo, then evalkit run --data data/demo.",
        )  # fmt: skip
        return
    comparators = tables["comparators"]
    rest = comparators.loc[comparators["kind"] == "rest", "id"].tolist()
    file = {name: _shown(folder / f"{name}.csv", plan.root) for name in TABLES}
    if len(rest) > 1 or (rest and rest != [REST]):
        yield Problem(
            file["comparators"],
            "column id",
            f"the rest of the municipality is called {', '.join(rest)}.",
            f"Call it {REST}, in one row.",
        )
    for name in set(comparators["id"]) & set(plan.areas):
        yield Problem(
            file["comparators"], "column id", f"{name!r} is an area of the plan.", "Remove the row."
        )
    known = {*plan.areas, *comparators["id"]}
    for name, table in tables.items():
        if "area" in table and name != "breaks":
            unknown = ~table["area"].isin(known)
            yield from _rows(
                file[name],
                "area",
                unknown,
                table["area"],
                "is no area of the plan and no comparator",
                sorted(known),
            )
        shares = [key for key, one in plan.indicators.items() if one.statistic == Statistic.SHARE]
        for column, names in (("effort", plan.efforts), ("funder", plan.funding), ("measure", shares)):
            if column in table:
                unknown = ~table[column].isin(names)
                yield from _rows(
                    file[name],
                    column,
                    unknown,
                    table[column],
                    "is no share in params/indicators.yml"
                    if column == "measure"
                    else "is not in params/plan.yml",
                    list(names),
                )
    yield from _after(tables, meta, plan, file)
    if len(incidents := tables["incidents"]):
        start, end = pd.Timestamp(meta.period.start), pd.Timestamp(meta.period.end)
        outside = (incidents["date"] < start) | (incidents["date"] > end)
        yield from _rows(file["incidents"], "date", outside, incidents["date"].dt.strftime("%Y-%m-%d"), "is outside the period in dataset.yml",
                         f"The period is {meta.period.start} to {meta.period.end}.")  # fmt: skip
    survey = tables["survey"]
    light = survey["weight"] <= 0
    yield from _rows(
        file["survey"],
        "weight",
        light,
        survey["weight"].astype(str),
        "is not above zero",
        "Give every answer a weight, 1 if unweighted.",
    )


def _after(
    tables: dict[str, pd.DataFrame], meta: Meta, plan: Plan, file: dict[str, str]
) -> Iterator[Problem]:
    """Rows of plan years after the period: no report would count them."""
    last = plan.year_of(meta.period.end)
    for name, table in tables.items():
        if name in ("breaks", "economy") or not {"year", "quarter"} & set(table):
            continue
        column = "year" if "year" in table else "quarter"
        when = [_plan_year(plan, value) for value in table[column].unique()]
        if late := sorted({year for year in when if last < year <= plan.years[-1]}):
            yield Problem(
                file[name], f"column {column}", f"plan year {', '.join(map(str, late))} lies after the period in dataset.yml.",
                f"The period is {meta.period.start} to {meta.period.end}; move its end when everything until then is in place.",
            )  # fmt: skip


def _plan_year(plan: Plan, value: Any) -> int:
    """The plan year of a year, or of a quarter such as 2018Q4."""
    text = str(value)
    return plan.year_of(date(int(text[:4]), int(text[5]) * 3 - 2, 1)) if "Q" in text else int(text[:4])


def _fingerprint(folder: Path) -> str:
    """Hash of every file of the data set, name and content."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in (".csv", ".yml"):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
