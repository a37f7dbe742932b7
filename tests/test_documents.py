"""Pages of words: Markdown for each language, with what varies put in untouched."""

from __future__ import annotations

import re

import pytest
from jinja2.exceptions import UndefinedError

from evalbook.site import document as documents
from evalbook.site.build import DOCUMENTS
from evalbook.site.document import document
from evalkit.text.html import element

PAGE = """# About {{ name }}
Of {{ name }} & more.

## First {{ name }} {#one}
There are {{ n }} per cent of **all**, and {{ name }}.

{{ piece }}

{% call table("A caption", "Name | Value") %}
{{ name }} | a < b
{% endcall %}
### After the table

$$x^2$$

{% call definitions() %}
Said | {{ name }}
Not said | {{ nothing }}
{% endcall %}
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    (tmp_path / "page.en.md").write_text(PAGE, "utf-8")
    monkeypatch.setattr(documents, "FOLDER", tmp_path)
    documents._environment.cache_clear()
    yield document
    documents._environment.cache_clear()


def values(**other):
    return {"name": "A_b_ *c* <i> | d", "n": 7, "piece": element("div", "whole"), "nothing": None} | other


def test_what_is_put_in_is_escaped_and_never_read_as_markdown(written):
    made = written("page", "en", **values())
    assert made.title == "About A_b_ *c* &lt;i&gt; | d"
    assert made.lead == "Of A_b_ *c* &lt;i&gt; | d &amp; more."
    (one,) = made.sections
    assert (one.id, one.title) == ("one", "First A_b_ *c* &lt;i&gt; | d")
    assert "There are 7\u00a0per cent of <strong>all</strong>, and A_b_ *c* &lt;i&gt; | d.</p>" in one.body
    assert '<th scope="row" role="rowheader">A_b_ *c* &lt;i&gt; | d</th>' in one.body
    assert 'data-label="Value">a &lt; b</td>' in one.body


def test_a_piece_of_a_page_stands_in_no_paragraph_and_text_goes_on_after_a_table(written):
    body = written("page", "en", **values()).sections[0].body
    assert "<p><div>" not in body and "<div>whole</div>" in body
    assert "<h3>After the table</h3>" in body and '<math display="block"' in body


def test_a_term_without_an_explanation_is_left_out(written):
    body = written("page", "en", **values()).sections[0].body
    assert "<dt>Said</dt>" in body and "Not said" not in body


def test_a_value_that_nobody_gives_is_an_error(written):
    with pytest.raises(UndefinedError, match="'piece' is undefined"):
        written("page", "en", name="x", n=1, nothing=None)


@pytest.mark.parametrize("name", [name for name, _ in DOCUMENTS.values()])
def test_both_languages_have_the_same_sections_and_the_same_values(name):
    danish, english = (
        (documents.FOLDER / f"{name}.{language}.md").read_text("utf-8") for language in ("da", "en")
    )

    def shape(text):
        anchors = re.findall(r"\{#(.+?)\}$", text, re.M)
        used = sorted(re.findall(r"\{\{-? *([\w.]+)", text))
        rows = [text.count(f"call {kind}(") for kind in ("table", "definitions")]
        return anchors, used, rows, text.count("\n")

    assert shape(danish) == shape(english)
