"""Executed notebooks become self-contained pages: no script, no request to anywhere, one file each."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.preprocessors import TagRemovePreprocessor
from nbformat import NotebookNode

from evalbook.approval import own_files
from evalbook.approval.notebook_cells import code_cells
from evalbook.site import links
from evalbook.site.content import Content, content
from evalbook.site.frame import ACCESSIBILITY, INDEX, Frame, Link, tidy
from evalbook.site.remarks import Remark
from evalkit.errors import Problem, ProblemsFound
from evalkit.figures.style import DARK, TOKENS
from evalkit.report import ABOUT

HERE: Final = Path(__file__).parent
LIMIT: Final = 400_000
"""Bytes; a report that ships is never larger, and of one that an analyst has made larger it is told."""


class Pages(dict[str, str]):
    """Pages by path, and what of their notebook they do not show."""

    remarks: Sequence[Remark] = ()


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
    """The one stylesheet, without comments and needless spaces; its colours are the figures'."""
    css = _colours() + (HERE / "style.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    return re.sub(r"\s*([{};,\n])\s*", r"\1", css).strip()


def _colours() -> str:
    def of(palette: dict[str, str]) -> str:
        return "".join(f"--{name}: {colour}; " for name, colour in palette.items())

    figures = "".join(f"--fig-{name}: var(--{name}); " for name in TOKENS)
    dark = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {of(DARK)}}} }}"
    return f":root {{ {of(TOKENS)}{figures}}}\n{dark}\n"


@cache
def tags() -> TagRemovePreprocessor:
    """What cells may ask for by nbconvert's usual tags: to be left out, whole or in part."""
    return TagRemovePreprocessor(
        remove_cell_tags={"remove-cell"},
        remove_all_outputs_tags={"remove-output"},
        remove_input_tags={"remove-input"},
    )


def pages(
    notebook: NotebookNode,
    *,
    frame: Frame,
    folder: Path | None = None,
    root: Path | None = None,
    name: str = "",
) -> Pages:
    """The executed notebook as self-contained HTML pages by path: the report, and its annex if a chapter is tagged for it.

    The same notebook and frame give the same bytes. nbconvert's own templates load scripts from other hosts and drop
    alt texts, so the templates are ours.

    Parameters
    ----------
    folder, root : where the notebook lies and the workbook around it, for pictures named in its text
    name : the notebook's file, for messages

    Raises ProblemsFound with each link in the text that leads nowhere and each picture that is not there, by cell.
    """
    kept, _ = tags().preprocess(copy.deepcopy(notebook), {})
    own = own_files.made_from(code_cells(notebook.cells))  # before a cell that only reads is taken out
    made = content(kept, frame, own, folder, root)
    if frame.alone:
        made.chapters, made.annex = made.chapters + made.annex, []
        frame = replace(frame, title=frame.title or made.title)
    beside = links.annex_of(frame.page)
    found = Pages(
        {frame.page: render("notebook.html.j2", frame, content=made, annex=beside if made.annex else "")}
    )
    if made.annex:
        title = frame.words.say("Annex to {report}", report=frame.title).plain
        report = Link(frame.page.rpartition("/")[2], frame.title)
        about = replace(frame, page=beside, title=title, description=title, years=())
        found[beside] = render("annex.html.j2", about, content=made, report=report, status=_status(made))
    ids = {one for html in found.values() for one in re.findall(r'\sid="([^"]+)"', html)}
    wrong = made.wrong + links.dead(made.links, ids, frame, folder)
    if wrong:
        raise ProblemsFound(Problem(name or frame.page, f"cell {cell}", said) for cell, said in wrong)
    found.update(links.linked(found))
    found.remarks = [*made.remarks, *_too_large(found, made)]
    return found


def about_of(notebook: NotebookNode) -> dict[str, Any]:
    """What an executed notebook says that its report is about; empty where it shows no report."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if ABOUT in output.get("data", {}):
                return dict(output["data"][ABOUT])
    return {}


def _too_large(pages: Mapping[str, str], made: Content) -> Iterator[Remark]:
    """A remark for each page over the limit, with the cell that takes most of it."""
    for html in pages.values():
        size = len(html.encode("utf-8"))
        if size > LIMIT and made.sizes:
            cell, own = max(made.sizes.items(), key=lambda one: one[1])
            yield Remark(cell, "size", {"size": _kb(size), "limit": _kb(LIMIT), "own": _kb(own)})


def _kb(size: int) -> str:
    return f"{size / 1000:,.0f} kB"


def _status(made: Content) -> Markup:
    """How far the report has come, in its slot, as its title block says it."""
    slot = re.search(r"<!--slot:status-->.*?<!--/slot-->", made.header, re.S)
    return Markup(slot[0] if slot else "")


def render(template: str, frame: Frame, **values: Any) -> str:
    """A page of the site from one of the package's templates; values that are HTML must be marked as such."""
    return tidy(environment().get_template(template).render(frame=frame, **values))
