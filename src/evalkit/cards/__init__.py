"""Cards: title, goals, questions, the analyst's words, and where the figures come from."""

from typing import NoReturn

from evalkit.cards.goal_cards import beside, goals, key, questions, reached, verdict
from evalkit.cards.report_cards import assessment, provenance, title
from evalkit.errors import no_attribute
from evalkit.tables.measurement import measured, realism

__all__ = [
    "assessment",
    "beside",
    "goals",
    "key",
    "measured",
    "provenance",
    "questions",
    "reached",
    "realism",
    "title",
    "verdict",
]


def __getattr__(name: str) -> NoReturn:
    raise no_attribute("evalkit.cards", name, __all__)
