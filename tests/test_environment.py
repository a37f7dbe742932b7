"""The ways to install the workbook give the same packages."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import running_standins as standins
from evalkit.errors import EvalkitError

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ON_CONDA_FORGE = {"jupyter-client": "jupyter_client"}
"""PyPI's name -> the name of the recipe of conda-forge, where they differ. PyPI takes - and _ for one, conda does not."""
OF_DEV = (
    *("editables", "hatchling"),  # build the workbook's own package
    *("hypothesis", "nbval", "pytest", "pytest-xdist", "statsmodels"),  # the tests
    *("pikepdf", "pyreadstat", "python-calamine", "python-docx", "resvg-py"),  # what the other extras bring
    *("nbdime", "ruff"),  # git diff cell by cell, and the checks before each commit
)
"""What conda users get of the extra "dev"; the rest is for those who change the library."""


def requirements(lines: list[str]) -> dict[str, SpecifierSet]:
    return {Requirement(line).name.lower(): Requirement(line).specifier for line in lines}


def locked() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", LOCK, flags=re.M):
        found.setdefault(name.lower().replace("_", "-"), []).append(version)
    return found


def for_conda() -> dict[str, SpecifierSet]:
    """What environment.yml should ask conda-forge for, by PyPI's names."""
    dev = requirements(PROJECT["optional-dependencies"]["dev"])
    return requirements(PROJECT["dependencies"]) | {name: dev[name] for name in OF_DEV}


def test_conda_users_get_the_same_ranges_by_the_names_of_conda_forge():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    lines = [line for line in environment["dependencies"] if isinstance(line, str)]
    conda = requirements([line for line in lines if line.split()[0] not in ("python", "pip")])
    assert conda == {ON_CONDA_FORGE.get(name, name): asked for name, asked in for_conda().items()}
    python = next(line for line in lines if line.startswith("python "))
    assert python.removeprefix("python ") == PROJECT["requires-python"]


def test_conda_users_install_the_workbook_from_its_folder_alone():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert all(
        isinstance(line, str) for line in environment["dependencies"]
    )  # no section for pip, which would build
    built_with = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"][
        "requires"
    ]
    assert requirements(built_with).items() <= for_conda().items()
    line = "python -m pip install --no-deps --no-build-isolation -e ."
    for path, start in (("README.md", ""), ("environment.yml", "#   ")):
        text = (ROOT / path).read_text(encoding="utf-8")
        assert f"conda activate evalkit\n{start}{line}\n" in text


def test_conda_users_have_what_the_tests_import():
    reached, more = set(), list(for_conda())
    while more:  # packages, and what they bring
        name = more.pop().lower().replace("_", "-")
        if name not in reached:
            reached.add(name)
            needs = map(Requirement, metadata.requires(name) or [])
            more += [one.name for one in needs if one.marker is None or one.marker.evaluate({"extra": ""})]
    of_module = metadata.packages_distributions()
    for path in (ROOT / "tests").rglob("*.py"):
        for module in imported(path):
            owners = {owner.lower().replace("_", "-") for owner in of_module.get(module, [])}
            assert not owners or owners & (reached | {"evalkit"}), f"{path.name} imports {module}"


def imported(path: Path) -> set[str]:
    """The modules that a test file cannot be collected without, unless it asks whether they are there (importorskip)."""
    found = set()
    for line in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(line, ast.Assign | ast.Expr) and "importorskip" in ast.unparse(line):
            break
        if isinstance(line, ast.Import):
            found |= {one.name.partition(".")[0] for one in line.names}
        elif isinstance(line, ast.ImportFrom) and line.module:
            found.add(line.module.partition(".")[0])
    return found


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


def test_what_is_installed_outside_its_range_is_named_before_anything_is_made(monkeypatch, tmp_path):
    given = {"pandas": "3.0.6", "nbconvert": "8.0"}
    of = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: given.get(name) or of(name))
    root = standins.write_workbook(tmp_path / "workbook", areas=("north",), years=(2018,))
    with pytest.raises(EvalkitError) as raised:
        standins.go(root, tmp_path / "out")
    assert str(raised.value).splitlines() == [
        "nbconvert 8.0 is installed; evalkit was tried with <8,>=7.16.5.",
        "pandas 3.0.6 is installed; evalkit was tried with <4,>=3.1.",
        "Install evalkit again, as README.md says, in this environment.",
    ]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("module", "status"),
    [("yaml", 2), ("evalkit.plan", 1)],
    ids=["a package", "our own, a fault of the code"],
)
def test_half_an_upgrade_is_told_in_words(module, status, root):
    code = f"import sys; sys.modules['{module}'] = None; from evalbook.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "check"], cwd=root, capture_output=True, text=True)
    assert done.returncode == status
    assert ("Traceback" in done.stderr) is (status == 1)
    assert (f"{module} cannot be imported" in done.stderr) is (status == 2)


def test_matplotlib_and_pandas_are_capped_where_seaborn_was_tried():
    ranges = requirements(PROJECT["dependencies"])
    assert "3.12.9" in ranges["matplotlib"]
    assert "3.13" not in ranges["matplotlib"]
    assert "3.9" in ranges["pandas"]
    assert "4.0" not in ranges["pandas"]
