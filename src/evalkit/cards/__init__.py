"""Cards: title, goals, questions, the analyst's words, and where the figures come from."""

from typing import NoReturn

from evalkit.cards.analyst_words import assessment
from evalkit.cards.comparison_table import beside
from evalkit.cards.goal_cards import goals, key, questions, reached, verdict
from evalkit.cards.origin import provenance
from evalkit.cards.title_block import title
from evalkit.errors import no_attribute
from evalkit.tables.measurement import measured
from evalkit.tables.realism import realism

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
