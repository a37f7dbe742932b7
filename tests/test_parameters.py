"""Papermill only warns of a misspelt parameter: the notebook's own report refuses it, in one message that helps."""

import contextlib
import json
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit import parameters
from evalkit.errors import WrongParameter
from evalkit.plan.assessments import ReportParams

DECLARED = 'area: str = "ringparken"\nyear: int = 2018\nassessment: dict = {}\n'
OF_THE_PLAN = 'area: str = "plan"\nyear: int = 2021\n'


def injected(text: str) -> str:
    """The cell as papermill 2.7 writes it."""
    return f"# Parameters\n{text}\n"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            [DECLARED, injected("yaer = 2019")],
            "-p yaer: the notebook has no such parameter. Did you mean 'year'?",
        ),
        (
            ["%matplotlib inline", DECLARED, injected("aera = 1")],
            "-p aera: the notebook has no such parameter",
        ),
        ([DECLARED, injected('year = "2019"')], "year is the text '2019'. Give a number: -p year 2019"),
        (
            [DECLARED, injected('area = "plan"')],
            "Use notebooks/plan_year.ipynb, or notebooks/plan_final.ipynb",
        ),
        ([OF_THE_PLAN, injected('area = "sydbyen"')], "Use notebooks/area_year.ipynb for sydbyen."),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_give(cells, said):
    with pytest.raises(WrongParameter) as refused:
        parameters.check(cells)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [DECLARED, "report = load(area, year)"],
        [DECLARED, injected('area = "sydbyen"\nyear = 2019\nassessment = {"role": "x"}')],
        [OF_THE_PLAN, injected('area = "plan"\nyear = 2019')],
        [DECLARED, "own = 3", injected("own = 4")],  # an analyst's parameter, declared in a cell of their own
        ["%matplotlib inline", DECLARED, injected("year = 2019")],
        [injected("anything = 1")],  # no cell is tagged: nothing is known of what may be given
    ],
)
def test_what_fits_passes(cells):
    parameters.check(cells)


@given(st.lists(st.text()))
def test_whatever_a_cell_holds_ends_in_no_other_error(sources):
    with contextlib.suppress(WrongParameter):
        parameters.check([*sources, DECLARED, injected("\n".join(sources))])


@pytest.mark.parametrize("name", ["area_year", "plan_year", "plan_final"])
def test_a_params_file_holds_nothing_that_plain_papermill_could_not_put_into_the_notebook(root, name):
    cells = json.loads((root / f"notebooks/{name}.ipynb").read_text("utf-8"))["cells"]
    declared = "".join(
        line for c in cells if "parameters" in c["metadata"].get("tags", []) for line in c["source"]
    )
    assert set(ReportParams.model_fields) <= set(re.findall(r"(?m)^(\w+):", declared))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-p", "yaer", "2019"), "Did you mean 'year'?"),
        (("-r", "year", "2019"), "not -r year 2019"),
        (("-p", "area", "plan"), "notebooks/plan_year.ipynb"),
    ],
)
def test_plain_papermill_stops(as_shipped, tmp_path, options, said):
    command = [
        sys.executable,
        "-m",
        "papermill",
        "notebooks/area_year.ipynb",
        str(tmp_path / "out.ipynb"),
        *options,
    ]
    done = subprocess.run(command, cwd=as_shipped, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode != 0
    assert said in done.stderr
