"""Figures withdrawn: what an assessment notes, but the published rows hide now, leaves no trace in an executed notebook.

The noted figures are the rows as they were when the words were written. A count that has been hidden since would
otherwise stand among the notebook's parameters. The page was made before and says only that the figure is hidden.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from nbformat import NotebookNode
from papermill.translators import translate_parameters

HIDDEN: Final = "suppressed"  # as in the rows' columns `shown` and `verdict`


def forget(notebook: NotebookNode, evaluation: Path) -> None:
    """Take such figures out of a notebook's parameters, in place.

    Parameters
    ----------
    evaluation : folder with rows.csv, the published rows of the run; nothing is taken out where there is none
    """
    parameters = notebook.metadata.get("papermill", {}).get("parameters", {})
    noted = parameters.get("assessment", {}).get("figures", {})
    if not noted or not (evaluation / "rows.csv").is_file():
        return
    with (evaluation / "rows.csv").open(encoding="utf-8", newline="") as file:
        now = {row["row"]: row for row in csv.DictReader(file) if row["row"] in noted}
    kept = {name: _still_told(figures, now.get(name, {})) for name, figures in noted.items()}
    if kept == noted:
        return
    parameters["assessment"]["figures"] = kept
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = translate_parameters("python3", "python", parameters, "Parameters")


def _still_told(figures: Mapping[str, Any], now: Mapping[str, str]) -> dict[str, Any]:
    """Of a hidden row, or one whose baseline is hidden, only the columns that are not empty today."""
    hidden = HIDDEN in (now.get("shown"), now.get("verdict"))
    return {column: value for column, value in figures.items() if not hidden or now.get(column)}
