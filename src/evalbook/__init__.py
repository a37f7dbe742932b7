"""The machinery around evalkit: import, run, site, review, rehearsal, another plan, JupyterLab and the `evalkit` command."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

# Workbooks are read and written the same, byte for byte, whether lxml happens to be installed or not.
os.environ["OPENPYXL_LXML"] = "False"


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext evalbook`: Tab completes ids, and changed modules are used at once. `make lab` has loaded it."""
    import_module("evalbook.lab.extension").load(shell)
