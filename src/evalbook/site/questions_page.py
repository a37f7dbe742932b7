"""What the page of questions holds: who asked, what, and whether these data can answer it (params/questions.yml)."""

from __future__ import annotations

from typing import Any

from evalbook.site.context import Overview
from evalbook.site.questions_file import Question, read
from evalkit.text.html import Block, element


def values(site: Overview) -> dict[str, Any]:
    """By the names that the document asks for; the questions in the file's order."""
    language = site.language
    questions = [
        {
            "id": name,
            "question": one.question.get(language),
            "asked_by": one.asked_by.get(language),
            "asked": one.asked,
            "answered": one.answered,
            "answer": one.answer.get(language),
            "place": _link(site, one),
        }
        for name, one in read(site.plan.root).items()
    ]
    return {"synthetic": site.synthetic, "questions": questions}


def _link(site: Overview, one: Question) -> Block | None:
    """The way to the answer; None where it leads to a report that is not made."""
    page = one.link.partition("#")[0]
    there = page.count("/") == 0 or page.removesuffix(".html") in site.statuses
    if not (one.place and one.link and there):
        return None
    return element("a", one.place.get(site.language), href=one.link)
