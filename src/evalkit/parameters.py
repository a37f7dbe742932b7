"""What papermill has put into a notebook: a name that no cell declares, or the other kind of area, stops it.

Papermill only warns of a misspelt `-p`, and the report would be made with the default, of the wrong year.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any, Final

from evalkit.errors import WrongParameter, did_you_mean
from evalkit.terms import PLAN

_INJECTED: Final = "# Parameters\n"  # how papermill begins the cell that it adds


def check(cells: Sequence[str]) -> None:
    """Refuse parameters that papermill has injected and the notebook cannot take; other notebooks pass.

    Parameters
    ----------
    cells : the code that the kernel was given so far, oldest first

    Raises
    ------
    WrongParameter
        A name that no cell before declares; a year given as text; the whole plan given to the notebook of an area, or the other way round.
    """
    found = [at for at, source in enumerate(cells) if source.startswith(_INJECTED)]
    if not found:
        return
    given, declared = _values([cells[found[-1]]]), _values(cells[: found[-1]])
    if not declared:
        return  # no cell is tagged "parameters": whatever is given is new
    for name in given:
        if name not in declared:
            raise WrongParameter(
                f"-p {name}: the notebook has no such parameter. {did_you_mean(name, declared)}"
            )
    year, area, default = given.get("year"), given.get("area"), declared.get("area")
    if isinstance(year, str):
        raise WrongParameter(f"year is the text {year!r}. Give a number: -p year {year}, not -r year {year}.")
    if isinstance(area, str) and isinstance(default, str) and (area == PLAN) != (default == PLAN):
        raise WrongParameter(
            "area: plan is the whole plan, and this notebook reports on one area. Use notebooks/plan_year.ipynb, or "
            "notebooks/plan_final.ipynb for the final evaluation."
            if area == PLAN
            else f"this notebook reports on the whole plan. Use notebooks/area_year.ipynb for {area}."
        )


def _values(cells: Sequence[str]) -> dict[str, Any]:
    """Names that the code assigns, with the values that are literals; None for others."""
    found: dict[str, Any] = {}
    for source in cells:
        try:
            statements = ast.parse(source).body
        except (SyntaxError, ValueError):  # a magic: IPython's language, not Python's
            continue
        for one in statements:
            if not isinstance(one, ast.Assign | ast.AnnAssign) or one.value is None:
                continue
            try:
                value = ast.literal_eval(one.value)
            except (ValueError, TypeError):
                value = None
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            found |= {target.id: value for target in targets if isinstance(target, ast.Name)}
    return found
