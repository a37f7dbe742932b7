"""CONTRIBUTING is true: each file that its tables name is there, and they name every package."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLES = [
    line
    for line in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|")
]
THERE = {
    path.relative_to(ROOT).as_posix()
    for folder in ("src", "tests", "params", "notebooks", "docs", "data", ".")
    for path in (ROOT.glob("*") if folder == "." else (ROOT / folder).rglob("*"))
}
MADE_LATER = ("params/signoffs.yml", "params/releases.yml", "params/reviews/")


def _named(row: str) -> list[str]:
    names = re.findall(r"`(\w[\w./-]*(?:\.\w+|/))`", row)
    return [name.rstrip("/") for name in names if not name.startswith(MADE_LATER)]


@pytest.mark.parametrize(
    "row", [row for row in TABLES if _named(row)], ids=lambda row: row.split("|")[1].strip()
)
def test_where_to_change_what_names_files_that_are_there(row: str) -> None:
    for name in _named(row):
        symbol = re.fullmatch(r"[A-Z]\w*\.\w+", name)  # a method
        assert symbol or any(f"/{path}".endswith(f"/{name}") for path in THERE), name


@pytest.mark.parametrize("package", ["evalkit", "evalbook"])
def test_the_floors_name_every_package_and_module(package: str) -> None:
    told = " ".join(row for row in TABLES if re.match(r"\| \d", row))
    inside = {path.parent.name for path in (ROOT / "src" / package).glob("*/__init__.py")}
    inside |= {path.name for path in (ROOT / "src" / package).glob("*.py")} - {"__init__.py"}
    assert {name for name in inside if f"`{name}`" not in told} == set()
