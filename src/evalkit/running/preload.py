"""What the fork server imports once, so that no worker and no kernel has to; imported by the server alone."""

from __future__ import annotations

import gc
from importlib import import_module
from importlib.util import find_spec

from evalkit.running.nursery import die_with_parent

MODULES = (
    "evalkit",
    "evalkit.running.crew",
    "evalkit.running.execution",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "nbconvert",
    "seaborn",
    # what ipykernel and IPython import when a kernel starts
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "tornado.platform.asyncio",
)
"""Modules of this environment; one that is not there is left to whoever needs it."""

die_with_parent()
for name in MODULES:
    if find_spec(name.partition(".")[0]):
        import_module(name)
gc.freeze()  # what is shared stays shared: the collector of a child does not touch it
