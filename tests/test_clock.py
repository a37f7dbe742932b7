"""A busy machine turns no test red: nothing here is measured by the clock."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parent
MEASURES = {"perf_counter", "perf_counter_ns", "monotonic_ns", "alarm", "SIGALRM", "ITIMER_REAL"}


def test_no_example_of_a_property_is_held_to_a_time() -> None:
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check


@pytest.mark.parametrize(
    "path", sorted(TESTS.rglob("*.py")), ids=lambda path: path.relative_to(TESTS).as_posix()
)
def test_no_module_measures_time_or_sets_a_deadline_of_its_own(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not names & MEASURES
    if path != TESTS / "conftest.py":
        assert "deadline" not in {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
