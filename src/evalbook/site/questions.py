"""Questions put to the evaluation, and what it can answer: params/questions.yml, and what their page holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, RootModel, field_validator, model_validator

from evalbook.site.context import Overview
from evalkit.plan import params
from evalkit.plan.records import Id, Text
from evalkit.text.html import Block, element

FILE: Final = "params/questions.yml"


class Question(BaseModel):
    """One question, who asked it in which role, and the answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    asked_by: Text  # a role, never a name
    asked: str  # when
    question: Text
    answered: Literal["yes", "partly", "no"]
    answer: Text  # with the reason, when it is partly or no
    link: str = ""  # page and anchor from the root of the site
    place: Text | None = None  # what the link leads to, in words

    @field_validator("answer", "question", "asked_by")
    @classmethod
    def _not_empty(cls, text: Text) -> Text:
        if not text.da.strip() or not text.en.strip():
            raise ValueError("the text is empty in one language")
        return text

    @field_validator("link")
    @classmethod
    def _inside_the_site(cls, link: str) -> str:
        if ":" in link or link.startswith("/") or ".." in link:
            raise ValueError("a link names a page of the site, e.g. plan/final.html#tryghed")
        return link

    @model_validator(mode="after")
    def _link_in_words(self) -> Self:
        place = self.place
        if self.link and not (place and place.da.strip() and place.en.strip()):
            raise ValueError("a link says in words where it leads, e.g. place: {da: Metoden, en: The method}")
        return self


class _File(RootModel[dict[Id, Question]]):
    """params/questions.yml: by id, in the order of the page."""


def read(root: Path) -> dict[str, Question]:
    """Every question; none without a file. ProblemsFound with everything wrong in it."""
    path = root / FILE
    if not path.is_file():
        return {}
    document = params.read(path, root)
    return document.as_model(_File).root if document.content is not None else {}


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
