"""Two languages, one source: no message without its Danish, and sentences that put themselves together safely."""

from __future__ import annotations

from string import Formatter

import pytest

from catalogue import DANISH as CATALOGUE
from catalogue import asked_for, danish, ordered
from evalkit.errors import UnknownName
from evalkit.text.numbers import Cited
from evalkit.text.words import NBSP, Sentence, gettext_for

MESSAGES = asked_for()
DANISH = {entry.id[0] if isinstance(entry.id, tuple) else entry.id: entry for entry in danish() if entry.id}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_message_has_its_danish():
    missing = [
        f"{message!r} ({file})"
        for message, (file, _) in MESSAGES.items()
        if message not in DANISH or not all(_strings(DANISH[message]))
    ]
    assert not missing, "add to src/evalkit/text/locale/da/messages.po:\n" + "\n".join(missing)


def test_one_and_many_are_asked_for_as_they_stand_in_the_catalogue():
    both = set(MESSAGES) & set(DANISH)
    assert not [message for message in both if MESSAGES[message][1] != isinstance(DANISH[message].id, tuple)]


def test_the_catalogue_holds_nothing_that_nobody_asks_for():
    assert not set(DANISH) - set(MESSAGES)


def test_all_wordings_of_one_thought_stand_together_below_the_place_that_says_them():
    assert CATALOGUE.read_text("utf-8") == ordered(), "python tests/catalogue.py --write"


def _strings(entry) -> tuple[str, ...]:
    return entry.string if isinstance(entry.string, tuple) else (entry.string,)


@pytest.mark.parametrize("message", DANISH)
def test_the_danish_has_the_same_parts_as_the_english(message):
    entry = DANISH[message]
    asked = entry.id if isinstance(entry.id, tuple) else (entry.id,)
    assert all(fields(text) <= set().union(*map(fields, asked)) for text in _strings(entry))
    assert fields(_strings(entry)[-1]) == fields(asked[-1])


def test_english_is_the_message_itself_and_danish_comes_from_the_catalogue():
    assert gettext_for("en")("Too uncertain to say") == "Too uncertain to say"
    assert gettext_for("da")("Too uncertain to say") == "Kan ikke afgøres"


def test_an_unknown_language_says_which_there_are():
    with pytest.raises(UnknownName, match="da, en"):
        gettext_for("xx")


@pytest.mark.parametrize(
    ("n", "danish_text", "english_text"),
    [
        (1, "Der kom 1 anmeldelse.", "There was 1 report."),
        (0, "Der kom 0 anmeldelser.", "There were 0 reports."),
        (2, "Der kom 2 anmeldelser.", "There were 2 reports."),
        (0.5, "Der kom 0.5 anmeldelser.", "There were 0.5 reports."),
        (1.5, "Der kom 1.5 anmeldelser.", "There were 1.5 reports."),
    ],
)
def test_one_and_many(n, danish_text, english_text):
    for language, expected, nouns in (
        ("da", danish_text, ("anmeldelse", "anmeldelser")),
        ("en", english_text, ("report", "reports")),
    ):
        said = gettext_for(language).count(
            "There was {n} {one} in plan year {year}. Per 1,000 {people} that is {value}.",
            "There were {n} {many} in plan year {year}. Per 1,000 {people} that is {value}.",
            n,
            n=n,
            one=nouns[0],
            many=nouns[1],
            year=2019,
            people="",
            value="",
        )
        assert said.plain.startswith(expected.rstrip("."))


def test_a_list_reads_as_a_list():
    words = gettext_for("da")
    assert words.listed(["a"]).plain == "a"
    assert words.listed(["a", "b"]).plain == "a og b"
    assert words.listed(["a", "b", "c"]).plain == "a, b og c"


def test_a_number_keeps_to_its_unit():
    n = Cited("9,6", 0.096, row="tryghed.ringparken.2019.change")
    assert gettext_for("da").say("{n} percentage points", n=n).plain == f"9,6{NBSP}procentpoint"
    assert gettext_for("da").say("{n}%", n=n).plain == f"9,6{NBSP}pct."


def test_an_abbreviation_at_the_end_brings_its_own_full_stop():
    fall = gettext_for("da").say("{n}%", n="29")
    assert Sentence("Et fald på {fall}.", {"fall": fall}).plain == f"Et fald på 29{NBSP}pct."


def test_parts_are_escaped_in_html_and_plain_in_text():
    said = Sentence("{who} svarede.", {"who": "<b>A & B</b>"})
    assert said.html == "&lt;b&gt;A &amp; B&lt;/b&gt; svarede."
    assert said.plain == "<b>A & B</b> svarede."


def test_braces_in_a_part_stay_as_they_are():
    assert Sentence("{who}.", {"who": "{x}"}).plain == "{x}."
