"""A params file is changed in the lines meant and in no other, whatever its author's habits."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
import yaml

from evalbook.review.edit_yaml import EditError, append, set_value, stamp

ROOT = Path(__file__).parents[1]
SHIPPED = sorted((ROOT / "params").rglob("*.yml"))
REPORTS = [path for path in SHIPPED if path.parent.name != "params"]
FIGURES = {"a.b.2019": {"shown": "value", "value": 0.5723684}, "a.b.2018": {"value": 3.0}}
VALUES = {"author": "Anna: analytiker", "date": "2026-11-23", "fingerprint": "4ebae05fad2685ce"}

HABITS = """\
# What papermill gets.   Two spaces, tabs\tand a line of its author's own length, which no program need like.
area:   ringparken   # spaces kept
year: 2019


status: 'draft'      # not yet
assessment:          # what the analyst says
    author: "Anna A."     # who
    # a remark on the texts
    texts:
        tryghed: >
            Foldet tekst, der
            brydes her.

            Nyt afsnit: med kolon # og kryds
        haervaerk: En lang tekst uden anførselstegn,
            der går videre på næste linje
        uddannelse: "To linjer i
            anførselstegn, \\u00e6"
        forsoergelse: |
            Bogstavelig: tekst
            # Overskrift, ingen bemærkning

activities:
- et
-   to
events: [ "a",  'b' ]
limitations:
    -   yes
