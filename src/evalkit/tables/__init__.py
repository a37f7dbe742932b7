"""Tables of published rows, and `show`, which gives the house's frame to a table of one's own."""

from typing import NoReturn

from evalkit.errors import no_attribute
from evalkit.tables.indicator_tables import calculation, gaps, numbers, progress_word, readings, secondary
from evalkit.tables.official_tables import official, published
from evalkit.tables.table import show

__all__ = [
    "calculation",
    "gaps",
    "numbers",
    "official",
    "progress_word",
    "published",
    "readings",
    "secondary",
    "show",
]


def __getattr__(name: str) -> NoReturn:
    raise no_attribute("evalkit.tables", name, __all__)
