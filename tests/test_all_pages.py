"""Every page of both editions, made as a user makes them: first the Danish alone, then the English beside it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

import spelling
from evalbook.site.page import LIMIT
from pages import VOID, dead_links, problems


def test_both_editions_have_the_same_pages(editions):
    danish = {name for name in editions.pages if not name.startswith("en/")}
    assert {name.removeprefix("en/") for name in editions.pages if name.startswith("en/")} == danish
    assert len(danish) >= 21 + 5 + 5  # reports, pages of areas and plan, pages of the site


def test_one_edition_alone_has_no_dead_link_and_names_no_other(editions):
    assert editions.dead_alone == []


def test_both_editions_together_have_no_dead_link_and_every_page_its_twin(editions):
    assert dead_links(editions.out) == []
    assert [name for name, html in editions.pages.items() if html.count("hreflang") != 1] == []


def test_every_page_keeps_the_rules(editions):
    assert {name: wrong for name, html in editions.pages.items() if (wrong := problems(html))} == {}


def test_no_area_report_is_larger_than_promised(editions):
    sizes = {name: len(html.encode()) for name, html in editions.pages.items() if "plan/" not in name}
    assert {name: size for name, size in sizes.items() if size > LIMIT} == {}


@pytest.fixture(scope="module")
def spoken(editions) -> dict[str, dict[str, str]]:
    """By language: every word, with one page that it stands on."""
    found: dict[str, dict[str, str]] = {}
    for name, html in editions.pages.items():
        for language, words in spelling.words(html).items():
            found.setdefault(language, {}).update(dict.fromkeys(words, name))
    return found


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_word_is_spelt_right(language, spoken):
    found = spoken[language]
    assert {word: found[word] for word in spelling.unknown(found, language)} == {}


def test_every_text_says_which_language_it_is_in(spoken):
    assert set(spoken) == {"da", "en"}


SLIPS = re.compile(
    r"\.\.(?!\.)|,,|;;|(?<!\d) [.,;:!?)](?!\w)|\( |(?<=\w) {2,}(?=\w)|[;:,]\s*[,;]|\{\w*\}|^None$|\b(?:nan|NaN)\b|\bpct\b(?!\.)"
)
"""Doubled stops and spaces, spaces before a sign, a place that nobody filled."""


def test_no_sentence_is_carelessly_put_together(editions):
    found = {}
    for name, html in editions.pages.items():
        for text in running_texts(html):
            if slip := SLIPS.search(text):
                found[name] = text[max(0, slip.start() - 40) : slip.end() + 20]
    assert found == {}


@pytest.mark.parametrize(
    "text",
    ["pct..", "to  ord", "ord .", "( ord", "fra {n}", "i alt,;", "nan", "5 pct i år"],
)
def test_careless_sentences_would_be_found(text):
    assert SLIPS.search(f"a {text} b")


def test_a_misspelt_word_would_be_found():
    assert spelling.unknown({"boligområde", "boligomrode"}, "da") == ["boligomrode"]
    assert spelling.unknown({"neighbourhood", "neighborhood"}, "en") == ["neighborhood"]


def test_words_are_taken_with_their_language_and_code_is_left_out():
    html = '<html lang="da"><p title="Et skilt">Et <b>or</b>d<wbr>spil <i lang="en">a word</i> tryghed.plan.2019 <code>x_y</code></p>'
    assert spelling.words(html) == {"da": {"Et", "skilt", "or", "dspil"}, "en": {"a", "word"}}


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_word_list_is_sorted_and_every_word_on_it_is_used(language, spoken):
    words = spelling.listed(language)
    assert words == sorted(set(words), key=lambda word: (word.casefold(), word))
    used = {word.casefold() for word in spoken[language]}
    assert [word for word in words if word.casefold() not in used] == []


INLINE = {"a", "b", "data", "em", "i", "span", "strong", "sub", "sup", "wbr"}
SKIPPED = {"script", "style", "pre", "code", "svg", "head", "math"}


class _Running(HTMLParser):
    """The text of each block, without code and pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = [""]
        self.skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED and tag not in VOID:
            self.skipped += 1
        if tag not in INLINE:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self.skipped -= 1
        if tag not in INLINE:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.texts[-1] += data


def running_texts(html: str) -> list[str]:
    """The texts of a page, block by block."""
    parser = _Running()
    parser.feed(html)
    parser.close()
    return [text.strip() for text in parser.texts if text.strip()]
