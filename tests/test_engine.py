"""Cells show the same in a report's own process as in papermill's ordinary kernel, or are refused with the same line."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import nbformat
import papermill  # noqa: F401  # before its engine, which it finds by name
import pytest

import running_standins as standins
from evalbook.run.papermill_engine import PRINTED
from evalbook.run.processes import SUPPORTED

pytestmark = pytest.mark.skipif(not SUPPORTED, reason="reports are forked on Linux only")

FIRST_IN_THE_THEME = (
    "import seaborn as sns; from evalkit import figures\n"
    "with figures.theme():\n    ax = sns.barplot(x=['a', 'b'], y=[1, 2])",
    "sns.lineplot(x=[1, 2], y=[1, 2]);",
)

ANALYST = (
    "import asyncio, multiprocessing, os, sys, threading, time, warnings\n"
    "import matplotlib.pyplot as plt, pandas as pd, seaborn as sns\n"
    "from IPython.display import Markdown, clear_output, display",
    "sns.lineplot(x=[2017, 2018, 2019], y=[3, 1, 2])",
    "%config InlineBackend.figure_formats = ['svg']\nplt.rcParams['svg.hashsalt'] = 'same'",
    "figure, axes = plt.subplots(figsize=(3, 2))\nsns.barplot(x=['a', 'b'], y=[1, 2], ax=axes)",
    "%%time\nsum(range(1000))",
    "!echo said by echo",
    "await asyncio.sleep(0.01)\n'awaited'",
    "shown = display(Markdown('**first**'), display_id='shown')",
    "shown.update(Markdown('**second**'))\nprint('seen')",
    "print('gone'); clear_output(); print('kept')",
    "print('gone, too'); clear_output(wait=True); print('last')",
    "print('to stderr', file=sys.stderr)\nwarnings.warn('look out')\nprint('to stdout')",
    "def count():\n    for i in range(3):\n        time.sleep(0.1)\n        print('thread', i)\n"
    "thread = threading.Thread(target=count); thread.start()",
    "thread.join(); threading.Thread(target=time.sleep, args=(600,)).start()",
    "child = multiprocessing.Process(target=print, args=('said by a child',)); child.start(); child.join()",
    "pd.DataFrame({'area': ['a'], 'share': [0.5]})",
    "pd.DataFrame({'a': [1]}).style",
    "sys.stdout.write('no end of line')\nos.listdir('.'), os.getcwd(), sys.stdout.isatty(), __name__",
    "print('æøå', '\\r', end=''); _",
    "%matplotlib inline\nplt.plot([1, 2]); plt.show(); print(plt.rcParams['figure.dpi'])",
    "get_ipython().execution_count, In[2][:3]",
    "?len",
    "display({'image/png': 'x' * 5_000_001}, raw=True)",  # as large as no print may be
)

ENDS = {
    "sys_exit": ("import sys; print('before'); sys.exit()", "cell 3 ends the notebook (exit)"),
    "exit_code": ("raise SystemExit(3)", "cell 3 ends the notebook (exit)"),
    "quit": ("quit()", "cell 3 ends the notebook (exit)"),
    "os_exit": (
        "import os, time; print('said', flush=True); time.sleep(0.5); os._exit(3)",
        "the report process ended with exit code 3 in the middle of a cell",
    ),
    "endless": ("while True: print('x' * 1000)", "cell 3 printed more than"),
    "flood": ("display({'text/html': 'x' * 10_000_000}, raw=True)", "cell 3 printed more than"),
    "ask": ("input('name? ')", "cell 3, line 1 (input('name? ')): StdinNotImplementedError: "),
    "own": (
        "class Own(Exception): pass\ndef fail():\n    raise Own('not this way')\nfail()",
        "cell 3, line 4 (fail()): Own: not this way",
    ),
    "syntax": ("a = = 1", "cell 3, line 1 (a = = 1): SyntaxError: invalid syntax"),
    "magic": ("%nosuch", "cell 3: CellExecutionError"),
    "in_bash": ("%%bash\nexit 4", "cell 3, line 1 (%%bash): CalledProcessError: "),
}
"""What an analyst's cell may end in, by area: the cell, and how the reason begins."""


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The output folder of the same run, with forked processes and with ordinary kernels."""
    root = tmp_path_factory.mktemp("workbook")
    standins.write_workbook(root, ANALYST, ("north",), (2018,))
    outs = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)  # ipykernel shows less when it finds it
        for name, cold in (("forked", False), ("ordinary", True)):
            outs[name] = tmp_path_factory.mktemp(name)
            assert standins.go(root, outs[name], jobs=1, cold=cold) == 0
    return outs


def timeless(notebook: nbformat.NotebookNode) -> str:
    """A notebook as it is written, without what `%%time` measures."""
    return re.sub(r"(CPU times|Wall time): [^\\]*", r"\1: some", nbformat.writes(notebook))


def test_an_analysts_cells_give_the_same_notebook(both):
    one, other = (nbformat.read(out / "north/2018.ipynb", as_version=4) for out in both.values())
    for mine, theirs in zip(one.cells, other.cells, strict=True):
        assert timeless(nbformat.v4.new_notebook(cells=[mine])) == timeless(
            nbformat.v4.new_notebook(cells=[theirs])
        )
    assert timeless(one) == timeless(other)


def test_nothing_that_an_analyst_shows_is_lost(both):
    cells = nbformat.read(both["forked"] / "north/2018.ipynb", as_version=4).cells
    text = json.dumps([cell.get("outputs") for cell in cells])
    for shown in (
        "image/png",
        "image/svg+xml",
        "said by echo",
        "awaited",
        "**second**",
        "look out",
        "thread 2",
    ):
        assert shown in text
    assert "gone" not in text and "**first**" not in text and "said by a child" in text


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """The same with one notebook for each way in which a cell may end."""
    outs = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)
        for name, cold in (("forked", False), ("ordinary", True)):
            outs[name] = tmp_path_factory.mktemp(name)
            reports = [
                standins.Report(
                    area,
                    standins.write_notebook(outs[name] / "books" / f"{area}.ipynb", (cell, "'never seen'")),
                    {"area": area, "year": 2018},
                )
                for area, (cell, _) in ENDS.items()
            ]
            outs[name] = outs[name], standins.make(reports, outs[name], jobs=2, cold=cold)
    return outs


@pytest.mark.parametrize("way", ENDS)
def test_a_cell_that_ends_badly_fails_with_the_same_line_and_leaves_the_same_notebook(ended, way):
    reasons, notebooks = [], []
    for folder, outcomes in ended.values():
        assert outcomes[way].status == "failed"
        reasons.append(outcomes[way].reason)
        notebooks.append((folder / "failed" / f"{way}.ipynb").read_text(encoding="utf-8"))
    assert reasons[0].startswith(ENDS[way][1])
    assert reasons[0] == reasons[1]
    assert notebooks[0] == notebooks[1]
    assert len(notebooks[0]) < 1.1 * PRINTED


def test_shipped_notebooks_give_the_same_pages(as_shipped, tmp_path):
    files = []
    for name, more in (("forked", ()), ("ordinary", ("--cold",))):
        out = tmp_path / name
        command = [sys.executable, "-m", "evalbook", "run", "--language", "da", "--out", out, *more]
        asked = ("--area", "ringparken", "--area", "plan", "--year", "2019", "--year", "final")
        done = subprocess.run([*command, *asked], cwd=as_shipped, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout
        files.append(standins.tree(out))
    made = [name for name in files[0] if name.endswith(".ipynb")]
    assert made == ["plan/2019.ipynb", "plan/final.ipynb", "ringparken/2019.ipynb"]
    assert files[0] == files[1]


def test_papermill_finds_the_engine_by_its_name(tmp_path):
    book = standins.write_notebook(tmp_path / "in.ipynb", ("print(area, year)", "!echo hello"))
    command = [sys.executable, "-m", "papermill", "--engine", "evalkit", "-p", "area", "west", book]
    done = subprocess.run([*command, tmp_path / "out.ipynb"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    assert [output.text for cell in cells for output in cell.get("outputs", [])] == [
        "west 2018\n",
        "hello\r\n",
    ]


@pytest.mark.parametrize("cold", [False, True], ids=["forked", "ordinary"])
def test_figures_are_shown_after_the_first_one_was_drawn_in_the_house_style(tmp_path, cold):
    book = standins.write_notebook(tmp_path / "book.ipynb", FIRST_IN_THE_THEME)
    report = standins.Report("north", book, {"area": "north", "year": 2018})
    made = standins.make([report], tmp_path / "out", jobs=1, cold=cold)
    assert made["north"].status == "made"
    *_, first, second = nbformat.read(tmp_path / "out" / "north.ipynb", as_version=4).cells
    assert ["image/png" in output.data for cell in (first, second) for output in cell.outputs] == [True, True]
