"""The ways to install the workbook give the same packages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def requirements(lines: list[str]) -> dict[str, SpecifierSet]:
    return {Requirement(line).name.lower(): Requirement(line).specifier for line in lines}


def locked() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", LOCK, flags=re.M):
        found.setdefault(name.lower().replace("_", "-"), []).append(version)
    return found


def test_conda_users_get_the_same_packages_and_ranges():
    lines = [
        line
        for line in yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
        if isinstance(line, str)
    ]
    conda = requirements([line for line in lines if line.split()[0] not in ("python", "pip")])
    wanted = requirements(PROJECT["dependencies"])
    tests_with = requirements(PROJECT["optional-dependencies"]["dev"])
    wanted |= {name: tests_with[name] for name in ("pytest", "nbval")}  # analysts test notebooks, too
    assert conda == wanted
    python = next(line for line in lines if line.startswith("python "))
    assert python.removeprefix("python ") == PROJECT["requires-python"]


def test_every_range_admits_the_locked_version():
    asked = {"": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    versions = locked()
    for lines in asked.values():
        for name, specifier in requirements(lines).items():
            assert versions[name.replace("_", "-")], name
            assert all(version in specifier for version in versions[name.replace("_", "-")]), name


def test_the_lock_has_hashes_and_names_no_address():
    entries = re.findall(r"^[A-Za-z0-9._-]+==.*?(?=^[A-Za-z0-9]|\Z)", LOCK, flags=re.M | re.S)
    assert len(entries) > 100
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in LOCK
    assert "--index" not in LOCK


@pytest.mark.parametrize(
    ("name", "lowest", "too_old"),
    [
        # pandas-dev/pandas#62775: from_dict drops empty rows before 3.1
        ("pandas", "3.1.0", "3.0.6"),
        # jupyter/nbconvert#2198: renders nothing with mistune 3.1 before 7.16.5
        ("nbconvert", "7.16.5", "7.16.4"),
    ],
)
def test_a_version_that_fails_is_outside_the_range(name, lowest, too_old):
    ranges = requirements(PROJECT["dependencies"])
    assert lowest in ranges[name]
    assert too_old not in ranges[name]


def test_matplotlib_and_pandas_are_capped_where_seaborn_was_tried():
    ranges = requirements(PROJECT["dependencies"])
    assert "3.12.9" in ranges["matplotlib"]
    assert "3.13" not in ranges["matplotlib"]
    assert "3.9" in ranges["pandas"]
    assert "4.0" not in ranges["pandas"]
