"""Templates: empty workbooks that an office worker can fill in, and that import reads back unchanged."""

from __future__ import annotations

import csv
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from evalbook.cli import app
from evalbook.intake import privacy
from evalbook.intake.container import ABOUT, GUIDE
from evalbook.intake.importing import Import, import_table
from evalbook.intake.names import danish, header
from evalbook.intake.workbook import sheet_of, template
from evalkit.errors import ProblemsFound, UnknownName
from evalkit.schema import TABLES
from intake_files import COVERS, PLAN, ROOT, bring, typed, written

DEMO = ROOT / "data" / "demo"


SHARE = {"area": "ringparken", "indicator": "tryghed", "year": "2018", "percent": "68.5", "n": "400"}


def demo(table: str, most: int = 40) -> list[dict[str, str]]:
    if table == "shares":
        return [SHARE]
    with (DEMO / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if table not in ("comparators", "breaks", "economy"):
        rows = [row for row in rows if row["area"] == rows[0]["area"]]
    if table == "economy":  # the demo's funders do not exist; a plan's own do
        rows = [row | {"funder": "landsbyggefonden"} for row in rows if row["funder"] == rows[0]["funder"]]
    return rows[:most]


@pytest.mark.parametrize("table", TABLES)
def test_a_template_filled_in_with_its_own_words_is_read_back(table: str, tmp_path: Path) -> None:
    """The words that its drop-downs offer and the types that its cells have give the canonical rows again."""
    rows, columns = demo(table), TABLES[table].columns
    path = template([table], PLAN, tmp_path / "skema.xlsx")
    book = load_workbook(path)
    for r, row in enumerate(rows, start=2):
        for c, column in enumerate(columns, start=1):
            value = row.get(column.name, "")
            if column.allowed and value:
                value = danish(TABLES[table], column, value)
            elif column.name == "indicator":
                value = PLAN.indicators[value].title.da
            elif column.name == "area" and value in PLAN.areas:
                value = PLAN.areas[value].name
            number = column.kind in ("whole", "number", "year") and value
            book[sheet_of(table)].cell(
                r, c, (float(value) if "." in value else int(value)) if number else value or column.default
            )
    book.save(path)
    into = tmp_path / "local"
    into.mkdir()
    (into / "comparators.csv").write_bytes((DEMO / "comparators.csv").read_bytes())
    covers = (COVERS[0].replace(year=2013), COVERS[1]) if table == "incidents" else None
    whole = all(
        TABLES[table].column(name).allowed
        for name in TABLES[table].key
        if name not in ("area", "year", "quarter")
    )
    gaps = {"options": {"known_gaps": [rows[0]["area"]]}} if whole and "area" in rows[0] else {}
    done = import_table([path], table, Import(into, PLAN, "test", covers, replace=True), **gaps)  # type: ignore[arg-type]
    got = list(csv.DictReader(written(done)))
    assert [{name: row[name] for name in rows[0]} for row in got] == rows


@pytest.mark.parametrize("table", TABLES)
def test_a_template_with_its_needed_columns_alone_is_read_by_the_command_in_its_guide(
    table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What »kan udelades« is left empty; the command is run as it is printed."""
    monkeypatch.chdir(ROOT)
    columns, rows = TABLES[table].columns, demo(table, 10_000)
    if table == "incidents":
        rows = [row for row in rows if str(COVERS[0]) <= row["date"] <= str(COVERS[1])]
    rows = rows[: {"education": 2}.get(table, 1)]  # every group of one area and period
    needed = [column.name for column in columns if column.required]
    needed += [*TABLES[table].figures[:1], *(["year", "n", "percent"] if table == "shares" else [])]
    path = template([table], PLAN, tmp_path / "skema.xlsx")
    book = load_workbook(path)
    for r, row in enumerate(rows, start=2):
        for c, column in enumerate(columns, start=1):
            value = row.get(column.name, "")
            if column.name not in needed or not value:
                continue
            if column.allowed:
                value = danish(TABLES[table], column, value)
            number = column.kind in ("whole", "number", "year")
            book[sheet_of(table)].cell(
                r, c, (float(value) if "." in value else int(value)) if number else value
            )
    if table == "incidents":
        book[ABOUT]["B2"], book[ABOUT]["B3"] = COVERS
    book.save(path)
    (command,) = [
        str(row[0].value).partition(": ")[2]
        for row in book[GUIDE].iter_rows()
        if str(row[0].value).startswith("Indlæs bagefter med: ")
    ]
    words = shlex.split(command)
    into = tmp_path / "local"
    into.mkdir()
    (into / "comparators.csv").write_bytes((DEMO / "comparators.csv").read_bytes())
    code, said = typed(*words[2:], "--into", into, "--replace")
    assert words[:2] == ["evalkit", "import"] and code == 0, said
    with (into / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        got = list(csv.DictReader(file))
    needed = [name for name in needed if rows[0].get(name)]
    assert [[row[name] for name in needed] for row in got] == [[row[name] for name in needed] for row in rows]


def test_the_guide_names_units_in_danish(tmp_path: Path) -> None:
    for table in TABLES:
        guide = load_workbook(template([table], PLAN, tmp_path / f"{table}.xlsx"))[GUIDE]
        units = {str(row[3].value) for row in guide.iter_rows(min_row=11) if row[3].value}
        assert units <= {
            "personer",
            "fuldtidspersoner",
            "boliger",
            "timer",
            "kr.",
            "beboere pr. svar",
            "procent",
        }


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_its_header_its_explanation_and_its_drop_down(table: str, tmp_path: Path) -> None:
    book = load_workbook(template([table], PLAN, tmp_path / "skema.xlsx"))
    contract = TABLES[table]
    headers = [header(contract, column) for column in contract.columns]
    assert [cell.value for cell in book[sheet_of(table)][1]] == headers
    explained = {str(row[0].value): str(row[1].value) for row in book[GUIDE].iter_rows(min_row=8)}
    for column in contract.columns:
        assert explained[header(contract, column)].casefold() == f"{column.da}.".casefold()
    lists = {
        str(cells[0].value): [cell.value for cell in cells[1:] if cell.value]
        for cells in book["Lister"].iter_cols()
        if cells[0].value
    }
    for column in contract.columns:
        if column.allowed:
            assert lists[column.name] == [danish(contract, column, value) for value in column.allowed]
    if "area" in [column.name for column in contract.columns]:
        assert {area.name for area in PLAN.areas.values()} <= set(lists["area"])
    assert book["Lister"].sheet_state == "hidden"


@pytest.mark.parametrize("table", TABLES)
def test_a_template_is_empty_and_passes_the_privacy_gate(table: str, tmp_path: Path) -> None:
    path = template([table], PLAN, tmp_path / "skema.xlsx")
    assert privacy.scan(path) == []
    with pytest.raises(ProblemsFound, match="no row is left after the column names"):
        bring(path, table, tmp_path / "local")


def test_a_filled_template_is_never_overwritten(tmp_path: Path) -> None:
    path = template(["survey"], PLAN, tmp_path / "skema.xlsx")
    with pytest.raises(ProblemsFound, match="is there already"):
        template(["survey"], PLAN, path)
    assert template(["survey"], PLAN, path, overwrite=True) == path


def test_comparison_areas_are_offered_too(tmp_path: Path) -> None:
    book = load_workbook(template(["survey"], PLAN, tmp_path / "skema.xlsx", comparators=["Nabobyen"]))
    assert "Nabobyen" in [cell.value for cell in book["Lister"]["A"]]


@pytest.mark.parametrize("outside", [Path.absolute, lambda path: Path(os.path.relpath(path, ROOT))])
def test_templates_may_go_to_a_folder_outside_the_repository(
    outside: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    into = outside(tmp_path / "skemaer")
    done = CliRunner().invoke(app, ["template", "--into", str(into)])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [f"Wrote {into.as_posix()}/{table}.xlsx." for table in TABLES]
    assert {path.name for path in (tmp_path / "skemaer").iterdir()} == {f"{table}.xlsx" for table in TABLES}


def test_an_unknown_table_has_no_template(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'survey'"):
        template(["survy"], PLAN, tmp_path / "skema.xlsx")


def test_a_workbook_has_the_same_bytes_whether_lxml_is_installed_or_not():
    code = "import evalbook.intake.workbook, openpyxl.xml as one; print(one.LXML)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
