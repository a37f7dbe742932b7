"""What the tests of Word files share: a small page, the file made from it, and people who write in files."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
from docx.oxml.ns import qn
from docx.text.run import Run

from evalbook.word.blocks import PageText, blocks
from evalbook.word.word_file import Sent, document
from evalkit.text.words import gettext_for

DAY = dt.date(2026, 11, 23)
SENT = Sent("ringparken/2019", "0a1b2c3d", "da", DAY)
SVG = (
    '<svg class="fig bred" viewBox="0 0 100 50" role="img" aria-labelledby="t d"><title id="t">Tryghed</title>'
    '<desc id="d">Kurve. 71,2 pct.</desc><path d="M 0 0 L 100 50" style="fill: none; stroke: var(--fig-accent)"/>'
    '<text x="10" y="20" font-size="9.75" style="fill: var(--fig-ink)">2019</text></svg>'
)
SENTENCE = "Andelen er 71,2 pct. mod 72,3 i 2017."
OTHER = "Om planen er grunden, ved vi ikke."
HTML = f"""<html lang="da"><body><nav>Overblik</nav><main><header><p class="kicker">Områderapport</p>
<h1>Ringparken <span>Planår 2019</span></h1>
<p class="meta"><!--slot:status--><span class="chip">Udkast</span><!--/slot--> <span>1.397 beboere</span></p>
<p class="lead">Det kan endnu ikke afgøres.</p></header>
<section><h2>Tryghed</h2><figure><figcaption><h3>Tryghed er uændret</h3><p>Planår 2014–2019.</p></figcaption>{SVG}
<details><summary>Se tallene</summary><table><caption>Tryghed i tal</caption><thead><tr><th>Planår</th><th>Pct.</th></tr></thead>
<tbody><tr><th>2018</th><td><data data-row="tryghed.ringparken.2018.value">69,1</data></td></tr>
<tr><th>2019</th><td><data data-row="tryghed.ringparken.2019.value">71,2</data></td></tr></tbody></table></details></figure>
<p>Andelen er <data data-row="tryghed.ringparken.2019.value">71,2</data> pct. mod
<data data-row="tryghed.ringparken.2019.baseline_value">72,3</data> i <b>2017</b>.</p></section>
<section><h2>Grænser</h2><ul><li>{OTHER}</li><li> </li></ul></section>
<section><h2>Analytikerens vurdering</h2><div class="voice"><p>Beboerne mødtes.</p></div>
<!--slot:review--><h3>Godkendelse</h3><p>Ingen har godkendt rapporten endnu.</p><!--/slot--></section>
</main><footer><p>En fælles indsats.</p></footer></body></html>"""


def page(html: str = HTML, language: str = "da") -> PageText:
    return blocks(html, gettext_for(language))


def made(html: str = HTML, sent: Sent = SENT) -> bytes:
    return document(page(html, sent.language), sent)


def written(path: Path, change: Callable[[docx.document.Document], None], data: bytes | None = None) -> Path:
    """A file in which somebody has written with Word's own means."""
    opened = docx.Document(io.BytesIO(data or made()))
    change(opened)
    opened.save(str(path))
    return path


def paragraph(opened: docx.document.Document, text: str):
    """The paragraph that holds a text, in a table or not."""
    for one in opened.element.body.iter(qn("w:p")):
        if text in "".join(part.text or "" for part in one.iter(qn("w:t"))):
            return one
    raise AssertionError(text)


def comment(opened: docx.document.Document, at: str, text: str, author: str = "Rie Reviewer") -> None:
    runs = [Run(run, opened) for run in paragraph(opened, at).iter(qn("w:r"))]
    opened.add_comment(runs, text=text, author=author)


def put(opened: docx.document.Document, at: str, text: str) -> None:
    """Write another text where one stands, without a mark."""
    parts = list(paragraph(opened, at).iter(qn("w:t")))
    for part in parts:
        part.text = ""
    parts[0].text = text


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The file with one part more, or another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, content)
    return out.getvalue()


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return opened.read(name).decode("utf-8")


def edited(data: bytes, pattern: str, new: str, name: str = "word/document.xml") -> bytes:
    """The file with one place of a part's XML written anew."""
    text, times = re.subn(pattern, new, part(data, name), count=1, flags=re.S)
    assert times == 1, pattern
    return with_part(data, name, text.encode("utf-8"))
