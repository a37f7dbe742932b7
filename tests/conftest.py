"""What many tests start from: the shipped plan, its demo data, and a copy of the workbook to change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]

# Of every property test: how long an example takes says how busy the machine is, nothing about the code.
settings.register_profile("workbook", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("workbook")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def plan():
    from evalkit.plan import read

    return read(ROOT)


@pytest.fixture(scope="session")
def demo(plan):
    from evalkit.data.dataset import read

    return read(ROOT / "data" / "demo", plan)


@pytest.fixture(scope="session")
def evaluation(plan, demo):
    from evalkit.evaluate.evaluation import evaluate

    return evaluate(plan, demo)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A copy of params, data and notebooks that a test may spoil."""
    for name in ("params", "data", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("local"))
    return tmp_path
