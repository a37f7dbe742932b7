"""Notebooks in git: its filter leaves what a colleague would read as a change, and `evalkit hooks` tells git of it."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from evalbook.scaffold.shipped import shipped
from evalkit.errors import EvalkitError

CHECKED: Final = "nbval-check-output"
"""The tag of a cell whose output is committed, since the tests compare it; it needs a count to be one that was run."""
_KERNEL: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_LEFT_BEHIND: Final = (
    "execution",
    "ExecuteTime",
    "papermill",
    "collapsed",
    "scrolled",
    "trusted",
    "editable",
)


def cleaned(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook without outputs, counts and what programs note in it, in place; attachments and ids stay."""
    notebook["metadata"] = dict(_KERNEL)
    for cell in notebook["cells"]:
        metadata = cell["metadata"]
        for name in list(metadata):
            if name in _LEFT_BEHIND or metadata[name] in ([], {}, {"slide_type": ""}):
                del metadata[name]
        if cell["cell_type"] != "code":
            continue
        checked = CHECKED in metadata.get("tags", ())
        cell["execution_count"] = 1 if checked else None
        cell["outputs"] = [
            {**output, "execution_count": 1} if "execution_count" in output else output
            for output in (cell["outputs"] if checked else ())
        ]
    return notebook


def set_up(root: Path) -> list[str]:
    """Tell git how notebooks are cleaned, compared and merged, on any system; gives what was done, in lines.

    Raises EvalkitError where the workbook is no clone, or git is not installed.
    """
    python = f'"{Path(sys.executable).as_posix()}"'
    wanted = {
        "filter.nbstripout.clean": f"{python} -m evalbook.lab.clean_notebook",
        "filter.nbstripout.smudge": "cat",
    }
    said = ["Notebooks are committed without outputs, counts and kernel."]
    if importlib.util.find_spec("nbdime"):
        wanted |= {
            "diff.jupyternotebook.command": f"{python} -m nbdime.vcs.git.diffdriver diff",
            "merge.jupyternotebook.driver": f"{python} -m nbdime.vcs.git.mergedriver merge %O %A %B %L %P",
            "merge.jupyternotebook.name": "notebooks, cell by cell",
        }
        said.append("git diff shows notebooks cell by cell, without outputs.")
    else:
        said.append("For git diff cell by cell, install nbdime and do this again.")
    for name, value in wanted.items():
        try:
            subprocess.run(["git", "config", name, value], cwd=root, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise EvalkitError("This folder is no git clone, or git is not installed.") from error
    # which files are notebooks, and what of them is compared
    for file in (".gitattributes", "nbdime_config.json"):
        if not (root / file).is_file():
            shutil.copyfile(shipped(file), root / file)
            said.append(f"Wrote {file}: commit it.")
    return said


def main() -> None:
    """From standard input to standard output; what is no notebook stays as it is."""
    text = sys.stdin.buffer.read()
    try:
        made = cleaned(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError):
        sys.stdout.buffer.write(text)
        return
    written = json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True)
    sys.stdout.buffer.write(f"{written}\n".encode())


if __name__ == "__main__":
    main()
