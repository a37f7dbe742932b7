"""What of a notebook is not on its page as the analyst made it: which cell, what, and what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evalkit.text.words import Words, gettext_for


@dataclass(frozen=True)
class Remark:
    """One thing that a page does not show, or not as it was made; `kind` is one of those in `_sentences`."""

    cell: str
    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def said(self, language: str) -> str:
        """The sentence, in a page's language."""
        return _sentences(gettext_for(language))[self.kind].format(cell=self.cell, **self.values)


def _sentences(words: Words) -> dict[str, str]:
    return {
        "html": words(
            "Left out of what cell {cell} shows, since it could ask a server or run code: {cut}. Show figures with figures.show(…) and tables with display(…)."
        ),
        "text": words(
            "Left out of the text of cell {cell}, since it could ask a server or run code: {cut}. Write it in Markdown."
        ),
        "kind": words(
            "Left out of what cell {cell} shows, since a page runs no code: {what}. Show a figure with figures.show(…), a table with tables.show(…)."
        ),
        "elsewhere": words(
            "The picture {name} in cell {cell} stands on another server, which no page asks. Put the file beside the notebook and name it there."
        ),
        "formula": words(
            "The formula {formula} in cell {cell} cannot be set and is shown as it is written. Look for a brace or a command that is misspelt."
        ),
        "footnote": words(
            "The footnote {name} in cell {cell} has no text. Add a line that begins with {name}:"
        ),
        "printed": words(
            "Cell {cell} printed {lines} lines; the page shows the first {shown}. Print less, or show a table."
        ),
        "style": words(
            "The table in cell {cell} has a style that a page cannot show: {cut}. Colour its cells instead."
        ),
        "size": words(
            "The page is {size} large and should be {limit} at most; cell {cell} alone is {own}. Save the picture with fewer points, or draw fewer of them."
        ),
        "alt": words(
            "The picture {name} in cell {cell} has no description: whoever cannot see it is not told what it shows. Write one between the brackets: ![…]."
        ),
    }
