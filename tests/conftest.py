"""What many tests start from: the shipped plan, its demo data, and a copy of the workbook to change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import chromium
import shipped
from editions import Editions, made_once

ROOT = Path(__file__).parents[1]

# Of every property test: how long an example takes says how busy the machine is, nothing about the code. On a desk each
# run tries new examples; CI judges a change, by the same ones each time.
settings.register_profile(
    "workbook",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="EVALKIT_CI" in os.environ,
)
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
    """A copy of params, data and notebooks as they ship, that a test may spoil."""
    return shipped.write_workbook(tmp_path)


@pytest.fixture
def into(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What every typed import ends in; `intake_files.table` reads what it has written."""
    monkeypatch.chdir(root)
    return ["--supplied-by", "Kontoret", "--into", str(tmp_path / "local")]


@pytest.fixture(scope="session")
def as_shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the workbook as it ships, to read and run: no test writes in it."""
    return shipped.write_workbook(tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Editions:
    """Every page of both editions, made once for all processes of pytest-xdist."""
    base = tmp_path_factory.getbasetemp()
    return made_once((base.parent if hasattr(request.config, "workerinput") else base) / "editions")


@pytest.fixture(scope="session")
def browser() -> Iterator[chromium.Browser]:
    """Chromium, headless."""
    with chromium.launched() as running:
        yield running
