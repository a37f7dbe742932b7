"""The data dictionary and the Table Schemas are what the contract says, and the shipped files fit them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evalbook.intake import dictionary, published
from evalkit.schema import TABLES

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
AGAIN = "run `python -m evalbook.intake.dictionary`"


def test_the_dictionary_is_current() -> None:
    assert (DATA / "README.md").read_text(encoding="utf-8") == dictionary.readme(), AGAIN


@pytest.mark.parametrize("name", ["demo", "published"])
def test_the_data_package_is_current(name: str) -> None:
    assert (DATA / name / "datapackage.json").read_text(encoding="utf-8") == dictionary.package_text(
        DATA / name
    ), AGAIN


@pytest.mark.parametrize("name", ["demo", "published"])
def test_the_shipped_files_are_valid_by_frictionless(name: str) -> None:
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(DATA / name / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])[:5]
    assert len(report.tasks) == (len(TABLES) - 1 if name == "demo" else len(published.TABLES))


def test_frictionless_notices_a_value_that_the_contract_forbids(tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    table = TABLES["comparators"]
    (tmp_path / "comparators.csv").write_text(
        "id,name,kind,own_plan\nrest,Resten,rest,perhaps\nrest,Resten,rest,no\n", encoding="utf-8"
    )
    package = {"profile": "tabular-data-package", "name": "x", "resources": [dictionary.resource(table)]}
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert {kind for (kind,) in report.flatten(["type"])} == {"constraint-error", "primary-key"}


def test_every_table_and_column_is_explained_in_both_languages() -> None:
    said = dictionary.readme()
    for table in (*TABLES.values(), *published.TABLES.values()):
        assert f"## `{table.name}`" in said
        for column in table.columns:
            assert f"| `{column.name}` |" in said
            assert f"| {column.en} | {column.da} |" in said
