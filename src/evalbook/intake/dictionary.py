"""The data dictionary and the Table Schemas, written from the contract so that they cannot drift from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import yaml

from evalbook.intake import published
from evalbook.intake.import_record import write
from evalbook.intake.mapping import Mapping
from evalkit.schema import TABLES, Column, Table

_TYPES: Final = {
    "text": "string",
    "whole": "integer",
    "number": "number",
    "date": "date",
    "quarter": "string",
    "year": "year",
}
_MEANS: Final = {
    "text": "text",
    "whole": "whole number",
    "number": "number, decimal point",
    "date": "date, 2018-10-01",
    "quarter": "quarter, 2018Q4",
    "year": "year, 2018",
}
_INTRO: Final = """# Data

Made by `python -m evalbook.intake.dictionary` from `src/evalkit/schema.py`; do not edit by hand.

A data set is a folder with one CSV file per table and `dataset.yml`. Files are UTF-8, comma-separated, with decimal
point and ISO dates. `evalkit import` writes them from a municipality's own files (.xlsx, .csv, .px, JSON-stat; with the
extra `formats` also .xls, .xlsb, .ods and .sav); `evalkit check` tells everything that is wrong with them. `datapackage.json` beside each shipped data set says the same to programs (Frictionless
Table Schema).

| folder | what it holds |
|---|---|
| `demo/` | a complete data set, **made up**: no figure is about real people |
| `published/` | official and published figures, real, each with its source |
| `local/` | your own data; git-ignored, never committed |

Never put names, CPR numbers or e-mail addresses in any file here: import, check and run stop when they meet one.

