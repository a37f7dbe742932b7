"""How far a report has come: its status in a word, and as it stands under the title."""

from __future__ import annotations

from evalkit.terms import Status
from evalkit.text.html import Block, element, joined, slot
from evalkit.text.words import Words


def status_word(status: Status, words: Words) -> str:
    """How far the report has come, in a word."""
    return {
        Status.DRAFT: words("Draft"),
        Status.IN_REVIEW: words("In review"),
        Status.APPROVED: words("Approved"),
    }[status]


def status_chip(status: Status, words: Words) -> Block:
    """How far the report has come, legible without colour: dashed, solid, ticked."""
    css = {Status.DRAFT: "chip", Status.IN_REVIEW: "chip reviewed", Status.APPROVED: "chip approved"}
    return element("span", status_word(status, words), class_=css[status])


def status_line(status: Status, words: Words, note: str | None = None) -> Block:
    """The status, and beside it what a reader must know before the first line; of a draft that nobody has reviewed it."""
    if note is None and status == Status.DRAFT:
        note = words("Not reviewed yet")
    chip = status_chip(status, words)
    return joined(chip, element("span", note), between=" ") if note else chip


def given_status(status: Status, words: Words) -> Block:
    """The status as the notebook was given it, in the place where a page says what the review has come to."""
    return slot("status", status_line(status, words))


def page_title(words: Words, name: str, year: int, *, final: bool) -> str:
    """The title of a report's page; `name` is the area's, or the plan's."""
    if final:
        return words.say("{name}, final evaluation", name=name, year=year).plain
    return words.say("{name}, plan year {year}", name=name, year=year).plain
