"""Any executed notebook as one page of the house: `evalkit page`, and nbconvert's template of the name evalkit.

    jupyter nbconvert --to html --template evalkit out.ipynb

The template (share/jupyter/nbconvert/templates/evalkit in an installation) names `HousePage` in its conf.json; the page is
what a run would publish, but that it stands alone: without the site's menu, with its annex at its end.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.preprocessors import Preprocessor
from nbconvert.utils.exceptions import ConversionException
from nbformat import NotebookNode

from evalbook.site.frame import Frame
from evalbook.site.links import only_to
from evalbook.site.page import Pages, about_of, pages
from evalkit import plan as plans
from evalkit.errors import EvalkitError, MissingFile
from evalkit.plan import Plan


def page(notebook: NotebookNode, folder: Path, name: str) -> tuple[str, Pages]:
    """The page of a notebook, and what of it is not on the page.

    Parameters
    ----------
    folder : where the notebook lies; a workbook around it gives the plan
    name : its file, for messages

    Raises ProblemsFound with dead links and missing pictures, by cell.
    """
    plan = _plan(folder)
    about = about_of(notebook)
    language = about.get("language") or _language(notebook)
    frame = Frame(
        plan if about else None,
        language,
        f"{Path(name).stem}.html",
        bool(about.get("synthetic")),
        other_language=False,
        alone=True,
    )
    root = plan.root if plan else folder
    made = pages(notebook, frame=frame, folder=folder, root=root, name=name)
    return only_to(made[frame.page], lambda target: (folder / target).exists()), made


def write(notebook: Path, out: Path | None) -> tuple[Path, Pages]:
    """Write the page of a notebook beside it, or where told; gives its path and what is not on it.

    Raises MissingFile where there is no notebook; EvalkitError where the file is none.
    """
    if not notebook.is_file():
        raise MissingFile(f"{notebook}: there is no such notebook.")
    try:
        book = nbformat.read(notebook, as_version=4)
    except Exception as error:  # nbformat raises what it meets
        raise EvalkitError(f"{notebook}: is not a notebook ({type(error).__name__}).") from error
    html, made = page(book, notebook.resolve().parent, notebook.name)
    path = out or notebook.with_suffix(".html")
    if path.is_dir():
        path = path / notebook.with_suffix(".html").name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8", newline="\n")
    return path, made


class HousePage(Preprocessor):
    """Makes the page for nbconvert's template, which only puts it out."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """The notebook as it is; the page is in the resources."""
        about = resources.get("metadata", {})
        name = f"{about.get('name') or 'notebook'}.ipynb"
        try:
            html, made = page(nb, Path(about.get("path") or ".").resolve(), name)
        except EvalkitError as error:
            raise ConversionException(str(error)) from error
        for remark in made.remarks:
            self.log.warning("%s: %s", name, remark.said("en"))
        resources["evalkit_page"] = html
        return nb, resources


def _plan(folder: Path) -> Plan | None:
    """The plan of the workbook around a folder; None outside of any. ProblemsFound where it cannot be read."""
    try:
        root = plans.find_root(folder)
    except MissingFile:
        return None
    return plans.read(root)


def _language(notebook: NotebookNode) -> str:
    """That of the parameters it was run with; Danish unless told."""
    for cell in notebook.cells:
        if found := re.search(r"(?m)^language\b[^=\n]*=\s*[\"'](da|en)[\"']", cell.source):
            return found[1]
    return "da"