A data set keeps the same areas, years and groups in every table: `area` is an area id from `params/plan.yml`,
`rest` (the municipality minus the plan's areas), or an id from the table `comparators`. When a plan year
begins stands in `params/plan.yml`; it is named by the year it ends in.

`dataset.yml` holds `name`, `synthetic` (true marks every page as made up), `version`, `date`, `supplied_by`,
`period` (first and last day that the incidents cover), `description` (da, en) and, for generated data, `seed`.

Of incidents, a kind counts as delivered in the plan years in which any area has a row of it, and an area when it has a
row of any kind. All else is missing, never 0. What was asked for and had none is declared, or has a row with `count` 0:
`incidents: {kinds: [arson], areas: [rest]}` (kinds in every year of the period; `areas: [all]` means every area).
Reports that are counted by calendar year alone are dated 1 July of it, and say `incidents: {calendar_years: true}`: each
stands at the plan year with which it has nine months in common.

Reports, people and answers are counted whole: of a report that two areas share, one of them has all. Of a survey's
answers shares are made, with weights and, where the columns are there, strata and sampling units. How often something
happened (burglaries per 100 answers) has no table: ask for the share to whom it happened at least once. A cell of
your own can work the rate out: `weighted_rate` in `evalkit.estimates.survey_rates` takes weights, strata and sampling units.
"""
_MAPPING: Final = """## A mapping file (`local/mappings/`)

How the sources of a table are read: what the column names are called there, and what the source does not say. `evalkit
import` writes one where it cannot read a source, with what it found and, as comments, what is missing: fill it in and
type the same command again. That file is no import: no table is written before all of it can be read. After an import
the file says how the sources were read, and is used again next year. Every key but `table` may be left out.
"""
_OFFICIAL: Final = """## Official figures (`published/`)

Statistics Denmark's figures are published under CC BY 4.0. `evalkit import statbank` fetches them anew.
"""


def readme() -> str:
    """data/README.md: every table and column, in English and Danish."""
    parts = [
        _INTRO,
        *(_section(table) for table in TABLES.values()),
        _mapping_file(),
        _OFFICIAL,
        *(_section(table) for table in published.TABLES.values()),
    ]
    return "\n".join(parts)


def datapackage(folder: Path) -> dict[str, Any]:
    """The Frictionless data package of a folder: one resource per table that is there."""
    meta = _meta(folder)
    known = {**TABLES, **published.TABLES}
    resources = [
        resource(known[path.stem]) | _only_columns(path, known[path.stem])
        for path in sorted(folder.glob("*.csv"))
        if path.stem in known
    ]
    return {"profile": "tabular-data-package", "name": folder.name, **meta, "resources": resources}


def resource(table: Table) -> dict[str, Any]:
    """One table as a Frictionless tabular data resource."""
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": f"{table.name}.csv",
        "title": table.en,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "schema": schema,
    }


def write_all(data: Path, sets: Iterable[str] = ("demo", "published")) -> list[Path]:
    """Write README.md and the datapackage.json of each shipped data set; the files written."""
    write(data / "README.md", readme())
    written = [data / "README.md"]
    for name in sets:
        path = data / name / "datapackage.json"
        write(path, package_text(data / name))
        written.append(path)
    return written


def package_text(folder: Path) -> str:
    """datapackage.json of a folder as text."""
    return json.dumps(datapackage(folder), ensure_ascii=False, indent=1) + "\n"


def _meta(folder: Path) -> dict[str, Any]:
    path = folder / "dataset.yml"
    if not path.is_file():
        return {
            "title": "Official and published figures",
            "licenses": [
                {
                    "name": "CC-BY-4.0",
                    "title": "Statistics Denmark, StatBank",
                    "path": "https://creativecommons.org/licenses/by/4.0/",
                }
            ],
        }
    meta: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    texts = meta["description"]
    return {
        "title": meta["name"],
        "version": str(meta["version"]),
        "description": " ".join(texts["en"].split()),
        "synthetic": bool(meta["synthetic"]),
    }


def _only_columns(path: Path, table: Table) -> dict[str, Any]:
    """The schema without the columns that the file leaves out."""
    with path.open(encoding="utf-8") as file:
        present = file.readline().strip().split(",")
    schema = resource(table)["schema"]
    schema["fields"] = [field for field in schema["fields"] if field["name"] in present]
    return {"schema": schema}


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": not column.blank}
    if column.allowed:
        constraints["enum"] = list(column.allowed)
    if column.minimum is not None:
        constraints["minimum"] = int(column.minimum)
    if column.kind == "quarter":
        constraints["pattern"] = r"(19|20)\d\dQ[1-4]"
    field = {
        "name": column.name,
        "type": _TYPES[column.kind],
        "title": column.da,
        "description": column.en,
        "constraints": constraints,
    }
    return field | ({"unit": column.unit} if column.unit else {})


def _section(table: Table) -> str:
    lines = [
        f"## `{table.name}`",
        "",
        f"{_sentence(table.en)} *{_sentence(table.da)}*",
        "",
        "| column | holds | unit | means | betyder |",
        "|---|---|---|---|---|",
    ]
    for column in table.columns:
        holds = ", ".join(f"`{value}`" for value in column.allowed) or _MEANS[column.kind]
        more = [f"≥ {column.minimum:g}"] if column.minimum is not None else []
        more += ["or what the indicators count"] if column.open else []
        more += ["may be empty"] if column.blank else []
        if not column.required:
            more.append(f"may be left out: `{column.default}`" if column.default else "may be left out")
        lines.append(
            f"| `{column.name}` | {'; '.join([holds, *more])} | {column.unit} | {column.en} | {column.da} |"
        )
    lines += [
        "",
        f"One row per {', '.join(f'`{name}`' for name in table.key)}." if table.key else "Rows may repeat.",
    ]
    lines += [f"`{part}` is never more than `{whole}`." for part, whole in table.at_most]
    return "\n".join(lines) + "\n"


def _mapping_file() -> str:
    """The keys of a mapping file."""
    keys = [f"| `{name}` | {one.description} |" for name, one in Mapping.model_fields.items()]
    return "\n".join([_MAPPING, "| key | what it says |", "|---|---|", *keys]) + "\n"


def _sentence(text: str) -> str:
    return re.sub(r"^.", lambda first: first[0].upper(), text) + "."


if __name__ == "__main__":
    for written in write_all(Path("data")):
        print(written)
