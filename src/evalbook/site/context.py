"""What every page of the site draws on: the plan, its published rows, and which reports there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

import pandas as pd

from evalbook.site.frame import Frame
from evalkit.plan import Plan
from evalkit.report import Report
from evalkit.terms import PLAN, Shown, Status
from evalkit.text.html import Block, element, raw
from evalkit.text.numbers import Cited, number, period
from evalkit.text.reading import goals_baseline
from evalkit.text.words import Words, gettext_for


@dataclass(frozen=True)
class Overview:
    """One language's site: `statuses` holds that of every report that there is, by key (area/year)."""

    plan: Plan
    rows: pd.DataFrame
    facts: Mapping[str, Any]
    language: str
    statuses: Mapping[str, Status] = field(default_factory=dict)
    open: Mapping[str, int] = field(
        default_factory=dict
    )  # items on each report's checklist that nobody has answered

    @cached_property
    def words(self) -> Words:
        """The words of the site's language."""
        return gettext_for(self.language)

    @property
    def synthetic(self) -> bool:
        """Whether the areas' figures are made up."""
        return bool(self.facts["data"]["synthetic"])

    @cached_property
    def last(self) -> int:
        """The last plan year that a goal has a figure of; the plan's last where there is none."""
        goals, places = self.rows["indicator"].isin(self.goals), self.rows["area"].isin(self.places)
        known = self.rows.loc[goals & places & self.rows["shown"].ne(Shown.MISSING.value), "year"]
        years = sorted(set(self.plan.years) & set(known.tolist()))
        return years[-1] if years else self.plan.years[-1]

    @property
    def places(self) -> list[str]:
        """The plan as a whole, then its areas."""
        return [PLAN, *self.plan.areas]

    @property
    def goals(self) -> list[str]:
        """The goals' indicators in the plan's order."""
        return [goal.indicator for goal in self.plan.goals.values()]

    @property
    def baseline(self) -> str:
        """The year or years that the goals' changes count from, as words say it."""
        return goals_baseline(self.report())

    def report(self, area: str = PLAN, year: int | None = None) -> Report:
        """What the words and pictures are made from, as in the area's own report."""
        return Report(self.plan, self.rows, self.facts, area, year or self.last, self.language)

    def name(self, area: str) -> str:
        """The area as a heading."""
        return self.words("The plan as a whole") if area == PLAN else self.plan.areas[area].name

    def area_link(self, area: str) -> Block:
        """The area's name, a link to its own page."""
        name = raw("/<wbr>".join(escape(part) for part in self.name(area).split("/")))
        return element("a", name, href=f"{area}/index.html")

    def frame(self, page: str, title: str, description: str) -> Frame:
        """The frame of a page of the site."""
        return Frame(
            self.plan,
            self.language,
            page,
            self.synthetic,
            title=title,
            description=description,
            running=title,
        )

    def href(self, area: str, name: int | str) -> str | None:
        """The report of an area and year, or `final`, named from the root of the site; None where there is none."""
        return f"{area}/{name}.html" if f"{area}/{name}" in self.statuses else None

    def cited(
        self, value: float, place: str, decimals: int = 0, *, scale: int = 1, text: str | None = None
    ) -> Cited:
        """A number in the site's language, or as `text` has it, with the place where it stands."""
        said = number(value, decimals, language=self.language, scale=scale) if text is None else text
        return Cited(said, value, place=place)

    @property
    def release(self) -> str:
        """Data set, edition and the plan's period, in one line."""
        data = self.facts["data"]
        span = period(self.plan.period.start, self.plan.period.end, self.language)
        return self.words("{name}, edition {version}. Plan period {span}.").format(
            name=data["name"], version=data.get("version", ""), span=span
        )
