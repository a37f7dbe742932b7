"""What stands around a page: language, way to the other pages, other years, the same page in the other language, footer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from evalbook.site.language_link import link
from evalkit import __version__
from evalkit.plan import Plan
from evalkit.terms import PLAN
from evalkit.text.html import DIRECTION, raw, slot
from evalkit.text.numbers import period
from evalkit.text.words import Words, gettext_for

INDEX: Final = "index.html"
DATA: Final = "data.html"
METHOD: Final = "metode.html"
QUESTIONS: Final = "spoergsmaal.html"
MUNICIPALITY: Final = "kommunen.html"
PLAN_PAGE: Final = "om-planen.html"
ACCESSIBILITY: Final = "tilgaengelighed.html"

NO_FIGURE_OF_AN_AREA: Final = frozenset((METHOD, QUESTIONS, MUNICIPALITY, PLAN_PAGE, ACCESSIBILITY))
"""The pages that show no figure of the data set, made up or not."""


FACE: Final = '"Noto Sans", "Segoe UI", sans-serif'
"""The typeface of what is printed in the margins."""


@dataclass(frozen=True)
class Link:
    """A link with its text; `current` is the page itself."""

    href: str
    text: str
    current: bool = False


@dataclass(frozen=True)
class Frame:
    """The frame of one page.

    Parameters
    ----------
    page : path below the language's root, e.g. "nordparken/2019.html"
    running : what stands at the foot of each printed page: area, year, status
    years : the same area's other years
    other_language : whether it is linked with the same page in the other language
    alone : the page is no part of a site: it has no menu, and no other page beside it
    """

    plan: Plan | None
    language: str
    page: str
    synthetic: bool
    title: str = ""
    description: str = ""
    running: str = ""
    years: Sequence[Link] = ()
    other_language: bool = True
    alone: bool = False

    @cached_property
    def words(self) -> Words:
        """The words of the page's language."""
        return gettext_for(self.language)

    @property
    def root(self) -> str:
        """The way up to the language's own pages."""
        return "../" * self.page.count("/")

    def link(self, target: str) -> str:
        """The address of a page or file named from the language's root, seen from this page."""
        return self.root + target

    @property
    def menu(self) -> list[Link]:
        """The main menu, but for the link to the other language."""
        named = [
            (INDEX, self.words("Overview")),
            (MUNICIPALITY, self.words("The municipality")),
            (PLAN_PAGE, self.words("About the plan")),
            (DATA, self.words("Data")),
            (METHOD, self.words("Method")),
            (QUESTIONS, self.words("Questions")),
        ]
        return [Link(self.link(page), text, current=page == self.page) for page, text in named]

    @property
    def ways(self) -> list[Link]:
        """What a report says nothing of, since it stands on a page of its own."""
        named = [
            (PLAN_PAGE, self.words("About the plan")),
            (MUNICIPALITY, self.words("The municipality in official figures")),
            (f"{METHOD}#domme", self.words("What do the verdicts mean?")),
        ]
        return [Link(self.link(page), text) for page, text in named]

    @property
    def language_line(self) -> str:
        """The menu's last line, as HTML: the page in the other language; empty where there is none."""
        return link(self.page, self.language) if self.other_language else ""

    @property
    def other_years(self) -> str:
        """What stands above the links to the other years."""
        whole = self.page.startswith(f"{PLAN}/")
        return self.words("The plan, year by year") if whole else self.words("Same area, other years")

    @property
    def years_of_plan(self) -> str:
        """First and last calendar year of the plan: 2017–2021."""
        return f"{self.plan.period.start.year}–{self.plan.period.end.year}" if self.plan else ""

    @property
    def full_title(self) -> str:
        """The title of the window: page, whether it shows figures that are made up, plan."""
        made_up = self.synthetic and (self.alone or self.page not in NO_FIGURE_OF_AN_AREA)
        mark = f" ({self.words('made-up figures')})" if made_up else ""
        return f"{self.title}{mark}" + (f" – {self.plan.name}" if self.plan else "")

    @property
    def imprint(self) -> str:
        """The plan, its period and its partners, in one line."""
        plan = self.plan
        if plan is None:
            return ""
        span = period(plan.period.start, plan.period.end, self.language)
        partners = self.words.listed([*plan.housing_organisations.values(), plan.municipality.name]).plain
        return f"{plan.name}, {plan.kind.get(self.language)} {span}. {partners}."

    @property
    def version(self) -> str:
        """The library that made the page."""
        return f"evalkit {__version__}"

    @property
    def foot(self) -> str:
        """What stands at the foot of each printed page, in its slot."""
        return slot("foot", raw(running_foot(self.running))).html

    @property
    def print_style(self) -> str:
        """Running heads of the printed page; its texts are escaped for CSS."""
        name = css_text(self.plan.name if self.plan else self.title)
        boxes = [f'@top-left {{ content: "{name}"; font: 8.5pt {FACE}; color: #5c574f; }}']
        if self.synthetic:
            said = self.words("The figures on the areas are made up")
            boxes.append(
                f'@top-right {{ content: "{css_text(said)}"; font: 600 8.5pt {FACE}; color: #5a4300; }}'
            )
        first, last = self.words("Page {page} of {pages}").split("{page}")[0], "{pages}"
        middle = (
            self.words("Page {page} of {pages}").removeprefix(first).removeprefix("{page}").removesuffix(last)
        )
        count = f'"{css_text(first)}" counter(page) "{css_text(middle)}" counter(pages)'
        boxes.append(f"@bottom-right {{ content: {count}; font: 8.5pt {FACE}; color: #5c574f; }}")
        return f"@page {{ {' '.join(boxes)} }}"


def running_foot(text: str) -> str:
    """What stands at the foot of each printed page, as a style of its own; its text is escaped for CSS."""
    box = f'@bottom-left {{ content: "{css_text(text)}"; font: 8.5pt {FACE}; color: #5c574f; }}'
    return f"<style>@page {{ {box} }}</style>" if text else ""


def css_text(text: str) -> str:
    """The text inside a CSS string: everything but letters, digits and spaces as an escape."""
    return re.sub(r"[^\w ]", lambda sign: f"\\{ord(sign[0]):x} ", text)


def relinked(html: str, frame: Frame) -> str:
    """HTML whose links name pages from the root of the site, with the way up from this page put before them."""

    def moved(match: re.Match[str]) -> str:
        target = match[2]
        if re.match(r"[a-z][a-z0-9+.-]*:|#|/|\.\.?/|$", target, re.I):
            return match[0]
        return f'{match[1]}{frame.link(target)}"'

    return re.sub(r'(<a\b[^>]*?\shref=")([^"]*)"', moved, html)


def tidy(html: str) -> str:
    """No empty lines, no marks that turn the direction of text, one line break at the end.

    The page has its own colours, so pictures need none to fall back on.
    """
    html = DIRECTION.sub("", html)
    html = re.sub(r"var\((--fig-[a-z-]+), #[0-9a-f]{6}\)", r"var(\1)", html)
    return re.sub(r"\n\s*\n+", "\n", html).strip() + "\n"
