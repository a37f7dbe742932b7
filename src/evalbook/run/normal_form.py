"""The normal form of an executed notebook: the same inputs give the same bytes, and no path of this machine."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode

ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
CELL_FILE = re.compile(re.escape(tempfile.gettempdir()) + r"[/\\]ipykernel_\d+[/\\](\d+)\.py")
"""The file that a cell's code is said to stand in, as a warning names it: with a process id."""

STYLER = re.compile(r"\bT_[0-9a-f]{5}(?=[_\s\"#{])")
"""The id that pandas invents for a styled table unless it is given one."""


def normalise(
    notebook: NotebookNode, source_ids: Iterable[str | None], paths: Iterable[str] = ()
) -> NotebookNode:
    """Remove times, random cell ids, memory addresses and machine paths from a notebook, in place.

    Parameters
    ----------
    notebook : as papermill executed it
    source_ids : id of each cell of the notebook before it ran; None where it has none
    paths : folders of this machine, to be shown as "."
    """
    ids = iter(source_ids)
    for number, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        added = "injected-parameters" in tags or "papermill-error-cell-tag" in tags
        cell.id = f"{tags[0]}-{number}" if added else next(ids, None) or f"cell-{number}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "outputs" in cell:
            cell.outputs = _joined(cell.outputs)
        for place, output in enumerate(cell.get("outputs", [])):
            _clean_output(output, sorted(paths, key=len, reverse=True))
            if "<style" in (html := output.get("data", {}).get("text/html", "")):
                output.data["text/html"] = STYLER.sub(f"T_{number}_{place}", html)
    ran = notebook.metadata.get("papermill", {})
    notebook.metadata["papermill"] = {
        "parameters": ran.get("parameters", {}),
        "version": ran.get("version", ""),
    }
    return notebook


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """All that a cell writes to one stream as one text, standard output first: a kernel sends it in pieces as it likes.

    nbclient's own `coalesce_streams` does the same, but takes minutes for one very long line.
    """
    streams = {
        name: [output for output in outputs if output.output_type == "stream" and output.name == name]
        for name in ("stdout", "stderr")
    }
    joined = []
    for pieces in streams.values():
        if pieces:
            pieces[0].text = "".join(piece.text for piece in pieces)
            joined.append(pieces[0])
    first = next((place for place, output in enumerate(outputs) if output.output_type == "stream"), 0)
    rest = [output for output in outputs[first:] if output.output_type != "stream"]
    return [*outputs[:first], *joined, *rest]


def _clean_output(output: NotebookNode, paths: list[str]) -> None:
    """Clean the texts that a process writes; a picture or a page of the library is left as it is."""
    if output.output_type == "stream":
        output.text = without_paths(output.text, paths)
    elif output.output_type == "error":
        output.evalue = without_paths(output.evalue, paths)
        output.traceback = [without_paths(line, paths) for line in output.traceback]
    elif "text/plain" in output.get("data", {}):
        output.data["text/plain"] = without_paths(output.data["text/plain"], paths)


def without_paths(text: str, paths: Iterable[Any]) -> str:
    """A text without this machine's folders and memory addresses."""
    for path in paths:
        if len(str(path)) > 3:  # never the root of a disk
            text = text.replace(str(path), ".")
    return CELL_FILE.sub(r"cell \1", ADDRESS.sub("at 0x0", text))
