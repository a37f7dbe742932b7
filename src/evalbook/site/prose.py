"""The analyst's Markdown as safe HTML: pictures and formulas are put into it, and what a page cannot show is named.

It is read as nbconvert reads it, with footnotes and notes (`:::{note}`, `> [!NOTE]`) beside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from mistune import import_plugin
from mistune.directives import Admonition, FencedDirective
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from evalbook.site import cell_html, pictures
from evalbook.site.formula import UnreadableFormula, as_written, mathml
from evalbook.site.remarks import Remark
from evalkit.figures.chart import no_description
from evalkit.text.words import Words, gettext_for

_MARK: Final = f"\ue000{token_hex(8)}-"
_PLACE: Final = re.compile(f"{_MARK}(\\d+)\ue001")
"""Where a formula or a picture goes once everything else is clean; no text can name such a place."""
_PASTED: Final = re.compile(r"\]\(attachment:[^)\n<>]*\)")
"""A picture whose name has spaces, which Markdown does not allow and JupyterLab writes."""
_ALERT: Final = re.compile(r"\A<p>\[!(\w+)\]\s*")
_IMG: Final = re.compile(r"(?is)<img\b[^>]*>")
_ATTRIBUTE: Final = re.compile(r"""(?is)\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")


@dataclass(frozen=True)
class Source:
    """Where a piece of Markdown stands: its cell, the pictures pasted there, the notebook's folder and workbook."""

    cell: str = ""
    language: str = "da"
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    folder: Path | None = None
    root: Path | None = None
    synthetic: bool = False


@dataclass
class Prose:
    """HTML, what of the text is not in it, the addresses of its links, and what is wrong: files that are not there."""

    html: str
    remarks: list[Remark]
    links: list[str]
    wrong: list[str]


def prose(text: str, source: Source | None = None) -> Prose:
    """A piece of Markdown as HTML."""
    renderer = _Renderer(source or Source())
    text = _PASTED.sub(lambda name: name[0].replace(" ", "%20"), text)
    html = _read(text, renderer)
    renderer.look_for_notes(html)
    html, cut = cell_html.clean(_framed(html, gettext_for(renderer.source.language)))
    if cut:
        renderer.remark("text", cut=", ".join(cut))
    return Prose(renderer.filled(html), renderer.remarks, renderer.links, renderer.wrong)


def shipped(text: str) -> str:
    """A piece of the library's own Markdown as HTML; what it holds is trusted."""
    renderer = _Renderer(Source())
    return renderer.filled(_read(text, renderer))


def _read(text: str, renderer: _Renderer) -> str:
    """HTML with places for formulas and pictures."""
    plugins = [import_plugin(name) for name in (*MarkdownWithMath.DEFAULT_PLUGINS, "footnotes")]
    plugins.append(FencedDirective([Admonition()], ":"))
    return str(MarkdownWithMath(renderer=renderer, plugins=plugins).render(text))


