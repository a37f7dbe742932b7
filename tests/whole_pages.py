"""Real notebooks run whole in this process, by IPython itself, and rendered as a run renders them."""

from __future__ import annotations

import os
import re
from functools import cache
from html import unescape
from pathlib import Path
from types import ModuleType
from unittest import mock

from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output
from nbformat.v4 import output_from_msg
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from evalbook.approval import translation
from evalbook.run import planning


class _Hook(DisplayHook):
    """A cell's last value is shown as a kernel shows it, not as a terminal does."""

    def __call__(self, result: object = None) -> None:
        if result is not None:
            display(result)


class _Shell(InteractiveShell):
    displayhook_class = _Hook


@cache
def _shell(folder: Path) -> _Shell:
    """One shell for all notebooks: a kernel without a process of its own, and without a history on the disk."""
    with mock.patch.dict(os.environ, {"IPYTHONDIR": str(folder)}):
        # A module of its own: otherwise it would take the place of __main__, which other tests' processes start from.
        shell = _Shell.instance(user_module=ModuleType("cells"))
    shell.history_manager.enabled = False
    shell.colors = "nocolor"
    return shell


def pages(root: Path, evaluated: Path, key: str, language: str, ipython: Path) -> dict[str, str]:
    """The published pages of one report of the workbook by path, the report's first, from rows evaluated beforehand.

    Parameters
    ----------
    evaluated : folder that `steps.evaluate` wrote
    key : area/year, as in the params file's name
    ipython : an empty folder for IPython's own files
    """
    translation.write_all(root)
    report = next(one for one in planning.reports(root) if (one.name, one.language) == (key, language))
    book = parameterize_notebook(load_notebook_node(str(report.notebook)), dict(report.parameters))
    shell = _shell(ipython)
    shell.reset(new_session=False)
    with mock.patch.dict(os.environ, {"EVALKIT_ROOT": str(root), "EVALKIT_EVALUATION": str(evaluated)}):
        for cell in book.cells:
            if cell.cell_type == "code":
                with capture_output() as said:
                    done = shell.run_cell(cell.source)
                done.raise_error()
                assert said.stdout == said.stderr == "", (cell.source, said.stdout, said.stderr)
                cell.outputs = [
                    output_from_msg(
                        {
                            "header": {"msg_type": "display_data"},
                            "content": {"data": one.data, "metadata": one.metadata or {}},
                        }
                    )
                    for one in said.outputs
                ]
    return planning.render(book, report)


def text(html: str) -> str:
    """What a reader sees of the page, as one line: without code, style, drawings and markup."""
    seen = re.sub(r"(?s)<(style|pre|svg|head)\b.*?</\1>", " ", html)
    seen = re.sub(r"</?data\b[^>]*>", "", seen)  # a number keeps to what stands beside it
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", seen)))
