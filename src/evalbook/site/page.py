"""Executed notebooks become self-contained pages: no script, no request to anywhere, one file each."""

from __future__ import annotations

import copy
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.preprocessors import TagRemovePreprocessor
from nbformat import NotebookNode

from evalbook.site.content import content
from evalbook.site.frame import ACCESSIBILITY, INDEX, Frame, tidy

HERE: Final = Path(__file__).parent
LIMIT: Final = 400_000
"""Bytes; an area report is never larger."""


@cache
def environment() -> Environment:
    """The templates of the package; everything that is not marked as HTML is escaped."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"style": Markup(stylesheet()), "accessibility": ACCESSIBILITY, "index": INDEX}
    return made


@cache
def stylesheet() -> str:
    """The one stylesheet, without comments and line breaks."""
    css = (HERE / "style.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    return re.sub(r"\s*\n\s*", "\n", css).strip()


@cache
def tags() -> TagRemovePreprocessor:
    """What cells may ask for by nbconvert's usual tags: to be left out, whole or in part."""
    return TagRemovePreprocessor(
        remove_cell_tags={"remove-cell"},
        remove_all_outputs_tags={"remove-output"},
        remove_input_tags={"remove-input"},
    )


def page(notebook: NotebookNode, *, frame: Frame) -> str:
    """The executed notebook as a self-contained HTML page; the same notebook and frame give the same bytes.

    nbconvert's own templates load scripts from other hosts and drop alt texts, so the template is ours.
    """
    kept, _ = tags().preprocess(copy.deepcopy(notebook), {})
    return render("notebook.html.j2", frame, content=content(kept, frame))


def render(template: str, frame: Frame, **values: Any) -> str:
    """A page of the site from one of the package's templates; values that are HTML must be marked as such."""
    return tidy(environment().get_template(template).render(frame=frame, **values))
