"""An indicator as a record (params/indicators.yml): what is counted, of what and when, and how sentences speak of it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, RootModel, field_validator, model_validator

from evalkit.errors import did_you_mean
from evalkit.estimates import STATISTICS, statistic
from evalkit.plan.records import ID, Id, Strict, Text
from evalkit.schema import TABLES
from evalkit.terms import Polarity

if TYPE_CHECKING:
    from evalkit.estimates.statistics import Statistic


class Term(Strict):
    """A numerator or denominator: which rows of which table are added up, and when."""

    table: str
    column: str = "count"
    where: dict[str, str | list[str]] = {}
    timing: Literal["year", "plan_year", "mid_year", "mean_of_quarters"]
    words: Text

    @model_validator(mode="after")
    def _table_has_the_columns(self) -> Term:
        if self.table == "offences":
            return self
        if self.table not in TABLES:
            raise ValueError(f"unknown table {self.table!r}. {did_you_mean(self.table, TABLES)}")
        names = [column.name for column in TABLES[self.table].columns]
        for name in (self.column, *self.where):
            if name not in names:
                raise ValueError(f"table {self.table} has no column {name!r}. {did_you_mean(name, names)}")
        for name, wanted in self.where.items():  # what no row can hold would count as nothing, in silence
            column = TABLES[self.table].column(name)
            for value in [wanted] if isinstance(wanted, str) else wanted:
                if not column.allowed or value in column.allowed or name == "age_group":
                    continue
                slip = get_close_matches(value, column.allowed, n=1, cutoff=0.75)
                if slip or not column.open or not re.fullmatch(ID, value):
                    raise ValueError(
                        f"column {name} is never {value!r}. {did_you_mean(value, column.allowed)}"
                    )
        return self


class Phrases(Strict):
    """How sentences speak of an indicator; without phrases they use its title."""

    clause: Text | None = None  # shares, after the percentage: "of residents feel safe"
    one: Text | None = None  # rates, what is counted: "report of vandalism"
    many: Text | None = None
    more: Text  # "A larger share of residents feel safe", before "than in 2017"
    fewer: Text
    easy: Text | None = None  # shares in easy words, after "7 in 10": "residents feel safe"
    easy_more: Text | None = None  # the same as a sentence: "More residents feel safe"
    easy_fewer: Text | None = None


class Indicator(Strict):
    """One indicator as a record; a gap names another indicator and takes the rest from it."""

    title: Text
    definition: Text
    question: Text
    kind: str = Field(alias="statistic")  # which statistic, by name
    of: str | None = None  # gap only: the indicator that the gap is in
    part_of: str | None = None  # the indicator whose figure this one is a part of; all parts add up to it
    numerator: Term | None = None
    denominator: Term | None = None
    ages: str = ""
    polarity: Polarity | Literal["neutral"] = "neutral"
    goal: str | None = None
    comparator: Literal["rest", "matched", "country"] | None = None
    delta: float = Field(default=0.05, gt=0, lt=1)
    decimals: int = Field(default=1, ge=0, le=3)
    axis: tuple[float, float] | None = None
    source: Text | None = None
    when: Text | None = None
    traps: list[Text] = []
    phrases: Phrases | None = None
    official: bool = False  # from data/published: the municipality, never the areas

    @field_validator("kind")
    @classmethod
    def _is_a_statistic(cls, name: str) -> str:
        if name not in STATISTICS:
            raise ValueError(f"no statistic {name!r}. {did_you_mean(name, STATISTICS)}")
        return name

    @property
    def statistic(self) -> Statistic:
        """How it is computed."""
        return statistic(self.kind)

    @property
    def counted(self) -> dict[str, Any]:
        """What is counted, out of what and when, without any words."""
        return {
            name: term.model_dump(mode="json", exclude={"words"})
            for name in ("numerator", "denominator")
            if (term := getattr(self, name))
        }

    @model_validator(mode="after")
    def _has_what_its_statistic_needs(self) -> Indicator:
        gap = self.kind == "gap"
        if gap != (self.of is not None):
            raise ValueError("`of` names the indicator of a gap: give it for statistic gap, and only there")
        if not gap and (self.numerator is None or self.source is None or self.when is None):
            raise ValueError("numerator, source and when are needed for every statistic but gap")
        if STATISTICS[self.kind].out_of and not self.denominator:
            raise ValueError(f"statistic {self.kind} needs a denominator")
        return self


class Indicators(RootModel[dict[Id, Indicator]]):
    """indicators.yml: one record per indicator, by id."""
