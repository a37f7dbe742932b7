"""A picture on a page: its finding as title, its drawings, where its numbers stand, and the numbers themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from evalkit.text.html import plain
from evalkit.text.words import gettext_for


@dataclass(frozen=True, repr=False)
class Picture:
    """What a notebook cell shows: a figure element with title, explanation, drawings, row ids and table.

    `title`, `about`, `remarks` and `table` are HTML from the library; drawings are inline SVG.
    """

    title: str
    about: str
    drawings: Sequence[str]
    rows: Sequence[str]
    language: str
    table: str = ""
    remarks: str = ""

    @property
    def html(self) -> str:
        """The complete figure element."""
        words = gettext_for(self.language)
        parts = [f"<figcaption><h3>{self.title}</h3><p>{self.about}</p></figcaption>", *self.drawings]
        if self.remarks:
            parts.append(f'<p class="src">{self.remarks}</p>')
        if self.rows:
            cited = ", ".join(f"<code>{escape(one)}</code>" for one in shortened(self.rows))
            file = '<a href="results.csv">results.csv</a>'
            parts.append(f'<p class="src">{words("Rows in {file}:").format(file=file)} {cited}</p>')
        if self.table:
            parts.append(self._table())
        return f"<figure>{''.join(parts)}</figure>"

    def _table(self) -> str:
        if self.table.lstrip().startswith("<details"):
            return self.table
        summary = gettext_for(self.language)("See the numbers")
        return f'<details class="show"><summary>{summary}</summary>{self.table}</details>'

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"Figure: {plain(self.title)}"


def shortened(rows: Iterable[str]) -> list[str]:
    """Row ids with following years drawn together: tryghed.nordparken.2014–2019."""
    parted = sorted({tuple(row.rsplit(".", 1)) for row in rows})
    short = []
    for series, group in groupby(parted, key=lambda one: one[0]):
        years = [int(year) for _, year in group]
        runs: list[list[int]] = []
        for year in years:
            if runs and runs[-1][-1] == year - 1:
                runs[-1].append(year)
            else:
                runs.append([year])
        spans = [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
        short.append(f"{series}.{', '.join(spans)}")
    return short
