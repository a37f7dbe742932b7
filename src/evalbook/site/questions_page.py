"""The page of questions: who asked, what, and whether these data can answer it."""

from __future__ import annotations

from evalbook.site.context import Overview
from evalbook.site.frame import QUESTIONS
from evalbook.site.questions_file import Question, read
from evalbook.site.section import Section, definitions, section
from evalkit.text.html import element

PAGE = QUESTIONS


def sections(site: Overview) -> list[Section]:
    """A section for each question, in the order of params/questions.yml."""
    asked = read(site.plan.root)
    if not asked:
        return [
            section(
                "ingen",
                site.words("No questions yet"),
                element("p", site.words("They are written in params/questions.yml.")),
            )
        ]
    found = [_question(site, name, one) for name, one in asked.items()]
    return [_none_yet(site), *found] if site.synthetic else found


def _none_yet(site: Overview) -> Section:
    """What must be known before the first answer is read, where the areas' figures are made up."""
    words = site.words
    said = words(
        "The plan has not been evaluated. The questions are real and were asked in public. The answers say what the reports would show "
        "if the areas' own figures stood in them; today the figures are made up."
    )
    return section(
        "ingen-evaluering",
        words("There is no evaluation yet"),
        element("div", element("p", said), class_="note"),
    )


def _question(site: Overview, name: str, one: Question) -> Section:
    words, language = site.words, site.language
    answered = {"yes": words("Yes"), "partly": words("Partly"), "no": words("Not from these data")}[
        one.answered
    ]
    page = one.link.partition("#")[0]
    there = page.count("/") == 0 or page.removesuffix(".html") in site.statuses
    link = element("a", one.place.get(language), href=one.link) if one.place and one.link and there else None
    return section(
        name,
        one.question.get(language),
        definitions(
            (words("Asked by"), f"{one.asked_by.get(language)}, {one.asked}"),
            (words("Is it answered?"), answered),
            (words("Answer"), one.answer.get(language)),
            (words("Place"), link),
        ),
    )
