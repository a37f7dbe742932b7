"""What a cell of an executed notebook shows, as HTML: as nbconvert would show it, but for what runs code or asks a server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, Final

from nbformat import NotebookNode

from evalbook.site import cell_html, pictures, styled_table
from evalbook.site.formula import UnreadableFormula, as_written, mathml
from evalbook.site.prose import Source, prose, scrolling
from evalbook.site.remarks import Remark
from evalkit.figures.chart import NOTEBOOK_STYLE, no_description
from evalkit.report import ABOUT
from evalkit.text.words import gettext_for

LINES: Final = 100
LETTERS: Final = 10_000
"""How much of what one cell prints a page shows."""

_PANDAS_STYLE: Final = re.compile(r"<style scoped>\s*\.dataframe tbody[^<]*</style>")
"""What pandas puts before a table for JupyterLab; the page has its own."""
_NO_WORDS: Final = re.compile(r"\[?<[\w.]+[^\n]*>\]?|Text\(.*\)|\.{3}|Figure: .*", re.S)
"""Texts that only say which object a cell ended with."""
_HARMLESS: Final = frozenset(
    {"text/plain", "text/html", "text/markdown", "text/latex", *pictures.KINDS, ABOUT}
)


@dataclass
class Shown:
    """HTML of each thing that a cell shows; what stands with its code instead; what is not shown; links; what is wrong."""

    html: list[str] = field(default_factory=list)
    beside_code: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, html: str) -> None:
        """Something that the page shows, if there is anything."""
        if html.strip():
            self.html.append(html.strip())


def outputs(cell: NotebookNode, language: str = "da", source: Source | None = None) -> Shown:
    """What a cell shows; errors and warnings are left out."""
    reader = _Reader(cell.get("id", ""), language, source or Source(cell.get("id", ""), language))
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.get("name") == "stdout":
            reader.printed("".join(output.text))
        elif output.output_type in ("display_data", "execute_result"):
            if ABOUT in output.data:  # says what the page is about, and is no part of it
                reader.made.beside_code.append("".join(output.data.get("text/plain", "")))
            else:
                reader.read(output.data, output.get("metadata", {}))
    return reader.made


class _Reader:
    def __init__(self, cell: str, language: str, source: Source) -> None:
        self.cell, self.language, self.source = cell, language, source
        self.words = gettext_for(language)
        self.made = Shown()

    def remark(self, kind: str, **values: Any) -> None:
        self.made.remarks.append(Remark(self.cell, kind, values))

    def read(self, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        """One output: its richest form that a page can show."""
        before = len(self.made.html), len(self.made.remarks)
        self._shown(data, metadata)
        what = [kind for kind in data if kind not in _HARMLESS]
        if what and before == (len(self.made.html), len(self.made.remarks)):
            self.remark("kind", what=", ".join(what))

    def _shown(self, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        if "text/html" in data:
            return self._html("".join(data["text/html"]))
        for kind in pictures.KINDS:
            if kind in data:
                return self._picture(kind, "".join(data[kind]), str(metadata.get(kind, {}).get("alt", "")))
        if "text/markdown" in data:
            return self._markdown("".join(data["text/markdown"]))
        if "text/latex" in data:
            return self._latex("".join(data["text/latex"]))
        text = "".join(data.get("text/plain", ""))
        if any(kind not in _HARMLESS for kind in data) or _NO_WORDS.fullmatch(text.strip()):
            if text:
                self.made.beside_code.append(text)
            return None
        return self.printed(text)

    def _html(self, html: str) -> None:
        html, told, _ = _cleaned(html, self.cell)
        self.made.remarks += told
        if 'class="dataframe"' in html:
            html = re.sub(r"(?s)<table\b.*?</table>", self._table, html)
        self.made.add(html)

    def _table(self, table: re.Match[str]) -> str:
        """A table of pandas' own in the house's frame."""
        inner = re.sub(r'(?: border="1")? class="dataframe"', "", table[0], count=1)
        inner = re.sub(
            r"(?s)<thead>.*?</thead>", lambda head: head[0].replace("<th>", '<th scope="col">'), inner
        )
        inner = re.sub(
            r"(?s)<tbody>.*?</tbody>", lambda body: body[0].replace("<th>", '<th scope="row">'), inner
        )
        if "<caption" not in inner:
            caption = f"<caption>{escape(self.words('Own table'))}.{self._mark()}</caption>"
            inner = re.sub(r"<table[^>]*>", lambda tag: tag[0] + caption, inner, count=1)
        return f"{scrolling(self.words('Own table'))}{inner}</div>"

    def _mark(self) -> str:
        return f" {escape(self.words('Made-up figures.'))}" if self.source.synthetic else ""

    def _picture(self, kind: str, data: str, alt: str) -> None:
        alt = alt.strip() or (pictures.title_of(data) if kind == pictures.SVG else "")
        gap = "" if alt else no_description(self.language)
        html = pictures.element(kind, data, alt or gap)
        html += f'<p class="missing">{escape(gap)}</p>' if gap else ""
        html += f'<p class="src">{self._mark().strip()}</p>' if self.source.synthetic else ""
        missing = ' data-missing="alt"' if gap else ""
        return self.made.add(f"<figure{missing}>{html}</figure>")

    def _markdown(self, text: str) -> None:
        made = prose(text, self.source)
        self.made.add(made.html)
        self.made.remarks += made.remarks
        self.made.links += made.links
        self.made.wrong += made.wrong

    def _latex(self, text: str) -> None:
        formula = re.sub(r"\A\s*(\${1,2}|\\\[|\\\()|(\${1,2}|\\\]|\\\))\s*\Z", "", text)
        try:
            self.made.add(f"<p>{mathml(formula, display=True)}</p>")
        except UnreadableFormula:
            self.remark("formula", formula=" ".join(text.split()))
            self.made.add(f"<p>{as_written(text)}</p>")

    def printed(self, text: str) -> None:
        """What a cell prints, up to a limit."""
        lines = text.rstrip().split("\n")
        shown = "\n".join(lines[:LINES])[:LETTERS]
        if len(shown) < len("\n".join(lines)):
            self.remark("printed", lines=len(lines), shown=shown.count("\n") + 1)
        if shown.strip():
            self.made.add(
                f'<pre class="output" role="region" tabindex="0" aria-label="{escape(self.words("What the cell printed"))}">'
                f"{escape(shown)}</pre>"
            )


def secure(
    notebook: NotebookNode, language: str, folder: Path | None = None, root: Path | None = None
) -> None:
    """Cut from an executed notebook, in place, what could ask a server or run code; what is cut is named.

    HTML of a cell's output is cleaned; a text that holds such things becomes the HTML that a page shows of it.

    Parameters
    ----------
    folder, root : where the notebook lies and the workbook around it, for pictures named in its text
    """
    for cell in notebook.cells:
        source = Source(cell.get("id", ""), language, cell.get("attachments", {}), folder, root)
        if cell.cell_type == "markdown":
            cell.source = _secured_text(cell.source, source)
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            for kind in [kind for kind in data if kind not in _HARMLESS]:
                del data[kind]  # no page shows it, and some viewers would run it
            if "text/markdown" in data:
                data["text/markdown"] = _secured_text("".join(data["text/markdown"]), source)
            html, told, styled = _cleaned("".join(data.get("text/html", "")), source.cell)
            if styled or told:
                data["text/html"] = html + _named(told, language)


def _cleaned(html: str, cell: str) -> tuple[str, list[Remark], bool]:
    """HTML of a cell as a page may show it, what was cut from it, and whether it is a table that pandas has styled."""
    html, told = _PANDAS_STYLE.sub("", html.removeprefix(NOTEBOOK_STYLE)), []
    styled = styled_table.is_styled(html)
    if styled:
        html, rules = styled_table.inlined(html)
        told += [Remark(cell, "style", {"cut": ", ".join(rules)})] if rules else []
    html, cut = cell_html.clean(html)
    told += [Remark(cell, "html", {"cut": ", ".join(cut)})] if cut else []
    return html, told, styled


def _secured_text(text: str, source: Source) -> str:
    made = prose(text, source)
    told = [one for one in made.remarks if one.kind in ("elsewhere", "text")]
    return f"{made.html.strip()}\n\n{_named(told, source.language)}" if told else text


def _named(remarks: list[Remark], language: str) -> str:
    return "".join(f'<p class="missing">{escape(one.said(language))}</p>' for one in remarks)