# til sidst
"""


def changed(before: str, after: str) -> list[str]:
    """The lines that went and came, with - and +; every other is the same to the byte."""
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in lines if line[0] in "+-"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SHIPPED, ids=name)
def test_a_value_of_a_shipped_file_is_one_line_and_a_new_key_is_one_more(path):
    text = path.read_text("utf-8")
    content = yaml.safe_load(text)
    for key, old in content.items():
        if isinstance(old, str) and "\n" not in old:
            new = set_value(text, key, "another", path.name)
            assert yaml.safe_load(new) == content | {key: "another"}
            went = [line for line in changed(text, new) if line[0] == "-"]
            assert went[0].startswith(f"- {key}:") and all(line[2] == " " for line in went[1:])
    new = set_value(text, "brand_new", "another", path.name)
    assert changed(text, new) == ["+ brand_new: another\n"]


@pytest.mark.parametrize("path", REPORTS, ids=name)
def test_a_shipped_report_is_stamped_with_new_lines_only(path):
    text = path.read_text("utf-8")
    new = stamp(text, VALUES, FIGURES, path.name)
    assert all(line[0] == "+" for line in changed(text, new))
    assert yaml.safe_load(new)["assessment"]["author"] == "Anna: analytiker"
    again = stamp(new, {"fingerprint": "0"}, FIGURES, path.name)
    assert [line[0] for line in changed(new, again)] == ["-", "+"]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_comments_quotes_folds_and_line_ends_stay(ends, mark):
    text = mark + HABITS.replace("\n", ends)
    assert [line.rstrip() for line in changed(text, set_value(text, "status", "approved", "x"))] == [
        "- status: 'draft'      # not yet",
        "+ status: approved      # not yet",
    ]
    new = stamp(text, VALUES, FIGURES, "x")
    assert [line.rstrip() for line in changed(text, new) if line[0] == "-"] == [
        '-     author: "Anna A."     # who'
    ]
    assert new.count("\n") == new.count(ends)
    assert '    author: "Anna: analytiker"     # who' in new
    given = yaml.safe_load(new)
    before = yaml.safe_load(HABITS)
    assert given["assessment"]["texts"] == before["assessment"]["texts"]
    assert given["assessment"]["figures"]["a.b.2019"] == {"shown": "value", "value": 0.572368}
    assert {key: given[key] for key in before if key != "assessment"} == {
        key: before[key] for key in before if key != "assessment"
    }
    less = stamp(new, {}, {"a.b.2018": {"value": 3.0}}, "x")
    assert [line[0] for line in changed(new, less)] == ["-"]
    assert stamp(less, {}, {"a.b.2018": {"value": 3.0}}, "x") == less


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("area: a", "area: a\nstatus: draft\n"),
        ("", "status: draft\n"),
        ("# only a remark\n", "# only a remark\nstatus: draft\n"),
        ("status:\narea: a\n", "status: draft\narea: a\n"),
        ("status:   # open\n", "status: draft   # open\n"),
        ("status: >-\n  folded\n  text\n# remark\narea: a\n", "status: draft\n# remark\narea: a\n"),
        ("status: |\n  a\n  # b\n\narea: a\n", "status: draft\n\narea: a\n"),
        ("  status: x\n  area: a\n", "  status: draft\n  area: a\n"),
        ("  area: a\n", "  area: a\n  status: draft\n"),
        ('"status": "x" # y\n', '"status": draft # y\n'),
    ],
)
def test_a_value_is_put_where_its_key_stands_or_at_the_end(text, after):
    assert set_value(text, "status", "draft", "x") == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("assessment:\n", "assessment:\n  author: Anna\n"),
        ("assessment: {} # none\narea: a\n", "assessment: # none\n  author: Anna\narea: a\n"),
        ("assessment: # none\n\narea: a", "assessment: # none\n  author: Anna\n\narea: a"),
        ("assessment:\n     role: x\n", "assessment:\n     author: Anna\n     role: x\n"),
        ("area: a\n", "area: a\nassessment:\n  author: Anna\n"),
    ],
)
def test_a_key_of_the_assessment_is_added_under_it(text, after):
    lines = stamp(text, {"author": "Anna"}, {}, "x").splitlines()
    assert [line for line in lines if not line.lstrip().startswith("figures:")] == after.splitlines()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{status: x, area: a}\n", "line 1: 'status' stands inside braces"),
        ("{area: a}\n", "holds no keys on lines of their own"),
        ("- status\n", "holds no keys on lines of their own"),
        ("other: &a x\nstatus: *a\n", "line 2: 'status' only points to another value"),
        ("status: &a x\nother: *a\n", "status cannot be written without changing anything else"),
        ("area: a\n...\n", "status cannot be written without changing anything else"),
    ],
)
def test_a_form_that_leaves_no_place_is_refused(text, said):
    with pytest.raises(EditError, match=said):
        set_value(text, "status", "draft", "params/a/1.yml")


def test_words_in_braces_are_refused_with_their_line():
    with pytest.raises(EditError, match=r"x, line 2: 'assessment' stands in braces"):
        stamp("area: a\nassessment: {texts: {a: b}}\n", {"author": "Anna"}, {}, "x")
    with pytest.raises(EditError, match=r"x, line 1: 'author' stands inside braces"):
        stamp("assessment: {author: b}\n", {"author": "Anna"}, {}, "x")


SIGNED = {"role": "reviewer", "name": "Rie: åben", "date": "2026-11-23"}
WRITTEN = "- role: reviewer\n  name: 'Rie: åben'\n  date: '2026-11-23'\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("# Head\n", f"# Head\nb/1:\n{WRITTEN}"),
        ("a/1:\n- role: author\n", f"a/1:\n- role: author\nb/1:\n{WRITTEN}"),
        ("# Head\nc/1:\n- role: author\n", f"# Head\nb/1:\n{WRITTEN}c/1:\n- role: author\n"),
        (
            "b/1:\n- role: author # me\n\n# c\nc/1: []\n",
            f"b/1:\n- role: author # me\n{WRITTEN}\n# c\nc/1: []\n",
        ),
        ("b/1:\n", f"b/1:\n{WRITTEN}"),
        (
            "b/1:\n  - role: author",
            "b/1:\n  - role: author\n  - role: reviewer\n    name: 'Rie: åben'\n    date: '2026-11-23'\n",
        ),
    ],
)
def test_an_item_is_added_after_its_likes_and_nothing_else_moves(text, after):
    assert append(text, "b/1", SIGNED, "x") == after
    assert yaml.safe_load(after)["b/1"][-1] == SIGNED


def test_a_list_in_brackets_is_refused():
    with pytest.raises(EditError, match="stands in brackets"):
        append("b/1: [{role: author}]\n", "b/1", SIGNED, "x")
