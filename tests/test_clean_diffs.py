"""Open, Run All, Save: JupyterLab's own save leaves nothing that git would show, and an edit is shown without outputs."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from nbformat.v4 import new_markdown_cell, new_output

import shipped
from evalbook.lab.clean_notebook import set_up
from evalkit.errors import EvalkitError

BOOK = "notebooks/area_year.ipynb"
NAME = ["-c", "user.name=a", "-c", "user.email=a@example.org"]


def git(root, *command: str) -> str:
    done = subprocess.run(["git", *NAME, *command], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def clone(tmp_path):
    """A clone with the shipped notebooks, set up by `evalkit hooks`."""
    root = shipped.write_notebooks(tmp_path / "clone")
    shutil.copy2(shipped.ROOT / ".gitignore", root)
    git(root, "init", "-q")
    assert "Wrote .gitattributes: commit it." in set_up(root)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "as shipped")
    return root


def saved(root, edit=lambda notebook: None) -> None:
    """The notebook run in another order than the tests run it, and saved as JupyterLab's server saves."""
    notebook = nbformat.read(root / BOOK, as_version=4)
    for count, cell in enumerate(notebook.cells, start=7):
        cell.metadata["editable"] = True
        if cell.cell_type == "code":
            cell.execution_count = count
            cell.metadata["execution"] = {"iopub.status.busy": "2026-11-29T10:00:00Z"}
            if not cell.outputs:
                cell.outputs = [new_output("stream", text="hemmeligt output")]
    notebook.metadata.kernelspec.display_name = "Python 3 (evalkit)"
    notebook.metadata.language_info.update(version="3.13.0", mimetype="text/x-python")
    edit(notebook)
    manager = AsyncLargeFileManager(root_dir=str(root))
    save = manager.save({"type": "notebook", "content": notebook, "format": "json"}, BOOK)
    with ThreadPoolExecutor() as pool:  # a browser's tests leave a loop running in this thread
        pool.submit(asyncio.run, save).result()


def test_running_and_saving_without_an_edit_gives_no_diff(clone):
    saved(clone)
    assert "hemmeligt output" in (clone / BOOK).read_text("utf-8")
    git(clone, "add", "-A")
    assert git(clone, "status", "--short") == ""


def test_an_added_cell_is_all_that_the_diff_shows(clone):
    saved(clone, lambda notebook: notebook.cells.append(new_markdown_cell("Min tekst.", id="min")))
    shown = git(clone, "diff")
    assert "Min tekst." in shown and "hemmeligt output" not in shown
    assert len(re.findall(r"^(?:\x1b\[\d*m)*## ", shown, flags=re.M)) == 1, shown
    git(clone, "add", "-A")
    lines = git(clone, "diff", "--cached", "--no-ext-diff", "--unified=0", "--", BOOK).splitlines()
    changed = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert "Min tekst." in "".join(changed) and len(changed) < 15


def test_a_folder_that_is_no_clone_is_one_message(tmp_path):
    with pytest.raises(EvalkitError, match="no git clone"):
        set_up(tmp_path)
