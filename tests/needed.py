"""Programs that some tests need beside Python: skipped without them on a laptop, never where .ci/run installs them."""

from __future__ import annotations

import os
import shutil

import pytest


def program(name: str, install: str, given: str | None = None) -> str:
    """Path of the program; without it the test is skipped, or fails where everything must be there."""
    found = given or shutil.which(name)
    if not found:
        missing(f"no {name} on this machine: install {install} (Debian: apt-get install {install})")
    return str(found)


def missing(what: str) -> None:
    """Skip the test and say why; fail where .ci/run has set EVALKIT_CI."""
    if os.environ.get("EVALKIT_CI"):
        pytest.fail(what)
    pytest.skip(what)
