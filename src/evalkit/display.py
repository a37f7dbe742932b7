"""How an object shows itself in a notebook or a terminal: one small table, the same as HTML and as plain text."""

from __future__ import annotations

import math
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

DASH: Final = "–"
"""What stands where there is no number."""
WIDTH: Final = 100
"""Letters of a line of plain text."""


@dataclass(frozen=True)
class Display:
    """What an object shows: a caption, column heads (or none), rows whose first cell names them, and a note."""

    caption: str
    rows: Sequence[Sequence[Any]]
    head: Sequence[str] = ()
    note: str = ""

    @property
    def html(self) -> str:
        """An accessible table; every text is escaped."""
        top = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.head)
        body = "".join(
            f'<tr><th scope="row"{_side(first)}>{escape(said(first))}</th>'
            + "".join(f"<td{_side(cell)}>{escape(said(cell))}</td>" for cell in rest)
            + "</tr>"
            for first, *rest in self.rows
        )
        parts = [f"<caption>{escape(self.caption)}</caption>"]
        parts += [f"<thead><tr>{top}</tr></thead>"] if top else []
        table = f'<table lang="en">{"".join(parts)}<tbody>{body}</tbody></table>'
        return table + (f'<p lang="en">{escape(self.note)}</p>' if self.note else "")

    @property
    def text(self) -> str:
        """The same in columns; a text that is too long for its line goes on below itself."""
        lines = [[said(cell) for cell in row] for row in ([self.head] if self.head else []) + list(self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        before = sum(widths[:-1]) + 2 * (len(widths) - 1)
        told = [self.caption]
        for *cells, last in lines:
            start = "".join(f"{cell:<{width}}  " for cell, width in zip(cells, widths[:-1], strict=True))
            first, *more = textwrap.wrap(last, max(WIDTH - before, 20)) or [""]
            told += [start + first, *(" " * before + line for line in more)]
        return "\n".join(line.rstrip() for line in [*told, *textwrap.wrap(self.note, WIDTH)])


def _side(cell: Any) -> str:
    """Texts begin at the left; JupyterLab would set them to the right, where numbers belong."""
    return ' style="text-align:left"' if isinstance(cell, (str, list, tuple)) else ""


class Displayed(ABC):
    """Shows itself as a table; a class says in `_display` what is in it."""

    @abstractmethod
    def _display(self) -> Display: ...

    def _repr_html_(self) -> str:
        return self._display().html

    def __repr__(self) -> str:
        return self._display().text

    def __str__(self) -> str:
        return repr(self)


def said(value: Any) -> str:
    """A cell as text: numbers as they are stored, to four digits; a dash where there is none."""
    if value is None or (isinstance(value, str) and not value):
        return DASH
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return ", ".join(map(said, value)) or DASH
    number = float(value)
    if not math.isfinite(number):
        return DASH if math.isnan(number) else str(number)
    if number.is_integer():
        return str(int(number))
    return f"{number:.1f}" if abs(number) >= 1000 else f"{number:.4g}"
