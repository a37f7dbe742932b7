"""What the fork server imports once, so that no worker and no kernel has to; imported by the server alone."""

from __future__ import annotations

import datetime as dt
import gc
from contextlib import suppress
from importlib import import_module

from evalbook.run.processes import end_with_parent, without_uri_grammar

MODULES = (
    # what ipykernel and IPython import when a kernel starts
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "IPython.utils.wildcard",
    "faulthandler",
    "tornado.platform.asyncio",
    # what the notebooks use
    "encodings.utf_8_sig",
    "pandas",
    "pandas.core.methods.to_dict",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "seaborn",
    "evalkit.cards.goal_cards",
    "evalkit.figures",
    "evalkit.text.narrative",
    "evalkit.report",
    "evalkit.tables.indicator_tables",
    # what a worker uses
    "evalbook.run.execution",
    "evalbook.site.page",
    "evalbook.site.build",
)
"""Modules of this environment; one that is not there is left to whoever needs it."""


def preload() -> None:
    """Import everything, and do once what every child would otherwise do for the first time."""
    with without_uri_grammar():
        for name in MODULES:
            try:
                import_module(name)
            except ModuleNotFoundError:
                continue
    for first in (draw, read_words, compile_templates, read_notebook):
        with suppress(Exception):  # what is wrong with it, the first report that meets it will say
            first()
    gc.collect()
    gc.freeze()  # what is shared stays shared: the collector of a child does not touch it


def draw() -> None:
    """Measure the letters in both weights of the house style, and fill matplotlib's caches."""
    from evalkit.figures.draw import canvas
    from evalkit.figures.labels import figure_of
    from evalkit.figures.style import inline, text_width

    for bold in (False, True):
        text_width("".join(map(chr, range(32, 256))), 8, bold=bold)
    with canvas("first") as (ax,):
        ax.plot((0, 1), (0, 1), marker="o")
    inline(figure_of(ax), "first", "fig", "", "")


def read_words() -> None:
    """Read the catalogues, and how dates and numbers are written."""
    from evalkit.text.numbers import date, number
    from evalkit.text.words import gettext_for

    for language in ("da", "en"):
        gettext_for(language)("Final evaluation")
        date(dt.date(2018, 10, 1), language), number(1.5, 1, language=language)


def compile_templates() -> None:
    """Compile the templates of the pages."""
    from evalbook.site.page import environment

    for name in environment().list_templates():
        environment().get_template(name)


def read_notebook() -> None:
    """Compile the schemas of notebooks, and set up their way to a page."""
    from nbformat import reads, v4, writes

    from evalbook.site.outputs import outputs
    from evalbook.site.page import tags
    from evalbook.site.prose import prose

    cells = [
        v4.new_markdown_cell("a"),
        v4.new_code_cell("1", outputs=[v4.new_output("stream", text="1")]),
    ]
    notebook, _ = tags().preprocess(reads(writes(v4.new_notebook(cells=cells)), as_version=4), {})
    prose(notebook.cells[0].source), outputs(notebook.cells[1])


end_with_parent()
preload()