class _Renderer(IPythonRenderer):
    """nbconvert's, with pictures and formulas kept for after cleaning."""

    def __init__(self, source: Source) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.source = source
        self.put: list[str] = []
        self.remarks: list[Remark] = []
        self.links: list[str] = []
        self.wrong: list[str] = []

    def remark(self, kind: str, **values: Any) -> None:
        self.remarks.append(Remark(self.source.cell, kind, values))

    def _keep(self, html: str) -> str:
        self.put.append(html)
        return f"{_MARK}{len(self.put) - 1}\ue001"

    def filled(self, html: str) -> str:
        """HTML with its formulas and pictures in their places."""
        return _PLACE.sub(lambda place: self.put[int(place[1])], html)

    # ---- formulas ----

    def inline_math(self, body: str) -> str:
        return self._formula(body, display=False)

    def block_math(self, body: str) -> str:
        return self._formula(body, display=True)

    def latex_environment(self, name: str, body: str) -> str:
        return self._formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)

    def _formula(self, latex: str, *, display: bool) -> str:
        try:
            return self._keep(mathml(latex, display=display))
        except UnreadableFormula:
            self.remark("formula", formula=" ".join(latex.split()))
            return self._keep(as_written(latex))

    # ---- pictures and links ----

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return self._picture(unescape(re.sub(r"<[^>]+>", "", text)), url)

    def _picture(self, text: str, url: str) -> str:
        alt, gap = pictures.described(text), no_description(self.source.language)
        name = url.removeprefix("attachment:")
        name = text or (name if len(name) < 60 else name[:57] + "…")
        if re.match(r"(?i)https?:|//", url):
            self.remark("elsewhere", name=url)
            return f"<em>{escape(alt or url)}</em>"
        if url.startswith("data:") and not re.match(r"data:image/[\w.+-]+;base64,", url):
            self.remark("text", cut=f"<img src={url.partition(',')[0]}>")
            return f"<em>{escape(alt)}</em>" if alt else ""
        try:
            kind, data = self._found(url)
            html = pictures.element(kind, data, alt or gap)
        except pictures.NoPicture as error:
            self.wrong.append(str(error))
            return ""
        if not alt:
            self.remark("alt", name=name)
            html += f'<span class="missing" data-missing="alt">{escape(gap)}</span>'
        return self._keep(html)

    def _found(self, url: str) -> tuple[str, str]:
        if url.startswith("attachment:"):
            return pictures.attached(url.removeprefix("attachment:"), self.source.attachments)
        if url.startswith("data:"):
            kind, _, data = url.removeprefix("data:").partition(";base64,")
            if kind not in pictures.KINDS:
                raise pictures.NoPicture(f"a page cannot show a picture of the kind {kind}. Save it as PNG.")
            return kind, data
        if self.source.folder is None:
            raise pictures.NoPicture(f"{url!r}: only files of a notebook that is saved can be shown.")
        return pictures.in_file(url, self.source.folder, self.source.root or self.source.folder)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        self.links.append(url)
        return super().link(text, url, title)

    def inline_html(self, html: str) -> str:
        return self._tags(html)

    def block_html(self, html: str) -> str:
        return self._tags(html) + "\n"

    def _tags(self, html: str) -> str:
        """HTML that is written in the Markdown, with pasted and local pictures in place."""

        def found(tag: re.Match[str]) -> str:
            given = {name.lower(): unescape("".join(value)) for name, *value in _ATTRIBUTE.findall(tag[0])}
            if refused := list(re.findall(r"(?i)\s(on\w+|srcset)\s*=", tag[0])):
                self.remark("text", cut=", ".join(f"<img {name}>" for name in refused))
                return ""
            if "src" not in given:
                return ""
            return self._picture(given.get("alt", ""), given["src"])

        return _IMG.sub(found, html)

    # ---- notes ----

    def look_for_notes(self, html: str) -> None:
        """Name the footnotes that nobody has written, or that are empty."""
        said = re.sub(r"(?s)<(code|pre)\b.*?</\1>", "", html)
        for name in re.findall(r"\[\^[^\]\s<]+\]", said):
            self.remark("footnote", name=name)
        for number in re.findall(r'<li id="fn-(\d+)"><p><a ', said):
            self.remark("footnote", name=f"[^{number}]")

    def task_list_item(self, text: str, checked: bool = False) -> str:
        box = "☑ " if checked else "☐ "
        inside = text.replace("<p>", f"<p>{box}", 1) if text.startswith("<p>") else box + text
        return f"<li>{inside}</li>\n"

    def block_error(self, text: str) -> str:
        return f"<p>{text}</p>\n"

    def block_quote(self, text: str) -> str:
        if alert := _ALERT.match(text):
            return self._note(alert[1].lower(), "", f"<p>{text[alert.end() :]}")
        return super().block_quote(text)

    def admonition(self, text: str, name: str, **attrs: Any) -> str:
        return self._note(name, attrs.get("class", ""), text)

    def admonition_title(self, text: str) -> str:
        return f'<p class="note-title"><b>{text}</b></p>'

    def admonition_content(self, text: str) -> str:
        return text

    def _note(self, name: str, css: str, inside: str) -> str:
        words = gettext_for(self.source.language)
        title = _titles(words).get(name, name.capitalize())
        plain = f'<p class="note-title"><b>{name.capitalize()}</b></p>'
        head = f'<p class="note-title"><b>{title}</b></p>'
        inside = inside.replace(plain, head, 1) if "note-title" in inside else head + inside
        return f'<div class="note {escape(name)}" role="note">{inside}</div>\n'


def _titles(words: Words) -> dict[str, str]:
    return {
        "note": words("Note"),
        "tip": words("Advice"),
        "hint": words("Advice"),
        "important": words("Important"),
        "warning": words("Beware"),
        "caution": words("Beware"),
        "attention": words("Beware"),
        "danger": words("Beware"),
        "error": words("Beware"),
    }


def _framed(html: str, words: Words) -> str:
    """Boxes that scroll by themselves around tables and code, with names; heads of columns as such; notes as a list."""
    html = re.sub(r"<th(?=[ >])(?![^>]*\bscope=)", '<th scope="col"', html)
    html = html.replace('<th scope="col"></th>', "<td></td>")
    html = re.sub(r"(?s)<table>.*?</table>", rf"{scrolling(words('Table'))}\g<0></div>", html)
    html = re.sub(
        r"<pre(?=[ >])", f'<pre role="region" tabindex="0" aria-label="{words("Lines of code")}"', html
    )
    return re.sub(r'(?s)<section class="footnotes">(.*?)</section>', r'<div class="footnotes">\1</div>', html)


def scrolling(name: str) -> str:
    """How a box begins that scrolls sideways by itself."""
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(name)}">'
