"""The plan as data: what params/ says about the plan, its goals, indicators and reports."""

from evalkit.plan.definition import (
    FINAL,
    Area,
    Department,
    Disclosure,
    Effort,
    Goal,
    Plan,
)
from evalkit.plan.load import data_folder, find_root, read
from evalkit.plan.targets import Target
from evalkit.plan.years import Period, YearStart

__all__ = [
    "FINAL",
    "Area",
    "Department",
    "Disclosure",
    "Effort",
    "Goal",
    "Period",
    "Plan",
    "Target",
    "YearStart",
    "data_folder",
    "find_root",
    "read",
]
