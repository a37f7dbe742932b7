"""Where the area stands among the areas it is compared with: its level of the year beside each of theirs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from evalkit.report import Report
from evalkit.terms import FEWEST_AREAS, MATCHED
from evalkit.text.facts import cited
from evalkit.text.numbers import Cited
from evalkit.text.reading import Reading, goals, read
from evalkit.text.words import Sentence, gettext_for


@dataclass(frozen=True)
class Standing:
    """A goal's level in the area, and those of the similar areas that show one, by row id and from the lowest up."""

    reading: Reading
    others: pd.Series

    @property
    def beyond(self) -> int:
        """Whether the area's level lies below (-1) or above (1) every other; 0 within their spread."""
        value = self.reading.number("value")
        return int(value > self.others.max()) - int(value < self.others.min())

    @property
    def within_reach(self) -> int:
        """How many of the others have a level inside the area's interval."""
        return int(self.others.between(self.reading.number("lower"), self.reading.number("upper")).sum())

    def count(self, n: int) -> Cited:
        """A number of areas, with the rows that it was counted in."""
        r = self.reading
        return cited(r.report, n, f"rows: {r.name}.{MATCHED}.{r.year}.value")

    def other(self, row: str) -> Reading:
        """The row of one of the others."""
        _, area, year = row.rsplit(".", 2)
        return read(self.reading.report, self.reading.name, area, int(year))


def standings(report: Report) -> list[Standing]:
    """The goals on which the area and at least five similar areas show a level for the report's year."""
    similar = [one["id"] for one in report.facts.get("comparators", ()) if one["kind"] == MATCHED]
    found = []
    for name in goals(report):
        r = read(report, name)
        ids = [f"{name}.{area}.{report.year}" for area in similar]
        levels = report.rows["value"].reindex(ids).dropna().astype(float).sort_values(kind="stable")
        if r.has("value", "lower", "upper") and len(levels) >= FEWEST_AREAS:
            found.append(Standing(r, levels))
    return found


def sentences(report: Report) -> list[Sentence]:
    """On which goals the area lies beyond all similar areas, and whether its uncertainty reaches over some of them."""
    found, words = standings(report), gettext_for(report.language)
    said = [_beyond(one) for one in found if one.beyond]
    within = [one.reading.title for one in found if not one.beyond]
    if within:
        said.append(
            words.say(
                "{list}: the area lies within the spread of the similar areas.", list=words.listed(within)
            )
        )
    return said


def _beyond(one: Standing) -> Sentence:
    words = one.reading.words
    parts = {"title": one.reading.title, "n": one.count(len(one.others))}
    if one.within_reach:
        parts["k"] = one.count(one.within_reach)
        if one.beyond < 0:
            return words.say(
                "{title}: the figure is lower than in all {n} similar areas, but its uncertainty reaches over {k} of them.",
                **parts,
            )
        return words.say(
            "{title}: the figure is higher than in all {n} similar areas, but its uncertainty reaches over {k} of them.",
            **parts,
        )
    if one.beyond < 0:
        return words.say("{title}: the figure is lower than in all {n} similar areas.", **parts)
    return words.say("{title}: the figure is higher than in all {n} similar areas.", **parts)
