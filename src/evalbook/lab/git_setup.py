"""`evalkit hooks`: a clone in which notebooks are committed clean and compared cell by cell, on any system."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from evalbook.scaffold.shipped import shipped
from evalkit.errors import EvalkitError


def set_up(root: Path) -> list[str]:
    """Tell git how notebooks are cleaned, compared and merged; gives what was done, in lines.

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
    for file in (
        ".gitattributes",
        "nbdime_config.json",
    ):  # which files are notebooks, and what of them is compared
        if not (root / file).is_file():
            shutil.copyfile(shipped(file), root / file)
            said.append(f"Wrote {file}: commit it.")
    return said
