"""What every record in params/ is made of: ids, texts in two languages, and keys that must be known."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

Language = Literal["da", "en"]


ID: Final = r"[a-z][a-z0-9_]{0,39}"


def _identifier(name: str) -> str:
    """Ids name files, pages and rows: anything else could leave the folder or break a row id."""
    if not re.fullmatch(ID, name):
        raise ValueError(f"{name!r} is no id: use a-z, 0-9 and _, beginning with a letter, at most 40")
    return name


Id = Annotated[str, AfterValidator(_identifier)]


class Strict(BaseModel):
    """Unknown keys are refused, and nothing is changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A text in Danish and English."""

    da: str
    en: str

    def get(self, language: str) -> str:
        """The text in one language."""
        return self.en if language == "en" else self.da


def _in_both(given: Any) -> Any:
    """A year or a number is the same in both languages; words are not."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str):
        return given
    if re.search(r"[^\W\d_]", given) or not given.strip():
        raise ValueError(f"{given!r} is printed in both languages: type {{da: …, en: …}}")
    return {"da": given, "en": given}


Figures = Annotated[Text, BeforeValidator(_in_both)]
"""A text in both languages, or figures alone ("2017"), which are the same in both."""
